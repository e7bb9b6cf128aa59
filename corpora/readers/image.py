"""Scans: text of pictures by rapidocr (the extra `ocr`), line by line with boxes and doubt."""

import importlib.util
import warnings
from functools import lru_cache
from io import BytesIO
from typing import Any

from ..errors import FileDamaged, FileTooLarge, NoText, ToolMissing
from ..limits import Limits
from ..text import Extract, Source
from .layout import Line, lay_out, merge_row

_DOUBT = 0.85
_LONGEST_SIDE = 3200


def read(source: Source, limits: Limits) -> Extract:
    """Blocks of a PNG, JPEG, BMP or (several pages) TIFF. Raises FileDamaged, FileTooLarge, NoText."""
    pages: list[tuple[Line, ...]] = []
    try:
        for number, picture in enumerate(_frames(source, limits), 1):
            pages.append(recognise(picture, number))
    except ToolMissing as error:
        raise NoText(f"“{source.name}”是图片，未安装文字识别组件", error.remedy) from error
    blocks = lay_out(pages)
    if not blocks:
        raise NoText(f"“{source.name}”中没有识别到文字", "请提供更清晰的扫描件或可编辑文本")
    return Extract(blocks=blocks)


def recognise(picture: Any, page: int, scale: float = 1.0) -> tuple[Line, ...]:
    """Lines of a PIL picture; boxes are divided by `scale`. Raises ToolMissing where rapidocr is absent."""
    import numpy as np

    result = _engine()(np.asarray(picture.convert("RGB")))
    if result.boxes is None or result.txts is None:
        return ()
    size = (picture.width / scale, picture.height / scale)
    lines = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        xs, ys = corners[:, 0] / scale, corners[:, 1] / scale
        box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        lines.append(Line(text=str(text), page=page, box=box, page_size=size, doubtful=float(score) < _DOUBT))
    return _rows(lines)


def _rows(lines: list[Line]) -> tuple[Line, ...]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.box[1] + one.box[3], one.box[0])):
        middle = (line.box[1] + line.box[3]) / 2
        last = (rows[-1][-1].box[1] + rows[-1][-1].box[3]) / 2 if rows else -1e9
        if rows and abs(middle - last) < 0.4 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(merge_row(sorted(row, key=lambda one: one.box[0])) for row in rows)


def _engine() -> Any:
    if importlib.util.find_spec("rapidocr") is None:
        raise ToolMissing("未安装文字识别组件", "请安装：pip install beishen[ocr]，或提交可编辑文本")
    return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})


def _frames(source: Source, limits: Limits) -> Any:
    from PIL import Image, ImageSequence, UnidentifiedImageError

    broken = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(BytesIO(source.data), formats=["PNG", "JPEG", "TIFF", "BMP"])
        except Image.DecompressionBombError as error:
            raise _too_large(source, limits) from error
        except broken as error:
            raise FileDamaged(f"“{source.name}”损坏，不是可读的图片", "请重新扫描或导出") from error
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            if frame.width * frame.height > limits.max_pixels or number >= limits.max_ocr_pages:
                raise _too_large(source, limits)
            try:
                shown = frame.convert("RGB")
            except broken as error:
                raise FileDamaged(f"“{source.name}”第 {number + 1} 页损坏", "请重新扫描或导出") from error
            shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            yield shown


def _too_large(source: Source, limits: Limits) -> FileTooLarge:
    return FileTooLarge(
        f"“{source.name}”图片过大（上限 {limits.max_pixels // 10**6} 百万像素、{limits.max_ocr_pages} 页）",
        "请降低分辨率或拆分后提交",
    )
