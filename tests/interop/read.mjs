// SPDX-License-Identifier: ISC
// read.mjs LICENSE MANIFEST ALG: cose-kit and cbor2 read a license that Skerry made, with the key that its manifest lists.
import { readFileSync } from 'node:fs';
import { verify } from 'node:crypto';
import { coseVerify } from 'cose-kit';
import { demand, publicKeyOf, sigStructure, strictly } from './envelope.mjs';

const [licenseFile, manifestFile, algText] = process.argv.slice(2);
const alg = Number(algText);
const PRIVATE = -65537;

const license = readFileSync(licenseFile);
const manifest = strictly(readFileSync(manifestFile));
demand(manifest.tag === 98, `${alg}: cbor2 (strict) decodes the manifest, a COSE_Sign`);
const claims = strictly(manifest.contents[2]);
const issuing = claims.get(PRIVATE).get(5).map((entry) => entry.get(1));

const message = strictly(license);
demand(message.tag === 18, `${alg}: cbor2 (strict) decodes the license, a COSE_Sign1`);
const [protectedBytes, unprotected, payload, signature] = message.contents;
const header = strictly(protectedBytes);
demand(header.get(1) === alg && header.get(16) === 'application/vnd.skerry.license+cwt' && unprotected.size === 0,
  `${alg}: the header names algorithm, key and type`);
const entitlement = strictly(payload);
demand(entitlement.get(1) === 'hotelhub' && entitlement.get(3) === 'hms' && entitlement.get(PRIVATE) instanceof Map,
  `${alg}: cbor2 (strict) decodes the claims`);

const key = publicKeyOf(issuing.find((candidate) => candidate.get(3) === alg));
demand(verify(null, sigStructure(protectedBytes, payload), key, signature),
  `${alg}: the signature fits the Sig_structure that cbor2 builds`);
if (alg === -8) {
  demand((await coseVerify(license, key)).isValid, '-8: cose-kit verifies the license');
  const altered = Buffer.from(license);
  altered[altered.length - 100] ^= 1;
  const refused = await coseVerify(altered, key).then((result) => !result.isValid, () => true);
  demand(refused, '-8: cose-kit refuses it with one bit changed');
} else {
  // RFC 9864 is newer than cose-kit: it must say so instead of verifying under another name.
  const refused = await coseVerify(license, key).then(() => false, (error) => /unknown algorithm/.test(error.message));
  demand(refused, '-19: cose-kit says that it does not know the algorithm');
}
