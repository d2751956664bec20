"""One observation as Prometheus reads it, and explained stage by stage for a person.

An observation carries neither a URL nor a password, and its sentences are scrubbed where they are made.
"""

from exporters.locale.texts import Translator
from exporters.prometheus.text import Family
from exporters.terminal.view import printable
from monitor.judge.evidence import DeviceView
from monitor.judge.verdicts import device_told
from probes.base import Observation
from probes.failure import Stage
from probes.onvif.reading import DeviceReading

SUCCESS = Family("probe_success", "gauge", "Whether everything that was asked for was seen.")
DURATION = Family("probe_duration_seconds", "gauge", "How long the stages took together.")
STAGE = Family(
    "probe_stage_seconds", "gauge", "How long a stage took, the one that broke off included.", ("stage",)
)
FAILED = Family(
    "probe_failure_info", "gauge", "What the check met, and at which stage.", ("failure", "stage")
)
KEY_FRAME = Family("probe_key_frame", "gauge", "Whether a complete key frame arrived.")
PACKETS = Family("probe_rtp_packets", "gauge", "RTP packets that arrived.")
LOST = Family("probe_rtp_packets_lost", "gauge", "RTP packets that were lost on the way.")
FAMILIES = (SUCCESS, DURATION, STAGE, FAILED, KEY_FRAME, PACKETS, LOST)

_ORDER = {stage: rank for rank, stage in enumerate(Stage)}


def metrics(seen: Observation) -> bytes:
    """Write the samples of one check."""
    samples: list[tuple[Family, tuple[str, ...], float]] = [
        (SUCCESS, (), int(seen.failure is None)),
        (DURATION, (), sum(stage.seconds for stage in seen.stages)),
        *((STAGE, (stage.name.value,), stage.seconds) for stage in seen.stages),
        (KEY_FRAME, (), int(seen.key_frame)),
    ]
    if seen.failure is not None:
        at = seen.failed_at.value if seen.failed_at is not None else ""
        samples.append((FAILED, (seen.failure.value, at), 1))
    if seen.media is not None:
        samples += [(PACKETS, (), seen.media.packets), (LOST, (), seen.media.lost)]
    lines = []
    for family in FAMILIES:
        own = [_line(family, names, value) for which, names, value in samples if which is family]
        lines += [family.head, *own] if own else []
    return b"".join(lines)


def _line(family: Family, names: tuple[str, ...], value: float) -> bytes:
    """Write one sample; without labels it has no braces, as people grep for it."""
    return family.sample(names, value) if names else f"{family.name} {value}\n".encode()


def explanation(seen: Observation, texts: Translator) -> list[str]:
    """Explain one check in the order of its stages."""
    stages = sorted(seen.stages, key=lambda stage: _ORDER[stage.name])
    width = max((len(texts.of(stage.name)) for stage in stages), default=0)
    lines = [f"{texts.of(stage.name).ljust(width)}  {stage.seconds * 1000:9.1f} ms" for stage in stages]
    if seen.media is not None:
        key = texts.text("word.yes" if seen.key_frame else "word.no")
        counts = {"packets": seen.media.packets, "lost": seen.media.lost}
        lines.append(texts.text("probe.media", **counts, key_frame=key))
    if seen.log_ins:
        lines.append(texts.text("probe.log_in", count=seen.log_ins))
    if seen.failure is None:
        lines.append(texts.text("probe.good"))
    else:
        stage = texts.of(seen.failed_at) if seen.failed_at is not None else "?"
        lines.append(texts.text("probe.bad", failure=texts.of(seen.failure), stage=stage))
    return [printable(line) for line in [*lines, *([seen.detail] if seen.detail else [])]]


def device_lines(seen: DeviceReading, texts: Translator) -> list[str]:
    """Explain what a camera said over ONVIF. No address that it names is dialled."""
    lines = [texts.text("probe.onvif", told=device_told(DeviceView.of(seen)))]
    paths = (("stream", seen.stream_path), ("snapshot", seen.snapshot_path))
    lines += [f"  {name}: {path}" for name, path in paths if path]
    return [printable(line) for line in [*lines, *([f"  {seen.detail}"] if seen.detail else [])]]
