"""What the kinds of sheets are called in a sentence; in English as they are written."""

from monitor.register.kinds import Kind
from monitor.register.said import Said, said

NOUNS: dict[Kind, Said] = {
    Kind.REGIONS: said("regions"),
    Kind.DISTRICTS: said("districts"),
    Kind.SETTLEMENTS: said("settlements"),
    Kind.INSTITUTIONS: said("institutions"),
    Kind.SITES: said("sites"),
    Kind.RECORDERS: said("recorders"),
    Kind.CAMERAS: said("cameras"),
    Kind.CENTRES: said("centres"),
    Kind.GATEWAYS: said("gateways"),
    Kind.STREAMS: said("streams"),
    Kind.PROVIDERS: said("providers"),
    Kind.PAYERS: said("payers"),
    Kind.CHANNELS: said("channels"),
    Kind.CONTRACTS: said("contracts"),
    Kind.CONTACTS: said("contacts"),
    Kind.EXCLUSIONS: said("exclusions"),
    Kind.MAINTENANCE: said("maintenance"),
    Kind.CLAIMS: said("claims"),
}
