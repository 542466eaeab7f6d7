/* SPDX-License-Identifier: ISC */
#include "dates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/decide/overrides.h"

enum { SQL_MAX = 3072 };

/*
 * ?1 from, ?2 until, ?3 and ?4 the cursor's date and row, ?5 now, ?6 brand, ?7 limit. The order of
 * the loops is this program's: from the index of the date outwards.
 */
#define FACTS                                                                                      \
	" l.public_id, b.slug, p.slug, n.slug, c.email, c.name, l.tenant, l.status,"               \
	" l.valid_until, l.pending_until, n.expiry_grace_s, l.max_activations,"                    \
	" (SELECT count(*) FROM activation u WHERE u.license_id = l.id"                            \
	"  AND u.unpaired_at IS NULL AND u.kind NOT IN ('unbound', 'starter')),"                   \
	" EXISTS (SELECT 1 FROM activation o WHERE o.license_id = l.id"                            \
	"  AND o.unpaired_at IS NULL AND o.kind NOT IN ('unbound', 'starter')"                     \
	"  AND o.renew_by < ?5), l.overrides"
#define NAMES                                                                                      \
	" CROSS JOIN license_key k ON k.id = l.license_key_id"                                     \
	" CROSS JOIN customer c ON c.id = k.customer_id CROSS JOIN brand b ON b.id = l.brand_id"   \
	" CROSS JOIN product p ON p.id = l.product_id CROSS JOIN plan n ON n.id = l.plan_id"
#define GOES_ON " AND l.status NOT IN ('suspended', 'revoked')"
#define UNENDED " AND (l.valid_until IS NULL OR l.valid_until >= ?5)"
#define SPAN(date) " WHERE " date " >= ?1 AND " date " <= ?2"

static const char LICENSES[] =
	"SELECT l.id, l.valid_until," FACTS " FROM license l" NAMES SPAN("l.valid_until") GOES_ON;
static const char MAINTENANCE[] =
	"SELECT l.id, l.maintenance_until," FACTS
	" FROM license l" NAMES SPAN("l.maintenance_until") GOES_ON UNENDED
	" AND (l.valid_until IS NULL OR l.maintenance_until < l.valid_until)";
static const char SITES[] =
	"SELECT a.id, a.renew_by," FACTS ", a.number, a.kind, a.hostname, a.last_contact_at,"
	" n.warn_s, n.alert_s, n.grace_s, n.degraded_s FROM activation a"
	" CROSS JOIN license l ON l.id = a.license_id" NAMES SPAN(
		"a.renew_by") " AND a.unpaired_at IS NULL" GOES_ON UNENDED
			      " AND (l.valid_until IS NULL OR a.renew_by < l.valid_until)"
			      " AND (a.kind <> 'starter' OR NOT EXISTS (SELECT 1 FROM activation s"
			      "  WHERE s.license_id = l.id AND s.unpaired_at IS NULL"
			      "  AND s.kind <> 'starter'))";

const char *const DATES_STATEMENTS[] = { LICENSES, MAINTENANCE, SITES, NULL };
static const char *const COLUMNS[] = { "l.valid_until, l.id", "l.maintenance_until, l.id",
	"a.renew_by, a.id" };

const char *
dates_what_name(enum dates_what what)
{
	static const char *const NAMES_OF[] = { "license", "maintenance", "site" };

	return NAMES_OF[what];
}

void
dates_cursor_format(const struct dates_cursor *cursor, char ret_text[DATES_CURSOR_MAX])
{
	char due[DATE_TEXT_MAX];

	date_format(cursor->due, due);
	snprintf(ret_text, DATES_CURSOR_MAX, "%s/%s/%lld", due, dates_what_name(cursor->what),
		(long long)cursor->row);
}

bool
dates_cursor_parse(const char *text, struct dates_cursor *ret_cursor)
{
	struct dates_cursor cursor = { .row = 0 };
	const char *what = strchr(text, '/'), *row = what == NULL ? NULL : strchr(what + 1, '/');
	char due[DATE_TEXT_MAX], back[DATES_CURSOR_MAX];

	if (row == NULL || what - text >= DATE_TEXT_MAX)
		return false;
	snprintf(due, sizeof due, "%.*s", (int)(what - text), text);
	if (date_parse(due, &cursor.due) != SKERRY_OK)
		return false;
	cursor.row = strtoll(row + 1, NULL, 10);
	for (int i = 0; i < DATES_WHATS; i++) {
		cursor.what = (enum dates_what)i;
		dates_cursor_format(&cursor, back);
		if (strcmp(back, text) == 0) {
			*ret_cursor = cursor;
			return true;
		}
	}
	return false;
}

/* --- one source of lines ------------------------------------------------------------------------- */

struct source {
	struct store_query q;
	char sql[SQL_MAX];
	bool has_line;
	struct dates_line line;
};

static void
compose(const struct dates_filter *filter, enum dates_what what, char sql[SQL_MAX])
{
	const char *columns = COLUMNS[what], *comma = strchr(columns, ',');
	const char *way = filter->latest_first ? " DESC" : "";
	const char *brand = what == DATES_SITE ? " AND a.brand_id = ?6" : " AND l.brand_id = ?6";
	int len = snprintf(
		sql, SQL_MAX, "%s%s", DATES_STATEMENTS[what], filter->brand_id != 0 ? brand : "");

	if (filter->after != NULL)
		len += snprintf(sql + len, SQL_MAX - (size_t)len, " AND (%s) %c (?3, ?4)", columns,
			filter->latest_first ? '<' : '>');
	snprintf(sql + len, SQL_MAX - (size_t)len, " ORDER BY %.*s%s%s%s LIMIT ?7",
		(int)(comma - columns), columns, way, comma, way);
}

/* The row behind which a source goes on, where the cursor may be another source's line. */
static int64_t
row_behind(const struct dates_filter *filter, enum dates_what what)
{
	bool from_date_on = what > filter->after->what;

	if (what == filter->after->what)
		return filter->after->row;
	return from_date_on != filter->latest_first ? -1 : INT64_MAX;
}

static void
open_source(struct desk *desk, const struct dates_filter *filter, enum dates_what what,
	struct source *source)
{
	compose(filter, what, source->sql);
	store_query(desk->store, &source->q, source->sql);
	store_bind_int_at(&source->q, 1, filter->from);
	store_bind_int_at(&source->q, 2, filter->until);
	if (filter->after != NULL) {
		store_bind_int_at(&source->q, 3, filter->after->due);
		store_bind_int_at(&source->q, 4, row_behind(filter, what));
	}
	store_bind_int_at(&source->q, 5, filter->now);
	store_bind_int_at(&source->q, 6, filter->brand_id);
	store_bind_int_at(&source->q, 7, filter->limit);
}

static int64_t
expiry_grace_of(struct store_query *q)
{
	struct license_ladder ladder = { .expiry_grace_s = store_int(q, 12) };

	overrides_ladder(store_chars(q, 16), &ladder);
	return ladder.expiry_grace_s;
}

static void
read_facts(struct store_query *q, struct dates_line *line)
{
	const char *status = store_chars(q, 9);

	store_text(q, 2, line->license, sizeof line->license);
	store_text(q, 3, line->brand, sizeof line->brand);
	store_text(q, 4, line->product, sizeof line->product);
	store_text(q, 5, line->plan, sizeof line->plan);
	store_text(q, 6, line->email, sizeof line->email);
	store_text(q, 7, line->licensee, sizeof line->licensee);
	store_text(q, 8, line->tenant, sizeof line->tenant);
	if (status == NULL || !standing_from_name(status, &line->status.stored))
		line->status.stored = STANDING_REVOKED;
	line->status.valid_until = store_date(q, 10);
	line->status.pending_until = store_date(q, 11);
	line->status.expiry_grace_s = expiry_grace_of(q);
	line->max_activations = store_int(q, 13);
	line->activations_used = store_int(q, 14);
	line->status.overdue = store_int(q, 15) != 0;
}

static void
read_site(struct store_query *q, int64_t now, struct dates_line *line)
{
	struct license_ladder rungs = { .warn_s = store_int(q, 21),
		.alert_s = store_int(q, 22),
		.grace_s = store_int(q, 23),
		.degraded_s = store_int(q, 24),
		.expiry_grace_s = line->status.expiry_grace_s };

	overrides_ladder(store_chars(q, 16), &rungs);
	snprintf(line->id, sizeof line->id, "%s-%lld", line->license, (long long)store_int(q, 17));
	store_text(q, 18, line->kind, sizeof line->kind);
	store_text(q, 19, line->hostname, sizeof line->hostname);
	line->last_contact_at = store_date(q, 20);
	/* A starter's own term ends then. */
	line->overdue = overdue_at(&rungs, line->at.due,
		strcmp(line->kind, "starter") == 0 ? line->at.due : line->status.valid_until, now);
}

static void
next_line(struct source *source, const struct dates_filter *filter, enum dates_what what)
{
	struct dates_line *line = &source->line;

	source->has_line = store_step(&source->q);
	if (!source->has_line)
		return;
	*line = (struct dates_line){ .last_contact_at = LICENSE_NEVER };
	line->at =
		(struct dates_cursor){ store_int(&source->q, 1), store_int(&source->q, 0), what };
	read_facts(&source->q, line);
	if (what == DATES_SITE)
		read_site(&source->q, filter->now, line);
	else
		memcpy(line->id, line->license, sizeof line->license);
}

/* --- all of them, merged ------------------------------------------------------------------------- */

static struct source *
first_of(struct source sources[DATES_WHATS], bool latest_first)
{
	struct source *first = NULL;

	for (int i = 0; i < DATES_WHATS; i++) {
		struct source *source = &sources[i];

		if (!source->has_line)
			continue;
		if (first == NULL || (latest_first ? source->line.at.due > first->line.at.due
						   : source->line.at.due < first->line.at.due))
			first = source;
	}
	return first;
}

enum skerry_err
dates_each(struct desk *desk, const struct dates_filter *filter,
	bool (*each)(void *, const struct dates_line *), void *context)
{
	struct source *sources = calloc(DATES_WHATS, sizeof *sources), *first;
	enum skerry_err err = SKERRY_OK;

	if (sources == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (int i = 0; i < DATES_WHATS; i++) {
		open_source(desk, filter, (enum dates_what)i, &sources[i]);
		next_line(&sources[i], filter, (enum dates_what)i);
	}
	for (int64_t told = 0; told < filter->limit; told++) {
		first = first_of(sources, filter->latest_first);
		if (first == NULL || !each(context, &first->line))
			break;
		next_line(first, filter, first->line.at.what);
	}
	for (int i = 0; i < DATES_WHATS; i++) {
		enum skerry_err done = store_done(&sources[i].q);

		err = err == SKERRY_OK ? done : err;
	}
	free(sources);
	return err;
}
