"""The numerics files of the library: every row of the confirmation, and what each good form is good for."""

from __future__ import annotations

import ast
import importlib.util
import math
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath as mp
import pytest
import torch

from kexue.confirm_numerics import confirm_numerics

ROOT = Path(__file__).parent.parent
STEMS = sorted(p.stem for p in (ROOT / "numerics").glob("*.py"))
CPU = torch.device("cpu")


@cache
def load(stem: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"numerics_{stem}", ROOT / "numerics" / f"{stem}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


position, taylor, attention, orthogonal, logistic = map(load, (
    "sinusoidal_encoding", "even_taylor_exp", "attention_scale", "orthogonal_map", "logistic_closed_form"))


def named(module: ModuleType, prefix: str) -> list[str]:
    return [n.removeprefix(prefix) for n in vars(module) if n.startswith(prefix)]


@pytest.mark.parametrize("stem", STEMS)
def test_every_row_is_within_its_bound(stem: str) -> None:
    found = confirm_numerics(load(stem), stem)
    assert found and not [(r["function"], r["variant"], r["dtype"], r["reason"], r["ratio"], r["at"])
                          for r in found if not r["ok"]]
    assert {r["dtype"] for r in found} == {"float64", "float32", "bfloat16"}


@pytest.mark.parametrize("stem", STEMS)
def test_a_numerics_file_stands_on_its_own(stem: str) -> None:
    allowed = {"mpmath", "torch", "numpy", "sklearn", "x_transformers"} | ({"erfa"} if stem == "comet_ison" else set()) | set(sys.stdlib_module_names)
    for node in ast.walk(ast.parse((ROOT / "numerics" / f"{stem}.py").read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
            [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {n.split(".")[0] for n in names} <= allowed


# ---------------------------------------------------------------------------------------------------- bench and plots
BENCHED = [(s, f) for s in STEMS for f in named(load(s), "sizes_")]


@pytest.mark.parametrize("stem, function", BENCHED)
def test_all_contestants_accept_the_inputs_and_agree_on_the_shape(stem: str, function: str) -> None:
    module = load(stem)
    size = getattr(module, f"sizes_{function}")[0]
    work = getattr(module, f"work_{function}")(size, 4)
    assert work["bytes"] > 0 and work["flop"] > 0
    generator = torch.Generator().manual_seed(1)
    args = getattr(module, f"inputs_{function}")(size, torch.float32, CPU, generator)
    forms = {n: getattr(module, f"torch_{n}") for n in named(module, "torch_") if n.split("__")[0] == function}
    peers = getattr(module, f"peers_{function}", dict)()
    shapes = {name: tuple(f(*args).shape) for name, f in {**forms, **peers}.items() if f is not None}
    assert forms and len({**forms, **peers}) > 1 and len(set(shapes.values())) == 1, shapes


def test_a_peer_that_is_not_installed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "x_transformers", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.discriminant_analysis", None)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    missing = [k for m, f in ((position, "sinusoidal_table"), (logistic, "fit"))
               for k, v in getattr(m, f"peers_{f}")().items() if v is None]
    assert len(missing) == 4 and any("x-transformers" in k for k in missing)


PLOTS = [(s, p) for s in STEMS for p in named(load(s), "plot_")]


@pytest.mark.parametrize("stem, plot", PLOTS)
def test_plots_are_plain_data_about_a_claim_of_the_article(stem: str, plot: str) -> None:
    make = getattr(load(stem), f"plot_{plot}")
    spec = make()
    with mp.workdps(50):
        assert make() == spec, "a plot must not depend on the precision it is drawn at"
    assert set(spec) == {"caption", "xlabel", "ylabel", "xscale", "yscale", "claim", "vlines", "hlines", "series"}
    assert re.search("[\u4e00-\u9fff]", spec["caption"]["zh"]) and spec["caption"]["en"].isascii()
    for s in spec["series"]:
        assert set(s) == {"label", "x", "y", "style"} and s["style"] in ("line", "dashed", "points")
        assert len(s["x"]) == len(s["y"]) > 1 and all(map(math.isfinite, s["x"] + s["y"]))
        assert all(v > 0 for v in s["x"]) or spec["xscale"] == "linear"
        assert all(v > 0 for v in s["y"]) or spec["yscale"] == "linear"
    proof = ROOT / "proofs" / f"{stem}.py"
    if proof.exists():
        assert f"def {spec['claim']}(" in proof.read_text(encoding="utf-8")


# --------------------------------------------------------------------------------------------------- sinusoidal tables
def exact(positions: torch.Tensor, d: int, base: int = 10000) -> torch.Tensor:
    return position.torch_sinusoidal_rows__phase(positions, d, base, torch.float64)


def test_float64_phases_agree_with_the_reference_at_the_largest_positions() -> None:
    m = [2 ** 24 - 1, 2 ** 24 - 2, 2 ** 31 - 1]
    with mp.workdps(40):
        want = torch.tensor([[float(x) for x in r] for r in position.ref_sinusoidal_rows(m, 64, 10000)], dtype=torch.float64)
    assert (exact(torch.tensor(m), 64) - want).abs().max() < 4e-16


@pytest.mark.parametrize("start", [0, 8191, 131000, 2 ** 20 - 7, 2 ** 24 - 4096])
def test_tables_and_caches_are_good_to_3e_7_everywhere_below_2_24(start: int) -> None:
    args, n = (64, 10000, torch.float32, CPU), 4096
    want = exact(torch.arange(start, start + n), 64)
    table = position.torch_sinusoidal_table__two_level(start, n, *args)
    rows = position.torch_sinusoidal_rows__phase(torch.arange(start, start + n), *args[:3])
    assert max((t.double() - want).abs().max() for t in (table, rows)) <= 3e-7
    for form in ("two_level", "phase"):
        cos, sin = getattr(position, f"torch_rotary_cache__{form}")(start, n, *args)
        assert max((cos.double() - want[:, 1::2]).abs().max(), (sin.double() - want[:, 0::2]).abs().max()) <= 3e-7
    coarse = position.torch_sinusoidal_table__two_level(start, n, 64, 10000, torch.bfloat16, CPU)
    assert (coarse.double() - want).abs().max() <= 2 ** -9 + 3e-7


def test_positions_next_to_the_joints_of_the_octants_are_good_to_3e_7() -> None:
    d = 128
    m = torch.tensor(sorted({q for i in range(d // 2) for q in position.hard_positions(i, d, 10000)}))
    assert len(m) > 200 and m.max() < 2 ** 24
    want = exact(m, d)
    angle = torch.atan2(want[:, 0::2], want[:, 1::2]) * 4 / math.pi
    assert ((angle - angle.round()).abs() < 1e-6).sum() > 100  # they are hard
    assert (position.torch_sinusoidal_rows__phase(m, d, 10000, torch.float32).double() - want).abs().max() <= 3e-7


def test_bounds_in_float32_are_below_3e_7() -> None:
    eps = mp.mpf(2) ** -23
    for bound in (position.bound_sinusoidal_rows__phase([1], 2, 10000, eps), position._product(eps)):
        assert (bound if not isinstance(bound, list) else bound[0][0]) <= 3e-7


def test_the_usual_recipe_is_wrong_far_out() -> None:
    m = torch.arange(2 ** 24 - 256, 2 ** 24)
    naive = position.torch_sinusoidal_rows__naive(m, 64, 10000, torch.float32).double()
    assert (naive - exact(m, 64)).abs().max() > 0.1


@pytest.mark.parametrize("d, k, value", [
    (64, 1, "30.916831661619025941"), (64, 100, "17.874668785065903069"), (128, 1000, "10.177728132210646086"),
    (128, 10000, "-1.7852019248522206384"), (768, 1000, "62.338608234884439797"), (4, 100, "1.402621178155823651502875")])
def test_profiles_of_the_catalogue(d: int, k: int, value: str) -> None:
    with mp.workdps(40):
        assert abs(position.ref_gram_profile([k], d, 10000)[0] - mp.mpf(value)) < 1e-18 * d
    computed = position.torch_gram_profile__phase(torch.tensor([k]), d, 10000, torch.float64)
    assert float(computed) == pytest.approx(float(value), abs=2e-14 * d)


def test_the_records_of_the_almost_periodic_return_are_records() -> None:
    k = torch.arange(1, 1_200_000, dtype=torch.float64)
    gap = 2 - torch.cos(k) - torch.cos(k / 100)
    best = torch.cummin(gap, 0).values
    records = (k[1:][best[1:] < best[:-1]]).long().tolist()
    assert tuple(r for r in records if r > 1000) == position.RECORDS


# ------------------------------------------------------------------------------------------------ even Taylor polynomials
def test_the_roots_multiply_back_to_the_polynomial() -> None:
    with mp.workdps(60):
        for n in range(0, 25, 2):
            for x in (mp.mpf(-7), mp.mpf(1) / 3):
                p = mp.fprod((x - a) ** 2 + b * b for a, b in taylor.exact_roots(n)) / mp.factorial(n)
                assert abs(p / taylor._f(x, n) - 1) < mp.mpf(10) ** -45


@pytest.mark.parametrize("n", [1, 3, 26, -2])
def test_orders_outside_the_domain_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="even"):
        taylor.torch_taylor_exp__product(torch.zeros(2), n)


@pytest.mark.parametrize("n", range(0, 25, 2))
def test_the_product_is_positive_and_accurate_for_every_even_order(n: int) -> None:
    x = torch.linspace(-1.3 * n - 1, 3, 4001, dtype=torch.float64)
    for dtype, most in ((torch.float32, 1.5e-6), (torch.bfloat16, 2 ** -8 * 1.01)):
        r = x.to(dtype)
        want = taylor.torch_taylor_exp__product(r.double(), n)
        got = taylor.torch_taylor_exp__product(r, n)
        assert got.dtype == dtype and bool((got > 0).all())
        assert float((got.double() / want - 1).abs().max()) < most


def test_horner_breaks_the_theorem() -> None:
    x = torch.linspace(-31.2, 3, 4001).bfloat16()
    assert int((taylor.torch_taylor_exp__horner(x, 24) <= 0).sum()) > 100
    assert float(taylor.torch_taylor_exp__horner(torch.tensor([-12.0]), 40)) < 0


@pytest.mark.parametrize("n, x, value", [
    (2, "-1", "0.5"), (4, "-1.596071637983321523112805", "0.2703947652051846079624596"),
    (8, "-2.759002709962271856582541", "0.08327152016406887857970808"),
    (20, "-6.177534078285881231489561", "0.002692640540954425663019885")])
def test_minima_of_the_catalogue(n: int, x: str, value: str) -> None:
    with mp.workdps(40):
        assert abs(taylor._f(mp.mpf(x), n) - mp.mpf(value)) < 1e-22
    at = torch.tensor([float(x)], dtype=torch.float64)
    assert float(taylor.torch_taylor_exp__product(at, n)) == pytest.approx(float(value), rel=4e-15)
    assert float(taylor.torch_taylor_exp__product(at.float(), n)) == pytest.approx(float(value), rel=2e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("n", [2, 10, 24])
def test_softmax_is_positive_sums_to_one_and_survives_large_logits(n: int, dtype: torch.dtype) -> None:
    x = torch.randn(64, 100, generator=torch.Generator().manual_seed(2)).mul(12).to(dtype)
    p = taylor.torch_taylor_softmax__scaled(x, n)
    assert p.dtype == dtype and bool((p > 0).all())
    assert float((p.float().sum(-1) - 1).abs().max()) < 4 * float(torch.finfo(dtype).eps)
    large = taylor.torch_taylor_softmax__scaled(torch.tensor([[3e38, -3e38, 1.0], [1e20, 1e20, 0.0]]).to(dtype), n)
    assert bool(large.isfinite().all()) and torch.equal(large[:, :2], torch.full((2, 2), 0.5, dtype=dtype))
    assert taylor.torch_taylor_softmax__scaled(torch.tensor([[-3.0, -1.0]]), 2)[0].tolist() == pytest.approx([5 / 6, 1 / 6])


def test_softmax_takes_any_layout() -> None:
    x = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(3)).mT
    p = taylor.torch_taylor_softmax__scaled(x, 4)
    assert p.shape == (3, 4, 5)
    assert torch.equal(p[1, 2], taylor.torch_taylor_softmax__scaled(x[1, 2][None].contiguous(), 4)[0])
    assert taylor.torch_taylor_softmax__scaled(torch.zeros(0, 3), 4).shape == (0, 3)


# ------------------------------------------------------------------------------------------------------------- gradients
def leaf(*shape: int, seed: int = 0, shift: float = 0) -> torch.Tensor:
    g = torch.Generator().manual_seed(seed)
    return (torch.randn(*shape, dtype=torch.float64, generator=g) + shift).requires_grad_()


@pytest.mark.parametrize("f, args", [
    (lambda x: taylor.torch_taylor_exp__product(x, 8), [leaf(5)]),
    (lambda x: taylor.torch_log_taylor_exp__product(x, 8), [leaf(5)]),
    (lambda x: taylor.torch_taylor_softmax__scaled(x, 6), [leaf(2, 4)]),
    (lambda x: taylor.torch_taylor_softmax__scaled(100 * x, 6), [leaf(2, 4)]),
    (attention.torch_jacobian_l1__stable, [leaf(3, 5), leaf(3, seed=1, shift=4)]),
    (attention.torch_optimal_scale__halley, [leaf(4, shift=9)]),
    (orthogonal.torch_rotate__safe, [leaf(2, 4), leaf(4, seed=1), leaf(4, seed=2)]),
    (orthogonal.torch_reflect__safe, [leaf(2, 4), leaf(4, seed=1), leaf(4, seed=2)]),
    (lambda x, m, n, p: logistic.torch_posterior__logit(x, 2 * torch.eye(3).double(), m, n, p.sigmoid()),
     [leaf(4, 3), leaf(3, seed=1), leaf(3, seed=2), leaf(1, seed=3)]),
    (lambda x: logistic.torch_fit__onepass(x, torch.arange(12) % 2), [leaf(12, 2)])])
def test_gradients_agree_with_differences(f: Any, args: list[torch.Tensor]) -> None:
    assert torch.autograd.gradcheck(f, args, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("form", ["rotate", "reflect"])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_maps_have_finite_gradients_at_0_and_pi(form: str, sign: int) -> None:
    a = torch.tensor([3.0, -1.0, 0.5], requires_grad=True)
    b = (sign * a.detach()).requires_grad_()
    y = getattr(orthogonal, f"torch_{form}__safe")(torch.eye(3), a, b)
    y.sum().backward()
    assert bool(a.grad.isfinite().all()) and bool(b.grad.isfinite().all())  # type: ignore[union-attr]
    y = y.detach()
    assert float((y @ y.mT - torch.eye(3)).abs().max()) < 1e-6
