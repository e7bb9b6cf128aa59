"""MHT (a web page saved in one file): the HTML part, in its own encoding."""

from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from ..errors import FileDamaged, NoText
from ..limits import Limits
from ..text import Block, Extract, Source
from . import media
from .encoding import decode
from .html import decode_markup, read_markup
from .lines import paragraphs


def read(source: Source, limits: Limits) -> Extract:
    """Blocks of the first HTML part, else of the first text part. Raises FileDamaged, NoText."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(source.data)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (MessageError, ValueError, LookupError) as error:
        raise FileDamaged(f"“{source.name}”不是完整的 MHT 文件", "请在浏览器中另存后重新提交") from error
    for wanted in (media.HTML, media.TEXT):
        for part in parts[: limits.max_members]:
            if part.get_content_type() == wanted and (data := _payload(part)).strip():
                return _read(source, part, data, limits)
    raise NoText(f"“{source.name}”中没有网页正文", "请在浏览器中另存后重新提交")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _read(source: Source, part: Message, data: bytes, limits: Limits) -> Extract:
    charset = part.get_content_charset() or ""
    if part.get_content_type() == media.HTML:
        return read_markup(source.name, decode_markup(source.name, data, charset)[0], limits)
    try:
        text = decode(data)[0]
    except UnicodeError as error:
        raise NoText(f"“{source.name}”中没有可读的文字", "请在浏览器中另存后重新提交") from error
    return Extract(blocks=tuple(Block(text=line) for line in paragraphs(text.splitlines())))
