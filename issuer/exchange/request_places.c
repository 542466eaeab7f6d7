/* SPDX-License-Identifier: ISC */
#include "request_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/weights.h"

#define COLUMNS                                                                                    \
	"SELECT a.id, a.number, a.status_index, a.kind, a.site_id, a.fingerprint, a.domains,"      \
	" a.installation_id, a.unpaired_at, a.expires_at, a.install_id FROM activation a"

void
request_places_domains(const struct request *request, char ret_domains[ACTIVATIONS_DOMAINS_MAX + 1])
{
	size_t len = 0;

	ret_domains[0] = '\0';
	for (size_t i = 0; i < request->domains_len; i++)
		len += (size_t)snprintf(ret_domains + len, ACTIVATIONS_DOMAINS_MAX + 1 - len,
			"%s%.*s", i == 0 ? "" : " ", (int)request->domains[i].len,
			request->domains[i].chars);
}

/* --- one row ----------------------------------------------------------------------------------- */

/* What the request shows of a machine. */
static void
show(const struct request *request, struct fingerprint *ret_fingerprint)
{
	*ret_fingerprint = (struct fingerprint){ .salt = request->salt,
		.components_len = request->components_len };
	memcpy(ret_fingerprint->components, request->components,
		request->components_len * sizeof *request->components);
}

static void
compare(const struct request_work *work, struct cbor_bytes bytes,
	struct request_activation *activation)
{
	struct fingerprint *before = malloc(2 * sizeof *before);
	size_t offset;

	if (before == NULL)
		return;
	if (fingerprint_parse(bytes, before, &offset) == SKERRY_OK && before->components_len > 0) {
		show(&work->exchange->request, before + 1);
		activation->comparable = cbor_bytes_same(before->salt, before[1].salt);
		activation->same_machine = weights_same_machine(before, before + 1);
	}
	free(before);
}

static enum skerry_err
read_row(const struct request_work *work, struct store_query *q,
	struct request_activation *ret_activation)
{
	struct cbor_bytes site_id = store_bytes(q, 4), fingerprint = store_bytes(q, 5);
	struct request_activation row = { .id = store_int(q, 0),
		.number = store_int(q, 1),
		.status_index = store_int(q, 2),
		.expires_at = store_date(q, 9),
		.unpaired_at = store_date(q, 8),
		.installation_id = store_int(q, 7) };
	const char *kind = store_chars(q, 3);

	if (kind == NULL || !activations_kind_from_name(kind, &row.kind))
		return SKERRY_ERR_STORE_DAMAGED;
	row.has_site_id = site_id.len == sizeof row.site_id;
	if (row.has_site_id)
		memcpy(row.site_id, site_id.data, sizeof row.site_id);
	if (work->exchange->request.components_len > 0 && fingerprint.data != NULL)
		compare(work, fingerprint, &row);
	*ret_activation = row;
	return SKERRY_OK;
}

/* Steps through a bound query that finds one row at the most, and ends it. */
static enum skerry_err
take_one(const struct request_work *work, struct store_query *q,
	struct request_activation *ret_activation)
{
	enum skerry_err err = SKERRY_OK, done;

	*ret_activation = (struct request_activation){ .id = 0 };
	if (store_step(q))
		err = read_row(work, q, ret_activation);
	done = store_done(q);
	return done != SKERRY_OK ? done : err;
}

static bool
is_mine(const struct request_work *work, const struct request_activation *row)
{
	return row->installation_id == work->installation.id ||
	       (row->has_site_id &&
		       memcmp(row->site_id, work->exchange->site_id, sizeof row->site_id) == 0);
}

/* --- of this site ------------------------------------------------------------------------------ */

static enum skerry_err
find_mine(const struct request_work *work, struct request_case *one)
{
	struct store_query q;
	enum skerry_err err;

	store_query(work->desk->store, &q,
		COLUMNS
		" WHERE a.installation_id = ? AND +a.license_id = ? AND a.unpaired_at IS NULL"
		" ORDER BY a.id DESC LIMIT 1");
	store_bind_int(&q, work->installation.id);
	store_bind_int(&q, one->license.id);
	err = take_one(work, &q, &one->activation);
	if (err != SKERRY_OK || one->activation.id != 0)
		return err;
	store_query(work->desk->store, &q,
		COLUMNS " WHERE a.site_id = ? AND +a.license_id = ? AND a.unpaired_at IS NULL"
			" ORDER BY a.id DESC LIMIT 1");
	store_bind_bytes(&q, work->exchange->site_id, COSE_THUMBPRINT_LEN);
	store_bind_int(&q, one->license.id);
	return take_one(work, &q, &one->activation);
}

static enum skerry_err
find_ended(const struct request_work *work, struct request_case *one)
{
	struct store_query q;

	store_query(work->desk->store, &q,
		COLUMNS
		" WHERE a.installation_id = ? AND +a.license_id = ? AND a.unpaired_at IS NOT"
		" NULL ORDER BY a.id DESC LIMIT 1");
	store_bind_int(&q, work->installation.id);
	store_bind_int(&q, one->license.id);
	return take_one(work, &q, &one->activation);
}

/* From when on the status list says that it ended. */
static enum skerry_err
find_end(const struct request_work *work, struct request_case *one)
{
	struct store_query q;
	int64_t ends_at = one->activation.unpaired_at;

	store_query(work->desk->store, &q,
		"SELECT max(effective_at) FROM revocation WHERE activation_id = ?");
	store_bind_int(&q, one->activation.id);
	if (store_step(&q) && store_int(&q, 0) > ends_at)
		ends_at = store_int(&q, 0);
	one->facts.ends_at = ends_at;
	return store_done(&q);
}

/* --- by what it shows -------------------------------------------------------------------------- */

static enum skerry_err
read_shown(const struct request_work *work, const struct request_proof *proof,
	struct request_activation *ret_activation)
{
	struct store_query q;

	store_query(work->desk->store, &q, COLUMNS " WHERE a.id = ?");
	store_bind_int(&q, proof->activation_id);
	return take_one(work, &q, ret_activation);
}

/* Whether a document that the records lack stands for this site: its key, or a machine or domains. */
static bool
proves(const struct request_work *work, const struct license *claims)
{
	uint8_t site_id[COSE_THUMBPRINT_LEN];

	if (!claims->has_site_key)
		return claims->components_len > 0 || claims->domains_len > 0;
	hash_thumbprint(&claims->site_key, site_id);
	return memcmp(site_id, work->exchange->site_id, sizeof site_id) == 0;
}

/* A machine's document, shown by another machine: a copy renews what it is bound to, and no more. */
static bool
is_copy(const struct request_activation *row, enum request_kind kind)
{
	return row->kind == ACTIVATION_MACHINE && row->comparable && !row->same_machine &&
	       kind != REQUEST_HEARTBEAT;
}

/* The activation of the document that the request shows: stands by hand, has ended, or is unknown. */
static enum skerry_err
place_by_proof(const struct request_work *work, struct request_case *one)
{
	struct answer_facts *facts = &one->facts;
	struct request_activation row;
	enum skerry_err err;

	if (one->proof->activation_id == 0) {
		if (proves(work, one->proof->claims))
			facts->place = ANSWER_PROVED;
		return SKERRY_OK;
	}
	err = read_shown(work, one->proof, &row);
	if (err != SKERRY_OK || row.id == 0 || (row.has_site_id && !is_mine(work, &row)) ||
		(row.unpaired_at == LICENSE_NEVER && is_copy(&row, facts->kind)))
		return err;
	one->activation = row;
	facts->place = row.unpaired_at == LICENSE_NEVER ? ANSWER_BY_HAND : ANSWER_ENDED;
	return SKERRY_OK;
}

/* --- by its machine or domains ----------------------------------------------------------------- */

struct search {
	struct request_activation by_hand, reinstalled, last, of_install_id;
	int64_t standing, of_install_ids; /* that bind, and are not this site's */
};

static void
look_at(const struct request_work *work, struct store_query *q, const char *domains,
	const struct request_activation *row, struct search *search)
{
	const struct request *request = &work->exchange->request;
	const char *install_id = store_chars(q, 10), *bound_to = store_chars(q, 6);
	bool same_domains = row->kind == ACTIVATION_DOMAIN && bound_to != NULL &&
			    domains[0] != '\0' && strcmp(bound_to, domains) == 0;

	if (is_mine(work, row) || !activations_binds(row->kind))
		return;
	search->standing++;
	search->last = *row;
	if (install_id != NULL && request->install_id.chars != NULL &&
		cbor_text_equals(request->install_id, install_id)) {
		search->of_install_ids++;
		search->of_install_id = *row;
	}
	if (row->has_site_id && row->same_machine && search->reinstalled.id == 0)
		search->reinstalled = *row;
	if (!row->has_site_id && (row->same_machine || same_domains) && search->by_hand.id == 0)
		search->by_hand = *row;
}

static enum skerry_err
look_through(const struct request_work *work, struct request_case *one, struct search *search)
{
	char domains[ACTIVATIONS_DOMAINS_MAX + 1];
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	request_places_domains(&work->exchange->request, domains);
	store_query(work->desk->store, &q,
		COLUMNS " WHERE a.license_id = ? AND a.unpaired_at IS NULL ORDER BY a.number");
	store_bind_int(&q, one->license.id);
	while (err == SKERRY_OK && store_step(&q)) {
		struct request_activation row;

		err = read_row(work, &q, &row);
		if (err == SKERRY_OK)
			look_at(work, &q, domains, &row, search);
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

/* The one that a dead machine's successor means: of its install id, or the only one there is. */
static void
choose_replaced(const struct search *search, struct request_case *one)
{
	bool by_id = search->of_install_ids == 1;

	one->facts.replaceable = by_id ? 1 : search->standing;
	if (one->facts.replaceable == 1 && one->facts.kind == REQUEST_MIGRATE)
		one->activation = by_id ? search->of_install_id : search->last;
}

static enum skerry_err
place_by_machine(const struct request_work *work, struct request_case *one)
{
	struct search *search = calloc(1, sizeof *search);
	enum skerry_err err =
		search == NULL ? SKERRY_ERR_NO_MEMORY : look_through(work, one, search);

	if (err == SKERRY_OK && search->by_hand.id != 0) {
		one->facts.place = ANSWER_BY_HAND;
		one->activation = search->by_hand;
	} else if (err == SKERRY_OK && search->reinstalled.id != 0) {
		one->facts.place = ANSWER_REINSTALLED;
		one->activation = search->reinstalled;
	} else if (err == SKERRY_OK)
		choose_replaced(search, one);
	free(search);
	return err;
}

/* --- the place --------------------------------------------------------------------------------- */

static enum skerry_err
find(const struct request_work *work, struct request_case *one)
{
	struct answer_facts *facts = &one->facts;
	bool pairs = facts->kind == REQUEST_PAIR || facts->kind == REQUEST_MIGRATE;
	struct request_activation ended;
	enum skerry_err err = find_mine(work, one);

	if (err == SKERRY_OK && one->activation.id != 0) {
		facts->place = one->activation.comparable && !one->activation.same_machine
				       ? ANSWER_CHANGED
				       : ANSWER_HERE;
		return SKERRY_OK;
	}
	if (err == SKERRY_OK && one->proof != NULL)
		err = place_by_proof(work, one);
	/* What is bound to nothing stands for nobody when somebody pairs. */
	if (facts->place == ANSWER_BY_HAND && pairs && !activations_binds(one->activation.kind))
		facts->place = ANSWER_NOWHERE;
	if (err != SKERRY_OK || facts->place == ANSWER_BY_HAND || facts->place == ANSWER_PROVED)
		return err;
	if (pairs)
		return place_by_machine(work, one);
	if (facts->place == ANSWER_ENDED)
		return SKERRY_OK;
	ended = one->activation;
	err = find_ended(work, one);
	if (err == SKERRY_OK && one->activation.id != 0)
		facts->place = ANSWER_ENDED;
	else
		one->activation = ended;
	return err;
}

enum skerry_err
request_places_find(struct request_work *work, struct request_case *one)
{
	enum skerry_err err;

	one->facts.place = ANSWER_NOWHERE;
	one->activation.id = 0;
	err = find(work, one);
	if (err == SKERRY_OK && one->facts.place == ANSWER_ENDED)
		err = find_end(work, one);
	one->facts.binds = one->activation.id != 0 && activations_binds(one->activation.kind);
	one->facts.starter = one->activation.id != 0 && one->activation.kind == ACTIVATION_STARTER;
	return err;
}
