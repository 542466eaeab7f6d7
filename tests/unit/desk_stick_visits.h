/* SPDX-License-Identifier: ISC */
#ifndef TESTS_DESK_STICK_VISITS_H
#define TESTS_DESK_STICK_VISITS_H

/*
 * A desk, two sites and the stick between them, seen from the desk. Definitions, for the one file of a
 * test program, as those of stick_faults.h are.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/desk/manifests.h"
#include "issuer/exchange/bundle_own.h"
#include "issuer/exchange/stick.h"
#include "tests/unit/fixture_requester.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"
#include "tests/unit/stick_faults.h"
#include "verifier/exchange/bundle_in.h"

enum { LINES_MAX = 256, SITES = 2 };

static struct desk_fixture *fixture;
static struct sold sold[SITES];
static struct requester sites[SITES];
static char stick[64];
static bool looks_read_only;

int
fstatvfs(int file, struct statvfs *ret_system)
{
	(void)file;
	*ret_system = (struct statvfs){
		.f_flag = looks_read_only ? ST_RDONLY : 0, .f_bavail = 1 << 20, .f_frsize = 512
	};
	return 0;
}

static int
make(void **state)
{
	let_work();
	faults_below = "";
	looks_read_only = false;
	desk_fixture_make(state);
	fixture = *state;
	for (uint8_t i = 0; i < SITES; i++) {
		desk_fixture_sell(fixture, &sold[i]);
		requester_make(&sites[i], fixture, (uint8_t)(i + 1));
	}
	tree_make(stick);
	faults_below = stick;
	return 0;
}

static int
unmake(void **state)
{
	let_work();
	faults_below = "";
	tree_remove(stick);
	for (size_t i = 0; i < SITES; i++)
		requester_free(&sites[i]);
	return desk_fixture_remove(state);
}

/* --- visits ---------------------------------------------------------------------------------- */

static struct seen {
	struct {
		enum desk_stick_deed deed;
		enum document_kind kind;
		enum mailbag_found found;
		enum skerry_err err;
		enum fork_arrival arrival;
		char shown[64];
	} lines[LINES_MAX];
	size_t len;
} seen;

static void
take_line(void *context, const struct desk_stick_line *line)
{
	(void)context;
	assert_true(seen.len < LINES_MAX);
	seen.lines[seen.len].deed = line->deed;
	seen.lines[seen.len].kind = line->kind;
	seen.lines[seen.len].found = line->found;
	seen.lines[seen.len].err = line->err;
	seen.lines[seen.len].arrival = line->answered == NULL ? FORK_NEW : line->answered->arrival;
	snprintf(seen.lines[seen.len++].shown, sizeof seen.lines->shown, "%s", line->shown);
}

static struct desk_stick_result result;

static enum skerry_err
exchange(const struct bundles_wish *wish)
{
	const struct desk_stick_visit visit = { .wish = *wish, .tell = take_line };

	seen.len = 0;
	return desk_stick_exchange(&fixture->desk, stick, &visit, &result);
}

static const struct bundles_wish EVERYBODY = { .all = true };

static void
exchange_well(void)
{
	assert_int_equal(exchange(&EVERYBODY), SKERRY_OK);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_OK);
}

static const char *
in_bag(const char *name)
{
	static char path[160];

	snprintf(path, sizeof path, "%s/skerry/%s", stick, name);
	return path;
}

static void
leave_request(struct requester *site, const char *name, enum request_kind kind, const char *key)
{
	static uint8_t sealed[REQUESTER_ROOM];
	size_t len = requester_write(site, fixture, kind, key, sealed);

	(void)mkdir(in_bag(""), 0777);
	stick_put(in_bag(""), name, sealed, len);
}

static void
pair_both(void)
{
	leave_request(&sites[0], "0aaaaaaa.skr", REQUEST_PAIR, sold[0].key);
	leave_request(&sites[1], "zaaaaaaa.skr", REQUEST_PAIR, sold[1].key);
}

/* --- what lies there ------------------------------------------------------------------------- */

struct bundles_there {
	size_t len, whole;
	size_t for_site[SITES]; /* boxes, of the newest */
	uint64_t newest;
	char name[64];
};

static void
open_as_site(const struct trust *trust, int file, uint64_t size, struct bundles_there *there)
{
	for (size_t i = 0; i < SITES; i++) {
		const struct bundle_source source = bundle_source_file(&file, size);
		struct bundle_in bundle = { .boxes = 0 };
		size_t offset;

		assert_int_equal(bundle_in_open(&source, trust, sites[i].site_id, &bundle, &offset),
			SKERRY_OK);
		there->for_site[i] = bundle.boxes;
		bundle_in_free(&bundle);
	}
}

struct looking {
	struct trust *trust;
	struct bundles_there *there;
};

static bool
see(void *context, const struct mailbag_entry *entry)
{
	const struct looking *looking = context;
	struct bundles_there *there = looking->there;
	struct bundle_own own;
	bool is_desks, whole;

	if (entry->found != MAILBAG_DOCUMENT || entry->kind != DOCUMENT_BUNDLE ||
		bundle_own_read(&fixture->desk, looking->trust, entry->file, &own, &is_desks) !=
			SKERRY_OK)
		return true;
	assert_true(own.mine);
	there->len++;
	whole = bundle_own_is_whole(looking->trust, entry->file);
	there->whole += whole;
	if (own.seq > there->newest) {
		there->newest = own.seq;
		snprintf(there->name, sizeof there->name, "%s", entry->name);
		if (whole)
			open_as_site(looking->trust, entry->file, entry->size, there);
	}
	return true;
}

static struct bundles_there
look(void)
{
	struct bundles_there there = { .len = 0 };
	struct looking looking = { .there = &there };
	struct mailbag bag;

	assert_int_equal(manifests_load(&fixture->desk, &looking.trust), SKERRY_OK);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, see, &looking), SKERRY_OK);
	mailbag_close(&bag);
	free(looking.trust);
	return there;
}

static bool
is_there(const char *name)
{
	return access(in_bag(name), F_OK) == 0;
}

static enum skerry_err
take_reply(void *site, const struct replies_left *left)
{
	struct reply *parsed = malloc(sizeof *parsed);

	assert_non_null(parsed);
	if (!left->refused)
		requester_take(site, left->bytes, parsed);
	free(parsed);
	return SKERRY_OK;
}

/* What a site would find for it in the bundle. */
static void
take_answers(struct requester *site)
{
	struct installation installation;
	struct trust *trust = NULL;

	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	assert_int_equal(
		installations_find_key(&fixture->desk, site->site_id, &installation), SKERRY_OK);
	assert_int_equal(replies_each_left(&fixture->desk, trust, &installation, take_reply, site),
		SKERRY_OK);
	free(trust);
}

#endif
