/* SPDX-License-Identifier: ISC */
#include "plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"

/* The order in which bind_values and read_row go through a plan. */
#define VALUES                                                                                     \
	"name, term, renew_every, maintenance, max_activations, migrations, warn_s, alert_s,"      \
	" grace_s, degraded_s, expiry_grace_s, rebind_grace_s, tolerance_s, overlap_s,"            \
	" max_status_age_s, day_end_minutes, rollback_policy, seats_max, seats_burst,"             \
	" seats_ttl_s, telephone_steps, telephone_days"
#define SELECT                                                                                     \
	"SELECT l.id, l.product_id, l.brand_id, b.slug, p.slug, l.slug, l.name, l.term,"           \
	" l.renew_every, l.maintenance, l.max_activations, l.migrations, l.warn_s, l.alert_s,"     \
	" l.grace_s, l.degraded_s, l.expiry_grace_s, l.rebind_grace_s, l.tolerance_s,"             \
	" l.overlap_s, l.max_status_age_s, l.day_end_minutes, l.rollback_policy, l.seats_max,"     \
	" l.seats_burst, l.seats_ttl_s, l.telephone_steps, l.telephone_days"                       \
	" FROM plan l JOIN product p ON p.id = l.product_id JOIN brand b ON b.id = l.brand_id"

static bool
is_duration(int64_t seconds)
{
	return seconds >= 0 && seconds <= LICENSE_DURATION_MAX;
}

static bool
ladder_is_good(const struct license_ladder *ladder)
{
	return ladder->warn_s >= -LICENSE_DURATION_MAX && ladder->warn_s <= LICENSE_DURATION_MAX &&
	       ladder->alert_s >= -LICENSE_DURATION_MAX &&
	       ladder->alert_s <= LICENSE_DURATION_MAX && is_duration(ladder->grace_s) &&
	       is_duration(ladder->degraded_s) && is_duration(ladder->expiry_grace_s) &&
	       is_duration(ladder->rebind_grace_s) && is_duration(ladder->tolerance_s) &&
	       is_duration(ladder->overlap_s) && is_duration(ladder->max_status_age_s) &&
	       ladder->day_end_minutes < 24 * 60;
}

static bool
within(int64_t value, int64_t min, int64_t max)
{
	return value >= min && value <= max;
}

enum skerry_err
plans_check(struct desk *desk, const struct plan *plan)
{
	if (!entry_is_slug(plan->slug) || !entry_is_name(plan->name, ENTRY_NAME_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, plan->slug,
			"A name has 1 to %d bytes of UTF-8 and no line breaks, control characters "
			"or marks of text direction.",
			ENTRY_NAME_MAX);
	if (!ladder_is_good(&plan->ladder))
		return desk_refuse(desk, SKERRY_ERR_DURATION, plan->slug,
			"Durations are 0 to 100 years; only --warn and --alert may be negative.");
	if (!within(plan->seats_max, 0, LICENSE_SEATS_MAX) ||
		!within(plan->seats_burst, 0, LICENSE_SEATS_MAX) ||
		!within(plan->seats_ttl_s, 1, LADDER_DAY_S * 31) ||
		(plan->seats_max == 0 && plan->seats_burst > 0))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--seats",
			"Seats are 0 to %d, a burst needs seats, and a seat is held for 1s to 31d.",
			LICENSE_SEATS_MAX);
	if (!within(plan->max_activations, 1, PLAN_ACTIVATIONS_MAX) ||
		!within(plan->migrations, 0, PLAN_MIGRATIONS_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--activations",
			"Activations are 1 to %d, migrations a year 0 to %d.", PLAN_ACTIVATIONS_MAX,
			PLAN_MIGRATIONS_MAX);
	if (!within(plan->telephone_steps, 0, LICENSE_STEPS_MAX) ||
		(plan->telephone_steps > 0 &&
			!within(plan->telephone_days, 1, PLAN_TELEPHONE_DAYS_MAX)))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--telephone",
			"Telephone renewal is 1 to %d steps of 1 to %d days, as 3x14d.",
			LICENSE_STEPS_MAX, PLAN_TELEPHONE_DAYS_MAX);
	return SKERRY_OK;
}

/* A duration as text; NULL where it does not apply. */
static const char *
spell(bool applies, struct date_duration duration, char ret_text[DATE_DURATION_TEXT_MAX])
{
	if (!applies)
		return NULL;
	date_duration_format(duration, ret_text);
	return ret_text;
}

struct spelled {
	char term[DATE_DURATION_TEXT_MAX], renew[DATE_DURATION_TEXT_MAX];
	char maintenance[DATE_DURATION_TEXT_MAX];
};

static void
bind_values(struct store_query *q, const struct plan *plan, struct spelled *spelled)
{
	const struct terms *terms = &plan->terms;
	const struct license_ladder *ladder = &plan->ladder;

	store_bind_text(q, plan->name);
	store_bind_text(q, spell(!terms->perpetual, terms->term, spelled->term));
	store_bind_text(q, spell(terms->renews, terms->renew, spelled->renew));
	store_bind_text(q, spell(terms->maintained, terms->maintenance, spelled->maintenance));
	store_bind_int(q, plan->max_activations);
	store_bind_int(q, plan->migrations);
	store_bind_int(q, ladder->warn_s);
	store_bind_int(q, ladder->alert_s);
	store_bind_int(q, ladder->grace_s);
	store_bind_int(q, ladder->degraded_s);
	store_bind_int(q, ladder->expiry_grace_s);
	store_bind_int(q, ladder->rebind_grace_s);
	store_bind_int(q, ladder->tolerance_s);
	store_bind_int(q, ladder->overlap_s);
	store_bind_int(q, ladder->max_status_age_s);
	store_bind_int(q, ladder->day_end_minutes);
	store_bind_int(q, ladder->rollback_policy);
	store_bind_int(q, plan->seats_max);
	store_bind_int(q, plan->seats_burst);
	store_bind_int(q, plan->seats_ttl_s);
	store_bind_int(q, plan->telephone_steps);
	store_bind_int(q, plan->telephone_days);
}

static bool
read_spelled(struct store_query *q, int column, struct date_duration *ret_duration)
{
	const char *text = store_chars(q, column);

	return text != NULL && date_duration_parse(text, ret_duration) == SKERRY_OK;
}

static void
read_row(struct store_query *q, struct plan *ret_plan)
{
	struct license_ladder *ladder = &ret_plan->ladder;

	*ret_plan = (struct plan){
		.id = store_int(q, 0), .product_id = store_int(q, 1), .brand_id = store_int(q, 2)
	};
	store_text(q, 3, ret_plan->brand, sizeof ret_plan->brand);
	store_text(q, 4, ret_plan->product, sizeof ret_plan->product);
	store_text(q, 5, ret_plan->slug, sizeof ret_plan->slug);
	store_text(q, 6, ret_plan->name, sizeof ret_plan->name);
	ret_plan->terms.perpetual = !read_spelled(q, 7, &ret_plan->terms.term);
	ret_plan->terms.renews = read_spelled(q, 8, &ret_plan->terms.renew);
	ret_plan->terms.maintained = read_spelled(q, 9, &ret_plan->terms.maintenance);
	ret_plan->max_activations = store_int(q, 10);
	ret_plan->migrations = store_int(q, 11);
	ladder->warn_s = store_int(q, 12);
	ladder->alert_s = store_int(q, 13);
	ladder->grace_s = store_int(q, 14);
	ladder->degraded_s = store_int(q, 15);
	ladder->expiry_grace_s = store_int(q, 16);
	ladder->rebind_grace_s = store_int(q, 17);
	ladder->tolerance_s = store_int(q, 18);
	ladder->overlap_s = store_int(q, 19);
	ladder->max_status_age_s = store_int(q, 20);
	ladder->day_end_minutes = (unsigned)store_int(q, 21);
	ladder->rollback_policy = (enum license_rollback)store_int(q, 22);
	ret_plan->seats_max = store_int(q, 23);
	ret_plan->seats_burst = store_int(q, 24);
	ret_plan->seats_ttl_s = store_int(q, 25);
	ret_plan->telephone_steps = store_int(q, 26);
	ret_plan->telephone_days = store_int(q, 27);
}

static enum skerry_err
write_grants(struct desk *desk, const struct plan *plan)
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, "DELETE FROM plan_grant WHERE plan_id = ?");
	store_bind_int(&q, plan->id);
	err = store_run(&q);
	for (size_t i = 0; i < plan->grants_len && err == SKERRY_OK; i++) {
		const struct plan_grant *grant = &plan->grants[i];

		store_query(desk->store, &q,
			"INSERT INTO plan_grant (plan_id, name, number, text) VALUES (?, ?, ?, ?)");
		store_bind_int(&q, plan->id);
		store_bind_text(&q, grant->name);
		if (grant->value == LICENSE_NUMBER)
			store_bind_int(&q, grant->number);
		else
			store_bind_null(&q);
		store_bind_text(&q, grant->value == LICENSE_STRING ? grant->text : NULL);
		err = store_run(&q);
	}
	return err;
}

/* In the order of the license's map: shorter names first. */
static enum skerry_err
read_grants(struct desk *desk, struct plan *plan)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT name, number, text FROM plan_grant WHERE plan_id = ?"
		" ORDER BY length(CAST(name AS BLOB)), name");
	store_bind_int(&q, plan->id);
	while (plan->grants_len < LICENSE_GRANTS_MAX && store_step(&q)) {
		struct plan_grant *grant = &plan->grants[plan->grants_len++];

		store_text(&q, 0, grant->name, sizeof grant->name);
		grant->value = !store_is_null(&q, 1)   ? LICENSE_NUMBER
			       : !store_is_null(&q, 2) ? LICENSE_STRING
						       : LICENSE_ON;
		grant->number = store_int(&q, 1);
		store_text(&q, 2, grant->text, sizeof grant->text);
	}
	return store_done(&q);
}

static enum skerry_err
record(struct desk *desk, const char *action, const struct plan *plan)
{
	char subject[PRODUCTS_PATH_MAX + 16];

	snprintf(subject, sizeof subject, "plan %s/%s/%s", plan->brand, plan->product, plan->slug);
	return audit_append(desk, action, subject, "grants=%zu", plan->grants_len);
}

enum skerry_err
plans_insert(struct desk *desk, struct plan *plan)
{
	struct spelled spelled;
	struct store_query q;
	enum skerry_err err = plans_check(desk, plan);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO plan (" VALUES ", brand_id, product_id, slug, created_at) VALUES"
		" (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	bind_values(&q, plan, &spelled);
	store_bind_int(&q, plan->brand_id);
	store_bind_int(&q, plan->product_id);
	store_bind_text(&q, plan->slug);
	store_bind_int(&q, desk->now);
	err = store_run(&q);
	if (err == SKERRY_ERR_EXISTS)
		return desk_refuse(desk, err, plan->slug,
			"Change it with: skerry-issuer plan set %s/%s/%s", plan->brand,
			plan->product, plan->slug);
	plan->id = store_last_id(desk->store);
	if (err == SKERRY_OK)
		err = write_grants(desk, plan);
	return err == SKERRY_OK ? record(desk, "plan.add", plan) : err;
}

enum skerry_err
plans_update(struct desk *desk, const struct plan *plan)
{
	struct spelled spelled;
	struct store_query q;
	enum skerry_err err = plans_check(desk, plan);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"UPDATE plan SET (" VALUES ") ="
		" (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?");
	bind_values(&q, plan, &spelled);
	store_bind_int(&q, plan->id);
	err = store_run(&q);
	if (err == SKERRY_OK)
		err = write_grants(desk, plan);
	return err == SKERRY_OK ? record(desk, "plan.set", plan) : err;
}

/* Takes the one row of a bound query; *ret_found tells whether there was one. */
static enum skerry_err
take_one(struct desk *desk, struct store_query *q, struct plan *ret_plan, bool *ret_found)
{
	enum skerry_err err;

	*ret_found = store_step(q);
	if (*ret_found)
		read_row(q, ret_plan);
	err = store_done(q);
	return err == SKERRY_OK && *ret_found ? read_grants(desk, ret_plan) : err;
}

enum skerry_err
plans_find(struct desk *desk, const char *path, struct plan *ret_plan)
{
	char slugs[3][LICENSE_SLUG_MAX + 1];
	struct store_query q;
	bool found = false;
	enum skerry_err err = products_split_path(desk, path, 3, slugs);

	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q, SELECT " WHERE b.slug = ? AND p.slug = ? AND l.slug = ?");
	for (size_t i = 0; i < 3; i++)
		store_bind_text(&q, slugs[i]);
	err = take_one(desk, &q, ret_plan, &found);
	if (err == SKERRY_OK && !found)
		err = desk_unknown(desk, path,
			"SELECT b.slug || '/' || p.slug || '/' || l.slug FROM plan l"
			" JOIN product p ON p.id = l.product_id JOIN brand b ON b.id = l.brand_id",
			"plan list");
	return err;
}

enum skerry_err
plans_find_id(struct desk *desk, int64_t id, struct plan *ret_plan)
{
	struct store_query q;
	bool found = false;
	enum skerry_err err;

	store_query(desk->store, &q, SELECT " WHERE l.id = ?");
	store_bind_int(&q, id);
	err = take_one(desk, &q, ret_plan, &found);
	return err == SKERRY_OK && !found ? SKERRY_ERR_NOT_FOUND : err;
}

enum skerry_err
plans_each(struct desk *desk, const char *under, void (*each)(void *, const struct plan *),
	void *context)
{
	struct plan *plan = malloc(sizeof *plan);
	struct store_query q;

	if (plan == NULL)
		return SKERRY_ERR_NO_MEMORY;
	store_query(desk->store, &q,
		SELECT " WHERE ?1 IS NULL OR b.slug = ?1 OR b.slug || '/' || p.slug = ?1"
		       " ORDER BY b.slug, p.slug, l.slug");
	store_bind_text(&q, under);
	while (store_step(&q)) {
		read_row(&q, plan);
		each(context, plan);
	}
	free(plan);
	return store_done(&q);
}
