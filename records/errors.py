"""
RecordsError
├─ UnknownRecordError       what was asked for is not in the records
├─ ConflictingRecordError   the same key with another content: somebody reused an id
└─ ErasedRecordError        it was there and was erased on purpose
"""


class RecordsError(Exception):
    """Base of everything that this package raises; trying again does not help."""


class UnknownRecordError(RecordsError):
    """What was asked for is not in the records."""


class ConflictingRecordError(RecordsError):
    """The key is taken by another content; a key stands for one effect only."""


class ErasedRecordError(RecordsError):
    """It was in the records and was erased on purpose."""
