"""What evidence shows: the conditions of the table of causes, each a plain function of the evidence."""

from collections.abc import Callable

from monitor.judge.evidence import Evidence
from monitor.judge.neighbours import ENOUGH_OTHERS, Reach
from monitor.judge.progress import Flow
from probes.failure import REFUSED_US, Failure, Stage
from probes.recorder.base import InputState

ENOUGH_PLAYING = 3  # cameras of a gateway that stopped which play at their schools: they speak for the rest
STRAINED_PLACES = 2  # of a site, this camera included, that tell of one bad way
_LOST_ON_THE_WAY = frozenset(
    {Failure.CONNECT_TIMEOUT, Failure.TIMED_OUT, Failure.CLOSED_EARLY, Failure.NO_MEDIA, Failure.NO_KEY_FRAME}
)
_HUNG = frozenset({Failure.TIMED_OUT, Failure.CLOSED_EARLY, Failure.SERVER_ERROR, Failure.PROTOCOL_ERROR})
_BEFORE_MEDIA = frozenset({Stage.TLS, Stage.OPTIONS, Stage.DESCRIBE, Stage.SETUP, Stage.PLAY})


def flow(evidence: Evidence) -> Flow | None:
    """Return what the stream did at the last look at its gateway; None: nobody looked."""
    return evidence.gateway.flow if evidence.gateway is not None else None


def plays(evidence: Evidence) -> bool:
    """Say whether a key frame came from the camera at its school."""
    return evidence.camera is not None and evidence.camera.plays


def gateway_stopped(evidence: Evidence) -> bool:
    """Say whether the gateway takes nothing from anybody, this camera included.

    A camera that answers, and may not be asked further, need not play itself when enough of its fellows do.
    """
    gateway, camera = evidence.gateway, evidence.camera
    if gateway is None or not gateway.stopped or camera is None:
        return False
    answers = camera.failure is None or camera.failure in REFUSED_US
    return camera.plays or (answers and gateway.playing >= ENOUGH_PLAYING)


def edge_alive(evidence: Evidence) -> bool:
    """Say whether the site's edge was asked since the loss and is there."""
    return evidence.edge is not None and evidence.edge.alive


def site_alive(evidence: Evidence) -> bool:
    """Say whether anything else at the site works: its edge, its recorder's host, or another camera."""
    recorder = evidence.recorder
    return evidence.site.alive or edge_alive(evidence) or (recorder is not None and recorder.alive is True)


def site_dark(evidence: Evidence) -> bool:
    """Say whether nothing at the site answers: this camera, and its edge or enough other cameras."""
    camera, site, edge = evidence.camera, evidence.site, evidence.edge
    if site_alive(evidence):
        return False
    if camera is None:  # it was not its turn yet: others of the site speak for it
        return site.vanished >= ENOUGH_OTHERS and site.silent
    if camera.answered:
        return False
    if edge is not None and edge.reach is Reach.SILENT and camera.vanished:
        return True
    return site.silent and (camera.vanished or site.others > 0)


def contract_lapsed(evidence: Evidence) -> bool:
    """Say whether a lapse explains a dark site: the dates fit, and the provider's covered sites are up."""
    contract = evidence.contract
    if contract is None or contract.covered is not False or contract.ended_on is None:
        return False
    provider_up = contract.provider_sites == 0 or contract.provider_receiving > 0
    return contract.fits and provider_up and site_dark(evidence)


def provider_outage(evidence: Evidence) -> bool:
    """Say whether a dark site is one of many of its provider that went dark together."""
    return evidence.provider is not None and evidence.provider.out and site_dark(evidence)


def degraded(evidence: Evidence) -> bool:
    """Say whether the way to the whole site loses packets: seen at this camera or in vain, and elsewhere.

    As long as others of the site are received the way carries enough, however bad it is.
    """
    camera, edge = evidence.camera, evidence.edge
    if (
        camera is None
        or evidence.site.receiving
        or not (camera.strained or camera.failure in _LOST_ON_THE_WAY)
    ):
        return False
    places = camera.strained + evidence.site.strained + (edge is not None and edge.strained)
    return places >= STRAINED_PLACES


def recorder_down(evidence: Evidence) -> bool:
    """Say whether the recorder gives no picture of any input while its site, or its host, lives."""
    recorder = evidence.recorder
    return recorder is not None and recorder.down and not plays(evidence) and site_alive(evidence)


def input_lost(evidence: Evidence) -> bool:
    """Say whether the recorder itself tells that this camera's input is lost."""
    recorder = evidence.recorder
    return recorder is not None and recorder.input is InputState.LOST and not plays(evidence)


def lan_fault(evidence: Evidence) -> bool:
    """Say whether a part of a site that lives is gone together; through a living edge, also all of it."""
    camera, vanished = evidence.camera, evidence.lan.vanished
    gone = vanished >= ENOUGH_OTHERS if camera is None else camera.vanished
    if not gone or not site_alive(evidence):
        return False
    all_of_it = not evidence.site.alive and evidence.site.vanished > 0 and evidence.site.silent
    return evidence.lan.gone or all_of_it


def camera_off(evidence: Evidence) -> bool:
    """Say whether the camera alone does not answer: its site does, or its host refuses."""
    camera = evidence.camera
    return camera is not None and not camera.answered and (site_alive(evidence) or camera.refused)


def camera_hung(evidence: Evidence) -> bool:
    """Say whether the camera took the connection and failed before any media."""
    camera = evidence.camera
    return camera is not None and camera.failure in _HUNG and camera.failed_at in _BEFORE_MEDIA


def failed_with(failure: Failure) -> Callable[[Evidence], bool]:
    """Make the condition that the look at the camera ended in one failure."""
    return lambda evidence: evidence.camera is not None and evidence.camera.failure is failure


def refuses(evidence: Evidence) -> bool:
    """Say whether the camera does not let us in, and a password is known for it."""
    camera = evidence.camera
    return camera is not None and camera.log_in is not None and camera.failure in REFUSED_US


def locked_out(evidence: Evidence) -> bool:
    """Say whether a device that refused us before now forbids us: it locks an account after bad log-ins."""
    camera = evidence.camera
    if camera is None or camera.log_in is None:
        return False
    return camera.failure is Failure.FORBIDDEN and camera.log_in.refusals > 0


def says_locked(evidence: Evidence) -> bool:
    """Say whether the recorder tells that it locked our account, and its stream is refused as well."""
    return evidence.recorder is not None and evidence.recorder.locked and refuses(evidence)


def sessions_taken(evidence: Evidence) -> bool:
    """Say whether a device that holds sessions for others refuses a password that it took before.

    Some refuse with 401 what they have no session left for.
    """
    camera, recorder = evidence.camera, evidence.recorder
    if camera is None or camera.log_in is None or camera.failure is not Failure.UNAUTHORIZED:
        return False
    sessions = evidence.elsewhere + (recorder.receiving if recorder is not None else 0)
    return camera.log_in.proved and sessions > 0


def bad_credentials(evidence: Evidence) -> bool:
    """Say whether the camera refuses the password, and its picture never arrived in spite of that.

    One that is withheld was refused before, and no other was offered since. A picture that arrived after a
    refusal was let in by another password: then the refusal does not explain why it stopped.
    """
    camera = evidence.camera
    if camera is None or camera.log_in is None or camera.log_in.received:
        return False
    return refuses(evidence)
