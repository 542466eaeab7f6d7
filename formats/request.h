/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_REQUEST_H
#define FORMATS_REQUEST_H

/*
 * The request: what a site tells its vendor. A CWT, signed by the site's own key, then sealed to the
 * vendor's exchange key (sealed.h).
 *
 *	3 aud  thumbprint of the exchange key, in hex   6 iat  the site's time   7 cti  nonce
 *	8 cnf {1: COSE_Key of the site}   -65537:
 *
 *	1 format version   2 kind   3 number   4 [[number, digest] ...] before it
 *	5 opening COSE_Key   6 [license key ...]   7 install id   8 fingerprint [salt, [[type, hash] ...]]
 *	9 [domain ...]   10 {1 hostname, 2 os, 3 app version}   11 reason   12 [license document ...]
 *	13 [wall, ran, condition]   14 journal [seq, hash]   15 manifest version   16 {uri: iat}
 *	17 [[uri, index, at] ...] revocations and suspensions that reached it   18 reply number
 *	19 {name: number} usage   20 [[at, name, text] ...] events   21 {name: number or text} telemetry
 *	22 [[cti, steps] ...] by telephone   23 rolled back since   24 tenant
 *	25 [[seq, hash] ...] heads of the desk's audit log, out of bundles   26 true: restored by its people
 *
 * The site id is the SHA-256 thumbprint of the key in cnf (RFC 9679). Requests are numbered from 1; the
 * last acknowledged one and all between it and this one stand in 4, so that a desk sees a branch that
 * was never told of. A reply acknowledges the request whose nonce it repeats, and all that it lists.
 * With a full list the newest request is written anew, and such a one is never listed. claims.h has the rule for labels; what is absent is not written.
 */

#include "cbor.h"
#include "cose.h"
#include "fingerprint.h"
#include "status_list.h"

#define REQUEST_TYPE "application/vnd.skerry.request+cwt"

enum {
	REQUEST_PAYLOAD_MAX = 192 * 1024,
	REQUEST_MAX = REQUEST_PAYLOAD_MAX + COSE_SIGN1_OVERHEAD_MAX, /* the signed document */
	REQUEST_FORMAT_VERSION = 1,
	REQUEST_NONCE_LEN = 16,
	REQUEST_DIGEST_LEN = 16, /* of a request's payload: BLAKE2b-256, cut */
	REQUEST_PENDING_MAX = 32,
	REQUEST_KEYS_MAX = 8,
	REQUEST_KEY_MAX = 64, /* characters of a license key */
	REQUEST_INSTALL_ID_MAX = 64,
	REQUEST_INFO_MAX = 128,
	REQUEST_REASON_MAX = 256,
	REQUEST_HELD_MAX = 32,
	REQUEST_STATUSES_MAX = 64,
	REQUEST_REACHED_MAX = 64,
	REQUEST_NAMES_MAX = 64, /* of usage and of telemetry, each */
	REQUEST_NAME_MAX = 64,
	REQUEST_TEXT_MAX = 128, /* of telemetry */
	REQUEST_EVENTS_MAX = 64,
	REQUEST_EVENT_TEXT_MAX = 200,
	REQUEST_STEPS_MAX = 32,
	REQUEST_HEADS_MAX = 4,
	REQUEST_HASH_LEN = 32,
	REQUEST_CONDITION_MAX = 15 /* 0 to 4 have names; a later one is kept as it came */
};

enum request_kind {
	REQUEST_PAIR = 1,
	REQUEST_HEARTBEAT = 2,
	REQUEST_MIGRATE = 3, /* a dead machine's license, on this one */
	REQUEST_UNPAIR = 4
};

/* One that the vendor has not acknowledged, as far as this site knows. */
struct request_pending {
	uint64_t number;
	const uint8_t *digest; /* REQUEST_DIGEST_LEN */
};

struct request_status {
	struct cbor_text uri;
	int64_t issued_at;
};

/* A revocation or suspension that a status list brought. */
struct request_reached {
	struct cbor_text uri;
	uint64_t index;
	int64_t at; /* the site's time */
};

struct request_named {
	struct cbor_text name;
	bool is_text; /* telemetry alone */
	int64_t number;
	struct cbor_text text;
};

struct request_event {
	int64_t at;
	struct cbor_text name, text; /* text may be absent */
};

struct request_steps {
	const uint8_t *cti; /* LICENSE_CTI_LEN: of the license document; none twice */
	unsigned steps;
};

struct request_head {
	uint64_t seq;
	const uint8_t *hash; /* REQUEST_HASH_LEN */
};

/* About 16 KB. Dates are UTC seconds; absent texts, bytes and hashes are NULL. */
struct request {
	uint8_t audience[COSE_THUMBPRINT_LEN];
	int64_t issued_at;
	const uint8_t *nonce; /* REQUEST_NONCE_LEN */
	struct cose_key site_key;
	enum request_kind kind;
	uint64_t number;
	struct request_pending pending[REQUEST_PENDING_MAX]; /* ascending */
	size_t pending_len;
	bool has_opening_key; /* always in pair and migrate */
	struct cose_key opening_key;
	struct cbor_text keys[REQUEST_KEYS_MAX]; /* pair and migrate: at least one; none twice */
	size_t keys_len;
	struct cbor_text install_id;
	struct cbor_bytes salt; /* of the fingerprint; absent: none */
	struct fingerprint_component
		components[LICENSE_COMPONENTS_MAX]; /* with a salt: 1 or more */
	size_t components_len;
	struct cbor_text domains[LICENSE_DOMAINS_MAX]; /* ascending */
	size_t domains_len;
	struct cbor_text hostname, os, app_version, reason, tenant;
	struct cbor_bytes
		held[REQUEST_HELD_MAX]; /* the newest license of each product and tenant */
	size_t held_len;
	int64_t wall, ran;  /* what the machine's clock showed; running time of the site's */
	unsigned condition; /* of the clock, as site-rules counts them: 0 ok ... 4 unattended */
	struct request_head journal;                          /* hash NULL: none yet */
	uint64_t manifest_version;                            /* 1 or more */
	struct request_status statuses[REQUEST_STATUSES_MAX]; /* ascending by uri */
	size_t statuses_len;
	struct request_reached reached[REQUEST_REACHED_MAX];
	size_t reached_len;
	uint64_t reply_number; /* newest reply taken in; 0: none */
	struct request_named usage[REQUEST_NAMES_MAX], telemetry[REQUEST_NAMES_MAX]; /* ascending */
	size_t usage_len, telemetry_len;
	struct request_event events[REQUEST_EVENTS_MAX];
	size_t events_len;
	struct request_steps steps[REQUEST_STEPS_MAX];
	size_t steps_len;
	int64_t rolled_back_since; /* LICENSE_NEVER */
	bool restored; /* its people put back a backup since the last acknowledged one */
	struct request_head heads[REQUEST_HEADS_MAX];
	size_t heads_len;
};

/*
 * Reads a payload, whose signature by its own cnf key keys/ checks; what it returns borrows that. CBOR
 * errors with their offset in `payload`, and:
 *
 * CLAIM_MISSING    aud, iat, cti or cnf; format version, kind, number, clock or manifest version
 * CLAIM_CRITICAL, CLAIM_VERSION    as in license.h
 * CLAIM_VALUE      an audience that is no thumbprint, a list out of order or with something twice,
 *                  a key of the wrong kind, what is absent and yet written (claims.h)
 * CLAIM_CONFLICT   a pair or migrate without license key or opening key (offset: the private map);
 *                  a pending number that is not before this one (its entry)
 * DOCUMENT_TOO_LARGE   more than REQUEST_PAYLOAD_MAX bytes
 *
 * *ret_request is written on success alone. Pure, thread-safe; takes as much stack as the struct.
 */
enum skerry_err request_parse(
	struct cbor_bytes payload, struct request *ret_request, size_t *ret_offset);
/* Latches what request_parse would refuse. */
void request_write(struct cbor_writer *w, const struct request *request);

/* "pair", "heartbeat", "migrate", "unpair"; NULL. 0 for another name. */
const char *request_kind_name(enum request_kind kind);
enum request_kind request_kind_from_name(const char *name);

#endif
