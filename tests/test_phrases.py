"""Every sentence that a reader can say of a text, and every line about what was tried, exists in Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kexue import phrases
from kexue.cli import run
from kexue.kernel.check import RULES
from kexue.messages import MESSAGES
from kexue.phrases import said

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = re.compile(r"[\u4e00-\u9fff]")
RAISED = {"Unreadable", "Unclear", "BadLine"}


def forms(node: ast.expr) -> list[str]:
    """The texts that an expression can come to, with Q1, Q2, ... for what is not known beforehand."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*forms(node.body), *forms(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [a + b for a in forms(node.left) for b in forms(node.right)]
    if isinstance(node, ast.JoinedStr):
        out = [""]
        for k, part in enumerate(node.values):
            if isinstance(part, ast.Constant):
                more = [str(part.value)]
            else:
                assert isinstance(part, ast.FormattedValue)
                inner = part.value
                shown = isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "shown"
                if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult) and isinstance(inner.left, ast.Constant):
                    inner = ast.IfExp(inner.right, inner.left, ast.Constant(""))
                if isinstance(inner, ast.Name) and inner.id == "hint":
                    inner = ast.IfExp(inner, ast.Constant(""), ast.Constant("; did you mean Qh?"))
                known = forms(inner) if isinstance(inner, ast.IfExp) and all(map(literal, (inner.body, inner.orelse))) else ["Q" + "xyzuvw"[k % 6]]
                more = ["`Qs`"] if shown else [repr(x) for x in known] if part.conversion == ord("r") else known
            out = [a + b for a in out for b in more]
        return out
    return ["Qn"]


FORMULA = re.compile(r"\\[a-zA-Z]+|Q[a-z]|\(x\)|n!|d/dx")


def literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or isinstance(node, ast.IfExp) and literal(node.body) and literal(node.orelse)


def sentences() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "kexue" / "read").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                readings = [x for arg in node.args[3:4] if isinstance(arg, ast.Tuple) for x in arg.elts]
                for form in [f for part in (node.args[0], *readings) for f in forms(part)]:
                    yield f"{path.name}:{node.lineno}", form


def test_every_reason_of_the_readers_has_a_chinese_form() -> None:
    plain = [(place, s) for place, s in sentences() if s != "Qn" and re.search("[a-z]{2}", FORMULA.sub("", s))]
    assert len(plain) > 250
    missing = [(place, s) for place, s in plain if not FOREIGN.search(said(s, "zh")) and s != r"\lg"]
    assert not missing, missing
    for place, s in plain:
        assert sorted(re.findall("Q[a-z]", s)) == sorted(re.findall("Q[a-z]", said(s, "zh"))) or "followed by a bracket" in s or "declared as a variable" in s, (place, s)


def test_both_forms_vary_in_as_many_places() -> None:
    for table in (phrases.PLAIN, phrases.LATEX, phrases.READINGS, phrases.TRIED):
        for english, chinese in table.items():
            assert english.count("@") == chinese.count("@") or table is phrases.TRIED and english.count("@") > chinese.count("@"), english
            assert FOREIGN.search(chinese) or english == r"\lg", english
            assert not FOREIGN.search(english)


def test_what_is_not_known_stays_as_it_is() -> None:
    assert said("no such sentence", "zh") == "no such sentence" and said("empty", "en") == "empty"
    assert said("lhs: y is not declared; declare it, for example as real", "zh") == "lhs：y 未声明；请声明它，例如声明为实数"
    assert said("(" * 5000, "zh") == "(" * 5000


CASES = [
    ["x +", "--real", "x"], ["x == y", "--real", "x"], ["f(x) < g(x)", "--real", "x", "--function", "f g"], ["sin(x) < 2 + 0*prime(3)", "--real", "x"],
    ["x**2 >= x", "--real", "x"], ["x/x == 1", "--real", "x"], ["x == 1", "--real", "x", "--on", "(1, 0)"], [r"\sin x y = 1", "--real", "x, y"],
    [r"\frac{x", "--real", "x"], ["x == 1", "--real", "x", "--on", "nowhere"], ["-x^2 <= 0", "--latex", "--real", "x"], ["x = 1 = y", "--real", "x, y"],
    ["Sum(1/k**2, (k, 1, oo)) == pi**2/6"], ["Sum(1/(k**2 + 1), (k, 1, oo)) == (pi*coth(pi) - 1)/2"], ["log(z**2) == 2*log(z)", "--complex", "z"], ["1/0 == 1"], ["A*B == B*A", "--matrix", "A n n, B n n"]]
ALLOWED = re.compile(r"kexue check.*|[a-z0-9_]+\.[a-z0-9_]+ \(DLMF [0-9.]+\)|Sturm|Gosper|Zeilberger|Liouville|\b(x|y|z|f|g|k|n|A|B|oo|pi|i|sin|log|sum|prime|exp|sqrt|frac|real|on|nowhere|det|inv|conj|coth)\b|\\\w+|--\w+|[a-f0-9]{12}")


@pytest.mark.parametrize("args", CASES, ids=range(len(CASES)))
def test_an_answer_in_chinese_holds_no_english(args: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    if "--latex" in args:
        args = ["--latex", args[0], *args[2:]]
    run(["check", *args, "--lang", "zh"])
    shown = capfd.readouterr()
    for line in (shown.out + shown.err).splitlines():
        text = ALLOWED.sub("", line)
        assert not re.search(r"[A-Za-z]{3,}", text), line


def test_every_rule_of_the_kernel_has_a_name_in_both_languages() -> None:
    assert sorted(r for r in RULES if f"rule-{r}" not in MESSAGES) == []
