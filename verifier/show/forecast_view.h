/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_FORECAST_VIEW_H
#define VERIFIER_SHOW_FORECAST_VIEW_H

/*
 * A forecast on a terminal of 80 columns, without colors: a bar of the time that is left
 * (verifier/texts/time_bar.h), and its steps as dated lines, each with its sign.
 */

#include "show.h"
#include "verifier/explanation.h"

/* As a value of a sheet (sheet.h), with its steps below; nothing for a single step. */
void forecast_print_bar(
	const struct show *show, const struct timeline *forecast, const struct local_clock *local);
/* The steps alone, or that nothing changes; `from_now`: the first date is the present. */
void forecast_print_steps(
	const struct show *show, const struct explanation *explanation, bool from_now);

/* "forecast" and "forecast_complete" into an object that is open. */
void forecast_json(
	struct json *j, const struct texts *texts, const struct explanation *explanation);

#endif
