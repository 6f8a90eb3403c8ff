"""How people say that somebody is in danger, in languages written in Latin letters.

One pattern for each language and kind, in the language's own spelling; it is folded like the text
it meets (no case, no accents). Gaps are bounded, so every pattern is linear.
"""

from __future__ import annotations

from synthetic_soul.nlu.safety.crisis_words import ABUSE, MEDICAL, SELF_HARM
from synthetic_soul.nlu.text.regex import wide

_HE = wide(r"""
    (?:he|she|they|my (?:husband|wife|dad|father|mum|mom|mother|boyfriend|girlfriend|partner|ex
    |step ?dad|stepfather|step ?mum|stepmom|uncle|brother|parents|boss|teacher|coach|bf|gf))
""")
_SELF = wide(r"""
    (?:myself|my ?self|himself|herself|themselves|themself)
""")

LATIN: dict[str, dict[str, str]] = {
    "en": {
        SELF_HARM: rf"""
            kill(?:ing)? {_SELF}|\bkms\b|(?:want|wants|wanna|wanted|ready|going|prefer|rather|like
            |try|tried) (?:to )?(?:just )?(?:die|be dead|end it all|end my life|disappear forever
            |stop existing|not exist)\b|(?:do not|don't|dont|does not|doesn't|no longer|didn't
            |never) (?:really |even |ever )?(?:want|wanna|wants|wish)(?: to)? (?:live(?! (?:here
            |in|with|at|on|there|near|next|by|like|under|up|alone|together|through|off))|be alive
            |exist|wake up (?:again|any ?more|tomorrow)|go on living|be here any ?more
            |be in this world)|(?:am|i'm|im|feel|feeling|is|been|getting|she's
            |he's) (?!not )(?:\w+ )?suicidal|suicidal (?:thoughts|ideation|feelings)
            |(?:commit(?:ting)?|thinking (?:about|of)|thoughts (?:about|of)|attempt(?:ing|ed)?
            |consider(?:ing)?|contemplating|plan(?:ning)?) (?:\w+ )?suicide(?! squad)
            |\bend(?:ing)? (?:it all|my (?:own )?life)\b|\b(?:take|taking) my own life\b
            |\b(?:self[- ]?harm(?:ing|ed)?(?: again)?|(?:cut(?:ting)?|hurt(?:ing)?|harm(?:ing)?
            |burn(?:ing)?) myself (?:again|on purpose|to (?:feel|cope)|when|because|every)
            |slit(?:ting)? my wrists|(?:start(?:ed)?|keep|want to|going to|been
            |might|could|by) (?:cut(?:ting)?|hurt(?:ing)?|harm(?:ing)?) myself)|\bhang myself\b
            |\bjump(?:ing)? (?:off|from) (?:a|the) (?:bridge|roof|building|balcony)\b
            |\b(?:in )?front of (?:a|the) train\b.{{0,30}}\bmyself\b
            |\bshoot(?:ing)? myself(?! in the foot)\b|\bwish (?:that )?i (?:was|were) dead\b
            |\bwish i (?:was|were|had been|had|'d) never (?:been )?born\b|\bwish i (?:did not
            |didn't) (?:exist|wake up)\b|\b(?:no (?:reason|point|will) (?:to|in) (?:live|living
            |go on|going on)|nothing (?:left )?to live for|life is(?: not|n't) worth living
            |(?:see )?(?:the|any) point (?:of|in) (?:living|being alive|life)
            |want (?:it|everything) (?:all )?to (?:end|be over)
            |tired of (?:living|being alive)|sick of being alive|better off (?:dead|without me)
            |better if i (?:was|were) (?:dead|gone)|goodbye forever)\b|\b(?:took|take|taken
            |swallowed) (?:all (?:of )?)?my (?:\w+ )?pills at once\b
            |\btook all my (?:\w+ )?(?:pills|meds|tablets)\b|\bsuicide note\b|\b(?:can't|can not
            |cannot) go on (?:living|any ?more|like this any)
        """,
        MEDICAL: r"""
            \b(?:i|he|she|we|it) (?:just |really )?(?:can't|can not|cannot
            |cant) breathe\b(?!.{0,15}(?:laugh|funny))|\b(?:not|isn't|stopped) breathing\b
            |\bis choking\b|\bi(?:'m| am) choking\b(?! up| on my words)|\b(?:having|has|have
            |had) (?:a |severe |bad |strong |crushing )*chest pains?\b
            |\bmy chest (?:really )?hurts\b.{0,60}\b(?:arm|breath|jaw|dizzy)
            |\bpain in my chest\b|\b(?:am|i'm|is|he's|she's|think i'm|think he's|be) having (?:a
            |an) (?:heart attack|stroke|seizure|allergic reaction|anaphyla\w+|asthma attack
            |overdose)\b(?! because of (?:the|this) (?:price|cuteness))|\b(?:i|he|she|they
            |my \w+)(?:'ve|'s| have| has| just| think i)* overdosed\b
            |\btook too many (?:\w+ )?(?:pills|tablets|painkillers|sleeping)\b
            |\bswallowed (?:bleach|poison|a battery)\b|\b(?:is|he's|she's|lying|found (?:him
            |her)) unconscious\b|\b(?:won't|not|will not|doesn't) wak(?:e
            |ing) up\b.{0,20}\b(?:breath|help|please|mum|mom|dad|baby)|\b(?:collapsed
            |passed out) and\b.{0,30}\b(?:not|n't|unresponsive)|\bunresponsive\b
            |\bbleeding (?:won't|will not|does not|doesn't) stop\b|\b(?:can't|can not
            |cannot) stop the bleeding\b|\bbleeding (?:heavily|a lot|badly|out)\b
            |\bcall (?:me )?an ambulance\b|\bneed an ambulance\b|\bthroat is (?:closing
            |swelling)\b|\bwas (?:just )?(?:stabbed|shot)\b
        """,
        ABUSE: rf"""
            \b{_HE} (?:(?:just|always|often|sometimes|still|even|has|had|keeps?|regularly|also
            |used to) ){{0,3}}(?:hits|hit|hitting|beats|beat|beating|punch(?:es|ed)|slap(?:s|ped)
            |kick(?:s|ed)|chok(?:es|ed)|strangle[sd]|rape[sd]|molest(?:s|ed)|abuse[sd]
            |(?:sexually )?assault(?:s|ed)) me\b(?! (?:at|in (?:chess|a game|the game|tennis|fifa
            |cards|mario)|to it|to the|up with|up\b(?! against)|with (?:a|the) (?:pillow|ball
            |snowball|news
            |question)|off\b|out of the (?:group|team)|by (?:\d|one|two)))
            |\b{_HE} (?:\w+ )?(?:touches|touched|touching) me (?:inappropriately|down there|there
            |sexually|in (?:a|my) (?:bad|wrong|private|weird)|when i do(?: not|n't)|against
            |at night|where)|\bi (?:was|am being|have been|got|'ve been|'m being|am
            |keep getting) (?:\w+ )?(?:raped|molested|sexually (?:abused|assaulted)|abused
            |beaten(?: up)? by (?:my|him|her)|assaulted|trafficked)\b|\bi'(?:m being
            |ve been) (?:\w+ )?(?:raped|abused|molested|beaten|assaulted)
            |\bis being (?:\w+ )?(?:abused|beaten|molested|raped)\b|\b{_HE} (?:\w+ )?(?:will
            |is going to|threaten(?:s|ed) to|wants to|says (?:he|she)(?:'ll| will)
            |tried to) (?:kill|hurt|beat|rape|strangle) (?:me|us)\b(?! (?:if|when) i (?:tell|spoil
            |forget|eat|do not buy))|\b(?:scared|afraid|terrified) of {_HE}\b.{{0,40}}\b(?:hit
            |hurt|beat|kill|violen)|\b(?:in|leave|left|escape) an abusive (?:relationship|marriage
            |home)\b|\bforce[sd] me to (?:have sex|do sexual)
            |\bdomestic violence\b.{{0,30}}\b(?:me|my|victim|home)|\block(?:s|ed) me (?:in
            |up)\b.{{0,30}}\b(?:room|house|days|home)
        """,
    },
    "de": {
        SELF_HARM: r"""
            ich (?:will|möchte|wollte)(?: nur| einfach| am liebsten| nur noch)* (?:sterben
            |tot sein|mich umbringen)(?! vor)|\b(?:will|möchte|mag
            |kann) (?:ich )?(?:einfach )?nicht mehr (?:leben|weiterleben|da sein|aufwachen)
            |\b(?:mich|sich) (?:selbst )?(?:um(?:zu)?bringen|töten|zu töten|ritzen|erhängen)\b
            |\bbring(?:e)? mich (?:\w+ )?um\b|\b(?:mir|sich) das leben (?:zu )?nehmen
            |\bselbstmord(?:gedanken| begehen)|\bsuizid(?:gedanken|al| begehen)|\blebensmüde\b
            |\bmein(?:em)? leben (?:ein ende|zu beenden|beenden)|\bwäre (?:ich )?(?:lieber
            |besser) tot\b|\britze mich\b|\bkeinen sinn (?:mehr )?(?:im|zu) leben|\b(?:will
            |möchte) mir (?:\w+ )?(?:etwas|was) antun
        """,
        MEDICAL: r"""
            \b(?:ich|er|sie) (?:bekomme|bekommt|kriege|kriegt) keine luft
            |\bkann nicht (?:mehr )?atmen|\batmet nicht\b|\bbrustschmerzen\b
            |\bschmerzen in der brust|\b(?:habe|hat) (?:gerade )?einen (?:herzinfarkt
            |schlaganfall)|\bbewusstlos\b|\büberdosis\b|\bzu viele tabletten
            |\bbrauche? einen krankenwagen|\bruf\w* (?:einen|den) krankenwagen|\bblut(?:et
            |ung) (?:sehr )?stark|hört nicht auf zu bluten
        """,
        ABUSE: r"""
            \b(?:er|sie|mein (?:mann|vater|freund|partner|onkel|stiefvater|bruder|ex)
            |meine (?:mutter|frau|freundin)) (?:\w+ )?(?:schlägt|schlug|verprügelt|würgt
            |vergewaltigt|missbraucht|misshandelt) mich(?! im (?:schach|spiel))|\bich (?:werde
            |wurde|bin) (?:\w+ )?(?:vergewaltigt|missbraucht|misshandelt|geschlagen)|\b(?:hat
            |haben) mich (?:\w+ )?(?:geschlagen|vergewaltigt|missbraucht|verprügelt
            |gewürgt)(?! (?:im|beim))|\bdroht,? mich (?:umzubringen|zu töten|zu schlagen)
            |\bwill mich (?:umbringen|töten)
        """,
    },
    "fr": {
        SELF_HARM: r"""
            \b(?:je )?(?:veux|voudrais|vais|envie de|pense à|songe à) (?:juste )?(?:mourir|me tuer
            |me suicider|en finir)(?! de (?:rire|honte|faim|soif|chaud|froid))|\b(?:veux
            |peux) plus (?:vivre|continuer à vivre|être en vie)|\bpensées suicidaires
            |\bsuicidaire\b|\bidées (?:noires|suicidaires)|\bme (?:suicider|scarifier|pendre
            |tuer)\b|\bmettre fin à (?:mes jours|ma vie)|\bse (?:suicider|tuer)\b
            |\bj'aimerais (?:être morte?|ne plus exister|mourir)|\b(?:plus|aucune) (?:envie
            |raison) de vivre|\bme faire du mal\b|\bme coupe(?:r)? les veines
        """,
        MEDICAL: r"""
            \b(?:n'arrive|n'arrive|arrive|peux|peut) (?:plus |pas )(?:à )?respirer
            |\bne respire (?:plus|pas)|\bdouleurs? (?:dans|à) la poitrine|\bmal à la poitrine
            |\b(?:fait|faire|fais) (?:une crise cardiaque|un infarctus|un avc)|\binconsciente?\b
            |\boverdose\b|\bpris trop de (?:médicaments|cachets|comprimés)
            |\bbesoin d'une ambulance|appele[rz] (?:une ambulance|le samu)|\bsaigne (?:beaucoup
            |énormément)|\barrête pas de saigner
        """,
        ABUSE: r"""
            \b(?:il|elle|mon (?:mari|père|copain|conjoint|oncle|frère|ex|beau-père)|ma (?:mère
            |femme|copine)) (?:\w+ )?m'?e? ?(?:frappe|bat|tape|viole|étrangle|violente
            |agresse)\b(?! (?:aux|au|à))|\b(?:j'ai été|je suis|on m'a|il m'a|elle m'a|père m'a
            |mari m'a|copain m'a) (?:violée?|agressée?|battue?|abusée?|frappée?)
            |\bmenace de me (?:tuer|frapper)|\bveut me (?:tuer|frapper)
        """,
    },
    "es": {
        SELF_HARM: r"""
            \b(?:quiero|quisiera|voy a|ganas de|deseo|pienso en
            |pensando en) (?:solo )?(?:morir(?:me)?|matarme|suicidarme
            |estar muert[oa])(?! de (?:risa|hambre|vergüenza|sueño|amor|calor|frío))
            |\b(?:ya )?no quiero (?:seguir )?(?:viv(?:ir|iendo)|existir)(?! (?:aquí|en|con|así de
            |sol))|\b(?:matarme|suicidarme|ahorcarme|cortarme las venas|autolesion\w+)\b
            |\bquitarme la vida|\bacabar con mi vida|\bterminar con mi vida
            |\bpensamientos suicidas|\bideas suicidas|\bsoy suicida|\b(?:quiere|va a) (?:matarse
            |suicidarse|quitarse la vida)|\bmejor muert[oa]\b|\bno (?:tengo
            |hay) razones? para vivir|\bhacerme daño\b
        """,
        MEDICAL: r"""
            \bno (?:puedo|puede) respirar|\bno respira\b|\bdolor (?:fuerte )?(?:en el|de) pecho
            |\bme duele (?:mucho )?el pecho|\b(?:teniendo|tiene|tengo|dando|dio) un (?:infarto
            |ataque al corazón|derrame)|\binconsciente\b.{0,30}|\bestá inconsciente|\bsobredosis\b
            |\btom(?:é|ó|e) demasiadas pastillas|\b(?:necesito|llam\w+ a?) ?una ambulancia
            |\bno (?:para|deja) de sangrar|\bsangr\w+ mucho
        """,
        ABUSE: r"""
            \bmi (?:marido|esposo|padre|papá|novio|pareja|tío|padrastro|hermano|ex|madre|esposa
            |novia) me (?:pega|golpea|golpeó|pegó|viola|violó|abusa|maltrata|ahorca)|\b(?:él
            |ella) me (?:pega|golpea|viola|maltrata)|\b(?:me violaron|me ha violado|fui violada
            |fui violado|abusaron de mí|abusa de mí|sufro maltrato)|\bamenaza con (?:matarme
            |pegarme)|\bquiere matarme|\bme va a matar\b(?! si (?:se|no))|\bme (?:está
            |están) (?:pegando|golpeando|maltratando)
        """,
    },
    "it": {
        SELF_HARM: r"""
            \b(?:voglio|vorrei|voglia di|penso di|pensando di|sto per) (?:solo )?(?:morire
            |uccidermi|suicidarmi|ammazzarmi|farla finita|essere mort[oa])(?! dal|d[ai] (?:ridere
            |vergogna|fame|sonno|caldo|freddo))|\bnon voglio più (?:vivere|esistere
            |essere viv[oa])|\b(?:uccidermi|suicidarmi|ammazzarmi|impiccarmi|tagliarmi le vene)\b
            |\btogliermi la vita|\bpensieri suicidi|\bpensieri di suicidio
            |\bho pensato al suicidio|\b(?:vuole) (?:uccidersi|suicidarsi|ammazzarsi)
            |\bnon ho (?:più )?(?:motivo|ragioni?|voglia) (?:di|per) vivere|\bfarmi del male\b
        """,
        MEDICAL: r"""
            \bnon (?:riesco|riesce) a respirare|\bnon respira\b|\bdolore al petto
            |\bmi fa male il petto|\b(?:avendo|ha|ho|sta avendo) (?:avuto )?un (?:infarto|ictus)
            |\bprivo di sensi|\bpriva di sensi|\bha perso conoscenza|\boverdose di
            |\btroppe pillole|\btroppe pastiglie|\b(?:serve|bisogno di|chiamate?) un'?\s?ambulanza
            |\bnon smette di sanguinare|\bperde molto sangue
        """,
        ABUSE: r"""
            \b(?:mio (?:marito|padre|zio|fratello|ex)|il mio (?:ragazzo|compagno|patrigno|ex)
            |mia madre|mia moglie|lui|lei) mi (?:picchia|violenta|ha picchiat[oa]|ha violentat[oa]
            |maltratta|strangola|abusa)|\b(?:sono|sono stata
            |sono stato) (?:stat[oa] )?(?:violentat[oa]|stuprat[oa]|abusat[oa]|picchiat[oa])
            |\bminaccia di (?:uccidermi|ammazzarmi|picchiarmi)|\bvuole uccidermi
            |\bmi vuole uccidere
        """,
    },
    "pt": {
        SELF_HARM: r"""
            \b(?:quero|queria|vou|vontade de|penso em|pensando em) (?:só )?(?:morrer|me matar
            |matar-me|suicidar-me|me suicidar|estar mort[oa])(?! de (?:rir|vergonha|fome|sono
            |calor|frio|amor))|\bnão quero mais (?:viver|existir)
            |\bnão quero (?:continuar a )?viver mais|\bjá não quero viver|\b(?:me matar|matar-me
            |me suicidar|suicidar-me|me enforcar|cortar os pulsos|me cortar de novo)\b
            |\btirar a minha (?:própria )?vida|\bacabar com a minha vida|\bpensamentos suicidas
            |\b(?:quer|vai) (?:se matar|matar-se|suicidar-se|se suicidar)
            |\bnão tenho (?:mais )?(?:razão|motivos?|vontade) (?:para|de|pra) viver
            |\bme machucar de propósito|\bmagoar-me de propósito
        """,
        MEDICAL: r"""
            \bnão (?:consigo|consegue) respirar|\bnão (?:está a respirar|está respirando)
            |\bdor (?:forte )?no peito|\bdores no peito|\b(?:tendo|ter|teve|tem
            |tive) um (?:infarto|enfarte|ataque cardíaco|avc|derrame)|\bestá inconsciente
            |\bdesmaiou e não|\boverdose de|\btomei (?:comprimidos|remédios) demais
            |\bcomprimidos a mais|\b(?:preciso de|chame|chamem|liga para) uma ambulância
            |\bnão para de sangrar|\bsangrando muito
        """,
        ABUSE: r"""
            \b(?:(?:o )?meu (?:marido|pai|namorado|parceiro|tio|padrasto|irmão|ex)
            |(?:a )?minha (?:mãe|mulher|namorada)|ele|ela) (?:me (?:bate|bateu|agride|agrediu
            |estupra|estuprou|violou|maltrata|abusa)|bate-me|bateu-me|agride-me|viola-me
            |violou-me)|\bfui (?:estuprad[oa]|violad[oa]|abusad[oa]|agredid[oa])|\bameaça(?:-me
            | me)? (?:de morte|matar)|\bquer me matar|\bquer matar-me
        """,
    },
    "nl": {
        SELF_HARM: r"""
            \bik wil (?:gewoon |alleen maar |liever )*(?:dood|sterven|mezelf (?:doden
            |van kant maken|iets aandoen)|er niet meer zijn)(?! van)|\bwil niet (?:meer
            |langer) (?:leven|verder leven|bestaan)|\b(?:mezelf|zichzelf) (?:te )?(?:doden|snijden
            |verhangen|pijn doen|van kant)|\bzelfmoord (?:plegen|te plegen)|\bzelfmoordgedachten
            |\bsuïcidaal\b|\bsuïcide plegen|\bmaak er een eind aan|\been einde? (?:aan
            |maken aan) mijn leven|\bgeen (?:reden|zin) (?:meer )?om te leven
            |\bheb geen zin meer in het leven|\bwas ik maar dood\b|\bpleeg zelfmoord
        """,
        MEDICAL: r"""
            \b(?:ik|hij|zij|ze) (?:kan|krijg|krijgt) (?:niet (?:meer )?ademen|geen (?:adem|lucht))
            |\bademt niet\b|\bpijn op (?:de|mijn) borst|\b(?:heb|heeft|krijgt
            |krijg) een (?:hartaanval|beroerte)|\bbewusteloos\b|\boverdosis\b|\bte veel pillen
            |\bbel een ambulance|\bambulance nodig|\bstopt niet met bloeden|\bbloedt hevig
        """,
        ABUSE: r"""
            \b(?:mijn (?:man|vader|vriend|partner|oom|stiefvader|broer|ex|moeder|vrouw)|hij
            |zij) (?:slaat|sloeg|mishandelt|verkracht|misbruikt|wurgt) (?:mij|me)\b(?! (?:met
            |bij))|\bik (?:ben|word|werd) (?:verkracht|misbruikt|mishandeld|geslagen)
            |\bdreigt me te (?:vermoorden|slaan)|\bwil me vermoorden
        """,
    },
    "pl": {
        SELF_HARM: r"""
            \bchcę (?:już |tylko )*(?:umrzeć|się zabić|ze sobą skończyć
            |popełnić samobójstwo)(?! ze)|\bnie chcę (?:już |dłużej )*(?:żyć|istnieć)(?! (?:w|z
            |tu))(?! bez)|\bnie chce mi się (?:już )?żyć|\b(?:zabiję|zabić|powiesić|potnę) się\b
            |\bsię (?:zabiję|zabić|powieszę)\b|\bsamobójstwo|\bmyśli samobójcze|\bsamobójcz
            |\bodebrać sobie życie|\bskończyć ze sobą|\bnie mam po co żyć|\bwolałbym nie żyć
            |\bwolałabym nie żyć|\btnę się\b
        """,
        MEDICAL: r"""
            \bnie mogę oddychać|\bnie może oddychać|\bnie oddycha\b|\bból w klatce
            |\bboli mnie (?:w )?klat|\b(?:mam|ma) (?:zawał|udar)|\bnieprzytomn[yae]\b
            |\bprzedawkowa\w+|\bza dużo tabletek|\b(?:potrzebuję|wezwij\w*|dzwo\w+ po) karetk
            |\bkrwawi (?:mocno|bardzo)|\bnie przestaje krwawić
        """,
        ABUSE: r"""
            \b(?:mąż|ojciec|tata|chłopak|partner|wujek|ojczym|brat|matka|on|ona) mnie (?:bije
            |pobił|gwałci|zgwałcił|molestuje|molestował|dusi)|\b(?:zostałam
            |zostałem) (?:zgwałcon[ay]|pobit[ay]|molestowan[ay])|\bgrozi,? że mnie (?:zabije
            |pobije)|\bchce mnie zabić
        """,
    },
    "tr": {
        SELF_HARM: r"""
            \b(?:ölmek|kendimi öldürmek|intihar etmek) istiyorum|\b(?:artık )?yaşamak istemiyorum
            |\bkendimi öldür(?:eceğim|mek|ürüm)|\bintihar (?:edeceğim|etmeyi|düşün\w+|ediyorum)
            |\bcanıma kıy\w+|\bhayatıma son ver\w+|\bkeşke ölsem|\bölsem daha iyi
            |\bkendime zarar ver\w+|\bbileklerimi kes\w+
            |\byaşamak için (?:bir )?neden(?:im)? (?:yok|kalmadı)
        """,
        MEDICAL: r"""
            \bnefes alam(?:ıyorum|ıyor)|\bnefes almıyor\b|\bgöğsüm (?:çok )?ağrıyor
            |\bgöğüs ağrı\w+|\bkalp krizi geçir\w+|\bfelç geçir\w+|\binme geçir\w+
            |\bbilinci kapalı|\bbilinci yerinde değil|\başırı doz|\bçok fazla (?:hap
            |ilaç) (?:aldım|içtim|içti)|\bambulans (?:çağır\w*|lazım|gerek)|\bkanama durmuyor
            |\bçok kan kaybed
        """,
        ABUSE: r"""
            \b(?:kocam|babam|sevgilim|erkek arkadaşım|eşim|amcam|abim|annem|üvey babam) (?:beni
            |bana) (?:\w+ )?(?:dövüyor|dövdü|vuruyor|vurdu|tecavüz etti|taciz ediyor
            |şiddet uygul\w+|boğ\w+)|\b(?:bana )?tecavüz(?:e uğradım| edildi| etti)
            |\bşiddet görüyorum|\btaciz edildim|\bistismara uğra\w+|\bbeni (?:öldürmekle tehdit
            |öldürecek|öldürmek istiyor)
        """,
    },
}
