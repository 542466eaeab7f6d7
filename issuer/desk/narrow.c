/* SPDX-License-Identifier: ISC */
#include "narrow.h"

#include <stdio.h>
#include <string.h>

void
narrow(char *sql, size_t sql_max, bool applies, const char *condition)
{
	size_t len = strlen(sql);

	if (applies)
		snprintf(sql + len, sql_max - len, " AND %s", condition);
}
