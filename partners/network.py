"""
How requests reach a partner: `httpx` as everywhere, sent by `aiohttp`.

`httpx` sends by itself, too, for three times the processor time; a learner costs some forty requests.
"""

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_MOST_CONNECTIONS = 32


class Network(AiohttpTransport):
    """Sends requests over connections of its own; whatever goes wrong is an `httpx.TransportError`."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_connections=_MOST_CONNECTIONS), trust_env=False)

    def get_client(self) -> aiohttp.ClientSession:
        session = super().get_client()
        # It would send again by itself what broke off, unseen by the pace that spares a partner. There
        # is no option for it; a test makes sure that the name is still there.
        session._retry_connection = False
        return session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await super().handle_async_request(request)
            # Read here, so that an answer that breaks off is judged like one that does not come.
            await _read_or_close(response)
        except httpx.TimeoutException as late:
            if isinstance(late.__cause__, TimeoutError):
                raise
            # The library calls every lost connection a timeout; what we tell people would be wrong.
            raise httpx.NetworkError(str(late), request=request) from late
        except aiohttp.ClientError as problem:
            raise httpx.NetworkError(str(problem), request=request) from problem
        return response


async def _read_or_close(response: httpx.Response) -> None:
    try:
        await response.aread()
    except BaseException:
        # Otherwise the connection stays taken, and a partner that falls silent takes them all.
        await response.aclose()
        raise
