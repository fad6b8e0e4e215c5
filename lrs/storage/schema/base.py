"""What the tables of every group are registered in."""

from sqlalchemy import MetaData

metadata = MetaData()
