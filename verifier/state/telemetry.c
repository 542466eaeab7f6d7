/* SPDX-License-Identifier: ISC */
#include "telemetry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/utf8.h"

/* --- names and values ------------------------------------------------------------------------ */

bool
telemetry_is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= TELEMETRY_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._") == len;
}

const char *
telemetry_consent_name(enum telemetry_consent consent)
{
	static const char *const NAMES[] = { [TELEMETRY_UNDECIDED] = "undecided",
		[TELEMETRY_ALLOWED] = "allowed",
		[TELEMETRY_DENIED] = "denied" };

	return NAMES[consent];
}

/* "007", "+1" and "-0" are text: what comes out is what was put in. */
static bool
read_number(const char *typed, int64_t *ret_number)
{
	char again[24];
	long long number;

	errno = 0;
	number = strtoll(typed, NULL, 10);
	if (errno != 0)
		return false;
	snprintf(again, sizeof again, "%lld", number);
	*ret_number = number;
	return strcmp(again, typed) == 0;
}

static bool
is_text(const char *text, size_t len)
{
	uint32_t point;

	if (len == 0 || len > TELEMETRY_TEXT_MAX)
		return false;
	for (size_t at = 0; at < len;) {
		at += utf8_next(text + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return true;
}

bool
telemetry_read_value(const char *typed, struct telemetry_value *ret_value)
{
	struct telemetry_value value = { 0 };
	size_t len = strlen(typed);

	if (!is_text(typed, len))
		return false;
	value.is_number = read_number(typed, &value.number);
	if (!value.is_number) {
		value.number = 0;
		memcpy(value.text, typed, len);
	}
	*ret_value = value;
	return true;
}

/* --- one name -------------------------------------------------------------------------------- */

static enum skerry_err
find(struct store *store, const char *name, bool *ret_known, enum telemetry_consent *ret_consent)
{
	struct store_query q;

	*ret_known = false;
	*ret_consent = TELEMETRY_UNDECIDED;
	store_query(store, &q, "SELECT consent FROM telemetry WHERE name = ?");
	store_bind_text(&q, name);
	if (store_step(&q)) {
		int64_t consent = store_int(&q, 0);

		*ret_known = true;
		/* Whatever else stands there is no consent. */
		*ret_consent = consent == TELEMETRY_ALLOWED     ? TELEMETRY_ALLOWED
			       : consent == TELEMETRY_UNDECIDED ? TELEMETRY_UNDECIDED
								: TELEMETRY_DENIED;
	}
	return store_done(&q);
}

static enum skerry_err
make_room(struct store *store)
{
	struct store_query q;
	int64_t names = 0;
	enum skerry_err err;

	store_query(store, &q, "SELECT count(*) FROM telemetry");
	if (store_step(&q))
		names = store_int(&q, 0);
	err = store_done(&q);
	if (err != SKERRY_OK || names < TELEMETRY_NAMES_MAX)
		return err;
	store_query(store, &q,
		"DELETE FROM telemetry WHERE id ="
		" (SELECT id FROM telemetry WHERE consent = 0 ORDER BY id LIMIT 1)");
	err = store_run(&q);
	return err == SKERRY_OK && store_changes(store) == 0 ? SKERRY_ERR_NO_SPACE : err;
}

enum skerry_err
telemetry_meet(struct store *store, const char *name, enum telemetry_consent *ret_consent)
{
	struct store_query q;
	bool known;
	enum skerry_err err = find(store, name, &known, ret_consent);

	if (err != SKERRY_OK || known)
		return err;
	err = make_room(store);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "INSERT INTO telemetry (name, consent) VALUES (?, 0)");
	store_bind_text(&q, name);
	return store_run(&q);
}

static enum skerry_err
run_for(struct store *store, const char *sql, const char *name)
{
	struct store_query q;

	store_query(store, &q, sql);
	store_bind_text(&q, name);
	return store_run(&q);
}

/* --- the customer's word --------------------------------------------------------------------- */

static enum skerry_err
write_decision(struct memory *memory, const char *name, enum telemetry_consent consent, int64_t who)
{
	struct store_query q;
	enum skerry_err err;

	store_query(memory->store, &q,
		"UPDATE telemetry SET consent = ?, decided_at = ?, decided_by = ? WHERE name = ?");
	store_bind_int(&q, consent);
	store_bind_int(&q, memory_now(memory));
	store_bind_int(&q, who);
	store_bind_text(&q, name);
	err = store_run(&q);
	if (err == SKERRY_OK && consent == TELEMETRY_DENIED)
		err = store_erase_for_good(memory->store);
	if (err == SKERRY_OK && consent == TELEMETRY_DENIED)
		err = run_for(memory->store,
			"UPDATE telemetry SET number = NULL, text = NULL, set_at = NULL,"
			" events_dropped = 0 WHERE name = ?",
			name);
	if (err == SKERRY_OK && consent == TELEMETRY_DENIED)
		err = run_for(memory->store, "DELETE FROM event WHERE name = ?", name);
	return err;
}

enum skerry_err
telemetry_decide(
	struct memory *memory, const char *name, enum telemetry_consent consent, int64_t who)
{
	enum telemetry_consent before;
	enum skerry_err err = telemetry_meet(memory->store, name, &before);

	if (err != SKERRY_OK || before == consent)
		return err;
	err = write_decision(memory, name, consent, who);
	if (err != SKERRY_OK)
		return err;
	return memory_tell(memory,
		consent == TELEMETRY_ALLOWED ? "telemetry.allowed" : "telemetry.denied", name,
		"uid=%" PRId64 " before=%s", who, telemetry_consent_name(before));
}

enum skerry_err
telemetry_forget(struct memory *memory, const char *name, int64_t who)
{
	enum telemetry_consent before;
	bool known;
	enum skerry_err err = find(memory->store, name, &known, &before);

	if (err == SKERRY_OK && !known)
		return SKERRY_ERR_NOT_FOUND;
	if (err == SKERRY_OK)
		err = store_erase_for_good(memory->store);
	if (err == SKERRY_OK)
		err = run_for(memory->store, "DELETE FROM telemetry WHERE name = ?", name);
	if (err != SKERRY_OK || before == TELEMETRY_UNDECIDED)
		return err;
	return memory_tell(memory, "telemetry.forgotten", name, "uid=%" PRId64 " before=%s", who,
		telemetry_consent_name(before));
}

bool
telemetry_none_allowed(struct store *store)
{
	struct store_query q;
	bool any;

	store_query(store, &q, "SELECT 1 FROM telemetry WHERE consent = 1 LIMIT 1");
	any = store_step(&q);
	return store_done(&q) == SKERRY_OK && !any;
}

enum skerry_err
telemetry_doubt(struct store *store, bool *ret_any)
{
	struct store_query q;
	enum skerry_err err;

	store_query(store, &q,
		"UPDATE telemetry SET consent = 0, decided_at = NULL, decided_by = NULL"
		" WHERE consent = 1");
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	*ret_any = store_changes(store) != 0;
	store_query(store, &q,
		"UPDATE telemetry SET number = NULL, text = NULL, set_at = NULL,"
		" events_dropped = 0");
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(store, &q, "DELETE FROM event");
	return store_run(&q);
}

/* --- the product's word ---------------------------------------------------------------------- */

enum skerry_err
telemetry_set(struct memory *memory, const char *name, const struct telemetry_value *value,
	enum telemetry_consent *ret_consent)
{
	enum telemetry_consent consent;
	struct store_query q;
	enum skerry_err err = telemetry_meet(memory->store, name, &consent);

	if (err == SKERRY_OK && consent != TELEMETRY_DENIED) {
		store_query(memory->store, &q,
			"UPDATE telemetry SET number = ?, text = ?, set_at = ? WHERE name = ?");
		if (value->is_number)
			store_bind_int(&q, value->number);
		else
			store_bind_null(&q);
		store_bind_text(&q, value->is_number ? NULL : value->text);
		store_bind_int(&q, memory_now(memory));
		store_bind_text(&q, name);
		err = store_run(&q);
	}
	if (err == SKERRY_OK)
		*ret_consent = consent;
	return err;
}

/* --- reading --------------------------------------------------------------------------------- */

#define COLUMNS                                                                                    \
	"SELECT name, consent, decided_at, decided_by, number, text, set_at,"                      \
	" (SELECT count(*) FROM event WHERE event.name = telemetry.name), events_dropped"          \
	" FROM telemetry"

static void
read_row(struct store_query *q, struct telemetry *row)
{
	int64_t consent = store_int(q, 1);

	*row = (struct telemetry){
		.consent = consent == TELEMETRY_ALLOWED     ? TELEMETRY_ALLOWED
			   : consent == TELEMETRY_UNDECIDED ? TELEMETRY_UNDECIDED
							    : TELEMETRY_DENIED,
		.decided_at = store_date(q, 2),
		.decided_by = store_is_null(q, 3) ? -1 : store_int(q, 3),
		.is_set = !store_is_null(q, 4) || !store_is_null(q, 5),
		.value = { .is_number = !store_is_null(q, 4), .number = store_int(q, 4) },
		.set_at = store_date(q, 6),
		.events = store_int(q, 7),
		.events_dropped = store_int(q, 8),
	};
	store_text(q, 0, row->name, sizeof row->name);
	store_text(q, 5, row->value.text, sizeof row->value.text);
}

static enum skerry_err
each(struct store *store, const char *sql, telemetry_visit *visit, void *context)
{
	struct store_query q;
	enum skerry_err err = SKERRY_OK, query_err;

	store_query(store, &q, sql);
	while (err == SKERRY_OK && store_step(&q)) {
		struct telemetry row;

		read_row(&q, &row);
		err = visit(context, &row);
	}
	query_err = store_done(&q);
	return err == SKERRY_OK ? query_err : err;
}

enum skerry_err
telemetry_each(struct store *store, telemetry_visit *visit, void *context)
{
	return each(store, COLUMNS " ORDER BY name", visit, context);
}

enum skerry_err
telemetry_each_allowed(struct store *store, telemetry_visit *visit, void *context)
{
	return each(store,
		COLUMNS " WHERE consent = 1 AND (number IS NOT NULL OR text IS NOT NULL)"
			" ORDER BY name",
		visit, context);
}
