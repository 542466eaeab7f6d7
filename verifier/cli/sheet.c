/* SPDX-License-Identifier: ISC */
#include "sheet.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "formats/license.h"
#include "keys/command.h"
#include "keys/hash.h"
#include "moment.h"

enum { LABEL_WIDTH = 20, FORMAT_MAX = 1024 };

static void
put_label(const char *label)
{
	printf("  %-*s", LABEL_WIDTH, label);
}

void
sheet_text(const char *label, struct cbor_text text)
{
	if (text.len == 0)
		return;
	put_label(label);
	command_print_safe(stdout, text.chars, text.len);
	putchar('\n');
}

void
sheet_chars(const char *label, const char *text)
{
	if (text != NULL)
		sheet_text(label, (struct cbor_text){ text, strlen(text) });
}

void
sheet_format(const char *label, const char *format, ...)
{
	char text[FORMAT_MAX];
	va_list arguments;

	va_start(arguments, format);
	/* Of several files in one run, clang-tidy sees va_start in the first one alone. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	sheet_chars(label, text);
}

void
sheet_date(const char *label, int64_t at)
{
	char text[MOMENT_TEXT_MAX];

	if (at == LICENSE_NEVER)
		return;
	moment_format(at, text);
	sheet_chars(label, text);
}

void
sheet_number(const char *label, uint64_t number)
{
	sheet_format(label, "%" PRIu64, number);
}

void
sheet_kid(const char *label, const struct cose_key *key)
{
	uint8_t kid[COSE_KID_LEN];
	char hex[2 * COSE_KID_LEN + 1];

	hash_kid(key, kid);
	for (size_t i = 0; i < COSE_KID_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", kid[i]);
	sheet_chars(label, hex);
}

static void
separate(struct sheet_list *list)
{
	if (list->len++ == 0)
		put_label(list->label);
	else
		fputs(", ", stdout);
}

void
sheet_list_add(struct sheet_list *list, struct cbor_text text)
{
	separate(list);
	command_print_safe(stdout, text.chars, text.len);
}

void
sheet_list_add_number(struct sheet_list *list, struct cbor_text name, int64_t number)
{
	sheet_list_add(list, name);
	printf(" %" PRId64, number);
}

void
sheet_list_end(const struct sheet_list *list)
{
	if (list->len > 0)
		putchar('\n');
}
