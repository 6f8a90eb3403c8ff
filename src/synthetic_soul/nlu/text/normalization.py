"""Tables of English as people type it: chat spelling, contractions, and words without content."""

from __future__ import annotations

from synthetic_soul.nlu.text.regex import word_set

CHAT: dict[str, str] = {
    "im": "I'm", "i": "I", "ive": "I've", "u": "you", "ur": "your", "urs": "yours",
    "ya": "you", "yall": "you all", "youre": "you're", "youve": "you've", "ure": "you're",
    "thats": "that's", "whats": "what's", "wats": "what's", "wat": "what", "wut": "what",
    "whos": "who's", "wheres": "where's", "hows": "how's", "whens": "when's", "heres": "here's",
    "theres": "there's", "theyre": "they're", "hes": "he's", "shes": "she's",
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't",
    "wasnt": "wasn't", "werent": "weren't", "havent": "haven't", "hasnt": "hasn't",
    "hadnt": "hadn't", "cant": "can't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "shouldnt": "shouldn't", "wont": "won't", "aint": "ain't", "mustnt": "mustn't",
    "cannot": "can not", "couldve": "could've", "shouldve": "should've", "wouldve": "would've",
    "thx": "thanks", "thnx": "thanks", "thnks": "thanks", "tnx": "thanks", "ty": "thank you",
    "tysm": "thank you so much", "tyvm": "thank you very much", "thankyou": "thank you",
    "thankss": "thanks", "tks": "thanks", "np": "no problem", "nvm": "never mind",
    "nevermind": "never mind",
    "pls": "please", "plz": "please", "plss": "please", "pleas": "please",
    "gn": "good night", "goodnight": "good night", "gnight": "good night", "nite": "night",
    "gm": "good morning", "goodmorning": "good morning", "goodbye": "good bye",
    "cya": "see you", "ttyl": "talk to you later", "g2g": "got to go",
    "gtg": "got to go", "gotta": "got to", "brb": "be right back", "bbl": "be back later",
    "wyd": "what are you doing", "hbu": "how about you", "wbu": "what about you",
    "hru": "how are you", "wuu2": "what are you up to", "whatcha": "what are you",
    "watcha": "what are you", "wassup": "what's up", "whatsup": "what's up", "sup": "what's up",
    "wazzup": "what's up", "idk": "I don't know", "dunno": "don't know", "idc": "I don't care",
    "imo": "in my opinion", "imho": "in my opinion", "tbh": "to be honest", "btw": "by the way",
    "rn": "right now", "atm": "at the moment", "omg": "oh my god", "omfg": "oh my god",
    "ily": "I love you", "ilysm": "I love you so much", "ilu": "I love you", "luv": "love",
    "lov": "love", "gonna": "going to", "wanna": "want to", "kinda": "kind of",
    "sorta": "sort of", "lemme": "let me", "gimme": "give me", "tellme": "tell me",
    "cuz": "because", "coz": "because", "cos": "because", "bcs": "because", "bc": "because",
    "tho": "though", "thru": "through", "tmrw": "tomorrow", "tmr": "tomorrow",
    "tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "2moro": "tomorrow",
    "2day": "today", "2nite": "tonight", "tonite": "tonight", "bday": "birthday",
    "birfday": "birthday", "yr": "year", "yrs": "years", "ppl": "people", "msg": "message",
    "smth": "something", "sth": "something", "sry": "sorry", "srry": "sorry", "soz": "sorry",
    "sorri": "sorry", "sory": "sorry", "apologise": "apologise", "congrats": "congratulations",
    "grats": "congratulations", "abt": "about", "bf": "boyfriend", "gf": "girlfriend",
    "bff": "best friend", "bestie": "best friend", "prolly": "probably", "rly": "really",
    "realy": "really", "fav": "favourite", "fave": "favourite", "favorite": "favourite",
    "favourites": "favourites", "favorites": "favourites", "favrite": "favourite",
    "definately": "definitely", "becuase": "because", "becasue": "because", "wierd": "weird",
    "freind": "friend", "teh": "the", "alot": "a lot", "everytime": "every time",
    "anymore": "any more", "yesturday": "yesterday", "rember": "remember",
    "remeber": "remember", "rmbr": "remember", "beleive": "believe", "recieve": "receive",
    "wich": "which", "helo": "hello", "hllo": "hello", "hellow": "hello", "hai": "hi",
    "heyo": "hey", "ikr": "I know right", "fml": "fuck my life",
    "smh": "so annoying", "jk": "just kidding", "ffs": "for fuck's sake", "wtf": "what the fuck",
    "wth": "what the hell", "af": "as fuck", "mins": "minutes", "hav": "have", "hv": "have",
    "yea": "yeah", "ye": "yeah", "yh": "yeah",
    "nm": "not much", "doin": "doing", "goin": "going",
    "nothin": "nothing", "sumthin": "something", "m8": "mate", "wbt": "what about",
    "y": "why", "embarassed": "embarrassed", "embarassing": "embarrassing",
    "embarrased": "embarrassed", "definitly": "definitely", "tomorro": "tomorrow",
    "suprised": "surprised", "suprise": "surprise", "excitied": "excited", "lonley": "lonely",
    "greatful": "grateful", "greif": "grief", "depresed": "depressed", "happend": "happened",
    "finaly": "finally", "thier": "their", "untill": "until", "favorit": "favourite",
    "kys": "kill yourself", "stfu": "shut the fuck up", "hosp": "hospital",
}  # fmt: skip
"""What a chat spelling stands for; keys are lower-case single words."""

SHORT_FORMS: dict[str, str] = {
    "m": " am", "re": " are", "ll": " will", "ve": " have", "d": " would",
}  # fmt: skip
"""Endings after an apostrophe that always mean the same."""

IRREGULAR: dict[str, str] = {
    "won't": "will not", "can't": "can not", "shan't": "shall not", "ain't": "is not",
    "let's": "let us", "y'all": "you all",
}  # fmt: skip

IS_HOSTS = word_set("""
        what that it he she there who where how when why here name everything something nothing
        someone everyone one this which day life work mine
    """)
"""Words after which 's is the verb, not the possessive."""

IS_FOLLOWERS = word_set("""
        in not the a an so very really sick ill dead dying gone getting going been just called
        having pregnant back out coming left better died dying unwell okay ok fine still always
        never also already too my your at on feeling doing being mad angry sad upset happy named
        poorly injured hurt missing broken here there
    """)
"""Words before which 's after any noun is the verb: "mum's in hospital"."""

EMPTY = word_set("""
        a about above after again against ago ah all almost alone along already also although
        always am among an and another any anybody anyone anything anyway are around as at away
        back be because been before behind being below between both but by bye can come comes
        coming could did do does doing done down during each either else enough even ever every
        everybody everyone everything few for from get gets getting give go goes going gone good
        got great had hardly has have having he hello help her here hers herself hey hi him himself
        his how however i if in instead into is it its itself just keep kind know last least less
        let like likes lot lots made make makes many may maybe me mean means might mine more most
        much must my myself name near need never new next nice no nobody none nor not nothing now
        of off oh ok okay old on once one only onto or other others our ours ourselves out over own
        people perhaps please pretty put quite rather really right said same saw say says see seem
        seems seen shall she should since so some somebody someone something somewhere soon sorry
        still stuff such sure take tell than thank thanks that the their theirs them themselves
        then there these they thing things think this those though through thus till to today
        together told tomorrow too took towards tried try two under until up upon us use used very
        want wants was way we well went were what whatever when where whether which while who whole
        whom whose why will with within without would yeah yes yesterday yet you your yours
        yourself yourselves called call named remember recall forget forgot said mention mentioned
        ask asked time bit actually anymore ll ve re don t s m d um uh hmm hm yep nope yup etc day
        lol haha
    """)
"""Words that say nothing about what a message is about."""

PLAIN_WORDS = word_set("""
        bad big book boring boy car cat child city cold cool country dad dog door drink eat evening
        eye face family father feel feeling feels felt film find fine fire first food friend
        friends fun game girl hand happen happened hard head hear heard heart home hot hour house
        idea job joke kids late learn leave left life light listen little live long look looking
        looks lost love man men money month morning mother movie mum mom music night number open
        party pay phone place plan play question rain read red ready room run sad school second
        send show sick side sing sister sit sleep small song sound start stay stop story street
        strong summer sun talk talking teach test thought tired town train travel tree true trying
        turn understand walk wait wanted warm watch water weather week weekend weird white wife win
        winter wish woman wonder word words work working world worry write wrong year years young
        brother birthday sister dream old blue green black colour color favourite holiday exam
        interview doctor hospital coffee tea dinner lunch breakfast tonight minute minutes moment
        question answer english german french spanish computer internet human person real robot bot
        ai machine soul conscious alive opinion advice fact sense secret
    """)
"""Common content words: knowing them raises confidence that the text is English."""
