/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_EDITION_H
#define ISSUER_DECIDE_EDITION_H

/*
 * Which edition a license's next document gets. A site takes the higher edition, so it must grow
 * even when the desk was restored from a backup: hence the clock in it. Pure.
 */

#include <stdint.h>

#include "formats/skerry_error.h"

/* A proved edition further ahead of the clock than this is no honest one. */
#define EDITION_AHEAD_MAX (INT64_C(60) * 86400)

/*
 * max(previous + 1, proved + 1, now). `previous`: the highest this desk gave out; `proved`: the
 * highest that a signed license in a request showed; 0 for none. DESK_CLOCK when `proved` lies more
 * than EDITION_AHEAD_MAX ahead of `now`.
 */
enum skerry_err edition_next(int64_t previous, int64_t proved, int64_t now, int64_t *ret_edition);

#endif
