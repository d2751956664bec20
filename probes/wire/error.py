"""The one error of the wire: what was sent to us cannot be what the protocol allows."""


class WireError(Exception):
    """The peer sent something that no reading of the protocol allows.

    `at` is the position in bytes from the start of what was parsed, where it is known. The text
    never holds more than a short, printable piece of what was received.
    """

    def __init__(self, text: str, *, at: int | None = None) -> None:
        super().__init__(text if at is None else f"{text} (at byte {at})")
        self.at = at


class LimitExceeded(WireError):
    """The peer sent more than a named bound allows."""
