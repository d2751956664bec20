"""What stands at the sites of an estate at work besides its cameras: edges and recorders."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from simulator.edge import Edge
from simulator.estate import Estate
from simulator.fault_effects import is_dark
from simulator.faults import Fault, FaultKind
from simulator.recorder import Recorder, RecorderManner, RecorderPlan


class Premises:
    """Every edge by its site, every recorder by its id. They begin sound."""

    def __init__(self, plan: Estate, *, clock: Callable[[], datetime]) -> None:
        self.edges = {site.site_id: Edge(site.edge) for site in plan.sites}
        self.recorders = {
            each.recorder_id: Recorder(
                RecorderPlan(
                    dialect=each.dialect, username=each.username, password=each.password, fetched=each.inputs
                ),
                clock=clock,
                host=each.address,
            )
            for each in plan.recorders
        }
        self._site_of = {each.recorder_id: each.site_id for each in plan.recorders}
        self._input_of = {
            each.camera_id: (each.recorder_id, each.recorder_input)
            for each in plan.cameras
            if each.recorder_id is not None and each.recorder_input is not None
        }

    async def start(self) -> None:
        """Listen everywhere. OSError when an address cannot be bound."""
        for device in self._devices():
            await device.start()

    async def stop(self) -> None:
        """Close everything."""
        for device in self._devices():
            await device.stop()

    def _devices(self) -> Iterator[Edge | Recorder]:
        yield from self.edges.values()
        yield from self.recorders.values()

    async def feel(self, changed: Fault, active: Collection[Fault]) -> None:
        """Bring what one fault concerns into the state that all active faults ask for."""
        if changed.subject in self.edges:
            await self.edges[changed.subject].be_gone(is_dark(changed.subject, active))
        recorder_id, number = self._input_of.get(changed.subject, (changed.subject, None))
        if number is not None and changed.kind is FaultKind.INPUT_LOST:
            lost = self.recorders[recorder_id].lost
            (lost.add if changed in active else lost.discard)(number)
        for key, recorder in self.recorders.items():
            if changed.subject in {key, self._site_of[key]}:
                gone = is_dark(self._site_of[key], active) or Fault(FaultKind.RECORDER_DOWN, key) in active
                await recorder.behave(RecorderManner.GONE if gone else RecorderManner.SOUND)
