"""One sandbox partner of each version for a module's tests; each test uses learners of its own."""

from collections.abc import Iterator

import pytest

from tests.partners.sandboxes import Sandbox


@pytest.fixture(
    scope="module", params=[(6, False), (5, False), (5, True)], ids=["v6", "v5", "v5 with new ids"]
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    version, new_ids = request.param
    database = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite"
    with Sandbox(version, database, new_ids=new_ids) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.switch()
    return running
