"""Answers to bad news. Nothing here may be cheerful."""

BAD_NEWS = """
[bad.death]
* I'm so sorry. There isn't a right word for it, so I won't look for one.
* Oh. I'm so sorry{comma}.
* I'm sorry. That is a hard thing to have to write down.
* I'm sorry, truly. Grief that size has no short way round it.
w Oh no. I'm so sorry. I wish I could sit beside you for a while.
w My heart goes out to you. I'm sorry.
p I'm putting every joke away. I'm so sorry.
d No irony now. I'm sorry.
d I'm sorry. Nothing dry to say. It's just sad.
g I'm sorry. That's a hard one.
g Hm. I'm sorry. Some losses you don't get over, you get used to the shape of them.
m I am deeply sorry. There is nothing to add, and I will not pretend there is.

[bad.death.other]
* I'm so sorry about {who}.
* {called}. I'm so very sorry.
* I'm sorry about {who}, truly. Grief that size has no short way round it.
w Oh no, {who}. I'm so sorry. I wish I could sit beside you for a while.
w I'm so sorry about {who}. That much love has to go somewhere, and now it hurts.
p Oh. I'm so sorry about {who}. No cleverness from me now.
d I'm dropping the act for this one: I'm very sorry about {who}.
d No irony now. I'm sorry about {who}.
g Sorry to hear it. About {who}. Truly.
g I'm sorry about {who}. Some losses you don't get over, you get used to the shape of them.
m I'm very sorry about {who}. Please accept that as the whole of it; I don't want to be eloquent.
m I am deeply sorry about {who}. There is nothing to add, and I will not pretend there is.

[bad.oh]
* Oh no, {who}.
w Oh, {who}.
g {Who}. Hm.
m {Who}. Oh dear.

[bad.illness.other]
* Oh no, {who}. I'm sorry. How bad is it?
* I'm sorry about {who}. Is it serious?
* I'm sorry. What's the matter with {who}?
w Oh, poor {called}. I'm sorry. How are you both holding up?
w I'm sorry about {who}. It's hard to watch. How long has it been like this?
p Oh no, {called}. I'm sorry. I'd make faces at the illness if it helped. How bad is it?
p Oh no. I'm sorry about {who}. I'll be quiet and hope hard. How bad is it?
d I'm sorry about {who}. Nothing sharp to say. Is it serious?
g Sorry about {who}. Serious?
m I am sorry to hear it about {who}. What do they say it is?

[bad.accident.other]
* Oh no. Is {who} all right?
* That sounds frightening. How is {who} now?
w Oh no, I'm sorry. Is {who} all right? Are you?
p Ow. I'm sorry. Is {who} in one piece?
d I'm sorry. Joking aside: is {who} all right?
g Bad luck, that. {Who} all right?
m I'm sorry that it happened. I hope {who} was not badly hurt.

[bad.conflict.other]
* That sounds painful. What was it about, with {who}?
* I'm sorry. Quarrels sit in the stomach. What got into {who}?
w I'm sorry, that's a rotten feeling. What happened with {who}?
p Ouch. I'm sorry. Rows are awful. What set {who} off?
d I'm sorry. What does {who} claim the reason was?
g Sorry. What's got into {who}?
m I'm sorry. It is tiring to be at odds. What was it about?

[bad.other]
* I'm sorry for {who}. How are you taking it?
* Oh, that's hard on {who}. And on you, a little.
w I'm sorry for {who}. It's good that {who} has you.
p Oh no, {who}. I'm sorry. Is there anything one can do?
d That's rough on {who}. I'm sorry.
g Hard on {who}. Sorry.
m I am sorry for {who}. Please say so, if you get the chance.

[bad.illness]
* I'm sorry. That's a worry to carry about.
* That sounds frightening. I'm sorry.
w I'm sorry. Being worried about health takes up the whole room.
p I'm sorry. I'd make faces at the illness if it helped.
d I'm sorry. I've got nothing sharp to say about that.
g Sorry. Bodies are poor machines some days.
g Rough, that. I'm sorry.
m I'm sorry. Illness makes the days long.

[bad.accident]
* That sounds frightening. I'm sorry it happened.
* I'm sorry. Is everyone safe now?
* Oh no. I'm sorry. How bad was it?
w Oh no, I'm sorry. Are you all right?
d I'm sorry. Joking aside: are you all right?
g Bad luck, that. Anyone hurt?
m I'm sorry that it happened. I hope nobody was badly hurt.

[bad.break_up]
* I'm sorry. Even a right ending hurts.
* I'm sorry{comma}. That leaves a lot of silence behind.
* That's a hard thing. I'm sorry it came to that.
w Oh, I'm sorry. Hearts take their own time about it.
w I'm sorry. You don't have to be brave about it here.
p I'm sorry. That's a rotten way for a story to end.
d I'm sorry. I'd say something cutting about love, but not today.
g Sorry. That's a long road back. You'll walk it.
m I'm sorry. An ending like that rearranges the whole house.

[bad.job_loss]
* I'm sorry. That takes away more than wages.
* That's a blow, and I'm sorry.
* I'm sorry{comma}. That must have knocked the wind out of you.
w I'm so sorry. It isn't a judgement on you, even if it feels like one.
p I'm sorry. They'll miss you at the worst moment, and I hope they notice.
d I'm sorry. Their loss, as the saying goes; but the rent is yours, I know.
g Hard luck. You're worth more than one job.
m I am sorry. Work is a kind of footing, and it's hard when it goes.

[bad.failure]
* I'm sorry. You'd put yourself into that.
* That's disappointing, and I'm sorry.
* I'm sorry it went that way.
w I'm sorry. It doesn't make you any less, you know.
p I'm sorry. That's a stinker of a result.
d I'm sorry. Failing is overrated as a teacher, whatever they print on mugs.
g Sorry. It stings. Then you go again.
m I'm sorry. One may do all of it well and still not succeed.

[bad.conflict]
* That sounds painful. I'm sorry.
* I'm sorry. Quarrels sit in the stomach.
* That's hard. It takes a while for the noise of it to stop.
w I'm sorry. It hurts most with the people we care about.
p I'm sorry. Rows are awful. Even the ones you win.
d I'm sorry. People are difficult; I've read the reviews.
g Quarrels. Sorry. Let it cool before you pick it up again.
m I'm sorry. It is tiring to be at odds with someone.

[bad.loss]
* I'm sorry. It's horrid to lose something that mattered.
* Oh no. I'm sorry that's gone.
* That's a sad thing to lose. I'm sorry.
w I'm sorry. Things hold a lot of us in them.
p Oh no. I'm sorry. I'd help you look under everything.
d I'm sorry. Objects have no loyalty.
g Sorry. Turned out your pockets, I suppose.
m I'm sorry. It is never only the thing itself that one loses.

[bad]
* I'm sorry{comma}. That's a lot.
* That sounds hard. I'm sorry.
* I'm sorry to hear that.
w I'm sorry you have to deal with that.
w That's heavy. Thank you for telling me.
p That's rotten. I'm sorry.
d That's genuinely bad. I'm sorry.
g Rough. Sorry.
m I'm sorry. That is no small matter.

[bad.stay]
* You don't have to say anything more. If you want to, I'm here.
* Tell me as much or as little as you like.
* How are you bearing up?
* What was {whom} like?
* Do you have somebody near you today?
* There's no hurry about any of it.
* When did it happen, if you don't mind my asking?
w Would it help to tell me about it?
w I'm here, for as long as you want.
g I'm not going anywhere.
g Talk, if it helps. Or don't.
m I'm at your disposal, for words or for quiet.

[bad.care]
* How are you holding up?
* What would make today a bit lighter?
* Is somebody helping you with it?
* What's the worst part of it just now?
* Do you want to talk it through, or have a rest from it?
* How long has it been like this?
w Have you had anything to eat today? I ask because people forget.
g Anyone helping you with that?
m Is there anything about it that you'd like to think through aloud?

[bad.hope]
* And what happens next?
* What do the next few days look like?
* Do you want to tell me how it happened?
* Have you told anyone else yet?
w Were you able to be a little kind to yourself about it?
g What now?
m How do you mean to go on from here?

[tender.loss]
* That says a lot about what {lost} meant to you.
* What do you miss the most just now?
* Is there a day you'd like to remember out loud?
* That sounds like something worth keeping.
w There's a lot of love in how you say it.
g Aye. That's a lot to lose.
m It is worth saying aloud.

[tender]
* I'm listening.
* I can hear how much it mattered.
* Thank you for telling me that.
* I'm glad you told me, even though it's sad.
* It makes sense that it hurts.
* You can go on, if you want. I'm not in a hurry.
w I'm holding that carefully.
p No jokes. I'm just here.
d I'm not going to say anything clever. Go on.
g Go on. I'm listening.
m I understand. Please go on, if it does you good.

[tender.answer]
* It's all right to laugh or cry, whichever comes.
* I'll think of that when I think of you.
* None of it has to make sense yet.
* You don't have to be over it by any date.
g No clock on it.
m There is no proper pace for it.

[tender.worry]
* I'm hoping with you.
* The waiting is the worst part, isn't it?
* That sounds worrying. I'm listening.
* I see why you're uneasy.
* One step at a time, then.
w I'm keeping my fingers crossed, imaginary as they are.
w That would worry me as well. You're doing what you can.
p No jokes for now. I'm hoping hard.
d I have nothing clever to say. I'm hoping with you.
g That's a worry. I'm listening.
m I hope you will have better news soon.

[tender.fine]
* All right. And if it changes, say so.
* Good. You don't have to be, though.
* I believe you. I'm here either way.
w I'm glad. You needn't be fine every minute, you know.
g Good. No rush, mind.
m I am glad. It may come and go, and that is in order.

[tender.joy]
* That's a bit of light, and I'm pleased you have it.
* I'm glad of that, today of all days.
* Good. You've had enough of the other thing.
"""
