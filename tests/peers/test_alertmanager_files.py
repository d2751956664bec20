"""What lies in config/alertmanager: Debian's amtool takes it, and it leads every alert to whoever acts."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporters.alertmanager.templates import templates
from exporters.alertmanager.words import DOMAIN, LISTED, tables
from exporters.locale.sayings import sentences
from exporters.locale.texts import LOCALES
from monitor.model.verdict import Cause, Owner
from tests.peers.alerts import ABAI, AKTOBE, ALMATY
from tests.peers.shipped_alertmanager import CONFIG, SHIPPED

EXAMPLE = CONFIG / "alertmanager-telegram-webhook.yml"
REGIONAL = {Owner.SCHOOL, Owner.EDUCATION_DEPARTMENT, Owner.PROVIDER, Owner.POLICE_IT}
# One of each sort of alert, and what makes it of the sort.
SORTS = {
    "test": {"alertname": "CctvNotifyTest"},
    "lapsed and dark": {"alertname": "CctvContractLapsedDark", "incident": "site:1"},
    "papers": {"alertname": "CctvContractEnding", "step": "30"},
    "rates": {"alertname": "CctvRegionBelowBaseline"},
    "camera": {"alertname": "CctvCameraLost", "incident": "camera:1", "institution": "i1"},
    "incident": {"alertname": "CctvSiteDark", "incident": "site:1"},
    "monitor": {"alertname": "CctvSweepLate"},
}
INCIDENTS = {
    "CctvSiteDark",
    "CctvProviderOutage",
    "CctvGatewayDown",
    "CctvCameraLost",
    "CctvMonitorBlind",
    "CctvContractLapsedDark",
    "CctvCredentialsRefused",
}


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False, timeout=30)


def receiver(labels: dict[str, str]) -> str:
    named = [f"{name}={value}" for name, value in labels.items() if value]
    return amtool("config", "routes", "test", f"--config.file={SHIPPED}", *named).stdout.strip()


def shipped() -> Any:
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def routes(route: dict[str, Any]) -> list[dict[str, Any]]:
    return [route, *(found for each in route.get("routes", ()) for found in routes(each))]


def test_debian_takes_the_configuration() -> None:
    """`amtool check-config` of Debian's 0.25 is content with configuration and templates."""
    checked = amtool("check-config", str(SHIPPED))
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("region", [ABAI, ALMATY, AKTOBE, ""])
def test_an_alert_reaches_who_acts_there(sort: str, region: str) -> None:
    """Each owner's alerts reach its receiver, in a region with one of its own that one."""
    for owner in Owner:
        own = owner in REGIONAL and region in {ABAI, ALMATY}
        wanted = f"{owner}-{region}" if own else owner.value
        assert receiver({**SORTS[sort], "owner": owner, "region": region}) == wanted


@pytest.mark.parametrize("sort", SORTS)
def test_what_nobody_listed_reaches_the_operator(sort: str) -> None:
    """An alert without an owner, or with an unknown one, is not lost."""
    assert receiver(SORTS[sort]) == "monitor_operator"
    assert receiver({**SORTS[sort], "owner": "somebody", "region": ABAI}) == "monitor_operator"


def test_a_lapsed_contract_is_the_payers() -> None:
    """A contract that lapsed, dark or working, reaches the payer of its region and never police IT."""
    for name in ("CctvContractLapsedDark", "CctvContractLapsedWorking", "CctvContractEnding"):
        labels = {"alertname": name, "owner": "education_department", "region": ABAI}
        assert receiver(labels) == f"education_department-{ABAI}"


def test_nothing_is_repeated_because_it_was_forgotten() -> None:
    """Every repeat comes before Alertmanager forgets what it told (--data.retention, 120 h when not set)."""
    repeats = [each["repeat_interval"] for each in routes(shipped()["route"]) if "repeat_interval" in each]
    hours = [int(text[:-1]) * {"h": 1, "d": 24}[text[-1]] for text in repeats]
    assert len(hours) >= 5
    assert max(hours) < 120


def test_every_receiver_is_used_and_in_one_language() -> None:
    """No receiver is left over, and subject, text and HTML of each are of one language."""
    config = shipped()
    used = {each["receiver"] for each in routes(config["route"]) if "receiver" in each}
    assert used == {each["name"] for each in config["receivers"]}
    spoken = [
        set(re.findall(r"cctv\.(\w\w)\.(?:subject|text|html)", str(mail)))
        for each in config["receivers"]
        for mail in each["email_configs"]
    ]
    assert all(len(languages) == 1 for languages in spoken)
    assert set.union(*spoken) == set(LOCALES)
    assert all(mail["send_resolved"] for each in config["receivers"] for mail in each["email_configs"])


@pytest.mark.parametrize("file", [SHIPPED, EXAMPLE], ids=lambda file: file.stem)
def test_no_address_and_no_secret_is_real(file: Path) -> None:
    """Every host is of a name that is reserved for examples (RFC 2606); secrets are named as files."""
    text = "\n".join(line.partition("#")[0] for line in file.read_text(encoding="utf-8").splitlines())
    hosts = re.findall(r"@([\w.-]+)|smarthost: ([\w.-]+)|https?://([\w.-]+)", text)
    assert all("".join(host).endswith(".example") for host in hosts)
    assert not re.findall(r"(?:password|token|url|secret): ", text)


def test_the_example_for_newer_versions_is_sound(tmp_path: Path) -> None:
    """Debian's 0.25 takes the example once its two newer keys have their older forms; and only then."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("templates/*.tmpl", f"{CONFIG}/templates/*.tmpl")
    older, tokens = re.subn(r"bot_token_file: .*", "bot_token: not-real", text)
    older, urls = re.subn(r"url_file: .*", "url: http://hook.example/", older)
    for name, content, taken in (("newer", text, False), ("older", older, True)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        checked = amtool("check-config", str(tmp_path / name))
        assert (checked.returncode == 0) is taken, checked.stdout + checked.stderr
    assert (tokens, urls) == (1, 1)


def test_the_templates_are_what_the_program_makes() -> None:
    """`python -m exporters.alertmanager config/alertmanager/templates` would change nothing."""
    committed = {file.name: file.read_text(encoding="utf-8") for file in (CONFIG / "templates").iterdir()}
    assert committed == templates()


def test_the_catalogues_of_messages_agree() -> None:
    """The three languages have the same keys, each with a text of its own."""
    texts = [sentences(locale, DOMAIN) for locale in LOCALES]
    assert len({frozenset(each) for each in texts}) == 1
    assert all(len({each[key] for each in texts}) == len(LOCALES) for key in texts[0])


def test_the_messages_know_the_alerts_of_the_rules() -> None:
    """Every alert of config/prometheus has a title in the catalogues, and nothing else has but the test."""
    rules = (CONFIG.parent / "prometheus").glob("*.rules.yml")
    names = {name for file in rules for name in re.findall(r"- alert: (\w+)", file.read_text("utf-8"))}
    assert names | {"CctvNotifyTest"} == tables("en")["alert"].keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_alert_has_a_title_and_a_next_step(locale: str) -> None:
    """An alert of an incident has its cause's next step, every other one its own."""
    told = tables(locale)
    assert told["act"].keys() == told["alert"].keys() - INCIDENTS
    assert told["alert"].keys() >= INCIDENTS
    assert all(text.endswith(".") for text in told["act"].values())
    for table in ("cause", "step", "evidence"):
        assert told[table].keys() == {cause.value for cause in Cause}
    assert str(LISTED) in told["word"]["listed"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        pytest.param("kk", "мүмкін, қолжетімді: сатып алуды ұйымдастырушыдан нақтылаңыз", id="kk"),
        pytest.param("ru", "возможно, доступно: уточните у организатора закупок", id="ru"),
        pytest.param("en", "may be available: confirm with procurement", id="en"),
    ],
)
def test_a_bridge_is_never_promised(locale: str, words: str) -> None:
    """The next step of a lapsed contract says that a bridge may be available, and who confirms it."""
    assert words in tables(locale)["step"]["contract_lapsed"]
