/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_WHY_VIEW_H
#define VERIFIER_SHOW_WHY_VIEW_H

/*
 * An explanation as `why` and `what-if` show it: the chain of reasons, what to do and whom to call,
 * and what comes.
 */

#include "view.h"

/* For a person, on 80 columns; `from_now`: it is of the present. The view has an explanation. */
void why_view_print(const struct view *view, bool from_now);

/*
 * Into an object that is open: product, at, state, access, reason, notice, message, reasons, actions,
 * contact, forecast, forecast_complete. Of what has passed there is nothing to do.
 */
void why_view_json(struct json *j, const struct view *view);

/* The chain of reasons alone, and what comes alone. */
void why_view_print_chain(const struct view *view);
void why_view_print_to_come(const struct view *view, const char *heading, bool from_now);

/* The text behind a margin, broken between words before column 80; `lead` stands in the first margin. */
void why_view_print_wrapped(FILE *out, int margin, const char *text);
void why_view_print_behind(FILE *out, const char *lead, int margin, const char *text);

#endif
