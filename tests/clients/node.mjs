// SPDX-License-Identifier: ISC
/*
 * skerry.mjs against the corpus, against a daemon that is not always one, and against a real one: node.mjs corpus FOLDER
 * | damage FOLDER | daemon SOCKET FOLDER MODE-FILE | site TRUST SOCKET.
 */

import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { Documents, Proof, Skerry, SkerryError, Trust, Verdict } from '../../verifier/clients/node/skerry.mjs';

const codeOf = (error) => {
	if (!(error instanceof SkerryError)) {
		throw error;
	}
	return error.code;
};

/** A proof's license stands in its carrier with the manifests. */
function prove(pinned, documents, proof, c) {
	const answer = {
		license: documents.filter(({ kind }) => kind !== 'manifest').at(-1)?.bytes ?? Buffer.alloc(0),
		manifests: documents.filter(({ kind }) => kind === 'manifest').map(({ bytes }) => bytes),
		proof,
	};
	const asked = { product: c.product, tenant: c.tenant, domain: c.domain, buildDate: Number(c.build_date),
		nonce: Buffer.from(c.nonce, 'hex') };
	const taken = Proof.take(answer, asked, pinned, Trust.anchor(pinned)).proof;
	return taken.verdict(Number(c.at) - taken.issuedAt);
}

const anchors = new Map();

/** The documents, and the chain that they are or what it is refused for: many cases have the same. */
function pinnedIn(file) {
	if (!anchors.has(file)) {
		try {
			const pinned = Documents.find(readFileSync(file));
			anchors.set(file, { pinned, anchor: Trust.anchor(pinned) });
		} catch (error) {
			anchors.set(file, { error });
		}
	}
	const { pinned, anchor, error } = anchors.get(file);
	if (error !== undefined) {
		throw error;
	}
	return { pinned, trust: anchor.copy() };
}

function judge(folder, c) {
	const { pinned, trust } = pinnedIn(`${folder}/${c.trust}`);
	const documents = Documents.find(readFileSync(`${folder}/${c.license}`));
	if (c.proof !== null) {
		return prove(pinned, documents, readFileSync(`${folder}/${c.proof}`), c);
	}
	trust.follow(documents);
	const license = Skerry.choose(trust, documents, c.product, c.tenant);
	return Verdict.of(license, Number(c.at), c.zone ?? 'UTC', c.domain, Number(c.build_date));
}

function corpus(folder) {
	const [columns, ...lines] = readFileSync(`${folder}/cases.tsv`, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
	let wrong = 0;
	for (const line of lines) {
		const c = Object.fromEntries(columns.map((name, i) => [name, line[i] === '-' ? null : line[i]]));
		let got;
		try {
			const v = judge(folder, c);
			got = [v.mayRead() ? 'ok' : 'no_access', v.state, v.access, v.reason, v.notice,
				...[v.nextChangeAt, v.graceUntil, v.degradedUntil].map((at) => at ?? 'never')].join(' ');
		} catch (error) {
			got = `${codeOf(error)} - - - - - - -`;
		}
		const want = line.slice(columns.indexOf('code'), columns.indexOf('verify')).join(' ');
		wrong += got === want ? 0 : 1;
		console.log(got === want ? `ok ${c.name}` : `not ok ${c.name}: ${got}, wanted ${want}`);
	}
	return lines.length === 0 || wrong > 0 ? 1 : 0;
}

/** Whatever is cut off or altered is a refusal, and nothing altered is a license. */
function damage(folder) {
	let state = 7;
	const below = (n) => {
		state = (state * 48271) % 2147483647;
		return state % n;
	};
	const accepted = (carrier) => {
		const good = [];
		try {
			const documents = Documents.find(carrier);
			const { trust } = pinnedIn(`${folder}/vendor.manifest`);
			trust.follow(documents);
			for (const { bytes } of documents.filter(({ kind }) => kind === 'license')) {
				try {
					trust.license(bytes);
					good.push(bytes.toString('latin1'));
				} catch (error) {
					codeOf(error);
				}
			}
		} catch (error) {
			codeOf(error);
		}
		return good;
	};
	const genuine = new Set();
	for (const name of readdirSync(folder).filter((file) => file.endsWith('.license'))) {
		const data = readFileSync(`${folder}/${name}`);
		if (data.length === 0) {
			continue;
		}
		const at = below(data.length), size = below(9), kind = below(3);
		const fresh = Buffer.from(Array.from({ length: kind === 1 ? size : 0 }, () => below(256)));
		const good = accepted(Buffer.concat([data.subarray(0, at), fresh, data.subarray(at + (kind < 2 ? size : 0))]));
		if (good.length > 0) {
			accepted(data).forEach((document) => genuine.add(document));
		}
		if (good.some((document) => !genuine.has(document))) {
			console.log(`${name} is accepted after damage`);
			return 1;
		}
	}
	/* No text keeps it busy for long. */
	for (const text of ['-'.repeat(500000), '- '.repeat(250000), 'BEGIN'.repeat(100000), '\n'.repeat(500000), '>-'.repeat(250000),
		`From: x\n${'\n --'.repeat(100000)}`]) {
		accepted(Buffer.from(text));
	}
	return 0;
}

async function daemon(socket, folder, modeFile) {
	let now = 1800000000;
	const mode = (name) => writeFileSync(modeFile, name);
	const handle = (settings = {}) => new Skerry({ trust: readFileSync(`${folder}/vendor.manifest`), product: 'hotelhub/hms', socket,
		waitS: 30, clock: () => now, ...settings });
	const refused = async (call) => {
		try {
			await call();
		} catch (error) {
			return codeOf(error);
		}
		return 'nothing';
	};
	const want = (holds, what) => {
		if (!holds) {
			console.error(`FAIL ${what}`);
			process.exit(1);
		}
		console.log(`ok ${what}`);
	};

	for (const good of ['good', 'chunked']) {
		mode(good);
		const v = await handle().verdict();
		want(v.isFull() && v.source === 'daemon' && v.message !== '' && v.trouble === null, `a daemon that is ${good} is believed`);
	}
	let s = handle();
	want(await s.check('channel_manager') && !await s.check('spa') && await s.limit('max_rooms') === 100, "features and limits are the license's");
	want(await refused(() => s.limit('spa')) === 'no_limit', 'a limit that is not there is told');
	for (const [name, code] of Object.entries({ silent: 'no_daemon', slow: 'no_daemon', garbage: 'io', half: 'io', endless: 'io', array: 'io',
		replayed: 'proof', stranger: 'signature', 'other-vendor': 'trust_key_unknown', 'not-paired': 'not_paired' })) {
		mode(name);
		const settings = name === 'slow' ? { waitS: 0.2 } : {};
		const got = await refused(() => handle(settings).verdict());
		want(got === code, `what is ${name} is refused: ${got}`);
		want(await refused(() => handle(settings).claimSeat('x')) === code, 'nor is a seat taken from it');
	}
	mode('no-license');
	want((await handle().verdict()).state === 'unlicensed' && !await handle().check('spa'), 'that there is no license needs no proof');
	want(await refused(() => handle({ socket: `${socket}.gone` }).verdict()) === 'no_daemon', 'nobody at the socket is no_daemon');

	mode('good');
	s = handle();
	await s.verdict();
	for (const name of ['silent', 'no-license']) {
		mode(name);
		now += 30;
		want((await s.verdict()).source === 'daemon', 'a fresh proof is used without asking');
		now += 60;
		let v = await s.verdict();
		want(v.isFull() && v.source === 'last' && v.trouble !== null && await s.check('channel_manager'), 'the last verdict goes on');
		now += 809;
		want((await s.verdict()).isFull(), 'for 15 minutes');
		now += 1;
		v = await s.verdict();
		want(!v.mayRead() && !await s.check('channel_manager'), 'and no longer');
		want(v.reason === (name === 'silent' ? 'no_daemon' : 'no_license'), `for a reason: ${v.reason}`);
		want(await refused(() => s.limit('max_rooms')) === 'no_access', 'nothing is granted then');
		mode('replayed');
		now += 10;
		want(!(await s.verdict()).isFull(), 'a replayed proof does not lengthen it');
		mode('good');
		now += 10;
		want((await s.verdict()).isFull(), 'the daemon is believed again');
	}
	now -= 100000;
	want((await s.verdict()).isFull(), 'a clock that is set back changes nothing');
	now += 100000;

	const before = statSync(`${modeFile}.count`).size;
	s.refresh();
	const said = await Promise.all(Array.from({ length: 8 }, () => s.check('channel_manager')));
	want(said.every((yes) => yes) && statSync(`${modeFile}.count`).size === before + 1, 'eight callers ask once');

	const seat = await s.claimSeat('front desk/2');
	want(seat.secret.length === 16 && seat.expires_in === 900, 'a seat is claimed');
	want((await s.renewSeat('front desk/2', seat.secret)).secret === seat.secret, 'and renewed with its secret');
	want(await refused(() => s.claimSeat('front desk/2')) === 'seat_held', 'not by somebody else');
	await s.claimSeat('bar');
	const none = await s.claimSeat('spa').catch((error) => error);
	want(none.code === 'seat_none_free' && none.retryAt === '2027-01-01T00:00:00Z', 'none is free, and when one may be');
	await s.releaseSeat('front desk/2', seat.secret);
	want(await refused(() => s.releaseSeat('front desk/2', seat.secret)) === 'seat_unknown', 'a seat is released once');
	for (const holder of ['', 'two\nlines', 'x'.repeat(256), '\ud800']) {
		want(await refused(() => s.claimSeat(holder)) === 'argument', `a holder of ${holder.length} characters is none`);
	}
	want(await refused(() => s.claimSeat('x', 's\r\nX: y')) === 'argument', 'a secret ends no line');
	for (const wrong of [{ product: 'hms' }, { trust: Buffer.alloc(0) }, { trust: Buffer.from('nonsense') }]) {
		want(['argument', 'document_unknown'].includes(await refused(() => handle(wrong))), `a wrong ${Object.keys(wrong)[0]} is told at once`);
	}

	const at = Number(/^ladder-begin-at\t.*$/m.exec(readFileSync(`${folder}/cases.tsv`, 'utf8'))[0].split('\t')[8]);
	s = handle({ license: `${folder}/ladder-begin-at.license`, clock: () => at, timezone: 'UTC' });
	const v = await s.verdict();
	want(await s.check('channel_manager') && v.source === 'file' && v.message.includes('valid'), 'a license file without a daemon');
	want((await s.verdictAt(at + 62 * 86400)).access === 'read_only', 'and at another time');
	want(await refused(() => s.claimSeat('x')) === 'no_seats', 'which has no seats');
	want(await refused(() => handle({ license: `${folder}/none` }).verdict()) === 'file_missing', 'a file that is missing is told');
	return 0;
}

async function site(trust, socket) {
	const s = new Skerry({ trust: readFileSync(trust), product: 'hotelhub/hms', socket, custom: ['box-7'], waitS: 30 });
	try {
		const v = await s.verdict();
		console.log(v.state, v.access, v.reason, v.source, Number(await s.check('channel_manager')), Number(await s.check('spa')),
			await s.limit('max_rooms'), v.contact.telephone ?? '');
		console.log(v.message);
		const seat = await s.claimSeat('reception/2');
		const again = await s.renewSeat('reception/2', seat.secret);
		await s.releaseSeat('reception/2', seat.secret);
		console.log(seat.secret === again.secret && again.expires_in > 0 ? 'seat' : 'no seat');
		console.log((await s.status()).product);
		await s.releaseSeat('reception/2', seat.secret);
	} catch (error) {
		console.log('refused', codeOf(error));
	}
	return 0;
}

const [, , what, ...given] = process.argv;
process.exitCode = await { corpus, damage, daemon, site }[what](...given);
