"""Facts of a clause's wording by its parts: what main parts say, what conditions say, who is told to do what.

A clause is cut into units (full stop, semicolon, line) and these into parts (comma, colon). A part that ends like a
condition (的, 时, 前, …) only says when something holds; what stands in it brings no act. The patterns follow the
decision rules beside the own clauses.
"""

import re

_NUMBER = re.compile(r"^\s*(第[零一二三四五六七八九十百]+条\s*|[（(]?[零一二三四五六七八九十\d]+[)）、.．]\s*)")
_UNIT = re.compile(r"[。；\n]")
_PART = re.compile(r"[，：]")
_CONDITION = re.compile(r"(的|时|前|后|除外|期间|情况下|范围内|之日起|以外|之外)$")

_ACTORS = {
    "staff": (
        r"各乡镇|各镇|各街道|各科室|各县|各区|各地|工作人员|执法人员|检查人员|窗口|各单位|各部门|民警|人员应当"
        r"|本局|我局|市局|县局|值班|科室|干部|各成员单位"
    ),
    "lower": (
        r"镇|乡|街道|办事处|村委会|村民委员会|居民委员会|居委会|社区|村集体|网格员|协管员|联防队|协会|公司|中心"
        r"|指挥部|领导小组|管委会|执法队|服务站|指挥机构|各村|站"
    ),
    "organ": (
        r"局|厅|署|部门|机关|政府|委员会|大队|支队|海关|法院|派出所|公安|机构|执法人员|人民警察|民警|检查人员"
        r"|调查人员|工作人员|窗口|税务|指挥部|办公室|各地|院"
    ),
}
_SUBJECTS = {name: re.compile(pattern) for name, pattern in _ACTORS.items()}
_KINDS = (*_ACTORS, "outside", "nobody")
_MODAL = re.compile(r"应当|必须|不得|禁止|严禁|可以|有权|须|应(?![急用邀付收届聘税答对计纳试发诺])|不予|由")
_SAME = {"必须": "应当", "须": "应当", "应": "应当", "严禁": "不得", "禁止": "不得", "有权": "可以"}
_MODALS = ("应当", "不得", "可以", "不予", "由", "")
# How much of a subject is looked at: before the modal word, and after 由.
_BEFORE, _AFTER = 14, 14

_PATTERNS = {
    "permit needed": (
        r"(?:应当|须|必须|应|方可|需)[^，。；]{0,26}(?:批准|许可(?!费)|审批|核准|许可证|资格证|准入证|执业证|资质证|合格证"
        r"|准运证|审核同意|批复)"
    ),
    "or else not": r"未(?:经|取得|获得)?[^，。；]{0,16}(?:批准|许可|同意|核准|证)的?，?[^。；]{0,8}不得",
    "permit asked": (
        r"(?:申请|申领|领取|取得|办理|换发|延续|注销|变更|核发|颁发|补办)[^，。；]{0,14}"
        r"(?:许可|证书|[^明]证(?!明|据|件|实)|资质|资格|执照)"
    ),
    "permit decided": (
        r"(?:作出|予以|不予|准予)[^，。；]{0,10}(?:许可|批准|核准|注册|审批|发证|延续)|不予(?:登记|核发)"
        r"|是否(?:批准|许可|准予)"
    ),
    "permit runs": r"有效期|届满[^，。；]{0,12}(?:延续|换证)|延期",
    "checked": r"年检|年审|校验|审验|核验|验收合格|检验合格|年度检查|检疫",
    "permit by": r"由[^，。；]{2,22}(?:批准|审批|核准|核发|颁发|许可)",
    "yes of an organ": (
        r"(?:经|报|征得)[^，。；]{2,20}(?:局|部门|政府|街道|办事处|委员会|机关|镇|主管)[^，。；]{0,8}"
        r"(?:批准|同意|审批|核准|审核)"
    ),
    "yes of owners": (
        r"(?:业主|村民|家长|本人|监护人|成员|个人|会员|村民会议|职工代表)[^，。；]{0,16}(?:同意|表决|决定|讨论)"
    ),
    "no permit": (
        r"(?:不需要|无需|不再|免予|不需|不另行|不用)[^，。；]{0,14}(?:许可|审批|批准|登记|备案|办理|申领|核准|证)"
    ),
    "fine": r"处[^，。；]{0,30}(?:罚款|滞纳金)|罚款|加处",
    "loss": (
        r"没收|吊销|拘留|警告|通报批评|处分|黑名单|失信|严重违法|停产|停业|清退|除名|开除"
        r"|取消[^，。；]{0,12}(?:资格|称号|评优|评先|待遇|补贴|补助)|禁止[^，。；]{0,8}(?:参加|从事)|终身不得|年内不得|不得再|终生"
    ),
    "blame": (
        r"追究[^，。；]{0,10}责任|依法(?:查处|处罚|惩处)|查处|从重|从轻|减轻处罚|不予(?:行政)?处罚|不再给予|违约金"
        r"|信用档案|计入|记入"
    ),
    "grip": (
        r"扣押|扣留|查封|暂扣|断电|停水|停电|停气|停止供|停供|拆除|拖移|拖离|划拨|代履行|代为|强制|强行|清除|收容|征用"
        r"|征收|封闭|封存|先行登记|冻结|抵扣|代扣|扣缴|扣减|扣回|切断|限制[^，。；]{0,6}出境|约束|隔离"
    ),
    "no grip": r"不得[^，。；]{0,16}(?:扣押|查封|强制|停水|停电|停止供|拆除|扣留|断)",
    "court acts": r"申请[^，。；]{0,8}法院[^，。；]{0,8}执行|强制执行",
    "pay": (
        r"(?:缴纳|交纳|交存|预缴|预交|收取|缴存|补缴|加收|计收|征收|缴付|缴清|交付|支付)"
        r"[^，。；]{0,20}(?:费|金|款|税|元)"
    ),
    "cost borne": r"费用?[^，。；]{0,6}由[^，。；]{1,16}(?:承担|负担|支付|分担)|费用自理|自付",
    "charge": r"押金|保证金|滞纳金|工本费|收费|会费|费率|保费|水费|电费|票价|价格为",
    "no charge": r"不(?:得)?(?:向[^，。；]{0,12})?(?:再)?(?:另行)?(?:收取|收费|缴纳|交纳)|免收|不另收|免予缴纳|不收",
    "free": r"免费|免征|半价|减半|减免|免门票|免票",
    "paper": (
        r"(?:提交|提供|出具|出示|交验|附具?|凭|持|查验|交)[^，。；]{0,26}"
        r"(?:证明|证件?|材料|书|表|照片|发票|户口簿|合同|清单|报告|意见|复印件|凭证|单|文件|执照)"
    ),
    "no paper": r"(?:不得|不再|不|无需|免予)(?:另行|重复)?(?:要求)?[^，。；]{0,14}(?:提交|提供|出具|索要|开具)",
    "must be": r"(?:应当|须|必须|应)(?:同时)?(?:具备|具有|有(?!关)|符合|为|是(?!否)|满|达到|持有|连续|在本)",
    "conditions": (
        r"下列条件|条件：|条件的|年满|周岁|户籍|注册资本|面积不|距离|间距|相距|从业人员不|连续缴纳"
        r"|无(?:犯罪|违法)|健康"
    ),
    "only": r"限于|仅限|只限|方可|只能|方能|限本",
    "shut out": (
        r"不得(?:申请|报名|申领|享受|参加|纳入|入学|从事|担任|报考|领取|录用|聘用|招用|作为)"
        r"|不予(?:受理|办理|发证|认定|批准|登记|录取|录用|接收|注册|核发)|除外|排除"
    ),
    "obliged": (
        r"(?:应当|须|必须|应)[^，。；]{0,16}(?:安装|配备|保持|设置|建立|保存|使用|投保|停放|清理|清扫|查验|培训|配合|保密"
        r"|保管|签订|购买|支付|赔偿|承担|组织|公示|明示|采取|制定|遵守|履行|劝阻|接种|修复|恢复|保障|提供)"
    ),
    "banned": (
        r"(?:不得|禁止|严禁)[^，。；]{0,20}(?:销售|排放|占用|燃放|倾倒|堆放|擅自|携带|饲养|生产|使用|捕捞|建设|设置|进入|提供"
        r"|泄露|从事|采集|转发|发布|停放|安装|辞退|解除|降低)"
    ),
    "kept": r"台账|记录[^，。；]{0,8}保存|保存(?:期|时间|期限)?[^，。；]{0,8}(?:年|日|月)|留存|档案",
    "claim": (
        r"有权|可以(?:自主|自行|自愿|选择|依法|申请|要求|委托|提出|请求|查阅|复制|直接|拒绝|协商)|自愿"
        r"|自主(?:选择|决定)|由[^，。；]{1,10}自主"
    ),
    "choice guarded": (
        r"任何(?:单位|组织|个人|机关)[^，。；]{0,10}不得"
        r"|不得(?:强制|强迫|限制|变相|摊派|拒绝|要求|主张|索赔|转让|出租|指定|设置障碍|附加|歧视|干预|以)"
    ),
    "remedy": r"行政复议|诉讼|申诉|异议|复查|复核|投诉|举报|仲裁|听证|陈述|申辩|质疑",
    "taken as given up": r"视为(?:自动)?(?:放弃|同意|撤回|认可|不)",
    "taken as one of": r"视为(?!自动|放弃|同意|撤回|认可|不|受理|送达|准予|批准|准许|已)|视同|认定为|属于",
    "closed": (
        r"不予受理|不再受理|不予接|不再|不得异议|不予补偿|不另行补偿|不予赔偿|收回|暂缓|暂停办理|无效|失效|继续有效"
    ),
    "made good": r"补偿|赔偿|产假|年休假|停工留薪|合同期|试用期|解除[^，。；]{0,6}合同|退休|加班",
    "aid": (
        r"补贴|补助|奖励|资助|优惠|优待|津贴|待遇|救助|优先|贴息|表彰|抚恤|保险金|低保|褒扬|奖补|扶持|荣誉|慰问|帮办"
        r"|代办|公租房|贷款"
    ),
    "local": (
        r"本(?:市|县|区|省|地|镇|辖区)[^，。；]{0,10}(?:企业|注册|生产|户籍|业绩|登记|设立|供应|机构|产品|纳税|公司|购)"
        r"|外地|外埠|市外|县外|外省|本土"
    ),
    "assigned": (
        r"指定|独家|名录|入围|定点|统一(?:由|从|采购|购|安装|承|供应|配送|委托|使用|承保)"
        r"|由[^，。；]{2,14}(?:公司|协会|集团|中心|平台)[^，。；]{0,6}(?:统一|独家|负责|承|供)|专营|唯一|品牌|推荐"
    ),
    "alike": (r"不(?:区分|限|受|论)[^，。；]{0,10}(?:地|籍|所有制|户籍|注册)|同等|平等|一视同仁|公平|统一标准|不作为"),
    "tender": r"招标|投标|中标|评标|采购|竞价|竞争|拍卖|挂牌",
    "done in time": (
        r"(?:日|月|时|小时)内[^，。；]{0,16}(?:作出|办结|答复|决定|告知|送达|公布|完成|提出|审查|审核|受理|反馈|出具|办理|报"
        r"|登记|备案)|当场(?:作出|办|登记|告知|受理)|即时办"
    ),
    "steps": (
        r"公示|公告|征求|听取|表决|送达|书面|告知|通知|备案|审核|评审|抽取|流程|程序|步骤|公布|公开|核实|回避|笔录|催告"
        r"|登记|报告|申报|受理"
    ),
    "in charge": (
        r"由[^，。；]{2,24}(?:负责|组织|实施|承担|管理|监督|指导|确定|制定|公布|统筹|决定|办理|行使|处理|认定|调查)"
        r"|牵头|会同|委托|授权"
    ),
    "order": r"责令(?:限期)?(?:改正|整改|退还|停止|办理|恢复|清退|返还)",
    "office life": (
        r"例会|值班|归档|考核|通报|督办|轮岗|印章|会议|自查|值守|借阅|派车|报送|内部|绩效|签字|案卷|台账|工作动态|公文"
        r"|领导|科室|纪要|述职|审计|经费"
    ),
    "field work": r"宣传|巡查|检查|督查|指导|巡河|抽检|监测|抽查|统计|汇总",
    "frame": r"为了?[^，。；]{2,40}制定|起施行|同时废止|适用于|不适用|解释|有效期[一二三五\d]年|废止",
    "meaning": r"所称|是指|包括|分为",
    "public money": r"财政|经费|资金|预算",
}
_COMPILED = tuple(re.compile(pattern) for pattern in _PATTERNS.values())
_FIRST = tuple(f"first: {kind}" for kind in _KINDS)
_PAIRS = tuple(f"{kind} {modal}" for kind in _KINDS for modal in _MODALS)
NAMES = (
    *(f"main: {name}" for name in _PATTERNS),
    *(f"condition: {name}" for name in _PATTERNS),
    *_FIRST,
    *(f"first: {pair}" for pair in _PAIRS),
    *(f"any: {pair}" for pair in _PAIRS),
    "units",
)


def facts(text: str) -> tuple[float, ...]:
    """One number from 0 to 1 per fact, in the order of `NAMES`."""
    units = _units(text)
    main = "｜".join(part for parts in units for part, condition in parts if not condition)
    conditions = "｜".join(part for parts in units for part, condition in parts if condition)
    found: set[str] = set()
    for at, parts in enumerate(units):
        for kind, modal in _told([part for part, condition in parts if not condition]):
            found.add(f"any: {kind} {modal}")
            if at == 0:
                found.update((f"first: {kind}", f"first: {kind} {modal}"))
    size = 2 * len(_PATTERNS)
    words = [float(bool(side) and bool(pattern.search(side))) for side in (main, conditions) for pattern in _COMPILED]
    return (*words, *(float(name in found) for name in NAMES[size:-1]), min(len(units), 4) / 4)


def _units(text: str) -> list[list[tuple[str, bool]]]:
    """The parts of each unit; each with whether it is a condition."""
    found = []
    for unit in _UNIT.split(_NUMBER.sub("", text)):
        parts = [part for part in _PART.split(_NUMBER.sub("", unit.strip())) if part]
        last = len(parts) - 1
        if parts:
            found.append([(part, at < last and bool(_CONDITION.search(part))) for at, part in enumerate(parts)])
    return found


def _told(parts: list[str]) -> list[tuple[str, str]]:
    """Who is told what kind of thing by the first modal word: at most two kinds of actor."""
    subject, modal = "", ""
    for part in parts:
        match = _MODAL.search(part)
        if match is None:
            subject = part[-_BEFORE:]
            continue
        modal = _SAME.get(match[0], match[0])
        before = part[: match.start()][-_BEFORE:]
        subject = part[match.end() :][:_AFTER] if modal == "由" else before or subject
        break
    kinds = [name for name, pattern in _SUBJECTS.items() if pattern.search(subject)]
    return [(kind, modal) for kind in kinds[:2] or ["outside" if subject else "nobody"]]
