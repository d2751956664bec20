"""`python -m simulator FOLDER`: an estate on loopback until stdin ends or a signal comes.

Writes the register, the credentials and a monitor.yaml into FOLDER and prints where everything listens as
one JSON line. Then each line of stdin is a command, answered by one JSON line: `KIND SUBJECT` injects a
fault, `clear KIND SUBJECT` clears it, `active` lists them, `truth` tells the right verdict on every stream.
Of a camera that speaks ONVIF (its sheet has an onvif_url), `drift CAMERA SECONDS` sets the clock off and
`swap CAMERA` puts another device in its place.
"""

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.episodes import play
from simulator.faults import Fault, FaultKind, FaultPlan
from simulator.making import make_estate
from simulator.sheets import write_credentials, write_register
from simulator.simulation import Simulation

CONFIGURATION = """\
# A monitor of the make-believe estate: quicker beats than in earnest.
database: {url: "sqlite:///monitor.db"}
listen: 127.0.0.1:0
sweep: {interval_seconds: 5, timeout_seconds: 4}
patience: {ask_again_seconds: [4, 8]}
polls: {light_every_seconds: 60, timeout_seconds: 3}
heartbeat: {every_seconds: 2}
register: {refresh_seconds: 5}
"""


TOLD = ("cameras", "gateways", "edges", "recorders")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; ends the program with code 2 when it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the sheets are written")
    parser.add_argument("--institutions", type=int, default=6, metavar="N")
    parser.add_argument("--cameras", type=int, default=24, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="let faults come and go by the seed")
    return parser.parse_args(arguments)


async def obey(simulation: Simulation, line: str) -> Any:
    """Carry out one command and give its answer. ValueError for what is none."""
    match line.split():
        case ["truth"]:
            return [asdict(each) for each in simulation.truth()]
        case ["active"]:
            return [{**asdict(fault), "since": since} for fault, since in simulation.active.items()]
        case ["clear", kind, subject]:
            await simulation.clear(Fault(FaultKind(kind), subject))
        case ["drift", camera_id, seconds]:
            simulation.devices.drift(camera_id, float(seconds))
        case ["swap", camera_id]:
            simulation.devices.swap(camera_id)
        case [kind, subject]:
            await simulation.inject(Fault(FaultKind(kind), subject))
        case _:
            raise ValueError(
                f"not a command: {line!r}; there are: KIND SUBJECT, clear, drift, swap, active, truth"
            )
    return {"done": line}


async def _listen_to(simulation: Simulation, folder: Path) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := (await reader.readline()).decode(errors="replace").strip() or None:
        try:
            answer = await obey(simulation, line)
        except ValueError as error:
            answer = {"error": str(error)}
        write_register(folder, simulation.estate, simulation.places)  # a contract may have ended
        _tell(answer)


def _tell(answer: Any) -> None:
    sys.stdout.write(f"{json.dumps(answer, default=str, ensure_ascii=False)}\n")
    sys.stdout.flush()


async def main(arguments: argparse.Namespace) -> None:
    """Run until stdin ends."""
    now = datetime.now(UTC)
    estate = make_estate(
        institutions=arguments.institutions, cameras=arguments.cameras, seed=arguments.seed, today=now.date()
    )
    simulation = Simulation(estate, seed=arguments.seed, today=now.date(), clock=lambda: datetime.now(UTC))
    await simulation.start()
    try:
        write_register(arguments.folder, estate, simulation.places)
        write_credentials(arguments.folder, estate)
        (arguments.folder / "monitor.yaml").write_text(CONFIGURATION, encoding="utf-8")
        _tell({name: getattr(simulation.places, name) for name in TOLD})
        await _work(simulation, arguments, now)
    finally:
        await simulation.stop()


async def _work(simulation: Simulation, arguments: argparse.Namespace, now: datetime) -> None:
    told = asyncio.create_task(_listen_to(simulation, arguments.folder))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.cancel)
    plan = FaultPlan(estate=simulation.estate, seed=arguments.seed, today=now.date())
    faults = asyncio.create_task(play(simulation, plan.episodes())) if arguments.faults else None
    await asyncio.wait({told})
    if faults is not None:
        faults.cancel()
        await asyncio.wait({faults})


if __name__ == "__main__":
    asyncio.run(main(parse_arguments(sys.argv[1:])))
