/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_REPORT_H
#define ISSUER_CLI_REPORT_H

/*
 * What a reporting verb prints: for people "name  value" lines and tables, with --json the same
 * values as one object. A verb says each value once; this decides how it looks.
 *
 * Cells of a table are kept until its end, since their widths decide the layout.
 */

#include <stdio.h>

#include "formats/json.h"
#include "formats/table.h"
#include "keys/command.h"

struct report {
	bool json;
	FILE *csv; /* NULL: none */
	struct json j;
	/* A table being gathered. */
	const struct table_column *columns;
	size_t columns_len, column;
	bool in_table, in_names;
	char **cells;
	size_t cells_len, cells_max;
	bool no_memory;
};

/* Opens the object. */
void report_begin(struct report *ret_report, bool json);
/*
 * The same, whose tables go to `csv` as CSV, each row as soon as it ends; nothing else is printed.
 * Dates are days, one that never comes is an empty cell. The caller closes `csv`.
 */
void report_begin_csv(struct report *ret_report, FILE *csv);
/* Closes it; COMMAND_CANNOT_TELL when output or memory failed. */
enum command_exit report_end(struct report *report);

/* One value: a member, a line, or the next cell of the row. */
void report_text(struct report *report, const char *name, const char *text); /* NULL, "": none */
/* Words with a space between, as an array with --json. */
void report_words(struct report *report, const char *name, const char *text);
void report_number(struct report *report, const char *name, int64_t value);
void report_date(struct report *report, const char *name, int64_t at); /* LICENSE_NEVER: none */
void report_flag(struct report *report, const char *name, bool value);
void report_hex(struct report *report, const char *name, const uint8_t *bytes, size_t bytes_len);
/* Only with --json: what a person reads elsewhere on the same screen. */
void report_json_text(struct report *report, const char *name, const char *text);

/* An array of objects, each with lines of its own. */
void report_array_begin(struct report *report, const char *name);
void report_array_end(struct report *report);
/* A named object holds values whose names are not this program's: features, limits. */
void report_object_begin(struct report *report, const char *name); /* NULL: in an array */
void report_object_end(struct report *report);

/* A table: an array of objects with one value for each column. */
void report_table_begin(struct report *report, const char *name, const struct table_column *columns,
	size_t columns_len);
void report_row_begin(struct report *report);
void report_row_end(struct report *report);
void report_table_end(struct report *report);

#endif
