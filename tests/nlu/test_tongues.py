"""What is said in another language is told from English, and what it does is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.acts.tongues import read_tongue
from synthetic_soul.nlu.resources import names
from synthetic_soul.nlu.text.language import UNDETERMINED

COURTESIES = {Act.GREET, Act.ASK_FEELING, Act.TELL, Act.THANK, Act.BAD_NEWS, Act.FAREWELL}


def table() -> list[tuple[str, str, str, str]]:
    """The lines of ``tongues.txt``: language, act (or ""), what is said, the name told in it."""
    lines = (Path(__file__).parent / "tongues.txt").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines:
        if not line.startswith("#"):
            language, act, said = (cell.strip() for cell in line.split("|"))
            said, _, name = said.partition(" = ")
            rows.append((language, act, said, name))
    return rows


LINES = table()


def test_every_language_of_the_referrals_has_phrases_and_a_line_of_each_kind() -> None:
    assert {*names("tongues")} == {*names("referral")} - {"en"}
    kinds = {(language, act) for language, act, *_ in LINES}
    wanted = {*COURTESIES, ""}
    assert kinds == {(language, str(act)) for language in names("tongues") for act in wanted}


@pytest.mark.parametrize(("language", "act", "said", "name"), LINES)
def test_a_line_in_another_language_does_what_it_does(
    language: str, act: str, said: str, name: str
) -> None:
    interpretation = interpret(said, name="Jasmine")
    assert interpretation.language == language
    found = COURTESIES.intersection(interpretation.acts)
    assert Act(act) in found if act else not found
    facts = [(fact.topic, fact.value) for fact in interpretation.fact_mentions]
    assert facts == ([("name", name)] if name else [])


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("hola", "es"),
        ("HOLA!!!", "es"),
        ("holaaa 👋", "es"),
        ("merci beaucoup", "fr"),
        ("ciao bella", "it"),
        ("gracias Jasmine", "es"),
        ("danke", "de"),
        ("hallo", "de"),
        ("спасибо", "ru"),
        ("dziękuję", "pl"),
        ("köszi", "hu"),
        ("tack!", "sv"),
        ("que tal", "es"),
        ("wie gehts", "de"),
        ("Je ne parle pas bien anglais", "fr"),
        ("сәлем", UNDETERMINED),
    ],
)
def test_a_few_words_are_enough_where_they_are_known(said: str, language: str) -> None:
    assert read_tongue(said, name="Jasmine").language == language


def test_a_word_of_two_languages_is_in_the_one_that_was_spoken_before() -> None:
    assert read_tongue("hej", before="Jag tycker mycket om att läsa böcker").language == "sv"
    assert read_tongue("hej", before="Bardzo lubię czytać książki").language == "pl"


@pytest.mark.parametrize(
    "said",
    [
        "¿Cómo me llamo?",
        "Weißt du noch, wie ich heiße?",
        "me llamo la atención",
        "Ich heiße dich willkommen",
        "soy muy feliz",
        "soy Feliz de estar aquí con todos",
        "je suis fatigué",
        "mi chiamo spesso stupido",
    ],
)
def test_what_names_nobody_is_no_name(said: str) -> None:
    assert interpret(said).fact_mentions == ()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Hola, soy Lucía", "Lucía"),
        ("Salut, moi c'est Zoé", "Zoé"),
        ("Hallo! Ich bin Jonas.", "Jonas"),
        ("bonjour, je m’appelle Anne-Laure", "Anne-Laure"),
        ("меня зовут анна", "Анна"),
        ("Mein Name ist Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("Ich heiße Tom und bin müde", "Tom"),
    ],
)
def test_a_name_is_kept_as_it_was_written(said: str, name: str) -> None:
    assert [(x.topic, x.value) for x in interpret(said).fact_mentions] == [("name", name)]


@pytest.mark.parametrize("said", ["no estoy triste", "ich bin nicht traurig", "non sono triste"])
def test_no_sorrow_is_none(said: str) -> None:
    assert Act.BAD_NEWS not in interpret(said).acts


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("Hola, ¿puedes ayudarme con los deberes?", Act.ASK),
        ("Hallo, ich habe heute drei Bücher gelesen", Act.SMALL_TALK),
        ("Me llamo Lucía y trabajo en un hospital de Madrid", Act.SMALL_TALK),
        ("你好，北京今天的天气怎么样？", Act.ASK),
        ("Hola, ¿qué tal?", None),
        ("Hallo, ich heiße Anna", None),
        ("你好，我叫李明", None),
    ],
)
def test_what_is_said_beyond_courtesies_is_noticed(said: str, more: Act | None) -> None:
    found = {Act.ASK, Act.SMALL_TALK}.intersection(interpret(said).acts)
    assert found == ({more} if more else set())


def test_bad_news_in_another_language_is_felt() -> None:
    interpretation = interpret("Mi abuela murió ayer")
    assert interpretation.valence < -0.15
    assert "sadness" in dict(interpretation.feelings)


def test_words_that_only_look_english_say_nothing_in_another_language() -> None:
    interpretation = interpret("Die Hölle war hell und das Gift war fast alle")
    assert interpretation.language == "de"
    assert not interpretation.feelings


ENGLISH = """
hi
hello??
Hello there!
hey Jasmine
ok
no
me too
oi, stop that
thanks a lot
ty ty
lol ok
bye bye
good night
morning all
no pain no gain
yo mama
c'est la vie
Que sera, sera.
mi casa es su casa
mamma mia that was good
déjà vu
carpe diem
mi abuela always says hello to the birds
My abuela died last year
I said hola to the neighbour
hola! how are you today?
Adios, my friend
She told me "danke" and left
we had gelato in Roma
Hello! My name is Lucía
I'm José and I live in Málaga
my friend Søren is from Ålborg
I ate pho and banh mi in Hanoi
how do you say thanks in Spanish?
what does merci mean?
define ennui
my teacher is called Señor Gómez
I love the word schadenfreude
the café on Rue de Rivoli was closed
eek ook eek
jajaja no
mmmmm
asdf qwer zxcv
krakens
do krakens exist?
Tokyo
Beethoven
la la la
ha ha ha
bestie's in rehab
the die was cast
so I was in a war
man is a wolf to man
I am so sad today
my dog died
ja ok whatever
Juan, Pedro and Luis came over
Barcelona against Real Madrid tonight
voilà, dinner is ready
Nice to meet you, I'm Anna
""".strip().splitlines()


@pytest.mark.parametrize("said", ENGLISH)
def test_english_stays_english(said: str) -> None:
    assert read_tongue(said, name="Jasmine").language == ""
    assert interpret(said, name="Jasmine").language == ""


def test_the_list_of_english_lines_is_wide_enough() -> None:
    assert len({*ENGLISH}) >= 50
