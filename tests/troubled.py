"""Two schools in trouble: a camera off, a lapsed contract, a gateway that is down, one never enrolled."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from monitor.judge.causes import OWNERS
from monitor.judge.evidence import ContractView, Evidence, GatewayView, SiteLook
from monitor.judge.incidents import Incidents
from monitor.judge.neighbours import EdgeView, Reach, SiteView
from monitor.judge.progress import Flow
from monitor.judge.verdicts import not_received
from monitor.model.channels import Contract
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Recorder,
    RecorderKind,
    Site,
)
from monitor.model.incident import Incident, Scope, Severity
from monitor.model.parties import Contact, PartyKind, Payer, Provider, Role
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.run.places import Places
from monitor.run.streams import Index
from monitor.store.store import Store
from probes.failure import Failure, Stage
from tests.registered import channels_of, contract
from tests.two_regions import change_to

REGION, OTHER = "750000000", "310000000"
LAPSED_AGO = 15  # days since the last day of the contract of s2
CAMERAS = {"c1": "s1", "c2": "s1", "c3": "s2", "c4": "s2", "c5": "s3", "c6": "s3"}
ENROLLED = {"c1": "g1", "c2": "g1", "c3": "g1", "c4": "g1", "c5": "g2"}


def estate(day: date) -> Estate:
    """Build the register as it stands on a day."""
    camera: dict[str, Any] = {"c1": {"recorder_id": "r1", "recorder_input": 1}}
    return Estate(
        institutions={
            "i1": _school("i1", "№ 1 мектеп", REGION, 900),
            "i2": _school("i2", "=Колледж", OTHER, None),
        },
        sites={
            "s1": Site(site_id="s1", institution_id="i1", name="Main"),
            "s2": Site(site_id="s2", institution_id="i1", name="Annex"),
            "s3": Site(site_id="s3", institution_id="i2", name=""),
        },
        recorders={"r1": Recorder(recorder_id="r1", site_id="s1", kind=RecorderKind.OTHER)},
        cameras={
            key: Camera(camera_id=key, site_id=site, url=f"rtsp://10.0.0.{key[1:]}/", **camera.get(key, {}))
            for key, site in CAMERAS.items()
        },
        centres={
            "o1": Centre(centre_id="o1", name="ЦОУ Алматы", kind=CentreKind.OCC, region=REGION),
            "o2": Centre(centre_id="o2", name="ЦОУ Тараз", kind=CentreKind.OCC, region=OTHER),
        },
        gateways={
            key: Gateway(
                gateway_id=key, centre_id=f"o{key[1]}", kind="mediamtx", url=f"http://10.0.1.{key[1]}/"
            )
            for key in ("g1", "g2")
        },
        enrolments=tuple(
            Enrolment(camera_id=c, gateway_id=g, stream_key=f"k/{c}") for c, g in ENROLLED.items()
        ),
        providers={"Дала": Provider(provider="Дала")},
        payers={"edu": Payer(payer_id="edu", name="Управление", region=REGION)},
        channels=channels_of(("s1", "s2")),
        contracts=contracts(day),
        contacts=(
            _contact(PartyKind.INSTITUTION, "i1", Role.HEAD, "+77010000001"),
            _contact(PartyKind.INSTITUTION, "i1", Role.DUTY, "+77010000002"),
            _contact(PartyKind.PAYER, "edu", Role.PROCUREMENT, "+77010000003"),
            _contact(PartyKind.CENTRE, "o2", Role.DUTY, "+77010000004"),
        ),
    )


def contracts(day: date) -> tuple[Contract, ...]:
    """One contract in force, and one that ended some days ago; an education department pays."""
    ended = day - timedelta(days=LAPSED_AGO)
    made = (
        contract("s1", day - timedelta(days=200), day + timedelta(days=200), provider="Дала"),
        contract("s2", day - timedelta(days=200), ended, number="2", provider="Дала"),
    )
    return tuple(replace(each, payer_id="edu") for each in made)


def _school(key: str, name: str, region: str, headcount: int | None) -> Institution:
    return Institution(
        institution_id=key,
        name=name,
        region=region,
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
        headcount=headcount,
    )


def _contact(party: PartyKind, party_id: str, role: Role, phone: str) -> Contact:
    return Contact(party=party, party_id=party_id, role=role, phone=phone)


def verdicts(now: datetime, day: date) -> dict[str, tuple[Verdict, datetime]]:
    """What is decided of every stream, and since when."""
    gone = SiteLook(
        at=now - timedelta(minutes=3),
        reached=None,
        failure=Failure.CONNECT_TIMEOUT,
        failed_at=Stage.CONNECT,
        key_frame=False,
    )
    flat, lost = GatewayView(swept=True, flow=Flow.FLAT), State.NOT_RECEIVING
    edge = EdgeView(at=now, reach=Reach.ANSWERED)
    off = Evidence(gateway=flat, camera=gone, edge=edge, site=SiteView(others=1, receiving=1))
    ended = day - timedelta(days=LAPSED_AGO)
    paper = ContractView(lost_on=day, covered=False, ended_on=ended, fits=True, provider="Дала")
    dark = Evidence(gateway=flat, camera=gone, site=SiteView(others=1, vanished=1), contract=paper)
    down = Evidence(gateway=GatewayView(swept=False, detail="connect_refused"))
    return {
        "c1@g1": (not_received(lost, off), now - timedelta(hours=2, minutes=3)),
        "c2@g1": (Verdict(state=State.RECEIVING, proof=Proof.PROGRESS), now - timedelta(days=9)),
        "c3@g1": (not_received(lost, dark), now - timedelta(days=14)),
        "c4@g1": (not_received(lost, dark), now - timedelta(days=14)),
        "c5@g2": (not_received(State.UNKNOWN, down), now - timedelta(minutes=20)),
        "c6@": (not_received(lost, Evidence(gateway=None)), now - timedelta(days=30)),
    }


def transitions(now: datetime, day: date) -> list[Transition]:
    """The same as decisions."""
    found = verdicts(now, day).items()
    return [Transition(stream_id=k, verdict=v, since=since, decided_at=since) for k, (v, since) in found]


def incidents(index: Index, now: datetime, day: date) -> list[Incident]:
    """Fold it into incidents, with the gateway's own beside them; all but c6 were once received."""
    places = Places(index, {}, day)
    folded = Incidents(places.of, connected=set(index.by_id) - {"c6@"})
    return [*folded.take(transitions(now, day)), gateway_down(now)]


def gateway_down(now: datetime) -> Incident:
    """Open the incident of the gateway that cannot be swept."""
    return Incident(
        incident_id="gateway:g2:down",
        scope=Scope.GATEWAY,
        subject="g2",
        cause=Cause.GATEWAY_DOWN,
        owner=OWNERS[Cause.GATEWAY_DOWN],
        opened_at=now - timedelta(minutes=20),
        streams=1,
        cameras=1,
        severity=Severity.CRITICAL,
        region=OTHER,
    )


async def fill(store: Store, now: datetime, day: date, *, closed: Iterable[Incident] = ()) -> None:
    """Import the register, and commit what a monitor that looks now has decided."""
    registered = now - timedelta(days=40)
    await store.apply_register(change_to(estate(day)), registered)
    await store.begin_run("run", registered)
    index = Index.of(await store.load_estate(now))
    before = [
        Transition(stream_id="c1@g1", verdict=verdict, since=since, decided_at=since)
        for verdict, since in _earlier(now)
    ]
    decided = [*before, *transitions(now, day)]
    told = [*incidents(index, now, day), *closed]
    await store.commit(decided, told, source="run", first_sequence=0, now=now)
    await store.heartbeat(now)


def _earlier(now: datetime) -> list[tuple[Verdict, datetime]]:
    """What was said of c1 before."""
    received = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
    off = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)
    return [
        (off, now - timedelta(days=30)),
        (received, now - timedelta(days=20)),
        (off, now - timedelta(days=10)),
        (received, now - timedelta(days=9)),
    ]
