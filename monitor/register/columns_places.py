"""The sheets of places: regions, districts and settlements."""

from monitor.model.places import District, Region, Settlement
from monitor.register import cells
from monitor.register.kinds import KATO, NAME, REGION, TEXT, Cell, Columns, Kind

OPTIONAL_KATO = Cell(KATO.read)
OPTIONAL_REGION = Cell(REGION.read)

PLACES: dict[Kind, Columns] = {
    Kind.REGIONS: Columns(
        row=Region,
        part="regions",
        key=("region",),
        cells={
            "region": KATO,
            "name_kk": NAME,
            "name_ru": NAME,
            "name_en": NAME,
            "time_zone": Cell(cells.time_zone, required=True),
        },
    ),
    Kind.DISTRICTS: Columns(
        row=District,
        part="districts",
        key=("district",),
        cells={"district": KATO, "region": REGION, "name_kk": NAME, "name_ru": NAME, "name_en": TEXT},
        names={"region": Kind.REGIONS},
    ),
    Kind.SETTLEMENTS: Columns(
        row=Settlement,
        part="settlements",
        key=("settlement",),
        cells={
            "settlement": KATO,
            "region": REGION,
            "name_kk": NAME,
            "name_ru": NAME,
            "name_en": TEXT,
            "district": OPTIONAL_KATO,
            "regional_centre": Cell(cells.truth),
        },
        names={"region": Kind.REGIONS, "district": Kind.DISTRICTS},
    ),
}
