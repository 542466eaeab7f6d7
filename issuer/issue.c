/* SPDX-License-Identifier: ISC */
#include "issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/ladder.h"
#include "issuer/decide/edition.h"
#include "issuer/decide/weights.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/desk_keys.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/manifests.h"
#include "keys/random.h"
#include "keys/sign.h"
#include "keys/step_chain.h"

/* Everything that a document is made of while it is made; 40 KB, on the heap. */
struct making {
	struct license_record record;
	struct plan plan;
	struct activation activation;
	struct license license;
	uint8_t cti[LICENSE_CTI_LEN], anchor[LICENSE_ANCHOR_LEN];
	char uri[LICENSE_SLUG_MAX + 8];
	uint8_t payload[LICENSE_MAX];
};

static enum skerry_err
check_standing(struct desk *desk, const struct license_record *record)
{
	enum standing standing = standing_at(record->stored, record->valid_until, desk->now);

	if (standing != STANDING_SUSPENDED && standing != STANDING_REVOKED &&
		standing != STANDING_EXPIRED)
		return SKERRY_OK;
	return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, record->public_id,
		"This license is %s; nothing more is issued for it.", standing_name(standing));
}

static void
put_grants(const struct plan *plan, struct license *license)
{
	for (size_t i = 0; i < plan->grants_len; i++) {
		const struct plan_grant *from = &plan->grants[i];

		license->grants[i] =
			(struct license_grant){ .name = cbor_text_from_chars(from->name),
				.value = from->value,
				.number = from->number,
				.text = cbor_text_from_chars(from->text) };
	}
	license->grants_len = plan->grants_len;
	license->seats_max = (uint64_t)plan->seats_max;
	license->seats_burst = (uint64_t)plan->seats_burst;
	license->seats_ttl_s = plan->seats_max > 0 ? plan->seats_ttl_s : 0;
}

static void
put_machine(const struct fingerprint *fingerprint, unsigned threshold, struct license *license)
{
	license->salt = fingerprint->salt;
	license->threshold = threshold == 0 ? weights_default_threshold(fingerprint) : threshold;
	for (size_t i = 0; i < fingerprint->components_len; i++) {
		const struct fingerprint_component *from = &fingerprint->components[i];

		license->components[i] = (struct license_component){ from->type,
			weights_of(from->type), from->hash };
	}
	license->components_len = fingerprint->components_len;
	license->has_site_key = fingerprint->has_site_key;
	license->site_key = fingerprint->site_key;
}

static void
put_domains(const char *domains, struct license *license)
{
	while (*domains != '\0' && license->domains_len < LICENSE_DOMAINS_MAX) {
		size_t len = strcspn(domains, " ");

		license->domains[license->domains_len++] = (struct cbor_text){ domains, len };
		domains += len;
		domains += strspn(domains, " ");
	}
}

static void
put_dates(struct desk *desk, const struct issue *issue, struct making *making)
{
	struct license *license = &making->license;
	bool starter = issue->binding->kind == ACTIVATION_STARTER;

	license->issued_at = desk->now;
	license->not_before = making->record.valid_from;
	license->valid_until = issue->until < making->record.valid_until
				       ? issue->until
				       : making->record.valid_until;
	/* Nobody renews a starter: it runs until its end. */
	license->renew_by =
		starter ? license->valid_until
			: terms_renew_by(&making->plan.terms, desk->now, license->valid_until);
	license->maintenance_until = making->record.maintenance_until;
	license->ladder = making->plan.ladder;
}

/* The desk can always derive the chain's seed again from its key and the cti. */
static void
put_telephone(struct desk *desk, struct making *making)
{
	struct license *license = &making->license;
	unsigned steps = (unsigned)making->plan.telephone_steps;

	if (steps == 0 || license->renew_by == LICENSE_NEVER)
		return;
	step_chain_seed(&desk->vault.telephone, making->cti, making->anchor);
	step_chain_walk(making->anchor, making->cti, steps, 0);
	license->anchor = (struct cbor_bytes){ making->anchor, LICENSE_ANCHOR_LEN };
	license->telephone_steps = steps;
	license->telephone_days = (unsigned)making->plan.telephone_days;
}

static void
compose(struct desk *desk, const struct issue *issue, struct making *making, int64_t edition)
{
	struct license *license = &making->license;
	const struct license_record *record = &making->record;

	random_bytes(making->cti, sizeof making->cti);
	snprintf(making->uri, sizeof making->uri, "skerry:%s", record->brand);
	license->brand = cbor_text_from_chars(record->brand);
	license->id = cbor_text_from_chars(record->public_id);
	license->product = cbor_text_from_chars(record->product);
	license->plan = cbor_text_from_chars(record->plan);
	license->cti = (struct cbor_bytes){ making->cti, sizeof making->cti };
	license->has_status = true;
	license->status_index = (uint64_t)making->activation.status_index;
	license->status_uri = cbor_text_from_chars(making->uri);
	license->edition = (uint64_t)edition;
	license->activation = (uint64_t)making->activation.number;
	license->tenant = cbor_text_from_chars(record->tenant);
	license->licensee = cbor_text_from_chars(record->licensee);
	put_dates(desk, issue, making);
	put_grants(&making->plan, license);
	if (issue->binding->kind == ACTIVATION_MACHINE)
		put_machine(&issue->binding->fingerprint, issue->threshold, license);
	put_domains(issue->binding->domains, license);
	if (issue->binding->kind != ACTIVATION_STARTER)
		put_telephone(desk, making);
	license->expires_at = ladder_last_date(license);
}

/* What a person can do about a key that may not sign this. */
static enum skerry_err
refuse_key(struct desk *desk, enum skerry_err err, const struct license *license,
	const struct manifest_key *key)
{
	char last[DATE_TEXT_MAX], latest[DATE_TEXT_MAX], id[LICENSE_ID_LEN + 1];

	date_format_day(license->expires_at, last);
	date_format_day(key->latest, latest);
	snprintf(id, sizeof id, "%.*s", (int)license->id.len, license->id.chars);
	switch (err) {
	case SKERRY_ERR_TRUST_LATEST:
		return desk_refuse(desk, err, id,
			"With its graces it would run until %s, and the signing key may sign until "
			"%s at most. Sell a shorter term or a shorter grace, or let the next "
			"manifest list a key with a later date.",
			last, latest);
	case SKERRY_ERR_TRUST_PERPETUAL:
		return desk_refuse(desk, err, id,
			"The signing key may not sign what never ends. Give the plan a term or "
			"--renew-every, or let the next manifest list a key that may: skerry-keys "
			"manifest next");
	case SKERRY_ERR_TRUST_GRACE:
		return desk_refuse(desk, err, id,
			"The signing key may sign a grace of 400 days at most. Shorten it with: "
			"skerry-issuer plan set BRAND/PRODUCT/PLAN --grace 400d");
	case SKERRY_ERR_TRUST_BRAND:
	case SKERRY_ERR_TRUST_ROLE:
	case SKERRY_ERR_TRUST_RETIRED:
	case SKERRY_ERR_TRUST_NOT_YET:
	case SKERRY_ERR_TRUST_KEY_REVOKED:
		return desk_refuse(desk, err, id,
			"See what the desk's keys may sign with: skerry-issuer key list; change "
			"the key with: skerry-issuer key use KID");
	default:
		return err;
	}
}

static enum skerry_err
check_permission(struct desk *desk, const struct trust *trust, const uint8_t kid[COSE_KID_LEN],
	const struct license *license)
{
	const struct manifest_key *key = trust_find_key(trust, kid);
	struct trust_claims claims = { MANIFEST_ROLE_LICENSE, license->brand, license->issued_at,
		license->expires_at, license->ladder.grace_s };
	char text[2 * COSE_KID_LEN + 1];
	enum skerry_err err;

	vault_kid_text(kid, text);
	if (key == NULL)
		return desk_refuse(desk, SKERRY_ERR_TRUST_KEY_UNKNOWN, text,
			"The desk's manifest does not list the key that signs. Change it with: "
			"skerry-issuer key use KID");
	err = trust_permits(key, &claims);
	return err == SKERRY_OK ? SKERRY_OK : refuse_key(desk, err, license, key);
}

/* Signs, and reads the result back as a site would. */
static enum skerry_err
sign_and_verify(struct desk *desk, const struct trust *trust, const uint8_t kid[COSE_KID_LEN],
	struct making *making, struct issued *issued)
{
	struct key_pair pair = { .secret = NULL };
	struct license *back = NULL;
	const struct manifest_key *key;
	struct cbor_writer w;
	size_t payload_len = 0, offset;
	enum skerry_err err;

	cbor_writer_init(&w, making->payload, sizeof making->payload - COSE_SIGN1_OVERHEAD_MAX);
	license_write(&w, &making->license);
	err = cbor_writer_finish(&w, &payload_len);
	if (err == SKERRY_ERR_NO_SPACE)
		return desk_refuse(desk, SKERRY_ERR_DOCUMENT_TOO_LARGE, making->record.public_id,
			"The plan's features, limits and texts make it larger than %d bytes; take "
			"some away with: skerry-issuer plan set %s/%s/%s --without NAME",
			LICENSE_MAX, making->record.brand, making->record.product,
			making->record.plan);
	if (err == SKERRY_OK)
		err = desk_keys_open(desk, kid, KEY_ISSUING, &pair);
	if (err == SKERRY_OK)
		err = sign_sign1(&pair, LICENSE_TYPE,
			(struct cbor_bytes){ making->payload, payload_len }, issued->bytes,
			sizeof issued->bytes, &issued->len);
	key_pair_free(&pair);
	if (err != SKERRY_OK)
		return err;
	back = malloc(sizeof *back);
	err = back == NULL
		      ? SKERRY_ERR_NO_MEMORY
		      : trust_open_license(trust, issued->bytes, issued->len, back, &key, &offset);
	if (err == SKERRY_OK && (back->edition != making->license.edition ||
					!cbor_bytes_same(back->cti, making->license.cti)))
		err = SKERRY_ERR_INTERNAL;
	free(back);
	return err;
}

static enum skerry_err
record_document(struct desk *desk, const struct issue *issue, const struct making *making,
	const uint8_t kid[COSE_KID_LEN], const struct issued *issued)
{
	struct document_record document = { .kind = "license",
		.brand_id = making->record.brand_id,
		.activation_id = making->activation.id,
		.cti = issued->cti,
		.kid = kid,
		.edition = issued->edition,
		.issued_at = desk->now,
		.expires_at = issued->expires_at,
		.bytes = issued->bytes,
		.bytes_len = issued->len };
	char subject[AUDIT_SUBJECT_MAX], kid_text[2 * COSE_KID_LEN + 1];
	enum skerry_err err = documents_insert(desk, &document);

	if (err == SKERRY_OK)
		err = licenses_note_issue(desk, making->record.id, issued->edition,
			activations_binds(issue->binding->kind) ? STANDING_PAIRED
								: making->record.stored);
	if (err != SKERRY_OK)
		return err;
	vault_kid_text(kid, kid_text);
	snprintf(subject, sizeof subject, "license %s", issued->license_id);
	return audit_append(desk, "license.issue", subject,
		"activation=%lld edition=%lld index=%lld key=%s%s", (long long)issued->activation,
		(long long)issued->edition, (long long)issued->status_index, kid_text,
		making->activation.fresh ? " new" : "");
}

static void
summarize(const struct making *making, struct issued *issued)
{
	const struct license *license = &making->license;

	memcpy(issued->cti, making->cti, sizeof issued->cti);
	memcpy(issued->license_id, making->record.public_id, sizeof issued->license_id);
	issued->edition = (int64_t)license->edition;
	issued->activation = making->activation.number;
	issued->status_index = making->activation.status_index;
	issued->renew_by = license->renew_by;
	issued->valid_until = license->valid_until;
	issued->expires_at = license->expires_at;
	issued->threshold = license->threshold;
	issued->components_len = license->components_len;
	issued->weight = 0;
	for (size_t i = 0; i < license->components_len; i++)
		issued->weight += license->components[i].weight;
}

/* Records, plan, activation and edition: what the claims follow from. */
static enum skerry_err
prepare(struct desk *desk, const struct issue *issue, struct making *making, int64_t *ret_edition)
{
	const struct binding *binding = issue->binding;
	unsigned sum = weights_sum(&binding->fingerprint);
	enum skerry_err err = licenses_find_id(desk, issue->license_id, &making->record);

	if (err == SKERRY_OK)
		err = check_standing(desk, &making->record);
	if (err == SKERRY_OK)
		err = plans_find_id(desk, making->record.plan_id, &making->plan);
	if (err == SKERRY_OK && binding->kind == ACTIVATION_MACHINE && issue->threshold > sum)
		err = desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--threshold",
			"The components of this fingerprint weigh %u together; take 1 to %u.", sum,
			sum);
	if (err == SKERRY_OK)
		err = activations_take(desk, &making->record, binding, &making->activation);
	if (err == SKERRY_OK)
		err = edition_next(
			making->record.edition, issue->proved_edition, desk->now, ret_edition);
	return err;
}

enum skerry_err
issue_license(struct desk *desk, const struct issue *issue, struct issued *ret_issued)
{
	struct making *making = calloc(1, sizeof *making);
	struct trust *trust = NULL;
	uint8_t kid[COSE_KID_LEN];
	int64_t edition;
	enum skerry_err err =
		making == NULL ? SKERRY_ERR_NO_MEMORY : prepare(desk, issue, making, &edition);

	if (err == SKERRY_OK)
		err = manifests_load(desk, &trust);
	if (err == SKERRY_OK)
		err = desk_keys_read_use(desk, kid);
	if (err != SKERRY_OK)
		goto out;
	compose(desk, issue, making, edition);
	err = check_permission(desk, trust, kid, &making->license);
	if (err == SKERRY_OK)
		err = sign_and_verify(desk, trust, kid, making, ret_issued);
	if (err != SKERRY_OK)
		goto out;
	summarize(making, ret_issued);
	err = record_document(desk, issue, making, kid, ret_issued);
out:
	free(trust);
	free(making);
	return err;
}
