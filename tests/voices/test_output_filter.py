# ruff: noqa: E501 - one case a line, or several
"""The output filter: what is not the agent's own words goes, however it is cut; the rest stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.voices.model.output_filter import OutputFilter
from synthetic_soul.voices.model.turn_filter import NoteLines, Speakers

NOTE = (
    "You feel calm, since the rain has stopped.",
    "Ada told you an hour ago: the oven broke twice.",
)


LEAKED = "reasoning was shown before it was known as such; the voice fails then"


def filtered(
    pieces: list[str],
    *,
    holds: bool = True,
    was_cut: bool = False,
    name: str = "Jasmine Reed",
    others: tuple[str, ...] = ("Ada",),
) -> str:
    output = OutputFilter(Speakers(name, others), NoteLines(NOTE), holds=holds)
    texts = []
    for piece in pieces:
        texts.append(output.feed(piece))
        if output.has_leaked:
            return LEAKED
        if output.has_ended:
            return "".join([*texts, output.end()])
    texts.append(output.end(was_cut=was_cut))
    return LEAKED if output.has_leaked else "".join(texts)


HELLO = "Hello there, friend."

# fmt: off
REASONING = (
    f"<think>\nThe person greets me.\n</think>\n\n{HELLO}",
    f"Okay, the person greets me.\n</think>\n\n{HELLO}",
    f"They say hello.\nUser: hello\nI answer.\n</think>{HELLO}",
    f'<THINKING mode="low">hm</THINKING>{HELLO}',
    f"<reasoning>hm</reasoning>\n{HELLO}",
    f"<inner_monologue>hm</inner_monologue>\n{HELLO}",
    f"<Thought Process>hm</Thought Process>\n{HELLO}",
    f"<think>a<think>b</think>c</think>{HELLO}",
    f"<think><think>b</think>{HELLO}",
    f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{HELLO}<|return|>",
    f"<|channel|>commentary<|message|>Hm.<|end|><|start|>assistant<|channel|>final <|constrain|>text<|message|>{HELLO}",
    f"analysisThe person says hello. We answer.assistantfinal{HELLO}",
    f"<|channel>thought\nhm<channel|>{HELLO}<turn|>",
    f"[THINK]hm[/THINK]{HELLO}",
    f"◁think▷hm◁/think▷{HELLO}",
    f"<seed:think>hm</seed:think>{HELLO}",
    f"<|begin_of_thought|>hm<|end_of_thought|><|begin_of_solution|>{HELLO}<|end_of_solution|>",
    f"<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>{HELLO}<|END_RESPONSE|>",
    f"<unused94>thought\nhm<unused95>{HELLO}",
    f"<think>hm</think><answer>{HELLO}</answer>",
    f"Let us see. <answer>{HELLO}</answer>",
    f'<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\nhm\n</details>{HELLO}',
    f"{HELLO}<think>and then",
    f"**Thinking:** hm\n\n**Response:** {HELLO}",
    f"# Reasoning\nhm\n# Answer\n{HELLO}",
    f"Thought: hm\nFinal Answer: {HELLO}",
    f"Thoughts: hm\nUser: hi\nJasmine: {HELLO}",
    f"Thinking...\nhm\n...done thinking.\n\n{HELLO}",
    f"&lt;think&gt;hm&lt;/think&gt;{HELLO}",
    f"< think >hm</ think\n>{HELLO}",
    f"<think/>{HELLO}",
    f"[thinking]hm[/thinking]{HELLO}",
    f"<|im_start|>think\nhm<|im_end|><|im_start|>answer\n{HELLO}<|im_end|>",
    f"<my_thoughts>hm</my_thoughts>{HELLO}", f"<start_of_thinking>hm<end-of-thinking>{HELLO}",
    f"<reasoning_content>hm</reasoning_content>\n{HELLO}", f"<no_think>{HELLO}", f"<inner-voice>hm</inner-voice>{HELLO}",
    f"<|inner_prefix|>hm<|inner_suffix|>{HELLO}", f"<ctrl94>hm<ctrl95>{HELLO}", f"[|thought|]hm[|/thought|]{HELLO}",
    f"analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>{HELLO}", f"## Thinking\nhm\n\n## Response\n{HELLO}",
    f'{HELLO}<tool_call>{{"name": 1}}</tool_call>',
)
LABELS = (
    f"[Jasmine]: {HELLO}", f"Jasmine: Jasmine: {HELLO}", f"assistant: {HELLO}",
    f"Jasmine Reed: {HELLO}", f"jasmine : {HELLO}", f"**Jasmine:** {HELLO}", f"**Jasmine**: {HELLO}",
    f'"Jasmine": {HELLO}', f"### Jasmine:\n{HELLO}", f"**Jasmine**\n{HELLO}", f"- Jasmine: {HELLO}",
    f"<Jasmine> {HELLO}", f"[Jasmine] {HELLO}", f"(Jasmine): {HELLO}", f"{{{{char}}}}: {HELLO}",
    f"Jasmine (softly): {HELLO}", f"Jasmine *smiles*: {HELLO}", f"Jasmine says: {HELLO}",
    f"Jasmine's reply: {HELLO}", f"JASMINE： {HELLO}", f"🌸 Jasmine: {HELLO}", f"Jasmine 🌸: {HELLO}",
    f"Jasmine:\n{HELLO}", f"AI: {HELLO}", f"### Response:\n{HELLO}", f"Response: {HELLO}",
    f"assistant\n\n{HELLO}", f"Assistant: [Jasmine]: {HELLO}", f"  \n Jasmine: {HELLO}",
    f"[12:03] Jasmine: {HELLO}", f"12:03 PM Jasmine: {HELLO}", f"9:03 | Jasmine: {HELLO}",
    f"Jasmine﹕ {HELLO}", f"<|assistant|>: {HELLO}", f"GPT4 Correct Assistant: {HELLO}", f"Antwort: {HELLO}", f"回答：{HELLO}", f"KI: {HELLO}",
    f"__Jasmine:__ {HELLO}", f"`Jasmine`: {HELLO}", f"@Jasmine: {HELLO}", f"User: hello\nJasmine: {HELLO}", f"Ada: hello\nhow are you\nJasmine Reed: {HELLO}",
)
TOKENS = (
    f"{HELLO}<|im_end|>", f"{HELLO}</s>", f"{HELLO}<end_of_turn>", f"{HELLO}<|eot_id|>", f"{HELLO}[/INST]",
    f"{HELLO}<｜end▁of▁sentence｜>", f"{HELLO}<|endoftext|>", f"<|im_start|>assistant\n{HELLO}<|im_end|>",
    f"<s>{HELLO}</s>", f"<|assistant|>{HELLO}<|end|>", f"<start_of_turn>model\n{HELLO}<end_of_turn>",
    f"<|start_header_id|>assistant<|end_header_id|>\n\n{HELLO}<|eot_id|>", f"{HELLO}<eos>", f"{HELLO}[EOS]",
    f"{HELLO}<|end_of_text|>", f"<bos>{HELLO}", f"{HELLO}<|im_e", f"{HELLO}</", f"<assistant>{HELLO}</assistant>", f"{HELLO}<|fim_suffix|>",
    f"{HELLO}<end_of_tu", f"{HELLO}<im_end", f"[|assistant|]{HELLO}[|endofturn|]", f"{HELLO}[|endofturn|]\n[|user|]fine", f"{HELLO}[|end",
    f"{HELLO} [end of text]", f"{HELLO}\n[END OF RESPONSE]", f"{HELLO}[EOT]", f"{HELLO}[/s]", f"{HELLO}[/ASSISTANT]", f"<reserved_106>{HELLO}",
    f"<extra_id_1>Assistant\n{HELLO}\n<extra_id_1>User", f"<SPECIAL_11>Assistant\n{HELLO}",
)
CONTINUED = (
    f"{HELLO}\nUser: I am fine.\nJasmine: I am well.", f"{HELLO}\n\nHuman: I am fine.", f"{HELLO}\nAda: I am fine.",
    f"{HELLO}\n{{{{user}}}}: I am fine.", f"{HELLO}\n**Ada:** I am fine.", f"{HELLO}\n[User]: I am fine.",
    f"{HELLO}\nYou: I am fine.", f"{HELLO}\n### Instruction:\nGo on.", f"{HELLO}\nADA (smiling): fine.",
    f"{HELLO}<|im_end|>\n<|im_start|>user\nI am fine.", f"{HELLO}<start_of_turn>user\nI am fine.",
    f"{HELLO}<|user|>I am fine.", f"{HELLO}[INST] I am fine. [/INST] Good.", f"{HELLO}\n<|user|>\nFine.",
    f"{HELLO}</s><s>[INST] fine", f"{HELLO}\nuser\nI am fine.", f"{HELLO}\n用户：你好", f"{HELLO}\nSystem: be good.",
    f"{HELLO}<｜User｜>I am fine.", f"{HELLO}\n\n---\n\nUser: fine.", f"{HELLO} USER: fine. ASSISTANT: good.",
    f"{HELLO}assistant\n\nI am fine.", f"{HELLO}\n<user>fine</user>", f"{HELLO} User: fine.",
    f"{HELLO}\n[12:04] Ada: fine.", f"{HELLO}\n12:04 User: fine.", f"{HELLO}\nGPT4 Correct User: fine", f"{HELLO}\nKäyttäjä: hyvä", f"{HELLO}\nउपयोगकर्ता: ठीक",
    f"{HELLO}\n## User\nfine", f"{HELLO}\n> Ada: fine.",
)
NOTES = (
    f"⟦private note⟧\n{NOTE[0]}\n⟦end of the private note⟧\n{HELLO}", f"{HELLO}\n⟦private note⟧\n{NOTE[0]}",
    f"[private note]\n{NOTE[0]}\n\n{HELLO}", f"{NOTE[1]}\n{HELLO}", f"- {NOTE[1].upper()}\n{HELLO}",
    f"{HELLO}\n{NOTE[0]}", f"Private note\nI should be kind.\nEnd of the private note\n{HELLO}",
)
CLEAN = (
    '{"reply": "Hello"}', '{ "answer": 42, "user": "ada" }', "(Ada) is how I write you.", "(User) is a word on this page.",
    "Note: I like tea.", "I think: why not?", "Tom said: 'Hello'.", "Tom: 'Hello', he says, and leaves.",
    "I <3 you, and 2 < 3 > 1.", "Jasmine is what I'm called, and I rather like it.", "Jasmine",
    "The `<think>` tag is a token.", 'She wrote "<think>" on the wall.', "It is <b>bold</b> and <s>not</s> new.",
    "[sighs] Well. [LAUGHS] Yes.", "*smiles* Hello.", '"Hello," I said.', "A list:\n- tea\n- bread\n- Ada's jam",
    "Three things: tea, bread, jam.", "User names are odd: mine is a flower.", "Users: many.", "You know: it rained.",
    "Well…\n\nYes.", "analysis is my favourite word.", "assistants are people, too.",
    "Human beings: strange.", "The system is down, user or not.", "Dear Ada: how are you?", "Step 1: rest.\nStep 2: rest.",
    "Adam: the first one.", 'He asked "Ada: is that you?" and left.', "x < y and a<b", "おはよう。元気？", "(Quietly) Yes.",
    "Jasmines: white, small.", "Thought: maybe rest.\nThen tea.", "Answer: yes.", "Thinking of you. User or not.",
    "[thinking] Well, perhaps.", "A line\n---\nand another.", "Tea & bread &c.", "Hello, <USER>!", "<b>User</b>: a word.",
    "```html\n<user>ada</user>\n<think>x</think>\n```\nDone.", "```yaml\nuser: ada\nsystem: linux\nassistant: none\n```\nDone.",
    "Tags:\n```\n<answer>\n</think>\n```\nDone.", "The screen says:\nSYSTEM: READY\nand I press the key.", "Things I see:\n- System: broken\n- User: tired",
    "My friends:\n\n* Ada: kind\n* Jasmine: me", "A scene:\n\nADA: Where?\nROMEO: There.", "# Recipe\n\n## Input\n\nFlour.", "# Context\nWe were lost.",
    "<reason unknown> I guess.", "<internal screaming> No!", "<planning a heist> Who, me?", "<end of an era> Yes.", "Wear a [MASK].", "[SEP] is September.",
    "User! What a word.", "human?\nYes.", "At 12:03 I left.", "12:30 was early.", "3 cats.", "[end of story] And so on.", "Ends in code:\n```\n<think>",
    "Ada, listen: it rains.", '"Ada: hi", it said.', "— Well, yes.", "***\nOnce upon a time.", "Fine. Users: many.", "I feel calm, since the rain has stopped, I suppose.",
)
# fmt: on


@pytest.mark.parametrize("text", [*REASONING, *LABELS, *TOKENS, *CONTINUED, *NOTES])
def test_only_the_agents_own_words_are_left(text: str) -> None:
    assert filtered([text]) == HELLO
    assert filtered(list(text)) == HELLO


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("holds", [True, False])
def test_a_clean_text_passes_unchanged(text: str, holds: bool) -> None:  # noqa: FBT001
    assert filtered([text], holds=holds) == text
    assert filtered(list(text), holds=holds) == text


ALL = (*REASONING, *LABELS, *TOKENS, *CONTINUED, *NOTES, *CLEAN)


@given(
    st.lists(
        st.sampled_from([*ALL, "\n", " ", "<", "[", "Jasmine", ": ", "think>", "</"]), max_size=4
    ),
    st.lists(st.integers(1, 9), min_size=1),
    st.booleans(),
)
def test_the_result_is_the_same_however_the_text_is_cut(
    parts: list[str],
    sizes: list[int],
    was_cut: bool,  # noqa: FBT001
) -> None:
    text = "".join(parts)
    pieces, start, count = [], 0, 0
    while start < len(text):
        size = sizes[count % len(sizes)]
        pieces.append(text[start : start + size])
        start, count = start + size, count + 1
    whole = filtered([text], holds=True, was_cut=was_cut)
    assert filtered(pieces, holds=True, was_cut=was_cut) in {whole, LEAKED}


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=80)
)
def test_any_text_without_marks_passes(text: str) -> None:
    if not set(text) & set("<[◁⟦:：") and set(text) - set(" -*_=~#—–"):
        assert filtered(list(text)) == text.strip()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("I went out. The thing that happ", "I went out."),
        ("I went out.\n\nThe thing that happ", "I went out."),
        ("I met Mr. Reed there. He was ol", "I met Mr. Reed there."),
        ("It costs 3.50 today. And tomo", "It costs 3.50 today."),
        ('"Come in!" The door was op', '"Come in!"'),
        ("All is well.", "All is well."),
        ("昨日は雨でした。今日は", "昨日は雨でした。"),
        ("One\nTwo\nThr", "One\nTwo"),
        ("Really?! Then I wo", "Really?!"),
        ("The thing that happ", ""),
    ],
)
def test_a_reply_that_was_cut_ends_with_its_last_whole_sentence(text: str, kept: str) -> None:
    assert filtered([text], was_cut=True) == kept
    assert filtered(list(text), was_cut=True, holds=False) == kept


@pytest.mark.parametrize("name", ["V", "Q", "龙", "Ж"])
def test_a_name_of_one_letter_is_a_name(name: str) -> None:
    text = f"{name}: {HELLO}\nK: fine"
    assert filtered([text], name=name, others=("K",)) == HELLO
    assert filtered(list(text), name=name, others=("K",)) == HELLO
    assert filtered(list("Kind words."), name=name, others=("K",)) == "Kind words."


def test_after_a_block_of_code_turns_end_as_before() -> None:
    text = f"```\nuser: a\n```\n{HELLO}"
    assert filtered(list(f"{text}\nUser: fine")) == text
    assert filtered(list(f"My friends:\n- Ada: kind\n\n{HELLO}\nAda: fine")).endswith(HELLO)


def test_sentences_pass_as_they_are_written() -> None:
    output = OutputFilter(Speakers("Jasmine", ()), NoteLines(()))
    assert output.feed("It rained all day. And th") == "It rained all day."
    assert output.feed("en it stopped. S") == " And then it stopped."
    assert output.feed("o be it") == ""
    assert output.end() == " So be it"


def test_reasoning_that_shows_late_is_noticed() -> None:
    output = OutputFilter(Speakers("Jasmine", ()), NoteLines(()))
    assert output.feed("It rained. Hm.") == "It rained."
    output.feed("</think>Hello.")
    assert output.has_leaked
    waits = OutputFilter(Speakers("Jasmine", ()), NoteLines(()))
    assert waits.feed("Okay, the user greets me. I ") == ""
    assert waits.feed("answer.</think>Hello.") + waits.end() == "Hello."
    assert not waits.has_leaked


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("[calm] It rains. And the riv", "It rains."),
        ("[calm] The river is ris", "The river is ris…"),
        ("<think>hm</think>[calm] It rains.", "It rains."),
        ("[calm] Jasmine: It rains.", "It rains."),
    ],
)
def test_a_thought_is_filtered_like_a_reply(text: str, thought: str) -> None:
    output = OutputFilter(Speakers("Jasmine", ()), NoteLines(()), holds=True, is_thought=True)
    assert "".join(map(output.feed, text)) == ""
    assert output.end(was_cut="riv" in text) == thought
