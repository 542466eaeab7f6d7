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

/* Fills in what `ret` says of the machine; `before` has room for the request's behind it. */
static void
compare(const struct request_work *work, struct fingerprint *before, struct request_activation *ret)
{
	show(&work->exchange->request, before + 1);
	ret->comparable = before->components_len > 0 && before[1].components_len > 0 &&
			  cbor_bytes_same(before->salt, before[1].salt);
	ret->same_machine = ret->comparable && weights_same_machine(before, before + 1);
}

static enum skerry_err
compare_file(
	const struct request_work *work, struct cbor_bytes bytes, struct request_activation *ret)
{
	struct fingerprint *before = malloc(2 * sizeof *before);
	size_t offset;

	if (before == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (fingerprint_parse(bytes, before, &offset) == SKERRY_OK)
		compare(work, before, ret);
	free(before);
	return SKERRY_OK;
}

/* The same, or of one label where the document has a star. */
static bool
domain_fits(const char *allowed, size_t len, struct cbor_text named)
{
	const char *dot = memchr(named.chars, '.', named.len);

	if (named.len == len && memcmp(named.chars, allowed, len) == 0)
		return true;
	return len > 2 && memcmp(allowed, "*.", 2) == 0 && dot != NULL && dot != named.chars &&
	       (size_t)(named.chars + named.len - dot) == len - 1 &&
	       memcmp(dot, allowed + 1, len - 1) == 0;
}

/* Whether the request names a domain of these, which stand with a space between. */
static bool
names_one(const struct request *request, const char *domains)
{
	while (domains != NULL && *domains != '\0') {
		size_t len = strcspn(domains, " ");

		for (size_t i = 0; i < request->domains_len; i++)
			if (domain_fits(domains, len, request->domains[i]))
				return true;
		domains += len + strspn(domains + len, " ");
	}
	return false;
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
	enum skerry_err err = SKERRY_OK;

	if (kind == NULL || !activations_kind_from_name(kind, &row.kind))
		return SKERRY_ERR_STORE_DAMAGED;
	row.has_site_id = site_id.len == sizeof row.site_id;
	if (row.has_site_id)
		memcpy(row.site_id, site_id.data, sizeof row.site_id);
	row.same_domains = names_one(&work->exchange->request, store_chars(q, 6));
	if (work->exchange->request.components_len > 0 && fingerprint.data != NULL)
		err = compare_file(work, fingerprint, &row);
	*ret_activation = row;
	return err;
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

/*
 * A document that is bound to a machine or domains, shown by who is not seen to be there: a copy renews
 * what it is bound to, and no more. Only who is seen there ends it. Whoever has the document may say what
 * it says: this keeps copies apart, and proves nothing as a site's key does.
 */
static bool
is_copy(const struct request_activation *row, enum request_kind kind)
{
	bool is_machine = row->kind == ACTIVATION_MACHINE;

	if (kind == REQUEST_HEARTBEAT || (!is_machine && row->kind != ACTIVATION_DOMAIN))
		return false;
	if (kind == REQUEST_UNPAIR)
		return is_machine ? !row->same_machine : !row->same_domains;
	return is_machine && row->comparable && !row->same_machine;
}

/* What a document says that the records lack, beside the request. */
static enum skerry_err
read_claims(const struct request_work *work, const struct license *claims,
	struct request_activation *ret_row)
{
	struct request named = { .domains_len = claims->domains_len };
	char domains[ACTIVATIONS_DOMAINS_MAX + 1];
	struct fingerprint *before = calloc(2, sizeof *before);

	if (before == NULL)
		return SKERRY_ERR_NO_MEMORY;
	*ret_row = (struct request_activation){
		.kind = claims->components_len > 0 ? ACTIVATION_MACHINE : ACTIVATION_DOMAIN
	};
	memcpy(named.domains, claims->domains, claims->domains_len * sizeof *claims->domains);
	request_places_domains(&named, domains);
	ret_row->same_domains = names_one(&work->exchange->request, domains);
	before->salt = claims->salt;
	before->components_len = claims->components_len;
	for (size_t i = 0; i < claims->components_len; i++)
		before->components[i] = (struct fingerprint_component){ claims->components[i].type,
			claims->components[i].hash };
	compare(work, before, ret_row);
	free(before);
	return SKERRY_OK;
}

/* Whether a document that the records lack stands for this site: its key, or its machine or domains. */
static enum skerry_err
prove(const struct request_work *work, const struct license *claims, enum request_kind kind,
	bool *ret_proves)
{
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	struct request_activation row;
	enum skerry_err err = SKERRY_OK;

	*ret_proves = false;
	if (claims->has_site_key) {
		hash_thumbprint(&claims->site_key, site_id);
		*ret_proves = memcmp(site_id, work->exchange->site_id, sizeof site_id) == 0;
	} else if (claims->components_len > 0 || claims->domains_len > 0) {
		err = read_claims(work, claims, &row);
		*ret_proves = err == SKERRY_OK && !is_copy(&row, kind);
	}
	return err;
}

/* The activation of the document that the request shows: stands by hand, has ended, or is unknown. */
static enum skerry_err
place_by_proof(const struct request_work *work, struct request_case *one)
{
	struct answer_facts *facts = &one->facts;
	struct request_activation row;
	enum skerry_err err;
	bool proves;

	if (one->proof->activation_id == 0) {
		err = prove(work, one->proof->claims, facts->kind, &proves);
		if (proves)
			facts->place = ANSWER_PROVED;
		return err;
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

enum skerry_err
request_places_is_there(const struct request_work *work, int64_t activation_id, bool *ret_is)
{
	struct request_activation row;
	struct store_query q;
	enum skerry_err err;

	store_query(work->desk->store, &q, COLUMNS " WHERE a.id = ?");
	store_bind_int(&q, activation_id);
	err = take_one(work, &q, &row);
	*ret_is = err == SKERRY_OK && row.id != 0 &&
		  (is_mine(work, &row) || (!row.has_site_id && row.same_machine));
	return err;
}
