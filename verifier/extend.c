/* SPDX-License-Identifier: ISC */
#include "extend.h"

#include <inttypes.h>
#include <stdio.h>

#include "formats/date.h"
#include "keys/step_chain.h"
#include "product_name.h"
#include "verifier/state/extensions.h"

void
extend_dates(const struct site_license *held, unsigned steps, struct ladder *ret_dates)
{
	ladder_dates(&held->license, steps, ret_dates);
}

bool
extend_has_next(const struct site_license *held)
{
	struct ladder now, next;

	if (held->telephone_steps >= held->license.telephone_steps)
		return false;
	extend_dates(held, held->telephone_steps, &now);
	extend_dates(held, held->telephone_steps + 1, &next);
	return next.renew_by > now.renew_by;
}

int64_t
extend_now(const struct site *site)
{
	return site_now(site) > site->floor ? site_now(site) : site->floor;
}

int64_t
extend_ends(const struct site *site, const struct site_license *held, unsigned steps)
{
	const struct license *license = &held->license;
	struct local_clock local;
	struct ladder dates;
	int64_t end;

	extend_dates(held, steps, &dates);
	local = local_time_clock(&site->machine->local, dates.degraded_until);
	end = ladder_day_end(dates.degraded_until, license->ladder.day_end_minutes, &local);
	return end < license->expires_at ? end : license->expires_at;
}

unsigned
extend_first_of_use(const struct site *site, const struct site_license *held)
{
	if (!extend_has_next(held))
		return 0;
	for (unsigned step = held->telephone_steps + 1; step <= held->license.telephone_steps;
		step++)
		if (extend_ends(site, held, step) > extend_now(site))
			return step;
	return 0;
}

/* Of whatever is held: also of an edition whose place another one takes soon. */
static enum skerry_err
find(struct site *site, const uint8_t value[STEP_CODE_VALUE_LEN], struct site_license **ret_held,
	unsigned *ret_step)
{
	enum skerry_err err = SKERRY_ERR_NO_STEPS;

	for (size_t i = 0; i < site->licenses_len; i++) {
		struct site_license *held = &site->licenses[i];
		unsigned step;

		if (held->license.telephone_steps == 0)
			continue;
		err = SKERRY_ERR_STEP_CODE;
		step = step_chain_find(&held->license, value);
		if (step > 0) {
			*ret_held = held;
			*ret_step = step;
			return SKERRY_OK;
		}
	}
	return err;
}

static enum skerry_err
tell(struct memory *memory, const struct site_license *held, const struct extend_result *result)
{
	const struct license *license = &held->license;
	char subject[JOURNAL_SUBJECT_MAX], product[PRODUCT_NAME_MAX], renew_by[DATE_TEXT_MAX];

	snprintf(subject, sizeof subject, "license %.*s", (int)license->id.len, license->id.chars);
	product_name_of(license, product);
	date_format(result->now.renew_by, renew_by);
	return memory_tell(memory, "telephone.extended", subject,
		"product=%s activation=%" PRIu64 " edition=%" PRIu64
		" step=%u steps=%u days=%u renew_by=%s",
		product, license->activation, license->edition, result->step,
		license->telephone_steps, license->telephone_days, renew_by);
}

static enum skerry_err
record(struct memory *memory, const struct site_license *held, const struct extend_result *result,
	const uint8_t bytes[EXTENSION_LEN])
{
	char path[DOCUMENTS_PATH_MAX];
	const struct arrival arrival = { .file = path,
		.bytes = { bytes, EXTENSION_LEN },
		.arrived_at = clock_settled(&memory->clock),
		.last_at = held->license.expires_at };
	enum skerry_err err = memory_begin(memory);

	extension_path(held->file, path);
	if (err == SKERRY_OK)
		err = arrivals_put(memory->store, &arrival);
	if (err == SKERRY_OK)
		err = tell(memory, held, result);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

enum skerry_err
extend_take(struct site *site, const uint8_t value[STEP_CODE_VALUE_LEN],
	struct extend_result *ret_result)
{
	struct extend_result result = { .fate = EXTEND_TAKEN };
	struct site_license *held = NULL;
	uint8_t bytes[EXTENSION_LEN];
	enum skerry_err err = find(site, value, &held, &result.step);

	if (err != SKERRY_OK)
		return err;
	result.held = held;
	extend_dates(held, held->telephone_steps, &result.before);
	if (result.step <= held->telephone_steps) {
		result.fate = result.step == held->telephone_steps ? EXTEND_HELD : EXTEND_LOWER;
		result.now = result.before;
	} else {
		extend_dates(held, result.step, &result.now);
		extension_format(value, bytes);
		err = record(site->memory, held, &result, bytes);
		if (err == SKERRY_OK)
			held->telephone_steps = result.step;
		if (err == SKERRY_OK)
			err = documents_put_extension(
				&site->documents, held->file, bytes, sizeof bytes);
	}
	if (err == SKERRY_OK)
		*ret_result = result;
	return err;
}
