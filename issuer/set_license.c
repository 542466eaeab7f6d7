/* SPDX-License-Identifier: ISC */
#include "set_license.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/change_status.h"
#include "issuer/compose.h"
#include "issuer/decide/overrides_change.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/notes.h"
#include "issuer/reissue.h"
#include "issuer/signing.h"

enum {
	TRIALS_MAX = 64,
	VALUES_TOLD_MAX = 1536 /* bytes of a row; dates, reason and digests need the rest */
};

/* What a change works on; 60 KB, on the heap. */
struct setting {
	const struct license_record *was;
	struct license_record license; /* as it will be */
	struct plan base, plan;        /* its plan, and with the overrides over it */
	char text_before[OVERRIDES_TEXT_MAX], text[OVERRIDES_TEXT_MAX];
};

static enum skerry_err
find_plan(struct desk *desk, const struct license_record *license, const char *path,
	struct plan *ret_plan)
{
	enum skerry_err err = plans_find(desk, path, ret_plan);

	if (err != SKERRY_OK)
		return err;
	if (ret_plan->brand_id != license->brand_id)
		return desk_refuse(desk, SKERRY_ERR_BRAND, path,
			"This license is of %s; a plan of another brand is another sale: "
			"skerry-issuer license new",
			license->brand);
	if (ret_plan->product_id != license->product_id)
		return desk_refuse(desk, SKERRY_ERR_PRODUCT, path,
			"This license is of %s/%s; another product is another sale: skerry-issuer "
			"license new %s --key KEY",
			license->brand, license->product, path);
	return SKERRY_OK;
}

static enum skerry_err
move_plan(struct desk *desk, const struct license_change *change, struct setting *setting)
{
	struct license_record *license = &setting->license;
	enum skerry_err err = plans_find_id(desk, license->plan_id, &setting->base);
	int64_t before = setting->base.max_activations;

	if (err != SKERRY_OK || change->plan == NULL)
		return err;
	err = find_plan(desk, license, change->plan, &setting->base);
	if (err != SKERRY_OK)
		return err;
	license->plan_id = setting->base.id;
	memcpy(license->plan, setting->base.slug, sizeof license->plan);
	if (license->max_activations == before)
		license->max_activations = setting->base.max_activations;
	return SKERRY_OK;
}

static enum skerry_err
move_dates(struct desk *desk, const struct license_change *change, struct setting *setting)
{
	struct license_record *license = &setting->license;
	struct terms_dates before = { license->valid_from, license->valid_until,
		license->maintenance_until };
	struct terms_dates after = before;

	if (change->has_until)
		after.valid_until = change->until;
	if (change->has_maintenance_until)
		after.maintenance_until = change->maintenance_until;
	if (after.valid_until <= after.valid_from)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--until",
			"It would end before it began. To end it for good: skerry-issuer license "
			"revoke %s",
			license->public_id);
	if (!change->shorten && terms_shorten(&before, &after))
		return desk_refuse(desk, SKERRY_ERR_SHORTENS, license->public_id,
			"A date would come before what it is now. If that is meant: --shorten");
	license->valid_until = after.valid_until;
	license->maintenance_until = after.maintenance_until;
	return SKERRY_OK;
}

static enum skerry_err
move_activations(struct desk *desk, const struct license_change *change, struct setting *setting)
{
	struct license_record *license = &setting->license;

	if (change->activations != 0)
		license->max_activations = change->activations;
	if (license->activations_used > license->max_activations &&
		(change->activations != 0 || change->plan != NULL))
		return desk_refuse(desk, SKERRY_ERR_IN_USE, license->public_id,
			"%lld sites are active, more than %lld. Release some first: skerry-issuer "
			"site list --license %s",
			(long long)license->activations_used, (long long)license->max_activations,
			license->public_id);
	return SKERRY_OK;
}

static bool
has_grant(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->grants_len; i++)
		if (strcmp(plan->grants[i].name, name) == 0)
			return true;
	return false;
}

/* Takes a grant away: by a line where the plan grants it, else by dropping the line that does. */
static enum skerry_err
withdraw(struct desk *desk, struct setting *setting, const char *name, struct overrides *overrides)
{
	bool dropped = overrides_drop(overrides, name);

	if (has_grant(&setting->base, name))
		return overrides_put(overrides, PLAN_WORD_WITHOUT, name);
	if (dropped)
		return SKERRY_OK;
	return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--without",
		"'%s' is no feature or limit that this license has.", name);
}

static enum skerry_err
move_overrides(struct desk *desk, const struct license_change *change, struct setting *setting,
	struct overrides *overrides)
{
	enum skerry_err err = SKERRY_OK;

	if (change->as_plan)
		overrides->len = 0;
	for (size_t i = 0; i < change->said_len && err == SKERRY_OK; i++) {
		const struct override *said = &change->said[i];

		err = said->word == PLAN_WORD_WITHOUT
			      ? withdraw(desk, setting, said->value, overrides)
			      : overrides_put(overrides, said->word, said->value);
		if (err == SKERRY_ERR_NO_SPACE)
			err = desk_refuse(desk, SKERRY_ERR_ARGUMENT, setting->license.public_id,
				"More values of its own than a plan has.");
	}
	setting->plan = setting->base;
	if (err == SKERRY_OK)
		err = license_plan_override(desk, overrides, &setting->plan);
	if (err == SKERRY_OK)
		overrides_write(overrides, setting->text);
	return err;
}

/* Whether a document bound like this could be written and signed. */
static enum skerry_err
try_binding(struct desk *desk, const struct signing *signing, struct setting *setting,
	const struct binding *binding, int64_t number)
{
	static const uint8_t CTI[LICENSE_CTI_LEN], ANCHOR[LICENSE_ANCHOR_LEN];
	struct activation activation = { .number = number };
	struct compose_facts facts = { .record = &setting->license,
		.plan = &setting->plan,
		.binding = binding,
		.activation = &activation,
		.now = desk->now,
		.until = LICENSE_NEVER,
		.edition = desk->now,
		.cti = CTI,
		.anchor = setting->plan.telephone_steps > 0 ? ANCHOR : NULL };
	struct license *license = malloc(sizeof *license);
	uint8_t *bytes = malloc(LICENSE_PAYLOAD_MAX);
	struct cbor_writer w;
	size_t len;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (license != NULL && bytes != NULL) {
		compose_license(&facts, license);
		err = signing_permits(desk, signing, license);
	}
	if (err == SKERRY_OK) {
		cbor_writer_init(&w, bytes, LICENSE_PAYLOAD_MAX);
		license_write(&w, license);
		err = cbor_writer_finish(&w, &len);
		if (err == SKERRY_ERR_NO_SPACE)
			err = desk_refuse(desk, SKERRY_ERR_DOCUMENT_TOO_LARGE,
				setting->license.public_id,
				"With these features, limits and texts its document would be "
				"larger than %d bytes.",
				LICENSE_MAX);
	}
	free(bytes);
	free(license);
	return err;
}

struct trial {
	struct desk *desk;
	struct setting *setting;
	int64_t numbers[TRIALS_MAX];
	size_t len;
};

static bool
gather(void *context, int64_t number)
{
	struct trial *trial = context;

	trial->numbers[trial->len++] = number;
	return trial->len < TRIALS_MAX;
}

/* Bound to nothing, and to the sites where it is. */
static enum skerry_err
try_documents(struct desk *desk, struct setting *setting)
{
	struct trial trial = { .desk = desk, .setting = setting };
	struct signing signing = { .trust = NULL };
	struct reissue *reissue = calloc(1, sizeof *reissue);
	enum skerry_err err = reissue == NULL ? SKERRY_ERR_NO_MEMORY : signing_open(desk, &signing);

	if (err == SKERRY_OK)
		err = try_binding(desk, &signing, setting, &reissue->binding, 1);
	if (err == SKERRY_OK)
		err = reissue_each(desk, setting->license.id, gather, &trial);
	for (size_t i = 0; i < trial.len && err == SKERRY_OK; i++) {
		err = reissue_load(desk, &setting->license, trial.numbers[i], reissue);
		if (err == SKERRY_OK)
			err = try_binding(
				desk, &signing, setting, &reissue->binding, trial.numbers[i]);
	}
	signing_close(&signing);
	free(reissue);
	return err;
}

static void
read_state(const struct license_record *license, struct license_state *ret_state)
{
	products_join_path(license->brand, license->product, license->plan, ret_state->plan);
	ret_state->valid_until = license->valid_until;
	ret_state->maintenance_until = license->maintenance_until;
	ret_state->max_activations = license->max_activations;
}

/* "activations=20->40"; nothing where it stays. */
static void
say_number(char detail[AUDIT_DETAIL_MAX], const char *name, int64_t before, int64_t after)
{
	size_t len = strlen(detail);

	if (before != after)
		snprintf(detail + len, AUDIT_DETAIL_MAX - len, "%s%s=%lld->%lld",
			len == 0 ? "" : " ", name, (long long)before, (long long)after);
}

static void
say_date(char detail[AUDIT_DETAIL_MAX], const char *name, int64_t before, int64_t after)
{
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
	size_t len = strlen(detail);

	date_format(before, from);
	date_format(after, to);
	if (before != after)
		snprintf(detail + len, AUDIT_DETAIL_MAX - len, "%s%s=%s->%s", len == 0 ? "" : " ",
			name, before == LICENSE_NEVER ? "never" : from,
			after == LICENSE_NEVER ? "never" : to);
}

/* What is too much for a row is counted, and vouched for by its digest. */
static enum skerry_err
say_values(char detail[AUDIT_DETAIL_MAX], const struct overrides *before,
	const struct overrides *after)
{
	static const char WORD[] = "values=";
	char *text = malloc(OVERRIDES_CHANGE_MAX);
	uint8_t hash[HASH_LEN];
	size_t len = strlen(detail), lines, told, fits;

	if (text == NULL)
		return SKERRY_ERR_NO_MEMORY;
	lines = overrides_change_spell(before, after, text);
	fits = overrides_change_fit(text, VALUES_TOLD_MAX, &told);
	if (lines > 0)
		len += (size_t)snprintf(detail + len, AUDIT_DETAIL_MAX - len, "%s%s%.*s",
			len == 0 ? "" : " ", WORD, (int)fits, text);
	if (told < lines) {
		hash_blake2b(NULL, 0, (const uint8_t *)text, strlen(text), hash);
		len += (size_t)snprintf(
			detail + len, AUDIT_DETAIL_MAX - len, " further=%zu all=", lines - told);
		for (size_t i = 0; i < sizeof hash; i++)
			len += (size_t)snprintf(
				detail + len, AUDIT_DETAIL_MAX - len, "%02x", hash[i]);
	}
	free(text);
	return SKERRY_OK;
}

/* From what to what, of all that changed. */
static enum skerry_err
spell(const struct setting *setting, const struct license_set *set,
	char ret_detail[AUDIT_DETAIL_MAX])
{
	const struct license_record *was = setting->was, *license = &setting->license;

	ret_detail[0] = '\0';
	say_number(ret_detail, "plan", was->plan_id, license->plan_id);
	say_date(ret_detail, "until", was->valid_until, license->valid_until);
	say_date(ret_detail, "maintenance", was->maintenance_until, license->maintenance_until);
	say_number(ret_detail, "activations", was->max_activations, license->max_activations);
	return say_values(ret_detail, &set->before.overrides, &set->after.overrides);
}

static enum skerry_err
record(struct desk *desk, const struct setting *setting, const struct license_change *change,
	const struct license_set *set)
{
	const struct license_record *license = &setting->license;
	char subject[AUDIT_SUBJECT_MAX], detail[AUDIT_DETAIL_MAX];
	struct note note = { .id = 0 };
	enum skerry_err err = licenses_update(desk, license, setting->text);

	if (err == SKERRY_OK)
		err = notes_insert(desk, license->brand_id, license->id, change->reason, &note);
	if (err == SKERRY_OK)
		err = spell(setting, set, detail);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	return audit_append(desk, "license.set", subject, "%s%s", detail, note.mark);
}

static bool
is_same(const struct license_state *a, const struct license_state *b, const struct setting *setting)
{
	return strcmp(a->plan, b->plan) == 0 && a->valid_until == b->valid_until &&
	       a->maintenance_until == b->maintenance_until &&
	       a->max_activations == b->max_activations &&
	       strcmp(setting->text_before, setting->text) == 0;
}

static enum skerry_err
apply(struct desk *desk, const struct license_change *change, struct setting *setting,
	struct license_set *set)
{
	enum skerry_err err = move_plan(desk, change, setting);

	if (err == SKERRY_OK)
		err = move_dates(desk, change, setting);
	if (err == SKERRY_OK)
		err = move_activations(desk, change, setting);
	if (err == SKERRY_OK)
		err = move_overrides(desk, change, setting, &set->after.overrides);
	read_state(&setting->license, &set->after);
	if (err != SKERRY_OK)
		return err;
	set->changed = !is_same(&set->before, &set->after, setting);
	if (!set->changed)
		return SKERRY_OK;
	/* More activations alone change no document. */
	if (change->plan != NULL || change->has_until || change->has_maintenance_until ||
		change->said_len > 0 || change->as_plan)
		err = try_documents(desk, setting);
	return err == SKERRY_OK ? record(desk, setting, change, set) : err;
}

enum skerry_err
set_license(struct desk *desk, const struct license_record *license,
	const struct license_change *change, struct license_set *ret_set)
{
	struct setting *setting = malloc(sizeof *setting);
	struct lifecycle next;
	enum skerry_err err = notes_check(desk, change->reason);

	if (setting == NULL)
		return SKERRY_ERR_NO_MEMORY;
	setting->was = license;
	setting->license = *license;
	if (err == SKERRY_OK)
		err = change_status_judge(desk, license, LIFECYCLE_SET, &next, NULL);
	if (err == SKERRY_OK)
		err = license_plan_overrides(desk, license, &ret_set->before.overrides);
	if (err == SKERRY_OK) {
		read_state(license, &ret_set->before);
		overrides_write(&ret_set->before.overrides, setting->text_before);
		ret_set->after.overrides = ret_set->before.overrides;
		err = apply(desk, change, setting, ret_set);
	}
	free(setting);
	return err;
}
