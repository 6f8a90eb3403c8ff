import asyncio
import statistics
import time
from dataclasses import replace

import pytest

from synthetic_soul.auth import sessions
from synthetic_soul.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StorageFull,
    Unauthenticated,
)
from tests.auth.conftest import AuthUnderTest

pytestmark = pytest.mark.anyio


async def test_a_guest_is_signed_in_at_once(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    assert who.username == grant.username
    assert who.username.startswith("guest_")
    assert (who.guest, who.role, who.sid) == (True, "user", grant.sid)
    assert grant.expires_in == 900
    account = await env.store.accounts.get(who.user_id)
    assert account is not None
    assert account.email is None


async def test_no_two_guests_are_the_same(env: AuthUnderTest) -> None:
    grants = await asyncio.gather(*(env.auth.guest() for _ in range(50)))
    assert len({grant.username for grant in grants}) == 50
    assert len({grant.refresh_token for grant in grants}) == 50


async def test_a_claim_keeps_the_person_and_replaces_the_tokens(env: AuthUnderTest) -> None:
    first, who = await env.guest()
    grant = await env.auth.claim(
        who, email="Me@Example.com", username="alice", password="secret123"
    )
    after = await env.auth.authenticate(grant.access_token)
    assert (after.user_id, after.sid) == (who.user_id, who.sid)
    assert (after.username, after.guest, after.role) == ("alice", False, "user")
    assert grant.refresh_token != first.refresh_token
    assert (await env.auth.authenticate(first.access_token)).username == "alice"


async def test_a_claimed_account_cannot_be_claimed_again(env: AuthUnderTest) -> None:
    grant = await env.member()
    who = await env.auth.authenticate(grant.access_token)
    with pytest.raises(Conflict) as raised:
        await env.auth.claim(who, email="x@example.com", username="bob", password="tea or milk?")
    assert raised.value.code == "already_claimed"
    assert await env.store.accounts.by_email("x@example.com") is None


async def test_of_twenty_claims_of_one_address_one_wins(env: AuthUnderTest) -> None:
    guests = [(await env.guest())[1] for _ in range(20)]
    claims = (
        env.auth.claim(
            who, email="me@example.com", username=f"name{number}x", password="tea with honey"
        )
        for number, who in enumerate(guests)
    )
    answers = await asyncio.gather(*claims, return_exceptions=True)
    assert sum(isinstance(answer, sessions.Grant) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 19


async def test_of_racing_claims_of_one_guest_one_wins(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    claims = (
        env.auth.claim(
            who, email=f"me{n}@example.com", username=f"name{n}x", password="tea with honey"
        )
        for n in range(5)
    )
    answers = await asyncio.gather(*claims, return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, Conflict)]
    assert codes == ["already_claimed"] * 4


async def test_an_address_that_has_an_account_is_taken(env: AuthUnderTest) -> None:
    await env.member("alice")
    _, who = await env.guest()
    with pytest.raises(Conflict) as raised:
        await env.auth.claim(
            who, email="ALICE@example.com", username="bob", password="tea or milk?"
        )
    assert raised.value.code == "email_taken"


@pytest.mark.parametrize("twin", ["ALICE", "a1ice", "aIice"])
async def test_a_lookalike_of_a_name_is_taken(env: AuthUnderTest, twin: str) -> None:
    await env.member("alice")
    _, who = await env.guest()
    with pytest.raises(Conflict) as raised:
        await env.auth.claim(who, email="b@example.com", username=twin, password="tea or milk?")
    assert raised.value.code == "username_taken"


async def test_a_weak_password_claims_nothing(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    with pytest.raises(InvalidInput):
        await env.auth.claim(who, email="b@example.com", username="bob", password="password1")
    assert (await env.auth.authenticate((await env.auth.guest()).access_token)).guest


async def test_a_member_signs_in_with_address_and_password(env: AuthUnderTest) -> None:
    claimed = await env.member("alice", "tea with honey")
    grant = await env.auth.login(" ALICE@example.com ", "tea with honey")
    who = await env.auth.authenticate(grant.access_token)
    assert who.username == "alice"
    assert who.sid != claimed.sid
    assert await env.is_open(claimed)


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
async def test_every_failed_login_gets_the_same_response(
    env: AuthUnderTest, email: str, password: str
) -> None:
    await env.member("alice", "tea with honey")
    with pytest.raises(Unauthenticated) as raised:
        await env.auth.login(email, password)
    assert raised.value.message == "email or password is wrong"
    assert raised.value.code == "login_failed"


async def test_a_missing_account_takes_as_long_as_a_wrong_password(env: AuthUnderTest) -> None:
    await env.member("alice")
    took: dict[str, list[float]] = {"alice@example.com": [], "nobody@example.com": []}
    for _ in range(7):
        for email, times in took.items():
            begun = time.process_time()
            with pytest.raises(Unauthenticated):
                await env.auth.login(email, "wrong wrong wrong")
            times.append(time.process_time() - begun)
    there, missing = (statistics.median(times) for times in took.values())
    assert 0.5 < there / missing < 2


async def test_a_logout_is_noticed_at_once_here_and_within_a_second_elsewhere(
    env: AuthUnderTest,
) -> None:
    grant, who = await env.guest()
    elsewhere = type(env.auth)(env.store, env.settings, env.clock)
    await elsewhere.open()
    await elsewhere.authenticate(grant.access_token)
    await env.auth.logout(access_token=grant.access_token)
    assert not await elsewhere.live(who)
    with pytest.raises(Unauthenticated):
        await env.auth.authenticate(grant.access_token)
    env.clock.pass_seconds(0.9)
    with pytest.raises(Unauthenticated):
        await elsewhere.authenticate(grant.access_token)
    elsewhere.close()


async def test_the_refresh_token_alone_logs_out(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    await env.auth.logout(refresh_token=grant.refresh_token)
    assert not await env.auth.live(who)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)


async def test_logging_out_without_a_session_succeeds(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    await env.auth.logout()
    await env.auth.logout(refresh_token="a.b.c", access_token="no token")
    assert await env.auth.live(who)
    await env.auth.logout(refresh_token=grant.refresh_token, access_token=grant.access_token)
    await env.auth.logout(refresh_token=grant.refresh_token, access_token=grant.access_token)
    assert not await env.auth.live(who)


async def test_a_refresh_replaces_both_tokens_and_keeps_the_session(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    env.clock.pass_seconds(600)
    following = await env.refresh(grant)
    assert following.refresh_token != grant.refresh_token
    assert following.sid == grant.sid
    env.clock.pass_seconds(600)
    assert (await env.auth.authenticate(following.access_token)).user_id == who.user_id


async def test_ten_refreshes_at_once_have_one_successor(env: AuthUnderTest) -> None:
    grant, _ = await env.guest()
    given = await asyncio.gather(*(env.refresh(grant) for _ in range(10)))
    assert len({each.refresh_token for each in given}) == 1
    for each in given:
        await env.auth.authenticate(each.access_token)
    assert await env.refresh(given[0])


async def test_a_retry_after_a_lost_response_gets_the_same_successor_however_late(
    env: AuthUnderTest,
) -> None:
    grant, who = await env.guest()
    lost = await env.refresh(grant)
    for seconds in (10, 0.001, 60, 3600):
        env.clock.pass_seconds(seconds)
        assert (await env.refresh(grant)).refresh_token == lost.refresh_token
    found = await env.refresh(grant)
    assert (await env.auth.authenticate(found.access_token)).user_id == who.user_id
    env.clock.pass_seconds(11)
    assert (await env.refresh(found)).sid == grant.sid


async def test_a_lost_response_may_be_lost_again_and_after_many_refreshes(
    env: AuthUnderTest,
) -> None:
    grant, _ = await env.guest()
    for _ in range(3):
        env.clock.pass_seconds(600)
        await env.auth.authenticate(grant.access_token)
        await env.refresh(grant)
        env.clock.pass_seconds(120)
        await env.refresh(grant)
        env.clock.pass_seconds(120)
        grant = await env.refresh(grant)
    assert await env.is_open(grant)


async def test_the_old_access_token_goes_on_while_the_response_is_lost(env: AuthUnderTest) -> None:
    grant, _ = await env.guest()
    env.clock.pass_seconds(600)
    lost = await env.refresh(grant)
    await env.auth.authenticate(grant.access_token)
    env.clock.pass_seconds(60)
    await env.auth.authenticate(grant.access_token)
    assert (await env.refresh(grant)).refresh_token == lost.refresh_token


async def test_the_parent_of_a_used_token_is_accepted_for_ten_seconds(env: AuthUnderTest) -> None:
    grant, _ = await env.guest()
    env.clock.pass_seconds(600)
    following = await env.refresh(grant)
    await env.auth.authenticate(following.access_token)
    env.clock.pass_seconds(10)
    assert (await env.refresh(grant)).refresh_token == following.refresh_token
    env.clock.pass_seconds(0.001)
    with pytest.raises(Unauthenticated) as raised:
        await env.refresh(grant)
    assert raised.value.code == "refresh_reused"
    assert not await env.is_open(grant)


@pytest.mark.parametrize("uses", ["access token", "access token elsewhere", "refresh token"])
async def test_a_stolen_parent_ends_the_family_once_its_successor_is_used(
    env: AuthUnderTest, uses: str
) -> None:
    grant, _ = await env.guest()
    await env.auth.authenticate(grant.access_token)
    env.clock.pass_seconds(600)
    thief = await env.refresh(grant)
    if uses == "refresh token":
        await env.refresh(thief)
    elif uses == "access token":
        await env.auth.authenticate(thief.access_token)
    else:
        elsewhere = type(env.auth)(env.store, env.settings, env.clock)
        await elsewhere.open()
        await elsewhere.authenticate(thief.access_token)
        elsewhere.close()
    env.clock.pass_seconds(3600)
    with pytest.raises(Unauthenticated) as raised:
        await env.refresh(grant)
    assert raised.value.code == "refresh_reused"
    assert not await env.is_open(thief)


async def test_a_claim_makes_its_parent_a_parent_like_any_other(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    claimed = await env.auth.claim(
        who, email="me@example.com", username="alice", password="tea with honey"
    )
    env.clock.pass_seconds(60)
    assert (await env.refresh(grant)).refresh_token == claimed.refresh_token
    await env.auth.authenticate(claimed.access_token)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)


async def test_a_store_that_cannot_write_keeps_nobody_from_reading(
    env: AuthUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, who = await env.guest()
    following = await env.refresh(grant)

    async def full(*_: object) -> bool:
        raise StorageFull("no space is left")

    monkeypatch.setattr(env.store.sessions, "rotate", full)
    assert (await env.auth.authenticate(following.access_token)).user_id == who.user_id


async def test_an_older_token_ends_the_family(env: AuthUnderTest) -> None:
    oldest, _ = await env.guest()
    newest = await env.refresh(await env.refresh(oldest))
    with pytest.raises(Unauthenticated) as raised:
        await env.refresh(oldest)
    assert raised.value.code == "refresh_reused"
    for token in (newest.access_token, oldest.access_token):
        with pytest.raises(Unauthenticated):
            await env.auth.authenticate(token)
    with pytest.raises(Unauthenticated):
        await env.refresh(newest)


async def test_a_forged_token_ends_nothing(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    guess = f"{grant.sid}.{'A' * 43}.{'A' * 22}"
    with pytest.raises(Unauthenticated) as raised:
        await env.refresh(replace(grant, refresh_token=guess))
    assert raised.value.code == "session_over"
    assert await env.auth.live(who)


@pytest.mark.parametrize(
    ("cookie", "header"), [("", ""), ("right", ""), ("", "right"), ("é", "\ud800")]
)
async def test_a_refresh_without_the_csrf_value_is_forbidden(
    env: AuthUnderTest, cookie: str, header: str
) -> None:
    grant, who = await env.guest()
    values = [grant.csrf if value == "right" else value for value in (cookie, header)]
    with pytest.raises(Forbidden) as raised:
        await env.auth.refresh(grant.refresh_token, cookie=values[0], header=values[1])
    assert raised.value.code == "csrf_failed"
    assert await env.auth.live(who)


async def test_a_session_that_is_not_refreshed_expires(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    env.clock.pass_seconds(env.settings.refresh_token_ttl)
    assert not await env.auth.live(who)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)


async def test_a_refresh_that_always_loses_gives_up(
    env: AuthUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, who = await env.guest()

    async def lost(*_: object) -> bool:
        return False

    monkeypatch.setattr(env.store.sessions, "rotate", lost)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)
    with pytest.raises(Unauthenticated):
        await env.auth.claim(
            who, email="me@example.com", username="alice", password="tea with honey"
        )


async def test_a_claim_from_a_session_that_has_ended_gives_no_tokens(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    await env.auth.logout(access_token=grant.access_token)
    with pytest.raises(Unauthenticated):
        await env.auth.claim(
            who, email="me@example.com", username="alice", password="tea with honey"
        )


async def test_a_role_is_what_the_store_says_now(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    await env.store.accounts.set_role(who.user_id, "operator")
    env.clock.pass_seconds(0.6)
    assert (await env.auth.authenticate(grant.access_token)).role == "operator"


async def test_a_token_for_anothers_session_is_invalid(env: AuthUnderTest) -> None:
    grant, _ = await env.guest()
    _, other = await env.guest()
    await env.auth.authenticate(grant.access_token)
    forged = env.auth._sessions._access.issue(
        user_id=other.user_id, username="x", sid=grant.sid, now=env.clock()
    )
    with pytest.raises(Unauthenticated):
        await env.auth.authenticate(forged)


async def test_an_erased_account_is_gone_with_its_sessions(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    await env.auth.erase(who.user_id)
    await env.auth.erase(who.user_id)
    with pytest.raises(Unauthenticated):
        await env.auth.authenticate(grant.access_token)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)
    with pytest.raises(NotFound):
        await env.auth.about(who)


async def test_a_session_without_its_account_is_invalid(
    env: AuthUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, _ = await env.guest()

    async def nobody(_: str) -> None:
        return None

    monkeypatch.setattr(env.store.accounts, "get", nobody)
    env.clock.pass_seconds(1)
    with pytest.raises(Unauthenticated):
        await env.auth.authenticate(grant.access_token)
    with pytest.raises(Unauthenticated):
        await env.refresh(grant)


async def test_the_stored_account_has_no_secret(env: AuthUnderTest) -> None:
    grant = await env.member("alice")
    about = await env.auth.about(await env.auth.authenticate(grant.access_token))
    assert about["username"] == "alice"
    assert about["email"] == "alice@example.com"
    assert "password" not in about


async def test_only_guests_who_stay_away_are_idle(env: AuthUnderTest) -> None:
    member = await env.member("alice")
    away, _ = await env.guest()
    env.clock.pass_seconds(env.settings.guest_ttl - 60)
    _, fresh = await env.guest()
    env.clock.pass_seconds(61)
    account = await env.store.sessions.get(away.sid)
    assert account is not None
    before = env.clock() - env.settings.guest_ttl * 1000
    assert await env.auth.guests_idle_since(before) == [account.account]
    assert fresh.user_id != account.account
    assert member.username == "alice"


async def test_a_guest_who_keeps_asking_is_not_idle(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    for _ in range(3):
        env.clock.pass_seconds(3600)
        grant = await env.refresh(grant)
        await env.auth.authenticate(grant.access_token)
    account = await env.store.accounts.get(who.user_id)
    assert account is not None
    assert account.seen_at == env.clock()


async def test_the_cache_of_live_sessions_is_bounded(
    env: AuthUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MAX_CACHED_SESSIONS", 3)
    env.auth.close()
    await env.auth.open()
    for _ in range(9):
        await env.guest()
    assert len(env.auth._sessions._live) == 3


async def test_authenticating_again_within_half_a_second_reads_nothing(
    env: AuthUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, who = await env.guest()
    monkeypatch.setattr(env.store.sessions, "get", None)
    env.clock.pass_seconds(0.4)
    assert await env.auth.authenticate(grant.access_token) == who
