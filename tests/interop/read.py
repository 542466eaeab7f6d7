# SPDX-License-Identifier: ISC
"""read.py LICENSE MANIFEST FOLDER: Debian's cbor2 reads the claims, and leaves in FOLDER what OpenSSL needs to verify the signature."""
import sys

import cbor2

PRIVATE, SPKI_ED25519 = -65537, bytes.fromhex("302a300506032b6570032100")


def main(license_file, manifest_file, folder):
    with open(license_file, "rb") as file:
        message = cbor2.load(file)
    with open(manifest_file, "rb") as file:
        manifest = cbor2.loads(cbor2.load(file).value[2])
    protected, unprotected, payload, signature = message.value
    header, claims = cbor2.loads(protected), cbor2.loads(payload)
    assert message.tag == 18 and unprotected == {} and header[16] == "application/vnd.skerry.license+cwt"
    assert claims[1] == "hotelhub" and claims[3] == "hms" and claims[5] <= claims[4]
    assert claims[PRIVATE][8]["channel_manager"] is True and claims[PRIVATE][8]["max_rooms"] == 100
    print(f"ok {header[1]}: Debian's cbor2 reads the claims")
    # Canonical encoding gives back the same bytes: nothing in the claims is encoded in a way of its own.
    assert cbor2.dumps(claims[PRIVATE][8], canonical=True) in payload
    key = next(entry[1] for entry in manifest[PRIVATE][5] if entry[1][3] == header[1])
    for name, content in (
        ("tbs", cbor2.dumps(["Signature1", protected, b"", payload])),
        ("sig", signature),
        ("der", SPKI_ED25519 + key[-2]),
    ):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)


main(*sys.argv[1:])
