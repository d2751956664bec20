"""Read-only questions to recorders (DVR, NVR) about their inputs and their clock.

A new maker is a file with a class that takes a RecorderAccess and is a RecorderSource, and one line here,
under the word that the register has for it. The constructor opens nothing and raises ValueError only for
what is our own mistake. Every source passes the same tests: tests/unit/test_recorder_contract.py.
"""

from collections.abc import Callable

from probes.recorder.base import RecorderAccess, RecorderSource
from probes.recorder.dahua import Dahua
from probes.recorder.hikvision import Hikvision

RECORDER_SOURCES: dict[str, Callable[[RecorderAccess], RecorderSource]] = {
    "dahua": Dahua,
    "hikvision": Hikvision,
}
