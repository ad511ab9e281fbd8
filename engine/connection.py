"""How a client gets to the engine: by the SDK's own configuration, or to a given address."""

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import GrpcCompression, RPCError

from engine.errors import EngineUnavailableError


def build_runtime(metrics_address: str) -> Runtime:
    """Return the one runtime of a process that serves Prometheus metrics at `host:port`."""
    metrics = PrometheusConfig(bind_address=metrics_address, durations_as_seconds=True)
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


async def connect(
    converter: DataConverter,
    *,
    address: str | None = None,
    namespace: str | None = None,
    identity: str | None = None,
    runtime: Runtime | None = None,
    patience: timedelta = timedelta(seconds=10),
) -> Client:
    """
    Connect to the engine; raise `EngineUnavailableError` when nothing answers in `patience`.

    Without an address everything (address, namespace, certificates, API key) comes from the SDK's
    configuration: `TEMPORAL_...` variables or its file.
    """
    config = ClientConnectConfig() if address else ClientConfig.load_client_connect_config()
    target = config["target_host"] = address or config.get("target_host", "localhost:7233")
    if namespace:
        config["namespace"] = namespace
    try:
        return await asyncio.wait_for(
            Client.connect(
                **config,
                data_converter=converter,
                identity=identity,
                runtime=runtime,
                # What is encrypted cannot be compressed again, and the codec has compressed it before.
                grpc_compression=GrpcCompression.NONE,
            ),
            patience.total_seconds(),
        )
    except (RuntimeError, RPCError, TimeoutError) as problem:
        raise EngineUnavailableError(
            f"No engine answers at {target}. Start one with `./collegium up`, or set TEMPORAL_ADDRESS."
        ) from problem
