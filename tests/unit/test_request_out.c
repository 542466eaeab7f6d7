/* SPDX-License-Identifier: ISC */
/* What a site's request says, read as the vendor's desk reads it; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_request.h"
#include "formats/license_key.h"
#include "verifier/state/desk_heads.h"
#include "verifier/state/events.h"
#include "verifier/state/reached.h"
#include "verifier/state/restored.h"
#include "verifier/state/seats.h"
#include "verifier/state/vendor_marks.h"

/* --- what it says ---------------------------------------------------------------------------- */

static void
a_first_pairing_says_who_asks(void **state)
{
	static const char *const KEYS[] = { ASKED_KEY, "hms-other ", ASKED_KEY };
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
	const struct request *request = asked_write(&wish);
	uint8_t salt[LICENSE_SALT_LEN];

	(void)state;
	assert_int_equal(request->kind, REQUEST_PAIR);
	assert_int_equal(request->number, 1);
	assert_int_equal(request->pending_len, 0);
	assert_int_equal(request->keys_len, 2);
	asked_is_text(request->keys[0], ASKED_KEY);
	asked_is_text(request->keys[1], "HMS-OTHER");
	assert_true(cose_key_same(&request->site_key, &site.identity.site_key));
	assert_true(cose_key_same(&request->opening_key, &site.identity.opening_key));
	asked_is_text(request->install_id, site.identity.install_id);
	asked_is_text(request->reason, "new server");
	asked_is_text(request->app_version, "4.2");
	asked_is_text(request->tenant, "resort");
	assert_int_equal(request->domains_len, 2);
	asked_is_text(request->domains[0], "a.example");
	assert_int_equal(request->components_len, 1);
	hash_salt(ASKED_KEY, salt);
	assert_memory_equal(request->salt.data, salt, sizeof salt);
	assert_int_equal(request->manifest_version, 1);
	assert_int_equal(request->held_len, 0);
	assert_true(request->journal.seq > 0);
	assert_false(asked.again || asked.stopgap || asked.anonymous);
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
	asked_is_text(asked_write(&wish)->keys[0], key);
	typed[5] = typed[5] == '7' ? '8' : '7';
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_LICENSE_KEY_TYPO);
	typed[0] = 'X';
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_LICENSE_KEY_PREFIX);
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
	asked_keep_license(1, true);
	asked_keep_license(2, true);
	kid = site.trust->kids[0];
	listed = license_made;
	listed.has_status = true;
	listed.status_uri = statuses.uri;
	listed.status_index = 1;
	ASKED_CHANGE(vendor_marks_put(site.memory->store, VENDOR_WORD_REPLY,
		cbor_text_from_chars("hotelhub"), kid, &reply));
	ASKED_CHANGE(vendor_marks_put(site.memory->store, VENDOR_WORD_STATUS,
		cbor_text_from_chars("hotelhub"), kid, &list));
	ASKED_CHANGE(reached_add(site.memory->store, &listed, TODAY));
	ASKED_CHANGE(
		reached_see(site.memory->store, &statuses, suspended, sizeof suspended, TODAY + 9));
	ASKED_CHANGE(desk_heads_put(site.memory->store, &head));
	request = asked_heartbeat();
	assert_int_equal(request->held_len, 1);
	assert_int_equal(request->reply_number, 7);
	assert_int_equal(request->statuses_len, 1);
	asked_is_text(request->statuses[0].uri, "skerry:hotelhub");
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
	assert_int_equal(asked_write(&wish)->components_len, 0);
	asked_acknowledge();
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
	assert_int_equal(asked_write(&wish)->components_len, 1);
	assert_memory_equal(asked_opened.request.salt.data, SALT, sizeof SALT);
	assert_memory_equal(asked_opened.request.components[0].hash.data, hash, sizeof hash);
}

static void
only_what_is_allowed_goes_out(void **state)
{
	const struct request *request;

	(void)state;
	asked_allow("rooms");
	asked_allow("app.version");
	asked_allow("door");
	ASKED_CHANGE(telemetry_decide(site.memory, "guests", TELEMETRY_DENIED, 0));
	asked_telemetry("rooms", "118");
	asked_telemetry("app.version", "4.2 beta");
	asked_telemetry("guests", "12");
	asked_telemetry("revenue", "99");
	asked_event("door", "opened");
	asked_event("window", "opened");
	asked_event("guests", "came");
	request = asked_heartbeat();
	assert_int_equal(request->telemetry_len, 2);
	asked_is_text(request->telemetry[0].name, "rooms");
	assert_int_equal(request->telemetry[0].number, 118);
	asked_is_text(request->telemetry[1].name, "app.version");
	asked_is_text(request->telemetry[1].text, "4.2 beta");
	assert_int_equal(request->events_len, 1);
	asked_is_text(request->events[0].text, "opened");
	assert_int_equal(asked.telemetry, 2);
	assert_int_equal(asked.events, 1);
	/* What was denied since is not in the next one. */
	ASKED_CHANGE(telemetry_decide(site.memory, "rooms", TELEMETRY_DENIED, 0));
	assert_int_equal(asked_heartbeat()->telemetry_len, 1);
}

/* --- how many seats were in use ----------------------------------------------------------------- */

static struct seats_moment seats_now = { .boottime_s = 10 };

static void
claim_seat(struct seats *seats, const char *pool, const char *holder)
{
	const struct seat_terms terms = { true, 1, 2, 100000, 0 };
	const struct seats_asker asker = { .owner = "uid:33" };
	struct seats_granted granted;

	assert_int_equal(
		seats_put(seats, pool, holder, &terms, &asker, &seats_now, &granted), SKERRY_OK);
	assert_int_equal(granted.answer.fate, SEAT_CLAIMED);
	assert_int_equal(seats_commit(seats), SKERRY_OK);
}

static void
a_minute_of_seats(struct seats *seats)
{
	seats_now.boottime_s += 60;
	assert_int_equal(seats_tick(seats, &seats_now), SKERRY_OK);
	assert_int_equal(seats_commit(seats), SKERRY_OK);
}

static void
seats_in_use_are_told_while_somebody_hands_them_out(void **state)
{
	struct seats *seats = NULL;
	const struct request *request;

	(void)state;
	assert_int_equal(asked_heartbeat()->usage_len, 0);
	asked_acknowledge();
	assert_int_equal(seats_open(site.documents.directory, &seats_now, &seats), SKERRY_OK);
	claim_seat(seats, "hotelhub/hms", "front");
	claim_seat(seats, "hotelhub/hms", "back");
	claim_seat(seats, "b/c", "front");
	a_minute_of_seats(seats);
	request = asked_heartbeat();
	assert_int_equal(request->usage_len, 3);
	asked_is_text(request->usage[0].name, "seats.peak b/c");
	assert_int_equal(request->usage[0].number, 1);
	asked_is_text(request->usage[1].name, "seats.peak hotelhub/hms");
	assert_int_equal(request->usage[1].number, 2);
	asked_is_text(request->usage[2].name, "seats.burst_s hotelhub/hms");
	assert_int_equal(request->usage[2].number, 60);
	/* More of them are no news by themselves. */
	claim_seat(seats, "hotelhub/hms", "garden");
	a_minute_of_seats(seats);
	assert_int_equal(asked_heartbeat()->usage[1].number, 2);
	assert_true(asked.again);
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->usage[1].number, 3);
	seats_close(seats);
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->usage[1].number, 3);
}

static void
pools_of_long_names_and_more_than_fit_are_told_apart(void **state)
{
	struct seats *seats = NULL;
	char pool[SEATS_POOL_MAX + 1];

	(void)state;
	assert_int_equal(seats_open(site.documents.directory, &seats_now, &seats), SKERRY_OK);
	for (int i = 0; i < 40; i++) {
		snprintf(pool, sizeof pool, "hotelhub/hms %s-%d",
			"caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9",
			i);
		claim_seat(seats, pool, "front");
		claim_seat(seats, pool, "back");
	}
	claim_seat(seats, pool, "garden");
	a_minute_of_seats(seats);
	seats_close(seats);
	assert_int_equal(asked_heartbeat()->usage_len, REQUEST_NAMES_MAX);
}

static void
more_events_than_fit_go_out_one_request_after_the_other(void **state)
{
	char text[16];

	(void)state;
	asked_allow("door");
	for (int i = 0; i < REQUEST_EVENTS_MAX + 3; i++) {
		snprintf(text, sizeof text, "%d", i);
		asked_event("door", text);
	}
	assert_int_equal(asked_heartbeat()->events_len, REQUEST_EVENTS_MAX);
	asked_is_text(asked_opened.request.events[0].text, "0");
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->events_len, 3);
	asked_is_text(asked_opened.request.events[0].text, "64");
	asked_acknowledge();
	assert_int_equal(asked_heartbeat()->events_len, 0);
}

static void
an_event_of_the_longest_text_goes_out_whole(void **state)
{
	char text[EVENT_TEXT_MAX + 1];

	(void)state;
	memset(text, 'x', EVENT_TEXT_MAX);
	text[EVENT_TEXT_MAX] = '\0';
	asked_allow("door");
	asked_event("door", text);
	asked_is_text(asked_heartbeat()->events[0].text, text);
}

static void
a_restored_backup_is_told(void **state)
{
	const struct mark none = { .seq = 0 };
	struct journal_moment moment = { .settled = TODAY };

	(void)state;
	ASKED_CHANGE(restored_tell(site.memory->store, &moment, &none));
	assert_true(asked_heartbeat()->restored);
	asked_acknowledge();
	assert_false(asked_heartbeat()->restored);
}

static void
a_memory_that_was_made_anew_is_told(void **state)
{
	(void)state;
	ASKED_CHANGE(
		memory_tell(site.memory, "state.rebuilt", "site.db", "clock=lost site_key=new"));
	assert_false(asked_heartbeat()->restored);
	ASKED_CHANGE(memory_tell(site.memory, "state.rebuilt", "site.db", "clock=kept"));
	assert_true(asked_heartbeat()->restored);
	asked_acknowledge();
	assert_false(asked_heartbeat()->restored);
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
			&asked),
		SKERRY_OK);
	asked_open(CEREMONY_EXCHANGE + 1);
	manifest_made.version = 3;
	for (size_t i = 0; i < 3; i++)
		manifest_made.exchange[i].revoked_at = TODAY;
	site_sign_manifest(&document);
	assert_int_equal(site_take_at(&document, TODAY), TAKE_TAKEN);
	assert_int_equal(asked_refusal(&(struct request_wish){ .kind = REQUEST_HEARTBEAT }),
		SKERRY_ERR_NO_EXCHANGE_KEY);
}

static void
what_is_wrong_is_told_and_nothing_recorded(void **state)
{
	static const char *const KEYS[] = { ASKED_KEY, ASKED_KEY, ASKED_KEY, ASKED_KEY, ASKED_KEY,
		ASKED_KEY, ASKED_KEY, ASKED_KEY, ASKED_KEY };
	static const char *const EMPTY[] = { " " }, *const DOMAINS[] = { "No Domain" },
				 *const CUSTOM[] = { "" };
	static char large[REQUEST_REASON_MAX + 2];
	struct request_wish wish = { .kind = REQUEST_PAIR, .machine.root = folder };

	(void)state;
	memset(large, 'x', sizeof large - 1);
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys = KEYS;
	wish.keys_len = 9;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys = EMPTY;
	wish.keys_len = 1;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_LICENSE_KEY_LENGTH);
	wish.kind = REQUEST_HEARTBEAT;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.keys_len = 0;
	wish.reason = large;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = "a\033[2J";
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = "\xff";
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.reason = NULL;
	wish.domains = DOMAINS;
	wish.domains_len = 1;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.domains_len = 0;
	wish.machine.custom = CUSTOM;
	wish.machine.custom_len = 1;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_ARGUMENT);
	wish.machine.custom_len = 0;
	wish.kind = REQUEST_UNPAIR;
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_NOT_PAIRED);
	asked_keep_license(1, false);
	assert_int_equal(asked_refusal(&wish), SKERRY_ERR_NOT_PAIRED);
	asked_keep_license(2, true);
	assert_int_equal(asked_write(&wish)->kind, REQUEST_UNPAIR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, asked_set_up, asked_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_pairing_says_who_asks),
		TEST(a_key_is_read_by_the_forms_of_the_brands),
		TEST(a_heartbeat_tells_what_is_held_and_what_arrived),
		TEST(a_paired_site_hashes_its_machine_under_its_licenses_salt),
		TEST(only_what_is_allowed_goes_out),
		TEST(seats_in_use_are_told_while_somebody_hands_them_out),
		TEST(pools_of_long_names_and_more_than_fit_are_told_apart),
		TEST(more_events_than_fit_go_out_one_request_after_the_other),
		TEST(an_event_of_the_longest_text_goes_out_whole),
		TEST(a_restored_backup_is_told),
		TEST(a_memory_that_was_made_anew_is_told),
		TEST(it_is_sealed_to_the_newest_exchange_key_that_stands),
		TEST(what_is_wrong_is_told_and_nothing_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
