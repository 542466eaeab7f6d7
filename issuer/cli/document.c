/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/kept_documents.h"
#include "issuer/desk/licenses.h"
#include "keys/carried.h"
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

static enum skerry_err
write_out(struct session *session, const struct kept_document *document, const uint8_t *bytes,
	const char *path, bool armor, bool force)
{
	enum document_kind kind =
		strcmp(document->kind, "manifest") == 0 ? DOCUMENT_MANIFEST : DOCUMENT_LICENSE;
	enum skerry_err err;

	if (document->bytes_len == 0)
		return desk_refuse(&session->desk, SKERRY_ERR_NOT_FOUND, "document",
			"It was erased with its customer. Its digest is kept: a paper that the "
			"customer shows can be compared with it.");
	err = document_identify(bytes, document->bytes_len, &kind);
	if (err == SKERRY_OK)
		err = carried_write(path, kind, bytes, document->bytes_len, armor, force);
	return err == SKERRY_OK ? err : session_refuse_output(&session->desk, err, path);
}

enum command_exit
document_show(int argc, char **argv)
{
	const char *out = NULL;
	bool armor = false, force = false, json = false;
	const struct command_option table[] = {
		{ "--out", COMMAND_VALUE, &out },
		{ "--armor", COMMAND_FLAG, &armor },
		{ "--force", COMMAND_FLAG, &force },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct kept_document document;
	uint8_t *bytes = NULL;
	struct command_list operands;
	struct session session;
	struct report report;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (out == NULL && (armor || force))
		return command_misuse("--armor and --force go with --out FILE");
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = kept_documents_find(&session.desk, operands.values[0], &document, &bytes);
	if (err == SKERRY_OK && out != NULL)
		err = write_out(&session, &document, bytes, out, armor, force);
	free(bytes);
	if (err != SKERRY_OK || (out != NULL && strcmp(out, "-") == 0))
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, json);
	put_document(&report, &document);
	report_hex(&report, "digest", document.digest, sizeof document.digest);
	report_flag(&report, "erased", document.bytes_len == 0);
	return session_end_report(&session, &report, err);
}
