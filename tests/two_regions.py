"""An estate of two regions, each with a school, a centre and a gateway of its own, and a gateway for both."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.model.allowances import Exclusion, Maintenance, Reason, Subject
from monitor.model.channels import Channel
from monitor.model.claims import Claim
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
from monitor.model.parties import Contact, PartyKind, Payer, Provider, Role
from monitor.model.places import District, Settlement
from monitor.register.change import Change, Part
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from tests.registered import contract

A, B, CAPITAL = "110000000", "190000000", "710000000"
BY_REGION = {"a": A, "b": B}


def _keyed(name: str, *entries: Any) -> dict[str, Any]:
    return {getattr(entry, name): entry for entry in entries}


def estate() -> Estate:
    """Build it: of each kind one entry of region A and one of B, whose ids end with their letter."""
    made = [_of(letter, region) for letter, region in BY_REGION.items()]
    top = Centre(centre_id="top", name="Top", kind=CentreKind.OCC, region=CAPITAL)
    shared = Gateway(gateway_id="shared", centre_id="top", kind="mediamtx", url="http://shared/")
    parts: dict[str, Any] = {}
    for name in Estate.__slots__:
        first, second = (getattr(each, name) for each in made)
        if name != "revision":
            parts[name] = first | second if isinstance(first, dict) else (*first, *second)
    whole = Estate(**parts)
    told = Claim(
        claim_id="whole",
        measure="connected",
        value=62.0,
        unit="percent",
        population="cameras",
        as_of=date(2023, 3, 7),
        source="the ministry",
    )
    return replace(
        whole,
        centres=whole.centres | {"top": top},
        gateways=whole.gateways | {"shared": shared},
        providers=whole.providers | {"both": Provider(provider="both")},
        claims=whole.claims | {"whole": told},
    )


def _of(x: str, region: str) -> Estate:
    days = date(2026, 1, 1), date(2026, 12, 31)
    school = Institution(
        institution_id=f"i-{x}",
        name=x,
        region=region,
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
        settlement=f"{region[:2]}1000000",
    )
    place: dict[str, Any] = {"region": region, "name_kk": x, "name_ru": x}
    agreed = (
        contract(f"ch-{x}", *days, number=f"1-{x}", provider=f"only-{x}"),
        contract(f"ch-{x}", *days, number=f"2-{x}", provider="both"),
    )
    return Estate(
        districts=_keyed("district", District(district=f"{region[:2]}2000000", **place)),
        settlements=_keyed("settlement", Settlement(settlement=f"{region[:2]}1000000", **place)),
        institutions=_keyed("institution_id", school),
        sites=_keyed("site_id", Site(site_id=f"s-{x}", institution_id=f"i-{x}", name=x)),
        recorders=_keyed(
            "recorder_id", Recorder(recorder_id=f"r-{x}", site_id=f"s-{x}", kind=RecorderKind.OTHER)
        ),
        cameras=_keyed(
            "camera_id",
            *(Camera(camera_id=f"c{n}-{x}", site_id=f"s-{x}", url=f"rtsp://c{n}-{x}/") for n in range(3)),
        ),
        centres=_keyed(
            "centre_id",
            Centre(centre_id=f"o-{x}", name=x, kind=CentreKind.OCC, region=region, parent="top"),
        ),
        gateways=_keyed(
            "gateway_id",
            Gateway(gateway_id=f"g-{x}", centre_id=f"o-{x}", kind="mediamtx", url=f"http://g-{x}/"),
        ),
        enrolments=tuple(
            Enrolment(camera_id=f"c{n}-{x}", gateway_id=gateway, stream_key=f"c{n}-{x}")
            for n, gateway in enumerate((f"g-{x}", "shared"))
        ),
        providers=_keyed("provider", Provider(provider=f"only-{x}")),
        payers=_keyed("payer_id", Payer(payer_id=f"p-{x}", name=x, region=region)),
        channels=_keyed("channel_id", Channel(channel_id=f"ch-{x}", site_id=f"s-{x}")),
        contracts=tuple(replace(each, payer_id=f"p-{x}") for each in agreed),
        contacts=tuple(
            Contact(party=party, party_id=key, role=Role.DUTY, phone="+77010000000")
            for party, key in (
                (PartyKind.INSTITUTION, f"i-{x}"),
                (PartyKind.PAYER, f"p-{x}"),
                (PartyKind.PROVIDER, f"only-{x}"),
                (PartyKind.CENTRE, f"o-{x}"),
            )
        ),
        exclusions=(
            Exclusion(
                subject=Subject.CAMERA,
                subject_id=f"c2-{x}",
                starts_on=days[0],
                ends_on=days[0],
                reason=Reason.UNDER_REPAIR,
                approver="office",
                document="№ 1",
            ),
        ),
        maintenance=_keyed(
            "maintenance_id",
            Maintenance(
                maintenance_id=f"m-{x}",
                subject=Subject.GATEWAY,
                subject_id=f"g-{x}",
                starts_at=datetime(2026, 1, 1, tzinfo=UTC),
                ends_at=datetime(2026, 1, 2, tzinfo=UTC),
                approver="office",
                reason="planned",
            ),
        ),
        claims=_keyed(
            "claim_id",
            Claim(
                claim_id=f"k-{x}",
                measure="connected",
                value=50.0,
                unit="percent",
                population="cameras",
                as_of=days[0],
                source="the akimat",
                region=region,
            ),
        ),
    )


def change_to(wanted: Estate, base: int = 0) -> Change:
    """Make the change that an empty register needs to become this one."""
    parts: dict[Kind, Part] = {
        kind: Part(added=tuple(entries.values()))
        for kind, entries in entries_of(wanted).items()
        if kind is not Kind.REGIONS  # every register begins with them
    }
    return Change(base, parts)
