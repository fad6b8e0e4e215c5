"""Which snapshots of a state are kept."""

from lrs.storage.views.states import SNAPSHOT_EVERY, worth_keeping


def _kept(latest: int) -> list[int]:
    """Numbers of the snapshots that are left after each of them came in turn."""
    kept: list[int] = []
    for number in range(1, latest + 1):
        kept.append(number)
        kept = [one for one in kept if worth_keeping(one * SNAPSHOT_EVERY, number * SNAPSHOT_EVERY)]
    return kept


def test_the_latest_snapshots_are_all_kept() -> None:
    assert _kept(100)[-4:] == [97, 98, 99, 100]


def test_the_number_of_snapshots_grows_with_the_logarithm() -> None:
    for latest in (10, 100, 1_000, 4_000):
        assert len(_kept(latest)) <= 6 + 4 * latest.bit_length()


def test_a_refold_goes_at_most_about_twice_the_way_back() -> None:
    latest = 2_000
    kept = [0, *_kept(latest)]
    for wanted in range(1, latest):
        start = max(one for one in kept if one <= wanted)
        assert latest - start <= 2 * (latest - wanted) + 4


def test_thinning_at_once_keeps_what_thinning_in_turn_keeps() -> None:
    latest = 777
    at_once = [
        one
        for one in range(1, latest + 1)
        if worth_keeping(one * SNAPSHOT_EVERY, latest * SNAPSHOT_EVERY)
    ]
    assert at_once == _kept(latest)
