"""A subject that is not to be mentioned is met in a text, whatever form its words have there."""

import pytest

from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.mention_wishes import subject_of


@pytest.mark.parametrize(
    "relation", ["brother", "dad", "mum", "aunt", "friend", "boss", "cat", "dog", "best friend"]
)
@pytest.mark.parametrize("form", ["{}", "{}'s", "{}’s", "{}s", "{}s'"])
def test_somebody_is_met_in_every_form(relation: str, form: str) -> None:
    written = form.format(relation)
    assert subject_of(f"my {relation}").is_touched_by(f"My {written} wedding is in Leeds.")
    assert subject_of(f"my {written}").is_touched_by(f"My {relation} is here.")
    assert not subject_of(f"my {relation}").is_touched_by("The wedding is in Leeds.")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("my job", "I have two jobs."),
        ("my job", "The job's over."),
        ("my job", "I am working late."),
        ("my jobs", "My job is hard."),
        ("my kids", "My son is six."),
        ("my kids", "My kid is ill."),
        ("my kid", "The children sleep."),
        ("my kids' school", "My daughter's school is far."),
        ("my parents", "My mum is ill."),
        ("my partner", "My husband snores."),
        ("my dad's cancer", "My father has cancer."),
        ("my best friend's dog", "The dog of my best friend barks."),
        ("my brother's thing", "My brother is here."),
        ("my home", "I love my home."),
        ("my home", "How is your new home?"),
        ("my home", "The home I grew up in was cold."),
        ("my home", "I live in Leeds."),
        ("my home", "Where do you live now?"),
        ("my home", "We bought a house in Leeds."),
        ("my home", "Our city is loud."),
        ("my house", "The house needs paint."),
        ("where I live", "I'm living with my aunt."),
        ("my studies", "You study physics, right?"),
        ("my studies", "My degree takes long."),
        ("my name", "Your name is Ada."),
        ("my age", "You told me your age."),
        ("my plans", "The plans for May are made."),
        ("my job", "I worked at the bakery."),
    ],
)
def test_it_is_met_in_other_words_for_it(subject: str, text: str) -> None:
    assert subject_of(subject).is_touched_by(text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("my dad's cancer", "My dad is here."),
        ("my dad's cancer", "She has cancer."),
        ("my dad’s cancer", "My dad is here."),
        ("my brother's job", "My job is hard."),
        ("my kids' school", "The school is far."),
        ("my best friend's dog", "My dog barks."),
        ("my best friend", "A friend called."),
        ("my son", "My daughter called."),
        ("my job", "I like cake."),
        ("everything", "I like cake."),
        ("my home", "I'm home now."),
        ("my home", "Get home safe!"),
        ("my home", "I was at home all day."),
        ("my home", "My dog ran home."),
        ("my home", "I live for jazz."),
        ("my home", "They play live music in the town."),
        ("my home", "The city is loud."),
        ("my home", "Her house is big."),
        ("my home", "I did my homework."),
        ("my house", "I like house music."),
        ("my studies", "She will study the map."),
        ("my studies", "Let's change the subject."),
        ("my name", "What is the song's name?"),
        ("my age", "Wine gets better with age."),
        ("my likes", "I feel like cake."),
        ("my plans", "I plan to sleep."),
        ("my job", "That works for me."),
        ("my job", "It will work out."),
    ],
)
def test_it_is_not_met_in_what_is_about_something_else(subject: str, text: str) -> None:
    assert not subject_of(subject).is_touched_by(text)


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("Don't ever mention my cat to Tom.", "my cat"),
        ("Don't ever mention my cat to me.", "my cat"),
        ("Never mention my old cat to Tom or Ada.", "my old cat"),
        ("Never bring up my dad's cancer to Tom.", "my dad's cancer"),
        ("Don't bring up my trip to Rome again.", "my trip to rome"),
        ("Never mention my big move to Berlin.", "my big move to berlin"),
    ],
)
def test_whom_it_is_told_is_no_part_of_the_subject(said: str, subject: str) -> None:
    assert interpret(said).hidden_subjects == (subject,)
