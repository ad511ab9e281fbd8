"""The rate limit, the access token, and what an answer of a partner means."""

import asyncio
import time
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from models.partner import AdapterKind, PartnerEndpoint
from partners.errors import (
    PartnerError,
    PartnerPendingError,
    PartnerRefusalCode,
    PartnerRefusedError,
    PartnerUnavailableError,
)
from partners.identity import person_id
from partners.pace import Pace
from settings.secrets import secrets_in
from tests.partners.mocks import a_partner_like, an_endpoint, not_found
from tests.partners.sandboxes import an_order


async def test_rate_limit_holds_for_all_callers() -> None:
    pace = Pace("jyu", Decimal(20))
    pace.answered()
    begun = time.monotonic()

    async def call() -> None:
        async with pace.turn():
            pass

    await asyncio.gather(*(call() for _ in range(40)))

    assert 0.8 < time.monotonic() - begun < 2


async def test_token_is_asked_for_once_and_again_when_refused() -> None:
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            tokens.append(f"t{len(tokens)}")
            return httpx.Response(200, json={"access_token": tokens[-1], "expires_in": 3600})
        return httpx.Response(401) if request.headers["authorization"] == "Bearer t0" else not_found()

    partners = a_partner_like(httpx.MockTransport(answer))
    port = partners.of(an_endpoint())
    await asyncio.gather(*(port.look_up(an_order()) for _ in range(5)))
    await partners.close()

    assert tokens == ["t0", "t1"]


async def test_wrong_credentials_need_a_person() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"error": "invalid_client"})

    partners = a_partner_like(httpx.MockTransport(answer))
    with pytest.raises(PartnerRefusedError, match="refuses our credentials") as refused:
        await partners.of(an_endpoint()).register(an_order())
    await partners.close()

    assert refused.value.code is PartnerRefusalCode.CREDENTIALS


async def test_missing_secret_needs_a_person_who_is_told_how_to_set_it(tmp_path: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    partners = a_partner_like(transport, secrets=secrets_in(tmp_path))
    with pytest.raises(PartnerRefusedError, match="set COLLEGIUM_SECRET_JYU") as refused:
        await partners.of(an_endpoint()).register(an_order())
    await partners.close()

    assert refused.value.code is PartnerRefusalCode.CREDENTIALS


async def test_token_endpoint_that_answers_what_cannot_be_decoded_is_tried_again() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))

    partners = a_partner_like(httpx.MockTransport(answer))
    with pytest.raises(PartnerUnavailableError, match="access token"):
        await partners.of(an_endpoint()).register(an_order())
    await partners.close()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"", PartnerUnavailableError),
        (200, b"[]", PartnerUnavailableError),
        (200, b"<html>", PartnerUnavailableError),
        (200, b'{"state": "enrolled"}', PartnerUnavailableError),
        (200, b'{"state": null}', PartnerUnavailableError),
        (200, b'{"state": "associated", "associationId": "another"}', PartnerUnavailableError),
        (200, b'{"responseCode": 0, "responses": []}', PartnerUnavailableError),
        (200, b'{"code": 500}', PartnerUnavailableError),
        (200, b'{"code": "422", "message": "no"}', PartnerRefusedError),
        (429, b"", PartnerUnavailableError),
        (404, b"<html>no route</html>", PartnerUnavailableError),
        (404, b'{"message": "no Route matched with those values"}', PartnerUnavailableError),
        (302, b"", PartnerRefusedError),
        (400, b'{"title": "Bad request", "detail": "no such field"}', PartnerRefusedError),
        (403, b"\xff\xfe", PartnerRefusedError),
        (406, b"{}", PartnerRefusedError),
    ],
)
async def test_an_answer_is_judged_by_what_it_says(
    status: int, body: bytes, error: type[PartnerError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t"})
        return httpx.Response(status, content=body)

    partners = a_partner_like(httpx.MockTransport(answer))
    with pytest.raises(error, match="jyu"):
        await partners.of(an_endpoint()).look_up(an_order())
    await partners.close()


async def test_partner_without_an_api_needs_a_person() -> None:
    partners = a_partner_like(httpx.MockTransport(lambda _: httpx.Response(500)))
    port = partners.of(PartnerEndpoint(partner="jyu", adapter=AdapterKind.MANUAL))

    assert port.needs_person
    with pytest.raises(PartnerRefusedError, match="by hand"):
        await port.register(an_order())


async def test_course_without_an_offering_in_the_directory_needs_a_person() -> None:
    partners = a_partner_like(httpx.MockTransport(lambda _: httpx.Response(500)))
    with pytest.raises(PartnerRefusedError, match="names no offering") as refused:
        await partners.of(an_endpoint()).register(an_order(course="course-9"))

    assert refused.value.code is PartnerRefusalCode.NO_OFFERING
    await partners.close()


async def test_student_number_is_read_again_when_the_answer_to_put_lacks_it() -> None:
    reads: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t"})
        if request.method == "PUT":
            return httpx.Response(201, json={"state": "associated"})
        reads.append(request.url.path)
        codes = [{"codeType": "student_number", "code": "JYU-7"}]
        shown = {"state": "associated", "person": {"otherCodes": codes}}
        return not_found() if len(reads) == 1 else httpx.Response(200, json=shown)

    partners = a_partner_like(httpx.MockTransport(answer))
    receipt = await partners.of(an_endpoint()).register(an_order())
    await partners.close()

    assert receipt.student_number == "JYU-7"


async def test_second_registration_is_not_reported_as_cancelled_before_the_partner_says_so() -> None:
    order = an_order()
    endpoint = an_endpoint(adapter=AdapterKind.OOAPI, processing_seconds=0)
    person = {
        "personId": "p1",
        "primaryCode": {"codeType": "identifier", "code": person_id("jyu", order.person)},
    }
    held = [
        {"associationId": name, "state": "associated", "offering": endpoint.programme_offering}
        for name in ("a", "b")
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t"})
        if request.method == "PATCH":
            return httpx.Response(200, json=held[1])
        return httpx.Response(200, json={"items": [person] if path.endswith("/persons") else held})

    partners = a_partner_like(httpx.MockTransport(answer))
    with pytest.raises(PartnerPendingError, match="has not cancelled it yet"):
        await partners.of(endpoint).register(order)
    await partners.close()
