"""Certificates, made when a test needs one: self-signed, or by an authority of the test's own."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


def certificate(host: str = "127.0.0.1") -> tuple[bytes, bytes, str]:
    """Make a self-signed certificate: PEM, its key's PEM, and its SHA-256 in hex."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(host)
    made = _draft(name, name, key, [host], is_authority=True).sign(key, hashes.SHA256())
    return made.public_bytes(PEM), _private(key), made.fingerprint(hashes.SHA256()).hex()


class Authority:
    """Signs certificates."""

    def __init__(self, name: str = "authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        draft = _draft(self._name, self._name, self._key, [], is_authority=True)
        self.pem = draft.sign(self._key, hashes.SHA256()).public_bytes(PEM)

    def issue(self, *names: str) -> tuple[bytes, bytes]:
        """Make a certificate for names and addresses: PEM, and its key's PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        draft = _draft(_name(names[0]), self._name, key, names, is_authority=False)
        return draft.sign(self._key, hashes.SHA256()).public_bytes(PEM), _private(key)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    names: Iterable[str],
    *,
    is_authority: bool,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    told = [_alternative(name) for name in names]
    return draft.add_extension(x509.SubjectAlternativeName(told), critical=False) if told else draft


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
