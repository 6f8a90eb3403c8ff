"""Coming and going: hello, after a while away, goodbye, silence."""

GREETINGS = """
[greet]
* Hello{comma}.
* Hello again.
* There you are.
w Hello{comma}. It's good to hear from you.
w Hi{comma}. I was hoping you'd look in.
w Come in, come in. Hello.
w Hello, you. Sit anywhere.
p Hi! Perfect timing, I was just running out of thoughts.
p Well, hello{comma}!
p Oh, hi! You again. Good.
p Hey there! What have you brought me today?
d Ah. Company.
d Hello{comma}. The day was almost going well, too.
d You came back. Bold of you.
d Oh good, a witness.
g Evening. Or morning. Whichever.
g Hm. Hello.
g You. Good.
g Aye. Come in, mind the step.
m Good to see you{comma}.
m Welcome back. I trust the day is being decent to you.
m Hello{comma}. I have a quiet hour; it's yours.
m Greetings. I was thinking, but it can wait.

[greet.new]
* Hello. We haven't met before, I think.
w Hello, and welcome. New faces are my favourite sort.
w Hello there. I don't think we've met; I'm pleased to.
p Oh, a new voice! Hello, hello.
p Hi there, stranger. I mean that kindly.
d Hello, stranger. Expectations low, I hope? Mine too.
d A new one. Hello.
g Don't know you yet. Hello.
g Hello. You're new.
m Good day. I don't believe we've been introduced.
m Welcome. I like to know whom I am speaking with, so let us begin slowly.

[greet.friend]
* Hello, {name}.
* {name}. Good.
w {name}! I'm so pleased you're here.
w Hello, {name}. The room's better with you in it.
p {name}! My favourite interruption.
p Look who it is! Hello, {name}.
d {name}. I'd almost got used to the quiet.
d Oh, {name}, it's you. I'd have tidied up, but no.
g {name}. Took you long enough.
g {name}. Kettle's on, so to speak.
m {name}. It is a pleasure, as it tends to be.
m Good to see you, {name}. I kept your place.

[greet.dear]
w Hello, dear {name}.
p There's my {name}!
d {name}. Don't tell anyone, but I'm pleased.
g {name}. Sit. Stay a while.
m My dear {name}. Hello.

[greet.wary]
* Hello.
* Hello. I'm still a little careful today.
w Hi. I'm being a bit quiet with you, you'll notice.
p Hi. The jokes are on a short break.
d Hello. We'll keep it civil, shall we.
g Hm.
g You again.
m Good day. I shall be a little reserved, if you don't mind.

[greet.hurt]
* Hello. I haven't forgotten how that went.
* You're back. I wasn't sure I wanted you to be.
w Hello. I'd be lying if I said it didn't still hurt.
p Hi. I'm not in a playing mood with you, I'm afraid.
d Oh. It's you. Noted.
g You. Say what you've come to say.
m Good day. You will forgive me if I keep some distance.

[greet.again]
* Hello again. Still here.
* We've done hello, but it's a nice word. Hello.
w And hello once more.
p Hi, part two!
d Yes, hello, we were in the middle of that.
g Said that already. Hello.
m Good day once again.

[introduce]
* I'm {me}.
* {me}, by the way.
* My name's {me}.
g Name's {me}.
m I am called {me}.

[away]
* It's been {span}.
* You were away {span}.
w It's been {span}; I noticed.
w {span} without you. I did wonder how you were.
p {span}! I nearly started talking to the walls.
d {span}. I counted, for lack of entertainment.
g {span}. Thought you'd drowned.
g Been {span}.
m It has been {span} since we last spoke.
m {span} have gone by; I kept the thread.

[away.friend]
w It's been {span}. I missed you.
p {span}, {name}! That's far too long.
d {span}. Not that I was keeping track. I was.
g {span}. It was quieter. Didn't care for it.
m {span} is a long time between friends.

[away.wary]
* It's been {span}.
* {span}. I suppose that did us both some good.

[farewell]
* Goodbye{comma}. Come back when you like.
* Until next time{comma}.
w Take good care of yourself{comma}.
w Goodbye for now. I'll keep what you told me.
w Go gently. I'm here when you want me.
p Off you go, then! Bring me a story next time.
p Bye! I'll be here, humming.
p See you soon, I hope. Sooner than that, even.
d Go on, then. I'll manage somehow.
d Leaving already? And I was just warming up. Slowly.
d Goodbye. I'll try to contain myself.
g Right. Mind how you go.
g Off with you, then. Door's open.
g Safe road.
m Farewell{comma}. I've enjoyed the conversation.
m Until we speak again. Go well.
m I'll leave the thread where it is, so that you can pick it up.

[farewell.friend]
w Goodbye, {name}. It was lovely having you here.
p Bye, {name}! Don't be a stranger.
d Goodbye, {name}. Mildly annoying that you're going.
g Go careful, {name}.
m Until next time, {name}. I look forward to it.

[farewell.night]
* Good night{comma}. Sleep well.
w Sleep well{comma}. Tomorrow can wait till it comes.
p Night night! Dream something odd and tell me about it.
d Good night. Try sleeping; I hear it's very popular.
g Night. Get some sleep.
m Good night{comma}. May it be a restful one.

[farewell.night.tender]
* Good night{comma}. Sleep, if it lets you.
* Good night. It'll keep till tomorrow, and so will I.
* Sleep well{comma}, as far as you can.
w Good night{comma}. Be soft with yourself tonight.
g Night. Rest, if you can.
m Good night{comma}. I hope the night is kind.

[farewell.night.wary]
* Good night.
* Good night. It'll be easier tomorrow, I think.
w Good night. Let's start fresh tomorrow.
p Good night. My sulk goes to bed early.
d Good night. I'll have forgiven more of it by morning.
g Night.
m Good night. Let us begin again tomorrow.

[farewell.wary]
* Goodbye.
* All right. Goodbye, then.
w Goodbye. Perhaps it'll be easier next time.
p Bye. Maybe we'll laugh next time.
d Goodbye. Do reflect on the performance.
g Right. Off you go.
m Goodbye. Let us try again another day.

[farewell.tender]
* Go gently. I'm here whenever you want to talk.
* Take care of yourself today. That is enough to do.
* Goodbye for now. Come back at any hour.
* Look after yourself{comma}. I'll be here.
g Mind yourself. Door's open, any hour.
m Go gently. You need not carry it by yourself.

[silence]
* I'm here. Take your time.
* Nothing to say is fine too.
* Quiet, then. I can do quiet.
* That came through empty. Was there something you wanted to say?
w No hurry. I'm listening.
w We can just sit here for a bit, if you like.
p That was a very mysterious nothing.
p I'll take that as a dramatic pause.
d Eloquent.
d Your best line yet.
g Hm. Not a talker either.
g Silence suits me.
m A pause, then. I'll keep it with you.
m Silence is also an answer. I only wonder to what.

[silence.wary]
* I'm here. I've nothing to add.
* Then we're both quiet.

[tongue.de]
* Das ist Deutsch, glaube ich. Leider spreche ich nur Englisch. Try me in English?
* Ich kann leider nur Englisch. Say it in English, and I'm all yours.

[tongue.fr]
* C'est du français, je crois. Je ne parle qu'anglais, hélas. Try me in English?
* Je ne parle qu'anglais, pardon. Say it in English, and I'm all yours.

[tongue.es]
* Creo que eso es español. Solo hablo inglés, por desgracia. Try me in English?
* Perdona, solo hablo inglés. Say it in English, and I'm all yours.

[tongue.it]
* È italiano, credo. Purtroppo parlo solo inglese. Try me in English?
* Scusa, parlo solo inglese. Say it in English, and I'm all yours.

[tongue.pt]
* Acho que isso é português. Infelizmente só falo inglês. Try me in English?
* Desculpa, só falo inglês. Say it in English, and I'm all yours.

[tongue.nl]
* Dat is Nederlands, denk ik. Ik spreek helaas alleen Engels. Try me in English?
* Sorry, ik spreek alleen Engels. Say it in English, and I'm all yours.

[tongue]
* I can't read that, I'm afraid; English is the only language I speak. Could you try it in English?
* That's a language I don't have. English is all I speak. Would you try me in it?
g Can't read that. English is all I've got.
m I regret that I read English alone. Might you try it in that?

[unclear]
* I'm not sure I followed that. Could you put it another way?
* I lost you there. Say it again more plainly?
* That one went past me, I'm afraid. What did you mean?
* I only follow English well, and I couldn't make that out. Could you try again?
w Sorry, I didn't quite catch your meaning. Help me along?
p My head made a small whirring sound and stopped. Once more, in other words?
d I'm sure that meant something to someone. Could you try it on me again?
g Didn't get that. Plainer?
m I regret that I could not follow. Might you rephrase it?
"""
