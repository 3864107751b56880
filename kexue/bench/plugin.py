"""The pytest plugin of a bench run: pytest-benchmark keeps the samples, computes its statistics and writes the JSON.

pytest-benchmark times each item in one block, so that a drift of the machine falls on one contestant, and it knows no
GPU clock.  The samples therefore come from the interleaved loop (`timing.interleave`): the item of a contestant replays
its samples to pytest-benchmark through `recorded`, a timer that shows the recorded seconds.
"""

from __future__ import annotations

import json
import sys
from itertools import chain, repeat
from typing import Any

import pytest

from . import machine
from .contest import Entry, entries, measure
from .offers import BenchError, offers, stems


class Recorded:
    """A timer for pytest-benchmark that stands still until `tick` moves it."""

    __name__ = "recorded"

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def replay(self, benchmark: Any, samples: list[float], repeats: int) -> None:
        """One round of pytest-benchmark per sample, `repeats` calls in each; one more call follows the last round."""
        calls = chain.from_iterable(repeat(seconds, repeats) for seconds in samples)

        def tick() -> None:
            self.now += next(calls, 0.0)

        benchmark.pedantic(tick, rounds=len(samples), iterations=repeats)


recorded = Recorded()


def emit(**event: Any) -> None:
    """One line to the process that asked for the run."""
    print(json.dumps(event), file=sys.__stdout__, flush=True)


class Session:
    """The contests of a run; each is measured when its first item comes up."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        found = [o for stem in stems(request["stem"]) for o in offers(stem)]
        self.entries = list(entries(found, request["devices"], request["dtypes"], request["quick"]))
        if not self.entries:
            raise BenchError("nothing to measure: no function here has sizes_X and inputs_X", 5)
        machine.check_pinned()  # the peers are loaded by now, and with them their thread pools
        self.environment = machine.environment(request["devices"])
        self.contests: dict[str, dict[str, Any] | None] = {}
        self.samples: dict[str, tuple[dict[str, list[float]], dict[str, int]]] = {}
        emit(event="start", total=len(self.entries), environment=self.environment)

    def measured(self, entry: Entry) -> dict[str, Any] | None:
        """The record of the contest of `entry`; None when it could not be held, which is reported once."""
        if entry.name not in self.contests:
            emit(event="begin", name=entry.name)
            self.contests[entry.name] = None
            try:
                record, samples, repeats = measure(entry)
                machine.check_pinned()
            except Exception as error:  # whatever an implementation raises ends its contest, not the run
                emit(event="error", message=f"{entry.name}: {type(error).__name__}: {error}", status=1)
                return None
            self.contests[entry.name], self.samples[entry.name] = record, (samples, repeats)
            emit(event="contest", contest=record)
        return self.contests[entry.name]


class Plugin:
    """Hooks of pytest and pytest-benchmark."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def pytest_generate_tests(self, metafunc: Any) -> None:
        if "entry" in metafunc.fixturenames:
            items = [(self.session, e, name) for e in self.session.entries for name, _, _ in e.offer.contestants()]
            metafunc.parametrize(
                ("bench", "entry", "contestant"), items, ids=[f"{e.name} {name}" for _, e, name in items]
            )

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            emit(
                event="error",
                message=f"{report.nodeid.partition('[')[2].rstrip(']')}: {crash.message if crash else report.longrepr}",
                status=1,
            )

    def _machine(self, config: Any) -> dict[str, Any]:
        """In place of the host name and of all that pytest-benchmark asks the system."""
        return self.session.environment

    def _commit(self, config: Any) -> dict[str, Any]:
        """Nothing: the library may lie in a wheel, and the versions say what was measured."""
        return {}

    # before those of pytest-benchmark: the first answer counts
    pytest_benchmark_generate_machine_info = pytest.hookimpl(tryfirst=True)(_machine)
    pytest_benchmark_generate_commit_info = pytest.hookimpl(tryfirst=True)(_commit)

    def pytest_benchmark_update_json(self, config: Any, benchmarks: Any, output_json: dict[str, Any]) -> None:
        for bench in output_json["benchmarks"]:
            bench["fullname"] = bench["name"]  # that of pytest depends on the folder it was started in
            bench["params"] = None
        output_json["contests"] = [c for c in self.session.contests.values() if c]
        output_json["machine_info"]["load_after"] = machine.load()
