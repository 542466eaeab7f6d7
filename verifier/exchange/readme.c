/* SPDX-License-Identifier: ISC */
#include "readme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"

enum { CONTACTS_MAX = 16 };

void
site_tag(const struct site *site, char ret_tag[MAILBAG_TAG_LEN + 1])
{
	mailbag_tag(site->site_id, sizeof site->site_id, ret_tag);
}

static void
add_line(FILE *file, const char *begin, struct cbor_text text)
{
	if (text.len > 0)
		fprintf(file, "%s  %.*s\n", begin, (int)text.len, text.chars);
}

enum skerry_err
site_readme(const struct site *site, const struct mailbag *bag)
{
	const struct manifest *manifest = &site->trust->manifest;
	enum skerry_err err = SKERRY_OK;
	size_t len, told = 0;
	char *text = NULL;
	FILE *file = open_memstream(&text, &len);
	bool whole;

	if (file == NULL)
		return SKERRY_ERR_NO_MEMORY;
	fputs(MAILBAG_GREETING, file);
	for (size_t i = 0; i < manifest->contacts_len && told < CONTACTS_MAX; i++) {
		const struct manifest_contact *contact = &manifest->contacts[i];

		if (contact->telephone.len + contact->email.len + contact->url.len == 0)
			continue;
		add_line(file, "\n", contact->name.len > 0 ? contact->name : contact->brand);
		add_line(file, "", contact->telephone);
		add_line(file, "", contact->email);
		add_line(file, "", contact->url);
		told++;
	}
	whole = ferror(file) == 0;
	if (fclose(file) != 0 || !whole)
		err = SKERRY_ERR_NO_MEMORY;
	else if (told > 0)
		err = mailbag_readme(bag, text);
	free(text);
	return err;
}

void
site_receipt_line(int64_t day, size_t taken, bool left, char ret_line[MAILBAG_LINE_MAX + 1])
{
	char date[DATE_TEXT_MAX];

	date_format_day(day, date);
	snprintf(ret_line, MAILBAG_LINE_MAX + 1, "%.32s  site: took in %zu%s", date, taken,
		left ? ", left a request" : "");
}
