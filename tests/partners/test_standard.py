"""What the clients send is what the official OpenAPI documents say."""

import httpx
import jsonschema
import pytest

from models.partner import DisclosedPerson, PersonField
from tests.partners.sandboxes import Client, Sandbox, a_report, an_order, paths
from tests.partners.standard import ABSENT, check, is_at_hand

pytestmark = pytest.mark.skipif(not (is_at_hand(5) and is_at_hand(6)), reason=ABSENT)

EXPECTED = {
    6: {
        "PUT persons",
        "GET persons",
        "GET programme-offering-associations",
        "PUT programme-offering-associations",
        "PATCH programme-offering-associations",
        "GET course-offering-associations",
        "PUT course-offering-associations",
        "PATCH course-offering-associations",
    },
    5: {"GET persons", "POST persons", "GET offerings", "POST associations", "PATCH associations"},
}


async def test_every_kind_of_call_is_valid(sandbox: Sandbox) -> None:
    order = an_order()
    enrolment = order.model_copy(update={"course": "course-1", "effect_key": f"{order.effect_key}/c"})
    async with Client(sandbox) as client:
        await client.port.register(order)
        await client.port.register(enrolment)
        await client.port.report_result(a_report(order))
        for undone in (enrolment, order):
            await client.port.cancel(undone.model_copy(update={"is_confirmed": True}))
        sent = [line for line in paths(client.transport.sent) if "/oauth/" not in line]

    kinds = {" ".join([line.split(" ")[0], line.split("/")[2]]) for line in sent}
    assert kinds == EXPECTED[sandbox.version]


def a_patch(version: int, body: object, media: str = "application/merge-patch+json") -> httpx.Request:
    path = "associations" if version == 5 else "course-offering-associations"
    return httpx.Request(
        "PATCH",
        f"http://x/v{version}/{path}/00000000-0000-0000-0000-000000000001",
        headers={
            "authorization": "Bearer t",
            "content-type": media,
            "accept": "application/vnd.oeapi+json;version=6.0",
        },
        json=body,
    )


@pytest.mark.parametrize(
    "request_",
    [
        a_patch(6, {"remoteState": "canceled"}),
        a_patch(5, {"remoteState": "cancelled"}),
        a_patch(6, {"result": {"state": "completed"}}),
        a_patch(5, {"result": {"state": "completed", "resultDate": "yesterday", "studyLoad": {}}}),
        a_patch(6, {"state": "cancelled"}),
        a_patch(6, {"remoteState": "cancelled"}, media="application/json"),
    ],
    ids=["spelling of v5", "spelling of v6", "incomplete result", "no date", "unknown field", "media type"],
)
def test_check_finds_what_is_wrong(request_: httpx.Request) -> None:
    version = 5 if "/v5/" in request_.url.path else 6
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        check(version, request_)


def test_permitted_fields_are_the_fields_of_a_disclosed_person() -> None:
    assert {field.value for field in PersonField} == set(DisclosedPerson.model_fields) - {"person"}
