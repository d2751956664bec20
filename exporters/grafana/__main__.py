"""`python -m exporters.grafana FOLDER`: write every dashboard into FOLDER/dashboards/LANGUAGE/."""

import argparse
from pathlib import Path

from exporters.grafana.pages import files


def main() -> None:
    """Write the files, each whole; what is the same stays the same, byte for byte."""
    parser = argparse.ArgumentParser(prog="python -m exporters.grafana", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the dashboards go: config/grafana")
    folder: Path = parser.parse_args().folder
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
