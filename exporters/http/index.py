"""The page at /: what is found where, in Kazakh, Russian or English. No script, no style, no picture."""

from collections.abc import Sequence
from html import escape

from exporters.locale.texts import translations

PATHS = {
    "metrics": "metrics",
    "api/openapi.json": "api",
    "probe": "probe",
    "sd/cameras": "sd",
    "healthz": "healthz",
    "-/healthy": "healthz",
    "readyz": "readyz",
    "-/ready": "readyz",
}


def index_page(locale: str, version: str, reasons: Sequence[str]) -> str:
    """Make the page; `reasons` say why the monitor is not ready (none: it is)."""
    text = translations(locale).text
    links = "\n".join(
        f'<li><a href="/{path}">/{path}</a> — {escape(text(f"index.{key}"))}</li>'
        for path, key in PATHS.items()
    )
    state = text("index.not_ready") if reasons else text("index.ready")
    listed = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    title = escape(text("index.title"))
    return (
        f'<!doctype html>\n<html lang="{locale}">\n'
        f'<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>\n<h1>{title}</h1>\n<p>{escape(text('index.lead'))}</p>\n"
        f"<p>{escape(state)}</p>\n{f'<ul>{listed}</ul>' if listed else ''}\n"
        f"<ul>\n{links}\n</ul>\n<p>cctv-monitor {escape(version)}</p>\n</body>\n</html>\n"
    )
