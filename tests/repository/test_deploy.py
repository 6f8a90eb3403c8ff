"""The image, the compose file and the deployment page say what is true."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import yaml

from synthetic_soul.settings import Settings
from synthetic_soul.stores.mongo import mongo_schema
from synthetic_soul.stores.mongo.mongo_indexes import INDEX_COLLECTIONS
from synthetic_soul.stores.mongo.mongo_pictures import PICTURE_COLLECTIONS
from tests.api.test_metrics import LABELS
from tests.cli.soul_process import TIMEOUT_SECONDS, command, environ, start

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
PROXY = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
REPLICA_SET = (ROOT / "deploy" / "replica-set.js").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("api", "worker")
MONGOS = ("mongo-1", "mongo-2", "mongo-3")
# Read by the proxy's own configuration.
FOREIGN = {"SITE_ADDRESS"}
LEADING = re.compile(r"^(soul [^#\n]*?)(?:\s+#.*)?$", re.MULTILINE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def marked(name: str) -> str:
    found = re.search(rf"<!-- run: {name} -->\n```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def instruction(name: str) -> list[str]:
    """The arguments of one instruction of the image, each time it stands in the last stage."""
    last = DOCKERFILE.replace("\\\n", " ").rpartition("\nFROM ")[2]
    return [line.partition(" ")[2].strip() for line in last.splitlines() if line.startswith(name)]


def probe(line: str) -> list[str]:
    """The command of a HEALTHCHECK, with this Python."""
    argv = json.loads(line[line.index("CMD ") + 4 :])
    assert argv[0] == "python"
    return [sys.executable, *argv[1:]]


def test_the_image_is_built_and_run_on_one_python_by_a_user_without_rights() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(bases)) == 1  # the second stage runs the virtual environment of the first
    (user,) = instruction("USER")
    assert user not in {"root", "0"}
    assert f"DATA_DIR={instruction('VOLUME')[0]}" in instruction("ENV")[0]
    assert json.loads(instruction("ENTRYPOINT")[0]) == ["soul"]


def test_whatever_the_image_is_built_of_is_sent_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    copies = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert copies
    for name in (name for line in copies for name in line.split()):
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_the_images_health_check_tells_a_server_from_none(tmp_path: Path) -> None:
    check = probe(instruction("HEALTHCHECK")[0])
    with start(tmp_path, "serve", "--port", "0") as server:
        try:
            assert server.stdout is not None
            port = re.search(r":(\d+) ", server.stdout.readline())
            assert port
            found = {**os.environ, "PORT": port[1]}
            assert subprocess.run(check, env=found, check=False).returncode == 0  # noqa: S603 - as written
        finally:
            server.terminate()
            server.communicate(timeout=TIMEOUT_SECONDS)
    gone = subprocess.run(check, env=found, capture_output=True, check=False)  # noqa: S603 - as above
    assert gone.returncode != 0


def test_every_setting_that_is_given_is_one() -> None:
    known = {name.upper() for name in Settings.model_fields} | FOREIGN
    for name, part in PARTS.items():
        assert set(part.get("environment", {})) <= known, name
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert asked == {"JWT_SECRET", "PASSWORD_PEPPER", "SITE_ADDRESS"}
    named = set(re.findall(r"\b([A-Z][A-Z]+_[A-Z_]+)\b", PAGE))
    assert named <= known
    assert set(re.findall(r"\{\$(\w+)", PROXY)) == {"SITE_ADDRESS"}


def test_the_secrets_must_be_set_and_both_programs_share_their_settings() -> None:
    for name in OURS:
        environment = PARTS[name]["environment"]
        assert environment["JWT_SECRET"].startswith("${JWT_SECRET:?")
        assert environment["PASSWORD_PEPPER"].startswith("${PASSWORD_PEPPER:?")
    assert PARTS["api"]["environment"].items() >= PARTS["worker"]["environment"].items()


def test_our_programs_can_change_nothing_of_their_image_and_have_no_rights() -> None:
    for name in OURS:
        assert PARTS[name]["read_only"]
        assert PARTS[name]["cap_drop"] == ["ALL"]


def test_every_part_is_restarted_and_tells_its_health() -> None:
    for name, part in PARTS.items():
        assert part["restart"] == ("on-failure" if name == "mongo-init" else "unless-stopped")
        # The image of the API brings its own check.
        assert "healthcheck" in part or name in {"api", "mongo-init"}, name


def test_whoever_waits_for_a_healthy_part_waits_for_one_that_says_so() -> None:
    for name, part in PARTS.items():
        for needed, how in part.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                # The image of the API brings its own check.
                assert "healthcheck" in PARTS[needed] or needed == "api", (name, needed)
            else:
                assert how["condition"] == "service_completed_successfully"
                assert PARTS[needed]["restart"] == "on-failure"


def test_mongodb_is_a_replica_set_of_all_its_members() -> None:
    uri = PARTS["api"]["environment"]["MONGO_CONNECTION"]
    hosts, _, options = uri.removeprefix("mongodb://").partition("/?")
    assert hosts.split(",") == [f"{name}:27017" for name in MONGOS]
    replica_set = options.removeprefix("replicaSet=")
    for name in MONGOS:
        assert PARTS[name]["volumes"] == [f"{name}:/data/db"]
        argv = PARTS[name]["command"]
        assert argv[argv.index("--replSet") + 1] == replica_set
        assert f'"{name}"' in REPLICA_SET
    assert f'_id: "{replica_set}"' in REPLICA_SET
    assert set(PARTS["mongo-init"]["depends_on"]) == set(MONGOS)


def test_the_addresses_name_parts_that_are_there() -> None:
    assert urlsplit(PARTS["api"]["environment"]["REDIS_URL"]).hostname in PARTS
    ((upstream, port),) = re.findall(r"dynamic a (\w+) (\d+)", PROXY)
    assert upstream in PARTS
    assert instruction("EXPOSE") == [port]


def test_the_proxy_alone_is_believed() -> None:
    (config,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    address = PARTS["proxy"]["networks"]["front"]["ipv4_address"]
    assert PARTS["api"]["environment"]["TRUSTED_PROXIES"] == address
    assert ip_address(address) in ip_network(config["subnet"])
    assert ip_address(address) not in ip_network(config["ip_range"]), "another might get it"


def test_redis_evicts_nothing() -> None:
    argv = PARTS["redis"]["command"]
    assert argv[argv.index("--maxmemory-policy") + 1] == "noeviction"


def test_only_the_proxy_is_reached_from_outside_and_metrics_are_not() -> None:
    assert [name for name, part in PARTS.items() if "ports" in part] == ["proxy"]
    assert COMPOSE["networks"]["back"]["internal"]
    for name in (*MONGOS, "mongo-init", "redis"):
        assert PARTS[name]["networks"] == ["back"]
    assert re.search(r"path /metrics /metrics/\*\n\s+respond @inside 404\n", PROXY)


def test_every_file_that_is_mounted_or_named_is_there() -> None:
    for part in PARTS.values():
        for volume in part.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./deploy"):
                assert (ROOT / source).is_file()
            elif not source.startswith("."):
                assert source in COMPOSE["volumes"]


def words_of_soul() -> list[list[str]]:
    """Every call of ``soul`` in the page and in the compose file."""
    lines = [line for block in blocks("sh") for line in LEADING.findall(block)]
    ours = [PARTS[name]["command"] for name in OURS] + [json.loads(instruction("CMD")[0])]
    return [shlex.split(line)[1:] for line in lines] + ours


@pytest.mark.parametrize("words", words_of_soul(), ids=" ".join)
def test_every_command_and_option_that_is_named_is_there(words: list[str], tmp_path: Path) -> None:
    told = subprocess.run(  # noqa: S603 - our own program
        command(words[0], "--help"),
        env=environ(tmp_path, COLUMNS="200"),
        capture_output=True,
        text=True,
        check=True,
    )
    for word in words[1:]:
        assert not word.startswith("--") or re.search(rf"{word}\b", told.stdout), word


def test_no_command_starts_the_worker_that_runs_whatever_the_queue_names() -> None:
    assert not [line for block in blocks("sh") for line in block.splitlines() if "rq w" in line]


def bash(script: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run lines of the page as they stand, with ``soul`` on the path."""
    tools = folder / "tools"
    tools.mkdir()
    called = shlex.join(command())
    for name, program in {"soul": called, "python3": sys.executable}.items():
        (tools / name).write_text(f'#!/bin/sh\nexec {program} "$@"\n')
        (tools / name).chmod(0o755)
    env = environ(folder, **settings)
    env["PATH"] = f"{tools}:{env['PATH']}"
    return subprocess.run(  # noqa: S603 - lines of our own page
        ["/bin/bash", "-euc", script],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_secrets_that_are_made_as_written_are_good_enough(tmp_path: Path) -> None:
    made = bash(marked("secrets"), tmp_path)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    with start(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0") as server:  # noqa: S104 - the point
        try:
            assert server.stdout is not None
            where = re.search(r":(\d+) ", server.stdout.readline())
            assert where, server.stderr and server.stderr.read()
            with urlopen(
                f"http://127.0.0.1:{where[1]}/v1/meta/ping", timeout=TIMEOUT_SECONDS
            ) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=TIMEOUT_SECONDS)


def test_the_migration_goes_as_written(tmp_path: Path) -> None:
    script = marked("migrate")
    lived = subprocess.run(  # noqa: S603 - our own program
        command("chat"), input="Hello!\n", env=environ(tmp_path), cwd=tmp_path, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert lived.returncode == 0, lived.stderr
    for name, folder in {"OLD": "kept", "NEW": "new"}.items():
        (written,) = re.findall(rf"^{name}=\S+", script, re.MULTILINE)
        script = script.replace(written, f"{name}={tmp_path}/{folder}")
    moved = bash(script, tmp_path)
    assert moved.returncode == 0, moved.stderr
    assert re.search(r"^jasmine: 3 entries, 1 bonds, [0-9a-f]{64}$", moved.stdout, re.MULTILINE)


def test_every_metric_is_explained() -> None:
    rows = re.findall(r"^\| `(soul_\w+?)(?:_total)?(?:\{(\w+)\})?` \|", PAGE, re.MULTILINE)
    explained = {name: {label} - {""} for name, label in rows}
    assert explained == {name: labels - {"le"} for name, labels in LABELS.items()}


def test_the_sharded_collections_are_those_there_are_and_unique_indexes_allow_it() -> None:
    (script,) = blocks("js")
    collections = {**mongo_schema.journal_collections(), **PICTURE_COLLECTIONS, **INDEX_COLLECTIONS}
    sharded = dict(
        re.findall(r'^sh\.shardCollection\("synthetic_soul\.(\w+)", (.+)\)$', script, re.MULTILINE)
    )
    assert sharded == dict.fromkeys(collections, "{ agent: 1 }")
    (listed,) = re.findall(r"for \(const name of (\[.+\])\)", script)
    assert json.loads(listed) == list(collections)
    for collection in collections.values():
        for index in collection.indexes:
            assert next(iter(index.document["key"])) == "agent"
