"""A skill that is, in the end, its own prerequisite could never be begun."""

from collections.abc import Mapping

from lrs.storage.alignment.faults import refuse

_SHOWN = 12  # skills of a long cycle that are named


def check_prerequisites(prerequisites: Mapping[str, tuple[str, ...]]) -> None:
    """Raise InvalidFile, naming a cycle, if there is one."""
    cycle = find_cycle(prerequisites)
    if cycle is not None:
        names = cycle[:_SHOWN] + (["…"] if len(cycle) > _SHOWN else [])
        raise refuse(
            "prerequisites",
            "cycle",
            f"These skills come before each other: {' → '.join((*names, cycle[0]))}.",
        )


def find_cycle(graph: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    """Skills each of which has the next as a prerequisite, and the last the first; None if none.

    Without recursion: a chain may be as long as the file.
    """
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        on_path: dict[str, int] = {}
        stack = [(start, iter((start,)))]
        while stack:
            following = next(stack[-1][1], None)
            if following is None:
                stack.pop()
                if path:
                    finished = path.pop()
                    del on_path[finished]
                    done.add(finished)
            elif following in on_path:
                return path[on_path[following] :]
            elif following not in done:
                on_path[following] = len(path)
                path.append(following)
                stack.append((following, iter(graph.get(following, ()))))
    return None
