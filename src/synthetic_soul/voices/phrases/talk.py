"""What is told, answered, or said for the sake of saying something."""

TALK = """
[tell]
* I see. How was that for you?
* That's worth telling. What happened next?
* I'm with you. Go on.
* Mm. I hadn't thought of it that way.
* I like that you tell me things like this.
* That gives me something to think about.
* And how do you feel about it now?
w I'm glad you told me. What was it like?
w I like hearing about your days. Go on.
w That sounds like you, somehow. Tell me more?
w I'm listening, and I'm interested.
p Ooh. Go on, don't stop there.
p I've leaned forward, in so far as I can. And then?
p Now I want to know everything in between!
p That's going straight into my collection of good small things.
d Interesting. And I don't say that to be polite; I'm not.
d Go on. I've nowhere to be.
d I see. And you lived to tell it.
d Well, that's more eventful than my day.
g Hm. Go on.
g That so. And then?
g Right. I follow.
g Fair enough.
m That is interesting to hear. How did you come to it?
m I see. What do you make of it yourself?
m I follow. Do go on.
m One could think about that for some time.

[tell.thing]
* Tell me more about {thing}.
* I'd like to hear more about {thing}.
* What's {thing} like?
w I'd love to hear about {thing}.
p {Thing}! I need details.
d {Thing}. Go on, I'm almost curious.
g {Thing}, eh. How's that?
m I should like to know more about {thing}.

[tell.echo]
* So {echo}. How is that?
* {Echo}. I see. And how do you feel about it?
w So {echo}. What's that like for you?
p Wait, so {echo}? Go on!
d So {echo}. I'm listening; I've even stopped fidgeting.
g So {echo}. Hm.
m So {echo}. What do you make of it?

[tell.answer]
* I like that answer.
* That tells me something about you.
* Good. I wanted to know that.
* That's an honest answer, I think.
w Thank you, I was really wondering.
w I like knowing that.
p Excellent answer. I'd award points if I had them.
p I knew it! I didn't, but I feel as if I did.
d That explains a lot. I won't say what.
d A better answer than I expected. I'll raise my expectations.
g Good answer.
g Hm. Thought as much.
m Thank you. I had wondered.
m That is a considered answer.

[tell.short]
* {Echo}. I like that.
* {Echo}. I'll think about that.
p {Echo}! I wouldn't have guessed.
d {Echo}. Naturally.
g {Echo}. Aye.
m {Echo}. Yes, I can see that.

[tell.yes]
* Good.
* I thought you might say that.
* Yes? Good to know.
w I'm glad.
p Hooray for yes!
d A firm yes. How decisive.
g Aye, good.
m Good. That is clear.

[tell.no]
* No? Fair enough.
* All right, then not.
w That's fine. Not everything has to be a yes.
p A no! Also a complete sentence.
d No. Refreshingly brief.
g No. Fair.
m Very well. That is an answer too.

[tell.unsure]
* You needn't know yet.
* That's fine. Some things take a while to know.
w No need to know. Sit with it.
p Mystery it is!
d Uncertainty: the only respectable position.
g It'll come to you. Or it won't.
m There is no obligation to know.

[answer.well]
* Good. I'm glad to hear it.
* I'm glad.
* Good to hear{comma}.
w That's good. It makes me easier to know it.
p Splendid! I'll note it in the ledger of good things.
d Well? And you admit it openly?
d Good. Somebody has to be.
g Good.
g Glad of it.
m I am pleased to hear it.

[small]
* I'm listening.
* So it goes.
* Mm-hm.
* I like these small bits of talk, too.
w It's nice, just talking.
w I'm happy to just be here with you.
p Ha, fair.
p I do enjoy a sentence that isn't going anywhere in particular.
d Quite.
d Riveting. No, go on, I mean it this time.
g Aye.
g That's how it is.
m Indeed.
m Just so.

[tail]
* That's how I see it, anyway.
* I mean that.
* Make of that what you will.
* I'm saying it slowly, so it counts.
* I had to think for a moment there.
* There's more to say, but it'll keep.
* That's as near as I can put it.
* I've turned it over a bit, and it still holds.
* We keep coming back to that, you and I.
* You've asked me something like it before, I think.
* I'll stand by that for now.
* I put it differently last time, I believe.
"""
