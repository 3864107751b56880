"""What passes between the searchers and the kernel: goals, and the kinds of certificate, as plain data.

A certificate is a JSON-able dict `{"rule": NAME, ...}`; formulas inside it are in the form of `formula.to_data`.
Certificates nest: a rule that reduces its goal to others carries a certificate for each of them.

rule            proves                     data
normal          a = b                      value: the common normal form, as printed by the kernel
sign            a < b, a <= b, a != b      (none: coefficientwise sign after shifting every atom to its bound)

using           anything                   lemmas: [goal, certificate, instance]; then: certificate
cases           anything                   on: formula split at 0; below, at, above: certificates (missing = excluded)
scale           a < b, a <= b, a = b       by: factor of known sign; then: certificate
derivative      a = b                      var, anchor; gradient, value: certificates
monotone        a < b, a <= b              var, anchor, side; slope, value: certificates
induction       P(n), n >= base            var, base; first, step: certificates; n may be bounded from above
special         anything                   hyp: number of a hypothesis about every index; at: an index; then
termwise        Sum a < Sum b              then: certificate of the summand's relation; of the integrand's for integrals
evolution       X(t) = Y(t), matrices      var, generator; size for X = exp(tK); initial, left, right: certificates
norm            A = B, real matrices       norm: certificate of tr (A - B)^T (A - B) = 0
cofactors       a = b from equations       terms: [hypothesis number, multiplier]; divisor
cover           f(x) > 0 on an interval    leaves, touches, tails of a ball proof
sturm           sign of a polynomial       (none: recomputed)
telescope       Sum = closed form          recurrence and certificate of Zeilberger, initial values
enclosure       a R b between numbers      prec: bits at which enclosures of both sides decide it
approach        a claim with a Limit       number: which one is replaced by its value; then
integrate       a claim with an Integral   number; primitive; except: a point; known: [number, integral]; slope, then
power_series    a claim with an Integral   number; index, coefficient, base, bound, from, term; expansion, size, ratio, value, then
lipschitz       |f(u) - f(v)| R b          var, function, u, v, slope_bound; slope, bound: certificates
descent         a R b for large x          var, strict; slope, limit: certificates
affine          anything                   x = a + b t: var, new, a, b; then
limit           Limit = value              power, constant, from; bound: certificate
rounding        round(u) R number          low, high: ends of u; above, below: certificates
witness         the negation of a claim    values of the free symbols
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .formula import Formula, free_symbols, from_data, substitute, to_data

Certificate = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """For all values of the free symbols that satisfy every hypothesis (and where both sides are defined): `claim`."""

    hyps: tuple[Formula, ...]
    claim: Formula

    def data(self) -> Any:
        return [[to_data(h) for h in self.hyps], to_data(self.claim)]

    @staticmethod
    def of(data: Any) -> Goal:
        return Goal(tuple(map(from_data, data[0])), from_data(data[1]))

    @property
    def names(self) -> set[str]:
        """The names of its free symbols."""
        return {name for f in (*self.hyps, self.claim) for name in free_symbols(f)}

    def at(self, values: dict[str, Formula]) -> Goal:
        return Goal(tuple(substitute(h, values) for h in self.hyps), substitute(self.claim, values))


def proofs(certificate: Any) -> Iterator[dict[str, Any]]:
    """The certificate and those of its subgoals, the outermost first: whatever names a rule."""
    if isinstance(certificate, dict):
        if isinstance(certificate.get("rule"), str):
            yield certificate
        for x in certificate.values():
            yield from proofs(x)
    elif isinstance(certificate, list):
        for x in certificate:
            yield from proofs(x)


def identity(goal: Goal, certificate: Certificate) -> str:
    """Short content hash of a goal with its certificate: the id printed beside a verdict."""
    text = json.dumps([goal.data(), certificate], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
