/* SPDX-License-Identifier: ISC */
#include "site.h"

#include <stdlib.h>
#include <string.h>

#include "product_name.h"
#include "verifier/gather/local_time.h"

/* --- opening --------------------------------------------------------------------------------- */

/* Verifies one license file anew. */
static enum skerry_err
load_license(const struct site *site, const uint8_t *bytes, size_t bytes_len,
	struct site_license *license)
{
	const struct manifest_key *key;
	size_t offset;
	enum skerry_err err;

	license->document = malloc(bytes_len == 0 ? 1 : bytes_len);
	if (license->document == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(license->document, bytes, bytes_len);
	license->document_len = bytes_len;
	license->key_revoked_since = LICENSE_NEVER;
	err = trust_open_license(&site->trust->trust, license->document, bytes_len,
		&license->license, &key, &offset);
	if (err == SKERRY_ERR_TRUST_KEY_REVOKED) {
		/* Held already: it goes into its own grace instead of being refused. */
		size_t index = (size_t)(key - site->trust->trust.manifest.keys);

		license->key_revoked_since =
			documents_revoked_since(site->trust, site->trust->trust.kids[index]);
		err = SKERRY_OK;
	}
	if (err != SKERRY_OK)
		free(license->document);
	return err;
}

bool
site_has_room(const struct site *site)
{
	return site->licenses_len + site->unused_len < DOCUMENTS_LICENSES_MAX;
}

enum skerry_err
site_hold(struct site *site, struct cbor_bytes bytes)
{
	struct site_license *license = &site->licenses[site->licenses_len];
	enum skerry_err err;

	if (!site_has_room(site))
		return SKERRY_ERR_DOCUMENT_COUNT;
	err = load_license(site, bytes.data, bytes.len, license);
	if (err != SKERRY_OK)
		return err;
	site->licenses_len++;
	/* A revoked key's word about the time does not count. */
	if (license->key_revoked_since == LICENSE_NEVER && license->license.issued_at > site->floor)
		site->floor = license->license.issued_at;
	return SKERRY_OK;
}

static void
load_file(void *context, const char *file, enum skerry_err err, const uint8_t *bytes,
	size_t bytes_len)
{
	struct site *site = context;
	struct site_unused *unused = &site->unused[site->unused_len];

	if (err == SKERRY_OK)
		err = site_hold(site, (struct cbor_bytes){ bytes, bytes_len });
	if (err == SKERRY_OK)
		return;
	memcpy(unused->file, file, strlen(file) + 1);
	unused->err = err;
	site->unused_len++;
}

static enum skerry_err
load_all(struct site *site, struct site_failure *failure)
{
	enum skerry_err err;

	site->trust = malloc(sizeof *site->trust);
	site->licenses = calloc(DOCUMENTS_LICENSES_MAX, sizeof *site->licenses);
	site->unused = calloc(DOCUMENTS_LICENSES_MAX, sizeof *site->unused);
	if (site->trust == NULL || site->licenses == NULL || site->unused == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = documents_load_trust(&site->documents, site->trust, failure->file, &failure->offset);
	if (err == SKERRY_OK)
		err = identity_load(&site->documents, &site->identity);
	if (err == SKERRY_OK)
		err = documents_each_license(&site->documents, load_file, site);
	return err;
}

enum skerry_err
site_open(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	struct site site = { .floor = INT64_MIN };
	enum skerry_err err = documents_open(path, &site.documents);

	*ret_failure = (struct site_failure){ .file = "" };
	if (err != SKERRY_OK)
		return err;
	err = load_all(&site, ret_failure);
	if (err != SKERRY_OK)
		site_close(&site);
	else
		*ret_site = site;
	return err;
}

void
site_close(struct site *site)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		free(site->licenses[i].document);
	free(site->licenses);
	free(site->unused);
	free(site->trust);
	documents_close(&site->documents);
	memset(site, 0, sizeof *site);
}

/* --- asking ---------------------------------------------------------------------------------- */

/* What is the same for every license that one question looks at. */
struct question {
	const struct site *site;
	const struct site_query *query;
	struct components components;
	int64_t now;
	int32_t utc_offset_s;
};

static bool
is_wanted(const struct site_query *query, const struct license *license)
{
	return (query->product == NULL ||
		       product_name_check(query->product, license) == SKERRY_OK) &&
	       match_tenant(license, query->tenant) != EVALUATE_MISMATCH;
}

static bool
same_product(const struct license *a, const struct license *b)
{
	return cbor_text_same(a->brand, b->brand) && cbor_text_same(a->product, b->product);
}

/* A newer edition of the same license that has begun takes its place. */
static bool
is_replaced(const struct question *question, const struct license *license)
{
	const struct site *site = question->site;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *other = &site->licenses[i].license;

		if (cbor_text_same(other->id, license->id) && other->edition > license->edition &&
			other->not_before <= question->now)
			return true;
	}
	return false;
}

static void
answer_for(const struct question *question, const struct site_license *held,
	struct site_answer *ret_answer)
{
	const struct license *license = &held->license;
	enum match_sight sights[LICENSE_COMPONENTS_MAX];
	struct evaluate_facts facts;

	evaluate_facts_init(&facts, question->now, question->utc_offset_s);
	components_compare(&question->components, license, sights);
	facts.machine = match_machine(license, sights, &ret_answer->tally);
	if (question->query->domain != NULL)
		facts.domain = match_domain(license, question->query->domain);
	if (license->has_site_key)
		facts.site_key =
			cose_key_same(&license->site_key, &question->site->identity.site_key)
				? EVALUATE_MATCH
				: EVALUATE_MISMATCH;
	facts.key_revoked_since = held->key_revoked_since;
	evaluate(license, &facts, &ret_answer->verdict);
	ret_answer->license = license;
	ret_answer->utc_offset_s = question->utc_offset_s;
}

/* More access, then what runs rather than waits, then the milder state, then what lasts longer. */
static bool
gives_more(const struct site_answer *a, const struct site_answer *b)
{
	const struct skerry_verdict *x = &a->verdict, *y = &b->verdict;
	bool x_waits = x->state == SKERRY_STATE_UNLICENSED,
	     y_waits = y->state == SKERRY_STATE_UNLICENSED;

	if (x->access != y->access)
		return x->access > y->access;
	if (x_waits != y_waits)
		return y_waits;
	if (x->state != y->state)
		return x->state < y->state;
	return x->grace_until > y->grace_until;
}

static enum skerry_err
find_best(const struct question *question, struct site_answer *best)
{
	const struct site *site = question->site;
	size_t wanted = 0, first = 0;
	int64_t begins = SKERRY_NEVER;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;
		struct site_answer answer;

		if (!is_wanted(question->query, license))
			continue;
		if (wanted++ == 0)
			first = i;
		if (!same_product(&site->licenses[first].license, license))
			return SKERRY_ERR_NOT_UNIQUE;
		if (is_replaced(question, license))
			continue;
		if (license->not_before > question->now && license->not_before < begins)
			begins = license->not_before;
		answer_for(question, &site->licenses[i], &answer);
		if (best->license == NULL || gives_more(&answer, best))
			*best = answer;
	}
	/* A license that waits beside this one will be looked at when it begins. */
	if (begins < best->verdict.next_change_at)
		best->verdict.next_change_at = begins;
	return SKERRY_OK;
}

enum skerry_err
site_ask(const struct site *site, const struct site_query *query, struct site_answer *ret_answer)
{
	struct question question = { .site = site, .query = query };
	struct site_answer best = { .license = NULL };
	struct evaluate_facts nothing;
	enum skerry_err err;

	err = components_collect("/", query->custom, query->custom_len, &question.components);
	if (err != SKERRY_OK)
		return err;
	question.now = query->wall > site->floor ? query->wall : site->floor;
	question.utc_offset_s = local_time_offset("/", question.now);
	evaluate_facts_init(&nothing, question.now, question.utc_offset_s);
	evaluate(NULL, &nothing, &best.verdict);
	/* Where files could not be used, nobody can say that there is no license. */
	if (site->unused_len > 0)
		best.verdict.reason = SKERRY_REASON_STATE_DAMAGED;
	best.utc_offset_s = question.utc_offset_s;
	err = find_best(&question, &best);
	if (err == SKERRY_OK)
		*ret_answer = best;
	return err;
}
