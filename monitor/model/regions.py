"""The 20 regions since June 2022, by their KATO codes; a register may say more of them, and in time."""

from monitor.model.places import Region

REGIONS = (
    ("100000000", "Абай облысы", "область Абай", "Abai Region", "Asia/Almaty"),
    ("110000000", "Ақмола облысы", "Акмолинская область", "Akmola Region", "Asia/Almaty"),
    ("150000000", "Ақтөбе облысы", "Актюбинская область", "Aktobe Region", "Asia/Aqtobe"),
    ("190000000", "Алматы облысы", "Алматинская область", "Almaty Region", "Asia/Almaty"),
    ("230000000", "Атырау облысы", "Атырауская область", "Atyrau Region", "Asia/Atyrau"),
    (
        "270000000",
        "Батыс Қазақстан облысы",
        "Западно-Казахстанская область",
        "West Kazakhstan Region",
        "Asia/Oral",
    ),
    ("310000000", "Жамбыл облысы", "Жамбылская область", "Zhambyl Region", "Asia/Almaty"),
    ("330000000", "Жетісу облысы", "область Жетісу", "Jetisu Region", "Asia/Almaty"),
    ("350000000", "Қарағанды облысы", "Карагандинская область", "Karaganda Region", "Asia/Almaty"),
    ("390000000", "Қостанай облысы", "Костанайская область", "Kostanay Region", "Asia/Qostanay"),
    ("430000000", "Қызылорда облысы", "Кызылординская область", "Kyzylorda Region", "Asia/Qyzylorda"),
    ("470000000", "Маңғыстау облысы", "Мангистауская область", "Mangystau Region", "Asia/Aqtau"),
    ("550000000", "Павлодар облысы", "Павлодарская область", "Pavlodar Region", "Asia/Almaty"),
    (
        "590000000",
        "Солтүстік Қазақстан облысы",
        "Северо-Казахстанская область",
        "North Kazakhstan Region",
        "Asia/Almaty",
    ),
    ("610000000", "Түркістан облысы", "Туркестанская область", "Turkistan Region", "Asia/Almaty"),
    ("620000000", "Ұлытау облысы", "область Ұлытау", "Ulytau Region", "Asia/Almaty"),
    (
        "630000000",
        "Шығыс Қазақстан облысы",
        "Восточно-Казахстанская область",
        "East Kazakhstan Region",
        "Asia/Almaty",
    ),
    ("710000000", "Астана қаласы", "город Астана", "Astana City", "Asia/Almaty"),
    ("750000000", "Алматы қаласы", "город Алматы", "Almaty City", "Asia/Almaty"),
    ("790000000", "Шымкент қаласы", "город Шымкент", "Shymkent City", "Asia/Almaty"),
)


def known_regions() -> dict[str, Region]:
    """Return what every register begins with, by code."""
    return {
        code: Region(region=code, name_kk=kk, name_ru=ru, name_en=en, time_zone=zone)
        for code, kk, ru, en, zone in REGIONS
    }
