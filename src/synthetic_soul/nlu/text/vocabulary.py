"""What people talk of by name: relations, animals, trades, things owned, tongues, stock words."""

from __future__ import annotations

from synthetic_soul.nlu.text.regex import word_set

RELATIONS: dict[str, str] = {
    word: key
    for key, words in (
        ("mother", "mother mum mom mummy mommy mama ma mam"),
        ("father", "father dad daddy papa pa"),
        ("sister", "sister sis"),
        ("brother", "brother bro"),
        ("grandmother", "grandmother grandma granny nan nana gran nanna oma"),
        ("grandfather", "grandfather grandpa granddad grandad gramps opa"),
        ("husband", "husband hubby"),
        ("wife", "wife wifey missus"),
        ("partner", "partner spouse"),
        ("boyfriend", "boyfriend"),
        ("girlfriend", "girlfriend"),
        ("fiancé", "fiance fiancé fiancee fiancée"),
        ("ex", "ex"),
        ("son", "son"),
        ("daughter", "daughter"),
        ("child", "child kid"),
        ("baby", "baby"),
        ("children", "children kids"),
        ("parents", "parents"),
        ("aunt", "aunt auntie aunty"),
        ("uncle", "uncle"),
        ("cousin", "cousin"),
        ("niece", "niece"),
        ("nephew", "nephew"),
        ("twin", "twin"),
        ("friend", "friend mate buddy pal"),
        ("boss", "boss"),
        ("supervisor", "supervisor"),
        ("coach", "coach"),
        ("crush", "crush"),
        ("colleague", "colleague coworker co-worker workmate"),
        ("roommate", "roommate flatmate housemate"),
        ("neighbour", "neighbour neighbor"),
        ("teacher", "teacher"),
        ("therapist", "therapist"),
        ("grandson", "grandson"),
        ("granddaughter", "granddaughter"),
        ("stepmother", "stepmother stepmum stepmom"),
        ("stepfather", "stepfather stepdad"),
        ("stepsister", "stepsister"),
        ("stepbrother", "stepbrother"),
        ("godmother", "godmother"),
        ("godfather", "godfather"),
    )
    for word in words.split()
}  # fmt: skip
"""A word for somebody close, and the key it is kept under."""

IN_LAWS = word_set("mother father sister brother son daughter")
"""Relations that may be followed by "-in-law"."""

PETS: dict[str, str] = {
    word: key
    for key, words in (
        ("cat", "cat kitty kitten kittie"),
        ("dog", "dog puppy pup doggo doggy"),
        ("rabbit", "rabbit bunny"),
        ("hamster", "hamster"),
        ("guinea pig", "guinea-pig"),
        ("bird", "bird budgie canary"),
        ("parrot", "parrot cockatiel"),
        ("fish", "fish goldfish"),
        ("horse", "horse pony"),
        ("rat", "rat"),
        ("mouse", "mouse"),
        ("snake", "snake"),
        ("lizard", "lizard gecko"),
        ("turtle", "turtle tortoise"),
        ("ferret", "ferret"),
        ("chicken", "chicken hen"),
        ("pet", "pet"),
    )
    for word in words.split()
}  # fmt: skip
"""A word for an animal of the house, and the key it is kept under."""

TRADES = word_set("""
        accountant actor actress actuary acrobat analyst apprentice archaeologist architect artist
        assistant astronaut astronomer attorney author baker banker barber barista barman bartender
        biologist blacksmith blogger bookkeeper bookseller botanist bricklayer broker builder
        butcher captain caregiver caretaker carer carpenter cashier chef chemist chiropractor
        cleaner clerk coach cobbler coder comedian composer conductor consultant contractor cook
        cop copywriter counsellor counselor courier curator dancer dentist dermatologist designer
        detective developer dietitian diplomat director diver doctor driver drummer dentist
        ecologist economist editor electrician engineer entrepreneur estate-agent farmer filmmaker
        firefighter fireman fisherman florist freelancer gardener geologist glazier goldsmith guard
        guide hairdresser hairstylist handyman historian housekeeper housewife illustrator
        inspector instructor interpreter intern janitor jeweller jeweler joiner journalist judge
        lawyer lecturer lecturer librarian lifeguard linguist locksmith magician maid manager mason
        masseuse mathematician mechanic midwife miner minister model musician nanny neurologist
        novelist nun nurse nutritionist officer optician optometrist painter paralegal paramedic
        pastor pathologist pediatrician paediatrician pharmacist philosopher photographer physician
        physicist physiotherapist pianist pilot plasterer plumber poet policeman policewoman
        politician postman potter priest principal producer professor programmer psychiatrist
        psychologist publisher rabbi radiographer radiologist ranger realtor receptionist
        researcher reporter roofer sailor salesman saleswoman salesperson scientist sculptor
        seamstress secretary shepherd shoemaker shopkeeper singer social-worker soldier solicitor
        statistician steward stewardess stylist supervisor surgeon surveyor tailor teacher
        technician therapist toolmaker trader trainer trainee translator tutor undertaker vet
        veterinarian violinist waiter waitress warden watchmaker weaver welder worker writer
        zookeeper zoologist contractor founder ceo cto dj rn gp programmer streamer youtuber
        retiree pensioner
    """)
"""Heads of a phrase that says what somebody does for a living."""

LEARNERS = word_set("student undergraduate undergrad postgrad freshman sophomore pupil")

TONGUES = word_set("""
        english german french spanish italian portuguese dutch flemish polish turkish russian
        arabic hindi urdu bengali punjabi tamil telugu chinese mandarin cantonese japanese korean
        greek swedish norwegian danish finnish icelandic hungarian czech slovak slovenian croatian
        serbian bosnian bulgarian romanian ukrainian belarusian hebrew yiddish persian farsi
        kurdish thai vietnamese indonesian malay tagalog swahili afrikaans zulu xhosa yoruba igbo
        amharic welsh irish gaelic scottish catalan basque galician latin esperanto estonian
        latvian lithuanian albanian armenian georgian mongolian nepali luxembourgish maltese
    """)

NATIONS = word_set("""
        german french spanish italian portuguese dutch flemish belgian polish turkish russian arab
        indian chinese japanese korean greek swedish norwegian danish finnish icelandic hungarian
        czech slovak slovenian croatian serbian bosnian bulgarian romanian ukrainian israeli
        iranian persian kurdish thai vietnamese indonesian malaysian filipino kenyan nigerian
        ghanaian ethiopian egyptian moroccan algerian tunisian american canadian mexican brazilian
        argentinian chilean colombian peruvian british english scottish welsh irish australian
        austrian swiss pakistani bangladeshi syrian lebanese cuban jamaican venezuelan estonian
        latvian lithuanian albanian armenian georgian mongolian nepali african asian european
    """)

OWNED = word_set("""
        apartment bakery bicycle bike boat bookshop cabin cafe camera campervan car caravan cello
        collection cottage drone drums farm flat flute garden greenhouse guitar harp house keyboard
        laptop library motorbike motorcycle piano restaurant sailboat saxophone scooter shop studio
        telescope truck trumpet van violin vineyard workshop yacht tattoo tattoos allotment
    """)
"""Things that are worth remembering that somebody has."""

DAYS = word_set("""
        monday tuesday wednesday thursday friday saturday sunday january february march april may
        june july august september october november december spring summer autumn winter fall
        christmas easter halloween today tomorrow tonight yesterday morning evening noon midnight
    """)

NOT_NAMES = word_set("""
        a an the i me my you your he she it we they this that here there not no yes so too very
        really just still also only always never now then back home fine good great ok okay well
        bad sad happy tired hungry bored sick ill sorry sure glad mad angry lonely busy free single
        married divorced pregnant late early lost new old young tall short alone alive dead drunk
        awake asleep ready done out in on at off up down from about for with like what who how why
        when where which because going coming trying looking feeling thinking working living doing
        getting having being making talking asking kidding joking calling vegan vegetarian muslim
        christian catholic jewish hindu buddhist atheist gay lesbian bisexual trans bi straight
        nonbinary autistic adhd dyslexic blind deaf human male female capricorn aquarius pisces
        aries taurus gemini virgo libra scorpio sagittarius god lol haha hey hi hello everyone
        anyone someone nobody somebody nothing everything maybe perhaps important hard difficult
        easy funny weird long common rare secret private none long unusual boring ridiculous
        beautiful odd cool nice later tomorrow today again crazy stupid whatever an us them him her
        and or but if all both any some more most less
    """)
"""Words that are never taken for somebody's name."""
