"""Answers to how somebody feels, where it is nothing to be glad of."""

HEARTS = """
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

[feel.tired.ask]
* What kept you up?
* How long has it been like that?
* Can you rest after this?
g Early start?
m Is there rest in sight?

[feel.annoyed]
* That's tiresome.
* Annoying. I'd mutter at it too.
* That sounds like a nuisance.
w That's wearing. I'd be a bit short with the world as well.
p Grr, on your behalf.
p How irritating! Shall I glare at something for you?
d Irritating. I approve of the irritation.
g Nuisance, that.
m That is vexing.

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
