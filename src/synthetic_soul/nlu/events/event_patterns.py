"""Patterns of life events, the gravest first.

They run over one clause with contractions written out. The group ``verb`` starts where the event
is reported; what stands before it may deny it. The group ``whom`` is optional.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.text.regex import compiled_ignorecase, join_lines, word_set
from synthetic_soul.nlu.text.vocabulary import PETS, RELATIONS

if TYPE_CHECKING:
    import re

_KIN = "|".join(sorted({*RELATIONS, *PETS, "dogs", "cats", "baby", "gran", "pets"}))
_NEAR = rf"(?:my|our)(?: (?!and\b)[\w'-]+){{0,2}}? (?:{_KIN})(?:-in-law)?\b(?!'s)"
_WHO = join_lines(r"""
    (?P<whom>\b(?:my|our)(?: (?!and\b)[\w'-]+){1,4}?|\b(?:i|we|he|she|they|mum|mom|dad|mummy
    |daddy|grandma|grandpa|granny|nan|nana)\b|\ba (?:friend|colleague|cousin|neighbour
    |neighbor)(?: of mine)?|\bsomeone i knew|(?-i:\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)?))
""")
_OTHER = _WHO.replace("i|we|he", "he")
_ME = r"(?P<whom>\b(?:i|we))"
_WAS = join_lines(r"""
    (?: (?:has|have|had|is|are|am|was|were|just|also|really|finally|actually|recently|sadly
    |unfortunately|suddenly|been|already|now|still|got|getting|very|so|quite|pretty|all|only
    |totally|officially|even|did|ever)){0,6}[ ]
""")
_THE = r"(?:my|the|our|his|her|their|a|an)"
_TEST = join_lines(r"""
    (?:(?:\w+ ){0,3}?(?:exams?|tests?|finals?|course|class|driving test|bar|boards|thesis
    |degree|audition|interview|quiz|maths?|physics|chemistry|a[- ]levels?|gcses?|midterms?
    |licen[cs]e|semester|year|module|probation|assignment|dissertation|certification))
""")
_GAME = r"(?:match|game|race|final|tournament|competition|championship|contest|election|case)"
_GOODS = join_lines(r"""
    (?:wallet|purse|phone|keys?|bag|passport|ring|laptop|bike|car|luggage|suitcase|house|home
    |savings|money|camera|jewellery|jewelry|necklace|watch|backpack|flat|apartment|package)
""")
_ILL = join_lines(r"""
    (?:cancer|covid|corona|the flu|flu|a fever|fever|pneumonia|a tumou?r|a stroke
    |a heart attack|dementia|alzheimer'?s|leuk(?:a)?emia|a migraine|migraine|a (?:bad )?cold
    |bronchitis|a seizure|an infection|food poisoning|appendicitis|parkinson'?s|diabetes
    |depression|a headache|an ulcer|a concussion|norovirus|tonsillitis)
""")


@dataclass(frozen=True)
class EventPatterns:
    """The patterns of an event; they are tried where one of the words ``cues`` occurs."""

    kind: LifeEvent
    cues: frozenset[str]
    sources: tuple[str, ...]

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The compiled patterns, made when first needed: they are a fifth of the import time."""
        return tuple(compiled_ignorecase(source) for source in self.sources)


def _row(kind: LifeEvent, cues: str, *sources: str) -> EventPatterns:
    return EventPatterns(kind, word_set(cues), sources)


EVENT_PATTERNS: tuple[EventPatterns, ...] = (
    _row(LifeEvent.DEATH, """
        died dead passed lost killed suicide life down sleep forever make funeral
    """,
        rf"""
            {_OTHER}{_WAS}(?P<verb>died|passed away|passed on|passed (?=last|this|yesterday|on|two
            |a )|dead\b|killed\b(?! (?:it|him|her|the|a|my|an))|took (?:his|her|their) own life
            |committed suicide|put down\b|put to sleep|gone forever|killed (?:him|her)self)
        """,
        rf"{_OTHER} (?P<verb>did not make it)$",
        r"\b(?:i|we)(?: \w+){0,3} (?P<verb>put) (?P<whom>him|her|it|them) (?:down|to sleep)$",
        rf"""
            \b(?:i|we)(?: have| just| recently| also
            | sadly)* (?P<verb>lost) (?P<whom>{_NEAR})(?! in (?:the|a) (?:crowd|shop|mall|park
            |supermarket|city))
        """,
        rf"\b(?P<verb>put|putting) (?P<whom>{_NEAR}(?: (?-i:[A-Z]\w+))?) (?:down|to sleep)\b",
        rf"(?P<whom>{_NEAR})?(?:'s)? ?(?P<verb>\bfuneral\b)(?! home| director)",
    ),
    _row(LifeEvent.LOSS, """
        miscarriage miscarried lost stolen burned burnt broken robbed flooded stole mugged burgled
        scammed evicted away missing
    """,
        rf"{_ME}{_WAS}(?P<verb>(?:had )?a miscarriage|miscarried)",
        rf"{_WHO}{_WAS}(?P<verb>lost) {_THE} (?:\w+ )?{_GOODS}\b",
        rf"""
            (?P<whom>\b(?:my|our)(?: \w+)?? {_GOODS}){_WAS}(?P<verb>stolen|burned down|burnt down
            |broken into|robbed|flooded)
        """,
        r"\b(?:someone|somebody|they|he|she) (?P<verb>stole) (?P<whom>my (?:\w+ )?\w+)",
        rf"{_WHO}{_WAS}(?P<verb>robbed|mugged|burgled|scammed|evicted)\b",
        r"""
            (?P<whom>\b(?:my|our)(?: [\w'-]+){1,3}?)(?: (?:has|have|is|just))* (?P<verb>ran away
            |run away|went missing|gone missing|missing(?! me| you| him| her))\b
        """,
    ),
    _row(LifeEvent.ACCIDENT, """
        accident crash collision hit run knocked broke broken fractured dislocated sprained twisted
        burned burnt cut crashed wrecked totalled totaled fell fallen
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:had |in |into |involved in )(?:a
            |an)(?: \w+){{0,2}}? (?:accident|crash|collision)\b)
        """,
        rf"{_WHO}{_WAS}(?P<verb>(?:hit|run over|knocked down) by a\b)",
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:broke|fractured|dislocated|sprained|twisted|burned|burnt
            |cut) (?:my|his|her|their|our|an?) (?:\w+ )?(?:leg|arm|wrist|ankle|foot|hip|hand
            |finger|rib|collarbone|nose|back|neck|toe|shoulder|knee|elbow)s?\b)
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:crashed|wrecked|totall?ed) (?:my|his|her|the
            |our) (?:\w+ )?(?:car|bike|van|truck|motorbike|scooter)\b|(?:fell
            |fallen) (?:down the stairs|off|from (?:a|the)))
        """,
    ),
    _row(LifeEvent.ILLNESS, """
        sick ill unwell poorly hospital icu intensive coma dying diagnosed hospitalised
        hospitalized rushed taken cancer covid corona flu fever pneumonia tumour tumor stroke heart
        dementia alzheimer alzheimer's leukaemia leukemia migraine cold bronchitis seizure
        infection poisoning appendicitis parkinson parkinson's diabetes depression headache ulcer
        concussion norovirus tonsillitis surgery operation chemo chemotherapy transplant vomiting
        throwing
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:fell |feeling |feel |feels )?(?:sick|ill|unwell
            |poorly)\b(?! (?:of|and tired|to death|that|with (?:worry|envy)))
            |in (?:a |the )?(?:hospital|icu|intensive care|coma|a & e)\b(?! job)|dying\b(?! (?:to
            |of|for|laugh|with|from (?:laugh|embarr|bore)))|diagnosed with\b|hospitali[sz]ed
            |rushed to|taken to (?:the )?(?:hospital|a&e|er\b)|terminally ill|critically ill)
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:has |have |had |got |caught |with )?{_ILL})\b(?! (?:of|in
            |when))
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:having |needs |need |had )(?:an? |heart |open heart |brain )*
            (?:surgery|operation|chemo\w*|transplant)\b|in surgery|throwing up|vomiting)
        """,
    ),
    _row(LifeEvent.BREAK_UP, """
        broke broken split splitting breaking separated separating divorced divorcing divorce
        dumped left ended cheated cheating
    """,
        rf"""
            (?P<whom>\b(?:we|my (?:\w+ )?\w+ and i|i and my \w+|(?:he|she) and i
            |(?-i:[A-Z]\w+) and i|my parents|my (?:mum|mom|mother|dad|father|brother|sister|son
            |daughter) and \w+)){_WAS}(?P<verb>broke up|broken up|split up
            |splitting up|split\b(?! the)|breaking up|separat(?:ed|ing)|divorc(?:ed|ing)
            |getting (?:a )?divorced?)
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>broke up with\b|dumped me|left me\b(?! (?:a|an|the|his|her
            |alone|speechless|wondering|some|in|with|no))|broke it off|ended (?:it|things)\b
            |(?:wants|filed for|asked for) (?:a )?divorce)
        """,
        rf"{_ME}{_WAS}(?P<verb>dumped|divorc(?:ed|ing)\b|a divorce|separated from my)",
        rf"{_WHO}(?: just)? (?:got|was|been) (?P<verb>dumped\b)",
        rf"{_WHO} (?P<verb>cheated on me|is cheating on me|has been cheating)",
    ),
    _row(LifeEvent.JOB_LOSS, "job jobs fired laid sacked go redundant",
        rf"{_WHO}{_WAS}(?P<verb>lost (?:my|his|her|their|our) jobs?\b)",
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:fired\b(?! (?:up|a|the|my|me|us))|laid off|sacked\b(?! me)
            |let go\b(?! of)|made redundant))
        """,
        r"""
            \b(?:they|my boss|the company|he|she) (?P<verb>fired|sacked|laid off) (?P<whom>me
            |my \w+|us)\b
        """,
    ),
    _row(LifeEvent.FAILURE, """
        failed flunked bombed messed screwed blew not rejected refused denied turned lost last no
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:failed|flunked|bombed|messed up|screwed up
            |blew) (?:(?:{_THE}|in|at|all) )*+{_TEST}\b)
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:failed|flunked|bombed) (?:it|maths?|physics|chemistry
            |again|everything)\b)
        """,
        rf"""
            {_ME} (?P<verb>did not (?:get (?:the|into|in|that|accepted|chosen|picked)\b(?! (?:joke
            |point|memo|message|chance|idea))|pass\b(?! out)|make (?:it into|the team|the cut)
            |win\b))
        """,
        rf"""
            {_ME}{_WAS}(?P<verb>(?:rejected\b|turned down\b(?! the)|lost (?:the|our|my
            |a) (?:\w+ ){{0,2}}?{_GAME}|came (?:in )?last|lost (?:\d|by \d|again$|badly$)))
        """,
        r"""
            \b(?:they|the \w+|(?-i:[A-Z]\w+)) (?P<verb>rejected|turned down|turned) (?P<whom>me
            |my \w+)\b(?! on| off| into)
        """,
        r"\b(?P<whom>she|he) (?P<verb>said no)$",
        rf"""
            (?P<whom>\bmy (?:\w+ )?(?:application|paper|visa|manuscript|proposal|loan|offer
            |novel)){_WAS}(?P<verb>rejected|refused|denied|turned down)
        """,
    ),
    _row(LifeEvent.CONFLICT, """
        fight argument row quarrel falling fought argued fighting arguing quarrelled quarreled
        fell talking words yelled yells screamed screams shouted shouts swore lied betrayed
        bullied bullies insulted humiliated ignored ignores ignoring mad angry furious hates
        ghosted laughed fun back
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:had|in|having|into) (?:a|an
            |another)(?: \w+){{0,2}}? (?:fight|argument|row|quarrel|falling[- ]out)\b)
        """,
        rf"""
            (?P<whom>\bmy (?:\w+ )?\w+ and i|\b(?:we|they|i)
            |(?-i:\b[A-Z]\w+) and i){_WAS}(?P<verb>fought|argued|fighting with|arguing with
            |quarrell?ed|fell out with|not talking to each other|stopped talking
            |had words)\b(?! for| cancer| back)
        """,
        rf"""
            {_OTHER}{_WAS}(?P<verb>(?:yell(?:ed|s)|scream(?:ed|s)|shout(?:ed|s)|swore) at me
            |lied to me|betrayed me|bull(?:ied|ies) me|insulted me|humiliated me|ignor(?:es|ed
            |ing) me
            |(?:mad|angry|furious) (?:at|with) me|hates me|ghosted me|laughed at me|made fun of me
            |stabbed me in the back)
        """,
        rf"{_ME}{_WAS}(?P<verb>(?:being )?bullied\b|ghosted\b|yelled at)",
    ),
    _row(LifeEvent.JOB, """
        job internship apprenticeship position role traineeship hired promoted promotion raise
        offered
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:got |landed |found |start(?:ed|ing)? )(?:the|a|an
            |my) (?:(?:new|dream|first|better|full[- ]time|part[- ]time|great|proper
            |\w+ing) )*(?:job|internship|apprenticeship|position|role
            |traineeship)\b(?! (?:interview|to do|application|centre|center|done))|(?:the|my dream
            |a new|the new) (?:job|internship|position|role)\b(?!\w| interview| done))
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>hired\b|promoted\b|(?:a )?promotion\b|a (?:pay )?raise\b
            |offered (?:the|a) (?:\w+ )?(?:job|position|role))
        """,
        r"""
            \b(?:they|he|she|the company|(?-i:[A-Z]\w+)) (?P<verb>hired|offered
            |promoted) (?P<whom>me)(?: (?:the|a) (?:\w+ )?(?:job|position|role))?$
        """,
    ),
    _row(LifeEvent.SUCCESS, """
        passed aced nailed into accepted admitted won graduated scholarship a first straight top
        best distinction published full gold medal finished completed handed submitted defended ran
        sold made did approved
    """,
        rf"(?:{_WHO}{_WAS}|^)(?P<verb>(?:passed|aced|nailed) (?:(?:{_THE}|all) )*+{_TEST}\b)",
        rf"{_ME}{_WAS}(?P<verb>(?:passed|aced|nailed)(?: it)?$)",
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:got into|accepted (?:into|to|at|by)
            |admitted to) (?!a |an |the (?:car|bed|habit|shower)|trouble|bed|an argument|it\b
            |my )\w+)
        """,
        rf"""
            {_WHO}{_WAS}(?P<verb>won\b(?! not)|graduated\b|a scholarship|an a\+?$
            |straight a'?s|first (?:place|prize)|top marks|the best grade|a distinction
            |published\b|accepted$|full marks|the gold medal|a (?:gold )?medal|an a(?:\+
        |\*)? (?:in|on|for) (?:my )?\w+(?: though)?$)
        """,
        rf"""
            {_ME}{_WAS}(?P<verb>(?:finished|completed|handed in|submitted|defended|ran|sold) (?:my
            |the|our|a) (?:\w+ )?(?:thesis|dissertation|marathon|novel|book|degree|phd|project
            |house|first \w+)\b|made it (?:into|to the final)|(?:did|made) it$)
        """,
        rf"""
            (?P<whom>\bmy (?:\w+ )?(?:paper|book|article|application|novel|poem|visa|manuscript
            |loan)){_WAS}(?P<verb>accepted|published|approved)
        """,
    ),
    _row(LifeEvent.BIRTH, """
        baby babies twins child son daughter boy girl birth expecting pregnant born dad mum mom
        father mother aunt uncle grandma grandpa grandmother grandfather parent sister brother
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:had|having|expecting) (?:a|our|my|her|their
            |the) (?:\w+ )?(?:baby|babies|twins|child|son|daughter|boy|girl)\b(?! (?:shower|blues
            |phone))|gave birth|given birth|expecting$|pregnant\b|born (?:today|yesterday|last
            |this|(?:on )?\w+day)|(?:became|become|becoming|going to be) (?:a|an) (?:new )?(?:dad
            |mum|mom|father|mother|aunt|uncle|grandma|grandpa|grandmother|grandfather|parent
            |big (?:sister|brother)))
        """,
        r"""
            \b(?P<whom>the baby|the twins)(?: (?:is|was|are|were|has|have|been|just
            |finally))* (?P<verb>born|here|arrived)\b
        """,
    ),
    _row(LifeEvent.WEDDING, "married engaged wedding marry proposed eloped tied",
        rf"""
            {_WHO}{_WAS}(?P<verb>married(?! to| life)\b|engaged\b(?! in| with)|a wedding
            |(?:going to|will) (?:get )?marry|proposed(?: to (?:me|him|her))?$|proposed to (?:me
            |my)|eloped|tied the knot)
        """,
        r"""
            (?P<whom>\bmy (?:\w+ )?\w+)?(?:'s)? ?(?P<verb>\bwedding (?:is|was) (?:today|tomorrow
            |yesterday|this|next|on|in|last|so|amazing|beautiful|lovely)\b)
        """,
    ),
    _row(LifeEvent.RECOVERY, """
        recovered recovery recovering recover cancer cancer-free remission out home mend healthy
        survived woke discharged clear clean sober better well fine negative successful success
        found
    """,
        rf"""
            {_WHO}{_WAS}(?P<verb>(?:made a full |fully )?recover(?:ed|y|ing)\b|cancer[- ]free
            |in remission|out of (?:the )?(?:hospital|danger|coma|the woods|intensive care|icu)
            |(?:back )?home from (?:the )?hospital|on the mend|healthy again|survived\b(?! on)
            |woke up from|discharged|(?:the )?all clear|clean for|sober for)
        """,
        rf"""
            {_OTHER} (?:is|are) (?:really |already |finally |much |doing |slowly |all )*
            (?P<verb>(?:(?:feeling|getting|doing) )?(?:much |a lot |a bit )?better\b(?! (?:than|at
            |with|off|to|for|if))|recovering\b|eating again\b)
        """,
        rf"""
            (?P<whom>{_NEAR}(?: (?-i:[A-Z]\w+))?)(?: (?:is|are|feels?|feeling|doing|much|a lot
            |already|finally|getting|got|has|been|so))+ (?P<verb>better\b|well again|fine again)
        """,
        r"""
            (?P<whom>\b(?:my|his|her|the)(?: \w+){0,2} (?:surgery|operation|test results?|biopsy
            |scan|tests?)) (?P<verb>went well|came back (?:negative|clear|clean|fine|good)|(?:was
            |were|is|are) (?:negative|clear|clean|successful|a success))
        """,
        rf"{_ME} (?:just |finally )*(?P<verb>found) (?:my|our) (?:lost )?(?:{_KIN}|{_GOODS})$",
    ),
    _row(LifeEvent.ROMANCE, """
        met date love crush dating together girlfriend boyfriend kissed asked likes loves loved
        moving yes
    """,
        rf"""
            {_ME}{_WAS}(?P<verb>met (?:someone|somebody|a (?:girl|boy|guy|man|woman|cute \w+))\b
            |(?:have |had |going on |went on )?(?:a|my) (?:first |hot |second )?date\b(?! of)
            |in love\b|falling in love|(?:have )?a (?:huge |massive |little )?crush|dating\b
            |back together|have a (?:new )?(?:girl|boy)friend|a (?:new )?(?:girl|boy)friend
            |kissed\b|moving in together)
        """,
        rf"""
            {_OTHER}{_WAS}(?P<verb>kissed me|asked me out|likes me back|loves me(?: too| back)?$
            |asked me to (?:be|marry|move in)|said (?:she|he|they) lov(?:es|ed) me)
        """,
        r"\b(?P<whom>she|he) (?P<verb>said yes)$",
    ),
    _row(LifeEvent.GIFT, """
        gave bought got made brought sent present gift surprise puppy kitten bouquet adopted
    """,
        rf"""
            {_OTHER}{_WAS}(?P<verb>(?:gave|bought|got|made|brought|sent) me (?:a|an|some|the|this
            |flowers|chocolates?|tickets|two|breakfast)\b(?! (?:\w+ )?(?:headache|hard time|cold
            |look|lecture|bad|lift|call|warning|fine|message|text|hint|break|scare|ticket for
            |minute|second|ultimatum|letter|email|reason|while|fright|idea|advice|liar|fool
            |promise)))
        """,
        rf"""
            {_ME}{_WAS}(?P<verb>(?:got |received |given )?(?:a|an
            |such a) (?:\w+ ){{0,2}}?(?:present|gift|surprise party|puppy|kitten
            |bouquet)\b(?! (?:for|to))|adopted (?:a|an|two)|got (?:a|two) (?:new )?(?:dog|cat
            |puppy|kitten|bunny|hamster|rabbit)s?\b)
        """,
    ),
    _row(LifeEvent.CELEBRATION, "birthday bday anniversary turned turn turning celebrating party",
        r"""
            \b(?:it is|its|today is|tomorrow is|today was|it was) (?P<verb>(?P<whom>my|our
            |my [\w']+(?: [\w']+)?) (?:\w+ )?(?:birthday|bday|anniversary)\b)
        """,
        r"""
            \b(?P<whom>my|our) (?P<verb>(?:\w+ )?(?:birthday|anniversary) (?:is (?:today
            |tomorrow)|was (?:yesterday|great|lovely|amazing)))
        """,
        rf"""
            {_ME}{_WAS}(?P<verb>(?:turned|turn|turning) \d\d\b|celebrating\b|(?:having|throwing
            |had) (?:a|my|the) (?:\w+ )?party)
        """,
    ),
)  # fmt: skip
