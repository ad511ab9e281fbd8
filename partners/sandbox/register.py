"""The sandbox partner's student register: what a call does, whichever version it came in."""

import time
from dataclasses import replace
from typing import NamedTuple

from partners.sandbox.store import ACTIVE, Association, JSONObject, Store, new_id
from partners.sandbox.switches import Operation, Switch, SwitchKind


class Wish(NamedTuple):
    """A registration that is asked for."""

    person: str
    offering: str
    kind: str
    remote_state: str | None
    ext: JSONObject


class UnknownError(Exception):
    """The person or the offering is not known here."""


Taken = dict[SwitchKind, Switch]


class Register:
    """Registers, cancels and keeps results, each in one transaction with its log entry."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def decide_what_is_due(self) -> None:
        """Let what was accepted for later reach its state."""
        due = self.store.due_later()
        if not due:
            return
        with self.store.transaction():
            for one in due:
                decided = replace(one, state=one.later_state or one.state, later_state=None, later_at=None)
                self.store.write_association(decided, Operation.REGISTER)

    def put(self, identifier: str, wish: Wish, taken: Taken) -> tuple[Association, bool]:
        """v6: make the association of that id; answer it, and whether it is new."""
        held = self.store.association(identifier)
        if held is not None and not _asks_again(held, wish):
            return held, False
        self._check(wish)
        made = self._decide(identifier, wish, taken)
        self.store.write_association(made, Operation.REGISTER)
        return made, held is None

    def post(self, wish: Wish, taken: Taken, *, repeated: bool) -> Association:
        """v5: make one, or answer with the active one; a repeated delivery comes too fast for that."""
        self._check(wish)
        if not repeated and SwitchKind.NEW_ID not in taken:
            for held in self.store.associations(wish.person, hidden=True):
                if held.offering == wish.offering and held.state in ACTIVE:
                    return held
        made = self._decide(new_id(), wish, taken)
        self.store.write_association(made, Operation.REGISTER)
        return made

    def post_person(self, body: JSONObject, taken: Taken, *, repeated: bool) -> str:
        """v5: store a person, or answer with the one of the same code."""
        code = str(body.get("primaryCode", {}).get("code") or "")
        held = self.store.person_of_code(code) if code else None
        if held is not None and not repeated and SwitchKind.NEW_ID not in taken:
            self.store.write_person(held, body)
            return held
        identifier = new_id()
        self.store.write_person(identifier, body, _visible_at(taken))
        return identifier

    def cancel(self, one: Association) -> Association:
        """Undo; what is over already stays as it is."""
        if one.state not in ACTIVE:
            return one
        cancelled = replace(one, state="cancelled", remote_state="cancelled", later_at=None, later_state=None)
        self.store.write_association(cancelled, Operation.CANCEL)
        return cancelled

    def keep_result(self, one: Association, result: JSONObject) -> Association:
        """Keep a result; the same again is no effect. The log has the history."""
        if one.result == result:
            return one
        kept = replace(one, result=result)
        self.store.write_association(kept, Operation.REPORT_RESULT)
        return kept

    def _check(self, wish: Wish) -> None:
        if self.store.person(wish.person) is None:
            raise UnknownError("This person is not known here.")
        catalogue = self.store.offerings()
        if catalogue and not any((row["id"], row["kind"]) == (wish.offering, wish.kind) for row in catalogue):
            raise UnknownError("This offering is not in the catalogue.")

    def _decide(self, identifier: str, wish: Wish, taken: Taken) -> Association:
        made = Association(
            id=identifier,
            person=wish.person,
            offering=wish.offering,
            kind=wish.kind,
            state="associated",
            remote_state=wish.remote_state,
            visible_at=_visible_at(taken),
            ext=wish.ext,
        )
        if refuse := taken.get(SwitchKind.REFUSE):
            return replace(made, state="denied", message=refuse.reason)
        if later := taken.get(SwitchKind.ACCEPT_LATER):
            message = later.reason if later.then == "denied" else ""
            return replace(
                made,
                state="pending",
                message=message,
                later_state=later.then,
                later_at=time.time() + later.seconds,
            )
        return made


def _asks_again(held: Association, wish: Wish) -> bool:
    """What is over may be asked for once more, under another key of the caller's."""
    return held.state not in ACTIVE and held.ext.get("effectKey") != wish.ext.get("effectKey")


def _visible_at(taken: Taken) -> float:
    later = taken.get(SwitchKind.SHOW_LATER)
    return time.time() + later.seconds if later else 0.0
