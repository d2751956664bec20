"""What a make-believe ONVIF device says, as XML (Core, Media and Media2 specs)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
_ERROR = "http://www.onvif.org/ver10/error"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """Who the device says it is. The serial is one that whole series of real ones tell."""

    manufacturer: str = "Simulated"
    model: str = "S-1"
    firmware: str = "1.0.0"
    serial: str = "SerialNumber"
    hardware_id: str = "1.0"
    mac: str = "02-00-5E-10-00-01"
    endpoint: str = "urn:uuid:00000000-0000-4000-8000-02005e100001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """One profile of the device's."""

    token: str
    codec: str
    width: int
    height: int
    fps: int = 25
    kbps: int = 2048


def message(body: str) -> bytes:
    """Put an element into a message."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<e:Envelope xmlns:e="{_SOAP}" xmlns:tds="{DEVICE}"'
        f' xmlns:trt="{MEDIA}" xmlns:tr2="{MEDIA2}" xmlns:tt="{SCHEMA}" xmlns:ter="{_ERROR}">'
        f"<e:Body>{body}</e:Body></e:Envelope>"
    ).encode()


def fault(subcode: str, reason: str, *, code: str = "Sender") -> bytes:
    """Say why there is no answer."""
    return message(
        f"<e:Fault><e:Code><e:Value>e:{code}</e:Value><e:Subcode><e:Value>ter:{subcode}</e:Value></e:Subcode>"
        f'</e:Code><e:Reason><e:Text xml:lang="en">{escape(reason)}</e:Text></e:Reason></e:Fault>'
    )


def date_and_time(now: datetime) -> str:
    """Say what the device's clock shows; whole seconds, as the schema has it."""
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
        f"<tt:Second>{now.second}</tt:Second></tt:Time>"
        f"<tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def information(make: Make) -> str:
    """Say who the device is."""
    return (
        f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{escape(make.manufacturer)}</tds:Manufacturer>"
        f"<tds:Model>{escape(make.model)}</tds:Model>"
        f"<tds:FirmwareVersion>{escape(make.firmware)}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{escape(make.serial)}</tds:SerialNumber>"
        f"<tds:HardwareId>{escape(make.hardware_id)}</tds:HardwareId></tds:GetDeviceInformationResponse>"
    )


def services(addresses: Mapping[str, str]) -> str:
    """Say where each service is, by namespace."""
    listed = "".join(
        f"<tds:Service><tds:Namespace>{namespace}</tds:Namespace><tds:XAddr>{escape(address)}</tds:XAddr>"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        for namespace, address in addresses.items()
    )
    return f"<tds:GetServicesResponse>{listed}</tds:GetServicesResponse>"


def capabilities(addresses: Mapping[str, str]) -> str:
    """Say where the services of ver10 are, in the older way."""
    listed = "".join(
        f"<tt:{name}><tt:XAddr>{escape(addresses[namespace])}</tt:XAddr></tt:{name}>"
        for name, namespace in (("Device", DEVICE), ("Media", MEDIA))
        if namespace in addresses
    )
    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"{listed}</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def interfaces(make: Make) -> str:
    """Say which network interface the device has."""
    return (
        '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>'
        f"<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>{make.mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>"
        "</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"
    )


def endpoint(make: Make) -> str:
    """Say by which name WS-Discovery knows the device."""
    return (
        f"<tds:GetEndpointReferenceResponse><tds:GUID>{make.endpoint}</tds:GUID>"
        "</tds:GetEndpointReferenceResponse>"
    )


def profiles(encoders: tuple[Encoder, ...]) -> str:
    """List the profiles in the form of Media."""
    listed = "".join(
        f'<trt:Profiles token="{escape(each.token)}" fixed="true"><tt:Name>{escape(each.token)}</tt:Name>'
        f'<tt:VideoEncoderConfiguration token="v"><tt:Name>v</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"{_encoder(each)}</tt:VideoEncoderConfiguration></trt:Profiles>"
        for each in encoders
    )
    return f"<trt:GetProfilesResponse>{listed}</trt:GetProfilesResponse>"


def profiles2(encoders: tuple[Encoder, ...]) -> str:
    """List the profiles in the form of Media2."""
    listed = "".join(
        f'<tr2:Profiles token="{escape(each.token)}" fixed="true"><tr2:Name>{escape(each.token)}</tr2:Name>'
        f'<tr2:Configurations><tr2:VideoEncoder token="v" GovLength="50" Profile="Main"><tt:Name>v</tt:Name>'
        f"<tt:UseCount>1</tt:UseCount>{_encoder(each)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>"
        for each in encoders
    )
    return f"<tr2:GetProfilesResponse>{listed}</tr2:GetProfilesResponse>"


def _encoder(encoder: Encoder) -> str:
    return (
        f"<tt:Encoding>{encoder.codec}</tt:Encoding><tt:Resolution><tt:Width>{encoder.width}</tt:Width>"
        f"<tt:Height>{encoder.height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl>"
        f"<tt:FrameRateLimit>{encoder.fps}</tt:FrameRateLimit>"
        f"<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>{encoder.kbps}</tt:BitrateLimit>"
        "</tt:RateControl>"
    )


def uri(operation: str, address: str) -> str:
    """Answer GetStreamUri or GetSnapshotUri of Media."""
    return (
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{escape(address)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>"
        f"</trt:MediaUri></trt:{operation}Response>"
    )


def uri2(operation: str, address: str) -> str:
    """Answer GetStreamUri or GetSnapshotUri of Media2."""
    return f"<tr2:{operation}Response><tr2:Uri>{escape(address)}</tr2:Uri></tr2:{operation}Response>"
