"""Every fixed string of the reports, in English and Chinese, in one table.

`say("replay", "zh")` is the string, `say("article.number", "en", n=5)` fills its placeholders; an unknown key or
language raises KeyError.  Verdicts and proof methods have accessors of their own, because their keys come from data."""

from __future__ import annotations

from .. import messages

LANGUAGES = ("en", "zh")
VERDICTS = ("proved", "derived", "supported", "refuted", "undecided", "vacuous", "unreadable")
MARKS = {"proved": "✓", "derived": "⊢", "supported": "≈", "refuted": "✗", "undecided": "?", "vacuous": "∅",
         "unreadable": "⚠", "cited": "❝"}  # a shape beside the word, so that colour never carries the verdict alone

WORDS: dict[str, tuple[str, str]] = {
    # verdicts, and what each of them promises
    "verdict": ("Verdict", "结论"),
    "verdicts": ("Verdicts", "结论"),
    "verdict.proved": ("proved", "已证明"),
    "verdict.derived": ("derived", "已推导"),
    "verdict.supported": ("supported", "数值支持"),
    "verdict.refuted": ("refuted", "已否证"),
    "verdict.undecided": ("undecided", "未定"),
    "verdict.vacuous": ("vacuous", "空真"),
    "verdict.unreadable": ("unreadable", "无法读取"),
    "verdict.cited": ("cited", "引用"),
    "meaning.proved": ("The kernel re-checked a certificate for every line of the statement.",
                       "内核逐条复核了命题每一部分的证书。"),
    "meaning.derived": ("Every computed step is proved; the steps are joined by named theorems, cited under “Rests "
                        "on”.",
                        "每个计算步骤均已证明，步骤之间由“所依定理”中列出的定理衔接。"),
    "meaning.supported": ("The numbers agree; there is no proof.", "数值相符，但没有证明。"),
    "meaning.refuted": ("A certified counterexample lies inside the stated domain.", "在所述范围内有经复核的反例。"),
    "meaning.undecided": ("Neither proved nor refuted; the reason is given.", "既未证明也未否证，原因已注明。"),
    "meaning.vacuous": ("Nothing satisfies the assumptions.", "没有任何对象满足假设。"),
    "meaning.unreadable": ("The formula could not be read.", "公式无法读取。"),
    "meaning.cited": ("A named theorem of the literature.", "文献中的定理。"),

    # what became of the wording of the post
    "tag": ("The post’s wording", "原文的说法"),
    "tag.true": ("true as stated", "原述成立"),
    "tag.conditional": ("true with the conditions given here", "加上此处条件后成立"),
    "tag.false": ("false as stated, repaired here", "原述不成立，此处已修正"),
    "tag.sharper": ("a sharper statement than the post’s", "比原文更强"),
    "as_stated": ("As stated", "原述"),
    "repaired": ("Repaired", "修正"),
    "corrections": ("Claims that are false as stated", "原述不成立的命题"),
    "corrections.lead": ("What the posts say, or what is usually said, and what is true instead.",
                         "左列为原文或通行的说法，右列为成立的说法。"),
    "corrections.none": ("None.", "无。"),

    # front page
    "site.title": ("kexue — claims, derived and confirmed", "kexue——命题的推导与验证"),
    "index.title": ("Report", "报告"),
    "index.lead": ("{claims} claims of {articles} articles: each proved from a certificate that an independent "
                   "kernel re-checks, evaluated at two precisions, and set against its implementations.",
                   "{articles} 篇文章中的 {claims} 个命题：证书由独立的内核复核，数值以两种精度求值，实现与参考值逐一"
                   "对照。"),
    "index": ("Index", "目录"),
    "articles": ("Articles", "文章"),
    "article": ("Article", "文章"),
    "article.number": ("Article {n}", "第 {n} 篇"),
    "claims": ("Claims", "命题"),
    "claim": ("Claim", "命题"),
    "map.title": ("What the claims rest on", "命题所依据的结果"),
    "map.nav": ("Map", "关系图"),
    "map.lead": ("Each claim, the lemmas its certificate proves on the way, and the theorems of the literature it cites. The fill is the verdict.",
                 "每个命题、其证书中顺带证明的引理，以及它引用的文献定理。底色表示结论。"),
    "map.lemmas": ("Lemmas", "引理"),
    "map.theorems": ("Cited theorems", "引用的定理"),
    "all_claims": ("All claims", "全部命题"),
    "contents": ("On this page", "本页内容"),
    "count": ("Count", "数目"),
    "total": ("Total", "合计"),
    "meaning": ("Meaning", "含义"),
    "mutants.counted": ("{made} mutants of the claims, each with one small change made mechanically: {refuted} are refuted by a counterexample, "
                        "{proved} are true as well and proved, {open} stay open. None that is refuted was proved.",
                        "对命题机械地各作一处小改动，得到 {made} 个变体：{refuted} 个被反例否证，{proved} 个同样成立且已证明，{open} 个未定。被否证的变体无一通过证明。"),
    "near_misses.counted": ("{refuted} of {total} near-misses are refuted by a counterexample.",
                            "{total} 个近似误述中有 {refuted} 个已被反例否证。"),
    "reproduce": ("Reproduce", "重现"),
    "reproduce.lead": ("This command writes the same bytes again:", "下面的命令会重新生成逐字节相同的报告："),

    # article page
    "source": ("Source", "出处"),
    "post": ("Post", "原文"),
    "by": ("by", "作者"),
    "published": ("published {date}", "发表于 {date}"),
    "papers": ("Literature", "文献"),
    "summary": ("Summary", "摘要"),
    "title.other": ("Chinese title", "英文标题"),
    "statement": ("Statement", "命题"),
    "domain": ("Domain", "适用范围"),
    "domain.for": ("For", "条件"),
    "domain.none": ("no restriction", "无限制"),
    "conditions": ("Where both sides are defined", "两边有定义的条件"),
    "conditions.lead": ("provided", "须满足"),
    "derivation": ("Derivation", "推导"),
    "steps": ("Steps", "步骤"),
    "step": ("Step", "步骤"),
    "because": ("because", "理由"),
    "kind.show": ("step", "步骤"),
    "kind.holds": ("conclusion", "结论"),
    "kind.cite": ("theorem", "定理"),
    "kind.therefore": ("follows", "推论"),
    "rests_on": ("Rests on", "所依定理"),
    "limits": ("Why not more", "为何未达更高结论"),
    "reason": ("Reason", "原因"),
    "method": ("Method", "方法"),
    "line": ("line {n}", "第 {n} 行"),
    "where": ("where", "其中"),
    "trust": ("Arithmetic", "运算"),
    "trust.exact": ("exact arithmetic", "精确算术"),
    "trust.ball": ("ball arithmetic", "球算术"),
    "certificate": ("Certificate", "证书"),
    "certificates": ("Certificates", "证书"),
    "certificate.lead": ("The kernel accepts it on its own; the search that found it is not trusted.",
                         "由内核独立复核；找到它的搜索过程不作为依据。"),
    "goal": ("Goal", "目标"),
    "show_certificate": ("Show the certificate", "展开证书"),
    "plain_text": ("Plain text", "纯文本"),
    "latex": ("LaTeX", "LaTeX"),
    "near_miss": ("Near-miss", "近似误述"),
    "near_miss.lead": ("A false neighbour of the claim. It must be refuted, or the check could not fail.",
                       "与命题相近而不成立的说法。它必须被否证，否则检验便不可能失败。"),
    "counterexample": ("Counterexample", "反例"),
    "counterexample.none": ("none found", "未找到"),
    "left": ("left side", "左边"),
    "right": ("right side", "右边"),
    "replay": ("Repeat it", "重现命令"),
    "link": ("Link to this claim", "本命题的链接"),

    # numbers
    "numbers": ("Numbers", "数值"),
    "confirmed": ("Evaluated", "求值"),
    "confirmed.line": ("{formulas} formulas at {points} points, with {digits} digits; the worst relative difference "
                       "of the two sides is {worst}.",
                       "{formulas} 个公式，{points} 个点，{digits} 位精度；两边最大相对差为 {worst}。"),
    "confirmed.holds": ("{formulas} formulas at {points} points, with {digits} digits; every relation holds.",
                        "{formulas} 个公式，{points} 个点，{digits} 位精度；所有关系均成立。"),
    "confirmed.none": ("Nothing here can be evaluated at a point.", "此处没有可在点上求值的公式。"),
    "skipped": ("Not evaluated", "未求值"),
    "digits.join": (" and ", " 与 "),
    "references": ("Reference values", "参考值"),
    "quantity": ("Quantity", "量"),
    "expected": ("Expected", "参考值"),
    "obtained": ("Obtained", "计算值"),
    "agrees": ("Agrees", "相符"),
    "digits_agree": ("{n} digits", "{n} 位"),
    "digits_differ": ("differs after {n} digits", "{n} 位之后不同"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "experiments": ("Experiments", "实验"),
    "experiments.lead": ("Run on images that the project draws itself, and on the real files where `kexue report --data-dir FOLDER` was given them.",
                         "在项目自制的图片上运行；若以 `kexue report --data-dir 目录` 给出真实文件，也在其上运行。"),
    "made": ("Required on images made here", "自制图片上的要求"),
    "met": ("met", "满足"),
    "real": ("Real files", "真实文件"),
    "not_run": ("not run: data absent", "未运行：缺少数据"),
    "ran_on": ("Run on the real files with {versions}, {date}.", "真实文件上的运行环境：{versions}，{date}。"),
    "nothing": ("Nothing to verify: the post makes no mathematical, algorithmic or quantitative claim.",
                "无可验证：该文没有数学、算法或数量方面的论断。"),
    "nothing.short": ("nothing to verify", "无可验证"),
    "implementations": ("Implementations", "实现"),
    "implementations.lead": ("Worst error against the 50-digit reference, the derived bound at that input, and their "
                             "ratio, which must lie between 0.001 and 1.",
                             "相对于 50 位参考值的最大误差、该输入处推得的误差界，以及二者之比；比值须在 0.001 与 1 "
                             "之间。"),
    "function": ("Function", "函数"),
    "variant": ("Variant", "实现方式"),
    "dtype": ("Type", "类型"),
    "device": ("Device", "设备"),
    "cases": ("Cases", "用例数"),
    "worst_error": ("Worst error", "最大误差"),
    "bound": ("Bound", "误差界"),
    "ratio": ("Ratio", "比值"),
    "ratio.outside": ("outside [0.001, 1]", "不在 [0.001, 1] 内"),
    "worst_at": ("Worst at", "最差处"),
    "not_measured": ("not measured", "未测量"),
    "measured_on": ("{device}: {name}, {versions}, measured {date}.", "{device}：{name}，{versions}，测于 {date}。"),
    "measured": ("Measured", "实测"),
    "plots": ("Plots", "图"),
    "plot": ("Plot", "图"),
    "plot.for": ("for", "对应"),

    # site furniture
    "language.other": ("中文", "English"),
    "language": ("Language", "语言"),
    "skip": ("Skip to content", "跳到正文"),
    "navigation": ("Pages", "页面"),
    "previous": ("Previous", "上一篇"),
    "next": ("Next", "下一篇"),
    "back": ("Back to the index", "返回目录"),
    "filter": ("Filter", "筛选"),
    "expand": ("Show", "展开"),
    "collapse": ("Hide", "收起"),
    "figure": ("Figure {n}", "图 {n}"),
    "table": ("Table", "表"),
    "id": ("Id", "编号"),
    "title": ("Title", "标题"),
    "glossary": ("Glossary", "术语"),
    "legend": ("What the verdicts mean", "各结论的含义"),
    "formula.unset": ("This formula is shown as LaTeX source.", "此公式以 LaTeX 源码显示。"),
    "colon": (": ", "："),
    "comma": (", ", "，"),
    "list": (", ", "、"),
    "semicolon": ("; ", "；"),
    "open": (" (", "（"),
    "close": (")", "）"),

    # the site
    "site.heading": ("Every claim, its proof and its numbers", "每个命题，连同证明与数值"),
    "site.footer": ("Generated from the evidence records. A verdict “proved” is given by the kernel alone, from a "
                    "certificate it re-checked; the same input gives the same bytes.",
                    "由证据记录生成。“已证明”只由内核给出，依据是它复核过的证书；同样的输入得到逐字节相同的页面。"),
    "formula.failures": ("{n} formulas on this page could not be typeset and are shown as LaTeX source.",
                         "本页有 {n} 个公式无法排版，以 LaTeX 源码显示。"),
    "formula.long": ("A formula of {n} characters", "此公式有 {n} 个字符"),
    "evidence": ("Evidence record", "证据记录"),
    "count.proved": ("every line re-checked by the kernel", "每一行都经内核复核"),
    "count.derived": ("proved steps, joined by cited theorems", "步骤已证明，由所引定理衔接"),
    "count.supported": ("numbers agree, no proof yet", "数值相符，尚无证明"),
    "count.undecided": ("neither proved nor refuted", "既未证明也未否证"),
    "count.refuted": ("a certified counterexample", "有经复核的反例"),
    "count.vacuous": ("nothing satisfies the assumptions", "没有对象满足假设"),
    "count.unreadable": ("the formula cannot be read", "公式无法读取"),
    "count.near": ("near-misses, as they must be", "近似误述，理应如此"),
    "unsettled": ("Not settled", "尚未解决"),
    "corrections.site": ("What the post says, or what is usually said, and what is true instead.",
                         "原文或通行的说法，以及真正成立的说法。"),
    "id.number": ("No.", "编号"),
    "reproduce.report": ("From a fresh clone, with nothing but Python and git, this writes the whole report again, "
                         "byte for byte:",
                         "在全新的克隆中，只需 Python 与 git，下面的命令即可逐字节重新生成整份报告："),
    "reproduce.tests": ("And this runs the tests:", "下面的命令运行全部测试："),
    "meaning.near_miss": ("A false neighbour of a claim. It must come out refuted; otherwise the check could not fail.",
                          "与命题相近而不成立的说法。它必须被否证，否则检验便不可能失败。"),
    "meaning.certificate": ("The data of a proof. The kernel accepts it without trusting the search that found it.",
                            "证明的数据。内核独立复核它，不依赖找到它的搜索过程。"),
    "meaning.conditions": ("What the proof needed beyond the statement so that every term has a value.",
                           "为使各项有意义，证明在命题之外所需的条件。"),
    "steps.key": ("marks a line that is part of the statement; the other lines lead up to it.",
                  "标记的行属于命题本身，其余各行是为它所作的准备。"),
    "certificate.cut": ("{n} more characters in", "其余 {n} 个字符见"),
    "certificate.file": ("the evidence file", "证据文件"),
    "stop": (".", "。"),
    "row.value": ("value", "函数值"),
    "row.check": ("check: {claim}", "检验：{claim}"),
    "row.gradient": ("gradient", "梯度"),
    "compared": ("Compared", "对照项"),

    # proof methods, by the rule a certificate names
    "method.normal": ("normal form", "规范形"),
    "method.sign": ("sign of the difference", "差的符号"),
    "method.squares": ("sum of squares", "平方和"),
    "method.using": ("lemmas", "引理"),
    "method.cases": ("case split", "分情形"),
    "method.scale": ("scaling by a factor of known sign", "乘以已知符号的因子"),
    "method.rewrite": ("rewriting", "改写"),
    "method.chain": ("chain of relations", "关系链"),
    "method.derivative": ("derivative and anchor", "导数与定点"),
    "method.monotone": ("monotonicity", "单调性"),
    "method.integrate": ("antiderivative", "原函数"), "method.rounding": ("monotone rounding", "舍入的单调性"),
    "method.induction": ("induction", "归纳法"),
    "method.termwise": ("term by term", "逐项比较"),
    "method.evolution": ("matrix flow equation", "矩阵流方程"),
    "method.norm": ("norm of the difference", "差的范数"),
    "method.cofactors": ("combination of the hypotheses", "假设的线性组合"),
    "method.cover": ("interval cover", "区间覆盖"),
    "method.sturm": ("Sturm’s theorem", "Sturm 定理"),
    "method.telescope": ("creative telescoping (Zeilberger)", "创造性裂项（Zeilberger）"),
    "method.limit": ("squeeze", "夹逼"),
    "method.witness": ("counterexample", "反例"),
}


def say(key: str, lang: str, **values: object) -> str:
    """The fixed string `key` in `lang` ("en" or "zh"), with its placeholders filled."""
    return WORDS[key][LANGUAGES.index(lang) if lang in LANGUAGES else _unknown(lang)].format(**values)


def _unknown(lang: str) -> int:
    raise KeyError(f"no such language: {lang!r} (have {', '.join(LANGUAGES)})")


def verdict(name: str, lang: str) -> str:
    """The verdict word, e.g. 已证明; KeyError for a word that is not on the list."""
    return say(f"verdict.{name}", lang)


def method(rule: str | None, lang: str) -> str:
    """What a certificate's rule is called, here or in the answers of `kexue check`; another word keeps its own name, no rule gives "" back."""
    if not rule:
        return ""
    if f"method.{rule}" in WORDS:
        return say(f"method.{rule}", lang)
    return messages.say(f"rule-{rule}", lang) if f"rule-{rule}" in messages.MESSAGES else rule
