"""How values travel through the engine: as pydantic JSON, encrypted, failure texts included."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from temporalio.contrib.pydantic import PydanticPayloadConverter
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
        placed = object.__new__(type(self))
        placed.__dict__.update(self.__dict__, payload_codec=codec.with_context(context))
        return placed


class SharedPayloadConverter(PydanticPayloadConverter):
    """
    The one payload converter of a process: it has no state but the validators that it has built.

    The SDK makes one for every workflow and for every task, with validators to be built anew.
    """

    _only: ClassVar[Any] = None

    def __new__(cls) -> Self:
        if cls._only is None:
            cls._only = object.__new__(cls)
            super().__init__(cls._only)
        made: Self = cls._only
        return made

    def __init__(self) -> None:
        """Do nothing: `__new__` has initialised the one that there is."""


def build_converter(ring: KeyRing, key_for: KeyResolver = key_for_workflow) -> DataConverter:
    """Return the data converter that every client and worker of an installation uses."""
    return KeyedConverter(
        payload_converter_class=SharedPayloadConverter,
        payload_codec=KeyedCodec(ring, key_for),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
