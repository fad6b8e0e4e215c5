"""Calibrations: what was fitted to a store's own learners, and how well it predicted them."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from lrs.storage.database.types import Big
from lrs.storage.schema.base import metadata

calibrations = Table(  # immutable, numbered from 1; 0 stands for the constants that are shipped
    "calibrations",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("fitted_until", Big, nullable=False),
    Column("made_us", Big, nullable=False),
    Column("report", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

evaluations = Table(  # the latest of each calibration, set of learners and end of the log
    "evaluations",
    metadata,
    Column("store", Integer, primary_key=True, autoincrement=False),
    Column("calibration", Integer, primary_key=True, autoincrement=False),
    Column("learners_after", Big, primary_key=True, autoincrement=False),
    Column("until", Big, primary_key=True, autoincrement=False),
    Column("made_us", Big, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)
