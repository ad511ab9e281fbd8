"""How work comes to its end when a workflow is cancelled: whole, and nothing left running behind it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

Result = TypeVar("Result")


def asked_to_stop(failure: BaseException) -> bool:
    """
    Tell whether the engine has asked this workflow to stop, and this is how it shows.

    A worker that drops a workflow from its cache cancels its code, too: then nobody has asked,
    and the code must do nothing more.
    """
    return is_cancelled_exception(failure) and workflow.cancellation_reason() is not None


async def to_the_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Do what must not stop half-way; a request to stop, which comes once, waits until it is done."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError as failure:
        if doing.cancelled() or not asked_to_stop(failure):
            raise
    return await doing


async def together(*works: Coroutine[Any, Any, Result]) -> list[Result]:
    """
    Do things side by side; when one fails or all are cancelled, stop the others and wait for them.

    Otherwise what follows would begin while some of them still undo what they did.
    """
    doing = [asyncio.ensure_future(work) for work in works]
    try:
        return list(await asyncio.gather(*doing))
    except BaseException:
        await stop(doing)
        raise


async def stop(doing: "list[asyncio.Task[Result]]") -> None:
    """Stop what still runs, and wait until each has come to its end."""
    for one in doing:
        one.cancel()
    await asyncio.gather(*doing, return_exceptions=True)
