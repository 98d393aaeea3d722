#!/usr/bin/python3
"""Opens sealed objects without any code of the appliance: docs/formats/sealed-object.md, written a second time.

    open_object.py FILE KEY.json OUTPUT     writes the plaintext of FILE to OUTPUT
    open_object.py --self-test VECTORS      checks itself against the published vectors

KEY.json holds {"organisationId", "objectId", "version", "dataKey"}: UUIDs, a number and 64 hexadecimal digits.
Needs Python 3.9 and Debian's python3-cryptography, nothing else.
"""

import argparse
import hashlib
import hmac
import io
import json
import os
import struct
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

PREFIX = b"HFO1" + bytes([1, 18, 0, 0])
LABEL = b"holdfast/sealed-object/v1+AEAD_AES_256_GCM\0"
CHUNK, TAG, HEADER, SALT_END = 1 << 18, 16, 64, 32


class Refused(Exception):
    """The file is no sealed object, or not what was sealed."""


def context_of(key):
    """The context: four fields of type, length and value."""
    fields = (
        PREFIX,
        uuid.UUID(key["organisationId"]).bytes,
        uuid.UUID(key["objectId"]).bytes,
        struct.pack(">Q", key["version"]),
    )
    return b"".join(struct.pack(">BH", number + 1, len(value)) + value for number, value in enumerate(fields))


class Subkeys:
    """What one object is encrypted with."""

    def __init__(self, key, salt):
        info = LABEL + salt + context_of(key)
        derived = HKDFExpand(SHA512(), 32 + 12 + 32, info).derive(bytes.fromhex(key["dataKey"]))
        self.cipher, self.base_nonce, self.commitment = AESGCM(derived[:32]), derived[32:44], derived[44:]

    def nonce(self, chunk):
        return (int.from_bytes(self.base_nonce, "big") ^ chunk).to_bytes(12, "big")


def open_object(source, key, target):
    """Writes the plaintext of the binary stream `source` to `target`, each chunk after it was checked. Raises Refused."""
    header = source.read(HEADER)
    if len(header) != HEADER or not header.startswith(PREFIX):
        raise Refused("This is no sealed object of a format that this program knows.")
    subkeys = Subkeys(key, header[len(PREFIX):SALT_END])
    if not hmac.compare_digest(subkeys.commitment, header[SALT_END:]):
        raise Refused("Key, organisation, object and version do not belong to this file, or its header is damaged.")
    chunk = 0
    while True:
        sealed = source.read(CHUNK + TAG)
        if len(sealed) < TAG:
            raise Refused(f"The object ends before chunk {chunk}: it was cut short.")
        try:
            target.write(subkeys.cipher.decrypt(subkeys.nonce(chunk), sealed, None))
        except InvalidTag:
            raise Refused(f"Chunk {chunk} is not what was sealed.") from None
        if len(sealed) < CHUNK + TAG:
            return
        chunk += 1


def seal_object(plain, key, salt):
    """The sealed object of a plaintext: only for the self-test, which needs files to open."""
    subkeys = Subkeys(key, salt)
    chunks = [plain[start:start + CHUNK] for start in range(0, len(plain) + 1, CHUNK)]
    sealed = [subkeys.cipher.encrypt(subkeys.nonce(number), chunk, None) for number, chunk in enumerate(chunks)]
    return PREFIX + salt + subkeys.commitment + b"".join(sealed)


def refuses(sealed, key):
    try:
        open_object(io.BytesIO(sealed), key, io.BytesIO())
    except Refused:
        return True
    return False


def self_test(path):
    """Answers what is wrong, one sentence each."""
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    problems = []
    for vector in vectors["vectors"]:
        plain = (bytes(range(251)) * (vector["plainBytes"] // 251 + 1))[:vector["plainBytes"]]
        sealed = seal_object(plain, vectors["key"], bytes.fromhex(vector["salt"]))
        opened = io.BytesIO()
        open_object(io.BytesIO(sealed), vectors["key"], opened)
        damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
        checks = {
            "another header": sealed[:HEADER].hex() == vector["header"],
            "another size": len(sealed) == vector["sealedBytes"],
            "other bytes": hashlib.sha256(sealed).hexdigest() == vector["sealedSha256"],
            "another plaintext": opened.getvalue() == plain,
            "damage not seen": refuses(damaged, vectors["key"]) and refuses(sealed[:-1], vectors["key"]),
            "another version not seen": refuses(sealed, {**vectors["key"], "version": vectors["key"]["version"] + 1}),
        }
        problems += [f"{vector['name']}: {what}" for what, passed in checks.items() if not passed]
    return problems, len(vectors["vectors"])


def write_plaintext(source_path, key_path, target_path):
    """Writes beside the target and names it so only when all of it was checked. Raises Refused."""
    if os.path.lexists(target_path):
        raise Refused(f"{target_path} is there already and is not written over.")
    with open(key_path, encoding="utf-8") as file:
        key = json.load(file)
    partial = target_path + ".partial"
    with open(source_path, "rb") as source, open(partial, "xb") as target:
        try:
            os.fchmod(target.fileno(), 0o600)
            open_object(source, key, target)
            os.rename(partial, target_path)
        except BaseException:
            os.unlink(partial)
            raise


def main():
    parser = argparse.ArgumentParser(description="Opens a sealed object of Holdfast.")
    parser.add_argument("--self-test", metavar="VECTORS")
    parser.add_argument("paths", nargs="*", metavar="FILE KEY.json OUTPUT")
    arguments = parser.parse_args()
    if arguments.self_test:
        problems, count = self_test(arguments.self_test)
        print("\n".join(problems) or f"All {count} vectors agree.")
        return 1 if problems else 0
    if len(arguments.paths) != 3:
        parser.error("give a file, its key and where to write the plaintext")
    try:
        write_plaintext(*arguments.paths)
    except Refused as refusal:
        print(f"{arguments.paths[0]}: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
