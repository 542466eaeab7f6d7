/* SPDX-License-Identifier: ISC */
#include "confirm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "product_name.h"
#include "verifier/gather/components.h"

/* What a license gives now and would give then; each by its own name. */
static enum skerry_err
compare(const struct site *site, const struct license *license, const struct site_query *machine,
	int64_t then, bool *ret_locks)
{
	char product[PRODUCT_NAME_MAX], tenant[LICENSE_TENANT_MAX + 1];
	struct site_query query = { .product = product,
		.domain = machine->domain,
		.install_path = machine->install_path,
		.custom = machine->custom,
		.custom_len = machine->custom_len,
		.root = machine->root };
	struct site_answer answer;
	struct site_question question;
	bool access;
	enum skerry_err err;

	product_name_of(license, product);
	if (license->tenant.len > 0) {
		snprintf(tenant, sizeof tenant, "%.*s", (int)license->tenant.len,
			license->tenant.chars);
		query.tenant = tenant;
	}
	err = site_gather(site, &query, &question);
	if (err != SKERRY_OK)
		return err;
	question.remembers = false;
	err = site_answer_at(&question, question.now, &answer);
	access = answer.verdict.access != SKERRY_ACCESS_NONE;
	if (err == SKERRY_OK)
		err = site_answer_at(&question, then, &answer);
	if (err == SKERRY_OK)
		*ret_locks = access && answer.verdict.access == SKERRY_ACCESS_NONE;
	return err;
}

static enum skerry_err
find_locked(const struct site *site, const struct site_query *machine, int64_t then,
	const struct license **ret_locked)
{
	const struct license *locked = NULL;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < site->licenses_len && locked == NULL && err == SKERRY_OK; i++) {
		bool locks = false;

		err = compare(site, &site->licenses[i].license, machine, then, &locks);
		if (locks)
			locked = &site->licenses[i].license;
	}
	if (err == SKERRY_OK)
		*ret_locked = locked;
	return err;
}

static enum skerry_err
record(struct site *site, const struct clock_news *news, const struct confirm_result *result)
{
	struct memory *memory = site->memory;
	char before[DATE_TEXT_MAX], after[DATE_TEXT_MAX];
	enum skerry_err err = memory_begin(memory);

	date_format(result->before, before);
	date_format(result->after, after);
	if (err == SKERRY_OK)
		err = memory_tell(
			memory, "clock.confirmed", "clock", "before=%s after=%s", before, after);
	if (err == SKERRY_OK)
		err = memory_tell_clock(memory, news);
	if (err == SKERRY_OK)
		err = memory_commit(memory, true);
	memory_rollback(memory);
	return err;
}

enum skerry_err
confirm_clock(struct site *site, const struct clock_reading *reading, int64_t from, int64_t until,
	const struct site_query *machine, struct confirm_result *ret_result)
{
	static const enum confirm_answer ANSWERS[] = { [CLOCK_CONFIRMED] = CONFIRM_DONE,
		[CLOCK_NOT_STARTED] = CONFIRM_NOT_STARTED,
		[CLOCK_NOT_AHEAD] = CONFIRM_NOT_AHEAD,
		[CLOCK_OTHER_DATE] = CONFIRM_OTHER_DATE };
	struct clock before = site->memory->clock, after = before;
	struct confirm_result result = { .before = clock_settled(&before) };
	struct clock_news news = { .len = 0 };
	const struct components_query supplied = { .install_path = machine->install_path,
		.custom = machine->custom,
		.custom_len = machine->custom_len };
	enum skerry_err err = components_check(&supplied);

	/* Whatever else would be said. */
	if (err != SKERRY_OK)
		return err;
	result.answer =
		ANSWERS[clock_confirm(&after, reading, CLOCK_TOLERANCE_S, from, until, &news)];
	result.after = clock_settled(&after);
	if (result.answer == CONFIRM_DONE) {
		err = find_locked(site, machine, result.after, &result.locked);
		if (result.locked != NULL)
			result.answer = CONFIRM_WOULD_LOCK;
	}
	if (err == SKERRY_OK && result.answer == CONFIRM_DONE) {
		memory_see(site->memory, reading);
		site->memory->clock = after;
		err = record(site, &news, &result);
		if (err != SKERRY_OK)
			site->memory->clock = before;
	}
	if (err == SKERRY_OK)
		*ret_result = result;
	return err;
}
