/* SPDX-License-Identifier: ISC */
#include "desk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "formats/date.h"
#include "issuer/decide/desk_clock.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/mark.h"
#include "keys/spelling.h"

enum { FIRST_OPERATOR = 1 };

enum skerry_err
desk_open(const char *path, struct desk *ret_desk)
{
	char file[DESK_PATH_MAX];
	enum skerry_err err;

	*ret_desk = (struct desk){ .operator_id = FIRST_OPERATOR };
	if (snprintf(ret_desk->path, sizeof ret_desk->path, "%s", path) >= DESK_PATH_MAX)
		return SKERRY_ERR_STORE_MISSING;
	err = desk_file(ret_desk, "issuer.db", file);
	if (err == SKERRY_OK)
		err = store_open(file, &DESK_SCHEMA, &ret_desk->store);
	return err;
}

void
desk_close(struct desk *desk)
{
	store_close(desk->store);
	desk->store = NULL;
	vault_close(&desk->vault);
}

int64_t
desk_clock(const struct desk *desk)
{
	return desk->clock_given ? desk->clock : (int64_t)time(NULL);
}

/* What is known in memory of the change under way. */
static void
forget_change(struct desk *desk)
{
	desk->head_known = desk->operator_brand_known = false;
	desk->status_brand = 0;
	desk->taken = (struct mark_high){ .edition = 0 };
}

/* The clock is read once the lock is held, or a slower neighbor would seem to turn time back. */
enum skerry_err
desk_begin_unasked(struct desk *desk)
{
	enum skerry_err err = store_begin(desk->store);

	forget_change(desk);
	desk->now = desk_clock(desk);
	if (err != SKERRY_OK)
		return err;
	err = mark_check(desk);
	if (err == SKERRY_OK || err == SKERRY_ERR_STORE_BEHIND)
		return SKERRY_OK;
	desk_rollback(desk);
	return err;
}

void
desk_clock_jump(int64_t last, int64_t clock, char ret_text[DESK_JUMP_MAX])
{
	static const struct {
		int64_t seconds;
		const char *name;
	} UNITS[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	int64_t jump = clock < last ? last - clock : clock - last, count = 0;
	size_t unit = 0;

	for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS && count == 0; i++) {
		unit = i;
		count = jump / UNITS[i].seconds;
	}
	snprintf(ret_text, DESK_JUMP_MAX, "%lld %s%s %s", (long long)count, UNITS[unit].name,
		count == 1 ? "" : "s", clock < last ? "before" : "after");
}

enum skerry_err
desk_refuse_clock(struct desk *desk, int64_t last)
{
	char clock_text[DATE_TEXT_MAX], last_text[DATE_TEXT_MAX], jump[DESK_JUMP_MAX];

	date_format(desk->now, clock_text);
	date_format(last, last_text);
	desk_clock_jump(last, desk->now, jump);
	return desk_refuse(desk, SKERRY_ERR_DESK_CLOCK, clock_text,
		"That is %s the desk's last entry, of %s. Set this machine's clock right; if it is "
		"right, say so with: skerry-issuer clock confirm",
		jump, last_text);
}

enum skerry_err
desk_begin(struct desk *desk)
{
	struct audit_head head;
	enum skerry_err err = desk_begin_unasked(desk);

	if (err != SKERRY_OK)
		return err;
	err = desk->mark_stands ? audit_read_head(desk->store, &head) : SKERRY_ERR_STORE_BEHIND;
	if (err == SKERRY_OK && desk_clock_judge(head.at, desk->now, &desk->now) != SKERRY_OK)
		err = desk_refuse_clock(desk, head.at);
	if (err != SKERRY_OK)
		desk_rollback(desk);
	return err;
}

/* Of a desk that version 1 made, with its first change. */
static enum skerry_err
keep_key_check(struct desk *desk)
{
	uint8_t check[VAULT_CHECK_LEN];
	struct store_query q;

	if (!desk->key_check_due || !vault_is_open(&desk->vault))
		return SKERRY_OK;
	vault_check(&desk->vault, check);
	store_query(desk->store, &q, "UPDATE desk SET key_check = ? WHERE key_check IS NULL");
	store_bind_bytes(&q, check, sizeof check);
	return store_run(&q);
}

enum skerry_err
desk_commit(struct desk *desk)
{
	struct mark mark;
	enum skerry_err err = brands_keep_status_indexes(desk);

	if (err == SKERRY_OK)
		err = keep_key_check(desk);
	if (err == SKERRY_OK)
		err = high_water_keep(desk);
	if (err == SKERRY_OK)
		err = mark_prepare(desk, &mark);
	desk->committed = false;
	forget_change(desk);
	if (err == SKERRY_OK)
		err = store_commit(desk->store);
	if (err != SKERRY_OK)
		return err;
	desk->committed = true;
	return desk->mark_stands ? mark_raise(desk, &mark) : SKERRY_OK;
}

void
desk_rollback(struct desk *desk)
{
	forget_change(desk);
	store_rollback(desk->store);
}

enum skerry_err
desk_file(const struct desk *desk, const char *name, char ret_path[DESK_PATH_MAX])
{
	int len = snprintf(ret_path, DESK_PATH_MAX, "%s/%s", desk->path, name);

	return len < 0 || len >= DESK_PATH_MAX ? SKERRY_ERR_FILE_MISSING : SKERRY_OK;
}

enum skerry_err
desk_refuse(struct desk *desk, enum skerry_err err, const char *subject, const char *advice, ...)
{
	va_list arguments;

	desk->refused = err;
	desk->message = NULL;
	snprintf(desk->subject, sizeof desk->subject, "%s", subject == NULL ? "" : subject);
	va_start(arguments, advice);
	vsnprintf(desk->advice, sizeof desk->advice, advice, arguments);
	va_end(arguments);
	return err;
}

enum skerry_err
desk_note_offset(struct desk *desk, enum skerry_err err, size_t offset)
{
	desk->has_offset = err >= SKERRY_ERR_CBOR_TRUNCATED && err < SKERRY_ERR_DOCUMENT_EMPTY;
	desk->offset = offset;
	return err;
}

enum skerry_err
desk_unknown(struct desk *desk, const char *typed, const char *sql, const char *listing)
{
	char nearest[SPELLING_MAX + 1] = "";
	unsigned best = SPELLING_MAX;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, sql);
	while (store_step(&q)) {
		unsigned distance = spelling_distance(typed, store_chars(&q, 0));

		if (distance < best && spelling_is_near(typed, distance)) {
			best = distance;
			store_text(&q, 0, nearest, sizeof nearest);
		}
	}
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	if (nearest[0] == '\0')
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed,
			"See what there is with: skerry-issuer %s", listing);
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, typed,
		"Did you mean %s? See what there is with: skerry-issuer %s", nearest, listing);
}
