"""Writing an analysts' table to a file, in bounded memory.

CSV: RFC 4180, UTF-8, a header line, moments as RFC 3339, lists as JSON, unknown as an empty field.
A text that a spreadsheet would run as a formula gets an apostrophe in front; Parquet and NDJSON
hold every text as it is. Parquet: moments as timestamp[us, UTC], lists as list<string>, zstd.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from lrs.storage.analysis.columns import Column, Kind, Table
from lrs.xapi.timestamps import format_us

Values = list[Any]
_ROWS: Final = 20_000  # a Parquet row group; it and its encoded form are what is in memory
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.LIST: pa.list_(pa.string()),
}


def write(table: Table, rows: Iterator[Values], kind: str, out: BinaryIO) -> int:
    """Write every row to `out`, which need not be seekable; how many. kind: one of FORMATS."""
    return _WRITERS[kind](table, rows, out)


def _csv(table: Table, rows: Iterator[Values], out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    count = 0
    for row in rows:
        writer.writerow(
            [_cell(column, value) for column, value in zip(table.columns, row, strict=True)]
        )
        count += 1
    text.detach()
    return count


def _cell(column: Column, value: Any) -> Any:
    if value is None:
        return ""
    if column.kind is Kind.TIME:
        return format_us(value)
    if column.kind is Kind.LIST:
        return orjson.dumps(value).decode()
    if column.kind is Kind.BOOLEAN:
        return "true" if value else "false"
    if column.kind is Kind.TEXT and value.startswith(_FORMULA):
        return "'" + value
    return value


def _ndjson(table: Table, rows: Iterator[Values], out: BinaryIO) -> int:
    count = 0
    for row in rows:
        out.write(orjson.dumps(plain(table, row), option=orjson.OPT_APPEND_NEWLINE))
        count += 1
    return count


def plain(table: Table, row: Values) -> dict[str, Any]:
    """JSON values by the names of columns; moments as RFC 3339."""
    return {
        column.name: format_us(value) if column.kind is Kind.TIME and value is not None else value
        for column, value in zip(table.columns, row, strict=True)
    }


def _parquet(table: Table, rows: Iterator[Values], out: BinaryIO) -> int:
    schema = parquet_schema(table)
    count = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while some := _group(writer, schema, rows):
            count += some
    return count


def _group(writer: pq.ParquetWriter, schema: pa.Schema, rows: Iterator[Values]) -> int:
    """Write one row group and let go of it before the next is read; how many rows it has."""
    some = list(islice(rows, _ROWS))
    if some:
        writer.write_batch(_batch(schema, some))
    return len(some)


def parquet_schema(table: Table) -> pa.Schema:
    """The columns with their meaning as metadata, so that the file explains itself."""
    return pa.schema(
        [
            pa.field(column.name, _TYPES[column.kind], metadata={"description": column.meaning})
            for column in table.columns
        ],
        metadata={"table": table.name, "grain": table.grain},
    )


def _batch(schema: pa.Schema, rows: Sequence[Values]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    return pa.record_batch(
        [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


_WRITERS: Final[Mapping[str, Callable[[Table, Iterator[Values], BinaryIO], int]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "ndjson": _ndjson,
}
FORMATS: Final = tuple(_WRITERS)
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "ndjson": "application/x-ndjson",
}
