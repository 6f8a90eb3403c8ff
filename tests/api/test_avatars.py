"""Pictures of agents over HTTP: of cards, archives and souls; with a token, and for <img>."""

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from soulscript import write
from soulscript.formats import Import, write_files
from synthetic_soul.compose import open_store
from synthetic_soul.settings import Settings
from tests.api.conftest import Client, MakeSettings, RunningApi, StartApi, build, serving
from tests.api.test_agent_upload import member, upload
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    SVG,
    hostile,
    opened,
    picture,
    png_of_size,
    shows,
)
from tests.support.sample_souls import sample_soul

pytestmark = pytest.mark.anyio

ZIP, PNG = "application/zip", "image/png"
ENDINGS = ("png", "jpg", "webp")


@pytest.fixture
async def owner(api: RunningApi) -> Client:
    return await member(api, "olive", "operator")


def card_png(name: str = "Kea", image: bytes | None = None) -> bytes:
    """A PNG card whose picture is ``image``."""
    avatar = {"avatar": {"default": "neutral", "images": {"neutral": "kea.png"}}}
    soul = sample_soul(name, more=avatar)  # type: ignore[arg-type]  # plain JSON
    carried = Import("soul", soul, assets={"kea.png": image or picture()})
    return next(iter(write_files(carried, "card-png", "kea").files.values()))


def charx(files: dict[str, bytes], name: str = "Kea") -> bytes:
    """A CHARX archive with pictures by expression: ``joy.png`` is that of joy."""
    assets = [
        {
            "type": "icon" if Path(file).stem == "main" else "emotion",
            "uri": f"embeded://assets/{file}",
            "name": Path(file).stem,
            "ext": Path(file).suffix[1:],
        }
        for file in files
    ]
    data = {"name": name, "description": "A parrot.", "first_mes": "Hello.", "assets": assets}
    card = {"spec": "chara_card_v3", "spec_version": "3.0", "data": data}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("card.json", json.dumps(card))
        for file, raw in files.items():
            archive.writestr(f"assets/{file}", raw)
    return packed.getvalue()


def soul_file(images: dict[str, str], name: str = "Kea") -> bytes:
    avatar = {"avatar": {"images": dict(images)}}
    return write(sample_soul(name, more=avatar)).encode()  # type: ignore[arg-type]  # plain JSON


def data_uri(raw: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(raw).decode()}"


async def test_the_picture_of_a_png_card_is_kept_and_served_without_the_card(
    api: RunningApi, owner: Client
) -> None:
    body = card_png(image=picture(GREEN, size=(800, 1200)))
    data = (await upload(owner, body, PNG)).json()
    assert b"chara\0" in body
    assert data["agent"]["avatar"].startswith("/static/expressions/kea/neutral.webp?v=")
    nobody = api.client()
    shown = await nobody.get(data["agent"]["avatar"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert (opened(shown.content).format, opened(shown.content).size) == ("WEBP", (341, 512))
    assert shows(shown.content, GREEN)
    assert b"chara" not in shown.content
    guest = await api.client().sign_in()
    own = await guest.get("/v1/agents/kea/avatar")
    assert own.content == shown.content
    listed = (await guest.get("/v1/agents")).json()["agents"]
    avatars = {agent["id"]: agent["avatar"] for agent in listed}
    assert avatars["kea"] == (await guest.get("/v1/agents/kea")).json()["avatar"]
    assert avatars["jasmine"] is None


async def test_an_archive_has_a_picture_for_each_expression(api: RunningApi, owner: Client) -> None:
    pictures = {
        "main.png": picture(BLUE),
        "joy.webp": picture(GREEN, "WEBP"),
        "sadness.jpg": picture(RED, "JPEG"),
    }
    answer = await upload(owner, charx(pictures), ZIP)
    assert answer.status_code == 201, answer.text
    for expression, colour in (
        ("joy", GREEN),
        ("joy_happy", GREEN),
        ("Joy Happy", GREEN),
        ("polite_smile", GREEN),
        ("sad", RED),
        ("crying_tearful", RED),
        ("disgust", BLUE),
        ("unheard of", BLUE),
        ("", BLUE),
    ):
        shown = await owner.get("/v1/agents/kea/avatar", params={"expression": expression})
        assert shows(shown.content, colour), expression
    for path, colour in (("joy_happy.webp", GREEN), ("sad.png", RED), ("thinking.jpg", BLUE)):
        assert shows((await api.client().get(f"/static/expressions/kea/{path}")).content, colour)


async def test_clients_of_the_first_api_get_png_whatever_they_ask_for(
    api: RunningApi, owner: Client
) -> None:
    await upload(owner, card_png(), PNG)
    for ending in ("png", "jpg", "jpeg"):
        answer = await api.client().get(f"/static/expressions/kea/happy.{ending}")
        assert answer.headers["content-type"] == "image/png"
        assert opened(answer.content).format == "PNG"
        assert shows(answer.content, RED)


async def test_pictures_within_a_soul_are_served_and_addresses_are_not_fetched(
    owner: Client,
) -> None:
    images = {"joy": data_uri(picture(GREEN)), "sad": "https://example.org/sad.png", "a": "a.png"}
    data = (await upload(owner, soul_file(images))).json()
    dropped = {note["path"]: note["message"] for note in data["report"]["dropped"]}
    assert "not fetched" in dropped["avatar.images.sad"]
    assert "not there" in dropped["avatar.images.a"]
    for expression in ("joy", "sad", "a"):
        answer = await owner.get("/v1/agents/kea/avatar", params={"expression": expression})
        assert (answer.status_code, shows(answer.content, GREEN)) == (200, True)
        assert "location" not in answer.headers


async def test_an_agent_without_a_picture_has_its_drawn_face_at_both_addresses(
    api: RunningApi, owner: Client
) -> None:
    drawn = await api.client().get("/static/expressions/jasmine/sad.png")
    for path in (
        "/static/expressions/jasmine/sad.webp",
        "/v1/agents/jasmine/avatar?expression=sad",
    ):
        answer = await owner.get(path)
        assert (answer.headers["content-type"], answer.content) == ("image/png", drawn.content)
    await upload(owner, soul_file({"joy": "https://example.org/joy.png"}))
    assert (await owner.get("/v1/agents/kea")).json()["avatar"] is None
    assert (await owner.get("/v1/agents/kea/avatar")).headers["content-type"] == "image/png"


async def test_only_known_agents_have_pictures_and_a_token_is_asked_for(
    api: RunningApi, owner: Client
) -> None:
    await upload(owner, card_png(), PNG)
    assert (await api.client().get("/v1/agents/kea/avatar")).status_code == 401
    for agent in ("nobody", "x" * 300, "%00", "..%2fkea"):
        answer = await owner.get(f"/v1/agents/{agent}/avatar")
        assert answer.status_code == 404, agent
    missing = (await owner.get("/v1/agents/nobody/avatar")).json()["error"]
    assert missing["code"] == "agent_not_found"
    long = await owner.get("/v1/agents/kea/avatar", params={"expression": "x" * 65})
    assert long.status_code == 422


async def test_a_picture_is_sent_once_and_no_type_is_guessed(owner: Client) -> None:
    avatar = (await upload(owner, card_png(), PNG)).json()["agent"]["avatar"]
    for path, cached in (
        (avatar, "public, max-age=3600"),
        ("/static/expressions/kea/joy.png", "public, max-age=3600"),
        ("/v1/agents/kea/avatar", "private, max-age=300"),
    ):
        first = await owner.get(path)
        assert first.headers["cache-control"] == cached
        assert first.headers["x-content-type-options"] == "nosniff"
        assert first.headers["content-security-policy"].startswith("default-src 'none'")
        again = await owner.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    tags = {(await owner.get(f"/static/expressions/kea/joy.{e}")).headers["etag"] for e in ENDINGS}
    assert len(tags) == 2, "one for each type"


async def test_new_pictures_have_a_new_address_and_replace_the_old(
    api: RunningApi, owner: Client
) -> None:
    old = (await upload(owner, card_png(image=picture(RED)), PNG)).json()["agent"]["avatar"]
    assert (await upload(owner, card_png(image=picture(BLUE)), PNG)).status_code == 409
    assert shows((await api.client().get(old)).content, RED)
    body = card_png(image=picture(BLUE))
    new = (await upload(owner, body, PNG, replace=True)).json()["agent"]["avatar"]
    assert new != old
    assert shows((await api.client().get(new)).content, BLUE)
    again = (await upload(owner, soul_file({}), replace=True)).json()["agent"]
    assert again["avatar"] is None
    assert (await owner.get("/v1/agents/kea/avatar")).headers["content-type"] == "image/png"
    assert await api.state.engine.store.pictures.digests("kea") == {}


async def test_a_broken_picture_never_breaks_the_agent(owner: Client) -> None:
    for number, (what, raw) in enumerate(hostile().items()):
        files = {"main.png": raw, "joy.png": picture(GREEN, size=(9, 9))}
        if len(raw) > 8 << 20:
            continue  # more than an upload may have
        answer = await upload(owner, charx(files, f"Kea {number}"), ZIP)
        assert answer.status_code == 201, (what, answer.text)
        data = answer.json()
        shown = await owner.get(data["agent"]["avatar"])
        assert shows(shown.content, GREEN), what
        if raw:  # of an archive's empty file nothing is known
            assert data["report"]["dropped"], what


async def test_a_card_whose_picture_is_a_bomb_is_an_agent_without_one(owner: Client) -> None:
    data = (await upload(owner, card_png(image=png_of_size(60_000, 60_000)), PNG)).json()
    assert data["agent"]["avatar"] is None
    (fault,) = [note for note in data["report"]["dropped"] if "avatar" in note["path"]]
    assert "pixels" in fault["message"]
    job = await owner.outcome(await owner.say("Hello!"))
    assert job["status"] == "succeeded"


async def test_no_picture_is_ever_a_script(owner: Client) -> None:
    images = {"joy": f"data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"}
    await upload(owner, soul_file(images))
    polyglot = picture(BLUE, "JPEG") + SVG
    await upload(owner, charx({"main.jpg": polyglot}, "Kiki"), ZIP)
    for agent in ("kea", "kiki"):
        for path in (f"/v1/agents/{agent}/avatar", f"/static/expressions/{agent}/joy.webp"):
            answer = await owner.get(path)
            assert answer.headers["content-type"] in {"image/png", "image/webp"}
            assert b"script" not in answer.content
            assert opened(answer.content).format in {"PNG", "WEBP"}


WithFiles = Callable[[dict[str, bytes]], AbstractAsyncContextManager[RunningApi]]


@pytest.fixture
def with_files(start_api: StartApi, tmp_path: Path) -> WithFiles:
    """An API with a soul in a file, and pictures beside it."""

    @asynccontextmanager
    async def opened_api(files: dict[str, bytes]) -> AsyncIterator[RunningApi]:
        folder = tmp_path / "kept" / "souls"
        folder.mkdir(parents=True)
        for name, raw in files.items():
            (folder / name).write_bytes(raw)
        async with start_api() as api:
            yield api

    return opened_api


async def test_pictures_beside_a_soul_in_a_file_are_served(with_files: WithFiles) -> None:
    files = {
        "kea.soul": soul_file({"neutral": "kea.png", "joy": "joy.jpg", "sad": "gone.png"}),
        "kea.png": picture(BLUE),
        "joy.jpg": picture(GREEN, "JPEG"),
    }
    async with with_files(files) as api:
        owner = await api.client().sign_in()
        avatar = (await owner.get("/v1/agents/kea")).json()["avatar"]
        assert shows((await owner.get(avatar)).content, BLUE)
        for name, colour in (("joy_happy", GREEN), ("sad", BLUE)):
            path = f"/static/expressions/kea/{name}.webp"
            assert shows((await owner.get(path)).content, colour)
        assert await api.state.engine.store.pictures.digests("kea") == {}


async def test_the_card_that_SOUL_names_shows_its_picture(  # noqa: N802 - the setting's name
    start_api: StartApi, tmp_path: Path
) -> None:
    card = tmp_path / "kea.png"
    card.write_bytes(card_png(image=picture(GREEN)))
    async with start_api(soul=card) as api:
        guest = await api.client().sign_in()
        avatar = (await guest.get("/v1/agents/active")).json()["avatar"]
        assert shows((await guest.get(avatar)).content, GREEN)


async def test_a_soul_whose_file_was_spoilt_meanwhile_has_no_picture(
    start_api: StartApi, tmp_path: Path
) -> None:
    card = tmp_path / "kea.png"
    card.write_bytes(card_png())
    async with start_api(soul=card) as api:
        card.write_bytes(b"spoilt")
        guest = await api.client().sign_in()
        assert (await guest.get("/v1/agents/active")).json()["avatar"] is None


CREDENTIALS = {"email": "olive@example.com", "password": "correct horse battery"}


async def make_operator(settings: Settings) -> None:
    async with open_store(str(settings.data_dir)) as store:
        (olive,) = [who async for who, _ in store.accounts.members() if who.username == "olive"]
        await store.accounts.set_role(olive.id, "operator")


def test_pictures_survive_a_restart_and_come_through_real_http(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with serving(build(settings)) as address, httpx.Client(base_url=address) as http:
        guest = http.post("/v1/auth/guest")
        head = {
            "Authorization": f"Bearer {guest.json()['access_token']}",
            "X-CSRF-Token": guest.headers["x-csrf-token"],
        }
        form = {**CREDENTIALS, "username": "olive"}
        claimed = http.post("/v1/auth/claim", json=form, headers=head)
        assert claimed.status_code == 200, claimed.text
    asyncio.run(make_operator(settings))
    with serving(build(settings)) as address, httpx.Client(base_url=address) as http:
        token = http.post("/v1/auth/login", json=CREDENTIALS).json()["access_token"]
        head = {"Authorization": f"Bearer {token}", "Content-Type": PNG}
        body = card_png(image=picture(GREEN))
        made = http.post("/v1/agents", content=body, headers=head)
        assert made.status_code == 201, made.text
        avatar = made.json()["agent"]["avatar"]
        first = http.get(avatar)
        assert (first.status_code, shows(first.content, GREEN)) == (200, True)
    with serving(build(settings)) as address, httpx.Client(base_url=address) as http:
        again = http.get(avatar)
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        known = http.get(avatar, headers={"If-None-Match": first.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")


async def test_expressions_may_have_names_beyond_ascii(api: RunningApi, owner: Client) -> None:
    pictures = {
        "main.png": picture(BLUE),
        "笑顔.png": picture(GREEN),
        "colère.png": picture(RED),
        "😊.png": picture(GREEN),
    }
    data = (await upload(owner, charx(pictures), ZIP)).json()
    assert data["report"]["dropped"] == []
    nobody = api.client()
    for name, colour in (
        ("笑顔", GREEN),
        ("colère", RED),
        ("COLE\u0300RE", RED),
        ("😊", GREEN),
        ("微笑", BLUE),
    ):
        shown = await nobody.get(f"/static/expressions/kea/{quote(name)}.webp")
        assert shown.status_code == 200
        assert shows(shown.content, colour), name
        asked = await owner.get("/v1/agents/kea/avatar", params={"expression": name})
        assert asked.content == shown.content
    assert (await nobody.get("/static/expressions/kea/%00.webp")).status_code == 404


async def test_an_archive_may_spell_the_names_of_its_files_in_another_way(
    api: RunningApi, owner: Client
) -> None:
    """Some systems pack accents apart; some tools write names as in an address."""
    apart, coded = "cole\u0300re.png", quote("笑顔.png")
    body = charx({"main.png": picture(BLUE), "colère.png": picture(RED), coded: picture(GREEN)})
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            found = name.replace("colère.png", apart).replace(coded, "笑顔.png")
            archive.writestr(found, source.read(name))
    data = (await upload(owner, packed.getvalue(), ZIP)).json()
    assert data["report"]["dropped"] == []
    for name, colour in (("colère", RED), (quote("笑顔"), GREEN)):
        shown = await api.client().get(f"/static/expressions/kea/{quote(name)}.webp")
        assert shows(shown.content, colour), name


async def test_a_new_picture_of_any_expression_has_a_new_address(owner: Client) -> None:
    first = {"main.png": picture(BLUE), "joy.png": picture(GREEN)}
    before = (await upload(owner, charx(first), ZIP)).json()["agent"]["avatar"]
    changed = charx(first | {"joy.png": picture(RED)})
    after = (await upload(owner, changed, ZIP, replace="true")).json()["agent"]["avatar"]
    assert before.partition("?")[0] == after.partition("?")[0]
    assert before != after
