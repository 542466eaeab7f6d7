/* SPDX-License-Identifier: ISC */
#include "release.h"

#include <stdio.h>
#include <stdlib.h>

#include "issuer/decide/lifecycle.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/revocations.h"
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

/* The license's status without this site. */
static enum skerry_err
judge_status(struct desk *desk, const struct site *site, const struct license_record *license,
	bool counts, struct lifecycle *ret_next, int64_t *ret_sites)
{
	struct activations_tally tally = { 0 };
	struct lifecycle_facts facts = { .stored = license->stored,
		.valid_until = license->valid_until,
		.pending_until = license->pending_until,
		.now = desk->now };
	enum skerry_err err = activations_tally(desk, license->id, &tally);

	if (err != SKERRY_OK)
		return err;
	facts.sites = tally.sites - counts;
	facts.lapses_at = tally.lapses_at;
	if (counts && site->expires_at > facts.lapses_at)
		facts.lapses_at = site->expires_at;
	err = lifecycle_judge(LIFECYCLE_RELEASE, &facts, ret_next);
	if (err != SKERRY_OK)
		return desk_refuse(
			desk, err, site->name, "%s", lifecycle_advice(LIFECYCLE_RELEASE, err));
	*ret_sites = facts.sites;
	return SKERRY_OK;
}

static enum skerry_err
apply(struct desk *desk, const struct site *site, const struct release *release,
	const struct lifecycle *next, const struct released *released)
{
	struct revocation revocation = { site->brand_id, site->license_id, site->id, NULL,
		site->expires_at };
	char subject[AUDIT_SUBJECT_MAX], word[NOTES_WORD_MAX];
	struct note note = { .id = 0 };
	enum skerry_err err =
		notes_insert(desk, site->brand_id, site->license_id, release->reason, &note);

	if (err != SKERRY_OK)
		return err;
	notes_word("released", &note, word);
	revocation.reason = word;
	err = sites_end(desk, site->id, word);
	if (err == SKERRY_OK)
		err = revocations_insert(desk, &revocation);
	if (err == SKERRY_OK)
		err = licenses_set_standing(
			desk, site->license_id, next->stored, next->pending_until);
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
			desk, site, &license, released.counts, &next, &released.activations_used);
	if (err == SKERRY_OK)
		err = judge_limit(desk, site, &license, release, &released);
	if (err == SKERRY_OK)
		err = apply(desk, site, release, &next, &released);
	if (err != SKERRY_OK)
		return err;
	released.max_activations = license.max_activations;
	released.before = licenses_standing(&license, desk->now);
	released.after =
		standing_at(next.stored, license.valid_until, next.pending_until, desk->now);
	*ret_released = released;
	return SKERRY_OK;
}
