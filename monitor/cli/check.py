"""`cctv-monitor check URL`: ask one camera once, and say what a technician can do about the answer.

The same probe as the monitor's. Nothing is stored. Answer on stdout, all else on stderr.
"""

import asyncio
import json
import re
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer

from monitor.cli.hints import hint
from monitor.cli.logs import log_to_stderr
from monitor.cli.pasted import Pasted, take_apart
from probes.address import Address, BadAddress, masked, parse_address
from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target, Trust
from probes.conversation import MEDIA_SECONDS
from probes.failure import Stage
from probes.rtsp import RtspProbe
from probes.tls import plain_fingerprint

PATIENCE = 2.0  # seconds of silence after which progress is shown

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def command(
    url: Annotated[str, typer.Argument(help="rtsp://HOST[:PORT]/PATH or rtsps://…")],
    *,
    username: Annotated[str | None, typer.Option(help="User name; needs --password-file.")] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="A file that holds the password and nothing else.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=300, help="Seconds for everything.")] = 15.0,
    media_seconds: Annotated[
        float,
        typer.Option(min=0, max=MEDIA_SECONDS, help="Seconds of media to watch; 0: one key frame is enough."),
    ] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    ca_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The CA that signed the certificate (PEM)."),
    ] = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="The SHA-256 that its certificate must have, instead of a CA.")
    ] = None,
    insecure_basic: Annotated[
        bool,
        typer.Option("--insecure-basic", help="Allow Basic log-in without TLS: sends the password readably."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens.")] = False,
) -> None:
    """Ask one camera once, stage by stage, with a reason and a hint. Exit 0 good, 1 bad, 2 wrong use."""
    log_to_stderr(verbose=verbose)
    pasted = take_apart(url)
    url = pasted.url
    try:
        address = parse_address(url)
    except BadAddress as error:
        raise typer.BadParameter(str(error), param_hint="URL") from None
    shown = masked(url)
    if shown != url:
        typer.echo(
            "warning: a password in the URL is seen in process lists and kept in the camera's logs; "
            "it is sent as given and shown here as ***",
            err=True,
        )
    target = Target(
        id="check",
        url=url,
        credentials=_credentials(address, _choose(pasted, username, password_file), insecure_basic),
        trust=_trust(ca_file, fingerprint),
    )
    options = CheckOptions(timeout=timeout, media_seconds=media_seconds)
    seen = asyncio.run(_check(target, options, quiet=as_json))
    structlog.get_logger().debug(
        "check", url=shown, reached=seen.reached, failure=seen.failure, log_ins=seen.log_ins
    )
    if as_json:
        typer.echo(json.dumps(to_json(shown, seen)))
    else:
        _tell(seen)
    if seen.failure is not None:
        raise typer.Exit(1)


def to_json(url: str, seen: Observation) -> dict[str, object]:
    """Give the documented keys of an observation; `url` is the one that may be shown."""
    video, media = seen.video, seen.media
    return {
        "url": url,
        "reached": seen.reached,
        "failure": seen.failure,
        "stages": [{"name": stage.name, "seconds": round(stage.seconds, 6)} for stage in seen.stages],
        "codec": None if video is None else video.codec,
        "width": None if video is None else video.width,
        "height": None if video is None else video.height,
        "fps": None if video is None or video.fps is None else round(video.fps, 3),
        "packets": 0 if media is None else media.packets,
        "lost": 0 if media is None else media.lost,
        "bytes": 0 if media is None else media.bytes,
        "key_frame": seen.key_frame,
        "fingerprints": list(seen.fingerprints),
    }


def _choose(pasted: Pasted, username: str | None, password_file: Path | None) -> tuple[str, Secret] | None:
    """Take the log-in of the options, or the one that stood in the URL."""
    if pasted.username is not None or pasted.password is not None:
        if username is not None or password_file is not None:
            raise typer.BadParameter("there is a log-in in the URL and one beside it", param_hint="URL")
        typer.echo(
            "warning: a log-in in the URL is seen in process lists; use --username and --password-file",
            err=True,
        )
        return pasted.username or "", pasted.password or Secret("")
    if username is None and password_file is None:
        return None
    if username is None or password_file is None:
        raise typer.BadParameter("--username and --password-file go together", param_hint="--username")
    return username, _read_password(password_file)


def _credentials(
    address: Address, log_in: tuple[str, Secret] | None, insecure_basic: bool
) -> Credentials | None:
    if log_in is None:
        return None
    username, password = log_in
    return Credentials(
        host=address.host,
        port=address.port,
        username=username,
        password=password,
        basic_in_clear=insecure_basic,
    )


def _read_password(path: Path) -> Secret:
    """Read the first line of a password file."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise typer.BadParameter(f"cannot read {path}: {reason}", param_hint="--password-file") from None
    password = text.removesuffix("\n").removesuffix("\r")
    if not password or "\n" in password:
        raise typer.BadParameter(f"{path} must hold one line, the password", param_hint="--password-file")
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        typer.echo(f"warning: others may read {path}; chmod 600 keeps the password to you", err=True)
    return Secret(password)


def _trust(ca_file: Path | None, fingerprint: str | None) -> Trust | None:
    if fingerprint is not None:
        fingerprint = plain_fingerprint(fingerprint)
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise typer.BadParameter("a SHA-256 has 64 hexadecimal digits", param_hint="--fingerprint")
    if ca_file is None and fingerprint is None:
        return None
    return Trust(fingerprint=fingerprint, ca_file=None if ca_file is None else str(ca_file))


async def _check(target: Target, options: CheckOptions, *, quiet: bool) -> Observation:
    """Run the probe; show each stage as it ends, and a sign of life when that takes long."""
    began = time.monotonic()
    last = ["the start"]

    def on_stage(stage: Stage, seconds: float) -> None:
        last[0] = stage.value
        if not quiet:
            typer.echo(f"  {stage.value:<9} {seconds * 1000:9.1f} ms")

    async def show_patience() -> None:
        while True:
            await asyncio.sleep(PATIENCE)
            waited = time.monotonic() - began
            typer.echo(f"  … {waited:.0f} s of at most {options.timeout:g} s, after {last[0]}", err=True)

    patience = asyncio.create_task(show_patience())
    try:
        probe = RtspProbe(Side.SITE, on_stage=on_stage)
        return await probe(target, options, now=datetime.now(UTC))
    finally:
        patience.cancel()


def _tell(seen: Observation) -> None:
    """Write the answer for people."""
    video, media = seen.video, seen.media
    if video is not None:
        size = "" if video.width is None else f" {video.width}×{video.height}"
        rate = "" if video.fps is None else f", {video.fps:.1f} fps"
        typer.echo(f"  video     {video.codec}{size}{rate}")
    if media is not None:
        key = "complete" if seen.key_frame else "none complete"
        typer.echo(
            f"  media     {media.packets} packets, {media.lost} lost, {media.bytes} bytes in "
            f"{media.seconds:.1f} s over {seen.transport}, jitter {media.jitter * 1000:.1f} ms, "
            f"key frame: {key}"
        )
    if seen.failure is None:
        note = f" ({seen.detail})" if seen.detail else ""
        typer.echo(f"good: the picture arrives{note}")
        return
    where = "" if seen.failed_at is None else f" at {seen.failed_at.value}"
    typer.echo(f"bad: {seen.failure.value}{where}: {seen.detail or 'no more is known'}")
    typer.echo(f"hint: {hint(seen.failure, seen.failed_at)}")
