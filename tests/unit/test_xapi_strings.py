"""Strings with a format: what is one, what is not, and what is easily refused by mistake."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3987_syntax import is_valid_syntax

from lrs.xapi.durations import comparable, is_duration
from lrs.xapi.faults import Faults
from lrs.xapi.iri import is_iri, is_mailto, is_uri
from lrs.xapi.languages import choose, is_language_tag
from lrs.xapi.strings import CONTENT_TYPE, HASH, is_uuid
from lrs.xapi.timestamps import format_us, is_timestamp, parse_us
from lrs.xapi.versions import Version, statement_version
from strategies import iris

IRIS = [
    "http://adlnet.gov/expapi/verbs/answered",
    "https://example.org:8443/a/b?x=1&y=(2)#part",
    "act:course",
    "q://a",
    "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "mailto:a@example.org",
    "tag:example.org,2026:x",
    "http://example.com/فعل/خواندن",
    "https://example.org/𝒳",
    "http://user:secret@example.org/",
    "http://[2001:db8::1]:80/",
    "http://[v1.a:b]/",
    "a+b-c.d:x",
    "file:///a/b",
    "x:/",
    "x:",
    "https://example.org/%C3%A9",
    "http://localhost:18000/xblock/block-v1:edX+DemoX+Demo_Course+type@problem+block@7c54",
    "http://example.org/a%20b?q=\ue000",
]
NOT_IRIS = [
    "",
    "example.org/a",
    "/relative",
    "//example.org/a",
    "#part",
    "https",
    "1http://example.org",
    ":a",
    "http://exa mple.org/",
    "http://example.org/a b",
    "http://example.org/<a>",
    'http://example.org/"a"',
    "http://example.org/{a}",
    "http://example.org/a|b",
    "http://example.org/a\\b",
    "http://example.org/^",
    "http://example.org/`",
    "http://example.org/%",
    "http://example.org/%zz",
    "http://example.org/%1",
    "http://example.org/[a]",
    "http://[::1/",
    "http://[1::2::3]/",
    "http://[12345::]/",
    "http://example.org:80a/",
    "http://example.org/#a#b",
    "http://example.org/\x00",
    "http://example.org/\n",
    "http://example.org/\ufffe",
    "http://example.org/\ue000",
    "ht_tp://example.org",
    "438AD672-DE2C-4F0B-8876-35444E7DD746",
]


@pytest.mark.parametrize("text", IRIS)
def test_iris_of_every_kind_are_taken(text: str) -> None:
    assert is_iri(text)


@pytest.mark.parametrize("text", NOT_IRIS)
def test_what_is_no_iri_is_refused(text: str) -> None:
    assert not is_iri(text)


# The oracle's grammar lacks characters beyond U+FFFF and some IPv6 addresses, which RFC 3987 has
BEYOND_THE_ORACLE = {"https://example.org/𝒳", "http://[2001:db8::1]:80/"}


@pytest.mark.parametrize("text", sorted({*IRIS, *NOT_IRIS} - BEYOND_THE_ORACLE))
def test_iris_are_those_of_the_grammar(text: str) -> None:
    assert is_valid_syntax("iri", text) == is_iri(text)


CHARACTERS = st.sampled_from([*"aZ9:/?#[]@!$&'()*+,;=-._~% <>\"{}|\\^`é中", "%41", "\ue000"])


@settings(max_examples=120, deadline=None)
@given(st.lists(CHARACTERS, max_size=10).map("".join), st.sampled_from(["a:", "a://", "a:/", ""]))
def test_random_iris_are_those_of_the_grammar(text: str, start: str) -> None:
    assert is_valid_syntax("iri", start + text) == is_iri(start + text)


@settings(max_examples=50, deadline=None)
@given(iris)
def test_generated_iris_are_valid(text: str) -> None:
    assert is_iri(text)


def test_a_hostile_iri_takes_no_time() -> None:
    assert not is_iri("a://" + "%41" * 200_000 + " ")
    assert not is_iri("a:" + "a@" * 200_000 + " ")


def test_uris_are_ascii() -> None:
    assert is_uri("https://openid.example.org/ann")
    assert not is_uri("https://example.org/é")


@pytest.mark.parametrize(
    "text",
    [
        "mailto:a@b",
        "mailto:ann.b+tag@Example.ORG",
        "mailto:o'brien@example.org",
        "mailto:a%20b@example.org",
        "mailto:jos\u00e9@ex\u00e4mple.org",
        "mailto:a@example.org.",
    ],
)
def test_mail_addresses_are_taken(text: str) -> None:
    assert is_mailto(text)


@pytest.mark.parametrize(
    "text",
    [
        "mailto:null",
        "mailto:",
        "a@example.org",
        "MAILTO:a@example.org",
        "mailto:@example.org",
        "mailto:a@",
        "mailto:a@b@c",
        "mailto:a b@example.org",
        "mailto:a@example.org?subject=x",
        "mailto:a..b@example.org",
        "mailto:.a@example.org",
        "mailto:a@b..c",
        "mailto:a@example.org,b@example.org",
        "http://example.org",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    assert not is_mailto(text)


@pytest.mark.parametrize(
    "text",
    [
        "12345678-1234-5678-1234-567812345678",
        "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_uuids_of_any_version_and_case_are_taken(text: str) -> None:
    assert is_uuid(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234567812345678123456781234567",
        "12345678123456781234567812345678",
        "{12345678-1234-5678-1234-567812345678}",
        "urn:uuid:12345678-1234-5678-1234-567812345678",
        "12345678-1234-5678-1234-56781234567g",
        "12345678-1234-5678-1234-567812345678\n",
        "١2345678-1234-5678-1234-567812345678",
    ],
)
def test_what_is_no_uuid_in_standard_form_is_refused(text: str) -> None:
    assert not is_uuid(text)


@pytest.mark.parametrize(
    "text",
    ["en", "en-US", "en-us", "und", "tlh", "zh-cmn-Hans-CN", "de-CH-1901", "sl-rozaj-biske",
     "es-419", "en-a-bbb-x-a-ccc", "x-whatever", "i-klingon", "sgn-BE-FR", "en-GB-oed",
     "zh-min-nan", "art-lojban", "hy-Latn-IT-arevela", "abcd", "abcdefgh"],
)  # fmt: skip
def test_language_tags_are_taken_in_any_case(text: str) -> None:
    assert is_language_tag(text)
    assert is_language_tag(text.upper())


@pytest.mark.parametrize(
    "text",
    ["", "e", "en_US", "en-", "-en", "en--US", "abcdefghi", "en-USA-US-X", "en-x", "en-a", "12",
     "en us", "a-b", "en-12", "e\u0301n", "i-unknown", "en-" + "a" * 9, "en" + "-aaaaa" * 60],
)  # fmt: skip
def test_what_is_no_language_tag_is_refused(text: str) -> None:
    assert not is_language_tag(text)


@pytest.mark.parametrize(
    ("tags", "ranges", "best"),
    [
        (["en", "fr"], ["fr"], "fr"),
        (["en", "fr"], [], "en"),
        (["en-GB", "en-US", "fr"], ["en-US", "en"], "en-US"),
        (["en-GB", "fr"], ["EN"], "en-GB"),
        (["fr", "en"], ["en-US"], "en"),
        (["fr", "en-GB"], ["en-US"], "en-GB"),
        (["fr", "de"], ["*", "fr"], "de"),
        (["en-GB", "en-US"], ["en", "en-GB"], "en-US"),
        (["fr", "de"], ["ja"], "fr"),
    ],
)
def test_the_language_that_suits_best(tags: list[str], ranges: list[str], best: str) -> None:
    assert choose(tags, ranges) == best


@pytest.mark.parametrize(
    "text",
    ["PT4H35M59.14S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W", "PT0S", "PT03M15S",
     "P0.5D", "PT1,5H", "P1.5W", "PT12.3456789S", "P1Y1D", "PT1H1S"],
)  # fmt: skip
def test_durations_are_taken(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1YT", "P4W1D", "P1D4W", "1H", "T1H", "PT1", "P1H", "PT1D", "P1S", "-PT1S",
     "PT-1S", "pt1s", "PT1.5H30M", "P0.5YT1S", "PT1.S", "PT.5S", "PT1S ", "P1M1Y", "PT1M1H",
     "P0003-06-04T12:30:05", "PT1S\n", "PT١S", "P1Y2Y"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert not is_duration(text)


def test_durations_are_compared_to_hundredths_of_a_second() -> None:
    assert comparable("PT1.239S") == comparable("PT1.23S") == comparable("PT1,230S")
    assert comparable("PT1S") == comparable("PT1.00S") == comparable("P0DT1.004S")
    assert comparable("PT1.23S") != comparable("PT1.24S")
    assert comparable("PT60S") != comparable("PT1M")
    assert comparable("P1W") != comparable("P1D")
    with pytest.raises(ValueError, match="duration"):
        comparable("P")


BOTH = [
    ("1970-01-01T00:00:00Z", 0),
    ("2013-05-18T05:32:34.804Z", 1_368_855_154_804_000),
    ("2013-05-18T05:32:34.8040009Z", 1_368_855_154_804_000),
    ("2013-05-18T05:32:34+00:00", 1_368_855_154_000_000),
    ("2013-05-18T05:32:34+05:30", 1_368_835_354_000_000),
    ("2013-05-18T05:32:34-00:30", 1_368_856_954_000_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
    ("2017-01-01T01:29:60.7+01:30", 1_483_228_800_000_000),
    ("1969-12-31T23:59:59.5Z", -500_000),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
]
ONLY_V1 = [
    ("2013-05-18T05:32:34", 1_368_855_154_000_000),
    ("2013-05-18T05:32Z", 1_368_855_120_000_000),
    ("2013-05-18T05:32:34,5Z", 1_368_855_154_500_000),
    ("2013-05-18T05:32:34+01", 1_368_851_554_000_000),
    ("2013-05-18T05:32:34+0100", 1_368_851_554_000_000),
    ("20130518T053234Z", 1_368_855_154_000_000),
    ("20130518T0532", 1_368_855_120_000_000),
]
NEITHER = [
    "", "2013-05-18", "2013-05-18 05:32:34Z", "2013-05-18t05:32:34Z", "2013-05-18T05:32:34z",
    "2013-05-18T05:32:34-00", "2013-05-18T05:32:34-0000", "2013-05-18T05:32:34-00:00",
    "2013-13-18T05:32:34Z", "2013-02-29T05:32:34Z", "2013-05-18T24:00:00Z", "2013-05-18T05:60:00Z",
    "2013-05-18T05:32:60Z", "2013-05-18T05:32:61Z", "2013-05-18T05:32:34.Z", "2013-05-18T05Z",
    "2013-05-18T05:32:34+24:00", "2013-05-18T05:32:34+5:00", "2013-05-18T05:32:34Z ", "01/011/2015",
    "2013-05-18T05:32:34 Z", "20130518T05:32:34Z", "2013-05-18T053234Z", "1368855154", "today",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
    "2013-05-18T05:32:34+01:60", "+12013-05-18T05:32:34Z", "٢٠١٣-05-18T05:32:34Z",
    "2013-W20-6T05:32:34Z", "2013-138T05:32:34Z", "2013-05-18T05:32:34Z\n",
]  # fmt: skip


@pytest.mark.parametrize(("text", "us"), BOTH)
@pytest.mark.parametrize("version", Version)
def test_instants_of_timestamps(text: str, us: int, version: Version) -> None:
    assert parse_us(text, version) == us


@pytest.mark.parametrize(("text", "us"), ONLY_V1)
def test_iso_8601_timestamps_belong_to_1_0(text: str, us: int) -> None:
    """A timestamp without a zone is read as UTC."""
    assert parse_us(text, Version.V1) == us
    assert not is_timestamp(text, Version.V2)


@pytest.mark.parametrize("text", NEITHER)
@pytest.mark.parametrize("version", Version)
def test_what_is_no_timestamp_is_refused(text: str, version: Version) -> None:
    assert not is_timestamp(text, version)


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_instants_survive_being_written(us: int) -> None:
    text = format_us(us)
    assert len(text) == 27
    assert parse_us(text, Version.V2) == us


@pytest.mark.parametrize(
    ("text", "under_v1", "under_v2"),
    [
        ("1.0.0", Version.V1, Version.V1),
        ("1.0.3", Version.V1, Version.V1),
        ("1.0.99", Version.V1, Version.V1),
        ("1.0.0-rc1", Version.V1, Version.V1),
        ("1.0", Version.V1, Version.V1),
        ("2.0.0", None, Version.V2),
        ("2.0.1", None, Version.V2),
        *((text, None, None) for text in ("", "1", "1.0.", "1.1.0", "0.95", "2.1.0", "2", "1.0.x")),
    ],
)
def test_versions_a_statement_may_have(
    text: str, under_v1: Version | None, under_v2: Version | None
) -> None:
    assert statement_version(text, Version.V1) is under_v1
    assert statement_version(text, Version.V2) is under_v2


@pytest.mark.parametrize("text", ["text/plain", "text/plain; charset=utf-8", 'a/b;c="d;e"'])
def test_media_types_are_taken(text: str) -> None:
    faults = Faults()
    CONTENT_TYPE(text, "", faults)
    assert not faults.found


@pytest.mark.parametrize(
    "text", ["", "text", "text/", "/plain", "a/b/c", "a/b; ;x" + " ;" * 9000 + "="]
)
def test_what_is_no_media_type_is_refused(text: str) -> None:
    faults = Faults()
    CONTENT_TYPE(text, "", faults)
    assert [fault.code for fault in faults.found] == ["not_a_media_type"]


@pytest.mark.parametrize("length", [0, 40, 55, 57, 63, 65, 127, 129])
def test_a_sha2_hash_has_the_length_of_one(length: int) -> None:
    faults = Faults()
    HASH("a" * length, "", faults)
    assert [fault.code for fault in faults.found] == ["not_a_sha2"]
    HASH("A" * 64, "", fine := Faults())
    assert not fine.found
