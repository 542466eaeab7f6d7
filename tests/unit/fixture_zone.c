/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/fixture_draw.h"

struct zone_file {
	uint8_t bytes[TIME_ZONE_MAX];
	size_t len;
};

static void
put(struct zone_file *file, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		file->bytes[file->len++] = (uint8_t)(value >> 8 * (len - 1 - i));
}

static void
put_header(struct zone_file *file, size_t times, size_t types)
{
	memcpy(file->bytes + file->len, "TZif2", 5);
	file->len += 5;
	put(file, 0, 7);
	put(file, 0, 8);
	put(file, 0, 4);
	put(file, 0, 4);
	put(file, 0, 4);
	put(file, times, 4);
	put(file, types, 4);
	put(file, 4, 4);
}

static void
put_type(struct zone_file *file, int32_t offset_s)
{
	put(file, (uint32_t)offset_s, 4);
	put(file, 0, 2);
}

/* The first block, which nobody looks at, has one type and no transitions. */
void
zone_make(int32_t offset_s, const struct zone_step *steps, size_t steps_len, const char *rule,
	struct local_time *ret_place)
{
	struct zone_file file = { .len = 0 };

	assert_in_range(steps_len, 0, ZONE_STEPS_MAX);
	put_header(&file, 0, 1);
	put_type(&file, 0);
	put(&file, 0x4c4d5400, 4);
	put_header(&file, steps_len, steps_len + 1);
	for (size_t i = 0; i < steps_len; i++)
		put(&file, (uint64_t)steps[i].at, 8);
	for (size_t i = 0; i < steps_len; i++)
		put(&file, i + 1, 1);
	put_type(&file, offset_s);
	for (size_t i = 0; i < steps_len; i++)
		put_type(&file, steps[i].offset_s);
	put(&file, 0x4c4d5400, 4);
	put(&file, '\n', 1);
	for (; rule != NULL && *rule != '\0'; rule++)
		put(&file, (uint8_t)*rule, 1);
	put(&file, '\n', 1);
	assert_true(time_zone_read(file.bytes, file.len, &ret_place->zone));
	ret_place->known = true;
}

void
zone_draw(int64_t from, struct local_time *ret_place)
{
	struct zone_step steps[ZONE_STEPS_MAX];
	int32_t first_s = (int32_t)draw_below(48) * 1800 - 12 * 3600, offset_s = first_s;

	from -= from % 60;
	for (size_t i = 0; i < ZONE_STEPS_MAX; i++) {
		int32_t change_s = ((int32_t)draw_below(9) - 4) * 1800;

		if (draw_below(8) == 0)
			change_s = offset_s > 0 ? -(int32_t)DAY : (int32_t)DAY;
		if (offset_s + change_s < -14 * 3600 || offset_s + change_s > 15 * 3600)
			change_s = 0;
		offset_s += change_s;
		from += 3 * DAY + (int64_t)draw_below(30 * 1440) * 60;
		steps[i] = (struct zone_step){ from, offset_s };
	}
	zone_make(first_s, steps, ZONE_STEPS_MAX, NULL, ret_place);
}
