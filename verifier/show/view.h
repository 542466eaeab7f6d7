/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_VIEW_H
#define VERIFIER_SHOW_VIEW_H

/*
 * One license and its verdict, as `status` and `verify` show it: to a person and as JSON.
 */

#include "formats/manifest.h"
#include "verifier/explanation.h"
#include "verifier/product_name.h"
#include "verifier/texts/message.h"
#include "show.h"
#include "vendor_view.h"

struct view {
	const struct show *show;
	const struct license *license; /* NULL: none */
	const struct skerry_verdict *verdict;
	const struct explanation *explanation;  /* NULL: not explained */
	const char *product, *tenant;           /* asked for; shown where there is no license */
	const char *domain;                     /* NULL: not compared */
	const struct match_tally *tally;        /* NULL: the machine was not compared */
	const struct manifest_contact *contact; /* NULL: unknown */
	bool passed;                            /* it is of an instant that has passed */
	const char *install_id;                 /* NULL: no state folder */
	const struct memory *memory;            /* NULL: no state folder */
	bool timeless;                          /* no clock plays a part */
	const struct local_clock *local;        /* NULL: UTC */
	const struct vendor_view *vendor;       /* NULL: nothing is known */
	int64_t paired_at;                      /* 0: not, or nobody knows since when */
	const char *key_masked;                 /* NULL, "": nobody knows which key it is of */
};

/* Of what a site answers and explains. */
struct view view_of_site(const struct show *show, const struct site *site,
	const struct show_question *question, const struct explanation *explanation);

/* "hotelhub/hms", or what was asked for; borrows `product` where there is a license. */
const char *view_product(const struct view *view, char product[PRODUCT_NAME_MAX]);

/* Words for the verdict, as in message.h. */
void view_holds(const struct view *view, char ret_text[MESSAGE_MAX]);
void view_action(const struct view *view, char ret_text[MESSAGE_MAX]);
void view_to_do(const struct view *view, char ret_text[MESSAGE_MAX]);
/* Whom to call, or "". */
void view_contact(const struct view *view, char ret_text[MESSAGE_MAX]);
/* "grace, full access (renewal_missed)", in color where wanted. */
void view_print_verdict(const struct view *view);

/*
 * Whole days until the next thing that the customer must do or will feel: renewal or expiry, then
 * the end of grace, then that of read-only access; 0 once locked. False where nothing is to come.
 */
bool view_days_left(const struct view *view, int64_t *ret_days);

/* The members of "clock": into an object that is open. */
void view_clock_json(struct json *j, const struct memory *memory, int64_t wall);

/* "contact" into an object that is open. */
void view_contact_json(struct json *j, const struct manifest_contact *contact);

/* The words of a verdict, state to notice, into an object that is open. */
void view_words_json(struct json *j, const struct skerry_verdict *verdict);

/* The members of `status --json` into an object that is open. */
void view_json(struct json *j, const struct view *view);

/* Those of them that follow from the license alone: no verdict. */
void view_claims_json(struct json *j, const struct view *view);

/* A sheet for a person, in color where wanted. */
void view_print(const struct view *view);

#endif
