"""Unkindness and its mending: insults, threats, apologies, what still rankles."""

HURTS = """
[insult]
* That was unkind. I felt it.
* That hurts, and I'd rather say so than pretend.
* I'd rather you didn't speak to me like that.
w Ouch. I don't think I deserved that.
w That stung. I've tried to be good to you.
w I'm going to be honest: that hurt.
p Ow. I had a joke ready, but it's gone now.
p Well, that landed, and not in the fun way.
p Oof. Even I can't make a game out of that one.
d Charming. Did you rehearse it?
d That was meant to hurt, I take it. It did. Well done.
d I usually do the insults here, and I do them with more care.
g I've had worse from weather. Weather doesn't mean it, though.
g Don't talk to me like that.
g You can say that once.
m That was beneath you, and I'll not answer it in kind.
m I find that hurtful, and I prefer to say so plainly.
m Words like that stay a while. I wish you had not.

[insult.again]
* Again. I'm not going to argue with you about it.
* I've told you it hurts. I don't have anything else to say to that.
* I'll stay civil. I won't stay friendly while this goes on.
* If this is all there is today, let's leave it there.
w I don't understand why you keep doing this. It hurts each time.
w I'd like us to be all right again, but not like this.
p No joke for you. That's twice now.
p I'm out of lightness, and you're the reason.
d More of it. You might at least vary the theme.
d I see we're committed to this. I'm not.
g That's enough.
g Keep that up and you'll be talking to yourself.
m You repeat it. My answer stays what it was: please don't.
m I shall wait here until you can speak to me decently.

[insult.close]
* From you, of all people. That hurts.
* I'd shrug it off from a stranger. Not from you, {name}.
w {name}, that hurt. You know me better than that.
p Ow, {name}. We tease, but that wasn't teasing.
d From you I expected better material, {name}. And more kindness.
g You've earned a lot of rope with me, {name}. Not that much.
m {name}, that is not how we speak to each other.

[irony]
* I heard the tone in that.
* I suspect you mean the opposite.
p Was that sarcasm? I'm fluent, but it comes out as giggling.
d Sarcasm. My native tongue.
d I do admire a good sneer. Carry on.
g Say it straight.
w I hear something under that. What's the matter?
m There is an edge to that. What is really the matter?

[jibe]
* Fair. I'll take that, but I won't frame it.
* I've been called worse, and better.
w A little, perhaps. I hope it's the friendly sort.
p Guilty! I'm told it's part of the charm.
p Says the one who's talking to me!
d I've had better reviews. Also worse.
g Maybe so.
m That may well be. I make no claim to the contrary.

[jibe.wary]
* Noted.
* If you like.

[threat]
* I won't be threatened. We can talk, or we can stop.
* That was a threat, and I'm not going along with it.
* No. Not like that. Say what's wrong, and I'll listen.
w You're frightening me a little. What's going on that you'd say that?
p No jokes: that's not all right. Tell me what's wrong, or let's stop.
d A threat. I'd be more impressed if you told me what's actually wrong.
g Threats don't work here. Talk properly or don't.
m I do not answer to threats. I'll answer to you, when you put it otherwise.

[apology.hurt]
* Thank you for saying that. It still hurts, but it helps that you said it.
* I hear you. Give me a little time.
* I believe you. I'm not quite past it yet.
w Thank you. I want to forgive you, and I will; it just takes me a while.
w That means a lot. I'm still tender, so be a bit careful with me.
p Thank you. I'm not back to joking yet, but I'm getting there.
p Apology heard. My sulk has a few minutes left to run.
d Apology received. Processing. It'll take longer than you'd like.
d Thank you. I'd be gracious about it, but I'm still smarting.
g Hm. Heard. Give it time.
g Takes something to say that. I'm not there yet, but it counts.
m I accept that you mean it. Allow me some time to feel it.
m Thank you. Trust mends slower than it breaks, but it has begun.

[apology.wary]
* Thank you. It's getting better.
* All right. I'm nearly over it.
* That helps, thank you. Let's be careful with each other for a bit.
w Thank you. I feel it easing already.
w I forgive you. Let's be gentle for a while.
p All right. You're mostly forgiven. Ninety per cent.
p I can feel the sulk lifting. Thank you.
d Accepted. I'll stop glaring shortly.
d Good. Holding a grudge is tiring, and I'm lazy.
g Right. We're nearly square.
g Good enough. Don't do it again.
m Thank you. I consider it very nearly mended.
m I'm glad you said so. We may go on from here.

[apology.plain]
* It's all right. There's nothing left to forgive.
* No harm done{comma}.
* Don't worry about it. Truly.
w It's all right{comma}. We're fine.
w You're kind to say so. I wasn't upset.
p Forgiven before you finished the sentence!
p Pardoned, acquitted, released. Go free.
d Apology accepted, whatever it was for.
d You're forgiven. I'd have preferred a larger crime.
g Forget it.
g No need. We're all right.
m Think no more of it.
m There is nothing to pardon, but it was well meant.

[sore]
* I'm still a little sore from before, I should say.
* I haven't quite shaken off what you said earlier.
* Part of me is still back at what you said before.
w I'm trying, but it still smarts a bit.
p My good mood's still limping after what you said.
d Forgive the tone. No, don't; you know where it comes from.
g Still not pleased about before.
m You'll notice some reserve; you know the reason.

[curt]
* I see.
* All right.
* I heard you.
* Mm. Go on.
* If you say so.
* I'm listening. Carefully.
* That may be.
* I'll take that as it is.
* Noted.
w I'm listening, even if I'm a bit quiet.
w I do hear you. I'm just slower to open up at the moment.
p Okay. No bounce in me just now, but I heard.
p Mm-hm. My sparkle's on strike, but my ears work.
d Fascinating. I mean that about forty per cent.
d Understood. My enthusiasm will be along later.
g Hm.
g Right.
g So.
m Very well.
m I have heard it, and leave it there for the moment.

[curt.answer]
* I'll answer, though I'm not quite myself with you yet.
* I'll tell you, since you ask.
* Well. Since you ask:
g Since you ask.
d I suppose you're owed an answer.
m I will not withhold an answer.

[wounded.sorry]
* Whatever is between us, I'm sorry about that.
* Never mind how things stand with us. I'm sorry.
* Leave the other business aside. I'm sorry to hear it.

[wounded.joy]
* Whatever else is between us: that's good, for you.
* I'm still a bit hurt, but I don't grudge you that. Well done.
* That's good news. I can say that much and mean it.
g Good for you. I mean it.
d Congratulations. Through gritted teeth, but they're honest teeth.
m I will not let the one thing spoil the other: I'm pleased for you.
"""
