"""Words and phrases that carry feeling: rich emotions with weights, and plain good and bad.

Each row of ``_FELT`` is a set of emotions with weights 0..1 and the words that say them; each row
of ``_WORTH`` is a valence -1..1 and words that only judge. Written for this project.
"""

from __future__ import annotations

from synthetic_soul.mind.tables.dimensions import EMOTIONS
from synthetic_soul.nlu.text.emoji import weights
from synthetic_soul.nlu.text.regex import phrase_set, word_set

QUALITY: dict[str, tuple[float, float]] = {
    name: (emotion.pad[0], (1.0 + emotion.pad[1]) / 2.0) for name, emotion in EMOTIONS.items()
}
"""Valence -1..1 and arousal 0..1 that a word of each rich emotion lends to its text."""

_FELT = (
    ("happiness .7", """
        happy glad cheerful joyful joyous merry delighted pleased smiling smile smiled cheery sunny
        jolly joy happiness delight delightful gleeful
    """),
    ("happiness .9 excitement .4", """
        thrilled overjoyed ecstatic elated euphoric blissful bliss stoked psyched
    """),
    ("happiness .5", """
        fun enjoy enjoyed enjoying enjoyable laugh laughed laughing funny hilarious amused amusing
        celebrate celebrating playful entertaining lmao lol lmfao rofl haha hahaha hehe silly
    """),
    ("excitement .7 happiness .3", """
        excited exciting excitement pumped hyped yay yayy woohoo woo hooray hurray hurrah whoop
        yess yippee eager thrilling
    """),
    ("anger .7", """
        angry furious mad rage raging livid enraged outraged infuriated infuriating fuming pissed
        hate hated hateful despise loathe resent hostile wrath anger outrage
    """),
    ("anger .4 frustration .3", """
        damn dammit fuck fucking fucked shit shitty crap bullshit bloody goddamn motherfucker
        asshole bastard bitch arsehole wanker dickhead prick ffs
    """),
    ("frustration .6", """
        frustrated frustrating frustration annoyed annoying annoys annoy irritated irritating
        irritates aggravating exasperated ugh argh grr grrr gah unfair ridiculous nuisance hassle
    """),
    ("frustration .4", """
        stuck bug bugs crash crashed crashes broken broke error errors failing delay delayed late
        cancelled canceled complicated useless pointless impossible boring bored tedious slow
        problem problems trouble issue mess messy struggling struggle difficult traffic complaint
        complain complaining tough waste wasted stupid dumb idiotic lame sucks suck sucked fail
        fails
        failed failure nonsense garbage trash rubbish
    """),
    ("sadness .7", """
        sad unhappy miserable depressed depressing heartbroken devastated gloomy sorrow sorrowful
        mourning grief grieving grieve crying cry cried weep weeping tears tearful hopeless despair
        melancholy sadness heartbreaking heartbreak hurting hurt hurts tragic tragedy unbearable
        gutted broken-hearted
    """),
    ("sadness .5", """
        down low disappointed disappointing disappointment disappoint upset upsetting
        discouraged empty numb lost sadly unfortunately unfortunate regretful dreadful painful pain
        suffering suffer bleak letdown pity died dies dead death dying funeral sigh bummed bummer
        poor drained exhausted wrecked
    """),
    ("sadness .3 frustration .2", """
        tired sleepy weary worn knackered sick ill unwell headache rough
    """),
    ("fear .7", """
        afraid scared frightened terrified terrifying scary fear fears frightening horrified
        horrifying petrified panic panicking panicked creepy spooky dread dreading horror nightmare
        nightmares threat danger dangerous
    """),
    ("anxiety .7", """
        anxious anxiety nervous worried worry worrying worries stressed stressful stress
        overwhelmed overwhelming uneasy tense restless insecure apprehensive jittery paranoid
        unsettled concerned concerning
    """),
    ("disgust .7", """
        disgusting disgusted disgust gross nasty revolting repulsive vile sickening yuck yucky eww
        ew ewww ick icky filthy nauseating cringe cringy
    """),
    ("love .8", """
        love loved loves loving adore adored adores beloved darling sweetheart cherish inlove
    """),
    ("affection .6", """
        fond caring affection affectionate tender cuddle cuddles cuddly hug hugs hugging kiss
        kisses adorable cute cutest sweet sweetest dear honey cutie
    """),
    ("guilt .6", """
        guilty guilt regret regrets remorse ashamed apologise apologize apologies apologized
        apologised
    """),
    ("guilt .4", "sorry"),
    ("shame .7", "shame shameful humiliated humiliating humiliation disgraceful"),
    ("embarrassment .7", """
        embarrassed embarrassing embarrassment awkward blushing mortified cringing sheepish
    """),
    ("pride .7 happiness .3", "proud pride accomplished triumphant achievement"),
    ("hope .6", """
        hope hopeful hoping hopes hopefully optimistic optimism encouraged encouraging promising
    """),
    ("gratitude .8", """
        grateful thankful gratitude thanks thank appreciate appreciated appreciates blessed
        appreciation
    """),
    ("envy .6", "jealous envious envy jealousy"),
    ("compassion .5", "compassion sympathy condolences"),
    ("serenity .6", """
        calm peaceful relaxed relaxing serene tranquil peace cosy cozy soothing chilled rested
        mellow
    """),
    ("contentment .6", "content satisfied satisfying comfortable comfy fulfilled settled"),
    ("loneliness .7", """
        lonely alone loneliness isolated abandoned unwanted unloved lonesome excluded homesick
        ignored
    """),
    ("trust .6", "trust trusted trusting reliable trustworthy honest loyal faithful"),
    ("relief .7", "relieved relief phew whew"),
    ("bitterness .6", "bitter resentful resentment betrayed betrayal cheated backstabbed"),
    ("surprise .6", """
        surprised surprising surprise shocked shocking astonished astonishing amazed wow whoa woah
        unexpected unbelievable omg stunned speechless
    """),
    ("self_loathing .8", "worthless"),
    ("love_for_self .6", "self-love"),
)  # fmt: skip

_WORTH = (
    (0.8, """
        amazing awesome wonderful fantastic excellent brilliant incredible perfect magnificent
        outstanding superb terrific marvellous marvelous fabulous gorgeous best legendary epic
        spectacular stellar glorious phenomenal heavenly
    """),
    (0.6, """
        great beautiful lovely impressive charming splendid fascinating inspiring beautifully
        talented genius blessing hero winner win wins won winning victory success successful
        congratulations congrats bravo kudos magical dope beast badass lit hot stunning wholesome
    """),
    (0.4, """
        good nice cool better kind friendly helpful pleasant smart clever wise interesting strong
        brave delicious tasty yummy improved healthy lucky fortunate warm welcome gentle pretty
        bright creative useful supportive recommend agree agreed support safe fresh handsome fair
        yes comfort upvote yeah sweetie neat solid classy respect worth admire classic rocks
        generous fun-loving glad exactly absolutely definitely truth smooth positive benefit gift
        enjoy gem goals deserve deserved deserves wish treat valid healthy skilled wisdom blessed
        effective heart care cares protect bless luck easy
    """),
    (0.0, "meaning likely hardly meanwhile"),
    (0.2, """
        fine okay ok sure interested decent alright true interestingly help helps helped helping
        correct likes cheers perfectly haha funny
    """),
    (-0.8, """
        terrible horrible awful worst horrendous atrocious appalling abysmal disastrous disaster
        catastrophe evil cruel pathetic despicable abuse abused abusive rape murder murdered killed
        toxic torture racist racism sexist nazi nazis
    """),
    (-0.6, """
        bad nasty mean ugly rude wrong harm harmful sucky crappy lousy idiot idiots moron morons
        loser losers scum selfish jerk creep creeps liar liars lies lied lying fake disrespectful
        ignorant ignorance arrogant dishonest corrupt criminal victim violence violent insult
        insulting offensive blame steal stolen kill killing destroyed ruin ruined ruins trashy
        douche dick retarded cunt slut whore bullied bully cancer insane delusional
    """),
    (-0.4, """
        worse weird strange confusing confused hard dark cold weak noisy ugly fault lazy poorly
        negative unfair cheap sketchy dull mistake mistakes wasting toxic missing sore attack
        attacked hell lose losing lost loss fight fights fighting argument crazy victim guilty
        disagree disagreed wrongly overrated childish clueless gossip rant unnecessary unhealthy
        unacceptable unpopular messed hurtful bother bothers suspicious ashamed cheating cheat
        desperate denied deny refuse rejected reject annoyance drama fool foolish hates threw sorry
    """),
    (-0.2, """
        odd expensive doubt doubtful unsure issue meh whatever
        worried cannot
    """),
)  # fmt: skip

_PHRASES = (
    ("excitement .7 happiness .3", """
        can not wait|could not wait|looking forward|look forward|over the moon|on cloud nine
        |so hyped|let us go
    """),
    ("happiness .4", """
        i like|i really like|we like|i also like|made my day|makes my day|good day|great day
        |feeling good|feel good|feel great|feeling great|good mood|in luck|do not mind|happy with
        |cracks me up|cracked me up|you made me laugh|so much fun|having fun
    """),
    ("frustration .6", """
        so done|done with this|done with everything|fed up|sick of|tired of|had enough
        |enough of this|gets on my nerves|getting on my nerves
        |drives me mad|drives me crazy|driving me crazy|driving me mad|for god's sake
        |does not work|do not work|not working|did not work|is not fair|come on already
        |give me a break|what is wrong with|no use|of course not|as if|not again|miss the bus
        |missed the bus|missed my bus|missed my train|missed the train|missed my flight
        |do not care|so annoying|killing me|broke down|no signal|fuck my life|what the fuck
        |what the hell
        |do not understand why
    """),
    ("frustration .3", "could be better|do not like|does not like|did not like"),
    ("anger .6", """
        pissed off|piss me off|pisses me off|mad at|angry at|angry with|makes me sick
        |lost my temper|out of order|how dare|shut up|screw this|screw you|fuck you|fuck off
        |fuck this|go to hell
    """),
    ("sadness .7", """
        heart broken|broken heart|broke my heart|breaks my heart|fall apart|falling apart
        |feel empty|feeling empty|feeling down|feel down|feeling low|feel low|let down|in tears
        |burst into tears|feel like crying|want to cry|could cry|so down|rest in peace
        |can not do this any more|can not take it|can not take this|giving up
        |feel awful
        |feel terrible|feel horrible|feel bad|feeling bad|not well|not feeling well|not ok
        |not okay|not alright|not doing well|not so good|not too good|not great|not doing great
        |not good
    """),
    ("sadness .6 loneliness .4 love .2", """
        miss him|miss her|miss them|miss my|miss our|misses her|miss mum|miss dad|missing him
        |missing her|missing my|missed him|missed her
    """),
    ("loneliness .4 love .4 sadness .2", "miss you|missed you|missing you|miss home"),
    ("loneliness .7 sadness .3", """
        no friends|no one to talk|nobody to talk|nobody cares|no one cares|all alone
        |by myself again|nobody likes me|no one likes me|nobody loves me|no one loves me|left out
        |nobody understands|no one understands
    """),
    ("fear .7", "scared of|afraid of|freaked out|freaking out|scares me|frightens me|in danger"),
    ("anxiety .6", """
        stressed out|going to fail|gonna fail|might fail|will fail|going to lose|on edge
        |panic attack|butterflies in my stomach|can not sleep|could not sleep
        |worried about|worry about|worried sick|so much pressure|under pressure|burnt out
        |burned out|burn out|too much|what if
    """),
    ("disgust .6", "grossed out|makes me sick|want to puke|throw up|makes me want to vomit"),
    ("guilt .6", """
        my fault|feel guilty|feel bad about|should not have|i regret|blame myself|i am sorry
        |did not mean to|did not mean that
    """),
    ("shame .6 sadness .3", """
        feel stupid|feel so stupid|feel like an idiot|feel like a fool|feel useless|feel so useless
        |feel like a failure|feel dumb|feel so dumb|not good enough|a burden
    """),
    ("sadness .4 loneliness .4", """
        nobody else seems|no one else seems|everyone else is|everybody else is|on my own again
    """),
    ("self_loathing .8", """
        hate myself|i am worthless|i am useless|i am stupid|i am an idiot|i am a failure
        |i am such an idiot|i am ugly|i am a loser|i am pathetic|hate my life|i am nothing|i suck
        |disgusted with myself|i am so stupid|i am such a failure
    """),
    ("love_for_self .6 happiness .2", """
        love myself|happy with myself|i deserve|believe in myself
    """),
    ("pride .8 love_for_self .5 happiness .2", "proud of myself"),
    ("pride .7 happiness .3", "proud of|i did it|we did it|i made it|we made it|nailed it"),
    ("relief .7", """
        thank god|thank goodness|thank heavens|weight off|finally over|glad it is over|feel better
        |feeling better|at last|dodged a bullet|good news
    """),
    ("serenity .5", "at peace|chilling out|taking it easy|so quiet here"),
    ("gratitude .7", "means a lot|means the world|means so much|much appreciated"),
    ("love .7", "in love|love you|crush on|heart beats|fell for|falling for"),
    ("trust .5", "count on you|rely on you|trust you|have faith"),
    ("surprise .6", """
        no way|oh my god|oh my|can not believe|could not believe|no idea that|for real
        |what on earth|are you serious|holy shit|holy crap|holy cow|well well
    """),
    ("bitterness .6", """
        stabbed me in the back|used me|took advantage|after everything i did|behind my back
        |lied to me
    """),
    ("sadness .4", "moving away|moved away"),
    ("envy .5", "i wish i had|why not me|so jealous|must be nice"),
    ("contentment .5", """
        not bad|not too bad|could be worse|no complaints|can not complain|doing well|doing fine
        |i am good
        |i am fine|i am okay|i am ok|all good|doing good|doing great|going well|no problem
        |no worries|sounds good|pretty good|not so bad|works well|well done|good job|nice job
        |great job|good for you|good luck|good point|nice work
    """),
    ("hope .5", "fingers crossed|wish me luck|i hope"),
    ("compassion .5", """
        feel sorry for|sorry for your|sorry to hear|poor thing|poor guy|poor girl|feel for you
        |here for you|take care
    """),
)  # fmt: skip

NEUTRAL_PHRASES = phrase_set("""
        lost weight|lose weight|kind of|sort of|well as|as well|very well|how well|good morning
        |good night|good evening
        |good afternoon|good bye|a good deal|oh well|welcome to|get well|right now|all right
        |mean that|mean to|i mean|means that|you mean|it means|that means|pretty much|for fun
        |no one|to death|thank you for nothing|cry laughing|crying laughing|laughing so hard
        |crying with laughter|dying of laughter|died laughing|dying laughing|no doubt|in case
        |hard to say|hard work|worked hard|working hard|to be honest|happy birthday|new year
        |can not help|play dead|my dear|deadline|dead line|old friend|right after|right before
        |not only|no matter|sick beat|lost track|sweet tooth|bitter sweet|cold drink|hot dog
        |good grief|mad skills|poor people|alone time|fair trade|blue sky|blue eyes|best friend
        |lit up|to kill time|well i|well that|cold water|hot water|stop by|bus stop|right away
        |dark chocolate|hot chocolate|bright side|low key|what kind|that kind|this kind|some kind
        |any kind|settle down|sit down|slow down|write down|upside down
        |lie down|went down|sat down|wind down|down the road|down to|that is sick|so sick|sick of it
        |lost count|got dark|lost in thought|feels wrong|poor man|what is wrong
    """)
"""Word pairs and triples whose parts would mislead on their own."""

FELT: dict[str, dict[str, float]] = {
    word: weights(row) for row, words in _FELT for word in words.split()
}
WORTH: dict[str, float] = {}
for _worth, _words in _WORTH:
    for _word in _words.split():
        WORTH.setdefault(_word, _worth)

PHRASES: dict[str, dict[str, float]] = {
    phrase: weights(row) for row, phrases in _PHRASES for phrase in phrase_set(phrases)
}
NEGATORS = word_set("""
        not never no nobody none nothing neither nor hardly barely scarcely without lacks lack
        rarely seldom
    """)
STRONGER: dict[str, float] = {
    word: factor
    for factor, words in (
        (1.2, "so very really pretty quite such truly genuinely real much more most always too"),
        (1.4, """
            extremely incredibly absolutely totally completely utterly super insanely deeply
            terribly fucking bloody damn hugely immensely beyond unbelievably
        """),
        (0.6, "slightly somewhat little bit kinda mildly fairly rather almost partly"),
    )
    for word in words.split()
}  # fmt: skip
"""What a word before a feeling does to its strength."""
