/* SPDX-License-Identifier: ISC */
/* What a site's request says, and when it is a new one; read as the vendor's desk reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "formats/license_key.h"
#include "keys/exchange_open.h"
#include "verifier/exchange/request_out.h"
#include "verifier/state/desk_heads.h"
#include "verifier/state/events.h"
#include "verifier/state/reached.h"
#include "verifier/state/requests.h"
#include "verifier/state/restored.h"
#include "verifier/state/vendor_marks.h"

static const char KEY[] = "HMS-7QK2M-94XPA-C0DTE-1ZRJB";

/* --- words for the tests --------------------------------------------------------------------- */

#define CHANGE(call)                                                                               \
	do {                                                                                       \
		assert_int_equal(memory_begin(site.memory), SKERRY_OK);                            \
		assert_int_equal(call, SKERRY_OK);                                                 \
		assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);                    \
		memory_rollback(site.memory);                                                      \
	} while (0)

static struct request_made made;
static struct exchange_request opened;
static uint8_t plain[SEALED_MAX];

static int
set_up(void **state)
{
	made = (struct request_made){ .sealed = NULL };
	return site_set_up(state);
}

static int
tear_down(void **state)
{
	request_made_free(&made);
	return site_tear_down(state);
}

/* At the desk, by the newest manifest that the site has. */
static void
open_with(uint8_t exchange_seed)
{
	struct key_pair pair = ceremony_pair(KEY_EXCHANGE, exchange_seed);
	size_t offset;

	assert_int_equal(exchange_open_request(&pair, 1, &site.trust->manifest,
				 (struct cbor_bytes){ made.sealed, made.sealed_len }, plain,
				 sizeof plain, &opened, &offset),
		SKERRY_OK);
	key_pair_free(&pair);
}

/* Writes what is wished for; `opened` is what the desk reads. */
static const struct request *
write_wish(const struct request_wish *wish)
{
	request_made_free(&made);
	assert_int_equal(request_make(&site, wish, &made), SKERRY_OK);
	open_with(CEREMONY_EXCHANGE);
	assert_int_equal(opened.request.number, made.number);
	assert_int_equal(opened.request.kind, made.kind);
	return &opened.request;
}

static const struct request *
heartbeat(void)
{
	const struct request_wish wish = { .kind = REQUEST_HEARTBEAT, .machine.root = folder };

	return write_wish(&wish);
}

static const struct request *
pair_with(const char *key)
{
	const struct request_wish wish = {
		.kind = REQUEST_PAIR, .keys = &key, .keys_len = 1, .machine.root = folder
	};

	return write_wish(&wish);
}

static enum skerry_err
refusal(const struct request_wish *wish)
{
	struct request_made none;
	int64_t before = memory_number("SELECT count(*) FROM request");
	enum skerry_err err = request_make(&site, wish, &none);

	assert_int_not_equal(err, SKERRY_OK);
	assert_int_equal(memory_number("SELECT count(*) FROM request"), before);
	return err;
}

static void
acknowledge(void)
{
	struct requests_row row;
	bool newest, known = false;

	CHANGE(requests_acknowledge(site.memory, opened.request.nonce, &row, &newest, &known));
	assert_true(known);
}

static void
keep_license(uint64_t edition, bool paired)
{
	struct signed_document document;

	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.issued_at = TODAY + (int64_t)edition;
	license_made.has_site_key = paired;
	license_made.site_key = site.identity.site_key;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY + DAY), TAKE_TAKEN);
}

static void
happen(const char *name, const char *text)
{
	enum telemetry_consent consent;

	CHANGE(events_add(site.memory, name, text, &consent));
}

static void
tell(const char *name, const char *typed)
{
	enum telemetry_consent consent;
	struct telemetry_value value;

	assert_true(telemetry_read_value(typed, &value));
	CHANGE(telemetry_set(site.memory, name, &value, &consent));
}

static void
allow(const char *name)
{
	CHANGE(telemetry_decide(site.memory, name, TELEMETRY_ALLOWED, 0));
}

static void
assert_text(struct cbor_text text, const char *expected)
{
	assert_true(cbor_text_same(text, cbor_text_from_chars(expected)));
}

/* --- what it says ---------------------------------------------------------------------------- */

static void
a_first_pairing_says_who_asks(void **state)
{
	static const char *const KEYS[] = { KEY, "hms-other ", KEY };
	static const char *const CUSTOM[] = { "container-7" }, *const DOMAINS[] = { "b.example",
		"a.example" };
	const struct request_wish wish = { .kind = REQUEST_PAIR,
		.keys = KEYS,
		.keys_len = 3,
		.reason = "new server",
		.app_version = "4.2",
		.machine = { .root = folder,
			.tenant = "resort",
			.custom = CUSTOM,
			.custom_len = 1,
			.domain = "a.example" },
		.domains = DOMAINS,
		.domains_len = 2 };
	const struct request *request = write_wish(&wish);
	uint8_t salt[LICENSE_SALT_LEN];

	(void)state;
	assert_int_equal(request->kind, REQUEST_PAIR);
	assert_int_equal(request->number, 1);
	assert_int_equal(request->pending_len, 0);
	assert_int_equal(request->keys_len, 2);
	assert_text(request->keys[0], KEY);
	assert_text(request->keys[1], "HMS-OTHER");
	assert_true(cose_key_same(&request->site_key, &site.identity.site_key));
	assert_true(cose_key_same(&request->opening_key, &site.identity.opening_key));
	assert_text(request->install_id, site.identity.install_id);
	assert_text(request->reason, "new server");
	assert_text(request->app_version, "4.2");
	assert_text(request->tenant, "resort");
	assert_int_equal(request->domains_len, 2);
	assert_text(request->domains[0], "a.example");
	assert_int_equal(request->components_len, 1);
	hash_salt(KEY, salt);
	assert_memory_equal(request->salt.data, salt, sizeof salt);
	assert_int_equal(request->manifest_version, 1);
	assert_int_equal(request->held_len, 0);
	assert_true(request->journal.seq > 0);
	assert_false(made.again || made.stopgap || made.anonymous);
	assert_int_equal(memory_rows("request.written"), 1);
}

static void
a_key_is_read_by_the_forms_of_the_brands(void **state)
{
	static const char FORM[] = "HMS-#####-#####-#####-#####";
	static const uint8_t RANDOM[19] = { 1, 2, 3, 4 };
	struct signed_document document;
	char key[LICENSE_KEY_MAX + 1], typed[LICENSE_KEY_MAX + 1];
	const char *const keys[] = { typed };
	const struct request_wish wish = {
		.kind = REQUEST_PAIR, .keys = keys, .keys_len = 1, .machine.root = folder
	};

	(void)state;
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.contacts[0] =
		(struct manifest_contact){ .brand = cbor_text_from_chars("hotelhub"),
			.name = cbor_text_from_chars("HotelHub"),
			.email = cbor_text_from_chars("help@hotelhub.example"),
			.key_format = cbor_text_from_chars(FORM) };
	manifest_made.contacts_len = 1;
	site_sign_manifest(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(license_key_make(FORM, RANDOM, sizeof RANDOM, key), SKERRY_OK);
	for (size_t i = 0; i <= strlen(key); i++)
		typed[i] = key[i] == '-' ? ' ' : key[i] == '1' ? 'l' : key[i];
	assert_text(write_wish(&wish)->keys[0], key);
	typed[5] = typed[5] == '7' ? '8' : '7';
	assert_int_equal(refusal(&wish), SKERRY_ERR_LICENSE_KEY_TYPO);
	typed[0] = 'X';
	assert_int_equal(refusal(&wish), SKERRY_ERR_LICENSE_KEY_PREFIX);
}

static void
a_heartbeat_tells_what_is_held_and_what_arrived(void **state)
{
	const struct vendor_mark reply = { 7, TODAY }, list = { TODAY + 5, TODAY + 5 };
	const struct desk_head head = { 12, { 0xab } };
	const uint8_t suspended[] = { 2 << 2 };
	const struct status_list statuses = { .uri = cbor_text_from_chars("skerry:hotelhub"),
		.issued_at = TODAY + 5,
		.bits = STATUS_LIST_BITS };
	struct license listed;
	const struct request *request;
	const uint8_t *kid;

	(void)state;
	keep_license(1, true);
	keep_license(2, true);
	kid = site.trust->kids[0];
	listed = license_made;
	listed.has_status = true;
	listed.status_uri = statuses.uri;
	listed.status_index = 1;
	CHANGE(vendor_marks_put(site.memory->store, VENDOR_WORD_REPLY,
		cbor_text_from_chars("hotelhub"), kid, &reply));
	CHANGE(vendor_marks_put(site.memory->store, VENDOR_WORD_STATUS,
		cbor_text_from_chars("hotelhub"), kid, &list));
	CHANGE(reached_add(site.memory->store, &listed, TODAY));
	CHANGE(reached_see(site.memory->store, &statuses, suspended, sizeof suspended, TODAY + 9));
	CHANGE(desk_heads_put(site.memory->store, &head));
	request = heartbeat();
	assert_int_equal(request->held_len, 1);
	assert_int_equal(request->reply_number, 7);
	assert_int_equal(request->statuses_len, 1);
	assert_text(request->statuses[0].uri, "skerry:hotelhub");
	assert_int_equal(request->statuses[0].issued_at, TODAY + 5);
	assert_int_equal(request->reached_len, 1);
	assert_int_equal(request->reached[0].index, 1);
	assert_int_equal(request->reached[0].at, TODAY + 9);
	assert_int_equal(request->heads_len, 1);
	assert_int_equal(request->heads[0].seq, 12);
	assert_int_equal(request->rolled_back_since, LICENSE_NEVER);
	assert_false(request->restored);
}

static void
a_paired_site_hashes_its_machine_under_its_licenses_salt(void **state)
{
	static const uint8_t SALT[LICENSE_SALT_LEN] = { 7, 7, 7 };
	static const char *const CUSTOM[] = { "container-7" };
	struct request_wish wish = { .kind = REQUEST_HEARTBEAT,
		.machine = { .root = folder, .custom = CUSTOM, .custom_len = 1 } };
	struct signed_document document;
	uint8_t hash[HASH_COMPONENT_LEN];

	(void)state;
	/* Without a license there is no salt, and no machine is told. */
	assert_int_equal(write_wish(&wish)->components_len, 0);
	acknowledge();
	hash_component(SALT, FINGERPRINT_CUSTOM, CUSTOM[0], strlen(CUSTOM[0]), hash, sizeof hash);
	ceremony_license(&license_made);
	license_made.salt = (struct cbor_bytes){ SALT, sizeof SALT };
	license_made.components[0] = (struct license_component){
		.type = FINGERPRINT_CUSTOM, .weight = 1, .hash = { hash, sizeof hash }
	};
	license_made.components_len = 1;
	license_made.threshold = 1;
	site_sign_license(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(write_wish(&wish)->components_len, 1);
	assert_memory_equal(opened.request.salt.data, SALT, sizeof SALT);
	assert_memory_equal(opened.request.components[0].hash.data, hash, sizeof hash);
}

static void
only_what_is_allowed_goes_out(void **state)
{
	const struct request *request;

	(void)state;
	allow("rooms");
	allow("app.version");
	allow("door");
	CHANGE(telemetry_decide(site.memory, "guests", TELEMETRY_DENIED, 0));
	tell("rooms", "118");
	tell("app.version", "4.2 beta");
	tell("guests", "12");
	tell("revenue", "99");
	happen("door", "opened");
	happen("window", "opened");
	happen("guests", "came");
	request = heartbeat();
	assert_int_equal(request->telemetry_len, 2);
	assert_text(request->telemetry[0].name, "rooms");
	assert_int_equal(request->telemetry[0].number, 118);
	assert_text(request->telemetry[1].name, "app.version");
	assert_text(request->telemetry[1].text, "4.2 beta");
	assert_int_equal(request->events_len, 1);
	assert_text(request->events[0].text, "opened");
	assert_int_equal(made.telemetry, 2);
	assert_int_equal(made.events, 1);
	/* What was denied since is not in the next one. */
	CHANGE(telemetry_decide(site.memory, "rooms", TELEMETRY_DENIED, 0));
	assert_int_equal(heartbeat()->telemetry_len, 1);
}

static void
more_events_than_fit_go_out_one_request_after_the_other(void **state)
{
	char text[16];

	(void)state;
	allow("door");
	for (int i = 0; i < REQUEST_EVENTS_MAX + 3; i++) {
		snprintf(text, sizeof text, "%d", i);
		happen("door", text);
	}
	assert_int_equal(heartbeat()->events_len, REQUEST_EVENTS_MAX);
	assert_text(opened.request.events[0].text, "0");
	acknowledge();
	assert_int_equal(heartbeat()->events_len, 3);
	assert_text(opened.request.events[0].text, "64");
	acknowledge();
	assert_int_equal(heartbeat()->events_len, 0);
}

static void
an_event_of_the_longest_text_goes_out_whole(void **state)
{
	char text[EVENT_TEXT_MAX + 1];

	(void)state;
	memset(text, 'x', EVENT_TEXT_MAX);
	text[EVENT_TEXT_MAX] = '\0';
	allow("door");
	happen("door", text);
	assert_text(heartbeat()->events[0].text, text);
}

static void
a_restored_backup_is_told(void **state)
{
	const struct mark none = { .seq = 0 };
	struct journal_moment moment = { .settled = TODAY };

	(void)state;
	CHANGE(restored_tell(site.memory->store, &moment, &none));
	assert_true(heartbeat()->restored);
	acknowledge();
	assert_false(heartbeat()->restored);
}

/* --- again, or anew -------------------------------------------------------------------------- */

static void
with_nothing_new_it_is_the_same_byte_for_byte(void **state)
{
	uint8_t *first;
	size_t first_len;

	(void)state;
	keep_license(1, true);
	heartbeat();
	first_len = made.sealed_len;
	first = malloc(first_len);
	assert_non_null(first);
	memcpy(first, made.sealed, first_len);
	/* Days go by, and the program ends in between. */
	site_live_until(TODAY + 9 * DAY);
	site_reopen();
	heartbeat();
	assert_true(made.again);
	assert_int_equal(made.sealed_len, first_len);
	assert_memory_equal(made.sealed, first, first_len);
	assert_int_equal(made.number, 1);
	assert_int_equal(memory_rows("request.written"), 1);
	free(first);
}

static void
whatever_is_new_makes_it_a_new_one(void **state)
{
	static const char *const DOMAINS[] = { "a.example" };
	struct request_wish wish = { .kind = REQUEST_HEARTBEAT, .machine.root = folder };
	uint64_t number = heartbeat()->number;

	(void)state;
#define NEW(change)                                                                                \
	do {                                                                                       \
		change;                                                                            \
		write_wish(&wish);                                                                 \
		assert_false(made.again);                                                          \
		assert_int_equal(made.number, ++number);                                           \
		assert_int_equal(opened.request.pending_len, number - 1);                          \
		write_wish(&wish);                                                                 \
		assert_true(made.again);                                                           \
	} while (0)
	NEW(wish.reason = "asked to");
	NEW(wish.app_version = "4.3");
	NEW((wish.domains = DOMAINS, wish.domains_len = 1));
	NEW(wish.machine.tenant = "resort");
	NEW(keep_license(1, true));
	NEW(keep_license(2, true));
	NEW(allow("rooms"); tell("rooms", "1"));
	NEW(tell("rooms", "2"));
	NEW(allow("door"); happen("door", "opened"));
	NEW(site.memory->clock.condition = EVALUATE_CLOCK_AHEAD_UNPROVEN);
#undef NEW
	site.memory->clock.condition = EVALUATE_CLOCK_OK;
	write_wish(&wish);
	site.memory->clock.condition = EVALUATE_CLOCK_UNATTENDED;
	write_wish(&wish);
	assert_true(made.again);
}

static void
an_answered_one_is_not_given_out_again(void **state)
{
	(void)state;
	heartbeat();
	acknowledge();
	assert_int_equal(heartbeat()->number, 2);
	assert_false(made.again);
	assert_int_equal(opened.request.pending_len, 1);
	assert_int_equal(opened.request.pending[0].number, 1);
}

static void
a_heartbeat_never_takes_the_place_of_what_waits(void **state)
{
	(void)state;
	pair_with(KEY);
	allow("rooms");
	tell("rooms", "118");
	heartbeat();
	assert_true(made.again);
	assert_int_equal(made.kind, REQUEST_PAIR);
	/* Asked for again it is a new one, with all that is new. */
	assert_int_equal(pair_with(KEY)->number, 2);
	assert_int_equal(opened.request.telemetry_len, 1);
	acknowledge();
	assert_int_equal(heartbeat()->kind, REQUEST_HEARTBEAT);
}

static void
a_full_list_gives_a_stopgap(void **state)
{
	char text[16];

	(void)state;
	allow("door");
	for (int i = 1; i <= DIALOG_LIST_MAX + 2; i++) {
		snprintf(text, sizeof text, "%d", i);
		tell("door", text);
		heartbeat();
		assert_int_equal(made.stopgap, i > DIALOG_LIST_MAX);
		assert_int_equal(made.number, i > DIALOG_LIST_MAX ? DIALOG_LIST_MAX + 1 : i);
	}
	assert_int_equal(opened.request.pending_len, DIALOG_LIST_MAX);
	heartbeat();
	assert_true(made.again && made.stopgap);
	acknowledge();
	tell("door", "again");
	assert_int_equal(heartbeat()->number, DIALOG_LIST_MAX + 1);
	assert_false(made.stopgap);
	assert_int_equal(opened.request.pending_len, 1);
}

static void
the_list_names_what_the_desk_computes(void **state)
{
	uint8_t digest[REQUEST_DIGEST_LEN];

	(void)state;
	heartbeat();
	memcpy(digest, opened.digest, sizeof digest);
	allow("rooms");
	tell("rooms", "1");
	heartbeat();
	assert_memory_equal(opened.request.pending[0].digest, digest, sizeof digest);
}

/* --- keys of the vendor; refusals ------------------------------------------------------------ */

static void
it_is_sealed_to_the_newest_exchange_key_that_stands(void **state)
{
	struct signed_document document;

	(void)state;
	ceremony_manifest(&manifest_made, 2, 1, 1);
	for (size_t i = 1; i < 3; i++)
		manifest_made.exchange[i] = (struct manifest_exchange){
			.key = ceremony_public(KEY_EXCHANGE, (uint8_t)(CEREMONY_EXCHANGE + i)),
			.revoked_at = LICENSE_NEVER
		};
	manifest_made.exchange[2].revoked_at = TODAY;
	manifest_made.exchange_len = 3;
	site_sign_manifest(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(
		request_make(&site,
			&(struct request_wish){ .kind = REQUEST_HEARTBEAT, .machine.root = folder },
			&made),
		SKERRY_OK);
	open_with(CEREMONY_EXCHANGE + 1);
	manifest_made.version = 3;
	for (size_t i = 0; i < 3; i++)
		manifest_made.exchange[i].revoked_at = TODAY;
	site_sign_manifest(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(refusal(&(struct request_wish){ .kind = REQUEST_HEARTBEAT }),
		SKERRY_ERR_NO_EXCHANGE_KEY);
}

static void
what_is_wrong_is_told_and_nothing_recorded(void **state)
{
	static const char *const KEYS[] = { KEY, KEY, KEY, KEY, KEY, KEY, KEY, KEY, KEY };
	static const char *const EMPTY[] = { " " }, *const DOMAINS[] = { "No Domain" },
				 *const CUSTOM[] = { "" };
	static char large[REQUEST_REASON_MAX + 2];
	struct request_wish wish = { .kind = REQUEST_PAIR, .machine.root = folder };

	(void)state;
	memset(large, 'x', sizeof large - 1);
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys = KEYS;
	wish.keys_len = 9;
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys = EMPTY;
	wish.keys_len = 1;
	assert_int_equal(refusal(&wish), SKERRY_ERR_LICENSE_KEY_LENGTH);
	wish.kind = REQUEST_HEARTBEAT;
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys_len = 0;
	wish.reason = large;
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = "a\033[2J";
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = "\xff";
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = NULL;
	wish.domains = DOMAINS;
	wish.domains_len = 1;
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.domains_len = 0;
	wish.machine.custom = CUSTOM;
	wish.machine.custom_len = 1;
	assert_int_equal(refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.machine.custom_len = 0;
	wish.kind = REQUEST_UNPAIR;
	assert_int_equal(refusal(&wish), SKERRY_ERR_NOT_PAIRED);
	keep_license(1, false);
	assert_int_equal(refusal(&wish), SKERRY_ERR_NOT_PAIRED);
	keep_license(2, true);
	assert_int_equal(write_wish(&wish)->kind, REQUEST_UNPAIR);
}

static void
the_file_comes_after_the_commit_and_the_mark_after_the_file(void **state)
{
	struct mark before, after;

	(void)state;
	keep_license(1, true);
	assert_int_equal(memory_read_mark(site.memory, &before), SKERRY_OK);
	heartbeat();
	assert_int_equal(memory_read_mark(site.memory, &after), SKERRY_OK);
	assert_int_equal(after.seq, before.seq);
	/* The power goes before the file is there: the next one is the same, and no alarm is raised. */
	WHILE_CLOSED((void)0);
	assert_false(site.memory->news.rolled_back);
	/* Seconds go by that nothing has recorded yet. */
	site_live_until(TODAY + DAY + 3);
	heartbeat();
	assert_true(made.again);
	assert_int_equal(request_written(&site), SKERRY_OK);
	assert_int_equal(memory_read_mark(site.memory, &after), SKERRY_OK);
	assert_true(after.seq > before.seq);
	WHILE_CLOSED((void)0);
	assert_false(site.memory->news.rolled_back);
	memory_assert_whole();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_pairing_says_who_asks),
		TEST(a_key_is_read_by_the_forms_of_the_brands),
		TEST(a_heartbeat_tells_what_is_held_and_what_arrived),
		TEST(a_paired_site_hashes_its_machine_under_its_licenses_salt),
		TEST(only_what_is_allowed_goes_out),
		TEST(more_events_than_fit_go_out_one_request_after_the_other),
		TEST(an_event_of_the_longest_text_goes_out_whole),
		TEST(a_restored_backup_is_told),
		TEST(with_nothing_new_it_is_the_same_byte_for_byte),
		TEST(whatever_is_new_makes_it_a_new_one),
		TEST(an_answered_one_is_not_given_out_again),
		TEST(a_heartbeat_never_takes_the_place_of_what_waits),
		TEST(a_full_list_gives_a_stopgap),
		TEST(the_list_names_what_the_desk_computes),
		TEST(it_is_sealed_to_the_newest_exchange_key_that_stands),
		TEST(what_is_wrong_is_told_and_nothing_recorded),
		TEST(the_file_comes_after_the_commit_and_the_mark_after_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
