#!/usr/bin/python3
"""Verifies certificates of erasure, and the ledger of tombstones, without any code of the appliance: docs/formats/erasure.md.

    verify_certificate.py CERTIFICATE.json --public-key BASE64 [--ledger tombstones.jsonl]

Says what was destroyed and when. With a ledger it also verifies each of its lines and that the certificate's tombstone is one of them.
Needs Python 3.9 and Debian's python3-cryptography, nothing else.
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """What was given proves nothing."""


def canonical(value):
    """JSON with one spelling per value (RFC 8785 for whole numbers)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify(public_key, message, signature, what):
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(base64.b64decode(signature), message)
    except (InvalidSignature, ValueError):
        raise Refused(f"{what} was not signed by the key {public_key}.") from None


def verify_certificate(document, public_key):
    """The statements of a certificate. Raises Refused."""
    if document["publicKey"] != public_key:
        raise Refused(f"The certificate names another key, {document['publicKey']}.")
    verify(public_key, canonical(document["certificate"]), document["signature"], "The certificate")
    if document["certificate"]["format"] != "holdfast-erasure-certificate-1":
        raise Refused("This is no certificate of a kind that this program knows.")
    return document["certificate"]


def verify_ledger(path, public_key):
    """The tombstones by sequence, each with the SHA-256 of its line. Raises Refused."""
    previous, found = "0" * 64, {}
    with open(path, "rb") as file:
        for number, line in enumerate(file.read().splitlines(), 1):
            tombstone = json.loads(line)
            signature = tombstone.pop("signature")
            if tombstone["sequence"] != number or tombstone["previous"] != previous:
                raise Refused(f"Line {number} of the ledger does not follow the one before.")
            if tombstone.pop("publicKey") != public_key:
                raise Refused(f"Line {number} of the ledger names another key.")
            verify(public_key, canonical(tombstone), signature, f"Line {number} of the ledger")
            previous = hashlib.sha256(line).hexdigest()
            found[number] = (previous, tombstone)
    return found


def find_tombstones(certificate, ledger):
    """That the ledger holds what the certificate names, and that it is about the same. Raises Refused."""
    objects = 0
    for place in certificate.get("tombstones") or [certificate["tombstone"]]:
        digest, tombstone = ledger.get(place["sequence"], ("", {}))
        if digest != place["sha256"] or tombstone["keyId"] != certificate["keyId"]:
            raise Refused(f"The ledger does not hold the tombstone {place['sequence']} of the certificate.")
        objects += len(tombstone["objectIds"])
    if objects != certificate.get("objects", 0):
        raise Refused(f"The tombstones name {objects} objects, the certificate {certificate.get('objects', 0)}.")


def say(certificate):
    key = certificate["keyId"]
    what = f"key {key} ({certificate['keyKind']})" if key else f"the data keys of {certificate['objects']} objects"
    print(f"VALID: {what} of organisation {certificate['organisationId']}")
    unreadable = certificate["backupsUnreadableAt"]
    backups = f"backups unreadable from {unreadable}" if unreadable else "backups readable until they are deleted"
    print(f"destroyed {certificate['destroyedAt']}; {backups}")


def main():
    parser = argparse.ArgumentParser(description="Verifies a certificate of erasure of Holdfast.")
    parser.add_argument("certificate")
    parser.add_argument("--public-key", required=True, help="base64, from a source that you trust")
    parser.add_argument("--ledger")
    arguments = parser.parse_args()
    try:
        with open(arguments.certificate, encoding="utf-8") as file:
            certificate = verify_certificate(json.load(file), arguments.public_key)
        if arguments.ledger:
            find_tombstones(certificate, verify_ledger(arguments.ledger, arguments.public_key))
    except (Refused, KeyError, ValueError) as refusal:
        print(f"REFUSED: {refusal}", file=sys.stderr)
        return 1
    say(certificate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
