import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synthetic_soul.auth.secrets import Secrets, random_secret, read_secrets, weakness
from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings

MakeSettings = Callable[..., Settings]
GOOD = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
GOOD_TOO = "Zr4uW1q-8yPnVx6SaKgM3tCeHiTbFdJp7A9"


def test_on_loopback_missing_secrets_are_generated_once_and_private(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings()
    first, second = read_secrets(settings), read_secrets(settings)
    assert first == second
    assert first.signing != first.pepper
    for name in ("jwt_secret", "password_pepper"):
        path = settings.data_dir / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert weakness(path.read_text().strip()) is None
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_secrets_are_never_printed(make_settings: MakeSettings) -> None:
    secrets = read_secrets(make_settings())
    assert secrets.signing.decode() not in repr(secrets)
    assert secrets.pepper.decode() not in repr(secrets)


def test_processes_that_start_together_agree_on_one_secret(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with ThreadPoolExecutor(16) as pool:
        agreed = list(pool.map(lambda _: read_secrets(settings), range(64)))
    assert len({(secrets.signing, secrets.pepper) for secrets in agreed}) == 1
    assert sorted(path.name for path in settings.data_dir.iterdir()) == [
        "jwt_secret",
        "password_pepper",
    ]


def test_a_readable_secret_file_is_made_private(make_settings: MakeSettings) -> None:
    settings = make_settings()
    read_secrets(settings)
    path = settings.data_dir / "jwt_secret"
    path.chmod(0o644)
    read_secrets(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_strong_secrets_are_used_unchanged(make_settings: MakeSettings) -> None:
    settings = make_settings(jwt_secret=GOOD, password_pepper=GOOD_TOO, host="192.0.2.1")
    assert read_secrets(settings) == Secrets(GOOD.encode(), GOOD_TOO.encode())
    assert not settings.data_dir.exists()


BAD = [
    "",
    "short",
    "your-long-random-secret",
    "your-long-random-secret-" * 3,
    "x" * 64,
    "changeme" * 8,
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("which", ["jwt_secret", "password_pepper"])
def test_beyond_loopback_a_weak_secret_is_misconfigured(
    make_settings: MakeSettings, which: str, bad: str
) -> None:
    chosen = {"jwt_secret": GOOD, "password_pepper": GOOD_TOO, which: bad}
    with pytest.raises(Misconfigured, match=which.upper()) as raised:
        read_secrets(make_settings(host="192.0.2.1", **chosen))
    assert "token_urlsafe" in raised.value.message


@pytest.mark.parametrize("bad", BAD)
def test_on_loopback_a_bad_secret_is_never_used(make_settings: MakeSettings, bad: str) -> None:
    assert read_secrets(make_settings(jwt_secret=bad)).signing != bad.encode()


def test_a_random_secret_that_looks_like_an_example_by_chance_is_drawn_anew() -> None:
    by_chance = "k3YOur-Xb9QzLr7TtWm2VcHs5NdJf8GpAe4RuKi6OoZx1"
    drawn = [by_chance, by_chance.replace("-", "_"), by_chance.replace("-", "7")]
    secret = random_secret(lambda _: drawn.pop(0))
    assert secret == by_chance.replace("-", "7")
    assert drawn == []


def test_a_damaged_secret_file_is_named(make_settings: MakeSettings) -> None:
    settings = make_settings()
    settings.data_dir.mkdir()
    path = settings.data_dir / "jwt_secret"
    path.write_text("short")
    with pytest.raises(Misconfigured, match="jwt_secret"):
        read_secrets(settings)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match="UnicodeDecodeError"):
        read_secrets(settings)


def test_a_folder_that_cannot_be_created_is_named(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    (tmp_path / "kept").write_text("a file where the folder should be")
    with pytest.raises(Misconfigured, match="kept"):
        read_secrets(settings)
