"""Where the files are that came with the program: the repository's `config/`, or an installed copy of it."""

import sysconfig
from pathlib import Path

SHARED = "share/cctv-monitor"


def shipped(name: str) -> Path:
    """Return the folder `name` of what came with the program: "rules", "prometheus", "alertmanager"."""
    beside = Path(__file__).parents[2] / "config" / name
    return beside if beside.is_dir() else Path(sysconfig.get_path("data")) / SHARED / name
