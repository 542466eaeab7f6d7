/* SPDX-License-Identifier: ISC */
#include "reissue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "issuer/decide/lifecycle.h"
#include "issuer/desk/sites.h"

/*
 * What the present row says of kind, fingerprint and domains. The kind alone decides: where what it
 * is bound to is gone, a document bound to nothing must not take its place.
 */
static enum skerry_err
read_binding(struct store_query *q, struct reissue *reissue)
{
	struct binding *binding = &reissue->binding;
	struct cbor_bytes bytes = store_bytes(q, 3);
	const char *kind = store_chars(q, 6);
	bool on_domains, on_machine, on_site;
	size_t offset;

	if (kind == NULL || !activations_kind_from_name(kind, &binding->kind))
		return SKERRY_ERR_STORE_DAMAGED;
	on_site = binding->kind == ACTIVATION_SITE;
	on_machine = binding->kind == ACTIVATION_MACHINE || on_site;
	on_domains = binding->kind == ACTIVATION_DOMAIN;
	store_text(q, 4, binding->domains, sizeof binding->domains);
	if (on_domains ? binding->domains[0] == '\0' : !on_machine && binding->domains[0] != '\0')
		return SKERRY_ERR_STORE_DAMAGED;
	if (on_machine != (bytes.data != NULL) || bytes.len > sizeof reissue->fingerprint)
		return SKERRY_ERR_STORE_DAMAGED;
	if (!on_machine)
		return SKERRY_OK;
	memcpy(reissue->fingerprint, bytes.data, bytes.len);
	binding->fingerprint_bytes = (struct cbor_bytes){ reissue->fingerprint, bytes.len };
	if (fingerprint_parse(binding->fingerprint_bytes, &binding->fingerprint, &offset) !=
			SKERRY_OK ||
		(on_site && !binding->fingerprint.has_site_key))
		return SKERRY_ERR_STORE_DAMAGED;
	return SKERRY_OK;
}

/* The weight that must match, as the clerk said it for the last document. */
static enum skerry_err
read_threshold(struct desk *desk, struct reissue *reissue)
{
	struct license *license = malloc(sizeof *license);
	struct cose_sign1 message;
	struct store_query q;
	size_t offset;

	if (license == NULL)
		return SKERRY_ERR_NO_MEMORY;
	store_query(desk->store, &q,
		"SELECT bytes FROM document WHERE activation_id = ? ORDER BY edition DESC LIMIT 1");
	store_bind_int(&q, reissue->activation.id);
	if (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		if (cose_sign1_parse(bytes.data, bytes.len, &message, &offset) == SKERRY_OK &&
			license_parse(message.payload, license, &offset) == SKERRY_OK)
			reissue->threshold = license->threshold;
	}
	free(license);
	return store_done(&q);
}

static enum skerry_err
refuse_absent(struct desk *desk, const struct license_record *license, int64_t number)
{
	char name[SITES_NAME_MAX];

	snprintf(name, sizeof name, "%s-%lld", license->public_id, (long long)number);
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, name,
		"See its activations with: skerry-issuer license show %s", license->public_id);
}

static enum skerry_err
judge(struct desk *desk, const struct license_record *license, int64_t number, bool released,
	bool starter)
{
	char name[SITES_NAME_MAX];

	snprintf(name, sizeof name, "%s-%lld", license->public_id, (long long)number);
	if (released)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, name,
			"It was released. Its machine is activated anew with: skerry-issuer "
			"license issue ID --fingerprint FILE");
	if (starter)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, name,
			"A starter is short on purpose and is not issued again.");
	return SKERRY_OK;
}

enum skerry_err
reissue_load(struct desk *desk, const struct license_record *license, int64_t number,
	struct reissue *ret_reissue)
{
	struct store_query q;
	bool found, released = false, starter = false;
	enum skerry_err err = SKERRY_OK, done;

	memset(ret_reissue, 0, sizeof *ret_reissue);
	if (license->erased)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, license->public_id, "%s",
			lifecycle_advice(LIFECYCLE_ISSUE, SKERRY_ERR_STATUS_FORBIDS));
	store_query(desk->store, &q,
		"SELECT id, number, status_index, fingerprint, domains, unpaired_at IS NOT NULL,"
		" kind FROM activation WHERE license_id = ? AND number = ?");
	store_bind_int(&q, license->id);
	store_bind_int(&q, number);
	found = store_step(&q);
	if (found) {
		ret_reissue->activation = (struct activation){ store_int(&q, 0), store_int(&q, 1),
			store_int(&q, 2), false };
		released = store_int(&q, 5) != 0;
		err = read_binding(&q, ret_reissue);
		starter = ret_reissue->binding.kind == ACTIVATION_STARTER;
	}
	done = store_done(&q);
	if (done != SKERRY_OK)
		return done;
	if (!found)
		return refuse_absent(desk, license, number);
	if (err == SKERRY_OK)
		err = judge(desk, license, number, released, starter);
	if (err == SKERRY_OK && ret_reissue->binding.fingerprint.components_len > 0)
		err = read_threshold(desk, ret_reissue);
	return err;
}

struct issue
reissue_issue(const struct reissue *reissue, const struct license_record *license)
{
	return (struct issue){ .license_id = license->public_id,
		.binding = &reissue->binding,
		.activation = &reissue->activation,
		.threshold = reissue->threshold,
		.until = LICENSE_NEVER };
}

enum skerry_err
reissue_each(
	struct desk *desk, int64_t license_id, bool (*each)(void *, int64_t number), void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT number FROM activation WHERE license_id = ? AND unpaired_at IS NULL"
		" AND kind <> 'starter' ORDER BY number");
	store_bind_int(&q, license_id);
	while (store_step(&q))
		if (!each(context, store_int(&q, 0)))
			break;
	return store_done(&q);
}
