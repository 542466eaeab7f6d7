/* SPDX-License-Identifier: ISC */
/* Requests of sites that hold documents bound by hand: from their own machine, from another, from none. */
#include "tests/unit/requests_at_desk.h"

/* A document made by hand, of this kind and for the site's machine as it shows itself when it pairs. */
static void
issue_by_hand(struct desk_fixture *fixture, enum activation_kind kind)
{
	static struct binding binding;
	static struct issued issued;
	static uint8_t file[FINGERPRINT_MAX], salt[LICENSE_SALT_LEN],
		hash[LICENSE_COMPONENT_HASH_MAX];
	static const unsigned TYPES[] = { FINGERPRINT_MACHINE_ID, FINGERPRINT_PRODUCT_UUID,
		FINGERPRINT_DISK_SERIAL, FINGERPRINT_CPU_MODEL };
	struct fingerprint *fingerprint = &binding.fingerprint;
	struct issue issue = { .license_id = sold.licenses[0].public_id,
		.binding = &binding,
		.until = LICENSE_NEVER };
	struct cbor_writer w;

	memset(&binding, 0, sizeof binding);
	memset(salt, 7, sizeof salt);
	memset(hash, site.machine, sizeof hash);
	binding.kind = kind;
	if (kind == ACTIVATION_DOMAIN)
		memcpy(binding.domains, "*.grand.example", sizeof "*.grand.example");
	fingerprint->salt = (struct cbor_bytes){ salt, sizeof salt };
	for (size_t i = 0; i < REQUESTER_COMPONENTS && kind == ACTIVATION_MACHINE; i++)
		fingerprint->components[fingerprint->components_len++] =
			(struct fingerprint_component){ TYPES[i], { hash, sizeof hash } };
	cbor_writer_init(&w, file, sizeof file);
	fingerprint_write(&w, fingerprint);
	if (kind == ACTIVATION_MACHINE)
		binding.fingerprint_bytes = (struct cbor_bytes){ file, w.len };
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	memcpy(site.held[0], issued.bytes, issued.len);
	site.held_lens[0] = issued.len;
	site.held_len = 1;
}

static void
what_was_bound_by_hand_is_adopted(void **state)
{
	struct desk_fixture *fixture = *state;
	struct license *license = malloc(sizeof *license);

	assert_non_null(license);
	issue_by_hand(fixture, ACTIVATION_MACHINE);
	/* a heartbeat renews it as it is bound */
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	requester_read_held(&site, license);
	assert_false(license->has_site_key);
	/* pairing gives it the site's key, and no further activation: by its machine alone */
	site.holds_back = true;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	requester_read_held(&site, license);
	assert_true(license->has_site_key);
	assert_int_equal(license->activation, 1);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM activation WHERE kind = 'site'"
					 " AND installation_id = 1"),
		1);
	requester_expect_sound(fixture);
	free(license);
}

/* What lies on a stick or in a mail can be copied: on another machine it neither moves nor ends anything. */
static void
copy_of_a_machines_document_gives_another_machine_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	static uint8_t salt[LICENSE_SALT_LEN], hash[LICENSE_COMPONENT_HASH_MAX];
	struct license *license = malloc(sizeof *license);
	struct requester other;

	assert_non_null(license);
	issue_by_hand(fixture, ACTIVATION_MACHINE);
	requester_make(&other, fixture, 2);
	/* a site tells of its machine under the salt of what it holds, whatever it asks for */
	memset(salt, 7, sizeof salt);
	memset(hash, other.machine, sizeof hash);
	other.says.salt = (struct cbor_bytes){ salt, sizeof salt };
	other.says.components[0] =
		(struct fingerprint_component){ FINGERPRINT_PRODUCT_UUID, { hash, sizeof hash } };
	other.says.components_len = 1;
	memcpy(other.held[0], site.held[0], site.held_lens[0]);
	other.held_lens[0] = site.held_lens[0];
	other.held_len = 1;
	visit(fixture, &other, REQUEST_PAIR, REPLY_PAIRED_ELSEWHERE);
	visit(fixture, &other, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 0);
	assert_int_equal(
		requester_count(fixture, "SELECT count(*) FROM activation WHERE kind = 'machine'"
					 " AND unpaired_at IS NULL AND installation_id IS NULL"),
		1);
	/* it is renewed for the machine that it is bound to; and moved where somebody says so, and counted */
	visit(fixture, &other, REQUEST_HEARTBEAT, REPLY_OK);
	requester_read_held(&other, license);
	assert_false(license->has_site_key);
	visit(fixture, &other, REQUEST_MIGRATE, REPLY_OK);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 1);
	requester_expect_sound(fixture);
	requester_free(&other);
	free(license);
}

/* What `who` shows of a machine under the salt of documents by hand; 0 nothing. */
static void
show_machine(struct requester *who, uint8_t salt, uint8_t machine)
{
	static uint8_t salts[LICENSE_SALT_LEN], hash[LICENSE_COMPONENT_HASH_MAX];

	memset(salts, salt, sizeof salts);
	memset(hash, machine, sizeof hash);
	who->says.salt = (struct cbor_bytes){ salts, sizeof salts };
	who->says.components[0] =
		(struct fingerprint_component){ FINGERPRINT_MACHINE_ID, { hash, sizeof hash } };
	who->says.components[1] =
		(struct fingerprint_component){ FINGERPRINT_PRODUCT_UUID, { hash, sizeof hash } };
	who->says.components[2] =
		(struct fingerprint_component){ FINGERPRINT_DISK_SERIAL, { hash, sizeof hash } };
	who->says.components_len = machine == 0 ? 0 : 3;
	if (machine == 0)
		who->says.salt = (struct cbor_bytes){ .data = NULL };
}

/* As a desk that was put back to before it issued the document. */
static void
lose_activation(struct desk_fixture *fixture)
{
	requester_execute(fixture, "DELETE FROM heartbeat");
	requester_execute(fixture, "DELETE FROM reply");
	requester_execute(fixture, "DELETE FROM document WHERE kind <> 'manifest'");
	requester_execute(fixture, "DELETE FROM finder WHERE rowid % 2 = 1");
	requester_execute(fixture, "DELETE FROM activation");
	requester_execute(fixture, "UPDATE license SET status = 'unpaired'");
}

static int64_t
revoked(struct desk_fixture *fixture)
{
	return requester_count(fixture, "SELECT count(*) FROM revocation");
}

/* Who asks from there ends it or does not. */
static void
expect_end(struct desk_fixture *fixture, bool ends)
{
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(revoked(fixture), ends);
}

static void
end_of_machine(struct desk_fixture *fixture)
{
	/* no machine; another one; one that cannot be compared */
	show_machine(&site, 7, 0);
	expect_end(fixture, false);
	show_machine(&site, 7, 2);
	expect_end(fixture, false);
	show_machine(&site, 8, 1);
	expect_end(fixture, false);
	show_machine(&site, 7, 1);
	expect_end(fixture, true);
}

static void
end_of_domains(struct desk_fixture *fixture)
{
	static const char *const OTHERS[] = { "other.example", "grand.example", "a.b.grand.example",
		"xgrand.example" };

	expect_end(fixture, false);
	site.says.domains_len = 1;
	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
		site.says.domains[0] = cbor_text_from_chars(OTHERS[i]);
		expect_end(fixture, false);
	}
	site.says.domains[0] = cbor_text_from_chars("hms.grand.example");
	expect_end(fixture, true);
}

static void
document_by_hand_is_ended_from_its_machine_alone(void **state)
{
	issue_by_hand(*state, ACTIVATION_MACHINE);
	end_of_machine(*state);
}

static void
lost_document_by_hand_is_ended_from_its_machine_alone(void **state)
{
	issue_by_hand(*state, ACTIVATION_MACHINE);
	lose_activation(*state);
	end_of_machine(*state);
}

static void
document_for_domains_is_ended_from_a_domain_of_it_alone(void **state)
{
	issue_by_hand(*state, ACTIVATION_DOMAIN);
	end_of_domains(*state);
}

static void
lost_document_for_domains_is_ended_from_a_domain_of_it_alone(void **state)
{
	issue_by_hand(*state, ACTIVATION_DOMAIN);
	lose_activation(*state);
	end_of_domains(*state);
}

/* Nor is it taken up by another machine that pairs with it. */
static void
lost_document_by_hand_is_not_paired_from_elsewhere(void **state)
{
	struct desk_fixture *fixture = *state;

	issue_by_hand(fixture, ACTIVATION_MACHINE);
	lose_activation(fixture);
	site.machine = 2;
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_int_equal(requester_count(fixture,
				 "SELECT count(*) FROM audit WHERE action = 'site.take_up'"),
		0);
}

static void
steps_by_telephone_are_believed_from_the_machine_alone(void **state)
{
	struct desk_fixture *fixture = *state;
	struct license *license = malloc(sizeof *license);
	static uint8_t cti[LICENSE_CTI_LEN];

	assert_non_null(license);
	issue_by_hand(fixture, ACTIVATION_MACHINE);
	for (uint8_t machine = 0; machine < 3; machine++) {
		requester_read_held(&site, license);
		memcpy(cti, license->cti.data, sizeof cti);
		site.says.steps[0] = (struct request_steps){ cti, 2 };
		site.says.steps_len = 1;
		show_machine(&site, 7, machine);
		visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
		assert_int_equal(answered.steps_told, machine == 1);
	}
	free(license);
}

static void
what_is_bound_to_nothing_is_renewed_and_never_paired(void **state)
{
	struct desk_fixture *fixture = *state;

	issue_by_hand(fixture, ACTIVATION_UNBOUND);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_true(answered.results[0].issued);
	visit(fixture, &site, REQUEST_UNPAIR, REPLY_UNPAIRED);
	assert_int_equal(requester_count(fixture, "SELECT count(*) FROM revocation"), 0);
	visit(fixture, &site, REQUEST_PAIR, REPLY_OK);
	assert_int_equal(answered.results[0].activation, 2);
	requester_expect_sound(fixture);
}

static void
starter_is_not_renewed(void **state)
{
	struct desk_fixture *fixture = *state;

	issue_by_hand(fixture, ACTIVATION_STARTER);
	visit(fixture, &site, REQUEST_HEARTBEAT, REPLY_OK);
	assert_false(answered.results[0].issued);
	requester_expect_sound(fixture);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_all)
	const struct CMUnitTest tests[] = {
		TEST(what_was_bound_by_hand_is_adopted),
		TEST(copy_of_a_machines_document_gives_another_machine_nothing),
		TEST(document_by_hand_is_ended_from_its_machine_alone),
		TEST(lost_document_by_hand_is_ended_from_its_machine_alone),
		TEST(lost_document_for_domains_is_ended_from_a_domain_of_it_alone),
		TEST(lost_document_by_hand_is_not_paired_from_elsewhere),
		TEST(document_for_domains_is_ended_from_a_domain_of_it_alone),
		TEST(steps_by_telephone_are_believed_from_the_machine_alone),
		TEST(what_is_bound_to_nothing_is_renewed_and_never_paired),
		TEST(starter_is_not_renewed),
	};

	return cmocka_run_group_tests_name("requests_by_hand", tests, NULL, NULL);
}
