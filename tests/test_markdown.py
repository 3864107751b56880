r"""Posts: which formulas they display, where, under which declarations, and what those formulas say."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexue.read.markdown import FORMULAS, Display, Post, read_post
from kexue.read.tokens import Unreadable

DECLARED = "<!-- kexue: real x, y; integer n >= 0; function g -->\n"


def shown(post: Post) -> list[tuple[int, int, str]]:
    return [(e.line, e.column, e.kind) for e in post.displays]


def only(text: str) -> Display:
    post = read_post(DECLARED + text)
    assert post.troubles == () and len(post.displays) == 1
    return post.displays[0]


POST = r"""---
title: 多项式 $y$
kexue: real x; integer n >= 0
---
记$n$为次数，定义\begin{equation}f_n(x) = \sum\limits_{k=0}^n \frac{x^k}{k!}\label{eq:f}\end{equation}于是

<!-- kexue: positive \sigma; vector \boldsymbol{q} d
 vector \boldsymbol{k} d -->
$$f_n(x) > 0,\quad 2 \mid n$$ (eq:positive)

`$$x = 1$$`，``a ` $$x = 1$$``，\$$x$，$5 and $6，<code>$$x = 1$$</code>
```python
$$x = 1$$
```
<!-- $$x = 1$$ -->
> 引用
> $$
> \sigma^2
> > 0
> $$

\[ \boldsymbol{q}\cdot\boldsymbol{k} = \boldsymbol{k}^{\top}\boldsymbol{q} \] {#eq:dot}

~~~kexue
function g, h
# a remark
family t 2
~~~
两式：\begin{align}
g(x) &= x \\
     &\le h(x) + w
\end{align}与 $$t_{12} = 0$$ 和 $$x^2 + 1$$。

$$ x = y

最后 \begin{gather*}
x = x \\
n \ge 0
\end{gather*}
"""


def test_a_whole_post() -> None:
    post = read_post(POST)
    assert post.troubles == ()
    assert shown(post) == [(5, 11, "definition"), (9, 1, "claim"), (17, 3, "claim"), (22, 1, "claim"), (29, 4, "unreadable"), (32, 14, "unreadable"),
                           (32, 31, "expression"), (34, 1, "unreadable"), (36, 4, "claim")]
    assert [e.label for e in post.displays] == ["eq:f", "eq:positive", None, "eq:dot", None, None, None, None, None]
    assert [[r.text for r in e.readings] for e in post.displays] == [
        ["f[n](x) := sum(x^k/k!, k = 0..n)"], ["sum(x^k/k!, k = 0..n) > 0, provided n is even"], ["sigma^2 > 0"], ["q_bold.k_bold = k_bold.q_bold"],
        [], [], ["x^2 + 1"], [], ["x = x", "n >= 0"]]
    assert [(r.line, r.column) for e in post.displays for r in e.readings] == [(5, 34), (9, 10), (19, 3), (22, 38), (32, 33), (37, 3), (38, 3)]
    errors = [e.error for e in post.displays if e.error]
    assert [str(err).partition(":")[0] for err in errors] == ["line 31, column 18", "line 32, column 19", "line 34, column 1"]
    assert [err.code for err in errors] == ["undeclared", "sorts", "syntax"]
    assert [h.head for h in post.displays[1].readings[0].goal(post.displays[1].declared).hyps] == ["lt", "le", "le", "even"]


@pytest.mark.parametrize(("text", "place"), [
    ("$$x = y$$", (2, 1)), ("a\n $$x\n=y$$ b", (3, 2)), (r"甲\[x = y\]乙", (2, 2)), (r"a\\[x = y\\]", (2, 2)), (r"a \begin{equation*} x = y \end{equation*} b", (2, 3)),
    ("\\begin{align}\nx &= y\n\\end{align}", (2, 1)), ("* $$\n  x = y\n  $$", (2, 3)), (r"\begin{equation}\begin{split} x &= y \end{split}\end{equation}", (2, 1)),
    ("$a$ $$x = y$$ $b$", (2, 5)), ("a $ 5 $$x = y$$", (2, 7)), ("```\n$$\n```\n$$x = y$$", (5, 1)), ("<!-- a\n$$ --> $$x = y$$", (3, 8)), ("$$x = y$$\r\n", (2, 1)),
    ("<pre>\n$$x$$\n</pre>\n$$x = y$$", (5, 1)), ("`a $$x = y$$", (2, 4)), ("> > $$\n> > x = y\n> > $$", (2, 5)), (r"\\ $$x = y$$", (2, 4))])
def test_where_formulas_are_found(text: str, place: tuple[int, int]) -> None:
    found = only(text)
    assert (found.line, found.column) == place
    assert found.kind == "claim" and [r.text for r in found.readings] == ["x = y"]


@pytest.mark.parametrize("text", ["", "a $x = y$ b", "`$$x = y$$`", "```\n$$x = y$$\n```", "~~~~\n$$x = y$$\n~~~\n$$x$$\n~~~~", "<!-- $$x = y$$ -->", "5$",
                                  "<script>$$x = y$$</script>", "```\n$$x = y$$", "<!-- $$x = y$$", "<style>\n$$x$$", "$5 or $6"])
def test_where_there_are_none(text: str) -> None:
    assert read_post(DECLARED + text) == Post((), ())


@pytest.mark.parametrize(("text", "kind"), [
    ("$$x = y$$", "claim"), ("$$x + y$$", "expression"), ("$$w = x + y$$", "definition"), ("$$x := y$$", "definition"), ("$$w = x = y$$", "claim"), ("$$w + x = y$$", "unreadable"),
    ("$$x = $$", "unreadable"), ("$$$$", "unreadable"), ("$$x = y", "unreadable"), (r"\begin{equation} x = y", "unreadable"), (r"\[ x = y $$", "unreadable"),
    ("$$x = y\n\n$$", "unreadable"), (r"$$x = \text{某个量}$$", "unreadable"), (r"\begin{equation}\begin{equation}x\end{equation}\end{equation}", "unreadable")])
def test_kinds(text: str, kind: str) -> None:
    post = read_post(DECLARED + text)
    assert post.displays[0].kind == kind
    assert (post.displays[0].error is None) == (kind != "unreadable")


def test_in_a_quotation_only_its_own_marks_are_taken_away() -> None:
    post = read_post(DECLARED + "> $$\n> x\n> > y\n> $$\n\n$$x\n> y$$")
    assert [r.text for e in post.displays for r in e.readings] == ["y < x", "y < x"]


def test_inline_formulas_when_they_are_asked_for() -> None:
    text = DECLARED + "若$x = y$，则 $$x = y$$，$x$，$5 或 $6"
    assert [e.inline for e in read_post(text).displays] == [False]
    post = read_post(text, inline=True)
    assert [(e.inline, e.kind, e.source) for e in post.displays] == [(True, "claim", "x = y"), (False, "claim", "x = y"), (True, "expression", "x")]


@pytest.mark.parametrize("declared", [
    "<!-- kexue: real x; vector q d -->", "<!--kexue: real x\nvector q d-->", "```kexue\nreal x\nvector q d\n```", "~~~ kexue\nreal x; vector q d\n~~~",
    "---\nkexue: real x; vector q d\n---", "---\ntitle: a\nkexue: |\n  real x\n  vector q d\nb: c\n---", "---\nkexue:\n  - real x\n  - 'vector q d'\n---",
    "---\nkexue:\n- \"real x\"\n- vector q d\n...", "\ufeff---\nkexue: 'real x; vector q d'\n---"])
def test_ways_to_declare(declared: str) -> None:
    post = read_post(declared + "\n$$x q^\\top q \\ge 0$$")
    assert post.troubles == () and [e.kind for e in post.displays] == ["claim"]
    assert set(post.displays[0].declared.sorts) == {"x", "q", "d"}


def test_declarations_hold_from_there_on() -> None:
    post = read_post("$$x = x$$\n<!-- kexue: positive x -->\n$$x = x$$\n<!-- kexue: complex x -->\n$$x = x$$\n<!-- kexue: clear -->\n$$x = x$$")
    assert [e.kind for e in post.displays] == ["unreadable", "claim", "claim", "unreadable"]
    assert [e.declared.sorts for e in post.displays] == [{}, {"x": "real"}, {"x": "complex"}, {}]
    assert [len(e.declared.hyps) for e in post.displays] == [0, 1, 0, 0]


def test_declarations_that_cannot_be_read_are_named_and_the_others_hold() -> None:
    post = read_post("a\n b <!-- kexue: real x; bogus y; integer E; matrix A -->\n$$x = x$$")
    assert [(t.line, t.column) for t in post.troubles] == [(2, 4)] * 3
    assert [t.error.code for t in post.troubles] == ["bad-declaration", "ambiguous", "bad-name"]
    assert [e.kind for e in post.displays] == ["claim"]


def test_declarations_from_outside_come_first() -> None:
    post = read_post("$$w^2 \\ge 0$$\n<!-- kexue: complex w -->\n$$w = w$$", [("real", "w")])
    assert [e.declared.sorts["w"] for e in post.displays] == ["real", "complex"]
    with pytest.raises(Unreadable):
        read_post("$$x$$", [("integer", "k >=")])


def test_definitions_of_the_post_are_used_behind_them() -> None:
    post = read_post(DECLARED + "$$s = x^2$$\n$$s \\ge 0$$\n$$s = y$$\n$$s := y$$\n$$x + s = x + y$$\n<!-- kexue: real s -->\n$$s = s$$")
    assert [e.kind for e in post.displays] == ["definition", "claim", "unreadable", "definition", "claim", "claim"]
    assert [r.text for e in post.displays for r in e.readings] == ["s := x^2", "x^2 >= 0", "s := y", "x + y = x + y", "s = s"]


def test_a_post_of_too_many_formulas_is_read_as_far_as_it_goes() -> None:
    start = time.process_time()
    post = read_post("$$x$$\n" * 9000)
    assert time.process_time() - start < 2
    assert len(post.displays) == FORMULAS and [t.line for t in post.troubles] == [FORMULAS + 1]
    with pytest.raises(Unreadable):
        read_post("x" * ((1 << 22) + 1))


@pytest.mark.parametrize("text", ["`" * 65536, "` `` ``` " * 7000, "$ " * 30000, r"\begin{equation}" * 4000, "<!--" * 16000, "<!-- kexue: real x -->" * 1000, "<pre>" * 13000,
                                  "```\n" * 16000, "\\" * 65536, "> $$\n> x\n> $$\n\n" * 1000, "---\n" * 16000, "a$b" * 20000, "\n" * 65536, "\0$$\0$$", "<!-- kexue: " + "real x;" * 9000,
                                  "<!-- kexue: real " + "x," * 30000 + " -->", "<!-- kexue: density " + "p" * 60000 + " -->", "<!-- kexue: assume " + "(" * 60000 + " -->",
                                  "".join(f"<!-- kexue: real x{i}; integer m{i} >= w -->\n" for i in range(300))])
def test_hostile_posts_are_answered_in_time(text: str) -> None:
    start = time.process_time()
    read_post(text)
    assert time.process_time() - start < 1


@given(st.text(alphabet="x$`\\[]{}=\n><!-#~:; 式", max_size=60), st.booleans())
def test_any_text_is_a_post(text: str, inline: bool) -> None:
    post = read_post(text, inline=inline)
    places = [(e.line, e.column) for e in post.displays]
    assert places == sorted(places) and all(e.kind in ("claim", "definition", "expression", "unreadable") for e in post.displays)


@pytest.mark.parametrize(("body", "read"), [
    ("s(x^2) = s(x)^2", "log(1 + exp(x^2)) = log(1 + exp(x))^2"), (r"s(\sin x) = s(|x|)", "log(1 + exp(sin(x))) = log(1 + exp(abs(x)))"), ("s(x^{-2}) = x", "log(1 + exp(x^(-2))) = x"),
    (r"s(\sqrt{x}) = x", None), (r"s(\log x) = x", None), ("s(x^y) = x", None), ("s(z) = x", None), (r"s(|z|) = x", "log(1 + exp(abs(z))) = x"), ("t(x) = n", None), ("t(n^2) = n", "2^(n^2) = n"),
    ("t(n^{-1}) = n", None), (r"s(\arcsin x) = x", None)])
def test_a_definition_is_used_only_where_its_variable_was_declared(body: str, read: str | None) -> None:
    post = read_post("<!-- kexue: real x, y; complex z; integer n -->\n$$s(x) = \\log(1+e^x)$$\n$$t(n) = 2^n$$\n$$" + body + "$$")
    shown_ = post.displays[-1]
    assert [r.text for r in shown_.readings] == ([] if read is None else [read]), shown_.error
