/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CONFIRM_H
#define VERIFIER_CONFIRM_H

/*
 * `skerry clock confirm DATE`: somebody vouches for the machine's clock, which is too far ahead to be
 * believed by itself. Nobody can take it back afterwards but the vendor, so that it is refused where
 * the new time would lock something that is in use.
 */

#include "question.h"

enum confirm_answer {
	CONFIRM_DONE = 0,
	CONFIRM_NOT_STARTED, /* no license has ever told the time */
	CONFIRM_NOT_AHEAD,   /* the clock is not ahead of the site's time */
	CONFIRM_OTHER_DATE,  /* the clock does not show that date */
	CONFIRM_WOULD_LOCK
};

struct confirm_result {
	enum confirm_answer answer;
	int64_t before, after;        /* the site's time */
	const struct license *locked; /* WOULD_LOCK: the first that would be */
};

/*
 * The clock should show an instant from..until. Recorded in the journal with the mark raised. The
 * site is open to write. `machine` is what the product supplies (custom, install_path, domain; the rest of
 * it does not count): a license that is bound to it would seem to be on another machine without.
 * Errors of store.h; ARGUMENT as site_ask, whatever the clock shows.
 */
enum skerry_err confirm_clock(struct site *site, const struct clock_reading *reading, int64_t from,
	int64_t until, const struct site_query *machine, struct confirm_result *ret_result);

#endif
