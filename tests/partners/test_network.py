"""Whatever goes wrong on the way to a partner is one kind of error, which the wire turns into a sentence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from partners.network import Network

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@asynccontextmanager
async def a_server_that_says(said: bytes | None) -> AsyncIterator[str]:
    """Answer every request with these bytes and close; None never answers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if said is None:
            await reader.read()
        else:
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def ask(address: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=Network(), timeout=0.3) as client:
        return await client.get(address)


async def test_an_answer_comes_as_it_was_sent() -> None:
    async with a_server_that_says(ANSWER) as address:
        answer = await ask(address)

    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    "said",
    [b"", b"I am no server of that kind\r\n\r\n", ANSWER[:-1], ANSWER[:30]],
    ids=["closes at once", "speaks no HTTP", "breaks off in the answer", "breaks off before it"],
)
async def test_a_broken_answer_is_an_error_of_the_network(said: bytes) -> None:
    async with a_server_that_says(said) as address:
        with pytest.raises(httpx.NetworkError):
            await ask(address)


async def test_a_request_that_breaks_off_is_not_sent_again_unseen() -> None:
    requests: list[bytes] = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(ANSWER)
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with httpx.AsyncClient(transport=Network()) as client:
            await client.get(address)
            with pytest.raises(httpx.NetworkError):
                await client.get(address)

    assert len(requests) == 2


async def test_silence_is_a_timeout() -> None:
    async with a_server_that_says(None) as address:
        with pytest.raises(httpx.TimeoutException):
            await ask(address)


async def test_an_answer_that_stops_in_the_middle_leaves_no_connection_taken() -> None:
    open_now: set[asyncio.StreamWriter] = set()

    async def stop_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER[:-1])
        await reader.read()
        open_now.discard(writer)
        writer.close()

    async with await asyncio.start_server(stop_in_the_middle, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with httpx.AsyncClient(transport=Network(), timeout=0.1) as client:
            with pytest.raises(httpx.TimeoutException):
                await client.get(address)
            await asyncio.sleep(0.05)

            assert open_now == set()


async def test_nobody_there_is_an_error_of_the_network() -> None:
    async with a_server_that_says(ANSWER) as address:
        pass

    with pytest.raises(httpx.NetworkError):
        await ask(address)
