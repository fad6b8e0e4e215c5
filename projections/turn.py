"""One observation's turn in the fold, and everything that it meets."""

from typing import NamedTuple

from projections.events import LearningEvent
from projections.heard import Told
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.sessions import Sitting
from projections.state import State


class Turn(NamedTuple):
    """event: what the observation counts for, filled in as it is folded into the state.

    told: of an answer, the record of its first telling if it was told before.
    """

    state: State
    o: Observation
    event: LearningEvent
    sitting: Sitting
    knowledge: Knowledge
    told: Told | None = None
