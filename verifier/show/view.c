/* SPDX-License-Identifier: ISC */
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "forecast_view.h"
#include "sheet.h"
#include "verifier/product_name.h"
#include "why_view.h"

/* --- words ----------------------------------------------------------------------------------- */

/* The brand's that the question names, else the vendor's only one: never another brand's. */
static const struct manifest_contact *
contact_without_license(const struct manifest *manifest, const char *product)
{
	const char *slash = product == NULL ? NULL : strchr(product, '/');

	if (slash != NULL)
		return manifest_find_contact(
			manifest, (struct cbor_text){ product, (size_t)(slash - product) });
	return manifest->contacts_len == 1 ? &manifest->contacts[0] : NULL;
}

struct view
view_of_site(const struct show *show, const struct site *site, const struct show_question *question,
	const struct explanation *explanation)
{
	const struct site_answer *answer = &explanation->answer;
	const struct manifest *manifest = &site->trust->manifest;

	return (struct view){
		.show = show,
		.license = answer->license,
		.verdict = &answer->verdict,
		.explanation = explanation,
		.product = question->product,
		.tenant = question->tenant,
		.domain = question->domain,
		.tally = &answer->tally,
		.contact = answer->license != NULL
				   ? manifest_find_contact(manifest, answer->license->brand)
				   : contact_without_license(manifest, question->product),
		.install_id = site->identity.install_id,
		.memory = site->memory,
		.local = &answer->facts.local,
	};
}

const char *
view_product(const struct view *view, char product[PRODUCT_NAME_MAX])
{
	/* A license of another product is no license of the one that was asked for. */
	bool wanted = view->product == NULL || view->verdict->reason != SKERRY_REASON_NO_LICENSE;

	if (view->license != NULL && wanted) {
		product_name_of(view->license, product);
		return product;
	}
	return view->product == NULL ? view->show->texts->this_site : view->product;
}

static struct message_subject
subject_of(const struct view *view, char product[PRODUCT_NAME_MAX])
{
	struct message_subject subject = { .verdict = view->verdict,
		.product = view_product(view, product),
		.tenant = view->tenant,
		.why = view->explanation == NULL ? NULL : &view->explanation->why,
		.local = view->local };

	message_set_contact(&subject, view->contact);
	return subject;
}

void
view_holds(const struct view *view, char ret_text[MESSAGE_MAX])
{
	char product[PRODUCT_NAME_MAX];
	struct message_subject subject = subject_of(view, product);

	message_holds(view->show->texts, &subject, ret_text);
}

void
view_action(const struct view *view, char ret_text[MESSAGE_MAX])
{
	char product[PRODUCT_NAME_MAX];
	struct message_subject subject = subject_of(view, product);

	message_action(view->show->texts, &subject, ret_text);
}

void
view_to_do(const struct view *view, char ret_text[MESSAGE_MAX])
{
	char product[PRODUCT_NAME_MAX];
	struct message_subject subject = subject_of(view, product);

	message_to_do(view->show->texts, &subject, ret_text);
}

void
view_contact(const struct view *view, char ret_text[MESSAGE_MAX])
{
	char product[PRODUCT_NAME_MAX];
	struct message_subject subject = subject_of(view, product);

	message_contact(view->show->texts, &subject, ret_text);
}

bool
view_days_left(const struct view *view, int64_t *ret_days)
{
	const struct skerry_verdict *verdict = view->verdict;
	int64_t until = SKERRY_NEVER;

	switch (verdict->state) {
	case SKERRY_STATE_ACTIVE:
	case SKERRY_STATE_OVERDUE:
		until = verdict->renew_by < verdict->valid_until ? verdict->renew_by
								 : verdict->valid_until;
		break;
	case SKERRY_STATE_GRACE:
		until = verdict->grace_until;
		break;
	case SKERRY_STATE_DEGRADED:
		until = verdict->degraded_until;
		break;
	case SKERRY_STATE_LOCKED:
		until = verdict->at;
		break;
	case SKERRY_STATE_UNLICENSED:
		break;
	}
	if (until == SKERRY_NEVER)
		return false;
	*ret_days = date_days_between(verdict->at, until);
	return true;
}

/* --- the sheet ------------------------------------------------------------------------------- */

/* Green, yellow, red: how soon somebody should act. */
static const char *
color_of(const struct skerry_verdict *verdict)
{
	if (verdict->access == SKERRY_ACCESS_NONE)
		return "\033[1;31m";
	if (verdict->notice == SKERRY_NOTICE_NONE || verdict->notice == SKERRY_NOTICE_INFO)
		return "\033[1;32m";
	return "\033[1;33m";
}

void
view_print_verdict(const struct view *view)
{
	const struct skerry_verdict *verdict = view->verdict;
	bool colors = view->show->color;
	FILE *out = view->show->out;

	fprintf(out, "%s%s, %s%s", colors ? color_of(verdict) : "",
		skerry_state_name(verdict->state), view->show->texts->access[verdict->access],
		colors ? "\033[0m" : "");
	if (verdict->reason != SKERRY_REASON_OK)
		fprintf(out, " (%s)", skerry_reason_name(verdict->reason));
	putc('\n', out);
}

/* Whether it says whom to call. */
static bool
print_heading(const struct view *view)
{
	FILE *out = view->show->out;
	char text[MESSAGE_MAX];

	view_print_verdict(view);
	view_holds(view, text);
	why_view_print_wrapped(out, 0, text);
	if (view->verdict->reason == SKERRY_REASON_NO_LICENSE && view->vendor != NULL &&
		vendor_view_refuses(view->vendor))
		snprintf(text, sizeof text,
			"The vendor has refused it: his answer is below. Do what it says, or ask "
			"him.");
	else
		view_to_do(view, text);
	if (text[0] != '\0') {
		why_view_print_wrapped(out, 0, text);
		view_contact(view, text);
	}
	/* A number to call is not broken in two. */
	if (text[0] != '\0')
		fprintf(out, "%s\n", text);
	putc('\n', out);
	return text[0] != '\0';
}

static void
print_days_left(const struct view *view)
{
	int64_t days;

	if (view_days_left(view, &days) && view->verdict->state != SKERRY_STATE_LOCKED)
		sheet_format(view->show, "days left", "%" PRId64, days);
	if (view->explanation != NULL)
		forecast_print_bar(view->show, &view->explanation->forecast, view->local);
}

/*
 * The end of an access that there is, or was: one that is refused for another reason has none. Where the time
 * left is drawn, what is to come stands there.
 */
static void
print_end(const struct view *view, const char *label, int64_t until, enum skerry_access access)
{
	bool was = until <= view->verdict->at;

	if (was || (view->verdict->access >= access && view->explanation == NULL))
		sheet_date(view->show, label, until);
}

static void
print_dates(const struct view *view)
{
	const struct skerry_verdict *verdict = view->verdict;

	print_days_left(view);
	sheet_date(view->show, "renew by", verdict->renew_by);
	sheet_date(view->show, "valid until", verdict->valid_until);
	sheet_date(view->show, "maintenance until", verdict->maintenance_until);
	print_end(view, "full access until", verdict->grace_until, SKERRY_ACCESS_FULL);
	if (verdict->degraded_until != verdict->grace_until)
		print_end(
			view, "read only until", verdict->degraded_until, SKERRY_ACCESS_READ_ONLY);
	if (view->explanation == NULL)
		sheet_date(view->show, "next change", verdict->next_change_at);
}

static void
print_grants(const struct show *show, const struct license *license)
{
	struct sheet_list features = { show, "features", 0 }, limits = { show, "limits", 0 };

	for (size_t i = 0; i < license->grants_len; i++)
		if (license->grants[i].value == LICENSE_ON)
			sheet_list_add(&features, license->grants[i].name);
	sheet_list_end(&features);
	for (size_t i = 0; i < license->grants_len; i++)
		if (license->grants[i].value == LICENSE_NUMBER)
			sheet_list_add_number(
				&limits, license->grants[i].name, license->grants[i].number);
	sheet_list_end(&limits);
	for (size_t i = 0; i < license->grants_len; i++)
		if (license->grants[i].value == LICENSE_STRING)
			sheet_format(show, "text", "%.*s = %.*s", (int)license->grants[i].name.len,
				license->grants[i].name.chars, (int)license->grants[i].text.len,
				license->grants[i].text.chars);
	sheet_seats(show, license->seats_max, license->seats_burst);
}

static void
print_binding(const struct view *view)
{
	const struct license *license = view->license;
	struct sheet_list domains = { view->show, "domains", 0 };

	for (size_t i = 0; i < license->domains_len; i++)
		sheet_list_add(&domains, license->domains[i]);
	sheet_list_end(&domains);
	if (license->domains_len > 0 && view->domain == NULL)
		sheet_format(view->show, "domain", "not compared; name yours with --domain");
	if (license->components_len == 0)
		return;
	if (view->tally == NULL)
		sheet_format(
			view->show, "machine", "bound to %zu components", license->components_len);
	else
		sheet_format(view->show, "machine",
			"%zu of %zu components match; weight %u, %u needed",
			view->tally->components_matched, license->components_len,
			view->tally->matched, license->threshold);
}

static void
print_contact(const struct show *show, const struct manifest_contact *contact)
{
	struct sheet_list list = { show, "call", 0 };
	struct cbor_text ways[4];

	if (contact == NULL)
		return;
	ways[0] = contact->name;
	ways[1] = contact->telephone;
	ways[2] = contact->email;
	ways[3] = contact->url;
	for (size_t i = 0; i < 4; i++)
		if (ways[i].len > 0)
			sheet_list_add(&list, ways[i]);
	sheet_list_end(&list);
}

void
view_print(const struct view *view)
{
	const struct license *license = view->license;
	bool calls = print_heading(view);
	char plan[PRODUCT_NAME_PLAN_MAX];

	if (license != NULL) {
		sheet_text(view->show, "licensee", license->licensee);
		product_name_of_plan(license, plan);
		sheet_chars(view->show, "plan", plan);
		sheet_text(view->show, "tenant", license->tenant);
		sheet_format(view->show, "license", "%.*s, edition %" PRIu64, (int)license->id.len,
			license->id.chars, license->edition);
		sheet_chars(view->show, "license key", view->key_masked);
		print_dates(view);
		print_grants(view->show, license);
		print_binding(view);
	}
	if (view->vendor != NULL)
		vendor_view_print(view->show, view->vendor);
	if (!calls)
		print_contact(view->show, view->contact);
	sheet_chars(view->show, "install id", view->install_id);
}
