"""One sandbox partner of each version for a module's tests; each test uses learners of its own."""

from collections.abc import Iterator

import pytest

from tests.partners.sandboxes import Sandbox


@pytest.fixture(scope="module", params=[6, 5], ids=["v6", "v5"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(request.param, tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.switch()
    return running
