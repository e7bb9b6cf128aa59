"""Chinese numerals, both ways."""

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SHORT = {"廿": "二十", "卅": "三十"}
NUMERAL = "[零〇○一二两三四五六七八九十百千万亿廿卅]"


def chinese_to_int(text: str) -> int:
    """Value of a Chinese, Arabic or mixed integer ("一百二十", "二〇一九", "15", "3万").

    Raises ValueError for anything else.
    """
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    if not text:
        raise ValueError("empty numeral")
    if text.isdecimal():
        return int(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    for big, factor in (("亿", 10**8), ("万", 10**4)):
        head, mark, tail = text.partition(big)
        if mark:
            return (chinese_to_int(head) if head else 1) * factor + (chinese_to_int(tail.lstrip("零")) if tail else 0)
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int:
    total = digit = 0
    pending = False
    for part in re.findall(r"\d+|.", text):
        if part.isdecimal():
            digit, pending = int(part), True
        elif part in _DIGITS:
            digit, pending = _DIGITS[part], True
        elif part in _UNITS:
            total += (digit if pending else 1) * _UNITS[part]
            digit, pending = 0, False
        else:
            raise ValueError(f"not a numeral: {text!r}")
    return total + digit


def int_to_chinese(value: int) -> str:
    """Chinese numeral of 0 <= value < 10**8, as statutes print article numbers (一千二百四十二)."""
    if not 0 <= value < 10**8:
        raise ValueError(f"out of range: {value}")
    if value >= 10**4:
        head, rest = divmod(value, 10**4)
        joint = "零" if 0 < rest < 1000 else ""
        return int_to_chinese(head) + "万" + (joint + int_to_chinese(rest) if rest else "")
    if value == 0:
        return "零"
    words = ""
    for factor, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, factor)
        if digit:
            words += "零一二三四五六七八九"[digit] + unit
        elif words and value and not words.endswith("零"):
            words += "零"
    return words[1:] if words.startswith("一十") else words
