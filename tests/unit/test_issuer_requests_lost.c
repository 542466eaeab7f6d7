/* SPDX-License-Identifier: ISC */
/* What a request tells that the records do not know: steps read out elsewhere, licenses that were lost;
   what requests of long ago may still do; a fingerprint by hand of who has paired. */
#include "formats/ladder.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/high_water.h"
#include "issuer/desk/telephone.h"
#include "tests/unit/requests_at_desk.h"

static struct license license;

/* --- steps by telephone ------------------------------------------------------------------------ */

/* The next request of `who` tells that its document has so many. */
static void
type_in(struct requester *who, unsigned steps)
{
	static uint8_t cti[LICENSE_CTI_LEN];

	requester_read_held(&site, &license);
	memcpy(cti, license.cti.data, sizeof cti);
	who->says.steps[0] = (struct request_steps){ cti, steps };
	who->says.steps_len = 1;
}

static int64_t
given(struct desk_fixture *fixture)
{
	return requester_count(fixture, "SELECT ifnull(sum(given), 0) FROM telephone_step");
}

static int64_t
rows_told(struct desk_fixture *fixture)
{
	return requester_count(fixture, "SELECT count(*) FROM audit WHERE action = 'extend.told'");
}

static void
steps_that_were_typed_in_count_as_read_out(void **state)
{
	struct desk_fixture *fixture = *state;
	struct telephone_document *document = malloc(sizeof *document);
	struct license_record record;
	struct ladder ladder;

	assert_non_null(document);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	type_in(&site, 2);
	requester_execute(fixture, "UPDATE license SET status = 'suspended'");
	/* suspended: no document follows, and what was typed in stands */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_SUSPENDED);
	assert_int_equal(answered.steps_told, 1);
	assert_int_equal(given(fixture), 2);
	ladder_dates(&license, 2, &ladder);
	assert_true(ladder.renew_by > license.renew_by);
	assert_int_equal(
		requester_count(fixture, "SELECT renew_by FROM activation"), ladder.renew_by);
	requester_execute(fixture, "UPDATE license SET status = 'paired'");
	requester_expect_sound(fixture);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &record), SKERRY_OK);
	assert_int_equal(telephone_find(&fixture->desk, &record, 0, 0, document), SKERRY_OK);
	assert_int_equal(document->given, 2);
	/* told again, and fewer: nothing more */
	type_in(&site, 1);
	requester_execute(fixture, "UPDATE license SET status = 'suspended'");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_SUSPENDED);
	requester_execute(fixture, "UPDATE license SET status = 'paired'");
	assert_int_equal(answered.steps_told, 0);
	assert_int_equal(given(fixture), 2);
	assert_int_equal(rows_told(fixture), 1);
	/* the next document begins its own count */
	fixture->desk.clock += DAY;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_read_held(&site, &license);
	assert_int_equal(
		requester_count(fixture, "SELECT renew_by FROM activation"), license.renew_by);
	requester_expect_sound(fixture);
	free(document);
}

/* The log and the records each say how many: neither can be changed alone. */
static void
steps_that_no_row_tells_are_found(void **state)
{
	struct desk_fixture *fixture = *state;
	struct audit_verdict verdict;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	type_in(&site, 1);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_expect_sound(fixture);
	requester_execute(fixture, "UPDATE telephone_step SET given = 3");
	assert_int_not_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
	requester_execute(fixture, "DELETE FROM telephone_step");
	assert_int_not_equal(audit_verify_desk(&fixture->desk, NULL, 0, &verdict), SKERRY_OK);
}

static void
steps_of_another_site_or_of_no_document_are_left_out(void **state)
{
	struct desk_fixture *fixture = *state;
	static const uint8_t NOBODYS[LICENSE_CTI_LEN] = { 1 };
	struct requester thief;

	requester_make(&thief, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	/* another one's, though it has got hold of the file */
	type_in(&thief, 3);
	memcpy(thief.held, site.held, sizeof thief.held);
	memcpy(thief.held_lens, site.held_lens, sizeof thief.held_lens);
	thief.held_len = 1;
	requester_visit(&thief, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.steps_told, 0);
	/* more than the document has; of none that there is */
	type_in(&site, 4);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	site.says.steps[0].cti = NOBODYS;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_int_equal(answered.steps_told, 0);
	assert_int_equal(given(fixture), 0);
	requester_free(&thief);
}

/* --- licenses that the records lost ------------------------------------------------------------ */

/* As in a backup from before the sale. */
static void
lose_license(struct desk_fixture *fixture)
{
	static const char *const LOSE[] = { "DELETE FROM heartbeat", "DELETE FROM reply",
		"DELETE FROM document WHERE kind <> 'manifest'", "DELETE FROM activation",
		"DELETE FROM request", "DELETE FROM installation_line", "DELETE FROM installation",
		"DELETE FROM license", "UPDATE brand SET status_next = 0",
		"DELETE FROM high_water" };

	for (size_t i = 0; i < sizeof LOSE / sizeof *LOSE; i++)
		requester_execute(fixture, LOSE[i]);
}

static void
license_that_is_not_in_the_records_is_told(void **state)
{
	struct desk_fixture *fixture = *state;
	struct mark_high high;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	requester_read_held(&site, &license);
	lose_license(fixture);
	requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.results_len, 0);
	assert_int_equal(answered.lost_len, 1);
	assert_string_equal(answered.lost[0].license, sold.licenses[0].public_id);
	assert_string_equal(answered.lost[0].product, "hotelhub/hms");
	assert_int_equal(answered.lost[0].activation, 1);
	assert_int_equal(answered.lost[0].edition, license.edition);
	assert_false(answered.lost[0].refused);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.lost'"
					 " AND detail LIKE 'license=%activation=1%'"),
		1);
	/* none of its numbers is given out again */
	assert_int_equal(high_water_read(&fixture->desk, &high), SKERRY_OK);
	assert_true(high.edition >= (int64_t)license.edition);
	assert_true(high.activation_next >= 2 && high.status_next >= 1);
	assert_int_equal(requester_count(fixture, "SELECT status_next FROM brand"), 1);
	/* what the hotel has stays as it is; it is told each time, and recorded once */
	assert_int_equal(site.held_len, 1);
	requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.lost_len, 1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.lost'"),
		1);
}

static void
license_that_another_key_signed_is_not_believed(void **state)
{
	struct desk_fixture *fixture = *state;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	lose_license(fixture);
	site.held[0][site.held_lens[0] - 1] ^= 1;
	requester_visit(&site, fixture, REQUEST_HEARTBEAT, NULL, &answered);
	assert_int_equal(answered.lost_len, 0);
	assert_int_equal(requester_count(fixture, "SELECT status_next FROM brand"), 0);
}

/* It asks for one license and shows another one, whose activation is not in the records. */
static void
counters_rise_by_what_is_shown_beside(void **state)
{
	struct desk_fixture *fixture = *state;
	struct sold second;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	desk_fixture_sell(fixture, &second);
	requester_execute(fixture, "DELETE FROM heartbeat");
	requester_execute(fixture, "DELETE FROM reply");
	requester_execute(fixture, "DELETE FROM document WHERE kind <> 'manifest'");
	requester_execute(fixture, "DELETE FROM activation");
	requester_execute(fixture, "UPDATE license SET activation_next = 1, edition = 0");
	requester_execute(fixture, "UPDATE brand SET status_next = 0");
	requester_visit(&site, fixture, REQUEST_PAIR, second.key, &answered);
	assert_int_equal(answered.lost_len, 0);
	assert_int_equal(
		requester_count(fixture, "SELECT activation_next FROM license WHERE id = 1"), 2);
	/* 0 is the lost one's */
	assert_int_equal(requester_count(fixture, "SELECT status_index FROM activation"), 1);
}

/* --- of long ago ------------------------------------------------------------------------------- */

/* All that an old request must not move. */
static int64_t
state_of(struct desk_fixture *fixture)
{
	return requester_count(fixture,
		"SELECT (SELECT count(*) FROM activation) + 10 * (SELECT count(*) FROM activation"
		" WHERE unpaired_at IS NULL) + 100 * (SELECT count(*) FROM revocation) + 1000 *"
		" (SELECT count(*) FROM heartbeat) + 100000 * (SELECT number FROM installation) +"
		" 10000000 * (SELECT count(*) FROM request) + (SELECT last_contact_at FROM"
		" installation) + (SELECT sum(last_contact_at) FROM activation) + (SELECT"
		" ifnull(sum(given), 0) FROM telephone_step) + (SELECT count(*) FROM audit WHERE"
		" action NOT IN ('reply.make', 'license.issue'))");
}

/*
 * Its second request lies in the gap that a desk left which lost its records: neither known nor
 * contradicted. It arrives when the site has long gone on.
 */
static void
forgotten_request_gets_a_document_at_the_most(void **state)
{
	static const enum request_kind KINDS[] = { REQUEST_HEARTBEAT, REQUEST_UNPAIR, REQUEST_PAIR,
		REQUEST_MIGRATE };
	struct desk_fixture *fixture = *state;
	uint8_t *old[4] = { NULL };
	size_t lens[4];
	int64_t before;

	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	type_in(&site, 3);
	site.says.condition = 2;
	for (size_t i = 0; i < 4; i++) {
		old[i] = malloc(REQUESTER_ROOM);
		assert_non_null(old[i]);
		/* what it says of a machine is of then */
		site.machine = i == 2 ? 1 : 9;
		lens[i] = requester_write(&site, fixture, KINDS[i],
			KINDS[i] == REQUEST_PAIR || KINDS[i] == REQUEST_MIGRATE ? sold.key : NULL,
			old[i]);
	}
	site.machine = 1;
	site.says.steps_len = 0;
	site.says.condition = 0;
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_execute(fixture, "UPDATE reply SET request_id = NULL");
	requester_execute(fixture, "DELETE FROM request");
	requester_execute(fixture, "DELETE FROM installation_line");
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.adopted);
	fixture->desk.clock += DAY;
	before = state_of(fixture);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(requester_hand(fixture, old[i], lens[i], &answered), SKERRY_OK);
		assert_int_equal(answered.arrival, FORK_FORGOTTEN);
		assert_int_equal(answered.found, FORK_NONE);
		assert_false(answered.time_reset);
		assert_int_equal(answered.steps_told, 0);
		assert_int_equal(state_of(fixture), before);
		assert_int_equal(
			requester_count(fixture, "SELECT count(*) FROM activation WHERE kind ="
						 " 'site' AND unpaired_at IS NULL"),
			1);
		/* once more: the same answer */
		assert_int_equal(requester_hand(fixture, old[i], lens[i], &answered), SKERRY_OK);
		assert_int_equal(answered.arrival, FORK_AGAIN);
		assert_int_equal(state_of(fixture), before);
		free(old[i]);
	}
	requester_expect_sound(fixture);
}

/* Late ones are known, so that they count: but no document, and nothing that a newer one decided. */
static void
late_request_gets_no_document(void **state)
{
	struct desk_fixture *fixture = *state;
	uint8_t *heartbeat = malloc(REQUESTER_ROOM), *unpair = malloc(REQUESTER_ROOM);
	size_t heartbeat_len, unpair_len;
	int64_t documents;

	assert_true(heartbeat != NULL && unpair != NULL);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	site.says.condition = 2;
	heartbeat_len = requester_write(&site, fixture, REQUEST_HEARTBEAT, NULL, heartbeat);
	unpair_len = requester_write(&site, fixture, REQUEST_UNPAIR, NULL, unpair);
	site.says.condition = 0;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	documents =
		requester_count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'");
	assert_int_equal(requester_hand(fixture, heartbeat, heartbeat_len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_LATE);
	assert_false(answered.results[0].issued || answered.time_reset);
	/* it paired again since */
	assert_int_equal(requester_hand(fixture, unpair, unpair_len, &answered), SKERRY_OK);
	assert_int_equal(answered.arrival, FORK_LATE);
	assert_int_equal(answered.results[0].code, REPLY_OK);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 0);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM document WHERE kind = 'license'"),
		documents);
	requester_expect_sound(fixture);
	free(heartbeat);
	free(unpair);
}

/* --- by hand, of who has paired ---------------------------------------------------------------- */

static int64_t
find_paired(struct desk_fixture *fixture, uint8_t salt, uint8_t machine, const struct cose_key *key)
{
	static const unsigned TYPES[] = { FINGERPRINT_MACHINE_ID, FINGERPRINT_PRODUCT_UUID,
		FINGERPRINT_DISK_SERIAL, FINGERPRINT_CPU_MODEL };
	static uint8_t salts[LICENSE_SALT_LEN], hash[LICENSE_COMPONENT_HASH_MAX];
	static struct fingerprint fingerprint;
	int64_t number = -1;

	fingerprint = (struct fingerprint){ .salt = { salts, sizeof salts },
		.components_len = REQUESTER_COMPONENTS };
	memset(salts, salt, sizeof salts);
	memset(hash, machine, sizeof hash);
	for (size_t i = 0; i < REQUESTER_COMPONENTS; i++)
		fingerprint.components[i] =
			(struct fingerprint_component){ TYPES[i], { hash, sizeof hash } };
	fingerprint.has_site_key = key != NULL;
	if (key != NULL)
		fingerprint.site_key = *key;
	assert_int_equal(
		activations_find_paired(&fixture->desk, 1, &fingerprint, &number), SKERRY_OK);
	return number;
}

static void
fingerprint_by_hand_finds_the_site_that_paired(void **state)
{
	enum { SALT = 7, OTHER_SALT = 8 };
	struct desk_fixture *fixture = *state;
	const struct cose_key *own = &site.site.public_key;
	struct requester other;

	requester_make(&other, fixture, 2);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_int_equal(find_paired(fixture, SALT, 1, own), 1);
	assert_int_equal(find_paired(fixture, SALT, 1, NULL), 1);
	assert_int_equal(find_paired(fixture, OTHER_SALT, 1, own), 1);
	/* another machine; another one's key; nothing to tell by */
	assert_int_equal(find_paired(fixture, SALT, 2, own), 0);
	assert_int_equal(find_paired(fixture, SALT, 1, &other.site.public_key), 0);
	assert_int_equal(find_paired(fixture, OTHER_SALT, 1, &other.site.public_key), 0);
	assert_int_equal(find_paired(fixture, OTHER_SALT, 1, NULL), 0);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(find_paired(fixture, SALT, 1, own), 0);
	requester_free(&other);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(steps_that_were_typed_in_count_as_read_out),
		TEST(steps_that_no_row_tells_are_found),
		TEST(steps_of_another_site_or_of_no_document_are_left_out),
		TEST(license_that_is_not_in_the_records_is_told),
		TEST(license_that_another_key_signed_is_not_believed),
		TEST(counters_rise_by_what_is_shown_beside),
		TEST(forgotten_request_gets_a_document_at_the_most),
		TEST(late_request_gets_no_document),
		TEST(fingerprint_by_hand_finds_the_site_that_paired),
	};

	return cmocka_run_group_tests_name("requests_lost", tests, NULL, NULL);
}
