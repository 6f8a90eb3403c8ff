import asyncio
import statistics
import time
from dataclasses import replace

import pytest

from synthetic_soul.auth import sessions
from synthetic_soul.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from tests.auth.conftest import Door

pytestmark = pytest.mark.anyio


async def test_a_guest_is_somebody_at_once(door: Door) -> None:
    grant, who = await door.guest()
    assert who.username == grant.username
    assert who.username.startswith("guest_")
    assert (who.guest, who.role, who.sid) == (True, "user", grant.sid)
    assert grant.expires_in == 900
    account = await door.store.accounts.get(who.user_id)
    assert account is not None
    assert account.email is None


async def test_no_two_guests_are_one(door: Door) -> None:
    grants = await asyncio.gather(*(door.auth.guest() for _ in range(50)))
    assert len({grant.username for grant in grants}) == 50
    assert len({grant.refresh_token for grant in grants}) == 50


async def test_a_claim_keeps_the_person_and_replaces_the_tokens(door: Door) -> None:
    first, who = await door.guest()
    grant = await door.auth.claim(
        who, email="Me@Example.com", username="alice", password="secret123"
    )
    after = await door.auth.authenticate(grant.access_token)
    assert (after.user_id, after.sid) == (who.user_id, who.sid)
    assert (after.username, after.guest, after.role) == ("alice", False, "user")
    assert grant.refresh_token != first.refresh_token
    assert (await door.auth.authenticate(first.access_token)).username == "alice"


async def test_a_claimed_account_cannot_be_claimed_again(door: Door) -> None:
    grant = await door.member()
    who = await door.auth.authenticate(grant.access_token)
    with pytest.raises(Conflict) as raised:
        await door.auth.claim(who, email="x@example.com", username="bob", password="tea or milk?")
    assert raised.value.code == "already_claimed"
    assert await door.store.accounts.by_email("x@example.com") is None


async def test_of_twenty_claims_of_one_address_one_wins(door: Door) -> None:
    guests = [(await door.guest())[1] for _ in range(20)]
    claims = (
        door.auth.claim(
            who, email="me@example.com", username=f"name{number}x", password="tea with honey"
        )
        for number, who in enumerate(guests)
    )
    answers = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(answer, sessions.Grant) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 19


async def test_of_racing_claims_of_one_guest_one_wins(door: Door) -> None:
    _, who = await door.guest()
    claims = (
        door.auth.claim(
            who, email=f"me{n}@example.com", username=f"name{n}x", password="tea with honey"
        )
        for n in range(5)
    )
    answers = await asyncio.gather(*claims, return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, Conflict)]
    assert codes == ["already_claimed"] * 4


async def test_an_address_that_has_an_account_is_taken(door: Door) -> None:
    await door.member("alice")
    _, who = await door.guest()
    with pytest.raises(Conflict) as raised:
        await door.auth.claim(
            who, email="ALICE@example.com", username="bob", password="tea or milk?"
        )
    assert raised.value.code == "email_taken"


@pytest.mark.parametrize("twin", ["ALICE", "a1ice", "aIice"])
async def test_a_twin_of_a_name_is_taken(door: Door, twin: str) -> None:
    await door.member("alice")
    _, who = await door.guest()
    with pytest.raises(Conflict) as raised:
        await door.auth.claim(who, email="b@example.com", username=twin, password="tea or milk?")
    assert raised.value.code == "username_taken"


async def test_a_weak_password_claims_nothing(door: Door) -> None:
    _, who = await door.guest()
    with pytest.raises(InvalidInput):
        await door.auth.claim(who, email="b@example.com", username="bob", password="password1")
    assert (await door.auth.authenticate((await door.auth.guest()).access_token)).guest


async def test_one_signs_in_with_address_and_password(door: Door) -> None:
    claimed = await door.member("alice", "tea with honey")
    grant = await door.auth.login(" ALICE@example.com ", "tea with honey")
    who = await door.auth.authenticate(grant.access_token)
    assert who.username == "alice"
    assert who.sid != claimed.sid
    assert await door.is_open(claimed)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@example.com", "tea with money"),
        ("nobody@example.com", "tea with honey"),
        ("no address", "tea with honey"),
        ("alice@example.com", "x" * 300),
        ("alice@example.com", ""),
    ],
)
async def test_whatever_is_wrong_with_a_login_the_answer_is_one(
    door: Door, email: str, password: str
) -> None:
    await door.member("alice", "tea with honey")
    with pytest.raises(Unauthenticated) as raised:
        await door.auth.login(email, password)
    assert raised.value.message == "email or password is wrong"
    assert raised.value.code == "login_failed"


async def test_a_missing_account_takes_as_long_as_a_wrong_password(door: Door) -> None:
    await door.member("alice")
    took: dict[str, list[float]] = {"alice@example.com": [], "nobody@example.com": []}
    for _ in range(7):
        for email, times in took.items():
            begun = time.perf_counter()
            with pytest.raises(Unauthenticated):
                await door.auth.login(email, "wrong wrong wrong")
            times.append(time.perf_counter() - begun)
    there, missing = (statistics.median(times) for times in took.values())
    assert 0.5 < there / missing < 2


async def test_a_logout_is_noticed_at_once_here_and_within_a_second_elsewhere(door: Door) -> None:
    grant, who = await door.guest()
    elsewhere = type(door.auth)(door.store, door.settings, door.clock)
    await elsewhere.open()
    await elsewhere.authenticate(grant.access_token)
    await door.auth.logout(access_token=grant.access_token)
    assert not await elsewhere.live(who)
    with pytest.raises(Unauthenticated):
        await door.auth.authenticate(grant.access_token)
    door.clock.pass_seconds(0.9)
    with pytest.raises(Unauthenticated):
        await elsewhere.authenticate(grant.access_token)
    elsewhere.close()


async def test_the_refresh_token_alone_logs_out(door: Door) -> None:
    grant, who = await door.guest()
    await door.auth.logout(refresh_token=grant.refresh_token)
    assert not await door.auth.live(who)
    with pytest.raises(Unauthenticated):
        await door.refresh(grant)


async def test_logging_out_of_nothing_is_fine(door: Door) -> None:
    grant, who = await door.guest()
    await door.auth.logout()
    await door.auth.logout(refresh_token="a.b.c", access_token="no token")
    assert await door.auth.live(who)
    await door.auth.logout(refresh_token=grant.refresh_token, access_token=grant.access_token)
    await door.auth.logout(refresh_token=grant.refresh_token, access_token=grant.access_token)
    assert not await door.auth.live(who)


async def test_a_refresh_replaces_both_tokens_and_keeps_the_session(door: Door) -> None:
    grant, who = await door.guest()
    door.clock.pass_seconds(600)
    following = await door.refresh(grant)
    assert following.refresh_token != grant.refresh_token
    assert following.sid == grant.sid
    door.clock.pass_seconds(600)
    assert (await door.auth.authenticate(following.access_token)).user_id == who.user_id


async def test_ten_refreshes_at_once_have_one_successor(door: Door) -> None:
    grant, _ = await door.guest()
    given = await asyncio.gather(*(door.refresh(grant) for _ in range(10)))
    assert len({each.refresh_token for each in given}) == 1
    for each in given:
        await door.auth.authenticate(each.access_token)
    assert await door.refresh(given[0])


async def test_the_parent_is_forgiven_for_ten_seconds(door: Door) -> None:
    grant, _ = await door.guest()
    following = await door.refresh(grant)
    door.clock.pass_seconds(10)
    assert (await door.refresh(grant)).refresh_token == following.refresh_token
    door.clock.pass_seconds(0.001)
    with pytest.raises(Unauthenticated) as raised:
        await door.refresh(grant)
    assert raised.value.code == "refresh_reused"
    assert not await door.is_open(grant)


async def test_an_older_token_ends_the_family(door: Door) -> None:
    oldest, _ = await door.guest()
    newest = await door.refresh(await door.refresh(oldest))
    with pytest.raises(Unauthenticated) as raised:
        await door.refresh(oldest)
    assert raised.value.code == "refresh_reused"
    for token in (newest.access_token, oldest.access_token):
        with pytest.raises(Unauthenticated):
            await door.auth.authenticate(token)
    with pytest.raises(Unauthenticated):
        await door.refresh(newest)


async def test_a_made_up_token_ends_nothing(door: Door) -> None:
    grant, who = await door.guest()
    guess = f"{grant.sid}.{'A' * 43}.{'A' * 22}"
    with pytest.raises(Unauthenticated) as raised:
        await door.refresh(replace(grant, refresh_token=guess))
    assert raised.value.code == "session_over"
    assert await door.auth.live(who)


@pytest.mark.parametrize(
    ("cookie", "header"), [("", ""), ("right", ""), ("", "right"), ("é", "\ud800")]
)
async def test_a_refresh_without_the_csrf_value_is_forbidden(
    door: Door, cookie: str, header: str
) -> None:
    grant, who = await door.guest()
    said = [grant.csrf if value == "right" else value for value in (cookie, header)]
    with pytest.raises(Forbidden) as raised:
        await door.auth.refresh(grant.refresh_token, cookie=said[0], header=said[1])
    assert raised.value.code == "csrf_failed"
    assert await door.auth.live(who)


async def test_a_session_that_is_not_refreshed_runs_out(door: Door) -> None:
    grant, who = await door.guest()
    door.clock.pass_seconds(door.settings.refresh_token_ttl)
    assert not await door.auth.live(who)
    with pytest.raises(Unauthenticated):
        await door.refresh(grant)


async def test_a_refresh_that_always_loses_gives_up(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, who = await door.guest()

    async def lost(*_: object) -> bool:
        return False

    monkeypatch.setattr(door.store.sessions, "rotate", lost)
    with pytest.raises(Unauthenticated):
        await door.refresh(grant)
    with pytest.raises(Unauthenticated):
        await door.auth.claim(
            who, email="me@example.com", username="alice", password="tea with honey"
        )


async def test_a_claim_from_a_session_that_has_ended_gives_no_tokens(door: Door) -> None:
    grant, who = await door.guest()
    await door.auth.logout(access_token=grant.access_token)
    with pytest.raises(Unauthenticated):
        await door.auth.claim(
            who, email="me@example.com", username="alice", password="tea with honey"
        )


async def test_a_role_is_what_the_store_says_now(door: Door) -> None:
    grant, who = await door.guest()
    await door.store.accounts.set_role(who.user_id, "operator")
    door.clock.pass_seconds(0.6)
    assert (await door.auth.authenticate(grant.access_token)).role == "operator"


async def test_a_token_for_anothers_session_is_nobodys(door: Door) -> None:
    grant, _ = await door.guest()
    _, other = await door.guest()
    await door.auth.authenticate(grant.access_token)
    forged = door.auth._sessions._access.issue(
        user_id=other.user_id, username="x", sid=grant.sid, now=door.clock()
    )
    with pytest.raises(Unauthenticated):
        await door.auth.authenticate(forged)


async def test_an_erased_account_is_gone_with_its_sessions(door: Door) -> None:
    grant, who = await door.guest()
    await door.auth.erase(who.user_id)
    await door.auth.erase(who.user_id)
    with pytest.raises(Unauthenticated):
        await door.auth.authenticate(grant.access_token)
    with pytest.raises(Unauthenticated):
        await door.refresh(grant)
    with pytest.raises(NotFound):
        await door.auth.about(who)


async def test_a_session_without_its_account_serves_nobody(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, _ = await door.guest()

    async def nobody(_: str) -> None:
        return None

    monkeypatch.setattr(door.store.accounts, "get", nobody)
    door.clock.pass_seconds(1)
    with pytest.raises(Unauthenticated):
        await door.auth.authenticate(grant.access_token)
    with pytest.raises(Unauthenticated):
        await door.refresh(grant)


async def test_what_is_kept_of_an_account_holds_no_secret(door: Door) -> None:
    grant = await door.member("alice")
    about = await door.auth.about(await door.auth.authenticate(grant.access_token))
    assert about["username"] == "alice"
    assert about["email"] == "alice@example.com"
    assert "password" not in about


async def test_only_guests_who_stay_away_are_idle(door: Door) -> None:
    member = await door.member("alice")
    away, _ = await door.guest()
    door.clock.pass_seconds(door.settings.guest_ttl - 60)
    _, fresh = await door.guest()
    door.clock.pass_seconds(61)
    account = await door.store.sessions.get(away.sid)
    assert account is not None
    assert await door.auth.idle_guests() == [account.account]
    assert fresh.user_id != account.account
    assert member.username == "alice"


async def test_a_guest_who_keeps_asking_is_not_idle(door: Door) -> None:
    grant, who = await door.guest()
    for _ in range(3):
        door.clock.pass_seconds(3600)
        grant = await door.refresh(grant)
        await door.auth.authenticate(grant.access_token)
    account = await door.store.accounts.get(who.user_id)
    assert account is not None
    assert account.seen_at == door.clock()


async def test_live_sessions_are_remembered_within_bounds(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "KNOWN", 3)
    for _ in range(9):
        await door.guest()
    assert len(door.auth._sessions._live) == 3


async def test_asking_again_within_half_a_second_reads_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, who = await door.guest()
    monkeypatch.setattr(door.store.sessions, "get", None)
    door.clock.pass_seconds(0.4)
    assert await door.auth.authenticate(grant.access_token) == who
