/* SPDX-License-Identifier: ISC */
#include "vendor_view.h"

#include <inttypes.h>
#include <stdio.h>

#include "formats/date.h"
#include "formats/member.h"
#include "reply_json.h"
#include "sheet.h"
#include "verifier/site_words.h"
#include "verifier/state/arrivals.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/requests.h"

enum { DAY_S = 86400 };

struct vendor_view
vendor_view_none(void)
{
	return (struct vendor_view){ .contact_at = LICENSE_NEVER,
		.attempt_at = LICENSE_NEVER,
		.status_issued_at = LICENSE_NEVER };
}

static int64_t
arrival_of(const struct site *site, const struct site_reply *held)
{
	char file[DOCUMENTS_PATH_MAX];
	struct arrival arrival;
	bool known = false;

	snprintf(file, sizeof file, FOLDER_REPLIES "/%s", held->file);
	if (arrivals_find(site->memory->store, file, &arrival, &known) != SKERRY_OK || !known)
		return LICENSE_NEVER;
	return arrival.arrived_at;
}

/* A license that was issued since has granted what was asked for. */
static bool
is_granted(const struct site *site, struct cbor_text brand, const struct refusal *refusal)
{
	struct cbor_text product = cbor_text_from_chars(refusal->product);

	for (size_t i = 0; i < site->licenses_len; i++) {
		const struct license *license = &site->licenses[i].license;

		if (cbor_text_same(license->brand, brand) &&
			license->issued_at >= refusal->told_at &&
			(product.len == 0 || cbor_text_same(license->product, product)))
			return true;
	}
	return false;
}

static void
read_refusals(const struct site *site, struct cbor_text brand, struct vendor_view *vendor)
{
	size_t len = 0;

	if (refusals_read(site->memory->store, brand, vendor->refusals, &len) != SKERRY_OK)
		return;
	for (size_t i = 0; i < len; i++)
		if (!is_granted(site, brand, &vendor->refusals[i]))
			vendor->refusals[vendor->refusals_len++] = vendor->refusals[i];
}

/* Where nothing can be read from the memory, the documents still say what they say. */
struct vendor_view
vendor_view_of(const struct site *site, struct cbor_text brand)
{
	struct vendor_view vendor = vendor_view_none();
	const struct site_status *status;
	const struct site_reply *held;

	vendor.now = site_now(site);
	held = brand.len > 0            ? site_reply(site, brand)
	       : site->replies_len == 1 ? &site->replies[0]
					: NULL;
	if (held != NULL)
		vendor.reply = &held->reply;
	status = brand.len > 0 ? site_status(site, brand) : NULL;
	if (status != NULL)
		vendor.status_issued_at = status->list.issued_at;
	if (site->memory->store == NULL)
		return vendor;
	if (held != NULL)
		vendor.contact_at = arrival_of(site, held);
	if (held != NULL && held->reply.results_len == 0 && held->reply.licenses_len == 0)
		read_refusals(site, held->reply.brand, &vendor);
	if (requests_last_written(site->memory->store, &vendor.attempt_at) != SKERRY_OK)
		vendor.attempt_at = LICENSE_NEVER;
	return vendor;
}

/* As the reply said it; borrows the refusal. */
static struct reply_result
result_of(const struct refusal *refusal)
{
	return (struct reply_result){ .code = refusal->code,
		.product = cbor_text_from_chars(refusal->product),
		.license = cbor_text_from_chars(refusal->license),
		.text = cbor_text_from_chars(refusal->text),
		.until = LICENSE_NEVER };
}

bool
vendor_view_refuses(const struct vendor_view *vendor)
{
	const struct reply *reply = vendor->reply;

	for (size_t i = 0; reply != NULL && i < reply->results_len; i++)
		if (reply->results[i].code != REPLY_OK && reply->results[i].code != REPLY_UNPAIRED)
			return true;
	return vendor->refusals_len > 0;
}

void
vendor_view_dates_json(struct json *j, const struct vendor_view *vendor)
{
	member_date(j, "last_contact_at", vendor->contact_at);
	member_date(j, "last_attempt_at", vendor->attempt_at);
}

void
vendor_view_json(struct json *j, const struct vendor_view *vendor)
{
	json_name(j, "vendor");
	if (vendor->reply == NULL) {
		json_null(j);
		return;
	}
	json_object_open(j);
	member_date(j, "answered_at", vendor->reply->issued_at);
	member_uint(j, "number", vendor->reply->number);
	if (vendor->refusals_len == 0) {
		reply_words_json(j, vendor->reply);
	} else {
		struct reply reply = *vendor->reply;

		/* In place of no results. */
		for (size_t i = 0; i < vendor->refusals_len; i++)
			reply.results[i] = result_of(&vendor->refusals[i]);
		reply.results_len = vendor->refusals_len;
		reply_words_json(j, &reply);
	}
	json_object_close(j);
}

void
vendor_view_status_json(struct json *j, const struct vendor_view *vendor)
{
	bool known = vendor->status_issued_at != LICENSE_NEVER;

	json_name(j, "status_list");
	json_object_open(j);
	member_date(j, "version", vendor->status_issued_at);
	json_name(j, "age_days");
	if (known && vendor->now >= vendor->status_issued_at)
		json_int(j, (vendor->now - vendor->status_issued_at) / DAY_S);
	else
		json_null(j);
	json_object_close(j);
}

/* A result without a text is told by its name, unless all is well. */
static void
print_result(const struct show *show, const struct reply_result *result)
{
	struct cbor_text about = result->product.len > 0 ? result->product : result->license;

	if (result->text.len > 0 && about.len > 0)
		sheet_format(show, "vendor answers", "%.*s: %.*s", (int)about.len, about.chars,
			(int)result->text.len, result->text.chars);
	else if (result->text.len > 0)
		sheet_text(show, "vendor answers", result->text);
	else if (result->code != REPLY_OK)
		sheet_chars(show, "vendor answers", reply_code_name(result->code));
}

void
vendor_view_print(const struct show *show, const struct vendor_view *vendor)
{
	const struct reply *reply = vendor->reply;

	sheet_date(show, "last contact", vendor->contact_at);
	sheet_date(show, "last request", vendor->attempt_at);
	sheet_date(show, "status list of", vendor->status_issued_at);
	for (size_t i = 0; reply != NULL && i < reply->results_len; i++)
		print_result(show, &reply->results[i]);
	for (size_t i = 0; i < vendor->refusals_len; i++) {
		const struct reply_result result = result_of(&vendor->refusals[i]);

		print_result(show, &result);
	}
	for (size_t i = 0; reply != NULL && i < reply->notices_len; i++)
		if (reply->notices[i].until >= vendor->now)
			sheet_text(show, "vendor's notice", reply->notices[i].text);
}
