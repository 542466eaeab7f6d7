/* SPDX-License-Identifier: ISC */
#include "plan_out.h"

#include <stdio.h>
#include <string.h>

#include "session.h"

void
plan_out_duration(
	struct report *report, const char *name, bool applies, struct date_duration duration)
{
	char text[DATE_DURATION_TEXT_MAX];

	date_duration_format(duration, text);
	report_text(report, name, applies ? text : "never");
}

void
plan_out_seconds(struct report *report, const char *name, int64_t seconds)
{
	struct date_duration duration = { .seconds = seconds < 0 ? -seconds : seconds,
		.negative = seconds < 0 };
	char plain[32];

	if (report->json) {
		report_number(report, name, seconds);
		return;
	}
	/* For people the unit stands in the value. */
	snprintf(plain, sizeof plain, "%.*s", (int)strlen(name) - 2, name);
	plan_out_duration(report, report->in_table ? name : plain, true, duration);
}

static void
put_ladder(struct report *report, const struct license_ladder *ladder)
{
	char day_end[8];

	plan_out_seconds(report, "warn_s", ladder->warn_s);
	plan_out_seconds(report, "alert_s", ladder->alert_s);
	plan_out_seconds(report, "grace_s", ladder->grace_s);
	plan_out_seconds(report, "degraded_s", ladder->degraded_s);
	plan_out_seconds(report, "expiry_grace_s", ladder->expiry_grace_s);
	plan_out_seconds(report, "rebind_grace_s", ladder->rebind_grace_s);
	plan_out_seconds(report, "overlap_s", ladder->overlap_s);
	plan_out_seconds(report, "tolerance_s", ladder->tolerance_s);
	plan_out_seconds(report, "max_status_age_s", ladder->max_status_age_s);
	snprintf(day_end, sizeof day_end, "%02u:%02u", ladder->day_end_minutes / 60 % 24,
		ladder->day_end_minutes % 60);
	report_text(report, "day_end", day_end);
	report_text(report, "rollback_policy",
		ladder->rollback_policy == LICENSE_ROLLBACK_GRACE ? "grace" : "notice");
}

static void
put_grant(struct report *report, const struct plan_grant *grant)
{
	if (grant->value == LICENSE_ON)
		report_flag(report, grant->name, true);
	else if (grant->value == LICENSE_NUMBER)
		report_number(report, grant->name, grant->number);
	else
		report_text(report, grant->name, grant->text);
}

/* Those of one kind; people see no heading with nothing below it. */
static void
put_kind(struct report *report, const struct plan *plan, const char *name, enum license_value value)
{
	bool begun = report->json;

	if (begun)
		report_object_begin(report, name);
	for (size_t i = 0; i < plan->grants_len; i++) {
		if (plan->grants[i].value != value)
			continue;
		if (!begun)
			report_object_begin(report, name);
		begun = true;
		put_grant(report, &plan->grants[i]);
	}
	if (begun)
		report_object_end(report);
}

static void
put_grants(struct report *report, const struct plan *plan)
{
	put_kind(report, plan, "features", LICENSE_ON);
	put_kind(report, plan, "limits", LICENSE_NUMBER);
	put_kind(report, plan, "texts", LICENSE_STRING);
}

void
plan_out_put(struct report *report, const struct plan *plan)
{
	report_json_text(report, "brand", plan->brand);
	session_report_path(report, plan->brand, plan->product, plan->slug);
	report_text(report, "name", plan->name);
	plan_out_duration(report, "term", !plan->terms.perpetual, plan->terms.term);
	plan_out_duration(report, "renew_every", plan->terms.renews, plan->terms.renew);
	plan_out_duration(report, "maintenance", plan->terms.maintained, plan->terms.maintenance);
	report_number(report, "activations", plan->max_activations);
	report_number(report, "migrations", plan->migrations);
	report_number(report, "seats", plan->seats_max);
	report_number(report, "burst", plan->seats_burst);
	plan_out_seconds(report, "seat_ttl_s", plan->seats_ttl_s);
	report_number(report, "telephone_steps", plan->telephone_steps);
	report_number(report, "telephone_days", plan->telephone_days);
	put_ladder(report, &plan->ladder);
	put_grants(report, plan);
}

void
plan_out_granted(struct report *report, const struct plan *plan)
{
	plan_out_duration(report, "renew_every", plan->terms.renews, plan->terms.renew);
	plan_out_seconds(report, "grace_s", plan->ladder.grace_s);
	report_number(report, "seats", plan->seats_max);
	report_number(report, "burst", plan->seats_burst);
	put_grants(report, plan);
}
