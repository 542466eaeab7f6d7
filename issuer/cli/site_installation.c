/* SPDX-License-Identifier: ISC */
#include "site_installation.h"

#include "issuer/desk/heartbeats.h"
#include "issuer/desk/sites.h"

/* As a request counts them (formats/request.h). */
static const char *
condition_name(unsigned condition)
{
	static const char *const NAMES[] = { "ok", "behind", "ahead_unproven", "fault",
		"unattended" };

	return condition < sizeof NAMES / sizeof *NAMES ? NAMES[condition] : "unknown";
}

static int64_t
date_of(int64_t at, bool is)
{
	return is ? at : LICENSE_NEVER;
}

static void
put_number(struct report *report, const char *name, uint64_t number, bool is)
{
	if (is)
		report_number(report, name, (int64_t)number);
	else
		report_text(report, name, NULL);
}

/* What is told of an installation: the same members whether there is one or not. */
static void
put(struct report *report, const struct installation *one)
{
	bool is = one->id != 0;

	report_text(report, "tag", one->tag);
	report_text(report, "group", one->group);
	report_date(report, "first_contact_at", date_of(one->first_contact_at, is));
	put_number(report, "request_number", one->number, is);
	report_text(report, "request_kind", is ? request_kind_name(one->kind) : NULL);
	report_text(report, "clock", is ? condition_name(one->condition) : NULL);
	report_date(report, "clock_wall", date_of(one->wall, is));
	report_date(report, "clock_site", date_of(one->issued_at, is));
	put_number(report, "manifest_version", one->manifest_version, is);
	put_number(report, "reply_taken", one->reply_taken, is);
	put_number(report, "reply_made", one->reply_made, is);
	report_date(report, "rolled_back_since", date_of(one->rolled_back_since, is));
	report_text(report, "fork", is ? fork_found_name(one->found) : NULL);
	report_date(report, "fork_found_at", date_of(one->found_at, is && one->found != FORK_NONE));
	report_date(report, "fork_settled_at", date_of(one->settled_at, is));
}

enum skerry_err
site_installation_put_of(struct desk *desk, int64_t row, struct report *report)
{
	struct installation one = { .id = 0 };
	enum skerry_err err = row == 0 ? SKERRY_OK : installations_find_row(desk, row, &one);

	if (err == SKERRY_OK)
		put(report, &one);
	return err;
}

static bool
put_heartbeat(void *context, const struct heartbeat_line *line)
{
	struct report *report = context;

	report_object_begin(report, NULL);
	report_date(report, "received_at", line->received_at);
	report_text(report, "source", line->source);
	report_text(report, "telemetry", line->telemetry);
	report_object_end(report);
	return true;
}

enum skerry_err
site_installation_put_heartbeats(struct desk *desk, int64_t activation_id, struct report *report)
{
	enum skerry_err err;

	if (!report->json)
		return SKERRY_OK;
	report_array_begin(report, "heartbeats");
	err = heartbeats_each(desk, activation_id, put_heartbeat, report);
	report_array_end(report);
	return err;
}

static void
put_activation(void *context, const struct site *site)
{
	struct report *report = context;

	report_row_begin(report);
	report_text(report, "site", site->name);
	session_report_path(report, site->brand, site->product, site->plan);
	report_text(report, "customer", site->email);
	report_text(report, "kind", site->kind);
	report_date(report, "paired_at", site->paired_at);
	report_date(report, "renew_by", site->renew_by);
	report_date(report, "unpaired_at", site->unpaired_at);
	report_row_end(report);
}

static enum skerry_err
put_activations(struct desk *desk, const struct installation *one, struct report *report)
{
	static const struct table_column COLUMNS[] = { { "SITE", false }, { "PLAN", false },
		{ "CUSTOMER", false }, { "KIND", false }, { "SINCE", false }, { "RENEW BY", false },
		{ "RELEASED", false } };
	struct sites_filter filter = { .installation_id = one->id, .limit = SITES_LIST_MAX };
	enum skerry_err err;

	report_table_begin(report, "activations", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = sites_each(desk, &filter, put_activation, report);
	filter.released = true;
	if (err == SKERRY_OK)
		err = sites_each(desk, &filter, put_activation, report);
	report_table_end(report);
	return err;
}

enum command_exit
site_installation_show(struct session *session, const struct installation *one)
{
	struct report report;
	enum skerry_err err;

	report_begin(&report, session->json);
	report_hex(&report, "site_id", one->site_id, sizeof one->site_id);
	put(&report, one);
	report_date(&report, "last_contact_at", one->last_contact_at);
	report_text(&report, "hostname", one->hostname);
	report_text(&report, "os", one->os);
	report_text(&report, "app_version", one->app_version);
	report_text(&report, "install_id", one->install_id);
	err = put_activations(&session->desk, one, &report);
	return session_end_report(session, &report, err);
}
