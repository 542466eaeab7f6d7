/* SPDX-License-Identifier: ISC */
#include "renew.h"

#include <stdio.h>
#include <stdlib.h>

#include "issuer/decide/lifecycle.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"
#include "issuer/desk/sales.h"
#include "issuer/license_plan.h"

enum skerry_err
renew_check(struct desk *desk, const struct renewal *renewal)
{
	if (renewal->price[0] != '\0' && !entry_is_price(renewal->price))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, renewal->price,
			"A price is written 120 or 120.50.");
	if (renewal->currency[0] != '\0' && !entry_is_currency(renewal->currency))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, renewal->currency,
			"A currency is three capitals: EUR, IDR.");
	if ((renewal->price[0] == '\0') != (renewal->currency[0] == '\0'))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT,
			renewal->price[0] == '\0' ? renewal->currency : renewal->price,
			"A price and its currency go together: say both, or neither.");
	if (renewal->payment[0] != '\0' && !entry_is_name(renewal->payment, ENTRY_REFERENCE_MAX))
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--payment",
			"A payment reference has at most %d bytes, without line breaks.",
			ENTRY_REFERENCE_MAX);
	return notes_check(desk, renewal->reason);
}

static enum skerry_err
judge_status(struct desk *desk, const struct license_record *license)
{
	struct lifecycle_facts facts = { .stored = license->stored,
		.valid_until = license->valid_until,
		.pending_until = license->pending_until,
		.now = desk->now,
		.erased = license->erased };
	struct lifecycle next;
	enum skerry_err err = lifecycle_judge(LIFECYCLE_RENEW, &facts, &next);

	return err == SKERRY_OK ? SKERRY_OK
				: desk_refuse(desk, err, license->public_id, "%s",
					  lifecycle_advice(LIFECYCLE_RENEW, err));
}

/* Whether this payment renewed this very license before. */
static enum skerry_err
find_repeat(struct desk *desk, const struct license_record *license, const char *payment,
	struct renewed *renewed)
{
	struct paid paid;
	enum skerry_err err = sales_find_payment(desk, license->brand_id, payment, &paid);

	if (err != SKERRY_OK || paid.id == 0)
		return err;
	if (paid.license_id != license->id) {
		desk_refuse(desk, SKERRY_ERR_EXISTS, payment,
			"This payment bought something else before; see it with: skerry-issuer "
			"license show %s",
			paid.license[0] == '\0' ? "ID" : paid.license);
		desk->message = "This payment is recorded already.";
		return SKERRY_ERR_EXISTS;
	}
	renewed->repeated = true;
	renewed->before = renewed->after = paid.renewed_until;
	return SKERRY_OK;
}

static enum skerry_err
judge_dates(struct desk *desk, const struct license_record *license, const struct plan *plan,
	const struct renewal *renewal, struct terms_dates *ret_dates)
{
	struct terms_renewal facts = { .dates = { license->valid_from, license->valid_until,
					       license->maintenance_until },
		.expiry_grace_s = plan->ladder.expiry_grace_s,
		.now = desk->now,
		.has_term = renewal->has_term,
		.term = renewal->term,
		.until = renewal->until };
	bool perpetual = license->valid_until == LICENSE_NEVER;
	int64_t end = perpetual ? license->maintenance_until : license->valid_until;
	char before[DATE_TEXT_MAX], after[DATE_TEXT_MAX];
	struct terms_dates dates;

	if (renewal->only_fresh && desk->now - end > facts.expiry_grace_s)
		return desk_refuse(desk, SKERRY_ERR_EXPIRED, license->public_id,
			"It ended longer ago than its expiry grace; renewed by its id it starts "
			"anew from today.");
	if (terms_of_renewal(&plan->terms, &facts, &dates) != SKERRY_OK)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, license->public_id,
			renewal->until != LICENSE_NEVER
				? "It would end before it began. To end it for good: skerry-issuer "
				  "license revoke %s"
			: end == LICENSE_NEVER
				? "It never ends, and neither does its maintenance: there is "
				  "nothing to renew."
				: "Its plan does not say for how long, or it would end before it "
				  "began; say it with --term 1y or --until DATE.",
			license->public_id);
	if (!renewal->shorten && terms_shorten(&facts.dates, &dates)) {
		date_format_day(end, before);
		date_format_day(perpetual ? dates.maintenance_until : dates.valid_until, after);
		desk_refuse(desk, SKERRY_ERR_SHORTENS, license->public_id,
			"It runs until %s, and would until %s. If that is meant: --shorten", before,
			after);
		if (perpetual)
			desk->message = "Its maintenance would end earlier than it does now.";
		return SKERRY_ERR_SHORTENS;
	}
	*ret_dates = dates;
	return SKERRY_OK;
}

static enum skerry_err
record(struct desk *desk, const struct license_record *license, const struct renewal *renewal,
	const struct terms_dates *dates, const struct renewed *renewed)
{
	struct sale sale = { license->brand_id, license->license_key_id, license->id,
		renewed->after, renewal->price, renewal->currency, renewal->payment };
	char subject[AUDIT_SUBJECT_MAX], before[DATE_TEXT_MAX], after[DATE_TEXT_MAX];
	char maintenance[DATE_TEXT_MAX];
	struct note note = { .id = 0 };
	int64_t sale_id = 0;
	enum skerry_err err =
		licenses_set_dates(desk, license->id, dates->valid_until, dates->maintenance_until);

	if (err == SKERRY_OK)
		err = sales_insert(desk, &sale, &sale_id);
	if (err == SKERRY_OK)
		err = notes_insert(desk, license->brand_id, license->id, renewal->reason, &note);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	date_format(renewed->before, before);
	date_format(renewed->after, after);
	date_format(dates->maintenance_until, maintenance);
	return audit_append(desk, "license.renew", subject,
		"sale=%lld %s from=%s to=%s maintenance=%s%s", (long long)sale_id,
		renewed->maintenance ? "maintenance" : "valid", before, after,
		dates->maintenance_until == LICENSE_NEVER ? "never" : maintenance, note.mark);
}

static enum skerry_err
renew_by_plan(struct desk *desk, const struct plan *plan, const struct license_record *license,
	const struct renewal *renewal, struct renewed *renewed)
{
	struct terms_dates dates = { 0 };
	enum skerry_err err = judge_dates(desk, license, plan, renewal, &dates);

	if (err != SKERRY_OK)
		return err;
	renewed->before = renewed->maintenance ? license->maintenance_until : license->valid_until;
	renewed->after = renewed->maintenance ? dates.maintenance_until : dates.valid_until;
	return record(desk, license, renewal, &dates, renewed);
}

enum skerry_err
renew_license(struct desk *desk, struct plan_shelf *shelf, const struct license_record *license,
	const struct renewal *renewal, struct renewed *ret_renewed)
{
	struct renewed renewed = { .maintenance = license->valid_until == LICENSE_NEVER };
	struct plan *scratch = NULL;
	const struct plan *plan;
	enum skerry_err err = SKERRY_OK;

	/* What was paid is answered whatever has become of the license since. */
	if (renewal->payment[0] != '\0')
		err = find_repeat(desk, license, renewal->payment, &renewed);
	if (err != SKERRY_OK || renewed.repeated)
		goto out;
	err = judge_status(desk, license);
	if (err == SKERRY_OK && license->overridden) {
		scratch = malloc(sizeof *scratch);
		err = scratch == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;
	}
	if (err == SKERRY_OK)
		err = license_plan(desk, shelf, license, scratch, &plan);
	if (err == SKERRY_OK)
		err = renew_by_plan(desk, plan, license, renewal, &renewed);
out:
	if (err == SKERRY_OK)
		*ret_renewed = renewed;
	free(scratch);
	return err;
}
