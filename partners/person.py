"""How a person is written in Open Education API v6 and v5; only what was disclosed is sent."""

from models.partner import DisclosedPerson, PartnerEndpoint
from partners.errors import PartnerRefusalCode, PartnerRefusedError
from partners.wire import JSONObject

_V5_GENDER = {"m": "M", "f": "F", "x": "X", "o": "X", "u": "U", "n": "U"}


def person_v6(endpoint: PartnerEndpoint, identifier: str, person: DisclosedPerson) -> JSONObject:
    """Write schema `Person` of v6, which needs at least one name."""
    if not (person.family_name or person.given_name):
        raise _not_permitted(endpoint, ["a name"])
    nationality = {"iso3166-1-alpha2": person.nationality} if person.nationality else None
    return _without_none(
        {
            "personId": identifier,
            "primaryCode": {"codeType": "identifier", "code": identifier},
            "activeEnrolment": True,
            "affiliations": ["student"],
            "givenName": person.given_name,
            "surname": person.family_name,
            "displayName": person.display_name,
            "email": person.mail,
            "dateOfBirth": person.birth_date.isoformat() if person.birth_date else None,
            "nationality": nationality,
            "gender": person.gender,
            "otherCodes": _codes(person, "schac_home"),
        }
    )


def person_v5(endpoint: PartnerEndpoint, identifier: str, person: DisclosedPerson) -> JSONObject:
    """Write schema `PersonProperties` of v5, which needs both names and a mail address."""
    needed = {"given name": person.given_name, "family name": person.family_name, "mail": person.mail}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise _not_permitted(endpoint, missing)
    return _without_none(
        {
            "primaryCode": {"codeType": "identifier", "code": identifier},
            "activeEnrollment": True,
            "affiliations": ["student"],
            "givenName": person.given_name,
            "surname": person.family_name,
            "displayName": person.display_name or f"{person.given_name} {person.family_name}",
            "mail": person.mail,
            "dateOfBirth": person.birth_date.isoformat() if person.birth_date else None,
            "nationality": person.nationality,
            "gender": _V5_GENDER.get(person.gender or ""),
            "otherCodes": _codes(person, "schacHome"),
        }
    )


def code_of_kind(person: object, kind: str) -> str | None:
    """Read one of a person's codes, such as the student number, from a partner's answer."""
    if not isinstance(person, dict):
        return None
    others = person.get("otherCodes")
    for entry in [person.get("primaryCode"), *(others if isinstance(others, list) else [])]:
        if isinstance(entry, dict) and entry.get("codeType") == kind and entry.get("code"):
            return str(entry["code"])
    return None


def _codes(person: DisclosedPerson, schac_home: str) -> list[JSONObject] | None:
    codes = [
        {"codeType": kind, "code": code}
        for kind, code in (("esi", person.esi), (schac_home, person.schac_home))
        if code
    ]
    return codes or None


def _without_none(body: JSONObject) -> JSONObject:
    return {name: value for name, value in body.items() if value is not None}


def _not_permitted(endpoint: PartnerEndpoint, missing: list[str]) -> PartnerRefusedError:
    return PartnerRefusedError(
        endpoint.partner,
        PartnerRefusalCode.DATA_NOT_PERMITTED,
        f"{endpoint.partner} cannot register anybody without {', '.join(missing)}, and that is missing from "
        "the person's data or not permitted by the agreement's data protection section.",
    )
