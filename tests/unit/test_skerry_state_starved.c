/* SPDX-License-Identifier: ISC */
/*
 * A product with a handle on a state folder runs out of memory, at each allocation in turn, or out of
 * file descriptors: what it is told then is an error or the answer that holds, and no memory is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_state.h"

STATE_OWN_CLOCKS

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_ALLOCATOR 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_ALLOCATOR 0
#endif
#endif
#ifndef OWN_ALLOCATOR
#define OWN_ALLOCATOR 1
#endif

enum { ALLOCATIONS_MAX = 20000, FOR_GOOD = 1 << 30 };

static struct {
	long until, fail; /* so many allocations go well, then so many do not */
	long held;        /* taken and not given back */
} heap = { .until = -1 };

#if OWN_ALLOCATOR
/* By the C library and SQLite, too. */
#define SEEN __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static bool
fails(void)
{
	if (heap.until < 0)
		return false;
	if (heap.until > 0) {
		heap.until--;
		return false;
	}
	if (heap.fail == 0)
		return false;
	heap.fail--;
	return true;
}

static void *
taken(void *memory)
{
	heap.held += memory != NULL;
	return memory;
}

SEEN void *
malloc(size_t size)
{
	return fails() ? NULL : taken(__libc_malloc(size));
}

SEEN void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : taken(__libc_calloc(count, size));
}

SEEN void *
realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	return memory == NULL ? taken(__libc_realloc(NULL, size)) : __libc_realloc(memory, size);
}

SEEN void
free(void *memory)
{
	heap.held -= memory != NULL;
	__libc_free(memory);
}
#endif

static struct signed_document license;

/*
 * Made for another domain, which was noticed long after it came: within the grace for that, and after.
 * Only the folder's memory knows since when; without it the grace would be over.
 */
enum { NOTICED = 100, REBIND_DAYS = 7, BEFORE = NOTICED + 3, AFTER = NOTICED + 20 };

static void
serve_another_domain(struct skerry_config *config, int days)
{
	config->domain = "other.example";
	ceremony_license(&license_made);
	license_made.issued_at = license_made.not_before = TODAY;
	license_made.renew_by = TODAY + 300 * DAY;
	license_made.valid_until = TODAY + 400 * DAY;
	license_made.domains[0] = (struct cbor_text){ "hotel.example", 13 };
	license_made.domains_len = 1;
	license_made.ladder.rebind_grace_s = REBIND_DAYS * DAY;
	site_sign_license(&license);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	site_live_until(TODAY + NOTICED * DAY);
	memory_ask("other.example");
	skerry_close(state_open_at(config, TODAY + days * DAY));
}

static void
expect_the_answer(const struct skerry *skerry, int days)
{
	struct skerry_verdict verdict = state_verdict(skerry);

	assert_int_equal(verdict.state, days == BEFORE ? SKERRY_STATE_GRACE : SKERRY_STATE_LOCKED);
	assert_int_equal(verdict.reason, SKERRY_REASON_WRONG_DOMAIN);
	assert_true(verdict.at == TODAY + days * DAY);
}

/* One that opened may have done without what it did not get. */
static bool
open_starved(const struct skerry_config *config, int days, long after, long fail)
{
	struct skerry *skerry = NULL;
	enum skerry_err err;
	long before = heap.held;
	bool enough;

	heap.fail = fail;
	heap.until = after;
	err = skerry_open(config, &skerry, NULL);
	enough = heap.fail == fail;
	heap.until = -1;
	if (err == SKERRY_OK)
		expect_the_answer(skerry, days);
	else
		assert_null(skerry);
	skerry_close(skerry);
	assert_int_equal(heap.held, before);
	return enough;
}

static void
open_without_memory(int days)
{
	struct skerry_config config = state_config();
	long after = 0;

	if (!OWN_ALLOCATOR)
		skip();
	serve_another_domain(&config, days);
	while (!open_starved(&config, days, after, 1))
		assert_in_range(++after, 1, ALLOCATIONS_MAX);
	for (after = 0; !open_starved(&config, days, after, FOR_GOOD);)
		assert_in_range(++after, 1, ALLOCATIONS_MAX);
}

static void
opening_without_memory_takes_no_grace_away(void **state)
{
	(void)state;
	open_without_memory(BEFORE);
}

static void
opening_without_memory_gives_no_access(void **state)
{
	(void)state;
	open_without_memory(AFTER);
}

static bool
look_starved(const struct skerry *skerry, int days, long after, long fail)
{
	enum skerry_err err;
	bool enough;

	heap.fail = fail;
	heap.until = after;
	err = skerry_refresh(skerry, NULL);
	enough = heap.fail == fail;
	expect_the_answer(skerry, days);
	heap.until = -1;
	assert_true(err == SKERRY_OK || state_verdict(skerry).trouble == err);
	return enough;
}

static void
look_without_memory(bool reads)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;
	long after = 0;

	if (!OWN_ALLOCATOR)
		skip();
	serve_another_domain(&config, BEFORE);
	skerry = state_open(&config);
	if (reads)
		state_hold_lock();
	while (!look_starved(skerry, BEFORE, after, 1))
		assert_in_range(++after, 1, ALLOCATIONS_MAX);
	for (after = 0; !look_starved(skerry, BEFORE, after, FOR_GOOD);)
		assert_in_range(++after, 1, ALLOCATIONS_MAX);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_OK);
	skerry_close(skerry);
}

static void
looking_without_memory_changes_nothing(void **state)
{
	(void)state;
	look_without_memory(false);
}

/* Somebody else has the lock: the folder is read alone. */
static void
reading_without_memory_changes_nothing(void **state)
{
	(void)state;
	look_without_memory(true);
}

/* A look with so many descriptors at most. */
static enum skerry_err
look_with(const struct skerry *skerry, rlim_t files)
{
	struct rlimit before, few;
	enum skerry_err err;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ files, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	err = skerry_refresh(skerry, NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	return err;
}

static void
look_without_descriptors(bool reads)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;
	size_t failed = 0;

	serve_another_domain(&config, BEFORE);
	skerry = state_open(&config);
	if (reads)
		state_hold_lock();
	for (rlim_t files = 0; files < 64; files++) {
		failed += look_with(skerry, files) != SKERRY_OK;
		expect_the_answer(skerry, BEFORE);
	}
	assert_in_range(failed, 4, 40);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_OK);
	skerry_close(skerry);
}

static void
looking_without_descriptors_changes_nothing(void **state)
{
	(void)state;
	look_without_descriptors(false);
}

static void
reading_without_descriptors_changes_nothing(void **state)
{
	(void)state;
	look_without_descriptors(true);
}

int
main(void)
{
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_set_up, state_tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_FOLDER(opening_without_memory_takes_no_grace_away),
		ON_A_FOLDER(opening_without_memory_gives_no_access),
		ON_A_FOLDER(looking_without_memory_changes_nothing),
		ON_A_FOLDER(reading_without_memory_changes_nothing),
		ON_A_FOLDER(looking_without_descriptors_changes_nothing),
		ON_A_FOLDER(reading_without_descriptors_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
