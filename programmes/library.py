"""The programmes of an installation: directories are read when used, endpoints may be local ones."""

import json
import threading
from decimal import Decimal
from pathlib import Path

from models.base import PartnerId, ProgrammeId
from models.consortium import ConsortiumAgreement
from models.directory import Directory
from models.partner import PartnerEndpoint
from programmes.loader import SHIPPED, find_programme, list_programmes, load_agreement, load_directory

_LOCAL = {
    "token_url": None,
    "processing_seconds": Decimal("0.2"),
    "calls_per_second": Decimal(200),
    "timeout_seconds": Decimal(3),
}
"""A partner system of this machine answers soon, shows what it has stored, and takes what it is given."""


class UnknownProgrammeError(LookupError):
    """No programme of that id is installed; the sentence names those that are."""


class ProgrammeLibrary:
    """
    Reads agreements and directories, again whenever a file has changed.

    `addresses` are the base URLs of partner systems that an embedded installation has started
    itself; they take the place of those in the directory.
    """

    def __init__(self, folder: Path = SHIPPED, addresses: dict[PartnerId, str] | None = None) -> None:
        self._folder = folder
        self._addresses = dict(addresses or {})
        self._directories: dict[Path, tuple[int, Directory]] = {}
        self._lock = threading.Lock()

    @classmethod
    def of_home(cls, home: Path, folder: Path | None = None) -> "ProgrammeLibrary":
        """Read an installation's programmes; `addresses.json` in its folder names local partner systems."""
        addresses = home / "addresses.json"
        known = json.loads(addresses.read_text(encoding="utf-8")) if addresses.exists() else {}
        return cls(folder or SHIPPED, known)

    def programmes(self) -> tuple[ProgrammeId, ...]:
        """List the ids of the programmes."""
        return tuple(files.id for files in list_programmes(self._folder))

    def agreement(self, programme: ProgrammeId) -> ConsortiumAgreement:
        """Load the regulations as the file has them now; cases use the version in the records."""
        return load_agreement(self._files(programme)[0])

    def agreement_file(self, programme: ProgrammeId) -> Path:
        """Tell where the regulations are."""
        return self._files(programme)[0]

    def directory(self, programme: ProgrammeId) -> Directory:
        """Give the directory as the file has it now."""
        path = self._files(programme)[1]
        changed = path.stat().st_mtime_ns
        with self._lock:
            known = self._directories.get(path)
            if known is None or known[0] != changed:
                known = (changed, self._localised(load_directory(path)))
                self._directories[path] = known
        return known[1]

    def endpoint(self, programme: ProgrammeId, partner: PartnerId) -> PartnerEndpoint:
        """Give a partner's endpoint; `KeyError` when there is none."""
        return self.directory(programme).endpoint(partner)

    def _localised(self, directory: Directory) -> Directory:
        endpoints = tuple(
            endpoint.model_copy(update={**_LOCAL, "base_url": self._addresses[endpoint.partner]})
            if endpoint.partner in self._addresses
            else endpoint
            for endpoint in directory.endpoints
        )
        return directory.model_copy(update={"endpoints": endpoints})

    def _files(self, programme: ProgrammeId) -> tuple[Path, Path]:
        files = find_programme(programme, self._folder)
        if files is None:
            known = ", ".join(self.programmes()) or "none"
            raise UnknownProgrammeError(f"There is no programme “{programme}” here; there are: {known}.")
        return Path(files.agreement), Path(files.directory)
