from synthetic_soul.caches import MIN_VALUES_TO_SWEEP, ExpiringCache, LRUCache


def test_the_least_recently_used_value_is_evicted() -> None:
    cache: LRUCache[str, int] = LRUCache(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        cache.put(key, value)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (3, None, 4)
    cache.get("a")
    cache.put("d", 5)
    assert cache.items() == [("a", 3), ("d", 5)]


def test_a_value_that_was_removed_is_gone() -> None:
    cache: LRUCache[str, int] = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.pop("a") == 1
    assert (cache.pop("a"), cache.get("a"), len(cache)) == (None, None, 1)
    cache.clear()
    assert len(cache) == 0


def test_a_value_is_there_until_it_expires() -> None:
    now = 7
    cache: ExpiringCache[str, str] = ExpiringCache(lambda: now)
    cache.put("a", "x", until=9)
    now = 8
    assert cache.get("a") == "x"
    now = 9
    assert cache.get("a") is None


def test_expired_values_are_swept_out() -> None:
    now = 0
    cache: ExpiringCache[int, int] = ExpiringCache(lambda: now)
    for number in range(5 * MIN_VALUES_TO_SWEEP):
        now = number * 10
        cache.put(number, number, until=now + 1000)
    assert len(cache) <= MIN_VALUES_TO_SWEEP + 101
