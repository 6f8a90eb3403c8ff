"""The commands for authors: check, prompt, convert, diff, graph, schema, new, conformance."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import soulscript
from soulscript import conformance
from synthetic_soul.cli.authoring.convert import _paths
from synthetic_soul.cli.command_line import run
from synthetic_soul.cli.console import write_files
from synthetic_soul.errors import Conflict, InvalidInput
from synthetic_soul.voices.model.first_prompt import first_prompt
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from tests.cli.test_chat_command import Screenful

ROOT = Path(__file__).parents[2]
SOULS = ROOT / "src" / "synthetic_soul" / "data" / "souls"
LUNA = str(SOULS / "dr_luna.soul")
CASES = conformance.shipped()
DAY = 86_400_000
CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        "name": "Wren",
        "description": "{{char}} keeps the clock of a small town.",
        "personality": "punctual, dry",
        "scenario": "The tower, at noon.",
        "first_mes": "You are early.",
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": ["clocks"],
        "creator": "nobody",
        "character_version": "1",
        "extensions": {},
    },
}


@dataclass(frozen=True)
class Output:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Output]


@pytest.fixture
def soul(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in this process, in a folder of its own; return exit code and output."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path, typed: str = "") -> Output:
        monkeypatch.setattr(sys, "argv", ["soul", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code: Any = 0
        try:
            run()
        except SystemExit as end:
            code = end.code or 0
        result = capsys.readouterr()
        assert "Traceback" not in result.err
        return Output(code, result.out, result.err)

    return call


def memory(number: int, words: str, **more: object) -> dict[str, object]:
    at = 1_700_000_000_000 + number * DAY
    moment = {"timestamp": at, "importance": 0.5, "emotional_valence": 0.5}
    return {
        "id": f"m{number}",
        "core_memory": words,
        "fragments": [{"type": "observation", "content": words} | moment],
        "connections": [],
        "emotional_signature": {"valence": 0.5, "intensity": 0.9},
        "importance_score": 0.5,
        "creation_date": at,
        "last_accessed": at,
        "metadata": {"topic_tags": ["sea"], "personality_influence": {"sarcastic": 1.0}},
    } | more


@pytest.fixture
def souls(tmp_path: Path) -> Path:
    """A folder with a soul and its memories, a card, a faulty soul, and other files."""
    folder = tmp_path / "souls"
    (folder / "deep" / ".hidden").mkdir(parents=True)
    memories = [memory(1, "A boat came in with red sails", importance_score=0.9)]
    memories += [
        memory(2, "The lamp on the quay went out"),
        memory(3, "Bread burnt", connections=["m1"]),
    ]
    graph = {"memories": {one["id"]: one for one in memories}}
    files: dict[str, object] = {
        "luna.soul": (SOULS / "dr_luna.soul").read_text(encoding="utf-8"),
        "luna.memories.json": graph,
        "deep/wren.json": CARD,
        "deep/faulty.soul": '{"entity": {"form": 5},}',
        "deep/broken.json": '{"entity": ',
        "deep/package.json": {"name": "something", "version": "1.0.0"},
        "deep/notes.txt": "Not a soul at all.",
        "deep/guide.md": "# Voice\n\nHow to speak.\n\n# Boundaries\n\nNone.\n",
        "deep/bo_SOUL.md": "# Voice\n\nHow to speak.\n\n# Boundaries\n\nNone.\n",
        "deep/.hidden/other.soul": "{}",
    }
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "deep" / "link.soul").symlink_to(folder / "luna.soul")
    return folder


# -- check ----------------------------------------------------------------------------------------


def test_a_folder_is_searched_and_its_files_counted(soul: Run, souls: Path) -> None:
    result = soul("check", souls)
    assert result.code == 1
    assert result.err == "6 files: 4 can be read, 2 cannot\n"
    assert re.search(r"luna\.soul: soul; .*Dr\. Luna can be read$", result.out, re.MULTILINE)
    assert re.search(
        r"memories\.json: memories; .*3 memories can be read$", result.out, re.MULTILINE
    )
    assert re.search(r"wren\.json: card; .*kept.*Wren can be read$", result.out, re.MULTILINE)
    assert re.search(rf"^{souls}/deep/faulty\.soul:1:\d+: error ", result.out, re.MULTILINE)
    assert re.search(rf"^{souls}/deep/broken\.json:1:\d+: error ", result.out, re.MULTILINE)
    assert not any(word in result.out for word in ("link", "hidden", "package", "notes", "guide"))


def test_each_note_of_the_report_is_printed_on_request(soul: Run, souls: Path) -> None:
    result = soul("check", "--report", souls / "deep" / "wren.json")
    assert result.code == 0
    assert re.search(
        r"wren\.json: \w+ data\.personality -> personality\.st:personality", result.out
    )
    assert result.err == ""


def test_json_is_an_object_for_a_file_and_a_list_for_several(soul: Run, souls: Path) -> None:
    one = json.loads(soul("check", "--json", souls / "luna.soul").out)
    assert one["readable"]
    assert one["problems"] == []
    assert one["soul"] == soulscript.load(LUNA).soul.dump()
    assert set(one["memories"]) == {"m1", "m2", "m3"}
    assert one["report"]["dropped"] == 0
    several = soul("check", "--json", "--report", souls)
    assert several.code == 1
    by_name = {Path(result["file"]).name: result for result in json.loads(several.out)}
    assert len(by_name) == 6
    assert by_name["faulty.soul"]["readable"] is False
    assert by_name["faulty.soul"]["problems"][0]["line"] == 1
    assert {note["fate"] for note in by_name["wren.json"]["report"]["kept"]} == {"kept"}


def test_strict_accepts_only_the_layout_of_the_specification(soul: Run, tmp_path: Path) -> None:
    bare = {"m1": memory(1, "A boat")}
    (tmp_path / "bare.memories.json").write_text(json.dumps(bare), encoding="utf-8")
    (tmp_path / "wren.json").write_text(json.dumps(CARD), encoding="utf-8")
    assert soul("check", "bare.memories.json", "wren.json").code == 0
    strict = soul("check", "--strict", "bare.memories.json", LUNA, "wren.json")
    assert strict.code == 1
    assert strict.err == "3 files: 2 can be read, 1 cannot\n"
    assert strict.out.startswith("bare.memories.json:1:1: error ")


def test_missing_and_unknown_files_are_reported_in_lines(soul: Run, souls: Path) -> None:
    result = soul(
        "check", souls / "deep" / "package.json", souls / "nothing", souls / "deep/notes.txt"
    )
    assert result.code == 1
    assert [line.split(": ")[1].split(" at")[0] for line in result.lines] == [
        "error unknown_format",
        "error",
        "error unknown_format",
    ]
    assert soul("check").code == 2


def test_a_file_cannot_control_the_terminal(soul: Run, tmp_path: Path) -> None:
    document = soulscript.load(LUNA).soul.dump() | {"\x1b[2Jbackround": 1}
    document["personality"]["name"] = "Lu\x1b]0;owned\x07na"  # type: ignore[index,call-overload]  # it is JSON
    (tmp_path / "evil.soul").write_text(json.dumps(document), encoding="utf-8")
    for words in (["check", "--report"], ["check", "--json"], ["diff", LUNA]):
        result = soul(*words, "evil.soul")
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", result.out + result.err)


# -- prompt ---------------------------------------------------------------------------------------


def test_a_prompt_is_made_of_any_format(soul: Run, souls: Path) -> None:
    assert soul("prompt", souls / "deep" / "wren.json").out.startswith("You are Wren")
    luna = soulscript.load(LUNA).soul
    assert soul("prompt", "--spec", LUNA).out == soulscript.prompt(luna) + "\n"
    assert soul("prompt", "--full", LUNA).out == soulscript.prompt(luna, full=True) + "\n"


def test_a_prompt_is_the_system_message_that_a_model_is_given(soul: Run) -> None:
    result = soul("prompt", LUNA)
    given = first_prompt(soulscript.load(LUNA).soul, PromptBudget()).messages[0]
    assert given.role == "system"
    assert result.out == given.content + "\n"
    assert result.err == ""


def test_what_has_no_room_in_a_prompt_is_named(soul: Run, souls: Path) -> None:
    path = souls / "long.soul"
    document = json.loads(Path(LUNA).read_text(encoding="utf-8"))
    document["entity"]["background"] = "It keeps a lighthouse by the sea. " * 400
    path.write_text(json.dumps(document), encoding="utf-8")
    result = soul("prompt", path, "--context", "1024")
    assert result.code == 0
    assert re.search(r"^[0-9]+ of [0-9]+ tokens of background are told", result.err, re.MULTILINE)
    assert soul("prompt", path).err == ""


def test_the_report_of_a_prompt_says_how_much_is_told(soul: Run, souls: Path) -> None:
    said = soul("prompt", "--report", souls / "deep" / "wren.json").out
    part, told, whole, share = said.splitlines()[1].split()
    assert (part, told, share) == ("identity", whole, "100%")
    assert said.endswith(" of 8192 tokens.\n")
    small = soul("prompt", "--report", "--context", "9", souls / "deep" / "wren.json")
    assert small.code == 1
    assert "less than the 1024 tokens" in small.err


def test_memories_are_in_the_prompt_on_request(soul: Run, souls: Path) -> None:
    plain = soul("prompt", souls / "luna.soul")
    assert "You remember" not in plain.out
    most = soul("prompt", souls / "luna.soul", "--memories", "1", "--full")
    assert most.out.endswith("You remember:\n- A boat came in with red sails\n")
    about = soul("prompt", souls / "luna.soul", "--about", "the lamp")
    assert about.out.endswith("\n\nYou remember:\n- The lamp on the quay went out\n")


def test_memories_move_how_traits_show_as_of_a_day(soul: Run, souls: Path) -> None:
    path = souls / "luna.soul"
    text = path.read_text(encoding="utf-8").replace('"strength": 0.6', '"strength": 0.45')
    path.write_text(text, encoding="utf-8")
    assert "somewhat sarcastic" in soul("prompt", path, "--at", "2023-11-01").out
    now = soul("prompt", path)
    assert "notably sarcastic" in now.out
    assert "somewhat sarcastic" in soul("prompt", path, "--at", "2033-11-01T10:00+02:00").out
    assert soul("prompt", path, "--at", "1700500000000").out == now.out
    wrong = soul("prompt", path, "--at", "tomorrow")
    assert wrong.code == 1
    assert wrong.err.startswith("soul: 'tomorrow' is no moment")


def test_a_trait_that_memories_alone_name_has_the_base_of_their_document(
    soul: Run, souls: Path
) -> None:
    path = souls / "luna.memories.json"
    graph = json.loads(path.read_text(encoding="utf-8"))
    graph["memories"]["m1"]["metadata"]["personality_influence"] = {"patient": 0.1}
    graph["personality_state"] = {"base_traits": {"patient": 0.9, "last_evolution": 1}}
    path.write_text(json.dumps(graph), encoding="utf-8")
    assert "notably patient" in soul("prompt", souls / "luna.soul").out


def test_memories_alone_make_no_prompt(soul: Run, souls: Path) -> None:
    result = soul("prompt", souls / "luna.memories.json")
    assert result.code == 1
    assert "no_soul" in result.err
    assert len(result.err.splitlines()) == 1


# -- convert --------------------------------------------------------------------------------------


def test_a_card_becomes_a_soul_and_goes_back_as_it_was(soul: Run, souls: Path) -> None:
    there = soul("convert", souls / "deep" / "wren.json", "wren.soul")
    assert there.code == 0
    assert there.lines[-1] == "wren.soul written"
    assert any(line.startswith("wren.soul: kept ") for line in there.lines)
    assert soul("check", "--strict", "wren.soul").code == 0
    assert soul("convert", "wren.soul", "back.json", "--to", "card").code == 0
    assert json.loads(Path("back.json").read_text(encoding="utf-8")) == CARD


def test_memories_are_written_beside_a_soul(soul: Run, souls: Path) -> None:
    result = soul("convert", souls / "luna.soul", "out/copy.soul")
    assert result.code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "copy.memories.json",
        "copy.soul",
    ]
    assert soul("diff", souls / "luna.soul", "out/copy.soul").code == 0


def test_nothing_is_overwritten_without_force(soul: Run, souls: Path) -> None:
    Path("wren.soul").write_text("mine", encoding="utf-8")
    words = ("convert", souls / "deep" / "wren.json", "wren.soul")
    result = soul(*words)
    assert result.code == 1
    assert result.err == "soul: wren.soul is there already; --force writes over it\n"
    assert Path("wren.soul").read_text(encoding="utf-8") == "mine"
    assert soul(*words, "--force").code == 0
    assert soul("check", "wren.soul").code == 0
    assert sorted(path.name for path in Path().iterdir()) == ["souls", "wren.soul"]


def test_an_ambiguous_suffix_needs_a_format(soul: Run, souls: Path) -> None:
    unclear = soul("convert", LUNA, "luna.json")
    assert unclear.code == 1
    assert re.match(r"soul: luna\.json may be .*card or .*; say which with --to: ", unclear.err)
    assert soul("convert", souls / "deep" / "wren.json", "again.json").code == 0
    unknown = soul("convert", LUNA, "luna.docx")
    assert "luna.docx may be no format that is known here" in unknown.err
    no_such = soul("convert", LUNA, "luna.x", "--to", "docx")
    assert no_such.err.startswith('soul: there is no format "docx" to write; name one of: ')
    assert soul("convert", LUNA, "luna.x", "--to", "card").lines[-1] == "luna.x written"


def test_a_failed_write_is_reported_and_leaves_nothing(soul: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = soul("convert", LUNA, "file/luna.soul")
    assert result.code == 1
    assert result.err.startswith("soul: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_several_files_need_a_folder(soul: Run, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert soul("convert", LUNA, "there", "--to", "card").lines[-1] == "there/dr_luna.json written"
    assert soul("convert", LUNA, "luna").lines[-1] == "luna/SOUL.md written"
    style = "# Style\n\nShort sentences. No exclamation marks.\n"
    (tmp_path / "luna" / "STYLE.md").write_text(style, encoding="utf-8")
    result = soul("check", "luna")
    assert result.err == "1 file: 1 can be read, 0 cannot\n"
    assert result.lines[-1].startswith("luna: markdown; ")
    several = soul("convert", "luna", "luna.md")
    assert several.code == 1
    assert several.err == "soul: these are several files: SOUL.md, STYLE.md; name a folder\n"
    assert soul("convert", "luna", "again/").code == 0
    assert (tmp_path / "again" / "STYLE.md").read_text(encoding="utf-8") == style


@pytest.mark.parametrize("name", ["../up.png", "/etc/motd", "a/../../b", "C:\\x", ""])
def test_no_picture_is_written_outside_the_targets_folder(tmp_path: Path, name: str) -> None:
    files = {"x.soul": b"{}", name: b"picture"}
    with pytest.raises(InvalidInput, match="is no name for a file beside"):
        dict(_paths(tmp_path / "x.soul", files, "x.soul"))


def test_fragments_are_joined_to_a_person(soul: Run, tmp_path: Path) -> None:
    person = {"type": "TinyPerson", "persona": {"name": "Mo", "age": 30, "beliefs": ["Tea helps."]}}
    more = {
        "type": "Fragment",
        "persona": {"beliefs": ["Rain passes."], "skills": ["You whistle."]},
    }
    (tmp_path / "mo.agent.json").write_text(json.dumps(person), encoding="utf-8")
    (tmp_path / "rain.json").write_text(json.dumps(more), encoding="utf-8")
    assert soul("convert", "mo.agent.json", "mo.soul", "--with", "rain.json").code == 0
    assert len(soulscript.load("mo.soul").soul.values) == 2
    wrong = soul("convert", LUNA, "mo2.soul", "--with", "rain.json")
    assert wrong.code == 1
    assert "--with joins fragments of TinyTroupe" in wrong.err


# -- diff -----------------------------------------------------------------------------------------


def test_equal_souls_do_not_differ(soul: Run) -> None:
    result = soul("diff", LUNA, LUNA)
    assert (result.code, result.out) == (0, "")


def test_differences_are_described_in_words(soul: Run, tmp_path: Path) -> None:
    text = Path(LUNA).read_text(encoding="utf-8")
    changed = text.replace('"strength": 0.4', '"strength": 0.8')
    (tmp_path / "other.soul").write_text(changed, encoding="utf-8")
    result = soul("diff", LUNA, "other.soul")
    assert result.code == 1
    assert "~ more memetic: somewhat (0.4) -> notably (0.8)" in result.lines
    found = json.loads(soul("diff", "--json", LUNA, "other.soul").out)
    assert {one["kind"] for one in found} <= {"added", "removed", "changed"}
    trouble = soul("diff", LUNA, "nothing.soul")
    assert trouble.code == 2
    assert "nothing.soul: error: No such file" in trouble.err


# -- graph, schema --------------------------------------------------------------------------------


def test_memories_are_drawn_into_a_file_or_to_standard_output(soul: Run, souls: Path) -> None:
    result = soul("graph", souls / "luna.soul", "-o", "luna.svg")
    assert result.lines == ["luna.svg written: 3 memories"]
    picture = ET.parse("luna.svg").getroot()  # noqa: S314 - our own file
    assert picture.findtext("{http://www.w3.org/2000/svg}title") == "What Dr. Luna remembers"
    Path("luna.svg").write_text("mine", encoding="utf-8")
    again = soul("graph", souls / "luna.soul", "-o", "luna.svg")
    assert again.err.startswith("soul: luna.svg is there already")
    shown = soul("graph", souls / "luna.memories.json")
    assert shown.out.startswith("<svg ")
    assert "Memories: luna.memories.json" in shown.out


def test_the_schemas_are_printed(soul: Run) -> None:
    assert json.loads(soul("schema").out) == soulscript.json_schema()
    assert "memories" in json.loads(soul("schema", "memories").out)["properties"]
    assert soul("schema", "cats").code == 2


# -- new ------------------------------------------------------------------------------------------


def test_a_new_soul_has_defaults_and_reads_strictly(soul: Run) -> None:
    result = soul("new", "--yes")
    assert result.lines == ["robin.soul written; talk to it with: soul chat --soul robin.soul"]
    assert soul("check", "--strict", "robin.soul").code == 0
    Path("robin.soul").write_text("mine", encoding="utf-8")
    again = soul("new")
    assert again.code == 1
    assert again.err == "soul: robin.soul is there already; name another file\n"


def test_a_pipe_answers_the_questions_in_their_order(soul: Run) -> None:
    typed = "Ada\n\nowl\ndry 0.9\n"
    assert soul("new", "deep/down/a.soul", "--tone", "low", typed=typed).code == 0
    made = soulscript.load("deep/down/a.soul", strict=True).soul
    assert (made.name, made.entity.occupation, made.entity.form) == ("Ada", "companion", "owl")
    assert [trait.trait for trait in made.personality.core_traits] == ["dry"]
    assert made.voice is not None
    assert made.voice.tone == "low"
    assert soul("new", "b.soul", "--yes", typed=typed).code == 0
    assert soulscript.load("b.soul").soul.name == "Robin"


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u00a0"])
def test_a_soul_without_a_name_is_not_made(soul: Run, name: str) -> None:
    result = soul("new", "a.soul", "--yes", "--name", name)
    assert result.err == "soul: the name is empty; it needs a letter\n"
    assert not Path("a.soul").exists()


def test_a_wrong_answer_from_a_pipe_names_its_question(soul: Run) -> None:
    result = soul("new", "a.soul", typed="Ada\n\n\ncurious 7\n")
    assert result.code == 1
    assert result.err.startswith("soul: traits: 'curious 7': a level is from -1 to 1")


def test_a_folder_without_anything_to_check_is_no_success(soul: Run) -> None:
    Path("empty/.git").mkdir(parents=True)
    Path("empty/.DS_Store").touch()
    result = soul("check", "empty")
    assert result.code == 1
    assert "there is nothing to check" in result.err
    assert soul("check", "--json", "empty").out == "[]\n"


def test_folders_that_are_missing_are_made(soul: Run) -> None:
    assert soul("convert", LUNA, "new/deep/luna.json", "--to", "card-v2").code == 0
    assert soul("convert", LUNA, "new/folder/", "--to", "markdown").code == 0
    assert Path("new/deep/luna.json").exists()


def test_a_new_soul_has_the_given_answers(soul: Run) -> None:
    words = ("--name", "Ada Vó", "--traits", "dry 0.9; shy=-0.2 ;calm", "--tone", "low; slow")
    values = "order 1: sorts; mercy"
    assert soul("new", "a.soul", *words, "--values", values, "--boundaries", "").code == 0
    made = soulscript.load("a.soul", strict=True).soul
    assert [(one.trait, one.strength) for one in made.personality.core_traits] == [
        ("dry", 0.9),
        ("shy", -0.2),
        ("calm", 0.5),
    ]
    assert [(one.name, one.importance, one.expression) for one in made.values] == [
        ("order", 1.0, "sorts"),
        ("mercy", 0.7, "mercy"),
    ]
    assert made.relationship.boundaries == ()
    assert soul("new", "--name", "Ada Vó").lines[0].startswith("ada_v.soul written")
    assert soul("new", "--name", "愛").lines[0].startswith("new.soul written")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--traits", "dry 7"), "a level is from -1 to 1"),
        (("--traits", ";"), "at least one trait is needed"),
        (("--values", ": nothing"), "a name is missing"),
    ],
)
def test_an_invalid_answer_is_reported(soul: Run, words: tuple[str, str], message: str) -> None:
    refused = soul("new", *words)
    assert refused.code == 1
    assert message in refused.err
    assert not Path("robin.soul").exists()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screenful]:
    opened = Screenful(tmp_path, 100, "new", "--form", "owl")
    yield opened
    opened.close()


def test_on_a_terminal_the_questions_are_asked(screen: Screenful, tmp_path: Path) -> None:
    screen.until(r"called \[Robin\]: $")
    screen.type("Mo\r")
    screen.until(r"do \[companion\]: $")
    screen.type("\r")
    screen.until(r"like.*: $")
    screen.type("wild 9\r")
    assert "from -1 to 1" in screen.until(r"like.*: $")
    screen.type("wild 0.9\r")
    for question in ("hold to", "speak", "tone", "often", "people", "limits"):
        screen.until(rf"{question}.*: $")
        screen.type("\r")
    screen.until("mo.soul written")
    assert screen.wait() == 0
    made = soulscript.load(tmp_path / "mo.soul", strict=True).soul
    assert made.entity.form == "owl"
    assert made.personality.core_traits[0].trait == "wild"


# -- conformance ----------------------------------------------------------------------------------


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with few cases: processes are slow."""
    for name in ("valid/least.soul", "invalid/nul.soul", "invalid/nul.expected.json"):
        (tmp_path / "few" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "few" / name).write_bytes((CASES / name).read_bytes())
    prompts = tmp_path / "few" / "prompts"
    prompts.mkdir()
    for path in (CASES / "prompts").glob("D22-*"):
        (prompts / path.name).write_bytes(path.read_bytes())
    return tmp_path / "few"


OWN = f"{sys.executable} -m synthetic_soul.cli"


def test_this_library_conforms(soul: Run) -> None:
    result = soul("conformance")
    assert result.code == 0
    assert result.lines[0].split() == ["passed", "failed", "skipped"]
    assert all(line.split()[2:] == ["0", "0"] for line in result.lines[1:])
    assert len(result.lines) == 7


def test_what_check_prints_is_what_the_cases_ask_for(soul: Run) -> None:
    paths = [path for kind in conformance.KINDS for path in conformance.cases(CASES / kind)]
    paths = [path for path in paths if not path.name.endswith(conformance.RECIPE)]
    result = {one["file"]: one for one in json.loads(soul("check", "--json", *paths).out)}
    assert len(result) == len(paths)

    def checked(path: Path) -> conformance.Answer:
        document = result.get(str(path))
        if document is None:
            return conformance.answer(path)  # made while the cases are tried
        return conformance.Answer(document["readable"], document)

    assert conformance.run(None, checked, conformance.prompt_of).failed == ()


def test_another_tool_is_run_on_each_case(soul: Run, few: Path) -> None:
    result = soul(
        "conformance",
        "--cases",
        few,
        "--command",
        f"{OWN} check --json {{}}",
        "--prompt-command",
        f"{OWN} prompt --spec",
    )
    assert [line.split() for line in result.lines[1:]] == [
        [kind, "1", "0", "0"] for kind in ("valid", "invalid", "prompts")
    ]
    assert result.code == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("false", "it was refused: no reason given"),
        ("true", "problems at $: found null, wanted []"),
        ("sh -c 'echo 3' {}", "what it printed is no JSON object"),
        ("echo", "the case cannot be tried"),
        ("sh -c 'echo no such luck >&2; exit 7' {}", "it ended with 7 no such luck"),
        ("no-such-tool-anywhere", "No such file"),
    ],
)
def test_a_tool_that_does_not_conform_gets_the_reasons(
    soul: Run, few: Path, command: str, message: str
) -> None:
    result = soul("conformance", "--cases", few, "--command", command)
    assert result.code == 1
    assert message in result.out


@pytest.mark.parametrize("command", ["", "'"])
def test_an_invalid_command_is_reported(soul: Run, few: Path, command: str) -> None:
    result = soul("conformance", "--cases", few, "--command", command)
    assert result.code == 1
    assert result.err.startswith("soul: ")


COMMANDS = ("check", "prompt", "convert", "diff", "graph", "schema", "new", "conformance")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_for_authors_explains_itself(soul: Run, name: str) -> None:
    shown = soul(name, "--help")
    assert shown.code == 0
    assert f"soul {name}" in shown.out


def test_a_file_with_the_same_content_is_left_alone(tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_bytes(b"a")
    write_files({same: b"a", tmp_path / "new": b"b"}, force=False)
    assert (tmp_path / "new").read_bytes() == b"b"
    other.symlink_to(same)
    for path, content in ((same, b"c"), (other, b"a"), (tmp_path, b"")):
        with pytest.raises(Conflict):
            write_files({path: content}, force=False)
