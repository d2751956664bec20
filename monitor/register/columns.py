"""The sheets of the register, all of them, in the order in which they name each other."""

from monitor.register.columns_allowances import ALLOWANCES
from monitor.register.columns_channels import CHANNELS
from monitor.register.columns_estate import ESTATE
from monitor.register.columns_places import PLACES
from monitor.register.kinds import Columns, Entry, Key, Kind

_ALL = {**PLACES, **ESTATE, **CHANNELS, **ALLOWANCES}
SHEETS: dict[Kind, Columns] = {kind: _ALL[kind] for kind in Kind}


def key_of(kind: Kind, entry: Entry) -> Key:
    """Return the key of an entry of the estate; days of a key as they are written."""
    return tuple(str(getattr(entry, name)) for name in SHEETS[kind].key)
