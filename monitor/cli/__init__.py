"""The command line: one file per noun. The composition root: only here are the parts put together."""


def main() -> None:
    """Run `cctv-monitor`."""
    from monitor.cli.app import app  # noqa: PLC0415
    from monitor.cli.output import run  # noqa: PLC0415

    run(app)
