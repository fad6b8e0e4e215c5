"""Read view rows at a moment: what the API answers and people see.

`bodies` are the bodies of one learner's rows of the view, by subject. Nothing here is stored.
"""

from projections.read_independence import read_independence
from projections.read_mastery import read_mastery
from projections.read_pace import read_pace
from projections.read_story import read_story

__all__ = ["read_independence", "read_mastery", "read_pace", "read_story"]
