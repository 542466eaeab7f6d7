/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/activations.h"
#include "issuer/decide/status_words.h"
#include "issuer/desk/documents.h"
#include "issuer/desk/kept_documents.h"
#include "issuer/desk/revocations.h"
#include "issuer/desk/sales.h"
#include "issuer/desk/telephone.h"
#include "issuer/license_plan.h"
#include "license_named.h"
#include "plan_out.h"
#include "report.h"
#include "verbs.h"

const char LICENSE_SHOW_HELP[] =
	"  KEY|ID         a license key (- asks for it) shows all that it holds\n"
	"  --product P    of these only the one of a product\n"
	"  --tenant T     of these only the one of a tenant\n"
	"  --json\n"
	"\n"
	"example: skerry-issuer license show HMS-7QK2M-94XPA-C0DTE-1ZRJB\n";

/* The licenses shown, gathered first: a report writes nothing until all was found. */
struct gathered {
	struct license_record *licenses;
	size_t len, max;
	bool no_memory;
};

static bool
gather(void *context, const struct license_record *license)
{
	struct gathered *gathered = context;

	if (gathered->len == gathered->max) {
		size_t max = gathered->max == 0 ? 8 : gathered->max * 2;
		struct license_record *more = realloc(gathered->licenses, max * sizeof *more);

		gathered->no_memory = more == NULL;
		if (more == NULL)
			return false;
		gathered->licenses = more;
		gathered->max = max;
	}
	gathered->licenses[gathered->len++] = *license;
	return true;
}

static void
put_activation(void *context, const struct activation_line *line)
{
	struct report *report = context;

	report_row_begin(report);
	report_number(report, "number", line->number);
	report_text(report, "kind", line->kind);
	report_text(report, "hostname", line->hostname);
	report_text(report, "domains", line->domains);
	report_number(report, "status_index", line->status_index);
	report_date(report, "paired_at", line->paired_at);
	if (report->json || line->unpaired_at != LICENSE_NEVER)
		report_date(report, "unpaired_at", line->unpaired_at);
	else
		report_text(report, "unpaired_at", NULL);
	report_json_text(report, "unpaired_why", line->unpaired_why);
	report_json_text(report, "os", line->os);
	report_row_end(report);
}

static void
put_document(void *context, const struct document_line *line)
{
	struct report *report = context;

	report_row_begin(report);
	report_number(report, "edition", line->edition);
	report_number(report, "activation", line->activation_number);
	report_date(report, "issued_at", line->issued_at);
	report_date(report, "expires_at", line->expires_at);
	report_hex(report, "cti", line->cti, sizeof line->cti);
	report_hex(report, "kid", line->kid, sizeof line->kid);
	report_number(report, "bytes", (int64_t)line->bytes_len);
	if (report->json)
		report_hex(report, "digest", line->digest, sizeof line->digest);
	report_row_end(report);
}

static void
put_claims(struct desk *desk, struct report *report, const struct license_record *license)
{
	struct status_facts facts = { license->stored, license->valid_until, license->pending_until,
		license->expiry_grace_s, false };
	int64_t now = desk_clock(desk);
	bool issued = false;

	report_text(report, "id", license->public_id);
	report_text(report, "brand", license->brand);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "key_masked", license->masked);
	report_text(report, "customer", license->email);
	report_number(report, "customer_number", license->customer_id);
	report_text(report, "licensee", license->licensee);
	report_text(report, "tenant", license->tenant);
	report_text(report, "status", standing_name(licenses_standing(license, now)));
	(void)license_plan_expiry_grace(desk, license, &facts.expiry_grace_s);
	report_text(report, "access",
		standing_access_word(
			license->stored, license->valid_until, facts.expiry_grace_s, now));
	report_flag(report, "is_valid", status_words_is_valid(&facts, now));
	report_text(report, "group_one_status", status_words_group_one(&facts, now));
	report_date(report, "valid_from", license->valid_from);
	if (report->json || license->valid_until != LICENSE_NEVER)
		report_date(report, "valid_until", license->valid_until);
	else
		report_text(report, "valid_until", "never");
	report_date(report, "maintenance_until", license->maintenance_until);
	report_number(report, "activations_used", license->activations_used);
	report_number(report, "max_activations", license->max_activations);
	report_number(report, "activations_left",
		license->stored != STANDING_REVOKED &&
				license->max_activations > license->activations_used
			? license->max_activations - license->activations_used
			: 0);
	report_text(report, "kinds", license->kinds);
	/* A recovery raises editions, also of what was never issued. */
	(void)kept_documents_has(desk, license->id, &issued);
	if (issued)
		report_number(report, "edition", license->edition);
	else
		report_text(report, "edition", NULL);
	report_text(report, "price", license->price);
	report_text(report, "currency", license->currency);
	report_text(report, "payment", license->payment);
}

static void
put_override(struct report *report, const struct override *line)
{
	char text[OVERRIDES_LINE_MAX];

	if (!report->json) {
		snprintf(text, sizeof text, "%s%s%s", plan_word_name(line->word),
			line->value[0] == '\0' ? "" : " ", line->value);
		report_text(report, "of its own", text);
		return;
	}
	report_object_begin(report, NULL);
	report_text(report, "name", plan_word_name(line->word));
	report_text(report, "value", line->value);
	report_object_end(report);
}

/* What it has otherwise than its plan. */
static enum skerry_err
put_overrides(struct desk *desk, struct report *report, const struct license_record *license)
{
	struct overrides *overrides = malloc(sizeof *overrides);
	enum skerry_err err = overrides == NULL ? SKERRY_ERR_NO_MEMORY
						: license_plan_overrides(desk, license, overrides);

	if (err == SKERRY_OK && (report->json || overrides->len > 0)) {
		report_array_begin(report, "overrides");
		for (size_t i = 0; i < overrides->len; i++)
			put_override(report, &overrides->lines[i]);
		report_array_end(report);
	}
	free(overrides);
	return err;
}

/* Its plan with its own values over it; nothing where these no longer fit, which issuing tells. */
static enum skerry_err
put_granted(struct desk *desk, struct report *report, const struct license_record *license)
{
	struct plan_shelf shelf = { .plans_len = 0 };
	struct plan *scratch = malloc(sizeof *scratch);
	const struct plan *plan = NULL;
	enum skerry_err err = scratch == NULL ? SKERRY_ERR_NO_MEMORY
					      : license_plan(desk, &shelf, license, scratch, &plan);

	if (err == SKERRY_OK)
		plan_out_granted(report, plan);
	plan_shelf_clear(&shelf);
	free(scratch);
	return err == SKERRY_ERR_ARGUMENT ? SKERRY_OK : err;
}

static void
put_sale(void *context, const struct sale_line *line)
{
	struct report *report = context;

	report_row_begin(report);
	report_text(report, "action", line->action);
	report_date(report, "at", line->at);
	if (report->json || line->renewed_until != LICENSE_NEVER)
		report_date(report, "until", line->renewed_until);
	else
		report_text(report, "until", NULL);
	report_text(report, "price", line->price);
	report_text(report, "currency", line->currency);
	report_text(report, "payment", line->payment);
	report_row_end(report);
}

/* A table that people see only when it has a row. */
struct section {
	struct report *report;
	const char *name;
	const struct table_column *columns;
	size_t columns_len;
	bool begun;
};

static void
begin_section(struct section *section)
{
	if (!section->begun)
		report_table_begin(
			section->report, section->name, section->columns, section->columns_len);
	section->begun = true;
}

static void
end_section(struct section *section)
{
	if (section->report->json)
		begin_section(section);
	if (section->begun)
		report_table_end(section->report);
}

static void
put_revocation(void *context, const struct revocation_line *line)
{
	struct section *section = context;
	struct report *report = section->report;

	begin_section(section);
	report_row_begin(report);
	if (line->activation_number != 0) {
		report_number(report, "activation", line->activation_number);
		report_number(report, "status_index", line->status_index);
	} else {
		report_text(report, "activation", NULL);
		report_text(report, "status_index", NULL);
	}
	report_text(report, "reason", line->reason);
	report_date(report, "revoked_at", line->at);
	report_date(report, "lapses_at", line->lapses_at);
	if (report->json || line->propagated_at != LICENSE_NEVER)
		report_date(report, "propagated_at", line->propagated_at);
	else
		report_text(report, "propagated_at", NULL);
	report_text(report, "note", line->note);
	report_row_end(report);
}

static void
put_note(void *context, const struct note_line *line)
{
	static const char *const TOLD[] = {
		[NOTES_KEPT] = NULL, [NOTES_TOLD] = "now", [NOTES_TOLD_BEFORE] = "before"
	};
	struct section *section = context;
	struct report *report = section->report;

	begin_section(section);
	report_row_begin(report);
	report_number(report, "note", line->id);
	report_date(report, "at", line->at);
	report_text(report, "text", line->text == NULL && !report->json ? "(erased)" : line->text);
	report_text(report, "told", TOLD[line->told]);
	report_row_end(report);
}

static void
put_telephone(void *context, const struct telephone_line *line)
{
	struct section *section = context;
	struct report *report = section->report;

	begin_section(section);
	report_row_begin(report);
	report_number(report, "edition", line->edition);
	report_number(report, "activation", line->activation);
	report_number(report, "steps", line->given);
	report_date(report, "at", line->at);
	report_row_end(report);
}

/* What has happened to it since it was sold. */
static enum skerry_err
put_history(struct desk *desk, struct report *report, const struct license_record *license)
{
	static const struct table_column SALES[] = { { "SALE", false }, { "AT", false },
		{ "RENEWED UNTIL", false }, { "PRICE", true }, { "CURRENCY", false },
		{ "PAYMENT", false } };
	static const struct table_column REVOCATIONS[] = { { "REVOKED", true }, { "INDEX", true },
		{ "WHY", false }, { "AT", false }, { "LAST DATE", false }, { "HEARD AT", false },
		{ "REASON", false } };
	static const struct table_column TELEPHONE[] = { { "EDITION", true },
		{ "ACTIVATION", true }, { "STEPS READ OUT", true }, { "AT", false } };
	static const struct table_column NOTES[] = { { "NOTE", true }, { "AT", false },
		{ "REASON", false }, { "TOLD", false } };
	struct section revocations = { report, "revocations", REVOCATIONS,
		sizeof REVOCATIONS / sizeof *REVOCATIONS, false };
	struct section telephone = { report, "telephone", TELEPHONE,
		sizeof TELEPHONE / sizeof *TELEPHONE, false };
	struct section notes = { report, "notes", NOTES, sizeof NOTES / sizeof *NOTES, false };
	enum skerry_err err;

	report_table_begin(report, "sales", SALES, sizeof SALES / sizeof *SALES);
	err = sales_each(desk, license, put_sale, report);
	report_table_end(report);
	if (err == SKERRY_OK)
		err = revocations_each(desk, license->id, put_revocation, &revocations);
	end_section(&revocations);
	if (err == SKERRY_OK)
		err = telephone_each(desk, license->id, put_telephone, &telephone);
	end_section(&telephone);
	if (err == SKERRY_OK)
		err = notes_each(desk, license->id, put_note, &notes);
	end_section(&notes);
	return err;
}

static enum skerry_err
put_license(struct session *session, struct report *report, const struct license_record *license)
{
	static const struct table_column ACTIVATIONS[] = { { "ACTIVATION", true },
		{ "KIND", false }, { "HOST", false }, { "DOMAINS", false }, { "INDEX", true },
		{ "SINCE", false }, { "RELEASED", false } };
	static const struct table_column DOCUMENTS[] = { { "EDITION", true },
		{ "ACTIVATION", true }, { "ISSUED", false }, { "LAST DATE", false },
		{ "CTI", false }, { "KEY", false }, { "BYTES", true } };
	enum skerry_err err;

	report_object_begin(report, NULL);
	put_claims(&session->desk, report, license);
	err = put_overrides(&session->desk, report, license);
	if (err == SKERRY_OK)
		err = put_granted(&session->desk, report, license);
	report_table_begin(
		report, "activations", ACTIVATIONS, sizeof ACTIVATIONS / sizeof *ACTIVATIONS);
	if (err == SKERRY_OK)
		err = activations_each(&session->desk, license->id, put_activation, report);
	report_table_end(report);
	report_table_begin(report, "documents", DOCUMENTS, sizeof DOCUMENTS / sizeof *DOCUMENTS);
	if (err == SKERRY_OK)
		err = documents_each(&session->desk, license->id, put_document, report);
	report_table_end(report);
	if (err == SKERRY_OK)
		err = put_history(&session->desk, report, license);
	report_object_end(report);
	return err;
}

enum command_exit
license_show(int argc, char **argv)
{
	struct license_named named = { .product = NULL };
	bool json = false;
	const struct command_option table[] = {
		{ "--json", COMMAND_FLAG, &json },
		{ "--product", COMMAND_VALUE, &named.product },
		{ "--tenant", COMMAND_VALUE, &named.tenant },
	};
	struct gathered gathered = { NULL, 0, 0, false };
	struct licenses_filter filter;
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	named.typed = operands.values[0];
	err = license_named_filter(&session, &named, &filter);
	if (err == SKERRY_OK)
		err = licenses_each(&session.desk, &filter, gather, &gathered);
	if (err == SKERRY_OK && gathered.no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err == SKERRY_OK && gathered.len == 0)
		err = SKERRY_ERR_PRODUCT;
	if (err != SKERRY_OK) {
		free(gathered.licenses);
		return session_end(
			&session, err, named.product == NULL ? "license" : named.product);
	}
	report_begin(&report, json);
	report_array_begin(&report, "licenses");
	for (size_t i = 0; i < gathered.len && err == SKERRY_OK; i++)
		err = put_license(&session, &report, &gathered.licenses[i]);
	report_array_end(&report);
	session_report_trial(&session, &report);
	free(gathered.licenses);
	return session_end_report(&session, &report, err);
}
