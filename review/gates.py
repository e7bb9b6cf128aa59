"""Gates: the lawful look-alikes. A gate that closes names itself, and the check stays quiet or steps down.

Every gate is a pure function of the clause, the sentence and the matched words.
"""

import re
from collections.abc import Callable

from ..corpora.text import Rank, Span
from .basis import carries
from .standard import Rule
from .support import restating
from .view import ClauseView, Sentence

Gate = Callable[[ClauseView, Sentence, re.Match[str], Rule], bool]

_NEGATOR = re.compile(
    r"(?:不得(?!不|拒|无故拒|拖延|逃避|逾期)|不再|不准|不应|不可(?!移动|抗力|分割|逆转|预见|避免)|不能(?!自理|到场|提供|出具|按期|按时|及时|履行|支付|缴纳|辨认|控制|满足|达到|证明)|不需要?|无需|无须|毋须|不必|不用|不以|不因|不作为|不列为|不设|不对(?=[^，。；]{0,16}(?:设定|设立|收取|规定))|不收取?|不向|不要求|不影响|"
    r"免于|免予|免除|免交|免收|免缴|取消|停止|停收|禁止|严禁|杜绝|(?<!代为)清理|防止|避免|纠正|制止|并非|而非|而不是|"
    r"除.{0,20}外，?不)[^，。；]{0,24}$|(?<![拒期时才])不(?:予(?:行政|给予)?)?$"
)
_ORGAN = r"(?:行政机关|机关|部门|单位|政府|街道|乡镇|机构|窗口|工作人员|执法人员|学校|医院|采购人|招标人)"
_BAN_ON_ORGAN = re.compile(
    rf"(?:{_ORGAN}[^。；，]{{0,16}}|^[^。；，]{{0,12}})(?:不得|严禁|禁止|不准)[^。；]{{0,6}}"
    r"(?:以|设|增|要求|收|限|强制|变相|违规|擅自|随意|另行|额外|对|将|把|向|因|采取|附加|指定|排斥|歧视|干预|实施|索要|摊派)"
    rf"|{_ORGAN}[^。；，]{{0,16}}(?:不得|严禁|禁止|不准)[^。；]{{0,6}}拒"
)
_BAN_LIST = re.compile(
    r"(?:不得(?!认定|享受|享有|申请|申领|申报|报名|报考|参加|纳入|录用|登记|办理|入学|评为)|严禁|禁止|不准|杜绝|(?<!代为)清理|整治|查处|违法违规)"
    r"[^。；]{0,40}(?:下列|以下|如下|情形|行为)?[^。；]{0,12}[：:]"
)
# A list of what outsiders may not do forbids the conduct, not the permit or the fee that an item presupposes.
_BAN_ON_OUTSIDERS = re.compile(
    r"(?:经营者|经营户|商户|摊主|企业|公司|业主|住户|居民|村民|农户|公民|个人|任何人|学生|家长|患者|旅客|乘客|投标人|供应商|申请人|当事人|驾驶人|"
    r"养犬人|施工单位|建设单位|用人单位|使用人|承租人)[^。；，：]{0,12}(?:不得|严禁|禁止|不准)"
)
_LAWFULLY = re.compile(
    r"(?:依法|依照|按照|根据|依据)(?!本(?:办法|规定|细则|通知|通告|方案|制度|意见|规则|公约))"
    r"(?:国家)?(?:有关|相关|法定)?(?:的)?(?:法律|法规|规章|规定|程序)?[^，。；]{0,12}$"
    r"|(?:法律|行政法规|法规)[^，。；]{0,10}(?:规定|处罚|处理)[^。；]{0,6}$"
)
_LAWFULLY_AFTER = re.compile(
    r"^[^。；]{0,16}(?:依法|依照(?:有关|相关)?(?:法律|法规)|(?:由|移送|移交)[^，。；]{0,20}(?:依法|处理|查处|处罚))"
)
_BENCHMARK = re.compile(r"裁量|处罚基准|轻微[^，。；]{0,6}违法|首违不罚|免罚|不予(?:行政)?处罚|权责清单|处罚事项")
_INWARD = re.compile(
    r"(?<!由)(?:工作人员|公务员|公职人员|国家机关|领导干部|责任人员?|党员|干部|村干部|评标专家|评审专家|成员单位|领导小组|区县"
    r"|各(?:级|区|县|市|镇|乡|街道|部门|单位|地)|执法(?:人员|机构|机关)|评估机构"
    r"|(?<!由)(?:乡镇|街道|主管部门)[^，。；由]{0,12}(?:未|不|违反|违规|擅自|玩忽|滥用))[^。；由]{0,40}$"
)
_CELL = " | "
# An article named and then printed, not applied: neither 依照《…》第…条 nor 《…》第…条的规定.
_PRINTED = re.compile(
    r"(?<![照据按反])(?<!违反了)《[^》\n]{2,50}》(?:[（(][^）)]{0,20}[）)])?\s*第[零〇一二三四五六七八九十百千\d]+条"
    r"(?:之[一二三四五])?(?:第[一二三四五六七八九十]+款)?(?:第[一二三四五六七八九十、第项]+项)?(?![的之，、。；和及]|规定|第|款|项|$)"
)
_STAFF = re.compile(r"引咎辞职|停职检查|责令辞职|(?:行政|执法)过错|从事行政执法|执法资格|行政执法证")
_BENEFIT_TITLE = re.compile(
    r"支持|若干(?:政策)?措施|若干政策|补贴|补助|奖励|奖补|扶持|资助|专项资金|资金管理|项目管理|评选|评审|申报|认定(?:管理)?办法|示范|基金|优惠|人才|贷款贴息|揭榜"
)
_BENEFIT = re.compile(r"服务券|消费券|创新券|补贴|补助|奖励|奖补|扶持|资助|资金|项目|资格|称号|荣誉|申报|补偿|优惠")
_REWARD = re.compile(r"给予(?:一次性)?(?:奖励|补助|补贴|资助|支持|优惠|减免)|减免|免征|免收|减征|降低|缩短|放宽")
_CONTRACT = re.compile(
    r"违约(?!金)|(?:合同|协议)(?:的)?(?:约定|条款)|(?<![不未绝])(?:签订|订立|签署)的?[^，。；]{0,6}(?:合同|协议)|(?:双方|当事人)约定|按照?(?:约定|(?:合同|协议)(?!价|金额|总))"
)


def negated(_view: ClauseView, sentence: Sentence, match: re.Match[str], _rule: Rule) -> bool:
    """The matched act is what the clause forbids, drops or does without."""
    return denied(sentence, match)


def denied(sentence: Sentence, match: re.Match[str]) -> bool:
    """Do the words before a match, or what leads in to it, forbid or drop it?"""
    before = sentence.text[: match.start()]
    if _NEGATOR.search(sentence.segment_before(match.start())):
        return True
    if _BAN_ON_ORGAN.search(before):
        return True
    lead = sentence.lead
    return bool(_BAN_LIST.search(lead)) and not _BAN_ON_OUTSIDERS.search(lead)


def cited(view: ClauseView, sentence: Sentence, _match: re.Match[str], rule: Rule) -> bool:
    """The sentence, or what stands before it up to the full stop, rests on a named act of an admissible rank."""
    ranks = rule.data.admissible or (Rank.LAW, Rank.ADMIN_REGULATION, Rank.LOCAL_REGULATION)
    whole = Span(sentence.span.start - len(sentence.before), sentence.span.end)
    return any(carries(view.setting.store, found, ranks) for found in view.cited_in(whole))


def lawfully(_view: ClauseView, sentence: Sentence, match: re.Match[str], _rule: Rule) -> bool:
    """The clause refers the act to the law in general (依法给予…, 按照国家有关规定…)."""
    before, after = sentence.text[: match.start()], sentence.text[match.start() :]
    return bool(_LAWFULLY.search(before[-30:]) or _LAWFULLY_AFTER.search(after))


def restated(view: ClauseView, sentence: Sentence, _match: re.Match[str], rule: Rule) -> bool:
    """A provision of an admissible rank says the same words: the clause repeats it."""
    return restating(view, sentence, rule) is not None


def benchmark(view: ClauseView, sentence: Sentence, _match: re.Match[str], _rule: Rule) -> bool:
    """A discretion benchmark within the law's range (行政处罚法 art. 34)."""
    return graded(view) or bool(_BENCHMARK.search(sentence.text))


def graded(view: ClauseView) -> bool:
    """Is the document a benchmark of penalties, by its title?"""
    return bool(_BENCHMARK.search(view.setting.title))


def quoting(view: ClauseView, sentence: Sentence) -> bool:
    """A benchmark or a table prints the article it applies: the words are that article's, not the maker's."""
    if not graded(view) and _CELL not in view.text:
        return False
    return bool(_PRINTED.search(view.text[: sentence.span.end - view.clause.span.start]))


def inward(_view: ClauseView, sentence: Sentence, match: re.Match[str], _rule: Rule) -> bool:
    """The act is aimed at the organ itself, its staff or its subordinates."""
    return bool(_INWARD.search(sentence.text[: match.start()]) or _STAFF.search(sentence.text))


def benefit(view: ClauseView, sentence: Sentence, match: re.Match[str], _rule: Rule) -> bool:
    """The act conditions or withdraws the very benefit that the document itself grants."""
    near = sentence.text[max(0, match.start() - 30) : match.end() + 20]
    return bool(_BENEFIT_TITLE.search(view.setting.title) and _BENEFIT.search(near))


def contract(_view: ClauseView, sentence: Sentence, _match: re.Match[str], _rule: Rule) -> bool:
    """The act is a consequence agreed in a contract."""
    return bool(_CONTRACT.search(sentence.text))


def reward(_view: ClauseView, sentence: Sentence, _match: re.Match[str], _rule: Rule) -> bool:
    """The clause grants, lowers or speeds something: it burdens nobody."""
    return bool(_REWARD.search(sentence.text))


def quoted(_view: ClauseView, sentence: Sentence, match: re.Match[str], _rule: Rule) -> bool:
    """The matched words are only named: inside 《》 or quotation marks."""
    return named(sentence, match)


def named(sentence: Sentence, match: re.Match[str]) -> bool:
    """Do the words stand inside 《》 or quotation marks?"""
    before = sentence.text[: match.start()]
    return before.count("《") > before.count("》") or before.count("“") > before.count("”")


GATES: dict[str, Gate] = {
    gate.__name__: gate
    for gate in (negated, cited, lawfully, restated, benchmark, inward, benefit, contract, reward, quoted)
}


def closed(view: ClauseView, sentence: Sentence, match: re.Match[str], rule: Rule) -> str | None:
    """Name of the first gate of the rule that keeps it quiet here, or None."""
    return next((name for name in rule.data.gates if GATES[name](view, sentence, match, rule)), None)
