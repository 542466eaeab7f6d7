/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_every.h"

#include <stdlib.h>

long
every_nth(void)
{
	const char *text = getenv("SKERRY_EVERY");
	long every = text == NULL ? 1 : strtol(text, NULL, 10);

	return every < 1 ? 1 : every;
}
