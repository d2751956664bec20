"""What a scraper takes: the form of the text, and whether it may be compressed (RFC 9110 §12.5)."""

from collections.abc import Iterator

from exporters.prometheus.text import Form

OPENMETRICS, VERSION = "application/openmetrics-text", "1.0.0"


def form_of(accept: str) -> Form:
    """Choose the form for an Accept header: OpenMetrics 1.0.0 where it is named and wanted no less than text.

    Who names no version takes any. A wildcard does not name it: what takes anything gets plain text.
    """
    openmetrics = text = 0.0
    for name, parameters in _parts(accept):
        weight = _weight(parameters)
        if name == OPENMETRICS and parameters.get("version", VERSION) == VERSION:
            openmetrics = max(openmetrics, weight)
        elif name == "text/plain":
            text = max(text, weight)
    return Form.OPENMETRICS if openmetrics > 0 and openmetrics >= text else Form.TEXT


def takes_gzip(accept_encoding: str) -> bool:
    """Say whether an Accept-Encoding header takes gzip: named, and not with q=0."""
    return next((_weight(given) > 0 for name, given in _parts(accept_encoding) if name == "gzip"), False)


def _parts(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give each name of a list with its parameters, in lower case."""
    for part in header.lower().split(","):
        name, *parameters = part.split(";")
        pairs = (parameter.partition("=") for parameter in parameters)
        yield name.strip(), {key.strip(): value.strip().strip('"') for key, _, value in pairs}


def _weight(parameters: dict[str, str]) -> float:
    """Return the weight of a part, 0 to 1: 1 where none is given, 0 where it is no number."""
    digits = parameters.get("q", "1")
    whole, _, part = digits.partition(".")
    plain = (whole + part).isdecimal() and (whole + part).isascii() and len(digits) <= len("0.000")
    return min(1.0, float(digits)) if plain else 0.0
