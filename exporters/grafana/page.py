"""One dashboard: its name and address, its links to the others, its rows of panels."""

from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DashboardLinkType

from exporters.grafana.words import LANGUAGES, Words

TITLES = {
    "operator": "What cannot be seen now",
    "school": "School",
    "police-it": "Police IT",
    "ministry": "Ministry",
    "monitor": "The monitor itself",
}
WIDTH = 24  # columns of Grafana's grid


def uid(name: str, locale: str) -> str:
    """Return the address of a dashboard, which never changes: "cctv-operator-ru"."""
    return f"cctv-{name}-{locale}"


def path(name: str, locale: str) -> str:
    """Return the path of a dashboard below Grafana's own."""
    return f"/d/{uid(name, locale)}"


class Page:
    """A dashboard in the making: rows from above, panels from the left."""

    def __init__(self, words: Words, name: str, meaning: str, *, since: str, refresh: str = "30s") -> None:
        self.words = words
        self._panels = 0
        self._made = (
            Dashboard(words(TITLES[name]))
            .uid(uid(name, words.locale))
            .description(words(meaning))
            .tags(["cctv", words.locale])
            .timezone("browser")
            .tooltip(DashboardCursorSync.CROSSHAIR)
            .time(f"now-{since}", "now")
            .refresh(refresh)
            .readonly()
        )
        for link in _links(words, name):
            self._made.link(link)

    def choose(self, *variables: Builder[dashboard.VariableModel]) -> None:
        """Put choices at the top."""
        for variable in variables:
            self._made.with_variable(variable)

    def link(self, link: DashboardLink) -> None:
        """Add a link at the top."""
        self._made.link(link)

    def row(self, title: str) -> None:
        """Begin a row under a heading."""
        self._made.with_row(Row(self.words(title)).id(self._next()))

    def band(self, height: int, *panels: Builder[dashboard.Panel], widths: tuple[int, ...] = ()) -> None:
        """Put panels side by side: of the given widths, or all of one width."""
        each = widths or (WIDTH // len(panels),) * len(panels)
        for panel, width in zip(panels, each, strict=True):
            self._made.with_panel(_Placed(panel, self._next(), width, height))

    def build(self) -> dashboard.Dashboard:
        """Return Grafana's own value of it."""
        return self._made.build()

    def _next(self) -> int:
        self._panels += 1
        return self._panels


class _Placed(Builder[dashboard.Panel]):
    """A panel with its number and size; where it goes is the dashboard's to say."""

    def __init__(self, panel: Builder[dashboard.Panel], number: int, width: int, height: int) -> None:
        self._made = panel.build()
        self._made.id_val = number
        self._made.grid_pos = dashboard.GridPos(w=width, h=height)

    def build(self) -> dashboard.Panel:
        return self._made


def _links(words: Words, name: str) -> list[DashboardLink]:
    """Lead to the other readers' dashboards, and to this one in the other languages."""
    others = [
        _link(words(title), path(other, words.locale)) for other, title in TITLES.items() if other != name
    ]
    tongues = [
        _link(called, path(name, locale)) for locale, called in LANGUAGES.items() if locale != words.locale
    ]
    return others + tongues


def _link(title: str, url: str) -> DashboardLink:
    """Lead there with the same choices and the same stretch of time."""
    link = DashboardLink(title).type(DashboardLinkType.LINK).url(url)
    return link.keep_time(True).include_vars(True)
