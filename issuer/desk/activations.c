/* SPDX-License-Identifier: ISC */
#include "activations.h"

#include <stdio.h>
#include <string.h>

#include "issuer/decide/weights.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/notes.h"
#include "issuer/desk/finder.h"
#include "keys/hash.h"

enum { FIRST_NUMBER = 1 /* as the schema has it */ };

static const char *const KINDS[] = { "unbound", "starter", "machine", "domain", "site" };

bool
activations_binds(enum activation_kind kind)
{
	return kind != ACTIVATION_UNBOUND && kind != ACTIVATION_STARTER;
}

bool
activations_kind_binds(const char *name)
{
	return strcmp(name, KINDS[ACTIVATION_UNBOUND]) != 0 &&
	       strcmp(name, KINDS[ACTIVATION_STARTER]) != 0;
}

bool
activations_kind_from_name(const char *name, enum activation_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (strcmp(KINDS[i], name) == 0) {
			*ret_kind = (enum activation_kind)i;
			return true;
		}
	return false;
}

/* Whether the row (fingerprint, domains) is what the binding binds to. */
static bool
is_same(struct store_query *q, const struct binding *binding)
{
	struct cbor_bytes bytes = store_bytes(q, 3);
	const char *domains = store_chars(q, 4);
	struct fingerprint before;
	size_t offset;

	if (strcmp(domains == NULL ? "" : domains, binding->domains) != 0)
		return false;
	if (binding->kind != ACTIVATION_MACHINE)
		return true;
	return fingerprint_parse(bytes, &before, &offset) == SKERRY_OK &&
	       weights_same_machine(&before, &binding->fingerprint);
}

static enum skerry_err
find_standing(struct desk *desk, int64_t license_id, const struct binding *binding,
	struct activation *ret_activation)
{
	struct store_query q;
	bool found = false;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT id, number, status_index, fingerprint, domains FROM activation"
		" WHERE license_id = ? AND kind = ? AND unpaired_at IS NULL ORDER BY number");
	store_bind_int(&q, license_id);
	store_bind_text(&q, KINDS[binding->kind]);
	while (!found && store_step(&q)) {
		found = is_same(&q, binding);
		if (found)
			*ret_activation = (struct activation){ store_int(&q, 0), store_int(&q, 1),
				store_int(&q, 2), false };
	}
	err = store_done(&q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_NOT_FOUND : err;
}

static bool
is_of_site(struct cbor_bytes bytes, const struct fingerprint *now)
{
	struct fingerprint before;
	size_t offset;
	bool same_key;

	if (fingerprint_parse(bytes, &before, &offset) != SKERRY_OK)
		return false;
	same_key = now->has_site_key && before.has_site_key &&
		   memcmp(now->site_key.x, before.site_key.x, sizeof now->site_key.x) == 0;
	if (now->has_site_key && !same_key)
		return false;
	return before.components_len > 0 && cbor_bytes_same(before.salt, now->salt)
		       ? weights_same_machine(&before, now)
		       : same_key;
}

enum skerry_err
activations_find_paired(struct desk *desk, int64_t license_id,
	const struct fingerprint *fingerprint, int64_t *ret_number)
{
	struct store_query q;
	int64_t number = 0;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT number, fingerprint FROM activation WHERE license_id = ? AND kind = 'site'"
		" AND unpaired_at IS NULL ORDER BY number");
	store_bind_int(&q, license_id);
	while (number == 0 && store_step(&q))
		if (is_of_site(store_bytes(&q, 1), fingerprint))
			number = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_number = number;
	return err;
}

/* Text of a fingerprint file, cut and terminated; "" when it is absent. */
static const char *
machine_text(struct cbor_text text, char ret_text[FINGERPRINT_INFO_MAX + 1])
{
	snprintf(ret_text, FINGERPRINT_INFO_MAX + 1, "%.*s", (int)text.len,
		text.chars == NULL ? "" : text.chars);
	return ret_text[0] == '\0' ? NULL : ret_text;
}

struct machine {
	char hostname[FINGERPRINT_INFO_MAX + 1], os[FINGERPRINT_INFO_MAX + 1];
	char app_version[FINGERPRINT_INFO_MAX + 1], install_id[FINGERPRINT_INFO_MAX + 1];
	uint8_t site_id[COSE_THUMBPRINT_LEN], site_key[COSE_KEY_MAX];
	size_t site_key_len;
};

/* Binds hostname to site_key: what the file says about the machine besides its components. */
static void
bind_machine(struct store_query *q, const struct binding *binding, struct machine *machine)
{
	const struct fingerprint *f = &binding->fingerprint;
	struct cbor_writer w;

	store_bind_bytes(q, binding->fingerprint_bytes.data, binding->fingerprint_bytes.len);
	store_bind_text(q, binding->domains[0] == '\0' ? NULL : binding->domains);
	store_bind_text(q, machine_text(f->hostname, machine->hostname));
	store_bind_text(q, machine_text(f->os, machine->os));
	store_bind_text(q, machine_text(f->app_version, machine->app_version));
	store_bind_text(q, machine_text(f->install_id, machine->install_id));
	if (!f->has_site_key) {
		store_bind_null(q);
		store_bind_null(q);
		return;
	}
	hash_thumbprint(&f->site_key, machine->site_id);
	cbor_writer_init(&w, machine->site_key, sizeof machine->site_key);
	cose_key_write(&w, &f->site_key);
	store_bind_bytes(q, machine->site_id, COSE_THUMBPRINT_LEN);
	store_bind_bytes(q, machine->site_key, w.len);
}

enum skerry_err
activations_rebind(struct desk *desk, int64_t id, const struct binding *binding)
{
	struct machine machine;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"UPDATE activation SET fingerprint = ?, domains = ?, hostname = ?, os = ?,"
		" app_version = ?, install_id = ?, site_id = ?, site_key = ?, kind = ? WHERE id = "
		"?");
	bind_machine(&q, binding, &machine);
	store_bind_text(&q, KINDS[binding->kind]);
	store_bind_int(&q, id);
	err = store_run(&q);
	return err == SKERRY_OK ? finder_put_activation(desk, id) : err;
}

enum skerry_err
activations_link(
	struct desk *desk, int64_t id, int64_t installation_id, const struct cose_key *opening_key)
{
	uint8_t bytes[COSE_KEY_MAX];
	struct cbor_writer w;
	struct store_query q;

	cbor_writer_init(&w, bytes, sizeof bytes);
	if (opening_key != NULL)
		cose_key_write(&w, opening_key);
	store_query(desk->store, &q,
		"UPDATE activation SET installation_id = ?, opening_key = ? WHERE id = ?");
	store_bind_int(&q, installation_id);
	store_bind_bytes(&q, opening_key == NULL ? NULL : bytes, w.len);
	store_bind_int(&q, id);
	return store_run(&q);
}

enum skerry_err
activations_number_new(
	struct desk *desk, const struct license_record *license, struct activation *ret_activation)
{
	struct activation *activation = ret_activation;
	enum skerry_err err = SKERRY_OK;

	*activation = (struct activation){ .number = FIRST_NUMBER, .fresh = true };
	if (!license->fresh)
		err = licenses_next_activation(desk, license->id, &activation->number);
	high_water_raise(
		&desk->taken, &(struct mark_high){ .activation_next = activation->number + 1 });
	return err == SKERRY_OK ? brands_take_status_index(
					  desk, license->brand_id, &activation->status_index)
				: err;
}

static enum skerry_err
insert(struct desk *desk, const struct license_record *license, const struct binding *binding,
	const struct activation_dates *dates, struct activation *activation)
{
	struct machine machine;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"INSERT INTO activation (fingerprint, domains, hostname, os, app_version,"
		" install_id, site_id, site_key, brand_id, license_id, number, kind, status_index,"
		" tenant, paired_at, renew_by, expires_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	bind_machine(&q, binding, &machine);
	store_bind_int(&q, license->brand_id);
	store_bind_int(&q, license->id);
	store_bind_int(&q, activation->number);
	store_bind_text(&q, KINDS[binding->kind]);
	store_bind_int(&q, activation->status_index);
	store_bind_text(&q, license->tenant[0] == '\0' ? NULL : license->tenant);
	store_bind_int(&q, desk->now);
	store_bind_date(&q, dates->renew_by);
	store_bind_date(&q, dates->expires_at);
	err = store_run(&q);
	activation->id = store_last_id(desk->store);
	/* What is bound to nothing has no word to be found by but its tenant. */
	if (!activations_binds(binding->kind) && license->tenant[0] == '\0')
		return err;
	return err == SKERRY_OK ? finder_add_activation(desk, activation->id) : err;
}

static enum skerry_err
refuse_exhausted(
	struct desk *desk, const struct license_record *license, const struct binding *binding)
{
	return desk_refuse(desk, SKERRY_ERR_ACTIVATIONS_EXHAUSTED, license->public_id,
		"%lld of %lld are taken; see where with: skerry-issuer license show %s. %s",
		(long long)license->activations_used, (long long)license->max_activations,
		license->public_id,
		binding->kind == ACTIVATION_MACHINE
			? "A machine that was activated before is known again by the same "
			  "fingerprint file, or by one made with: skerry fingerprint --key KEY. A "
			  "site that paired and was set up anew pairs again: skerry pair KEY"
			: "Sell more with: skerry-issuer license new PLAN --activations N");
}

enum skerry_err
activations_take(struct desk *desk, const struct license_record *license,
	const struct binding *binding, struct activation *ret_activation)
{
	struct activation activation = { 0 };
	enum skerry_err err = license->fresh
				      ? SKERRY_ERR_NOT_FOUND
				      : find_standing(desk, license->id, binding, &activation);

	if (err == SKERRY_OK && binding->kind == ACTIVATION_MACHINE)
		err = activations_rebind(desk, activation.id, binding);
	if (err == SKERRY_ERR_NOT_FOUND) {
		if (activations_binds(binding->kind) &&
			license->activations_used >= license->max_activations)
			return refuse_exhausted(desk, license, binding);
		err = activations_number_new(desk, license, &activation);
	}
	if (err == SKERRY_OK)
		*ret_activation = activation;
	return err;
}

enum skerry_err
activations_note_issue(struct desk *desk, const struct license_record *license,
	const struct binding *binding, const struct activation_dates *dates,
	struct activation *activation)
{
	struct store_query q;

	if (activation->fresh)
		return insert(desk, license, binding, dates, activation);
	/* NULL is "never", and never comes to an end again. */
	store_query(desk->store, &q,
		"UPDATE activation SET renew_by = ?, expires_at = max(expires_at, ?), outdated = 0"
		" WHERE id = ?");
	store_bind_date(&q, dates->renew_by);
	store_bind_date(&q, dates->expires_at);
	store_bind_int(&q, activation->id);
	return store_run(&q);
}

/* A date that never comes sorts behind all others. */
#define OR_NEVER(date) "ifnull(" date ", 9223372036854775807)"

enum skerry_err
activations_tally(struct desk *desk, int64_t license_id, struct activations_tally *ret_tally)
{
	struct activations_tally tally = { 0 };
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT count(*) FILTER (WHERE kind NOT IN ('unbound', 'starter')),"
		" count(*) FILTER (WHERE kind IN ('unbound', 'starter')),"
		" max(" OR_NEVER("expires_at") "), (SELECT max(" OR_NEVER(
			"r.lapses_at") ")"
				       " FROM activation a JOIN revocation r ON r.activation_id = "
				       "a.id"
				       " WHERE a.license_id = ?1 AND a.kind NOT IN ('unbound', "
				       "'starter')"
				       " AND a.unpaired_at IS NOT NULL)"
				       " FROM activation WHERE license_id = ?1 AND unpaired_at IS "
				       "NULL");
	store_bind_int(&q, license_id);
	if (store_step(&q)) {
		tally.sites = store_int(&q, 0);
		tally.unbound = store_int(&q, 1);
		tally.expires_at = store_int(&q, 2);
		tally.lapses_at = store_int(&q, 3);
	}
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_tally = tally;
	return err;
}

enum skerry_err
activations_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct activation_line *), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT number, status_index, paired_at, unpaired_at, kind, hostname, os,"
		" " NOTES_WORD_OF("unpaired_why") ", domains FROM activation WHERE license_id = ? "
						  "ORDER BY number");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		struct activation_line line = { .number = store_int(&q, 0),
			.status_index = store_int(&q, 1),
			.paired_at = store_int(&q, 2),
			.unpaired_at = store_date(&q, 3),
			.domains = store_chars(&q, 8) };

		store_text(&q, 4, line.kind, sizeof line.kind);
		store_text(&q, 5, line.hostname, sizeof line.hostname);
		store_text(&q, 6, line.os, sizeof line.os);
		store_text(&q, 7, line.unpaired_why, sizeof line.unpaired_why);
		each(context, &line);
	}
	return store_done(&q);
}
