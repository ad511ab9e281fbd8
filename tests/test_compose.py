"""
The compose file, held against the specification of compose files and against our own code.

There is no Docker engine where these tests run, and no package ships the specification's schema as it
is today. So the parts of it that the file uses are written down here, strictly: a key that is not
known is an error.
"""

import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from engine.embedded import DYNAMIC_CONFIG
from engine.search import TYPES
from partners.sandbox.__main__ import _parser as sandbox_parser
from programmes.library import ProgrammeLibrary
from settings import Mode, Settings

ROOT = Path(__file__).resolve().parent.parent
Duration = Annotated[str, Field(pattern=r"^(\d+(ms|s|m|h))+$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Setting = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Image = Annotated[str, Field(pattern=r"^[a-z0-9/._-]+(:[A-Za-z0-9._-]+)?$")]
LocalPort = Annotated[str, Field(pattern=r"^127\.0\.0\.1:\d{2,5}:\d{2,5}$")]
Volume = Annotated[str, Field(pattern=r"^(\./)?[a-z][a-z/-]*:/[a-z/-]+(:ro)?$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class HealthCheck(Strict):
    test: Annotated[list[str], Field(min_length=2)]
    interval: Duration = "30s"
    timeout: Duration = "30s"
    retries: int = 3
    start_period: Duration = "0s"


class Dependency(Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class ConfigMount(Strict):
    source: Name
    target: str


class Service(Strict):
    image: Image
    build: str | None = None
    restart: Annotated[str, Field(pattern=r"^(no|always|unless-stopped|on-failure(:\d+)?)$")]
    depends_on: dict[Name, Dependency] = {}
    environment: dict[Setting, str] = {}
    entrypoint: list[str] = []
    command: list[str] = []
    ports: list[LocalPort] = []
    volumes: list[Volume] = []
    configs: list[ConfigMount] = []
    healthcheck: HealthCheck | None = None
    stop_grace_period: Duration = "10s"
    cap_drop: list[str] = []
    security_opt: list[str] = []


class Config(Strict):
    content: str


class Compose(Strict):
    name: Name
    services: dict[Name, Service]
    configs: dict[Name, Config]
    volumes: dict[Name, None]


def the_file() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def compose() -> Compose:
    content: dict[str, Any] = YAML(typ="safe").load(the_file())
    return Compose.model_validate({key: value for key, value in content.items() if not key.startswith("x-")})


def ours() -> Iterator[tuple[str, Service]]:
    return ((name, service) for name, service in compose().services.items() if service.build)


def test_what_a_service_names_exists() -> None:
    file = compose()
    for name, service in file.services.items():
        assert set(service.depends_on) <= set(file.services), name
        assert {mount.source for mount in service.configs} <= set(file.configs), name
        named = {volume.partition(":")[0] for volume in service.volumes}
        assert {volume for volume in named if not volume.startswith("./")} <= set(file.volumes), name


def test_who_waits_for_a_healthy_service_waits_for_one_with_a_health_check() -> None:
    file = compose()
    for service in file.services.values():
        for name, dependency in service.depends_on.items():
            if dependency.condition == "service_healthy":
                assert file.services[name].healthcheck is not None, name
            if dependency.condition == "service_completed_successfully":
                assert file.services[name].restart.startswith("on-failure"), name


def test_what_runs_on_is_watched() -> None:
    unwatched = {
        n for n, s in compose().services.items() if s.restart == "unless-stopped" and not s.healthcheck
    }
    assert unwatched == {"temporal-ui"}, "a page that nothing depends on"


def test_images_are_pinned() -> None:
    assert all(":" in service.image for service in compose().services.values() if not service.build)


@pytest.mark.parametrize(("name", "service"), list(ours()), ids=[name for name, _ in ours()])
def test_our_containers_get_only_settings_that_the_code_reads(name: str, service: Service) -> None:
    known = {f"COLLEGIUM_{field.upper()}" for field in Settings.model_fields}
    engine = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    assert set(service.environment) <= known | engine, name


def test_the_worker_s_settings_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in compose().services["worker"].environment.items():
        monkeypatch.setenv(name, value.replace("${POSTGRES_PASSWORD}", "invented"))

    settings = Settings()

    assert settings.mode is Mode.PRODUCTION
    assert settings.clock_rate == 1
    assert settings.database == "postgresql://collegium:invented@postgresql:5432/collegium"


def sandbox_arguments() -> Namespace:
    python, option, module, *arguments = compose().services["sandbox"].command
    assert (python, option, module) == ("python", "-m", "partners.sandbox")
    return sandbox_parser().parse_args(arguments)


def test_the_sandbox_listens_at_the_port_that_is_open() -> None:
    chosen = sandbox_arguments()
    assert compose().services["sandbox"].ports == [f"127.0.0.1:{chosen.port}:{chosen.port}"]


def test_the_sandbox_stands_for_a_partner_of_a_programme_that_ships() -> None:
    chosen = sandbox_arguments()
    endpoint = ProgrammeLibrary().endpoint("dce", chosen.partner)

    assert endpoint.client_id == chosen.client_id
    assert endpoint.secret_ref == chosen.secret_file.name
    assert (
        f'"{chosen.partner}": "http://sandbox:{chosen.port}/v{chosen.version}"'
        in compose().configs["addresses"].content
    )


def test_the_namespace_gets_the_search_attributes_of_the_code() -> None:
    (script,) = compose().services["temporal-namespace"].command
    assert dict(re.findall(r"\b([A-Z]\w+)=(\w+)\b", script)) == TYPES


def test_the_server_is_given_the_file_that_it_does_not_start_without() -> None:
    server = compose().services["temporal"]
    mounted = {mount.target: mount.source for mount in server.configs}
    assert mounted[server.environment["DYNAMIC_CONFIG_FILE_PATH"]] == "engine"


def test_the_server_of_real_time_rounds_its_timers_as_it_always_does() -> None:
    values = YAML(typ="safe").load(compose().configs["engine"].content)
    of_a_fast_clock = {"history.timerProcessorMaxTimeShift"}
    assert values == {
        key: [{"value": int(value)}] for key, value in DYNAMIC_CONFIG.items() if key not in of_a_fast_clock
    }


def test_the_server_has_room_to_grow_for_good() -> None:
    shards = int(compose().services["temporal"].environment["NUM_HISTORY_SHARDS"])
    assert shards >= 128
    assert shards.bit_count() == 1, "a power of two"


def test_workers_use_the_namespace_that_is_made() -> None:
    services = compose().services
    made = services["temporal-namespace"].environment["TEMPORAL_NAMESPACE"]
    assert services["worker"].environment["TEMPORAL_NAMESPACE"] == made
    assert services["temporal-ui"].environment["TEMPORAL_DEFAULT_NAMESPACE"] == made


def test_no_secret_stands_in_the_file() -> None:
    secrets = re.findall(r"(?:PASSWORD|PWD): +(?!&|\*|\$)(\S+)", the_file())
    assert secrets == []
    assert re.findall(r"://\w+:(?!\$\{)[^@\s]+@", the_file()) == []


def test_the_image_holds_every_package_that_workers_import() -> None:
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "docs"}
    assert {name for name in packages if f"!{name}/" not in allowed} == set()


def test_the_image_runs_as_nobody_special() -> None:
    recipe = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001:10001$", recipe, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in recipe
