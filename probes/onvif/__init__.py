"""ONVIF devices: their clock, who they are, and which streams they offer. Read-only, whatever they answer.

zeep and the WSDLs of onvif-zeep are the codec, and only that: bytes in, values out (`codec.py`). What is
sent, to whom, and how often, is decided here.
"""
