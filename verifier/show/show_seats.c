/* SPDX-License-Identifier: ISC */
/* seat list: how many seats there are, who holds them, until when. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "formats/date.h"
#include "formats/member.h"
#include "formats/table.h"

enum { COLUMNS_LEN = 5, ROWS_FIRST = 64 };

/* A row that outlives its visit. */
struct row {
	char pool[SEATS_POOL_MAX + 1], holder[SEATS_HOLDER_MAX + 1], owner[SEATS_OWNER_MAX + 1];
	char since[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
	struct seats_row seat; /* its texts are not to be read any more */
};

struct rows {
	const struct show_seats *wish;
	struct row *list;
	size_t len, max;
	bool more, no_memory;
};

/* --- one ------------------------------------------------------------------------------------- */

struct owner {
	const char *holder;
	char *owner;
};

static bool
take_owner(void *context, const struct seats_row *row)
{
	struct owner *found = context;

	if (strcmp(row->holder, found->holder) != 0)
		return false;
	if (!row->node)
		snprintf(found->owner, SEATS_OWNER_MAX + 1, "%s", row->owner);
	return true;
}

void
show_seat_owner(struct seats *seats, const char *pool, const char *holder,
	const struct seats_moment *moment, char ret_owner[SEATS_OWNER_MAX + 1])
{
	struct owner found = { .holder = holder, .owner = ret_owner };
	char before[SEATS_HOLDER_MAX + 2];
	size_t len = strlen(holder);

	ret_owner[0] = '\0';
	if (len == 0 || len > SEATS_HOLDER_MAX)
		return;
	/* Nothing but the name itself comes next: a byte 255 is in no UTF-8. */
	memcpy(before, holder, len);
	before[len - 1] = (char)(before[len - 1] - 1);
	before[len] = '\xff';
	before[len + 1] = '\0';
	(void)seats_each(seats, pool, before, 1, moment, take_owner, &found);
}

/* --- reading --------------------------------------------------------------------------------- */

static bool
has_room(struct rows *rows)
{
	size_t max = rows->max == 0 ? ROWS_FIRST : 2 * rows->max;
	struct row *list;

	if (rows->len < rows->max)
		return true;
	list = realloc(rows->list, max * sizeof *list);
	rows->no_memory = list == NULL;
	if (list == NULL)
		return false;
	rows->list = list;
	rows->max = max;
	return true;
}

/* A holder and a node of one name stay together: what follows begins behind both. */
static bool
is_torn(const struct rows *rows, const struct seats_row *seat)
{
	const struct row *last = &rows->list[rows->len - 1];

	return strcmp(last->pool, seat->pool) == 0 && strcmp(last->holder, seat->holder) == 0;
}

static bool
take_row(void *context, const struct seats_row *seat)
{
	struct rows *rows = context;
	struct row *row;

	if (rows->wish->holder != NULL && strcmp(rows->wish->holder, seat->holder) != 0)
		return true;
	if (rows->len >= rows->wish->limit && rows->len > 0 && !is_torn(rows, seat)) {
		rows->more = true;
		return false;
	}
	if (!has_room(rows))
		return false;
	row = &rows->list[rows->len++];
	*row = (struct row){ .seat = *seat };
	snprintf(row->pool, sizeof row->pool, "%s", seat->pool);
	snprintf(row->holder, sizeof row->holder, "%s", seat->holder);
	snprintf(row->owner, sizeof row->owner, "%s", seat->owner);
	date_format(rows->wish->now - seat->claimed_s, row->since);
	date_format(rows->wish->now + seat->ends_s, row->until);
	return true;
}

/* --- for a person ---------------------------------------------------------------------------- */

static void
print_pool(FILE *out, const struct show_seat_pool *pool)
{
	command_print_safe(out, pool->pool, strlen(pool->pool));
	fprintf(out, ": %" PRIu64 " of %" PRIu64 " %s in use", pool->use.used, pool->max,
		pool->max == 1 ? "seat" : "seats");
	if (pool->burst > 0)
		fprintf(out, ", %" PRIu64 " more for %" PRId64 " h %" PRId64 " min in all",
			pool->burst, pool->use.burst_left_s / 3600,
			pool->use.burst_left_s % 3600 / 60);
	fprintf(out, "; the most today: %" PRIu64 ".\n", pool->use.peak);
}

static bool
print_rows(FILE *out, const struct rows *rows)
{
	static const struct table_column COLUMNS[COLUMNS_LEN] = { { "holder", false },
		{ "of", false }, { "owner", false }, { "since", false }, { "until", false } };
	const char **cells = calloc(rows->len * COLUMNS_LEN + 1, sizeof *cells);

	if (cells == NULL)
		return false;
	for (size_t i = 0; i < rows->len; i++) {
		const struct row *row = &rows->list[i];
		const char **cell = &cells[i * COLUMNS_LEN];

		cell[0] = row->holder;
		cell[1] = row->pool;
		cell[2] = row->owner;
		cell[3] = row->since;
		cell[4] = row->until;
	}
	if (rows->len > 0)
		table_write(COLUMNS, COLUMNS_LEN, cells, rows->len, command_sink, out);
	free(cells);
	return true;
}

static bool
print(const struct show *show, const struct rows *rows)
{
	const struct show_seats *wish = rows->wish;

	for (size_t i = 0; i < wish->pools_len && wish->holder == NULL; i++)
		print_pool(show->out, &wish->pools[i]);
	if (wish->pools_len == 0 && wish->holder == NULL)
		fputs("No license that is held here grants seats.\n", show->out);
	if (rows->len == 0 && wish->holder != NULL)
		fputs("Nobody holds a seat by that name.\n", show->out);
	if (!print_rows(show->out, rows))
		return false;
	if (rows->more)
		fprintf(show->out, "These are the first %zu: more with --limit.\n", rows->len);
	return true;
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
put_pool(struct json *j, const struct show_seat_pool *pool)
{
	json_object_open(j);
	member_chars(j, "pool", pool->pool);
	member_uint(j, "max", pool->max);
	member_uint(j, "burst", pool->burst);
	member_uint(j, "used", pool->use.used);
	member_uint(j, "marked", pool->use.marked);
	member_uint(j, "peak", pool->use.peak);
	member_int(j, "burst_left_s", pool->use.burst_left_s);
	json_object_close(j);
}

static void
put_row(struct json *j, const struct row *row)
{
	json_object_open(j);
	member_chars(j, "holder", row->holder);
	member_chars(j, "owner", row->owner);
	member_chars(j, "pool", row->pool);
	member_chars(j, "claimed_at", row->since);
	member_chars(j, "expires_at", row->until);
	member_int(j, "expires_in", row->seat.ends_s);
	member_bool(j, "burst", row->seat.marked);
	member_bool(j, "node", row->seat.node);
	json_object_close(j);
}

static void
put(const struct show *show, const struct rows *rows)
{
	const struct show_seats *wish = rows->wish;
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	json_name(&j, "pools");
	json_array_open(&j);
	for (size_t i = 0; i < wish->pools_len; i++)
		put_pool(&j, &wish->pools[i]);
	json_array_close(&j);
	json_name(&j, "seats");
	json_array_open(&j);
	for (size_t i = 0; i < rows->len; i++)
		put_row(&j, &rows->list[i]);
	json_array_close(&j);
	json_name(&j, "next");
	if (rows->more) {
		json_object_open(&j);
		member_chars(&j, "after_pool", rows->list[rows->len - 1].pool);
		member_chars(&j, "after_holder", rows->list[rows->len - 1].holder);
		json_object_close(&j);
	} else {
		json_null(&j);
	}
	json_object_close(&j);
	fputc('\n', show->out);
}

/* --- both ------------------------------------------------------------------------------------ */

bool
show_seats(const struct show *show, const struct show_seats *seats, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	struct rows rows = { .wish = seats };
	struct command_failure failure;
	enum skerry_err err =
		seats_each(seats->seats, seats->after_pool == NULL ? "" : seats->after_pool,
			seats->after_holder == NULL ? "" : seats->after_holder,
			seats->holder == NULL ? seats->limit + 1 : SIZE_MAX, seats->moment,
			take_row, &rows);

	if (rows.no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK && show->json)
		put(show, &rows);
	else if (err == SKERRY_OK && !print(show, &rows))
		err = SKERRY_ERR_NO_MEMORY;
	*ret_exit = seats->holder != NULL && rows.len == 0 ? COMMAND_NO : COMMAND_YES;
	free(rows.list);
	if (err == SKERRY_OK)
		return true;
	failure = failure_plain(err, show->folder);
	failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
	return false;
}
