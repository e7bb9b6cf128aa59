"""How an answer leaves: as JSON of its shape, with an ETag, as a file to save."""

from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from .shapes import Shape


def plain(shape: type[Shape], value: object) -> dict[str, Any]:
    """A dataclass as the JSON of its shape."""
    found: dict[str, Any] = shape.model_validate(value).model_dump(mode="json")
    return found


def etag(version: int | str) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def tagged(request: Request, shape: type[Shape], value: object, version: int | str) -> Response:
    """The answer with its ETag; 304 where the caller has it already."""
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if request.method == "GET" and f'"{version}"' in known:
        return Response(status_code=304, headers=etag(version))
    return JSONResponse(plain(shape, value), headers=etag(version))


def attachment(name: str) -> dict[str, str]:
    """The header that names a download in any script (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
