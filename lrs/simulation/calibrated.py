"""What a store would have calibrated from last year's class: our own fit, on simulated learners."""

import numpy as np

from lrs.simulation.courses import World
from lrs.simulation.deciders import at_random, fixed_order
from lrs.simulation.terms import class_of
from projections.fold import fold
from projections.knowledge import Calibration, Knowledge
from projections.observation import Observation
from projections.state import State
from workers.calibration.calibrate import assemble
from workers.calibration.data import FOLDS, Evidence, _Columns
from workers.calibration.difficulties import difficulties
from workers.calibration.items import ItemNotes
from workers.calibration.weights import fit_weights

LAST_YEAR = 24  # learners, half of them taught by the book and half in no order
_CAUTION = 5.0


def calibrated(world: World, seed: object) -> Calibration:
    """As `lrs calibrate` makes it; difficulties cross-fitted by learner."""
    told = [
        class_of(world, f"last year {seed} {number}", fixed_order if number % 2 else at_random)
        for number in range(LAST_YEAR)
    ]
    evidence = _evidence(world, told)
    own = [difficulties(evidence, [part]) for part in range(FOLDS)]
    row = 0
    for number, observations in enumerate(told):
        hard = own[number % FOLDS]
        known = Calibration(item_difficulty=hard.item, skill_difficulty=hard.skill)
        for event in fold(State.new(), observations, Knowledge(known, world.alignment)):
            if event.evidence is not None:
                evidence.terms[row, 1:] = event.terms
                row += 1
    weights = fit_weights(evidence, np.ones(len(evidence), bool), _CAUTION)
    return assemble(evidence, difficulties(evidence), weights, ItemNotes())


def _evidence(world: World, told: list[list[Observation]]) -> Evidence:
    columns = _Columns()
    knowledge = Knowledge(alignment=world.alignment)
    for number, observations in enumerate(told):
        for event in fold(State.new(), observations, knowledge):
            if event.evidence is not None:
                columns.add(number, event)
    return columns.evidence()
