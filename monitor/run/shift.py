"""One unbroken stretch of looking: the desk, the journal, the poller and the sweepers put together.

A shift begins with what the store holds and ends with the process, or when it finds that it did not
run for a while. It follows the register while it works.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import structlog

from monitor.judge.evidence import SiteLook
from monitor.judge.ledger import Change
from monitor.judge.outages import GatewayStanding
from monitor.law.inclusion import outside
from monitor.model.estate import Camera
from monitor.model.incident import Incident, Scope
from monitor.model.login import Device
from monitor.model.sample import Sample
from monitor.run.access import Access, Keyring
from monitor.run.askers import askers
from monitor.run.backlog import Backlog, withheld_at
from monitor.run.board import Board
from monitor.run.budget import CHECKS, Limit
from monitor.run.desk import Desk
from monitor.run.devices import Devices
from monitor.run.eyes import Eyes
from monitor.run.folder import Folder
from monitor.run.gateways import Gateways
from monitor.run.journal import Journal
from monitor.run.looking import Looking
from monitor.run.mismatches import Mismatches
from monitor.run.places import Places
from monitor.run.poller import Poller
from monitor.run.recorders import Recorders
from monitor.run.samples import Samples
from monitor.run.selfcheck import BESIDE_DATABASE, WasBlindError
from monitor.run.streams import Index
from monitor.run.surroundings import Surroundings
from monitor.run.survey import Survey
from monitor.run.surveyor import Surveyor
from probes.base import Observation
from probes.onvif.reading import DeviceReading

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EVIDENCE_PATIENCE = timedelta(seconds=35)  # how long a confirmed loss waits for looks at the school
DESK_BEAT = 1.0  # seconds
LOUD_LAG = 1.0  # seconds of loop lag that are worth a line in the log


class Shift:
    """Everything that looks, judges and remembers, for as long as it runs without a gap."""

    def __init__(
        self, around: Surroundings, board: Board, keyring: Keyring, *, source: str, began: datetime
    ) -> None:
        self.beat_at = began  # the last committed heartbeat
        self._ran_at = began  # the last sign that the process runs, committed or not
        self._around = around
        self._board = board
        self._keyring = keyring
        self._revision = -1
        self._followed = board.index  # the register that was last taken to the end
        self._counted_on: date | None = None  # the local day whose exclusions hold
        clock, meter, rules = around.clock, around.meter, around.rules
        self._desk = Desk(board.index, zone=rules.zone, patience=EVIDENCE_PATIENCE, law=rules.law)
        self._journal = Journal(
            book=around.records,
            board=board,
            source=source,
            clock=clock,
            meter=meter,
            store_errors=around.store_errors,
        )
        self._folder = Folder(
            self._journal,
            Places(board.index, board.outside, began.astimezone(rules.zone).date()),
            connected=(),
            decided=self._desk.last,
            absences=self._desk.absences,
            flaps=self._desk.flaps,
        )
        self._mismatches = Mismatches(around.records, board, clock, store_errors=around.store_errors)
        self._poller = Poller(
            index=Index.of_nothing(),
            credentials={},
            rules=rules.polls,
            probe=around.probe,
            clock=clock,
            meter=meter,
            on_look=self._looked,
            lost=lambda camera_id: not self._desk.flowing(camera_id),
        )
        self._survey = Survey(self._desk, clock, self._folder.tell)
        asked = askers(around, self._poller.budgets, self._poller.log_ins, self._survey)
        self._devices = asked[-1]
        self._surveyor = Surveyor(asked, clock=clock, meter=meter)
        self._samples = Samples(
            book=around.records, clock=clock, kept=rules.samples_kept, store_errors=around.store_errors
        )
        self._eyes = Eyes(
            around,
            self._desk,
            self._folder,
            beat_age=self._beat_age,
            doubt=self._doubt,
            hasten=self._sweep_now,
        )
        self._gateways = Gateways(
            source_of=around.source_of,
            rules=rules.patience,
            desk=self._desk,
            clock=clock,
            meter=meter,
            on_judged=self._judged,
            on_doubt=self._doubt,
            on_gone=lambda incident: self._folder.tell((), incident),
            on_sampled=self._sampled,
            worth=self._eyes.check.worth,
        )

    def not_ready(self) -> list[str]:
        """Say why the present cannot be trusted yet, or may soon not be kept; empty when all is well."""
        return self.not_looking() + self._eyes.check.ailments()

    def not_looking(self) -> list[str]:
        """Say why the present cannot be trusted yet; empty when it can."""
        reasons = self._eyes.check.troubles()
        reasons += [f"gateway {gateway_id} was not swept yet" for gateway_id in self._gateways.untried()]
        silent = self._beat_age()
        if silent > self._around.rules.blind_gap:
            reasons.append(f"no heartbeat was committed for {silent:.0f} s")
        return reasons

    def backlog(self) -> Backlog:
        """Count what waits now."""
        budgets, sites = self._poller.budgets, self._poller.budgets.at_limit()
        return Backlog(
            beat_at=self.beat_at,
            transitions=self._journal.queued,
            losses=self._desk.waiting,
            checks=self._poller.waiting,
            surveys=budgets.waiting.total() - sum(budgets.waiting[each] for each in CHECKS),
            sites_at_bytes=sites[Limit.BYTES],
            sites_at_connections=sites[Limit.CONNECTIONS],
            sites_at_log_ins=len(withheld_at(self._poller.log_ins.withheld(), self._board.index.estate)),
        )

    async def check_now(self, camera_id: str) -> Observation:
        """Look at one camera because somebody asks. Raises LookupError and NotNow."""
        return await self._poller.check_now(camera_id)

    async def ask_device(self, camera_id: str) -> DeviceReading | None:
        """Ask one camera over ONVIF because somebody asks; None: it has no address for that."""
        return await self._devices.ask_now(camera_id)

    async def run(self) -> None:
        """Work until cancelled. Raises WasBlindError (in a group) after a gap."""
        await self._remember()
        await self._eyes.check.look()
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._follow_register(tasks)
                self._ran_at = self._around.clock.now()  # loading a country takes its time
                tasks.create_task(self._journal.run())
                tasks.create_task(self._poller.run())
                tasks.create_task(self._surveyor.run())
                tasks.create_task(self._samples.run())
                tasks.create_task(self._keep_refusals())
                tasks.create_task(self._mind_desk())
                tasks.create_task(self._beat())
                tasks.create_task(self._watch_time())
                tasks.create_task(self._eyes.check.run())
                tasks.create_task(self._watch_register(tasks))
        finally:
            await self._gateways.close()

    async def _remember(self) -> None:
        """Go on from what the store holds."""
        held = {key: (p.verdict, p.since) for key, p in self._board.streams.items()}
        self._desk.remember(held, await self._around.records.lost_since())
        self._poller.log_ins.load(await self._around.records.refusals())
        incidents = await self._around.records.open_incidents()
        self._board.apply((), incidents)
        self._survey.known = dict(await self._around.records.identities())
        self._folder.incidents.connected |= await self._around.records.connected()
        for incident in self._folder.load(incidents):
            if incident.scope is Scope.MONITOR:
                self._eyes.resume(incident)
                continue
            self._desk.gateways[incident.subject] = GatewayStanding(
                gateway_id=incident.subject, failing_since=incident.opened_at, incident=incident
            )

    async def _follow_register(self, tasks: asyncio.TaskGroup) -> None:
        """Take the register as it is now: streams that left end, new ones begin, the others go on.

        When the store fails half-way, the next try begins where the last whole one ended.
        """
        records, now, before = self._around.records, self._around.clock.now(), self._followed
        revision = await records.revision()
        index = Index.of(await records.load_estate(now))
        await self._open_passwords(index, tasks)
        await self._journal.flush()
        left = before.by_id.keys() - index.by_id.keys()
        self._load_board(index, now, left)
        await records.close_streams(left, now)
        unsaid = self._desk.unsaid(before)
        self._folder.tell(self._desk.begin(unsaid, now))
        self._revision, self._followed = revision, index
        log.info("register_loaded", revision=revision, cameras=len(index.by_camera), begun=len(unsaid))

    async def _open_passwords(self, index: Index, tasks: asyncio.TaskGroup) -> None:
        """Let everything work by this register and the passwords of now, or by those that there were."""
        logins = await self._keyring.read()
        access = Access.of(index.estate, logins)
        trouble = self._keyring.trouble
        self._around.meter.passwords_read(opened=not trouble)
        if trouble:
            log.warning(
                "passwords_not_opened", error=trouble, retry_seconds=self._around.rules.register_every
            )
        if index is not self._desk.index:
            self._desk.reset(index)
        elif trouble:
            return  # nothing is new
        again = self._poller.log_ins.follow(logins)
        self._poller.reset(index, access.cameras)
        self._surveyor.reset(index, access)
        self._try_again(again)
        await self._gateways.reset(index, access.gateways, tasks)

    def _try_again(self, devices: Iterable[Device]) -> None:
        """Ask at once those that had refused a password which was given again."""
        cameras = [ident for kind, ident in devices if kind == "camera"]
        if cameras:
            log.info("passwords_given_again", cameras=len(cameras))
        self._poller.doubt(cameras)
        self._surveyor.hasten(Devices.kind, cameras)
        self._surveyor.hasten(Recorders.kind, [ident for kind, ident in devices if kind == "recorder"])

    def _load_board(self, index: Index, now: datetime, left: Iterable[str] = ()) -> None:
        """Take a register or a day: who counts, and what belongs to which incident."""
        self._counted_on = now.astimezone(self._around.rules.zone).date()
        uncounted = outside(index.estate, self._counted_on)
        self._board.load(index, self._board.streams, uncounted)
        self._folder.follow(Places(index, uncounted, self._counted_on), left, now)

    def _judged(self, gateway_id: str, changes: Sequence[Change], incident: Incident | None) -> None:
        now = self._around.clock.now()
        self._folder.tell(self._desk.take(changes, now) + self._desk.review(gateway_id, now), incident)
        self._mismatches.note(gateway_id, self._desk.ledgers[gateway_id])

    def _looked(self, camera: Camera, look: SiteLook) -> None:
        self._desk.looks.put(camera.camera_id, look)
        self._eyes.looked(camera, look)
        self._survey.picture(camera.camera_id, look.height, look.fps)
        self._folder.tell(self._desk.look_again(camera.site_id, self._around.clock.now()))

    def _beat_age(self) -> float:
        """Return how long ago (seconds) a heartbeat was committed."""
        return (self._around.clock.now() - self.beat_at).total_seconds()

    def _sweep_now(self) -> None:
        self._gateways.hasten()

    def _sampled(self, sample: Sample) -> None:
        self._samples.add(sample)
        self._eyes.swept(sample)

    def _doubt(self, cameras: Iterable[str]) -> None:
        """Look at once at these cameras and at what stands around them."""
        cameras = self._desk.beside(cameras)
        self._surveyor.doubt(cameras)
        self._poller.doubt(cameras)

    async def _mind_desk(self) -> None:
        """Decide what waited long enough, ask again where in doubt, keep the lists of what does not match."""
        while True:
            await asyncio.sleep(DESK_BEAT)
            now = self._around.clock.now()
            if not self._eyes.check.in_doubt:  # else what would decide may be missing for us
                self._folder.tell(self._desk.overdue(now))
                self._folder.settle(now)
            self._folder.tell(self._desk.warn(self._folder.calmed(now), now))
            unplanned = self._desk.unplanned(now)
            self._folder.tell(unplanned)
            unsure = self._desk.second_looks(now) | self._desk.cameras_of(unplanned)
            if unsure:
                self._doubt(unsure)
            await self._mismatches.write()
            await self._survey.keep(self._around.records, self._around.store_errors)

    async def _keep_refusals(self) -> None:
        around = self._around
        await self._poller.log_ins.keep(around.records, around.clock, around.store_errors)

    async def _beat(self) -> None:
        """Commit, again and again, that we look."""
        while True:
            now = self._around.clock.now()
            self._refuse_gap(now)
            try:
                trouble = "; ".join(self._eyes.check.ailments(BESIDE_DATABASE))
                await self._around.records.heartbeat(now, trouble=trouble)
            except self._around.store_errors as error:
                self._around.meter.commit_failed()
                log.warning("heartbeat_failed", error=type(error).__name__)
            else:
                self.beat_at = now
            await asyncio.sleep(self._around.rules.heartbeat_every)

    async def _watch_time(self) -> None:
        """Measure how late the loop wakes us, and find out when the whole process did not run."""
        clock, loop = self._around.clock, self._eyes.check.loop
        looking = Looking(self._eyes.check, clock, self._around.meter)
        while True:
            self._ran_at = clock.now()
            await asyncio.sleep(loop.sleep())
            lag = loop.wake()
            self._around.meter.loop_lag(lag)
            if lag > LOUD_LAG:
                log.warning("loop_lag", seconds=round(lag, 3))
            self._refuse_gap(clock.now())
            looking.beat()

    def _refuse_gap(self, now: datetime) -> None:
        """Raise WasBlindError when nothing of ours ran for too long: no heartbeat may bridge that."""
        if (now - self._ran_at).total_seconds() > self._around.rules.blind_gap:
            raise WasBlindError

    async def _watch_register(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await asyncio.sleep(self._around.rules.register_every)
            try:
                await self._look_at_register(tasks)
            except self._around.read_errors as error:
                log.warning("register_not_read", error=type(error).__name__)

    async def _look_at_register(self, tasks: asyncio.TaskGroup) -> None:
        """Follow what changed: the register, the passwords, or the day, whose exclusions hold."""
        if await self._around.records.revision() != self._revision:
            await self._follow_register(tasks)
        elif self._keyring.trouble:
            await self._open_passwords(self._desk.index, tasks)
        now = self._around.clock.now()
        if now.astimezone(self._around.rules.zone).date() != self._counted_on:
            self._load_board(self._board.index, now)
            self._folder.tell(self._desk.warn(self._board.index.by_id.values(), now))
