/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_SHEET_H
#define VERIFIER_SHOW_SHEET_H

/* Labels and values in two columns; text from outside is made safe to show. */

#include "formats/cbor_item.h"
#include "formats/cose_key.h"
#include "show.h"

/* Nothing is printed for an absent text, NULL, or LICENSE_NEVER. */
void sheet_text(const struct show *show, const char *label, struct cbor_text text);
void sheet_chars(const struct show *show, const char *label, const char *text);
void sheet_date(const struct show *show, const char *label, int64_t at);
void sheet_number(const struct show *show, const char *label, uint64_t number);
void sheet_format(const struct show *show, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sheet_kid(const struct show *show, const char *label, const struct cose_key *key);
/* What a license sells of them; nothing where that is none. */
void sheet_seats(const struct show *show, uint64_t max, uint64_t burst);

/* Several values on one line: begin, each, end; nothing is printed where there are none. */
struct sheet_list {
	const struct show *show;
	const char *label;
	size_t len;
};
void sheet_list_add(struct sheet_list *list, struct cbor_text text);
void sheet_list_add_number(struct sheet_list *list, struct cbor_text name, int64_t number);
void sheet_list_end(const struct sheet_list *list);

#endif
