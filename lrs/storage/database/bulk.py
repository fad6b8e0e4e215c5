"""Tables written many rows at a time: COPY and arrays on PostgreSQL, executemany on SQLite."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from struct import Struct, pack
from typing import Any

from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format
from sqlalchemy import BigInteger, Integer, LargeBinary, Table, Text
from sqlalchemy.types import TypeEngine

from lrs.storage.database.types import Bytes16

Row = Sequence[Any]

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"


class Array(bytes):
    """A one-dimensional array in PostgreSQL's binary format, ready to be sent."""


class UuidArray(Array): ...


class BigArray(Array): ...


class IntArray(Array): ...


class TextArray(Array): ...


class BytesArray(Array): ...


_Kind = tuple[type[Array], int, int, str]
# type of array, oid of an element, oid of the array, struct code ("" when of varying length)
_UUID: _Kind = (UuidArray, 2950, 2951, "16s")
_BIG: _Kind = (BigArray, 20, 1016, "q")
_INT: _Kind = (IntArray, 23, 1007, "i")
_TEXT: _Kind = (TextArray, 25, 1009, "")
_BYTES: _Kind = (BytesArray, 17, 1001, "")


def _array(kind: _Kind, values: Sequence[Any]) -> Array:
    make, oid, _, code = kind
    if not values:
        return make(pack(">iii", 0, 0, oid))
    missing = None in values
    head = pack(">iiiii", 1, int(missing), oid, len(values), 1)
    if code in {"q", "i"} and not missing:
        size = 8 if code == "q" else 4
        flat = chain.from_iterable(zip(repeat(size), values, strict=False))
        return make(head + pack(">" + f"i{code}" * len(values), *flat))
    parts = [head]
    for value in values:
        if value is None:
            parts.append(_NULL)
            continue
        data = _data(code, value)
        parts += (len(data).to_bytes(4, "big"), data)
    return make(b"".join(parts))


def _data(code: str, value: Any) -> bytes:
    if code in {"q", "i"}:
        return pack(">" + code, value)
    return value.encode() if isinstance(value, str) else value


def uuids(values: Sequence[bytes]) -> Array:
    return _array(_UUID, values)


def bigs(values: Sequence[int]) -> Array:
    return _array(_BIG, values)


def adapt(cursor: Any) -> None:
    """Teach a psycopg cursor the arrays above, and to give uuids as sixteen bytes."""
    for make, _, array_oid, _ in (_UUID, _BIG, _INT, _TEXT, _BYTES):
        dumper = type("ArrayDumper", (_ArrayDumper,), {"oid": array_oid})
        cursor.adapters.register_dumper(make, dumper)
    cursor.adapters.register_loader("uuid", _UuidLoader)


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer | None:
        return obj  # type: ignore[no-any-return]


class _UuidLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class Bulk:
    """One table's bulk statements.

    columns: the order in which rows are given; those of varying length stand last. Text may be
    given as str or as UTF-8 bytes.
    """

    def __init__(self, table: Table, *columns: str) -> None:
        self.name = table.name
        self.columns = columns
        self._kinds = [_kind(table.c[name].type) for name in columns]
        self._key = [column.name for column in table.primary_key.columns]
        self._fixed = sum(1 for kind in self._kinds if kind[3])
        self._texts = [n for n, kind in enumerate(self._kinds) if kind is _TEXT]
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self._rest = [name for name in columns if name not in self._key]
        changes = ", ".join(f"{name} = excluded.{name}" for name in self._rest)
        self.copy_sql = f"COPY {self.name} ({names}) FROM STDIN WITH (FORMAT BINARY)"
        self.insert_sql = f"INSERT INTO {self.name} ({names}) VALUES ({marks})"
        self.array_sql = (
            f"INSERT INTO {self.name} ({names}) "
            f"SELECT * FROM unnest({', '.join(['%s'] * len(columns))})"
        )
        self.replacing = f" ON CONFLICT ({', '.join(self._key)}) DO UPDATE SET {changes}"
        key_marks = " AND ".join(f"{name} = ?" for name in self._key)
        self.delete_sql = f"DELETE FROM {self.name} WHERE {key_marks}"
        same = " AND ".join(f"{self.name}.{name} = gone.{name}" for name in self._key)
        self.delete_array_sql = (
            f"DELETE FROM {self.name} USING unnest({', '.join(['%s'] * len(self._key))}) "
            f"AS gone ({', '.join(self._key)}) WHERE {same}"
        )
        self._key_kinds = [_kind(table.c[name].type) for name in self._key]

    def copy_data(self, rows: Iterable[Row]) -> bytes:
        """The rows in COPY's binary format; columns of fixed length must not be NULL."""
        count, sizes = self._fixed, {"i": 4, "q": 8, "16s": 16}
        codes = [kind[3] for kind in self._kinds[:count]]
        packer = Struct(">h" + "".join(f"i{code}" for code in codes)).pack
        fields: list[Any] = [len(self.columns)]
        for code in codes:
            fields += (sizes[code], None)
        parts = [_COPY_HEADER]
        for row in rows:
            fields[2::2] = row[:count]
            parts.append(packer(*fields))
            for value in row[count:]:
                data = value.encode() if isinstance(value, str) else value
                parts += (_NULL,) if data is None else (len(data).to_bytes(4, "big"), data)
        parts.append(_COPY_END)
        return b"".join(parts)

    def arrays(self, rows: Sequence[Row]) -> list[Array]:
        """The rows as one array a column."""
        columns = zip(*rows, strict=True)
        return [_array(kind, column) for kind, column in zip(self._kinds, columns, strict=True)]

    def key_arrays(self, keys: Sequence[Row]) -> list[Array]:
        columns = zip(*keys, strict=True)
        return [_array(kind, column) for kind, column in zip(self._key_kinds, columns, strict=True)]

    def plain(self, rows: Iterable[Row]) -> Iterable[Row]:
        """The rows as SQLite wants them: text as str."""
        if not self._texts:
            return rows
        return (self._decoded(row) for row in rows)

    def _decoded(self, row: Row) -> Row:
        values = list(row)
        for n in self._texts:
            if isinstance(values[n], bytes):
                values[n] = values[n].decode()
        return values


def _kind(column: TypeEngine[Any]) -> _Kind:
    if isinstance(column, Bytes16):
        return _UUID
    if isinstance(column, BigInteger):
        return _BIG
    if isinstance(column, Integer):
        return _INT
    if isinstance(column, Text):
        return _TEXT
    if isinstance(column, LargeBinary):
        return _BYTES
    raise TypeError(f"no bulk format for {column!r}")
