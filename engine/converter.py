"""How values travel through the engine: as pydantic JSON, encrypted, failure texts included."""

import copy
from dataclasses import dataclass
from typing import Self

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    SerializationContext,
    WithSerializationContext,
)

from engine.codec import KeyedCodec, KeyResolver, key_for_workflow
from engine.keys import KeyRing


@dataclass(frozen=True)
class KeyedConverter(DataConverter):
    """
    A converter of which only the codec depends on where a payload goes.

    The SDK makes a converter for each place; its own way builds everything anew each time, which
    is a tenth of a worker's processor time.
    """

    def with_context(self, context: SerializationContext) -> Self:
        codec = self.payload_codec
        if not isinstance(codec, WithSerializationContext):
            return self
        placed = copy.copy(self)
        object.__setattr__(placed, "payload_codec", codec.with_context(context))
        return placed


def build_converter(ring: KeyRing, key_for: KeyResolver = key_for_workflow) -> DataConverter:
    """Return the data converter that every client and worker of an installation uses."""
    return KeyedConverter(
        payload_converter_class=pydantic_data_converter.payload_converter_class,
        payload_codec=KeyedCodec(ring, key_for),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
