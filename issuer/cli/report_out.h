/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_REPORT_OUT_H
#define ISSUER_CLI_REPORT_OUT_H

/*
 * What the reports of `skerry-issuer report` have in common: their options, and where a report goes:
 * a table or JSON on standard output, or CSV there or into a file.
 */

#include "issuer/desk/brands.h"
#include "report.h"
#include "session.h"

enum { REPORT_OUT_OPTIONS = 7, REPORT_OUT_PAGE = 100 };

#define REPORT_OUT_HELP                                                                            \
	"  --brand B      of one brand\n"                                                          \
	"  --limit N      at most N (else 100; all with --csv)\n"                                  \
	"  --after PLACE  the page after the one that ended with \"next after  PLACE\"\n"          \
	"  --csv          for spreadsheets; --out FILE writes it there, readable by you alone\n"   \
	"  --force        replaces FILE\n"                                                         \
	"  --json\n"

struct report_options {
	const char *brand, *limit, *after, *out;
	bool csv, force, json;
};

/* Their entries for command_parse; returns REPORT_OUT_OPTIONS. */
size_t report_out_table(struct report_options *options, struct command_option *ret_table);

/*
 * Checks what belongs together, and reads --limit (1 to `page_max`; any with --csv). False: misuse,
 * which has been told.
 */
bool report_out_check(const struct report_options *options, int64_t page_max, int64_t *ret_limit);

/* The brand's row; 0 without --brand. NOT_FOUND. */
enum skerry_err report_out_brand(
	struct desk *desk, const struct report_options *options, int64_t *ret_brand_id);

struct report_out {
	const struct report_options *options;
	struct report report;
	FILE *memory; /* of a file's CSV; NULL: none */
	char *chars;
	size_t len;
};

/* Begins the report. NO_MEMORY. */
enum skerry_err report_out_begin(const struct report_options *options, struct report_out *ret_out);

/* "next after": where the page after this one begins; NULL or "": it was the last. */
void report_out_next(struct report_out *out, const char *after);

/* Ends report and session: tells `err`, or writes the file. */
enum command_exit report_out_end(
	struct session *session, struct report_out *out, enum skerry_err err);

#endif
