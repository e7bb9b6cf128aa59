"""Files in a request: multipart, or JSON with base64. Both give the same fields and the same files."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from ...corpora.errors import BadArgument
from ...corpora.text import Instrument, Level
from ..office import submission
from ..office.idempotency import fingerprint
from ..office.submission import Upload
from .entry import MAX_FILES, Day

Body = TypeVar("Body", bound=BaseModel)
_SEE = "请对照接口文档 /v1/openapi.json 核对"
Role = Annotated[str, Field(description=f"材料种类：{'、'.join(submission.ROLES)}；空为自动识别", max_length=20)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileBody(_Body):
    """一个文件。"""

    name: Annotated[str, Field(description="文件名，含扩展名", min_length=1, max_length=255)]
    content: Annotated[str, Field(description="文件内容，base64")]
    role: Role = ""


class FilingBody(_Body):
    """报送备案。"""

    kind: Annotated[str, Field(description="备案种类", max_length=40, examples=["normative"])] = "normative"
    organ_id: Annotated[int | None, Field(description="制定机关编号；报备单位的账号可省略", ge=1, lt=2**31)] = None
    title: Annotated[str, Field(description="文件标题；空则从文件中读取", max_length=500)] = ""
    number: Annotated[str, Field(description="发文字号", max_length=100)] = ""
    field: Annotated[str, Field(description="领域", max_length=40)] = ""
    issued: Annotated[Day | None, Field(description="成文日期")] = None
    published: Annotated[Day | None, Field(description="公布日期")] = None
    effective: Annotated[Day | None, Field(description="施行日期")] = None
    note: Annotated[str, Field(description="说明", max_length=2000)] = ""


class VersionBody(_Body):
    """新的文本版本。"""

    note: Annotated[str, Field(description="说明", max_length=2000)] = ""


class ReviewBody(_Body):
    """审查一个文件。"""

    as_of: Annotated[Day | None, Field(description="按哪一天的法律审查；省略为审查当日")] = None
    issuer: Annotated[str, Field(description="制定机关；空则从文件中读取", max_length=200)] = ""
    level: Annotated[Level | None, Field(description="层级")] = None
    instrument: Annotated[Instrument | None, Field(description="文种")] = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields and files of a request; `mark` tells a repetition from another request."""

    fields: Mapping[str, Any]
    files: tuple[Upload, ...]
    mark: str

    def body(self, kind: type[Body]) -> Body:
        """The fields as a model. BadArgument names those that do not fit."""
        try:
            return kind.model_validate(dict(self.fields))
        except ValidationError as error:
            rows = [f"{'/'.join(map(str, row['loc']))}：{row['msg']}" for row in error.errors()[:5]]
            raise BadArgument(
                "请求的字段无效：" + "；".join(rows)[:400], "请对照接口文档 /v1/openapi.json 核对"
            ) from error


async def sent(request: Request, most: int = MAX_FILES) -> Sent:
    """Read a request. BadArgument, and 415 for another content type."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        fields, files = await _multipart(request, most)
    elif media == "application/json":
        fields, files = _json(await request.body())
    else:
        raise HTTPException(415, "请使用 multipart/form-data 或 application/json")
    if not files:
        raise BadArgument("请求中没有文件", "请在 files 中提交至少一个文件")
    if len(files) > most:
        raise BadArgument(f"文件多于 {most} 个", "请分次提交，或打包为 ZIP")
    said = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str).encode()
    parts = [part for file in files for part in (file.name.encode(), file.role.encode(), file.data)]
    return Sent(fields, files, fingerprint(request.url.path.encode(), said, *parts))


async def _multipart(request: Request, most: int) -> tuple[dict[str, Any], tuple[Upload, ...]]:
    fields: dict[str, Any] = {}
    uploads: list[tuple[str, bytes]] = []
    roles: list[str] = []
    async with request.form(max_files=most + 1, max_fields=400, max_part_size=2**16) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if name != "files":
                    raise BadArgument(f"文件放在了字段“{name[:40]}”", "请把文件放在 files 字段")
                uploads.append((value.filename or "", await value.read()))
            elif name == "roles":
                roles.append(value)
            elif value != "":
                fields[name] = value
    if len(roles) > len(uploads):
        raise BadArgument("roles 多于文件", "roles 的次序与 files 一一对应，可以省略")
    padded = roles + [""] * (len(uploads) - len(roles))
    return fields, tuple(Upload(name, data, role) for (name, data), role in zip(uploads, padded, strict=True))


def _json(raw: bytes) -> tuple[dict[str, Any], tuple[Upload, ...]]:
    try:
        body = json.loads(raw)
        if not isinstance(body, dict) or not isinstance(body.get("files"), list):
            raise BadArgument("请求体须为对象，其中 files 为数组", _SEE)
        files = [FileBody.model_validate(row) for row in body.pop("files")]
        return body, tuple(Upload(f.name, base64.b64decode(f.content, validate=True), f.role) for f in files)
    except (ValueError, RecursionError, binascii.Error) as error:
        if isinstance(error, BadArgument):
            raise
        raise BadArgument(
            "请求体不是有效的 JSON，或 files 的内容不是 base64", "请对照接口文档 /v1/openapi.json 核对"
        ) from error


def document(kind: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route with files, for its OpenAPI entry."""
    own = kind.model_json_schema()
    files = {"type": "array", "minItems": 1, "maxItems": MAX_FILES}
    base = {"type": "object", "additionalProperties": False, "description": own.get("description", "")}
    if "$defs" in own:
        base["$defs"] = own["$defs"]
    fields = own.get("properties", {})
    as_json = base | {
        "required": ["files"],
        "properties": fields | {"files": files | {"items": FileBody.model_json_schema(), "description": "文件"}},
    }
    form = base | {
        "required": ["files"],
        "properties": {
            **fields,
            "files": files | {"items": {"type": "string", "format": "binary"}, "description": "文件"},
            "roles": {"type": "array", "items": {"type": "string"}, "description": "各文件的材料种类，可省略"},
        },
    }
    content = {"multipart/form-data": {"schema": form}, "application/json": {"schema": as_json}}
    return {"requestBody": {"required": True, "content": content}}
