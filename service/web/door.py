"""What every page carries: the menu, the headers that guard it, and a word of what was just done."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import Response

COOKIE = "beishen_session"
SECURITY: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }
)
_HEADINGS = {
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    409: "现在不能这样做",
    412: "内容已被他人修改",
    413: "文件过大",
    415: "不支持的文件",
    422: "文件无法处理",
    429: "请稍后再试",
    503: "暂时无法使用",
    507: "空间不足",
}
STYLES = ("", "done", "bad", "warn")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the main menu, shown to those who may do its action."""

    key: str
    name: str
    url: str
    action: str


MENU = (
    Item("home", "待办", "/", "filing.read"),
    Item("submit", "报送", "/submit", "filing.submit"),
    Item("ledger", "台账", "/ledger", "ledger.read"),
    Item("cleanups", "清理", "/cleanups", "cleanup.read"),
    Item("statistics", "统计", "/statistics", "statistics.read"),
    Item("laws", "法律库", "/laws", "law.read"),
    Item("admin", "管理", "/admin", "organ.manage"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A word to the visitor; `style` is one of STYLES."""

    text: str
    style: str = ""
    code: str = ""


def heading(status: int) -> str:
    return _HEADINGS.get(status, "没有完成" if status < 500 else "出了问题")


def remember_notice(answer: Response, notice: Notice) -> None:
    """Keep a word for the next page. It holds our own words only, never text of a document."""
    packed = base64.urlsafe_b64encode(json.dumps([notice.text, notice.style], ensure_ascii=False).encode()).decode()
    answer.set_cookie("notice", packed, max_age=30, httponly=True, samesite="lax")


def notice_of(request: Request) -> Notice | None:
    """The word kept by the page before. Whatever is in the cookie is escaped like any other text."""
    packed = request.cookies.get("notice", "")
    if not packed or len(packed) > 2000:
        return None
    try:
        text, style = json.loads(base64.urlsafe_b64decode(packed))
    except (ValueError, TypeError):
        return None
    return Notice(str(text), style if style in STYLES else "")
