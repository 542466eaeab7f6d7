/* SPDX-License-Identifier: ISC */
#include "clocks.h"

#include <string.h>
#include <time.h>

#include "small_file.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define OFFSETS "/proc/self/timens_offsets"

enum { FILE_MAX = 256, UUID_LEN = 36, NS_S = 1000000000 };

/* Longest shift that is believed, in seconds: beyond it no uptime makes sense. */
#define SHIFT_MAX CLOCK_TIME_MAX

/* --- which boot ------------------------------------------------------------------------------ */

static bool
hex_value(char c, uint8_t *ret_value)
{
	static const char DIGITS[] = "0123456789abcdef";
	const char *digit = memchr(DIGITS, c, sizeof DIGITS - 1);

	if (digit != NULL)
		*ret_value = (uint8_t)(digit - DIGITS);
	return digit != NULL;
}

static bool
is_hyphen_place(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

/* A UUID in lower case, as the kernel writes it. */
static bool
read_uuid(const char *text, size_t text_len, uint8_t ret_id[CLOCK_BOOT_ID_LEN])
{
	size_t digits = 0;

	if (text_len > 0 && text[text_len - 1] == '\n')
		text_len--;
	if (text_len != UUID_LEN)
		return false;
	memset(ret_id, 0, CLOCK_BOOT_ID_LEN);
	for (size_t i = 0; i < text_len; i++) {
		uint8_t value;

		if (is_hyphen_place(i)) {
			if (text[i] != '-')
				return false;
			continue;
		}
		if (!hex_value(text[i], &value))
			return false;
		ret_id[digits / 2] = (uint8_t)(ret_id[digits / 2] << 4 | value);
		digits++;
	}
	return true;
}

static bool
boot_id(const char *root, uint8_t ret_id[CLOCK_BOOT_ID_LEN])
{
	char text[FILE_MAX];
	size_t len;

	return small_file_read(root, BOOT_ID, text, sizeof text, &len) == SKERRY_OK &&
	       read_uuid(text, len, ret_id);
}

/* --- the time namespace ---------------------------------------------------------------------- */

/* A name or number and the spaces before it; false at the end of the line. */
static bool
next_word(const char **at, const char *end, const char **ret_word, size_t *ret_len)
{
	const char *start;

	while (*at < end && (**at == ' ' || **at == '\t'))
		++*at;
	start = *at;
	while (*at < end && **at != ' ' && **at != '\t' && **at != '\n')
		++*at;
	*ret_word = start;
	*ret_len = (size_t)(*at - start);
	return *ret_len > 0;
}

/* From -max to max. */
static bool
next_number(const char **at, const char *end, int64_t max, int64_t *ret_number)
{
	const char *word;
	size_t len, i;
	int64_t number = 0;
	bool negative;

	if (!next_word(at, end, &word, &len))
		return false;
	negative = word[0] == '-';
	for (i = negative; i < len; i++) {
		if (word[i] < '0' || word[i] > '9' || number > max / 10)
			return false;
		number = number * 10 + (word[i] - '0');
	}
	if (number > max || len == (size_t)negative)
		return false;
	*ret_number = negative ? -number : number;
	return true;
}

/* What the namespace adds to each clock: seconds and, never negative, nanoseconds. */
struct shift {
	int64_t s, ns;
	bool any;     /* of either clock */
	bool present; /* the monotonic one is told */
};

/* "monotonic  -86400  0"; lines of other clocks are read as well. */
static bool
read_line(const char **at, const char *end, struct shift *shift)
{
	static const char MONOTONIC[] = "monotonic";
	const char *name;
	size_t name_len;
	int64_t s, ns;

	if (!next_word(at, end, &name, &name_len) || !next_number(at, end, SHIFT_MAX, &s) ||
		!next_number(at, end, NS_S - 1, &ns) || ns < 0 || *at == end || **at != '\n')
		return false;
	++*at;
	shift->any = shift->any || s != 0 || ns != 0;
	if (name_len != sizeof MONOTONIC - 1 || memcmp(name, MONOTONIC, name_len) != 0)
		return true;
	shift->s = s;
	shift->ns = ns;
	shift->present = true;
	return true;
}

static bool
namespace_shift(const char *root, struct shift *ret_shift)
{
	char text[FILE_MAX];
	size_t len;
	const char *at = text;
	enum skerry_err err = small_file_read(root, OFFSETS, text, sizeof text, &len);

	*ret_shift = (struct shift){ 0 };
	if (err == SKERRY_ERR_FILE_MISSING)
		return true;
	if (err != SKERRY_OK)
		return false;
	while (at < text + len)
		if (!read_line(&at, text + len, ret_shift))
			return false;
	return ret_shift->present;
}

void
clocks_read(const char *root, struct clock_reading *ret_reading)
{
	struct timespec mono = { 0 }, wall = { 0 };
	struct shift shift;

	*ret_reading = (struct clock_reading){ 0 };
	if (clock_gettime(CLOCK_MONOTONIC, &mono) != 0 || !boot_id(root, ret_reading->boot_id) ||
		!namespace_shift(root, &shift)) {
		ret_reading->uncounted = true;
	} else {
		ret_reading->mono_s = (int64_t)mono.tv_sec - shift.s - (mono.tv_nsec < shift.ns);
		ret_reading->namespaced = shift.any;
	}
	/* A wall clock that cannot be read is one that is far behind: it says nothing. */
	if (clock_gettime(CLOCK_REALTIME, &wall) == 0)
		ret_reading->wall = (int64_t)wall.tv_sec;
}
