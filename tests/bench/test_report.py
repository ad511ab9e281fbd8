"""Which bounds hold, and what is printed of those that do not."""

import json

from bench.report import Pair, Report, Run, Sizes, percentile


def a_run(seconds: float = 10, answer: float = 0.1) -> Run:
    return Run(number=20, seconds=seconds, processor_seconds={"worker": 4.0}, answers=[answer] * 50)


def a_report(
    real: Run | None = None,
    bare: Run | None = None,
    history: tuple[int, int] = (90, 200_000),
    duplicates: int = 0,
) -> Report:
    pair = Pair(real or a_run(), bare or a_run(), Sizes([[history] * 4]))
    return Report("dce", 20, 5, {"updates": 25}, (pair,), not_awarded=0, duplicates=duplicates)


def broken(report: Report) -> list[str]:
    return [bound.name for bound in report.bounds if not bound.holds]


def test_all_bounds_hold_when_real_learners_are_as_fast_as_bare_ones() -> None:
    assert a_report().holds


def test_too_slow_learners_break_the_bound_of_throughput_only() -> None:
    assert broken(a_report(real=a_run(seconds=10), bare=a_run(seconds=5))) == [
        "learners per second, real to bare"
    ]


def test_slow_answers_break_the_bound_of_latency_only() -> None:
    assert broken(a_report(real=a_run(answer=0.4))) == ["latency p95, real to bare"]


def test_long_histories_break_the_bounds_of_events_and_bytes() -> None:
    assert broken(a_report(history=(1_001, 500_001))) == [
        "events per learner",
        "events of the largest history",
        "bytes of the largest history",
    ]


def test_one_duplicate_is_too_many() -> None:
    assert broken(a_report(duplicates=1)) == ["duplicates at partners"]


def test_the_line_for_machines_names_every_bound() -> None:
    figures = json.loads(a_report().as_json())

    assert figures["runs"][0]["real"]["learners_per_second"] == 2.0
    assert figures["runs"][0]["real"]["cpu_seconds_per_learner"] == {"worker": 0.2, "all": 0.2}
    assert {bound["name"]: bound["holds"] for bound in figures["bounds"]}["duplicates at partners"] is True


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([0.5], 95) == 0.5
    assert percentile([], 50) == 0.0
