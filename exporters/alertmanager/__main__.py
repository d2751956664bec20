"""`python -m exporters.alertmanager FOLDER` writes the templates anew."""

import sys
from pathlib import Path

from exporters.alertmanager.templates import templates


def main() -> None:
    """Write every template into the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m exporters.alertmanager FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in templates().items():
        (folder / name).write_text(text, encoding="utf-8")


main()
