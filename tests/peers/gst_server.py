"""GStreamer's RTSP server as a child process: cameras and relays that none of us wrote.

Run by Debian's own Python, the one that has GStreamer: `/usr/bin/python3 gst_server.py SPEC`, where SPEC
is JSON: a list of servers, each with a name, its mounts (path -> GStreamer launch line) and options.
Prints one JSON line, name -> port, when all of them listen, and serves until it is ended.
"""

import importlib
import json
import sys
import threading
from typing import Any

import gi

gi.require_versions({"Gst": "1.0", "GstRtsp": "1.0", "GstRtspServer": "1.0"})
Gio = importlib.import_module("gi.repository.Gio")
GLib = importlib.import_module("gi.repository.GLib")
Gst = importlib.import_module("gi.repository.Gst")
GstRtsp = importlib.import_module("gi.repository.GstRtsp")
GstRtspServer = importlib.import_module("gi.repository.GstRtspServer")

ROLE = "viewer"


def make_server(spec: dict[str, Any]) -> Any:
    """Make one server, listening on a free loopback port."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.get_thread_pool().set_max_threads(-1)  # one mount that hangs holds up no other
    server.set_auth(make_auth(spec))
    if spec.get("silent"):
        server.connect("client-connected", lambda _, client: client.connect("pre-play-request", silence))
    if spec.get("hung"):
        server.connect("client-connected", lambda _, client: client.connect("pre-describe-request", hang))
    for path, launch in spec["mounts"].items():
        server.get_mount_points().add_factory(path, make_factory(launch, spec))
    server.attach(None)
    return server


def make_factory(launch: str, spec: dict[str, Any]) -> Any:
    """Make one mount; all its readers see the same coded frames."""
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {launch} )")
    factory.set_shared(True)
    if make_auth(spec) is not None:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role(ROLE)
        for permission in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role(ROLE, permission, True)
        factory.set_permissions(permissions)
    if spec.get("udp_only"):
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    return factory


def make_auth(spec: dict[str, Any]) -> Any:
    """Make what a server asks of its clients: a Digest log-in, TLS, or nothing (None)."""
    if "digest" not in spec and "pem" not in spec:
        return None
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if "pem" in spec:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_pem(spec["pem"], -1))
    if "digest" in spec:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(*spec["digest"], token)
    else:
        auth.set_default_token(token)
    return auth


def silence(_: Any, context: Any) -> Any:
    """Accept a PLAY, and keep every packet that would follow."""
    pipeline = context.media.get_element().get_parent()
    rtpbin = next(part for part in elements(pipeline) if part.get_factory().get_name() == "rtpbin")
    kinds = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
    rtpbin.get_static_pad("send_rtp_src_0").add_probe(kinds, lambda *_: Gst.PadProbeReturn.DROP)
    return GstRtsp.RTSPStatusCode.OK


def hang(*_: Any) -> None:
    """Keep who asks for a description waiting for good."""
    threading.Event().wait()


def elements(bin_: Any) -> list[Any]:
    """List what a bin holds, itself alone."""
    found = []
    iterator = bin_.iterate_elements()
    while (step := iterator.next())[0] == Gst.IteratorResult.OK:
        found.append(step[1])
    return found


def main() -> None:
    """Serve."""
    Gst.init(None)
    servers = {spec["name"]: make_server(spec) for spec in json.loads(sys.argv[1])}
    sys.stdout.write(json.dumps({name: server.get_bound_port() for name, server in servers.items()}) + "\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
