"""What a recorder says of its inputs."""

from enum import StrEnum


class InputState(StrEnum):
    """What a recorder says of one of its inputs."""

    ONLINE = "online"
    LOST = "lost"
    UNKNOWN = "unknown"
