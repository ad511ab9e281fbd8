"""How often a partner is called, above all while it is down."""

import asyncio
import time
from decimal import Decimal
from itertools import pairwise

import httpx
import pytest

from models.partner import AdapterKind, PartnerEndpoint
from partners.disclosure import InProcessDisclosure
from partners.errors import PartnerError, PartnerRefusalCode, PartnerRefusedError, PartnerUnavailableError
from partners.pace import Pace
from partners.registry import Partners
from tests.partners.sandboxes import PROGRAMME, SECRET, Sandbox, a_person, an_order


def a_partner_like(handler: httpx.MockTransport, **changes: object) -> Partners:
    async def disclose(request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, RUF100
        return a_person(request.person)

    return Partners(lambda _: SECRET, InProcessDisclosure(disclose), transport=lambda: handler)


def an_endpoint(**changes: object) -> PartnerEndpoint:
    values: dict[str, object] = {
        "partner": "jyu",
        "adapter": AdapterKind.OEAPI,
        "base_url": "http://partner.test/v6",
        "client_id": "jyu",
        "secret_ref": "jyu",
        "programme_offering": PROGRAMME,
    }
    return PartnerEndpoint.model_validate(values | changes)


@pytest.mark.parametrize("token_works", [True, False], ids=["API down", "all down"])
async def test_partner_that_is_down_gets_one_call_per_second_from_all_callers_together(
    token_works: bool,
) -> None:
    calls: list[float] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        if token_works and request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        calls.append(time.monotonic())
        await asyncio.sleep(0.01)
        return httpx.Response(500)

    partners = a_partner_like(httpx.MockTransport(answer))
    port = partners.of(an_endpoint())
    until = time.monotonic() + 3.2

    async def caller() -> None:
        while time.monotonic() < until:
            with pytest.raises(PartnerUnavailableError):
                await port.look_up(an_order())
            await asyncio.sleep(0.05)

    await asyncio.gather(*(caller() for _ in range(20)))
    await partners.close()

    assert 3 <= len(calls) <= 6
    assert all(later - earlier >= 0.99 for earlier, later in pairwise(calls))


async def test_callers_go_on_together_when_the_partner_is_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Sandbox(6, tmp_path_factory.mktemp("pace") / "s.sqlite") as sandbox:
        sandbox.switch({"kind": "fail_500"})
        partners = a_partner_like(httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
        port = partners.of(sandbox.endpoint())
        begun = time.monotonic()

        async def caller() -> None:
            while True:
                try:
                    await port.register(an_order())
                    break
                except PartnerUnavailableError:
                    await asyncio.sleep(0.05)

        await asyncio.gather(*(caller() for _ in range(20)))
        took = time.monotonic() - begun
        await partners.close()

    assert 0.9 < took < 4


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
        return httpx.Response(401 if request.headers["authorization"] == "Bearer t0" else 404)

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
