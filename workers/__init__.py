"""Celery workers that pull the log through the projections."""
