"""
The codec endpoint: lets the engine's own web page show payloads in clear, in the demo only.

It reads and never writes, serves this machine only, and answers only that page. Run it bound to
127.0.0.1; it has no sign-in of its own.
"""

import json

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from google.protobuf import json_format
from starlette.middleware.trustedhost import TrustedHostMiddleware
from temporalio.api.common.v1 import Payload, Payloads

from engine.codec import ENCODING, KeyedCodec
from engine.errors import EngineError

LARGEST_REQUEST = 8 * 1024 * 1024


def build_codec_app(codec: KeyedCodec, ui_origins: list[str]) -> FastAPI:
    """Return the app; `ui_origins` are the addresses of the engine's web page (`http://127.0.0.1:8233`)."""
    app = FastAPI(title="Collegium codec endpoint", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=ui_origins,
        allow_methods=["POST"],
        allow_headers=["content-type", "x-namespace", "authorization", "caller-type"],
        allow_credentials=True,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])

    @app.post("/decode")
    async def decode(request: Request) -> Response:
        """Answer the payloads in clear, one by one: one that cannot be read does not hide the others."""
        if request.headers.get("origin") not in (None, *ui_origins):
            raise HTTPException(403, "Only the engine's own web page may ask.")
        body = await request.body()
        if len(body) > LARGEST_REQUEST:
            raise HTTPException(413, "Too much at once.")
        try:
            asked = json_format.Parse(body, Payloads())
        except (json_format.ParseError, UnicodeDecodeError) as problem:
            raise HTTPException(400, "This is not a list of payloads.") from problem
        answer = Payloads(payloads=[await _readable(codec, payload) for payload in asked.payloads])
        return Response(json_format.MessageToJson(answer), media_type="application/json")

    return app


async def _readable(codec: KeyedCodec, payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    try:
        return (await codec.decode([payload]))[0]
    except EngineError as problem:
        text = json.dumps(f"[{problem}]").encode()
        return Payload(metadata={"encoding": b"json/plain"}, data=text)
