"""Discovery on a real link: who is found, what is marked, and that nothing but the question is ever sent."""

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_interface
from pathlib import Path

import pytest

from probes.discovered import Discovery, Findings, Limits
from probes.discovery import discover
from probes.interface import Interface, UnknownInterface, find_interface
from probes.multicast import NoAddress, open_callers
from probes.wire.ws_discovery import DeviceType
from simulator.discovery import Device, Manner, Responder
from tests.networks import Tap, cabled, inside, played

CABLE = (
    "-n {a} link add va type veth peer name vb netns {b}",
    "-n {a} link add other type veth peer name there netns {b}",
    "-n {a} addr add 192.168.77.2/24 dev va",
    "-n {a} addr add 10.99.0.2/24 dev other",
    *(f"-n {{b}} addr add 192.168.77.{last}/24 dev vb" for last in (10, 11, 12, 13, 14, 15, 16)),
    "-n {b} addr add 10.20.30.40/32 dev vb",
    "-n {b} addr add 10.99.0.10/24 dev there",
    "-n {a} link set va up",
    "-n {a} link set other up",
    "-n {b} link set vb up",
    "-n {b} link set there up",
)
NAME = "onvif://www.onvif.org/name/"
QUICK = 1.2  # seconds


def uuid(last: int) -> str:
    return f"a0000000-0000-4000-8000-{last:012}"


def device(last: int, manner: Manner = Manner.GOOD) -> Device:
    return Device(address=f"192.168.77.{last}", uuid=uuid(last), scopes=f"{NAME}cam%20{last}", manner=manner)


@pytest.fixture(scope="module")
def school() -> Iterator[tuple[str, str]]:
    """Two machines with two cables: ours, and the school's with many addresses."""
    with cabled(*CABLE) as names:
        yield names


def search(
    here: str, there: str, devices: list[Device], seconds: float = QUICK
) -> tuple[Discovery, Responder]:
    responder = Responder("vb", devices)
    with played(responder, there), inside(here):
        found = asyncio.run(discover(find_interface("va"), seconds=seconds, jitter=0.5))
    return found, responder


def test_devices_on_a_link(school: tuple[str, str]) -> None:
    """Everyone is found once, also who knows one type only; what does not fit its address is marked."""
    lying = replace(
        device(12), xaddrs="http://10.0.0.5/onvif http://192.168.77.12/onvif http://cam.local/onvif"
    )
    afar = Device(address="10.20.30.40", uuid=uuid(40))
    clone = replace(device(13), uuid=uuid(11))
    old = replace(device(10), answers_to=frozenset({DeviceType.TRANSMITTER}))
    new = replace(device(11), answers_to=frozenset({DeviceType.DEVICE}))
    found, responder = search(*school, [clone, lying, new, old, afar, device(14, Manner.SILENT)])
    assert [(each.address, each.endpoint, each.foreign) for each in found.devices] == [
        ("10.20.30.40", f"urn:uuid:{uuid(40)}", True),
        ("192.168.77.10", f"urn:uuid:{uuid(10)}", False),
        ("192.168.77.11", f"urn:uuid:{uuid(11)}", False),
        ("192.168.77.12", f"urn:uuid:{uuid(12)}", False),
        ("192.168.77.13", f"urn:uuid:{uuid(11)}", False),
    ]
    assert [each.name for each in found.devices] == [None, "cam 10", "cam 11", "cam 12", "cam 13"]
    assert found.devices[3].elsewhere == ("http://10.0.0.5/onvif", "http://cam.local/onvif")
    assert not any(each.elsewhere for each in found.devices if each.address != "192.168.77.12")
    assert (found.unread, found.left) == (0, 0)
    assert responder.asked == [*DeviceType, *DeviceType]  # each type twice
    assert responder.ttls == {1}


def test_nothing_is_dialled(school: tuple[str, str]) -> None:
    """Only questions to the group leave our address, and none by the other cable: no address is dialled."""
    here, there = school
    taps = Tap(there, "vb"), Tap(there, "there")
    with inside(there):
        canary = socket.create_server(("0.0.0.0", 80))  # noqa: S104 - in a namespace of its own
    lying = replace(device(11), xaddrs="http://192.168.77.16/onvif http://10.99.0.10/onvif")
    with canary:
        canary.setblocking(False)
        found, _ = search(here, there, [device(10), lying])
        assert len(found.devices) == 2
        with pytest.raises(BlockingIOError):
            canary.accept()
    sent, elsewhere = taps[0].destinations("192.168.77.2"), taps[1].destinations("10.99.0.2")
    joined = {(socket.IPPROTO_IGMP, "224.0.0.22")}  # that the switch shall let announcements through
    assert sent - joined == {(socket.IPPROTO_UDP, "239.255.255.250")}
    assert not elsewhere


def test_hostile_devices(school: tuple[str, str]) -> None:
    """Between those that flood, bomb and lie, the honest are found; the search ends in time."""
    manners = [Manner.FLOOD, Manner.GARBAGE, Manner.BOMB, Manner.STRANGER, Manner.CROWD]
    hostile = [device(11 + at, manner) for at, manner in enumerate(manners)]
    began = time.monotonic()
    found, _ = search(*school, [*hostile, device(10)], seconds=2.0)
    assert time.monotonic() - began < 2.0 + 2.0  # the simulator's own flood takes its time
    counted = dict.fromkeys(range(10, 16), 0)
    for each in found.devices:
        counted[int(each.address.rpartition(".")[2])] += 1
    assert counted == {10: 1, 11: Limits().devices_per_sender, 12: 0, 13: 0, 14: 0, 15: 0}
    assert found.unread >= 4
    assert found.left > 0


def test_a_device_that_comes(school: tuple[str, str]) -> None:
    """A device that says Hello while we listen is found without having been asked."""
    here, there = school
    hello = (Path(__file__).parents[1] / "wire/testdata/discovery/hello.xml").read_bytes()

    async def come() -> Discovery:
        searching = asyncio.create_task(discover(find_interface("va"), seconds=0.8, jitter=0.0))
        await asyncio.sleep(0.2)
        with inside(there), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.bind(("192.168.77.10", 0))
            group = socket.inet_aton("192.168.77.10")
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, group)
            opened.sendto(hello, ("239.255.255.250", 3702))
        return await searching

    with inside(here):
        found = asyncio.run(come())
    assert [each.address for each in found.devices] == ["192.168.77.10"]


def test_an_interface_that_is_down(school: tuple[str, str]) -> None:
    """An interface without an address, or one that does not exist, is told as such."""
    here, _ = school
    with inside(here):
        with pytest.raises(NoAddress, match="lo has no address"):
            open_callers(replace(find_interface("lo"), addresses=()))
        with pytest.raises(UnknownInterface, match=r"'eth9'; there are: lo, .*va"):
            find_interface("eth9")


def test_over_ipv6_where_there_is_nothing_else(school: tuple[str, str]) -> None:
    """An interface with an IPv6 address alone asks the group of IPv6, from its link-local address."""
    with inside(school[0]):
        whole = find_interface("va")
        only = tuple(each for each in whole.addresses if each.version == 6)
        (caller,) = open_callers(replace(whole, addresses=only))
        with caller.socket:
            assert caller.group == ("ff02::c", 3702, 0, whole.index)
            assert caller.socket.getsockname()[0].startswith("fe80::")


LINK = Interface(name="eth0", index=1, addresses=(ip_interface("10.0.0.2/24"), ip_interface("fe80::1/64")))
ASKED = frozenset({uuid(0)})


def answered(findings: Findings, each: Device, sender: str = "") -> None:
    for data in each.answers(uuid(0)):
        findings.take(data, sender or each.address, ASKED)


def test_limits() -> None:
    """One sender takes no more than its share, all together no more than there is; the rest is counted."""
    limits = Limits(datagrams=6, datagrams_per_sender=3, devices=4, devices_per_sender=2)
    findings = Findings(LINK, limits)
    for last in (1, 2, 3, 4):
        answered(findings, replace(device(last), address="10.0.0.1"))
    assert [each.endpoint[-1] for each in findings.result().devices] == ["1", "2"]
    assert findings.result().left == 2  # a device too many, then a datagram too many
    for last in (5, 6, 7, 8):
        answered(findings, replace(device(last), address=f"10.0.0.{last}"))
    assert [each.address for each in findings.result().devices] == ["10.0.0.1"] * 2 + ["10.0.0.5", "10.0.0.6"]
    assert findings.result().left == 4


@pytest.mark.parametrize(
    ("sender", "xaddr", "foreign", "elsewhere"),
    [
        pytest.param("10.0.0.7", "http://10.0.0.7:8899/onvif", False, False, id="here"),
        pytest.param("10.0.1.7", "http://10.0.1.7/onvif", True, False, id="another subnet"),
        pytest.param("10.0.0.7", "http://10.0.0.70/onvif", False, True, id="another host"),
        pytest.param("10.0.0.7", "http://camera/onvif", False, True, id="a name is not looked up"),
        pytest.param("10.0.0.7", "http://[::ffff:/onvif", False, False, id="no URL"),
        pytest.param("fe80::7%eth0", "http://[fe80::7]/onvif", False, False, id="link-local"),
        pytest.param("fe80::7%eth0", "http://[FE80:0::7%25eth0]/onvif", False, False, id="with its zone"),
        pytest.param("fe80::7%eth0", "http://10.0.0.7/onvif", False, True, id="by another protocol"),
    ],
)
def test_who_says_what_of_whom(sender: str, xaddr: str, foreign: bool, elsewhere: bool) -> None:
    """A sender of another subnet and a URL of another host are marked."""
    findings = Findings(LINK)
    answered(findings, replace(device(7), xaddrs=xaddr), sender)
    (found,) = findings.result().devices
    assert (found.foreign, bool(found.elsewhere)) == (foreign, elsewhere)
