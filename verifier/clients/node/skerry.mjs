// SPDX-License-Identifier: ISC
/*
 * Skerry for Node: what may this product do here, now?
 *
 * One file, Node 18 or later, nothing else. A product pins its vendor's root manifest and asks:
 *
 *     import { Skerry, SkerryError } from './skerry.mjs';
 *
 *     const skerry = new Skerry({ trust: VENDOR_MANIFEST, product: 'hotelhub/hms' });  // bytes that are part of the program
 *     if (await skerry.check('channel_manager')) ...
 *     const rooms = await skerry.limit('max_rooms');
 *     console.log((await skerry.verdict()).message);
 *     const seat = await skerry.claimSeat('front desk 2');
 *     await skerry.releaseSeat('front desk 2', seat.secret);
 *
 * Two ways to know, one of which is chosen by the configuration:
 *
 * - skerryd, the daemon of the site (`socket`, the default). It keeps the time, compares the machine and hands
 *   out seats. Nothing it says is believed unproven: each answer is signed by the site's own key over a fresh
 *   nonce, the license names that key, and the pinned root leads to the license. When the daemon does not
 *   answer, the last proof holds until it would change, at most 15 minutes.
 * - a license file (`license`), where there is no daemon. It has no memory: time is the wall clock, no earlier
 *   than the license's own date, a revocation is known only from a manifest beside the license, and no
 *   component of the machine can be read. A license for a machine gives its rebind grace and no more.
 *
 * What is refused is refused with the code that Skerry's C library gives (SkerryError.code). Nothing here
 * prints, and no global state is kept. docs/guide/clients.md tells more.
 */

import { createHash, createPublicKey, randomBytes, timingSafeEqual, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';

const NEVER = Infinity;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const DAY_S = 86400;
const TIME_MAX = 253402300799;
const PROOF_LIVES_S = 900;
const RETRY_S = 10;

const SENTENCES = {
	argument: 'A setting is missing or makes no sense.',
	signature: "The signature does not fit: the license was altered, or is not the vendor's.",
	trust_key_unknown: 'The license was signed by a key that the pinned manifest does not list.',
	trust_key_revoked: 'The key that signed the license has been revoked.',
	trust_root_unknown: 'A manifest is signed by somebody who is no root of this vendor.',
	trust_threshold: 'A manifest has too few signatures.',
	product: 'The license is for another product.',
	brand: 'The license is of another brand.',
	tenant: 'The license is for another tenant.',
	no_license: 'There is no license.',
	no_access: 'The license gives no access.',
	no_limit: 'The license names no such limit.',
	no_seats: 'The license has no seats.',
	not_paired: 'The license is not bound to this site, so that its daemon can prove nothing.',
	proof: 'The answer is not one to this question, or too old.',
	no_daemon: 'skerryd does not answer.',
	io: 'What answers at the socket is no skerryd.',
	file_missing: 'There is no such file.',
	file_permission: 'It may not be read by this user.',
};

/** Why something was refused: `code` is a stable name, as in the daemon's answers. */
export class SkerryError extends Error {
	/** `offset`: byte in the document, for malformed input; `retryAt`: when a seat may be free, RFC 3339, or null. */
	constructor(code, message = null, offset = 0, retryAt = null) {
		super(message || SENTENCES[code] || `The license is refused: ${code}.`);
		this.name = 'SkerryError';
		this.code = code;
		this.offset = offset;
		this.retryAt = retryAt;
	}
}

function fail(code, at = 0) {
	throw new SkerryError(code, null, at);
}

/* --- Ed25519 ------------------------------------------------------------------------------------------ */

const ED25519_P = 2n ** 255n - 19n;
const ED25519_L = 2n ** 252n + 27742317777372353535851937790883648493n;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/* y of the points of small order: with such a key, or such an R, one signature fits many messages. */
const SMALL_ORDER = new Set([
	'0000000000000000000000000000000000000000000000000000000000000000',
	'0100000000000000000000000000000000000000000000000000000000000000',
	'26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
	'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
	'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
	'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
	'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((y) => littleEndian(Buffer.from(y, 'hex'))));

function littleEndian(bytes) {
	return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function yOf(point) {
	return BigInt.asUintN(255, littleEndian(point));
}

/** As libsodium: no small order, nothing that could be written in another way. */
function ed25519Verify(key, signature, message) {
	const r = signature.subarray(0, 32);
	if (SMALL_ORDER.has(yOf(key)) || yOf(key) >= ED25519_P || SMALL_ORDER.has(yOf(r)) ||
		littleEndian(signature.subarray(32)) >= ED25519_L) {
		return false;
	}
	try {
		const point = createPublicKey({ key: Buffer.concat([ED25519_SPKI, key]), format: 'der', type: 'spki' });
		return verify(null, message, point, signature);
	} catch {
		return false;
	}
}

/* --- CBOR --------------------------------------------------------------------------------------------- */

const UINT = 0, NINT = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7, NONE = 8;
const DEPTH_MAX = 16, COUNT_MAX = 4096;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/* What stands before the point of an Ed25519 key (6), with each of its algorithms, and an X25519 key (4). */
const KEY_HEADS = {
	a4010103272006215820: { curve: 6, alg: -8 },
	a4010103322006215820: { curve: 6, alg: -19 },
	a301012004215820: { curve: 4, alg: 0 },
};

/** A number where it is exact; else a bigint. */
function narrow(value) {
	return typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** The strict reader of deterministic CBOR (RFC 8949, section 4.2.1). */
class Cbor {
	constructor(data, at = 0, end = data.length) {
		this.data = data;
		this.at = at;
		this.end = end;
		this.depth = 0;
	}

	peek() {
		return this.at < this.end ? this.data[this.at] >> 5 : NONE;
	}

	/** The next head, which is not taken. */
	head() {
		const at = this.at;
		if (at >= this.end) {
			fail('cbor_truncated', at);
		}
		const type = this.data[at] >> 5;
		const low = this.data[at] & 0x1f;
		if (low < 24) {
			if (type === SIMPLE && (low < 20 || low > 22)) {
				fail(low === 23 ? 'cbor_undefined' : 'cbor_simple', at);
			}
			return { type, value: low, after: at + 1 };
		}
		if (low > 27) {
			fail(low === 31 ? 'cbor_indefinite' : 'cbor_reserved', at);
		}
		const size = 1 << (low - 24);
		if (this.end - at - 1 < size) {
			fail('cbor_truncated', at);
		}
		if (type === SIMPLE) {
			fail(size === 1 ? 'cbor_simple' : 'cbor_float', at);
		}
		const value = size === 8 ? narrow(this.data.readBigUInt64BE(at + 1)) : this.data.readUIntBE(at + 1, size);
		if (value < (size === 1 ? 24 : 2 ** (4 * size))) {
			fail('cbor_not_shortest', at);
		}
		return { type, value, after: at + 1 + size };
	}

	failType(type) {
		fail(type === TAG ? 'cbor_tag' : 'cbor_type', this.at);
	}

	typed(wanted) {
		const head = this.head();
		if (head.type !== wanted) {
			this.failType(head.type);
		}
		return head;
	}

	uint(most = INT64_MAX) {
		const { value, after } = this.typed(UINT);
		if (value > most) {
			fail('cbor_range', this.at);
		}
		this.at = after;
		return value;
	}

	int(least = INT64_MIN, most = INT64_MAX) {
		const { type, value, after } = this.head();
		if (type !== UINT && type !== NINT) {
			this.failType(type);
		}
		const signed = type === UINT ? value : narrow(-1n - BigInt(value));
		if (signed < least || signed > most) {
			fail('cbor_range', this.at);
		}
		this.at = after;
		return signed;
	}

	string(type, most) {
		const { value: size, after } = this.typed(type);
		if (size > this.end - after) {
			fail('cbor_length', this.at);
		}
		if (size > most) {
			fail('cbor_count', this.at);
		}
		let string = this.data.subarray(after, after + size);
		if (type === TEXT) {
			try {
				string = UTF8.decode(string);
			} catch {
				fail('cbor_utf8', this.at);
			}
		}
		this.at = after + size;
		return string;
	}

	bytes(most = Infinity) {
		return this.string(BYTES, most);
	}

	fixed(size) {
		const at = this.at;
		const string = this.string(BYTES, size);
		if (string.length !== size) {
			fail('cbor_count', at);
		}
		return string;
	}

	text(most = Infinity) {
		return this.string(TEXT, most);
	}

	bool() {
		const { value, after } = this.typed(SIMPLE);
		if (value === 22) {
			fail('cbor_type', this.at);
		}
		this.at = after;
		return value === 21;
	}

	enter(after) {
		if (this.depth >= DEPTH_MAX) {
			fail('cbor_depth', this.at);
		}
		this.depth++;
		this.at = after;
	}

	begin(type, entrySize, most) {
		const { value: count, after } = this.typed(type);
		if (count > Math.floor((this.end - after) / entrySize)) {
			fail('cbor_length', this.at);
		}
		if (count > most) {
			fail('cbor_count', this.at);
		}
		this.enter(after);
		return count;
	}

	array(most) {
		return this.begin(ARRAY, 1, most);
	}

	/** Behind the last entry of an array, and behind a tag's content. */
	leave() {
		this.depth--;
	}

	/** What label() needs to hold the order: entries left, the key before. */
	map(most) {
		return { left: this.begin(MAP, 2, most), before: null };
	}

	taken(map, at) {
		const key = this.data.subarray(at, this.at);
		const order = map.before === null ? -1 : Buffer.compare(map.before, key);
		if (order >= 0) {
			fail(order === 0 ? 'cbor_key_duplicate' : 'cbor_key_order', at);
		}
		map.left--;
		map.before = key;
	}

	/** The next label; null, and the map closed, after the last. */
	label(map) {
		if (map.left === 0) {
			this.leave();
			return null;
		}
		const at = this.at;
		const label = this.int();
		this.taken(map, at);
		return label;
	}

	name(map, most = Infinity) {
		if (map.left === 0) {
			this.leave();
			return null;
		}
		const at = this.at;
		const name = this.text(most);
		this.taken(map, at);
		return name;
	}

	/** A key of either kind. */
	key(map) {
		return this.peek() === TEXT && map.left > 0 ? this.name(map) : this.label(map);
	}

	tag(wanted) {
		const { value, after } = this.typed(TAG);
		if (value !== wanted) {
			fail('cbor_tag', this.at);
		}
		this.enter(after);
	}

	/** Passes over the next item, holding it to the whole profile. */
	skip() {
		const { type, after } = this.head();
		if (type === UINT || type === NINT || type === SIMPLE) {
			this.at = after;
		} else if (type === BYTES || type === TEXT) {
			this.string(type, Infinity);
		} else if (type === ARRAY) {
			for (let left = this.array(COUNT_MAX); left > 0; left--) {
				this.skip();
			}
			this.leave();
		} else if (type === MAP) {
			const map = this.map(COUNT_MAX);
			while (map.left > 0) {
				this.skipKey(map);
				this.skip();
			}
			this.leave();
		} else {
			this.failType(type);
		}
	}

	skipKey(map) {
		const at = this.at;
		const { type, after } = this.head();
		if (type === TEXT) {
			this.text();
		} else if (type === UINT || type === NINT) {
			this.at = after;
		} else {
			this.failType(type);
		}
		this.taken(map, at);
	}

	finish() {
		if (this.at < this.end) {
			fail('cbor_trailing', this.at);
		}
	}

	/* --- what claims are made of --- */

	/** Calls readers.get(label)() for each label; an unknown one is passed over, or critical. */
	claims(readers, required = []) {
		const at = this.at;
		const map = this.map(64);
		const seen = new Set();
		for (;;) {
			const labelAt = this.at;
			const label = this.key(map);
			if (label === null) {
				break;
			}
			const read = readers.get(label);
			if (typeof label === 'string' || (label < 0 && read === undefined)) {
				fail('claim_critical', labelAt);
			}
			seen.add(label);
			if (read === undefined) {
				this.skip();
			} else {
				read();
			}
		}
		if (required.some((label) => !seen.has(label))) {
			fail('claim_missing', at);
		}
		return seen.size;
	}

	date() {
		return this.int(0, TIME_MAX);
	}

	duration(least = 0) {
		const at = this.at;
		const value = this.int(least, 36600 * DAY_S);
		if (value === 0) {
			fail('claim_value', at);
		}
		return value;
	}

	anyDuration() {
		return this.duration(-36600 * DAY_S);
	}

	positive(most = INT64_MAX) {
		const at = this.at;
		const value = this.uint(most);
		if (value === 0) {
			fail('claim_value', at);
		}
		return value;
	}

	someText(most) {
		const at = this.at;
		const text = this.text(most);
		if (text === '') {
			fail('claim_value', at);
		}
		return text;
	}

	/** Text of a form: a regular expression for all of it. */
	form(most, form) {
		const at = this.at;
		const text = this.text(most);
		if (!form.test(text)) {
			fail('claim_value', at);
		}
		return text;
	}

	yes() {
		const at = this.at;
		if (!this.bool()) {
			fail('claim_value', at);
		}
		return true;
	}

	version() {
		const at = this.at;
		const { value, after } = this.typed(UINT);
		this.at = after;
		if (value !== 1) {
			fail(value === 0 ? 'claim_value' : 'claim_version', at);
		}
	}

	tuple(size) {
		const at = this.at;
		if (this.array(size) !== size) {
			fail('cbor_count', at);
		}
	}

	/** A list of 1 to `most` entries, each read by read(the one before). */
	list(most, read) {
		const at = this.at;
		const count = this.array(most);
		if (count === 0) {
			fail('claim_value', at);
		}
		const list = [];
		while (list.length < count) {
			list.push(read(list[list.length - 1]));
		}
		this.leave();
		return list;
	}

	/** Texts that ascend by length, then by bytes, none twice. */
	set(most, textMost, form) {
		return this.list(most, (before) => {
			const at = this.at;
			const text = this.form(textMost, form);
			if (before !== undefined && (before.length > text.length || (before.length === text.length && before >= text))) {
				fail('claim_value', at);
			}
			return text;
		});
	}

	/** { curve, alg, x } of an Ed25519 key (6) or an X25519 key (4); another curve is claim_value. */
	coseKey(curve) {
		const at = this.at;
		this.skip();
		const key = this.data.subarray(at, this.at);
		const head = key.subarray(0, Math.max(key.length - 32, 0)).toString('hex');
		const kind = Object.hasOwn(KEY_HEADS, head) ? KEY_HEADS[head] : fail('cose_key', at);
		if (kind.curve !== curve) {
			fail('claim_value', at);
		}
		return { ...kind, x: key.subarray(key.length - 32) };
	}
}

function sameKey(a, b) {
	return a.curve === b.curve && a.alg === b.alg && a.x.equals(b.x);
}

/* --- COSE (RFC 9052) ---------------------------------------------------------------------------------- */

const ALG = 1, KID = 4, TYP = 16;

/** The first 8 bytes of a key's thumbprint (RFC 9679), in hexadecimal: of the point alone. */
function kidOf(key) {
	const head = Buffer.from([0xa3, 0x01, 0x01, 0x20, key.curve, 0x21, 0x58, 0x20]);
	return createHash('sha256').update(head).update(key.x).digest('hex').slice(0, 16);
}

function sized(r, type, code, least, most) {
	const at = r.at;
	if (r.peek() !== type) {
		r.skip();
		fail(code, at);
	}
	const string = r.string(type, Infinity);
	const size = Buffer.byteLength(string);
	if (size < least || size > most) {
		fail(code, at);
	}
	return string;
}

function algorithm(r) {
	const at = r.at;
	r.skip();
	const known = { 27: -8, 32: -19 }[r.data.subarray(at, r.at).toString('hex')];
	return known === undefined ? fail('cose_algorithm', at) : known;
}

const HEADER_READERS = new Map([
	[ALG, algorithm],
	[KID, (r) => sized(r, BYTES, 'cose_kid', 8, 8).toString('hex')],
	[TYP, (r) => sized(r, TEXT, 'cose_type', 0, 64)],
]);

function readHeaders(outer, wanted) {
	const outerAt = outer.at;
	const encoded = outer.bytes(96);
	if (encoded.length === 0) {
		fail('cose_header_missing', outerAt);
	}
	/* Offsets are the message's. */
	const start = outer.at - encoded.length;
	const r = new Cbor(outer.data, start, outer.at);
	const map = r.map(COUNT_MAX);
	const headers = new Map();
	for (;;) {
		const at = r.at;
		const label = r.key(map);
		if (label === null) {
			break;
		}
		const read = HEADER_READERS.get(label) ?? fail('cose_header_unknown', at);
		headers.set(label, read(r));
		if (!wanted.includes(label)) {
			fail('cose_header_unknown', at);
		}
	}
	if (headers.size !== wanted.length) {
		fail('cose_header_missing', start);
	}
	r.finish();
	return { encoded, alg: headers.get(ALG), kid: headers.get(KID), type: headers.get(TYP) };
}

function readUnprotected(r) {
	const map = r.map(COUNT_MAX);
	const at = r.at;
	if (r.key(map) !== null) {
		fail('cose_unprotected', at);
	}
}

function readSignature(r) {
	const at = r.at;
	const signature = r.bytes();
	return signature.length === 64 ? signature : fail('cose_signature_length', at);
}

function coseSign1(data) {
	const r = new Cbor(data);
	r.tag(18);
	r.tuple(4);
	const message = readHeaders(r, [ALG, KID, TYP]);
	readUnprotected(r);
	message.payload = r.bytes();
	message.signature = readSignature(r);
	r.leave();
	r.leave();
	r.finish();
	return message;
}

function coseSign(data) {
	const r = new Cbor(data);
	r.tag(98);
	r.tuple(4);
	const message = readHeaders(r, [TYP]);
	readUnprotected(r);
	message.payload = r.bytes();
	message.signers = [];
	for (let left = r.array(16); left > 0; left--) {
		const at = r.at;
		r.tuple(3);
		const signer = readHeaders(r, [ALG, KID]);
		readUnprotected(r);
		signer.signature = readSignature(r);
		r.leave();
		if (message.signers.length > 0 && message.signers[message.signers.length - 1].kid >= signer.kid) {
			fail('cose_signers', at);
		}
		message.signers.push(signer);
	}
	r.leave();
	r.leave();
	r.leave();
	r.finish();
	return message;
}

function byteString(data) {
	const size = data.length;
	const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : size < 65536 ? [0x59, size >> 8, size & 255]
		: [0x5a, size >> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
	return Buffer.concat([Buffer.from(head), data]);
}

function verifyBy(signer, key, ...covered) {
	if (signer.alg !== key.alg) {
		fail('trust_algorithm');
	}
	if (!ed25519Verify(key.x, signer.signature, Buffer.concat(covered))) {
		fail('signature');
	}
}

function verifySign1(message, key) {
	verifyBy(message, key, Buffer.from('\x84\x6aSignature1', 'latin1'), byteString(message.encoded), Buffer.from([0x40]),
		byteString(message.payload));
}

function verifySigner(message, signer, key) {
	verifyBy(signer, key, Buffer.from('\x85\x69Signature', 'latin1'), byteString(message.encoded), byteString(signer.encoded),
		Buffer.from([0x40]), byteString(message.payload));
}

/* --- license ------------------------------------------------------------------------------------------ */

const SLUG = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const PRODUCT = /^[a-z0-9][a-z0-9_-]{0,31}\/[a-z0-9][a-z0-9_-]{0,31}$/;
const LICENSE_ID = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const GRANT_NAME = /^[^\x00-\x1f\x7f]+$/;
const DOMAIN = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The next name of a map whose names are all known and all there. */
function expectName(r, map, mapAt, wanted) {
	const at = r.at;
	const got = r.name(map, 64);
	if (got !== wanted) {
		fail(got === null ? 'claim_missing' : 'claim_critical', got === null ? mapAt : at);
	}
}

/** A license's claims, once its signature has passed. */
export class License {
	static TYPE = 'application/vnd.skerry.license+cwt';
	static MAX = 16384;
	static #PAYLOAD_MAX = 16128;

	document = Buffer.alloc(0);
	brand = '';
	id = '';
	product = '';
	plan = '';
	licensee = '';
	expiresAt = NEVER;
	notBefore = 0;
	issuedAt = 0;
	cti = Buffer.alloc(0);
	siteKey = null;
	status = null;
	edition = 0;
	activation = 0;
	renewBy = NEVER;
	validUntil = NEVER;
	maintenanceUntil = NEVER;
	/** name: true, a number (beyond 2^53 a bigint) or a text */
	grants = new Map();
	/** [max, burst, ttl_s] or null */
	seats = null;
	/** Durations in seconds, by the ladder's labels. */
	ladder = new Map();
	dayEndMinutes = 240;
	components = 0;
	domains = [];
	tenant = null;
	steps = 0;
	stepDays = 0;

	static parse(payload) {
		if (payload.length > License.#PAYLOAD_MAX) {
			fail('document_too_large', License.#PAYLOAD_MAX);
		}
		const l = new License();
		const r = new Cbor(payload);
		const places = { exp: 0, nbf: 0, uri: 0 };
		r.claims(new Map([
			[1, () => { l.brand = r.form(32, SLUG); }],
			[2, () => { l.id = r.form(16, LICENSE_ID); }],
			[3, () => { l.product = r.form(32, SLUG); }],
			[4, () => { places.exp = r.at; l.expiresAt = r.date(); }],
			[5, () => { places.nbf = r.at; l.notBefore = r.date(); }],
			[6, () => { l.issuedAt = r.date(); }],
			[7, () => { l.cti = r.fixed(8); }],
			[8, () => r.claims(new Map([[1, () => { l.siteKey = r.coseKey(6); }]]), [1])],
			[65535, () => l.#readStatus(r, places)],
			[-65537, () => l.#readOwn(r)],
		]), [1, 2, 3, 5, 6, 7, -65537]);
		l.#checkAgreement(places);
		r.finish();
		return l;
	}

	#readStatus(r, places) {
		const statusAt = r.at;
		const status = r.map(64);
		expectName(r, status, statusAt, 'status_list');
		const listAt = r.at;
		const list = r.map(64);
		expectName(r, list, listAt, 'idx');
		const idx = r.uint();
		expectName(r, list, listAt, 'uri');
		places.uri = r.at;
		this.status = { idx, uri: r.text(7 + 32) };
		expectName(r, list, listAt, null);
		expectName(r, status, statusAt, null);
	}

	#readOwn(r) {
		r.claims(new Map([
			[1, () => r.version()],
			[2, () => { this.edition = r.uint(); }],
			[3, () => { this.activation = r.positive(); }],
			[4, () => { this.plan = r.form(32, SLUG); }],
			[5, () => { this.renewBy = r.date(); }],
			[6, () => { this.validUntil = r.date(); }],
			[7, () => { this.maintenanceUntil = r.date(); }],
			[8, () => this.#readGrants(r)],
			[9, () => {
				r.tuple(3);
				this.seats = [r.positive(1000000), r.uint(1000000), r.duration()];
				r.leave();
			}],
			[10, () => this.#readLadder(r)],
			[11, () => this.#readFingerprint(r)],
			[12, () => { this.domains = r.set(16, 253, DOMAIN); }],
			[13, () => { this.tenant = r.someText(64); }],
			[14, () => {
				r.tuple(3);
				r.fixed(12);
				this.steps = r.positive(99);
				this.stepDays = r.positive(366);
				r.leave();
			}],
			[15, () => { this.licensee = r.someText(128); }],
		]), [1, 2, 4]);
	}

	#readGrants(r) {
		const mapAt = r.at;
		const map = r.map(128);
		for (;;) {
			const at = r.at;
			const name = r.name(map, 64);
			if (name === null) {
				break;
			}
			if (!GRANT_NAME.test(name)) {
				fail('claim_value', at);
			}
			const type = r.peek();
			this.grants.set(name, type === UINT || type === NINT ? r.int() : type === TEXT ? r.text(128) : r.yes());
		}
		if (this.grants.size === 0) {
			fail('claim_value', mapAt);
		}
	}

	#readLadder(r) {
		const at = r.at;
		const readers = new Map();
		for (let label = 1; label <= 10; label++) {
			readers.set(label, () => this.ladder.set(label, label <= 2 ? r.anyDuration() : r.duration()));
		}
		readers.set(7, () => r.positive(1));
		readers.set(11, () => {
			const minutesAt = r.at;
			this.dayEndMinutes = r.uint(1439);
			if (this.dayEndMinutes === 240) {
				fail('claim_value', minutesAt);
			}
		});
		if (r.claims(readers) === 0) {
			fail('claim_value', at);
		}
	}

	#readFingerprint(r) {
		let sum = 0;
		r.tuple(3);
		r.fixed(16);
		const at = r.at;
		const threshold = r.positive(16 * 255);
		this.components = r.list(16, (before) => {
			const componentAt = r.at;
			r.tuple(3);
			const type = r.positive(255);
			sum += r.positive(255);
			const hashAt = r.at;
			const hash = r.bytes(16);
			if (hash.length < 12) {
				fail('claim_value', hashAt);
			}
			r.leave();
			/* Compared as they are: by type, by length, by bytes. */
			const component = Buffer.concat([Buffer.from([type, hash.length]), hash]);
			if (before !== undefined && Buffer.compare(before, component) >= 0) {
				fail('claim_value', componentAt);
			}
			return component;
		}).length;
		if (threshold > sum) {
			fail('claim_value', at);
		}
		r.leave();
	}

	#checkAgreement(places) {
		const last = Ladder.lastDate(this);
		if (this.notBefore > this.validUntil) {
			fail('claim_conflict', places.nbf);
		}
		if (this.expiresAt < last) {
			fail('claim_conflict', places.exp);
		}
		if (this.expiresAt === NEVER && last !== NEVER) {
			fail('claim_conflict');
		}
		if (this.status !== null && this.status.uri !== `skerry:${this.brand}`) {
			fail('claim_conflict', places.uri);
		}
	}

	/** 'product', 'brand' or 'tenant' where it is for another one; null. */
	isForOther(product, tenant = null) {
		const [brand, name] = product.split('/');
		if (brand !== this.brand) {
			return 'brand';
		}
		if (name !== this.product) {
			return 'product';
		}
		return tenant !== null && tenant !== (this.tenant ?? '') ? 'tenant' : null;
	}

	/** Whether it names domains, and this is none of them. */
	isForOtherDomain(asked) {
		const domain = upperless(asked ?? '').replace(/\.$/, '');
		const dot = domain.indexOf('.');
		/* The star is one whole label: not none, and not two. */
		return this.domains.length > 0 && !(domain !== '' && this.domains.includes(domain)) &&
			!(dot > 0 && this.domains.includes(`*${domain.slice(dot)}`));
	}
}

/* ASCII alone: others may grow. */
function upperless(text) {
	return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upper(text) {
	return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/* --- dates -------------------------------------------------------------------------------------------- */

/** A function from an instant to the seconds that the place's clock is ahead of UTC. */
function offsetsOf(zone) {
	if (zone === undefined || zone === null) {
		return (at) => -new Date(at * 1000).getTimezoneOffset() * 60;
	}
	if (zone === 'UTC') {
		return () => 0;
	}
	const fixed = /^([+-])(\d\d):([0-5]\d)$/.exec(zone);
	if (fixed !== null) {
		const seconds = (Number(fixed[2]) * 60 + Number(fixed[3])) * 60;
		return () => (fixed[1] === '-' ? -seconds : seconds);
	}
	let format;
	try {
		format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric',
			day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
	} catch {
		throw new SkerryError('argument', `There is no timezone ${zone}.`);
	}
	return (at) => {
		const p = Object.fromEntries(format.formatToParts(at * 1000).map(({ type, value }) => [type, Number(value)]));
		return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) / 1000 - at;
	};
}

/** How the dates of a license follow from its claims. */
class Ladder {
	constructor(license, steps = 0) {
		const rung = (label) => license.ladder.get(label) ?? 0;
		this.validUntil = license.validUntil;
		this.renewBy = license.renewBy === NEVER ? NEVER
			: Math.min(license.renewBy + steps * license.stepDays * DAY_S, license.validUntil);
		this.warnFrom = this.renewBy - rung(1);
		this.alertFrom = this.renewBy - rung(2);
		const termEnds = this.validUntil + rung(5);
		/* Who renews as late as the term itself ends has nothing to renew. */
		const contactEnds = this.renewBy >= this.validUntil ? NEVER : this.renewBy + rung(3);
		this.graceUntil = Math.min(contactEnds, termEnds);
		/* Whether the term, and not the renewal, ends it. */
		this.byExpiry = termEnds === this.graceUntil;
		this.degradedUntil = this.graceUntil + rung(4);
	}

	static lastDate(license) {
		return new Ladder(license, license.steps).degradedUntil + DAY_S;
	}

	/** The first day end, local time, that is not before `at`. */
	static dayEnd(at, minutes, offset) {
		const atOffset = (instant, seconds) => {
			const since = (((instant + seconds - minutes * 60) % DAY_S) + DAY_S) % DAY_S;
			return since === 0 ? instant : instant + DAY_S - since;
		};
		if (at === NEVER) {
			return at;
		}
		const now = offset(at - 1);
		const end = atOffset(at, now);
		if (offset(end) === now) {
			return end;
		}
		/* A clock is put forward or back in between: where? */
		let before = at - 1, change = end;
		while (change - before > 1) {
			const middle = before + Math.floor((change - before) / 2);
			if (offset(middle) === now) {
				before = middle;
			} else {
				change = middle;
			}
		}
		const then = offset(change);
		return end - change < (then - now) % DAY_S ? change : atOffset(change, then);
	}
}

function orNull(at) {
	return at === NEVER ? null : at;
}

/** What holds at one instant. Instants are UTC seconds; null where there is none. */
export class Verdict {
	static STATES = ['unlicensed', 'active', 'overdue', 'grace', 'degraded', 'locked'];
	static ACCESSES = ['none', 'read_only', 'full'];
	static REASONS = ['ok', 'not_yet_valid', 'overdue', 'expired', 'renewal_missed', 'suspended', 'revoked',
		'signing_key_revoked', 'unpaired', 'wrong_machine', 'too_few_components', 'wrong_domain', 'wrong_tenant',
		'maintenance_ended', 'no_license', 'state_damaged', 'no_daemon'];
	static NOTICES = ['none', 'info', 'warn', 'alert'];
	static CLOCKS = ['ok', 'behind', 'ahead_unproven', 'fault', 'unattended'];

	state = 'unlicensed';
	access = 'none';
	reason = 'no_license';
	notice = 'alert';
	at = 0;
	nextChangeAt = null;
	renewBy = null;
	validUntil = null;
	maintenanceUntil = null;
	graceUntil = null;
	degradedUntil = null;
	/** Of the daemon: how its time and the wall clock go together, and whether an old copy was put back. */
	clock = 'ok';
	stateRollback = false;
	/** For the person in front of the screen: what holds, what to do, whom to call. */
	message = '';
	/** { name, telephone, email, url } of the vendor, as far as the manifest tells. */
	contact = {};
	/** 'daemon', 'last' (it does not answer; the last proof holds) or 'file'. */
	source = 'file';
	/** Why it is only the last one: a code as of SkerryError; or null. */
	trouble = null;

	isFull() {
		return this.access === 'full';
	}

	mayRead() {
		return this.access !== 'none';
	}

	/** Whole days until full access ends, or, before that comes into question, until the renewal; or null. */
	daysLeft() {
		const due = this.renewBy ?? this.validUntil;
		const until = { active: due, overdue: due, grace: this.graceUntil, degraded: this.degradedUntil }[this.state] ?? null;
		return until === null || until < this.at ? null : Math.floor((until - this.at) / DAY_S);
	}

	/**
	 * The verdict of a license at an instant, as the C library has it for a license in bytes on a machine of
	 * which nothing can be read.
	 */
	static of(license, at, zone = null, domain = null, buildDate = 0) {
		const mismatches = [];
		if (license.components > 0) {
			mismatches.push('too_few_components');
		}
		if (license.isForOtherDomain(domain)) {
			mismatches.push('wrong_domain');
		}
		return Verdict.#under(license, Math.max(at, license.issuedAt), offsetsOf(zone), buildDate, 0, mismatches);
	}

	/** What a license gives at its best: everything matches, all telephone renewals were taken. */
	static best(license, at, buildDate) {
		return Verdict.#under(license, at, () => 0, buildDate, license.steps, []);
	}

	static #under(license, at, offset, buildDate, steps, mismatches) {
		const ladder = new Ladder(license, steps);
		const rungs = Verdict.#rungs(license, ladder, offset, mismatches, buildDate);
		const answer = Verdict.#answerAt(license, ladder, rungs, at);
		let next = Verdict.#boundary(license, ladder, rungs, at);
		while (next !== NEVER && Verdict.#answerAt(license, ladder, rungs, next).join() === answer.join()) {
			next = Verdict.#boundary(license, ladder, rungs, next);
		}
		const dated = rungs.filter(([from]) => from !== -Infinity);
		const v = new Verdict();
		v.at = at;
		[v.state, v.reason, v.notice] = answer;
		v.access = ['none', 'full', 'full', 'full', 'read_only', 'none'][Verdict.STATES.indexOf(v.state)];
		v.nextChangeAt = orNull(next);
		v.renewBy = orNull(ladder.renewBy);
		v.validUntil = orNull(ladder.validUntil);
		v.maintenanceUntil = orNull(license.maintenanceUntil);
		v.graceUntil = orNull(Math.min(...dated.map(([, full]) => full)));
		v.degradedUntil = orNull(Math.min(...dated.map(([, , read]) => read)));
		return v;
	}

	/** Each thing that can end it: [shows from, full access until, read only until, reason]. */
	static #rungs(license, ladder, offset, mismatches, buildDate) {
		const end = (at) => Ladder.dayEnd(at, license.dayEndMinutes, offset);
		const rungs = [];
		if (buildDate > license.maintenanceUntil) {
			rungs.push([-Infinity, -Infinity, -Infinity, 'maintenance_ended']);
		}
		/* A mismatch whose beginning nobody has seen began with the license. */
		const rebind = license.ladder.get(6) ?? 0;
		const until = rebind === 0 ? license.issuedAt : end(license.issuedAt + rebind);
		for (const mismatch of mismatches) {
			rungs.push([license.issuedAt, until, until, mismatch]);
		}
		const ends = [end(ladder.graceUntil), end(ladder.degradedUntil)];
		const never = [NEVER, NEVER];
		rungs.push([ladder.validUntil, ...(ladder.byExpiry ? ends : never), 'expired']);
		rungs.push([ladder.renewBy, ...(ladder.byExpiry ? never : ends), 'renewal_missed']);
		rungs.push([license.expiresAt, license.expiresAt, license.expiresAt, 'expired']);
		return rungs;
	}

	static #staleFrom(license) {
		return license.status === null ? NEVER : license.issuedAt + (license.ladder.get(10) ?? NEVER);
	}

	/** [state, reason, notice]: the worst rung, and of several the one that ends first. */
	static #answerAt(license, ladder, rungs, now) {
		const reached = (at) => at !== NEVER && now >= at;
		const renewal = reached(ladder.alertFrom) ? 3 : reached(ladder.warnFrom) ? 2 : 0;
		const stale = reached(Verdict.#staleFrom(license)) ? 2 : 0;
		let worst = 1, worstEnd = NEVER, reason = null, notice = 0;
		for (const [from, full, read, why] of rungs) {
			const state = reached(read) ? 5 : reached(full) ? 4 : reached(from) ? 3 : 1;
			const ends = state === 3 ? full : read;
			if (state !== 1 && (state > worst || (state === worst && ends < worstEnd))) {
				[worst, worstEnd, reason] = [state, ends, why];
			}
		}
		if (worst !== 5 && now < license.notBefore) {
			[worst, reason, notice] = [0, 'not_yet_valid', 1];
		} else if (reason === null && renewal > 0) {
			[worst, reason, notice] = [2, 'overdue', renewal];
		} else if (reason === null) {
			reason = 'ok';
		} else {
			notice = worst === 3 && reason === 'renewal_missed' ? Math.max(1, renewal) : 3;
		}
		return [Verdict.STATES[worst], reason, Verdict.NOTICES[Math.max(notice, stale)]];
	}

	static #boundary(license, ladder, rungs, now) {
		const dates = [license.notBefore, ladder.warnFrom, ladder.alertFrom, Verdict.#staleFrom(license),
			...rungs.flatMap((rung) => rung.slice(0, 3))];
		return Math.min(NEVER, ...dates.filter((at) => at > now));
	}
}

/* --- trust -------------------------------------------------------------------------------------------- */

/** The vendor's manifests: a chain that begins at the pinned one, and what it lets keys sign. */
export class Trust {
	static TYPE = 'application/vnd.skerry.manifest+cwt';
	/** Where a license's key is listed, and stands no more. */
	static FALLS = ['trust_key_revoked', 'trust_role', 'trust_brand', 'trust_not_yet', 'trust_retired', 'trust_latest',
		'trust_perpetual', 'trust_grace'];
	static #MAX = 65536;
	static #PAYLOAD_MAX = 63488;
	static #ROLE_LICENSE = 1;
	static #GRACE_MAX = 400 * DAY_S;

	#held;

	constructor(manifest) {
		this.#held = manifest;
	}

	/** From documents as Documents.find gives them: the lowest version is the anchor, others follow. */
	static anchor(documents) {
		const [first, ...others] = Trust.#inOrder(documents);
		if (first === undefined) {
			fail('document_kind');
		}
		Trust.#checkSignatures(first, null);
		const trust = new Trust(first);
		trust.#followInOrder(others);
		return trust;
	}

	copy() {
		return new Trust(this.#held);
	}

	/** Moves on by every manifest among them that follows; the first that is refused is told. */
	follow(documents) {
		this.#followInOrder(Trust.#inOrder(documents));
	}

	get version() {
		return this.#held.version;
	}

	/** trust_sequence where one of these is beyond a version that is missing. */
	leavesNoGap(documents) {
		if (Trust.#inOrder(documents).some((candidate) => candidate.version > this.version)) {
			fail('trust_sequence');
		}
	}

	/** { name, telephone, email, url } for a brand. */
	contact(brand) {
		const own = this.#held.contacts.get(brand);
		const all = this.#held.contacts.get('*');
		const reached = own !== undefined && ['telephone', 'email', 'url'].some((way) => way in own);
		return { ...(own !== undefined && (all === undefined || reached) ? own : all) };
	}

	/** { license, revoked: whether its key was }: form, signature and permission; neither machine nor date. */
	license(document) {
		if (document.length > License.MAX) {
			fail('document_too_large');
		}
		const message = coseSign1(document);
		if (message.type !== License.TYPE) {
			fail('cose_type');
		}
		const key = this.#held.keys.get(message.kid) ?? fail('trust_key_unknown');
		verifySign1(message, key.key);
		const license = License.parse(message.payload);
		license.document = document;
		Trust.#checkPermitted(key, license);
		return { license, revoked: key.revokedAt !== NEVER };
	}

	static #checkPermitted(key, license) {
		const never = license.expiresAt === NEVER;
		if ((key.roles & Trust.#ROLE_LICENSE) === 0) {
			fail('trust_role');
		}
		if (key.brands.length > 0 && !key.brands.includes(license.brand)) {
			fail('trust_brand');
		}
		if (license.issuedAt < key.notBefore) {
			fail('trust_not_yet');
		}
		if (license.issuedAt > key.notAfter) {
			fail('trust_retired');
		}
		if (never && !key.perpetual) {
			fail('trust_perpetual');
		}
		if ((license.ladder.get(3) ?? 0) > Trust.#GRACE_MAX && !key.perpetual) {
			fail('trust_grace');
		}
		if (!never && license.expiresAt > key.latest) {
			fail('trust_latest');
		}
	}

	/* --- the chain --- */

	static #read(data) {
		if (data.length > Trust.#MAX) {
			fail('document_too_large');
		}
		const message = coseSign(data);
		if (message.type !== Trust.TYPE) {
			fail('cose_type');
		}
		return { ...parseManifest(message.payload, Trust.#PAYLOAD_MAX), message };
	}

	/** All of them, by the version that each says of itself. */
	static #inOrder(documents) {
		const candidates = documents.filter(({ kind }) => kind === 'manifest').map(({ bytes }) => Trust.#read(bytes));
		return candidates.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
	}

	#followInOrder(candidates) {
		for (const candidate of candidates) {
			if (candidate.version > this.version + 1n) {
				continue;
			}
			try {
				this.#advance(candidate);
			} catch (error) {
				if (!(error instanceof SkerryError) || !this.#changesNothing(candidate.version, error.code)) {
					throw error;
				}
			}
		}
	}

	/** One whose roots are all gone cannot be told from a stranger's; a trial desk rewrites its first. */
	#changesNothing(version, code) {
		if (version < this.version) {
			return code === 'trust_sequence' || code === 'trust_root_unknown';
		}
		return version === 1n && this.version === 1n && this.#held.trial && code === 'trust_sequence';
	}

	#advance(after) {
		const before = this.#held;
		if (after.message.payload.equals(before.message.payload)) {
			this.#checkKnownSigners(after);
			return;
		}
		if (after.version <= before.version) {
			this.#checkKnownSigners(after);
			fail('trust_sequence');
		}
		Trust.#checkSignatures(after, before);
		for (const list of ['keys', 'exchange']) {
			for (const [kid, key] of before[list]) {
				const kept = after[list].get(kid);
				if (kept === undefined || !sameKey(kept.key, key.key) || kept.revokedAt > key.revokedAt) {
					fail('trust_key_dropped');
				}
			}
		}
		this.#held = after;
	}

	#checkKnownSigners(candidate) {
		let known = false;
		for (const signer of candidate.message.signers) {
			const root = this.#held.roots.get(signer.kid);
			if (root !== undefined) {
				verifySigner(candidate.message, signer, root.key);
				known = true;
			}
		}
		if (!known) {
			fail('trust_root_unknown');
		}
	}

	/** Every signature is by a root of either and passes; both thresholds are reached. */
	static #checkSignatures(after, before) {
		let ofBefore = 0, ofAfter = 0;
		for (const signer of after.message.signers) {
			const old = before?.roots.get(signer.kid);
			const fresh = after.roots.get(signer.kid);
			const root = old ?? fresh ?? fail('trust_root_unknown');
			if (old !== undefined && fresh !== undefined && !sameKey(old.key, fresh.key)) {
				fail('trust_algorithm');
			}
			verifySigner(after.message, signer, root.key);
			ofBefore += old !== undefined ? 1 : 0;
			ofAfter += fresh !== undefined ? 1 : 0;
		}
		if (ofAfter < after.threshold || (before !== null && ofBefore < before.threshold)) {
			fail('trust_threshold');
		}
	}
}

function parseManifest(payload, most) {
	if (payload.length > most) {
		fail('document_too_large', most);
	}
	const m = { version: 0n, threshold: 0, roots: new Map(), keys: new Map(), exchange: new Map(), contacts: new Map(),
		trial: false };
	const r = new Cbor(payload);
	r.claims(new Map([
		[4, () => r.date()],
		[6, () => r.date()],
		[-65537, () => parseManifestOwn(r, m)],
	]), [6, -65537]);
	r.finish();
	return m;
}

function parseManifestOwn(r, m) {
	let thresholdAt = 0;
	r.claims(new Map([
		[1, () => r.version()],
		[2, () => { m.version = BigInt(r.positive()); }],
		[3, () => { thresholdAt = r.at; m.threshold = r.positive(16); }],
		[4, () => { m.roots = keyed(r, 16, () => ({ key: r.coseKey(6) })); }],
		[5, () => { m.keys = keyed(r, 64, () => parseKey(r)); }],
		[6, () => { m.exchange = keyed(r, 16, () => parseExchange(r)); }],
		[7, () => { m.contacts = parseContacts(r); }],
		[8, () => { m.trial = r.yes(); }],
	]), [1, 2, 3, 4]);
	if (m.threshold > m.roots.size) {
		fail('claim_conflict', thresholdAt);
	}
}

/** Entries with a key each, by kid; the same point twice is claim_conflict. */
function keyed(r, most, read) {
	const entries = new Map();
	r.list(most, () => {
		const at = r.at;
		const entry = read();
		const kid = kidOf(entry.key);
		if (entries.has(kid)) {
			fail('claim_conflict', at);
		}
		entries.set(kid, entry);
		return entry;
	});
	return entries;
}

function parseKey(r) {
	const at = r.at;
	const k = { key: null, notBefore: 0, notAfter: NEVER, latest: NEVER, roles: 0, brands: [], perpetual: false, revokedAt: NEVER };
	r.claims(new Map([
		[1, () => { k.key = r.coseKey(6); }],
		[2, () => { k.notBefore = r.date(); }],
		[3, () => { k.notAfter = r.date(); }],
		[4, () => { k.latest = r.date(); }],
		[5, () => { k.roles = r.positive(15); }],
		[6, () => { k.brands = r.set(64, 32, SLUG); }],
		[7, () => { k.perpetual = r.yes(); }],
		[8, () => { k.revokedAt = r.date(); }],
	]), [1, 2, 5]);
	if (k.notAfter < k.notBefore) {
		fail('claim_conflict', at);
	}
	return k;
}

function parseExchange(r) {
	const k = { key: null, revokedAt: NEVER };
	r.claims(new Map([[1, () => { k.key = r.coseKey(4); }], [8, () => { k.revokedAt = r.date(); }]]), [1]);
	return k;
}

function parseContacts(r) {
	const mapAt = r.at;
	const map = r.map(64);
	const contacts = new Map();
	for (;;) {
		const at = r.at;
		const brand = r.name(map, 32);
		if (brand === null) {
			break;
		}
		if (brand !== '*' && !SLUG.test(brand)) {
			fail('claim_value', at);
		}
		const contact = {};
		r.claims(new Map([
			[1, () => { contact.name = r.someText(256); }],
			[2, () => { contact.telephone = r.someText(256); }],
			[3, () => { contact.email = r.someText(256); }],
			[4, () => { contact.url = r.someText(256); }],
			[5, () => r.list(8, () => r.someText(35))],
			[6, () => r.someText(48)],
		]));
		contacts.set(brand, contact);
	}
	if (contacts.size === 0) {
		fail('claim_value', mapAt);
	}
	return contacts;
}

/* --- documents ---------------------------------------------------------------------------------------- */

/* Texts are held with one character for each byte. */
const UTF16 = /^(?:\xff\xfe|\xfe\xff|(?:\x00[\x01-\x7f]){8}|(?:[\x01-\x7f]\x00){8})/;
const MAIL_FIELDS = new RegExp('^(?:From|To|Subject|Date|Received|MIME-Version|Content-Type|Content-Transfer-Encoding' +
	'|Return-Path|Delivered-To|Message-ID|Reply-To|X-Mozilla-Status):', 'im');
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const MARKS = { 'skerry-request': 'request', 'skerry-reply': 'reply', 'skerry-bundle': 'bundle', 'skerry-key': 'secret key',
	'skerry-fingerprint': 'fingerprint' };
const LABELS = { LICENSE: 'license', MANIFEST: 'manifest', STATUSLIST: 'status list', REQUEST: 'request', REPLY: 'reply',
	BUNDLE: 'bundle', SECRETKEY: 'secret key', PUBLICKEY: 'public key', FINGERPRINT: 'fingerprint', PROOF: 'proof' };

/* What a character of a text is to Armor; letters, digits and other signs are themselves. */
const BLANK = ' ', NOTHING = '\x01', SOFT = '\x02', ESCAPED = '\x03', LONG_DASH = '\x04', OTHER = '\x05';
const BLANKS = BLANK + NOTHING + SOFT, DASHES = `-${LONG_DASH}`;
const KINDS = [
	[LONG_DASH, /[\u2014\u2015\u2e3a\u2e3b]/],
	['-', /[\u2010-\u2013\u2043\u2212\u2500\u2501\ufe58\ufe63\uff0d]/],
	/* In the middle of a word they are an accident. */
	[NOTHING, /[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/],
	[BLANK, /[\t-\r \x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/],
];
const ENTITIES = { nbsp: '\xa0', ensp: '\u2002', emsp: '\u2003', thinsp: '\u2009', zwnj: '\u200c', zwj: '\u200d', shy: '\xad',
	Tab: '\t', NewLine: '\n', gt: '>', equals: '=', plus: '+', sol: '/', hyphen: '\u2010', dash: '\u2010', ndash: '\u2013',
	mdash: '\u2014', horbar: '\u2015', minus: '\u2212' };
/* Of those that are no UTF-8: Windows-1252. */
const WINDOWS_1252 = { '\x96': '\u2013', '\x97': '\u2014', '\xa0': '\xa0' };
/* A soft break, a tag of layout, an entity, a character whose bytes may be spelled "=C3", a byte. */
const CHARACTER = new RegExp([
	'=[ \\t]{0,32}(?:\\r\\n?|\\n)',
	`<(?=[^<>]{0,254}>)/?(?:${'br|p|div|span|pre|tt|code|font|b|wbr|blockquote|body|html|td|tr'.replace(/[a-z]/g, (c) => `[${c}${c.toUpperCase()}]`)})` +
		'(?=[>/ \\t\\r\\n=])[^>]*>',
	'&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,10});',
	...['(?:[\\xc2-\\xdf]|=[Cc][2-9A-Fa-f]|=[Dd][0-9A-Fa-f])T',
		'(?:\\xe0|=[Ee]0)(?:[\\xa0-\\xbf]|=[ABab][0-9A-Fa-f])T',
		'(?:\\xed|=[Ee][Dd])(?:[\\x80-\\x9f]|=[89][0-9A-Fa-f])T',
		'(?:[\\xe1-\\xec\\xee\\xef]|=[Ee][1-9A-CEFa-cef])TT',
		'(?:[\\xf0-\\xf4]|=[Ff][0-4])TTT'].map((bytes) => bytes.replaceAll('T', '(?:[\\x80-\\xbf]|=[89ABab][0-9A-Fa-f])')),
	'=[0-9A-Fa-f]{2}',
	'[^A-Za-z0-9+/> \\t\\r\\n-]',
].join('|'), 'g');

/**
 * The armored blocks of a text that mail programs, word processors and web pages have been at. It is read as
 * formats/mangled.c and formats/armor.c read it.
 */
class Armor {
	static #LABEL_MAX = 32;
	static #HYPHENS = 5;
	#text;
	#at = 0;

	constructor(text) {
		this.#text = text.replace(CHARACTER, Armor.#shown).replace(/[\t\r\n]/g, BLANK);
	}

	/** { label without blanks, bytes } of each. */
	* blocks() {
		while (this.#findBegin()) {
			const label = this.#readLabel();
			yield { label, bytes: this.#readBody(label) };
		}
	}

	static #shown(given) {
		if (given.length > 1 && given[0] === '<') {
			return BLANK;
		}
		if (given.length > 1 && given[0] === '&') {
			const character = Armor.#entity(given.slice(1, -1));
			return character === null ? given : Armor.#classify(character);
		}
		if (given[0] === '=' && /[\r\n]/.test(given)) {
			return SOFT;
		}
		const data = given.replace(/=(..)/g, (byte, digits) => String.fromCharCode(parseInt(digits, 16)));
		const shown = Armor.#classify(WINDOWS_1252[data] ?? (data < '\x80' ? data : Buffer.from(data, 'latin1').toString('utf8')));
		return shown === '=' && given !== '=' ? ESCAPED : shown;
	}

	static #entity(name) {
		if (name[0] !== '#') {
			return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : null;
		}
		const point = /x/i.test(name[1]) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
		return point < 0x10000 ? String.fromCharCode(point) : '\0';
	}

	static #classify(character) {
		if (character.length !== 1) {
			return OTHER;
		}
		return /[!-~]/.test(character) ? character : (KINDS.find(([, members]) => members.test(character)) ?? [])[0] ?? OTHER;
	}

	/** '' at the end. */
	#here() {
		return this.#text.charAt(this.#at);
	}

	#is(kinds) {
		return this.#here() !== '' && kinds.includes(this.#here());
	}

	#isWord() {
		return /^[A-Za-z0-9]/.test(this.#here());
	}

	/** Also passes the ">" that quoting puts behind them. True: there was a space to see. */
	#skipBlanks() {
		let seen = false;
		for (let blanks = BLANKS; this.#is(blanks); this.#at++) {
			seen ||= this.#here() === BLANK;
			blanks = `${BLANKS}>`;
		}
		return seen;
	}

	/** Passes a run of dashes that stands for so many hyphens or a few more; for how many. */
	#skipDashes(most = Infinity) {
		let hyphens = 0;
		for (; hyphens < most && this.#is(DASHES + NOTHING); this.#at++) {
			hyphens += { '-': 1, [LONG_DASH]: 2 }[this.#here()] ?? 0;
		}
		return hyphens;
	}

	/** Dashes, also escaped for a signed mail ("- -----BEGIN"), and blanks. */
	#skipMarks() {
		let hyphens = 0;
		for (; this.#is(DASHES); this.#skipBlanks()) {
			hyphens += this.#skipDashes();
		}
		return hyphens;
	}

	/** Passes them in any case, wherever blanks stand. On false it stands at the one that does not fit. */
	#take(letters) {
		for (const letter of letters) {
			this.#skipBlanks();
			if (upper(this.#here()) !== letter) {
				return false;
			}
			this.#at++;
		}
		return true;
	}

	/** Passes BEGIN SKERRY. */
	#findBegin() {
		for (;;) {
			while (this.#here() !== '' && !this.#is(DASHES)) {
				this.#at++;
			}
			if (this.#here() === '') {
				return false;
			}
			/* A single hyphen is a hyphen: "Step 1 - begin Skerry ..." is no block. */
			if (this.#skipMarks() < 2) {
				continue;
			}
			const words = this.#at;
			if (this.#take('BEGINSKERRY')) {
				return true;
			}
			const behind = this.#at;
			this.#at = words;
			if (this.#take('ENDSKERRY')) {
				fail('armor_begin');
			}
			this.#at = behind;
		}
	}

	#readLabel() {
		let label = '';
		for (let len = 0;; this.#at++) {
			const space = this.#skipBlanks();
			if (!this.#isWord()) {
				break;
			}
			len += space && label !== '' ? 2 : 1;
			if (len > Armor.#LABEL_MAX) {
				fail('armor_label');
			}
			label += upper(this.#here());
		}
		if (this.#here() === '') {
			fail('armor_end');
		}
		if (!this.#is(DASHES) || label === '') {
			fail('armor_label');
		}
		this.#skipDashes();
		return label;
	}

	/** From behind the BEGIN line to behind the END line. */
	#readBody(label) {
		const digits = [];
		/* Soft breaks: before the last digit, and behind it; what may be padding; of that, "=3D". */
		let breaks = 0, soft = 0, equals = 0, escaped = 0;
		do {
			for (let quotable = true; !this.#is(DASHES); this.#at++) {
				const c = this.#here();
				const blank = BLANKS.includes(c === '' ? fail('armor_end') : c);
				if (c === '=' || c === ESCAPED || c === SOFT) {
					equals++;
					escaped += c === ESCAPED ? 1 : 0;
					soft += c === SOFT ? 1 : 0;
				} else if (/[A-Za-z0-9+/]/.test(c)) {
					if (equals > soft) {
						fail('armor_padding');
					}
					/* More base64: what could have been padding was soft breaks. */
					breaks += soft;
					equals = soft = 0;
					digits.push(c);
				} else if (!blank && !(quotable && c === '>')) {
					fail('armor_character');
				}
				quotable = blank || c === '>';
			}
			/* Before any base64 they are the BEGIN line's, broken by a new line. */
		} while (!this.#takeEnd(label, digits.length === 0));
		/* Where "=" at the end of a line may be a soft break, padding is at least all the others. */
		return Armor.#decode(digits.join(''), breaks > 0 || escaped > 0 ? equals - soft : equals, equals);
	}

	/** At dashes: passes the END line. False: these are other dashes, where they may be. */
	#takeEnd(label, mayBeOthers) {
		this.#skipMarks();
		const words = this.#at;
		if (this.#take(`ENDSKERRY${label}`) && !this.#isWord()) {
			/* No more than its own: the next block's may follow at once. */
			this.#skipDashes(Armor.#HYPHENS);
			return true;
		}
		const isEnd = this.#here() === '';
		this.#at = words;
		if (isEnd || this.#take('END') || this.#take('BEGIN')) {
			fail('armor_end');
		}
		this.#at = words;
		return mayBeOthers ? false : fail('armor_character');
	}

	/** At least and at most so many "=" behind the digits are padding. */
	static #decode(digits, least, most) {
		const padding = [0, 3, 2, 1][digits.length % 4];
		if (padding === 3 || (padding > 0 && most === 0)) {
			fail('armor_length');
		}
		const bytes = Buffer.from(digits, 'base64');
		/* Bits that no byte takes must be zero, or two texts would stand for the same bytes. */
		const exact = bytes.toString('base64') === digits + '='.repeat(padding);
		return least <= padding && padding <= most && exact ? bytes : fail('armor_padding');
	}
}

/** What somebody carried: binary, PEM armor, QR text or a saved mail. */
export class Documents {
	static #MAX = 1 << 20;
	static #PARTS_MAX = 16;
	static #MAIL_DEPTH_MAX = 8;
	static #MAIL_PARTS_MAX = 128;

	/** [{ kind, bytes }, ...], at least one; what is there twice is found once. */
	static find(carrier) {
		const data = Buffer.from(carrier);
		if (data.length === 0) {
			fail('document_empty');
		}
		const kind = Documents.#identify(data);
		if (kind !== null) {
			return [{ kind, bytes: data }];
		}
		if (data.length > Documents.#MAX) {
			fail('document_too_large');
		}
		const text = data.toString('latin1');
		if (text.length >= 16 && UTF16.test(text)) {
			fail('document_utf16');
		}
		const found = [];
		const mail = Documents.#mail(text);
		if (mail !== null) {
			Documents.#findInMail(mail, found);
			return found;
		}
		Documents.#findInText(text, found);
		if (found.length === 0) {
			Documents.#judgeUnknown(data);
		}
		return found;
	}

	/** By its first items alone; null: no document. */
	static #identify(data) {
		const r = new Cbor(data);
		try {
			if (r.peek() === TAG) {
				r.tag(data[0] === 0xd2 ? 18 : 98);
				r.array(4);
				return TYPES.get(Documents.#typeOf(r.bytes(96))) ?? null;
			}
			if (r.peek() === ARRAY) {
				r.array(16);
				const mark = r.text(32);
				return Object.hasOwn(MARKS, mark) ? MARKS[mark] : null;
			}
			if (r.peek() === MAP) {
				return r.label(r.map(4)) === 1 && r.uint(1) === 1 ? 'public key' : null;
			}
		} catch (error) {
			if (!(error instanceof SkerryError)) {
				throw error;
			}
		}
		return null;
	}

	static #typeOf(header) {
		const r = new Cbor(header);
		const map = r.map(96);
		let type = '';
		for (let label = r.label(map); label !== null; label = r.label(map)) {
			if (label === TYP) {
				type = r.text(64);
			} else {
				r.skip();
			}
		}
		return type;
	}

	static #judgeUnknown(data) {
		let isText = true;
		try {
			UTF8.decode(data);
		} catch {
			isText = false;
		}
		if (!isText && data[0] === 0xd2 && data.length > 1) {
			coseSign1(data);
		} else if (!isText && data[0] === 0xd8 && data[1] === 0x62 && data.length > 2) {
			coseSign(data);
		}
		fail('document_unknown');
	}

	static #add(found, kind, bytes) {
		if (found.some((one) => one.kind === kind && one.bytes.equals(bytes))) {
			return;
		}
		if (found.length === Documents.#PARTS_MAX) {
			fail('document_count');
		}
		found.push({ kind, bytes });
	}

	static #known(data) {
		if (data.length === 0) {
			fail('document_empty');
		}
		return Documents.#identify(data) ?? fail('document_unknown');
	}

	/** Binary, QR text, or text with armor. Finding nothing is no error. */
	static #findInText(given, found) {
		const data = Buffer.from(given, 'latin1');
		const kind = Documents.#identify(data);
		if (kind !== null) {
			Documents.#add(found, kind, data);
			return;
		}
		const qr = /^(?:\xef\xbb\xbf)?[ \t\r\n]*SKERRY:/.exec(given);
		if (qr !== null) {
			const bytes = Documents.#base45(given.slice(qr[0].length).replace(/[\r\n]+$/, ''));
			Documents.#add(found, Documents.#known(bytes), bytes);
			return;
		}
		for (const { label, bytes } of new Armor(given).blocks()) {
			const claimed = Object.hasOwn(LABELS, label) ? LABELS[label] : fail('armor_label');
			if (Documents.#known(bytes) !== claimed) {
				fail('document_kind');
			}
			Documents.#add(found, claimed, bytes);
		}
	}

	static #base45(text) {
		if (text.length % 3 === 1) {
			fail('base45_length');
		}
		const bytes = [];
		for (let i = 0; i < text.length; i += 3) {
			const group = text.slice(i, i + 3);
			let value = 0;
			for (let j = group.length - 1; j >= 0; j--) {
				const digit = BASE45.indexOf(group[j]);
				value = value * 45 + (digit < 0 ? fail('base45_character') : digit);
			}
			if (value >= 1 << (8 * (group.length - 1))) {
				fail('base45_range');
			}
			bytes.push(...(group.length === 3 ? [value >> 8, value & 255] : [value]));
		}
		return Buffer.from(bytes);
	}

	/* --- mail (RFC 5322, 2045, 2046) --- */

	/** The mail without what stands before its first field, with LF as line ends; null: it is none. */
	static #mail(given) {
		const text = given.replace(/\r\n?/g, '\n').replace(/^(?:\xef\xbb\xbf)?[ \t\n]*(?:From [^\n]*\n)?/, '');
		const header = text.split('\n\n', 1)[0];
		const lines = header.replace(/\n+$/, '').split('\n');
		const isMail = lines.every((line, i) => (i > 0 ? /^(?:[ \t]|[!-9;-~]+:)/ : /^[!-9;-~]+:/).test(line));
		return isMail && MAIL_FIELDS.test(header) ? text : null;
	}

	static #findInMail(mail, found) {
		let parts = 0, damage = false;
		Documents.#walk(mail, 0, (text, damaged) => {
			if (++parts > Documents.#MAIL_PARTS_MAX) {
				fail('document_count');
			}
			const before = found.length;
			try {
				Documents.#findInText(text, found);
			} catch (error) {
				throw damaged && error instanceof SkerryError ? new SkerryError('armor_character') : error;
			}
			damage ||= damaged;
			if (damaged && found.length > before) {
				fail('armor_character');
			}
		});
		if (found.length === 0) {
			fail(damage ? 'armor_character' : 'mail_part');
		}
	}

	static #walk(entity, depth, visit) {
		const whole = `\n${entity}`;
		const gap = whole.indexOf('\n\n');
		const header = (gap < 0 ? whole : whole.slice(0, gap)).replace(/\n[ \t]+/g, ' ');
		let body = gap < 0 ? '' : whole.slice(gap + 2);
		const type = /\nContent-Type:[ \t]*([^\n]*)/i.exec(header)?.[1] ?? '';
		const encoding = /\nContent-Transfer-Encoding:[ \t]*([^\n]*)/i.exec(header)?.[1] ?? '';
		const multipart = /^multipart\/.*;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,70})"|([^"; \t\n]{1,70}))/i.exec(type);
		if (multipart !== null && depth < Documents.#MAIL_DEPTH_MAX) {
			const bodies = Documents.#parts(body, multipart[1] ?? multipart[2]);
			Documents.#walkParts(bodies, /^multipart\/alternative/i.test(type), depth + 1, visit);
			if (bodies.length > 0) {
				return;
			}
		}
		let damaged = false;
		if (/^base64/i.test(encoding)) {
			[body, damaged] = Documents.#mailBase64(body);
		} else if (/^quoted-printable/i.test(encoding)) {
			body = body.replace(/=[ \t]*(?:\n|$)/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
		}
		if (/^message\/rfc822/i.test(type) && depth < Documents.#MAIL_DEPTH_MAX) {
			Documents.#walk(body, depth + 1, visit);
		} else {
			visit(body, damaged);
		}
	}

	static #parts(body, boundary) {
		const line = new RegExp(`(?:^|\n)--${boundary.replace(/[^A-Za-z0-9]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}(--)?[ \t]*(?=\n|$)`, 'g');
		const bodies = [];
		let begin = null;
		for (const m of body.matchAll(line)) {
			if (begin !== null) {
				bodies.push(body.slice(begin + 1, Math.max(m.index, begin + 1)));
			}
			begin = m[1] === undefined ? m.index + m[0].length : null;
			if (begin === null) {
				return bodies;
			}
		}
		return begin === null ? bodies : [...bodies, body.slice(begin + 1)];
	}

	/** Of alternatives one that is good is enough. */
	static #walkParts(bodies, alternative, depth, visit) {
		let first = null, good = false;
		for (const body of bodies) {
			try {
				Documents.#walk(body, depth, visit);
				good = true;
			} catch (error) {
				if (!alternative || !(error instanceof SkerryError)) {
					throw error;
				}
				first ??= error;
			}
		}
		if (first !== null && !good) {
			throw first;
		}
	}

	/** [text, whether it is damaged]: ends at its padding or a blank line; mailing lists put their text behind. */
	static #mailBase64(given) {
		const body = given.replace(/^[ \t\r\n\v\f]+/, '');
		let at = 0;
		while (at < body.length && (/[A-Za-z0-9+/ \t]/.test(body[at]) || (body[at] === '\n' && at > 0 && body[at - 1] !== '\n'))) {
			at++;
		}
		const damaged = at < body.length && body[at] !== '=' && body[at] !== '\n';
		let digits = body.slice(0, at).replace(/[ \t\n]+/g, '');
		if (digits.length % 4 === 1) {
			digits = digits.slice(0, -1);
		}
		return [Buffer.from(digits, 'base64').toString('latin1'), damaged];
	}
}

/* --- proofs ------------------------------------------------------------------------------------------- */

const PROOF_WORDS = new Map([[3, 'state'], [4, 'access'], [5, 'reason'], [6, 'notice'], [13, 'clock']]);
const PROOF_DATES = new Map([[7, 'nextChangeAt'], [8, 'renewBy'], [9, 'validUntil'], [10, 'maintenanceUntil'],
	[11, 'graceUntil'], [12, 'degradedUntil']]);

/** What a site's daemon says of its present verdict, signed by the site's own key. */
export class Proof {
	static TYPE = 'application/vnd.skerry.proof+cwt';
	static #PAYLOAD_MAX = 4096;
	/* A step down waits for the place's next day end, 25 h at most, wherever that place is. */
	static #LENIENT_S = 2 * DAY_S;

	product = '';
	nonce = Buffer.alloc(0);
	licenseHash = Buffer.alloc(0);
	issuedAt = 0;
	expiresAt = 0;
	buildDate = 0;
	manifestVersion = 0;
	state = 0;
	access = 0;
	reason = 0;
	notice = 0;
	clock = 0;
	nextChangeAt = null;
	renewBy = null;
	validUntil = null;
	maintenanceUntil = null;
	graceUntil = null;
	degradedUntil = null;
	stateRollback = false;
	message = '';
	tenant = '';
	domain = '';

	static parse(payload) {
		if (payload.length > Proof.#PAYLOAD_MAX) {
			fail('document_too_large', Proof.#PAYLOAD_MAX);
		}
		const p = new Proof();
		const r = new Cbor(payload);
		let expAt = 0;
		const own = new Map([
			[1, () => r.version()],
			[2, () => { p.licenseHash = r.fixed(32); }],
			[14, () => { p.stateRollback = r.yes(); }],
			[15, () => { p.message = r.someText(1024); }],
			[16, () => { p.tenant = r.someText(64); }],
			[17, () => { p.domain = r.someText(253); }],
			[18, () => { p.buildDate = r.positive(TIME_MAX); }],
			[19, () => { p.manifestVersion = r.positive(); }],
		]);
		for (const [label, name] of PROOF_WORDS) {
			own.set(label, () => { p[name] = r.positive(255); });
		}
		for (const [label, name] of PROOF_DATES) {
			own.set(label, () => { p[name] = r.date(); });
		}
		r.claims(new Map([
			[3, () => { p.product = r.form(65, PRODUCT); }],
			[4, () => { expAt = r.at; p.expiresAt = r.date(); }],
			[6, () => { p.issuedAt = r.date(); }],
			[10, () => {
				const at = r.at;
				p.nonce = r.bytes(64);
				if (p.nonce.length < 8) {
					fail('claim_value', at);
				}
			}],
			[-65537, () => r.claims(own, [1, 2, 19])],
		]), [3, 4, 6, 10, -65537]);
		if (p.expiresAt <= p.issuedAt || p.expiresAt - p.issuedAt > PROOF_LIVES_S) {
			fail('claim_conflict', expAt);
		}
		r.finish();
		return p;
	}

	/**
	 * Holds what a daemon shows against what the product pins: manifests, license, proof, each judged by the one
	 * before. `answer` is { license, manifests, proof }, `asked` { product, tenant, domain, buildDate, nonce };
	 * `trust` moves on. Returns { license, proof }.
	 */
	static take(answer, asked, pinned, trust) {
		const manifests = answer.manifests.map((bytes) => ({ kind: 'manifest', bytes }));
		trust.follow(manifests);
		trust.leavesNoGap(manifests);
		let license = null, fallen = null;
		try {
			const opened = trust.license(answer.license);
			license = opened.license;
			fallen = opened.revoked ? 'trust_key_revoked' : null;
		} catch (error) {
			if (!(error instanceof SkerryError) || !Trust.FALLS.includes(error.code)) {
				throw error;
			}
			fallen = error.code;
		}
		if (fallen !== null) {
			license = Proof.#stoodOnce(answer.license, manifests, pinned);
		}
		const other = license.isForOther(asked.product, asked.tenant);
		if (other !== null) {
			fail(other);
		}
		const proof = Proof.#open(answer.proof, license.siteKey ?? fail('not_paired'));
		if (proof.manifestVersion > trust.version) {
			fail('trust_sequence');
		}
		if (!proof.#answers(answer.license, asked) || !proof.#isKnown() || !proof.#isAllowed(license)) {
			fail('proof');
		}
		/* From then on it is in its grace at best. */
		if (fallen !== null && proof.access !== 0 && proof.state < 3) {
			fail(fallen);
		}
		return { license, proof };
	}

	/** A license whose key fell was good under a pinned manifest, or one that came after: else it is a thief's. */
	static #stoodOnce(document, manifests, pinned) {
		const trust = Trust.anchor(pinned);
		for (let i = 0; ; i++) {
			let refused;
			try {
				const { license, revoked } = trust.license(document);
				if (!revoked) {
					return license;
				}
				refused = new SkerryError('trust_key_revoked');
			} catch (error) {
				refused = error;
			}
			if (i === manifests.length || !(refused instanceof SkerryError)) {
				throw refused;
			}
			try {
				trust.follow([manifests[i]]);
			} catch (error) {
				/* One that does not follow has no say. */
				if (!(error instanceof SkerryError)) {
					throw error;
				}
			}
		}
	}

	static #open(document, siteKey) {
		const message = coseSign1(document);
		if (message.type !== Proof.TYPE) {
			fail('cose_type');
		}
		if (message.kid !== kidOf(siteKey)) {
			fail('signature');
		}
		verifySign1(message, siteKey);
		return Proof.parse(message.payload);
	}

	#answers(license, asked) {
		return this.nonce.length === asked.nonce.length && timingSafeEqual(this.nonce, asked.nonce) &&
			this.licenseHash.equals(createHash('sha256').update(license).digest()) && this.product === asked.product &&
			this.tenant === (asked.tenant ?? '') && this.domain === (asked.domain ?? '') && this.buildDate === asked.buildDate;
	}

	#isKnown() {
		return this.state < Verdict.STATES.length && this.access < Verdict.ACCESSES.length &&
			this.reason < Verdict.REASONS.length - 1 && this.notice < Verdict.NOTICES.length && this.clock < Verdict.CLOCKS.length;
	}

	/** Whoever has the site's key can sign much; not that a license gives more than it does at its best. */
	#isAllowed(license) {
		const at = Math.max(this.issuedAt - Proof.#LENIENT_S, Math.min(license.notBefore, this.issuedAt));
		return this.access <= Verdict.ACCESSES.indexOf(Verdict.best(license, at, this.buildDate).access);
	}

	/** Whether it ended, or what it says would change, so many seconds after it was made. */
	isOver(elapsed) {
		const at = this.issuedAt + elapsed;
		return at >= this.expiresAt || (this.nextChangeAt !== null && at >= this.nextChangeAt);
	}

	/** What it says, `elapsed` seconds after it was made; from its end on there is no access. */
	verdict(elapsed) {
		const v = new Verdict();
		v.at = this.issuedAt + elapsed;
		v.source = 'daemon';
		if (v.at >= this.expiresAt) {
			return Object.assign(v, { state: 'locked', access: 'none', reason: 'no_daemon', notice: 'alert' });
		}
		v.state = Verdict.STATES[this.state];
		v.access = Verdict.ACCESSES[this.access];
		v.reason = Verdict.REASONS[this.reason];
		v.notice = Verdict.NOTICES[this.notice];
		v.clock = Verdict.CLOCKS[this.clock];
		v.stateRollback = this.stateRollback;
		v.message = this.message.replace(/[\x00-\x1f\x7f]/g, ' ');
		for (const name of PROOF_DATES.values()) {
			v[name] = this[name];
		}
		return v;
	}
}

const TYPES = new Map([[License.TYPE, 'license'], [Trust.TYPE, 'manifest'], ['application/statuslist+cwt', 'status list'],
	[Proof.TYPE, 'proof']]);

/* --- the daemon --------------------------------------------------------------------------------------- */

/** HTTP to skerryd over its Unix socket: one call on one connection, within a time. */
class Daemon {
	static #ANSWER_MAX = 4 << 20;
	#socket;
	#waitS;

	constructor(socket, waitS) {
		this.#socket = socket;
		this.#waitS = waitS;
	}

	/** The object of the answer; throws what an error's body tells. */
	async call(method, path, body = null, headers = {}) {
		const data = body === null ? '' : JSON.stringify(body);
		const lines = { Host: 'skerry', Accept: 'application/json', Connection: 'close', ...headers };
		if (body !== null) {
			lines['Content-Type'] = 'application/json';
		}
		if (method !== 'GET') {
			lines['Content-Length'] = String(Buffer.byteLength(data));
		}
		if (Object.values(lines).some((line) => typeof line !== 'string' || /[^\x20-\x7e]/.test(line))) {
			fail('argument');
		}
		const { status, text } = await this.#exchange({ method, path, headers: lines }, data);
		return Daemon.#parse(status, text);
	}

	#exchange(options, data) {
		return new Promise((resolve, reject) => {
			const call = request({ ...options, socketPath: this.#socket, agent: false });
			const timer = setTimeout(() => call.destroy(new SkerryError('no_daemon',
				`skerryd does not answer at ${this.#socket} in time.`)), this.#waitS * 1000);
			const end = (how, what) => {
				clearTimeout(timer);
				how(what);
			};
			call.on('error', (error) => end(reject, this.#told(error)));
			call.on('response', (answer) => {
				const parts = [];
				let size = 0;
				answer.on('error', (error) => end(reject, error instanceof SkerryError ? error : new SkerryError('io')));
				answer.on('data', (part) => {
					parts.push(part);
					size += part.length;
					if (size > Daemon.#ANSWER_MAX) {
						answer.destroy(new SkerryError('io'));
					}
				});
				answer.on('end', () => end(resolve, { status: answer.statusCode, text: Buffer.concat(parts).toString() }));
			});
			call.end(data);
		});
	}

	#told(error) {
		if (error instanceof SkerryError) {
			return error;
		}
		if (error.code === 'EACCES' || error.code === 'EPERM') {
			return new SkerryError('file_permission', `This user may not use skerryd at ${this.#socket}.`);
		}
		return String(error.code).startsWith('HPE_') ? new SkerryError('io')
			: new SkerryError('no_daemon', `skerryd does not answer at ${this.#socket}: ${error.message}.`);
	}

	static #parse(status, text) {
		let object = {};
		try {
			object = text === '' ? {} : JSON.parse(text);
		} catch {
			fail('io');
		}
		if (typeof object !== 'object' || object === null || Array.isArray(object)) {
			fail('io');
		}
		if (status >= 300) {
			const error = typeof object.error === 'object' && object.error !== null ? object.error : {};
			const textOf = (name) => (typeof error[name] === 'string' ? error[name] : '');
			const message = `${textOf('message')} ${textOf('advice')}`.trim();
			throw new SkerryError(textOf('code') || 'io', message, 0, textOf('retry_at') || null);
		}
		return object;
	}
}

function queryOf(pairs) {
	return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function rfc3339(at) {
	return new Date(at * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * The answers for one product.
 *
 *     trust         the pinned root manifest, as bytes, any carrier; later ones may follow it. Required
 *     product       'hotelhub/hms', with its brand. Required
 *     socket        skerryd's; '/run/skerry/skerry.sock'. Not asked where `license` is given
 *     license       a path, or several, of license and later manifests: works without a daemon
 *     tenant, domain, buildDate (UTC seconds), language    what is asked about, as in skerry.h
 *     custom, installPath    what the product knows of its machine, where the license compares it; a list, a path
 *     timezone      of the place, for day ends of a license file: 'Asia/Jakarta', '+07:00'; else the system's
 *     freshS        so long a proof is used without asking again; 60
 *     waitS         so long the daemon is waited for; 2
 *     clock         a function that returns UTC seconds, for tests
 */
export class Skerry {
	#config;
	#pinned;
	#daemon;
	/* Of files: { license, trust }, and the verdict that holds until it changes. */
	#opened = null;
	#last = null;
	/* Of a daemon: what was proven, why the look after that failed, when it was, and when to look again. */
	#held = null;
	#trouble = null;
	#looked = null;
	#pause = 0;
	#looking = null;

	constructor(config) {
		this.#config = { socket: '/run/skerry/skerry.sock', license: null, tenant: null, domain: null, buildDate: 0, custom: [],
			installPath: null, timezone: null, language: null, freshS: 60, waitS: 2, clock: () => Date.now() / 1000, ...config };
		const { trust, product, socket, waitS } = this.#config;
		if (trust === undefined || trust.length === 0 || typeof product !== 'string' || !PRODUCT.test(product)) {
			throw new SkerryError('argument', 'Skerry needs a pinned root manifest (trust), and the product as brand/product.');
		}
		this.#pinned = Documents.find(trust);
		this.#daemon = new Daemon(socket, waitS);
	}

	/** What holds now. Throws where nothing is known: no license, one that is refused, no daemon and no proof. */
	async verdict() {
		return (await this.#answer()).verdict;
	}

	/** What a license file gives at another time, UTC seconds. */
	async verdictAt(at) {
		const { license, trust } = await this.#openFiles();
		return this.#complete(this.#ofLicense(license, Math.floor(at)), trust);
	}

	/** May the feature be used now? It needs full access; read: at least read only. */
	async check(feature, read = false) {
		const { verdict, license } = await this.#answer();
		return (read ? verdict.mayRead() : verdict.isFull()) && license?.grants.get(feature) === true;
	}

	/** A limit's number, beyond 2^53 a bigint; no_access, no_limit. */
	async limit(name) {
		const value = await this.#grant(name);
		return typeof value === 'number' || typeof value === 'bigint' ? value : fail('no_limit');
	}

	/** A text value; no_access, no_limit. */
	async text(name) {
		const value = await this.#grant(name);
		return typeof value === 'string' ? value : fail('no_limit');
	}

	/** The license that answers, verified; null without one. */
	async license() {
		return (await this.#answer()).license;
	}

	/** Asks the daemon, or reads the files, at the next question, however fresh the last answer is. */
	refresh() {
		this.#opened = this.#last = this.#looked = null;
	}

	/** All that `skerry status --json` shows, as the daemon tells it: for people, nothing of it is proven. */
	status() {
		return this.#daemon.call('GET', `/v1/status?${this.#query()}`, null, this.#languages());
	}

	async #grant(name) {
		const { verdict, license } = await this.#answer();
		return verdict.mayRead() ? license.grants.get(name) : fail('no_access');
	}

	/** { verdict, license or null } */
	async #answer() {
		const { verdict, license, trust } = await (this.#config.license === null ? this.#ofDaemon() : this.#ofFiles());
		return { verdict: this.#complete(verdict, trust), license };
	}

	#complete(verdict, trust) {
		if (trust !== null) {
			verdict.contact = trust.contact(this.#config.product.split('/')[0]);
		}
		if (verdict.message === '') {
			verdict.message = wordsOf(verdict, this.#config.product, offsetsOf(this.#config.timezone));
		}
		return verdict;
	}

	/* --- seats --- */

	/**
	 * Claims a seat, or renews that of the same holder: { holder, secret, expires_at, expires_in, burst }. Keep the
	 * secret. no_access, no_seats, seat_held, seat_none_free (retryAt), seat_cap; no_daemon.
	 */
	async claimSeat(holder, secret = null) {
		const { verdict, license } = await this.#answer();
		/* A daemon that nobody proved cannot grant any. */
		if (!verdict.mayRead()) {
			fail(verdict.reason === 'no_daemon' ? verdict.trouble ?? 'no_daemon' : 'no_access');
		}
		if (license.seats === null || this.#config.license !== null) {
			fail('no_seats');
		}
		const seat = await this.#daemon.call('PUT', this.#seat(holder), null, Skerry.#shown(secret));
		/* A renewal tells no secret. */
		return { ...seat, holder: seat.holder ?? holder, secret: seat.secret ?? secret };
	}

	/** A third of expires_in is a good time to. A seat that ended meanwhile is claimed anew. */
	renewSeat(holder, secret) {
		return this.claimSeat(holder, secret);
	}

	/** seat_unknown: it had ended; seat_secret: somebody else has the name. */
	async releaseSeat(holder, secret = null) {
		await this.#daemon.call('DELETE', this.#seat(holder), null, Skerry.#shown(secret));
	}

	static #shown(secret) {
		return secret ? { 'Skerry-Seat-Secret': secret } : {};
	}

	#seat(holder) {
		const size = Buffer.byteLength(holder);
		if (size < 1 || size > 255 || /[\x00-\x1f\x7f]/.test(holder) || Buffer.from(holder).toString() !== holder) {
			throw new SkerryError('argument', 'A holder is 1 to 255 bytes of text.');
		}
		return `/v1/seats/${encodeURIComponent(holder)}?${this.#query()}`;
	}

	#query() {
		const asked = ['product', 'tenant', 'domain'].map((name) => [name, this.#config[name]]).filter(([, value]) => value);
		return queryOf([...asked, ...this.#machine()]);
	}

	#machine() {
		const { buildDate, custom, installPath } = this.#config;
		const told = custom.map((value) => ['custom', value]);
		if (installPath) {
			told.unshift(['install_path', installPath]);
		}
		if (buildDate) {
			told.unshift(['build_date', rfc3339(buildDate)]);
		}
		return told;
	}

	#languages() {
		return this.#config.language === null ? {} : { 'Accept-Language': this.#config.language };
	}

	/* --- of files --- */

	async #ofFiles() {
		const { license, trust } = await this.#openFiles();
		const now = Math.max(Math.floor(this.#config.clock()), license.issuedAt);
		const last = this.#last;
		if (last === null || now < last.at || (last.nextChangeAt !== null && now >= last.nextChangeAt)) {
			this.#last = this.#ofLicense(license, now);
		}
		return { verdict: Object.assign(new Verdict(), this.#last, { at: now }), license, trust };
	}

	#ofLicense(license, at) {
		const { timezone, domain, buildDate } = this.#config;
		return Verdict.of(license, at, timezone, domain, buildDate);
	}

	/** A license whose key stands, for what is asked about. */
	static wanted(trust, document, product, tenant) {
		const { license, revoked } = trust.license(document);
		const other = revoked ? 'trust_key_revoked' : license.isForOther(product, tenant);
		return other === null ? license : fail(other);
	}

	/** The first that fits, else the error of the first. */
	static choose(trust, documents, product, tenant) {
		let first = null;
		for (const { bytes } of documents.filter(({ kind }) => kind === 'license')) {
			try {
				return Skerry.wanted(trust, bytes, product, tenant);
			} catch (error) {
				first ??= error;
			}
		}
		throw first ?? new SkerryError('document_kind');
	}

	async #openFiles() {
		if (this.#config.license === null) {
			throw new SkerryError('argument', 'There is no license file to look into.');
		}
		if (this.#opened === null) {
			const documents = [];
			for (const path of [this.#config.license].flat()) {
				const bytes = await readFile(path).catch((error) => {
					throw new SkerryError(error.code === 'ENOENT' ? 'file_missing' : 'file_permission', `${path}: the license cannot be read.`);
				});
				documents.push(...Documents.find(bytes));
			}
			const trust = Trust.anchor(this.#pinned);
			trust.follow(documents);
			this.#opened = { license: Skerry.choose(trust, documents, this.#config.product, this.#config.tenant), trust };
		}
		return this.#opened;
	}

	/* --- of a daemon --- */

	#now() {
		return { mono: performance.now() / 1000, wall: this.#config.clock() };
	}

	/** Neither clock can be set back to lengthen a proof's life; the running time may rest in a sleep. */
	static #elapsed(since, now) {
		return Math.floor(Math.max(now.mono - since.mono, now.wall - since.wall, 0));
	}

	#isOver(now) {
		return this.#held === null || this.#held.proof.isOver(Skerry.#elapsed(this.#held.since, now));
	}

	#isDue(now) {
		return this.#looked === null || Skerry.#elapsed(this.#looked, now) >= this.#pause ||
			(this.#trouble === null && this.#isOver(now));
	}

	async #ofDaemon() {
		const now = this.#now();
		if (this.#isDue(now)) {
			/* One look at a time; others answer from what holds. */
			const mine = this.#looking === null;
			if (mine) {
				this.#looking = this.#look(now).finally(() => { this.#looking = null; });
			}
			if (mine || this.#isOver(now)) {
				await this.#looking;
			}
		}
		const held = this.#held, trouble = this.#trouble, over = this.#isOver(now);
		if (over && trouble?.code === 'no_license') {
			/* That there is no license needs no proof: it grants nothing. */
			return { verdict: Object.assign(new Verdict(), { at: Math.floor(now.wall), source: 'daemon' }), license: null, trust: null };
		}
		if (held === null) {
			throw trouble;
		}
		const verdict = held.proof.verdict(over ? PROOF_LIVES_S : Skerry.#elapsed(held.since, now));
		verdict.source = trouble === null ? 'daemon' : 'last';
		verdict.trouble = trouble === null ? null : trouble.code;
		return { verdict, license: held.license, trust: held.trust };
	}

	/** The last one goes on where it fails; where there is none, or it has ended, nothing is known. */
	async #look(now) {
		try {
			this.#held = await this.#ask(now);
			this.#trouble = null;
			this.#pause = this.#config.freshS;
		} catch (error) {
			if (!(error instanceof SkerryError)) {
				throw error;
			}
			this.#trouble = error;
			this.#pause = this.#held === null && error.code !== 'no_license' ? 0 : RETRY_S;
		}
		this.#looked = now;
	}

	async #ask(now) {
		const { product, tenant, domain, buildDate } = this.#config;
		const nonce = randomBytes(16);
		const body = { nonce: nonce.toString('base64'), product, ...(tenant && { tenant }), ...(domain && { domain }) };
		const told = this.#machine();
		const answer = await this.#daemon.call('POST', `/v1/proof${told.length > 0 ? `?${queryOf(told)}` : ''}`, body, this.#languages());
		const manifests = answer.manifests ?? [];
		if (!Array.isArray(manifests) || manifests.length > 256) {
			fail('io');
		}
		const shown = { license: Skerry.#bytes(answer.license), proof: Skerry.#bytes(answer.proof), manifests: manifests.map(Skerry.#bytes) };
		/* A manifest that was once seen is not forgotten. */
		const trust = this.#held === null ? Trust.anchor(this.#pinned) : this.#held.trust.copy();
		const { license, proof } = Proof.take(shown, { product, tenant, domain, buildDate, nonce }, this.#pinned, trust);
		return { license, proof, trust, since: now };
	}

	static #bytes(text) {
		const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : fail('io');
		return bytes.toString('base64') === text ? bytes : fail('io');
	}
}

/* --- words -------------------------------------------------------------------------------------------- */

const CAUSES = {
	ok: 'The license for {product} is valid{until}.',
	not_yet_valid: 'The license for {product} begins on {next}.',
	overdue: 'The license for {product} must be renewed by {renew_by}.',
	expired: 'The license for {product} has ended.',
	renewal_missed: 'The license for {product} should have been renewed by {renew_by}.',
	too_few_components: 'The license for {product} is for one machine, which cannot be compared here.',
	wrong_domain: 'The license for {product} was made for another domain.',
	maintenance_ended: 'Maintenance ended on {maintenance_until}, before this version was made.',
	no_license: 'There is no license for {product}.',
	no_daemon: 'skerryd has not answered for too long: nothing is known of the license for {product}.',
};
const EFFECTS = {
	grace: 'Everything works until {full_until}.',
	degraded: 'Data can be read but not changed, until {read_until}.',
	locked: 'The product is locked; its data is kept.',
};
const ACTIONS = {
	not_yet_valid: 'Wait for that day, or check the clock.',
	overdue: 'Install the renewal file, or ask the vendor for one.',
	expired: 'Buy a new term and install its license file.',
	renewal_missed: 'Install the renewal file, or ask the vendor for one.',
	too_few_components: 'Have skerryd started on this machine, or ask the vendor for a license for a domain.',
	wrong_domain: 'Ask the vendor to add this domain.',
	maintenance_ended: 'Use the version before, or buy maintenance and install the new license.',
	no_license: 'Install the license file that the vendor sent.',
	no_daemon: 'Start skerryd, or ask who looks after this machine to.',
};

/** What a license file's verdict means, in English; a daemon brings its own words. */
function wordsOf(v, product, offset) {
	const day = (at) => (at === null ? '' : rfc3339(at).split('T')[0]);
	const moment = (at) => (at === null ? '' : rfc3339(at + offset(at)).replace('T', ' ').slice(0, -4));
	const until = v.renewBy !== null ? `; it must be renewed by ${day(v.renewBy)}`
		: v.validUntil !== null ? ` until ${day(v.validUntil)}` : ' and does not end';
	const values = { product, until, next: moment(v.nextChangeAt), renew_by: day(v.renewBy), maintenance_until: day(v.maintenanceUntil),
		full_until: moment(v.graceUntil), read_until: moment(v.degradedUntil) };
	const ways = ['telephone', 'email', 'url'].map((way) => v.contact[way]).filter((way) => way !== undefined);
	const parts = [CAUSES[v.reason] ?? `The license for {product} gives no full access (${v.reason}).`, EFFECTS[v.state], ACTIONS[v.reason]];
	const text = parts.filter((part) => part !== undefined).join(' ').replace(/\{(\w+)\}/g, (_, name) => values[name]);
	return ways.length === 0 ? text : `${text} Call ${v.contact.name ?? 'the vendor'}: ${ways.join(', ')}.`;
}
