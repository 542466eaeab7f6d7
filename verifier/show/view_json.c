/* SPDX-License-Identifier: ISC */
#include "view.h"

#include "formats/date.h"
#include "verifier/product_name.h"

static void
put_null(struct json *j, const char *name)
{
	json_name(j, name);
	json_null(j);
}

static void
put_chars(struct json *j, const char *name, const char *value)
{
	json_name(j, name);
	json_chars(j, value);
}

static void
put_text(struct json *j, const char *name, struct cbor_text value)
{
	json_name(j, name);
	json_text(j, value);
}

static void
put_date(struct json *j, const char *name, int64_t at)
{
	json_name(j, name);
	json_date(j, at);
}

static void
put_uint(struct json *j, const char *name, uint64_t value)
{
	json_name(j, name);
	json_uint(j, value);
}

static void
put_names(struct json *j, const struct view *view)
{
	const struct license *license = view->license;
	char product[PRODUCT_NAME_MAX], plan[PRODUCT_NAME_PLAN_MAX];

	if (license == NULL) {
		put_chars(j, "product", view->product);
		put_null(j, "brand");
		put_chars(j, "tenant", view->tenant);
		put_null(j, "plan");
		put_null(j, "licensee");
		return;
	}
	product_name_of(license, product);
	product_name_of_plan(license, plan);
	put_chars(j, "product", product);
	put_text(j, "brand", license->brand);
	put_text(j, "tenant", license->tenant);
	put_chars(j, "plan", plan);
	put_text(j, "licensee", license->licensee);
}

void
view_words_json(struct json *j, const struct skerry_verdict *verdict)
{
	put_chars(j, "state", skerry_state_name(verdict->state));
	put_chars(j, "access", skerry_access_name(verdict->access));
	put_chars(j, "reason", skerry_reason_name(verdict->reason));
	put_chars(j, "notice", skerry_notice_name(verdict->notice));
}

static void
put_verdict(struct json *j, const struct view *view)
{
	char text[MESSAGE_MAX];

	view_words_json(j, view->verdict);
	view_holds(view, text);
	put_chars(j, "message", text);
	view_action(view, text);
	put_chars(j, "action", text[0] == '\0' ? NULL : text);
}

void
view_contact_json(struct json *j, const struct manifest_contact *contact)
{
	const struct manifest_contact nobody = { .languages_len = 0 };

	if (contact == NULL)
		contact = &nobody;
	json_name(j, "contact");
	json_object_open(j);
	put_text(j, "name", contact->name);
	put_text(j, "telephone", contact->telephone);
	put_text(j, "email", contact->email);
	put_text(j, "url", contact->url);
	json_object_close(j);
}

static void
put_license(struct json *j, const struct license *license)
{
	json_name(j, "license");
	if (license == NULL) {
		json_null(j);
		return;
	}
	json_object_open(j);
	put_text(j, "id", license->id);
	put_uint(j, "edition", license->edition);
	put_uint(j, "activation", license->activation);
	put_null(j, "key_masked");
	put_date(j, "issued_at", license->issued_at);
	put_date(j, "not_before", license->not_before);
	put_date(j, "expires_at", license->expires_at);
	json_object_close(j);
}

static void
put_dates(struct json *j, const struct view *view)
{
	const struct skerry_verdict *verdict = view->verdict;
	int64_t days;

	put_date(j, "renew_by", verdict->renew_by);
	put_date(j, "valid_until", verdict->valid_until);
	put_date(j, "maintenance_until", verdict->maintenance_until);
	put_date(j, "grace_until", verdict->grace_until);
	put_date(j, "degraded_until", verdict->degraded_until);
	put_date(j, "next_change_at", verdict->next_change_at);
	json_name(j, "days_left");
	if (view_days_left(view, &days))
		json_int(j, days);
	else
		json_null(j);
}

static void
put_grants(struct json *j, const char *name, const struct license *license, enum license_value kind)
{
	json_name(j, name);
	json_object_open(j);
	for (size_t i = 0; license != NULL && i < license->grants_len; i++) {
		const struct license_grant *grant = &license->grants[i];

		if (grant->value != kind)
			continue;
		json_name_text(j, grant->name);
		if (kind == LICENSE_ON)
			json_bool(j, true);
		else if (kind == LICENSE_NUMBER)
			json_int(j, grant->number);
		else
			json_text(j, grant->text);
	}
	json_object_close(j);
}

static void
put_seats(struct json *j, const struct view *view)
{
	const struct license *license = view->license;
	const struct show *show = view->show;
	uint64_t used;

	json_name(j, "seats");
	json_object_open(j);
	put_uint(j, "max", license == NULL ? 0 : license->seats_max);
	put_uint(j, "burst", license == NULL ? 0 : license->seats_burst);
	if (license != NULL && show->seats_used != NULL &&
		show->seats_used(show->seats_context, license, &used))
		put_uint(j, "used", used);
	else
		put_null(j, "used");
	json_object_close(j);
}

/* Weights, as the license counts them; the number of components that it names. */
static void
put_fingerprint(struct json *j, const struct view *view)
{
	const struct license *license = view->license;

	json_name(j, "fingerprint");
	json_object_open(j);
	json_name(j, "matched");
	if (view->tally == NULL)
		json_null(j);
	else
		json_uint(j, view->tally->matched);
	put_uint(j, "threshold", license == NULL ? 0 : license->threshold);
	put_uint(j, "components", license == NULL ? 0 : license->components_len);
	json_object_close(j);
}

void
view_clock_json(struct json *j, const struct memory *memory, int64_t wall)
{
	struct clock_outlook outlook;

	if (memory == NULL || !clock_started(&memory->clock)) {
		put_null(j, "condition");
		put_null(j, "settled");
		put_null(j, "candidate");
		put_null(j, "candidate_due");
		put_null(j, "left_s");
	} else {
		bool waits = clock_outlook(&memory->clock, &outlook);

		put_chars(j, "condition", clock_condition_name(memory->clock.condition));
		put_date(j, "settled", clock_settled(&memory->clock));
		put_date(j, "candidate", waits ? outlook.instant : LICENSE_NEVER);
		put_date(j, "candidate_due", waits ? outlook.due : LICENSE_NEVER);
		json_name(j, "left_s");
		if (waits)
			json_int(j, outlook.left_s);
		else
			json_null(j);
	}
	put_date(j, "wall", wall);
}

static void
put_memory(struct json *j, const struct view *view)
{
	json_name(j, "clock");
	json_object_open(j);
	view_clock_json(j, view->memory, view->timeless ? LICENSE_NEVER : view->show->wall);
	json_object_close(j);
	json_name(j, "state_rollback");
	if (view->memory == NULL)
		json_null(j);
	else
		json_bool(j, view->memory->rollback_since != LICENSE_NEVER);
}

void
view_claims_json(struct json *j, const struct view *view)
{
	const struct skerry_verdict *verdict = view->verdict;

	put_names(j, view);
	put_license(j, view->license);
	put_date(j, "renew_by", verdict->renew_by);
	put_date(j, "valid_until", verdict->valid_until);
	put_date(j, "maintenance_until", verdict->maintenance_until);
	put_grants(j, "features", view->license, LICENSE_ON);
	put_grants(j, "limits", view->license, LICENSE_NUMBER);
	put_grants(j, "texts", view->license, LICENSE_STRING);
	put_seats(j, view);
	put_fingerprint(j, view);
}

void
view_json(struct json *j, const struct view *view)
{
	const struct vendor_view nothing = vendor_view_none(),
				 *vendor = view->vendor == NULL ? &nothing : view->vendor;

	put_names(j, view);
	put_verdict(j, view);
	view_contact_json(j, view->contact);
	put_license(j, view->license);
	put_date(j, "paired_at", view->paired_at == 0 ? LICENSE_NEVER : view->paired_at);
	put_chars(j, "install_id", view->install_id);
	put_dates(j, view);
	vendor_view_dates_json(j, vendor);
	put_grants(j, "features", view->license, LICENSE_ON);
	put_grants(j, "limits", view->license, LICENSE_NUMBER);
	put_grants(j, "texts", view->license, LICENSE_STRING);
	put_seats(j, view);
	put_fingerprint(j, view);
	put_memory(j, view);
	vendor_view_status_json(j, vendor);
	vendor_view_json(j, vendor);
}
