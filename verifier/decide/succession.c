/* SPDX-License-Identifier: ISC */
#include "succession.h"

bool
succession_competes(const struct license *a, const struct license *b)
{
	return cbor_text_same(a->brand, b->brand) && cbor_text_same(a->id, b->id) &&
	       a->activation == b->activation;
}

/* Above 0 when `a` outranks `b`, below 0 the other way round, 0 for equals. */
static int
compare(const struct succession *a, const struct succession *b)
{
	if (a->key_stands != b->key_stands)
		return a->key_stands ? 1 : -1;
	if (a->license->edition != b->license->edition)
		return a->license->edition > b->license->edition ? 1 : -1;
	return 0;
}

bool
succession_replaces(const struct succession *next, const struct succession *held, int64_t now)
{
	return succession_competes(next->license, held->license) &&
	       next->license->not_before <= now && compare(next, held) > 0;
}

bool
succession_is_older(const struct succession *next, const struct succession *held)
{
	return succession_competes(next->license, held->license) && compare(next, held) <= 0;
}
