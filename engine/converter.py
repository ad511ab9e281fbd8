"""How values travel through the engine: as pydantic JSON, encrypted, failure texts included."""

import dataclasses

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from engine.codec import KeyedCodec, KeyResolver, key_for_workflow
from engine.keys import KeyRing


def build_converter(ring: KeyRing, key_for: KeyResolver = key_for_workflow) -> DataConverter:
    """Return the data converter that every client and worker of an installation uses."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=KeyedCodec(ring, key_for),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
