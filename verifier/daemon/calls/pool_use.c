/* SPDX-License-Identifier: ISC */
#include "pool_use.h"

#include <string.h>

#include "verifier/daemon/since_boot.h"

/* No holder's name is behind it: it is no UTF-8. */
static const char LAST_HOLDER[] = "\xff";

void
pool_use_moment(const struct routes_reach *reach, struct seats_moment *ret_moment)
{
	memcpy(ret_moment->boot, reach->boot, sizeof ret_moment->boot);
	ret_moment->boottime_s = since_boot_ms() / 1000;
}

static bool
take_pool(void *context, const struct seats_row *row)
{
	struct pool_uses *uses = context;

	snprintf(uses->list[uses->len++].pool, SEATS_POOL_MAX, "%s", row->pool);
	return false;
}

/* From pool to pool, one row of each. */
void
pool_uses_read(const struct routes_reach *reach, struct pool_uses *ret_uses)
{
	struct pool_uses *uses = ret_uses;
	struct seats_moment moment;
	bool more = reach->seats != NULL;

	uses->len = 0;
	uses->known = false;
	pool_use_moment(reach, &moment);
	while (more && uses->len < POOL_USE_MAX) {
		size_t before = uses->len;
		const char *after = before == 0 ? "" : uses->list[before - 1].pool;

		if (seats_each(reach->seats, after, before == 0 ? "" : LAST_HOLDER, 1, &moment,
			    take_pool, uses) != SKERRY_OK)
			return;
		more = uses->len > before;
		if (more && seats_use(reach->seats, uses->list[before].pool, &moment,
				    &uses->list[before].use) != SKERRY_OK)
			return;
	}
	uses->known = reach->seats != NULL && !more;
}

bool
pool_use_read(const struct routes_reach *reach, const char *pool, struct seats_use *ret_use)
{
	struct seats_moment moment;

	*ret_use = (struct seats_use){ .used = 0 };
	pool_use_moment(reach, &moment);
	return reach->seats != NULL && seats_use(reach->seats, pool, &moment, ret_use) == SKERRY_OK;
}

bool
pool_uses_find(const struct pool_uses *uses, const char *pool, struct seats_use *ret_use)
{
	for (size_t i = 0; i < uses->len; i++)
		if (strcmp(uses->list[i].pool, pool) == 0) {
			*ret_use = uses->list[i].use;
			return true;
		}
	*ret_use = (struct seats_use){ .used = 0 };
	return uses->known;
}
