/* SPDX-License-Identifier: ISC */
#include "succession.h"

bool
succession_competes(const struct license *a, const struct license *b)
{
	return cbor_text_same(a->brand, b->brand) && cbor_text_same(a->id, b->id) &&
	       a->activation == b->activation;
}

static bool
outranks(const struct succession *a, const struct succession *b)
{
	if (a->key_stands != b->key_stands)
		return a->key_stands;
	return a->license->edition > b->license->edition;
}

bool
succession_replaces(const struct succession *next, const struct succession *held, int64_t now)
{
	return succession_competes(next->license, held->license) &&
	       next->license->not_before <= now && outranks(next, held);
}

bool
succession_is_older(const struct succession *next, const struct succession *held, int64_t now)
{
	int64_t begins = held->license->not_before;

	return succession_competes(next->license, held->license) && !outranks(next, held) &&
	       (begins <= now || begins <= next->license->not_before);
}
