/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/kept_documents.h"
#include "issuer/desk/sites.h"
#include "keys/carried.h"
#include "license_out.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char DOCUMENT_LIST_HELP[] =
	"  --license ID     of one license\n"
	"  --kind K         license, manifest\n"
	"  --limit N        at most N (else 100)\n"
	"  --after ROW      the page after this one\n"
	"  --json\n"
	"\n"
	"example: skerry-issuer document list --license 7QK2M94XPAC0DTE1\n";
const char DOCUMENT_SHOW_HELP[] =
	"  CTI|DIGEST       or 6 or more digits of it: BLAKE2b-256 of the file's bytes\n"
	"  --out FILE       writes it, byte for byte as it was signed; - prints it\n"
	"  --armor          writes it as text\n"
	"  --force          replaces FILE\n"
	"  --json\n"
	"\n"
	"A license that is written is noted in the audit log. One that was revoked, suspended or\n"
	"released is shown all the same, with a warning.\n"
	"\n"
	"example: skerry-issuer document show 4f47369fbe591c22 --out again.license\n";

enum { PAGE = 100 };

struct page {
	struct report *report;
	int64_t count, last;
};

static void
put_document(struct report *report, const struct kept_document *document)
{
	report_text(report, "kind", document->kind);
	report_text(report, "license", document->license);
	if (document->activation != 0)
		report_number(report, "activation", document->activation);
	else
		report_text(report, "activation", NULL);
	report_number(report, "edition", document->edition);
	report_date(report, "issued_at", document->issued_at);
	report_date(report, "expires_at", document->expires_at);
	report_hex(report, "cti", document->cti, document->has_cti ? sizeof document->cti : 0);
	report_hex(report, "kid", document->kid, document->has_kid ? sizeof document->kid : 0);
	report_number(report, "bytes", (int64_t)document->bytes_len);
}

static void
put_row(void *context, const struct kept_document *document)
{
	struct page *page = context;
	struct report *report = page->report;

	report_row_begin(report);
	put_document(report, document);
	/* As many digits as name it in nearly every desk. */
	report_hex(report, "digest", document->digest,
		report->json ? sizeof document->digest : LICENSE_CTI_LEN);
	if (report->json)
		report_number(report, "row", document->id);
	report_row_end(report);
	page->count++;
	page->last = document->id;
}

static bool
is_kind(const char *text)
{
	static const char *const KINDS[] = { "license", "manifest", "status", "reply", "bundle" };

	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (strcmp(KINDS[i], text) == 0)
			return true;
	return false;
}

static enum command_exit
list(struct session *session, struct kept_documents_filter *filter, const char *license_id)
{
	static const struct table_column COLUMNS[] = { { "KIND", false }, { "LICENSE", false },
		{ "ACTIVATION", true }, { "EDITION", true }, { "ISSUED", false },
		{ "LAST DATE", false }, { "CTI", false }, { "KEY", false }, { "BYTES", true },
		{ "DIGEST", false } };
	struct license_record license;
	struct report report;
	struct page page = { &report, 0, 0 };
	enum skerry_err err = SKERRY_OK;

	if (license_id != NULL) {
		err = licenses_find_id(&session->desk, license_id, &license);
		if (err != SKERRY_OK)
			return session_end(session, err, license_id);
		filter->license_id = license.id;
	}
	report_begin(&report, session->json);
	report_table_begin(&report, "documents", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = kept_documents_each(&session->desk, filter, put_row, &page);
	report_table_end(&report);
	if (page.count == filter->limit)
		report_number(&report, "next_after", page.last);
	return session_end_report(session, &report, err);
}

enum command_exit
document_list(int argc, char **argv)
{
	const char *license = NULL, *limit_text = NULL, *after_text = NULL;
	struct kept_documents_filter filter = { .limit = PAGE };
	bool json = false;
	const struct command_option table[] = {
		{ "--license", COMMAND_VALUE, &license },
		{ "--kind", COMMAND_VALUE, &filter.kind },
		{ "--limit", COMMAND_VALUE, &limit_text },
		{ "--after", COMMAND_VALUE, &after_text },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct command_list operands;
	struct session session;
	enum command_exit exit;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!session_number(limit_text, 1, KEPT_DOCUMENTS_LIST_MAX, &filter.limit) ||
		!session_number(after_text, 0, INT64_MAX, &filter.after))
		return command_misuse(
			"--limit takes 1 to %d, --after a row's number", KEPT_DOCUMENTS_LIST_MAX);
	if (filter.kind != NULL && !is_kind(filter.kind))
		return command_misuse("--kind takes license or manifest");
	exit = session_open(&session, json);
	return exit == COMMAND_YES ? list(&session, &filter, license) : exit;
}

/* What became of a license document since it was signed. */
struct fate {
	bool is_license, released;
	enum standing standing;
};

static enum skerry_err
read_fate(struct desk *desk, const struct kept_document *document, struct fate *ret_fate)
{
	struct fate fate = { .is_license = document->license[0] != '\0' };
	struct license_record license;
	struct site *site = NULL;
	char name[SITES_NAME_MAX];
	enum skerry_err err = SKERRY_OK;

	if (fate.is_license)
		err = licenses_find_id(desk, document->license, &license);
	if (fate.is_license && err == SKERRY_OK) {
		fate.standing = licenses_standing(&license, desk_clock(desk));
		site = malloc(sizeof *site);
		snprintf(name, sizeof name, "%s-%lld", document->license,
			(long long)document->activation);
		err = site == NULL ? SKERRY_ERR_NO_MEMORY : sites_find(desk, name, site);
	}
	if (err == SKERRY_OK && site != NULL)
		fate.released = site->unpaired_at != LICENSE_NEVER;
	free(site);
	if (err == SKERRY_OK)
		*ret_fate = fate;
	return err;
}

static bool
is_stopped(const struct fate *fate)
{
	return fate->is_license && (fate->released || fate->standing == STANDING_REVOKED ||
					   fate->standing == STANDING_SUSPENDED);
}

/* On standard error, whatever else is asked: the bytes themselves verify as they always did. */
static void
warn(const struct kept_document *document, const struct fate *fate)
{
	if (!is_stopped(fate))
		return;
	if (fate->standing == STANDING_REVOKED || fate->standing == STANDING_SUSPENDED)
		fprintf(stderr, "License %s is %s: do not hand this document on.\n",
			document->license, standing_name(fate->standing));
	else
		fprintf(stderr,
			"Site %s-%lld was released: this document is good for it no more; do not "
			"hand it on.\n",
			document->license, (long long)document->activation);
}

static enum skerry_err
record(struct desk *desk, const struct kept_document *document, const struct fate *fate)
{
	char subject[AUDIT_SUBJECT_MAX], digest[2 * HASH_LEN + 1];

	for (size_t i = 0; i < HASH_LEN; i++)
		snprintf(digest + 2 * i, 3, "%02x", document->digest[i]);
	snprintf(subject, sizeof subject, "license %s", document->license);
	return audit_append(desk, "document.show", subject,
		"activation=%lld edition=%lld status=%s%s digest=%s",
		(long long)document->activation, (long long)document->edition,
		standing_name(fate->standing), fate->released ? " released" : "", digest);
}

/* A license leaves the desk as one that is issued does: recorded first, then its file. */
static enum skerry_err
hand_out(struct session *session, const struct kept_document *document, const struct fate *fate,
	const uint8_t *bytes, const struct license_out *out)
{
	struct issued *issued = calloc(1, sizeof *issued);
	bool recorded = false;
	enum skerry_err err = issued == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err == SKERRY_OK && document->bytes_len > sizeof issued->bytes)
		err = SKERRY_ERR_STORE_DAMAGED;
	if (err == SKERRY_OK) {
		memcpy(issued->bytes, bytes, document->bytes_len);
		issued->len = document->bytes_len;
		memcpy(issued->license_id, document->license, sizeof issued->license_id);
		err = session_begin(session);
	}
	if (err == SKERRY_OK)
		err = record(&session->desk, document, fate);
	if (err == SKERRY_OK)
		err = license_out_commit(&session->desk, issued, out, &recorded);
	if (err != SKERRY_OK && recorded)
		err = desk_refuse(&session->desk, err, out->path,
			"It could not be written; the log says that it was to be. Run it again.");
	free(issued);
	return err;
}

static enum skerry_err
write_out(struct session *session, const struct kept_document *document, const struct fate *fate,
	const uint8_t *bytes, const struct license_out *out)
{
	enum document_kind kind = DOCUMENT_MANIFEST;
	enum skerry_err err;

	if (document->bytes_len == 0)
		return desk_refuse(&session->desk, SKERRY_ERR_NOT_FOUND, "document",
			"It was erased with its customer. Its digest is kept: a paper that the "
			"customer shows can be compared with it.");
	err = document_identify(bytes, document->bytes_len, &kind);
	if (err == SKERRY_OK && fate->is_license)
		return hand_out(session, document, fate, bytes, out);
	if (err == SKERRY_OK)
		err = carried_write(
			out->path, kind, bytes, document->bytes_len, out->armor, out->force);
	return err == SKERRY_OK ? err : session_refuse_output(&session->desk, err, out->path);
}

static void
put_shown(struct report *report, const struct kept_document *document, const struct fate *fate)
{
	put_document(report, document);
	report_hex(report, "digest", document->digest, sizeof document->digest);
	report_flag(report, "erased", document->bytes_len == 0);
	report_text(
		report, "license_status", fate->is_license ? standing_name(fate->standing) : NULL);
	if (fate->is_license)
		report_flag(report, "released", fate->released);
}

enum command_exit
document_show(int argc, char **argv)
{
	struct license_out out = { .path = NULL };
	bool json = false;
	const struct command_option table[] = {
		{ "--out", COMMAND_VALUE, &out.path },
		{ "--armor", COMMAND_FLAG, &out.armor },
		{ "--force", COMMAND_FLAG, &out.force },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct kept_document document;
	struct fate fate = { .is_license = false };
	uint8_t *bytes = NULL;
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (out.path == NULL && (out.armor || out.force))
		return command_misuse("--armor and --force go with --out FILE");
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = kept_documents_find(&session.desk, operands.values[0], &document, &bytes);
	if (err == SKERRY_OK)
		err = read_fate(&session.desk, &document, &fate);
	if (err == SKERRY_OK)
		warn(&document, &fate);
	if (err == SKERRY_OK && out.path != NULL)
		err = write_out(&session, &document, &fate, bytes, &out);
	free(bytes);
	if (err != SKERRY_OK || (out.path != NULL && strcmp(out.path, "-") == 0))
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, json);
	put_shown(&report, &document, &fate);
	return session_end_report(&session, &report, err);
}
