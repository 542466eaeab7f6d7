/* SPDX-License-Identifier: ISC */
#include "overview.h"

#include <stdio.h>
#include <string.h>

#include "pool_use.h"
#include "verifier/first_verdict.h"
#include "verifier/product_name.h"
#include "verifier/show/view.h"
#include "verifier/seat_terms.h"

static bool
has_row(const struct overview *overview, const char *pool)
{
	for (size_t i = 0; i < overview->rows_len; i++)
		if (strcmp(overview->rows[i].pool, pool) == 0)
			return true;
	return false;
}

static void
look(const struct site *site, struct overview *overview, const struct license *about)
{
	struct overview_row *row = &overview->rows[overview->rows_len];
	const struct site_query query = { .product = row->product,
		.tenant = about->tenant.len > 0 ? row->tenant : NULL };
	struct site_answer answer;

	*row = (struct overview_row){ .told = !first_verdict_wants_product(about) };
	seat_pool_of(about, row->pool);
	if (has_row(overview, row->pool))
		return;
	product_name_of(about, row->product);
	snprintf(row->tenant, sizeof row->tenant, "%.*s", (int)about->tenant.len,
		about->tenant.len > 0 ? about->tenant.chars : "");
	if (site_ask(site, &query, &answer) != SKERRY_OK || answer.license == NULL)
		return;
	row->state = answer.verdict.state;
	row->access = answer.verdict.access;
	row->has_days = view_days_left(
		&(struct view){ .license = answer.license, .verdict = &answer.verdict },
		&row->days_left);
	row->seats_max = answer.license->seats_max;
	row->seats_burst = answer.license->seats_burst;
	overview->state_rollback |= answer.facts.state_rollback;
	overview->rows_len++;
}

void
overview_of_site(const struct site *site, struct overview *ret_overview)
{
	ret_overview->rows_len = 0;
	ret_overview->state_rollback = false;
	ret_overview->clock = site->memory->clock.condition;
	ret_overview->unused = site->unused_len;
	for (size_t i = 0; i < site->licenses_len && ret_overview->rows_len < OVERVIEW_MAX; i++)
		look(site, ret_overview, &site->licenses[i].license);
}
