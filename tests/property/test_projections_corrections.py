"""The laws of the fold with every kind of correction mixed in (projections.md, The fold)."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from projection_corrections import Change, Store, changes

few = settings(max_examples=40, deadline=None)
histories = st.builds(changes, st.integers(0, 2**32), st.integers(0, 60))


def after(some: Sequence[Change], *, incremental: bool = True) -> dict[str, str]:
    store = Store(incremental=incremental)
    for change in some:
        change.apply(store)
    return store.everything()


def only(some: Sequence[Change], *kinds: str) -> list[Change]:
    return [change for change in some if change.kind in kinds]


@few
@given(histories)
def test_going_back_to_a_snapshot_gives_what_a_rebuild_gives(some: list[Change]) -> None:
    assert after(some) == after(some, incremental=False)


@few
@given(histories)
def test_delivering_everything_again_changes_nothing(some: list[Change]) -> None:
    assert after([*some, *only(some, "append", "void")]) == after(some)


@few
@given(histories, st.randoms(use_true_random=False))
def test_statements_and_voidings_may_arrive_in_any_order(
    some: list[Change], draw: "st.random.Random"
) -> None:
    told = only(some, "append", "void")
    shuffled = list(told)
    draw.shuffle(shuffled)
    assert after(shuffled) == after(told)


@few
@given(histories)
def test_what_was_voided_might_never_have_been_sent(some: list[Change]) -> None:
    voided = {change.about[0]["object"]["id"] for change in only(some, "void")}
    left = [
        change
        for change in some
        if change.kind != "void"
        and not (change.kind == "append" and change.about[0]["id"] in voided)
    ]
    assert after(some) == after(left)


@few
@given(histories)
def test_identities_joined_and_separated_again_are_as_before(some: list[Change]) -> None:
    told = only(some, "append", "void", "align")
    store = Store(incremental=True)
    for change in told:
        change.apply(store)
    before = store.everything()
    ada, home = "mailto:ada@example.org", "mailto:ada@home.example"
    store.join(home, ada)
    assert len(store.everything()) <= len(before)
    store.separate(home)
    assert store.everything() == before


@few
@given(histories)
def test_aligned_before_or_after_the_answers_is_the_same(some: list[Change]) -> None:
    told, aligned = only(some, "append", "void"), only(some, "align")
    assert after([*told, *aligned]) == after([*aligned, *told])


def test_the_histories_contain_corrections_that_matter() -> None:
    kinds = ("append", "void", "align", "join", "separate")
    mattered = dict.fromkeys(kinds, 0)
    for seed in range(12):
        some = changes(seed, 60)
        made = after(some)
        for kind in kinds:
            mattered[kind] += made != after([one for one in some if one.kind != kind])
    assert all(mattered.values()), mattered
