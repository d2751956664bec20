"""Those who ask what stands around the cameras of a school, made out of what a shift works with."""

from monitor.run.budget import Budgets
from monitor.run.devices import Devices
from monitor.run.edges import Edges
from monitor.run.log_ins import LogIns
from monitor.run.recorders import Recorders
from monitor.run.surroundings import Surroundings
from monitor.run.survey import Survey


def askers(
    around: Surroundings, budgets: Budgets, log_ins: LogIns, survey: Survey
) -> tuple[Edges, Recorders, Devices]:
    """Make the askers; what they hear goes to the survey."""
    polls, clock, meter = around.rules.polls, around.clock, around.meter
    edges = Edges(
        around.edge_probe,
        every=polls.light_every,
        timeout=polls.timeout,
        budgets=budgets,
        clock=clock,
        meter=meter,
        on_edge=survey.edge,
    )
    recorders = Recorders(
        around.recorder_of,
        every=polls.light_every,
        budgets=budgets,
        log_ins=log_ins,
        clock=clock,
        meter=meter,
        on_recorder=survey.recorder,
    )
    devices = Devices(
        around.device_probe,
        every=polls.whole_every,
        timeout=polls.timeout,
        budgets=budgets,
        log_ins=log_ins,
        clock=clock,
        meter=meter,
        on_device=survey.device,
    )
    return edges, recorders, devices
