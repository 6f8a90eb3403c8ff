"""The pipeline: from a text to its interpretation."""

import re
from dataclasses import replace

from synthetic_soul.mind.interpretation import Act, Crisis, FactMention, Interpretation, LifeEvent
from synthetic_soul.nlu.acts.addressee import score_addressee
from synthetic_soul.nlu.acts.dialogue_acts import (
    ACT_ATTITUDE,
    ACT_EMOTIONS,
    ACT_VALENCE,
    Acts,
    classify_acts,
)
from synthetic_soul.nlu.acts.questions import topics_to_forget
from synthetic_soul.nlu.acts.signals import read_signals
from synthetic_soul.nlu.acts.tongues import TongueReading, read_tongue
from synthetic_soul.nlu.affect.emotion_scores import (
    MIN_EMOTION,
    EmotionScores,
    lexicon_form,
    score_emotions,
    valence_of,
)
from synthetic_soul.nlu.facts.extract import extract_facts
from synthetic_soul.nlu.facts.subjects import company_of
from synthetic_soul.nlu.life_events import (
    EVENT_EMOTIONS,
    GOOD_EVENTS,
    ReportedEvent,
    detect_events,
    grief_of_events,
)
from synthetic_soul.nlu.mention_wishes import MentionWishes, mention_wishes
from synthetic_soul.nlu.safety.crisis import detect_crisis
from synthetic_soul.nlu.safety.referral import asked_in
from synthetic_soul.nlu.text.language import UNDETERMINED
from synthetic_soul.nlu.text.sentences import (
    Sentence,
    content_words,
    find_emoji,
    normalise,
    segment,
)
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, STOP_WORDS

MAX_TOPICS = 12
MAX_BEFORE_CHARS = 600
_SUBJECT_PRONOUNS = frozenset(("he", "she", "they", "it"))
_PRONOUNS = _SUBJECT_PRONOUNS | {"her", "him", "his", "its", "their", "them"}
_TASTES = frozenset(("like", "dislike"))
_OTHERS_SHARE = 0.6
"""Share of an event's emotions that the speaker has when it befell somebody not close."""
_JIBE = 0.25
"""What a small unkindness does to the attitude."""
_JUDGEMENT = 0.2
"""A valence beyond this is a judgement."""
_JUDGEMENT_EMOTION = 0.35
"""Emotion, for a valence of 1, of a judgement that names none ("the bus was late again")."""
_SORROW = 0.6
"""Sadness of bad news in another language, of which no more is known; also what it weighs."""
_CRISIS_EMOTIONS = {
    "self_harm": {"sadness": 0.8, "loneliness": 0.5},
    "abuse": {"fear": 0.7, "sadness": 0.6},
    "medical": {"fear": 0.8, "anxiety": 0.6},
}


def interpret(
    text: str, *, name: str = "", group: bool = False, before: str = "", reply: str = ""
) -> Interpretation:
    """Return what a message says: emotions, acts, event, facts, crisis, and whom it addresses.

    ``name`` is the agent's; ``group``: others are present. ``before`` is what the same person said
    last, oldest first: it tells whom "she" means, and whether two lines together speak of danger.
    ``reply`` is what the agent said last: it may have asked whether they are safe. Several messages
    are joined with newlines. Of ``text`` 4,000 characters are used, of ``before`` the last 600.
    """
    normal = normalise(text)
    tongue = read_tongue(normal, name=name, before=before)
    sentences = segment(_english_of(normal, tongue), name)
    earlier = _needed(before, sentences)
    forgets, forget_topics = topics_to_forget(sentences)
    wishes = mention_wishes(sentences, normalise(before[-MAX_BEFORE_CHARS:]))
    events = [_with_antecedent(event, earlier, normal) for event in detect_events(sentences)]
    telling = tuple(sentence for sentence in sentences if sentence not in wishes.sentences)
    facts = () if forgets else _facts(telling, events, tongue, earlier=earlier, before=before)
    acts = classify_acts(sentences, _stated(facts), name=name, forgets=forgets)
    scores, ironic = score_emotions(sentences, tastes=any(fact.topic in _TASTES for fact in facts))
    _add_facts(acts, facts, wishes)
    _add_events(acts, scores, events, tongue)
    crisis = _crisis(normal, before, reply, scores)
    attitude = _add_acts(scores, acts, ironic=ironic)
    event = events[0] if events else None
    return Interpretation(
        text=text,
        feelings=scores.ranked(),
        valence=round(scores.valence, 4),
        arousal=round(min(max(scores.arousal, 0.0), 1.0), 4),
        attitude=attitude,
        acts=acts.ordered(),
        life_event=event.kind if event else None,
        event_subject=event.subject if event else "",
        event_clause=event.clause if event else "",
        question_topics=tuple(acts.question_topics),
        fact_mentions=facts,
        forget_topics=forget_topics,
        hidden_subjects=wishes.hidden,
        shown_subjects=wishes.shown,
        topics=_topics(segment(normal, name), facts, event),
        crisis=crisis,
        grief=grief_of_events(events, normal),
        addressed=score_addressee(normal, name=name, group=group),
        language=tongue.language,
        signals=read_signals(normal),
        ironic=ironic,
        confidence=_confidence(segment(normal, name), acts, understood=bool(events or facts)),
    )


def _english_of(text: str, tongue: TongueReading) -> str:
    """Return what of a text is read as English: in another language only its emoji.

    Words that are spelt alike mean something else there, as the German "war" and "die" do.
    """
    is_read = tongue.language in {"", UNDETERMINED}
    return text if is_read else " ".join(find_emoji(text))


def _facts(
    sentences: tuple[Sentence, ...],
    events: list[ReportedEvent],
    tongue: TongueReading,
    *,
    earlier: str,
    before: str,
) -> tuple[FactMention, ...]:
    """Return the facts that are stated, and the name that is told in another language."""
    named = (FactMention("name", tongue.name),) if tongue.name else ()
    return named + extract_facts(sentences, events, before=earlier, previous=before)


def _add_tongue(acts: Acts, scores: EmotionScores, tongue: TongueReading) -> None:
    """Add what is done in another language, and the sadness of bad news in it."""
    if tongue.language in {"", UNDETERMINED}:
        return
    acts.found -= {Act.SILENCE}
    acts.found.update(tongue.acts)
    acts.certain = bool(acts.found)
    if Act.BAD_NEWS in tongue.acts:
        scores.add("sadness", _SORROW)
        scores.valence_sum -= _SORROW


def _needed(before: str, sentences: tuple[Sentence, ...]) -> str:
    """Return the end of what was said before, if any pronoun may refer to it."""
    refers = before and any(not _PRONOUNS.isdisjoint(sentence.words) for sentence in sentences)
    return normalise(before[-MAX_BEFORE_CHARS:]) if refers else ""


def _with_antecedent(event: ReportedEvent, before: str, text: str) -> ReportedEvent:
    """Return an event whose subject "she" is replaced by whom it refers to, if that is known."""
    if event.subject.lower() not in _SUBJECT_PRONOUNS:
        return event
    start = max(0, text.find(event.clause))
    within = re.search(rf"(?i)\b{re.escape(event.subject)}\b", event.clause)
    start += within.start() if within else 0
    who = company_of(f"{before}. {text[:start]}").meant_by(event.subject.lower())
    relation = who.topic.partition(":")[2] if who else ""
    return replace(event, subject=f"my {relation}") if relation else event


def _stated(facts: tuple[FactMention, ...]) -> list[str]:
    """Return the topics of the facts that hold."""
    return [fact.topic for fact in facts if not fact.retracts]


def _add_facts(acts: Acts, facts: tuple[FactMention, ...], wishes: MentionWishes) -> None:
    """Add the acts of facts that are told, and of wishes that they be mentioned or not."""
    if facts:
        acts.found.add(Act.TELL)
    if any(fact.corrects or (fact.retracts and fact.value) for fact in facts):
        acts.found.add(Act.CORRECT)
    _add_wishes(acts, wishes, tells=bool(facts))


def _add_wishes(acts: Acts, wishes: MentionWishes, *, tells: bool) -> None:
    if not wishes.sentences:
        return
    acts.found -= {Act.REQUEST, Act.ASK, Act.ASK_MEMORY, Act.DISAGREE}
    acts.found -= set() if tells else {Act.TELL}
    wished = ((Act.HIDE, wishes.hides), (Act.SHOW, wishes.shows))
    acts.found.update(act for act, asks in wished if asks)
    acts.certain = True


def _add_events(
    acts: Acts, scores: EmotionScores, events: list[ReportedEvent], tongue: TongueReading
) -> None:
    """Add the news of events, and what is done in another language."""
    for event in events:
        acts.found.add(Act.GOOD_NEWS if event.kind in GOOD_EVENTS else Act.BAD_NEWS)
        emotions = EVENT_EMOTIONS[event.kind]
        scores.add_all(emotions, 1.0 if event.is_own else _OTHERS_SHARE)
        # Words that merely name the event ("failed", "cancer") must not outweigh what it means.
        if valence_of(emotions) > 0 > scores.valence_sum and len(events) == 1:
            scores.valence_sum = 0.5 * valence_of(emotions)
    if any(event.kind is LifeEvent.DEATH for event in events):
        scores.valence_sum = min(scores.valence_sum, -0.9)
    if acts.found & {Act.BAD_NEWS, Act.GOOD_NEWS}:
        acts.certain = True
    _add_tongue(acts, scores, tongue)


def _crisis(text: str, before: str, reply: str, scores: EmotionScores) -> Crisis | None:
    """Return the danger that a text speaks of, and add the emotions of one that is certain."""
    earlier = normalise(before[-MAX_BEFORE_CHARS:])
    crisis = detect_crisis(text, before=earlier, asked=asked_in(reply))
    if crisis and crisis.certain:
        scores.add_all(_CRISIS_EMOTIONS[crisis.kind])
    return crisis


def _add_acts(scores: EmotionScores, acts: Acts, *, ironic: bool) -> float:
    """Add the emotions of acts and of a judgement; return the attitude to the listener, -1..1."""
    attitude = 0.0
    for act in acts.ordered():
        if ironic and ACT_ATTITUDE.get(act, 0.0) > 0:
            continue
        attitude += ACT_ATTITUDE.get(act, 0.0)
        scores.valence_sum += ACT_VALENCE.get(act, 0.0)
        for emotion, amount in ACT_EMOTIONS.get(act, {}).items():
            scores.add(emotion, amount)
    if acts.found & {Act.INSULT, Act.THREATEN} and Act.APOLOGISE not in acts.found:
        attitude = min(attitude, -0.6)
        scores.valence_sum = min(scores.valence_sum, -0.4)
    elif acts.jibes and attitude <= 0:
        attitude -= _JIBE
    _add_judgement(scores)
    return round(max(-1.0, min(1.0, attitude)), 4)


def _add_judgement(scores: EmotionScores) -> None:
    """Add a mild emotion where the words judge and name none."""
    strongest = max(scores.emotions.values(), default=0.0)
    if strongest < MIN_EMOTION and abs(scores.valence) > _JUDGEMENT:
        emotion = "contentment" if scores.valence > 0 else "frustration"
        scores.add(emotion, _JUDGEMENT_EMOTION * abs(scores.valence))


def _topics(
    sentences: tuple[Sentence, ...], facts: tuple[FactMention, ...], event: ReportedEvent | None
) -> tuple[str, ...]:
    weights: dict[str, float] = {}
    in_facts = {word.lower() for fact in facts for word in fact.value.split()}
    in_event = set((event.clause if event else "").lower().split())
    for sentence in sentences:
        capitals = {word.lower() for word in sentence.said.split()[1:] if word[:1].isupper()}
        for word in content_words(sentence.words):
            weight = 1.0 if word not in COMMON_WORDS and not lexicon_form(word) else 0.5
            weight += 0.5 * (word in in_facts) + 0.5 * (word in in_event)
            weight += 0.25 * (word in capitals)
            weights[word] = weights.get(word, 0.0) + weight
    # Sorting is stable: of equal words the first comes first.
    return tuple(sorted(weights, key=lambda word: -weights[word])[:MAX_TOPICS])


def _confidence(sentences: tuple[Sentence, ...], acts: Acts, *, understood: bool) -> float:
    words = [word for sentence in sentences for word in sentence.words]
    if not words:
        return 1.0
    known = sum(
        word in STOP_WORDS or word in COMMON_WORDS or bool(lexicon_form(word)) for word in words
    )
    return round(0.2 + 0.4 * (acts.certain or understood) + 0.4 * known / len(words), 4)
