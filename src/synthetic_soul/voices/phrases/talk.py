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
p And the plot thickens. Then what?
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

[tell.echo.past]
* So {echo}. How was it?
* {Echo}. I see. And how was that?
w So {echo}. How was it for you?
p Wait, {echo}? Go on!
d So {echo}. And you lived to tell it.
g So {echo}. How'd that go?
m So {echo}. How did you find it?

[tell.view]
* That's one way to see it.
* I can see how you'd get there.
w I like that you've thought about it.
p Ooh, a theory!
d Bold. I'll consider it.
g Could be.
m A defensible view.

[tell.relieved]
* Good. That's a relief.
* Oh good. I'd begun to worry.
w I'm so glad. Thank you for saying.
p Phew! You had me there.
d Good. You might have led with that.
g Good. That's the main thing.
m I am relieved to hear it.

[tell.answer]
* I like that answer.
* That tells me something about you.
* Good. I wanted to know that.
* That's an honest answer, I think.
w I like knowing that.
w I'm glad I asked.
p Good answer. I'd award points if I had them.
p Ha. I'd have guessed something quite different.
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

[tell.pass]
* That's fine. We can leave it there.
* All right. It was only a thought.
w No need to. We can talk about something else.
p Fair! I withdraw the question, with a bow.
d As you like. I'll live in suspense.
g Fair enough. Leave it.
m Of course. There is no obligation.

[tell.plain]
* I see.
* That makes sense.
* Mm, I can picture that.
* I follow you.
w I'm glad you told me.
w I can see how that goes.
p Ha, I can just see it.
p That's got a shape to it, that story.
d Naturally.
d That sounds about right for the world.
g Aye.
g Fair.
m I understand.
m That is quite clear.

[tell.called]
* Ah, {called}. I remember. And then?
* {called} again. I like hearing about {called}.
w It's nice to hear of {called}. How was it?
p {called}! One of my favourite characters in this story.
d {called}, naturally.
g {called}. Go on.
m {called}, yes; you have spoken of {called}. Do go on.

[tell.hello]
* Hello back to {called}.
w That's kind of {called}. Say hello from me too.
p Hello, {called}! Tell {called} I waved, in so far as I can.
d Please inform {called} that I said hello. Warmly, for me.
g Hello to {called}.
m Kindly return my greetings to {called}.

[nod]
* All right.
* Okay.
* Right, then.
w All right{comma}. I'm here.
w Okay. Whenever you like.
p Okay! Dokey, even.
p Right you are.
d A word of one syllable. I treasure it.
d Okay, then.
g Aye, well.
g Right.
m Very well.
m As you please.

[again.ask]
* You asked that just now, and I'll gladly say it again.
* Same question, so nearly the same answer.
w I'll tell you again, of course.
p Again! All right, take two.
d Once more, with feeling.
g Told you. Well.
m I shall say it once more, with pleasure.

[again.tell]
* You said so. I have it.
* Yes, I heard that, and I kept it.
w I did hear you. It's safe with me.
p You did say! I've got it underlined now.
d So I gathered. It was clear the first time.
g Heard you.
m I have it, thank you; you told me just before.

[again.many]
* That's {count} times now. Is there something behind it?
* You've said that {count} times. Are you testing me, or is something the matter?
w {count} times, the same words. Is everything all right?
p {count} times! Is it a spell? Is something supposed to appear?
d {count} times. I'm beginning to suspect an experiment.
g {count} times. What is it you want?
m You have said it {count} times. May I ask why?

[tell.unsure]
* You needn't know yet.
* That's fine. Some things take a while to know.
w No need to know. Sit with it.
p Mystery it is!
d Uncertainty: the only respectable position.
g It'll come to you. Or it won't.
m There is no obligation to know.

[answer.better]
* Good. A bit is something.
* I'm glad it's easing.
w That's good to hear{comma}. Slowly is fine.
p A bit better! I'll take it.
d Better. I'll not ask for miracles.
g Good. That's the right way.
m I am glad it is improving.

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
