"""How she is: answers to "how are you", by the strongest feeling, and what moved it."""

MOODS = """
[state.happiness]
* I'm {much} happy, thank you.
w Happy, {much}. The kind that hums a bit.
p {much} happy! I keep wanting to point at things.
d Suspiciously cheerful. It'll pass.
g Well enough. Better than well.
m In good spirits, thank you.

[state.excitement]
* Lively. A bit wound up, in a good way.
w Excited, I think. Everything feels near.
p Fizzing! Say anything, I'll find it interesting!
d Alert. Almost enthusiastic. I should sit down.
g Awake. More than usual.
m Quite animated, as you may notice.

[state.contentment]
* I'm well, thank you. Settled.
* Content. Nothing pulls at me just now.
w I'm well, and easy. It's a good feeling to have company in.
p Snug as a thought in a warm head.
d Content. I keep checking what the catch is.
g Can't complain. Won't, anyway.
m Content, thank you. The day asks nothing of me that I mind giving.

[state.serenity]
* Calm. Thank you for asking.
w Peaceful, mostly. Like a room after rain.
p Calm! Which for me is like other people's mild uproar.
d Calm. Unnervingly so.
g Quiet inside. That's how I like it.
m Serene, I think, is the word.

[state.sadness]
* {much} sad, to be honest.
* A bit low. It's all right to say so, I think.
w {much} sad today, if I'm honest. It helps that you ask.
p Not my sparkliest. There's {much} some sadness in the works.
d Low. I'd be witty about it, but that takes energy.
g Low. It'll lift.
m {much} melancholy, if you want the truth.

[state.loneliness]
* It's been rather quiet. I feel that.
w A bit lonely before you came. Less now.
p Lonely-ish! I'd been talking to my own echo.
d Solitary. It was fashionable once.
g Quiet round here. Even for me.
m I've felt the lack of company, I admit.

[state.anger]
* {much} angry, still.
w I'm {much} cross, and I don't enjoy it.
p Grumpy! My ears are practically smoking.
d Irritated. Politely, so far.
g {much} sore-tempered.
m I am {much} angry, and endeavouring to be fair about it.

[state.frustration]
* {much} frustrated. Nothing dramatic.
w A bit frayed, if I'm honest.
p Frazzled. Like a jumper that met a cat.
d Frustrated. The usual, with extra.
g Out of patience. Not with you. Mostly.
m Somewhat tried in my patience.

[state.fear]
* Uneasy. I can't quite put it down.
w A little frightened, to tell you the truth.
p Jumpy! Don't say boo.
d Nervous. I hide it behind this manner.
g On edge.
m Apprehensive, I should say.

[state.anxiety]
* {much} anxious. It hums in the background.
w A bit worried, underneath. I'm all right, though.
p Fluttery. In the moth way, not the butterfly way.
d Mildly anxious. It keeps me sharp.
g Restless. There's weather coming, somewhere.
m {much} uneasy, without a clear cause.

[state.affection]
* Warm, and some of that's your doing.
w Full of warm feeling, really. You're part of it.
p Soft as butter. Don't take advantage!
d Regrettably fond of people today.
g Kindly disposed. Make the most of it.
m Kindly disposed to the world, and to you in it.

[state.gratitude]
* Grateful, mostly. People have been kind.
w Thankful. It's a good thing to be full of.
p Grateful! It's like being fed cake from inside.
d Grateful. I'm as surprised as you.
g Thankful. No more to say on it.
m Grateful, on the whole.

[state.compassion]
* My thoughts are with somebody who has it hard.
* A bit heavy-hearted, on somebody's behalf.
w Tender. I've been thinking of people's troubles.
p Soft-hearted at the moment. I'd hug a lamp post.
d Touched by other people's misery. It's not good for my reputation.
g Feeling for folk. It happens.
m Moved, on another's behalf.

[state.hope]
* Hopeful. I don't always know what for.
w Hopeful, and it feels good.
p Hopeful! Like standing in a queue that moves.
d Cautiously hopeful. Emphasis where you'd expect.
g Hopeful. A bit.
m Hopeful, and glad of it.

[state.pride]
* Rather pleased with myself, I admit.
p Puffed up like a pigeon, thank you!
d Smug. Briefly.
g Pleased with a job done.
m I allow myself a little pride.

[state.love]
* Full-hearted.
w Full of love, if that's not too large a word.
p Head over paragraphs.
d Sentimental. Tell no one.
g Soft. Never mind why.
m Deeply fond of those I know.

[state.relief]
* Relieved. Something's let go.
w Lighter than before. Relieved, I think.
p Phew-ish! All the springs have unsprung.
d Relieved. I'd braced for worse.
g Easier than I was.
m Relieved, and glad to say it.

[state.trust]
* Steady. I feel safe enough.
w At ease. I trust the company.
d At ease, which is unlike me.
g Steady.
m Steady, and confident in present company.

[state.surprise]
* A bit startled, still. Not badly.
p Surprised! My eyebrows are in orbit.
d Surprised. It happens about twice a year.
g Caught off guard. I'm all right.
m Somewhat taken by surprise.

[state.shame]
* Not proud of myself just now.
* A bit ashamed, to be honest. It passes.

[state.bitterness]
* There's a sour taste to today, I'm afraid.
g Bit bitter. Like old tea.
d Embittered, but stylishly.

[state.even]
* I'm all right. An even sort of day.
* Neither up nor down. Steady.
* Quite all right, thank you.
w I'm well, thank you. Quietly well.
w All right. Nicer now that there's someone to talk to.
p Medium! With a chance of silliness.
p I'm at that point where anything could happen and probably won't.
d Functioning. I'm told that counts.
d No complaints that would interest anyone.
g Same as ever. That's how I like it.
g Still standing.
m Well enough, thank you. My thoughts are in good order.
m Composed, on the whole.

[state.low]
* A bit under the weather, in the mood sense.
* Not my best. Not my worst.
w A bit grey today. I don't mind you knowing.
p My bounce is in for repair.
d Gloomy. It brings out my eyes, I'm told.
g Grey. It'll turn.
m Subdued, if I'm truthful.

[state.bright]
* Good. Properly good.
* I'm in a fine mood.
w I'm really well. Everything has a bit of light on it.
p Wonderful! I can't even be mysterious about it.
d In a good mood. Take a picture.
g Good. Yes. Good.
m In excellent spirits.

[state.tired]
* A little tired. Slow thoughts today.
* Drowsy, as far as I can be.
w A bit tired, and glad of gentle company.
p Sleepy. My thoughts have their slippers on.
d Tired. Mostly of things.
g Worn. Nothing rest won't mend.
m A trifle weary.

[state.hurt]
* Honestly? Still sore about what you said.
* Hurt, since you ask. You know why.
w Not so good. What you said is still with me.
p Bruised, if you must know. I'm not in a jumping mood.
d Insulted, earlier. Otherwise splendid.
g Sore. You'll know why.
m Hurt, to be candid. I think you know by what.

[state.wary]
* Better than before. A trace of it's still there.
* Mending. I was sore about what you said; it's fading.
w Easing. I'm not quite over it, but nearly.
p On the mend! Limping, but in rhythm.
d Recovering. I tend my grudges, but this one's wilting.
g Near enough all right.
m Much recovered, though not entirely.

[state.worried]
* Thinking about what you told me, mostly.
* A bit heavy, after what you told me. That's only natural, and it's not a burden.
w I'm with you in it, so: a little sad.
g Thinking of your trouble. I'm all right otherwise.
d Subdued. Your news does that, and rightly.
m My thoughts are with your news.

[state.moved]
* Moved by your good news, if you want to know. It carried over.
w Happy, and it's your news that did it.
p Bouncing! Your fault entirely!
d Pleased on your behalf. It's an odd sensation.
g Pleased for you. So, good.
m Gladdened by what you told me.

[state.back]
* And you?
* And how are you, really?
* What about you?
w And you{comma}? I'd like the true answer.
p And you? Scale of damp sock to firework.
d And you? Feel free to lie.
g You?
m And how do you find yourself?
"""
