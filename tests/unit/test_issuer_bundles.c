/* SPDX-License-Identifier: ISC */
/* What a desk leaves for its sites: each finds its own replies in it by the way that a site goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/manifests.h"
#include "issuer/exchange/bundles.h"
#include "issuer/exchange/bundles_inside.h"
#include "issuer/exchange/bundles_renew.h"
#include "issuer/issue.h"
#include "issuer/renew.h"
#include "keys/exchange_open.h"
#include "verifier/exchange/bundle_in.h"

enum { DAY = 86400, SITES_MAX = 1000, FEW = 3 };

/* A site as the desk knows it, and the secret of its own that opens. */
struct guest {
	int64_t id; /* row of the installation */
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	struct key_pair opening;
};

struct hotels {
	struct desk_fixture *fixture;
	struct guest guests[SITES_MAX];
	size_t len;
	struct signing signing;
	struct plan_shelf shelf;
};

static struct hotels hotels;

/* A bundle as it left. */
struct left {
	uint8_t *bytes;
	size_t len, max, stop_at; /* 0: never stops */
	struct bundles_summary summary;
};

static int
set_up(void **state)
{
	desk_fixture_make(state);
	memset(&hotels, 0, sizeof hotels);
	hotels.fixture = *state;
	return 0;
}

static int
tear_down(void **state)
{
	for (size_t i = 0; i < hotels.len; i++)
		key_pair_free(&hotels.guests[i].opening);
	return desk_fixture_remove(state);
}

static struct desk *
desk(void)
{
	return &hotels.fixture->desk;
}

static void
begin(int64_t after_s)
{
	desk()->clock = DESK_NOW + after_s;
	assert_int_equal(desk_begin(desk()), SKERRY_OK);
	assert_int_equal(signing_open(desk(), &hotels.signing), SKERRY_OK);
	hotels.shelf = (struct plan_shelf){ .plans_len = 0 };
}

static void
end(void)
{
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
}

static void
run(const char *sql, int64_t a, int64_t b)
{
	struct store_query q;

	store_query(desk()->store, &q, sql);
	store_bind_int_at(&q, 1, a);
	store_bind_int_at(&q, 2, b);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static int64_t
count(const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(desk()->store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

/* Within the change under way. */
static struct guest *
check_in(const char *group)
{
	struct guest *guest = &hotels.guests[hotels.len++];
	struct installation row = { .has_opening_key = true,
		.has_site_key = true,
		.number = 7,
		.kind = REQUEST_HEARTBEAT,
		.rolled_back_since = LICENSE_NEVER,
		.found_at = LICENSE_NEVER,
		.settled_at = LICENSE_NEVER };
	struct key_pair site;

	assert_int_equal(key_pair_generate(KEY_SITE, COSE_ALG_EDDSA, &site), SKERRY_OK);
	assert_int_equal(
		key_pair_generate(KEY_OPENING, COSE_ALG_EDDSA, &guest->opening), SKERRY_OK);
	row.site_key = site.public_key;
	row.opening_key = guest->opening.public_key;
	hash_thumbprint(&site.public_key, row.site_id);
	memcpy(guest->site_id, row.site_id, sizeof guest->site_id);
	snprintf(row.group, sizeof row.group, "%s", group);
	assert_int_equal(installations_write(desk(), &row), SKERRY_OK);
	guest->id = row.id;
	key_pair_free(&site);
	return guest;
}

/* A reply that says little. */
static void
answer(const struct guest *guest, int64_t brand_id, const char *brand)
{
	struct replies_draft draft = { .brand_id = brand_id };
	struct installation row;

	draft.reply.brand = cbor_text_from_chars(brand);
	draft.reply.acknowledged = 7;
	assert_int_equal(installations_find_row(desk(), guest->id, &row), SKERRY_OK);
	assert_int_equal(replies_make(desk(), &hotels.signing, &row, &draft), SKERRY_OK);
}

static void
fill(size_t len)
{
	begin(0);
	for (size_t i = 0; i < len; i++)
		answer(check_in(""), 1, "hotelhub");
	end();
}

static bool
keep(void *context, const uint8_t *bytes, size_t len)
{
	struct left *left = context;

	if (left->stop_at > 0 && left->len + len > left->stop_at)
		return false;
	if (left->len + len > left->max) {
		left->max = 2 * (left->len + len);
		left->bytes = realloc(left->bytes, left->max);
		assert_non_null(left->bytes);
	}
	memcpy(left->bytes + left->len, bytes, len);
	left->len += len;
	return true;
}

static const struct bundles_wish EVERYBODY = { .all = true };

static void
make_at(int64_t after_s, const struct bundles_wish *wish, struct left *ret_left)
{
	struct bundles *bundles;
	struct bundles_summary summary;

	memset(ret_left, 0, sizeof *ret_left);
	begin(after_s);
	assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, wish, &bundles,
				 &ret_left->summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	assert_int_equal(bundles_write(desk(), &hotels.signing, bundles, keep, ret_left, &summary),
		SKERRY_OK);
	assert_int_equal(ret_left->len, ret_left->summary.bytes);
	assert_int_equal(summary.boxes, ret_left->summary.boxes);
	bundles_free(bundles);
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
}

struct read_box {
	uint8_t plain[SEALED_BOX_MAX];
	struct reply reply;
};

/*
 * What a site finds, with the real reader of sites: its boxes, opened; *ret_last is the last reply. All of
 * them are of `brand`.
 */
static size_t
visit(const struct left *left, const struct guest *guest, const char *brand,
	struct read_box *ret_last)
{
	struct cbor_bytes bytes = { left->bytes, left->len };
	const struct bundle_source source = bundle_source_bytes(&bytes);
	const struct manifest_key *key;
	struct trust *trust;
	struct bundle_in in;
	size_t offset, boxes = 0;

	assert_int_equal(manifests_load(desk(), &trust), SKERRY_OK);
	assert_int_equal(bundle_in_open(&source, trust, guest->site_id, &in, &offset), SKERRY_OK);
	assert_int_equal(in.seq, left->summary.seq);
	for (size_t i = 0; i < in.documents_len; i++) {
		const struct document *document = &in.documents[i];

		if (i < in.manifests + in.lists)
			continue;
		assert_int_equal(exchange_open_box(&guest->opening, trust, guest->site_id,
					 document->bytes, ret_last->plain, sizeof ret_last->plain,
					 &ret_last->reply, &key, &offset),
			SKERRY_OK);
		assert_true(cbor_text_equals(ret_last->reply.brand, brand));
		boxes++;
	}
	assert_int_equal(boxes, in.boxes);
	assert_int_equal(in.lists, left->summary.lists);
	bundle_in_free(&in);
	free(trust);
	return boxes;
}

/* --- who finds what ---------------------------------------------------------------------------- */

static void
bundle_for_nobody_says_what_is_for_all(void **state)
{
	static struct read_box box;
	struct guest stranger = { .id = 0 };
	struct left left;

	(void)state;
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.boxes, 0);
	assert_int_equal(left.summary.sites, 0);
	assert_int_equal(visit(&left, &stranger, "hotelhub", &box), 0);
	free(left.bytes);
}

static void
each_site_finds_its_own(void **state)
{
	static const size_t COUNTS[] = { 1, SITES_MAX - 1 };
	static struct read_box box;

	(void)state;
	for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
		struct left left;

		fill(COUNTS[i]);
		make_at(0, &EVERYBODY, &left);
		assert_int_equal(left.summary.sites, hotels.len);
		assert_int_equal(left.summary.boxes, hotels.len);
		for (size_t g = 0; g < hotels.len; g += g < 20 ? 1 : 97)
			assert_int_equal(visit(&left, &hotels.guests[g], "hotelhub", &box), 1);
		free(left.bytes);
	}
	assert_true(hotels.len > 2 * BUNDLE_PAGE_AIM / 600);
}

static void
bytes_name_nobody(void **state)
{
	struct left left;

	(void)state;
	fill(FEW);
	make_at(0, &EVERYBODY, &left);
	for (size_t i = 0; i < FEW; i++) {
		const struct guest *guest = &hotels.guests[i];

		assert_null(memmem(left.bytes, left.len, guest->site_id, 8));
		assert_null(memmem(left.bytes, left.len, guest->opening.public_key.x, 8));
		assert_null(memmem(left.bytes, left.len, guest->opening.kid, COSE_KID_LEN));
	}
	free(left.bytes);
}

static void
same_bundle_written_twice_serves_the_same(void **state)
{
	static struct read_box a, b;
	struct left first = { .len = 0 }, second = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	fill(FEW);
	begin(0);
	assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, &EVERYBODY,
				 &bundles, &first.summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	second.summary = first.summary;
	assert_int_equal(
		bundles_write(desk(), &hotels.signing, bundles, keep, &first, &summary), SKERRY_OK);
	assert_int_equal(bundles_write(desk(), &hotels.signing, bundles, keep, &second, &summary),
		SKERRY_OK);
	assert_int_equal(first.len, second.len);
	assert_memory_not_equal(first.bytes, second.bytes, first.len);
	for (size_t i = 0; i < FEW; i++) {
		assert_int_equal(visit(&first, &hotels.guests[i], "hotelhub", &a), 1);
		assert_int_equal(visit(&second, &hotels.guests[i], "hotelhub", &b), 1);
		assert_int_equal(a.reply.number, b.reply.number);
	}
	bundles_free(bundles);
	signing_close(&hotels.signing);
	free(first.bytes);
	free(second.bytes);
}

static void
what_a_site_has_is_not_left_again(void **state)
{
	static struct read_box box;
	struct left left;

	(void)state;
	fill(2);
	begin(0);
	for (int i = 0; i < REPLIES_LEFT_MAX + 2; i++)
		answer(&hotels.guests[0], 1, "hotelhub");
	run("UPDATE installation SET reply_taken = reply_made WHERE id = ?1", hotels.guests[1].id,
		0);
	end();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(visit(&left, &hotels.guests[0], "hotelhub", &box), REPLIES_LEFT_MAX);
	assert_int_equal(visit(&left, &hotels.guests[1], "hotelhub", &box), 0);
	free(left.bytes);
}

static void
wish_narrows_it_down(void **state)
{
	static struct read_box box;
	struct bundles_wish brand = { .all = true }, group = { .group = "islands" },
			    one = { .installations_len = 2 };
	int64_t rows[2];
	struct brand other = {
		.slug = "riadhub", .name = "RiadHub", .key_format = "RIAD" BRANDS_KEY_SUFFIX
	};
	struct left left;

	(void)state;
	begin(0);
	assert_int_equal(brands_insert(desk(), &other), SKERRY_OK);
	run("UPDATE brand SET status_next = 5", 0, 0);
	for (size_t i = 0; i < FEW; i++)
		answer(check_in(i == 1 ? "islands" : ""), 1, "hotelhub");
	answer(&hotels.guests[0], other.id, "riadhub");
	end();
	brand.brand_id = other.id;
	make_at(0, &brand, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(left.summary.lists, 1);
	assert_int_equal(visit(&left, &hotels.guests[0], "riadhub", &box), 1);
	free(left.bytes);
	make_at(0, &group, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(left.summary.lists, 2);
	assert_int_equal(visit(&left, &hotels.guests[1], "hotelhub", &box), 1);
	free(left.bytes);
	/* Named twice is there once. */
	rows[0] = rows[1] = hotels.guests[2].id;
	one.installations = rows;
	make_at(0, &one, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(visit(&left, &hotels.guests[2], "hotelhub", &box), 1);
	free(left.bytes);
}

/* --- renewals ---------------------------------------------------------------------------------- */

static struct sold sold;

/* A site with a document of a license of its own; within no change. */
static struct guest *
sell_to_a_site(void)
{
	static struct binding binding = { .kind = ACTIVATION_UNBOUND };
	static struct issued issued;
	struct issue issue = { .binding = &binding, .until = LICENSE_NEVER };
	struct guest *guest;

	desk_fixture_sell(hotels.fixture, &sold);
	issue.license_id = sold.licenses[0].public_id;
	begin(0);
	guest = check_in("");
	assert_int_equal(issue_license(desk(), &issue, &issued), SKERRY_OK);
	run("UPDATE activation SET installation_id = ?1 WHERE status_index = ?2", guest->id,
		issued.status_index);
	end();
	return guest;
}

/* The end of the one license in the reply. */
static int64_t
end_of_license(const struct read_box *box)
{
	static struct license license;
	const struct manifest_key *key;
	struct trust *trust;
	size_t offset;

	assert_int_equal(box->reply.licenses_len, 1);
	assert_int_equal(manifests_load(desk(), &trust), SKERRY_OK);
	assert_int_equal(trust_open_license(trust, box->reply.licenses[0].data,
				 box->reply.licenses[0].len, &license, &key, &offset),
		SKERRY_OK);
	free(trust);
	return license.valid_until;
}

static void
changed_license_reaches_its_site_unasked_and_once(void **state)
{
	struct renewal renewal = {
		.until = LICENSE_NEVER, .price = "", .currency = "", .payment = ""
	};
	static struct read_box box;
	struct license_record license;
	struct renewed renewed;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	sell_to_a_site();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(left.summary.boxes, 0);
	free(left.bytes);
	begin(0);
	assert_int_equal(licenses_find_row(desk(), 1, &license), SKERRY_OK);
	assert_int_equal(
		renew_license(desk(), &hotels.shelf, &license, &renewal, &renewed), SKERRY_OK);
	end();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, 1);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(visit(&left, guest, "hotelhub", &box), 1);
	assert_int_equal(end_of_license(&box), renewed.after);
	assert_int_equal(box.reply.acknowledged, 7);
	free(left.bytes);
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(left.summary.boxes, 1);
	free(left.bytes);
}

static void
due_documents_are_renewed_as_far_as_that_gains(void **state)
{
	struct bundles_wish wish = { .all = true };
	int64_t renews = 180 * DAY;
	struct left left;

	(void)state;
	sell_to_a_site();
	wish.due_until = DESK_NOW + renews - 1;
	make_at(0, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
	/* Issued today: not again before tomorrow. */
	wish.due_until = DESK_NOW + renews;
	make_at(BUNDLES_RENEWED_S - 1, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
	make_at(BUNDLES_RENEWED_S, &wish, &left);
	assert_int_equal(left.summary.renewed, 1);
	free(left.bytes);
	/* The license ends then: another document would say the same. */
	run("UPDATE license SET valid_until = ?1", DESK_NOW + 100 * DAY, 0);
	run("UPDATE activation SET renew_by = ?1", DESK_NOW + 100 * DAY, 0);
	make_at(5 * DAY, &wish, &left);
	assert_int_equal(left.summary.renewed, 0);
	free(left.bytes);
}

static void
what_may_not_be_renewed_stops_nobody_else(void **state)
{
	static struct read_box box;
	struct guest *bad, *good, *revoked;
	struct left left;

	(void)state;
	bad = sell_to_a_site();
	good = sell_to_a_site();
	revoked = sell_to_a_site();
	begin(0);
	run("UPDATE activation SET outdated = 1", 0, 0);
	run("UPDATE license SET status = 'suspended' WHERE id = 3", 0, 0);
	/* Beyond what the key may sign below, and within. */
	run("UPDATE license SET valid_until = ?1 WHERE id = 1", DESK_NOW + INT64_C(1000) * DAY, 0);
	run("UPDATE license SET valid_until = ?1 WHERE id = 2", DESK_NOW + 30 * DAY, 0);
	end();
	begin(0);
	{
		struct bundles *bundles;
		struct bundles_summary summary;

		hotels.signing.trust->manifest.keys[0].latest = DESK_NOW + 300 * DAY;
		assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, &EVERYBODY,
					 &bundles, &left.summary),
			SKERRY_OK);
		assert_int_equal(desk_commit(desk()), SKERRY_OK);
		left.len = left.max = left.stop_at = 0;
		left.bytes = NULL;
		assert_int_equal(
			bundles_write(desk(), &hotels.signing, bundles, keep, &left, &summary),
			SKERRY_OK);
		bundles_free(bundles);
	}
	signing_close(&hotels.signing);
	plan_shelf_clear(&hotels.shelf);
	assert_int_equal(left.summary.renewed, 1);
	assert_int_equal(left.summary.refused, 1);
	assert_int_equal(left.summary.refusal, SKERRY_ERR_TRUST_LATEST);
	assert_int_equal(visit(&left, good, "hotelhub", &box), 1);
	assert_int_equal(visit(&left, bad, "hotelhub", &box), 0);
	assert_int_equal(visit(&left, revoked, "hotelhub", &box), 0);
	free(left.bytes);
}

static void
clone_is_not_renewed_where_the_plan_says_so(void **state)
{
	static struct read_box box;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	begin(0);
	run("UPDATE activation SET outdated = 1", 0, 0);
	run("UPDATE plan SET rollback_policy = ?1", LICENSE_ROLLBACK_GRACE, 0);
	run("UPDATE installation SET fork_found = ?1", FORK_CLONE, 0);
	end();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, 0);
	assert_int_equal(visit(&left, guest, "hotelhub", &box), 0);
	free(left.bytes);
	/* one that was only restored is */
	begin(0);
	run("UPDATE installation SET fork_found = ?1", FORK_RESTORED, 0);
	end();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, 1);
	free(left.bytes);
}

/* By its four characters and by its id, say: what is refused there is made again once. */
static void
site_that_is_named_twice_is_one(void **state)
{
	static const uint8_t NONCE[REPLY_NONCE_LEN] = { 1 };
	static struct read_box box;
	struct replies_draft draft = { .brand_id = 1, .reply = { .answers = 7, .nonce = NONCE } };
	struct installation row;
	struct guest *guest;
	struct left left;
	int64_t twice[2];
	const struct bundles_wish wish = { .installations = twice, .installations_len = 2 };

	(void)state;
	begin(0);
	guest = check_in("");
	twice[0] = twice[1] = guest->id;
	draft.reply.brand = cbor_text_from_chars("hotelhub");
	draft.reply.acknowledged = 7;
	assert_int_equal(installations_find_row(desk(), guest->id, &row), SKERRY_OK);
	assert_int_equal(replies_make(desk(), &hotels.signing, &row, &draft), SKERRY_OK);
	run("UPDATE document SET kid = zeroblob(8) WHERE kind = 'reply'", 0, 0);
	end();
	make_at(0, &wish, &left);
	assert_int_equal(left.summary.sites, 1);
	assert_int_equal(visit(&left, guest, "hotelhub", &box), 1);
	free(left.bytes);
}

static void
many_documents_of_one_site_take_few_replies(void **state)
{
	enum { MANY = REPLY_LICENSES_MAX + 3 };
	static struct read_box box;
	struct guest *guest;
	struct left left;

	(void)state;
	guest = sell_to_a_site();
	for (int i = 1; i < MANY; i++)
		sell_to_a_site();
	begin(0);
	run("UPDATE activation SET installation_id = ?1, outdated = 1", guest->id, 0);
	end();
	make_at(0, &EVERYBODY, &left);
	assert_int_equal(left.summary.renewed, MANY);
	assert_in_range(visit(&left, guest, "hotelhub", &box), 2, 3);
	assert_int_equal(count("SELECT count(*) FROM activation WHERE outdated = 1"), 0);
	free(left.bytes);
}

/* --- what goes wrong --------------------------------------------------------------------------- */

static void
key_that_sites_would_refuse_is_refused_before_anything(void **state)
{
	struct bundles_summary summary;
	struct bundles *bundles = NULL;
	struct manifest_key *key;

	(void)state;
	fill(1);
	begin(0);
	key = &hotels.signing.trust->manifest.keys[0];
	key->revoked_at = DESK_NOW - 1;
	assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, &EVERYBODY,
				 &bundles, &summary),
		SKERRY_ERR_TRUST_KEY_REVOKED);
	assert_non_null(strstr(desk()->advice, "was revoked"));
	end();
	assert_null(bundles);
	assert_int_equal(count("SELECT count(*) FROM bundle"), 0);
}

/* The key was revoked between the two steps: what was made is read back, and does not leave. */
static void
index_that_does_not_verify_never_leaves(void **state)
{
	struct left left = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	begin(0);
	assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, &EVERYBODY,
				 &bundles, &summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	hotels.signing.trust->manifest.keys[0].revoked_at = DESK_NOW - 1;
	assert_int_equal(bundles_write(desk(), &hotels.signing, bundles, keep, &left, &summary),
		SKERRY_ERR_TRUST_KEY_REVOKED);
	assert_int_equal(left.len, 0);
	bundles_free(bundles);
	signing_close(&hotels.signing);
}

static void
place_that_is_full_and_replies_that_changed_are_told(void **state)
{
	struct left left = { .len = 0 };
	struct bundles_summary summary;
	struct bundles *bundles;

	(void)state;
	fill(2);
	begin(0);
	assert_int_equal(bundles_prepare(desk(), &hotels.signing, &hotels.shelf, &EVERYBODY,
				 &bundles, &summary),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	left.stop_at = (size_t)summary.bytes - 1;
	assert_int_equal(bundles_write(desk(), &hotels.signing, bundles, keep, &left, &summary),
		SKERRY_ERR_IO);
	/* A reply that came since is for the next one; one that is gone cannot be left. */
	signing_close(&hotels.signing);
	begin(0);
	answer(&hotels.guests[0], 1, "hotelhub");
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	left.stop_at = left.len = 0;
	assert_int_equal(
		bundles_write(desk(), &hotels.signing, bundles, keep, &left, &summary), SKERRY_OK);
	assert_int_equal(left.len, summary.bytes);
	begin(0);
	run("UPDATE installation SET reply_taken = reply_made WHERE id = ?1", hotels.guests[1].id,
		0);
	assert_int_equal(desk_commit(desk()), SKERRY_OK);
	left.len = 0;
	assert_int_equal(bundles_write(desk(), &hotels.signing, bundles, keep, &left, &summary),
		SKERRY_ERR_STORE_BUSY);
	assert_int_equal(left.len, 0);
	bundles_free(bundles);
	signing_close(&hotels.signing);
	free(left.bytes);
}

/* --- a fan of fans ------------------------------------------------------------------------------ */

/* More pages than one index page holds; the sites are made up and have no boxes. */
static void
large_bundle_has_a_fan_of_fans(void **state)
{
	enum { LARGE = 60000, BOX = 700 };
	struct bundles *bundles = calloc(1, sizeof *bundles);
	uint8_t *fan = malloc(BUNDLE_PAGE_MAX), *index_bytes = malloc(BUNDLE_INDEX_MAX);
	struct bundle_entry *entries = calloc(BUNDLE_FAN_MAX, sizeof *entries), entry;
	uint8_t hashes[8][BUNDLE_HASH_LEN], byte = 0;
	uint64_t at;
	size_t len, offset;
	bool found = false;

	(void)state;
	begin(0);
	bundles->summary.seq = 1;
	bundles->summary.issued_at = DESK_NOW;
	bundles->chain = bundles->common = &byte;
	bundles->chain_len = bundles->common_len = bundles->common_stored = 1;
	bundles->sites_len = LARGE;
	bundles->sites = calloc(LARGE, sizeof *bundles->sites);
	for (size_t i = 0; i < LARGE; i++) {
		struct bundles_site *site = &bundles->sites[i];

		for (size_t j = 0; j < 8; j++)
			site->key[j] = (uint8_t)((i + 1) >> (56 - 8 * j));
		site->boxes = 1;
		site->bytes = BOX;
	}
	assert_int_equal(bundles_lay_out(&hotels.signing, bundles), SKERRY_OK);
	assert_in_range(bundles->fans_len, 3, 8);
	at = bundles->common_stored;
	for (size_t i = 0; i < bundles->fans_len; i++) {
		assert_int_equal(
			bundles_write_fan(bundles, i, at, fan, &len, &entries[i], hashes[i]),
			SKERRY_OK);
		assert_in_range(len, 1, 40 * 1024);
		for (size_t j = 0; j < bundles->pages_len; j += 7) {
			const struct bundles_page *page = &bundles->pages[j];

			assert_int_equal(bundle_fan_find((struct cbor_bytes){ fan, len },
						 bundles->sites[page->first + 1].key, &found,
						 &entry, &offset),
				SKERRY_OK);
			if (j / bundles->fan == i)
				assert_int_equal(entry.place.offset, page->offset);
		}
		at += len;
	}
	assert_int_equal(at, bundles->pages[0].offset);
	assert_int_equal(bundles_sign_index(&hotels.signing, bundles, entries, index_bytes, &len),
		SKERRY_OK);
	assert_int_equal(len, bundles->index_len);
	end();
	free(bundles->sites);
	free(bundles->pages);
	free(bundles);
	free(entries);
	free(fan);
	free(index_bytes);
}

static void
own_bundle_is_known_by_its_id(void **state)
{
	uint8_t strange[BUNDLE_ID_LEN] = { 1 };
	struct left left, next;
	uint64_t seq = 0;
	bool mine = false;

	(void)state;
	make_at(0, &EVERYBODY, &left);
	make_at(0, &EVERYBODY, &next);
	assert_true(next.summary.seq > left.summary.seq);
	assert_int_equal(bundles_find(desk(), left.summary.id, &seq, &mine), SKERRY_OK);
	assert_true(mine);
	assert_int_equal(seq, left.summary.seq);
	assert_int_equal(bundles_find(desk(), strange, &seq, &mine), SKERRY_OK);
	assert_false(mine);
	free(left.bytes);
	free(next.bytes);
}

int
main(void)
{
#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_DESK(bundle_for_nobody_says_what_is_for_all),
		AT_A_DESK(each_site_finds_its_own),
		AT_A_DESK(bytes_name_nobody),
		AT_A_DESK(same_bundle_written_twice_serves_the_same),
		AT_A_DESK(what_a_site_has_is_not_left_again),
		AT_A_DESK(wish_narrows_it_down),
		AT_A_DESK(changed_license_reaches_its_site_unasked_and_once),
		AT_A_DESK(due_documents_are_renewed_as_far_as_that_gains),
		AT_A_DESK(what_may_not_be_renewed_stops_nobody_else),
		AT_A_DESK(clone_is_not_renewed_where_the_plan_says_so),
		AT_A_DESK(site_that_is_named_twice_is_one),
		AT_A_DESK(many_documents_of_one_site_take_few_replies),
		AT_A_DESK(key_that_sites_would_refuse_is_refused_before_anything),
		AT_A_DESK(index_that_does_not_verify_never_leaves),
		AT_A_DESK(place_that_is_full_and_replies_that_changed_are_told),
		AT_A_DESK(large_bundle_has_a_fan_of_fans),
		AT_A_DESK(own_bundle_is_known_by_its_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
