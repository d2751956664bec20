"""What tests of the monitor's HTTP side serve when metrics are not what they ask about."""

from collections.abc import AsyncGenerator

from exporters.prometheus.text import Form


async def no_metrics(_form: Form) -> AsyncGenerator[bytes]:
    """Tell nothing."""
    for chunk in tuple[bytes, ...]():
        yield chunk
