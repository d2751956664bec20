"""How people head a column: in Kazakh, Russian and English, beside its own name.

A sheet may use any of them, in any mixture. The first of each language is the one that is exported.
"""

import re
import unicodedata

LANGUAGES = ("kk", "ru", "en")

# Column: Kazakh, Russian, English; further spellings after a bar.
HEADINGS: dict[str, tuple[str, str, str]] = {
    "region": ("Облыс коды (КАТО)|Облыс", "Код области (КАТО)|Область|Регион", "Region (KATO)|Region code"),
    "district": ("Аудан коды (КАТО)|Аудан", "Код района (КАТО)|Район", "District (KATO)|District code"),
    "settlement": (
        "Елді мекен коды (КАТО)|Елді мекен",
        "Код населённого пункта (КАТО)|Населённый пункт",
        "Settlement (KATO)|Settlement code",
    ),
    "name_kk": ("Қазақша атауы", "Наименование на казахском", "Name in Kazakh"),
    "name_ru": ("Орысша атауы", "Наименование на русском", "Name in Russian"),
    "name_en": ("Ағылшынша атауы", "Наименование на английском", "Name in English"),
    "time_zone": ("Уақыт белдеуі", "Часовой пояс", "Time zone"),
    "regional_centre": ("Облыс орталығы", "Областной центр", "Regional centre"),
    "institution_id": ("Ұйым коды", "Код организации", "Institution ID"),
    "name": ("Атауы", "Наименование|Название", "Name|Title"),
    "type": ("Ұйым типі|Типі", "Тип организации|Тип", "Institution type|Type"),
    "ownership": ("Меншік нысаны", "Форма собственности|Собственность", "Ownership"),
    "bin": ("БСН", "БИН", "BIN"),
    "headcount": ("Адам саны|Контингент саны", "Численность|Контингент", "Headcount"),
    "headcount_on": ("Адам саны, күні", "Численность на дату", "Headcount as of"),
    "regulator": ("Уәкілетті министрлік", "Уполномоченное министерство", "Regulator"),
    "site_id": ("Ғимарат коды", "Код здания|Код объекта", "Site ID"),
    "uplink_kbps": ("Шығыс жылдамдық, кбит/с", "Исходящая скорость, кбит/с", "Uplink, kbit/s"),
    "edge": ("Шекаралық маршрутизатор", "Пограничный маршрутизатор", "Site edge"),
    "onvif_url": ("ONVIF мекенжайы", "Адрес ONVIF", "ONVIF address"),
    "budget_kbps": ("Тексеру шегі, кбит/с", "Лимит проверок, кбит/с", "Check budget, kbit/s"),
    "recorder_id": ("Бейнетіркегіш коды", "Код регистратора", "Recorder ID"),
    "kind": ("Түрі", "Вид", "Kind"),
    "url": ("Мекенжайы (URL)|URL мекенжайы", "Адрес (URL)|URL-адрес", "URL|Address (URL)"),
    "inputs": ("Кіріс саны", "Число входов", "Inputs"),
    "tls_fingerprint": ("Сертификат ізі (SHA-256)", "Отпечаток сертификата (SHA-256)", "Certificate SHA-256"),
    "camera_id": ("Бейнекамера коды|Камера коды", "Код камеры|Код видеокамеры", "Camera ID"),
    "zone": ("Аймақ коды", "Код зоны", "Zone code"),
    "basic_in_clear": ("Ашық Basic рұқсат", "Basic без шифрования", "Basic in clear"),
    "recorder_input": ("Бейнетіркегіш кірісі", "Вход регистратора", "Recorder input"),
    "bitrate_kbps": ("Ағын жылдамдығы, кбит/с", "Битрейт, кбит/с", "Bitrate, kbit/s"),
    "commissioned_on": ("Пайдалануға берілген күні", "Введена в эксплуатацию", "Commissioned on"),
    "decommissioned_on": ("Пайдаланудан шығарылған күні", "Выведена из эксплуатации", "Decommissioned on"),
    "centre_id": ("Орталық коды", "Код центра|Код ЦОУ", "Centre ID"),
    "parent": ("Жоғары тұрған орталық", "Вышестоящий центр", "Parent centre"),
    "gateway_id": ("Шлюз коды", "Код шлюза", "Gateway ID"),
    "stream_key": ("Ағын кілті", "Ключ потока", "Stream key"),
    "on_demand": ("Сұраныс бойынша", "По запросу", "On demand"),
    "enrolled_on": ("Қосылған күні", "Дата подключения", "Enrolled on"),
    "act": ("Қосу актісі", "Акт подключения", "Act of enrolment"),
    "provider": ("Провайдер|Байланыс операторы", "Оператор связи|Провайдер связи", "Provider"),
    "payer_id": ("Төлеуші коды", "Код плательщика", "Payer ID"),
    "channel_id": ("Байланыс арнасының коды", "Код канала связи", "Channel ID"),
    "technology": ("Технология түрі", "Технология канала", "Technology"),
    "down_kbps": ("Кіріс арна жылдамдығы, кбит/с", "Скорость к объекту, кбит/с", "Downstream, kbit/s"),
    "up_kbps": ("Шығыс арна жылдамдығы, кбит/с", "Скорость от объекта, кбит/с", "Upstream, kbit/s"),
    "needed_from": ("Қажет болған күні", "Нужен с", "Needed from"),
    "needed_until": ("Қажеттілік аяқталған күні", "Нужен по", "Needed until"),
    "customer_bin": ("Тапсырыс беруші БСН", "БИН заказчика", "Customer BIN"),
    "contract_number": ("Шарт нөмірі", "Номер договора|№ договора", "Contract number"),
    "contract_date": ("Шарт күні", "Дата договора", "Contract date"),
    "starts_on": ("Басталу күні", "Дата начала|Действует с", "Starts on"),
    "ends_on": ("Аяқталу күні", "Дата окончания|Действует по", "Ends on"),
    "form": ("Жасасу тәсілі", "Способ заключения", "Form"),
    "stage": ("Сатып алу кезеңі", "Стадия закупки", "Procurement stage"),
    "monthly_price_kzt": ("Айлық бағасы, теңге", "Цена в месяц, тенге", "Monthly price, KZT"),
    "legal_basis": ("Құқықтық негізі", "Правовое основание", "Legal basis"),
    "party": ("Тарап", "Сторона", "Party"),
    "party_id": ("Тарап коды", "Код стороны", "Party ID"),
    "role": ("Рөлі", "Роль", "Role"),
    "phone": ("Телефоны", "Телефон", "Phone"),
    "subject": ("Нысан түрі", "Вид объекта", "Subject"),
    "subject_id": ("Нысан коды", "Идентификатор объекта", "Subject ID"),
    "reason": ("Себебі", "Причина", "Reason"),
    "approver": ("Бекіткен орган", "Кем утверждено", "Approved by"),
    "document": ("Құжаты", "Документ", "Document"),
    "maintenance_id": ("Жұмыс коды", "Код работ", "Maintenance ID"),
    "starts_at": ("Жұмыс басы", "Начало работ", "Starts at"),
    "ends_at": ("Жұмыс соңы", "Окончание работ", "Ends at"),
    "claim_id": ("Мәлімдеме коды", "Код заявления", "Claim ID"),
    "measure": ("Көрсеткіш", "Показатель", "Measure"),
    "value": ("Мәні", "Значение", "Value"),
    "unit": ("Өлшем бірлігі", "Единица", "Unit"),
    "population": ("Жиынтық", "Совокупность", "Population"),
    "as_of": ("Жағдай бойынша күн", "По состоянию на", "As of"),
    "source": ("Дереккөз", "Источник", "Source"),
    "numerator": ("Алымы", "Числитель", "Numerator"),
    "denominator": ("Бөлімі", "Знаменатель", "Denominator"),
    "note": ("Ескертпе", "Примечание", "Note"),
}


def fold(heading: str) -> str:
    """Write a heading so that spellings of one compare equal: case, blanks, ё, a trailing star or colon."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ё", "е")
    return re.sub(r"\s+", " ", text).strip(" *:")


def heading_of(column: str, language: str | None) -> str:
    """Return how a column is headed in a language; its own name without one."""
    return HEADINGS[column][LANGUAGES.index(language)].split("|")[0] if language is not None else column


def _columns_by_heading() -> dict[str, str]:
    found = {fold(column): column for column in HEADINGS}
    for column, spellings in HEADINGS.items():
        for spelling in "|".join(spellings).split("|"):
            found[fold(spelling)] = column
    return found


BY_HEADING = _columns_by_heading()

# Columns that number the rows: they say nothing.
_NUMBERS = "№|№ п/п|№ п.п.|№п/п|п/п|р/с|р/с №|№ р/с|#|No."
NUMBERING = frozenset(fold(spelling) for spelling in _NUMBERS.split("|"))
