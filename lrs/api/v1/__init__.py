"""Everything under /api/v1: views, learners, the feed, administration."""
