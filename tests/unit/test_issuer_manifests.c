/* SPDX-License-Identifier: ISC */
/* The desk's manifest chain: what a brand's change signs, and what older copies are worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/manifest_files.h"
#include "issuer/desk/manifests.h"
#include "issuer/issue.h"
#include "keys/atomic_file.h"
#include "keys/hash.h"
#include "keys/untrusted_file.h"

struct copy {
	uint8_t bytes[MANIFEST_MAX];
	size_t len;
};

static int64_t
number(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t value = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		value = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return value;
}

/* Whether the only document is recorded under the digest of these bytes. */
static bool
is_recorded(struct desk_fixture *fixture, const uint8_t *bytes, size_t len)
{
	uint8_t digest[HASH_LEN];
	struct store_query q;
	bool same;

	hash_blake2b(NULL, 0, bytes, len, digest);
	store_query(fixture->desk.store, &q, "SELECT digest FROM document");
	same = store_step(&q) &&
	       cbor_bytes_same(store_bytes(&q, 0), (struct cbor_bytes){ digest, sizeof digest });
	assert_int_equal(store_done(&q), SKERRY_OK);
	return same;
}

/* The newest version as the desk itself verifies it; the caller frees. */
static struct trust *
load(struct desk_fixture *fixture)
{
	struct trust *trust = NULL;

	assert_int_equal(manifests_load(&fixture->desk, &trust), SKERRY_OK);
	return trust;
}

static struct copy *
copy_of_newest(struct desk_fixture *fixture)
{
	struct trust *trust = load(fixture);
	struct copy *copy = malloc(sizeof *copy);

	assert_non_null(copy);
	memcpy(copy->bytes, trust->bytes, trust->bytes_len);
	copy->len = trust->bytes_len;
	free(trust);
	return copy;
}

static enum manifests_refreshed
refresh(struct desk_fixture *fixture, uint64_t version)
{
	enum manifests_refreshed refreshed = MANIFESTS_DUE;
	uint64_t stands = 0;

	assert_int_equal(manifests_refresh(&fixture->desk, 1, &refreshed, &stands), SKERRY_OK);
	assert_int_equal(stands, version);
	return refreshed;
}

/* As `brand set hotelhub --contact-phone` does. */
static enum manifests_refreshed
set_phone(struct desk_fixture *fixture, const char *phone, uint64_t version)
{
	enum manifests_refreshed refreshed;
	struct brand brand;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(brands_find(&fixture->desk, "hotelhub", &brand), SKERRY_OK);
	snprintf(brand.phone, sizeof brand.phone, "%s", phone);
	assert_int_equal(brands_update(&fixture->desk, &brand), SKERRY_OK);
	refreshed = refresh(fixture, version);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	return refreshed;
}

/* An unbound license; `commits`: it leaves the desk. */
static void
issue(struct desk_fixture *fixture, const struct sold *sold, bool commits,
	struct issued *ret_issued)
{
	struct binding binding = { .kind = ACTIVATION_UNBOUND };
	struct issue issue = { .license_id = sold->licenses[0].public_id,
		.binding = &binding,
		.until = LICENSE_NEVER };

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, ret_issued), SKERRY_OK);
	if (commits)
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	else
		desk_rollback(&fixture->desk);
}

static void
contact_goes_into_version_1_until_a_license_leaves(void **state)
{
	static struct sold sold;
	static struct issued issued;
	struct desk_fixture *fixture = *state;
	struct trust *before = load(fixture), *after;
	int64_t rows = number(fixture, "SELECT max(seq) FROM audit");

	fixture->desk.clock += 100;
	assert_int_equal(set_phone(fixture, "1", 1), MANIFESTS_REWROTE);
	/* brand.set and manifest.rewrite */
	assert_int_equal(number(fixture, "SELECT max(seq) FROM audit"), rows + 2);
	assert_int_equal(number(fixture, "SELECT count(*) FROM document"), 1);
	after = load(fixture);
	assert_true(is_recorded(fixture, after->bytes, after->bytes_len));
	assert_int_equal(after->manifest.version, 1);
	assert_int_equal(after->manifest.issued_at, DESK_NOW + 100);
	assert_int_equal(number(fixture, "SELECT issued_at FROM document"), DESK_NOW + 100);
	assert_int_equal(after->manifest.contacts_len, 1);
	assert_true(cbor_text_equals(after->manifest.contacts[0].telephone, "1"));
	assert_true(after->manifest.trial);
	assert_int_equal(after->manifest.roots_len, 1);
	assert_true(cose_key_same(&after->manifest.roots[0], &before->manifest.roots[0]));
	assert_int_equal(after->manifest.keys_len, 1);
	assert_true(cose_key_same(&after->manifest.keys[0].key, &before->manifest.keys[0].key));
	assert_int_equal(after->manifest.keys[0].not_before, before->manifest.keys[0].not_before);
	assert_int_equal(after->manifest.exchange_len, 1);
	free(before);
	free(after);

	/* what was sold, and what was taken back, left nobody */
	desk_fixture_sell(fixture, &sold);
	issue(fixture, &sold, false, &issued);
	assert_int_equal(set_phone(fixture, "2", 1), MANIFESTS_REWROTE);
	issue(fixture, &sold, true, &issued);
	assert_int_equal(set_phone(fixture, "2", 1), MANIFESTS_STAND);
	assert_int_equal(set_phone(fixture, "3", 2), MANIFESTS_ADDED);
	assert_int_equal(
		number(fixture, "SELECT count(*) FROM document WHERE kind = 'manifest'"), 2);
}

static void
unchanged_brands_sign_nothing(void **state)
{
	struct desk_fixture *fixture = *state;
	int64_t rows;

	assert_int_equal(set_phone(fixture, "1", 1), MANIFESTS_REWROTE);
	rows = number(fixture, "SELECT max(seq) FROM audit");
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(refresh(fixture, 1), MANIFESTS_STAND);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(number(fixture, "SELECT max(seq) FROM audit"), rows);
}

static void
second_version_after_the_first_is_never_rewritten(void **state)
{
	struct desk_fixture *fixture = *state;
	struct manifest *next = malloc(sizeof *next);
	struct trust *trust = load(fixture);

	assert_non_null(next);
	*next = trust->manifest;
	next->version = 2;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(manifests_sign(&fixture->desk, next), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	assert_int_equal(set_phone(fixture, "1", 3), MANIFESTS_ADDED);
	free(trust);
	free(next);
}

static void
date_of_issue_never_goes_back(void **state)
{
	struct desk_fixture *fixture = *state;
	struct trust *trust;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	fixture->desk.now = DESK_NOW - 1000;
	assert_int_equal(refresh(fixture, 1), MANIFESTS_REWROTE);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	trust = load(fixture);
	assert_int_equal(trust->manifest.issued_at, DESK_NOW);
	free(trust);
}

static void
older_copy_verifies_the_same_licenses_and_follows(void **state)
{
	static struct sold sold;
	static struct issued issued;
	static struct license license;
	struct desk_fixture *fixture = *state;
	struct copy *old = copy_of_newest(fixture), *second;
	struct trust *trust = calloc(1, sizeof *trust);
	const struct manifest_key *key;
	size_t offset;

	assert_non_null(trust);
	assert_int_equal(set_phone(fixture, "1", 1), MANIFESTS_REWROTE);
	desk_fixture_sell(fixture, &sold);
	issue(fixture, &sold, true, &issued);
	assert_int_equal(set_phone(fixture, "2", 2), MANIFESTS_ADDED);
	second = copy_of_newest(fixture);

	assert_int_equal(trust_anchor(trust, old->bytes, old->len, &offset), SKERRY_OK);
	assert_int_equal(trust->manifest.contacts_len, 0);
	assert_int_equal(
		trust_open_license(trust, issued.bytes, issued.len, &license, &key, &offset),
		SKERRY_OK);
	assert_int_equal(trust_advance(trust, second->bytes, second->len, &offset), SKERRY_OK);
	assert_true(cbor_text_equals(trust->manifest.contacts[0].telephone, "2"));
	assert_int_equal(
		trust_open_license(trust, issued.bytes, issued.len, &license, &key, &offset),
		SKERRY_OK);
	free(trust);
	free(old);
	free(second);
}

static void
brand_without_a_contact_is_named(void **state)
{
	struct desk_fixture *fixture = *state;
	const struct manifest_contact *contact;
	struct trust *trust;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(refresh(fixture, 1), MANIFESTS_REWROTE);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	trust = load(fixture);
	contact = manifest_find_contact(&trust->manifest, (struct cbor_text){ "hotelhub", 8 });
	assert_non_null(contact);
	assert_true(cbor_text_equals(contact->name, "HotelHub"));
	assert_true(cbor_text_equals(contact->key_format, "HMS-#####-#####-#####-#####"));
	assert_null(contact->telephone.chars);
	free(trust);
}

static void
add_brands(struct desk_fixture *fixture, const char *prefix, unsigned count, const char *phone)
{
	for (unsigned i = 0; i < count; i++) {
		struct brand brand = { .name = "x", .key_format = "X-#####-#####-#####-#####" };

		snprintf(brand.slug, sizeof brand.slug, "%s%02u", prefix, i);
		snprintf(brand.phone, sizeof brand.phone, "%s", phone);
		assert_int_equal(brands_insert(&fixture->desk, &brand), SKERRY_OK);
	}
}

/* Of 64 places those are taken first that tell somebody whom to call. */
static void
brands_beyond_64_are_left_out_unless_they_have_a_contact(void **state)
{
	struct desk_fixture *fixture = *state;
	enum manifests_refreshed refreshed;
	uint64_t version;
	struct trust *trust;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	add_brands(fixture, "a", 70, "");
	add_brands(fixture, "z", 60, "1");
	assert_int_equal(refresh(fixture, 1), MANIFESTS_REWROTE);
	trust = load(fixture);
	assert_int_equal(trust->manifest.contacts_len, MANIFEST_BRANDS_MAX);
	assert_non_null(manifest_find_contact(&trust->manifest, (struct cbor_text){ "z59", 3 }));
	assert_non_null(manifest_find_contact(&trust->manifest, (struct cbor_text){ "a03", 3 }));
	assert_null(manifest_find_contact(&trust->manifest, (struct cbor_text){ "a04", 3 }));
	free(trust);
	assert_int_equal(refresh(fixture, 1), MANIFESTS_STAND);
	add_brands(fixture, "y", 4, "1");
	assert_int_equal(refresh(fixture, 1), MANIFESTS_REWROTE);
	add_brands(fixture, "x", 1, "1");
	assert_int_equal(
		manifests_refresh(&fixture->desk, 1, &refreshed, &version), SKERRY_ERR_CBOR_COUNT);
	desk_rollback(&fixture->desk);
}

static void
desk_without_its_root_refuses_and_says_so(void **state)
{
	struct desk_fixture *fixture = *state;
	struct trust *trust = load(fixture);
	char path[200], kid_text[2 * COSE_KID_LEN + 1];
	enum manifests_refreshed refreshed;
	uint8_t kid[COSE_KID_LEN];
	uint64_t version;

	hash_kid(&trust->manifest.roots[0], kid);
	vault_kid_text(kid, kid_text);
	snprintf(path, sizeof path, "%s/keys/%s.key", fixture->path, kid_text);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(manifests_refresh(&fixture->desk, 1, &refreshed, &version),
		SKERRY_ERR_TRUST_THRESHOLD);
	assert_non_null(strstr(fixture->desk.advice, "keys any more"));
	desk_rollback(&fixture->desk);
	free(trust);
}

static void
path_of(struct desk_fixture *fixture, const char *name, char ret_path[160])
{
	snprintf(ret_path, 160, "%s/%s", fixture->path, name);
}

static void
write_file(struct desk_fixture *fixture, const char *name, const uint8_t *bytes, size_t len)
{
	char path[160];

	path_of(fixture, name, path);
	assert_int_equal(atomic_file_write(path, bytes, len, 0644, true), SKERRY_OK);
}

static bool
has(struct desk_fixture *fixture, const char *name, const struct copy *copy)
{
	uint8_t *bytes = NULL;
	char path[160];
	size_t len;
	bool same;

	path_of(fixture, name, path);
	if (untrusted_file_read(path, MANIFEST_MAX, &bytes, &len) != SKERRY_OK)
		return false;
	same = len == copy->len && memcmp(bytes, copy->bytes, len) == 0;
	free(bytes);
	return same;
}

static const char *const FILES[] = { "vendor.manifest", "manifests/1.manifest" };

static void
copies_left_behind_are_mended(void **state)
{
	struct desk_fixture *fixture = *state;
	struct copy *old = copy_of_newest(fixture), *now;
	char path[160];

	/* as after a kill between the commit and the files */
	assert_int_equal(set_phone(fixture, "1", 1), MANIFESTS_REWROTE);
	now = copy_of_newest(fixture);
	for (unsigned left = 0; left < 9; left++) {
		for (size_t i = 0; i < 2; i++) {
			unsigned how = i == 0 ? left % 3 : left / 3;

			if (how == 0)
				write_file(fixture, FILES[i], old->bytes, old->len);
			else if (how == 1)
				write_file(fixture, FILES[i], now->bytes, now->len - 1);
			path_of(fixture, FILES[i], path);
			if (how == 2)
				assert_int_equal(unlink(path), 0);
		}
		assert_int_equal(manifest_files_mend(&fixture->desk), SKERRY_OK);
		assert_true(has(fixture, FILES[0], now));
		assert_true(has(fixture, FILES[1], now));
	}
	/* and it left no change open */
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	desk_rollback(&fixture->desk);
	free(old);
	free(now);
}

/* Somebody may put there what a ceremony made; it is not this desk's to take away. */
static void
after_a_ceremony_only_missing_copies_are_written(void **state)
{
	static const uint8_t OWN[] = "a ceremony's anchor";
	struct desk_fixture *fixture = *state;
	struct copy *first = copy_of_newest(fixture);
	struct manifest *next = malloc(sizeof *next);
	struct trust *trust = load(fixture);
	char path[160];

	assert_non_null(next);
	*next = trust->manifest;
	next->version = 2;
	next->trial = false;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(manifests_sign(&fixture->desk, next), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	write_file(fixture, FILES[0], OWN, sizeof OWN);
	path_of(fixture, FILES[1], path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(manifest_files_mend(&fixture->desk), SKERRY_OK);
	assert_true(has(fixture, FILES[1], first));
	assert_false(has(fixture, FILES[0], first));
	path_of(fixture, "manifests/2.manifest", path);
	assert_int_equal(access(path, F_OK), 0);
	/* from then on changes of contact wait for the next one */
	assert_int_equal(set_phone(fixture, "1", 2), MANIFESTS_DUE);
	free(trust);
	free(first);
	free(next);
}

int
main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_DESK(contact_goes_into_version_1_until_a_license_leaves),
		AT_DESK(unchanged_brands_sign_nothing),
		AT_DESK(second_version_after_the_first_is_never_rewritten),
		AT_DESK(date_of_issue_never_goes_back),
		AT_DESK(older_copy_verifies_the_same_licenses_and_follows),
		AT_DESK(brand_without_a_contact_is_named),
		AT_DESK(brands_beyond_64_are_left_out_unless_they_have_a_contact),
		AT_DESK(desk_without_its_root_refuses_and_says_so),
		AT_DESK(copies_left_behind_are_mended),
		AT_DESK(after_a_ceremony_only_missing_copies_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
