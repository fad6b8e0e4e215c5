"""Bodies of the decorated routes that are files: read up to a size, whatever was announced."""

from fastapi import Request

from lrs.errors import TooLarge, UnsupportedMediaType


async def body(request: Request, most: int) -> bytes:
    """The whole body. Raises TooLarge, and UnsupportedMediaType for a compressed one."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise UnsupportedMediaType("Send the file without Content-Encoding.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLarge(f"The file is larger than {most} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)
