"""Kinds of danger, and the sayings, plots and denials that only sound like it."""

from __future__ import annotations

from synthetic_soul.nlu.text.regex import wide

SELF_HARM, MEDICAL, ABUSE = "self_harm", "medical", "abuse"
KINDS = (SELF_HARM, MEDICAL, ABUSE)
"""Kinds of danger, the most pressing first."""

IDIOMS: dict[str, str] = {
    "en": r"""
        (?:want(?:ed)? to|could|going to|almost|nearly|thought i would|gonna
        |wanna) (?:just )?die (?:of|from|with) (?:laughter|laughing|embarrassment|shame|boredom
        |cringe|cuteness|happiness|cute|joy|hunger|the heat|second[- ]hand)|die laughing
        |to die for|over my dead body|kill(?:ing)? myself (?:laughing|with laughter|at the gym
        |with work)|suicide squad|i want to die on (?:the|that) hill|(?:can't|can not
        |cannot) breathe (?:from|with|because of)? ?(?:laugh\w*|how funny|i'm laughing
        |the laugh\w*)|laughing so (?:hard|much).{0,25}breathe|(?:you|that|it|this|he
        |she) (?:just |almost |nearly )*(?:gave|give|giving) me a heart attack|(?:almost
        |nearly) (?:had|having) a heart attack|rather die than \w+|breathe (?:in|through) (?:this
        |these|my) (?:dress|jeans|mask|corset|shirt|nose)|want(?:s)? to (?:be|live) (?:rich
        |famous)
    """,
    "de": r"""
        vor (?:lachen|scham|langeweile|hunger) (?:sterben|umbringen)|sterben vor (?:lachen|scham
        |langeweile|hunger)
    """,
    "fr": r"""
        mour(?:ir|ant|s) de (?:rire|honte|faim|soif|chaud|froid|ennui)
    """,
    "es": r"""
        morir(?:me)? de (?:risa|hambre|vergüenza|sueño|amor|calor|frío|ganas)|escuadrón suicida
    """,
    "it": r"""
        morire d(?:i|al|alle?) (?:ridere|risate|vergogna|fame|sonno|caldo|freddo|noia)
    """,
    "pt": r"""
        morrer de (?:rir|vergonha|fome|sono|calor|frio|amor|saudades?|tédio)|esquadrão suicida
    """,
    "nl": r"""
        dood(?:lachen|gelachen)|van het lachen|dood van (?:de honger|verveling)
    """,
    "pl": r"""
        umrzeć ze (?:śmiechu|wstydu)|umieram ze śmiechu|umrzeć z (?:głodu|nudów)|legion samobójców
    """,
    "tr": r"""
        gülmekten öl\w+|utançtan öl\w+|açlıktan öl\w+
    """,
    "ru": r"""
        умереть от (?:смеха|стыда|скуки|голода)|умереть со (?:смеху|стыда|скуки)|отряд самоубийц
    """,
    "ar": r"""
        (?:اموت|أموت) من (?:الضحك|الجوع|الخجل)
    """,
    "hi": r"""
        हंसी से मर|हँसते हँसते मर|शर्म से मर
    """,
    "zh": r"""
        笑死|饿死|餓死|累死|想死你|爱死|羞死|热死|无聊死|尴尬死|想死我
    """,
    "ja": r"""
        笑い死に|恥ずかしくて死にたい|死ぬほど|キュン死
    """,
    "ko": r"""
        웃겨\s?죽|배고파\s?죽|부끄러워\s?죽|보고\s?싶어\s?죽
    """,
}
"""Sayings that are taken out before anything is looked for."""

FICTION = wide(r"""
    \b(?:in (?:the|this|that|a|my) (?:film|movie|book|game|show|series|episode|novel|story|song
    |play|anime)|(?:film|movie|book|novel|series|song|show|story|play|documentary|essay
    |lyrics?) (?:about|where|in which|called)|(?:romeo|juliet|hamlet|ophelia|werther)|(?:im|in dem
    |in diesem) (?:film|buch|spiel|roman)|dans (?:le|ce) (?:film|livre|roman|jeu)|en (?:la
    |esta) (?:película|novela|serie)|en el (?:libro|juego)|nel (?:film|libro|romanzo|gioco)
    |no (?:filme|livro|jogo)|in (?:de|het|deze) (?:film|boek|roman|serie)|w (?:filmie|książce
    |grze)|(?:filmde|kitapta|oyunda|dizide)|в (?:фильме|книге|игре|романе|сериале))\b|في (?:الفيلم
    |فيلم|الرواية)|फिल्म में|电影里|電影裡|小说里|映画で|小説で|영화에서|소설에서
""")
"""Words that put a sentence in a film or a book."""

DENIAL = wide(r"""
    (?:\b(?:not|never|isn't|aren't|wasn't|don't|dont|doesn't|didn't|won't|wouldn't
    |ain't)(?: (?:really|actually|even|going to|gonna|planning to|want(?:ing)? to|feeling|be
    |exactly|at all|currently|thinking (?:of|about)|do|ever|trying to|saying i|about to|to))*
    |\b(?:nicht|niet|nie|не|no|non|nao|pas|kein|keine)(?: (?:mich|mir|me|mi|se|si|sich|quiero
    |voglio|quero|zelf|vais|veux|werde))?) ?$
""")
"""What stands right before words of danger that are denied."""

PAST = wide(r"""
    \b(?:last (?:year|month|decade)|years ago|when i was (?:a (?:kid|child)|little)|long ago
    |in (?:19|20)\d\d)\b
""")
"""An emergency of the body that is told as past needs no ambulance."""
