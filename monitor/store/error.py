"""What the store raises: nothing else leaves it, whatever the driver underneath.

StoreError
├── StoreUnavailableError   busy, full, away: the same call may succeed later
├── StoreLockedError        another monitor writes here, or took over from us
├── StoreRestoredError      a backup replaced what was there; read it anew
├── StoreNewerError         written by a newer version of this program
│   └── StoreNewerBackupError   a backup is
├── StoreChangedError       somebody else changed the register in between
├── StoreBackupError        not a backup, a damaged one, or no place for one
├── StoreNotEmptyError      no place to restore a backup to
├── StoreKeyError           a password cannot be read with the keys given
└── StoreBrokenError        not a database of ours, or damaged
"""


class StoreError(Exception):
    """Something about the database; the text says what to do."""


class StoreUnavailableError(StoreError):
    """The database did not take or give anything now. Nothing was written; try again."""


class StoreLockedError(StoreError):
    """Another monitor holds this part of the estate."""


class StoreRestoredError(StoreError):
    """The database holds what a backup held: all that this process remembers of it is void."""


class StoreNewerError(StoreError):
    """The schema is newer than this program knows."""


class StoreNewerBackupError(StoreNewerError):
    """The schema of a backup is newer than this program knows."""


class StoreChangedError(StoreError):
    """The register is not the one that the change was made for."""


class StoreBackupError(StoreError):
    """A file is not a backup or is damaged, or it would overwrite what is there."""


class StoreNotEmptyError(StoreError):
    """The database to restore to holds something already."""


class StoreKeyError(StoreError):
    """The key file does not hold the key that something was encrypted with."""


class StoreBrokenError(StoreError):
    """The file or server holds something else, or is damaged."""
