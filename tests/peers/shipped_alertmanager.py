"""The shipped configuration of Alertmanager, quicker and led to a sink; routes and inhibition as they are."""

import json
from pathlib import Path
from typing import Any

import yaml

from tests.peers.sinks import Sink

CONFIG = Path(__file__).parents[2] / "config" / "alertmanager"
SHIPPED = CONFIG / "alertmanager.yml"
PASSWORD = "Zh4zyq:tar"
QUICK = {"group_wait": "1s", "group_interval": "1s", "repeat_interval": "1h"}


def with_mails_to(folder: Path, sink: Sink[Any]) -> Path:
    """Write it with its mails led to a sink; receivers and templates as shipped."""
    config = _quick()
    password = folder / "smtp-password"
    password.write_text(PASSWORD, encoding="utf-8")
    relay = {"smtp_smarthost": f"127.0.0.1:{sink.port}", "smtp_require_tls": False}
    config["global"] |= relay | {"smtp_auth_password_file": str(password)}
    return _written(folder, config)


def with_posts_to(folder: Path, sink: Sink[Any]) -> Path:
    """Write it with each receiver turned into a webhook whose path is its name."""
    config = _quick()
    config["receivers"] = [
        {"name": each["name"], "webhook_configs": [{"url": f"http://127.0.0.1:{sink.port}/{each['name']}"}]}
        for each in config["receivers"]
    ]
    return _written(folder, config)


def _quick() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    _hasten(config["route"])
    config["templates"] = [str(CONFIG / pattern) for pattern in config["templates"]]
    return config


def _hasten(route: dict[str, Any]) -> None:
    route |= {key: value for key, value in QUICK.items() if key in route}
    for each in route.get("routes", ()):
        _hasten(each)


def _written(folder: Path, config: dict[str, Any]) -> Path:
    file = folder / "alertmanager.yml"
    file.write_text(json.dumps(config), encoding="utf-8")
    return file
