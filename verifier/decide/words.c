/* SPDX-License-Identifier: ISC */
#include "words.h"

#include <string.h>

/* --- which is newer -------------------------------------------------------------------------- */

struct word
words_of_reply(const struct reply *reply, struct cbor_bytes bytes)
{
	/* A number is given once: no date is needed to tell. */
	return (struct word){ (int64_t)reply->number, reply->issued_at, false, bytes };
}

struct word
words_of_list(const struct status_list *list, struct cbor_bytes bytes, const struct clock *clock)
{
	return (struct word){ list->issued_at, list->issued_at,
		clock_is_void(clock, list->issued_at), bytes };
}

static int
order_of_bytes(struct cbor_bytes a, struct cbor_bytes b)
{
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static bool
is_newer(const struct word *next, const struct word *held)
{
	if (next->is_void != held->is_void)
		return held->is_void;
	if (next->number != held->number)
		return next->number > held->number;
	if (next->issued_at != held->issued_at)
		return next->issued_at > held->issued_at;
	return order_of_bytes(next->bytes, held->bytes) > 0;
}

enum word_fate
words_fate(const struct word *next, const struct word *held, const int64_t *mark)
{
	if (held != NULL && cbor_bytes_same(next->bytes, held->bytes))
		return WORD_HELD;
	if (mark != NULL && (next->is_void || next->number < *mark))
		return WORD_OLDER;
	return held == NULL || is_newer(next, held) ? WORD_NEWER : WORD_OLDER;
}

/* --- what a list says ------------------------------------------------------------------------ */

static bool
is_later_word(int64_t said_at, const struct license *license, const struct clock *clock)
{
	return said_at >= license->issued_at || clock_is_void(clock, license->issued_at);
}

bool
words_list_counts(
	const struct status_list *list, const struct license *license, const struct clock *clock)
{
	return license->has_status && cbor_text_same(license->status_uri, list->uri) &&
	       is_later_word(list->issued_at, license, clock);
}

enum evaluate_status
words_status(const struct status_list *list, struct cbor_bytes bytes, const struct license *license,
	const struct clock *clock)
{
	if (!words_list_counts(list, license, clock))
		return EVALUATE_STATUS_UNKNOWN;
	switch (status_list_get(bytes.data, bytes.len, list->bits, license->status_index)) {
	case STATUS_LIST_VALID:
		return EVALUATE_STATUS_VALID;
	case STATUS_LIST_INVALID:
		return EVALUATE_STATUS_REVOKED;
	case STATUS_LIST_SUSPENDED:
		return EVALUATE_STATUS_SUSPENDED;
	case STATUS_LIST_NO_WORD:
		break;
	}
	return EVALUATE_STATUS_UNKNOWN;
}

/* --- what is unpaired ------------------------------------------------------------------------ */

/* The vendor's books have the end of the overlap: whoever hears of it late has less left of it. */
static int64_t
begins(const struct unpairing *unpairing, const struct license *license)
{
	int64_t since = unpairing->heard_at;

	if (unpairing->until != LICENSE_NEVER &&
		unpairing->until - license->ladder.overlap_s < since)
		since = unpairing->until - license->ladder.overlap_s;
	return since == LICENSE_NEVER ? unpairing->told_at : since;
}

void
words_hear_unpairing(const struct unpairing *unpairing, const struct license *license,
	const struct clock *clock, struct unpaired *unpaired)
{
	int64_t since = begins(unpairing, license);

	if (!is_later_word(unpairing->told_at, license, clock) ||
		unpairing->told_at > unpaired->told_at ||
		!cbor_text_same(unpairing->brand, license->brand) ||
		!cbor_text_same(unpairing->license, license->id))
		return;
	if (unpairing->told_at < unpaired->told_at || since < unpaired->since)
		*unpaired = (struct unpaired){ unpairing->told_at, since };
}
