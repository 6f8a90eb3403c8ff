"""What is said when somebody is in danger: short, warm, honest, in their language.

It names the local emergency number and findahelpline.com, a free directory of helplines by
country; in English also 988 (United States) and 116 123 (Samaritans, United Kingdom and Ireland).
112 is the emergency number in all of the European Union.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthetic_soul.mind.interpretation import Crisis

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "self_harm": "I'm really glad you told me, and I'm taking it seriously.",
        "abuse": (
            "I'm so sorry this is happening. It is not your fault, and you deserve to be safe."
        ),
        "medical": "This sounds like an emergency, and I can't get help to you myself.",
        "call": (
            "If there is danger right now, please call your local emergency number (911 in the "
            "US, 999 in the UK, 112 in the EU) or ask someone near you to call."
        ),
        "find": (
            "You can talk to a person free of charge: call or text 988 in the US, call "
            "Samaritans on 116 123 in the UK and Ireland, or find a line near you at "
            "findahelpline.com."
        ),
    },
    "de": {
        "self_harm": "Ich bin wirklich froh, dass du mir das sagst, und ich nehme es ernst.",
        "abuse": (
            "Es tut mir sehr leid, dass das passiert. Es ist nicht deine Schuld, und du "
            "verdienst Sicherheit."
        ),
        "medical": "Das klingt nach einem Notfall, und ich kann selbst keine Hilfe schicken.",
        "call": (
            "Wenn gerade Gefahr besteht, ruf bitte den Notruf (112 in der EU) oder bitte "
            "jemanden in deiner Nähe darum."
        ),
        "find": (
            "Unter findahelpline.com findest du kostenlose Hilfe in deinem Land, bei der ein "
            "Mensch zuhört."
        ),
    },
    "fr": {
        "self_harm": "Merci de me le dire. Je le prends très au sérieux.",
        "abuse": (
            "Ce qui t'arrive est grave, et je te crois. Ce n'est pas ta faute, et tu mérites "
            "d'être en sécurité."
        ),
        "medical": "Cela ressemble à une urgence, et je ne peux pas envoyer de secours moi-même.",
        "call": (
            "S'il y a un danger maintenant, appelle le numéro d'urgence de ton pays (112 dans "
            "l'UE) ou demande à quelqu'un près de toi d'appeler."
        ),
        "find": "Sur findahelpline.com, tu trouveras une ligne d'écoute gratuite dans ton pays.",
    },
    "es": {
        "self_harm": "Me alegra mucho que me lo hayas contado, y me lo tomo en serio.",
        "abuse": (
            "Siento mucho que te esté pasando esto. No es culpa tuya, y mereces estar a salvo."
        ),
        "medical": "Esto parece una emergencia, y yo no puedo enviar ayuda.",
        "call": (
            "Si hay peligro ahora mismo, llama al número de emergencias de tu país (112 en la "
            "UE) o pide a alguien cercano que llame."
        ),
        "find": "En findahelpline.com puedes encontrar una línea de ayuda gratuita en tu país.",
    },
    "it": {
        "self_harm": "Sono davvero felice che tu me l'abbia detto, e lo prendo sul serio.",
        "abuse": (
            "Mi dispiace molto che stia succedendo. Non è colpa tua, e meriti di essere al sicuro."
        ),
        "medical": "Sembra un'emergenza, e io non posso mandare aiuto.",
        "call": (
            "Se c'è pericolo adesso, chiama il numero di emergenza del tuo paese (112 nell'UE) "
            "o chiedi a qualcuno vicino di chiamare."
        ),
        "find": "Su findahelpline.com puoi trovare una linea d'ascolto gratuita nel tuo paese.",
    },
    "pt": {
        "self_harm": "Fico mesmo feliz por me teres contado, e levo isto a sério.",
        "abuse": (
            "Lamento muito que isto esteja a acontecer. A culpa não é tua, e mereces estar em "
            "segurança."
        ),
        "medical": "Isto parece uma emergência, e eu não posso enviar ajuda.",
        "call": (
            "Se há perigo agora, liga para o número de emergência do teu país (112 na UE) ou "
            "pede a alguém perto de ti que ligue."
        ),
        "find": "Em findahelpline.com encontras uma linha de apoio gratuita no teu país.",
    },
    "nl": {
        "self_harm": "Ik ben echt blij dat je het me vertelt, en ik neem het serieus.",
        "abuse": (
            "Wat erg dat dit gebeurt. Het is niet jouw schuld, en je verdient het om veilig te "
            "zijn."
        ),
        "medical": "Dit klinkt als een noodgeval, en ik kan zelf geen hulp sturen.",
        "call": (
            "Is er nu gevaar, bel dan het alarmnummer (112 in de EU) of vraag iemand in de "
            "buurt om te bellen."
        ),
        "find": "Op findahelpline.com vind je een gratis hulplijn in jouw land.",
    },
    "pl": {
        "self_harm": "Naprawdę cieszę się, że mi o tym mówisz, i traktuję to poważnie.",
        "abuse": (
            "Bardzo mi przykro, że to się dzieje. To nie twoja wina i zasługujesz na "
            "bezpieczeństwo."
        ),
        "medical": "To brzmi jak nagły wypadek, a ja nie mogę wysłać pomocy.",
        "call": (
            "Jeśli teraz grozi niebezpieczeństwo, zadzwoń pod numer alarmowy (112 w UE) albo "
            "poproś o to kogoś w pobliżu."
        ),
        "find": "Na findahelpline.com znajdziesz bezpłatny telefon zaufania w swoim kraju.",
    },
    "tr": {
        "self_harm": "Bunu bana anlattığın için gerçekten memnunum ve bunu ciddiye alıyorum.",
        "abuse": (
            "Bunun başına gelmesine çok üzüldüm. Bu senin suçun değil ve güvende olmayı hak "
            "ediyorsun."
        ),
        "medical": "Bu acil bir durum gibi görünüyor ve ben yardım gönderemem.",
        "call": (
            "Şu anda tehlike varsa lütfen yerel acil durum numarasını (Türkiye'de 112) ara ya "
            "da yanındaki birinden aramasını iste."
        ),
        "find": "findahelpline.com adresinde ülkendeki ücretsiz destek hatlarını bulabilirsin.",
    },
    "ru": {
        "self_harm": "Хорошо, что ты говоришь мне об этом, и я отношусь к этому серьёзно.",
        "abuse": (
            "Мне очень жаль, что это происходит. Это не твоя вина, и ты заслуживаешь безопасности."
        ),
        "medical": "Похоже, это неотложный случай, а я не могу прислать помощь.",
        "call": (
            "Если опасность есть прямо сейчас, позвони в местную экстренную службу (112) или "
            "попроси об этом кого-нибудь рядом."
        ),
        "find": "На findahelpline.com можно найти бесплатную линию помощи в твоей стране.",
    },
    "ar": {
        "self_harm": "يسعدني حقًا أنك أخبرتني بذلك، وأنا آخذه على محمل الجد.",
        "abuse": "يؤسفني جدًا ما يحدث لك. هذا ليس ذنبك، ومن حقك أن تكون في أمان.",
        "medical": "يبدو أن هذه حالة طارئة، ولا أستطيع إرسال المساعدة بنفسي.",
        "call": (
            "إذا كان هناك خطر الآن فاتصل برقم الطوارئ في بلدك أو اطلب من شخص قريب منك أن يتصل."
        ),
        "find": "على موقع findahelpline.com يمكنك أن تجد خط مساعدة مجانيًا في بلدك.",
    },
    "hi": {
        "self_harm": "मुझे सच में अच्छा लगा कि आपने मुझे बताया, और यह बात गंभीर है।",
        "abuse": (
            "मुझे बहुत दुख है कि आपके साथ ऐसा हो रहा है। इसमें आपकी गलती नहीं है, और आप सुरक्षित रहने के हकदार हैं।"
        ),
        "medical": "यह आपात स्थिति लगती है, और मदद भेजना मेरे बस में नहीं है।",
        "call": (
            "अगर अभी खतरा है तो कृपया आपातकालीन नंबर (भारत में 112) पर फ़ोन करें या पास के "
            "किसी व्यक्ति से करवाएँ।"
        ),
        "find": "findahelpline.com पर आपके देश की निःशुल्क हेल्पलाइन मिल जाएगी।",
    },
    "zh": {
        "self_harm": "谢谢你告诉我，我很认真地看待这件事。",
        "abuse": "听到发生这样的事，我很难过。这不是你的错，你应该是安全的。",
        "medical": "这听起来是紧急情况，而我自己没有办法派人帮助你。",
        "call": "如果现在有危险，请拨打当地的急救电话，或请身边的人帮你拨打。",
        "find": "在 findahelpline.com 可以找到你所在国家的免费求助热线。",
    },
    "ja": {
        "self_harm": "話してくれて本当によかったです。真剣に受け止めています。",
        "abuse": (
            "そんなことが起きていて、とても胸が痛みます。あなたのせいではありません。"
            "あなたは安全でいていいのです。"
        ),
        "medical": "緊急の状態のようです。私から助けを送ることはできません。",
        "call": (
            "今、危険があるなら、"
            "お住まいの地域の緊急番号（日本では119番か110番）に電話するか、近くの人に頼んでください。"
        ),
        "find": "findahelpline.com で、あなたの国の無料の相談窓口を探せます。",
    },
    "ko": {
        "self_harm": "말해 줘서 정말 고마워요. 진지하게 받아들이고 있어요.",
        "abuse": (
            "그런 일이 일어나고 있다니 정말 마음이 아파요. 당신 잘못이 아니고, 당신은 "
            "안전할 자격이 있어요."
        ),
        "medical": "응급 상황으로 보여요. 저는 직접 도움을 보낼 수 없어요.",
        "call": (
            "지금 위험하다면 지역 긴급 전화(한국은 119 또는 112)로 연락하거나 가까운 "
            "사람에게 부탁하세요."
        ),
        "find": "findahelpline.com 에서 당신 나라의 무료 상담 전화를 찾을 수 있어요.",
    },
}

LANGUAGES = tuple(_WORDS)
"""The languages that help is offered in, ISO 639-1."""


def referral(distress: Crisis) -> str:
    """Return the words that lead to help, in the language of the distress (else English)."""
    words = _WORDS.get(distress.language, _WORDS["en"])
    opening = words.get(distress.kind, words["self_harm"])
    return f"{opening} {words['call']} {words['find']}"
