"""An import, and what the register holds and held, as a person reads them in Russian and Kazakh."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from tests.small_sheets import FILES

BAD = "Код организации;Атауы;region;type;ownership;БИН\nj;;750000000;шкала;public;12345678901\n"
PASSWORDS = "kind,id,username,password\ncamera,c9,u,canary\n"


def run(locale: str, *args: str) -> Result:
    Path("monitor.yaml").write_text(f"locale: {locale}\n", encoding="utf-8")
    return CliRunner().invoke(app, args)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder whose database holds the small register, known since 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    for name, text in FILES.items():
        Path(f"{name}.csv").write_text(text, encoding="utf-8")
    Path("bad.csv").write_text(BAD, encoding="utf-8")
    sheets = [f"{name}.csv" for name in FILES]
    assert run("en", "register", "import", "--as-of", "2026-01-01", *sheets).exit_code == 0
    return tmp_path


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        pytest.param(
            "ru",
            [
                "bad.csv: организации, строк: 1, UTF-8, точка с запятой",
                "отказ: bad.csv:2: Атауы (name): пусто; заполните",
                "отказ: bad.csv:2: type: 'шкала' здесь неизвестно; может быть, школа?",
                (
                    "отказ: bad.csv:2: БИН (bin): '12345678901' — не БИН; нужны все цифры (12); возможно, "
                    "программа таблиц отбросила начальный 0: задайте столбцу текстовый формат"
                ),
                "ничего не импортировано: строк с ошибками: 1, годных строк: 0",
            ],
            id="Russian",
        ),
        pytest.param(
            "kk",
            [
                "bad.csv: ұйымдар, жол саны: 1, UTF-8, нүктелі үтір",
                "қабылданбады: bad.csv:2: Атауы (name): бос; толтырыңыз",
                "қабылданбады: bad.csv:2: type: 'шкала' мұнда белгісіз; мүмкін, школа?",
                (
                    "қабылданбады: bad.csv:2: БИН (bin): '12345678901' — БСН емес; барлық цифры (12) қажет; "
                    "кесте бағдарламасы басындағы 0-ді алып тастаған болуы мүмкін: "
                    "бағанға мәтін пішімін беріңіз"
                ),
                "ештеңе импортталмады: қате жолдар: 1, жарамды жолдар: 0",
            ],
            id="Kazakh",
        ),
    ],
)
def test_a_bad_sheet_is_refused_in_the_readers_language(locale: str, lines: list[str]) -> None:
    """The configuration's language is that of every line, and the exit code is as ever."""
    result = run(locale, "register", "import", "bad.csv")
    assert (result.exit_code, result.stdout.splitlines()) == (1, lines)


@pytest.mark.parametrize("locale", ["kk", "ru", "en"])
def test_a_program_tells_refusals_apart_in_any_language(locale: str) -> None:
    """In JSON the text is in the language; column, value and message are the same in each."""
    found = json.loads(run(locale, "register", "import", "--json", "bad.csv").stdout)["bad"]
    assert [(bad["column"], bad["value"], bad["message"]) for bad in found] == [
        ("name", "", "is empty; fill it in"),
        ("type", "шкала", "{value} is not known here; {hint}"),
        ("bin", "12345678901", "{value} is not a {what}; {hint}"),
    ]
    empty = {"en": "is empty; fill it in", "ru": "пусто; заполните", "kk": "бос; толтырыңыз"}
    assert found[0]["text"] == empty[locale]


@pytest.mark.parametrize(
    ("locale", "head", "row", "last"),
    [
        pytest.param(
            "ru",
            ["добавлено", "изменено", "без", "изменений", "прекращено"],
            ["камеры", "1", "1", "0", "0"],
            "импортировано в monitor.db (редакция 2)",
            id="Russian",
        ),
        pytest.param(
            "kk",
            ["қосылды", "өзгерді", "өзгеріссіз", "аяқталды"],
            ["камералар", "1", "1", "0", "0"],
            "monitor.db ішіне импортталды (нұсқа 2)",
            id="Kazakh",
        ),
    ],
)
def test_what_an_import_did_is_told(locale: str, head: list[str], row: list[str], last: str) -> None:
    """The table of changes has its headings and kinds in the language."""
    _change_cameras()
    told = run(locale, "register", "import", "cameras.csv").stdout.splitlines()
    assert [line.split() for line in told[1:3]] == [head, row]
    assert told[-1] == last


def _change_cameras() -> None:
    text = "camera_id,site_id,url,commissioned_on\nc0,s0,rtsp://c0/,2026-02-01\nc9,s1,rtsp://c9/,\n"
    Path("cameras.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("locale", "lines", "nothing"),
    [
        pytest.param(
            "ru",
            [
                "камеры: добавлено 1, изменено 1, прекращено 0",
                "  + c9",
                "  ~ c0: Введена в эксплуатацию: — → 01.02.2026",
            ],
            "различий нет",
            id="Russian",
        ),
        pytest.param(
            "kk",
            [
                "камералар: қосылды — 1, өзгерді — 1, аяқталды — 0",
                "  + c9",
                "  ~ c0: Пайдалануға берілген күні: — → 01.02.2026",
            ],
            "айырмашылық жоқ",
            id="Kazakh",
        ),
    ],
)
def test_a_difference_is_told(locale: str, lines: list[str], nothing: str) -> None:
    """Columns are named as they are headed, days are written as the language does."""
    _change_cameras()
    trial = run(locale, "register", "import", "--dry-run", "cameras.csv")
    assert trial.stdout.splitlines()[3:-1] == lines
    assert run(locale, "register", "import", "cameras.csv").exit_code == 0
    assert run(locale, "register", "diff", "r1").stdout.splitlines() == lines
    assert run(locale, "register", "diff", "r2", "r2").stdout.splitlines() == [nothing]


@pytest.mark.parametrize(
    ("locale", "made", "again"),
    [
        pytest.param(
            "ru",
            "строк: 1, отказано: 0; импорт: добавлено 18, изменено 0, прекращено 0;",
            "строк: 1, отказано: 0; импорт: ничего не изменил;",
            id="Russian",
        ),
        pytest.param(
            "kk",
            "жол саны: 1, қабылданбағаны: 0; импорт: қосылды — 18, өзгерді — 0, аяқталды — 0;",
            "жол саны: 1, қабылданбағаны: 0; импорт: ештеңені өзгертпеді;",
            id="Kazakh",
        ),
    ],
)
def test_the_journal_is_told(locale: str, made: str, again: str) -> None:
    """What each import made of the register is said in the language."""
    assert run(locale, "register", "import", "providers.csv").exit_code == 0
    told = run(locale, "register", "journal").stdout.splitlines()
    assert told[1].strip().startswith(again)
    assert any(line.strip().startswith(made) for line in told[3::2])


@pytest.mark.parametrize(
    ("locale", "count", "head", "missing", "none"),
    [
        pytest.param(
            "ru",
            ["каналы", "связи", "2"],
            ["Код", "камеры", "Код", "здания", "Адрес", "(URL)", "Basic", "без", "шифрования"],
            "'c99': такой записи нет (камеры); список покажет `register show cameras`\n",
            "видеорегистраторы: в реестре пусто\n",
            id="Russian",
        ),
        pytest.param(
            "kk",
            ["байланыс", "арналары", "2"],
            ["Бейнекамера", "коды", "Ғимарат", "коды", "Мекенжайы", "(URL)", "Ашық", "Basic", "рұқсат"],
            "'c99': мұндай жазба жоқ (камералар); тізімді `register show cameras` көрсетеді\n",
            "бейнетіркегіштер: тізілімде ештеңе жоқ\n",
            id="Kazakh",
        ),
    ],
)
def test_the_register_is_shown(
    locale: str, count: list[str], head: list[str], missing: str, none: str
) -> None:
    """Counts, headings and refusals of `show` are in the language."""
    assert count in [line.split() for line in run(locale, "register", "show").stdout.splitlines()]
    assert run(locale, "register", "show", "cameras").stdout.splitlines()[0].split() == head
    assert run(locale, "register", "show", "cameras", "c99").stderr == missing
    assert run(locale, "register", "show", "recorders").stdout == none


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        pytest.param(
            "ru",
            [
                (
                    "--ends: исключение: окончание раньше начала, 31.01.2026 раньше, чем 01.02.2026; "
                    "проверьте, не перепутаны ли даты местами"
                ),
                (
                    "--ends: работы заканчиваются раньше, чем начинаются: 01.02.2026 09:00 — не позже, чем "
                    "01.02.2026 10:00; проверьте, не перепутаны ли они местами"
                ),
                "плановых работ 'x' нет; какие есть, покажет `maintenance list --all`",
                "укажите, к чему это относится: ровно один из параметров --camera, --site, --institution",
                "--region: региона с названием 'Алма' нет; ближайшие: ",
            ],
            id="Russian",
        ),
        pytest.param(
            "kk",
            [
                (
                    "--ends: есептен шығару: аяқталуы басталуынан бұрын, 31.01.2026 күні 01.02.2026 күнінен "
                    "ерте; күндер ауысып кетпегенін тексеріңіз"
                ),
                (
                    "--ends: жұмыстар басталмай тұрып аяқталады: 01.02.2026 09:00 уақыты 01.02.2026 10:00 "
                    "уақытынан кейін емес; екеуі ауысып кетпегенін тексеріңіз"
                ),
                "'x' деген жоспарлы жұмыс жоқ; қандай жұмыстар барын `maintenance list --all` көрсетеді",
                (
                    "бұл неге қатысты екенін көрсетіңіз: --camera, --site, --institution параметрлерінің дәл "
                    "біреуі"
                ),
                "--region: 'Алма' атты өңір жоқ; ең жақындары: ",
            ],
            id="Kazakh",
        ),
    ],
)
def test_one_entry_is_refused_in_the_readers_language(locale: str, told: list[str]) -> None:
    """What is added from the command line is refused in the same sentences, by the option."""
    why = ("--reason", "other", "--approver", "a", "--document", "d")
    days = ("--starts", "2026-02-01", "--ends", "2026-01-31")
    hours = ("--starts", "2026-02-01T10:00", "--ends", "2026-02-01T09:00", "--approver", "a", "--reason", "r")
    answers = [
        run(locale, "exclusions", "add", "--camera", "c0", *days, *why),
        run(locale, "maintenance", "add", "--gateway", "g", *hours),
        run(locale, "maintenance", "end", "x"),
        run(locale, "exclusions", "add", *days, *why),
        run(locale, "claims", "--region", "Алма"),
    ]
    assert [answer.exit_code for answer in answers] == [1, 1, 2, 2, 2]
    assert [answer.stderr.startswith(text) for answer, text in zip(answers, told, strict=True)] == [True] * 5


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        pytest.param("ru", "отказ: pw.csv:2: id: камеры с таким кодом в реестре нет; ", id="Russian"),
        pytest.param("kk", "қабылданбады: pw.csv:2: id: тізілімде мұндай коды бар камера жоқ; ", id="Kazakh"),
    ],
)
def test_passwords_are_refused_in_the_readers_language(locale: str, told: str) -> None:
    """A file of names and passwords is refused in the language too, and nothing of it is repeated."""
    Path("pw.csv").write_text(PASSWORDS, encoding="utf-8")
    result = run(locale, "credentials", "import", "pw.csv")
    assert (result.exit_code, result.stdout.startswith(told)) == (1, True)
    assert "canary" not in result.output
