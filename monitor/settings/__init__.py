"""The configuration file: every key, its default, and how a file becomes settings or a list of mistakes."""

from monitor.settings.keys import Settings
from monitor.settings.load import Mistake, SettingsError, load, parse

__all__ = ["Mistake", "Settings", "SettingsError", "load", "parse"]
