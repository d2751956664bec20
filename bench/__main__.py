"""Run every benchmark, or the ones named; one JSON line per figure on stdout.

Each name is a module of this package with `figures() -> Iterator[Figure]`. Exit 0 when every target
holds, 1 when one does not or could not be measured, 2 for an unknown name.
"""

import sys
from importlib import import_module

from bench.limit_pair import CannotMeasureError

NAMES = ("rtsp_check", "rtsp_describe", "gateway_sweep", "metrics_render", "register_import", "clean_noise")


def main(arguments: list[str]) -> int:
    """Run the named benchmarks in order; all of them without a name."""
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    good = True
    for name in arguments or NAMES:
        try:
            for figure in import_module(f"bench.{name}").figures():
                print(figure.to_json(), flush=True)
                good = good and figure.ok
        except CannotMeasureError as error:
            print(f"{name}: {error}", file=sys.stderr)
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
