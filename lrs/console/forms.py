"""Small forms that our own pages send, and where to go after them."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from lrs.console.language import _, mark
from lrs.errors import Forbidden, InvalidRequest, TooLarge

_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 300
_LONGEST_PATH = 2_000
TOLD: Final = "told"
"""The id of what a form did (macro `told` of parts.html). A redirect after a form has it as its
fragment: the page lands there, and it has the focus."""
_MISUSED = mark("Forms are taken from this server's own pages only.")


class Fields(dict[str, str]):
    """The fields of a form. Of a name that stands more than once the last; `all` has every one."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def all(self, name: str) -> list[str]:
        return [text for key, text in self._pairs if key == name]


async def fields(request: Request, most_bytes: int = _MOST_BYTES) -> Fields:
    """The fields of a URL-encoded form. Raises InvalidRequest, TooLarge."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge(f"A form has at most {most_bytes} bytes.")
    try:
        text = body.decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise InvalidRequest(_("The form cannot be read.")) from error
    return Fields(pairs)


def own_page(origin: str, request: Request) -> None:
    """Refuse a form that another origin's page sent: browsers say where a POST comes from.

    origin: the server's own, as the outside knows it.
    """
    told = request.headers.get("origin")
    if told is None:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise Forbidden(_(_MISUSED))
        return
    if urlsplit(told).netloc not in {request.headers.get("host"), urlsplit(origin).netloc}:
        raise Forbidden(_(_MISUSED))


def local_path(wanted: str) -> str:
    """`wanted` if it is a path on this server, else the front page: never another site.

    Browsers take `//host`, `/\\host` and paths with control characters for other sites.
    """
    fine = (
        wanted.startswith("/")
        and not wanted.startswith("//")
        and len(wanted) <= _LONGEST_PATH
        and "\\" not in wanted
        and wanted.isascii()
        and wanted.isprintable()
    )
    return wanted if fine else "/"
