"""Column types that mean the same on PostgreSQL and SQLite."""

import uuid
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.types import TypeDecorator, TypeEngine


class Bytes16(TypeDecorator[bytes]):
    """Sixteen bytes: `uuid` on PostgreSQL (no length header), a blob on SQLite.

    Statement ids, learner ids and keyed digests are all of this type.
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(UUID(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "postgresql":
            return value
        return uuid.UUID(bytes=value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the interface
        if value is None or isinstance(value, bytes):
            return value
        return value.bytes  # type: ignore[no-any-return]


# SQLite gives row ids and gapless autoincrement only to columns spelled INTEGER.
Big = BigInteger().with_variant(Integer, "sqlite")
