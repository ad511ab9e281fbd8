"""Names by which lists are narrowed: one that nobody has is wrong use, not an empty list."""

from contextlib import suppress

from cli.errors import WrongUseError
from cli.installation import Installation
from models.consortium import ConsortiumAgreement
from programmes.loader import ProgrammeFileError
from records.consortium import ConsortiumRepository, IntakeRepository

NOTHING_FITS = "Nothing fits these options; leave some out."


def check_filters(
    installation: Installation,
    *,
    programme: str | None = None,
    cohort: str | None = None,
    partner: str | None = None,
) -> None:
    """Refuse a programme, a cohort or a partner that does not exist here; name those that do."""
    if programme is None and cohort is None and partner is None:
        return
    with installation.database.reading() as session:
        kept = ConsortiumRepository(session)
        found = [kept.latest(one) for one in kept.programmes()]
        cohorts = dict.fromkeys(one.cohort for one in IntakeRepository(session).find(programme))
    agreements = [one.agreement for one in found if one is not None]
    programmes = dict.fromkeys((*installation.library.programmes(), *(one.id for one in agreements)))
    _check("programme", programme, programmes)
    _check("intake", cohort, cohorts)
    if partner is not None:
        everywhere = (*agreements, *_in_files(installation))
        partners = (one.id for agreement in everywhere for one in agreement.partnership.partners)
        _check("partner", partner, dict.fromkeys(partners))


def _in_files(installation: Installation) -> list[ConsortiumAgreement]:
    """Load the agreements that can be read; a broken file must not hide what is in the records."""
    loaded = []
    for programme in installation.library.programmes():
        with suppress(ProgrammeFileError):
            loaded.append(installation.library.agreement(programme))
    return loaded


def _check(what: str, name: str | None, known: dict[str, None]) -> None:
    if name is not None and name not in known:
        raise WrongUseError(f"There is no {what} {name!r}; there are: {', '.join(known) or 'none'}.")
