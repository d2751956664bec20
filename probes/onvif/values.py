"""What zeep read, and what we read of Media2, to values of ours. Nothing in a reply is taken on trust."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from probes.onvif.operations import Service
from probes.onvif.reading import TEXT_LENGTH, Identity, Profile
from probes.wire.xml import Node

MAX_PROFILES = 64  # a recorder has some for each of its inputs
MAX_TOKEN = 128  # characters; the schema allows 64
_MAX_NUMBER = 1_000_000  # of pixels, frames and kilobits alike
_MAC = re.compile(r"[0-9A-Fa-f]{12}")


class Offered(NamedTuple):
    """A profile, and the token by which the device knows it, as it wrote it."""

    token: str
    profile: Profile


def text(value: object) -> str | None:
    """Cut a text of the device's to what may be kept: printable, short, or None."""
    if not isinstance(value, str):
        return None
    clean = "".join(mark if mark.isprintable() else " " for mark in value[: 4 * TEXT_LENGTH])
    return " ".join(clean.split())[:TEXT_LENGTH].rstrip() or None


def read_information(answer: Any) -> Identity:
    """Read a GetDeviceInformationResponse (Core spec §8.3.1)."""
    return Identity(
        manufacturer=text(getattr(answer, "Manufacturer", None)),
        model=text(getattr(answer, "Model", None)),
        firmware=text(getattr(answer, "FirmwareVersion", None)),
        serial=text(getattr(answer, "SerialNumber", None)),
        hardware_id=text(getattr(answer, "HardwareId", None)),
    )


def read_mac(answer: Any) -> str | None:
    """Read the address of the first interface that is enabled, from a GetNetworkInterfacesResponse."""
    interfaces = [each for each in _list(answer) if getattr(each, "Enabled", None) is not False]
    for interface in interfaces:
        written = str(_pick(interface, "Info", "HwAddress") or "")
        digits = re.sub(r"[^0-9A-Fa-f]", "", written[:32])
        if _MAC.fullmatch(digits) and digits.strip("0"):
            return ":".join(digits[at : at + 2] for at in range(0, 12, 2)).lower()
    return None


def read_endpoint(answer: Any) -> str | None:
    """Read a GetEndpointReferenceResponse (Core spec §8.1.9)."""
    return text(_pick(answer, "GUID"))


def read_services(answer: Any) -> dict[str, str]:
    """Read a GetServicesResponse: namespaces and addresses."""
    return {
        str(each.Namespace): str(each.XAddr)
        for each in _list(answer)
        if _pick(each, "Namespace") and _pick(each, "XAddr")
    }


def read_capabilities(answer: Any) -> dict[str, str]:
    """Read a GetCapabilitiesResponse, which knows no Media2."""
    found = {Service.DEVICE: _pick(answer, "Device", "XAddr"), Service.MEDIA: _pick(answer, "Media", "XAddr")}
    return {str(service): str(address) for service, address in found.items() if address}


def read_profiles(answer: Any) -> tuple[Offered, ...]:
    """Read a GetProfilesResponse of Media (ver10); profiles without video are left out."""
    found = []
    for each in _list(answer)[:MAX_PROFILES]:
        encoder = _pick(each, "VideoEncoderConfiguration")
        if encoder is not None:
            rate = _pick(encoder, "RateControl")
            profile = Profile(
                token=text(each.token) or "",
                codec=text(_pick(encoder, "Encoding")),
                width=_whole(_pick(encoder, "Resolution", "Width")),
                height=_whole(_pick(encoder, "Resolution", "Height")),
                fps=_number(_pick(rate, "FrameRateLimit")),
                bitrate_kbps=_whole(_pick(rate, "BitrateLimit")),
            )
            found.append(Offered(str(each.token or ""), profile))
    return _askable(found)


def read_profiles2(answer: Node) -> tuple[Offered, ...]:
    """Read a GetProfilesResponse of Media2 (ver20), whose encoders tell their codec as in SDP."""
    found = []
    for each in answer.find_all("Profiles")[:MAX_PROFILES]:
        encoder = each.find("Configurations", "VideoEncoder")
        if encoder is not None:
            token = each.attributes.get("token", "")
            profile = Profile(
                token=text(token) or "",
                codec=text(encoder.text_of("Encoding")),
                width=_whole(encoder.text_of("Resolution", "Width")),
                height=_whole(encoder.text_of("Resolution", "Height")),
                fps=_number(encoder.text_of("RateControl", "FrameRateLimit")),
                bitrate_kbps=_whole(encoder.text_of("RateControl", "BitrateLimit")),
            )
            found.append(Offered(token, profile))
    return _askable(found)


def read_uri(answer: Any) -> str:
    """Read a GetStreamUriResponse or GetSnapshotUriResponse, of either media service."""
    found = answer.text_of("Uri") if isinstance(answer, Node) else _pick(answer, "Uri")
    return found if isinstance(found, str) else ""


def with_network(identity: Identity | None, mac: str | None, endpoint: str | None) -> Identity | None:
    """Add what came from other questions."""
    if mac is None and endpoint is None:
        return identity
    return msgspec.structs.replace(identity or Identity(), mac=mac, endpoint=endpoint)


def without(identity: Identity, password: str) -> Identity:
    """Leave out what repeats the password."""
    kept = {name: None if password in (told or "") else told for name, told in _fields(identity).items()}
    return Identity(**kept)


def _fields(identity: Identity) -> dict[str, str | None]:
    return msgspec.structs.asdict(identity)


def _askable(found: Sequence[Offered]) -> tuple[Offered, ...]:
    return tuple(each for each in found if 0 < len(each.token) <= MAX_TOKEN)


def _list(answer: Any) -> list[Any]:
    """Take an answer for a list: zeep gives None for an empty one."""
    return answer if isinstance(answer, list) else []


def _pick(value: Any, *names: str) -> Any:
    """Go down by names; None where something is missing."""
    for name in names:
        value = getattr(value, name, None)
    return value


def _number(value: object) -> float | None:
    """Read a number above zero and of a size that can be."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 0 < number <= _MAX_NUMBER else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
