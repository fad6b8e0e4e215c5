"""Analysts' tables as files: CSV, Parquet, NDJSON."""
