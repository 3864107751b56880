"""Plot specifications to SVG: the same bytes on every run, legible on light and on dark paper.

A specification is what the `plot_*` functions of numerics files return: xlabel, ylabel, xscale and yscale ("linear" or
"log"), vlines, hlines, and series of {label, x, y, style}, where style is "line", "dashed" or "points".  Labels are
ASCII; Greek names, indices and exponents in them are typeset.  Captions stay outside, so a picture holds no language.

The ink of axes and letters is `currentColor`, and the root element sets that to a middle grey: a page that inlines the
picture chooses the ink with the CSS property `color`, and as an image by itself the picture shows on any background."""

from __future__ import annotations

import io
import math
import re
from typing import Any

INK = "#010203"  # stands for currentColor while matplotlib draws
GREY = "#767d86"  # 4.2 : 1 on white, 4.5 : 1 on the usual dark grounds
COLOURS = ("#2478cc", "#c9621a", "#23875a", "#a34fc0", "#c9415a", "#7d7a1e", "#128a96", "#8a6a4f", "#6b6fd0")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "p", "*")
STYLES = {"line": "-", "dashed": (0, (4.0, 2.0)), "points": "none"}
SIZE = (6.4, 3.9)  # inches of 72 units
GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ",
         "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "psi": "ψ",
         "omega": "ω", "sqrt": "√", "infinity": "∞"}


def svg(spec: dict[str, Any], name: str) -> str:
    """The picture of a specification as SVG text ending in a newline; `name` makes the ids inside it its own.

    Points that a logarithmic axis cannot show and values that are not finite are left out; lines break there.  Raises
    ValueError for an unknown style or scale and for series whose x and y differ in length."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({
            "svg.hashsalt": name, "svg.fonttype": "path", "path.simplify": True, "path.simplify_threshold": 0.2,
            "font.size": 10, "axes.edgecolor": INK, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK,
            "ytick.color": INK, "axes.linewidth": 0.8, "axes.spines.top": False, "axes.spines.right": False,
            "lines.linewidth": 1.6, "axes.formatter.limits": (-4, 5), "axes.formatter.use_mathtext": True})
        figure = Figure(figsize=SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _draw(axes, spec)
        rows = math.ceil(len(spec["series"]) / _columns(spec))
        figure.legend(loc="outside upper left", ncols=_columns(spec), frameon=False, fontsize=9 if rows < 4 else 8,
                      handlelength=2.2, columnspacing=1.6, labelspacing=0.3)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _compact(out.getvalue())


def _columns(spec: dict[str, Any]) -> int:
    """Columns of the legend: as many as the longest label leaves room for, filled evenly."""
    count, longest = max(1, len(spec["series"])), max((len(s["label"]) for s in spec["series"]), default=1)
    rows = math.ceil(count / max(1, min(4, 86 // (longest + 9))))
    return math.ceil(count / rows)


def _draw(axes: Any, spec: dict[str, Any]) -> None:
    for side in ("x", "y"):
        if spec[f"{side}scale"] not in ("linear", "log"):
            raise ValueError(f"{side}scale is {spec[f'{side}scale']!r}, not 'linear' or 'log'")
    axes.set_xscale(spec["xscale"])
    axes.set_yscale(spec["yscale"])
    axes.grid(True, color=INK, alpha=0.14, linewidth=0.6)
    axes.set_axisbelow(True)
    taken: dict[str, int] = {}
    for series in spec["series"]:
        label, style = series["label"], series["style"]
        if style not in STYLES:
            raise ValueError(f"series {label!r} has the style {style!r}, not one of {', '.join(STYLES)}")
        if len(series["x"]) != len(series["y"]):
            raise ValueError(f"series {label!r} has {len(series['x'])} x and {len(series['y'])} y")
        key = label.rpartition(", ")[2]  # "annealed, n = 40" takes the colour of "exact, n = 40"
        shared = style == "dashed" and key in taken
        index = taken[key] if shared else len(set(taken.values()))
        taken.setdefault(key, index)
        taken.setdefault(label, index)
        marks = {"marker": MARKS[index % len(MARKS)], "markersize": 5.0 if len(series["x"]) < 80 else 3.2,
                 "markeredgewidth": 0} if style == "points" else {}
        axes.plot(_shown(series["x"], spec["xscale"]), _shown(series["y"], spec["yscale"]), linestyle=STYLES[style],
                  color=COLOURS[index % len(COLOURS)], label=typeset(label), **marks)
    for x in spec.get("vlines", ()):
        axes.axvline(x, color=INK, linewidth=0.9, alpha=0.7, dashes=(1.5, 2.0))
    for y in spec.get("hlines", ()):
        axes.axhline(y, color=INK, linewidth=0.9, alpha=0.7, dashes=(1.5, 2.0))
    axes.set_xlabel(typeset(spec["xlabel"]))
    axes.set_ylabel(typeset(spec["ylabel"]))
    axes.margins(x=0.015)


def _shown(values: list[float], scale: str) -> list[float]:
    return [v if math.isfinite(v) and (scale == "linear" or v > 0) else math.nan for v in values]


def typeset(label: str) -> str:
    """An ASCII label with Greek letters, minus signs, indices and exponents, in the notation that matplotlib reads."""
    label = label.replace("$", r"\$")
    label = re.sub(r"(?<![A-Za-z])(" + "|".join(GREEK) + r")(?![A-Za-z])", lambda m: GREEK[m[1]], label)
    label = re.sub(r"(?<=√) (?=[(\w])", "", label)
    label = re.sub(r"(?<= )-(?= )|(?<![\w)^_])-(?=\d)", "\N{MINUS SIGN}", label)
    script = re.compile(r"(?<=[^\W_])?([_^])(\([^()]*\)|-?\w{1,2}(?!\w))")
    return script.sub(lambda m: f"${m[1]}{{\\mathregular{{{m[2].strip('()').replace('-', chr(0x2212))}}}}}$", label)


# --------------------------------------------------------------------------------------------------------- fewer bytes
_PATH = re.compile(r'\bd="([^"]*)"')
_NUMBER = re.compile(r"-?\d+\.\d+")


def _rounded(text: str) -> str:
    def short(m: re.Match[str]) -> str:
        shown = f"{float(m[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if shown in ("-0", "") else shown
    return _NUMBER.sub(short, text)


def _path(m: re.Match[str]) -> str:
    d = re.sub(r"\s*([MLQCZz])\s*", r"\1", _rounded(m[1]))
    return f'd="{re.sub(chr(92) + "s+", " ", d).strip()}"'


def _compact(text: str) -> str:
    """Two decimals (a hundredth of a point), no prolog, no metadata, no unused ids, no style for the page around it."""
    text = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>", "", text)
    text = _PATH.sub(_path, text)
    text = re.sub(r'translate\([^)]*\)|\b(x|y|width|height|viewBox|points)="[^"]*"', lambda m: _rounded(m[0]), text)
    used = set(re.findall(r"#([\w.-]+)", text))
    text = re.sub(r' id="([^"]*)"', lambda m: m[0] if m[1] in used else "", text)
    text = text.replace(INK, "currentColor").replace("<svg ", f'<svg color="{GREY}" stroke-linejoin="round" ', 1)
    return re.sub(r"\n\s*", "\n", text).strip() + "\n"
