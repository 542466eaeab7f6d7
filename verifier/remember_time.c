/* SPDX-License-Identifier: ISC */
#include "remember_time.h"

#include <stdlib.h>
#include <string.h>

#include "verifier/state/arrivals.h"
#include "verifier/state/vendor_marks.h"

enum skerry_err
remember_time_bring_back(struct memory *memory)
{
	static const char *const STATEMENTS[] = {
		"UPDATE document SET arrived_at = ?1 WHERE arrived_at > ?1",
		"UPDATE condition SET since = ?1 WHERE since > ?1",
		"UPDATE unpairing SET heard_at = ?1 WHERE heard_at > ?1",
		"UPDATE reached SET at = ?1 WHERE at > ?1",
	};
	int64_t now = clock_settled(&memory->clock);
	enum skerry_err err = SKERRY_OK;

	if (memory->rollback_since != LICENSE_NEVER && memory->rollback_since > now)
		memory->rollback_since = now;
	for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS && err == SKERRY_OK; i++) {
		struct store_query q;

		store_query(memory->store, &q, STATEMENTS[i]);
		store_bind_int_at(&q, 1, now);
		err = store_run(&q);
	}
	return err == SKERRY_OK ? memory_tell(memory, "clock.back", "clock", "%s", "") : err;
}

/* --- keys that are gone ---------------------------------------------------------------------- */

static bool
has_word(const struct trust *trust, const uint8_t kid[COSE_KID_LEN])
{
	static const uint8_t NONE[COSE_KID_LEN] = { 0 };
	const struct manifest_key *key = trust_find_key(trust, kid);

	/* What stands in for a key that is gone is no key. */
	return memcmp(kid, NONE, COSE_KID_LEN) == 0 ||
	       (key != NULL && key->revoked_at == LICENSE_NEVER);
}

bool
remember_time_forget(struct site *site)
{
	struct clock *clock = &site->memory->clock;
	bool back = false;
	size_t i = 0;

	while (i < clock->marks_len) {
		uint8_t kid[COSE_KID_LEN];

		memcpy(kid, clock->marks[i].kid, COSE_KID_LEN);
		if (has_word(site->trust, kid)) {
			i++;
			continue;
		}
		back = clock_forget(clock, kid) || back;
		/* Its place is another one's now, or that of what stands in for it. */
		i = 0;
	}
	return back;
}

static bool
is_of(const uint8_t own[COSE_KID_LEN], const uint8_t *kid)
{
	return kid == NULL || memcmp(own, kid, COSE_KID_LEN) == 0;
}

/* Of one key, or NULL: of all. */
static void
learn_of(struct site *site, const uint8_t *kid)
{
	struct clock *clock = &site->memory->clock;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (held->standing == SKERRY_OK && is_of(held->kid, kid))
			clock_learn(clock, held->kid, held->license.issued_at);
	}
	for (size_t i = 0; i < site->replies_len; i++)
		if (is_of(site->replies[i].kid, kid))
			clock_learn(clock, site->replies[i].kid, site->replies[i].reply.issued_at);
	for (size_t i = 0; i < site->statuses_len; i++)
		if (is_of(site->statuses[i].kid, kid))
			clock_learn(clock, site->statuses[i].kid, site->statuses[i].list.issued_at);
}

void
remember_time_learn_all(struct site *site)
{
	learn_of(site, NULL);
}

/* --- keys that may sign less ----------------------------------------------------------------- */

struct cut {
	const struct trust *trust;
	uint8_t kids[MANIFEST_KEYS_MAX][COSE_KID_LEN]; /* of documents that do not stand any more */
	size_t kids_len;
};

static void
add_kid(struct cut *cut, const uint8_t kid[COSE_KID_LEN])
{
	for (size_t i = 0; i < cut->kids_len; i++)
		if (memcmp(cut->kids[i], kid, COSE_KID_LEN) == 0)
			return;
	if (cut->kids_len < MANIFEST_KEYS_MAX)
		memcpy(cut->kids[cut->kids_len++], kid, COSE_KID_LEN);
}

/* A reply says whose it is even where that key may not say so any more. */
static enum skerry_err
open_reply(const struct trust *trust, struct cbor_bytes bytes, const struct manifest_key **ret_key)
{
	struct cose_sign1 message;
	struct reply *reply = malloc(sizeof *reply);
	size_t offset;
	enum skerry_err err;

	if (reply == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = trust_open_signed(trust, REPLY_TYPE, bytes, &message, ret_key, &offset);
	if (err == SKERRY_OK)
		err = reply_parse(message.payload, reply, &offset);
	if (err == SKERRY_OK && !vendor_mark_stands(trust, VENDOR_WORD_REPLY, reply->brand,
					message.kid, reply->issued_at))
		err = SKERRY_ERR_TRUST_RETIRED;
	free(reply);
	return err;
}

/* Whose signature it is, where that key stands and may not sign this document any more; NULL. */
static const struct manifest_key *
lost_by(const struct trust *trust, const struct arrival *arrival)
{
	const struct manifest_key *key = NULL;
	struct cbor_bytes bytes = arrival->bytes;
	enum skerry_err err = SKERRY_OK;
	struct status_list list;
	struct license license;
	size_t offset;

	if (strncmp(arrival->file, "licenses/", 9) == 0)
		err = trust_open_license(trust, bytes.data, bytes.len, &license, &key, &offset);
	else if (strncmp(arrival->file, "statuses/", 9) == 0)
		err = trust_open_status_list(trust, bytes.data, bytes.len, &list, &key, &offset);
	else if (strncmp(arrival->file, "replies/", 8) == 0)
		err = open_reply(trust, bytes, &key);
	return err == SKERRY_OK ? NULL : key;
}

static enum skerry_err
look_at(void *context, const struct arrival *arrival)
{
	struct cut *cut = context;
	const struct manifest_key *key = lost_by(cut->trust, arrival);

	if (key != NULL && key->revoked_at == LICENSE_NEVER)
		add_kid(cut, cut->trust->kids[key - cut->trust->manifest.keys]);
	return SKERRY_OK;
}

enum skerry_err
remember_time_cut(struct site *site, bool *ret_back)
{
	struct cut cut = { .trust = site->trust };
	int64_t before = clock_settled(&site->memory->clock);
	enum skerry_err err = arrivals_each(site->memory->store, look_at, &cut);

	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < cut.kids_len; i++) {
		clock_forget(&site->memory->clock, cut.kids[i]);
		learn_of(site, cut.kids[i]);
	}
	*ret_back = clock_settled(&site->memory->clock) < before;
	return SKERRY_OK;
}
