/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_EXCHANGE_OUT_H
#define ISSUER_CLI_EXCHANGE_OUT_H

/*
 * What `import` and `exchange` print: a table of files with what became of them, warnings about sites
 * below it; with --json read[], written[], removed[], skipped[].
 */

#include "issuer/exchange/stick.h"
#include "report.h"

struct exchange_out_line;

/* Lines in the order of the visit; { 0 } to begin with. */
struct exchange_out {
	struct exchange_out_line *lines;
	size_t len, max, read;
	bool no_memory;
};

/* All is copied. */
void exchange_out_add(struct exchange_out *out, const struct desk_stick_line *line);

/* `bundle`: of the line LEFT; NULL where there is none. */
void exchange_out_put(const struct exchange_out *out, const struct bundles_summary *bundle,
	struct report *report);

/* What somebody has to look into; for people alone. */
void exchange_out_warn(const struct exchange_out *out);

void exchange_out_free(struct exchange_out *out);

#endif
