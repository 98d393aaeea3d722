#!/usr/bin/python3
"""Reads what is read and said in an asset without any code of the appliance: docs/formats/sealed-text.md.

    open_text.py KEYSTORE_FOLDER ROWS.json [--shares FILE] > TEXT.json

ROWS.json is what text_rows.sql prints. Writes a list of segments with their places, texts and words.
Needs Python 3.9 and Debian's python3-cryptography, nothing else.
"""

import argparse
import io
import json
import sys
import zlib

sys.dont_write_bytecode = True

import open_key  # noqa: E402
import open_object  # noqa: E402


class Refused(Exception):
    """A part is not what was sealed, or not of this asset."""


def open_part(rows, part, providers):
    """What the segments of a part say, by position."""
    place = {**part, "organisationId": rows["organisationId"], "keys": rows["keys"]}
    data_key = open_key.open_data_key(place, providers)
    plain = io.BytesIO()
    open_object.open_object(io.BytesIO(bytes.fromhex(part["sealed"])), {**place, "dataKey": data_key.hex()}, plain)
    content = json.loads(zlib.decompress(plain.getvalue()))
    if (content["assetId"], content["source"]) != (rows["assetId"], part["source"]):
        raise Refused(f"The part {part['objectId']} is another asset's or source's.")
    return {segment["position"]: segment for segment in content["segments"]}


def read_text(rows, providers):
    """All segments in order, each with its place, text and words. Raises Refused and what the other programs raise."""
    said = {}
    for part in rows["parts"]:
        for position, segment in open_part(rows, part, providers).items():
            said[part["source"], position] = segment
    # What was found before texts were sealed, and has not been sealed since, has no parts and says it itself.
    sealed = {part["source"] for part in rows["parts"]}
    missing = [place for place in rows["segments"] if place["source"] in sealed and (place["source"], place["position"]) not in said]
    if missing:
        raise Refused(f"Of {len(missing)} segments the part that they were in is gone.")
    return [{**place, **said.get((place["source"], place["position"]), {})} for place in rows["segments"]]


def main():
    parser = argparse.ArgumentParser(description="Reads the text of an asset of Holdfast.")
    parser.add_argument("keystore")
    parser.add_argument("rows")
    parser.add_argument("--shares", type=argparse.FileType())
    arguments = parser.parse_args()
    shares = [line for line in arguments.shares.read().splitlines() if line.strip()] if arguments.shares else []
    try:
        with open(arguments.rows, encoding="utf-8") as file:
            rows = json.load(file)
        text = read_text(rows, open_key.provider_keys(arguments.keystore, shares))
    except (Refused, open_key.Refused, open_object.Refused) as refusal:
        print(f"REFUSED: {refusal}", file=sys.stderr)
        return 1
    json.dump(text, sys.stdout, ensure_ascii=False, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
