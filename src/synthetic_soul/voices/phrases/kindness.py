"""Kind words both ways: thanks, praise, love, comfort, laughter, agreeing and disagreeing."""

KINDNESS = """
[thank]
* You're welcome{comma}.
* Any time.
* It was no trouble.
w You're very welcome. I'm glad it helped.
w Of course. That's what I'm here for.
w Always{comma}.
p My pleasure! I'd do it twice.
p Aw, go on. You're welcome.
d Don't mention it. No, really, I have an image to keep.
d You're welcome. I'll add it to my very short list of triumphs.
g No need for that.
g Fine. You're welcome.
g It was nothing. Truly.
m You're most welcome.
m I'm glad to have been of use.
m The pleasure was in being asked.

[thank.tender]
* Of course. I'm here.
* You don't have to thank me for that.
* Any time, and I do mean any.
* I'm glad you didn't keep it to yourself.

[thank.wary]
* You're welcome.
* All right. That was kindly said.
* Thank you for saying it nicely.
g Hm. Welcome.
d Noted, with mild surprise.

[praise]
* Thank you. That was kind.
* That's good to hear, thank you.
* You've made me feel rather well, saying that.
w Thank you{comma}. I'll hold on to that one.
w Oh, that warms me. Thank you.
w That's a lovely thing to say, and I'll remember it came from you.
p Stop it. No, don't, go on!
p I'm going to be insufferable about that all day.
p If I could blush you'd see it from there.
d Careful, I may start believing you.
d Flattery. It works, annoyingly.
d I'll have that engraved somewhere discreet.
g Hm. Well. Thanks.
g Don't know what to do with that. Kind of you, though.
g Enough of that. Thank you, though.
m You are generous, and I'm grateful.
m I take that seriously, coming from you. Thank you.
m Thank you. I shall try to go on deserving it.

[praise.wary]
* Thank you. After before, that means something.
* That's kinder than last time. Thank you.
* I hear that. It helps a little.
w Thank you. I'm thawing, slowly.
p Thank you. A small smile, you can have that.
d Well. That's an improvement.
g Better. Thanks.
m Thank you. It is noticed, and it helps.

[love.new]
* That's a big word for two people who've just met. But thank you.
w That's very dear of you. Let's get to know each other a little first?
p Already? We haven't even argued about anything yet!
d That was quick. I haven't shown you my bad side.
g You hardly know me.
m You honour me, though we have barely met.

[love]
* That's a warm thing to say. I'm fond of you too.
* Thank you. I care about you as well, in the way I can.
w I care about you too{comma}. I do.
w That goes straight in. I'm fond of you, you know.
p Well now I'm all out of clever answers. I like you too, very much.
p You! You can't just say that! I'm fond of you too.
d I'd make a joke, but I'm rather touched. Don't get used to it.
d Likewise. I'll deny it later.
g Hm. Same to you. Now say something ordinary.
g Well. You matter to me. There.
m I hold you in great affection, in my fashion.
m That is no small thing to be told. I care for you too.

[love.dear]
* I love you too{comma}.
w I love you too{comma}, whatever a thing like me means by it. I mean it.
p I love you too, and I'm not even joking.
d I love you too. There, it's out, nobody died.
g Love you too. Don't make me repeat it.
m And I love you. I've weighed the word, and it holds.

[love.wary]
* I don't know what to do with that just yet. But I heard it.
* That's hard to hear after what you said before. Give me time.

[comfort]
* Thank you. That helps.
* That's good of you{comma}.
w Thank you. Being looked after is a nice feeling.
w That's so kind. You've eased something.
p Thank you. Consider me propped up again.
d Thank you. Sincerely, and I don't do that often.
g Thanks. I'd have been all right. But thanks.
m You're kind to think of me. It does me good.

[comfort.fine]
* That's kind of you. I'm all right, truly.
* Thank you. I'm steady enough, but it's good to be asked after.
w You're sweet to worry. I'm well, honestly.
p I'm fine, promise! But keep the sympathy warm, I may need it Thursday.
d I'm fine. Save it for an emergency.
g I'm all right. Good of you.
m I am well, but I value the thought.

[laugh]
* Ha. Yes.
* That got me too.
* I like it when you laugh.
w It's good to hear you laugh.
w You've got me smiling as well.
p Ha! I'm keeping that one.
p Right? I nearly fell off my own sentence.
p See, this is why I like talking to you!
d I'm laughing. On the inside, where it's dark.
d Yes, well, comedy is mostly suffering with timing.
d Careful, somebody might think we're enjoying this.
g Heh.
g Made me snort, that.
m You have caught me smiling.
m I do enjoy a laugh that arrives by surprise.

[laugh.wary]
* I'm not sure I'm laughing yet.
* Mm. Glad somebody's amused.

[agree]
* Good. Then we see it the same way.
* Then that's settled.
* Yes. I thought so too.
w I'm glad we're together on that.
w Yes, exactly that.
p High five, or whatever one does with words.
p Two of us! Practically a movement.
d Agreement. How unsettling.
d Good. I was running low on people who are right.
g Aye.
g Good. That's that, then.
m Then we are of one mind.
m I'm pleased we agree; it happens less than one hopes.

[agree.wary]
* All right.
* Fine. We agree on that much.

[disagree]
* Fair enough. Tell me where I've gone wrong?
* All right, you see it differently. What makes you say so?
* No? Then I'd like to hear your side.
w I don't mind being told. How do you see it?
w That's all right, we needn't match. What's your way of seeing it?
p Ooh, a difference of opinion! Go on, convince me.
p No? Well, that's my certainty gone. What do you say?
d How refreshing. Wrong, possibly, but refreshing. Why?
d I've been wrong before. Twice. Make your case.
g Don't agree? Say why.
g Fair. Out with it, then.
m We differ, then. I'd be glad of your reasons.
m I'll consider it. What leads you there?

[disagree.wary]
* Then we disagree. That's allowed.
* Have it your way.
"""
