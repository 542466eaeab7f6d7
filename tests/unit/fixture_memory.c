/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

struct site_answer
memory_ask(const char *domain)
{
	const struct site_query query = { .product = "hms", .domain = domain };
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	assert_int_equal(site.memory->trouble, SKERRY_OK);
	return answer;
}

int64_t
memory_number(const char *sql)
{
	struct store_query q;
	int64_t value = 0;

	store_query(site.memory->store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

int64_t
memory_rows(const char *kind)
{
	char sql[128];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM journal WHERE kind = '%s'", kind);
	return memory_number(sql);
}

void
memory_assert_whole(void)
{
	int64_t seq = 0;

	assert_int_equal(memory_check(site.memory, &seq), SKERRY_OK);
}

void
memory_remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
}

bool
memory_file_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

void
memory_open_again(void)
{
	struct clock_reading reading = site_reading();
	struct site_failure where;

	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	assert_int_equal(site_tick(&site, &reading), SKERRY_OK);
}
