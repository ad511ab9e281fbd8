"""What a v5 partner holds of one learner and one offering."""

from typing import NamedTuple

from models.partner import AssociationState, PartnerEndpoint, PartnerOrder, ResultReport
from partners.adapter import Answers
from partners.identity import association_id, effect_id, person_id
from partners.person import code_of_kind
from partners.wire import JSONObject, PartnerWire

_ACCEPT = "application/json"
_PAGE_SIZE = 250
_MOST_PAGES = 40

_STATES = {
    "associated": AssociationState.ASSOCIATED,
    "pending": AssociationState.PENDING,
    "queued": AssociationState.QUEUED,
    "denied": AssociationState.DENIED,
    "canceled": AssociationState.CANCELLED,
    "cancelled": AssociationState.CANCELLED,
}
_ACTIVE = [AssociationState.ASSOCIATED, AssociationState.PENDING, AssociationState.QUEUED]


def reference_of(order: PartnerOrder | ResultReport, offering: str) -> str:
    """Name the order in the partner's `ext`, since the partner chooses the association's id itself."""
    return association_id(order.case, order.number, order.partner, offering)


class Held(NamedTuple):
    """One association at the partner."""

    identifier: str
    state: AssociationState
    reference: str
    effect_key: str
    body: JSONObject

    @property
    def is_cancelled(self) -> bool:
        return self.state is AssociationState.CANCELLED


class HeldAssociations(NamedTuple):
    """All associations of one learner, under however many ids the partner knows them, with one offering."""

    persons: tuple[str, ...]
    student_number: str | None
    all: tuple[Held, ...]

    @property
    def active(self) -> list[Held]:
        """Those that count, the one to keep first: the order is the same for everybody who looks."""
        active = [one for one in self.all if one.state in _ACTIVE]
        return sorted(active, key=lambda one: (_ACTIVE.index(one.state), one.identifier))

    def of(self, reference: str) -> list[Held]:
        """Those that came from one registration number of one case."""
        return [one for one in self.all if one.reference == reference]

    def answers_to(self, order: PartnerOrder) -> list[Held]:
        """Those that came from one effect key: after a refusal, a person tries again under a new one."""
        effect = effect_id(order.partner, order.effect_key)
        ours = [one for one in self.all if one.effect_key == effect]
        return sorted(ours, key=lambda one: one.state is not AssociationState.DENIED)


class Reader:
    """Reads persons, associations and offerings of a v5 partner."""

    def __init__(self, endpoint: PartnerEndpoint, wire: PartnerWire, answers: Answers) -> None:
        self._base = endpoint.base_url.rstrip("/")
        self._wire = wire
        self._answers = answers
        self._offerings: dict[str, JSONObject] = {}

    async def associations(self, about: PartnerOrder | ResultReport, offering: str) -> HeldAssociations:
        """Look at everything that the partner holds of the learner and the offering."""
        code = person_id(about.partner, about.person)
        persons = await self._items("persons", {"primaryCode": code})
        ours = [person for person in persons if code_of_kind(person, "identifier") == code]
        numbers = [number for person in ours if (number := code_of_kind(person, "studentNumber"))]
        found: list[Held] = []
        for person in ours:
            items = await self._items(f"persons/{person.get('personId')}/associations", {})
            found += [self._held(item) for item in items if _offering_of(item) == offering]
        identifiers = tuple(sorted(str(person.get("personId")) for person in ours))
        return HeldAssociations(identifiers, numbers[0] if numbers else None, tuple(found))

    async def offering(self, identifier: str) -> JSONObject:
        """Read the offering once: the standard wants it whole in every registration."""
        if identifier not in self._offerings:
            body = await self._wire.get(f"{self._base}/offerings/{identifier}", _ACCEPT)
            if body is None or body.get("offeringId") != identifier:
                raise self._answers.nonsense(f"does not show the offering {identifier}")
            self._offerings[identifier] = body
        return self._offerings[identifier]

    def state(self, body: JSONObject) -> AssociationState:
        """Read `state`; anything outside the standard's list is nonsense."""
        state = _STATES.get(str(body.get("state")))
        if state is None:
            raise self._answers.nonsense(f"answered with the state {str(body.get('state'))[:40]!r}")
        return state

    def _held(self, item: JSONObject) -> Held:
        ext = item.get("ext")
        named = ext if isinstance(ext, dict) else {}
        return Held(
            identifier=str(item.get("associationId")),
            state=self.state(item),
            reference=str(named.get("reference", "")),
            effect_key=str(named.get("effectKey", "")),
            body=item,
        )

    async def _items(self, path: str, params: dict[str, str]) -> list[JSONObject]:
        """Read all pages of a list; an unknown person has none."""
        items: list[JSONObject] = []
        for page in range(1, _MOST_PAGES + 1):
            query = {**params, "pageSize": str(_PAGE_SIZE), "pageNumber": str(page)}
            body = await self._wire.get(f"{self._base}/{path}", _ACCEPT, query)
            if body is None:
                return items
            rows = body.get("items")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise self._answers.nonsense("gave a list that cannot be read")
            items += rows
            if not body.get("hasNextPage"):
                return items
        raise self._answers.nonsense(f"gave more than {_MOST_PAGES} pages of one learner")


def _offering_of(item: JSONObject) -> str:
    offering = item.get("offering")
    return str(offering.get("offeringId") if isinstance(offering, dict) else offering)
