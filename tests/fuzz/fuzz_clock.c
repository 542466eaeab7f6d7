/* SPDX-License-Identifier: ISC */
/* The clock: bytes as its record, and as calls with any values, its state read anew after each. */
#include <stdlib.h>
#include <string.h>

#include "verifier/decide/clock_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t
take(const uint8_t **data, size_t *size)
{
	int64_t value = 0;
	size_t len = *size < sizeof value ? *size : sizeof value;

	memcpy(&value, *data, len);
	*data += len;
	*size -= len;
	return value;
}

/* What is written is read back as a state that is written the same. */
static void
through_its_record(struct clock *clock)
{
	uint8_t first[CLOCK_RECORD_MAX], second[CLOCK_RECORD_MAX];
	size_t first_len, second_len, offset;

	if (clock_record_write(clock, first, &first_len) != SKERRY_OK ||
		clock_record_read(first, first_len, clock, &offset) != SKERRY_OK ||
		clock_record_write(clock, second, &second_len) != SKERRY_OK ||
		first_len != second_len || memcmp(first, second, first_len) != 0)
		abort();
}

static void
call(struct clock *clock, const uint8_t **data, size_t *size)
{
	struct clock_reading reading = { 0 };
	struct clock_outlook outlook;
	struct clock_news news;
	int64_t before = clock_settled(clock), which = take(data, size), value = take(data, size);
	uint8_t kid[COSE_KID_LEN] = { (uint8_t)(which >> 8) };

	reading.boot_id[0] = (uint8_t)(which >> 16);
	reading.namespaced = (which >> 24 & 7) == 7;
	reading.uncounted = (which >> 27 & 7) == 7;
	switch (which & 15) {
	case 0:
		clock_forget(clock, kid);
		return;
	case 1:
		clock_reset(clock, value, take(data, size));
		return;
	case 2:
		clock_learn(clock, kid, value);
		return;
	case 3:
		reading.wall = value;
		reading.mono_s = take(data, size);
		if (clock_confirm(clock, &reading, value, take(data, size), value, &news) ==
			CLOCK_CONFIRMED)
			clock_outlook(clock, &outlook);
		break;
	default:
		reading.wall = value;
		reading.mono_s = take(data, size);
		clock_tick(clock, &reading, which >> 32, &news);
	}
	if (clock_settled(clock) < before || news.len > CLOCK_EVENTS_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clock clock, other;
	size_t offset = 0;

	if (clock_record_read(data, size, &clock, &offset) != SKERRY_OK) {
		if (offset > size)
			abort();
		clock_init(&clock);
	}
	other = clock;
	while (size > 0) {
		call(&clock, &data, &size);
		through_its_record(&clock);
	}
	clock_join(&other, &clock);
	through_its_record(&other);
	return 0;
}
