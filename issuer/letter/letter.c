/* SPDX-License-Identifier: ISC */
#include "letter.h"

#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "issuer/decide/lifecycle.h"
#include "issuer/desk/manifests.h"
#include "issuer/license_plan.h"
#include "keys/hash.h"
#include "keys/secretbox.h"

struct gathering {
	struct desk *desk;
	struct letter *letter;
	size_t max, left_out;
	int64_t asked_id;      /* the license that must stand in it; 0: any */
	enum skerry_err ended; /* why the last one left out is */
	bool asked_ended;
	char ended_id[LICENSE_ID_LEN + 1];
	enum skerry_err err;
};

/* Whether anything may be issued for it: REVOKED, SUSPENDED, EXPIRED, or OK. */
static enum skerry_err
judge(const struct license_record *record, int64_t now)
{
	struct lifecycle_facts facts = { .stored = record->stored,
		.valid_until = record->valid_until,
		.pending_until = LICENSE_NEVER,
		.now = now };
	struct lifecycle moved;

	return lifecycle_judge(LIFECYCLE_ISSUE, &facts, &moved);
}

static void
leave_out(struct gathering *gathering, const struct license_record *record, enum skerry_err err)
{
	gathering->left_out++;
	if (gathering->asked_ended)
		return;
	gathering->asked_ended = record->id == gathering->asked_id;
	gathering->ended = err;
	memcpy(gathering->ended_id, record->public_id, sizeof gathering->ended_id);
}

static bool
add(void *context, const struct license_record *record)
{
	struct gathering *gathering = context;
	struct letter *letter = gathering->letter;
	enum skerry_err err = judge(record, letter->written_at);

	if (err != SKERRY_OK) {
		leave_out(gathering, record, err);
		return true;
	}
	if (letter->licenses_len == gathering->max) {
		size_t max = gathering->max == 0 ? 1 : gathering->max * 2;
		struct letter_license *more = realloc(letter->licenses, max * sizeof *more);

		if (more == NULL) {
			gathering->err = SKERRY_ERR_NO_MEMORY;
			return false;
		}
		letter->licenses = more;
		gathering->max = max;
	}
	letter->licenses[letter->licenses_len++] =
		(struct letter_license){ .record = *record, .document_until = LICENSE_NEVER };
	return true;
}

/* The claims say until when: the desk's own document, as it was verified when it was signed. */
static enum skerry_err
read_document(struct letter_license *license, struct cbor_bytes bytes, bool starter)
{
	struct license *claims = malloc(sizeof *claims);
	struct cose_sign1 message;
	size_t offset;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	license->document = malloc(bytes.len == 0 ? 1 : bytes.len);
	if (claims == NULL || license->document == NULL)
		goto out;
	memcpy(license->document, bytes.data, bytes.len);
	license->document_len = bytes.len;
	err = SKERRY_ERR_STORE_DAMAGED;
	if (cose_sign1_parse(license->document, bytes.len, &message, &offset) != SKERRY_OK ||
		license_parse(message.payload, claims, &offset) != SKERRY_OK)
		goto out;
	license->starter = starter;
	license->document_until = claims->valid_until;
	err = SKERRY_OK;
out:
	free(claims);
	return err;
}

/* Revoked ones and those past their last date say nothing to a new site. */
static enum skerry_err
find_document(struct desk *desk, struct letter_license *license, int64_t now)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q,
		"SELECT d.bytes, a.kind = 'starter' FROM activation a"
		" JOIN document d ON d.activation_id = a.id"
		" WHERE a.license_id = ? AND a.kind IN ('unbound', 'starter')"
		" AND a.unpaired_at IS NULL AND d.kind = 'license'"
		" AND (d.expires_at IS NULL OR d.expires_at > ?)"
		" AND NOT EXISTS (SELECT 1 FROM revocation r WHERE r.activation_id = a.id)"
		" ORDER BY d.edition DESC LIMIT 1");
	store_bind_int(&q, license->record.id);
	store_bind_int(&q, now);
	if (store_step(&q))
		err = read_document(license, store_bytes(&q, 0), store_int(&q, 1) != 0);
	done = store_done(&q);
	if (err == SKERRY_OK && done == SKERRY_OK && license->document_until < now) {
		/* Grace is no way to begin. */
		free(license->document);
		license->document = NULL;
	}
	return done != SKERRY_OK ? done : err;
}

static enum skerry_err
find_product_name(struct desk *desk, struct letter_license *license)
{
	struct store_query q;

	store_query(desk->store, &q, "SELECT name FROM product WHERE id = ?");
	store_bind_int(&q, license->record.product_id);
	if (store_step(&q))
		store_text(&q, 0, license->product_name, sizeof license->product_name);
	return store_done(&q);
}

/* As this license has it: with what was set for it alone. */
static enum skerry_err
find_plan(struct desk *desk, struct plan_shelf *shelf, struct letter_license *license)
{
	const struct plan *plan;
	enum skerry_err err = license_plan(desk, shelf, &license->record, &license->plan, &plan);

	if (err == SKERRY_OK && plan != &license->plan)
		license->plan = *plan;
	return err;
}

static enum skerry_err
fill_in(struct desk *desk, struct letter *letter)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < letter->licenses_len && err == SKERRY_OK; i++) {
		struct letter_license *license = &letter->licenses[i];

		err = find_plan(desk, &shelf, license);
		if (err == SKERRY_OK)
			err = find_product_name(desk, license);
		if (err == SKERRY_OK)
			err = find_document(desk, license, letter->written_at);
	}
	plan_shelf_clear(&shelf);
	return err;
}

static enum skerry_err
find_parties(struct desk *desk, int64_t license_key_id, struct letter *letter)
{
	struct store_query q;
	char slug[LICENSE_SLUG_MAX + 1] = "", number[24] = "";
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT b.slug, k.customer_id FROM license_key k JOIN brand b ON b.id = k.brand_id"
		" WHERE k.id = ?");
	store_bind_int(&q, license_key_id);
	if (store_step(&q)) {
		store_text(&q, 0, slug, sizeof slug);
		store_text(&q, 1, number, sizeof number);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		err = brands_find(desk, slug, &letter->brand);
	if (err == SKERRY_OK)
		err = customers_find(desk, slug, number, &letter->customer);
	if (err == SKERRY_OK)
		err = licenses_key_text(desk, license_key_id, letter->key);
	return err;
}

static enum skerry_err
find_roots(struct desk *desk, struct letter *letter)
{
	struct trust *trust;
	uint8_t kid[COSE_KID_LEN];
	enum skerry_err err = manifests_load(desk, &trust);

	if (err != SKERRY_OK)
		return err;
	if (trust->manifest.roots_len <= LETTER_ROOTS_MAX) {
		letter->roots_len = trust->manifest.roots_len;
		for (size_t i = 0; i < letter->roots_len; i++) {
			hash_kid(&trust->manifest.roots[i], kid);
			vault_kid_text(kid, letter->roots[i]);
		}
	}
	free(trust);
	return SKERRY_OK;
}

enum skerry_err
letter_gather(struct desk *desk, int64_t license_key_id, int64_t license_id,
	struct letter **ret_letter, size_t *ret_left_out)
{
	struct letter *letter = calloc(1, sizeof *letter);
	struct gathering gathering = { .desk = desk, .letter = letter, .asked_id = license_id };
	struct licenses_filter filter = { .license_key_id = license_key_id,
		.limit = LICENSES_LIST_MAX };
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (letter == NULL)
		return err;
	letter->written_at = desk_clock(desk);
	err = licenses_each(desk, &filter, add, &gathering);
	if (err == SKERRY_OK)
		err = gathering.err;
	if (err == SKERRY_OK && (letter->licenses_len == 0 || gathering.asked_ended))
		err = gathering.left_out == 0
			      ? SKERRY_ERR_NOT_FOUND
			      : desk_refuse(desk, gathering.ended, gathering.ended_id, "%s",
					lifecycle_advice(LIFECYCLE_ISSUE, gathering.ended));
	if (err == SKERRY_OK)
		err = find_parties(desk, license_key_id, letter);
	if (err == SKERRY_OK)
		err = fill_in(desk, letter);
	if (err == SKERRY_OK)
		err = find_roots(desk, letter);
	if (err != SKERRY_OK) {
		letter_free(letter);
		return err;
	}
	*ret_letter = letter;
	*ret_left_out = gathering.left_out;
	return SKERRY_OK;
}

void
letter_free(struct letter *letter)
{
	if (letter == NULL)
		return;
	for (size_t i = 0; i < letter->licenses_len; i++)
		free(letter->licenses[i].document);
	free(letter->licenses);
	secretbox_wipe(letter->key, sizeof letter->key);
	free(letter);
}
