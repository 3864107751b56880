"""Goals in words: for which values a claim is made, and conditions with `and`, `or` and `not`."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, free_symbols, lift
from ..printing import text

SORTS = {  # sort -> one and several, in both languages
    "real": ("real", "实数"), "integer": ("integer", "整数"), "natural": ("natural", "自然数"), "complex": ("complex", "复数"),
    "positive": ("positive", "正数"), "vector": ("vector", "向量"), "matrix": ("matrix", "矩阵"),
    "function": ("function", "函数"), "family": ("family", "数列")}
JOINTS = {"and": (" and ", " 且 "), "or": (" or ", " 或 ")}


def phrase(h: Formula, lang: str = "en") -> str:
    """A condition or a claim as text: comparisons as they are, connectives as words."""
    k = int(lang == "zh")
    if h.head in JOINTS:
        parts = [f"({phrase(x, lang)})" if x.head in ("and", "or") else phrase(x, lang) for x in h.args]
        return JOINTS[h.head][k].join(parts)
    if h.head == "defined":
        return text(h.args[0]) + (" is defined", " 有定义")[k]
    if h.head == "not" and (z := _poles(h.args[0])) is not None:
        return text(z) + (" is not one of 0, -1, -2, ...", " 不是 0, -1, -2, ... 之一")[k]
    if h.head == "not":
        return ("not ", "非 ")[k] + f"({phrase(h.args[0], lang)})"
    return text(h)


def _poles(h: Formula) -> Formula | None:
    """z, where the condition says that z is 0, -1, -2, ..."""
    if h.head != "and" or len(h.args) != 3 or h.args[0].head != "eq" or h.args[0].args[0].head != "im":
        return None
    z: Formula = h.args[0].args[0].args[0]
    re = Formula("re", (z,))
    wanted = (Formula("eq", (Formula("im", (z,)), lift(0))), Formula("eq", (re, Formula("floor", (re,)))), Formula("le", (re, lift(0))))
    return z if h.args == wanted else None


def scope(goal: Goal, lang: str = "en") -> str:
    """`for all real x and integer n with n >= 1`: the free symbols with their sorts, then the hypotheses."""
    k = int(lang == "zh")
    symbols = {n: s for f in (goal.claim, *goal.hyps) for n, s in free_symbols(f).items()}
    if not symbols:
        about = ("for the constants in it", "（只含常数）")[k]
        return about + ((" with ", "，其中 ")[k] + _list([phrase(h, lang) for h in goal.hyps], k) if goal.hyps else "")
    hyps = list(goal.hyps)
    groups: dict[str, list[str]] = {}
    for name, symbol in sorted(symbols.items(), key=lambda pair: not isinstance(pair[1].args[1], str)):  # numbers first
        kind = _kind(symbol.args[1], k)
        for positive, sign, sort in (("positive", "lt", "real"), ("natural", "le", "integer")):
            bound = Formula(sign, (lift(0), symbol))
            if symbol.args[1] == sort and bound in hyps:
                hyps.remove(bound)
                kind = SORTS[positive][k]
        groups.setdefault(kind, []).append(name)
    many = {"vector": "vectors", "matrix": "matrices", "function": "functions"}
    if k == 0:
        for kind in [g for g in groups if len(groups[g]) > 1 and g.split()[-1] in many]:
            *size, word = kind.split(" ")
            groups = {" ".join([*size, many[word]]) if g == kind else g: names for g, names in groups.items()}
    what = [f"{kind} {', '.join(names)}" if k == 0 else f"{kind} {'、'.join(names)}" for kind, names in groups.items()]
    said = "for all " + _list(what, 0) if k == 0 else "对所有" + "、".join(what)
    return said + ((" with ", "，其中 ")[k] + _list([phrase(h, lang) for h in hyps], k) if hyps else "")


def _kind(sort: Any, k: int) -> str:
    if isinstance(sort, str):
        return SORTS[sort][k]
    sizes = [text(s) for s in sort[1:] if isinstance(s, Formula)]
    word = SORTS[sort[0]][k]
    size = (" x " if k == 0 else "×").join(sizes)
    return word if not sizes else f"{size} {word}" if k == 0 or len(sizes) > 1 else f"{size} 维{word}"


def _list(parts: list[str], k: int) -> str:
    if k:
        return "、".join(parts)
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
