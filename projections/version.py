"""Which projections these are.

Raise the number with every change that makes other states, learning events or view rows of the
same observations, or other observations of the same statements: a new build of all views is then
made beside the old one, which is read until the new one has caught up. So what reads rows has to
understand those of the number before.
"""

from typing import Final

PROJECTION: Final = 5
