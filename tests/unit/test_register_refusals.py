"""Refusals and warnings as people read them in Russian and Kazakh, from sheets as they are sent."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from exporters.locale.texts import translations
from exporters.terminal.register import complaint_line
from exporters.terminal.words import Words
from monitor.register.change import plan
from monitor.register.sheets import read_sheets
from tests.small_sheets import FILES
from tests.toy import estate

ALMATY = ZoneInfo("Asia/Almaty")
INSTITUTIONS = "institution_id;Наименование;region;Тип;ownership;БИН;headcount;headcount_on\n"
CAMERAS = FILES["cameras"].splitlines()[0] + "\n"
STREAMS = FILES["streams"].splitlines()[0] + "\n"
CONTRACTS = FILES["contracts"].splitlines()[0] + "\n"
EXCLUSIONS = "subject,subject_id,starts_on,ends_on,reason,approver,document\n"


@pytest.mark.parametrize(
    ("sheet", "russian", "kazakh"),
    [
        pytest.param(
            INSTITUTIONS + "i 9;n;750000000;школа;public;;;\n",
            "2: institution_id: 'i 9' не подходит как код; возьмите от 1 до 64 знаков из A-Z a-z 0-9 . _ "
            "- и начните с буквы или цифры",
            "2: institution_id: 'i 9' код бола алмайды; A-Z a-z 0-9 . _ - ішінен 1-ден 64 таңбаға дейін "
            "алып, әріптен немесе цифрдан бастаңыз",
            id="an id with a blank",
        ),
        pytest.param(
            INSTITUTIONS + "i9;;750000000;школа;public;;;\n",
            "2: Наименование (name): пусто; заполните",
            "2: Наименование (name): бос; толтырыңыз",
            id="an empty name",
        ),
        pytest.param(
            INSTITUTIONS + "i9;" + "x" * 201 + ";750000000;школа;public;;;\n",
            "2: Наименование (name): 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…': длиннее допустимого "
            "(200 знаков); сократите",
            "2: Наименование (name): 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…': рұқсат етілгеннен (200 "
            "таңба) ұзын; қысқартыңыз",
            id="a long name",
        ),
        pytest.param(
            INSTITUTIONS + 'i9;"a\nb";750000000;школа;public;;;\n',
            "2: Наименование (name): 'a\\nb': есть непечатаемые знаки (перенос строки?); напишите в одну "
            "строку",
            "2: Наименование (name): 'a\\nb': басып шығаруға келмейтін таңбалар бар (жол ауыстыру ма?); "
            "бір жолға жазыңыз",
            id="a name of two lines",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;шкала;public;;;\n",
            "2: Тип (type): 'шкала' здесь неизвестно; может быть, школа?",
            "2: Тип (type): 'шкала' мұнда белгісіз; мүмкін, школа?",
            id="a misspelt type",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;zoo;;;\n",
            "2: ownership: 'zoo' здесь неизвестно; напишите одно из: государственная, частная",
            "2: ownership: 'zoo' мұнда белгісіз; мыналардың бірін жазыңыз: мемлекеттік, жекеменшік",
            id="an unknown ownership",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;Алматы;школа;public;;;\n",
            "2: region: 'Алматы' — не регион; может быть, Алматинская область или город Алматы?",
            "2: region: 'Алматы' — өңір емес; мүмкін, Алматы облысы немесе Алматы қаласы?",
            id="a part of a region",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;75;школа;public;;;\n",
            "2: region: '75' — не код КАТО; нужны все цифры (9)",
            "2: region: '75' — КАТО коды емес; барлық цифры (9) қажет",
            id="a short code",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;12345678901;;\n",
            "2: БИН (bin): '12345678901' — не БИН; нужны все цифры (12); возможно, программа таблиц "
            "отбросила начальный 0: задайте столбцу текстовый формат",
            "2: БИН (bin): '12345678901' — БСН емес; барлық цифры (12) қажет; кесте бағдарламасы "
            "басындағы 0-ді алып тастаған болуы мүмкін: бағанға мәтін пішімін беріңіз",
            id="a BIN without its zero",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;1,23E+11;;\n",
            "2: БИН (bin): '1,23E+11' — не БИН; нужны все цифры (12); программа таблиц округлила номер: "
            "задайте столбцу текстовый формат и введите номер заново",
            "2: БИН (bin): '1,23E+11' — БСН емес; барлық цифры (12) қажет; кесте бағдарламасы нөмірді "
            "дөңгелектеген: бағанға мәтін пішімін беріп, нөмірді қайта енгізіңіз",
            id="a rounded BIN",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;220440000001;;\n",
            "2: БИН (bin): 220440000001: не сходится контрольная цифра; проверьте, верно ли набран номер",
            "2: БИН (bin): 220440000001: бақылау цифры сәйкес келмейді; нөмірдің дұрыс терілгенін тексеріңіз",
            id="a check digit",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;;12,5;\n",
            "2: headcount: '12,5' — не целое число; пишите только цифры",
            "2: headcount: '12,5' — бүтін сан емес; тек цифрмен жазыңыз",
            id="half a pupil",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;;10000000;\n",
            "2: headcount: '10000000': число должно быть от 0 до 1 000 000; проверьте, верно ли оно набрано",
            "2: headcount: '10000000': сан 0–1 000 000 аралығында болуы керек; дұрыс терілгенін тексеріңіз",
            id="too many pupils",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;;;46266\n",
            "2: headcount_on: '46266' — не дата; напишите 31.12.2026 или 2026-12-31 либо задайте ячейке "
            "формат даты",
            "2: headcount_on: '46266' — күн емес; 31.12.2026 немесе 2026-12-31 деп жазыңыз не ұяшыққа күн "
            "пішімін беріңіз",
            id="a day without its format",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;;;1026-01-01\n",
            "2: headcount_on: '1026-01-01': год должен быть от 1990 до 2100; исправьте",
            "2: headcount_on: '1026-01-01': жыл 1990–2100 аралығында болуы керек; түзетіңіз",
            id="the year 1026",
        ),
        pytest.param(
            INSTITUTIONS + "i9;n;750000000;школа;public;;;#Н/Д\n",
            "2: headcount_on: '#Н/Д' — формула дала ошибку; исправьте её или напишите значение",
            "2: headcount_on: '#Н/Д' — формула қате берді; оны түзетіңіз немесе мәнін жазыңыз",
            id="a formula's error",
        ),
        pytest.param(
            CAMERAS + "c9,s9,rtsp://h/\n",
            "2: site_id: s9: нет ни в реестре, ни в этих файлах; добавьте на лист «здания» или исправьте",
            "2: site_id: s9: тізілімде де, осы файлдарда да жоқ; «ғимараттар» парағына қосыңыз немесе "
            "түзетіңіз",
            id="an unknown site",
        ),
        pytest.param(
            CAMERAS + "c9,s0,http://h/\n",
            "2: url: URL должен начинаться с rtsp:// или rtsps://; исправьте",
            "2: url: URL мынадан басталуы керек: rtsp:// немесе rtsps://; түзетіңіз",
            id="another scheme",
        ),
        pytest.param(
            CAMERAS + "c9,s0,rtsp://u:canary@h/\n",
            "2: url: в URL перед узлом стоит имя или пароль; уберите их и импортируйте командой "
            "`cctv-monitor credentials import`",
            "2: url: URL ішінде түйіннің алдында аты немесе құпиясөз тұр; оны алып тастап, `cctv-monitor "
            "credentials import` командасымен импорттаңыз",
            id="a password",
        ),
        pytest.param(
            CAMERAS + "c9,rtsp://u:canary@h/,rtsp://h/\n",
            "2: site_id: значение (не показано: похоже на URL) не подходит как код; возьмите от 1 до 64 "
            "знаков из A-Z a-z 0-9 . _ - и начните с буквы или цифры",
            "2: site_id: мән (көрсетілмейді: URL-ге ұқсайды) код бола алмайды; A-Z a-z 0-9 . _ - ішінен "
            "1-ден 64 таңбаға дейін алып, әріптен немесе цифрдан бастаңыз",
            id="a URL where none belongs",
        ),
        pytest.param(
            CAMERAS + "c9,s0\n",
            "2: ячеек: 2, а в заголовке (строка 1) — 3; проверьте, не пропущена ли кавычка или разделитель",
            "2: ұяшық саны 2, ал тақырыпта (1-жол) — 3; тырнақша немесе бөлгіш түсіп қалмағанын тексеріңіз",
            id="a row that is too short",
        ),
        pytest.param(
            CAMERAS + 'c9,"s0,rtsp://h/\n',
            "2: не удаётся разделить на ячейки: здесь открыта кавычка и нигде не закрыта; закройте её. "
            "Начиная отсюда ничего не прочитано",
            "2: ұяшықтарға бөлу мүмкін болмады: мұнда тырнақша ашылып, еш жерде жабылмаған; оны жабыңыз. "
            "Осы жерден бастап ештеңе оқылмады",
            id="an open quote",
        ),
        pytest.param(
            CAMERAS + "c9,s0,rtsp://h/\nc9,s0,rtsp://h/\n",
            "3: camera_id: c9: уже есть (строка 2); оставьте одну из двух строк",
            "3: camera_id: c9: бұрыннан бар (2-жол); екі жолдың біреуін қалдырыңыз",
            id="a row twice",
        ),
        pytest.param(
            "camera_id,site_id,url,recorder_id,recorder_input\nc9,s0,rtsp://h/,,3\n",
            "2: recorder_input: 3: вход указан, а регистратор — нет; заполните столбец «Код регистратора "
            "(recorder_id)»",
            "2: recorder_input: 3: кіріс көрсетілген, ал бейнетіркегіш жоқ; «Бейнетіркегіш коды "
            "(recorder_id)» бағанын толтырыңыз",
            id="an input of nothing",
        ),
        pytest.param(
            STREAMS + "c4,g,c0\n",
            "2: stream_key: c0 — поток камеры c0; один ключ — одна камера: исправьте один из них",
            "2: stream_key: c0 — c0 камерасының ағыны; бір кілт — бір камера: біреуін түзетіңіз",
            id="one key for two cameras",
        ),
        pytest.param(
            "gateway_id,centre_id,kind,url\ng9,o,relay,http://g/\n",
            "2: url: шлюз вида relay опрашивается по адресу, который начинается с rtsp:// или rtsps://; "
            "исправьте URL или вид",
            "2: url: relay түріндегі шлюздің мекенжайы мынадан басталуы керек: rtsp:// немесе rtsps://; "
            "URL-ді немесе түрін түзетіңіз",
            id="a gateway's scheme",
        ),
        pytest.param(
            CONTRACTS + "220440000009,7,2025-12-20,s0,P,2026-02-01,2026-01-31\n",
            "2: ends_on: договор: окончание раньше начала, 31.01.2026 раньше, чем 01.02.2026; проверьте, "
            "не перепутаны ли даты местами",
            "2: ends_on: шарт: аяқталуы басталуынан бұрын, 31.01.2026 күні 01.02.2026 күнінен ерте; "
            "күндер ауысып кетпегенін тексеріңіз",
            id="a contract backwards",
        ),
        pytest.param(
            CONTRACTS + "220440000009,7,2025-12-20,s0,P,2026-01-01,2026-12-31\n"
            "220440000009,7,2025-12-20,s1,P,2026-01-01,2026-06-30\n",
            "2: ends_on: у договора 7 столбец «Дата окончания (ends_on)» заполнен иначе (строка 3, канал "
            "s1); у одного договора одно содержание: исправьте или дайте все его каналы одинаково",
            "2: ends_on: 7 шартында «Аяқталу күні (ends_on)» бағаны басқаша толтырылған (3-жол, арна s1); "
            "бір шарттың мазмұны біреу: түзетіңіз немесе барлық арнасын бірдей беріңіз",
            id="a contract of two contents",
        ),
        pytest.param(
            EXCLUSIONS + "камера,c0,2026-01-01,2026-12-31,ремонт,a,d\n",
            "2: ends_on: исключение длится дней: 365; за один раз можно утвердить не более 180",
            "2: ends_on: есептен шығару 365 күнге созылады; бір жолы 180 күннен асырмай бекітуге болады",
            id="a long exclusion",
        ),
        pytest.param(
            "maintenance_id,subject,subject_id,starts_at,ends_at,approver,reason\n"
            "m,шлюз,g,2026-01-02T06:00+05:00,2026-01-01T06:00+05:00,a,r\n",
            "2: ends_at: работы заканчиваются раньше, чем начинаются: 01.01.2026 06:00 — не позже, чем "
            "02.01.2026 06:00; проверьте, не перепутаны ли они местами",
            "2: ends_at: жұмыстар басталмай тұрып аяқталады: 01.01.2026 06:00 уақыты 02.01.2026 06:00 "
            "уақытынан кейін емес; екеуі ауысып кетпегенін тексеріңіз",
            id="work backwards",
        ),
        pytest.param(
            "camera_id,site_id\nc,s\n",
            "1: лист прочитан как «камеры», но не хватает столбцов: Адрес (URL) (url); добавьте их в эту "
            "строку",
            "1: парақ «камералар» деп оқылды, бірақ мына бағандар жетіспейді: Мекенжайы (URL) (url); "
            "оларды осы жолға қосыңыз",
            id="a missing column",
        ),
        pytest.param(
            "camera_id,site_id,url,БИН\n",
            "1: лист прочитан как «камеры», в нём нет такого столбца: 'БИН'; столбец БИН (bin) относится "
            "к листам: организации, операторы связи, плательщики; сделайте для каждого вида свой лист",
            "1: парақ «камералар» деп оқылды, онда мұндай баған жоқ: 'БИН'; БСН (bin) бағаны мына "
            "парақтарға жатады: ұйымдар, байланыс операторлары, төлеушілер; әр түрге жеке парақ жасаңыз",
            id="a column of another kind",
        ),
        pytest.param(
            "Код камеры,camera_id,site_id,url\n",
            "1: столбец Код камеры (camera_id) указан дважды: 'Код камеры' и 'camera_id'; оставьте один",
            "1: Бейнекамера коды (camera_id) бағаны екі рет кездеседі: 'Код камеры' және 'camera_id'; "
            "біреуін қалдырыңыз",
            id="a column twice",
        ),
        pytest.param(
            "kind,id,username,password\n",
            "1: это файл с именами и паролями; импортируйте его командой `cctv-monitor credentials import`",
            "1: бұл — аттар мен құпиясөздер файлы; оны `cctv-monitor credentials import` командасымен "
            "импорттаңыз",
            id="a file of passwords",
        ),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(sheet: str, russian: str, kazakh: str) -> None:
    """Line, column as the sheet heads it, value and what to do stand in whole sentences of the language."""
    made = plan(estate(), read_sheets("x.csv", sheet.encode()), longest_exclusion=180, day=date(2026, 3, 1))
    complaint = (*made.bad, *made.odd)[0]
    told = [complaint_line(complaint, Words(translations(locale), ALMATY)) for locale in ("ru", "kk")]
    assert told == [f"x.csv:{russian}", f"x.csv:{kazakh}"]
    assert "canary" not in "".join(told)
