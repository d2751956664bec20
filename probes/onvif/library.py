"""onvif-zeep and zeep, without what they do beside: the one module that imports them, and on use.

onvif-zeep sets up the root logger when it is imported; its ONVIFCamera (never used here) drops the
proxies from the environment and subscribes to events. zeep writes what a device sent into the log when it
cannot read it, keeps a cache in the home directory, and would fetch schemas that a document names.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from probes.onvif.operations import Operation, Service

_WSDL = {Service.DEVICE: "devicemgmt.wsdl", Service.MEDIA: "media.wsdl"}
_MUTE = logging.CRITICAL + 1


class Library:
    """The two packages, imported. Takes a tenth of a second: not for the event loop."""

    def __init__(self) -> None:
        self._zeep: Any = import_module("zeep")
        self._utils: Any = import_module("zeep.wsdl.utils")
        self._loader: Any = import_module("zeep.loader")
        with _quiet():
            self._onvif: Any = import_module("onvif.client")
        logging.getLogger("zeep").setLevel(_MUTE)  # it logs a device's values, with a traceback each
        self._files = _Files((Path(str(self._onvif.__file__)).parent.parent / "wsdl").resolve())

    def read_wsdl(self, service: Service) -> "Wsdl":
        """Read a WSDL and all its schemas: about 50 ms and 5 MB."""
        settings = self._zeep.Settings(strict=False, xml_huge_tree=False, xsd_ignore_sequence_order=True)
        path = str(self._files.folder / _WSDL[service])
        return Wsdl(self._zeep.Client(path, transport=self._files, settings=settings))

    def read_own(self, template: bytes) -> Any:
        """Make an envelope of a template of ours; never of bytes that somebody sent."""
        return self._loader.parse_xml(template, self._files)

    def sign(self, envelope: Any, username: str, password: str, now: datetime, offset: float) -> None:
        """Put a UsernameToken with a digest into the envelope (WS-Security UsernameToken Profile §3.1).

        `now`: our clock, UTC; `offset`: seconds, the device's clock minus ours.
        """
        token = self._onvif.UsernameDigestTokenDtDiff(
            username,
            password,
            dt_diff=timedelta(seconds=offset),
            use_digest=True,
            created=now.astimezone(UTC).replace(tzinfo=None),
            zulu_timestamp=True,
        )
        token.apply(envelope, {})

    def to_bytes(self, envelope: Any) -> bytes:
        """Give the document as it is sent."""
        return bytes(self._utils.etree_to_string(envelope))


class Wsdl:
    """One WSDL as zeep's Client, which is shared by all devices."""

    def __init__(self, client: Any) -> None:
        self._client = client
        (self._binding,) = client.wsdl.bindings.values()
        self._service = client.create_service(str(self._binding.name), address=None)

    def write(self, operation: Operation, values: Mapping[str, object]) -> Any:
        """Make the envelope of a request."""
        return self._client.create_message(self._service, operation.name, **values)

    def read(self, operation: Operation, data: bytes) -> Any:
        """Read a reply that was looked at before; raises whatever zeep meets."""
        return self._binding.process_reply(self._client, self._binding.get(operation.name), _Reply(data))


class _Files:
    """What zeep calls a transport: hands out the files beside the WSDLs, and knows no network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, url: str) -> bytes:
        path = Path(url).resolve()
        if not path.is_relative_to(self.folder):
            raise ValueError("a document is needed that is not beside the WSDLs")
        return path.read_bytes()


class _Reply:
    """What zeep takes for an HTTP response: one XML document, never a multipart one."""

    def __init__(self, content: bytes) -> None:
        self.status_code = 200
        self.headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        self.encoding = "utf-8"
        self.content = content


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep logging.basicConfig from finding a root logger without handlers, and levels as they were."""
    root, client, stand_in = logging.getLogger(), logging.getLogger("zeep.client"), logging.NullHandler()
    level = client.level
    root.addHandler(stand_in)
    try:
        yield
    finally:
        root.removeHandler(stand_in)
        client.setLevel(level)
