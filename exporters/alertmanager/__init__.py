"""The templates of the messages that Alertmanager sends, made from the catalogues.

Alertmanager cannot read a catalogue, so what it says is written out for it: `python -m
exporters.alertmanager FOLDER` makes the files of `config/alertmanager/templates`, which are committed.
"""
