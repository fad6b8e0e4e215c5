"""An analyst's file, whatever form it has: CSV or CASE."""

from typing import Final

from lrs.errors import TooLarge
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.alignment.case import read_case
from lrs.storage.alignment.csv_files import read_csv
from lrs.storage.alignment.cycles import check_prerequisites

MOST_BYTES: Final = 64 * 2**20


def read_alignment(raw: bytes) -> Alignment:
    """What a file says of activities, skills and prerequisites.

    Raises InvalidFile with every fault and where it is, TooLarge.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"The file is larger than {MOST_BYTES} bytes.")
    made = read_case(raw) if _is_json(raw) else read_csv(raw)
    check_prerequisites(made.prerequisites)
    return made


def _is_json(raw: bytes) -> bool:
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
