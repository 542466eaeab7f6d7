/* SPDX-License-Identifier: ISC */
#include "moment.h"

#include <stdio.h>
#include <stdlib.h>

#include "formats/date.h"

static int32_t
offset_at(const struct local_time *place, int64_t at)
{
	return place == NULL ? 0 : local_time_clock(place, at).offset_s;
}

/* Instants outside the calendar are its ends, and stay so. */
static int64_t
shift(int64_t at, int32_t offset_s)
{
	return at > INT64_MAX / 2 || at < INT64_MIN / 2 ? at : at + offset_s;
}

void
moment_format(const struct local_time *place, int64_t at, char ret_text[MOMENT_TEXT_MAX])
{
	int32_t offset_s = offset_at(place, at);
	int minutes = abs(offset_s) / 60;
	char text[DATE_TEXT_MAX];

	/* Local mean time of long ago has seconds, which cannot be written. */
	if (offset_s % 60 != 0 || minutes >= 24 * 60)
		offset_s = 0;
	date_format(shift(at, offset_s), text);
	if (offset_s == 0)
		snprintf(ret_text, MOMENT_TEXT_MAX, "%s", text);
	else
		snprintf(ret_text, MOMENT_TEXT_MAX, "%.19s%c%02d:%02d", text,
			offset_s < 0 ? '-' : '+', minutes / 60 % 24, minutes % 60);
}

void
moment_format_minute(const struct local_time *place, int64_t at, char ret_text[MOMENT_MINUTE_MAX])
{
	char text[DATE_TEXT_MAX];

	date_format(shift(at, offset_at(place, at)), text);
	snprintf(ret_text, MOMENT_MINUTE_MAX, "%.10s %.5s", text, text + 11);
}
