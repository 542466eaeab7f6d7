/* SPDX-License-Identifier: ISC */
#include "proof.h"

#include "claims.h"

enum {
	CLAIM_NONCE = 10,
	PROOF_LABEL_VERSION = 1,
	PROOF_LABEL_LICENSE = 2,
	PROOF_LABEL_STATE = 3,
	PROOF_LABEL_ACCESS = 4,
	PROOF_LABEL_REASON = 5,
	PROOF_LABEL_NOTICE = 6,
	PROOF_LABEL_NEXT_CHANGE_AT = 7,
	PROOF_LABEL_RENEW_BY = 8,
	PROOF_LABEL_VALID_UNTIL = 9,
	PROOF_LABEL_MAINTENANCE_UNTIL = 10,
	PROOF_LABEL_GRACE_UNTIL = 11,
	PROOF_LABEL_DEGRADED_UNTIL = 12,
	PROOF_LABEL_CLOCK = 13,
	PROOF_LABEL_STATE_ROLLBACK = 14,
	PROOF_LABEL_MESSAGE = 15,
	PROOF_LABEL_TENANT = 16,
	PROOF_LABEL_DOMAIN = 17,
	PROOF_LABEL_BUILD_DATE = 18,
	PROOF_LABEL_MANIFEST = 19
};

enum { WORD_MAX = 255 /* of an enum of skerry.h, as it may grow */ };

/* --- reading --------------------------------------------------------------------------------- */

/* "brand/product". */
static bool
is_product(struct cbor_text text)
{
	size_t slash = 0;

	while (slash < text.len && text.chars[slash] != '/')
		slash++;
	return slash < text.len && license_is_slug((struct cbor_text){ text.chars, slash }) &&
	       license_is_slug((struct cbor_text){ text.chars + slash + 1, text.len - slash - 1 });
}

static unsigned
read_word(struct cbor_reader *r)
{
	return (unsigned)claims_read_positive(r, WORD_MAX);
}

static void
read_nonce(struct cbor_reader *r, struct proof *proof)
{
	size_t at = r->at;

	proof->nonce = cbor_read_bytes(r, PROOF_NONCE_MAX);
	if (proof->nonce.len < PROOF_NONCE_MIN)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
}

/* Labels 7 to 12. */
static void
read_instant(struct cbor_reader *r, const struct claims *claims, struct proof *proof)
{
	switch (claims->label) {
	case PROOF_LABEL_NEXT_CHANGE_AT:
		proof->next_change_at = claims_read_date(r);
		break;
	case PROOF_LABEL_RENEW_BY:
		proof->renew_by = claims_read_date(r);
		break;
	case PROOF_LABEL_VALID_UNTIL:
		proof->valid_until = claims_read_date(r);
		break;
	case PROOF_LABEL_MAINTENANCE_UNTIL:
		proof->maintenance_until = claims_read_date(r);
		break;
	case PROOF_LABEL_GRACE_UNTIL:
		proof->grace_until = claims_read_date(r);
		break;
	case PROOF_LABEL_DEGRADED_UNTIL:
		proof->degraded_until = claims_read_date(r);
		break;
	default:
		claims_unknown(r, claims);
	}
}

/* Labels 3 to 6 and 13 to 15: the verdict beside its dates. */
static void
read_verdict(struct cbor_reader *r, const struct claims *claims, struct proof *proof)
{
	switch (claims->label) {
	case PROOF_LABEL_STATE:
		proof->state = read_word(r);
		break;
	case PROOF_LABEL_ACCESS:
		proof->access = read_word(r);
		break;
	case PROOF_LABEL_REASON:
		proof->reason = read_word(r);
		break;
	case PROOF_LABEL_NOTICE:
		proof->notice = read_word(r);
		break;
	case PROOF_LABEL_CLOCK:
		proof->clock = read_word(r);
		break;
	case PROOF_LABEL_STATE_ROLLBACK:
		proof->state_rollback = claims_read_true(r);
		break;
	case PROOF_LABEL_MESSAGE:
		proof->message = claims_read_text(r, PROOF_MESSAGE_MAX);
		break;
	default:
		read_instant(r, claims, proof);
	}
}

static void
read_private(struct cbor_reader *r, struct proof *proof)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case PROOF_LABEL_VERSION:
			claims_read_version(r, PROOF_FORMAT_VERSION);
			break;
		case PROOF_LABEL_LICENSE:
			proof->license_hash = cbor_read_fixed(r, PROOF_HASH_LEN);
			break;
		case PROOF_LABEL_TENANT:
			proof->tenant = claims_read_text(r, LICENSE_TENANT_MAX);
			break;
		case PROOF_LABEL_DOMAIN:
			proof->domain = claims_read_text(r, LICENSE_DOMAIN_MAX);
			break;
		case PROOF_LABEL_BUILD_DATE:
			proof->build_date = (int64_t)claims_read_positive(r, LICENSE_TIME_MAX);
			break;
		case PROOF_LABEL_MANIFEST:
			proof->manifest_version = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		default:
			read_verdict(r, &claims, proof);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(PROOF_LABEL_VERSION) | CLAIMS_BIT(PROOF_LABEL_LICENSE) |
			CLAIMS_BIT(PROOF_LABEL_MANIFEST));
}

static void
read_claims(struct cbor_reader *r, struct proof *proof)
{
	struct claims claims;
	size_t exp_at = 0;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_AUD:
			proof->product = claims_read_form(r, PROOF_PRODUCT_MAX, is_product);
			break;
		case CLAIM_EXP:
			exp_at = r->at;
			proof->expires_at = claims_read_date(r);
			break;
		case CLAIM_IAT:
			proof->issued_at = claims_read_date(r);
			break;
		case CLAIM_NONCE:
			read_nonce(r, proof);
			break;
		case CLAIM_SKERRY:
			read_private(r, proof);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(CLAIM_AUD) | CLAIMS_BIT(CLAIM_EXP) | CLAIMS_BIT(CLAIM_IAT) |
			CLAIMS_BIT(CLAIM_NONCE) | CLAIMS_BIT_SKERRY);
	if (proof->expires_at <= proof->issued_at ||
		proof->expires_at - proof->issued_at > PROOF_LIVES_S)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, exp_at);
}

enum skerry_err
proof_parse(struct cbor_bytes payload, struct proof *ret_proof, size_t *ret_offset)
{
	struct proof proof = {
		.next_change_at = LICENSE_NEVER,
		.renew_by = LICENSE_NEVER,
		.valid_until = LICENSE_NEVER,
		.maintenance_until = LICENSE_NEVER,
		.grace_until = LICENSE_NEVER,
		.degraded_until = LICENSE_NEVER,
	};
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > PROOF_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, PROOF_PAYLOAD_MAX);
	read_claims(&r, &proof);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_proof = proof;
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

static void
write_private(struct cbor_writer *w, const struct proof *proof)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_int(w, &map, PROOF_LABEL_VERSION, PROOF_FORMAT_VERSION);
	cbor_map_put_label(w, &map, PROOF_LABEL_LICENSE);
	cbor_write_bytes(w, proof->license_hash, proof->license_hash == NULL ? 0 : PROOF_HASH_LEN);
	claims_put_uint(w, &map, PROOF_LABEL_STATE, proof->state);
	claims_put_uint(w, &map, PROOF_LABEL_ACCESS, proof->access);
	claims_put_uint(w, &map, PROOF_LABEL_REASON, proof->reason);
	claims_put_uint(w, &map, PROOF_LABEL_NOTICE, proof->notice);
	claims_put_date(w, &map, PROOF_LABEL_NEXT_CHANGE_AT, proof->next_change_at);
	claims_put_date(w, &map, PROOF_LABEL_RENEW_BY, proof->renew_by);
	claims_put_date(w, &map, PROOF_LABEL_VALID_UNTIL, proof->valid_until);
	claims_put_date(w, &map, PROOF_LABEL_MAINTENANCE_UNTIL, proof->maintenance_until);
	claims_put_date(w, &map, PROOF_LABEL_GRACE_UNTIL, proof->grace_until);
	claims_put_date(w, &map, PROOF_LABEL_DEGRADED_UNTIL, proof->degraded_until);
	claims_put_uint(w, &map, PROOF_LABEL_CLOCK, proof->clock);
	claims_put_true(w, &map, PROOF_LABEL_STATE_ROLLBACK, proof->state_rollback);
	claims_put_text(w, &map, PROOF_LABEL_MESSAGE, proof->message);
	claims_put_text(w, &map, PROOF_LABEL_TENANT, proof->tenant);
	claims_put_text(w, &map, PROOF_LABEL_DOMAIN, proof->domain);
	claims_put_int(w, &map, PROOF_LABEL_BUILD_DATE, proof->build_date);
	claims_put_uint(w, &map, PROOF_LABEL_MANIFEST, proof->manifest_version);
	cbor_map_close(w, &map);
}

static void
write_claims(struct cbor_writer *w, const struct proof *proof)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, CLAIM_AUD);
	cbor_write_text(w, proof->product);
	cbor_map_put_label(w, &map, CLAIM_EXP);
	cbor_write_int(w, proof->expires_at);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, proof->issued_at);
	cbor_map_put_label(w, &map, CLAIM_NONCE);
	cbor_write_bytes(w, proof->nonce.data, proof->nonce.len);
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, proof);
	cbor_map_close(w, &map);
}

void
proof_write(struct cbor_writer *w, const struct proof *proof)
{
	size_t start = w->len, offset;
	struct proof read_back;

	write_claims(w, proof);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(w, proof_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
				      &read_back, &offset));
}
