"""Partners that are answered for in the test's own process."""

from typing import Any

import httpx

from models.partner import AdapterKind, DisclosedPerson, DisclosureRequest, PartnerEndpoint
from partners.disclosure import InProcessDisclosure
from partners.registry import Partners
from tests.partners.sandboxes import PROGRAMME, SECRET, a_person


def a_partner_like(handler: httpx.AsyncBaseTransport, **options: Any) -> Partners:
    async def disclose(request: DisclosureRequest) -> DisclosedPerson:
        return a_person(request.person)

    options = {"secrets": lambda _: SECRET, **options}
    return Partners(disclosure=InProcessDisclosure(disclose), transport=lambda: handler, **options)


def not_found() -> httpx.Response:
    """Answer as both standards say."""
    return httpx.Response(404, json={"title": "Not found", "status": 404})


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
