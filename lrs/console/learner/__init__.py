"""A learner's pages: where they stand, what comes next, their goals and words, their record."""

from lrs.console.learner.whom import found, named

__all__ = ["found", "named"]
