/* SPDX-License-Identifier: ISC */
/*
 * libskerry on a state folder: it answers as the site does there, in the site's time, for as long as
 * the product runs. The clocks of this process are the test's: no wall clock plays a part.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_state.h"

STATE_OWN_CLOCKS

static struct signed_document first, second;

/* --- what it answers ------------------------------------------------------------------------- */

struct situation {
	const char *name;
	const char *domain, *custom;
	int64_t build_date;
	int64_t days; /* from TODAY on */
	void (*make)(void);
};

static void
nothing_held(void)
{
}

static void
plain_license(void)
{
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
}

static void
successor_that_waits(void)
{
	plain_license();
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.not_before = TODAY + 20 * DAY;
	license_made.grants[1] = license_made.grants[0];
	license_made.grants[0] = (struct license_grant){
		.name = { "max_rooms", 9 }, .value = LICENSE_NUMBER, .number = 7
	};
	license_made.grants_len = 2;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_WAITS);
}

static void
domain_license(void)
{
	ceremony_license(&license_made);
	license_made.domains[0] = (struct cbor_text){ "pms.lan", 7 };
	license_made.domains_len = 1;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
}

static void
maintained_license(void)
{
	ceremony_license(&license_made);
	license_made.maintenance_until = TODAY + 5 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
}

static void
key_revoked(void)
{
	static struct signed_document manifest;

	plain_license();
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.keys[0].revoked_at = TODAY;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY + DAY), TAKE_TAKEN);
}

static void
file_damaged(void)
{
	char path[256];
	FILE *file;

	plain_license();
	snprintf(path, sizeof path, "%s/licenses/%s", folder, site.licenses[0].file);
	file = fopen(path, "r+b");
	assert_non_null(file);
	fseek(file, 100, SEEK_SET);
	fputc('?', file);
	fclose(file);
}

static const struct situation SITUATIONS[] = {
	{ "an empty folder", NULL, NULL, 0, 0, nothing_held },
	{ "a license", NULL, NULL, 0, 0, plain_license },
	{ "a license in its grace", NULL, NULL, 0, 200, plain_license },
	{ "a license that is over", NULL, NULL, 0, 600, plain_license },
	{ "one that waits beside it", NULL, NULL, 0, 0, successor_that_waits },
	{ "one that has begun", NULL, NULL, 0, 25, successor_that_waits },
	{ "the right domain", "PMS.lan", NULL, 0, 0, domain_license },
	{ "another domain", "pos.lan", NULL, 0, 1, domain_license },
	{ "no domain", NULL, NULL, 0, 1, domain_license },
	{ "a build in its maintenance", NULL, NULL, TODAY + 5 * DAY, 0, maintained_license },
	{ "a build behind its maintenance", NULL, NULL, TODAY + 6 * DAY, 0, maintained_license },
	{ "a revoked key", NULL, NULL, 0, 3, key_revoked },
	{ "a damaged file", NULL, NULL, 0, 0, file_damaged },
};

/* What the site says, in its own time, with the clocks that the library sees. */
static struct site_answer
ask_site(const struct situation *s)
{
	const struct site_query query = { .product = "hotelhub/hms",
		.domain = s->domain == NULL ? "" : s->domain,
		.build_date = s->build_date };
	struct site_answer answer;

	assert_int_equal(site_ask(&site, &query, &answer), SKERRY_OK);
	return answer;
}

static void
assert_same(
	const struct situation *s, const struct skerry_verdict *a, const struct skerry_verdict *b)
{
	if (a->state != b->state || a->access != b->access || a->reason != b->reason ||
		a->notice != b->notice || a->at != b->at ||
		a->next_change_at != b->next_change_at || a->renew_by != b->renew_by ||
		a->valid_until != b->valid_until || a->maintenance_until != b->maintenance_until ||
		a->grace_until != b->grace_until || a->degraded_until != b->degraded_until)
		fail_msg("%s: %s, %s instead of %s, %s", s->name, skerry_state_name(a->state),
			skerry_reason_name(a->reason), skerry_state_name(b->state),
			skerry_reason_name(b->reason));
}

static void
answers_as_the_site_does(void **state)
{
	for (size_t i = 0; i < sizeof SITUATIONS / sizeof *SITUATIONS; i++) {
		const struct situation *s = &SITUATIONS[i];
		struct skerry_config config = state_config();
		struct skerry_verdict verdict, then;
		struct site_answer answer;
		struct skerry *skerry;

		assert_int_equal(state_set_up(state), 0);
		s->make();
		site_live_until(TODAY + s->days * DAY);
		state_clocks_show(site_reading().wall);
		state_close_site();
		config.domain = s->domain;
		config.build_date = s->build_date;
		skerry = state_open(&config);
		assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
		assert_int_equal(verdict.trouble, SKERRY_OK);
		state_open_site();
		answer = ask_site(s);
		assert_same(s, &verdict, &answer.verdict);
		/* And when it next changes, to the second. */
		if (verdict.next_change_at != SKERRY_NEVER) {
			skerry_verdict_at(skerry, verdict.next_change_at - 1, &then);
			assert_int_equal(then.state, verdict.state);
			assert_int_equal(then.reason, verdict.reason);
			assert_true(then.next_change_at == verdict.next_change_at);
			skerry_verdict_at(skerry, verdict.next_change_at, &then);
			assert_true(then.at == verdict.next_change_at);
			assert_true(then.next_change_at > verdict.next_change_at);
		}
		skerry_close(skerry);
		assert_int_equal(state_tear_down(state), 0);
	}
}

/* A successor brings its own grants, in the second in which it begins. */
static void
grants_are_those_of_the_license_in_force(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;
	int64_t rooms = 0;

	(void)state;
	successor_that_waits();
	skerry = state_open_at(&config, TODAY);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &rooms), SKERRY_ERR_NO_LIMIT);
	state_time_goes_by(20 * DAY - 1);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &rooms), SKERRY_ERR_NO_LIMIT);
	state_time_goes_by(1);
	assert_int_equal(skerry_limit(skerry, "max_rooms", &rooms), SKERRY_OK);
	assert_true(rooms == 7);
	skerry_close(skerry);
}

static void
message_names_whom_to_call_with_and_without_a_license(void **state)
{
	static struct signed_document manifest;
	struct skerry_config config = state_config();
	char text[SKERRY_MESSAGE_MAX];
	struct skerry *skerry;

	(void)state;
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.contacts[0] = (struct manifest_contact){ .brand = { "hotelhub", 8 },
		.name = { "HotelHub", 8 },
		.telephone = { "+62 631 555 0100", 16 } };
	manifest_made.contacts_len = 1;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	skerry = state_open_at(&config, TODAY);
	assert_int_equal(skerry_message(skerry, text, sizeof text), SKERRY_OK);
	assert_string_equal(text,
		"There is no license for hotelhub/hms. Import the license file that the vendor "
		"sent. Call HotelHub: +62 631 555 0100.");
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_ERR_NO_ACCESS);
	skerry_close(skerry);
	state_open_site();
	plain_license();
	skerry = state_open_at(&config, TODAY + 600 * DAY);
	assert_int_equal(skerry_message(skerry, text, sizeof text), SKERRY_OK);
	assert_non_null(strstr(text, "locked"));
	assert_non_null(strstr(text, "Call HotelHub: +62 631 555 0100."));
	skerry_close(skerry);
}

static void
arguments_are_told(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_failure failure;
	struct skerry *skerry;

	(void)state;
	config.license = config.trust;
	config.license_len = config.trust_len;
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = state_config();
	config.state = "";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = state_config();
	config.install_path = "opt/hms";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_ARGUMENT);
	config = state_config();
	config.state = "/nonexistent/skerry";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_STORE_MISSING);
	config.state = "/tmp";
	assert_int_equal(state_open_error(&config), SKERRY_ERR_STORE_MISSING);
	assert_int_equal(skerry_refresh(NULL, &failure), SKERRY_ERR_ARGUMENT);
	config = state_config();
	state_close_site();
	/* A relative one, and the process goes elsewhere. */
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(chdir(".."), 0);
	config.state = strrchr(folder, '/') + 1;
	skerry = state_open(&config);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	skerry_close(skerry);
}

/* --- while it is open ------------------------------------------------------------------------ */

static void
import_while_open_is_seen_at_once_or_within_a_minute(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry = state_open_at(&config, TODAY);

	(void)state;
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
	state_open_site();
	plain_license();
	state_close_site();
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	skerry_close(skerry);

	skerry = state_open_at(&config, TODAY + 200 * DAY);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	state_open_site();
	ceremony_license(&license_made);
	license_made.edition = 2;
	license_made.issued_at += 200 * DAY;
	license_made.renew_by += 200 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY + 200 * DAY), TAKE_TAKEN);
	state_close_site();
	state_time_goes_by(SKERRY_LOOK_S - 1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	skerry_close(skerry);
}

static void
folder_is_free_between_calls(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry = state_open_at(&config, TODAY);

	(void)state;
	state_hold_lock();
	/* Somebody else writes now: it is only read. */
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_OK);
	skerry_close(skerry);
}

/* A list of files may have been read just when another program puts one in the place of another. */
static void
loss_is_doubted_while_somebody_else_writes(void **state)
{
	struct skerry_config config = state_config();
	struct skerry *skerry;
	char path[200];

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_hold_lock();
	snprintf(path, sizeof path, "licenses/%s", site.licenses[0].file);
	memory_remove_file(path);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_UNLICENSED);
	skerry_close(skerry);
}

/* A product may fork at any moment, that of a look too. */
static void
lock_is_let_go_although_a_child_has_it_open(void **state)
{
	pid_t child;

	(void)state;
	state_hold_lock();
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* Where the test fails nobody ends it. */
		alarm(10);
		pause();
		_exit(0);
	}
	state_close_site();
	state_hold_lock();
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void
license_changes_state_in_its_second_without_a_look(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_verdict verdict;
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_true(verdict.next_change_at == license_made.renew_by);
	state_time_goes_by(verdict.next_change_at - TODAY - 30);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	/* The folder is out of reach: no look can help. */
	state_hide_folder();
	state_time_goes_by(29);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	state_time_goes_by(1);
	assert_int_equal(state_of(skerry), SKERRY_STATE_GRACE);
	state_show_folder();
	skerry_close(skerry);
}

static void
last_answer_goes_on_while_the_folder_is_gone(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_failure failure;
	struct skerry *skerry;

	(void)state;
	plain_license();
	skerry = state_open_at(&config, TODAY);
	state_hide_folder();
	errno = 77;
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(skerry_feature(skerry, "channel_manager"), SKERRY_OK);
	assert_int_equal(errno, 77);
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_ERR_STORE_MISSING);
	assert_int_equal(skerry_refresh(skerry, &failure), SKERRY_ERR_STORE_MISSING);
	assert_int_equal(failure.err, SKERRY_ERR_STORE_MISSING);
	assert_memory_equal(failure.message, "state folder: ", 14);
	/* It ends where the license does. */
	state_time_goes_by(600 * DAY);
	assert_int_equal(state_of(skerry), SKERRY_STATE_LOCKED);
	state_show_folder();
	assert_int_equal(skerry_refresh(skerry, NULL), SKERRY_OK);
	assert_int_equal(state_verdict(skerry).trouble, SKERRY_OK);
	assert_int_equal(state_of(skerry), SKERRY_STATE_LOCKED);
	skerry_close(skerry);
}

/* --- who writes ------------------------------------------------------------------------------ */

/* SQLite makes an empty log beside what it reads. */
static int64_t
newest_file(void)
{
	static const char *const FILES[] = { "site.db", "site.db-wal", "site.clock", "state.mark",
		"lock" };
	int64_t newest = 0;

	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		struct stat status;
		char path[128];

		snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
		if (stat(path, &status) == 0 &&
			(status.st_size > 0 || strcmp(FILES[i], "site.db-wal") != 0) &&
			status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec > newest)
			newest = status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
	}
	return newest;
}

/* Only root can give a folder away; who is not root is its owner in all of these tests. */
static void
root_who_is_not_the_owner_only_reads(void **state)
{
	struct skerry_config config = state_config();
	struct skerry_verdict verdict;
	struct skerry *skerry;
	int64_t before;

	(void)state;
	if (geteuid() != 0)
		skip();
	plain_license();
	state_close_site();
	assert_int_equal(chown(folder, 12345, 12345), 0);
	before = newest_file();
	state_clocks_show(TODAY + DAY);
	skerry = state_open(&config);
	assert_int_equal(geteuid(), 0);
	assert_int_equal(skerry_verdict(skerry, &verdict), SKERRY_OK);
	assert_int_equal(verdict.state, SKERRY_STATE_ACTIVE);
	assert_int_equal(verdict.trouble, SKERRY_OK);
	state_time_goes_by(SKERRY_LOOK_S);
	assert_int_equal(state_of(skerry), SKERRY_STATE_ACTIVE);
	assert_true(newest_file() == before);
	skerry_close(skerry);
	assert_int_equal(chown(folder, 0, 0), 0);
}

int
main(void)
{
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, state_set_up, state_tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_the_site_does),

		ON_A_FOLDER(grants_are_those_of_the_license_in_force),
		ON_A_FOLDER(message_names_whom_to_call_with_and_without_a_license),
		ON_A_FOLDER(arguments_are_told),
		ON_A_FOLDER(import_while_open_is_seen_at_once_or_within_a_minute),
		ON_A_FOLDER(folder_is_free_between_calls),
		ON_A_FOLDER(loss_is_doubted_while_somebody_else_writes),
		ON_A_FOLDER(lock_is_let_go_although_a_child_has_it_open),
		ON_A_FOLDER(license_changes_state_in_its_second_without_a_look),
		ON_A_FOLDER(last_answer_goes_on_while_the_folder_is_gone),
		ON_A_FOLDER(root_who_is_not_the_owner_only_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
