"""Invented names for a make-believe estate, in Kazakh and Russian. None is a real school or firm."""

from typing import NamedTuple


class Region(NamedTuple):
    """A region by its code in the national classifier of places (KATO, 9 digits), with invented places."""

    kato: str
    name: str
    centre: str  # of the make-believe police
    places: tuple[str, ...]


REGIONS = (
    Region("110000000", "Ақмола облысы", "Көкшетау", ("Сарытерек", "Боздақкөл", "Ақселеу")),
    Region("310000000", "Жамбыл облысы", "Тараз", ("Тасөткелбай", "Қызылшоқы", "Аршалыкөл")),
    Region("390000000", "Қостанай облысы", "Қостанай", ("Жаңадәурен", "Ясноозёрное", "Қамыстыбас")),
    Region("550000000", "Павлодар облысы", "Павлодар", ("Ертісжағасы", "Новосветлое", "Қарағайлысай")),
    Region("610000000", "Түркістан облысы", "Түркістан", ("Мақталыөзен", "Шұбартөбе", "Алмабақ")),
    Region("630000000", "Шығыс Қазақстан облысы", "Өскемен", ("Кедровый Ключ", "Бұлақтыой", "Самырсынды")),
    Region("470000000", "Маңғыстау облысы", "Ақтау", ("Теңізшапақ", "Құмсай", "Бекетжар")),
    Region("750000000", "Алматы қаласы", "Алматы", ("Көкжиек-9", "Шырынбұлақ", "Верхние Сады")),
)

PROVIDERS = ("Дала-Байланыс ЖШС", "ТОО «Степной Канал»", "Алтын Арна ЖШС", "ТОО «Сигнал-Плюс Ойдан»")


class Sort(NamedTuple):
    """A sort of institution: its type in the register, how it is called, how many people it has."""

    type: str
    name: str  # with {number} and {place}
    ownership: str
    people: tuple[int, int]
    weight: int


SORTS = (
    Sort("school", "№{number} жалпы білім беретін мектеп, {place}", "public", (320, 1400), 8),
    Sort("school", "Школа-гимназия № {number}, {place}", "public", (500, 1900), 5),
    Sort("small_school", "{place} негізгі орта мектебі", "public", (40, 180), 3),
    Sort("kindergarten", "«Балдырған-{number}» бөбекжайы, {place}", "public", (60, 260), 3),
    Sort("kindergarten", "Детский сад «Светлячок-{number}», {place}", "private", (30, 140), 2),
    Sort("college", "{place} көпсалалы колледжі № {number}", "public", (250, 900), 2),
    Sort("boarding", "Областная школа-интернат № {number}, {place}", "public", (150, 400), 1),
    Sort("special", "№{number} арнайы мектеп, {place}", "public", (80, 200), 1),
    Sort("extra", "Дом творчества «Жулдыз-{number}», {place}", "public", (200, 700), 1),
)

BUILDINGS = ("негізгі ғимарат", "второй корпус", "спорткешен")
ZONES = ("entrance", "yard", "corridor-1", "corridor-2", "gate", "hall", "stairs", "gym", "canteen")
STREAM_PATHS = (
    "/Streaming/Channels/101",
    "/cam/realmonitor?channel=1&subtype=0",
    "/h264Preview_01_main",
    "/live/ch00_0",
    "/stream1",
)
