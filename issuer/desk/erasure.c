/* SPDX-License-Identifier: ISC */
#include "erasure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/overrides.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/finder.h"
#include "issuer/desk/notes.h"

/* The customer's licenses and activations, as the statements below name them. */
#define LICENSES                                                                                   \
	"(SELECT l.id FROM license_key k JOIN license l ON l.license_key_id = k.id"                \
	" WHERE k.customer_id = ?1)"
#define ACTIVATIONS "(SELECT id FROM activation WHERE license_id IN " LICENSES ")"
/* Their installations, but for those that another customer's licenses live on as well. */
#define INSTALLATIONS                                                                              \
	"(SELECT a.installation_id FROM activation a WHERE a.license_id IN " LICENSES              \
	" AND a.installation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM activation o WHERE"      \
	" o.installation_id = a.installation_id AND o.license_id NOT IN " LICENSES "))"

static enum skerry_err
count(struct desk *desk, const char *sql, int64_t customer_id, int64_t *ret_count)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_int(&q, customer_id);
	if (store_step(&q))
		*ret_count = store_int(&q, 0);
	return store_done(&q);
}

static enum skerry_err
read_standing(struct desk *desk, int64_t customer_id, struct erasure *erasure)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT l.public_id FROM license_key k JOIN license l ON l.license_key_id = k.id"
		" WHERE k.customer_id = ?1 AND l.status <> 'revoked'"
		" AND (l.valid_until IS NULL OR l.valid_until >= ?2) ORDER BY l.id");
	store_bind_int(&q, customer_id);
	store_bind_int(&q, desk_clock(desk));
	for (; store_step(&q); erasure->standing++) {
		size_t len = strlen(erasure->standing_ids);

		if (len + LICENSE_ID_LEN + 2 < sizeof erasure->standing_ids)
			snprintf(erasure->standing_ids + len, sizeof erasure->standing_ids - len,
				"%s%s", len == 0 ? "" : ", ", store_chars(&q, 0));
	}
	return store_done(&q);
}

enum skerry_err
erasure_survey(struct desk *desk, const struct customer *customer, struct erasure *ret_erasure)
{
	struct erasure erasure = { .licenses = 0 };
	const struct {
		const char *sql;
		int64_t *target;
	} COUNTS[] = {
		{ "SELECT count(*) FROM license WHERE id IN " LICENSES, &erasure.licenses },
		{ "SELECT count(*) FROM activation WHERE license_id IN " LICENSES, &erasure.sites },
		{ "SELECT count(*) FROM document WHERE activation_id IN " ACTIVATIONS
		  " AND length(bytes) > 0",
			&erasure.documents },
		{ "SELECT count(*) FROM note WHERE license_id IN " LICENSES " AND text IS NOT NULL",
			&erasure.reasons },
		{ "SELECT count(*) FROM heartbeat WHERE activation_id IN " ACTIVATIONS,
			&erasure.heartbeats },
	};
	enum skerry_err err = read_standing(desk, customer->id, &erasure);

	for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS && err == SKERRY_OK; i++)
		err = count(desk, COUNTS[i].sql, customer->id, COUNTS[i].target);
	if (err == SKERRY_OK)
		*ret_erasure = erasure;
	return err;
}

static enum skerry_err
run(struct desk *desk, const char *sql, int64_t first, int64_t second)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, first);
	store_bind_int_at(&q, 2, second);
	return store_run(&q);
}

/* A license's own values, without those in words: they may be somebody's name. */
static void
drop_words(struct overrides *overrides)
{
	size_t kept = 0;

	for (size_t i = 0; i < overrides->len; i++) {
		const struct override *line = &overrides->lines[i];

		if (plan_word_is_own_text(line->word, line->value))
			continue;
		if (kept != i)
			overrides->lines[kept] = *line;
		kept++;
	}
	overrides->len = kept;
}

struct own_values {
	struct overrides overrides;
	char text[OVERRIDES_TEXT_MAX];
};

/* Of the license behind `after`; *ret_id 0: there was none. Values that cannot be read are dropped. */
static enum skerry_err
clear_next_values(struct desk *desk, int64_t customer_id, int64_t after, struct own_values *values,
	int64_t *ret_id)
{
	struct store_query q;
	enum skerry_err err;

	*ret_id = 0;
	store_query(desk->store, &q,
		"SELECT id, overrides FROM license WHERE id IN " LICENSES
		" AND id > ?2 AND overrides IS NOT NULL ORDER BY id LIMIT 1");
	store_bind_int_at(&q, 1, customer_id);
	store_bind_int_at(&q, 2, after);
	if (store_step(&q)) {
		*ret_id = store_int(&q, 0);
		if (overrides_read(store_chars(&q, 1), &values->overrides) != SKERRY_OK)
			values->overrides.len = 0;
	}
	err = store_done(&q);
	if (err != SKERRY_OK || *ret_id == 0)
		return err;
	drop_words(&values->overrides);
	overrides_write(&values->overrides, values->text);
	store_query(desk->store, &q, "UPDATE license SET overrides = ? WHERE id = ?");
	store_bind_optional(&q, values->text);
	store_bind_int(&q, *ret_id);
	return store_run(&q);
}

static enum skerry_err
clear_values(struct desk *desk, int64_t customer_id)
{
	struct own_values *values = malloc(sizeof *values);
	int64_t id = -1;
	enum skerry_err err = values == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	while (err == SKERRY_OK && id != 0)
		err = clear_next_values(desk, customer_id, id, values, &id);
	free(values);
	return err;
}

/* Each has its row, so that a key that is gone without one is found (audit_check_installations.h). */
static enum skerry_err
tell_installations(struct desk *desk, int64_t customer_id)
{
	int64_t id = 0;
	enum skerry_err err = SKERRY_OK;

	while (err == SKERRY_OK) {
		char subject[AUDIT_SUBJECT_MAX];
		struct store_query q;
		bool found;

		store_query(desk->store, &q,
			"SELECT min(id) FROM installation WHERE site_key IS NOT NULL AND id > ?2 "
			"AND id"
			" IN " INSTALLATIONS " HAVING count(*) > 0");
		store_bind_int_at(&q, 1, customer_id);
		store_bind_int_at(&q, 2, id);
		found = store_step(&q);
		if (found)
			id = store_int(&q, 0);
		err = store_done(&q);
		if (err != SKERRY_OK || !found)
			return err;
		snprintf(subject, sizeof subject, "installation %lld", (long long)id);
		err = audit_append(
			desk, "site.erase", subject, "customer=%lld", (long long)customer_id);
	}
	return err;
}

static enum skerry_err
clear(struct desk *desk, int64_t customer_id)
{
	static const char *const CLEAR[] = {
		"UPDATE customer SET email = 'erased-' || id || '@invalid', name = 'erased',"
		" company = NULL, language = NULL, erased_at = ?2 WHERE id = ?1",
		"UPDATE license_key SET sealed = x'' WHERE customer_id = ?1",
		/* Unique for a key and product, so each keeps one. */
		"UPDATE license SET tenant = 'erased-' || id WHERE tenant <> '' AND id "
		"IN " LICENSES,
		/* Its history stays as numbers: a request of that key comes from somebody new. */
		"UPDATE document SET bytes = x'' WHERE id IN (SELECT document_id FROM reply WHERE"
		" installation_id IN " INSTALLATIONS ")",
		/* Of a site with other customers, too, what speaks of this one's brand. */
		"UPDATE document SET bytes = x'' WHERE id IN (SELECT r.document_id FROM activation "
		"a"
		" JOIN reply r ON r.installation_id = a.installation_id AND r.brand_id = a.brand_id"
		" WHERE a.license_id IN " LICENSES ")",
		"UPDATE request SET journal_seq = NULL, journal_hash = NULL WHERE installation_id "
		"IN"
		" " INSTALLATIONS,
		"UPDATE installation SET site_id = randomblob(32), tag = '', site_key = NULL,"
		" opening_key = NULL, group_name = NULL, nonce = zeroblob(16), hostname = NULL,"
		" os = NULL, app_version = NULL, install_id = NULL WHERE id IN " INSTALLATIONS,
		"UPDATE activation SET site_id = NULL, site_key = NULL, opening_key = NULL,"
		" fingerprint = NULL, domains = NULL, tenant = NULL, install_id = NULL,"
		" hostname = NULL, os = NULL, app_version = NULL WHERE license_id IN " LICENSES,
		"DELETE FROM heartbeat WHERE activation_id IN " ACTIVATIONS,
		"UPDATE document SET bytes = x'' WHERE activation_id IN " ACTIVATIONS,
		/* Deleted words stand in the index until its parts are merged. */
		"INSERT INTO finder (finder) VALUES ('optimize')",
	};
	enum skerry_err err = finder_remove_customer(desk, customer_id);

	if (err == SKERRY_OK)
		err = tell_installations(desk, customer_id);
	if (err == SKERRY_OK)
		err = notes_erase(desk, customer_id);
	if (err == SKERRY_OK)
		err = clear_values(desk, customer_id);
	for (size_t i = 0; i < sizeof CLEAR / sizeof *CLEAR && err == SKERRY_OK; i++)
		err = run(desk, CLEAR[i], customer_id, desk->now);
	return err;
}

enum skerry_err
erasure_make(
	struct desk *desk, const struct customer *customer, bool force, struct erasure *ret_erasure)
{
	char subject[AUDIT_SUBJECT_MAX];
	struct erasure erasure;
	enum skerry_err err = erasure_survey(desk, customer, &erasure);

	if (err != SKERRY_OK)
		return err;
	if (erasure.standing > 0 && !force)
		return desk_refuse(desk, SKERRY_ERR_IN_USE, customer->email,
			"%lld license%s: %s%s. Revoke first (skerry-issuer license revoke ID), or "
			"erase all the same with --force: the sites go on as they are, and nobody "
			"at the desk can tell whose they are.",
			(long long)erasure.standing, erasure.standing == 1 ? " stands" : "s stand",
			erasure.standing_ids,
			erasure.standing * (LICENSE_ID_LEN + 2) >
					(int64_t)sizeof erasure.standing_ids
				? ", ..."
				: "");
	snprintf(subject, sizeof subject, "customer %lld", (long long)customer->id);
	err = clear(desk, customer->id);
	if (err == SKERRY_OK)
		err = audit_append(desk, "customer.erase", subject,
			"licenses=%lld standing=%lld sites=%lld documents=%lld reasons=%lld",
			(long long)erasure.licenses, (long long)erasure.standing,
			(long long)erasure.sites, (long long)erasure.documents,
			(long long)erasure.reasons);
	if (err == SKERRY_OK)
		*ret_erasure = erasure;
	return err;
}

enum skerry_err
erasure_prepare(struct desk *desk)
{
	return run(desk, "PRAGMA secure_delete = ON", 0, 0);
}

enum skerry_err
erasure_scrub(struct desk *desk)
{
	struct store_query q;
	bool busy = false;
	enum skerry_err err = run(desk, "VACUUM", 0, 0);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, "PRAGMA wal_checkpoint(TRUNCATE)");
	if (store_step(&q))
		busy = store_int(&q, 0) != 0;
	err = store_done(&q);
	return err == SKERRY_OK && busy ? SKERRY_ERR_STORE_BUSY : err;
}
