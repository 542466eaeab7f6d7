/* SPDX-License-Identifier: ISC */
#include "migrations.h"

#include "formats/license.h"

int64_t
migrations_until(const struct migration *migration)
{
	int64_t year = migration->at + MIGRATIONS_YEAR_S;

	return migration->lapses_at > year ? migration->lapses_at : year;
}

struct migrations
migrations_none(void)
{
	return (struct migrations){ 0, LICENSE_NEVER };
}

void
migrations_add(struct migrations *migrations, const struct migration *migration, int64_t now)
{
	int64_t until = migrations_until(migration);

	if (until <= now)
		return;
	migrations->count++;
	if (until < migrations->next_at)
		migrations->next_at = until;
}

bool
migrations_permit(const struct migrations *migrations, int64_t allowed)
{
	return migrations->count < allowed;
}
