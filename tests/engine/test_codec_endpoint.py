"""The engine's own web page may read payloads; nobody else may."""

import json

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import WorkflowSerializationContext

from engine.codec import KeyedCodec
from engine.codec_endpoint import build_codec_app
from engine.keys import KeyRing
from tests.harness import MASTER_KEY, DictKeyStore

PAGE = "http://127.0.0.1:8233"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"hello"')


@pytest.fixture
def codec() -> KeyedCodec:
    return KeyedCodec(KeyRing(MASTER_KEY, DictKeyStore()))


@pytest.fixture
def page(codec: KeyedCodec) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build_codec_app(codec, [PAGE]))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8081")


def asked(*payloads: Payload) -> str:
    return json_format.MessageToJson(Payloads(payloads=payloads))


async def test_the_page_reads_what_it_may_and_sees_why_not(
    codec: KeyedCodec, page: httpx.AsyncClient
) -> None:
    context = WorkflowSerializationContext(namespace="n", workflow_id="learner/abc")
    mine = (await codec.with_context(context).encode([CLEAR]))[0]
    lost = Payload(metadata={**mine.metadata, "key": b"person/gone"}, data=mine.data)

    answer = await page.post("/decode", content=asked(mine, lost, CLEAR), headers={"origin": PAGE})

    found = json_format.Parse(answer.text, Payloads()).payloads
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert [found[0], found[2]] == [CLEAR, CLEAR]
    assert "person/gone" in json.loads(found[1].data)


async def test_another_origin_or_host_is_refused(page: httpx.AsyncClient) -> None:
    for header, status in (({"origin": "http://evil.test"}, 403), ({"host": "evil.test"}, 400)):
        assert (await page.post("/decode", content=asked(CLEAR), headers=header)).status_code == status


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'{"payloads": 3}'])
async def test_nonsense_is_refused(page: httpx.AsyncClient, body: bytes) -> None:
    assert (await page.post("/decode", content=body)).status_code == 400


async def test_nothing_is_written_for_anybody(page: httpx.AsyncClient) -> None:
    assert (await page.post("/encode", content=asked(CLEAR))).status_code == 404
