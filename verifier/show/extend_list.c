/* SPDX-License-Identifier: ISC */
/* extend: what can be renewed by telephone here, whom to call, and what to say to them. */
#include <inttypes.h>
#include <string.h>

#include "formats/member.h"
#include "deeds.h"
#include "extend_list.h"
#include "sheet.h"
#include "verifier/extend.h"
#include "verifier/texts/extend_words.h"
#include "verifier/texts/message.h"
#include "view.h"
#include "why_view.h"

/* That can be renewed by telephone at all, and is in use: no edition that was or is yet to come. */
static bool
is_listed(const struct site *site, const struct site_license *held, const char *product)
{
	int64_t now = extend_now(site);

	return held->license.telephone_steps > 0 && held->license.not_before <= now &&
	       (product == NULL || product_name_check(product, &held->license) == SKERRY_OK) &&
	       !site_is_replaced(site, held, now);
}

static struct message_subject
subject_of(const struct site *site, const struct license *license)
{
	struct message_subject subject = { .product = "" };

	message_set_contact(
		&subject, manifest_find_contact(&site->trust->manifest, license->brand));
	return subject;
}

void
extend_print_contact(
	const struct show *show, const struct site *site, const struct license *license)
{
	const struct message_subject subject = subject_of(site, license);
	char text[MESSAGE_MAX];

	message_contact(show->texts, &subject, text);
	if (text[0] != '\0')
		fprintf(show->out, "%s\n", text);
}

/* --- for a person ---------------------------------------------------------------------------- */

static const char *
no_next(const struct texts *texts, const struct site_license *held)
{
	if (held->telephone_steps >= held->license.telephone_steps)
		return texts->extend_all_used;
	return extend_has_next(held) ? texts->extend_too_late : texts->extend_term_ends;
}

static void
print_sheet(const struct show *show, const struct site *site, const struct site_license *held)
{
	const struct texts *texts = show->texts;
	struct ladder dates, next;
	char text[EXTEND_WORDS_MAX];

	extend_dates(held, held->telephone_steps, &dates);
	extend_dates(held, held->telephone_steps + 1, &next);
	extend_words(texts, texts->extend_heading, &held->license, 0, held->telephone_steps, text);
	why_view_print_wrapped(show->out, 0, text);
	extend_words(texts, texts->extend_used, &held->license, 0, held->telephone_steps, text);
	sheet_chars(show, texts->extend_steps, text);
	sheet_date(show, texts->extend_renew_by, dates.renew_by);
	if (extend_first_of_use(site, held) > 0)
		sheet_date(show, texts->extend_next, next.renew_by);
	else
		sheet_chars(show, texts->extend_next, no_next(texts, held));
}

/* What the technician reads out. */
static void
print_sentences(const struct show *show, const struct site *site, const struct site_license *held)
{
	unsigned next = held->telephone_steps + 1, helps = extend_first_of_use(site, held);
	const struct texts *texts = show->texts;
	char text[EXTEND_WORDS_MAX];

	extend_print_contact(show, site, &held->license);
	extend_words(texts, texts->extend_say, &held->license, next, held->telephone_steps, text);
	fprintf(show->out, "%s\n", text);
	if (helps > next) {
		extend_words(texts, texts->extend_ask, &held->license, helps, held->telephone_steps,
			text);
		why_view_print_wrapped(show->out, 0, text);
	}
}

/* `held` NULL: nothing is listed. */
static enum command_exit
tell_none(const struct show *show, const struct site *site, const struct site_license *held)
{
	struct command_failure failure = failure_plain(SKERRY_ERR_NO_STEPS, show->folder);
	char id[LICENSE_ID_LEN + 1];

	if (held == NULL) {
		failure.message = "No license that is held here can be renewed by telephone.";
		failure.advice = "`skerry status` says what holds, until when, and whom to call.";
	} else {
		snprintf(id, sizeof id, "%.*s", (int)held->license.id.len, held->license.id.chars);
		failure.subject = id;
		fputc('\n', show->out);
		extend_print_contact(show, site, &held->license);
	}
	if (held != NULL && extend_has_next(held)) {
		failure.message = "It is too late for the telephone: no step brings access back.";
		failure.advice = "Ask the vendor for a new license file.";
	} else if (held != NULL && held->telephone_steps < held->license.telephone_steps) {
		failure.message = "No further step would help: the term itself ends then.";
		failure.advice = "Ask the vendor to renew the license.";
	}
	/* The sheet stands above it. */
	fflush(show->out);
	show_note(show, &failure);
	return command_exit_of(failure.err);
}

static enum command_exit
print_list(const struct show *show, const struct site *site, const char *product)
{
	const struct site_license *first = NULL;
	bool any = false;

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (!is_listed(site, held, product))
			continue;
		if (first != NULL)
			fputc('\n', show->out);
		first = first == NULL ? held : first;
		print_sheet(show, site, held);
		if (extend_first_of_use(site, held) == 0)
			continue;
		print_sentences(show, site, held);
		any = true;
	}
	if (!any)
		return tell_none(show, site, first);
	fprintf(show->out, "\n%s\n", show->texts->extend_type);
	return COMMAND_YES;
}

/* --- for scripts ----------------------------------------------------------------------------- */

void
extend_put_license(struct json *j, const struct license *license)
{
	char product[PRODUCT_NAME_MAX];

	product_name_of(license, product);
	member_text(j, "id", license->id);
	member_chars(j, "product", product);
	json_name(j, "tenant");
	if (license->tenant.len > 0)
		json_text(j, license->tenant);
	else
		json_null(j);
	member_uint(j, "activation", license->activation);
	member_uint(j, "edition", license->edition);
	member_uint(j, "step_days", license->telephone_days);
	member_uint(j, "steps_max", license->telephone_steps);
}

static void
put_license(struct json *j, const struct site *site, const struct site_license *held)
{
	struct ladder dates, next;
	bool has_next = extend_has_next(held);

	extend_dates(held, held->telephone_steps, &dates);
	extend_dates(held, held->telephone_steps + 1, &next);
	json_object_open(j);
	extend_put_license(j, &held->license);
	member_uint(j, "steps_used", held->telephone_steps);
	member_number(j, "next_step", has_next ? held->telephone_steps + 1 : 0);
	member_number(j, "first_that_helps", extend_first_of_use(site, held));
	member_date(j, "renew_by", dates.renew_by);
	member_date(j, "renew_by_after_next", has_next ? next.renew_by : LICENSE_NEVER);
	view_contact_json(j, manifest_find_contact(&site->trust->manifest, held->license.brand));
	json_object_close(j);
}

static enum command_exit
print_json(const struct show *show, const struct site *site, const char *product)
{
	bool any = false;
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	json_name(&j, "licenses");
	json_array_open(&j);
	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct site_license *held = &site->licenses[i];

		if (!is_listed(site, held, product))
			continue;
		put_license(&j, site, held);
		any = any || extend_first_of_use(site, held) > 0;
	}
	json_array_close(&j);
	member_bool(&j, "ok", any);
	json_object_close(&j);
	fputc('\n', show->out);
	return any ? COMMAND_YES : COMMAND_NO;
}

void
show_extend_list(const struct show *show, const struct site *site, const char *product,
	enum command_exit *ret_exit)
{
	*ret_exit = show->json ? print_json(show, site, product) : print_list(show, site, product);
	if (!show->json)
		show_unused(show, site);
}
