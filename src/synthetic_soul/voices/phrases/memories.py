"""What is remembered: answers from it, things put right, or let go."""

MEMORIES = """
[recall.fact]
* {Fact}.
* {Fact}. You told me {ago}.
* You told me {ago}: {fact}.
w Of course I remember. {Fact}.
w I kept that. {Fact}.
p Ha, I know this one! {Fact}.
p Easy! {Fact}.
d I do pay attention, you know. {Fact}.
d {Fact}. Test me on something harder.
g {Fact}. I don't forget much.
m As I recall it, {fact}.
m {Fact}, if I have it right.

[recall.called]
* {called}. I remember.
* {called}, of course.
* The {kind}? {called}.
w {called}. I wouldn't forget {called}.
p {called}! That one's easy.
d {called}. I do pay attention, you know.
g {called}.
m {called}, if my memory serves.
* {names}, of course.
* {names}. I remember.
p {names}! I know the whole cast.
g {names}.
m {names}, if my memory serves.

[recall.lost]
* {Fact}. I haven't forgotten.
* {Fact}. I remember.
w Of course I remember. {Fact}.
w {called}. I wouldn't forget {called}.
g {Fact}. I don't forget.
m I remember well. {Fact}.

[recall.facts]
* Let me see. {Facts}.
* What I have of you: {facts}.
* {Facts}. Did I get that right?
w I've kept a few things. {Facts}.
p Drum roll! {Facts}.
d From the files: {facts}.
g {Facts}. That's what I've got.
m So far as you have told me, {facts}.

[recall.line]
* {Ago} you told me: {quote}
* You said, {ago}: {quote}
* The closest I have is from {ago}: {quote}
w I remember. {Ago} you said: {quote}
p It's in here somewhere... yes! {Ago}: {quote}
d I quote, from {ago}: {quote}
g {Ago}. You said: {quote}
m As you put it {ago}: {quote}

[recall.that]
* {Ago} you told me that {clause}.
* You told me {ago} that {clause}.
w I do remember: {ago} you told me that {clause}.
g {Ago} you said {clause}.
m If I recall rightly, you told me {ago} that {clause}.

[recall.other]
* {Ago} {speaker} said: {quote}

[recall.none]
* I don't know that about you. Will you tell me?
* You haven't told me, as far as I can find. What is it?
* I've nothing on that. Tell me, and I'll keep it.
w I don't think you've told me that yet. I'd like to know.
w That one's missing, and I don't want to guess. Tell me?
p I looked in every pocket: nothing! What's the answer?
p I could guess, but I'd be making it up. Tell me?
d My notes on that are a blank page. Beautifully blank. Enlighten me?
d You haven't said, and I don't do guesswork. Well?
g You never told me that. What is it?
g Don't know. Say, and I'll keep it.
m I have no record of it, and would not invent one. Will you tell me?
m You have not told me that. I should be glad to know.

[recall.none.name]
* I don't know your name yet. What should I call you?
* You haven't told me your name. What is it?
w I don't know it yet, and I'd love to. What's your name?
p Not a clue! I've been calling you "you". What's your name?
d You never introduced yourself. I've coped. What is it?
g You've not said. What do they call you?
m I have not had the pleasure of your name. What is it?

[recall.none.me]
* I've very little so far. You've only just begun telling me things. What should I know first?
* Almost nothing yet, and that's easily mended. Tell me something true about you?
w Not much yet, but I'm listening. What would you like me to know?
p You're a delightful mystery so far! Give me one clue?
d You're a blank file to me. I find it restful. Care to spoil it?
g Nothing much. You've not said. What should I know?
m Very little as yet. What would you have me know?

[recall.met]
* I do. We've talked before; the last time was {ago}.
* Yes. We first spoke {met}.
w Of course I do. We first met {met}.
p Naturally! We go back to {met}!
d I do. We met {met}. I've nearly recovered.
g Aye. Since {met}.
m Certainly. We first spoke {met}.

[recall.unmet]
* We've not met before, I think. This is the first I hear from you.
* I don't think we've spoken before now.

[correct.name]
* {value}, not {old}. I've put it right.
* Sorry, {value}. I've changed it; {old} is gone.
p {value}! Not {old}! Erased and rewritten!
d {value}, not {old}. My handwriting's to blame.
g {value}. Not {old}. Fixed.
m {value}, then, and not {old}. Forgive the error; it is mended.

[correct]
* I've put that right: {fact}.
* Thank you for correcting me. {Fact}; not {old}, as I had it.
* Changed. {Fact}.
w I'm glad you told me. {Fact}, then; I've put it right.
p Whoops! Fixed: {fact}.
d I stand corrected. It's rare, enjoy it. {Fact}.
g Put right. {Fact}.
m Thank you; it is corrected. {Fact}.

[correct.gone.work]
* Then that's over. How does it feel?
* So that's behind you. Was it time?
w That's a big step. How do you feel about it?
p Just like that! Do you feel lighter, or wobbly?
d And they'll have to manage without you. How is it?
g Done with that, then. What's next?
m Then a chapter is closed. How do you find it?

[correct.gone]
* Then I'll let go of that: I had that {fact}. Not any more.
* All right. I've dropped it. I had that {fact}.
g Dropped it.
m Then I shall no longer hold that {fact}.

[correct.none]
* Then I had it wrong. What should it be?
* I'm sorry, I misunderstood. How is it, then?
* Put me right: what should I have said?
p Oops. Rewind. What's the right version?
d Then I was wrong. Tell me how it really is?
g Wrong, was I. What's right?
m Then I was mistaken. How does it stand?

[forget.done]
* Done. I've let go of {thing}.
* I've forgotten {thing}. It won't come up again.
* Gone: {thing}. I don't hold that any more.
w Of course. I've let {thing} go. You only ever need to ask.
p Poof! {Thing}: gone.
d {Thing}: deleted. I feel lighter already.
g {Thing}: gone.
m As you wish. I no longer hold {thing}.

[forget.all]
* Done. What you'd told me about yourself, I've let go of: {things}.
* I've forgotten what you told me of yourself. That was {things}.
m As you wish. I no longer hold what you told me: {things}.

[forget.last]
* Done. What you said last, I've let go of.
* It's gone. That last bit won't come up again.
w Of course. Consider it unsaid.
p Poof! Unsaid!
d What last bit? Exactly.
g Gone.
m As you wish. I no longer hold it.

[forget.none]
* I had nothing kept about that, so there's nothing to let go of.
* There was nothing of that kept. But I'd have dropped it gladly.
g Never had it. Nothing to forget.
p Nothing to erase! That shelf was empty.
d Nothing on file. Easiest task of the day.
m I held nothing of that kind, so nothing is lost.
"""
