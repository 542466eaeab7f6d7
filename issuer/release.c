/* SPDX-License-Identifier: ISC */
#include "release.h"

#include <stdio.h>
#include <stdlib.h>

#include "issuer/ending.h"
#include "issuer/desk/audit.h"
#include "issuer/license_plan.h"

static enum skerry_err
refuse_limit(struct desk *desk, const struct site *site, const struct migrations *migrations,
	int64_t allowed)
{
	char next[DATE_TEXT_MAX];

	date_format_day(migrations->next_at, next);
	return desk_refuse(desk, SKERRY_ERR_MIGRATION_LIMIT, site->name,
		"%lld of %lld a year are used; %s%s. Support may allow one more with: --force "
		"--reason TEXT",
		(long long)migrations->count, (long long)allowed,
		migrations->next_at == LICENSE_NEVER
			? "their old documents never end, so they count for good"
			: "the next is free on ",
		migrations->next_at == LICENSE_NEVER ? "" : next);
}

/* What the license allows a year. */
static enum skerry_err
read_allowed(struct desk *desk, const struct license_record *license, int64_t *ret_allowed)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	struct plan *scratch = malloc(sizeof *scratch);
	const struct plan *plan;
	enum skerry_err err = scratch == NULL ? SKERRY_ERR_NO_MEMORY
					      : license_plan(desk, &shelf, license, scratch, &plan);

	if (err == SKERRY_OK)
		*ret_allowed = plan->migrations;
	plan_shelf_clear(&shelf);
	free(scratch);
	return err;
}

static enum skerry_err
judge_limit(struct desk *desk, const struct site *site, const struct license_record *license,
	const struct release *release, struct released *released)
{
	struct migration this = { desk->now, site->expires_at };
	enum skerry_err err = read_allowed(desk, license, &released->allowed);

	if (err == SKERRY_OK)
		err = sites_migrations(desk, license->id, desk->now, &released->migrations);
	if (err != SKERRY_OK || !released->counts)
		return err;
	if (!release->force && !migrations_permit(&released->migrations, released->allowed))
		return refuse_limit(desk, site, &released->migrations, released->allowed);
	migrations_add(&released->migrations, &this, desk->now);
	return SKERRY_OK;
}

static enum skerry_err
judge_status(struct desk *desk, const struct site *site, const struct license_record *license,
	const struct ending *ending, struct lifecycle *ret_next, int64_t *ret_sites)
{
	enum skerry_err err = ending_judge(desk, license, ending, ret_next, ret_sites);

	return err == SKERRY_ERR_REVOKED || err == SKERRY_ERR_STATUS_FORBIDS
		       ? desk_refuse(desk, err, site->name, "%s",
				 lifecycle_advice(LIFECYCLE_RELEASE, err))
		       : err;
}

static enum skerry_err
apply(struct desk *desk, const struct site *site, const struct license_record *license,
	const struct release *release, struct ending *ending, const struct lifecycle *next,
	const struct released *released)
{
	char subject[AUDIT_SUBJECT_MAX], word[NOTES_WORD_MAX];
	struct note note = { .id = 0 };
	enum skerry_err err =
		notes_insert(desk, site->brand_id, site->license_id, release->reason, &note);

	if (err != SKERRY_OK)
		return err;
	notes_word("released", &note, word);
	ending->why = word;
	err = ending_apply(desk, license, ending, next);
	ending->why = NULL;
	snprintf(subject, sizeof subject, "license %s", site->license);
	return err == SKERRY_OK
		       ? audit_append(desk, "site.release", subject,
				 "activation=%lld index=%lld to=%s migrations=%lld/%lld%s%s",
				 (long long)site->number, (long long)site->status_index,
				 standing_name(next->stored), (long long)released->migrations.count,
				 (long long)released->allowed, release->force ? " forced" : "",
				 note.mark)
		       : err;
}

enum skerry_err
release_site(struct desk *desk, const struct site *site, const struct release *release,
	struct released *ret_released)
{
	struct released released = { .counts = activations_kind_binds(site->kind) };
	struct license_record license = { .id = 0 };
	struct lifecycle next = { STANDING_UNPAIRED, LICENSE_NEVER };
	struct ending ending = { .activation_id = site->id,
		.number = site->number,
		.status_index = site->status_index,
		.expires_at = site->expires_at,
		.counts = released.counts,
		.effective_at = desk->now };
	char ended[DATE_TEXT_MAX];
	enum skerry_err err = notes_check(desk, release->reason);

	if (err != SKERRY_OK)
		return err;
	if (release->force && release->reason == NULL)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--force",
			"Say who allowed it and why: --reason TEXT");
	date_format_day(site->unpaired_at, ended);
	if (site->unpaired_at != LICENSE_NEVER)
		return desk_refuse(desk, SKERRY_ERR_STATUS_FORBIDS, site->name,
			"It was released on %s. What stands is shown by: skerry-issuer site list",
			ended);
	err = licenses_find_id(desk, site->license, &license);
	if (err == SKERRY_OK)
		err = judge_status(
			desk, site, &license, &ending, &next, &released.activations_used);
	if (err == SKERRY_OK)
		err = judge_limit(desk, site, &license, release, &released);
	if (err == SKERRY_OK)
		err = apply(desk, site, &license, release, &ending, &next, &released);
	if (err != SKERRY_OK)
		return err;
	released.max_activations = license.max_activations;
	released.before = licenses_standing(&license, desk->now);
	released.after =
		standing_at(next.stored, license.valid_until, next.pending_until, desk->now);
	*ret_released = released;
	return SKERRY_OK;
}
