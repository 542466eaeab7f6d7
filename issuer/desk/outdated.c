/* SPDX-License-Identifier: ISC */
#include "outdated.h"

#include <stdlib.h>
#include <string.h>

#define NEWEST_OF                                                                                  \
	"(SELECT id FROM document WHERE activation_id = a.id AND kind = 'license'"                 \
	" ORDER BY edition DESC LIMIT 1)"

struct marking {
	struct desk *desk;
	const struct trust *after;
	bool changed[MANIFEST_KEYS_MAX]; /* of after's keys */
	struct license license;
	int64_t *ids;
	size_t len, max;
};

static bool
same_brands(const struct manifest_key *a, const struct manifest_key *b)
{
	if (a->brands_len != b->brands_len)
		return false;
	for (size_t i = 0; i < a->brands_len; i++)
		if (!cbor_text_same(a->brands[i], b->brands[i]))
			return false;
	return true;
}

static bool
same_limits(const struct manifest_key *a, const struct manifest_key *b)
{
	return a->roles == b->roles && a->not_before == b->not_before &&
	       a->not_after == b->not_after && a->latest == b->latest &&
	       a->perpetual == b->perpetual && a->revoked_at == b->revoked_at && same_brands(a, b);
}

/* Keys that documents may be signed with and whose entry says something else now. */
static bool
find_changed(struct marking *marking, const struct trust *before)
{
	const struct trust *after = marking->after;
	bool any = false;

	for (size_t i = 0; i < after->manifest.keys_len; i++) {
		const struct manifest_key *was = trust_find_key(before, after->kids[i]);

		marking->changed[i] = was != NULL && !same_limits(was, &after->manifest.keys[i]);
		any |= marking->changed[i];
	}
	return any;
}

/* The desk's own record: its signature was verified when it was made. */
static bool
is_permitted(
	const struct manifest_key *key, const uint8_t *bytes, size_t len, struct license *license)
{
	struct cose_sign1 message;
	size_t offset;

	return key->revoked_at == LICENSE_NEVER &&
	       cose_sign1_parse(bytes, len, &message, &offset) == SKERRY_OK &&
	       license_parse(message.payload, license, &offset) == SKERRY_OK &&
	       trust_permits_license(key, license) == SKERRY_OK;
}

static bool
is_outdated(struct marking *marking, struct store_query *q)
{
	struct cbor_bytes kid = store_bytes(q, 1), bytes;
	const struct manifest_key *key;

	if (kid.len != COSE_KID_LEN)
		return false;
	key = trust_find_key(marking->after, kid.data);
	if (key == NULL || !marking->changed[key - marking->after->manifest.keys])
		return false;
	if (key->revoked_at != LICENSE_NEVER)
		return true;
	bytes = store_bytes(q, 2);
	return !is_permitted(key, bytes.data, bytes.len, &marking->license);
}

static enum skerry_err
add(struct marking *marking, int64_t id)
{
	if (marking->len == marking->max) {
		size_t max = marking->max == 0 ? 64 : marking->max * 2;
		int64_t *more = realloc(marking->ids, max * sizeof *more);

		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		marking->ids = more;
		marking->max = max;
	}
	marking->ids[marking->len++] = id;
	return SKERRY_OK;
}

static enum skerry_err
gather(struct marking *marking)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(marking->desk->store, &q,
		"SELECT a.id, d.kid, d.bytes FROM activation a CROSS JOIN document d ON d.id"
		" = " NEWEST_OF " WHERE a.unpaired_at IS NULL");
	while (err == SKERRY_OK && store_step(&q))
		if (is_outdated(marking, &q))
			err = add(marking, store_int(&q, 0));
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}

static enum skerry_err
mark(struct marking *marking)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < marking->len && err == SKERRY_OK; i++) {
		struct store_query q;

		store_query(marking->desk->store, &q,
			"UPDATE activation SET outdated = 1 WHERE id = ?");
		store_bind_int(&q, marking->ids[i]);
		err = store_run(&q);
	}
	return err;
}

enum skerry_err
outdated_mark(struct desk *desk, const struct trust *before, const struct trust *after,
	size_t *ret_marked)
{
	struct marking *marking = calloc(1, sizeof *marking);
	enum skerry_err err = SKERRY_OK;

	if (marking == NULL)
		return SKERRY_ERR_NO_MEMORY;
	marking->desk = desk;
	marking->after = after;
	if (find_changed(marking, before)) {
		err = gather(marking);
		if (err == SKERRY_OK)
			err = mark(marking);
	}
	if (err == SKERRY_OK)
		*ret_marked = marking->len;
	free(marking->ids);
	free(marking);
	return err;
}

enum skerry_err
outdated_find_newest(struct desk *desk, const struct trust *trust, int64_t activation_id,
	int64_t above, uint8_t **ret_bytes, size_t *ret_len)
{
	struct license *license = malloc(sizeof *license);
	uint8_t *bytes = NULL;
	size_t len = 0;
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	if (license == NULL)
		return SKERRY_ERR_NO_MEMORY;
	store_query(desk->store, &q,
		"SELECT d.kid, d.bytes FROM activation a CROSS JOIN document d ON d.id = " NEWEST_OF
		" WHERE a.id = ? AND a.unpaired_at IS NULL AND d.edition > ?");
	store_bind_int(&q, activation_id);
	store_bind_int(&q, above);
	if (store_step(&q) && store_bytes(&q, 0).len == COSE_KID_LEN) {
		const struct manifest_key *key = trust_find_key(trust, store_bytes(&q, 0).data);
		struct cbor_bytes newest = store_bytes(&q, 1);

		if (key != NULL && is_permitted(key, newest.data, newest.len, license)) {
			bytes = malloc(newest.len);
			len = newest.len;
			if (bytes == NULL)
				err = SKERRY_ERR_NO_MEMORY;
			else
				memcpy(bytes, newest.data, len);
		}
	}
	done = store_done(&q);
	free(license);
	if (err == SKERRY_OK)
		err = done;
	if (err != SKERRY_OK) {
		free(bytes);
		return err;
	}
	*ret_bytes = bytes;
	*ret_len = len;
	return SKERRY_OK;
}
