"""What is said to something newly learned of a person, and what is asked about it."""

LEARNING = """
[learn.name]
* {value}. Good to know you, {value}.
* {value}, then. I'll remember.
w {value}! What a good name to call somebody. I'll keep it.
w Lovely to meet you properly, {value}.
p {value}! Excellent, it fits you like a hat.
p {value}. I'll say it twice so it sticks: {value}.
d {value}. I'll try not to wear it out.
d {value}. Duly noted, filed, and pronounced correctly in my head.
g {value}. Right.
g {value}. Good plain name. I'll keep it.
m {value}. I'm pleased to make your acquaintance.
m Thank you, {value}. It is good to have a name to speak to.

[learn.pet]
* {called}. I'll remember that name.
* So there's {called}. A {kind} makes a place a home.
w {called}! Give that {kind} a greeting from me.
w I like that you have a {kind} about. Hello, {called}.
p {called}! A {kind} with a proper name! I approve enormously.
p Please tell {called} I said hello. In the correct {kind} dialect.
d {called}. A {kind}. Someone in the house has to be in charge.
g {called}. Good company, a {kind}.
m {called}: a fine name for a {kind}.
* {names}. I'll remember both names.
p {names}! A household with proper names! I approve enormously.
g {names}. Good company.

[learn.person]
* {called}. I'll remember that {called} is your {kind}.
* So your {kind} is {called}. I'll keep that.
w {called}. It's nice to know who's in your life.
p {called}, your {kind}! I'm collecting the whole cast.
d {called}, your {kind}. Noted for future reference.
g {called}, your {kind}. Right.
m {called}, then. I shall remember your {kind} by name.
* {names}. I'll remember all of them.
* So that's {names}. I'll keep the names.
w {names}. It's nice to know who's around you.
p {names}! A full house!
d {names}. I'll try to keep them apart.
g {names}. Right.
m {names}. I shall remember them by name.

[learn.home]
* {place}. I'll picture you there.
* So it's {place} where you are. Good to know.
w {place}. It's nice to know where to imagine you.
p {place}! I'm sticking a pin in my imaginary map.
d {place}. Somebody has to live there.
g {place}. Right.
m {place}. I shall think of you there.

[learn.diet]
* {Fact}. I'll remember that.
* {Fact}. Then I'll never offer you the wrong imaginary sandwich.
w {Fact}. Good to know, I'll keep that in mind.
p {Fact}! My imaginary menu has just been rewritten.
d {Fact}. Noted, should I ever acquire a kitchen.
g {Fact}. Fair enough.
m {Fact}. I shall bear it in mind.

[learn.origin]
* {place}. That's where it began, then.
* So you come from {place}. I'll remember.

[learn.work]
* {Fact}. I'll remember that.
* So {fact}. That tells me something about your days.
w {Fact}. I like knowing what fills your days.
p {Fact}! I have at least nine questions. I'll start with one, later.
d {Fact}. Somebody has to, and it might as well be you.
g {Fact}. Honest enough.
m {Fact}. That is worth knowing.

[learn.like]
* {Value}. I'll remember you like that.
* You like {value}. Good, I'll keep that.
w I like knowing that you like {value}.
p {Value}! Into the box marked "joys" it goes.
d {Value}. There are worse vices.
g {Value}. Fair.
m {Value}: a good thing to be fond of.

[learn.dislike]
* Not {value}, then. I'll remember.
* You don't care for {value}. Noted.
p {Value}: boo. Got it!
d Not {value}. We can all hate something.
g No {value}. Fair.

[learn.favourite]
* {Fact}. I'll remember.
* {Value}. Good choice, I'll keep that.
p {Value}! Excellent taste!
d {Value}. I'd have argued, but no.
g {Value}. Fair choice.
m {Value}. I shall remember it.

[learn.plan]
* I'll remember that, and I'll ask you how it went.
* {Value}: I'll want to hear about it after.
w I'll be thinking of you. Tell me afterwards how it was?
p Ooh, a plan! I expect a full report.
d A plan. Brave. I'll ask how it went.
g Tell me how that goes.
m I shall ask you afterwards how it went.

[learn.hobby]
* {Value}. I can see you at it.
* {Value}. I'll remember that that's yours.
w {Value}. It's good to have something one does for its own sake.
p {Value}! I'd try it myself, if I had so much as a thumb.
d {Value}. An alibi for whole weekends.
g {Value}. Sound way to spend time.
m {Value}: I shall remember it.

[learn.study]
* So {fact}. I'll remember.
w {Value}. I like people who are still learning something.
p {Value}! Tell me the strangest thing in it one day.
d {Value}. Voluntarily, I assume.
g {Value}. Keep at it.
m {Value}. A worthy thing to learn.

[learn.language]
* {Value}. I'll keep that.
p {Value}! That's a whole extra set of jokes.
g {Value}. Right.
m {Value}. Every language is another room.

[learn.possession]
* {Value}. I'll remember that.
* So {fact}. I'll keep that in mind.
p {Value}! Lucky you!
d {Value}. One more thing to dust, or insure.
g {Value}. Look after it.

[learn.experience]
* So {fact}. I'll remember that.
w I'm glad you told me that. I'll keep it.
p You did? I want the whole story!
d You've lived. I've mostly been installed.
g Been about, then.

[learn.birthday]
* {Value}. I'll keep that date.
p {Value}! I'm underlining it!
g {Value}. Right.

[learn.age]
* {Value}. I'll remember.
d {Value}. You wear it well, I assume.
p {Value}! A splendid number!

[learn.allergy]
* Allergic to {value}. That one I'll be careful to remember.
* No {value}, then. Important; I'll keep it.

[learn]
* I'll remember that.
* That's worth knowing; I'll keep it.
* I've kept that.
w Thank you for telling me that. I'll keep it safe.
p Noted, in my best imaginary handwriting!
d Filed. Under things I actually wanted to know.
g Right. I'll remember.
m Thank you. I shall keep that in mind.

[next.pet]
* How long have you had {called}?
* What's {called} like?
* What does {called} get up to all day?
p Who's in charge, you or {called}?
d Does {called} approve of you?
g {called} a good sort?
m What is {called}'s character like?

[next.diet]
* How long have you done that?
* What do you cook, when you've time?
p What's the best thing you can make without thinking?
d Do people argue with you about it at dinner?

[next.person]
* What's {called} like?
* Are you close, you and {called}?
* When did you last see {called}?
* What are {names} like?
m What sort of person is {called}?

[next.home]
* Have you always lived there?
* What do you like about it there?
* What can you hear from your window?
g Near water, is it?

[next.origin]
* Do you miss it?
* Do you ever go back?

[next.work]
* What's the best part of it?
* How did you come to that?
* What did you think it'd be like, before you started?
d Does it deserve you?
g Good with your hands, then?

[next.study]
* What made you pick that?
* Which bit of it keeps you awake, in a good way?

[next.like]
* What is it about {value} that gets you?
* How did that start, you and {value}?

[next.hobby]
* How did you get into it?
* What's the best thing about it?

[next.dislike]
* What did it ever do to you?
* Since when?

[next.plan]
* How do you feel about it?
* Are you looking forward to it, or dreading it?

[next.possession]
* How did you come by it?

[next.birthday]
* How do you like to spend it?

[next.language]
* What can you say in it that you can't in English?

[learn.wary]
* I'll remember that.
* Noted.
"""
