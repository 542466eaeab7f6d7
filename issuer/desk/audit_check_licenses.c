/* SPDX-License-Identifier: ISC */
#include "audit_check_licenses.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "formats/license.h"

enum { WORD_MAX = 64, STATUS_MAX = 24 };

/* A value that rows say. */
struct said {
	bool known;
	int64_t value;
};

/* An activation: its record, and what rows said of it. */
struct site {
	int64_t number, index, paired_at;
	bool ended, early_end;     /* in the records; before the anchor */
	bool issued, released;     /* by a row */
	bool revoked;              /* stood when the license was revoked */
	int64_t releases, revokes; /* revocations of it in the records */
	bool early_release, early_revoke;
};

struct replay {
	struct desk *desk;
	struct audit_verdict *verdict;
	int64_t anchor_at; /* INT64_MIN: nothing was archived */
	/* The record. */
	int64_t id, key, sale, plan, until, maintenance, activations, created_at;
	char status[STATUS_MAX], subject[AUDIT_SUBJECT_MAX];
	bool overridden;
	struct site *sites; /* by number */
	size_t sites_len, sites_max;
	int64_t whole_revokes, early_whole_revokes; /* revocations of no activation */
	/* What rows say. */
	bool is_new, was_set, was_issued, whole_revoke;
	struct said said_plan, said_until, said_maintenance, said_activations;
	char said_status[STATUS_MAX]; /* "": no row since says it */
};

static void __attribute__((format(printf, 2, 3)))
blame(struct replay *replay, const char *says, ...)
{
	char text[AUDIT_SAYS_MAX];
	va_list arguments;

	if (replay->verdict->fault != AUDIT_SOUND)
		return;
	va_start(arguments, says);
	vsnprintf(text, sizeof text, says, arguments);
	va_end(arguments);
	snprintf(replay->verdict->subject, sizeof replay->verdict->subject, "%s", replay->subject);
	audit_blame(replay->verdict, AUDIT_RECORD, "%s", text);
}

/* The word `name` ("until=") of a detail. Values that an operator typed come after all of them. */
static bool
find_word(const char *detail, const char *name, char ret_word[WORD_MAX])
{
	size_t name_len = strlen(name);

	for (const char *at = detail; *at != '\0'; at += *at == ' ') {
		size_t len = strcspn(at, " ");

		if (strncmp(at, "values=", 7) == 0 || strncmp(at, "overrides=", 10) == 0)
			return false;
		if (strncmp(at, name, name_len) == 0) {
			snprintf(ret_word, WORD_MAX, "%.*s", (int)(len - name_len), at + name_len);
			return true;
		}
		at += len;
	}
	return false;
}

static bool
find_number(const char *detail, const char *name, int64_t *ret_value)
{
	char word[WORD_MAX];
	const char *after;

	if (!find_word(detail, name, word))
		return false;
	after = strstr(word, "->");
	*ret_value = strtoll(after == NULL ? word : after + 2, NULL, 10);
	return true;
}

static void
say_number(const char *detail, const char *name, struct said *said)
{
	if (find_number(detail, name, &said->value))
		said->known = true;
}

static void
say_date(const char *detail, const char *name, struct said *said)
{
	char word[WORD_MAX];
	const char *after;

	if (!find_word(detail, name, word))
		return;
	after = strstr(word, "->");
	after = after == NULL ? word : after + 2;
	said->known = true;
	if (strcmp(after, "never") == 0)
		said->value = LICENSE_NEVER;
	else if (date_parse(after, &said->value) != SKERRY_OK)
		said->known = false;
}

static struct site *
find_site(const struct replay *replay, int64_t number)
{
	size_t low = 0, high = replay->sites_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (replay->sites[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < replay->sites_len && replay->sites[low].number == number ? &replay->sites[low]
									      : NULL;
}

/* --- the records ------------------------------------------------------------------------------- */

static enum skerry_err
add_site(struct replay *replay, const struct site *site)
{
	if (replay->sites_len == replay->sites_max) {
		size_t max = replay->sites_max == 0 ? 16 : replay->sites_max * 2;
		struct site *more = realloc(replay->sites, max * sizeof *more);

		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		replay->sites = more;
		replay->sites_max = max;
	}
	replay->sites[replay->sites_len++] = *site;
	return SKERRY_OK;
}

static enum skerry_err
load_sites(struct replay *replay)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	replay->sites_len = 0;
	store_query(replay->desk->store, &q,
		"SELECT number, status_index, paired_at, unpaired_at FROM activation"
		" WHERE license_id = ? ORDER BY number");
	store_bind_int(&q, replay->id);
	while (err == SKERRY_OK && store_step(&q)) {
		struct site site = { .number = store_int(&q, 0),
			.index = store_int(&q, 1),
			.paired_at = store_int(&q, 2),
			.ended = !store_is_null(&q, 3),
			.early_end =
				!store_is_null(&q, 3) && store_int(&q, 3) <= replay->anchor_at };

		err = add_site(replay, &site);
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

static enum skerry_err
load_revocations(struct replay *replay)
{
	struct store_query q;

	store_query(replay->desk->store, &q,
		"SELECT a.number, r.at, r.reason NOT LIKE 'revoked%' FROM revocation r"
		" LEFT JOIN activation a ON a.id = r.activation_id WHERE r.license_id = ?");
	store_bind_int(&q, replay->id);
	while (store_step(&q)) {
		bool early = store_int(&q, 1) <= replay->anchor_at;
		bool release = store_int(&q, 2) != 0;
		struct site *site =
			store_is_null(&q, 0) ? NULL : find_site(replay, store_int(&q, 0));

		if (site == NULL) {
			replay->whole_revokes++;
			replay->early_whole_revokes += early;
		} else if (release) {
			site->releases++;
			site->early_release |= early;
		} else {
			site->revokes++;
			site->early_revoke |= early;
		}
	}
	return store_done(&q);
}

/* --- the rows ---------------------------------------------------------------------------------- */

static void
take_new(struct replay *replay, const char *detail)
{
	int64_t key, sale;

	replay->is_new = true;
	say_number(detail, "plan=", &replay->said_plan);
	say_number(detail, "activations=", &replay->said_activations);
	say_date(detail, "until=", &replay->said_until);
	say_date(detail, "maintenance=", &replay->said_maintenance);
	snprintf(replay->said_status, sizeof replay->said_status, "unpaired");
	if (find_number(detail, "key=", &key) && key != replay->key)
		blame(replay, "It was sold under key %lld, and stands under another.",
			(long long)key);
	if (find_number(detail, "sale=", &sale) && sale != replay->sale)
		blame(replay, "It was sold in sale %lld, and stands in another.", (long long)sale);
}

/* Rows of older desks say all values after, but for the end of maintenance. */
static void
take_set(struct replay *replay, const char *detail)
{
	char word[WORD_MAX];

	replay->was_set = true;
	if (find_word(detail, "plan=", word) && strstr(word, "->") == NULL)
		replay->said_maintenance.known = false;
	say_number(detail, "plan=", &replay->said_plan);
	say_number(detail, "activations=", &replay->said_activations);
	say_date(detail, "until=", &replay->said_until);
	say_date(detail, "maintenance=", &replay->said_maintenance);
}

static enum skerry_err
take_renewal(struct replay *replay, const char *detail)
{
	bool maintenance = strstr(detail, " maintenance from=") != NULL;
	struct said *said = maintenance ? &replay->said_maintenance : &replay->said_until;
	struct said until = { .known = false };
	struct store_query q;
	bool stands;
	int64_t sale;

	/* With a term, maintenance may go along. */
	replay->said_maintenance.known = false;
	say_date(detail, "maintenance=", &replay->said_maintenance);
	say_date(detail, "to=", &until);
	*said = until;
	if (!find_number(detail, "sale=", &sale))
		return SKERRY_OK;
	store_query(replay->desk->store, &q,
		"SELECT action = 'renew' AND license_id IS ?2, renewed_until FROM sale WHERE id = "
		"?1");
	store_bind_int_at(&q, 1, sale);
	store_bind_int_at(&q, 2, replay->id);
	stands = store_step(&q) && store_int(&q, 0) != 0 &&
		 (!until.known || store_date(&q, 1) == until.value);
	if (!stands)
		blame(replay, "Sale %lld renewed it, and is gone from the records or changed.",
			(long long)sale);
	return store_done(&q);
}

/* An activation gets its number and index, with a document or out of one (site.take_up). */
static void
take_activation(struct replay *replay, const char *detail)
{
	int64_t number, index;
	struct site *site;

	if (!find_number(detail, "activation=", &number))
		return;
	site = find_site(replay, number);
	if (site == NULL) {
		blame(replay, "Activation %lld was issued, and is gone from the records.",
			(long long)number);
		return;
	}
	site->issued = true;
	if (find_number(detail, "index=", &index) && index != site->index)
		blame(replay, "Activation %lld was issued with index %lld, and has another.",
			(long long)number, (long long)index);
}

static void
take_issue(struct replay *replay, const char *detail)
{
	/* It may have become a paired one; nothing else. */
	replay->was_issued = true;
	replay->said_status[0] = '\0';
	take_activation(replay, detail);
}

static void
take_status(struct replay *replay, const char *detail)
{
	char word[WORD_MAX];

	replay->was_issued = false;
	if (find_word(detail, "to=", word))
		snprintf(replay->said_status, sizeof replay->said_status, "%.*s", STATUS_MAX - 1,
			word);
}

static void
take_release(struct replay *replay, const char *detail)
{
	int64_t number;
	struct site *site = NULL;

	take_status(replay, detail);
	if (!find_number(detail, "activation=", &number))
		return;
	site = find_site(replay, number);
	if (site == NULL || !site->ended)
		blame(replay, "Activation %lld was released, and the records do not say so.",
			(long long)number);
	else
		site->released = true;
}

/* What stood then was revoked; the license itself where nothing did. */
static void
take_revocation(struct replay *replay, const char *detail)
{
	bool any = false;

	take_status(replay, detail);
	for (size_t i = 0; i < replay->sites_len; i++) {
		struct site *site = &replay->sites[i];

		if (site->released || site->early_end ||
			(!site->issued && site->paired_at > replay->anchor_at))
			continue;
		site->revoked = any = true;
	}
	replay->whole_revoke = !any;
}

static enum skerry_err
take_row(struct replay *replay, const char *action, const char *detail)
{
	enum skerry_err err = SKERRY_OK;

	if (strcmp(action, "license.new") == 0)
		take_new(replay, detail);
	else if (strcmp(action, "license.set") == 0)
		take_set(replay, detail);
	else if (strcmp(action, "license.renew") == 0)
		err = take_renewal(replay, detail);
	else if (strcmp(action, "license.issue") == 0)
		take_issue(replay, detail);
	else if (strcmp(action, "license.suspend") == 0 || strcmp(action, "license.resume") == 0)
		take_status(replay, detail);
	else if (strcmp(action, "site.take_up") == 0)
		take_activation(replay, detail);
	else if (strcmp(action, "site.release") == 0 || strcmp(action, "site.unpair") == 0 ||
		 strcmp(action, "site.migrate") == 0)
		take_release(replay, detail);
	else if (strcmp(action, "license.revoke") == 0)
		take_revocation(replay, detail);
	return err;
}

static enum skerry_err
take_rows(struct replay *replay)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(replay->desk->store, &q,
		"SELECT action, detail FROM audit WHERE subject = ? COLLATE NOCASE ORDER BY seq");
	store_bind_text(&q, replay->subject);
	while (err == SKERRY_OK && replay->verdict->fault == AUDIT_SOUND && store_step(&q))
		err = take_row(replay, store_chars(&q, 0), store_chars(&q, 1));
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* --- the one against the other ----------------------------------------------------------------- */

static void
compare_values(struct replay *replay)
{
	const struct {
		const char *name;
		const struct said *said;
		int64_t value;
	} VALUES[] = {
		{ "plan", &replay->said_plan, replay->plan },
		{ "end", &replay->said_until, replay->until },
		{ "end of maintenance", &replay->said_maintenance, replay->maintenance },
		{ "number of sites", &replay->said_activations, replay->activations },
	};

	for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++)
		if (VALUES[i].said->known && VALUES[i].said->value != VALUES[i].value)
			blame(replay, "Its %s is not the one that the log says last.",
				VALUES[i].name);
	if (replay->is_new && !replay->was_set && replay->overridden)
		blame(replay, "It has values of its own, and no row gave it any.");
}

static void
compare_status(struct replay *replay)
{
	bool stopped =
		strcmp(replay->status, "suspended") == 0 || strcmp(replay->status, "revoked") == 0;

	if ((replay->said_status[0] != '\0' && strcmp(replay->said_status, replay->status) != 0) ||
		(replay->was_issued && stopped))
		blame(replay, "Its status is %s, and the log says otherwise.", replay->status);
}

static void
compare_site(struct replay *replay, const struct site *site)
{
	long long number = (long long)site->number;

	if (!site->issued && site->paired_at > replay->anchor_at)
		blame(replay, "Activation %lld stands in the records, and no row issued it.",
			number);
	if (site->ended && !site->released && !site->early_end)
		blame(replay, "Activation %lld was ended, and no row released it.", number);
	if ((site->released && site->releases != 1) || (site->revoked && site->revokes != 1))
		blame(replay,
			"Activation %lld was revoked once, and the records hold %lld revocations "
			"for it.",
			number, (long long)site->releases + (long long)site->revokes);
	if ((!site->released && site->releases > 0 && !site->early_release) ||
		(!site->revoked && site->revokes > 0 && !site->early_revoke))
		blame(replay, "Activation %lld is said to be revoked, and no row says so.", number);
}

static void
compare(struct replay *replay)
{
	if (!replay->is_new && replay->created_at > replay->anchor_at)
		blame(replay, "It stands in the records, and no row sold it.");
	compare_values(replay);
	compare_status(replay);
	for (size_t i = 0; i < replay->sites_len; i++)
		compare_site(replay, &replay->sites[i]);
	if (replay->whole_revoke && replay->whole_revokes != 1)
		blame(replay, "It was revoked, and its revocation is gone from the records.");
	if (!replay->whole_revoke && replay->whole_revokes > replay->early_whole_revokes)
		blame(replay, "It is said to be revoked, and no row says so.");
}

static void
read_license(struct replay *replay, struct store_query *q)
{
	replay->id = store_int(q, 0);
	snprintf(replay->subject, sizeof replay->subject, "license %s", store_chars(q, 1));
	replay->key = store_int(q, 2);
	replay->sale = store_int(q, 3);
	replay->plan = store_int(q, 4);
	store_text(q, 5, replay->status, sizeof replay->status);
	replay->until = store_date(q, 6);
	replay->maintenance = store_date(q, 7);
	replay->activations = store_int(q, 8);
	replay->overridden = !store_is_null(q, 9);
	replay->created_at = store_int(q, 10);
	replay->whole_revokes = replay->early_whole_revokes = 0;
	replay->is_new = replay->was_set = replay->was_issued = false;
	replay->whole_revoke = false;
	replay->said_plan.known = replay->said_until.known = false;
	replay->said_maintenance.known = replay->said_activations.known = false;
	replay->said_status[0] = '\0';
}

enum skerry_err
audit_check_licenses(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict)
{
	struct replay replay = { .desk = desk,
		.verdict = verdict,
		.anchor_at = anchor->seq == 0 ? INT64_MIN : anchor->at };
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q,
		"SELECT id, public_id, license_key_id, sale_id, plan_id, status, valid_until,"
		" maintenance_until, max_activations, overrides, created_at FROM license"
		" ORDER BY id");
	while (err == SKERRY_OK && verdict->fault == AUDIT_SOUND && store_step(&q)) {
		read_license(&replay, &q);
		err = load_sites(&replay);
		if (err == SKERRY_OK)
			err = load_revocations(&replay);
		if (err == SKERRY_OK)
			err = take_rows(&replay);
		if (err == SKERRY_OK)
			compare(&replay);
		verdict->licenses++;
	}
	done = store_done(&q);
	free(replay.sites);
	return done != SKERRY_OK ? done : err;
}
