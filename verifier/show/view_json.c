/* SPDX-License-Identifier: ISC */
#include "view.h"

#include "formats/date.h"
#include "formats/member.h"
#include "verifier/product_name.h"

static void
put_names(struct json *j, const struct view *view)
{
	const struct license *license = view->license;
	char product[PRODUCT_NAME_MAX], plan[PRODUCT_NAME_PLAN_MAX];

	if (license == NULL) {
		member_chars(j, "product", view->product);
		member_null(j, "brand");
		member_chars(j, "tenant", view->tenant);
		member_null(j, "plan");
		member_null(j, "licensee");
		return;
	}
	product_name_of(license, product);
	product_name_of_plan(license, plan);
	member_chars(j, "product", product);
	member_text(j, "brand", license->brand);
	member_text(j, "tenant", license->tenant);
	member_chars(j, "plan", plan);
	member_text(j, "licensee", license->licensee);
}

void
view_words_json(struct json *j, const struct skerry_verdict *verdict)
{
	member_chars(j, "state", skerry_state_name(verdict->state));
	member_chars(j, "access", skerry_access_name(verdict->access));
	member_chars(j, "reason", skerry_reason_name(verdict->reason));
	member_chars(j, "notice", skerry_notice_name(verdict->notice));
}

static void
put_verdict(struct json *j, const struct view *view)
{
	char text[MESSAGE_MAX];

	view_words_json(j, view->verdict);
	view_holds(view, text);
	member_chars(j, "message", text);
	view_action(view, text);
	member_given(j, "action", text);
}

void
view_contact_json(struct json *j, const struct manifest_contact *contact)
{
	const struct manifest_contact nobody = { .languages_len = 0 };

	if (contact == NULL)
		contact = &nobody;
	json_name(j, "contact");
	json_object_open(j);
	member_text(j, "name", contact->name);
	member_text(j, "telephone", contact->telephone);
	member_text(j, "email", contact->email);
	member_text(j, "url", contact->url);
	json_object_close(j);
}

static void
put_license(struct json *j, const struct view *view)
{
	const struct license *license = view->license;

	json_name(j, "license");
	if (license == NULL) {
		json_null(j);
		return;
	}
	json_object_open(j);
	member_text(j, "id", license->id);
	member_uint(j, "edition", license->edition);
	member_uint(j, "activation", license->activation);
	member_given(j, "key_masked", view->key_masked);
	member_date(j, "issued_at", license->issued_at);
	member_date(j, "not_before", license->not_before);
	member_date(j, "expires_at", license->expires_at);
	json_object_close(j);
}

static void
put_dates(struct json *j, const struct view *view)
{
	const struct skerry_verdict *verdict = view->verdict;
	int64_t days;

	member_date(j, "renew_by", verdict->renew_by);
	member_date(j, "valid_until", verdict->valid_until);
	member_date(j, "maintenance_until", verdict->maintenance_until);
	member_date(j, "grace_until", verdict->grace_until);
	member_date(j, "degraded_until", verdict->degraded_until);
	member_date(j, "next_change_at", verdict->next_change_at);
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
	member_uint(j, "max", license == NULL ? 0 : license->seats_max);
	member_uint(j, "burst", license == NULL ? 0 : license->seats_burst);
	if (license != NULL && show->seats_used != NULL &&
		show->seats_used(show->seats_context, license, &used))
		member_uint(j, "used", used);
	else
		member_null(j, "used");
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
	member_uint(j, "threshold", license == NULL ? 0 : license->threshold);
	member_uint(j, "components", license == NULL ? 0 : license->components_len);
	json_object_close(j);
}

void
view_clock_json(struct json *j, const struct memory *memory, int64_t wall)
{
	struct clock_outlook outlook;

	if (memory == NULL || !clock_started(&memory->clock)) {
		member_null(j, "condition");
		member_null(j, "settled");
		member_null(j, "candidate");
		member_null(j, "candidate_due");
		member_null(j, "left_s");
	} else {
		bool waits = clock_outlook(&memory->clock, &outlook);

		member_chars(j, "condition", clock_condition_name(memory->clock.condition));
		member_date(j, "settled", clock_settled(&memory->clock));
		member_date(j, "candidate", waits ? outlook.instant : LICENSE_NEVER);
		member_date(j, "candidate_due", waits ? outlook.due : LICENSE_NEVER);
		json_name(j, "left_s");
		if (waits)
			json_int(j, outlook.left_s);
		else
			json_null(j);
	}
	member_date(j, "wall", wall);
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
	put_license(j, view);
	member_date(j, "renew_by", verdict->renew_by);
	member_date(j, "valid_until", verdict->valid_until);
	member_date(j, "maintenance_until", verdict->maintenance_until);
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
	put_license(j, view);
	member_date(j, "paired_at", view->paired_at == 0 ? LICENSE_NEVER : view->paired_at);
	member_chars(j, "install_id", view->install_id);
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
