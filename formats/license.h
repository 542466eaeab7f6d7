/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_LICENSE_H
#define FORMATS_LICENSE_H

/*
 * The license: a CWT (RFC 8392) that says what one product may do at one site, until when, and how
 * gently it ends. docs/formats.md has the CDDL. This file knows the claims; ladder.h knows what
 * their dates mean together.
 *
 *	1 iss brand   2 sub id   3 aud product   4 exp   5 nbf   6 iat   7 cti   8 cnf {1: COSE_Key}
 *	65535 status {"status_list": {"idx": n, "uri": "skerry:BRAND"}}   -65537 Skerry's own map:
 *
 *	1 format version   2 edition   3 activation   4 plan   5 renew_by   6 valid_until
 *	7 maintenance_until   8 grants {name: true, integer or text}   9 seats [max, burst, ttl_s]
 *	10 ladder {1 warn_s, 2 alert_s, 3 grace_s, 4 degraded_s, 5 expiry_grace_s, 6 rebind_grace_s,
 *	           7 rollback policy, 8 tolerance_s, 9 overlap_s, 10 max_status_age_s, 11 day end}
 *	11 fingerprint [salt, threshold, [[type, weight, hash] ...]]   12 [domain ...]   13 tenant
 *	14 telephone [anchor, steps, days]   15 licensee
 *
 * claims.h has the rule for unknown labels. What is absent, and a duration of 0, is not written;
 * written nevertheless it is CLAIM_VALUE, so a license has one encoding.
 */

#include "cbor.h"
#include "cose_key.h"

#define LICENSE_TYPE "application/vnd.skerry.license+cwt"

/* No such date: the license does not end there. */
#define LICENSE_NEVER INT64_MAX

enum {
	LICENSE_MAX = 16384,         /* bytes of the whole signed document */
	LICENSE_PAYLOAD_MAX = 16128, /* bytes of its claims: an envelope always fits around them */
	LICENSE_FORMAT_VERSION = 1,
	LICENSE_ID_LEN = 16, /* Crockford base32 characters */
	LICENSE_CTI_LEN = 8,
	LICENSE_SLUG_MAX = 32,   /* brand, product, plan: a-z 0-9 - _ */
	LICENSE_NAME_MAX = 64,   /* bytes of a feature's or limit's name */
	LICENSE_VALUE_MAX = 128, /* bytes of a text value */
	LICENSE_GRANTS_MAX = 128,
	LICENSE_DOMAINS_MAX = 16,
	LICENSE_DOMAIN_MAX = 253,
	LICENSE_TENANT_MAX = 64,
	LICENSE_LICENSEE_MAX = 128,
	LICENSE_COMPONENTS_MAX = 16,
	LICENSE_COMPONENT_TYPE_MAX = 255, /* a type unknown to a site is unreadable there */
	LICENSE_WEIGHT_MAX = 255,
	LICENSE_SALT_LEN = 16,
	LICENSE_COMPONENT_HASH_MIN = 12,
	LICENSE_COMPONENT_HASH_MAX = 16,
	LICENSE_ANCHOR_LEN = 12, /* 95 bits of a telephone step's hash chain */
	LICENSE_STEPS_MAX = 99,
	LICENSE_STEP_DAYS_MAX = 366,
	LICENSE_SEATS_MAX = 1000000,
	LICENSE_DAY_END_DEFAULT = 240 /* minutes: 04:00 */
};

/* Largest edition, activation number and status index: what a database column holds. */
#define LICENSE_COUNTER_MAX INT64_MAX

/* Longest duration, in seconds: 100 years of 366 days. */
#define LICENSE_DURATION_MAX (INT64_C(36600) * 86400)

/* Latest instant that any date may have: the end of the year 9999. */
#define LICENSE_TIME_MAX INT64_C(253402300799)

/* What a name stands for: a feature that is on, a limit, or a text. */
enum license_value { LICENSE_ON, LICENSE_NUMBER, LICENSE_STRING };

struct license_grant {
	struct cbor_text name;
	enum license_value value;
	int64_t number;        /* LICENSE_NUMBER */
	struct cbor_text text; /* LICENSE_STRING */
};

enum license_rollback { LICENSE_ROLLBACK_NOTICE = 0, LICENSE_ROLLBACK_GRACE = 1 };

/* Durations in seconds; absent ones are 0 and not written. */
struct license_ladder {
	int64_t warn_s, alert_s;  /* before renew_by; negative: after it */
	int64_t grace_s;          /* full access after renew_by */
	int64_t degraded_s;       /* read only after grace */
	int64_t expiry_grace_s;   /* full access after valid_until */
	int64_t rebind_grace_s;   /* full access on a machine that does not match */
	int64_t tolerance_s;      /* how far the clock may be behind without a notice */
	int64_t overlap_s;        /* how long an unpaired site goes on */
	int64_t max_status_age_s; /* age of the status list that starts a warning; 0: none */
	enum license_rollback rollback_policy;
	unsigned day_end_minutes; /* local time of day at which a step down takes effect, 0-1439 */
};

struct license_component {
	unsigned type;          /* enum fingerprint_type, or a later one */
	unsigned weight;        /* 1 to LICENSE_WEIGHT_MAX */
	struct cbor_bytes hash; /* LICENSE_COMPONENT_HASH_MIN to _MAX bytes */
};

struct license {
	struct cbor_text brand, id, product, plan;
	int64_t expires_at; /* exp; LICENSE_NEVER */
	int64_t not_before, issued_at;
	struct cbor_bytes cti;

	bool has_site_key;
	struct cose_key site_key; /* Ed25519 */

	bool has_status;
	uint64_t status_index;
	struct cbor_text status_uri;

	uint64_t edition;
	uint64_t activation;
	int64_t renew_by, valid_until, maintenance_until; /* LICENSE_NEVER where absent */

	struct license_grant grants[LICENSE_GRANTS_MAX]; /* ascending by cbor_text_order */
	size_t grants_len;

	uint64_t seats_max, seats_burst; /* seats_max 0: the license grants no seats */
	int64_t seats_ttl_s;             /* 1 or more where there are seats */

	struct license_ladder ladder;

	struct cbor_bytes salt; /* with components: LICENSE_SALT_LEN bytes */
	unsigned threshold;     /* weight that must match, 1 to the sum of weights */
	struct license_component
		components[LICENSE_COMPONENTS_MAX]; /* ascending by type, then hash */
	size_t components_len;                      /* 0: not bound to a machine */

	/* Ascending by cbor_text_order; lower case; "*.example.com" allowed. */
	struct cbor_text domains[LICENSE_DOMAINS_MAX];
	size_t domains_len; /* 0: not bound to domains */

	struct cbor_text tenant;                  /* absent: none */
	struct cbor_bytes anchor;                 /* telephone renewal; absent: none */
	unsigned telephone_steps, telephone_days; /* with an anchor: 1 or more of both */
	struct cbor_text licensee;
};

/*
 * Reads the claims out of a verified payload. All strings borrow `payload`. Besides the CBOR
 * errors, with their offset in `payload`:
 *
 * CLAIM_MISSING    a claim that every license has: iss, sub, aud, nbf, iat, cti, and of the
 *                  private map format version, edition and plan (offset: the map)
 * CLAIM_CRITICAL   an unknown negative or text label (offset: the label)
 * CLAIM_VERSION    a format version above LICENSE_FORMAT_VERSION
 * CLAIM_VALUE      a slug, id, name or domain of the wrong form, a hash too short, false as a grant,
 *                  a threshold that cannot be reached, components or domains out of order, what is
 *                  absent and yet written (claims.h)
 * CLAIM_CONFLICT   nbf after valid_until (offset: nbf), exp before the ladder's last date or absent
 *                  although the ladder ends (exp, or the map), a status uri that is not "skerry:"
 *                  and the brand (uri)
 * DOCUMENT_TOO_LARGE   more than LICENSE_PAYLOAD_MAX bytes
 *
 * *ret_license is written on success alone. Pure, thread-safe. The struct takes about 8 KB, and the
 * call as much stack.
 */
enum skerry_err license_parse(
	struct cbor_bytes payload, struct license *ret_license, size_t *ret_offset);

/*
 * Encodes the claims. What license_parse would refuse is not written: CLAIM_MISSING, CLAIM_VALUE or
 * CLAIM_CONFLICT is latched, or the map writer's KEY_ORDER and KEY_DUPLICATE for grants. grants,
 * components and domains must be in order.
 */
void license_write(struct cbor_writer *w, const struct license *license);

/* The grant of that name, or NULL. No allocation; O(log n). */
const struct license_grant *license_find_grant(
	const struct license *license, struct cbor_text name);

/* True for 1 to LICENSE_SLUG_MAX characters of a-z 0-9 - _, the first a letter or digit. */
bool license_is_slug(struct cbor_text text);
/* True for LICENSE_ID_LEN characters of Crockford's alphabet in upper case. */
bool license_is_id(struct cbor_text text);
/* True for a lower-case host name, its first label perhaps "*" (then with another behind it). */
bool license_is_domain(struct cbor_text text);
/* True for 1 to LICENSE_NAME_MAX bytes without control characters. */
bool license_is_name(struct cbor_text text);

/* The order of components: by type, then the shorter hash, then by bytes. <0, 0, >0. */
int license_component_order(
	unsigned a_type, struct cbor_bytes a_hash, unsigned b_type, struct cbor_bytes b_hash);

#endif
