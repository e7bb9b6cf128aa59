"""The writing system: traditional to simplified, widths, pinyin glosses. Everything maps one to one or is deleted."""

import re
import unicodedata
from functools import lru_cache
from typing import Protocol

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f〇"
_HAN_CHAR = re.compile(f"[{HAN}]")

# Half width for digits, Latin letters and signs of numbers; Chinese punctuation keeps its width.
WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
WIDTH |= {ord(c): ord(n) for c, n in zip("％＋－／＝＆＠＃＊＄＿［］｛｝＼", "%+-/=&@#*$_[]{}\\", strict=True)}
WIDTH |= {
    ord(c): ord(n) for c, n in zip("﹐﹑﹒﹔﹕﹖﹗﹙﹚﹝﹞｡｢｣､﹪﹡", "，、.；：？！（）〔〕。「」、%*", strict=True)
}
WIDTH |= dict.fromkeys((9, 11, 12, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288), 32)
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ue000-\uf8ff"
    "\U000e0000-\U000e0fff]"
)
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_WIDE = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(WIDTH)) + "]")
_RADICALS = str.maketrans("⺠⺎⺟⻅⻆⻉⻋⻓⻔⻚⻛⻜⻢⻤⻥⻦⻩⻬⻮⻰", "民兀母见角贝车长门页风飞马鬼鱼鸟黄齐齿龙")

_TONED = "āáǎăàēéěĕèīíǐĭìōóǒŏòūúǔŭùǖǘǚǜńňǹḿ"
_LETTER = f"a-zɡɑü{_TONED}"
_SYLLABLE = rf"(?:zh|ch|sh|[bpmfdtnlgɡkhjqxrzcsyw])?[aɑoeiuü{_TONED}]{{1,3}}(?:ng|nɡ|n|r|[{_TONED}])?"
_GLOSS = re.compile(
    rf"(?<=[{HAN}])[(（【\[][ ·]?(?P<body>{_SYLLABLE}(?:[ ’'·]?{_SYLLABLE}){{0,7}})[ ]?[)）】\]]", re.IGNORECASE
)
_INTERLEAVED = re.compile(rf"(?<=[{HAN}])\s?(?P<body>{_SYLLABLE})(?![{_LETTER}A-Z])", re.IGNORECASE)
_RESIDUE = re.compile(rf"(?<=\?)(?P<body>{_SYLLABLE})[)）]", re.IGNORECASE)
_LINE = re.compile(rf"\s*{_SYLLABLE}(?:[ ,.，。、]+{_SYLLABLE})+[ .。]*", re.IGNORECASE)
_HAS_TONE = re.compile(f"[{_TONED}]")


class Converter(Protocol):
    def convert(self, text: str) -> str: ...


def half_width(text: str) -> str:
    """Digits, Latin letters, signs of numbers and blanks in half width; Chinese punctuation stays wide."""
    return text.translate(WIDTH) if _WIDE.search(text) else text


def compatible(text: str) -> str:
    """Compatibility ideographs and radicals (broken PDF fonts print them) as the ordinary characters, one to one."""

    def ordinary(found: re.Match[str]) -> str:
        plain = unicodedata.normalize("NFKC", found[0])
        return plain if len(plain) == 1 else found[0]

    return _COMPATIBLE.sub(ordinary, text.translate(_RADICALS)) if _COMPATIBLE.search(text) else text


def traditional_share(text: str) -> float:
    """Share of the Chinese characters that exist in traditional script only."""
    han = len(_HAN_CHAR.findall(text))
    return len(_SAMPLE.findall(text)) / han if han else 0.0


def simplify(text: str) -> str:
    """Simplified characters of the same length (opencc t2s; 著 as a particle becomes 着)."""
    converted = _converter().convert(text)
    if len(converted) != len(text):
        converted = "".join(_one(c) for c in text)
    converted = converted.replace("於", "于")
    return re.sub(r"(?<![显昭土编原名专论译遗巨拙卓])著(?![作名书称述录者]|$)", "着", converted)


def glosses(text: str, neutral: bool) -> list[tuple[int, int]]:
    """Spans of pinyin in `text`: bracketed after characters, or standing between them.

    A gloss must carry a tone mark; with `neutral` (the document is glossed throughout) bracketed syllables
    without one count as well. Of a gloss whose opening was lost to "?" the rest goes, the "?" stays.
    """
    if not neutral and not _HAS_TONE.search(text):
        return []
    found = [m.span() for m in _GLOSS.finditer(text) if neutral or _HAS_TONE.search(m["body"])]
    taken = {start for start, _ in found}
    found += [m.span() for m in _INTERLEAVED.finditer(text) if _HAS_TONE.search(m["body"]) and m.start() not in taken]
    found += [m.span() for m in _RESIDUE.finditer(text) if _HAS_TONE.search(m["body"])]
    return sorted(found)


def is_pinyin_line(text: str) -> bool:
    """Whether a line holds nothing but toned pinyin (printed above the characters)."""
    tones = len(_HAS_TONE.findall(text))
    return tones > 0 and bool(_LINE.fullmatch(text)) and tones * 3 >= len(text.split())


@lru_cache(maxsize=1)
def _converter() -> Converter:
    from opencc import OpenCC  # type: ignore[import-untyped]

    made: Converter = OpenCC("t2s")
    return made


@lru_cache(maxsize=8192)
def _one(char: str) -> str:
    converted = _converter().convert(char)
    return converted if len(converted) == 1 else char


# Traditional forms of the commonest characters of official prose; enough to tell the script of a document.
_SAMPLE = re.compile(
    "[為這個國時來們對會發動過說產種後經進電現實體當點從業還應開樣與關線數質氣變條沒結問無軍黨員總設長頭資級圖統見"
    "計別論運農幾區強決戰則據處縣辦規罰號許證單請記監責權務執認貫徹範圍機構組織領導將於財稅費額場廠廳鄉鎮鐵車轉輸"
    "貿貨價買賣競爭標準審項確復議訴訟專門聯繫繼續練習優勢環護廣東劃調詢題選舉辭職滿學藝術鑒報籤讓給勞傷醫療藥衛納"
    "徵繳異擴擬擔擇損擾攔攜攝聽聲臺舊興艱莊華萬蓋蘇蘭虛衝補裝製複親觀覺訂訊討訓託訪評詐試誠話詳誤課誰談諮謀識譜譯"
    "讀豐貧販貪貯貴貸賀賊賓賞賠賢賬購贈軌軟較載輔輕輛輩輪輯轄遠適遷遺邊鄭鄰醜釋針鈔鋼錄錢錯鍋鍵鎖鐘閉間閒閣閱陳陸"
    "陽隊階際險隨隱雖雙雜離難靈靜響頁頂順須預頻顏類顧顯風飛飯飲飾養館馬駐駛驗驚鬥魚鳥麥黃齊齒龍]"
)
