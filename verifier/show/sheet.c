/* SPDX-License-Identifier: ISC */
#include "sheet.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formats/license.h"
#include "keys/command_tell.h"
#include "keys/hash.h"
#include "moment.h"

enum { LABEL_WIDTH = 20, FORMAT_MAX = 1024 };

static void
put_label(const struct show *show, const char *label)
{
	fprintf(show->out, "  %-*s", LABEL_WIDTH, label);
}

void
sheet_text(const struct show *show, const char *label, struct cbor_text text)
{
	if (text.len == 0)
		return;
	put_label(show, label);
	command_print_safe(show->out, text.chars, text.len);
	putc('\n', show->out);
}

void
sheet_chars(const struct show *show, const char *label, const char *text)
{
	if (text != NULL)
		sheet_text(show, label, (struct cbor_text){ text, strlen(text) });
}

void
sheet_format(const struct show *show, const char *label, const char *format, ...)
{
	char text[FORMAT_MAX];
	va_list arguments;

	va_start(arguments, format);
	/* Of several files in one run, clang-tidy sees va_start in the first one alone. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	sheet_chars(show, label, text);
}

void
sheet_date(const struct show *show, const char *label, int64_t at)
{
	char text[MOMENT_TEXT_MAX];

	if (at == LICENSE_NEVER)
		return;
	moment_format(show->place, at, text);
	sheet_chars(show, label, text);
}

void
sheet_number(const struct show *show, const char *label, uint64_t number)
{
	sheet_format(show, label, "%" PRIu64, number);
}

void
sheet_seats(const struct show *show, uint64_t max, uint64_t burst)
{
	if (max > 0 && burst > 0)
		sheet_format(
			show, "seats", "%" PRIu64 ", and %" PRIu64 " more for a day", max, burst);
	else if (max > 0)
		sheet_number(show, "seats", max);
}

void
sheet_kid(const struct show *show, const char *label, const struct cose_key *key)
{
	uint8_t kid[COSE_KID_LEN];
	char hex[2 * COSE_KID_LEN + 1];

	hash_kid(key, kid);
	for (size_t i = 0; i < COSE_KID_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", kid[i]);
	sheet_chars(show, label, hex);
}

static void
separate(struct sheet_list *list)
{
	if (list->len++ == 0)
		put_label(list->show, list->label);
	else
		fputs(", ", list->show->out);
}

void
sheet_list_add(struct sheet_list *list, struct cbor_text text)
{
	separate(list);
	command_print_safe(list->show->out, text.chars, text.len);
}

void
sheet_list_add_number(struct sheet_list *list, struct cbor_text name, int64_t number)
{
	sheet_list_add(list, name);
	fprintf(list->show->out, " %" PRId64, number);
}

void
sheet_list_end(const struct sheet_list *list)
{
	if (list->len > 0)
		putc('\n', list->show->out);
}
