"""Text from bytes in any encoding Chinese files come in: UTF-8, UTF-16, GB18030, Big5, with and without a mark."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The commonest characters of Chinese official prose, simplified and traditional, with its punctuation.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社"
    "义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并"
    "提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强"
    "放决西被干做必战先回则任取据处府县市省局委办规章罚款令号准许可证应当有关单位个人申请登记监督检查责任施行本规定以下"
    "這為個國時來們對會發動過說產種後經進著電裡現實體當點從業還應開樣與關線數質氣變條沒結問無軍黨員總設長頭資級圖統見計別論運農"
    "幾區強決戰則據處縣辦規罰號許證單請記監責"
    "，。、；：《》（）“”？！…—〔〕　"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ODD = re.compile(r"[\x80-\x9f\ue000-\uf8ff\ufffd]")
_MISSING = 0.02


def decode(data: bytes) -> tuple[str, str, int]:
    """`(text, encoding, bad)`: the text, the encoding it was read in, and how many characters could not be read.

    Raises UnicodeError where the bytes are not text in any of the encodings.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data[len(bom) :].decode(encoding, "replace")
            return _checked(text, encoding)
    wide = _wide(data)
    if wide:
        return _checked(data.decode(wide, "replace"), wide)
    utf8 = _try(data, "utf-8")
    if utf8 is not None and not _CONTROL.search(utf8.replace("\x00", "")):
        return utf8.replace("\x00", ""), "utf-8", 0
    return _guess(data)


def looks_like_text(data: bytes) -> str | None:
    """The decoded head of a file, or None where it is not text. A character cut at the end does not count."""
    for cut in range(4):
        try:
            text, _, _ = decode(data[: len(data) - cut] if cut else data)
        except UnicodeError:
            continue
        return text
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: zero bytes of ASCII blanks and digits, or the high bytes of Chinese, on one side."""
    sample = data[:4096]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        text = sample[: half * 2].decode(encoding, "replace")
        if sum(1 for b in high if b == 0) > 0.7 * half and not low.count(0):
            return encoding
        if len(text) >= 4 and familiar(text) > 0.25 and "\ufffd" not in text[:-1]:
            return encoding
    return None


def _guess(data: bytes) -> tuple[str, str, int]:
    best: tuple[float, str, str, int] | None = None
    for encoding in ("gb18030", "big5", "utf-8"):
        text = data.decode(encoding, "replace")
        bad = text.count("\ufffd")
        value = familiar(text) - 10 * bad / max(1, len(text))
        if best is None or value > best[0] + 1e-9:
            best = (value, text, encoding, bad)
    assert best is not None
    _, text, encoding, _ = best
    return _checked(text, encoding)


def _checked(text: str, encoding: str) -> tuple[str, str, int]:
    bad = text.count("\ufffd")
    controls = len(_CONTROL.findall(text))
    if bad + controls > max(_MISSING * len(text), 1 if len(text) > 20 else 0):
        raise UnicodeError(f"not text in {encoding}: {bad} unreadable, {controls} control characters")
    if len(text) > 40 and len(_ODD.findall(text)) > 0.2 * len(text):
        raise UnicodeError(f"not text in {encoding}: private or control characters")
    return text.replace("\x00", ""), encoding, bad


def familiar(text: str) -> float:
    """Share of common Chinese characters among those beyond ASCII; private-use characters count against."""
    wide = [c for c in text if c > "\x7f"]
    if not wide:
        return 0.0
    return (sum(c in _COMMON for c in wide) - len(_ODD.findall(text))) / len(wide)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
