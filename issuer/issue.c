/* SPDX-License-Identifier: ISC */
#include "issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/compose.h"
#include "issuer/decide/edition.h"
#include "issuer/decide/lifecycle.h"
#include "issuer/decide/weights.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/brand_guard.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/high_water.h"
#include "issuer/license_plan.h"
#include "keys/random.h"
#include "keys/step_chain.h"

/* Bytes of a document's digest in its audit row, which vouches for it. */
enum { DIGEST_TOLD = 8 };

/* What a draft is made of while it is made. */
struct making {
	struct license_record record;
	const struct plan *plan;
	struct plan overridden; /* where the license has values of its own */
	struct activation activation;
	int64_t edition;
	uint8_t cti[LICENSE_CTI_LEN], anchor[LICENSE_ANCHOR_LEN];
	struct compose_facts facts;
	struct license license; /* borrows all of the above */
};

static enum skerry_err
check_standing(struct desk *desk, const struct license_record *record,
	const struct binding *binding, struct lifecycle *ret_next)
{
	enum lifecycle_move move =
		activations_binds(binding->kind) ? LIFECYCLE_PAIR : LIFECYCLE_ISSUE;
	struct lifecycle_facts facts = { .stored = record->stored,
		.valid_until = record->valid_until,
		.pending_until = record->pending_until,
		.now = desk->now,
		.sites = record->activations_used,
		.erased = record->erased };
	enum skerry_err err = lifecycle_judge(move, &facts, ret_next);

	return err == SKERRY_OK ? SKERRY_OK
				: desk_refuse(desk, err, record->public_id, "%s",
					  lifecycle_advice(move, err));
}

/* Records, plan, activation and edition: what the claims follow from. */
static enum skerry_err
prepare(struct desk *desk, struct plan_shelf *shelf, const struct issue *issue,
	struct making *making)
{
	const struct binding *binding = issue->binding;
	struct license_record *record = &making->record;
	unsigned sum = weights_sum(&binding->fingerprint);
	struct lifecycle next;
	enum skerry_err err = SKERRY_OK;

	if (issue->record != NULL)
		*record = *issue->record;
	else
		err = licenses_find_id(desk, issue->license_id, record);
	/* Nothing is signed that its operator may not record. */
	if (err == SKERRY_OK)
		err = brand_guard_ask(desk, record->brand_id);
	if (err == SKERRY_OK)
		err = check_standing(desk, record, binding, &next);
	if (err == SKERRY_OK)
		err = license_plan(desk, shelf, record, &making->overridden, &making->plan);
	if (err == SKERRY_OK && binding->kind == ACTIVATION_MACHINE && issue->threshold > sum)
		err = desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--threshold",
			"The components of this fingerprint weigh %u together; take 1 to %u.", sum,
			sum);
	if (err == SKERRY_OK && issue->activation != NULL)
		making->activation = *issue->activation;
	else if (err == SKERRY_OK)
		err = activations_take(desk, record, binding, &making->activation);
	if (err == SKERRY_OK)
		err = edition_next(
			record->edition, issue->proved_edition, desk->now, &making->edition);
	if (err != SKERRY_OK)
		return err;
	high_water_raise(&desk->taken, &(struct mark_high){ .edition = making->edition });
	return next.stored == record->stored && next.pending_until == record->pending_until
		       ? licenses_note_edition(
				 desk, record->id, making->edition, making->activation.number)
		       : licenses_note_issue(desk, record->id, making->edition,
				 making->activation.number, next.stored);
}

/* The desk can always derive the telephone chain's seed again from its key and the cti. */
static const uint8_t *
make_anchor(struct desk *desk, const struct issue *issue, struct making *making)
{
	unsigned steps = (unsigned)making->plan->telephone_steps;

	if (steps == 0 || issue->binding->kind == ACTIVATION_STARTER)
		return NULL;
	step_chain_seed(&desk->vault.telephone, making->cti, making->anchor);
	step_chain_walk(making->anchor, making->cti, steps, 0);
	return making->anchor;
}

static void
compose(struct desk *desk, const struct issue *issue, struct making *making)
{
	random_bytes(making->cti, sizeof making->cti);
	making->facts = (struct compose_facts){ .record = &making->record,
		.plan = making->plan,
		.binding = issue->binding,
		.activation = &making->activation,
		.now = desk->now,
		.until = issue->until,
		.edition = making->edition,
		.threshold = issue->threshold,
		.cti = making->cti,
		.anchor = make_anchor(desk, issue, making) };
	compose_license(&making->facts, &making->license);
}

static void
summarize(const struct making *making, struct issued *issued)
{
	const struct license *license = &making->license;

	memcpy(issued->cti, making->cti, sizeof issued->cti);
	memcpy(issued->license_id, making->record.public_id, sizeof issued->license_id);
	issued->edition = making->edition;
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
	issued->len = 0;
}

static enum skerry_err
write_out(struct desk *desk, const struct making *making, struct issue_draft *draft)
{
	const struct license_record *record = &making->record;
	struct cbor_writer w;
	enum skerry_err err;

	cbor_writer_init(&w, draft->payload, sizeof draft->payload);
	license_write(&w, &making->license);
	err = cbor_writer_finish(&w, &draft->payload_len);
	if (err != SKERRY_ERR_NO_SPACE)
		return err;
	return desk_refuse(desk, SKERRY_ERR_DOCUMENT_TOO_LARGE, record->public_id,
		"The plan's features, limits and texts make it larger than %d bytes; take some "
		"away with: skerry-issuer plan set %s/%s/%s --without NAME",
		LICENSE_MAX, record->brand, record->product, record->plan);
}

enum skerry_err
issue_draft(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	const struct issue *issue, struct issue_draft *ret_draft)
{
	struct making *making = plan_shelf_scratch(shelf, sizeof *making);
	enum skerry_err err =
		making == NULL ? SKERRY_ERR_NO_MEMORY : prepare(desk, shelf, issue, making);

	if (err == SKERRY_OK) {
		compose(desk, issue, making);
		err = signing_permits(desk, signing, &making->license);
	}
	if (err == SKERRY_OK)
		err = write_out(desk, making, ret_draft);
	if (err == SKERRY_OK) {
		const struct activation_dates dates = { making->license.renew_by,
			making->license.expires_at };

		err = activations_note_issue(
			desk, &making->record, issue->binding, &dates, &making->activation);
	}
	if (err == SKERRY_OK) {
		summarize(making, &ret_draft->issued);
		ret_draft->taken = making->activation;
		ret_draft->brand_id = making->record.brand_id;
	}
	return err;
}

enum skerry_err
issue_sign(const struct signing *signing, struct issue_draft *draft)
{
	struct issued *issued = &draft->issued;

	return signing_sign(signing, (struct cbor_bytes){ draft->payload, draft->payload_len },
		(uint64_t)issued->edition, issued->cti, &draft->back, issued->bytes, &issued->len);
}

static void
tell_digest(const uint8_t digest[HASH_LEN], char ret_text[2 * DIGEST_TOLD + 1])
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_TOLD; i++) {
		*ret_text++ = DIGITS[digest[i] >> 4];
		*ret_text++ = DIGITS[digest[i] & 15];
	}
	*ret_text = '\0';
}

enum skerry_err
issue_record(struct desk *desk, const struct signing *signing, const struct issue_draft *draft)
{
	const struct issued *issued = &draft->issued;
	struct document_record document = { .kind = "license",
		.brand_id = draft->brand_id,
		.activation_id = draft->taken.id,
		.cti = issued->cti,
		.kid = signing->pair.kid,
		.edition = issued->edition,
		.issued_at = desk->now,
		.expires_at = issued->expires_at,
		.bytes = issued->bytes,
		.bytes_len = issued->len };
	char subject[AUDIT_SUBJECT_MAX], kid_text[2 * COSE_KID_LEN + 1];
	char digest_text[2 * DIGEST_TOLD + 1];
	uint8_t digest[HASH_LEN];
	enum skerry_err err = documents_insert(desk, &document, digest);

	if (err != SKERRY_OK)
		return err;
	vault_kid_text(signing->pair.kid, kid_text);
	tell_digest(digest, digest_text);
	snprintf(subject, sizeof subject, "license %s", issued->license_id);
	return audit_append(desk, "license.issue", subject,
		"activation=%lld edition=%lld index=%lld key=%s digest=%s%s",
		(long long)issued->activation, (long long)issued->edition,
		(long long)issued->status_index, kid_text, digest_text,
		draft->taken.fresh ? " new" : "");
}

enum skerry_err
issue_license(struct desk *desk, const struct issue *issue, struct issued *ret_issued)
{
	struct issue_draft *draft = malloc(sizeof *draft);
	struct signing signing = { .trust = NULL };
	struct plan_shelf shelf = { .plans_len = 0 };
	enum skerry_err err = draft == NULL ? SKERRY_ERR_NO_MEMORY : signing_open(desk, &signing);

	if (err == SKERRY_OK)
		err = issue_draft(desk, &signing, &shelf, issue, draft);
	if (err == SKERRY_OK)
		err = issue_sign(&signing, draft);
	if (err == SKERRY_OK)
		err = issue_record(desk, &signing, draft);
	if (err == SKERRY_OK)
		*ret_issued = draft->issued;
	signing_close(&signing);
	plan_shelf_clear(&shelf);
	free(draft);
	return err;
}
