"""What an HTTP reply says of the question: an answer, a fault, or the end of the look."""

from typing import NamedTuple

from probes.failure import Failure, Stage, classify_status
from probes.http_answer import Reply
from probes.onvif.operations import Operation
from probes.wire.error import LimitExceeded, WireError
from probes.wire.soap import Fault, read_reply, write_again
from probes.wire.xml import Node


class Stopped(Exception):
    """The device gave no answer, and why. The text is in our own words."""

    def __init__(self, failure: Failure, detail: str, stage: Stage = Stage.DESCRIBE) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.stage = stage


class Answer(NamedTuple):
    """An answer to what was asked, as we read it."""

    node: Node
    again: bytes  # written anew, for the library


def understand(operation: Operation, reply: Reply) -> Answer | Fault:
    """Read a reply. A fault comes with any HTTP status; a 401 without one is a refusal all the same."""
    failure = classify_status(reply.status)
    try:
        node = read_reply(reply.body)
        if isinstance(node, Fault):
            return node
        if failure is None and f"{{{node.namespace}}}{node.name}" == operation.response:
            return Answer(node, write_again(node))
    except WireError as error:
        if failure is None:
            raise unreadable(operation, error) from None
    if failure is Failure.UNAUTHORIZED:
        return Fault(codes=("NotAuthorized",), reason="")
    if failure is None:
        raise Stopped(Failure.PROTOCOL_ERROR, f"it answers something else than {operation.name}")
    raise Stopped(failure, f"it answers {operation.name} with HTTP status {reply.status}")


def unreadable(operation: Operation, error: WireError) -> Stopped:
    """Say that an answer is none."""
    failure = Failure.OVER_LIMIT if isinstance(error, LimitExceeded) else Failure.PROTOCOL_ERROR
    return Stopped(failure, f"its answer to {operation.name} cannot be read: {error}")
