/* SPDX-License-Identifier: ISC */
/* A desk meets sticks: honest, hostile, full, read-only, pulled out; and each of them twice. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/change_status.h"
#include "issuer/desk/heartbeats.h"
#include "issuer/desk/manifests.h"
#include "issuer/exchange/bundle_own.h"
#include "issuer/exchange/stick.h"
#include "keys/mailbag_name.h"
#include "keys/store.h"
#include "tests/unit/fixture_requester.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"
#include "tests/unit/stick_faults.h"
#include "verifier/exchange/bundle_in.h"

enum { LINES_MAX = 256, SITES = 2, LARGE = 1 << 20 };

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

static size_t
count(enum desk_stick_deed deed, enum document_kind kind)
{
	size_t number = 0;

	for (size_t i = 0; i < seen.len; i++)
		number += seen.lines[i].deed == deed && seen.lines[i].kind == kind;
	return number;
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

static int64_t
number_of(const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
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

/* --- tests ----------------------------------------------------------------------------------- */

/* With its reason; what was half written is swept, and the mailbag's own texts are nobody's. */
static bool
is_told(const struct stick_trick *trick)
{
	char shown[MAILBAG_SHOWN_ROOM];

	if (trick->found == MAILBAG_LEFTOVER || trick->found == MAILBAG_OWN_TEXT)
		return true;
	mailbag_name_show(trick->name, shown);
	for (size_t i = 0; i < seen.len; i++)
		if (strncmp(seen.lines[i].shown, shown, sizeof seen.lines->shown - 1) == 0 &&
			seen.lines[i].deed == DESK_STICK_SKIPPED &&
			seen.lines[i].found == trick->found)
			return trick->found != MAILBAG_DOCUMENT || seen.lines[i].err != SKERRY_OK;
	return false;
}

static void
requests_among_every_trick_are_answered(void **state)
{
	const struct stick_trick *tricks;
	struct bundles_there there;
	size_t tricks_len;

	(void)state;
	pair_both();
	stick_make_hostile(in_bag(""), &tricks, &tricks_len);
	exchange_well();
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	there = look();
	assert_int_equal(there.whole, 1);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 1);
	for (size_t i = 0; i < tricks_len; i++)
		if (!is_told(&tricks[i]))
			fail_msg("'%s' is not told", tricks[i].name);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 0);
	assert_true(is_there("0aaaaaaa.skr") && is_there("zaaaaaaa.skr"));
}

static void
visit_again_finds_nothing_to_do(void **state)
{
	struct bundles_there before, after;
	int64_t rows;

	(void)state;
	pair_both();
	exchange_well();
	before = look();
	rows = number_of("SELECT count(*) FROM audit");
	exchange_well();
	after = look();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 0);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	assert_int_equal(seen.lines[0].arrival, FORK_AGAIN);
	assert_string_equal(before.name, after.name);
	assert_int_equal(number_of("SELECT count(*) FROM audit"), rows);
	/* Any change at the desk, and age. */
	fixture->desk.clock += STATUS_LISTS_AGE_S;
	exchange_well();
	after = look();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_true(after.newest > before.newest && after.len == 1);
	desk_fixture_sell(fixture, &sold[0]);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
}

/* A folder that was put back asks once more, and the bundle that lies there has its answers no more. */
static void
request_of_long_ago_has_its_answers_left_again(void **state)
{
	char kept[96];

	(void)state;
	snprintf(kept, sizeof kept, "%s/kept", stick);
	leave_request(&sites[0], "0aaaaaaa.skr", REQUEST_PAIR, sold[0].key);
	exchange_well();
	take_answers(&sites[0]);
	assert_int_equal(rename(in_bag("0aaaaaaa.skr"), kept), 0);
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	exchange_well();
	exchange_well();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
	assert_int_equal(look().for_site[0], 1);
	assert_int_equal(rename(kept, in_bag("0aaaaaaa.skr")), 0);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	assert_int_equal(look().for_site[0], 2);
	/* they lie there now */
	exchange_well();
	assert_int_equal(count(DESK_STICK_STAYS, DOCUMENT_BUNDLE), 1);
}

static void
damaged_bundle_of_ours_is_written_anew(void **state)
{
	struct bundles_there there;
	int file;

	(void)state;
	pair_both();
	exchange_well();
	there = look();
	file = open(in_bag(there.name), O_RDWR);
	assert_true(file >= 0);
	/* The last byte is a box's. */
	assert_true(lseek(file, -1, SEEK_END) > 0);
	assert_int_equal(syscall(SYS_write, file, "\xff", 1), 1);
	close(file);
	assert_int_equal(look().whole, 0);
	exchange_well();
	assert_int_equal(count(DESK_STICK_LEFT, DOCUMENT_BUNDLE), 1);
	there = look();
	assert_true(there.len == 1 && there.whole == 1);
}

static void
bundle_for_some_leaves_the_one_for_all(void **state)
{
	struct installation site;
	struct bundles_wish wish = { .installations = &site.id, .installations_len = 1 };
	struct bundles_there there;

	(void)state;
	pair_both();
	exchange_well();
	assert_int_equal(
		installations_find_key(&fixture->desk, sites[0].site_id, &site), SKERRY_OK);
	assert_int_equal(exchange(&wish), SKERRY_OK);
	there = look();
	assert_int_equal(there.len, 2);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 0);
	/* The same wish again is met; another one is not. */
	assert_int_equal(exchange(&wish), SKERRY_OK);
	assert_true(result.stays);
	exchange_well();
	there = look();
	assert_true(result.left && there.len == 1);
	assert_true(there.for_site[0] == 1 && there.for_site[1] == 1);
}

static void
full_stick_loses_old_bundles_then_answered_requests(void **state)
{
	(void)state;
	pair_both();
	exchange_well();
	desk_fixture_sell(fixture, &sold[0]);
	full_times = 1;
	exchange_well();
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 0);
	assert_true(result.left && look().len == 1);
	desk_fixture_sell(fixture, &sold[0]);
	full_times = 2;
	exchange_well();
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_BUNDLE), 1);
	assert_int_equal(count(DESK_STICK_REMOVED, DOCUMENT_REQUEST), 2);
	assert_true(result.left && look().len == 1);
	/* Never enough: it is told, the answers are in the records. */
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	full_times = 100;
	assert_int_equal(exchange(&EVERYBODY), SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_ERR_DISK_FULL);
	assert_false(result.left);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 1);
	full_times = 0;
	exchange_well();
	assert_int_equal(look().for_site[1], 1);
}

static void
stick_that_can_only_be_read_is_read(void **state)
{
	(void)state;
	pair_both();
	looks_read_only = true;
	assert_int_equal(exchange(&EVERYBODY), SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_ERR_READ_ONLY);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(count(DESK_STICK_READ, DOCUMENT_REQUEST), 2);
	assert_int_equal(stick_entries(in_bag("")), 2);
	assert_int_equal(number_of("SELECT count(*) FROM bundle"), 0);
	looks_read_only = false;
	exchange_well();
	assert_int_equal(seen.lines[0].arrival, FORK_AGAIN);
	assert_int_equal(look().for_site[0], 1);
}

static void
old_heartbeats_go_and_digests_stay(void **state)
{
	(void)state;
	pair_both();
	exchange_well();
	take_answers(&sites[0]);
	assert_true(number_of("SELECT count(*) FROM heartbeat") >= 2);
	fixture->desk.clock += 59 * INT64_C(86400);
	leave_request(&sites[0], "1aaaaaaa.skr", REQUEST_HEARTBEAT, NULL);
	exchange_well();
	assert_true(number_of("SELECT count(*) FROM heartbeat") >= 3);
	fixture->desk.clock += 59 * INT64_C(86400);
	exchange_well();
	assert_int_equal(number_of("SELECT count(*) FROM heartbeat"), 1);
	assert_int_equal(number_of("SELECT count(*) FROM request WHERE arrived"), 3);
}

/* --- pulled ---------------------------------------------------------------------------------- */

static uint8_t old_bundle[LARGE], new_request[REQUESTER_ROOM];
static size_t old_bundle_len, new_request_len;
static const char FOREIGN[] = "xxxxxxxx.skr";

/* An older bundle of ours, a new request, somebody's reply. */
static void
prepare(void)
{
	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	stick_put(in_bag(""), "0bbbbbbb.skr", old_bundle, old_bundle_len);
	stick_put(in_bag(""), "0aaaaaaa.skr", new_request, new_request_len);
	stick_put_document(in_bag(""), FOREIGN, DOCUMENT_REPLY, 0);
}

/* In a process that opens the desk itself, and may die in it. */
static void
exchange_that_may_die(void)
{
	int status;
	pid_t child;

	desk_close(&fixture->desk);
	child = fork();
	if (child == 0) {
		desk_fixture_reopen(fixture);
		_exit(exchange(&EVERYBODY) == SKERRY_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
	desk_fixture_reopen(fixture);
}

static void
keep_bundle(void)
{
	int file = open(in_bag(look().name), O_RDONLY);
	ssize_t len;

	assert_true(file >= 0);
	len = read(file, old_bundle, sizeof old_bundle);
	close(file);
	assert_true(len > 0 && len < LARGE);
	old_bundle_len = (size_t)len;
}

static void
write_next_request(void)
{
	take_answers(&sites[0]);
	new_request_len = requester_write(&sites[0], fixture, REQUEST_HEARTBEAT, NULL, new_request);
}

static void
assert_all_is_done(void)
{
	struct bundles_there there = look();

	assert_true(there.len == 1 && there.whole == 1);
	assert_true(there.for_site[0] >= 1 && there.for_site[1] == 1);
	assert_true(is_there(FOREIGN) && is_there("0aaaaaaa.skr"));
	assert_false(is_there("0bbbbbbb.skr"));
	assert_int_equal(stick_entries(in_bag("")), 4); /* and a receipt */
}

static void
stick_pulled_at_any_call_loses_nothing(void **state)
{
	static const enum way WAYS[] = { PULLED, KILLED, TORN };
	char of_all[sizeof trace];
	int all, failed = 0;

	(void)state;
	pair_both();
	exchange_well();
	keep_bundle();
	write_next_request();
	prepare();
	calls = 0;
	exchange_well();
	all = calls;
	assert_true(all > 10 && all < (int)sizeof of_all);
	memcpy(of_all, trace, sizeof of_all);
	assert_all_is_done();
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
		for (int n = 1; n <= all; n++) {
			struct bundles_there there;

			let_work();
			/* Only what is written can be torn. */
			if (WAYS[i] == TORN && of_all[n - 1] != 'w')
				continue;
			write_next_request();
			prepare();
			calls = 0;
			at_call = n;
			way = WAYS[i];
			if (way == PULLED)
				failed += exchange(&EVERYBODY) != SKERRY_OK ||
					  result.finished != SKERRY_OK;
			else
				exchange_that_may_die();
			let_work();
			there = look();
			assert_true(there.whole >= 1);
			assert_true(is_there(FOREIGN) && is_there("0aaaaaaa.skr"));
			exchange_well();
			assert_all_is_done();
		}
	exchange_well();
	assert_true(result.stays);
	assert_all_is_done();
	/* Nothing is told to be finished that is not: every call was one that matters. */
	assert_int_equal(failed, all);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(requests_among_every_trick_are_answered),
		AT_DESK(visit_again_finds_nothing_to_do),
		AT_DESK(request_of_long_ago_has_its_answers_left_again),
		AT_DESK(damaged_bundle_of_ours_is_written_anew),
		AT_DESK(bundle_for_some_leaves_the_one_for_all),
		AT_DESK(full_stick_loses_old_bundles_then_answered_requests),
		AT_DESK(stick_that_can_only_be_read_is_read),
		AT_DESK(old_heartbeats_go_and_digests_stay),
		AT_DESK(stick_pulled_at_any_call_loses_nothing),
	};
	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
