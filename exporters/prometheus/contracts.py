"""When channel contracts end, as instants.

A contract covers its last day wholly: it expires at the local midnight after it. Told are the contracts
that were concluded and have not ended and, where none is in force, the one that ended last. Contracts that
were followed by another are history, and would keep an alert burning for ever; what is only being procured
covers no day.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from exporters.prometheus.catalogue import CONTRACT_EXPIRY
from monitor.law.contracts import cover
from monitor.law.coverage import last_day
from monitor.model.channels import Contract
from monitor.run.board import Board

BATCH = 250  # sites encoded before others may work

_DAY = timedelta(days=1)


@lru_cache(maxsize=1000)  # most contracts end on the last day of a month
def expiry(last: date, zone: ZoneInfo) -> int:
    """Return the first second (since the epoch) that a contract with this last day does not cover."""
    after = last + _DAY if last < date.max else last  # a contract "for ever"
    return int(datetime.combine(after, time.min, zone).timestamp())


def told(contracts: Sequence[Contract], day: date) -> list[Contract]:
    """Choose the contracts of one site that matter on `day`: concluded and not ended, else the last ended."""
    chosen = [each for each in contracts if (last := last_day(each, day)) is not None and day <= last]
    standing = cover(contracts, day)
    if standing.covered is False and standing.contract is not None:
        chosen.append(standing.contract)
    return chosen


class ContractLines:
    """The contracts' lines, encoded anew with every register and every local day."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.lines: tuple[bytes, ...] = ()
        self._zone = zone
        self._made_for: tuple[int, date] | None = None

    def fresh(self, board: Board, day: date) -> bool:
        """Say whether the lines are those of this register and this local day."""
        return self._made_for == (board.revision, day)

    async def refresh(self, board: Board, day: date) -> None:
        """Encode the contracts when the register or the day is another one, yielding in between."""
        while not self.fresh(board, day):
            revision, lines = board.revision, list[bytes]()
            for done, site_id in enumerate(list(board.index.contracts_of_site), start=1):
                lines.extend(self._of_site(board, site_id, day))
                if done % BATCH == 0:
                    await asyncio.sleep(0)
                    if revision != board.revision:
                        break
            else:
                self.lines, self._made_for = tuple(lines), (revision, day)

    def _of_site(self, board: Board, site_id: str, day: date) -> Iterator[bytes]:
        institution_id = board.index.estate.sites[site_id].institution_id
        for contract in told(board.index.contracts_of_site[site_id], day):
            place = (institution_id, site_id, contract.contract_number, contract.provider)
            last = last_day(contract, day) or contract.ends_on
            yield CONTRACT_EXPIRY.sample(place, expiry(last, self._zone))
