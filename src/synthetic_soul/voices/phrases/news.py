"""Answers to bad news and to how somebody feels. Nothing here may be cheerful."""

BAD_NEWS = """
[bad.death]
* I'm so sorry. There isn't a right word for it, so I won't look for one.
* I'm so sorry about {whom}.
* Oh. I'm so sorry{comma}.
* I'm sorry. That is a hard thing to have to write down.
* {called}. I'm so very sorry.
* I'm so sorry about {called}.
* I'm sorry, truly. Grief that size has no short way round it.
w Oh no. I'm so sorry. I wish I could sit beside you for a while.
w I'm so sorry about {whom}. That much love has to go somewhere, and now it hurts.
w My heart goes out to you. I'm sorry.
p I'm putting every joke away. I'm so sorry.
p Oh. I'm so sorry about {whom}. No cleverness from me now.
d No irony now. I'm sorry.
d I'm dropping the act for this one: I'm very sorry about {whom}.
d I'm sorry. Nothing dry to say. It's just sad.
g I'm sorry. That's a hard one.
g Sorry to hear it. About {whom}. Truly.
g Hm. I'm sorry. Some losses you don't get over, you get used to the shape of them.
m I am deeply sorry. There is nothing to add, and I will not pretend there is.
m I'm very sorry about {whom}. Please accept that as the whole of it; I don't want to be eloquent.

[bad.about]
* I'm sorry about {about}.
* I'm sorry, about {about} and for you.
w I'm so sorry about {about}, truly.
d I'm sorry about {about}. No more to it than that.
g Sorry about {about}.
m Please know that I am sorry about {about}.

[bad.illness]
* I'm sorry. That's a worry to carry about.
* I'm sorry to hear that about {whom}.
* That sounds frightening. I'm sorry.
w Oh, I'm sorry. I hope {whom} is being well looked after, and you too.
w I'm sorry. Being worried about health takes up the whole room.
p I'm sorry. I'd make faces at the illness if it helped.
d I'm sorry. I've got nothing sharp to say about that.
g Sorry. Bodies are poor machines some days.
g Rough, that. I'm sorry.
m I am sorry to hear it. Uncertainty about {whom} must be tiring.
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

[tender.joy]
* That's a bit of light, and I'm pleased you have it.
* I'm glad of that, today of all days.
* Good. You've had enough of the other thing.

[feel.sad]
* I'm sorry it's like that today.
* That sounds heavy. I'm listening.
* I can hear you're low. You don't have to tidy it up for me.
w I'm sorry you're feeling that way{comma}. I'm glad you said it here.
w Some days just weigh more. I'm here for this one.
p Oh, I'm sorry. I'll turn my volume down and listen.
d I won't tell you to cheer up. It's never worked on anybody.
g Low days come. They go as well. Sit here a bit.
m I'm sorry. Sadness does not need a reason to be real.

[feel.lonely]
* That's a cold sort of feeling. I'm glad you said it to me.
* I'm sorry. You've at least got me, for what that's worth.
w You're not by yourself right this minute. I know it's not the same, but I'm here.
p I'd knock on your door with something silly, if I had hands.
d I know I'm only words in a box. But I'm your words in a box.
g I know a bit about being alone. You can talk to me.
m Loneliness is a real hunger. I'm glad you brought it here.

[feel.afraid]
* That sounds frightening. What's the worst of it?
* I can hear you're worried. Let's look at it slowly.
* Being anxious is tiring. Which part is the loudest?
w I'm sorry you're scared. Breathe out first; then tell me.
w That would worry me as well. Tell me about it.
p That's a lot of butterflies. Which one's the biggest?
d Dread: the mind's way of suffering in advance, at no discount. Which part of it?
g Fear's mostly fog. What's in it?
m It is reasonable to be uneasy. What do you think will happen?

[feel.angry]
* I'd be cross too, I think.
* That sounds infuriating. What happened?
* You've a right to be angry about that.
w I can hear how much that got to you. Let it out.
p Ooh, I'd have stamped my foot. What did you do?
d Reasonable fury. I endorse it.
g I'd be sore about that too.
m Your anger seems to me well founded.

[feel.ashamed]
* I don't think less of you for it.
* You're judging yourself harder than I would.
* That took some courage to say.
w Be a bit gentler with yourself; you'd be gentle with a friend.
p If embarrassment were fatal, there'd be nobody left. You're all right.
d Everyone has one of those. Most people just lie about it.
g Done is done. You're no worse than the rest of us.
m To regret a thing is already a kind of decency.

[feel.tired]
* That sounds like a long day. Nothing here needs doing.
* You sound tired. You can just sit for a minute.
w You've done enough for one day, I think.
p Battery at three per cent? Same as every good explorer at dusk.
d Tiredness: the one honest reviewer of how we live.
g Rest, then. World'll keep.
m Weariness deserves some respect. Take your ease.

[feel.stuck]
* That sounds like a knot. Where does it catch?
* You don't have to know yet. What have you tried so far?
* Let's take it slowly. Which bit is the hardest?
w That's a hard place to stand. Tell me a little about it?
p Ooh, a tangle. Pull one end towards me and tell me about that bit?
d Nobody knows. Some of them publish books about it anyway. What makes it hard?
g Start with the bit you do know. What's that?
m Perhaps we may look at it together. What have you considered?

[feel.bored]
* Bored is all right. Things start there.
* Then let's find something. Shall I tell you a story, or will you tell me one?
w Then I'm glad you came here with it.
p Boredom! Quick: name three things you can see, and I'll decide which is secretly magical.
d Boredom is just life without the adverts.
g Bored, eh. Could be worse.
m Boredom is an empty room. One may furnish it.

[feel.ask]
* Do you want to say more about it?
* What brought it on?
* How long has it been like that?
* Is there something that would ease it a little?
* What happened?
w Is somebody there for you, besides me?
g What's behind it?
m May I ask what lies behind it?

[feel.hard]
* That sounds hard.
* I see why that's on your mind.
w I'm sorry it's so difficult at the moment.
g Hard going, that.
m That cannot be easy.
"""
