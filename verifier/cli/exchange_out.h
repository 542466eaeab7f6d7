/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_EXCHANGE_OUT_H
#define VERIFIER_CLI_EXCHANGE_OUT_H

/*
 * What `exchange` prints: a table of the files on the stick with what became of them, below it what was
 * taken in; with --json read[], written[], stays[], removed[], skipped[]. Requests of other sites are
 * one line of the table.
 */

#include <stdio.h>

#include "formats/json.h"
#include "verifier/exchange/stick.h"

enum { EXCHANGE_LISTS = 5 /* of JSON */ };

struct exchange_list {
	FILE *file;
	char *text;
	size_t len;
	struct json j;
};

struct exchange_row {
	char *cells[3];
};

struct exchange_out {
	const struct site *site;
	bool json, no_memory;
	struct exchange_row *rows;
	size_t rows_len, rows_max, others; /* requests of other sites */
	struct exchange_list lists[EXCHANGE_LISTS], details;
};

void exchange_out_begin(struct exchange_out *ret_out, const struct site *site, bool json);
void exchange_out_free(struct exchange_out *out);

/* Copies it: the line of a visit. */
void exchange_out_add(struct exchange_out *out, const struct stick_line *line);

/* On standard output: the table and the details; as JSON, one object. */
void exchange_out_print(struct exchange_out *out, const struct stick_result *result);

#endif
