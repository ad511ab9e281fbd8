"""How many learners are on their way at once, and what happens when those who answer them fail."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def at_once(one: Callable[[], Awaitable[str]], number: int, concurrency: int) -> list[str]:
    """Run a number of learners, so many at once; the next begins when one ends."""
    gate = asyncio.Semaphore(concurrency)

    async def gated() -> str:
        async with gate:
            return await one()

    return list(await asyncio.gather(*(gated() for _ in range(number))))


async def beside(background: "asyncio.Task[None]", work: Coroutine[Any, Any, Result]) -> Result:
    """Await some work that needs a task beside it: when that one fails, so does the work."""
    working = asyncio.create_task(work)
    await asyncio.wait((background, working), return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        working.cancel()
        await background
        raise RuntimeError("What answers the learners has ended before them.")
    return await working
