/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "keys/random.h"

static int64_t wall, mono;
static bool site_is_open;
static char hidden[80];

int
state_clock_gettime(clockid_t id, struct timespec *ret_time)
{
	bool is_wall = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;

	*ret_time = (struct timespec){ .tv_sec = is_wall ? wall : mono, .tv_nsec = 500000000 };
	return 0;
}

void
state_clocks_show(int64_t at)
{
	wall = at;
	mono = at - TODAY + DAY;
}

void
state_time_goes_by(int64_t seconds)
{
	wall += seconds;
	mono += seconds;
}

void
state_wall_jumps(int64_t seconds)
{
	wall += seconds;
}

int
state_set_up(void **state)
{
	if (site_set_up(state) != 0)
		return -1;
	site_is_open = true;
	state_clocks_show(TODAY);
	return 0;
}

int
state_tear_down(void **state)
{
	/* The fixture below closes it. */
	if (!site_is_open)
		state_hold_lock();
	site_is_open = false;
	return site_tear_down(state);
}

void
state_open_site(void)
{
	if (!site_is_open)
		memory_open_again();
	site_is_open = true;
}

void
state_hold_lock(void)
{
	struct site_failure where;

	state_close_site();
	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	site_is_open = true;
}

void
state_close_site(void)
{
	if (site_is_open)
		site_close(&site);
	site_is_open = false;
}

void
state_hide_folder(void)
{
	snprintf(hidden, sizeof hidden, "%s.hidden", folder);
	assert_int_equal(rename(folder, hidden), 0);
}

void
state_show_folder(void)
{
	assert_int_equal(rename(hidden, folder), 0);
}

struct skerry_config
state_config(void)
{
	static struct signed_document pin;
	struct skerry_config config = SKERRY_CONFIG_INIT;

	assert_int_equal(random_start(), SKERRY_OK);
	site_make_manifest(&pin, 1);
	config.trust = pin.bytes;
	config.trust_len = pin.document.bytes.len;
	config.product = "hotelhub/hms";
	config.state = folder;
	return config;
}

struct skerry *
state_open(const struct skerry_config *config)
{
	struct skerry_failure failure;
	struct skerry *skerry = NULL;

	if (skerry_open(config, &skerry, &failure) != SKERRY_OK)
		fail_msg("%s", failure.message);
	return skerry;
}

enum skerry_err
state_open_error(const struct skerry_config *config)
{
	struct skerry_failure failure;
	struct skerry *skerry = NULL;
	enum skerry_err err = skerry_open(config, &skerry, &failure);

	if (err == SKERRY_OK) {
		skerry_close(skerry);
		return err;
	}
	assert_null(skerry);
	assert_int_equal(failure.err, err);
	assert_true(strlen(failure.message) > 10);
	return err;
}

struct skerry *
state_open_at(const struct skerry_config *config, int64_t at)
{
	state_open_site();
	site_live_until(at);
	state_close_site();
	state_clocks_show(at);
	return state_open(config);
}

struct skerry_verdict
state_verdict(const struct skerry *skerry)
{
	struct skerry_verdict verdict;

	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	return verdict;
}

enum skerry_state
state_of(const struct skerry *skerry)
{
	return state_verdict(skerry).state;
}

int64_t
state_time_of(const struct skerry *skerry)
{
	return state_verdict(skerry).at;
}
