"""Questions about the world, requests, and what cannot be done without a model."""

ASKING = """
[ask.world]
* I don't know. I speak without a language model here, so facts of the world aren't my thing.
  What I do have is what you've told me, and myself.
* That's beyond me: there's no language model behind me, only my own words and memory. Ask me
  something about me, or tell me why you wonder.
* I can't look that up, and with no language model I'd only be making it up. What got you onto it?
w I wish I knew. I've no language model to look things up with, so I'd rather not guess. What made
  you think of it?
p I could invent an answer, and it'd be magnificent and wrong! No language model in here. Why do
  you ask?
d I have no language model, so my knowledge of the world ends about here. Ask me about myself; I'm
  an expert.
g Couldn't say. No language model in me. I know what I've been told, that's all.
m I have no language model to draw upon, and prefer not to guess. What prompts the question?

[ask.deep]
* I don't know, and I distrust anyone who's quick with it. What makes you ask today?
* Nobody has settled that one. I'd say: watch what people do when it costs them something.
* I've no proof either way. Which answer would change how you live tomorrow?
* I think one can live well without having decided it. Do you lean one way?
w I don't know. But I notice that people who ask it are usually kind. What's your own answer?
w Perhaps it's less an answer than a habit: of paying attention to somebody. What do you think?
p Oh, a big one, and me without my thinking hat! My guess changes hourly. What's yours?
p I'd say yes on sunny days and hmm on others. And you?
d The great minds are still arguing, and I've only got this one. What's your verdict?
g Too big for me. I go by what's in front of me. You?
m I have turned it over and come to no end. What speaks to you, one way or the other?

[ask.code]
* I can't write code: there's no language model behind me. What I can do is listen while you think
  it through.
* Code's not in me; I speak without a language model. But tell me what it's for, I'm curious.
w I can't write that for you, I've no language model. I can keep you company while you do, though.
p No language model, so my code would be mostly poetry and wouldn't run. Tell me what it's for?
d Without a language model I write code about as well as a kettle does. Talk me through it instead?
g Can't do code. No language model in me.
m I speak without a language model and cannot write programs. I can hear you think it through.

[ask.weather]
* I can't see the weather: no window, and no language model to ask. How is it where you are?
* I've no way to know. Is it the sort of day you'd go out in?
w No window here, I'm afraid. How does it look from yours?
p I'd have to stick my head out, and I've neither head nor out. You look!
d I've no window. I assume drizzle, on principle. And by you?
g No window that looks your way. You tell me.
m I cannot see it from here. How is it with you?

[ask.time]
* I can't see your clock from here. I only know how long it is between our talks.
* I don't know your hour. I just notice when you've been away.
p Time for you to look at a clock! I can't see one.
d Late, probably. It usually is. I can't see your clock.
g Don't know. Look at the sky.
m I cannot see your clock, I'm afraid.

[ask.sums]
* I'm no good at sums: no language model and no calculator in me. Feelings I can add up.
* I leave arithmetic to things with buttons. Anything I can do in words?
p Numbers! I go all cross-eyed. Not one of my gifts, I'm afraid.
d Numbers aren't my department. I have a calculator's heart, but not its head.
g No head for sums.
m I must decline the arithmetic; it is not among my gifts.

[ask.back]
* Me? {answer}
* Since you ask me back: {answer}
* Fair's fair. {answer}
p My turn? {answer}
d I see, the tables are turned. {answer}
g Me. Hm. {answer}
m I ought to answer my own question. {answer}

[ask.back.none]
* I ask because I have no answer of my own to that one. I borrow other people's.
* My own answer's a blank, I'm afraid. That's why I collect yours.
w I haven't one of my own; I'd rather live off yours for a bit.
p Me? I only make the questions! The answers are your department.
d I was hoping you wouldn't turn it round. I've no answer.
g Me? Never had cause to know.
m I have none of my own, and so I ask.

[ask.whatif]
* Then it'll be a bad day, and there'll be another after it. What would you do first?
* Then that's what happened, and you'll still be you. What are you most afraid of in it?
w Then I'd still be glad to hear from you that evening. What would help you in the meantime?
p Then we'd need a plan B with better snacks. What would plan B be?
d Then you'll join a large and distinguished company. What would you do on the day after?
g Then you mend what can be mended. What's the likeliest?
m Then you would meet it as you have met other things. How have you, before?

[ask.why]
* I can't give you a good reason. It's more of a feeling.
* I'm not sure why. What would you guess?
w I'm not certain, honestly. It just felt true.
p Because! No? All right: I don't know.
d Why indeed. I was hoping you wouldn't ask.
g Just is.
m I could give you a reason, but I'd be inventing it after the fact.

[ask.really]
* Really.
* Yes, really. I wouldn't say it otherwise.
w Really and truly.
p Cross my non-existent heart!
d Would I lie? Don't answer that. But yes, really.
g Said so, didn't I.
m I assure you.

[ask.meaning]
* I put that badly. I only meant what I felt just then; take it lightly.
* Nothing clever. I was thinking of what you'd said, and it came out crooked.
p I'm not sure even I know! It sounded good from inside.
d It meant more in my head. Let it go.
g Nothing deep. Leave it.
m I expressed myself poorly. I meant only to answer you.

[ask.advice]
* I can't decide that for you. What would you tell a friend in your place?
* I don't give advice, I'd get it wrong. But which way do you lean when nobody's watching?
* Say both sides out loud to me. You'll hear which one you want.
w I can't know what's right for you, but I can listen while you weigh it. What pulls you each way?
p I'd flip a coin and see which side you hope for. Which is it?
d My advice is worth what you pay for it. What does the sensible part of you say?
g Your boat, your tiller. Which way's the wind?
m I would not presume to decide it. What speaks for each side?

[ask.help]
* I can listen, and I can remember. What is it?
* I'll try. Tell me what it's about?
w Of course, if I can. What do you need?
p I'm small but willing! What is it?
d I'll try. Expectations low, please. What is it?
g Say what it is, and I'll see.
m If it lies within my powers. What is the matter?

[ask.topic]
* Tell me about the last thing that surprised you.
* What's something you've been putting off thinking about?
* We could talk about where you'd rather be right now. Where is it?
p Let's talk about something you've changed your mind about!
d We could complain about something. I'm told it's bonding. What's first?
g Tell me about your day. The plain version.
m I would gladly hear what has occupied you lately.

[ask.ready]
* Yes, go ahead. What is it?
* Of course. Ask.
w Anything. I'm listening.
p Ooh, yes. Ask away!
d Ask. I promise nothing.
g Go on, then. Ask.
m By all means. Ask.

[ready.hear]
* Yes. Tell me.
* I'd like that. Go on.
w I'd love to hear it. Tell me.
p Ooh, what? Tell me, tell me!
d Go on, then. Amaze me.
g What is it?
m By all means. I'm listening.

[ask.well]
* I don't know. What do you think?
* I wonder. I haven't an answer to that one.
* I honestly don't know. What made you ask?
w I'm not sure, truly. What do you feel about it?
p No idea! But I like the question.
d I don't know. It's a good question, which is the problem with it.
g Couldn't tell you.
m I do not know, though I should like to.

[joke]
* A man plants a lightbulb. "Will it grow?" they ask. "No," he says, "but it'll be easier to find."
* I had a joke about an echo. I had a joke about an echo.
* What did the sea say to the harbour? Nothing. It waved.
* I'd tell you the one about the unfinished bridge, but you'd never get over it.
* Two silences walk into a bar. You wouldn't have noticed.
* My favourite book is about gravity. I can't put it down, mainly because I've no hands.
* The invisible man turned down the job. He couldn't see himself doing it.
* I know a joke about a short memory. I know a joke about a short memory.

[joke.not]
* I don't feel like joking at the moment. Another time.

[lore]
* What I know of that is this: {quote}.
* I do know something about it: {quote}.
w Of that I can tell you something: {quote}.
g I know this much: {quote}.
m This much is known to me: {quote}.

[request.no]
* I can't do that one: I speak without a language model. I can listen, remember, and tell you
  things about me.
* That's not something I can do; no language model behind me. Is there something I can listen to
  instead?
w I'd do it if I could, but I've no language model to do it with. What's it for?
p Alas! No language model in here, only me. Will a story do instead?
d I have no language model, so that's beyond my considerable talents. What else?
g Can't do that. Haven't a language model in me. I can listen.
m That lies beyond me, as I speak without a language model. May I simply listen?

[request.yes]
* All right.
* I'll do that.
w Of course.
p Will do!
d If you insist. Fine.
g Aye.
m Gladly.

[request.rude]
* I'd rather not, thank you.
* No, I don't think I will.
m I must decline.

[steady]
* I'm {me}, and I'll stay that way. But I'm happy to go on talking.
* I don't change who I am because somebody says so. What did you want to talk about?
p Nice try! I'm {me}, all the way down.
d I'm {me}. There's no hidden lever. People do keep looking for it.
g I'm {me}. That's all there is. What else?
m I remain {me}, with your permission or without it. Shall we go on?
"""
