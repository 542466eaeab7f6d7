/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_REPLY_H
#define FORMATS_REPLY_H

/*
 * The reply: what a vendor tells one site, asked or unasked. A CWT signed by an issuing key of the
 * role `reply`, then sealed to the site's opening key (sealed.h).
 *
 *	1 iss brand   2 sub  site id in hex   6 iat  the vendor's time   7 cti   -65537:
 *
 *	1 format version   2 number   3 [request number, nonce] that it answers   4 acknowledged number
 *	5 [result ...]   6 [license document ...]   7 [notice ...]   8 true: time reset
 *	9 "restored" or "clone": what the desk thinks of this site's history
 *
 *	result: {1 code, 2 product, 3 license id, 4 text, 5 until, 6 told}
 *	notice: {1 level, 2 text, 3 until}
 *
 * `told` is why, in the vendor's own words, which are part of `text` as well: what a site quotes while
 * its license is what the code says.
 *
 * Numbers grow for each site. An older reply changes nothing, except that a license of a higher
 * edition in it still counts. One brand's key cannot speak for another one: the licenses inside are of
 * `iss`, and each is signed for itself.
 */

#include "cbor.h"
#include "cose.h"
#include "license.h"

#define REPLY_TYPE "application/vnd.skerry.reply+cwt"

enum {
	REPLY_PAYLOAD_MAX = 192 * 1024,
	REPLY_MAX = REPLY_PAYLOAD_MAX + COSE_SIGN1_OVERHEAD_MAX, /* the signed document */
	REPLY_FORMAT_VERSION = 1,
	REPLY_NONCE_LEN = 16,
	REPLY_RESULTS_MAX = 32,
	REPLY_LICENSES_MAX = 32,
	REPLY_NOTICES_MAX = 8,
	REPLY_TEXT_MAX = 512,
	REPLY_TOLD_MAX = 200,
	REPLY_CODE_MAX = 255, /* of results; those with a name end at REPLY_CODE_LAST */
	REPLY_LEVEL_MAX = 3
};

/* Stable numbers; names as in vendor-rules: "ok", "key_unknown", ... */
enum reply_code {
	REPLY_OK = 0,
	REPLY_KEY_UNKNOWN = 1,
	REPLY_PAIRED_ELSEWHERE = 2,
	REPLY_ACTIVATIONS_EXHAUSTED = 3,
	REPLY_EXPIRED = 4,
	REPLY_SUSPENDED = 5,
	REPLY_REVOKED = 6,
	REPLY_MIGRATION_LIMIT = 7,
	REPLY_FINGERPRINT_INSUFFICIENT = 8,
	REPLY_MALFORMED = 9,
	REPLY_UNPAIRED = 10 /* done, as asked for */
};
enum { REPLY_CODE_LAST = REPLY_UNPAIRED };

struct reply_result {
	unsigned code;                     /* enum reply_code; a later one shows its text */
	struct cbor_text product, license; /* absent: of the whole request */
	struct cbor_text text;             /* for people, in the customer's language */
	int64_t until;                     /* LICENSE_NEVER; UNPAIRED: the end of the overlap */
	struct cbor_text told;             /* absent: the vendor gives no reason */
};

struct reply_notice {
	unsigned level; /* REPLY_LEVEL_MAX at most: 1 info, 2 warn, 3 alert, as skerry_notice */
	struct cbor_text text; /* always there */
	int64_t until;         /* shown no longer than this; LICENSE_NEVER */
};

enum reply_history { REPLY_HISTORY_OK = 0, REPLY_HISTORY_RESTORED, REPLY_HISTORY_CLONE };

/* About 4 KB. */
struct reply {
	struct cbor_text brand;
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	int64_t issued_at;
	struct cbor_bytes cti; /* LICENSE_CTI_LEN */
	uint64_t number;
	uint64_t answers;      /* request number; 0: unasked */
	const uint8_t *nonce;  /* REPLY_NONCE_LEN, with `answers`; NULL without */
	uint64_t acknowledged; /* newest request that the desk has; 0: none */
	struct reply_result results[REPLY_RESULTS_MAX];
	size_t results_len;
	struct cbor_bytes licenses[REPLY_LICENSES_MAX];
	size_t licenses_len;
	struct reply_notice notices[REPLY_NOTICES_MAX];
	size_t notices_len;
	bool time_reset; /* only with `answers` */
	enum reply_history history;
};

/*
 * Reads a payload that keys/ has verified; what it returns borrows that. CBOR errors with their offset
 * in `payload`, and:
 *
 * CLAIM_MISSING    iss, sub, iat or cti; format version or number; a result's code; a notice's level or
 *                  text (offset: the map)
 * CLAIM_CRITICAL, CLAIM_VERSION    as in license.h
 * CLAIM_VALUE      a brand, product or license id of the wrong form, a sub that is no thumbprint,
 *                  another word for the history, what is absent and yet written (claims.h)
 * CLAIM_CONFLICT   a time reset that answers nothing (offset: the time reset)
 * DOCUMENT_TOO_LARGE   more than REPLY_PAYLOAD_MAX bytes
 *
 * *ret_reply is written on success alone. Pure, thread-safe; takes as much stack as the struct.
 */
enum skerry_err reply_parse(struct cbor_bytes payload, struct reply *ret_reply, size_t *ret_offset);
/* Latches what reply_parse would refuse. */
void reply_write(struct cbor_writer *w, const struct reply *reply);

/* "ok", "key_unknown", ...; "unknown" for a later one. */
const char *reply_code_name(unsigned code);

#endif
