// SPDX-License-Identifier: ISC
// write.mjs key ALG FOLDER: makes an Ed25519 pair; FOLDER/node.pub is its COSE_Key.
// write.mjs license ALG FOLDER: signs FOLDER/node.license with it, by cbor2 and cose-kit's Sign1.
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Sign1 } from 'cose-kit';
import { encoded } from './envelope.mjs';

const [what, algText, folder] = process.argv.slice(2);
const alg = Number(algText);
const DAY = 86400;

if (what === 'key') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const x = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  writeFileSync(`${folder}/node.pub`, encoded(new Map([[1, 1], [3, alg], [-1, 6], [-2, new Uint8Array(x)]])));
  writeFileSync(`${folder}/node.pem`, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  // RFC 9679: SHA-256 over kty, crv and x.
  const thumbprint = createHash('sha256').update(encoded(new Map([[1, 1], [-1, 6], [-2, new Uint8Array(x)]]))).digest();
  writeFileSync(`${folder}/node.kid`, thumbprint.subarray(0, 8));
} else {
  const kid = new Uint8Array(readFileSync(`${folder}/node.kid`));
  const now = Math.floor(Date.now() / 1000);
  const renewBy = now + 30 * DAY;
  const protectedBytes = encoded(new Map([[1, alg], [4, kid], [16, 'application/vnd.skerry.license+cwt']]));
  const payload = encoded(new Map([
    [1, 'hotelhub'], [2, '0123456789ABCDEF'], [3, 'hms'], [4, renewBy + 30 * DAY + DAY], [5, now], [6, now],
    [7, new Uint8Array(8).fill(7)],
    [-65537, new Map([
      [1, 1], [2, now], [3, 1], [4, 'island'], [5, renewBy],
      [8, new Map([['max_rooms', 100], ['channel_manager', true]])],
      [10, new Map([[3, 30 * DAY]])],
    ])],
  ]));
  const toBeSigned = Sign1.Signature1(protectedBytes, new Uint8Array(), payload);
  const signature = sign(null, toBeSigned, createPrivateKey(readFileSync(`${folder}/node.pem`)));
  writeFileSync(`${folder}/node.license`, new Sign1(protectedBytes, new Map(), payload, new Uint8Array(signature)).encode());
}
