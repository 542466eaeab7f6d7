/* SPDX-License-Identifier: ISC */
#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "desk_fill.h"
#include "issuer/desk/activations.h"
#include "issuer/desk/dates.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/due.h"
#include "issuer/desk/finder.h"
#include "issuer/renew.h"
#include "issuer/sell.h"
#include "lists.h"

enum { SMALL = 1000, LARGE = 1000000, DUE = LARGE / 50, PAGE_LINES = 50, ROUNDS = 5, HITS = 100 };

static struct scene {
	struct desk desk;
	const char *folder;
	int64_t licenses;
	uint64_t random;
	size_t seen; /* lines that came back, so that nothing is left out */
} small = { .licenses = SMALL, .random = 1 }, large = { .licenses = LARGE, .random = 1 };

/* Any license, with even chances. */
static long long
pick(struct scene *scene)
{
	scene->random = scene->random * 6364136223846793005u + 1442695040888963407u;
	return (long long)((scene->random >> 33) % (uint64_t)scene->licenses) + 1;
}

/* --- the clerk's verbs --------------------------------------------------------------------------- */

static void
see_activation(void *scene, const struct activation_line *line)
{
	(void)line;
	((struct scene *)scene)->seen++;
}

static void
see_document(void *scene, const struct document_line *line)
{
	(void)line;
	((struct scene *)scene)->seen++;
}

static bool
see_license(void *scene, const struct license_record *license)
{
	(void)license;
	((struct scene *)scene)->seen++;
	return true;
}

static void
show(void *context)
{
	struct scene *scene = context;
	struct license_record license;
	char id[LICENSE_ID_LEN + 8];

	snprintf(id, sizeof id, DESK_FILL_ID, pick(scene));
	bench_require(
		licenses_find_id(&scene->desk, id, &license) == SKERRY_OK &&
			activations_each(&scene->desk, license.id, see_activation, scene) ==
				SKERRY_OK &&
			documents_each(&scene->desk, license.id, see_document, scene) == SKERRY_OK,
		"a license is not shown");
}

static void
find(struct scene *scene, const char *text)
{
	struct finder_query query = { .text = text, .limit = HITS };
	struct finder_hit hits[HITS];
	size_t len = 0;
	bool more;

	bench_require(
		finder_search(&scene->desk, &query, hits, &len, &more) == SKERRY_OK && len > 0,
		"nothing is found");
}

static void
find_email(void *context)
{
	char text[64];

	snprintf(text, sizeof text, DESK_FILL_EMAIL, pick(context));
	find(context, text);
}

static void
find_name(void *context)
{
	char text[64];

	snprintf(text, sizeof text, DESK_FILL_NAME, pick(context));
	find(context, text);
}

static void
find_host(void *context)
{
	char text[64];

	snprintf(text, sizeof text, "front-desk-%lld", (pick(context) - 1) / 4 * 4 + 1);
	find(context, text);
}

static void
list_customer(void *context)
{
	struct scene *scene = context;
	struct customer customer;
	struct licenses_filter filter = { .limit = PAGE_LINES };
	size_t before = scene->seen;
	char email[64];

	snprintf(email, sizeof email, DESK_FILL_EMAIL, pick(scene));
	bench_require(customers_find(&scene->desk, "hotelhub", email, &customer) == SKERRY_OK,
		"a customer is missing");
	filter.customer_id = customer.id;
	bench_require(licenses_each(&scene->desk, &filter, see_license, scene) == SKERRY_OK &&
			      scene->seen > before,
		"a customer has no license");
}

static void
sell(void *context)
{
	static struct sold sold;
	struct scene *scene = context;
	char email[64];
	struct sell sale = { .items = { { "hotelhub/hms/island", LICENSE_NEVER, 0 } },
		.items_len = 1,
		.customer = email,
		.tenant = "",
		.price = "",
		.currency = "",
		.payment = "" };

	snprintf(email, sizeof email, DESK_FILL_EMAIL, pick(scene));
	bench_require(desk_begin(&scene->desk) == SKERRY_OK &&
			      sell_licenses(&scene->desk, &sale, &sold) == SKERRY_OK &&
			      desk_commit(&scene->desk) == SKERRY_OK,
		"nothing is sold");
}

static bool
see_date(void *scene, const struct dates_line *line)
{
	(void)line;
	((struct scene *)scene)->seen++;
	return true;
}

static void
report_due(void *context)
{
	struct scene *scene = context;
	struct dates_filter filter = { .from = DESK_FILL_NOW,
		.until = DESK_FILL_NOW + INT64_C(86400) * DESK_FILL_DAYS,
		.now = DESK_FILL_NOW,
		.limit = PAGE_LINES };
	size_t before = scene->seen;

	bench_require(dates_each(&scene->desk, &filter, see_date, scene) == SKERRY_OK &&
			      scene->seen == before + PAGE_LINES,
		"the page of what is due is not full");
}

/* As a verb does it: the desk is opened for it, and closed. */
static void
as_verb(struct scene *scene, bench_call *call)
{
	struct scene once = *scene;

	desk_fill_open(scene->folder, scene->licenses, false, &once.desk);
	call(&once);
	desk_close(&once.desk);
	scene->random = once.random;
}

static void
verb_show(void *scene)
{
	as_verb(scene, show);
}

static void
verb_find(void *scene)
{
	as_verb(scene, find_name);
}

static void
verb_list(void *scene)
{
	as_verb(scene, list_customer);
}

static void
verb_sell(void *scene)
{
	as_verb(scene, sell);
}

static void
pair(const char *what, bench_call *call, const char *promise)
{
	struct bench_way way = { what, call, &large }, peer = { "at 1,000", call, &small };
	struct bench_result result;

	bench_pair(&way, &peer, &result);
	bench_line(what, &peer, &result, promise);
}

/* --- renewing what is due ------------------------------------------------------------------------ */

struct round {
	int64_t ids[DUE * 2];
	size_t len;
};

static bool
gather(void *context, int64_t license_id)
{
	struct round *round = context;

	bench_require(round->len < sizeof round->ids / sizeof *round->ids, "too many are due");
	round->ids[round->len++] = license_id;
	return true;
}

static bool
keep(void *record, const struct license_record *license)
{
	*(struct license_record *)record = *license;
	return false;
}

/*
 * Takes nanoseconds for one license; nothing of it stays. What is left between the two desks is that
 * among a million each license that is due lies in a page of its own.
 */
static double
renew_due(struct desk *desk)
{
	static struct round round;
	struct due due = { .until = DESK_FILL_NOW + INT64_C(86400) * DESK_FILL_DUE_DAYS };
	struct renewal renewal = {
		.until = LICENSE_NEVER, .price = "", .currency = "", .payment = ""
	};
	struct plan_shelf shelf = { .plans_len = 0 };
	struct license_record license;
	struct renewed renewed;
	struct timespec from, to;

	round.len = 0;
	clock_gettime(CLOCK_MONOTONIC, &from);
	bench_require(desk_begin(desk) == SKERRY_OK &&
			      due_begin(desk, DESK_FILL_NOW, &due.from) == SKERRY_OK &&
			      due_each(desk, &due, gather, &round) == SKERRY_OK && round.len > 0,
		"nothing is due");
	for (size_t i = 0; i < round.len; i++) {
		struct licenses_filter filter = { .license_id = round.ids[i], .limit = 1 };

		bench_require(licenses_each(desk, &filter, keep, &license) == SKERRY_OK &&
				      renew_license(desk, &shelf, &license, &renewal, &renewed) ==
					      SKERRY_OK,
			"a license is not renewed");
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	desk_rollback(desk);
	plan_shelf_clear(&shelf);
	return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
	       (double)round.len;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
renew(const char *folder)
{
	const struct bench_way peer = { "where all that exists is due", NULL, NULL };
	struct bench_result result;
	double some[ROUNDS], all[ROUNDS], ratio[ROUNDS];
	struct desk due;

	desk_fill_open(folder, DUE, true, &due);
	for (size_t i = 0; i < ROUNDS; i++) {
		some[i] = renew_due(&large.desk);
		all[i] = renew_due(&due);
		ratio[i] = some[i] / all[i];
	}
	qsort(some, ROUNDS, sizeof *some, ascending);
	qsort(all, ROUNDS, sizeof *all, ascending);
	qsort(ratio, ROUNDS, sizeof *ratio, ascending);
	result = (struct bench_result){ some[ROUNDS / 2], all[ROUNDS / 2], ratio[ROUNDS / 2] };
	bench_line("renew --due, 2% due, each", &peer, &result, "at most 2");
	desk_close(&due);
}

void
desk_bench(const char *folder)
{
	small.folder = large.folder = folder;
	desk_fill_open(folder, SMALL, false, &small.desk);
	desk_fill_open(folder, LARGE, false, &large.desk);
	puts("At 1,000,000 licenses, each verb with its desk opened and closed:");
	pair("license show", verb_show, "at most 2");
	pair("find, by name", verb_find, "at most 2");
	pair("license list --customer", verb_list, "at most 2");
	pair("license new", verb_sell, "at most 2");
	puts("The same in a desk that stays open, where little but reading pages is left:");
	pair("license show", show, "");
	pair("find, by e-mail", find_email, "");
	pair("find, by name", find_name, "");
	pair("find, by host", find_host, "");
	pair("license list --customer", list_customer, "");
	pair("report due, a page of 50", report_due, "");
	renew(folder);
	lists_bench(&large.desk, LARGE);
	desk_close(&small.desk);
	desk_close(&large.desk);
}
