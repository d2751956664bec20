"""The sheets of the toy estate, and how tests look at what comes of them."""

from collections.abc import Mapping

from monitor.register.change import Change, Plan
from monitor.register.kinds import Kind
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheet

FILES = {
    "institutions": "institution_id,name,region,type,ownership\ni,School,110000000,school,public\n",
    "sites": "site_id,institution_id,name\ns0,i,s0\ns1,i,s1\n",
    "cameras": "camera_id,site_id,url\n" + "".join(f"c{n},s{int(n > 1)},rtsp://c{n}/\n" for n in range(5)),
    "centres": "centre_id,name,kind,region\no,OCC,occ,110000000\n",
    "gateways": "gateway_id,centre_id,kind,url\ng,o,mediamtx,http://g/\n",
    "streams": "camera_id,gateway_id,stream_key\n" + "".join(f"c{n},g,c{n}\n" for n in range(4)),
    "providers": "provider\nP\n",
    "channels": "channel_id,site_id\ns0,s0\ns1,s1\n",
    "contracts": (
        "customer_bin,contract_number,contract_date,channel_id,provider,starts_on,ends_on\n"
        "220440000000,1,2025-12-20,s0,P,2026-01-01,2026-12-31\n"
    ),
}


def read(files: Mapping[str, str]) -> list[Sheet]:
    """Read a sheet for each kind, from a file of its name."""
    return [read_sheet(f"{name}.csv", text.encode()) for name, text in files.items()]


def counts(change: Change) -> dict[Kind, tuple[int, int, int, int]]:
    """Count what is added, changed, unchanged and ended of each kind."""
    return {
        kind: (len(part.added), len(part.changed), part.unchanged, len(part.ended))
        for kind, part in change.parts.items()
    }


def complaints(made: Plan) -> list[str]:
    """Give everything bad as people see it."""
    return [str(complaint) for complaint in made.bad]
