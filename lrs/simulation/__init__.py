"""Learners built on another model than ours, to compare policies: `lrs simulate`."""
