#!/usr/bin/python3
"""Finds the data key of an object without any code of the appliance: docs/formats/wrapped-keys.md, written a second time.

    open_key.py KEYSTORE_FOLDER ROWS.json [--shares FILE] > KEY.json

KEYSTORE_FOLDER holds keystore.json and, unless shares are given (one a line), the host key file that opens it. ROWS.json holds what the
database says of the object. KEY.json is what open_object.py asks for: keep it as you would the object.
Needs Python 3.9 and Debian's python3-cryptography, nothing else.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import struct
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refused(Exception):
    """What was given does not open."""


def unseal(key, sealed, associated_data, what):
    """AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes)."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], associated_data)
    except (InvalidTag, ValueError):
        raise Refused(f"{what} does not open.") from None


# ---- the keystore: docs/formats/keystore-file.md ----

def multiply(left, right):
    """In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1."""
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left = (left << 1) ^ (0x11B if left & 0x80 else 0)
        right >>= 1
    return product


def divide(left, right):
    return multiply(left, next(inverse for inverse in range(1, 256) if multiply(right, inverse) == 1))


def share_of(text):
    raw = base64.b32decode(re.sub(r"[\s-]", "", text).upper())
    if raw[0] != 1 or hashlib.sha256(b"holdfast-share" + raw[:41]).digest()[:4] != raw[41:]:
        raise Refused("A share has a slip of the pen.")
    return raw[1:7].hex(), raw[7], raw[9:41]


def join_shares(texts, record):
    """The value at 0 of the polynomials that the shares lie on."""
    points = [(index, value) for set_id, index, value in map(share_of, texts) if set_id == record["setId"]]
    secret = bytearray(32)
    for index, value in points:
        factor = 1
        for other, _ in points:
            if other != index:
                factor = multiply(factor, divide(other, other ^ index))
        for position in range(32):
            secret[position] ^= multiply(value[position], factor)
    return bytes(secret)


def master_key(folder, store, shares):
    def unwrap(key, record, purpose):
        bound = f"holdfast-keystore master {store['storeId']} {purpose}".encode()
        return unseal(key, base64.b64decode(record["wrapped"]), bound, "The master key")

    seal = store["seal"]
    if shares:
        record = seal if seal["kind"] == "shamir" else store["recovery"]
        if not record:
            raise Refused("This keystore has no recovery shares.")
        return unwrap(join_shares(shares, record), record, f"shares {record['setId']}")
    if seal["kind"] != "file":
        raise Refused(f"This keystore has a seal of kind {seal['kind']}: give recovery shares.")
    with open(os.path.join(folder, seal["keyFile"]), "rb") as file:
        return unwrap(file.read(), seal, "file")


def provider_keys(folder, shares):
    """Names and versions of the provider's keys with their 32 bytes."""
    with open(os.path.join(folder, "keystore.json"), encoding="utf-8") as file:
        store = json.load(file)
    if (store["format"], store["version"]) != ("holdfast-keystore", 1):
        raise Refused("This is no keystore of a format that this program knows.")
    bound = f"holdfast-keystore 1 body {store['storeId']}".encode()
    table = unseal(master_key(folder, store, shares), base64.b64decode(store["body"]), bound, "The keystore")
    keys, at = {}, 2
    for _ in range(struct.unpack_from(">H", table)[0]):
        end = at + 1 + table[at]
        name = table[at + 1:end].decode()
        versions = struct.unpack_from(">BIH", table, end)[2]
        at = end + 7
        for _ in range(versions):
            version, _, material = struct.unpack_from(">IQ32s", table, at)
            keys[name, version] = material
            at += 44
    return keys


# ---- the keys below: docs/formats/wrapped-keys.md ----

def bound_to(label, organisation, key, version, *more):
    fields = [(1, uuid.UUID(organisation).bytes), (2, uuid.UUID(key).bytes), (3, struct.pack(">Q", version)), *more]
    head = f"holdfast/{label}/v1".encode() + b"\0"
    return head + b"".join(struct.pack(">BH", number, len(value)) + value for number, value in fields)


def open_version(rows, providers, key, version):
    """A version of a key of the organisation, through the provider's layer and, below it, the organisation's key."""
    organisation = rows["organisationId"]
    row = next(each for each in rows["keys"] if (each["keyId"], each["version"]) == (key, version))
    number, body = re.fullmatch(r"vault:v(\d+):(.+)", row["wrapped"]).groups()
    provider = providers.get((row["providerKey"], int(number)))
    if provider is None:
        raise Refused(f"Version {number} of {row['providerKey']} is not in this keystore: it was destroyed.")
    layer = unseal(provider, base64.b64decode(body), bound_to("provider-layer", organisation, key, version), "A key")
    parent_version = row["parentVersion"]
    if parent_version is None:
        return layer
    own = next(each["keyId"] for each in rows["keys"] if each["kind"] == "organisation")
    parent = open_version(rows, providers, own, parent_version)
    bound = bound_to("subject-key", organisation, key, version, (5, struct.pack(">Q", parent_version)))
    return unseal(parent, layer, bound, "A person's or collection's key")


def open_data_key(rows, providers):
    owner = open_version(rows, providers, rows["keyId"], rows["keyVersion"])
    place = (4, uuid.UUID(rows["objectId"]).bytes)
    bound = bound_to("data-key", rows["organisationId"], rows["keyId"], rows["keyVersion"], place)
    return unseal(owner, bytes.fromhex(rows["wrapped"]), bound, "The data key")


def main():
    parser = argparse.ArgumentParser(description="Finds the data key of an object of Holdfast.")
    parser.add_argument("keystore")
    parser.add_argument("rows")
    parser.add_argument("--shares", type=argparse.FileType())
    arguments = parser.parse_args()
    shares = [line for line in arguments.shares.read().splitlines() if line.strip()] if arguments.shares else []
    try:
        with open(arguments.rows, encoding="utf-8") as file:
            rows = json.load(file)
        data_key = open_data_key(rows, provider_keys(arguments.keystore, shares))
    except Refused as refusal:
        print(f"REFUSED: {refusal}", file=sys.stderr)
        return 1
    known = {name: rows[name] for name in ("organisationId", "objectId", "version")}
    print(json.dumps({**known, "dataKey": data_key.hex()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
