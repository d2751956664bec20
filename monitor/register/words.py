"""What people write in a cell for a word of a closed list, in Kazakh and Russian, beside the word itself."""

import re
from enum import StrEnum

from monitor.model.allowances import Reason, Subject
from monitor.model.channels import ContractForm, Stage, Technology
from monitor.model.estate import CentreKind, InstitutionType, Ownership, RecorderKind, Regulator
from monitor.model.parties import PartyKind, Role
from monitor.register.headings import fold

# List: word: spellings after bars, Russian / Kazakh, or those of both languages. The first of a language is
# the one that people are told. By list, for words of two lists can be the same text.
SPELLINGS: dict[type[StrEnum], dict[StrEnum, str]] = {
    InstitutionType: {
        InstitutionType.KINDERGARTEN: "детский сад|дошкольная организация / балабақша|мектепке дейінгі ұйым",
        InstitutionType.SCHOOL: "школа|организация среднего образования / мектеп|орта білім беру ұйымы",
        InstitutionType.SMALL_SCHOOL: "малокомплектная школа / шағын жинақты мектеп",
        InstitutionType.COLLEGE: "колледж|организация ТиПО|ТжКБ",
        InstitutionType.UNIVERSITY: "вуз|университет / ЖОО|жоғары оқу орны",
        InstitutionType.EXTRA: "дополнительное образование / қосымша білім беру ұйымы",
        InstitutionType.SPECIAL: "специальная организация / арнаулы ұйым",
        InstitutionType.BOARDING: "интернат|школа-интернат / мектеп-интернат",
    },
    Ownership: {
        Ownership.PUBLIC: "государственная|государственный / мемлекеттік",
        Ownership.PRIVATE: "частная|частный / жекеменшік|жеке меншік",
    },
    Regulator: {
        Regulator.ENLIGHTENMENT: "министерство просвещения / оқу-ағарту министрлігі",
        Regulator.SCIENCE: "министерство науки и высшего образования / ғылым және жоғары білім министрлігі",
    },
    CentreKind: {
        CentreKind.OCC: "ЦОУ|центр оперативного управления / ЖБО|жедел басқару орталығы",
        CentreKind.DUTY_UNIT: "дежурная часть / кезекші бөлім",
    },
    RecorderKind: {
        RecorderKind.OTHER: "другой|прочий / басқа",
    },
    PartyKind: {
        PartyKind.INSTITUTION: "организация / ұйым",
        PartyKind.PAYER: "плательщик / төлеуші",
        PartyKind.PROVIDER: "оператор связи / провайдер|байланыс операторы",
        PartyKind.CENTRE: "центр / орталық",
    },
    Role: {
        Role.DUTY: "дежурный / кезекші",
        Role.HEAD: "руководитель|директор / басшы",
        Role.TECHNICIAN: "техник|специалист / техникалық маман",
        Role.PROCUREMENT: "закупки / сатып алу",
        Role.SUPPORT: "поддержка|техподдержка / қолдау қызметі",
    },
    Technology: {
        Technology.FIBRE: "ВОЛС|оптика / талшықты-оптикалық",
        Technology.PROVIDER_CLOUD: "облако оператора / оператор бұлты",
        Technology.MICROWAVE: "РРЛ|радиорелейная / радиорелелік",
        Technology.SATELLITE: "спутник|спутниковый / спутниктік",
    },
    ContractForm: {
        ContractForm.TENDER: "конкурс|тендер|аукцион",
        ContractForm.EXTENSION: "продление / ұзарту",
        ContractForm.SINGLE_SOURCE: "из одного источника|один источник / бір көзден|бір көзден алу",
    },
    Stage: {
        Stage.NOT_PLANNED: "не запланирован / жоспарланбаған",
        Stage.NO_BUDGET: "нет средств / қаражат жоқ",
        Stage.PLANNED: "запланирован / жоспарланған",
        Stage.ANNOUNCED: "объявлен / жарияланған",
        Stage.FAILED: "не состоялся / өтпеді",
        Stage.APPEALED: "обжалован / шағымданылған",
        Stage.AWARDED: "определён победитель / жеңімпаз анықталды",
        Stage.PROVIDER_REFUSED: "оператор отказался / оператор бас тартты",
        Stage.SIGNED: "подписан|заключён / қол қойылған|жасалған",
        Stage.REGISTERED: "зарегистрирован / тіркелген",
        Stage.TERMINATED: "расторгнут / бұзылған",
    },
    Subject: {
        Subject.INSTITUTION: "организация / ұйым",
        Subject.SITE: "здание / ғимарат",
        Subject.CAMERA: "камера|видеокамера / бейнекамера",
        Subject.GATEWAY: "шлюз",
    },
    Reason: {
        Reason.TECHNICALLY_UNSUITABLE: "технически непригодна / техникалық жарамсыз",
        Reason.BUILDING_CLOSED: "здание закрыто / ғимарат жабық",
        Reason.UNDER_REPAIR: "ремонт / жөндеу",
        Reason.COURT_ORDER: "решение суда / сот шешімі",
        Reason.OTHER: "другая|прочее / басқа",
    },
}


def spellings_of(word: StrEnum) -> list[str]:
    """Return what stands for a word in a cell, the word itself first."""
    return [word.value, *re.split(r"\||\s/\s", SPELLINGS.get(type(word), {}).get(word, word.value))]


def spelling_in(word: StrEnum, language: str) -> str:
    """Return the word that people of a language may write for it; the word itself where there is none."""
    russian, _, kazakh = SPELLINGS.get(type(word), {}).get(word, word.value).partition(" / ")
    spellings = {"ru": russian, "kk": kazakh or russian}.get(language, word.value)
    return spellings.split("|")[0]


def by_spelling(kind: type[StrEnum]) -> dict[str, StrEnum]:
    """Return every spelling of the words of one list, folded."""
    return {fold(spelling): word for word in kind for spelling in spellings_of(word)}
