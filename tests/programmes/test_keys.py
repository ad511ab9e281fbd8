"""Every key of the two files has an effect, or stands here with the reason why it has none yet."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from programmes.schema import MODELS

ROOT = Path(__file__).parents[2]
FOLDERS = ("rules", "workflows", "activities", "cli", "records", "partners", "engine")
ONLY_FOR_READERS = frozenset(
    {
        *("ConsortiumAgreement.sources", "ConsortiumAgreement.assumptions"),
        *("ConsortiumAgreement.profiles", "ConsortiumAgreement.commitment_until"),
        *("AwardRegulations.justification", "FeePolicy.public_funding_note"),
        *("Stackability.approved_on", "Stackability.valid_years"),
    }
)
"""They say why the regulations are as they are; the checker compares some of them with the rest."""

FOR_DOCUMENTS = frozenset(
    {
        *("Partner.identifiers", "Identifiers.pic", "Identifiers.oid", "Identifiers.erasmus_code"),
        *("Programme.profile", "Programme.outcomes", "Programme.delivery", "Programme.language_policy"),
        *("Course.outcomes", "Course.delivery", "LearningOutcome.esco"),
        *("Assessment.identity_check", "Assessment.weight_percent"),
        *("AwardRegulations.names", "AwardRegulations.stackability", "AwardRegulations.intermediate"),
        *("SupplementDescriptors.access_requirements", "SupplementDescriptors.programme_requirements"),
        *("SupplementDescriptors.further_study", "SupplementDescriptors.professional_status"),
        *("SupplementDescriptors.mobility_scheme", "SupplementDescriptors.delivery_method"),
        *("SupplementDescriptors.further_information",),
        *("ConsortiumAgreement.quality_assurance", "QualityAssurance.basis", "QualityAssurance.responsible"),
    }
)
"""Printed on certificates, supplements and credentials, which do not exist yet."""

NO_STEP_YET = {
    "QualityAssurance.evaluation_months": "Nobody is reminded of the evaluation.",
    "RecognitionPolicy.days_to_claim": "Prior learning is claimed with the application only.",
    "RegistrationRegulations.cost_shares": "The partners settle common costs among themselves.",
    "FeePolicy.refunds": "The rule exists; no step of a case pays back.",
    "DataProtection.refused_retention_months": "Nothing is erased by itself.",
    "DataProtection.award_retention_years": "Nothing is erased by itself.",
    "PartnerProtection.legal_basis": "For the record of processing activities, which is not printed.",
    "PartnerProtection.retention_months": "Partners erase in their own systems.",
}
"""What the regulations settle and people still do by hand."""

READ_BY_ITS_MODEL = frozenset({"PartnerEndpoint.token_url"})


def _files() -> Iterator[Path]:
    yield ROOT / "worker.py"
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            if not file.name.startswith("consortium") or folder != "rules":
                yield file


@cache
def _attributes() -> frozenset[str]:
    """
    Collect every name that the code asks something for, outside models and checks.

    Two fields of one name cannot be told apart by it.
    """
    return frozenset(
        node.attr
        for file in _files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
    )


def _models(kind: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for field in kind.model_fields.values():
            _models(field.annotation, seen)
    for part in get_args(kind):
        _models(part, seen)
    return seen


def test_every_key_of_the_two_files_is_read_or_has_its_reason() -> None:
    models = {found for model in MODELS.values() for found in _models(model, set())}
    unread = {
        f"{model.__name__}.{field}"
        for model in models
        for field in model.model_fields
        if field not in _attributes()
    }

    assert unread == ONLY_FOR_READERS | FOR_DOCUMENTS | set(NO_STEP_YET) | READ_BY_ITS_MODEL
