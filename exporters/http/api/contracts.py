"""What the law says of contracts: how channels stand, what comes, and whether uplinks can carry cameras."""

from dataclasses import dataclass, replace

from exporters.http.api.library import Library
from exporters.http.api.openapi import rows_of
from exporters.http.api.operation import AS_OF, Asked, BadRequest, Operation, Parameter, a_number
from exporters.tables import calendar, contracts, forecast, uplink
from exporters.tables.regions import UnknownRegion, find_region, region_names, within
from exporters.tables.table import Table, as_records
from monitor.law.contracts import ChannelStatus
from monitor.law.crossing import Crossing
from monitor.law.rules import NoRule
from monitor.law.terms import ContractRules
from monitor.law.uplink import Fits, UplinkRules
from monitor.model.estate import Estate
from monitor.run.picture import Picture
from monitor.run.summary import official

REGION_TOLD = {"type": ["string", "null"]}
REGION = Parameter(
    name="region",
    text="One region: its KATO code, or its name in Kazakh, Russian or English.",
    schema={"type": "string", "maxLength": 200},
    read=str,
)
DAYS = Parameter(
    name="days",
    text="How many days are looked ahead.",
    schema={"type": "integer", "minimum": 1, "maximum": 3660, "default": 120},
    read=a_number(1, 3660),
    default=120,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What answers about contracts stand on."""

    picture: Picture
    region: str | None  # its code; None: the whole country
    estate: Estate  # of the region
    rules: ContractRules

    def told(self, **more: object) -> dict[str, object]:
        """Begin an answer: of which day and region it is."""
        return {"as_of": self.picture.day, "region": self.region, **more}


async def _ground(library: Library, asked: Asked) -> _Ground:
    """Read the picture of the day, the register of the region, and what the packs say of contracts."""
    picture = await library.picture(asked["as_of"])
    region = region_of(picture.estate, asked)
    try:
        rules = ContractRules.of(library.rules, picture.day)
    except NoRule as error:
        raise BadRequest(f"as_of: {error}") from None
    estate = picture.estate if region is None else within(picture.estate, region)
    return _Ground(picture=picture, region=region, estate=estate, rules=rules)


async def _contracts(library: Library, asked: Asked) -> object:
    on = await _ground(library, asked)
    videos = on.picture.videos()
    rows = await library.apart(lambda: contracts.status_rows(on.estate, on.picture.day, on.rules, videos))
    return on.told(
        summary=contracts.status_summary(rows),
        rows=as_records(contracts.status_table(rows, whole=True)),
    )


async def _forecast(library: Library, asked: Asked) -> object:
    on = await _ground(library, asked)
    names = region_names(on.estate, library.locale)

    def work() -> Table:
        told = forecast.outlook(
            on.estate,
            on.picture.day,
            asked["days"],
            on.picture.receiving(),
            region=on.region,
            baseline=official(library.baseline).cameras,
        )
        return forecast.forecast_table(forecast.forecast_rows(told, names), whole=True)

    return on.told(rows=as_records(await library.apart(work)))


async def _calendar(library: Library, asked: Asked) -> object:
    on = await _ground(library, asked)
    names = region_names(on.estate, library.locale)
    rows = await library.apart(
        lambda: calendar.calendar_rows(on.estate, on.picture.day, asked["days"], on.rules, names)
    )
    return on.told(rows=as_records(calendar.calendar_table(rows, whole=True)))


async def _uplink(library: Library, asked: Asked) -> object:
    on = await _ground(library, asked)
    names = region_names(on.estate, library.locale)
    try:
        uplinks = UplinkRules.of(library.rules, on.picture.day)
    except NoRule as error:
        raise BadRequest(f"as_of: {error}") from None
    rows = await library.apart(
        lambda: uplink.uplink_rows(on.estate, on.picture.day, on.rules, uplinks, names)
    )
    return on.told(
        summary=uplink.uplink_counts(rows),
        rows=as_records(uplink.uplink_table(rows, whole=True)),
    )


def region_of(estate: Estate, asked: Asked) -> str | None:
    """Return the code of the region that is asked for; BadRequest where there is none of that name."""
    try:
        return find_region(asked["region"], estate.regions).region if asked["region"] is not None else None
    except UnknownRegion as error:
        raise BadRequest(f"region: {error}") from None


_COUNT = {"type": "integer", "minimum": 0}
_SUMMARY = {
    "type": "object",
    "properties": {
        **{status.value: _COUNT for status in ChannelStatus},
        "crossing": {
            "type": "object",
            "properties": {crossing.value: _COUNT for crossing in Crossing},
            "required": [crossing.value for crossing in Crossing],
        },
    },
    "required": [*(status.value for status in ChannelStatus), "crossing"],
}
_UPLINKS = {
    "type": "object",
    "properties": {fits.value: _COUNT for fits in Fits},
    "required": [fits.value for fits in Fits],
}

OPERATIONS = (
    Operation(
        path="/api/contracts",
        name="contracts",
        text="How every channel stands with its contracts and its video, the most urgent first.",
        answer=_contracts,
        schema=rows_of(contracts.ALL, region=REGION_TOLD, summary=_SUMMARY),
        parameters=(AS_OF, REGION),
    ),
    Operation(
        path="/api/contracts/forecast",
        name="contracts_forecast",
        text="The integration rate of each coming day on which it changes, if nothing is renewed.",
        answer=_forecast,
        schema=rows_of(forecast.ALL, region=REGION_TOLD),
        parameters=(AS_OF, REGION, DAYS),
    ),
    Operation(
        path="/api/contracts/calendar",
        name="contracts_calendar",
        text="What comes by day: contracts end, last safe days to start a tender, bridging windows.",
        answer=_calendar,
        schema=rows_of(calendar.ALL, region=REGION_TOLD),
        parameters=(AS_OF, REGION, replace(DAYS, default=365, schema={**DAYS.schema, "default": 365})),
    ),
    Operation(
        path="/api/contracts/uplink",
        name="contracts_uplink",
        text="Whether each site's uplink can carry its cameras, the worst first, and its download.",
        answer=_uplink,
        schema=rows_of(uplink.ALL, region=REGION_TOLD, summary=_UPLINKS),
        parameters=(AS_OF, REGION),
    ),
)
