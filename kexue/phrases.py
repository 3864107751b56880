"""What the readers say of a text that cannot be read, and what was tried on a claim, in Chinese.

The sentences are built where they are known, in English; here each of them stands as a pattern, in which @ is what varies; what stands for
the last of them may be left out in Chinese.  `said(text, "zh")` puts it into Chinese; a text that fits no pattern stays as it is (a test holds the readers
against this table)."""

from __future__ import annotations

import re
from functools import cache

from .phrases_latex import LATEX, READINGS

PLAIN: dict[str, str] = {
    # declarations and conditions
    "`@` is not a name": "`@` 不是名称", "`@` ... is not a name": "`@` ... 不是名称",
    "@ is a constant; choose another name for the variable": "@ 是常数；请给变量另取名称",
    "@ is declared twice, with different sorts": "@ 被声明了两次，类别不同",
    "a condition is expected: a comparison, or Eq, Ne, And, Or, Not": "此处应为条件：比较式，或 Eq、Ne、And、Or、Not",
    "a value is expected here, not a condition": "此处应为数值，而不是条件",
    "a condition is expected here": "此处应为条件", "a number is expected here, not a condition": "此处应为数，而不是条件",
    "nested more than @ deep (each term of a sum counts)": "嵌套超过 @ 层（和式的每一项都计入）",
    "nested more than @ deep": "嵌套超过 @ 层", "nested too deeply": "嵌套过深",
    "two things of different size are added or compared": "相加或比较的两者大小不同",
    "@ stands between matrices and vectors; numbers are multiplied with *": "@ 用于矩阵与向量之间；数相乘用 *",
    "dot takes two vectors of one size": "dot 取两个同维向量",
    "norm takes a vector or a matrix; write abs for a number": "norm 取向量或矩阵；数的绝对值写 abs",
    "a product of matrices whose sizes do not fit": "矩阵乘积的尺寸不相容",
    "division by a matrix; write A.inv()": "除以矩阵；请写 A.inv()",
    "@ of a matrix that is not square": "对非方阵取 @", "det of a number": "对数取 det", "trace of a number": "对数取 trace",
    "@ of a matrix has no meaning here": "@ 在此处对矩阵没有意义",
    "a power of a matrix has an exponent 1, ..., 64 or -1, ..., -64": "矩阵的幂次须为 1, ..., 64 或 -1, ..., -64",
    "there is no declaration `@`": "没有名为 `@` 的声明", "there is no declaration `@` ...": "没有名为 `@` ... 的声明",
    "--@ needs a name": "--@ 需要名称", "`@` declares no name": "`@` 没有声明任何名称", "`@` ... declares no name": "`@` ... 没有声明任何名称",
    "--@ takes a name and @ size, such as '@'": "--@ 需要一个名称和 @ 个尺寸，例如 '@'",
    "--@ takes a name and @ sizes, such as '@'": "--@ 需要一个名称和 @ 个尺寸，例如 '@'",
    "`@` is not an interval such as [0, 1) or (0, oo)": "`@` 不是区间；区间的写法如 [0, 1) 或 (0, oo)",
    "`@` ... is not an interval such as [0, 1) or (0, oo)": "`@` ... 不是区间；区间的写法如 [0, 1) 或 (0, oo)",
    "@ has to be declared as real or integer before it is bounded": "@ 须先声明为实数或整数，才能给出界限",
    "@ cannot lie beyond infinity": "@ 不能在无穷之外",
    "--on names an interval without its variable, and there is not exactly one real variable; write --on 'x in @'":
        "--on 只给出区间而未指明变量，且实变量不是恰好一个；请写 --on 'x in @'",
    "this states nothing: write an equation or an inequality": "这里没有论断：请写等式或不等式",
    "the statements of this formula have different conditions; check them one by one": "此公式中各论断的条件不同；请逐个检验",
    # plain notation
    "the bracket of @ is not closed": "@ 的括号没有闭合", "a variable is expected here, not '@'": "此处应为变量，而不是 '@'",
    "@ needs a range (k, a, b)": "@ 需要范围 (k, a, b)", "a comma is expected here": "此处应为逗号",
    "@ needs a variable here": "@ 在此处需要变量", "@ needs a variable": "@ 需要变量",
    "Limit needs a variable and a point": "Limit 需要变量与极限点", "Subs takes a formula, a variable and a value": "Subs 需要公式、变量与值",
    "the rows of a matrix have different lengths": "矩阵各行长度不同", "eye takes one size": "eye 只取一个尺寸",
    "the direction of a limit is '+', '-' or '+-'": "极限方向为 '+'、'-' 或 '+-'",
    "a formula is expected here, not '@'": "此处应为公式，而不是 '@'", "empty": "空输入",
    "a formula is expected here, not 'the end'": "此处应为公式，而输入已结束", "a variable is expected here, not 'the end'": "此处应为变量，而输入已结束",
    "'@' is expected here, not 'the end'": "此处应为 '@'，而输入已结束",
    "the end is expected here, not '@'": "此处应为结尾，而不是 '@'", "'@' is expected here, not '@'": "此处应为 '@'，而不是 '@'",
    "more than @ parts": "超过 @ 个部分", "an operator is missing; write * for a product": "缺少运算符；乘法请写 *",
    "@ is not declared; did you mean @?": "@ 未声明；是否指 @？", "@ is not declared; declare it, for example as real": "@ 未声明；请声明它，例如声明为实数",
    "@ followed by a bracket: @ is declared as a variable; write @*(...) for a product, or declare @ as a function":
        "@ 之后有括号，而 @ 已声明为变量；若为乘积请写 @*(...)，否则请把 @ 声明为函数",
    "@ is not a known function; did you mean @?": "没有名为 @ 的函数；是否指 @？",
    "@ is not a known function; declare it with --function": "没有名为 @ 的函数；可用 --function 声明",
    "@ takes @ argument(s), not @": "@ 需要 @ 个参数，而不是 @ 个", "@ takes @ or more argument(s), not @": "@ 至少需要 @ 个参数，而不是 @ 个",
    "matrices have .T, .inv(), .det() and .trace(), not .@": "矩阵有 .T、.inv()、.det() 与 .trace()，没有 .@",
    "a number of more than @ digits": "超过 @ 位的数", "@ needs its arguments in brackets": "@ 的参数须放在括号内",
    "@ takes two sides": "@ 需要左右两边", "Not takes one condition": "Not 只取一个条件", "longer than @ characters": "超过 @ 个字符",
    "the character @ (@) is not part of a formula": "字符 @（@）不能出现在公式中",
    # lines of JSON
    "the line is longer than @ bytes": "此行超过 @ 字节", "the line is not UTF-8 (byte @)": "此行不是 UTF-8（第 @ 字节）", "@ is not JSON": "@ 不是 JSON",
    "a field stands twice in one object": "对象中有重复的字段", "not JSON: @": "不是 JSON：@", "a claim is a JSON object": "论断须为 JSON 对象",
    "id is not a string": "id 不是字符串", "there is no field `@`; did you mean @?": "没有字段 `@`；是否指 @？",
    "there is no field `@`; the fields are @": "没有字段 `@`；可用字段为 @", "there is no field `@` ...; the fields are @": "没有字段 `@` ...；可用字段为 @",
    "the field `@` is not used": "字段 `@` 未被使用", "the field `@` ... is not used": "字段 `@` ... 未被使用", "@_open without @": "有 @_open 而没有 @",
    "the kind `@` is not one of @": "kind `@` 不在 @ 之列", "the kind `@` ... is not one of @": "kind `@` ... 不在 @ 之列",
    "vars is not an object of at most @ names": "vars 须为至多 @ 个名称的对象", "the field @ is missing": "缺少字段 @", "@ is not a string": "@ 不是字符串",
    "a variable is described by an object such as {\"domain\": \"real\"}": "变量须由形如 {\"domain\": \"real\"} 的对象描述",
    "the domain `@` is not one of @": "domain `@` 不在 @ 之列", "the domain `@` ... is not one of @": "domain `@` ... 不在 @ 之列",
    "@_open is not true or false": "@_open 须为 true 或 false", "complex numbers have no bounds": "复数没有上下界",
    "@ is not a formula in a string": "@ 须为字符串形式的公式", "@ is not a list of at most @ strings": "@ 须为至多 @ 个字符串的列表",
    # SymPy
    "@ has no meaning here": "@ 在此处没有意义", "a tuple is no formula": "元组不是公式",
    "this states nothing: give a relation such as Eq(a, b), or a pair": "这里没有论断：请给出 Eq(a, b) 之类的关系式，或一对表达式",
    "the expression is too deep or too large": "表达式过深或过大", "a floating-point number is not exact; use Rational or text": "浮点数不精确；请用 Rational 或文本",
    "SymPy has evaluated the claim to @ already; use evaluate=False": "SymPy 已把论断求值为 @；请用 evaluate=False",
    "two different symbols are called @": "两个不同的符号同名 @", "an empty or a huge matrix": "空矩阵或过大的矩阵",
    "a sum or an integral without bounds": "没有上下限的和或积分", "a derivative of symbolic order": "阶数为符号的导数",
    # the command line
    "No such option '@'.": "没有选项 '@'。", "No such option '@'. (Did you mean one of: @?)": "没有选项 '@'。（是否指 @？）",
    "No such option '@'. (Did you mean @?)": "没有选项 '@'。（是否指 @？）", "No such option '@'. Did you mean '@'?": "没有选项 '@'。（是否指 '@'？）",
    "No such option: @": "没有选项 @", "No such option: @ Did you mean @?": "没有选项 @（是否指 @？）", "No such option: @ (Possible options: @)": "没有选项 @（可用：@）",
    "Invalid value for '@': @": "'@' 的值不对：@", "Invalid value: @": "值不对：@", "'@' is not one of @.": "'@' 不在 @ 之列。",
    "@ is not in the range @.": "@ 不在范围 @ 内。", "'@' is not a valid @.": "'@' 不是有效的 @。", "Option '@' requires an argument.": "选项 '@' 需要一个值。",
    "Missing argument '@'.": "缺少参数 '@'。", "Got unexpected extra argument (@)": "多余的参数（@）", "Got unexpected extra arguments (@)": "多余的参数（@）",
    "No such command '@'.": "没有命令 '@'。",
    # posts
    "a post of more than @ characters": "文章超过 @ 个字符", "the formula is not closed": "公式没有闭合",
    "more than @ declarations; the rest is not read": "声明超过 @ 处；其余未读", "more than @ formulas; the rest is not read": "公式超过 @ 个；其余未读",
}

TRIED: dict[str, str] = {
    "part @: @": "第 @ 部分：@",
    "look: @ points, @ agree, @ undefined, @ unclear": "初查：@ 个点，@ 个相符，@ 个无定义，@ 个不明", "prove: left out": "证明：略过",
    "prove: no tactic found a certificate": "证明：没有方法给出证书", "prove: the kernel rejects the certificate: @": "证明：内核拒绝证书",
    "prove: proved under conditions that no point meets": "证明：所需条件没有任何点满足", "search: @ points, no counterexample": "搜索：@ 个点，无反例",
    "vacuous: no point found that meets the hypotheses, and no contradiction among them": "空真：未找到满足假设的点，也未发现假设之间的矛盾",
    "support: @ points agree to @ digits": "数值：@ 个点一致到 @ 位", "support: @": "数值：在试过的点无法求值",
    "look: time limit": "初查：已到时限", "prove: time limit": "证明：已到时限", "search: time limit": "搜索：已到时限", "vacuous: time limit": "空真：已到时限",
    "support: time limit": "数值：已到时限", "look: memory limit": "初查：已到内存上限", "prove: memory limit": "证明：已到内存上限",
    "search: memory limit": "搜索：已到内存上限", "vacuous: memory limit": "空真：已到内存上限", "support: memory limit": "数值：已到内存上限",
    "look: @: @": "初查：出错（@）", "prove: @: @": "证明：出错（@）", "search: @: @": "搜索：出错（@）", "vacuous: @: @": "空真：出错（@）",
}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The patterns with something that varies, the most definite first: those with the most letters of their own."""
    tables = {**LATEX, **READINGS, **PLAIN, **TRIED}
    varying = [key for key in tables if "@" in key]
    return [(re.compile("(.*?)".join(map(re.escape, key.split("@"))), re.DOTALL), tables[key])
            for key in sorted(varying, key=lambda k: (k.count("@") - len(k), k))]


def said(text: str, lang: str) -> str:
    """The sentence in the language that is asked for."""
    if lang != "zh":
        return text
    for table in (PLAIN, LATEX, READINGS, TRIED):
        if text in table and "@" not in text:
            return table[text]
    for pattern, chinese in _patterns():
        if (m := pattern.fullmatch(text)) is not None:
            first, *rest = chinese.split("@")
            return first + "".join(said(value, lang) + part for value, part in zip(m.groups(), rest, strict=False))
    place, colon, what = text.partition(": ")
    if colon and re.fullmatch(r"(lhs|rhs|vars\.\S+|assumptions|`.*`( \.\.\.)?)", place):  # the field, or the declaration, in which it stands
        return f"{place}：{said(what, lang)}"
    return text
