"""A clause that repeats an article but for a few words: what it adds, whose decision it lowers, which step it skips.

Local texts mostly restate; where a unit (up to its full stop) shares most of its words with one article, the words
the article lacks are what the local maker added. Only additions that burden somebody count: a ground for refusal, a
paper, a condition, a cost, a cut right (立法法 arts. 91, 93; 行政许可法 art. 16; 行政处罚法 art. 33). Pure functions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpora.text import Article
from .words import pairs, share

ALIKE, _OWN_WORDS = 0.6, 0.6
_FEWEST, _NOVEL, _LISTED = 8, 2, 3
_UNIT = re.compile(r"(?:[^。\n]|\n(?=\s*[（(]?[一二三四五六七八九十\d]+[）).．、]))+。?")
_SEGMENT = re.compile(r"[^，,。；：:、\n]+")
_ORGAN = re.compile(
    r"(?:县级以上|本级|当地|所在地|本?[省市县区州])?(?:(?![经由报向须应])[\u4e00-\u9fff]){0,10}?(?:人民政府|主管部门|行政部门|委员会|管理局|政府|部门|机关|办事处|[厅局委办])"
)
_DENIES = re.compile(
    r"不予(?!(?:行政)?处罚)|不得|不再|停止|停发|取消|注销|吊销|丧失|撤销|收回|限制|暂停|暂缓|解除|不批准|不核发|不能取得|列入"
)
_EASES = re.compile(r"不予(?:行政)?处罚|免予|从轻|减轻|不罚|免罚|容错")
_PAPERS = re.compile(r"提交|提供|材料|附具|附有|附送|应当附|并附|出具")
_ITEM = re.compile(r"^\s*[（(][一二三四五六七八九十]+[）)]|^(?:或者|以及|且|并且?)")
_CASES = re.compile(r"的[；，、。]")
_GROUND = re.compile(
    r"(?:未(?!取得|经批准|经许可)|不|无(?!正当)|拒绝|受到|受过|被|曾|连续|购有|购买|拖欠|参与|因)[^，。；]{1,24}"
    r"的(?:人员|单位|企业|教师|职工|个人|家庭|农户|学生)?$"
)
_PAPER = re.compile(
    r"(?:证明(?:书|材料|文件)?|意见书?|推荐(?:函|意见|信)|担保书?|保函|承诺书|同意书|公证书|审核报告|评估报告|检测报告|设计文件|"
    r"(?:缴纳|纳税|完税|缴费)凭证|无[^，。；]{1,8}记录|书面同意)$"
)
_STEP = re.compile(
    r"(?<!已)(?:经(?![营济验费办过纪])|报(?!告|送|酬|名))[^，。；]{1,20}?(?P<act>同意|批准|审批|登记|许可|核准|认可)"
)
_CONDITION = re.compile(
    r"(?:缴清|结清|预交|预缴|补缴)[^，。；]{1,14}|(?:须|必须|并须|应当|且)(?:为(?=[^，。；]{2,20}(?:人员|人|户|企业|单位|居民|村民|公民|的)$)|是|具有|先|由?法定代表人本人|由本人|持)[^，。；]{2,}|"
    r"(?:连续|纳税|居住|缴费|工作|从业|落户|参保|经营)[^，。；]{0,6}满[一二三四五六七八九十\d]+(?:年|个月)|"
    r"指定的?(?:地点|场所|机构|企业|维修点|银行|单位|医院|检测|公司|平台|厂家|品牌)|取得[^，。；]{0,12}(?:证|许可)[^，。；]{0,6}(?:后|方)|"
    r"凭[证票卡][^，。；]{2,4}|(?:且|并)[^，。；]{0,6}本[省市县区州镇][^，。；]{2,}|本[省市县区州镇](?:注册|登记|纳税|户籍|籍)"
)
_BURDEN = re.compile(
    r"自理|自费|(?:自行|各自)(?:承担|负担|解决|缴纳|购买)|各半|视为[^，。；]{0,6}(?:放弃|自动|撤回)|押金|保证金|上缴|加收|加征"
)
_CUT = re.compile(
    r"失效|作废|"
    r"由(?:所有人|当事人|劳动者|个人|企业|申请人|用户|业主|家长|患者|职工|消费者|农户|承包方)[^，。；]{0,12}(?:承担|负担|解决|支付|缴纳)|"
    r"以[一二两三]次为限|不超过[一二两三四五六七八九十\d]+次|仅限|限于|只能|只限|不(?:在(?!少数)|属于|适用|包括|计入|纳入)[^，。；]{2,}|除外|"
    r"不(?:予|再)(?:受理|补偿|退还|报销|接诊|支付|登记|退款|续期|赔付|享受|确认|发放|提供|公开)|"
    r"不得(?:再|申请|要求|享受|参加|报名|担任|领取)[^，。；]*|(?<!不)(?<!不得)可以收取|"
    r"无需(?:登记|告知|同意|批准)|可以不|先行(?:作为|处置)|直接(?:拆除|没收|吊销)"
)
_MILD = re.compile(
    r"依法|(?:以下|下列)情形|第[一二三四五六七八九十百]+条|材料(?:齐全|不全|不齐)|一次(?:性)?告知|公示|网上|线上|不收|免费|免收|及时|说明理由|书面(?:通知|告知)|鼓励|可以(?:申请|委托|投诉|依法|选择|"
    r"向)|保密|依法(?:处理|追究|承担|给予|移送)|监督|协助|不再(?:重复|要求|另行|收取|提交)|无(?:需|须)(?:重复|提交|提供|缴纳|另行|经)|"
    r"不得(?:收取|要求|拒绝|推诿|以|另行|擅自|非法|从事|开展|经营|泄露|转让|超过)|法律|法规|国家(?:另有|有关)?规定|构成犯罪|国家秘密|"
    r"商业秘密|不可抗力|^[^，]{0,4}补贴|奖励|其他"
)

# A case that is then granted what others have (户籍不在本地的，应当同样受理) burdens nobody.
_GRANTED = re.compile(
    r"^[，,](?:[^，。；不]{0,8})?(?:应当|可以|应|可)?(?:同样|照常|一并|平等|一视同仁|同等)[^，。；不]{0,12}(?:受理|办理|享受|登记|申请|保障|对待|发放)"
)
_ASSIGNED = re.compile(r"^指定的?[^，。；]*?([^，。；]{2})$")


@dataclass(frozen=True, slots=True)
class Deviation:
    """Words of a clause that the article it restates does not have: `start`, `end` in the clause, and what they do."""

    article: Article
    start: int
    end: int
    kind: str
    alike: float


def restated(text: str, articles: Sequence[Article]) -> Iterator[tuple[int, str, Article, float]]:
    """The units of a clause that repeat an article: place, words, the article closest and how alike."""
    for match in _UNIT.finditer(text):
        words = match[0]
        if len(pairs(words)) < _FEWEST:
            continue
        scored = [(share(words, article.text), article) for article in articles]
        alike, best = max(scored, key=lambda pair: (pair[0], pair[1].key), default=(0.0, None))
        if best is not None and alike >= ALIKE:
            yield match.start(), words, best, alike


def added(text: str, articles: Sequence[Article]) -> Iterator[Deviation]:
    """Burdens that a unit adds to the article it otherwise repeats, in order of place.

    Words that another article found on the matter has are nobody's own: an added paper may stand in the next article.
    """
    units = tuple(restated(text, articles))
    if not units:
        return
    law = "\n".join(article.text for article in articles)
    known = frozenset[str]().union(*(pairs(article.text) for article in articles))
    for start, unit, article, alike in units:
        for segment in _SEGMENT.finditer(unit):
            kind = _burden(segment[0].strip(), unit, law, known)
            if kind and not _GRANTED.search(unit[segment.end() :]):
                yield Deviation(article, start + segment.start(), start + segment.end(), kind, round(alike, 3))


def _burden(segment: str, unit: str, law: str, known: frozenset[str]) -> str | None:
    """What a segment that the article lacks lays on somebody; None for words the article has, and for mild ones."""
    mine = pairs(_ORGAN.sub(" ", segment))
    fresh = mine - known
    if len(fresh) < _NOVEL or _MILD.search(segment):
        return None
    if _GROUND.search(segment) and _denies(unit) and (_ITEM.search(segment) or len(_CASES.findall(unit)) >= _LISTED):
        return "ground"
    if _PAPERS.search(unit) and _PAPER.search(segment):
        return "paper"
    if any(found["act"] not in law for found in _STEP.finditer(segment)):
        return "condition"
    if any(_own(found[0], law, known) for found in _CONDITION.finditer(segment)):
        return "condition"
    if any(found[0] not in law for found in _BURDEN.finditer(segment)):
        return "cut"
    own = len(fresh) >= _OWN_WORDS * len(mine)
    return "cut" if own and any(found[0] not in law for found in _CUT.finditer(segment)) else None


def _denies(unit: str) -> bool:
    """Does the unit refuse, stop or take something? Grounds for a milder penalty burden nobody."""
    return bool(_DENIES.search(unit)) and not _EASES.search(unit)


def _own(words: str, law: str, known: frozenset[str]) -> bool:
    """Are the words the clause's own: not in the article, nor told apart from it by an organ's name alone?"""
    assigned = _ASSIGNED.match(words)
    if assigned and re.search(rf"指定[^，。；]{{0,10}}{re.escape(assigned[1])}", law):
        return False
    bare = _ORGAN.sub(" ", words)
    return words not in law and bool(pairs(bare) - known)
