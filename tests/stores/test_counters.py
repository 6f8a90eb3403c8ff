from synthetic_soul.stores.sqlite.sqlite_counters import FIRST_SWEEP, Counters

MINUTE = 60_000


def test_a_window_is_opened_by_its_first_count_and_counting_begins_anew_after_it() -> None:
    now = 7
    counters = Counters(lambda: now)
    assert counters.add("a", window=MINUTE, by=1) == (1, MINUTE + 7)
    now += MINUTE - 1
    assert counters.add("a", window=MINUTE, by=2) == (3, MINUTE + 7)
    now += 1
    assert counters.add("a", window=MINUTE, by=1) == (1, 2 * MINUTE + 7)


def test_windows_that_have_closed_are_forgotten() -> None:
    now = 0
    counters = Counters(lambda: now)
    for number in range(5 * FIRST_SWEEP):
        now = number * 10
        counters.add(str(number), window=1000, by=1)
    assert len(counters) <= FIRST_SWEEP + 101
