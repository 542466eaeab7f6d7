/* SPDX-License-Identifier: ISC */
#include "edition.h"

enum skerry_err
edition_next(int64_t previous, int64_t proved, int64_t now, int64_t *ret_edition)
{
	int64_t edition = now;

	if (proved - now > EDITION_AHEAD_MAX)
		return SKERRY_ERR_DESK_CLOCK;
	if (previous >= edition)
		edition = previous + 1;
	if (proved >= edition)
		edition = proved + 1;
	*ret_edition = edition;
	return SKERRY_OK;
}
