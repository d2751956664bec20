"""The committed dashboards are the program's, whole and coherent in each language.

No Grafana is asked: the JSON is read with the types of its own SDK, and held against what a reader needs.
"""

import json
import re
from collections import Counter
from importlib.resources import files as resources
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana.__main__ import main
from exporters.grafana.pages import PAGES, files
from exporters.grafana.words import DOMAIN, LANGUAGES, Words
from exporters.http.api.routes import OPERATIONS
from tests.dashboards import FOLDER, addresses, columns, overrides, queries, read, shown, variables
from tests.peers.as_grafana import as_text, options
from tests.peers.prometheus_server import Series

DASHBOARDS = {uid: dashboard for locale in LANGUAGES for uid, dashboard in read(locale).items()}
GRID = 24
each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS.keys())


def test_the_files_are_what_the_program_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m exporters.grafana config/grafana` changes no byte, and leaves no file over."""
    monkeypatch.setattr("sys.argv", ["grafana", str(tmp_path)])
    main()
    written = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.json")}
    kept = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*.json")}
    assert kept.keys() == written.keys()
    assert [name for name, text in kept.items() if text != written[name]] == []


def test_each_reader_has_a_dashboard_in_each_language() -> None:
    """There is one dashboard per reader and language, under an address that tells both."""
    assert DASHBOARDS.keys() == {f"cctv-{name}-{locale}" for name in PAGES for locale in LANGUAGES}
    assert len(files()) == len(DASHBOARDS)
    assert max(map(len, DASHBOARDS)) <= 40  # Grafana takes no longer uid


@each_dashboard
def test_grafanas_own_types_read_it(dashboard: dict[str, Any]) -> None:
    """The SDK reads the file into its own types and writes the same again, as schema version 42."""
    again = json.loads(json.dumps(Dashboard.from_json(dashboard), cls=JSONEncoder))
    for link in again["links"]:
        del link["placement"]
    assert again == dashboard
    assert dashboard["schemaVersion"] == 42


@each_dashboard
def test_every_panel_is_said(dashboard: dict[str, Any]) -> None:
    """Every panel has a title of its own and says what it means; every column has a heading of its own."""
    titles = [panel["title"].strip() for panel in shown(dashboard)]
    assert all(titles)
    assert all(panel["description"].strip().endswith((".", "?")) for panel in shown(dashboard))
    assert len(set(titles)) == len(titles)
    for panel in shown(dashboard):
        headings = [overrides(panel)[field]["displayName"] for field in columns(panel) if field != "days"]
        assert len(set(headings)) == len(headings), panel["title"]


@each_dashboard
def test_panels_lie_side_by_side(dashboard: dict[str, Any]) -> None:
    """Each panel has a number of its own, lies within the grid, and on no other."""
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    assert max(Counter(panel["id"] for panel in dashboard["panels"]).values()) == 1
    assert all(place["x"] + place["w"] <= GRID and place["w"] > 0 and place["h"] > 0 for place in places)
    assert not [pair for pair in combinations(places, 2) if overlap(*pair)]


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether two places share a cell."""
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not beside and not above


@each_dashboard
def test_links_lead_somewhere(dashboard: dict[str, Any]) -> None:
    """Every link leads to a dashboard that exists, with variables that it has, or to an answer of the API."""
    found = list(addresses(dashboard))
    assert len(found) >= len(PAGES) - 1 + len(LANGUAGES) - 1
    for address in found:
        path, _, asked = address.partition("?")
        if path.startswith("${monitor}"):
            route = path.removeprefix("${monitor}").replace("${institution}", "{id}")
            assert route in {operation.path for operation in OPERATIONS}
            continue
        there = DASHBOARDS[path.removeprefix("/d/")]
        names = {f"var-{each['name']}" for each in variables(there)}
        assert {part.partition("=")[0] for part in asked.split("&") if part.startswith("var-")} <= names


@each_dashboard
def test_links_know_the_row_that_they_are_of(dashboard: dict[str, Any]) -> None:
    """What a link takes from its row is a column of that table."""
    for panel in shown(dashboard):
        for properties in overrides(panel).values():
            for link in properties.get("links", ()):
                taken = set(re.findall(r"__data\.fields\.(\w+)", link["url"]))
                assert taken <= set(columns(panel)), panel["title"]


@each_dashboard
def test_variables_are_there_and_used(dashboard: dict[str, Any]) -> None:
    """Every variable that is used is chosen at the top, and every one that can be chosen is used."""
    text = json.dumps(dashboard)
    used = set(re.findall(r"\$\{?([a-z_]+)", text)) - {"__data", "__url_time_range"}
    used = {name for name in used if not name.startswith("__")}
    assert used == {each["name"] for each in variables(dashboard)}


@each_dashboard
def test_everything_is_asked_of_the_chosen_prometheus(dashboard: dict[str, Any]) -> None:
    """Panels, queries and variables ask the data source that the reader chose."""
    asked = [panel["datasource"] for panel in shown(dashboard) if panel["type"] != "text"]
    asked += [target["datasource"] for panel in shown(dashboard) for target in panel.get("targets", ())]
    asked += [each["datasource"] for each in variables(dashboard) if each["type"] == "query"]
    assert {(source["type"], source["uid"]) for source in asked} == {("prometheus", "${datasource}")}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_languages_differ_in_words_only(locale: str) -> None:
    """In each language the same panels ask the same, but for the language of a region's name."""
    english = [each.expr for each in queries("en")]
    assert [each.expr.replace(f"name_{locale}", "name_en") for each in queries(locale)] == english
    pairs = zip(read("en").values(), read(locale).values(), strict=True)
    for one, other in pairs:
        assert [panel["gridPos"] for panel in one["panels"]] == [
            panel["gridPos"] for panel in other["panels"]
        ]


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_every_sentence_is_translated(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sentence of the dashboards has its own in the language; none is left over."""
    said: set[str] = set()

    def note(_: Words, sentence: str) -> str:
        said.add(sentence)
        return sentence

    monkeypatch.setattr(Words, "__call__", note)
    for page in PAGES.values():
        page(Words("en"))
    with resources("exporters.locale").joinpath(f"{DOMAIN}.{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    texts = {str(each.id): str(each.string) for each in catalogue if each.id and not each.fuzzy}
    assert not catalogue.obsolete
    assert texts.keys() == said
    assert all(text and text == text.strip() for text in texts.values())
    mixed = re.compile(r"[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", re.IGNORECASE)
    assert [text for text in texts.values() if mixed.search(text)] == []
    names = re.compile(r"\$\w+")
    assert [text for text in said if names.findall(text) != names.findall(texts[text])] == []


@each_dashboard
def test_unknown_is_grey(dashboard: dict[str, Any]) -> None:
    """Wherever a series or a status is called unknown it is grey, and nothing that is lost ever is."""
    grey = {"#8E8E8E"}
    for panel in shown(dashboard):
        found = overrides(panel)
        if {"unknown", "not_receiving"} <= found.keys():
            assert found["unknown"]["color"]["fixedColor"] in grey
            assert found["not_receiving"]["color"]["fixedColor"] not in grey


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("№107 жалпы білім беретін мектеп, Қарағайлысай", id="a comma"),
        pytest.param('Школа "Звезда" (филиал)', id="quotes"),
        pytest.param('"', id="nothing but a quote"),
        pytest.param("a=b{c}d", id="what else stands in a series"),
    ],
)
def test_an_institution_is_chosen_by_its_name(name: str) -> None:
    """Whatever stands in a name, Grafana finds it whole in the text of a series, and the id beside it."""
    labels = {"__name__": "cctv_institution_info", "institution": "inst-1", "name": name, "type": "school"}
    (variable,) = (each for each in variables(read("kk")["cctv-school-kk"]) if each["name"] == "institution")
    assert options(variable["regex"], [as_text(Series(labels, [(0.0, 1.0)]))]) == {"inst-1": name}


def test_every_panel_is_explained() -> None:
    """Each panel is named on the page of the dashboards."""
    page = " ".join((FOLDER.parents[1] / "docs" / "dashboards.md").read_text(encoding="utf-8").split())
    sketch = {"Cameras not received", "Cameras unknown", "Lost: cameras in outages", "Never connected"}
    sketch |= {"Streams not received, by cause"}  # broken over two lines in the sketch of the first
    titles = {panel["title"] for dashboard in read("en").values() for panel in shown(dashboard)}
    assert {title for title in titles - sketch if title not in page} == set()


def test_grafana_finds_them() -> None:
    """Each language is a folder that Grafana is told to read; the data source has a fixed address."""
    told = yaml.safe_load((FOLDER / "provisioning/dashboards/cctv.yaml").read_text(encoding="utf-8"))
    providers = told["providers"]
    paths = {Path(each["options"]["path"]) for each in providers}
    assert {path.name for path in paths} == {path.name for path in (FOLDER / "dashboards").iterdir()}
    for key in ("name", "folder", "folderUid"):
        assert len({each[key] for each in providers}) == len(LANGUAGES)
    assert not any(each["allowUiUpdates"] for each in providers)
    sources = yaml.safe_load(
        (FOLDER / "provisioning/datasources/prometheus.yaml").read_text(encoding="utf-8")
    )
    (source,) = sources["datasources"]
    scraping = yaml.safe_load((FOLDER.parent / "prometheus/prometheus.yml").read_text(encoding="utf-8"))
    assert source["jsonData"]["timeInterval"] == scraping["global"]["scrape_interval"]
    assert (source["uid"], source["type"], source["isDefault"]) == ("cctv-prometheus", "prometheus", True)
