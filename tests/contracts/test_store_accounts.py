"""What every store promises of accounts and sessions."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import Conflict, InvalidInput
from synthetic_soul.stores.base import Account, Session

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Store

pytestmark = pytest.mark.anyio

START = time.time_ns() // 1_000_000  # a store may drop sessions that expired long ago
GUEST = Account("a1", "guest-1", "guest-1", START, START)
ANN = replace(GUEST, username="Ann", name_key="ann", email="ann@example.com", password="$argon2$")
SESSION = Session("s1", "a1", "token-1", "csrf-1", START, START + 1_000)


async def test_an_account_is_found_by_id_email_and_name(store: Store) -> None:
    await store.accounts.add(ANN)
    assert await store.accounts.get("a1") == ANN
    assert await store.accounts.by_email("ann@example.com") == ANN
    assert await store.accounts.by_name("ann") == ANN
    assert await store.accounts.get("a2") is None
    assert await store.accounts.by_email("bob@example.com") is None
    assert await store.accounts.by_name("Ann") is None


@pytest.mark.parametrize(
    ("twin", "code"),
    [
        (replace(ANN, id="a2", email="other@example.com"), "username_taken"),
        (replace(ANN, id="a2", name_key="other"), "email_taken"),
        (replace(ANN, name_key="other", email="other@example.com"), "id_taken"),
    ],
)
async def test_a_twin_is_refused(store: Store, twin: Account, code: str) -> None:
    await store.accounts.add(ANN)
    with pytest.raises(Conflict) as refused:
        await store.accounts.add(twin)
    assert refused.value.code == code


async def test_many_guests_have_no_email(store: Store) -> None:
    for n in range(3):
        await store.accounts.add(Account(f"g{n}", f"G{n}", f"g{n}", START, START))
    guest = await store.accounts.get("g1")
    assert guest is not None
    assert guest.guest
    assert guest.email is None


async def test_a_guest_comes_with_a_session_or_not_at_all(store: Store) -> None:
    await store.accounts.add_guest(GUEST, SESSION)
    assert await store.accounts.get("a1") == GUEST
    assert await store.sessions.get("s1") == SESSION
    with pytest.raises(Conflict):
        await store.accounts.add_guest(
            replace(GUEST, id="a2"), replace(SESSION, id="s2", account="a2")
        )
    assert await store.sessions.get("s2") is None


async def test_a_guest_is_claimed_once(store: Store) -> None:
    await store.accounts.add(GUEST)
    claims = await asyncio.gather(*(store.accounts.claim(ANN) for _ in range(5)))
    assert sorted(claims) == [False] * 4 + [True]
    assert await store.accounts.get("a1") == ANN
    assert await store.accounts.by_name("guest-1") is None
    assert not await store.accounts.claim(
        replace(ANN, id="nobody", name_key="n", email="n@example.com")
    )


async def test_of_twenty_claims_of_one_email_one_succeeds(store: Store) -> None:
    guests = [Account(f"g{n}", f"G{n}", f"g{n}", START, START) for n in range(20)]
    await asyncio.gather(*(store.accounts.add(guest) for guest in guests))
    claims = await asyncio.gather(
        *(store.accounts.claim(replace(g, email="x@example.com", password="p")) for g in guests),
        return_exceptions=True,
    )
    refused = [each for each in claims if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["email_taken"] * 19
    still = [await store.accounts.get(guest.id) for guest in guests]
    assert sum(account is not None and account.guest for account in still) == 19


async def test_a_role_is_user_or_operator(store: Store) -> None:
    await store.accounts.add(ANN)
    assert await store.accounts.set_role("a1", "operator")
    assert await store.accounts.get("a1") == replace(ANN, role="operator")
    assert not await store.accounts.set_role("a2", "operator")
    with pytest.raises(InvalidInput):
        await store.accounts.set_role("a1", "queen")


async def test_idle_guests_are_those_not_seen_and_not_claimed(store: Store) -> None:
    for n in range(4):
        await store.accounts.add(Account(f"g{n}", f"G{n}", f"g{n}", START, START + n))
    await store.accounts.add(replace(ANN, seen_at=START))
    await store.accounts.touch("g0", START + 50)
    await store.accounts.touch("g1", START - 50)
    assert await store.accounts.idle_guests(START + 3) == ["g1", "g2"]
    assert await store.accounts.idle_guests(START + 99, limit=3) == ["g1", "g2", "g3"]
    await store.accounts.remove("g1")
    assert await store.accounts.idle_guests(START + 3) == ["g2"]


async def test_removing_an_account_takes_its_sessions_and_frees_its_name(store: Store) -> None:
    await store.accounts.add(ANN)
    await store.sessions.add(SESSION)
    await store.accounts.remove("a1")
    await store.accounts.remove("a1")
    assert await store.accounts.get("a1") is None
    assert await store.accounts.by_email("ann@example.com") is None
    assert await store.sessions.get("s1") is None
    await store.accounts.add(replace(ANN, id="a2"))


async def test_a_session_rotates_only_from_its_current_token(store: Store) -> None:
    await store.sessions.add(SESSION)
    turned = replace(
        SESSION,
        token="token-2",
        csrf="csrf-2",
        parent="token-1",
        rotated_at=START + 5,
        successor="sealed",
        expires_at=START + 2_000,
    )
    tries = await asyncio.gather(*(store.sessions.rotate(turned, "token-1") for _ in range(10)))
    assert sorted(tries) == [False] * 9 + [True]
    assert await store.sessions.get("s1") == turned
    assert not await store.sessions.rotate(replace(turned, id="s2"), "token-2")
    used = replace(turned, successor="~sealed")
    assert await store.sessions.rotate(used, "token-2")
    assert await store.sessions.get("s1") == used


async def test_a_revoked_session_stays_revoked(store: Store) -> None:
    await store.sessions.add(SESSION)
    await store.sessions.revoke("s1", START + 1)
    await store.sessions.revoke("s1", START + 2)
    assert not await store.sessions.rotate(replace(SESSION, token="token-2"), "token-1")
    assert await store.sessions.get("s1") == replace(SESSION, revoked_at=START + 1)


async def test_all_sessions_of_an_account_are_revoked_together(store: Store) -> None:
    for n, account in enumerate(("a1", "a1", "a2")):
        await store.sessions.add(replace(SESSION, id=f"s{n}", account=account))
    await store.sessions.revoke_all("a1", START + 1)
    sessions = [await store.sessions.get(f"s{n}") for n in range(3)]
    assert [s.revoked_at for s in sessions if s] == [START + 1, START + 1, None]


async def test_expired_sessions_stay_until_they_are_removed(store: Store) -> None:
    await store.sessions.add(SESSION)
    ended = SESSION.expires_at
    await store.sessions.add(replace(SESSION, id="s2", created_at=ended + 9, expires_at=ended + 9))
    assert await store.sessions.remove_expired(ended) == 0
    assert await store.sessions.get("s1") == SESSION
    assert await store.sessions.remove_expired(ended + 1) == 1
    assert await store.sessions.get("s1") is None
    assert await store.sessions.get("s2") is not None


async def test_members_are_all_accounts_with_their_sessions(store: Store) -> None:
    guests = [Account(f"g{n}", f"G{n}", f"g{n}", START, START) for n in range(130)]
    await asyncio.gather(*(store.accounts.add(guest) for guest in guests))
    sessions = [replace(SESSION, id=f"s{n}", account=f"g{n % 2}") for n in range(4)]
    for session in sessions:
        await store.sessions.add(session)
    await store.accounts.remove("g7")
    found = {
        account.id: (account, sessions) async for account, sessions in store.accounts.members()
    }
    assert [found[guest.id][0] for guest in guests if guest.id != "g7"] == [
        guest for guest in guests if guest.id != "g7"
    ]
    assert len(found) == 129
    theirs = [sorted(each.id for each in found[id_][1]) for id_ in ("g0", "g1", "g2")]
    assert theirs == [["s0", "s2"], ["s1", "s3"], []]
    assert found["g1"][1][0] in sessions


async def test_a_member_is_adopted_as_another_store_holds_it(store: Store) -> None:
    await store.accounts.add_guest(GUEST, SESSION)
    operator = replace(ANN, role="operator", seen_at=START + 9)
    rotated = replace(SESSION, id="s2", parent="token-0", rotated_at=START, successor="sealed")
    revoked = replace(SESSION, id="s3", revoked_at=START + 1)
    for _ in range(2):
        await store.accounts.adopt(operator, [rotated, revoked])
        held = [member async for member in store.accounts.members()]
        assert [(account, list(sessions)) for account, sessions in held] == [
            (operator, [rotated, revoked])
        ]
    assert await store.accounts.by_name("guest-1") is None
    assert await store.sessions.get("s1") is None
    await store.accounts.adopt(operator, [])
    assert await store.sessions.get("s2") is None


async def test_a_member_is_not_adopted_over_somebody_elses_name(store: Store) -> None:
    await store.accounts.add(ANN)
    with pytest.raises(Conflict) as refused:
        await store.accounts.adopt(replace(ANN, id="a2", email="x@example.com"), [])
    assert refused.value.code == "username_taken"
    assert await store.accounts.get("a2") is None


async def test_counts_add_up_within_their_window(store: Store) -> None:
    minute = 60_000
    first = await store.counters.increment("a", window=minute)
    tries = await asyncio.gather(*(store.counters.increment("a", window=minute) for _ in range(30)))
    assert first[0] == 1
    assert sorted(counted for counted, _ in tries) == list(range(2, 32))
    assert all(0 < left <= first[1] <= minute for _, left in tries)
    assert (await store.counters.increment("a", window=minute, by=5))[0] == 36
    assert (await store.counters.increment("a", window=minute, by=0))[0] == 36
    assert (await store.counters.increment("b", window=minute, by=0))[0] == 0
    assert (await store.counters.increment("b", window=minute))[0] == 1


async def test_a_secret_is_whatever_was_proposed_first(store: Store) -> None:
    proposals = [f"secret {n}" for n in range(20)]
    found = await asyncio.gather(
        *(store.secrets.get_or_create("jwt_secret", each) for each in proposals)
    )
    assert len(set(found)) == 1
    assert found[0] in proposals
    assert await store.secrets.get_or_create("password_pepper", "another") == "another"
    await store.close()
    await store.open()
    assert await store.secrets.get_or_create("jwt_secret", "late") == found[0]
