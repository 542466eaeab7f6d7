/* SPDX-License-Identifier: ISC */
#include "request_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/edition.h"
#include "issuer/decide/weights.h"
#include "issuer/desk/sites.h"
#include "issuer/exchange/request_places.h"
#include "issuer/license_plan.h"

/* --- which ------------------------------------------------------------------------------------- */

static struct request_case *
find_case(const struct request_work *work, int64_t license_id)
{
	for (size_t i = 0; i < work->cases_len; i++)
		if (work->cases[i]->license.id == license_id)
			return work->cases[i];
	return NULL;
}

/* NULL: no memory. There is room: see is_full. */
static struct request_case *
add_case(struct request_work *work)
{
	struct request_case *one = calloc(1, sizeof *one);

	if (one != NULL)
		work->cases[work->cases_len++] = one;
	return one;
}

static bool
is_full(const struct request_work *work)
{
	return work->cases_len == REQUESTS_RESULTS_MAX;
}

static enum skerry_err
add_license(struct request_work *work, const struct license_record *license)
{
	struct request_case *one;

	if (is_full(work) || find_case(work, license->id) != NULL)
		return SKERRY_OK;
	one = add_case(work);
	if (one == NULL)
		return SKERRY_ERR_NO_MEMORY;
	one->license = *license;
	one->brand_id = license->brand_id;
	memcpy(one->brand, license->brand, sizeof one->brand);
	return SKERRY_OK;
}

static enum skerry_err
add_row(struct request_work *work, int64_t license_id)
{
	struct license_record license;
	enum skerry_err err;

	if (is_full(work) || find_case(work, license_id) != NULL)
		return SKERRY_OK;
	err = licenses_find_row(work->desk, license_id, &license);
	return err == SKERRY_OK ? add_license(work, &license) : err;
}

/* --- by license key ---------------------------------------------------------------------------- */

struct adding {
	struct request_work *work;
	size_t added;
	enum skerry_err err;
};

static bool
add_of_key(void *context, const struct license_record *license)
{
	struct adding *adding = context;
	struct cbor_text tenant = adding->work->exchange->request.tenant;

	if (tenant.chars != NULL && license->tenant[0] != '\0' &&
		!cbor_text_equals(tenant, license->tenant))
		return true;
	adding->added++;
	adding->err = add_license(adding->work, license);
	return adding->err == SKERRY_OK && !is_full(adding->work);
}

/* The brand whose keys look most like it; else the desk's first. */
struct nearest {
	const char *typed;
	int64_t id;
	char slug[LICENSE_SLUG_MAX + 1], language[16];
	bool fits;
};

static void
look_at_brand(void *context, const struct brand *brand)
{
	struct nearest *nearest = context;
	char text[LICENSE_KEY_MAX + 1];
	size_t offset;
	enum skerry_err err = nearest->typed == NULL
				      ? SKERRY_ERR_LICENSE_KEY_PREFIX
				      : license_key_read(brand->key_format, nearest->typed,
						strlen(nearest->typed), text, &offset);
	bool fits = err != SKERRY_ERR_LICENSE_KEY_PREFIX;

	secretbox_wipe(text, sizeof text);
	if (nearest->fits || (nearest->id != 0 && !fits))
		return;
	nearest->id = brand->id;
	nearest->fits = fits;
	memcpy(nearest->slug, brand->slug, sizeof nearest->slug);
	snprintf(nearest->language, sizeof nearest->language, "%.*s",
		(int)strcspn(brand->languages, " "), brand->languages);
}

/* A result without a license: of the brand that a key could be of; `typed` NULL: of the first brand. */
static enum skerry_err
add_unknown(struct request_work *work, const char *typed, bool no_tenant)
{
	struct nearest nearest = { .typed = typed };
	struct request_case *one;
	enum skerry_err err = brands_each(work->desk, look_at_brand, &nearest);

	if (err != SKERRY_OK || nearest.id == 0)
		return err;
	one = add_case(work);
	if (one == NULL)
		return SKERRY_ERR_NO_MEMORY;
	one->facts.no_tenant = no_tenant;
	one->brand_id = nearest.id;
	memcpy(one->brand, nearest.slug, sizeof one->brand);
	memcpy(one->language, nearest.language, sizeof one->language);
	return SKERRY_OK;
}

static bool
is_no_key(enum skerry_err err)
{
	return err == SKERRY_ERR_KEY_UNKNOWN || err == SKERRY_ERR_LICENSE_KEY_TYPO ||
	       err == SKERRY_ERR_LICENSE_KEY_LENGTH || err == SKERRY_ERR_LICENSE_KEY_CHARACTER ||
	       err == SKERRY_ERR_LICENSE_KEY_PREFIX;
}

static enum skerry_err
gather_key(struct request_work *work, struct cbor_text key)
{
	struct adding adding = { .work = work };
	char typed[REQUEST_KEY_MAX + 1], text[LICENSE_KEY_MAX + 1];
	struct license_key_record record;
	enum skerry_err err;

	if (is_full(work))
		return SKERRY_OK;
	snprintf(typed, sizeof typed, "%.*s", (int)key.len, key.chars);
	err = licenses_find_key(work->desk, typed, &record, text);
	secretbox_wipe(text, sizeof text);
	if (err == SKERRY_OK) {
		struct licenses_filter filter = { .license_key_id = record.id,
			.now = work->desk->now,
			.limit = REQUESTS_RESULTS_MAX };

		err = licenses_each(work->desk, &filter, add_of_key, &adding);
		if (err == SKERRY_OK)
			err = adding.err;
	}
	if (is_no_key(err) || (err == SKERRY_OK && adding.added == 0))
		err = add_unknown(work, typed, err == SKERRY_OK);
	secretbox_wipe(typed, sizeof typed);
	return err;
}

/* --- by what it has ---------------------------------------------------------------------------- */

enum { ROWS_MAX = REQUESTS_RESULTS_MAX };

/* Licenses of this installation's activations: those that stand, or the newest that ended. */
static enum skerry_err
gather_own(struct request_work *work, const char *sql)
{
	int64_t licenses[ROWS_MAX];
	size_t len = 0;
	struct store_query q;
	enum skerry_err err;

	store_query(work->desk->store, &q, sql);
	store_bind_int_at(&q, 1, work->installation.id);
	store_bind_int_at(&q, 2, ROWS_MAX);
	while (len < ROWS_MAX && store_step(&q))
		licenses[len++] = store_int(&q, 0);
	err = store_done(&q);
	for (size_t i = 0; i < len && err == SKERRY_OK; i++)
		err = add_row(work, licenses[i]);
	return err;
}

/* A document bound to nothing, of which there is no record, says nothing about this site. */
static bool
concerns(const struct request_proof *proof)
{
	return proof->license_id != 0 &&
	       (proof->claims == NULL || proof->activation_id != 0 || proof->claims->has_site_key ||
		       proof->claims->components_len > 0 || proof->claims->domains_len > 0);
}

static enum skerry_err
gather_held(struct request_work *work)
{
	enum skerry_err err = SKERRY_OK;

	if (work->installation.id != 0)
		err = gather_own(work,
			"SELECT DISTINCT license_id FROM activation WHERE installation_id = ?1 AND"
			" unpaired_at IS NULL ORDER BY license_id LIMIT ?2");
	for (size_t i = 0; i < work->held.len && err == SKERRY_OK; i++)
		if (concerns(&work->held.proofs[i]))
			err = add_row(work, work->held.proofs[i].license_id);
	if (err == SKERRY_OK && work->exchange->request.kind == REQUEST_UNPAIR)
		err = gather_own(work,
			"SELECT license_id FROM activation WHERE installation_id = ?1"
			" GROUP BY license_id ORDER BY max(id) DESC LIMIT ?2");
	return err;
}

/* --- of each ----------------------------------------------------------------------------------- */

static enum skerry_err
read_plan(struct request_work *work, struct request_case *one)
{
	struct answer_facts *facts = &one->facts;
	const struct plan *plan;
	enum skerry_err err = license_plan(work->desk, &work->requests->shelf, &one->license,
		&work->requests->scratch->plan, &plan);

	if (err != SKERRY_OK)
		return err;
	facts->overlap_s = plan->ladder.overlap_s;
	facts->migrations_allowed = plan->migrations;
	facts->rollback_policy = plan->ladder.rollback_policy;
	return SKERRY_OK;
}

static enum skerry_err
read_language(struct request_work *work, struct request_case *one)
{
	struct store_query q;

	store_query(work->desk->store, &q,
		"SELECT ifnull(c.language, substr(b.languages || ' ', 1, instr(b.languages || ' ',"
		" ' ') - 1)) FROM customer c JOIN brand b ON b.id = c.brand_id WHERE c.id = ?");
	store_bind_int(&q, one->license.customer_id);
	if (store_step(&q))
		store_text(&q, 0, one->language, sizeof one->language);
	return store_done(&q);
}

/* A signed document that the records lack counts before anything is numbered. */
static enum skerry_err
take_proof(struct request_work *work, struct request_case *one)
{
	enum skerry_err err;

	one->proof = request_held_find(&work->held, one->license.id);
	if (one->proof == NULL || one->proof->claims == NULL)
		return SKERRY_OK;
	err = request_held_raise(work->desk, &one->license, one->proof);
	if (err != SKERRY_ERR_DESK_CLOCK)
		return err == SKERRY_OK
			       ? licenses_find_row(work->desk, one->license.id, &one->license)
			       : err;
	one->facts.malformed = true;
	return SKERRY_OK;
}

static bool
is_enough(const struct request *request)
{
	struct fingerprint *shown;
	bool enough;

	if (request->components_len == 0)
		return request->domains_len > 0;
	shown = calloc(1, sizeof *shown);
	if (shown == NULL)
		return false;
	shown->components_len = request->components_len;
	memcpy(shown->components, request->components,
		request->components_len * sizeof *request->components);
	enough = weights_sum(shown) >= WEIGHTS_ENOUGH;
	free(shown);
	return enough;
}

static enum skerry_err
gather_case(struct request_work *work, struct request_case *one)
{
	const struct request *request = &work->exchange->request;
	struct answer_facts *facts = &one->facts;
	enum skerry_err err;

	facts->kind = request->kind;
	facts->arrival = work->verdict.arrival;
	facts->superseded = work->superseded;
	facts->key_known = one->license.id != 0;
	facts->migrations = migrations_none();
	if (!facts->key_known)
		return SKERRY_OK;
	err = take_proof(work, one);
	if (err == SKERRY_OK)
		err = read_plan(work, one);
	if (err == SKERRY_OK)
		err = read_language(work, one);
	if (err == SKERRY_OK)
		err = request_places_find(work, one);
	if (err == SKERRY_OK && request->kind != REQUEST_HEARTBEAT)
		err = sites_migrations(
			work->desk, one->license.id, work->desk->now, &facts->migrations);
	facts->license = (struct lifecycle_facts){ .stored = one->license.stored,
		.valid_until = one->license.valid_until,
		.pending_until = one->license.pending_until,
		.now = work->desk->now,
		.sites = one->license.activations_used,
		.erased = one->license.erased };
	facts->max_activations = one->license.max_activations;
	facts->fingerprint_enough = is_enough(request);
	facts->found = work->found == FORK_CLONE ? FORK_CLONE
		       : work->verdict.told      ? FORK_NONE
						 : work->verdict.found;
	return err;
}

enum skerry_err
request_facts_gather(struct request_work *work)
{
	const struct request *request = &work->exchange->request;
	bool by_key = request->kind == REQUEST_PAIR || request->kind == REQUEST_MIGRATE;
	enum skerry_err err = SKERRY_OK;

	if (by_key)
		for (size_t i = 0; i < request->keys_len && err == SKERRY_OK; i++)
			err = gather_key(work, request->keys[i]);
	else
		err = gather_held(work);
	for (size_t i = 0; i < work->cases_len && err == SKERRY_OK; i++)
		err = gather_case(work, work->cases[i]);
	return err;
}
