"""The operations that a device is ever asked, all of them read-only (ONVIF Core, Media and Media2 specs).

Nothing that is not in OPERATIONS can be sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Service(StrEnum):
    """A service of a device, by the namespace of its messages."""

    DEVICE = "http://www.onvif.org/ver10/device/wsdl"
    MEDIA = "http://www.onvif.org/ver10/media/wsdl"
    MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"  # Profile T: the only one that knows H.265


@dataclass(frozen=True, slots=True)
class Operation:
    """One question: its name, whose it is, and what is always said with it."""

    service: Service
    name: str
    always: Mapping[str, object] = field(default_factory=dict)

    @property
    def response(self) -> str:
        """The element that answers, in Clark notation: {namespace}name."""
        return f"{{{self.service}}}{self.name}Response"

    @property
    def action(self) -> str:
        """The action of SOAP 1.2, a parameter of the content type (RFC 3902)."""
        return f"{self.service}/{self.name}"


_RTSP_OVER_TCP = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}  # Streaming spec §5.1.1

DATE_AND_TIME: Final = Operation(Service.DEVICE, "GetSystemDateAndTime")
INFORMATION: Final = Operation(Service.DEVICE, "GetDeviceInformation")
SERVICES: Final = Operation(Service.DEVICE, "GetServices", {"IncludeCapability": False})
CAPABILITIES: Final = Operation(Service.DEVICE, "GetCapabilities", {"Category": "All"})  # before GetServices
INTERFACES: Final = Operation(Service.DEVICE, "GetNetworkInterfaces")
ENDPOINT: Final = Operation(Service.DEVICE, "GetEndpointReference")
PROFILES: Final = Operation(Service.MEDIA, "GetProfiles")
STREAM: Final = Operation(Service.MEDIA, "GetStreamUri", {"StreamSetup": _RTSP_OVER_TCP})
SNAPSHOT: Final = Operation(Service.MEDIA, "GetSnapshotUri")
PROFILES2: Final = Operation(Service.MEDIA2, "GetProfiles", {"Type": "VideoEncoder"})
STREAM2: Final = Operation(Service.MEDIA2, "GetStreamUri", {"Protocol": "RTSP"})
SNAPSHOT2: Final = Operation(Service.MEDIA2, "GetSnapshotUri")

OPERATIONS: Final = (
    DATE_AND_TIME,
    INFORMATION,
    SERVICES,
    CAPABILITIES,
    INTERFACES,
    ENDPOINT,
    PROFILES,
    STREAM,
    SNAPSHOT,
    PROFILES2,
    STREAM2,
    SNAPSHOT2,
)
