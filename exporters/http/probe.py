"""Answers /probe?camera=ID: one check of a camera of the register, now, as Prometheus reads it.

No address is ever taken from a request: only the id of a registered camera. The check is the poller's own, in
the budget of its site and by the rules of log-ins. With debug=true the answer explains it stage by stage.
"""

import asyncio
from collections.abc import Awaitable, Callable
from difflib import get_close_matches

import structlog
from aiohttp import hdrs, web

from exporters.http.probe_text import device_lines, explanation, metrics
from exporters.locale.texts import Translator, choose_locale, translations
from exporters.prometheus.text import CONTENT_TYPE
from monitor.run.poller import NotNow
from probes.base import Observation
from probes.onvif.reading import DeviceReading

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Check = Callable[[str], Awaitable[Observation]]
AskDevice = Callable[[str], Awaitable[DeviceReading | None]]

PARAMETERS = ("camera", "debug")
MOST_AT_ONCE = 4  # checks that were asked for
SECONDS = 30.0  # for one, the wait for its site's budget included
LONGEST_ID = 200


async def nobody(_: str) -> DeviceReading | None:
    """Ask no device over ONVIF."""
    return None


class Probes:
    """The handler of /probe."""

    def __init__(self, check: Check, locale: str, ask_device: AskDevice = nobody) -> None:
        self._check = check
        self._ask_device = ask_device
        self._locale = locale
        self._under_way = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one check; what is asked wrongly is said in one plain line."""
        query = {name: request.query.getall(name) for name in request.query}
        wrong = _wrong(query)
        if wrong is not None:
            return _plain(400, wrong)
        if self._under_way >= MOST_AT_ONCE:
            return _later("too many checks at once; ask again")
        self._under_way += 1
        try:
            return await self._answer(request, query["camera"][0], debug=query.get("debug") == ["true"])
        finally:
            self._under_way -= 1

    async def _answer(self, request: web.Request, camera_id: str, *, debug: bool) -> web.Response:
        try:
            async with asyncio.timeout(SECONDS):
                seen = await self._check(camera_id)
        except LookupError:
            return _plain(404, "no such camera in the register; `register show cameras` lists the ids")
        except NotNow as error:
            return _later(f"not now: {error}; ask again")
        except TimeoutError:
            log.info("probe_not_made", camera=camera_id)
            return _later(f"no check within {SECONDS:.0f} s: the site's budget is used up; ask again")
        told = metrics(seen)
        if not debug:
            return web.Response(body=told, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})
        locale = choose_locale(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), self._locale)
        texts = translations(locale)
        lines = [*explanation(seen, texts), *await self._device(camera_id, texts), ""]
        headers = {hdrs.CONTENT_LANGUAGE: locale, hdrs.VARY: hdrs.ACCEPT_LANGUAGE}
        return web.Response(text="".join(f"{line}\n" for line in lines) + told.decode(), headers=headers)

    async def _device(self, camera_id: str, texts: Translator) -> list[str]:
        """Explain what the camera says over ONVIF; nothing where the register has no address for that."""
        try:
            async with asyncio.timeout(SECONDS):
                said = await self._ask_device(camera_id)
        except LookupError:  # it left the register meanwhile
            return []
        except TimeoutError:
            return [texts.text("probe.onvif_late")]
        return device_lines(said, texts) if said is not None else []


def _wrong(query: dict[str, list[str]]) -> str | None:
    """Say what is wrong with what is asked; None: nothing."""
    for name, given in query.items():
        if name not in PARAMETERS:
            near = get_close_matches(name, PARAMETERS, n=1)
            hint = f"did you mean {near[0]}?" if near else "only cameras of the register are checked, by id"
            return f"there is no parameter {name[:40]!r}; {hint}"
        if len(given) > 1:
            return f"{name} is there {len(given)} times; leave one"
    camera = query.get("camera", [""])[0]
    if not 0 < len(camera) <= LONGEST_ID:
        return "camera is missing; write /probe?camera=ID with an id of the register"
    if query.get("debug", ["false"])[0] not in {"true", "false"}:
        return "debug: is neither true nor false"
    return None


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")


def _later(text: str) -> web.Response:
    return web.Response(status=503, text=f"{text}\n", headers={hdrs.RETRY_AFTER: "5"})
