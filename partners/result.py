"""How an examination result is written in Open Education API v6 and v5."""

from decimal import Decimal

from models.partner import ResultReport
from partners.identity import effect_id
from partners.wire import JSONObject

_V6_SCALES = {"de-5": "de_grade", "0-100": "grade_0_100", "1-10": "grade_0_10", "pass-fail": "pass_or_fail"}
_V5_SCALES = {"0-100": "0-100", "1-10": "1-10", "pass-fail": "pass-or-fail"}


def result_v6(report: ResultReport) -> JSONObject:
    """Write schema `CourseOfferingAssociationResult`; scales that v6 does not know are named `x-...`."""
    return {
        "state": "completed",
        "pass": "passed" if report.passed else "failed",
        "score": report.grade,
        "final": True,
        "resultDateTime": f"{report.result_on.isoformat()}T00:00:00Z",
        "studyLoad": _study_load(report),
        "ext": _ext(report, _V6_SCALES),
    }


def result_v5(report: ResultReport) -> JSONObject:
    """Write schema `CourseResult`; the kind of scale has no place but `ext` (interop 1.4)."""
    return {
        "state": "completed",
        "pass": "passed" if report.passed else "failed",
        "score": report.grade,
        "resultDate": report.result_on.isoformat(),
        "studyLoad": _study_load(report),
        "ext": _ext(report, _V5_SCALES),
    }


def is_superseded(held: object, report: ResultReport) -> bool:
    """Tell whether the partner already holds this result or one of a later attempt."""
    if not isinstance(held, dict):
        return False
    ext = held.get("ext")
    attempt = ext.get("attempt") if isinstance(ext, dict) else None
    if not isinstance(attempt, int):
        return False
    return attempt > report.attempt or (attempt == report.attempt and _is_same(held, report))


def _is_same(held: JSONObject, report: ResultReport) -> bool:
    held_on = str(held.get("resultDateTime") or held.get("resultDate") or "")
    passed = "passed" if report.passed else "failed"
    is_same_grade = held.get("score") == report.grade and held.get("pass") == passed
    return is_same_grade and held_on.startswith(report.result_on.isoformat())


def _study_load(report: ResultReport) -> JSONObject:
    return {"studyLoadUnit": "ects", "value": _number(report.ects)}


def _number(value: Decimal) -> int | float:
    """Both versions want a JSON number; it is a float on the wire only, and two decimals survive that."""
    return int(value) if value == int(value) else float(value)


def _ext(report: ResultReport, known: dict[str, str]) -> JSONObject:
    return {
        "attempt": report.attempt,
        "resultValueType": known.get(report.scale, f"x-{report.scale}"),
        "reference": effect_id(report.partner, report.effect_key),
    }
