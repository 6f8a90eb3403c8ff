"""Where a store is, as people write it; and what is never shown of it."""

from pathlib import Path

import pytest

from synthetic_soul.errors import Misconfigured
from synthetic_soul.stores.url import MongoUrl, SqliteUrl, parse_url


@pytest.mark.parametrize(
    "url",
    ["{0}/soul.db", "{0}", "{0}/", "sqlite://{0}/soul.db", "sqlite://{0}", "sqlite:///{0}/soul.db"],
)
def test_a_file_a_folder_and_a_url_mean_the_same_journal(tmp_path: Path, url: str) -> None:
    assert parse_url(url.format(tmp_path)) == SqliteUrl(tmp_path / "soul.db")


def test_what_is_not_there_yet_is_a_folder_unless_it_ends_in_db(tmp_path: Path) -> None:
    assert parse_url(f"{tmp_path}/new") == SqliteUrl(tmp_path / "new" / "soul.db")
    assert parse_url(f"{tmp_path}/new.db") == SqliteUrl(tmp_path / "new.db")


def test_a_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_url("kept") == SqliteUrl(tmp_path / "kept" / "soul.db")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mongodb://ann:hush@a:1,b:2/name?replicaSet=s", "mongodb://a:1,b:2/name"),
        ("mongodb+srv://ann:hush@cluster.example/name", "mongodb+srv://cluster.example/name"),
        ("mongodb://ann:hu/sh@h/name", "mongodb://h/name"),
        ("mongodb://ann:hu@sh@h/name", "mongodb://h/name"),
        ("mongodb://h/name?tlsCertificateKeyFilePassword=hush", "mongodb://h/name"),
    ],
)
def test_a_mongodb_url_names_its_database_and_shows_no_password(url: str, shown: str) -> None:
    address = parse_url(url)
    assert address == MongoUrl(url, "name")
    assert str(address) == shown
    assert "hush" not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://ann:hush@h",
        "mongodb://ann:hush@h/",
        "mongodb://ann:hush@h/a/b",
        "mongodb://",
        "mongodb:h/name",
        "redis://ann:hush@h/0",
        "sqlite://soul.db",
        "",
    ],
)
def test_what_is_no_address_is_refused_with_what_would_be_and_no_password(url: str) -> None:
    with pytest.raises(Misconfigured, match="write a path, ") as refused:
        parse_url(url)
    assert "hush" not in str(refused.value)
