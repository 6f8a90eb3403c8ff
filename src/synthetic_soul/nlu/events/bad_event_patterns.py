"""The patterns of sorrow and trouble, gravest first."""

from __future__ import annotations

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.events.event_pattern_parts import (
    GAME,
    GOODS,
    HIM,
    ILL,
    ME,
    MY,
    NEAR,
    SOMEONE,
    TEST,
    WAS,
    Row,
    row,
)

BAD: tuple[Row, ...] = (
    row(LifeEvent.DEATH, """
        died dead passed lost killed suicide life down sleep forever make funeral
    """,
        rf"""
            {HIM}{WAS}(?P<verb>died|passed away|passed on|passed (?=last|this|yesterday|on|two
            |a )|dead\b|killed\b(?! (?:it|him|her|the|a|my|an))|took (?:his|her|their) own life
            |committed suicide|put down\b|put to sleep|gone forever|killed (?:him|her)self)
        """,
        rf"{HIM} (?P<verb>did not make it)$",
        r"\b(?:i|we)(?: \w+){0,3} (?P<verb>put) (?P<whom>him|her|it|them) (?:down|to sleep)$",
        rf"""
            \b(?:i|we)(?: have| just| recently| also
            | sadly)* (?P<verb>lost) (?P<whom>{NEAR})(?! in (?:the|a) (?:crowd|shop|mall|park
            |supermarket|city))
        """,
        rf"\b(?P<verb>put|putting) (?P<whom>{NEAR}(?: (?-i:[A-Z]\w+))?) (?:down|to sleep)\b",
        rf"(?P<whom>{NEAR})?(?:'s)? ?(?P<verb>\bfuneral\b)(?! home| director)",
    ),
    row(LifeEvent.LOSS, """
        miscarriage miscarried lost stolen burned burnt broken robbed flooded stole mugged burgled
        scammed evicted away missing
    """,
        rf"{ME}{WAS}(?P<verb>(?:had )?a miscarriage|miscarried)",
        rf"{SOMEONE}{WAS}(?P<verb>lost) {MY} (?:\w+ )?{GOODS}\b",
        rf"""
            (?P<whom>\b(?:my|our)(?: \w+)?? {GOODS}){WAS}(?P<verb>stolen|burned down|burnt down
            |broken into|robbed|flooded)
        """,
        r"\b(?:someone|somebody|they|he|she) (?P<verb>stole) (?P<whom>my (?:\w+ )?\w+)",
        rf"{SOMEONE}{WAS}(?P<verb>robbed|mugged|burgled|scammed|evicted)\b",
        r"""
            (?P<whom>\b(?:my|our)(?: [\w'-]+){1,3}?)(?: (?:has|have|is|just))* (?P<verb>ran away
            |run away|went missing|gone missing|missing(?! me| you| him| her))\b
        """,
    ),
    row(LifeEvent.ACCIDENT, """
        accident crash collision hit run knocked broke broken fractured dislocated sprained twisted
        burned burnt cut crashed wrecked totalled totaled fell fallen
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:had |in |into |involved in )(?:a
            |an)(?: \w+){{0,2}}? (?:accident|crash|collision)\b)
        """,
        rf"{SOMEONE}{WAS}(?P<verb>(?:hit|run over|knocked down) by a\b)",
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:broke|fractured|dislocated|sprained|twisted|burned|burnt
            |cut) (?:my|his|her|their|our|an?) (?:\w+ )?(?:leg|arm|wrist|ankle|foot|hip|hand
            |finger|rib|collarbone|nose|back|neck|toe|shoulder|knee|elbow)s?\b)
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:crashed|wrecked|totall?ed) (?:my|his|her|the
            |our) (?:\w+ )?(?:car|bike|van|truck|motorbike|scooter)\b|(?:fell
            |fallen) (?:down the stairs|off|from (?:a|the)))
        """,
    ),
    row(LifeEvent.ILLNESS, """
        sick ill unwell poorly hospital icu intensive coma dying diagnosed hospitalised
        hospitalized rushed taken cancer covid corona flu fever pneumonia tumour tumor stroke heart
        dementia alzheimer alzheimer's leukaemia leukemia migraine cold bronchitis seizure
        infection poisoning appendicitis parkinson parkinson's diabetes depression headache ulcer
        concussion norovirus tonsillitis surgery operation chemo chemotherapy transplant vomiting
        throwing
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:fell |feeling |feel |feels )?(?:sick|ill|unwell
            |poorly)\b(?! (?:of|and tired|to death|that|with (?:worry|envy)))
            |in (?:a |the )?(?:hospital|icu|intensive care|coma|a & e)\b(?! job)|dying\b(?! (?:to
            |of|for|laugh|with|from (?:laugh|embarr|bore)))|diagnosed with\b|hospitali[sz]ed
            |rushed to|taken to (?:the )?(?:hospital|a&e|er\b)|terminally ill|critically ill)
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:has |have |had |got |caught |with )?{ILL})\b(?! (?:of|in
            |when))
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:having |needs |need |had )(?:an? |heart |open heart |brain )*
            (?:surgery|operation|chemo\w*|transplant)\b|in surgery|throwing up|vomiting)
        """,
    ),
    row(LifeEvent.BREAK_UP, """
        broke broken split splitting breaking separated separating divorced divorcing divorce
        dumped left ended cheated cheating
    """,
        rf"""
            (?P<whom>\b(?:we|my (?:\w+ )?\w+ and i|i and my \w+|(?:he|she) and i
            |(?-i:[A-Z]\w+) and i|my parents|my (?:mum|mom|mother|dad|father|brother|sister|son
            |daughter) and \w+)){WAS}(?P<verb>broke up|broken up|split up
            |splitting up|split\b(?! the)|breaking up|separat(?:ed|ing)|divorc(?:ed|ing)
            |getting (?:a )?divorced?)
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>broke up with\b|dumped me|left me\b(?! (?:a|an|the|his|her
            |alone|speechless|wondering|some|in|with|no))|broke it off|ended (?:it|things)\b
            |(?:wants|filed for|asked for) (?:a )?divorce)
        """,
        rf"{ME}{WAS}(?P<verb>dumped|divorc(?:ed|ing)\b|a divorce|separated from my)",
        rf"{SOMEONE}(?: just)? (?:got|was|been) (?P<verb>dumped\b)",
        rf"{SOMEONE} (?P<verb>cheated on me|is cheating on me|has been cheating)",
    ),
    row(LifeEvent.JOB_LOSS, "job jobs fired laid sacked go redundant",
        rf"{SOMEONE}{WAS}(?P<verb>lost (?:my|his|her|their|our) jobs?\b)",
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:fired\b(?! (?:up|a|the|my|me|us))|laid off|sacked\b(?! me)
            |let go\b(?! of)|made redundant))
        """,
        r"""
            \b(?:they|my boss|the company|he|she) (?P<verb>fired|sacked|laid off) (?P<whom>me
            |my \w+|us)\b
        """,
    ),
    row(LifeEvent.FAILURE, """
        failed flunked bombed messed screwed blew not rejected refused denied turned lost last no
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:failed|flunked|bombed|messed up|screwed up
            |blew) (?:(?:{MY}|in|at|all) )*+{TEST}\b)
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:failed|flunked|bombed) (?:it|maths?|physics|chemistry
            |again|everything)\b)
        """,
        rf"""
            {ME} (?P<verb>did not (?:get (?:the|into|in|that|accepted|chosen|picked)\b(?! (?:joke
            |point|memo|message|chance|idea))|pass\b(?! out)|make (?:it into|the team|the cut)
            |win\b))
        """,
        rf"""
            {ME}{WAS}(?P<verb>(?:rejected\b|turned down\b(?! the)|lost (?:the|our|my
            |a) (?:\w+ ){{0,2}}?{GAME}|came (?:in )?last|lost (?:\d|by \d|again$|badly$)))
        """,
        r"""
            \b(?:they|the \w+|(?-i:[A-Z]\w+)) (?P<verb>rejected|turned down|turned) (?P<whom>me
            |my \w+)\b(?! on| off| into)
        """,
        r"\b(?P<whom>she|he) (?P<verb>said no)$",
        rf"""
            (?P<whom>\bmy (?:\w+ )?(?:application|paper|visa|manuscript|proposal|loan|offer
            |novel)){WAS}(?P<verb>rejected|refused|denied|turned down)
        """,
    ),
    row(LifeEvent.CONFLICT, """
        fight argument row quarrel falling fought argued fighting arguing quarrelled quarreled
        fell talking words yelled yells screamed screams shouted shouts swore lied betrayed
        bullied bullies insulted humiliated ignored ignores ignoring mad angry furious hates
        ghosted laughed fun back
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:had|in|having|into) (?:a|an
            |another)(?: \w+){{0,2}}? (?:fight|argument|row|quarrel|falling[- ]out)\b)
        """,
        rf"""
            (?P<whom>\bmy (?:\w+ )?\w+ and i|\b(?:we|they|i)
            |(?-i:\b[A-Z]\w+) and i){WAS}(?P<verb>fought|argued|fighting with|arguing with
            |quarrell?ed|fell out with|not talking to each other|stopped talking
            |had words)\b(?! for| cancer| back)
        """,
        rf"""
            {HIM}{WAS}(?P<verb>(?:yell(?:ed|s)|scream(?:ed|s)|shout(?:ed|s)|swore) at me
            |lied to me|betrayed me|bull(?:ied|ies) me|insulted me|humiliated me|ignor(?:es|ed
            |ing) me
            |(?:mad|angry|furious) (?:at|with) me|hates me|ghosted me|laughed at me|made fun of me
            |stabbed me in the back)
        """,
        rf"{ME}{WAS}(?P<verb>(?:being )?bullied\b|ghosted\b|yelled at)",
    ),
)  # fmt: skip
