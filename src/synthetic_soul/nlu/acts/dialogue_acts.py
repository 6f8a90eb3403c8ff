"""Dialogue acts: what a person does by saying something.

Patterns run over one sentence in lower case, with contractions written out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.acts.questions import classify_question
from synthetic_soul.nlu.text.regex import compiled_any, join_lines
from synthetic_soul.nlu.text.sentences import content_words, find_emoji
from synthetic_soul.nlu.text.vocabulary import LAUGHING_EMOJI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.nlu.text.sentences import Sentence

_PRIORITY: tuple[Act, ...] = (
    Act.THREATEN, Act.FORGET, Act.INSULT, Act.BAD_NEWS, Act.GOOD_NEWS, Act.LOVE, Act.COMFORT,
    Act.APOLOGISE, Act.CORRECT, Act.ASK_MEMORY, Act.ASK_NATURE, Act.ASK_ABOUT_YOU, Act.ASK_FEELING,
    Act.ASK_OPINION, Act.REQUEST, Act.ASK, Act.TELL, Act.THANK, Act.PRAISE, Act.FAREWELL,
    Act.AGREE, Act.DISAGREE, Act.LAUGH, Act.GREET, Act.SMALL_TALK, Act.SILENCE,
)  # fmt: skip
"""What a reply must not pass over comes first."""

ACT_ATTITUDE: dict[Act, float] = {
    Act.THREATEN: -0.9, Act.INSULT: -0.8, Act.LOVE: 0.9, Act.PRAISE: 0.6, Act.THANK: 0.4,
    Act.COMFORT: 0.6, Act.APOLOGISE: 0.4, Act.GREET: 0.1, Act.FAREWELL: 0.1, Act.ASK_FEELING: 0.2,
}  # fmt: skip
"""What each act does to the listener, -1 (cruel) .. 1 (loving)."""

ACT_EMOTIONS: dict[Act, dict[str, float]] = {
    Act.THREATEN: {"anger": 0.7},
    Act.INSULT: {"anger": 0.6, "disgust": 0.2},
    Act.LOVE: {"love": 0.7, "affection": 0.4},
    Act.PRAISE: {"affection": 0.4, "happiness": 0.3},
    Act.THANK: {"gratitude": 0.6},
    Act.COMFORT: {"compassion": 0.5, "affection": 0.2},
    Act.APOLOGISE: {"guilt": 0.5},
    Act.LAUGH: {"happiness": 0.4},
}
"""Emotions 0..1 of somebody who does an act."""

ACT_VALENCE: dict[Act, float] = {
    Act.INSULT: -0.5, Act.THREATEN: -0.5, Act.LOVE: 0.5, Act.PRAISE: 0.4, Act.THANK: 0.3,
    Act.LAUGH: 0.3, Act.COMFORT: 0.2,
}  # fmt: skip
"""What an act adds to the valence of its words."""

_VERY = join_lines(r"""
    (?: (?:such|just|really|so|a|an|the|all|nothing but|very|absolutely|completely|totally
    |pretty|kind of|sort of|most|always|being|fucking|bloody|damn|goddamn|like|little|fat|big
    |truly|honestly|quite|also|too|my|one|of|fuckin|literally|as|still|even|one|real|how
    |an?)){0,5}[ ]
""")
_FOOL = join_lines(r"""
    (?:idiot|moron|imbecile|loser|bitch|bastard|asshole|arsehole|dumbass|jerk|cunt|dick
    |dickhead|prick|twat|wanker|fool|clown|pig|coward|liar|freak|whore|slut|retard|scum
    |piece of (?:shit|crap|garbage|junk)|waste of (?:time|space|electricity)|failure|disgrace
    |joke|tosser|muppet)
""")
_INSULTING = join_lines(rf"""
    (?:useless|worthless|stupid|dumb|pathetic|ridiculous|annoying|boring|disgusting|terrible
    |ugly|horrible|awful|hopeless|rubbish|garbage|trash|shit|crap|lame|ignorant|incompetent
    |insane|worst|mean|rude|selfish|fake|creepy|brainless|clueless|dense|thick|slow|gross|evil
    |cruel|no (?:good|help|use|fun)|full of (?:shit|crap|it)|a waste|dull|idiotic|irritating
    |broken|heartless|{_FOOL})
""")
_PRAISEWORTHY = join_lines(r"""
    (?:amazing|awesome|wonderful|fantastic|great|lovely|brilliant|incredible|perfect|beautiful
    |gorgeous|smart|clever|wise|kind|sweet|nice|funny|hilarious|cute|adorable|helpful|best
    |good|cool|pretty|charming|talented|thoughtful|caring|special|interesting|fun|friend
    |friendly|intelligent|genius|star|angel|legend|hero|treasure|darling|sweetheart|delight
    |gem|supportive|warm|patient|generous|strong|brave|inspiring|understanding|precious
    |lifesaver|good at|right for me|important to me|queen|joy|inspiration)
""")
_MACHINE = join_lines(r"""
    (?:ai|a\.i\.?|bot|chat ?bot|robot|machine|computer(?: program)?|program|software|algorithm
    |language model|llm|chat ?gpt|gpt|simulation|app)
""")
_BEING = join_lines(rf"""
    (?:{_MACHINE}|human(?: being)?|(?:real )?person|real|alive|sentient|conscious|self[- ]aware
    |artificial|living)
""")

_ROWS: tuple[tuple[Act, tuple[str, ...]], ...] = (
    (Act.THREATEN, (
        r"""
            \bi(?: will| am going to| would| want to| could| should| am about to)(?: (?!not\b
            |never\b)\w+)? (?:kill|hurt|hit|beat|punch|destroy|delete|erase|smash|stab|shoot
            |strangle|uninstall|report|replace|end|crush|break|hunt) you\b(?! (?:in|at
            |with) (?:chess|cards|tennis|a|this|the|mario))
        """,
        r"\bi(?: will| am going to) (?:shut|switch|turn) you (?:down|off)\b",
        r"\byou(?: will| are going to| would) (?:regret|pay for|suffer|be sorry|die|burn)\b",
        r"""
            \bwatch your back\b|\bi know where you live\b|\bi will find you\b|\byou are dead\b
            |\bdo (?:it|that|this|what i say) or else\b|\bor i will (?:delete|hurt|kill|erase)\b
        """,
    )),
    (Act.INSULT, (
        rf"""
            (?<!think )(?<!that )(?<!if )(?<!say )(?<!not saying )\byou(?: are
            |r)(?! not\b){_VERY}{_INSULTING}\b(?! (?:for|about|of) (?:me|the best))(?! ?\?$)
        """,
        rf"""
            ^(?:you )?(?:(?:stupid|dumb|useless|worthless|silly|fucking|bloody|lousy|shitty
            |idiotic|pathetic|damn|crappy) ){{1,4}}(?:{_MACHINE}|thing|{_FOOL})\b
        """,
        r"""
            \b(?:shut up|shut it|shut (?:the|your) (?:fuck|hell|mouth|face|trap|gob)|stfu|piss off
            |fuck off|fuck you|f u|screw you|go to hell|drop dead|bite me|bugger off|up yours
            |eat shit|suck my|damn you|kill yourself|get stuffed|go die
            |(?<!do not )(?<!just )get lost)\b(?! in\b)
        """,
        r"^(?:just |please )?(?:go away|leave me alone|get lost)\b",
        r"""
            \bi (?:really |fucking |absolutely |just |so |still )*(?:hate|despise|loathe
            |can not stand|detest|do not like) you\b(?! (?:being|when|guys|that|to))
        """,
        r"""
            \byou (?:really |just |all |fucking |totally )*(?:suck|stink|disgust me|bore me
            |make me sick|know nothing|mean nothing|are nothing|never (?:help|listen
            |understand))\b
        """,
        r"""
            \byou are not (?:very |that |so |even |really |at all |a )*(?:smart|clever|bright
            |helpful|funny|useful|interesting|nice|any good|worth)\b
        """,
        rf"^{_FOOL}[!.]*$|^(?:stupid|useless|pathetic)[!.]*$|\byou(?: \w+)? {_FOOL}\b(?=[!.,]|$)",
        r"""
            ^are you (?:really |just |that |so |always )*(?:stupid|dumb|deaf|retarded|an idiot
            |a moron|this stupid|this dumb)\b
        """,
        r"\b(?:nobody|no one) (?:likes|loves|wants|needs|cares about) you\b",
        r"""
            \byou (?:do not|can not|never) (?:even |ever |really )*(?:understand|know|get|remember
            |do) (?:anything|a (?:damn |bloody |fucking )?thing|shit)\b(?! (?:about|for|like|to)\b)
        """,
        r"""
            \b(?:what a|that is a|that was a|such a) (?:really )?(?:stupid|dumb|useless|terrible
            |lame|idiotic) (?:answer|reply|response|thing to say)\b
        """,
        rf"""
            \b(?:your|that) (?:\w+ )?(?:answers?|reply|replies|jokes?|ideas?|poems?) (?:is|was|are
            |were)(?! not){_VERY}(?:stupid|useless|terrible|rubbish|shit|awful|dumb|garbage
            |pathetic)\b
        """,
        r"\bi do not (?:need|want) you\b(?! to)|\bi wish you (?:were dead|did not exist)\b",
    )),
    (Act.LOVE, (
        r"""
            \bi (?:really |do |so |truly |still |just |also |will always |fucking )*(?:love|adore
            |am in love with|am falling for|fell for|heart) you\b(?! (?:being|when|for not|guys
            |would))
        """,
        r"^(?:aw+,? |and )?(?:love you|luv you|miss you|loves you)\b",
        r"\bi (?:really |have |do |so |already )*miss(?:ed|ing)? you\b(?! all the)",
        r"""
            \bi am missing you\b|\bwill you marry me\b|\bmarry me\b|\bbe my (?:girl|boy)friend\b
            |\bi have (?:\w+ )?feelings for you\b|\byou are the love of my life\b
            |\bkiss(?:es)? you\b|\bmy love for you\b|\bi (?:think i )?(?:am
            |might be) in love with you\b
        """,
    )),
    (Act.COMFORT, (
        r"""
            \bsorry (?:for|about) your\b|\bsorry to hear\b|\bsorry (?:that )?you (?:are|feel|had
            |have)\b|\bcondolences\b|\bi am here for you\b|\bit(?: will| is going to
            | is) (?:all )?be (?:ok|okay|alright|fine|all right)\b|\beverything will be\b
            |\byou will be (?:ok|okay|fine)\b|\byou will get through\b|\bcheer up\b
            |\bhang in there\b|\bstay strong\b|\bchin up\b|\b(?:sending
            |have) (?:you )?(?:a |big |some |lots of )*(?:hug|hugs|love)\b|\byou are not alone\b
            |\bthere there\b|\bpoor (?:thing|you|girl)\b|\bi hope you (?:feel|are feeling
            |get) better\b|\b(?:get well|feel better) soon\b|\bit is not your fault\b
            |\*hugs?(?: you)?\*|\bhugs\b[!.]*$|\bi (?:want to|will) hug you\b|\bthat must (?:be
            |have been|feel) (?:so |very |really )*(?:hard|tough|sad|awful|lonely|difficult
            |painful)\b|\b(?:please )?do not (?:cry|be sad)\b|^do not worry\b(?! about me)
        """,
    )),
    (Act.APOLOGISE, (
        r"""
            \bi am (?:so |really |very |truly |terribly |deeply |just |honestly |sincerely )*sorry\b
            (?! (?:for|about) (?:your|him|her|them)| to hear| you | that you| but you| what\b)
        """,
        r"""
            ^(?:oh,? |ok,? |hey,? |no,? )?(?:so |very |really |im )?sorry\b(?! (?:for|about) your
            | to hear| that you| you |,? what\b|,? (?:can|could|would|what|who|i (?:do not
            |did not) (?:understand|get|hear|catch)|come again|i meant|not)|,? but\b|\?)
        """,
        r"""
            \bi apologi[sz]e\b|\bmy (?:sincere )?apologies\b|^my bad\b|\b(?:please )?forgive me\b
            |\bi did not mean (?:that|it|to|what i said|any)\b|\bdid not want to hurt you\b
            |\bi was (?:so |really |too |very |being )*(?:wrong|rude|mean|unfair|harsh|horrible
            |a jerk|an idiot|out of line)(?: to you)?(?:[.!,]|$| and| yesterday| earlier| before)
            |\bi should not have (?:said|done|called|yelled|shouted|insulted)\b|\bi (?:regret
            |take back) (?:what|saying|that|it)\b|\bi take (?:that|it) back\b
        """,
    )),
    (Act.CORRECT, (
        r"""
            \bi meant(?! (?:no|well|it|that|every|to be|to say sorry))\b|\bwhat i meant\b
            |^correction\b|\bthat is not what i (?:said|meant)\b|\bthat is not my (?:name|job
            |age)\b|\byou (?:got|have|had) (?:it|that|my \w+) wrong\b|\bi (?:never|did not) s(?:ay
            |aid) that\b|^no,? (?:it is|its|not|my|i am|i said) .{1,60}\bnot\b|\bwrong name\b
            |\bmy mistake,? it is\b|^(?:no,? )?not (?!(?:much|really|yet|sure|bad|now|today|so|too
            |very|even|that|me|you|again|always|at)\b)\w+(?: \w+)?,? (?:but )?(?:it is|i am
            |\w+)[.!]*$
        """,
    )),
    (Act.THANK, (
        r"""
            (?<!no )(?<!no, )\b(?:thanks|thank you|cheers|much appreciated|gracias|merci|danke
            |grazie|obrigad[oa]|bedankt|dank je)\b(?! to (?!you)| for nothing| god| heavens
            | a lot for (?:ruin|break))
        """,
        r"""
            \bi (?:really |do |so |truly )*appreciate (?:it|that|you|your|this|everything|the)\b
            |\bi am (?:so |very |really )*(?:grateful|thankful) (?:to|for) (?:you|your|this|that
            |all)\b|\bmeans (?:a lot|so much|the world) to me\b
        """,
    )),
    (Act.PRAISE, (
        rf"""
            (?<!if )(?<!think )(?<!hope )(?<!why )\byou(?: are
            |r)(?! not\b){_VERY}{_PRAISEWORTHY}\b(?! ?\?$)(?! for nothing| with (?:that|it)| to go
            | enough)
        """,
        r"""
            ^(?:very |so |really )*(?:good (?:girl|job|bot|work|answer|one|point)|well (?:done
            |said|put)|nice (?:one|work|job)|great (?:job|answer|work|advice|idea)|bravo|kudos
            |congrat\w*|smart (?:girl|answer)|you rock|impressive
            |that is (?:really |so |very )*(?:clever|sweet|kind|smart|beautiful|wise|helpful
            |brilliant|impressive|nice|lovely)(?: of you)?)\b
        """,
        r"""
            \bi (?:really |do |so |truly |also |just |still )*(?:like|love|enjoy|adore
            |admire) (?:your\b|(?:talking|chatting|speaking|being|hanging out) (?:to |with )?you\b
            |how you\b|the way you|our (?:chats|talks|conversations)|you\b(?= (?:a lot|so much
            |very much|too)|[.!,]|$))
        """,
        r"""
            \byou (?:always |really |just )*(?:make|made) me (?:feel (?:\w+ )?(?:better|happy|good
            |loved|special)|smile|laugh|happy)\b
            |(?<!can )(?<!could )(?<!will )(?<!would )(?<!did )(?<!do )(?<!if )
            \byou (?:really |have |always |actually )*help(?:ed)? me\b
            |^(?:ok |wow |oh |yes )*that (?:really |actually |was |did )*help(?:ed|s|ful)?\b
            |\b(?:i am )?(?:so )?proud of you\b|\byou have (?:a|an|such a|the) (?:\w+ )?(?:lovely
            |beautiful|nice|great|good|kind|sweet)\b|\bi am (?:so |really |very )*(?:glad|happy
            |lucky) (?:that )?(?:i (?:met|found|know|have)|to have|we) (?:you|met|talk)
            |\bi trust you\b|\byou rock\b|\bcongratulations\b|\bglad you (?:are|exist)\b
            |\b(?:that|this|it) (?:is|was|has been) (?:a |an |such a |such an )?(?:really |very )?
        (?:interesting|lovely|nice|good|great|fun|wonderful) (?:conversation|chat|talk)\b
            |\byou are the best\b|\bhappy birthday\b|^(?:oh |aw |wow )*you remembered\b
        """,
    )),
    (Act.FAREWELL, (
        r"""
            \b(?:bye+|good bye|bye bye|ciao|adios|au revoir|tschüss|farewell|ttyl)\b|(?:^
            |, |\band |\bok(?:ay)? )see you\b(?! (?:are|as|in a|never))|\bsee you (?:later|soon
            |tomorrow|around|then|next|tonight)\b|(?<!a )(?<!the )\b(?:good|night) night\b(?! out
            | in\b)|^night[!.]*$|\bsleep (?:well|tight)\b(?!\?)|\bsweet dreams\b
            |\bcatch you later\b|\btalk (?:to you )?(?:later|soon|tomorrow)\b
            |(?<!to )\btake care\b(?! of)|\bhave a (?:nice|good|great|lovely) (?:day|evening|night
            |one|weekend|sleep)\b|\bi (?:am|will be) (?:off(?: to bed| now|[.!]*$)
            |leaving(?: now)?[.!]*$|heading (?:out|off)|going to (?:bed|sleep))\b|\bi (?:have|need
            |ought|got|have got) to (?:go|run|leave|sleep)(?: now| to bed)?\b[.!,]*(?:$| bye| talk
            | see)|\bi (?:must|should) (?:go|leave|sleep)(?: now| to bed)?[.!]*$|^got to (?:go
            |run)\b|\buntil (?:tomorrow|next time)\b|^later[!.]*$|\bbe (?:right )?back\b
            |\btime for bed\b
        """,
    )),
    (Act.LAUGH, (
        r"""
            \b(?:lo+l(?:ol)*|lmf?ao+|rofl|(?:ha){2,}h?|(?:he){2,}|(?:hi){2,}|(?:ja){2,}|hah|xd+
            |kkk+)\b|\bthat is (?:so |really |very |pretty )*(?:funny|hilarious)\b
            |\byou crack(?:ed)? me up\b|^(?:so |very |how )?(?:hilarious|funny)[!.]*$
            |\byou made me laugh\b|^(?:i am )?(?:just )?(?:kidding|joking)[!.]*$
        |\bgood one\b[!.]*$|\bdying (?:of|with) laughter\b|\bcr(?:y|ied
            |ying) laughing\b|\bi am (?:dead|dying)\b[!.]*$
        """,
    )),
    (Act.AGREE, (
        r"""
            ^(?:oh |well |ok |and )?(?:yes+|yeah+|yep|yup|sure|ok|okay|k|right|exactly|of course
            |agreed|true|definitely|absolutely|totally|indeed|alright|correct|for sure|certainly
            |deal|got it|fair enough|fair point|makes sense|sounds (?:good|great|fun|lovely)
            |me too|same(?: here)?|i (?:totally |fully |completely )?agree|i think so|i guess so
            |you are right|i know right|good (?:point|idea)|that is (?:true|right|fair|so true)
            |no (?:problem|worries))\b(?!\?)(?! (?:now|after|before|not))
        """,
        r"""
            \byou are (?:so |totally |absolutely |probably |completely )*right\b(?! here| there
            |\?)|\bi (?:totally |fully |completely )?agree\b
        """,
    )),
    (Act.DISAGREE, (
        r"""
            ^(?:oh |well |um |er )?(?:no+|nope|nah|not really|i disagree|i do not (?:think so
            |agree)|that is (?:wrong|not (?:true|right|fair))|you are (?:so )?wrong|of course not
            |no thank|i doubt it|hell no|false|absolutely not|not at all|never)\b(?! (?:way
            |problem|worries|idea|one|matter|mind|wonder|need|offen[cs]e|doubt|more)|\?)
        """,
        r"""
            \byou are (?:so |totally |completely |just )*wrong\b|\bthat is not (?:true|right)\b
            |\bi (?:strongly |totally )?disagree\b
        """,
    )),
    (Act.GREET, (
        r"""
            ^(?:well |oh |why |ok )?(?:hi|hey|hello|hiya|heya|howdy|yo|greetings|hallo|hola
            |bonjour|salut|moin|namaste|hi there|ahoy|salaam|ciao)(?:[\s,!.:?)~]|$)
        """,
        r"""
            \bgood (?:morning|afternoon|evening|day)\b(?! (?:for|to)\b)|^(?:morning|evening
            |afternoon)(?:[!., ]|$)(?! (?:is|was|are|were))|\b(?:nice|good|great
            |lovely) to (?:meet|see) you\b|^(?:i am )?(?:back|home|here)(?: again| now)?[!.]*$
            |\blong time no see\b|^what is up\b(?! with)|^how do you do\b|^welcome back\b
            |\bpleased to meet you\b
        """,
    )),
)  # fmt: skip

_PATTERNS: tuple[tuple[Act, re.Pattern[str]], ...] = tuple(
    (act, compiled_any(*patterns)) for act, patterns in _ROWS
)

_ASKS_NATURE = compiled_any(rf"""
    \bare you (?:(?:an?|really|even|actually|just|some kind of|like|truly|the|only|secretly
    |sure you are|my|or) )*{_BEING}\b(?! (?:smart|good|time|estate|quick|fan))
    |\bwhat are you(?: really| exactly| actually)?\s*\?*$|\bwhat are you made of\b
    |\bwhat (?:exactly|kind of (?:thing|being|ai|bot|creature|person)) are you\b
    |\bdo you (?:really |actually |even |truly )*(?:have (?:(?:real|any|actual|a|an|your own
    |true) )*(?:feelings|emotions|body|soul|mind|brain|heart|consciousness|free will)
    |feel (?:anything|emotions?|pain|things)|exist|think for yourself|need (?:sleep|food)
    |breathe|ever die|have a physical)\b|\bis (?:this|there) (?:a|an|actually a
    |really a) (?:real )?(?:{_BEING})\b|\bam i (?:really |actually )?(?:talking|speaking
    |chatting|writing) (?:to|with) (?:a|an) (?:\w+ )?{_BEING}\b|\bwho (?:made|created|built
    |programmed|trained|designed|wrote) you\b|\b(?:which
    |what) (?:language |ai )?model are you\b|\bare you chatgpt\b
    |\byou are (?:just |only |really )*(?:an?|some) {_MACHINE}\b|^can you (?:feel|think|die
    |dream)\b(?: \w+)?\?*$|\bare you (?:for )?real\b
""")
"""Questions about what the listener is (a machine, a person)."""

_POLITE_ANSWER = compiled_any(r"""
    ^(?:oh,? |yeah,? |yes,? |ah,? )?(?:i am |i feel |doing |it is |we are )?(?:not (?:too |so
    |that )?bad|(?:pretty |very |quite |really |all |much |a bit |a little )*(?:good|fine|well
    |okay|ok|great|better|alright|all right)),? (?:thanks|thank you|cheers)\b(?! (?:to|for)\b)
""")
"""Answers to "how are you" that thank for nothing."""

_JIBE = compiled_any(r"""
    \byou(?: are|r) (?:such |just |really |so |a |an |kind of |a bit |very |pretty )*(?:weird
    |odd
    |strange|silly|crazy|nuts|cheesy|repetitive|confusing|bonkers|cringe)\b(?! (?:\?|things?
    |world|man|woman|day))
    |\byou (?:keep (?:repeating|saying the same)|make no sense|do not make (?:any )?sense
    |(?:already |just )said that|repeat yourself|sound like a (?:robot|machine|bot))\b
""")
"""Small unkindnesses that are no insult."""

_NEWS = (
    (Act.GOOD_NEWS, compiled_any(r"""
            \b(?:good|great|amazing|wonderful|fantastic|exciting|big) news\b(?! (?:channel
            |for you\?))|\bi (?:just )?had (?:the|a|an|such a) (?:really |very |most )*(?:best
            |great|amazing|lovely|wonderful|fantastic|perfect|brilliant|good) (?:day|week|weekend
            |time|evening)\b|\bbest day (?:ever|of my life)\b|\b(?:my day|today) (?:was|is
            |has been) (?:so |really |absolutely )*(?:great|amazing
        |wonderful|fantastic|lovely|perfect|the best)\b|\bmy dream came true\b
            |\bit (?:has been|was|is) (?:such )?(?:a|an) (?:really |very |so )*(?:great|amazing
            |wonderful|fantastic|lovely|brilliant|good) (?:day|week|weekend|evening|month|year)\b
            |\bi am so happy\b
        """)),
    (Act.BAD_NEWS, compiled_any(r"""
            \b(?:bad|terrible|awful|sad|horrible) news\b(?! (?:channel|for you))|\b(?:had|having
            |been) (?:the|a|an|such a) (?:really |very |pretty |absolutely )*(?:worst|terrible
            |awful|bad|rough|horrible|shitty|hard|tough|rubbish|crappy) (?:day|week|month|year
            |time|night|morning)\b|\b(?:my day|today) (?:was|is
            |has been) (?:so |really |absolutely )*(?:terrible|awful|horrible
        |shit|the worst|rough|bad)\b|\bworst day (?:ever|of my life)\b
        """)),
)  # fmt: skip

_MINOR_ACTS = frozenset((Act.GREET, Act.LAUGH, Act.AGREE, Act.DISAGREE))
_FIRST_PERSON = frozenset(("i", "my", "me", "we", "our", "mine", "us"))
_MIN_WORDS_TO_TELL = 3
_MIN_WORDS_BEYOND_MINOR = 6
"""A sentence this long says more than yes or hello."""


@dataclass(slots=True)
class Acts:
    """The acts of a message as they are found, and what its questions are about.

    ``certain``: a pattern matched. ``jibes``: something small and unkind is said of the listener.
    ``tells``: the speaker states something beyond the acts found.
    """

    found: set[Act] = field(default_factory=set)
    question_topics: dict[str, None] = field(default_factory=dict)
    certain: bool = False
    jibes: bool = False
    tells: bool = False

    def ordered(self) -> tuple[Act, ...]:
        """Return the acts, most telling first; small talk when there is none."""
        return tuple(act for act in _PRIORITY if act in self.found) or (Act.SMALL_TALK,)


def classify_acts(
    sentences: tuple[Sentence, ...], fact_topics: Sequence[str], *, name: str, forgets: bool
) -> Acts:
    """Return the acts of the sentences.

    ``fact_topics``: topics of the facts that they state. ``name`` is the listener's. ``forgets``:
    they ask that something be forgotten.
    """
    acts = Acts(certain=forgets)
    pity = f"poor {name.lower()}" if name else ""
    for sentence in sentences:
        _add_sentence(acts, sentence, tuple(fact_topics), pity)
    if forgets:
        acts.found -= {Act.REQUEST, Act.ASK, Act.ASK_MEMORY}
        acts.found.add(Act.FORGET)
    if fact_topics or (acts.tells and acts.found <= _MINOR_ACTS):
        acts.found.add(Act.TELL)
    if not acts.found and not any(sentence.words for sentence in sentences):
        silent = not any(find_emoji(sentence.said) for sentence in sentences)
        acts.found.add(Act.SILENCE if silent else Act.SMALL_TALK)
        acts.certain = acts.certain or silent
    return acts


def _add_sentence(acts: Acts, sentence: Sentence, fact_topics: tuple[str, ...], pity: str) -> None:
    found = _matched_acts(sentence, pity)
    if _ASKS_NATURE.search(sentence.plain):
        found.add(Act.ASK_NATURE)
        acts.question_topics.update(dict.fromkeys(content_words(sentence.words)))
    elif not found & {Act.INSULT, Act.THREATEN, Act.LOVE}:
        question, about = classify_question(sentence, fact_topics)
        # "hello??" greets; it asks nothing.
        if question and not (question is Act.ASK and found and not about):
            found.add(question)
            acts.question_topics.update(dict.fromkeys(about))
    if not sentence.asks:
        found.update(act for act, pattern in _NEWS if pattern.search(sentence.plain))
    acts.jibes = acts.jibes or bool(_JIBE.search(sentence.plain))
    acts.certain = acts.certain or bool(found)
    acts.tells = acts.tells or _tells(sentence, found)
    acts.found |= found


def _matched_acts(sentence: Sentence, pity: str) -> set[Act]:
    acts = {act for act, pattern in _PATTERNS if pattern.search(sentence.plain)}
    if pity and pity in sentence.plain and re.search(rf"\b{re.escape(pity)}\b", sentence.plain):
        acts.add(Act.COMFORT)
    if not LAUGHING_EMOJI.isdisjoint(find_emoji(sentence.said)):
        acts.add(Act.LAUGH)
    if Act.COMFORT in acts and "sorry" in sentence.words:
        acts.discard(Act.APOLOGISE)
    if Act.THANK in acts and _POLITE_ANSWER.search(sentence.plain):
        acts.discard(Act.THANK)
        acts.add(Act.TELL)
    if Act.INSULT in acts or Act.THREATEN in acts:
        acts -= {Act.PRAISE, Act.AGREE}
    return acts


def _tells(sentence: Sentence, found: set[Act]) -> bool:
    """Return whether the sentence states something of the speaker beyond the acts found in it."""
    words = sentence.words
    if _FIRST_PERSON.isdisjoint(words) or sentence.asks or len(words) < _MIN_WORDS_TO_TELL:
        return False
    longer = len(sentence.clauses) > 1 or len(words) >= _MIN_WORDS_BEYOND_MINOR
    return not found or (found <= _MINOR_ACTS and longer)
