// SPDX-License-Identifier: ISC
// What both directions need: cbor2 held to deterministic encoding, and Ed25519 keys between COSE and Node.
import { createPublicKey } from 'node:crypto';
import { cdeDecodeOptions, cdeEncodeOptions, decode, encode } from 'cbor2';

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

// Refuses whatever is not deterministic: RFC 8949, section 4.2.1.
export const strictly = (bytes) =>
  decode(bytes, { ...cdeDecodeOptions, rejectDuplicateKeys: true, preferMap: true });

export const encoded = (value) => Buffer.from(encode(value, cdeEncodeOptions));

// cbor2 decodes to Node's Buffer but encodes only a plain Uint8Array as a byte string.
export const sigStructure = (protectedBytes, payload) =>
  encoded(['Signature1', new Uint8Array(protectedBytes), new Uint8Array(), new Uint8Array(payload)]);

export const publicKeyOf = (coseKey) =>
  createPublicKey({ key: Buffer.concat([SPKI_ED25519, coseKey.get(-2)]), format: 'der', type: 'spki' });

export function demand(condition, what) {
  if (!condition) {
    console.error(`FAIL ${what}`);
    process.exit(1);
  }
  console.log(`ok ${what}`);
}
