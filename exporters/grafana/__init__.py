"""Grafana's dashboards as code: `python -m exporters.grafana config/grafana` writes them.

The program that runs imports nothing of this package: its one library is for development only.
"""
