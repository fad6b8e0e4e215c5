"""Small forms that our own pages send, and where to go after them."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from lrs.errors import InvalidRequest, TooLarge

_MOST_BYTES = 16 * 1024
_MOST_FIELDS = 16
_LONGEST_PATH = 2_000


async def fields(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form. Raises InvalidRequest, TooLarge."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise TooLarge(f"A form has at most {_MOST_BYTES} bytes.")
    try:
        text = body.decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise InvalidRequest("The form cannot be read.") from error
    return dict(pairs)


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
