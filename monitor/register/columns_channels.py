"""The sheets of who connects whom: providers, payers, channels, contracts, and whom to call."""

from monitor.model.channels import Channel, Contract, ContractForm, Stage, Technology
from monitor.model.parties import Contact, PartyKind, Payer, Provider, Role
from monitor.register import cells
from monitor.register.cells import ISO_DATE
from monitor.register.columns_estate import odd_bin
from monitor.register.kinds import (
    BIN,
    DAY,
    FIRST_DAY,
    ID,
    NAME,
    REGION,
    TEXT,
    Cell,
    Chosen,
    Columns,
    Given,
    Kind,
    Remark,
    kbps,
    ordered,
)
from monitor.register.said import said

MOST_PRICE = 2_000_000_000  # KZT a month


def _odd_contract(given: Given) -> list[Remark]:
    found = odd_bin(given)
    number, agreed, starts = (given.get(name) for name in ("contract_number", "contract_date", "starts_on"))
    if ISO_DATE.fullmatch(str(number)):
        odd = said(
            "{value} looks like a day: a spreadsheet may have made one of the number; format the column as "
            "text",
            value=number,
        )
        found.append(("contract_number", odd))
    if agreed is not None and starts is not None and str(agreed) > str(starts):
        odd = said(
            "{agreed} is after {starts}, the day on which the contract starts; look whether both are right",
            agreed=agreed,
            starts=starts,
        )
        found.append(("contract_date", odd))
    return found


CHANNELS: dict[Kind, Columns] = {
    Kind.PROVIDERS: Columns(
        row=Provider,
        part="providers",
        key=("provider",),
        cells={"provider": NAME, "bin": Cell(BIN)},
        odd=odd_bin,
    ),
    Kind.PAYERS: Columns(
        row=Payer,
        part="payers",
        key=("payer_id",),
        cells={"payer_id": ID, "name": NAME, "region": REGION, "bin": Cell(BIN)},
        names={"region": Kind.REGIONS},
        odd=odd_bin,
    ),
    Kind.CHANNELS: Columns(
        row=Channel,
        part="channels",
        key=("channel_id",),
        cells={
            "channel_id": ID,
            "site_id": ID,
            "technology": Cell(cells.member(Technology)),
            "down_kbps": kbps(),
            "up_kbps": kbps(),
            "needed_from": DAY,
            "needed_until": DAY,
        },
        names={"site_id": Kind.SITES},
        wrong=ordered("needed_from", "needed_until", said("the time in which the channel is needed")),
    ),
    Kind.CONTRACTS: Columns(
        row=Contract,
        part="contracts",
        key=("customer_bin", "contract_number", "contract_date", "channel_id"),
        cells={
            "customer_bin": Cell(BIN, required=True),
            "contract_number": NAME,
            "contract_date": FIRST_DAY,
            "channel_id": ID,
            "provider": NAME,
            "starts_on": FIRST_DAY,
            "ends_on": FIRST_DAY,
            "form": Cell(cells.member(ContractForm)),
            "stage": Cell(cells.member(Stage)),
            "payer_id": Cell(cells.ident),
            "monthly_price_kzt": Cell(cells.number(0, MOST_PRICE)),
            "legal_basis": TEXT,
        },
        names={"channel_id": Kind.CHANNELS, "provider": Kind.PROVIDERS, "payer_id": Kind.PAYERS},
        wrong=ordered("starts_on", "ends_on", said("the contract")),
        odd=_odd_contract,
    ),
    Kind.CONTACTS: Columns(
        row=Contact,
        part="contacts",
        key=("party", "party_id", "role"),
        cells={
            "party": Cell(cells.member(PartyKind), required=True),
            "party_id": NAME,
            "role": Cell(cells.member(Role), required=True),
            "phone": Cell(cells.phone, required=True),
        },
        chosen=Chosen(
            "party",
            "party_id",
            {
                PartyKind.INSTITUTION: Kind.INSTITUTIONS,
                PartyKind.PAYER: Kind.PAYERS,
                PartyKind.PROVIDER: Kind.PROVIDERS,
                PartyKind.CENTRE: Kind.CENTRES,
            },
        ),
    ),
}
