/* SPDX-License-Identifier: ISC */
#include "remember_time.h"

#include <string.h>

#include "verifier/state/arrivals.h"

enum skerry_err
remember_time_bring_back(struct memory *memory)
{
	static const char *const STATEMENTS[] = {
		"UPDATE document SET arrived_at = ?1 WHERE arrived_at > ?1",
		"UPDATE condition SET since = ?1 WHERE since > ?1",
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

void
remember_time_learn_all(struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].standing == SKERRY_OK)
			clock_learn(&site->memory->clock, site->licenses[i].kid,
				site->licenses[i].license.issued_at);
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

static enum skerry_err
look_at(void *context, const struct arrival *arrival)
{
	struct cut *cut = context;
	const struct manifest_key *key = NULL;
	struct license license;
	size_t offset;

	if (strncmp(arrival->file, "licenses/", 9) == 0 &&
		trust_open_license(cut->trust, arrival->bytes.data, arrival->bytes.len, &license,
			&key, &offset) != SKERRY_OK &&
		key != NULL && key->revoked_at == LICENSE_NEVER)
		add_kid(cut, cut->trust->kids[key - cut->trust->manifest.keys]);
	return SKERRY_OK;
}

static void
learn_anew(struct site *site, const uint8_t kid[COSE_KID_LEN])
{
	struct clock *clock = &site->memory->clock;

	clock_forget(clock, kid);
	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].standing == SKERRY_OK &&
			memcmp(site->licenses[i].kid, kid, COSE_KID_LEN) == 0)
			clock_learn(clock, kid, site->licenses[i].license.issued_at);
}

enum skerry_err
remember_time_cut(struct site *site, bool *ret_back)
{
	struct cut cut = { .trust = site->trust };
	int64_t before = clock_settled(&site->memory->clock);
	enum skerry_err err = arrivals_each(site->memory->store, look_at, &cut);

	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < cut.kids_len; i++)
		learn_anew(site, cut.kids[i]);
	*ret_back = clock_settled(&site->memory->clock) < before;
	return SKERRY_OK;
}
