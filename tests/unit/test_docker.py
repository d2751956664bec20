"""What is said to Docker names only what there is: files, ports, variables, images, secrets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.settings import load

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
MADE_BY_PEOPLE = {"register"}  # the sheets of their own estate

# What each image listens on, which variables it knows (a prefix, or whole) and which of its folders are kept.
IMAGES = {
    "cctv-monitor": (9780, (), "/var/lib/cctv-monitor"),
    "postgres": (
        5432,
        ("POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"),
        "/var/lib/postgresql/data",
    ),
    "prom/prometheus": (9090, (), "/prometheus"),
    "prom/alertmanager": (9093, ("TZ",), "/alertmanager"),
    "grafana/grafana": (
        3000,
        ("GF_SECURITY_", "GF_USERS_", "GF_AUTH_ANONYMOUS_", "GF_ANALYTICS_"),
        "/var/lib/grafana",
    ),
}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that docker/make-secrets.sh makes, made by a Python of ours in place of the image's."""
    folder = tmp_path_factory.mktemp("docker") / "secrets"
    make(folder)
    return folder


def make(folder: Path) -> None:
    command = ["sh", str(DOCKER / "make-secrets.sh"), str(folder)]
    subprocess.run(command, env={**os.environ, "PYTHON": sys.executable}, check=True, capture_output=True)


def image_of(name: str) -> tuple[int, tuple[str, ...], str]:
    return IMAGES[SERVICES[name]["image"].partition(":")[0]]


def mounts(name: str) -> dict[str, str]:
    """Map what is mounted, by the place in the container."""
    return {target: source for source, target, *_ in (each.split(":") for each in SERVICES[name]["volumes"])}


def secrets_of(name: str) -> dict[str, str]:
    """Map the secrets of a service to the places where it finds them."""
    listed = [
        each if isinstance(each, dict) else {"source": each} for each in SERVICES[name].get("secrets", ())
    ]
    return {each["source"]: each.get("target", f"/run/secrets/{each['source']}") for each in listed}


def in_container(name: str, path: str) -> Path | None:
    """Find what a path in a container is on the host; None: something that is not there."""
    for target, source in sorted(mounts(name).items(), reverse=True):
        if path == target or path.startswith(f"{target}/"):
            if not source.startswith("."):
                return Path(source)
            found = (DOCKER / source / path.removeprefix(target).lstrip("/")).resolve()
            return found if found.exists() else None
    made = {place: DOCKER / "secrets" / secret for secret, place in secrets_of(name).items()}
    return made.get(path)


def test_hadolint_is_content() -> None:
    """The linter of Dockerfiles finds nothing to say."""
    command = [str(Path(sys.executable).with_name("hadolint")), str(DOCKER / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_is_small_and_nobody_in_particular() -> None:
    """Two stages from one pinned slim base; the last runs without privileges and checks its health."""
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert len(bases) == 2
    assert set(bases) == {"python:3.12-slim-bookworm"}
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "pip install" not in last
    assert "HEALTHCHECK" in last
    assert 'CMD ["cctv-monitor", "health"]' in last


def test_what_is_copied_is_there_and_not_kept_out() -> None:
    """Every file that the image is built of exists, and .dockerignore lets it in."""
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source in let_in, source
    packages = yaml.safe_load(re.search(r"packages = (\[.+\])", (ROOT / "pyproject.toml").read_text())[1])  # type: ignore[index]
    assert set(packages) <= set(copied)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_kept_alive_and_watched(name: str) -> None:
    """Its image has a version, it starts again after a fall, and something tells whether it is well."""
    service = SERVICES[name]
    image, _, tag = service["image"].partition(":")
    assert image in IMAGES
    assert tag != "latest" or "build" in service
    assert tag
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or ("build" in service and "HEALTHCHECK" in DOCKERFILE)


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_its_own_and_on_loopback(name: str) -> None:
    """What is published is the port that the program listens on, and only this host reaches it."""
    for published in SERVICES[name].get("ports", ()):
        host, outside, inside = published.split(":")
        assert (host, outside, int(inside)) == ("127.0.0.1", inside, image_of(name)[0])


@pytest.mark.parametrize("name", SERVICES)
def test_variables_are_known_and_no_secrets(name: str) -> None:
    """Each variable is one that the image knows; a password is only ever named as a file that is mounted."""
    for variable, value in SERVICES[name].get("environment", {}).items():
        assert variable.startswith(image_of(name)[1] or "no variables"), variable
        if "PASSWORD" in variable:
            assert variable.endswith("_FILE")
            assert value in secrets_of(name).values()


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    """Files of the project exist and are read only; a volume is declared, and what the image keeps."""
    for each in SERVICES[name]["volumes"]:
        source, target, *mode = each.split(":")
        if source.startswith("."):
            assert (DOCKER / source).exists() or Path(source).name in MADE_BY_PEOPLE, source
            assert mode == ["ro"], each
        else:
            assert source in COMPOSE["volumes"]
            assert target == image_of(name)[2]
    assert set(SERVICES[name].get("depends_on", ())) <= SERVICES.keys()


def test_every_volume_and_secret_is_used_and_made(secrets: Path) -> None:
    """Nothing is declared for nobody, and make-secrets.sh makes every secret that is named."""
    used = {secret for name in SERVICES for secret in secrets_of(name)}
    assert used == COMPOSE["secrets"].keys()
    assert {Path(each["file"]).name for each in COMPOSE["secrets"].values()} == {
        file.name for file in secrets.iterdir()
    }
    volumes = {source for name in SERVICES for source in mounts(name).values() if not source.startswith(".")}
    assert volumes == COMPOSE["volumes"].keys()


@pytest.mark.parametrize("name", SERVICES)
def test_paths_of_a_command_line_are_mounted(name: str) -> None:
    """A file or folder that a program is told of by a flag is one that it has."""
    paths = re.findall(r"=(/\S+)", " ".join(SERVICES[name].get("command", ())))
    for path in paths:
        assert in_container(name, path) is not None, path


def test_prometheus_finds_its_rules_its_secrets_and_everybody(tmp_path: Path, secrets: Path) -> None:
    """Its file is good with the paths of this machine; the targets are services on their own ports."""
    text = (DOCKER / "prometheus.yml").read_text(encoding="utf-8")
    for path in set(re.findall(r"/(?:run|etc)/\S+", text)):
        folder, _, pattern = path.rpartition("/")
        here = secrets if folder == "/run/secrets" else in_container("prometheus", folder)
        assert here is not None, path
        assert list(here.glob(pattern)), path
        text = text.replace(path, str(here / pattern))
    file = tmp_path / "prometheus.yml"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["promtool", "check", "config", str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    targets = re.findall(r'"([a-z]+):(\d+)"', text)
    assert {name for name, _ in targets} == {"monitor", "alertmanager"}
    assert all(image_of(name)[0] == int(port) for name, port in targets)


def test_the_job_has_the_name_that_the_rules_know() -> None:
    """The scrape job is called as in the configuration that is shipped for one machine."""
    ours = yaml.safe_load((DOCKER / "prometheus.yml").read_text(encoding="utf-8"))
    shipped = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    assert ours["scrape_configs"][0]["job_name"] == shipped["scrape_configs"][0]["job_name"]
    assert ours["global"] == shipped["global"]


def test_alertmanager_finds_its_password_and_templates() -> None:
    """Every path of the shipped file is mounted where it says."""
    text = (ROOT / "config/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
    for path in set(re.findall(r"_file: (/\S+)", text)):
        assert in_container("alertmanager", path) is not None, path
    assert list((ROOT / "config/alertmanager/templates").glob("*.tmpl"))


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    """The data source is the service on its port, and each folder of dashboards is mounted."""
    folder = ROOT / "config/grafana/provisioning"
    sources = yaml.safe_load((folder / "datasources/prometheus.yaml").read_text(encoding="utf-8"))
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    for file in (folder / "dashboards").glob("*.yaml"):
        for provider in yaml.safe_load(file.read_text(encoding="utf-8"))["providers"]:
            found = in_container("grafana", provider["options"]["path"])
            assert found is not None
            assert list(found.glob("*.json"))


def test_the_monitor_accepts_its_configuration(tmp_path: Path, secrets: Path) -> None:
    """Its file is good; the secrets it names are mounted, its database and port are the services'."""
    text = (DOCKER / "monitor.yaml").read_text(encoding="utf-8")
    for path in re.findall(r"/run/secrets/(\S+)", text):
        assert path in secrets_of("monitor")
    here = shutil.copy(DOCKER / "monitor.yaml", tmp_path)
    Path(here).write_text(text.replace("/run/secrets", str(secrets)), encoding="utf-8")
    settings = load(Path(here))
    assert settings.address == ("0.0.0.0", image_of("monitor")[0])  # noqa: S104 - what is tested
    environment = SERVICES["postgres"]["environment"]
    user, name = environment["POSTGRES_USER"], environment["POSTGRES_DB"]
    assert settings.database.url == f"postgresql://{user}@postgres/{name}"
    assert f"CCTV_MONITOR_CONFIG={next(t for t in mounts('monitor') if t.endswith('.yaml'))}" in DOCKERFILE


def test_secrets_are_made_once(secrets: Path) -> None:
    """A second run changes nothing; the passwords differ from each other."""
    before = {file.name: file.read_bytes() for file in secrets.iterdir()}
    make(secrets)
    assert {file.name: file.read_bytes() for file in secrets.iterdir()} == before
    passwords = [before[name] for name in ("database-password", "monitor-password", "grafana-password")]
    assert len(set(passwords)) == 3
    assert secrets.stat().st_mode & 0o077 == 0
