"""The patterns of good fortune."""

from __future__ import annotations

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.events.event_pattern_parts import (
    GOODS,
    HIM,
    KIN,
    ME,
    MY,
    NEAR,
    SOMEONE,
    TEST,
    WAS,
    Row,
    row,
)

GOOD_ROWS: tuple[Row, ...] = (
    row(LifeEvent.JOB, """
        job internship apprenticeship position role traineeship hired promoted promotion raise
        offered
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:got |landed |found |start(?:ed|ing)? )(?:the|a|an
            |my) (?:(?:new|dream|first|better|full[- ]time|part[- ]time|great|proper
            |\w+ing) )*(?:job|internship|apprenticeship|position|role
            |traineeship)\b(?! (?:interview|to do|application|centre|center|done))|(?:the|my dream
            |a new|the new) (?:job|internship|position|role)\b(?!\w| interview| done))
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>hired\b|promoted\b|(?:a )?promotion\b|a (?:pay )?raise\b
            |offered (?:the|a) (?:\w+ )?(?:job|position|role))
        """,
        r"""
            \b(?:they|he|she|the company|(?-i:[A-Z]\w+)) (?P<verb>hired|offered
            |promoted) (?P<whom>me)(?: (?:the|a) (?:\w+ )?(?:job|position|role))?$
        """,
    ),
    row(LifeEvent.SUCCESS, """
        passed aced nailed into accepted admitted won graduated scholarship a first straight top
        best distinction published full gold medal finished completed handed submitted defended ran
        sold made did approved
    """,
        rf"(?:{SOMEONE}{WAS}|^)(?P<verb>(?:passed|aced|nailed) (?:(?:{MY}|all) )*+{TEST}\b)",
        rf"{ME}{WAS}(?P<verb>(?:passed|aced|nailed)(?: it)?$)",
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:got into|accepted (?:into|to|at|by)
            |admitted to) (?!a |an |the (?:car|bed|habit|shower)|trouble|bed|an argument|it\b
            |my )\w+)
        """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>won\b(?! not)|graduated\b|a scholarship|an a\+?$
            |straight a'?s|first (?:place|prize)|top marks|the best grade|a distinction
            |published\b|accepted$|full marks|the gold medal|a (?:gold )?medal|an a(?:\+
        |\*)? (?:in|on|for) (?:my )?\w+(?: though)?$)
        """,
        rf"""
            {ME}{WAS}(?P<verb>(?:finished|completed|handed in|submitted|defended|ran|sold) (?:my
            |the|our|a) (?:\w+ )?(?:thesis|dissertation|marathon|novel|book|degree|phd|project
            |house|first \w+)\b|made it (?:into|to the final)|(?:did|made) it$)
        """,
        rf"""
            (?P<whom>\bmy (?:\w+ )?(?:paper|book|article|application|novel|poem|visa|manuscript
            |loan)){WAS}(?P<verb>accepted|published|approved)
        """,
    ),
    row(LifeEvent.BIRTH, """
        baby babies twins child son daughter boy girl birth expecting pregnant born dad mum mom
        father mother aunt uncle grandma grandpa grandmother grandfather parent sister brother
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:had|having|expecting) (?:a|our|my|her|their
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
    row(LifeEvent.WEDDING, "married engaged wedding marry proposed eloped tied",
        rf"""
            {SOMEONE}{WAS}(?P<verb>married(?! to| life)\b|engaged\b(?! in| with)|a wedding
            |(?:going to|will) (?:get )?marry|proposed(?: to (?:me|him|her))?$|proposed to (?:me
            |my)|eloped|tied the knot)
        """,
        r"""
            (?P<whom>\bmy (?:\w+ )?\w+)?(?:'s)? ?(?P<verb>\bwedding (?:is|was) (?:today|tomorrow
            |yesterday|this|next|on|in|last|so|amazing|beautiful|lovely)\b)
        """,
    ),
    row(LifeEvent.RECOVERY, """
        recovered recovery recovering recover cancer cancer-free remission out home mend healthy
        survived woke discharged clear clean sober better well fine negative successful success
        found
    """,
        rf"""
            {SOMEONE}{WAS}(?P<verb>(?:made a full |fully )?recover(?:ed|y|ing)\b|cancer[- ]free
            |in remission|out of (?:the )?(?:hospital|danger|coma|the woods|intensive care|icu)
            |(?:back )?home from (?:the )?hospital|on the mend|healthy again|survived\b(?! on)
            |woke up from|discharged|(?:the )?all clear|clean for|sober for)
        """,
        rf"""
            {HIM} (?:is|are) (?:really |already |finally |much |doing |slowly |all )*
            (?P<verb>(?:(?:feeling|getting|doing) )?(?:much |a lot |a bit )?better\b(?! (?:than|at
            |with|off|to|for|if))|recovering\b|eating again\b)
        """,
        rf"""
            (?P<whom>{NEAR}(?: (?-i:[A-Z]\w+))?)(?: (?:is|are|feels?|feeling|doing|much|a lot
            |already|finally|getting|got|has|been|so))+ (?P<verb>better\b|well again|fine again)
        """,
        r"""
            (?P<whom>\b(?:my|his|her|the)(?: \w+){0,2} (?:surgery|operation|test results?|biopsy
            |scan|tests?)) (?P<verb>went well|came back (?:negative|clear|clean|fine|good)|(?:was
            |were|is|are) (?:negative|clear|clean|successful|a success))
        """,
        rf"{ME} (?:just |finally )*(?P<verb>found) (?:my|our) (?:lost )?(?:{KIN}|{GOODS})$",
    ),
    row(LifeEvent.ROMANCE, """
        met date love crush dating together girlfriend boyfriend kissed asked likes loves loved
        moving yes
    """,
        rf"""
            {ME}{WAS}(?P<verb>met (?:someone|somebody|a (?:girl|boy|guy|man|woman|cute \w+))\b
            |(?:have |had |going on |went on )?(?:a|my) (?:first |hot |second )?date\b(?! of)
            |in love\b|falling in love|(?:have )?a (?:huge |massive |little )?crush|dating\b
            |back together|have a (?:new )?(?:girl|boy)friend|a (?:new )?(?:girl|boy)friend
            |kissed\b|moving in together)
        """,
        rf"""
            {HIM}{WAS}(?P<verb>kissed me|asked me out|likes me back|loves me(?: too| back)?$
            |asked me to (?:be|marry|move in)|said (?:she|he|they) lov(?:es|ed) me)
        """,
        r"\b(?P<whom>she|he) (?P<verb>said yes)$",
    ),
    row(LifeEvent.GIFT, """
        gave bought got made brought sent present gift surprise puppy kitten bouquet adopted
    """,
        rf"""
            {HIM}{WAS}(?P<verb>(?:gave|bought|got|made|brought|sent) me (?:a|an|some|the|this
            |flowers|chocolates?|tickets|two|breakfast)\b(?! (?:\w+ )?(?:headache|hard time|cold
            |look|lecture|bad|lift|call|warning|fine|message|text|hint|break|scare|ticket for
            |minute|second|ultimatum|letter|email|reason|while|fright|idea|advice|liar|fool
            |promise)))
        """,
        rf"""
            {ME}{WAS}(?P<verb>(?:got |received |given )?(?:a|an
            |such a) (?:\w+ ){{0,2}}?(?:present|gift|surprise party|puppy|kitten
            |bouquet)\b(?! (?:for|to))|adopted (?:a|an|two)|got (?:a|two) (?:new )?(?:dog|cat
            |puppy|kitten|bunny|hamster|rabbit)s?\b)
        """,
    ),
    row(LifeEvent.CELEBRATION, "birthday bday anniversary turned turn turning celebrating party",
        r"""
            \b(?:it is|its|today is|tomorrow is|today was|it was) (?P<verb>(?P<whom>my|our
            |my [\w']+(?: [\w']+)?) (?:\w+ )?(?:birthday|bday|anniversary)\b)
        """,
        r"""
            \b(?P<whom>my|our) (?P<verb>(?:\w+ )?(?:birthday|anniversary) (?:is (?:today
            |tomorrow)|was (?:yesterday|great|lovely|amazing)))
        """,
        rf"""
            {ME}{WAS}(?P<verb>(?:turned|turn|turning) \d\d\b|celebrating\b|(?:having|throwing
            |had) (?:a|my|the) (?:\w+ )?party)
        """,
    ),
)  # fmt: skip
