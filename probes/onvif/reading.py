"""What one ONVIF attempt tells of a device. Texts are the device's: cut, and printable only."""

from datetime import datetime

import msgspec

from probes.failure import Failure, Stage

TEXT_LENGTH = 64  # characters kept of anything that a device says of itself


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the device says it is. No one of these is proof: serials are often the same for a whole series."""

    manufacturer: str | None = None  # GetDeviceInformation
    model: str | None = None
    firmware: str | None = None
    serial: str | None = None
    hardware_id: str | None = None
    mac: str | None = None  # GetNetworkInterfaces: aa:bb:cc:dd:ee:ff of the first one that is enabled
    endpoint: str | None = None  # GetEndpointReference: the WS-Discovery address, mostly urn:uuid:…


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One media profile: a stream that the device offers, as it is configured (not as it is sent)."""

    token: str
    codec: str | None = None  # as written: "H264", "H265", "JPEG", "MPEG4"
    width: int | None = None  # pixels
    height: int | None = None
    fps: float | None = None  # FrameRateLimit
    bitrate_kbps: int | None = None  # BitrateLimit


class DeviceReading(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt's answer: how far it got, what the device told, why it stopped."""

    device: str  # Target.id
    at: datetime  # UTC, when the attempt began
    reached: Stage | None  # the last stage completed; DESCRIBE stands for the whole exchange
    failure: Failure | None = None  # None: everything was asked that the device offers
    failed_at: Stage | None = None
    detail: str = ""  # one sentence for a technician, in our own words
    clock_offset: float | None = None  # seconds, the device's clock minus ours; None: not told
    identity: Identity | None = None
    profiles: tuple[Profile, ...] = ()
    stream_path: str | None = None  # of the first profile: path and query, passwords masked
    snapshot_path: str | None = None
    foreign_host: bool = False  # it names another host in its addresses: NAT, or a wrong configuration
    log_ins: int = 0  # how often credentials were offered and not known to be right
    bytes_on_wire: int = 0  # both directions, for the site's budget
    seconds: float = 0.0
