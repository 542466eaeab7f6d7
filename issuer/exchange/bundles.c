/* SPDX-License-Identifier: ISC */
#include "bundles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles_inside.h"
#include "bundles_renew.h"
#include "formats/deflate.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/manifests.h"
#include "issuer/desk/narrow.h"
#include "issuer/exchange/replies_again.h"
#include "issuer/exchange/status_lists.h"
#include "keys/random.h"
#include "keys/seal.h"

enum { SQL_MAX = 512, SITE_BOXES_MAX = REPLIES_EACH_MAX, PAGE_SLACK = 16 };

/* What is being prepared, while it is. */
struct preparing {
	struct desk *desk;
	const struct signing *signing;
	const struct bundles_wish *wish;
	struct bundles *bundles;
	int64_t *
		again; /* installations with replies that are refused, and what is made again for them */
	size_t again_len, again_max;
	bool made_again;
};

/* --- the boxes of a site --------------------------------------------------------------------- */

struct passing {
	const struct bundles *bundles;
	const struct bundles_site *site;
	bundles_each_box *each;
	void *context;
	bool *refused; /* NULL: nobody asks */
};

static enum skerry_err
pass_on(void *context, const struct replies_left *left)
{
	const struct passing *passing = context;

	if (left->number <= passing->site->above || left->number > passing->site->last ||
		(passing->bundles->brand_id != 0 && passing->bundles->brand_id != left->brand_id))
		return SKERRY_OK;
	if (left->refused) {
		if (passing->refused != NULL)
			*passing->refused = true;
		return SKERRY_OK;
	}
	return passing->each(passing->context, left->number, left->bytes);
}

enum skerry_err
bundles_each_box_of(struct desk *desk, const struct trust *trust, const struct bundles *bundles,
	const struct bundles_site *site, const struct installation *installation,
	bundles_each_box *each, void *context, bool *ret_refused)
{
	struct passing passing = { bundles, site, each, context, ret_refused };

	return replies_each_left(desk, trust, installation, pass_on, &passing);
}

/* --- which sites ----------------------------------------------------------------------------- */

struct counting {
	uint32_t sizes[SITE_BOXES_MAX];
	uint64_t numbers[SITE_BOXES_MAX];
	size_t len;
};

static enum skerry_err
count_box(void *context, uint64_t number, struct cbor_bytes signed_reply)
{
	struct counting *counting = context;

	if (counting->len == SITE_BOXES_MAX)
		return SKERRY_ERR_INTERNAL;
	counting->numbers[counting->len] = number;
	counting->sizes[counting->len++] =
		(uint32_t)bundles_box_size(seal_box_size(signed_reply.len));
	return SKERRY_OK;
}

/* All of a site's boxes lie in one page. Where that is too small for them, the newest ones count. */
static void
sum_up(const struct counting *counting, struct bundles_site *site)
{
	size_t i = counting->len;

	for (; i > 0 && site->bytes + counting->sizes[i - 1] <= BUNDLE_PAGE_MAX - PAGE_SLACK; i--) {
		site->bytes += counting->sizes[i - 1];
		site->boxes++;
	}
	site->above = i == 0 ? 0 : counting->numbers[i - 1];
	site->last = counting->len == 0 ? 0 : counting->numbers[counting->len - 1];
}

static enum skerry_err
put_site(struct bundles *bundles, const struct bundles_site *site)
{
	if (bundles->sites_len == bundles->sites_max) {
		size_t max = bundles->sites_max == 0 ? 64 : bundles->sites_max * 2;
		struct bundles_site *more = realloc(bundles->sites, max * sizeof *more);

		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		bundles->sites = more;
		bundles->sites_max = max;
	}
	bundles->sites[bundles->sites_len++] = *site;
	return SKERRY_OK;
}

static enum skerry_err
put_again(struct preparing *preparing, int64_t id)
{
	if (preparing->again_len == preparing->again_max) {
		size_t max = preparing->again_max == 0 ? 64 : preparing->again_max * 2;
		int64_t *more = realloc(preparing->again, max * sizeof *more);

		if (more == NULL)
			return SKERRY_ERR_NO_MEMORY;
		preparing->again = more;
		preparing->again_max = max;
	}
	preparing->again[preparing->again_len++] = id;
	return SKERRY_OK;
}

static enum skerry_err
add_site(struct preparing *preparing, int64_t id)
{
	struct bundles *bundles = preparing->bundles;
	struct bundles_site site = { .id = id, .last = UINT64_MAX };
	struct counting counting = { .len = 0 };
	struct installation installation;
	bool refused = false;
	enum skerry_err err = installations_find_row(preparing->desk, id, &installation);

	if (err != SKERRY_OK || installation.id == 0 || !installation.has_opening_key)
		return err;
	err = bundles_each_box_of(preparing->desk, preparing->signing->trust, bundles, &site,
		&installation, count_box, &counting, &refused);
	if (err == SKERRY_OK && refused && !preparing->made_again)
		return put_again(preparing, id);
	sum_up(&counting, &site);
	if (err != SKERRY_OK || site.boxes == 0)
		return err;
	hash_sort_key(bundles->summary.id, installation.site_id, site.key);
	return put_site(bundles, &site);
}

/* Every installation, or those of a group, that may have something to be left. */
static enum skerry_err
add_many(struct preparing *preparing)
{
	char sql[SQL_MAX] = "SELECT id FROM installation WHERE opening_key IS NOT NULL"
			    " AND (reply_made > reply_taken OR reply_taken >= ?2 OR id IN"
			    " (SELECT installation_id FROM request WHERE again_at > ?3))";
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	narrow(sql, sizeof sql, preparing->wish->group != NULL, "group_name = ?1");
	store_query(preparing->desk->store, &q, sql);
	store_bind_text_at(&q, 1, preparing->wish->group);
	/* No number that this desk gave: see replies_left_above. */
	store_bind_int_at(&q, 2, preparing->desk->now);
	store_bind_int_at(&q, 3, preparing->desk->now - REPLIES_REPEATED_S);
	while (err == SKERRY_OK && store_step(&q))
		err = add_site(preparing, store_int(&q, 0));
	done = store_done(&q);
	return err != SKERRY_OK ? err : done;
}

static int
by_key(const void *a, const void *b)
{
	const struct bundles_site *x = a, *y = b;

	return memcmp(x->key, y->key, BUNDLE_SORT_KEY_LEN);
}

/* In the order of their keys, each once, however often it was named. */
static void
sort_sites(struct bundles *bundles)
{
	size_t len = 0;

	if (bundles->sites_len > 0)
		qsort(bundles->sites, bundles->sites_len, sizeof *bundles->sites, by_key);
	for (size_t i = 0; i < bundles->sites_len; i++)
		if (len == 0 || bundles->sites[i].id != bundles->sites[len - 1].id)
			bundles->sites[len++] = bundles->sites[i];
	bundles->sites_len = bundles->summary.sites = len;
	for (size_t i = 0; i < len; i++)
		bundles->summary.boxes += bundles->sites[i].boxes;
}

/* What a site would refuse is made again; then all of it is counted as for any other. */
static enum skerry_err
add_again(struct preparing *preparing)
{
	enum skerry_err err = SKERRY_OK;
	size_t made;

	preparing->made_again = true;
	if (preparing->again_len > 0)
		err = replies_again(preparing->desk, preparing->signing, preparing->wish->brand_id,
			preparing->again, preparing->again_len, &made);
	for (size_t i = 0; i < preparing->again_len && err == SKERRY_OK; i++)
		err = add_site(preparing, preparing->again[i]);
	return err;
}

/* People name one by its four characters and by its id; what is made again for it is made once. */
static bool
is_named_before(const struct bundles_wish *wish, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (wish->installations[i] == wish->installations[at])
			return true;
	return false;
}

static enum skerry_err
gather_sites(struct preparing *preparing)
{
	const struct bundles_wish *wish = preparing->wish;
	enum skerry_err err = SKERRY_OK;

	if (wish->all || wish->group != NULL)
		err = add_many(preparing);
	for (size_t i = 0; i < wish->installations_len && err == SKERRY_OK; i++)
		if (!is_named_before(wish, i))
			err = add_site(preparing, wish->installations[i]);
	if (err == SKERRY_OK)
		err = add_again(preparing);
	if (err == SKERRY_OK)
		sort_sites(preparing->bundles);
	return err;
}

/* --- what is for all of them ----------------------------------------------------------------- */

struct chaining {
	struct bundles *bundles;
	enum skerry_err err;
};

static void
add_manifest(void *context, uint64_t version, struct cbor_bytes bytes)
{
	struct chaining *chaining = context;
	struct bundles *bundles = chaining->bundles;
	uint8_t *more;

	(void)version;
	if (chaining->err != SKERRY_OK)
		return;
	if (bundles->chain_len + bytes.len > BUNDLE_CHAIN_MAX) {
		chaining->err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
		return;
	}
	more = realloc(bundles->chain, bundles->chain_len + bytes.len);
	if (more == NULL) {
		chaining->err = SKERRY_ERR_NO_MEMORY;
		return;
	}
	memcpy(more + bundles->chain_len, bytes.data, bytes.len);
	bundles->chain = more;
	bundles->chain_len += bytes.len;
}

static enum skerry_err
gather_chain(struct preparing *preparing)
{
	struct chaining chaining = { preparing->bundles, SKERRY_OK };
	enum skerry_err err = manifests_each(preparing->desk, add_manifest, &chaining);

	if (err == SKERRY_OK && chaining.err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return desk_refuse(preparing->desk, chaining.err, "manifests",
			"All of them together are more than a bundle holds. Give sites the newest "
			"ones by hand: skerry import FILE");
	return err == SKERRY_OK ? chaining.err : err;
}

/* The lists one after the other; `common` borrows them when all are there. */
struct listing {
	struct bundle_common common;
	size_t len;
	uint8_t *bytes; /* BUNDLE_COMMON_MAX of them */
};

static enum skerry_err
add_list(void *context, struct cbor_bytes list)
{
	struct listing *listing = context;

	if (listing->common.lists_len == BUNDLE_LISTS_MAX ||
		list.len > BUNDLE_COMMON_MAX - listing->len)
		return SKERRY_ERR_DOCUMENT_TOO_LARGE;
	memcpy(listing->bytes + listing->len, list.data, list.len);
	listing->common.lists[listing->common.lists_len++] =
		(struct cbor_bytes){ listing->bytes + listing->len, list.len };
	listing->len += list.len;
	return SKERRY_OK;
}

static enum skerry_err
pack_common(struct bundles *bundles, const struct bundle_common *common)
{
	uint8_t *page = malloc(BUNDLE_COMMON_MAX), *packed = NULL;
	struct cbor_writer w;
	enum skerry_err err = page == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err == SKERRY_OK) {
		cbor_writer_init(&w, page, BUNDLE_COMMON_MAX);
		bundle_common_write(&w, common);
		err = cbor_writer_finish(&w, &bundles->common_len);
	}
	if (err == SKERRY_ERR_NO_SPACE)
		err = SKERRY_ERR_DOCUMENT_TOO_LARGE;
	if (err == SKERRY_OK) {
		packed = malloc(deflate_bound(bundles->common_len));
		err = packed == NULL ? SKERRY_ERR_NO_MEMORY
				     : deflate_pack(page, bundles->common_len, packed,
					       deflate_bound(bundles->common_len),
					       &bundles->common_stored);
	}
	bundles->common = packed;
	free(page);
	return err;
}

static enum skerry_err
gather_lists(struct preparing *preparing)
{
	struct listing *listing = calloc(1, sizeof *listing);
	enum skerry_err err;

	if (listing == NULL)
		return SKERRY_ERR_NO_MEMORY;
	listing->bytes = malloc(BUNDLE_COMMON_MAX);
	err = listing->bytes == NULL ? SKERRY_ERR_NO_MEMORY
				     : status_lists_each(preparing->desk, preparing->wish->brand_id,
					       add_list, listing);
	if (err == SKERRY_OK)
		err = pack_common(preparing->bundles, &listing->common);
	preparing->bundles->summary.lists = listing->common.lists_len;
	free(listing->bytes);
	free(listing);
	if (err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return desk_refuse(preparing->desk, err, "status lists",
			"All brands' lists together are more than a bundle holds; make one for "
			"each brand with: --brand SLUG");
	return err;
}

/* --- its number ------------------------------------------------------------------------------ */

static enum skerry_err
take_number(struct preparing *preparing)
{
	struct bundles_summary *summary = &preparing->bundles->summary;
	int64_t last = 0;
	struct store_query q;
	enum skerry_err err;

	store_query(preparing->desk->store, &q, "SELECT max(seq) FROM bundle");
	if (store_step(&q))
		last = store_int(&q, 0);
	err = store_done(&q);
	/* In time, as replies: a desk that was recovered goes on above what it lost. */
	summary->seq = fork_next_reply((uint64_t)last, preparing->desk->now);
	summary->issued_at = preparing->desk->now;
	random_bytes(summary->id, sizeof summary->id);
	return err;
}

static enum skerry_err
record(struct preparing *preparing)
{
	const struct bundles_summary *summary = &preparing->bundles->summary;
	char subject[AUDIT_SUBJECT_MAX], id[2 * BUNDLE_ID_LEN + 1];
	struct store_query q;
	enum skerry_err err;

	store_query(preparing->desk->store, &q,
		"INSERT INTO bundle (seq, bundle_id, issued_at, boxes, bytes)"
		" VALUES (?, ?, ?, ?, ?)");
	store_bind_int(&q, (int64_t)summary->seq);
	store_bind_bytes(&q, summary->id, sizeof summary->id);
	store_bind_int(&q, summary->issued_at);
	store_bind_int(&q, (int64_t)summary->boxes);
	store_bind_int(&q, (int64_t)summary->bytes);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	for (size_t i = 0; i < BUNDLE_ID_LEN; i++)
		snprintf(id + 2 * i, 3, "%02x", summary->id[i]);
	snprintf(subject, sizeof subject, "bundle %llu", (unsigned long long)summary->seq);
	return audit_append_of(preparing->desk, preparing->wish->brand_id, "bundle.make", subject,
		"id=%s sites=%zu boxes=%zu renewed=%zu lists=%zu", id, summary->sites,
		summary->boxes, summary->renewed, summary->lists);
}

/* The log as it stands before the bundle's own row, whose size depends on it. */
static enum skerry_err
note_head(struct preparing *preparing)
{
	struct audit_head head;
	enum skerry_err err = audit_read_head(preparing->desk->store, &head);

	if (err == SKERRY_OK) {
		preparing->bundles->audit_seq = (uint64_t)head.seq;
		memcpy(preparing->bundles->audit_hash, head.hash, BUNDLE_HASH_LEN);
	}
	return err;
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Before anything is recorded: a site would refuse what this key signs. */
static enum skerry_err
check_key(const struct preparing *preparing)
{
	return signing_permits_role(preparing->desk, preparing->signing, MANIFEST_ROLE_BUNDLE, NULL,
		preparing->desk->now);
}

static enum skerry_err
prepare(struct preparing *preparing, struct plan_shelf *shelf)
{
	struct bundles *bundles = preparing->bundles;
	const struct bundles_wish *wish = preparing->wish;
	size_t signed_lists;
	enum skerry_err err = check_key(preparing);

	if (err == SKERRY_OK)
		err = status_lists_refresh(
			preparing->desk, preparing->signing, wish->brand_id, &signed_lists);
	if (err == SKERRY_OK)
		err = bundles_renew(
			preparing->desk, preparing->signing, shelf, wish, &bundles->summary);
	if (err == SKERRY_OK)
		err = take_number(preparing);
	if (err == SKERRY_OK)
		err = gather_sites(preparing);
	if (err == SKERRY_OK)
		err = gather_chain(preparing);
	if (err == SKERRY_OK)
		err = gather_lists(preparing);
	if (err == SKERRY_OK)
		err = note_head(preparing);
	if (err == SKERRY_OK)
		err = bundles_lay_out(preparing->signing, bundles);
	return err == SKERRY_OK ? record(preparing) : err;
}

enum skerry_err
bundles_prepare(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	const struct bundles_wish *wish, struct bundles **ret_bundles,
	struct bundles_summary *ret_summary)
{
	struct bundles *bundles = calloc(1, sizeof *bundles);
	struct preparing preparing = {
		.desk = desk, .signing = signing, .wish = wish, .bundles = bundles
	};
	enum skerry_err err;

	if (bundles == NULL)
		return SKERRY_ERR_NO_MEMORY;
	bundles->brand_id = wish->brand_id;
	err = prepare(&preparing, shelf);
	free(preparing.again);
	if (err != SKERRY_OK) {
		bundles_free(bundles);
		return err;
	}
	*ret_summary = bundles->summary;
	*ret_bundles = bundles;
	return SKERRY_OK;
}

void
bundles_free(struct bundles *bundles)
{
	if (bundles == NULL)
		return;
	free(bundles->chain);
	free(bundles->common);
	free(bundles->sites);
	free(bundles->pages);
	free(bundles);
}

enum skerry_err
bundles_find(struct desk *desk, const uint8_t id[BUNDLE_ID_LEN], uint64_t *ret_seq, bool *ret_mine)
{
	struct store_query q;
	uint64_t seq = 0;
	bool mine;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT seq FROM bundle WHERE bundle_id = ?");
	store_bind_bytes(&q, id, BUNDLE_ID_LEN);
	mine = store_step(&q);
	if (mine)
		seq = (uint64_t)store_int(&q, 0);
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	*ret_mine = mine;
	if (mine)
		*ret_seq = seq;
	return SKERRY_OK;
}
