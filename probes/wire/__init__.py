"""Bytes in, values out: RTSP, SDP, RTP, RTCP, H.264 and H.265 without sockets, clocks or randomness.

Every function here is pure. The only exception that may escape for any input is WireError
(LimitExceeded is one of its kinds).
"""
