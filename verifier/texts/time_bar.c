/* SPDX-License-Identifier: ISC */
#include "time_bar.h"

#include <stdio.h>

const char *
time_bar_sign(const struct timeline_step *step, bool utf8)
{
	switch (step->access) {
	case SKERRY_ACCESS_NONE:
		return utf8 ? "\u00d7" : "x";
	case SKERRY_ACCESS_READ_ONLY:
		return utf8 ? "\u2591" : ".";
	case SKERRY_ACCESS_FULL:
		break;
	}
	if (step->state == SKERRY_STATE_GRACE)
		return utf8 ? "\u2592" : "-";
	if (step->notice >= SKERRY_NOTICE_WARN)
		return utf8 ? "\u2593" : "=";
	return utf8 ? "\u2588" : "#";
}

/* Seconds that a step lasts; the last one does not end. */
static int64_t
lasts(const struct timeline *forecast, size_t step)
{
	return forecast->steps[step + 1].from - forecast->steps[step].from;
}

/*
 * One cell for each step, the rest of them by duration. What rounding leaves goes to the longest,
 * where it is seen least.
 */
static void
share_cells(const struct timeline *forecast, size_t cells[TIMELINE_MAX])
{
	size_t ends = forecast->len - 1, rest = TIME_BAR_CELLS - forecast->len, left = rest;
	size_t longest = 0;
	/* Of up to 10,000 years: the product would not fit a whole number. */
	double all = (double)(forecast->steps[ends].from - forecast->steps[0].from);

	for (size_t i = 0; i < ends; i++) {
		size_t share = (size_t)((double)lasts(forecast, i) / all * (double)rest);

		if (share > left)
			share = left;
		cells[i] = 1 + share;
		left -= share;
		if (lasts(forecast, i) > lasts(forecast, longest))
			longest = i;
	}
	cells[longest] += left;
	cells[ends] = 1;
}

_Static_assert((int)TIME_BAR_CELLS > (int)TIMELINE_MAX, "each step has a cell");
_Static_assert((int)TIME_BAR_MAX > 3 * TIME_BAR_CELLS, "of three bytes in UTF-8");

void
time_bar_draw(const struct timeline *forecast, bool utf8, char ret_text[TIME_BAR_MAX])
{
	size_t cells[TIMELINE_MAX], at = 0;

	ret_text[0] = '\0';
	if (forecast->len == 1)
		return;
	share_cells(forecast, cells);
	for (size_t i = 0; i < forecast->len; i++)
		for (size_t n = 0; n < cells[i]; n++)
			at += (size_t)snprintf(ret_text + at, TIME_BAR_MAX - at, "%s",
				time_bar_sign(&forecast->steps[i], utf8));
}
