"""`cctv-monitor health`: whether the monitor of this configuration answers; for containers and the like."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.place import ConfigOption, end, refuse, settings_for
from monitor.cli.web_config import WebConfigOption, with_web_config
from monitor.settings import Settings
from monitor.settings.document import DocumentError
from monitor.settings.web_config import read_web_config

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, and where we ask then


def command(
    config: ConfigOption = None,
    *,
    web_config: WebConfigOption = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=60, metavar="SECONDS", help="How long to wait.")
    ] = 5.0,
) -> None:
    """Ask the monitor on this machine whether it is alive: whether its loop turns and it answers.

    Exit 0 when it does, also when it asks us for a password that we have not; 1 when not; 2 wrong use.
    """
    settings = with_web_config(settings_for(config), web_config)
    host, port = settings.address
    connection = _connection(ANYWHERE.get(host, host), port, timeout, tls=_is_tls(settings))
    try:
        connection.connect()
        if not isinstance(connection, HTTPSConnection):  # over TLS its part of the handshake was an answer
            connection.request("GET", "/-/healthy")
            connection.getresponse()
    except (OSError, HTTPException):
        end(f"nothing alive answers at {settings.listen}; is `cctv-monitor run` at work there?", 1)
    finally:
        connection.close()
    typer.echo("alive")


def _is_tls(settings: Settings) -> bool:
    if settings.web_config_file is None:
        return False
    file = Path(settings.web_config_file)
    try:
        return read_web_config(file).config.tls_server_config is not None
    except OSError as error:
        refuse(f"{file}: cannot be read: {error.strerror}")
    except DocumentError as error:
        refuse("\n".join(f"{file}: {mistake}" for mistake in error.mistakes))


def _connection(host: str, port: int, timeout: float, *, tls: bool) -> HTTPConnection:
    if not tls:
        return HTTPConnection(host, port, timeout=timeout)
    # Ourselves, on this machine, and nothing is told: whose certificate it is does not matter.
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection(host, port, timeout=timeout, context=trusting)
