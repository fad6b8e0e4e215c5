"""A believable class of learners, generated: what `lrs demo` sends to a store of its own.

Pure functions make it (`school`); `run` alone sends it. docs/demo.md tells its people and rules.
"""
