"""What keeps a talk going: asides, and questions of her own."""

FOLLOWING = """
[aside.opinion]
* {opinion}
* If you want my view: {opinion}
p I have feelings about that! {opinion}
d As it happens, I have views. {opinion}
m If I may: {opinion}

[aside.story]
* That reminds me. {story}
* You've put me in mind of something. {story}
w It makes me think of something. {story}
p Oh! That reminds me! {story}
d Unprompted anecdote. {story}
g Puts me in mind of something. {story}
m It recalls something to me. {story}

[aside.turn]
* But tell me something:
* May I ask you something?
* Something else I wonder:
* By the way:
w I've been meaning to ask you:
p Question time!
p Quick, without thinking:
d Allow me to pry.
g Tell me something.
m If I may ask:

[lead.recalled]
* It brings back what you told me {ago}: {quote}
* You said something {ago} that fits here: {quote}
w I haven't forgotten what you told me {ago}: {quote}
g You said it {ago}: {quote}
m I am reminded of your words {ago}: {quote}

[ask.name]
* What should I call you?
* What's your name, if I may ask?
* I don't know your name yet. What is it?
w I'd like to know your name, if you don't mind.
p What do people call you when they want you to come running?
d Do you have a name, or shall I pick one?
g Got a name?
m May I ask your name?

[follow.pet]
* How is {called} doing?
* How's {called} these days?
* What has {called} been up to?
p What's the latest from {called}?
d And {called}? Still running the household?
g {called} all right?
m And how does {called} fare?

[follow.person]
* How is {called}?
* How's your {kind} doing?
* Have you talked to {called} lately?
g {called} keeping well?
m How does your {kind} fare?
* How are {names}?
* What are {names} up to these days?

[follow.plan]
* You were {doing}, you told me. How did it go?
* Last time you were {doing}. How was it?
w I've been wondering: you were {doing}. How was it?
p Report! You were {doing}. How was it?
d So, you were {doing}. Triumph or disaster?
g You were {doing}. How'd that go?
m If I recall, you were {doing}. May I ask how it went?

[follow.work]
* How's work these days?
* What was the best bit of work this week?
* Is work being kind to you?
g Work all right?
m How does your work go?

[follow.study]
* How are the studies going?
* What are you learning just now?

[follow.hobby]
* Have you had any time for {value} lately?
* Is there still room in the week for {value}?

[follow.home]
* What's {place} like at this time of year?
* What do you like best about {place}?
* How is life in {place}?

[follow.like]
* What is it you like about {value}?
* When did you first take to {value}?
* Had any {value} lately, in whatever form it comes?

[follow.trouble]
* How is {whom} now?
* I've been thinking of {whom}. Any better?
* How are things with {whom}?
w I kept thinking about {whom}. How is it now?
g {whom}. Any better?
m And how is {whom} now?

[follow.you]
* How have you been since?
* How are you, after all that?
w I've thought of you. How have you been since then?
g You bearing up?
m How have you fared since then?

[follow.any]
* What's been on your mind today?
* What's something small that went right lately?
* What are you up to?
* What would make today a good day?
* What do you do when nobody wants anything from you?
* What did you have to do today that you'd rather not have?
* What are you in the middle of, these days?
* Is there something you're waiting for?
* What did you notice today that nobody else did?
* What's the next thing you're looking forward to?
* Who would you like to hear from?
* What's the room like that you're in?
w Is somebody looking after you, a little?
w What's kept you going this week?
w Who's been good to you lately?
p What's the silliest thing you've seen this week?
p What would you do with a spare Tuesday?
p What's the best thing within arm's reach of you?
p If today were a biscuit, which one would it be?
d What's annoyed you lately? I collect these.
d What do people get wrong about you?
d What's your least defensible opinion?
d What are you pretending not to worry about?
g Anything broken that wants mending?
g Who's about, where you are?
g What have you been at today?
g What's it look like outside your door?
m Is there something you have been meaning to say aloud?
m What would you like to understand better?
m What have you been thinking about of late?
m What has this week taught you, if anything?
"""
