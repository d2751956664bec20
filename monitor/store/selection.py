"""Of the register, what a monitor of some regions needs: their institutions, and whatever those lead to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select, true

from monitor.model.allowances import Subject
from monitor.model.parties import PartyKind
from monitor.register.kinds import Kind
from monitor.store.part import Part
from monitor.store.tables import REGISTER

Keys = Select[tuple[str]]


def held(table: Table, moment: datetime) -> ColumnElement[bool]:
    """Say in SQL whether a row of the register holds at a moment."""
    return (table.c.valid_from <= moment) & (table.c.valid_to.is_(None) | (table.c.valid_to > moment))


def wanted(part: Part, moment: datetime) -> Mapping[Kind, ColumnElement[bool]]:
    """Say in SQL of each kind which rows are needed; kinds that are not named are needed whole."""
    return {} if part.whole else _Wanted(part, moment).conditions()


class _Wanted:
    """Follows the references of the register downwards from the regions, then up to who is named."""

    def __init__(self, part: Part, moment: datetime) -> None:
        self._part = part
        self._moment = moment

    def conditions(self) -> Mapping[Kind, ColumnElement[bool]]:
        part, table = self._part, REGISTER
        found = {Kind.INSTITUTIONS: part.has(table[Kind.INSTITUTIONS].c.region)}
        institutions = self._keys(Kind.INSTITUTIONS, "institution_id", found)
        found[Kind.SETTLEMENTS] = part.has(table[Kind.SETTLEMENTS].c.region) | table[
            Kind.SETTLEMENTS
        ].c.settlement.in_(self._keys(Kind.INSTITUTIONS, "settlement", found))
        found[Kind.SITES] = table[Kind.SITES].c.institution_id.in_(institutions)
        sites = self._keys(Kind.SITES, "site_id", found)
        for kind in (Kind.RECORDERS, Kind.CAMERAS, Kind.CHANNELS):
            found[kind] = table[kind].c.site_id.in_(sites)
        cameras = self._keys(Kind.CAMERAS, "camera_id", found)
        found[Kind.STREAMS] = table[Kind.STREAMS].c.camera_id.in_(cameras)
        found[Kind.CONTRACTS] = table[Kind.CONTRACTS].c.channel_id.in_(
            self._keys(Kind.CHANNELS, "channel_id", found)
        )
        self._centres(found)
        self._parties(found)
        self._allowances(found)
        return found

    def _centres(self, found: dict[Kind, ColumnElement[bool]]) -> None:
        """Need the region's own centres and gateways, those that its streams go to, and what is above."""
        centres, gateways = REGISTER[Kind.CENTRES], REGISTER[Kind.GATEWAYS]
        own = select(centres.c.centre_id).where(held(centres, self._moment), self._part.has(centres.c.region))
        used = self._keys(Kind.STREAMS, "gateway_id", found)
        found[Kind.GATEWAYS] = gateways.c.centre_id.in_(own) | gateways.c.gateway_id.in_(used)
        at = self._keys(Kind.GATEWAYS, "centre_id", found)
        named = self._part.has(centres.c.region) | centres.c.centre_id.in_(at)
        first = select(centres.c.centre_id).where(held(centres, self._moment), named)
        needed = first.cte("needed", recursive=True)
        parents = (
            select(centres.c.parent)
            .join(needed, centres.c.centre_id == needed.c.centre_id)
            .where(held(centres, self._moment), centres.c.parent.is_not(None))
        )
        found[Kind.CENTRES] = centres.c.centre_id.in_(select(needed.union(parents).c.centre_id))

    def _parties(self, found: dict[Kind, ColumnElement[bool]]) -> None:
        payers, contacts = REGISTER[Kind.PAYERS], REGISTER[Kind.CONTACTS]
        found[Kind.PROVIDERS] = REGISTER[Kind.PROVIDERS].c.provider.in_(
            self._keys(Kind.CONTRACTS, "provider", found)
        )
        found[Kind.PAYERS] = self._part.has(payers.c.region) | payers.c.payer_id.in_(
            self._keys(Kind.CONTRACTS, "payer_id", found)
        )
        named = {
            PartyKind.INSTITUTION: self._keys(Kind.INSTITUTIONS, "institution_id", found),
            PartyKind.PAYER: self._keys(Kind.PAYERS, "payer_id", found),
            PartyKind.PROVIDER: self._keys(Kind.PROVIDERS, "provider", found),
            PartyKind.CENTRE: self._keys(Kind.CENTRES, "centre_id", found),
        }
        found[Kind.CONTACTS] = _any_of(contacts.c.party, contacts.c.party_id, named)

    def _allowances(self, found: dict[Kind, ColumnElement[bool]]) -> None:
        named = {
            Subject.INSTITUTION: self._keys(Kind.INSTITUTIONS, "institution_id", found),
            Subject.SITE: self._keys(Kind.SITES, "site_id", found),
            Subject.CAMERA: self._keys(Kind.CAMERAS, "camera_id", found),
            Subject.GATEWAY: self._keys(Kind.GATEWAYS, "gateway_id", found),
        }
        for kind in (Kind.EXCLUSIONS, Kind.MAINTENANCE):
            columns = REGISTER[kind].c
            found[kind] = _any_of(columns.subject, columns.subject_id, named)
        claims = REGISTER[Kind.CLAIMS].c.region
        found[Kind.CLAIMS] = claims.is_(None) | self._part.has(claims)

    def _keys(self, kind: Kind, column: str, found: Mapping[Kind, ColumnElement[bool]]) -> Keys:
        """Select what a column of the needed rows of a kind holds."""
        table = REGISTER[kind]
        return select(table.c[column]).where(held(table, self._moment), found.get(kind, true()))


def _any_of(by: Any, key: Any, named: Mapping[Any, Keys]) -> ColumnElement[bool]:
    whole: ColumnElement[bool] | None = None
    for word, keys in named.items():
        one = (by == word.value) & key.in_(keys)
        whole = one if whole is None else whole | one
    return whole if whole is not None else true()
