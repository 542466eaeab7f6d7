/* SPDX-License-Identifier: ISC */
#include "clock_marks.h"

#include <string.h>

/* The first place whose key is not below this one. */
static size_t
place_of(const struct clock *clock, const uint8_t kid[COSE_KID_LEN])
{
	size_t i = 0;

	while (i < clock->marks_len && memcmp(clock->marks[i].kid, kid, COSE_KID_LEN) < 0)
		i++;
	return i;
}

static bool
is_at(const struct clock *clock, size_t place, const uint8_t kid[COSE_KID_LEN])
{
	return place < clock->marks_len && memcmp(clock->marks[place].kid, kid, COSE_KID_LEN) == 0;
}

static void
drop_at(struct clock *clock, size_t place)
{
	clock->marks_len--;
	memmove(clock->marks + place, clock->marks + place + 1,
		(clock->marks_len - place) * sizeof *clock->marks);
}

static void
drop_lowest(struct clock *clock)
{
	size_t lowest = 0;

	for (size_t i = 1; i < clock->marks_len; i++)
		if (clock->marks[i].lead < clock->marks[lowest].lead)
			lowest = i;
	drop_at(clock, lowest);
}

int64_t
clock_marks_best(const struct clock *clock)
{
	int64_t lead = CLOCK_NONE;

	for (size_t i = 0; i < clock->marks_len; i++)
		if (clock->marks[i].lead > lead)
			lead = clock->marks[i].lead;
	return lead;
}

bool
clock_marks_has(const struct clock *clock, const uint8_t kid[COSE_KID_LEN])
{
	return is_at(clock, place_of(clock, kid), kid);
}

void
clock_marks_put(struct clock *clock, const uint8_t kid[COSE_KID_LEN], int64_t lead)
{
	size_t place = place_of(clock, kid);

	if (is_at(clock, place, kid)) {
		if (lead > clock->marks[place].lead)
			clock->marks[place].lead = lead;
		return;
	}
	if (clock->marks_len == CLOCK_MARKS_MAX) {
		drop_lowest(clock);
		place = place_of(clock, kid);
	}
	memmove(clock->marks + place + 1, clock->marks + place,
		(clock->marks_len - place) * sizeof *clock->marks);
	memcpy(clock->marks[place].kid, kid, COSE_KID_LEN);
	clock->marks[place].lead = lead;
	clock->marks_len++;
}

void
clock_marks_drop(struct clock *clock, const uint8_t kid[COSE_KID_LEN])
{
	drop_at(clock, place_of(clock, kid));
}

void
clock_marks_drop_above(struct clock *clock, int64_t lead)
{
	for (size_t i = clock->marks_len; i-- > 0;)
		if (clock->marks[i].lead > lead)
			drop_at(clock, i);
}
