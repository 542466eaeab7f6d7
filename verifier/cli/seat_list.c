/* SPDX-License-Identifier: ISC */
/* skerry seat list: how many seats there are, who holds them, until when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitting.h"
#include "verifier/seat_terms.h"
#include "verifier/show/deeds.h"

enum { POOLS_MAX = 256, LIMIT_MAX = 100000 };

struct pools {
	struct sitting *sitting;
	struct show_seat_pool list[POOLS_MAX];
	char names[POOLS_MAX][SEATS_POOL_MAX + 1];
	size_t len;
};

/* The pool's place, added where it is new; NULL: no room. */
static struct show_seat_pool *
add_pool(struct pools *pools, const char *name, bool *ret_new)
{
	struct show_seat_pool *pool;

	*ret_new = false;
	for (size_t i = 0; i < pools->len; i++)
		if (strcmp(pools->names[i], name) == 0)
			return &pools->list[i];
	if (pools->len == POOLS_MAX)
		return NULL;
	pool = &pools->list[pools->len];
	snprintf(pools->names[pools->len], sizeof pools->names[0], "%s", name);
	*pool = (struct show_seat_pool){ .pool = pools->names[pools->len++] };
	*ret_new = true;
	return pool;
}

/* What the product and tenant of a license are granted now. */
static void
add_licensed(struct pools *pools, const struct license *about)
{
	char product[PRODUCT_NAME_MAX], tenant[LICENSE_TENANT_MAX + 1], name[SEAT_POOL_NAME_MAX];
	const struct site_query query = { .product = product,
		.tenant = about->tenant.len > 0 ? tenant : NULL };
	struct show_seat_pool *pool;
	struct site_answer answer;
	bool is_new;

	product_name_of(about, product);
	snprintf(tenant, sizeof tenant, "%.*s", (int)about->tenant.len,
		about->tenant.len > 0 ? about->tenant.chars : "");
	seat_pool_of(about, name);
	if (site_ask(&pools->sitting->site, &query, &answer) != SKERRY_OK ||
		answer.license == NULL || answer.license->seats_max == 0)
		return;
	pool = add_pool(pools, name, &is_new);
	if (pool == NULL)
		return;
	pool->max = answer.license->seats_max;
	pool->burst = answer.license->seats_burst;
}

static bool
take_pool(void *context, const struct seats_row *row)
{
	snprintf(context, SEATS_POOL_MAX + 1, "%s", row->pool);
	return false;
}

/* In which somebody holds a seat although no license grants any by now. */
static enum skerry_err
add_held(struct pools *pools)
{
	char name[SEATS_POOL_MAX + 1] = "", after[SEATS_POOL_MAX + 1];
	struct sitting *sitting = pools->sitting;
	enum skerry_err err = SKERRY_OK;
	bool is_new;

	do {
		snprintf(after, sizeof after, "%s", name);
		/* Behind every holder: a byte 255 is in no UTF-8. */
		err = seats_each(sitting->seats, after, after[0] == '\0' ? "" : "\xff", 1,
			&sitting->moment, take_pool, name);
	} while (err == SKERRY_OK && strcmp(name, after) != 0 &&
		 add_pool(pools, name, &is_new) != NULL);
	return err;
}

static enum skerry_err
find_pools(struct pools *pools)
{
	struct sitting *sitting = pools->sitting;
	enum skerry_err err;

	for (size_t i = 0; i < sitting->site.licenses_len; i++)
		add_licensed(pools, &sitting->site.licenses[i].license);
	err = add_held(pools);
	for (size_t i = 0; i < pools->len && err == SKERRY_OK; i++)
		err = seats_use(
			sitting->seats, pools->list[i].pool, &sitting->moment, &pools->list[i].use);
	return err;
}

static enum command_exit
list(struct sitting *sitting, const char *holder, size_t limit, bool json)
{
	struct pools *pools = calloc(1, sizeof *pools);
	struct show show = cli_show_as(json);
	enum command_exit exit = COMMAND_CANNOT_TELL;
	struct show_failure failure;
	enum skerry_err err;

	if (pools == NULL)
		return sitting_fail(SKERRY_ERR_NO_MEMORY, json);
	pools->sitting = sitting;
	err = find_pools(pools);
	if (err != SKERRY_OK) {
		exit = sitting_fail(err, json);
	} else {
		const struct show_seats seats = { .pools = pools->list,
			.pools_len = pools->len,
			.seats = sitting->seats,
			.moment = &sitting->moment,
			.limit = limit,
			.holder = holder,
			.now = site_now(&sitting->site) };

		if (!show_seats(&show, &seats, &exit, &failure))
			exit = cli_fail_shown(&failure, json);
	}
	free(pools);
	return exit;
}

static bool
read_limit(const char *text, size_t *ret_limit)
{
	char *end;
	long long number;

	*ret_limit = SHOW_SEATS_ROWS;
	if (text == NULL)
		return true;
	number = strtoll(text, &end, 10);
	*ret_limit = (size_t)number;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && number >= 1 &&
	       number <= LIMIT_MAX;
}

enum command_exit
seat_list_run(int argc, char **argv)
{
	const char *limit_text = NULL, *holder;
	bool json = false;
	const struct command_option options[] = { { "--limit", COMMAND_VALUE, &limit_text },
		{ "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	struct daemon_call call;
	struct sitting sitting;
	enum command_exit exit;
	size_t limit;

	if (!command_parse(argc, argv, options, 2, 0, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (!read_limit(limit_text, &limit))
		return command_misuse("--limit takes a number from 1 to %d", LIMIT_MAX);
	holder = operands.len > 0 ? operands.values[0] : NULL;
	daemon_call_begin(&call, "GET", "/v1/seats");
	daemon_call_arg(&call, "holder", holder);
	daemon_call_arg(&call, "limit", limit_text);
	if (daemon_tell(&call, json, &exit))
		return command_finish(exit);
	if (!sitting_open(&sitting, json, &exit))
		return exit;
	exit = list(&sitting, holder, limit, json);
	sitting_close(&sitting);
	return command_finish(exit);
}
