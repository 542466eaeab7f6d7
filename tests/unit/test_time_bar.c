/* SPDX-License-Identifier: ISC */
/* The bar: every step can be seen, the whole is always as wide, and only a change is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_draw.h"
#include "formats/table.h"
#include "verifier/texts/time_bar.h"

static struct timeline forecast;

static void
walk(const struct license *license, int64_t now)
{
	const struct evaluate_facts facts = verdict_facts(now);

	timeline_walk(license, &facts, &forecast);
}

static void
island_year_is_drawn_to_scale(void **state)
{
	const struct license license = verdict_island();
	char text[TIME_BAR_MAX];

	(void)state;
	walk(&license, ISSUED);
	time_bar_draw(&forecast, false, text);
	assert_string_equal(text, "##############===-----------------------------------...x");
	time_bar_draw(&forecast, true, text);
	assert_int_equal(table_width(text, strlen(text)), TIME_BAR_CELLS);
	assert_memory_equal(text, "\u2588\u2588", 6);
	walk(&license, license.renew_by + 400 * DAY);
	time_bar_draw(&forecast, false, text);
	assert_int_equal(forecast.len, 1);
	assert_string_equal(text, "");
}

/* Ten thousand years and one second side by side. */
static void
shortest_step_is_a_cell_and_longest_is_no_wider_than_the_bar(void **state)
{
	char text[TIME_BAR_MAX];

	(void)state;
	forecast.len = 3;
	forecast.steps[0] = (struct timeline_step){ 0, SKERRY_STATE_ACTIVE, SKERRY_ACCESS_FULL,
		SKERRY_REASON_OK, SKERRY_NOTICE_NONE };
	forecast.steps[1] = (struct timeline_step){ LICENSE_TIME_MAX - 1, SKERRY_STATE_DEGRADED,
		SKERRY_ACCESS_READ_ONLY, SKERRY_REASON_EXPIRED, SKERRY_NOTICE_ALERT };
	forecast.steps[2] = (struct timeline_step){ LICENSE_TIME_MAX, SKERRY_STATE_LOCKED,
		SKERRY_ACCESS_NONE, SKERRY_REASON_EXPIRED, SKERRY_NOTICE_ALERT };
	time_bar_draw(&forecast, false, text);
	assert_string_equal(text, "######################################################.x");
	forecast.len = 2;
	time_bar_draw(&forecast, false, text);
	assert_string_equal(text, "#######################################################.");
}

static void
every_random_forecast_is_as_wide(void **state)
{
	static struct license license;
	struct evaluate_facts facts;
	char ascii[TIME_BAR_MAX], utf8[TIME_BAR_MAX];

	(void)state;
	draw_seed(UINT64_C(0x5eed0c01));
	for (size_t n = 0; n < 50000; n++) {
		draw_license(&license);
		draw_facts(&facts);
		timeline_walk(&license, &facts, &forecast);
		time_bar_draw(&forecast, false, ascii);
		time_bar_draw(&forecast, true, utf8);
		assert_int_equal(strlen(ascii), forecast.len == 1 ? 0 : TIME_BAR_CELLS);
		assert_int_equal(table_width(utf8, strlen(utf8)), strlen(ascii));
		for (size_t i = 0; i < forecast.len && forecast.len > 1; i++)
			assert_non_null(strchr(ascii, *time_bar_sign(&forecast.steps[i], false)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(island_year_is_drawn_to_scale),
		cmocka_unit_test(shortest_step_is_a_cell_and_longest_is_no_wider_than_the_bar),
		cmocka_unit_test(every_random_forecast_is_as_wide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
