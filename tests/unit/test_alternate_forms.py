"""Reading forms of the alternate request syntax: escapes across pieces, fields, bounds."""

from urllib.parse import quote_plus, unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.api.xapi import alternate
from lrs.errors import InvalidRequest

_pieces = st.lists(st.sampled_from([b"%41", b"%", b"%4", b"a", b"+", b"%zz", b"%C3%A9", b"bc"]))


@settings(max_examples=100, deadline=None)
@given(_pieces.map(b"".join), st.integers(3, 12))
def test_a_field_read_in_pieces_is_the_field(raw: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alternate, "_CHUNK", size)
        assert alternate.decoded(raw) == unquote_to_bytes(raw.replace(b"+", b" "))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_content_comes_out_as_it_went_in(text: str) -> None:
    meant = alternate._read(b"content=" + quote_plus(text).encode() + b"&limit=1&&")
    assert meant.content == text.encode()
    assert meant.query == b"limit=1"


@pytest.mark.parametrize(
    "raw", [b"content=%ff", b"content=1&content=2", b"If-Match=a&if-match=b", b"Accept=a%0d%0ab"]
)
def test_what_is_no_such_form_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequest):
        alternate._read(raw)
