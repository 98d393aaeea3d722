#!/usr/bin/python3
"""Opens sealed exports without any code of the appliance: docs/formats/sealed-export.md, written a second time.

    open_export.py EXPORT OUTPUT [--passphrase-file FILE]    writes the originals of the folder EXPORT below the folder OUTPUT
    open_export.py EXPORT --list [--passphrase-file FILE]    says what it holds, as JSON
    open_export.py --self-test VECTORS                       checks itself against the published vectors

Without a file it asks for the passphrase. Nothing that is there is written over. Needs Python 3.9 and Debian's python3-cryptography, and
open_object.py beside it, nothing else.
"""

import argparse
import base64
import getpass
import hashlib
import io
import json
import os
import re
import struct
import sys
import tempfile
import unicodedata
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from open_object import Refused, open_object

FORMAT, CATALOGUE = ("holdfast-sealed-export", 1), ("holdfast-export-catalogue", 1)


def unwrap(key, wrapped, label, export, *more):
    """AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes), in base64; bound to label, export and file."""
    fields = [(1, uuid.UUID(export).bytes), *more]
    bound = f"holdfast/{label}/v1".encode() + b"\0"
    bound += b"".join(struct.pack(">BH", number, len(value)) + value for number, value in fields)
    sealed = base64.b64decode(wrapped)
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)
    except (InvalidTag, ValueError):
        raise Refused("The passphrase does not open this export, or it is damaged.") from None


def derive(passphrase, kdf):
    if kdf["name"] != "scrypt" or not 14 <= kdf["log2n"] <= 20 or kdf["r"] != 8 or not 1 <= kdf["p"] <= 4:
        raise Refused("This export asks for a derivation that this program does not know.")
    text = unicodedata.normalize("NFKC", passphrase).encode()
    cost = 1 << kdf["log2n"]
    salt = base64.b64decode(kdf["salt"])
    return hashlib.scrypt(text, salt=salt, n=cost, r=kdf["r"], p=kdf["p"], maxmem=256 * cost * kdf["r"], dklen=32)


class Export:
    """An export whose lock is open."""

    def __init__(self, folder, passphrase):
        self.folder = folder
        with open(os.path.join(folder, "export.json"), encoding="utf-8") as file:
            header = json.load(file)
        if (header["format"], header["version"]) != FORMAT:
            raise Refused("This is no sealed export of a format that this program knows.")
        self.id, lock = header["exportId"], header["lock"]
        self.key = unwrap(derive(passphrase, lock["kdf"]), lock["exportKey"], "export-key", self.id)
        self.catalogue_key = lock["catalogueKey"]

    def open(self, path, file_id, wrapped, target):
        data_key = unwrap(self.key, wrapped, "export-data-key", self.id, (4, uuid.UUID(file_id).bytes))
        key = {"organisationId": self.id, "objectId": file_id, "version": 1, "dataKey": data_key.hex()}
        with open(os.path.join(self.folder, path), "rb") as source:
            open_object(source, key, target)

    def catalogue(self):
        """What the catalogue says of itself, and of each file."""
        plain = io.BytesIO()
        self.open("catalogue.sealed", self.id, self.catalogue_key, plain)
        head, *files = map(json.loads, plain.getvalue().decode().splitlines())
        if (head["format"], head["version"]) != CATALOGUE or head["exportId"] != self.id or head["files"] != len(files):
            raise Refused("The catalogue is not what this program knows.")
        return head, files

    def extract(self, file, root):
        """Writes one original below `root`; named so only when all of it was checked."""
        path = os.path.join(root, *safe_parts(file))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=os.path.dirname(path))
        try:
            with os.fdopen(handle, "w+b") as target:
                self.open(f"objects/{uuid.UUID(file['id'])!s:.2}/{uuid.UUID(file['id'])}", file["id"], file["dataKey"], target)
                target.seek(0)
                if hash_of(target) != file["sha256"]:
                    raise Refused("Its bytes are not those that the catalogue names.")
            os.link(partial, free_name(path, file["assetId"]))
        finally:
            os.unlink(partial)


def safe_parts(file):
    """Folders and name without anything that leads elsewhere."""
    parts = re.split(r"[/\\\0]", f"{file['folder']}/{file['name']}")
    clean = [re.sub(r"[\x00-\x1f\x7f]", "_", part).strip() for part in parts]
    return [part for part in clean if part not in ("", ".", "..")] or ["unnamed"]


def free_name(path, asset):
    stem, extension = os.path.splitext(path)
    return f"{stem} ({asset[-8:]}){extension}" if os.path.lexists(path) else path


def hash_of(stream):
    digest = hashlib.sha256()
    for piece in iter(lambda: stream.read(1 << 20), b""):
        digest.update(piece)
    return digest.hexdigest()


def write_all(export, root):
    """Writes what is sound; answers how many files failed."""
    head, files = export.catalogue()
    failed = 0
    for file in files:
        try:
            export.extract(file, root)
        except (Refused, OSError) as problem:
            failed += 1
            print(f"{'/'.join(safe_parts(file))}: {problem}", file=sys.stderr)
    if head["state"] != "complete":
        print("This export was never finished.", file=sys.stderr)
    print(f"{len(files) - failed} of {len(files)} files written.")
    return failed


def self_test(path):
    """Answers what is wrong with reading the export that the vectors hold."""
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in vectors["files"].items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as target:
                target.write(base64.b64decode(content))
        export = Export(folder, vectors["passphrase"])
        if export.key.hex() != vectors["exportKey"]:
            problems.append("another export key")
        found = {}
        for file in export.catalogue()[1]:
            plain = io.BytesIO()
            export.open(f"objects/{file['id'][:2]}/{file['id']}", file["id"], file["dataKey"], plain)
            found["/".join(safe_parts(file))] = plain.getvalue().decode()
        if found != vectors["originals"]:
            problems.append("other originals")
        try:
            Export(folder, vectors["passphrase"] + "x")
            problems.append("another passphrase opens it")
        except Refused:
            pass
    return problems


def read_passphrase(path):
    if not path:
        return getpass.getpass("Passphrase of the export: ")
    with open(path, encoding="utf-8") as file:
        return file.readline().rstrip("\r\n")


def main():
    parser = argparse.ArgumentParser(description="Opens a sealed export of Holdfast.")
    parser.add_argument("--self-test", metavar="VECTORS")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--passphrase-file", metavar="FILE")
    parser.add_argument("paths", nargs="*", metavar="EXPORT OUTPUT")
    arguments = parser.parse_args()
    if arguments.self_test:
        problems = self_test(arguments.self_test)
        print("\n".join(problems) or "The vectors agree.")
        return 1 if problems else 0
    if len(arguments.paths) != (1 if arguments.list else 2):
        parser.error("give the folder of the export and, unless with --list, where to write the originals")
    try:
        export = Export(arguments.paths[0], read_passphrase(arguments.passphrase_file))
        if not arguments.list:
            return 1 if write_all(export, arguments.paths[1]) else 0
        head, files = export.catalogue()
        print(json.dumps({**head, "files": [{name: file[name] for name in file if name != "dataKey"} for file in files]}, indent=2))
        return 0
    except (Refused, OSError, KeyError, ValueError) as problem:
        print(f"REFUSED: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
