/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_BATCH_ROW_H
#define ISSUER_BATCH_ROW_H

/*
 * A row of a table of sales: what its columns are, what its cells say, and where what they say is
 * wrong. Nothing here looks anything up.
 */

#include "formats/csv.h"
#include "formats/date.h"
#include "issuer/decide/domain_set.h"
#include "issuer/sell.h"

enum batch_column {
	BATCH_PLAN,        /* BRAND/PRODUCT/PLAN, several with a space between */
	BATCH_CUSTOMER,    /* e-mail; entered when new */
	BATCH_NAME,        /* of a new customer; of a known one it must be theirs */
	BATCH_COMPANY,     /* likewise */
	BATCH_LANGUAGE,    /* likewise */
	BATCH_UNTIL,       /* a date in place of the plan's term */
	BATCH_ACTIVATIONS, /* a number in place of the plan's */
	BATCH_TENANT,
	BATCH_PRICE,
	BATCH_CURRENCY,
	BATCH_PAYMENT, /* a reference buys once */
	BATCH_KEY,     /* adds to this license key */
	BATCH_STARTER, /* a duration: an unbound document that is good so long */
	BATCH_DOMAIN   /* host names with a space between: a document bound to them */
};
enum { BATCH_COLUMNS = BATCH_DOMAIN + 1, BATCH_FAULT_MAX = 512 };

/* The titles as people write them: "plan", "customer", ... */
const char *batch_column_name(enum batch_column column);

/* What is wrong, and where; cell 0: the row as a whole. */
struct batch_fault {
	size_t line, cell;
	const char *column; /* its title; NULL: none, or one that nobody knows */
	enum skerry_err err;
	char text[BATCH_FAULT_MAX]; /* what to do about it; may quote the cell */
};

/* Where the columns are: 0 where there is none, else the number of the cell. */
struct batch_columns {
	size_t cells[BATCH_COLUMNS];
};

/*
 * Reads the row of titles; case and blanks around a title do not count. CSV_HEADER for one that is
 * unknown (with the nearest one), there twice, or missing: plan, and customer or key.
 */
enum skerry_err batch_columns_read(
	const struct csv *csv, struct batch_columns *ret_columns, struct batch_fault *ret_fault);

/* Documents that every row gets that does not say otherwise: a domain is instead of unbound. */
struct batch_defaults {
	bool unbound, has_starter;
	struct date_duration starter;
};

struct batch_row {
	struct sell sell; /* borrows the cells, and what follows */
	struct sell_entry entry;
	bool has_starter, has_domain, has_unbound;
	struct date_duration starter;
	char domains[DOMAIN_SET_MAX + 1];
	char plans[CSV_CELL_MAX + 1], hosts[CSV_CELL_MAX + 1]; /* cut at blanks */
};

/* True for a row without a word in it, which is none. */
bool batch_row_is_empty(const struct csv *csv);

/* CSV_FORMULA, CSV_VALUE; DATE, DURATION, CLAIM_VALUE, CBOR_COUNT. */
enum skerry_err batch_row_read(const struct csv *csv, const struct batch_columns *columns,
	const struct batch_defaults *defaults, struct batch_row *ret_row,
	struct batch_fault *ret_fault);

/* The column that a message is about which names `subject`: a cell's text, or "--name". */
enum batch_column batch_row_column_of(
	const struct csv *csv, const struct batch_columns *columns, const char *subject);

/* A fault of this row and column. */
void batch_fault_put(struct batch_fault *ret_fault, enum skerry_err err, size_t line,
	const struct batch_columns *columns, enum batch_column column, const char *text, ...)
	__attribute__((format(printf, 6, 7)));

#endif
