"""How a test asks a scripted camera, and what must never be in what comes of it."""

import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target, Trust
from probes.failure import Failure, Stage
from probes.rtsp import RtspProbe
from tests.faults.scripted_camera import ScriptedCamera

PATIENCE = 1.5  # seconds, the deadline of a check here
SPARE = 3.0  # seconds that a busy machine may need beside it; what hangs hangs for good
USERNAME, PASSWORD = "monitor", "Zh4zyq-tar"
Met = tuple[Failure | None, Stage | None, Stage | None]  # failure, where it happened, last stage completed


def log_in(camera: ScriptedCamera, *, basic_in_clear: bool = False) -> Credentials:
    """What the register knows of a camera."""
    return Credentials(
        host="127.0.0.1",
        port=camera.port,
        username=USERNAME,
        password=Secret(PASSWORD),
        basic_in_clear=basic_in_clear,
    )


async def ask(camera: ScriptedCamera, **options: Any) -> Observation:
    """Check a camera once with its credentials; proves the deadline, and that nothing secret comes out."""
    credentials = options.pop("credentials", log_in(camera))
    trust: Trust | None = options.pop("trust", None)
    target = Target(id="camera", url=camera.url, credentials=credentials, trust=trust)
    given = CheckOptions(**({"timeout": PATIENCE, "media_seconds": 0.0} | options))
    began = time.monotonic()
    seen = await RtspProbe(Side.SITE)(target, given, now=datetime.now(UTC))
    assert time.monotonic() - began < given.timeout + SPARE
    assert_clean(seen)
    return seen


def assert_clean(seen: Observation) -> None:
    """No password, in any form in which it travels, is in an observation."""
    told = f"{seen!r} {msgspec.json.encode(seen).decode()} {seen}"
    assert PASSWORD not in told
    assert f"{USERNAME}:" not in told
    assert len(seen.detail) <= 200
    assert seen.detail.isprintable()


def met(seen: Observation) -> Met:
    """What stopped a check, where, and how far it had got."""
    return seen.failure, seen.failed_at, seen.reached
