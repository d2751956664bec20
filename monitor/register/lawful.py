"""What the packs of rules say of the contracts that sheets bring: codes that no pack knows, odd days."""

from collections.abc import Iterator

from monitor.law.rules import Rules
from monitor.law.terms import outlives_its_year
from monitor.model.channels import Contract
from monitor.register.complaint import Complaint, shortened, shown
from monitor.register.drafts import Draft
from monitor.register.said import said
from monitor.register.sheet import Row

BASIS = "legal_basis"


def unknown_bases(draft: Draft, rules: Rules) -> Iterator[Complaint]:
    """Find contracts that rest on what no pack knows; packs that know none at all say nothing of it."""
    known = tuple(sorted({basis.code for basis in rules.bases}))
    for row, contract in _contracts(draft):
        code = contract.legal_basis
        if code is not None and known and code not in known:
            text = said(
                "{value} is no legal basis that the packs of rules know; write one of {words}, or leave it "
                "empty",
                value=shown(code),
                words=known,
            )
            yield row.complaint(BASIS, text, shortened(code))


def odd_terms(draft: Draft, rules: Rules) -> Iterator[Complaint]:
    """Find what is worth a warning: a basis that did not hold when a contract began, a second fiscal year."""
    for row, contract in _contracts(draft):
        bases = [basis for basis in rules.bases if basis.code == contract.legal_basis]
        if bases and not any(basis.origin.holds_on(contract.starts_on) for basis in bases):
            held = max(bases, key=lambda basis: basis.origin.valid_from).origin
            text = said(
                "{code} holds from {first} to {last} and not on {starts}, when the contract begins; look "
                "whether it is the right one",
                code=contract.legal_basis,
                first=held.valid_from,
                last=held.valid_to or said("now"),
                starts=contract.starts_on,
            )
            yield row.complaint(BASIS, text, shortened(str(contract.legal_basis)))
        if outlives_its_year(contract, rules.terms):
            text = said(
                "the contract runs from {starts} to {ends}, beyond its fiscal year; look whether that was "
                "allowed",
                starts=contract.starts_on,
                ends=contract.ends_on,
            )
            yield row.complaint("ends_on", text, contract.ends_on.isoformat())


def _contracts(draft: Draft) -> Iterator[tuple[Row, Contract]]:
    for key, row in draft.origin.items():
        contract = draft.after.get(key)
        if isinstance(contract, Contract):
            yield row, contract
