"""The streams of an estate: what each camera sends to each gateway, and where it belongs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.law.windows import Windows
from monitor.model.channels import Contract
from monitor.model.estate import Camera, Enrolment, Estate, Stream


def streams_of(estate: Estate) -> tuple[Stream, ...]:
    """List every stream: one per enrolment, and one without a gateway for a camera enrolled nowhere."""
    enrolled: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in estate.enrolments:
        enrolled[enrolment.camera_id].append(enrolment)
    return tuple(
        stream
        for camera in estate.cameras.values()
        for stream in _streams_of(camera, enrolled.get(camera.camera_id, ()), estate)
    )


def _streams_of(camera: Camera, enrolments: Iterable[Enrolment], estate: Estate) -> list[Stream]:
    institution = estate.sites[camera.site_id].institution_id
    streams = [
        Stream(
            stream_id=f"{camera.camera_id}@{enrolment.gateway_id}",
            camera_id=camera.camera_id,
            site_id=camera.site_id,
            institution_id=institution,
            gateway_id=enrolment.gateway_id,
            stream_key=enrolment.stream_key,
            on_demand=enrolment.on_demand,
        )
        for enrolment in enrolments
    ]
    return streams or [
        Stream(
            stream_id=f"{camera.camera_id}@",
            camera_id=camera.camera_id,
            site_id=camera.site_id,
            institution_id=institution,
        )
    ]


@dataclass(frozen=True, slots=True)
class Index:
    """An estate's streams, found by what people and probes ask for."""

    estate: Estate
    by_id: dict[str, Stream] = field(default_factory=dict)
    by_gateway: dict[str, list[Stream]] = field(default_factory=dict)
    by_camera: dict[str, list[Stream]] = field(default_factory=dict)
    cameras_of_site: dict[str, list[str]] = field(default_factory=dict)
    contracts_of_site: dict[str, list[Contract]] = field(default_factory=dict)
    sites_of_provider: dict[str, set[str]] = field(default_factory=dict)
    windows: Windows = field(default_factory=Windows)

    @classmethod
    def of_nothing(cls) -> "Index":
        """Return the index of an empty register."""
        return cls(Estate())

    @classmethod
    def of(cls, estate: Estate) -> "Index":
        """Sort an estate's streams, cameras and contracts into place."""
        index = cls(estate, windows=Windows(estate.maintenance.values()))
        for gateway_id in estate.gateways:
            index.by_gateway[gateway_id] = []
        for stream in streams_of(estate):
            index.by_id[stream.stream_id] = stream
            index.by_camera.setdefault(stream.camera_id, []).append(stream)
            if stream.gateway_id is not None:
                index.by_gateway[stream.gateway_id].append(stream)
        for camera in estate.cameras.values():
            index.cameras_of_site.setdefault(camera.site_id, []).append(camera.camera_id)
        for contract in estate.contracts:
            site_id = estate.channels[contract.channel_id].site_id
            index.contracts_of_site.setdefault(site_id, []).append(contract)
            index.sites_of_provider.setdefault(contract.provider, set()).add(site_id)
        return index
