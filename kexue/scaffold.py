"""`kexue new article STEM`: a proof file and a numerics file that load and pass as they are, to be rewritten line by line."""

from __future__ import annotations

import re
from pathlib import Path

from .collect import Complaint, Library, read, stems

PROOF = '''\
"""TITLE in one line.

Statement.  The square of a sum is x^2 + 2xy + y^2, for all real x and y.
Symbols.    x, y real.
Excluded.   none.
Source.     Author, title, date.
"""
from kexue import Article, eq, holds, near_miss, real, reference, statement

article = Article(
    number={number}, date="2026-01-01", source="https://example.org/post",
    title=("Title in English", "中文标题"),
    summary=("What the article shows, in a sentence.", "用一句话说明文章的内容。"))

x, y = real("x y")


# A claim is a function that yields its steps; its name is the second half of the claim's id.  `where` is the domain.
@statement(title=("The square of a sum", "和的平方"),
           says=("For all real x and y, (x + y)^2 = x^2 + 2xy + y^2.", "对一切实数 x、y，(x + y)^2 = x^2 + 2xy + y^2。"),
           # a false neighbour that must come out refuted: it shows that the claim could have failed
           near_miss=near_miss(eq((x + y) ** 2, x ** 2 + y ** 2), ("The mixed term is left out.", "漏掉交叉项。")),
           # a printed value, reproduced digit by digit
           references=[reference("(3 + 4)^2", "49", (x + y) ** 2, at={{"x": 3, "y": 4}})])
def square_of_sum():
    # holds(...): a part of the statement, proved by the kernel; show(...): a step on the way;
    # cite(...): a named theorem; therefore(...): what follows from the theorems cited above it
    yield holds(eq((x + y) ** 2, x ** 2 + 2 * x * y + y ** 2), ("multiplied out", "展开即得"))
'''

NUMERICS = '''\
"""TITLE in one line: what is computed, for which shapes, and how large its error can be.

**Computes.** `square_of_sum` (x + y)^2.  **Shapes.** x, y [...]; result [...].
**Errors.** u = eps/2.  `direct`: one sum and one product of it with itself, (1 + u)^3 - 1 relative to the result;
`expanded`: three products and two sums, the same relative to x^2 + 2|xy| + y^2, which is more where x and y cancel.
"""
import torch

def torch_square_of_sum__expanded(x, y):
    """x^2 + 2xy + y^2. Hazard: cancels near y = -x."""
    return x * x + 2 * (x * y) + y * y

def torch_square_of_sum__direct(x, y):
    return (x + y) * (x + y)

def ref_square_of_sum(x, y):
    """With mpmath numbers, to the working precision."""
    return [(a + b) ** 2 for a, b in zip(x, y)]

# a bound says how far an entry may be off; the worst error found must lie between a thousandth of it and all of it
def bound_square_of_sum__expanded(x, y, eps):
    return [((1 + eps / 2) ** 3 - 1) * (a * a + 2 * abs(a * b) + b * b) for a, b in zip(x, y)]

def bound_square_of_sum__direct(x, y, eps):
    return [((1 + eps / 2) ** 3 - 1) * (a + b) ** 2 for a, b in zip(x, y)]

def draw_square_of_sum(rng):
    return [rng.gauss(0, 1) for _ in range(8)], [rng.gauss(0, 1) for _ in range(8)]

def adversarial_square_of_sum():
    return [([1.0, 3.0, 0.0], [-1.0, -2.9990234375, 0.0])]

sizes_square_of_sum = [1024, 1 << 20]

def inputs_square_of_sum(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(2))

def work_square_of_sum(size, itemsize):
    return {"bytes": 3 * size * itemsize, "flop": 2 * size}

def plot_square_of_sum():
    x = [k / 20 for k in range(-40, 41)]
    return {"caption": {"en": "(x + 1)^2 and the false x^2 + 1.", "zh": "(x + 1)^2 与错误的 x^2 + 1。"}, "xlabel": "x", "ylabel": "",
            "xscale": "linear", "yscale": "linear", "claim": "square_of_sum", "vlines": [], "hlines": [], "series": [
                {"label": "(x + 1)^2", "x": x, "y": [(t + 1) ** 2 for t in x], "style": "line"},
                {"label": "x^2 + 1", "x": x, "y": [t * t + 1 for t in x], "style": "dashed"}]}
'''


def _numbers(library: Library) -> list[int]:
    """The numbers of the articles that can be read; one that cannot does not keep anyone from starting another."""
    found = []
    for stem in stems(library):
        try:
            found.append(read(library, stem).article.number)
        except Complaint:
            continue
    return found


def new_article(library: Library, stem: str) -> tuple[Path, Path]:
    """Write proofs/STEM.py and numerics/STEM.py; returns their paths.  Raises Complaint when the name is no file name or taken."""
    proof, numerics = (library.root / kind / f"{stem}.py" for kind in ("proofs", "numerics"))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
        raise Complaint("bad-stem", name=stem)
    for path in (proof, numerics):
        if path.exists():
            raise Complaint("exists", library.show(path))
    texts = {proof: PROOF.format(number=1 + max(_numbers(library), default=0)), numerics: NUMERICS}
    try:
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            with open(path, "x", encoding="utf-8") as file:
                file.write(text)
    except OSError as err:
        raise Complaint("unwritable", library.show(path), error=err.strerror or err) from err
    return proof, numerics
