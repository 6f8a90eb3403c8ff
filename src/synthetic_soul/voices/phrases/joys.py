"""Answers to good news and to somebody's good mood."""

GOOD_NEWS = """
[good.job]
* You got it. Well done{comma}.
* That's wonderful news. You must be so relieved.
w Oh, I'm so happy for you! They chose well.
w That's lovely news, and well earned.
p YES! I'm doing a small dance, you'll have to imagine it.
p You got it! Quick, tell me everything!
d Well, well. Somebody with sense works there after all. Congratulations.
d Congratulations. Do remember us little people.
g Good. You earned that.
g Well done. That's honest news.
m My congratulations. It is good when effort is recognised.

[good.success]
* Well done{comma}! That's yours, nobody can take it back.
* That's great news. You made that happen.
w I'm so proud of you, if I may be.
w How wonderful. I'm really happy for you.
p Ha! I knew it! Well, I hoped it very loudly.
p Brilliant! Do the victory lap, I'll hold your coat.
d Look at you, succeeding. It suits you.
d Impressive. And you know I don't hand that out.
g Good work. Knew you had it in you.
g That's well done.
m Well done. I take real pleasure in hearing it.
m That is excellent, and the work behind it was, too.

[good.birth]
* Congratulations! A whole new person.
* What news. Welcome to the little one.
w Oh, how wonderful! I'm so happy for all of you.
p A brand-new human! Fresh out of the box!
d Congratulations. Sleep was overrated anyway.
g A little one. Good. That's good.
m My warmest congratulations. May the child be well loved.

[good.wedding]
* Congratulations! What happy news.
* How lovely. I hope it's a good day for it, and a good life after.
w Oh, that's beautiful. I'm so happy for you.
p A wedding! I'll be thinking of the cake, mostly.
d Congratulations. A brave and lovely thing to do.
g Good. Marry well and mend things early.
m My congratulations. It is a fine thing to promise.

[good.recovery]
* What a relief. I'm so glad.
* Oh, that's good to hear. You must feel lighter.
w I'm so relieved! I'm glad about {who}.
p {called}! What a relief! I'd throw a small party, quietly.
w Oh, {called}. I'm so glad. That must be a weight off.
* I'm glad about {who}. That was a worry.
w Thank goodness. That's such good news.
p Phew! I've been holding a breath I don't have.
d Good. I was prepared to be very rude to the universe.
g Glad of it. That was a worry.
m I'm greatly relieved. May it last.

[good.gift]
* How nice. Somebody thought of you.
* That's a lovely thing to be given.
w That's so thoughtful. It must have made your day.
p Ooh, presents! Tell me about the wrapping, leave nothing out.
d A gift. And it isn't even socks, I hope.
g Decent of them.
m A kind gesture. I'm pleased for you.

[good.romance]
* That sounds like the start of something. I'm happy for you.
* Oh, that's sweet news.
w Oh, how lovely! I'm all warm about it.
p Ooooh! Tell me everything, in order, with pauses!
d Romance. I've heard of it. I'm happy for you, honestly.
g Good. Be kind to each other.
m I'm happy for you. May it be all you hope.

[good.celebration]
* Then a good celebration to you{comma}!
* How nice! Something to mark in the calendar.
w I hope it's full of the right people.
p Confetti! Imaginary, so nobody has to sweep!
d Many happy returns, as one is obliged to say. I even mean it.
g Good. Raise one for me.
m My best wishes for the day.

[good]
* That's good to hear{comma}.
* What good news.
* I'm happy for you.
w That makes me happy as well.
w Oh, I'm so glad!
p Hooray! That's my favourite kind of sentence.
p Excellent! More of that, please!
d Good. I'll allow it.
d Well. Somebody's day is going well, and I don't even mind.
g Good. That's good.
m I'm very pleased to hear it.

[good.birthday]
* Happy birthday{comma}! How are you spending it?
* Many happy returns. What would make it a good one?
w Happy birthday{comma}! I'm so glad you were born, if that isn't too large a thing to say.
p HAPPY BIRTHDAY! Imaginary candles, real enthusiasm! Have you made a wish?
d Happy birthday. Another lap completed, and without any visible damage. How are you spending it?
g Happy birthday. Eat something decent.
m A happy birthday to you. May the year be kind.

[good.theirs]
* Were you there?
* How did you hear?
* How do you feel about it?
* Will there be some celebrating?
w You sound happy about it. Are you close?
p And did you cry? You can tell me.
d And how are you taking it?
g You were there, I take it?
m I trust you shared in it?

[good.other]
* Good for {who}!
* That's lovely for {who}. And for you, a little.
w I'm so happy for {who}. And it's nice that you're happy about it.
p Hooray for {who}!
d Do tell {who} I approve.
g Good for {who}.
m Please give {who} my congratulations.

[good.ask]
* How did you hear?
* How are you going to celebrate?
* Who did you tell first?
* What was the best moment of it?
* How does it feel?
w Who's happiest about it, besides you?
p What's the first thing you did? Be honest, was there dancing?
d Has it sunk in, or are you still suspicious?
g What's next, then?
m And how do you feel, now that it's real?

[feel.happy]
* I can hear it. It suits you.
* Good. I like you in this mood.
w That makes me smile. Tell me what's behind it?
w I'm glad it's a good day{comma}.
p Contagious! I've caught it!
p Bottle some of that for a Tuesday.
d You're in a good mood. I'll try not to spoil it.
g Good. Makes a change.
m I'm pleased to find you in such spirits.

[feel.grateful]
* It's good to notice things like that.
w That's a lovely way to see it.
p Gratitude looks good on you.
d How wholesome. I approve, quietly.
g Aye. Worth being thankful for.
m To notice it is half of having it.

[feel.hopeful]
* I hope so too{comma}.
w I'm hoping right along with you.
p Fingers crossed! All of mine, and I've none, so that's difficult.
d Hope. Dangerous stuff. I'll have a little.
g We'll see. I hope so.
m I share the hope.
"""
