/* SPDX-License-Identifier: ISC */
#include "extend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/cose.h"
#include "formats/date.h"
#include "formats/ladder.h"
#include "issuer/decide/lifecycle.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"
#include "issuer/desk/telephone.h"
#include "keys/step_chain.h"

/* One extension on its way: the record and the claims of its document. */
struct work {
	struct telephone_document document;
	struct license license; /* borrows document.bytes */
	const struct license_record *record;
};

static enum skerry_err
judge_status(struct desk *desk, const struct license_record *record)
{
	struct lifecycle_facts facts = { .stored = record->stored,
		.valid_until = record->valid_until,
		.pending_until = record->pending_until,
		.now = desk->now,
		.sites = record->activations_used,
		.erased = record->erased };
	struct lifecycle next;
	enum skerry_err err = lifecycle_judge(LIFECYCLE_ISSUE, &facts, &next);

	return err == SKERRY_OK ? SKERRY_OK
				: desk_refuse(desk, err, record->public_id, "%s",
					  lifecycle_advice(LIFECYCLE_ISSUE, err));
}

static enum skerry_err
read_claims(struct work *work)
{
	struct cose_sign1 message;
	size_t offset;

	if (work->document.len == 0 ||
		cose_sign1_parse(work->document.bytes, work->document.len, &message, &offset) !=
			SKERRY_OK ||
		license_parse(message.payload, &work->license, &offset) != SKERRY_OK)
		return SKERRY_ERR_STORE_DAMAGED;
	return SKERRY_OK;
}

/* After the last date of all, no code brings it back. */
static enum skerry_err
judge_document(struct desk *desk, const struct work *work)
{
	char day[DATE_TEXT_MAX];

	if (work->license.expires_at > desk->now)
		return SKERRY_OK;
	date_format_day(work->license.expires_at, day);
	desk_refuse(desk, SKERRY_ERR_EXPIRED, work->record->public_id,
		"No code helps after that day, %s. Send a new one: skerry-issuer license issue %s "
		"--activation %lld --out FILE",
		day, work->record->public_id, (long long)work->document.activation);
	desk->message = "The site's document is over.";
	return SKERRY_ERR_EXPIRED;
}

static enum skerry_err
refuse_choice(struct desk *desk, enum skerry_err err, const struct work *work)
{
	const struct license *license = &work->license;
	unsigned given = work->document.given;

	if (err == SKERRY_ERR_ARGUMENT)
		return desk_refuse(desk, err, "--again",
			"No step of edition %lld was read out yet.",
			(long long)work->document.edition);
	if (license->telephone_steps == 0) {
		desk_refuse(desk, err, work->record->public_id,
			"Send a new document. For others to come: skerry-issuer plan set PLAN "
			"--telephone 3x14d");
		desk->message = "Its document has no renewal by telephone.";
		return err;
	}
	desk_refuse(desk, err, work->record->public_id,
		"Of its %u steps %u %s read out. A new document brings new ones: skerry-issuer "
		"license issue %s --activation %lld --out FILE",
		license->telephone_steps, given, given == 1 ? "was" : "were",
		work->record->public_id, (long long)work->document.activation);
	desk->message = "It has not that many steps left.";
	return err;
}

static enum skerry_err
refuse_term(struct desk *desk, const struct work *work)
{
	char day[DATE_TEXT_MAX];

	date_format_day(work->license.valid_until, day);
	desk_refuse(desk, SKERRY_ERR_NO_STEPS, work->record->public_id,
		"Its document's term ends on %s, and no step goes beyond. Renew it, and send the "
		"new document: skerry-issuer license renew %s --out FILE",
		day, work->record->public_id);
	desk->message = "A further step would not help.";
	return SKERRY_ERR_NO_STEPS;
}

/* The site types 20 characters and stays locked: whoever reads them out should know. */
static enum skerry_err
refuse_too_late(struct desk *desk, const struct work *work, const struct telephone_choice *choice,
	unsigned helps)
{
	if (helps == 0)
		desk_refuse(desk, SKERRY_ERR_NO_STEPS, work->record->public_id,
			"Send a new document: skerry-issuer license issue %s --activation %lld "
			"--out "
			"FILE. --force reads the code out all the same.",
			work->record->public_id, (long long)work->document.activation);
	else
		desk_refuse(desk, SKERRY_ERR_NO_STEPS, work->record->public_id,
			"Step %u is the first that does: --steps %u. --force reads step %u out all "
			"the same.",
			helps, helps - choice->base, choice->step);
	desk->message = "What this step allows has ended already: it brings no access back.";
	return SKERRY_ERR_NO_STEPS;
}

static enum skerry_err
choose(struct desk *desk, const struct work *work, const struct extension *extension,
	struct telephone_choice *ret_choice)
{
	const struct telephone_wish *wish = &extension->wish;
	const struct telephone_facts facts = { work->license.telephone_steps,
		work->document.given };
	struct telephone_choice choice;
	enum skerry_err err = telephone_choose(&facts, wish, &choice);
	unsigned helps;

	if (err != SKERRY_OK)
		return refuse_choice(desk, err, work);
	if (choice.kind != TELEPHONE_REPEATED &&
		!telephone_moves(&work->license, choice.base, choice.step))
		return refuse_term(desk, work);
	helps = telephone_first_of_use(&work->license, choice.base, desk->now);
	if (choice.kind != TELEPHONE_REPEATED && !extension->force &&
		(helps == 0 || helps > choice.step))
		return refuse_too_late(desk, work, &choice, helps);
	*ret_choice = choice;
	return SKERRY_OK;
}

/* What leaves the desk is checked as the site will check it. */
static enum skerry_err
derive(struct desk *desk, const struct work *work, unsigned step, char ret_code[STEP_CODE_LEN + 1])
{
	const struct license *license = &work->license;
	uint8_t value[LICENSE_ANCHOR_LEN];
	enum skerry_err err = SKERRY_ERR_STORE_DAMAGED;

	if (license->cti.len != LICENSE_CTI_LEN)
		return err;
	step_chain_seed(&desk->vault.telephone, license->cti.data, value);
	step_chain_walk(value, license->cti.data, license->telephone_steps, step);
	if (step_chain_find(license, value) == step) {
		step_code_write(value, ret_code);
		err = SKERRY_OK;
	}
	secretbox_wipe(value, sizeof value);
	return err;
}

static enum skerry_err
record(struct desk *desk, const struct work *work, const char *reason,
	const struct extended *extended)
{
	const struct license_record *license = work->record;
	char subject[AUDIT_SUBJECT_MAX], until[DATE_TEXT_MAX];
	struct note note = { .id = 0 };
	enum skerry_err err =
		telephone_note(desk, &work->document, extended->choice.step, extended->renew_by);

	if (err == SKERRY_OK)
		err = notes_insert(desk, license->brand_id, license->id, reason, &note);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	date_format(extended->renew_by, until);
	return audit_append(desk, "license.extend", subject,
		"activation=%lld edition=%lld step=%u of=%u given=%u renew_by=%s%s",
		(long long)extended->activation, (long long)extended->edition,
		extended->choice.step, extended->max, extended->given, until, note.mark);
}

static void
summarize(const struct work *work, int64_t now, struct extended *extended)
{
	const struct license *license = &work->license;
	struct ladder ladder;

	extended->activation = work->document.activation;
	extended->edition = work->document.edition;
	extended->issued_at = work->document.issued_at;
	extended->documents = work->document.documents;
	extended->given = work->document.given;
	extended->max = license->telephone_steps;
	extended->days = license->telephone_days;
	ladder_dates(license, extended->choice.base, &ladder);
	extended->before = ladder.renew_by;
	ladder_dates(license, extended->choice.step, &ladder);
	extended->renew_by = ladder.renew_by;
	extended->valid_until = ladder.valid_until;
	extended->has_more =
		extended->choice.step < extended->max &&
		telephone_moves(license, extended->choice.step, extended->choice.step + 1);
	extended->helps = telephone_first_of_use(license, 0, now);
	extended->too_late = extended->helps == 0 || extended->helps > extended->choice.step;
}

enum skerry_err
extend_license(struct desk *desk, const struct license_record *license,
	const struct extension *extension, struct extended *ret_extended)
{
	struct work *work = malloc(sizeof *work);
	struct extended extended = { .code = "" };
	enum skerry_err err = work == NULL ? SKERRY_ERR_NO_MEMORY : judge_status(desk, license);

	if (err == SKERRY_OK) {
		work->record = license;
		err = telephone_find(
			desk, license, extension->activation, extension->edition, &work->document);
	}
	if (err == SKERRY_OK)
		err = read_claims(work);
	if (err == SKERRY_OK)
		err = judge_document(desk, work);
	if (err == SKERRY_OK)
		err = choose(desk, work, extension, &extended.choice);
	if (err == SKERRY_OK)
		err = derive(desk, work, extended.choice.step, extended.code);
	if (err == SKERRY_OK) {
		summarize(work, desk->now, &extended);
		err = record(desk, work, extension->reason, &extended);
	}
	if (err == SKERRY_OK)
		*ret_extended = extended;
	secretbox_wipe(extended.code, sizeof extended.code);
	free(work);
	return err;
}
