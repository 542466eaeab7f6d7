/* SPDX-License-Identifier: ISC */
/*
 * A site and a stick: what the vendor left is taken in, a request is left once, what is answered goes; with
 * every trick on the stick, with one that is full or can only be read, and with one that is pulled out at
 * any call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_bundle.h"
#include "fixture_hotel.h"
#include "fixture_site.h"
#include "fixture_stick.h"
#include "fixture_tree.h"
#include "keys/exchange_open.h"
#include "stick_faults.h"
#include "verifier/exchange/stick.h"

static char stick[64];
static struct stick_result result;

/* --- a stick that can only be read ----------------------------------------------------------- */

static bool read_only;

int
faccessat(int directory, const char *name, int mode, int flags)
{
	if (read_only) {
		errno = EROFS;
		return -1;
	}
	return (int)syscall(SYS_faccessat2, directory, name, mode, flags);
}

/* --- words for the tests --------------------------------------------------------------------- */

static const char *
in_bag(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/skerry/%s", stick, name);
	return path;
}

static int
plug_in(void **state)
{
	let_work();
	read_only = false;
	assert_int_equal(site_set_up(state), 0);
	tree_make(stick);
	faults_below = stick;
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	calls = 0;
	return 0;
}

static int
unplug(void **state)
{
	let_work();
	tree_remove(stick);
	faults_below = "";
	return site_tear_down(state);
}

/* Lines of a visit, by what became of the files. */
enum { LINES_MAX = 128 };
static struct {
	enum stick_deed deed;
	enum mailbag_found found;
	enum document_kind kind;
	enum skerry_err err;
	char shown[256];
} lines[LINES_MAX];
static size_t lines_len;

static void
note_line(void *context, const struct stick_line *line)
{
	(void)context;
	assert_true(lines_len < LINES_MAX);
	lines[lines_len].deed = line->deed;
	lines[lines_len].found = line->found;
	lines[lines_len].kind = line->kind;
	lines[lines_len].err = line->err;
	snprintf(lines[lines_len].shown, sizeof lines[0].shown, "%s", line->shown);
	lines_len++;
}

static enum skerry_err
exchange(bool only_take)
{
	const struct stick_visit visit = { .wish = { .kind = REQUEST_HEARTBEAT,
						   .machine.root = folder },
		.only_take = only_take,
		.tell = note_line };

	lines_len = 0;
	return stick_exchange(&site, stick, &visit, &result);
}

static void
visit(size_t taken, size_t left, size_t removed, size_t skipped)
{
	assert_int_equal(exchange(false), SKERRY_OK);
	assert_int_equal(result.making, SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_OK);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(result.taken, taken);
	assert_int_equal(result.left, left);
	assert_int_equal(result.removed, removed);
	assert_int_equal(result.skipped, skipped);
}

static void
put_document(const char *name, struct cbor_bytes bytes)
{
	stick_put(in_bag(""), name, bytes.data, bytes.len);
}

/* --- the vendor ------------------------------------------------------------------------------ */

static struct exchange_request request;
static uint8_t plain[SEALED_MAX];

struct requests_there {
	size_t len;
	uint8_t bytes[SEALED_MAX];
	size_t bytes_len;
	char name[64];
};

static bool
keep_request(void *context, const struct mailbag_entry *entry)
{
	struct requests_there *there = context;
	uint8_t *bytes;

	if (entry->found != MAILBAG_DOCUMENT || entry->kind != DOCUMENT_REQUEST)
		return true;
	assert_int_equal(mailbag_read(entry, &bytes, &there->bytes_len), SKERRY_OK);
	memcpy(there->bytes, bytes, there->bytes_len);
	snprintf(there->name, sizeof there->name, "%s", entry->name);
	there->len++;
	free(bytes);
	return true;
}

/* How many lie there; the last one by its name is kept. */
static const struct requests_there *
look_for_requests(void)
{
	static struct requests_there there;
	struct mailbag bag;

	there.len = 0;
	assert_int_equal(mailbag_open(stick, false, &bag), SKERRY_OK);
	assert_int_equal(mailbag_look(&bag, keep_request, &there), SKERRY_OK);
	mailbag_close(&bag);
	return &there;
}

/* The desk reads the one request that lies there. */
static void
read_request(void)
{
	struct key_pair exchange_pair = ceremony_pair(KEY_EXCHANGE, CEREMONY_EXCHANGE);
	const struct requests_there *there = look_for_requests();
	size_t offset;

	assert_int_equal(there->len, 1);
	assert_int_equal(exchange_open_request(&exchange_pair, 1, &site.trust->manifest,
				 (struct cbor_bytes){ there->bytes, there->bytes_len }, plain,
				 sizeof plain, &request, &offset),
		SKERRY_OK);
	key_pair_free(&exchange_pair);
}

/* A bundle that answers it, with a paired license. */
static void
put_answer(const char *name, uint64_t seq)
{
	struct key_pair issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	struct bundler *bundler = calloc(1, sizeof *bundler);

	bundler_begin(bundler, seq);
	bundler_add_manifest(
		bundler, (struct cbor_bytes){ site.trust->bytes, site.trust->bytes_len });
	bundler_add_status(bundler, &issuing, "hotelhub", TODAY + DAY);
	bundler_add_answer(bundler, &issuing, &site.identity.opening_key, &request.request, seq);
	bundler_make(bundler, &issuing);
	put_document(name, (struct cbor_bytes){ bundler->bytes, bundler->bytes_len });
	bundler_free(bundler);
	free(bundler);
	key_pair_free(&issuing);
}

/* --- visits ---------------------------------------------------------------------------------- */

static void
a_request_is_left_once(void **state)
{
	char tag[MAILBAG_TAG_LEN + 1];

	(void)state;
	visit(0, 1, 0, 0);
	mailbag_tag(site.site_id, sizeof site.site_id, tag);
	assert_string_equal(result.tag, tag);
	visit(0, 0, 0, 0);
	assert_int_equal(lines_len, 1);
	assert_int_equal(lines[0].deed, STICK_STAYS);
	assert_int_equal(look_for_requests()->len, 1);
	read_request();
	assert_int_equal(request.request.number, 1);
	/* The same one on another stick. */
	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	visit(0, 1, 0, 0);
	read_request();
	assert_int_equal(request.request.number, 1);
}

static void
what_is_answered_goes_and_the_next_one_comes(void **state)
{
	static struct requests_there first;

	(void)state;
	visit(0, 1, 0, 0);
	first = *look_for_requests();
	read_request();
	put_answer("zzzzzzzz.skr", 2);
	site_live_until(TODAY + 2 * DAY);
	visit(1, 1, 1, 0);
	assert_int_equal(site.licenses_len, 1);
	read_request();
	assert_int_equal(request.request.number, 2);
	assert_int_equal(request.request.reply_number, 2);
	visit(0, 0, 0, 0);
	/* A copy of the first request comes back. */
	put_document("0000yyyy.skr", (struct cbor_bytes){ first.bytes, first.bytes_len });
	visit(0, 0, 1, 0);
}

static void
nothing_is_left_where_nobody_asked_for_it(void **state)
{
	(void)state;
	visit(0, 1, 0, 0);
	read_request();
	put_answer("zzzzzzzz.skr", 2);
	assert_int_equal(exchange(true), SKERRY_OK);
	assert_int_equal(result.taken, 1);
	assert_int_equal(result.left, 0);
	assert_int_equal(result.removed, 1);
	assert_int_equal(look_for_requests()->len, 0);
	tree_remove(stick);
	assert_int_equal(exchange(true), SKERRY_ERR_FILE_MISSING);
	assert_false(result.opened);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(exchange(true), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(stick_entries(stick), 0);
}

/* Each needs what comes behind it by its name. */
static void
names_decide_nothing(void **state)
{
	static struct signed_document document;

	(void)state;
	site_two_keys(4);
	site_sign_manifest(&document);
	put_document("b-manifest", document.document.bytes);
	site_make_manifest(&document, 3);
	put_document("c-manifest", document.document.bytes);
	site_make_manifest(&document, 2);
	put_document("d-manifest", document.document.bytes);
	ceremony_license(&license_made);
	site_sign_license_by(&document, SITE_OTHER_ISSUING);
	put_document("a-license", document.document.bytes);
	visit(4, 1, 0, 0);
	assert_int_equal(site.trust->manifest.version, 4);
	assert_int_equal(site.licenses_len, 1);
	/* Nothing here will ever tell the key of this one: it is told once. */
	site_sign_license_by(&document, 99);
	put_document("e-license", document.document.bytes);
	visit(0, 0, 0, 1);
	assert_int_equal(lines[lines_len - 2].err, SKERRY_ERR_TRUST_KEY_UNKNOWN);
}

static void
other_sites_and_other_vendors_files_stay(void **state)
{
	struct key_pair theirs = ceremony_pair(KEY_ISSUING, 77);
	struct bundler *bundler = calloc(1, sizeof *bundler);
	static struct signed_document document;
	size_t len;
	uint8_t *mail = stick_mail('x', 3000, &len), root = 9;

	(void)state;
	ceremony_manifest(&manifest_made, 1, 1, 1);
	manifest_made.roots[0] = ceremony_public(KEY_ROOT, root);
	manifest_made.keys[0].key = theirs.public_key;
	bundler_begin(bundler, 3);
	bundler_add_manifest(bundler,
		(struct cbor_bytes){ document.bytes,
			ceremony_sign_manifest(&manifest_made, &root, 1, document.bytes) });
	bundler_make(bundler, &theirs);
	put_document("11111111.skr", (struct cbor_bytes){ bundler->bytes, bundler->bytes_len });
	put_document("22222222.skr", (struct cbor_bytes){ mail, len });
	visit(0, 1, 0, 2);
	assert_int_equal(lines[0].kind, DOCUMENT_BUNDLE);
	assert_int_equal(lines[0].err, SKERRY_ERR_TRUST_ROOT_UNKNOWN);
	assert_int_equal(lines[1].kind, DOCUMENT_REQUEST);
	assert_int_equal(lines[1].err, SKERRY_ERR_OTHER_SITE);
	visit(0, 0, 0, 2);
	assert_int_equal(stick_entries(in_bag("")), 4); /* and ours, and the receipt */
	bundler_free(bundler);
	free(bundler);
	free(mail);
	key_pair_free(&theirs);
}

static void
every_trick_is_told_and_the_rest_goes_on(void **state)
{
	static struct signed_document document;
	const struct stick_trick *tricks;
	size_t tricks_len;

	(void)state;
	stick_make_hostile(in_bag(""), &tricks, &tricks_len);
	site_make_license(&document, 1);
	put_document("zzzz-license", document.document.bytes);
	assert_int_equal(exchange(false), SKERRY_OK);
	assert_int_equal(result.taken, 1);
	assert_int_equal(result.left, 1);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(site.licenses_len, 1);
	for (size_t i = 0; i < tricks_len; i++) {
		size_t told = 0;

		for (size_t k = 0; k < lines_len; k++)
			told += lines[k].found == tricks[i].found && lines[k].deed == STICK_SKIPPED;
		/* What was half written has been swept away. */
		if (tricks[i].found != MAILBAG_OWN_TEXT && tricks[i].found != MAILBAG_LEFTOVER &&
			told == 0)
			fail_msg("%s: nothing is told of it", tricks[i].name);
	}
}

static void
a_stick_that_can_only_be_read_is_read(void **state)
{
	static struct signed_document document;

	(void)state;
	site_make_license(&document, 1);
	put_document("license", document.document.bytes);
	read_only = true;
	assert_int_equal(exchange(false), SKERRY_OK);
	assert_int_equal(result.taken, 1);
	assert_int_equal(result.writing, SKERRY_ERR_READ_ONLY);
	assert_int_equal(result.finished, SKERRY_OK);
	assert_int_equal(result.request.number, 0);
	assert_int_equal(stick_entries(in_bag("")), 1);
	read_only = false;
	visit(0, 1, 0, 0);
}

static void
a_folder_that_is_none_is_told(void **state)
{
	(void)state;
	tree_remove(stick);
	assert_int_equal(exchange(false), SKERRY_ERR_FILE_MISSING);
	assert_false(result.opened);
	stick_put("/", stick + 1, (const uint8_t *)"x", 1);
	assert_int_equal(exchange(false), SKERRY_ERR_NOT_A_FOLDER);
	assert_int_equal(unlink(stick), 0);
	assert_int_equal(mkdir(stick, 0777), 0);
	/* Without the folder skerry one is made. */
	visit(0, 1, 0, 0);
	assert_int_equal(look_for_requests()->len, 1);
}

/* --- full, and pulled out -------------------------------------------------------------------- */

/* An answered request of ours, somebody else's mail, a bundle that is taken in already. */
static uint8_t answered[SEALED_MAX];
static size_t answered_len;

static void
prepare_answered(void)
{
	const struct requests_there *there;

	visit(0, 1, 0, 0);
	there = look_for_requests();
	memcpy(answered, there->bytes, there->bytes_len);
	answered_len = there->bytes_len;
	read_request();
	put_answer("zzzzzzzz.skr", 2);
	visit(1, 1, 1, 0);
}

static void
prepare_stick(void)
{
	size_t len;
	uint8_t *mail = stick_mail('x', 3000, &len);

	tree_remove(stick);
	assert_int_equal(mkdir(stick, 0777), 0);
	assert_int_equal(mkdir(in_bag(""), 0777), 0);
	put_document("0000aaaa.skr", (struct cbor_bytes){ answered, answered_len });
	put_document("xxxxxxxx.skr", (struct cbor_bytes){ mail, len });
	put_answer("zzzzzzzz.skr", 2);
	free(mail);
}

/* Ours once, theirs, the bundle; what is answered is gone. */
static void
assert_all_is_done(void)
{
	visit(0, 0, 0, 1);
	assert_int_equal(look_for_requests()->len, 2);
	assert_int_equal(stick_entries(in_bag("")), 4); /* the receipt */
}

static void
a_full_stick_loses_what_is_answered_first(void **state)
{
	int all;

	(void)state;
	prepare_answered();
	prepare_stick();
	calls = 0;
	visit(0, 1, 1, 1);
	all = calls;
	/* Room comes with what is answered. */
	prepare_stick();
	full_times = 1;
	visit(0, 1, 1, 1);
	assert_int_equal(lines[lines_len - 2].deed, STICK_REMOVED);
	assert_int_equal(lines[lines_len - 1].deed, STICK_LEFT);
	for (int n = 1; n <= all; n++) {
		prepare_stick();
		calls = 0;
		at_call = n;
		with_errno = ENOSPC;
		way = FAILS_ONCE;
		assert_int_equal(exchange(false), SKERRY_OK);
		let_work();
		assert_int_equal(exchange(false), SKERRY_OK);
		assert_all_is_done();
	}
	/* Full for good: nothing but what is answered goes, and it is told. */
	prepare_stick();
	calls = 0;
	at_call = 1;
	with_errno = ENOSPC;
	way = PULLED;
	assert_int_equal(exchange(false), SKERRY_OK);
	assert_int_equal(result.writing, SKERRY_ERR_DISK_FULL);
	assert_int_equal(result.left, 0);
	let_work();
	visit(0, 1, 1, 1);
}

static void
open_again(void)
{
	struct site_failure where;

	assert_int_equal(site_open_to_write(folder, &site, &where), SKERRY_OK);
	site_live_until(TODAY);
}

/* In a child with a site of its own, which may die in it. */
static void
visit_that_may_die(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		enum way wanted = way;

		way = WORKS;
		open_again();
		calls = 0;
		way = wanted;
		_exit(exchange(false) == SKERRY_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
}

static void
a_stick_pulled_at_any_call_is_visited_again(void **state)
{
	static const enum way WAYS[] = { PULLED, KILLED, TORN };
	int all;

	(void)state;
	prepare_answered();
	prepare_stick();
	calls = 0;
	visit(0, 1, 1, 1);
	all = calls;
	assert_true(all > 10);
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
		for (int n = 1; n <= all; n++) {
			prepare_stick();
			calls = 0;
			at_call = n;
			way = WAYS[i];
			if (way == PULLED) {
				assert_int_equal(exchange(false), SKERRY_OK);
				assert_int_equal(result.finished, SKERRY_ERR_IO);
				let_work();
			} else {
				site_close(&site);
				visit_that_may_die();
				let_work();
				open_again();
			}
			assert_true(look_for_requests()->len >= 2);
			assert_int_equal(exchange(false), SKERRY_OK);
			assert_int_equal(result.finished, SKERRY_OK);
			assert_all_is_done();
		}
}

/* Before anything was ever written. */
static void
the_first_visit_may_be_the_one_that_breaks_off(void **state)
{
	static struct signed_document document;

	for (int n = 1;; n++) {
		bool reached;

		site_make_license(&document, 1);
		put_document("license", document.document.bytes);
		calls = 0;
		at_call = n;
		way = PULLED;
		assert_int_equal(exchange(false), SKERRY_OK);
		reached = calls >= n;
		let_work();
		assert_int_equal(site.licenses_len, 1);
		assert_int_equal(exchange(false), SKERRY_OK);
		visit(0, 0, 0, 0);
		assert_int_equal(look_for_requests()->len, 1);
		if (!reached)
			break;
		assert_int_equal(unplug(state), 0);
		assert_int_equal(plug_in(state), 0);
	}
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(a_request_is_left_once),
		ON_STICK(what_is_answered_goes_and_the_next_one_comes),
		ON_STICK(nothing_is_left_where_nobody_asked_for_it),
		ON_STICK(names_decide_nothing),
		ON_STICK(other_sites_and_other_vendors_files_stay),
		ON_STICK(every_trick_is_told_and_the_rest_goes_on),
		ON_STICK(a_stick_that_can_only_be_read_is_read),
		ON_STICK(a_folder_that_is_none_is_told),
		ON_STICK(a_full_stick_loses_what_is_answered_first),
		ON_STICK(a_stick_pulled_at_any_call_is_visited_again),
		ON_STICK(the_first_visit_may_be_the_one_that_breaks_off),
	};

	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
