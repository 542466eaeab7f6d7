/* SPDX-License-Identifier: ISC */
#include "usage.h"

#include <stdlib.h>
#include <string.h>

#include "issuer/decide/overrides.h"

enum { PROGRESS_STEP = 65536 };

/* A list of lines that grows; both kinds of them begin empty. */
static bool
grow(void **lines, size_t *max, size_t len, size_t size)
{
	size_t more = *max == 0 ? 16 : *max * 2;
	void *grown;

	if (len < *max)
		return true;
	grown = realloc(*lines, more * size);
	if (grown == NULL)
		return false;
	*lines = grown;
	*max = more;
	return true;
}

/* --- plans ------------------------------------------------------------------------------------- */

static enum skerry_err
list_plans(struct desk *desk, const struct usage_filter *filter, struct usage_line **ret_lines,
	size_t *ret_lines_len)
{
	struct usage_line *lines = NULL;
	size_t len = 0, max = 0;
	struct store_query q;
	bool memory = true;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT n.id, n.expiry_grace_s, b.slug, p.slug, n.slug FROM brand b"
		" JOIN product p ON p.brand_id = b.id JOIN plan n ON n.product_id = p.id"
		" WHERE (?1 IS NULL OR b.slug = ?1)"
		" AND (?2 IS NULL OR b.slug || '/' || p.slug || '/' || n.slug > ?2)"
		" ORDER BY b.slug || '/' || p.slug || '/' || n.slug LIMIT ?3");
	store_bind_text_at(&q, 1, filter->brand);
	store_bind_text_at(&q, 2, filter->after);
	store_bind_int_at(&q, 3, filter->limit);
	while (memory && store_step(&q)) {
		memory = grow((void **)&lines, &max, len, sizeof *lines);
		if (!memory)
			break;
		lines[len] = (struct usage_line){ .plan_id = store_int(&q, 0),
			.expiry_grace_s = store_int(&q, 1) };
		store_text(&q, 2, lines[len].brand, sizeof lines[len].brand);
		store_text(&q, 3, lines[len].product, sizeof lines[len].product);
		store_text(&q, 4, lines[len].plan, sizeof lines[len].plan);
		len++;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK) {
		free(lines);
		return err;
	}
	*ret_lines = lines;
	*ret_lines_len = len;
	return SKERRY_OK;
}

/* Plans by their row, since licenses come in no order of plans. */
struct plan_place {
	int64_t plan_id;
	struct usage_line *line;
};

static int
by_plan(const void *a, const void *b)
{
	int64_t left = ((const struct plan_place *)a)->plan_id,
		right = ((const struct plan_place *)b)->plan_id;

	return (left > right) - (left < right);
}

static enum usage_access
access_of(const struct status_facts *facts, int64_t now)
{
	const char *word =
		standing_access_word(facts->stored, facts->valid_until, facts->expiry_grace_s, now);

	switch (word[0]) {
	case 'A':
		return USAGE_ACTIVE;
	case 'G':
		return USAGE_GRACE_PERIOD;
	case 'E':
		return USAGE_EXPIRED;
	default:
		return USAGE_SUSPENDED;
	}
}

/* One license: plan, status, dates, what was sold, what stands and the first date it is due. */
static void
count_license(struct store_query *q, int64_t now, struct usage_line *line)
{
	const char *status = store_chars(q, 1);
	struct status_facts facts = { .valid_until = store_date(q, 2),
		.pending_until = store_date(q, 3),
		.expiry_grace_s = line->expiry_grace_s,
		.overdue = store_date(q, 6) < now };
	struct license_ladder ladder = { .expiry_grace_s = line->expiry_grace_s };

	overrides_ladder(store_chars(q, 7), &ladder);
	facts.expiry_grace_s = ladder.expiry_grace_s;

	if (status == NULL || !standing_from_name(status, &facts.stored))
		facts.stored = STANDING_REVOKED;
	line->licenses++;
	line->hotelhub[status_words_hotelhub(&facts, now)]++;
	line->access[access_of(&facts, now)]++;
	if (status_words_is_valid(&facts, now)) {
		line->max_seats += store_int(q, 4);
		line->seats_used += store_int(q, 5);
	}
}

static enum skerry_err
count_licenses(struct desk *desk, const struct usage_filter *filter,
	const struct plan_place *places, size_t places_len)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT l.plan_id, l.status, l.valid_until, l.pending_until, l.max_activations,"
		" count(a.id), min(a.renew_by), l.overrides FROM license l LEFT JOIN activation a"
		" ON a.license_id = l.id AND a.unpaired_at IS NULL"
		" AND a.kind NOT IN ('unbound', 'starter') GROUP BY l.id");
	for (int64_t counted = 1; store_step(&q); counted++) {
		struct plan_place key = { store_int(&q, 0), NULL };
		const struct plan_place *place =
			bsearch(&key, places, places_len, sizeof *places, by_plan);

		if (place != NULL)
			count_license(&q, filter->now, place->line);
		if (filter->progress != NULL && counted % PROGRESS_STEP == 0)
			filter->progress(filter->progress_context, counted);
	}
	return store_done(&q);
}

enum skerry_err
usage_count(struct desk *desk, const struct usage_filter *filter, struct usage_line **ret_lines,
	size_t *ret_lines_len)
{
	struct usage_line *lines = NULL;
	struct plan_place *places = NULL;
	size_t len = 0;
	enum skerry_err err = list_plans(desk, filter, &lines, &len);

	if (err == SKERRY_OK && len > 0) {
		places = calloc(len, sizeof *places);
		err = places == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	}
	if (err == SKERRY_OK && len > 0) {
		for (size_t i = 0; i < len; i++)
			places[i] = (struct plan_place){ lines[i].plan_id, &lines[i] };
		qsort(places, len, sizeof *places, by_plan);
		err = count_licenses(desk, filter, places, len);
	}
	free(places);
	if (err != SKERRY_OK) {
		free(lines);
		return err;
	}
	*ret_lines = lines;
	*ret_lines_len = len;
	return SKERRY_OK;
}

/* --- money --------------------------------------------------------------------------------------- */

struct purse {
	struct usage_money *money;
	size_t len, max;
};

/* The line of brand and currency, made when it is the first; NULL without memory. */
static struct usage_money *
line_of(struct purse *purse, struct store_query *q)
{
	int64_t brand_id = store_int(q, 0);
	const char *currency = store_chars(q, 2);
	struct usage_money *line;

	currency = currency == NULL ? "" : currency;
	for (size_t i = 0; i < purse->len; i++)
		if (purse->money[i].brand_id == brand_id &&
			strcmp(purse->money[i].currency, currency) == 0)
			return &purse->money[i];
	if (!grow((void **)&purse->money, &purse->max, purse->len, sizeof *purse->money))
		return NULL;
	line = &purse->money[purse->len++];
	*line = (struct usage_money){ .brand_id = brand_id };
	store_text(q, 1, line->brand, sizeof line->brand);
	store_text(q, 2, line->currency, sizeof line->currency);
	return line;
}

static int
by_brand_and_currency(const void *a, const void *b)
{
	const struct usage_money *left = a, *right = b;
	int order = strcmp(left->brand, right->brand);

	return order != 0 ? order : strcmp(left->currency, right->currency);
}

enum skerry_err
usage_money(struct desk *desk, const struct usage_filter *filter, struct usage_money **ret_money,
	size_t *ret_money_len)
{
	struct purse purse = { NULL, 0, 0 };
	struct store_query q;
	bool memory = true;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT s.brand_id, b.slug, s.currency, s.price, s.action FROM sale s"
		" CROSS JOIN brand b ON b.id = s.brand_id"
		" WHERE s.price IS NOT NULL AND (?1 IS NULL OR b.slug = ?1)");
	store_bind_text_at(&q, 1, filter->brand);
	while (memory && store_step(&q)) {
		struct usage_money *line = line_of(&purse, &q);
		const char *action = store_chars(&q, 4);

		memory = line != NULL;
		if (!memory || !amount_add(&line->total, store_chars(&q, 3)))
			continue;
		line->sales += action == NULL || strcmp(action, "renew") != 0;
		line->renewals += action != NULL && strcmp(action, "renew") == 0;
	}
	err = store_done(&q);
	if (err == SKERRY_OK && !memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK) {
		free(purse.money);
		return err;
	}
	if (purse.len > 0)
		qsort(purse.money, purse.len, sizeof *purse.money, by_brand_and_currency);
	*ret_money = purse.money;
	*ret_money_len = purse.len;
	return SKERRY_OK;
}
