/* SPDX-License-Identifier: ISC */
#include "stick_text.h"

#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/desk/brands.h"
#include "keys/store.h"

enum skerry_err
stick_text_tag(struct desk *desk, char ret_tag[MAILBAG_TAG_LEN + 1])
{
	char id[DESK_PUBLIC_ID_LEN + 1] = "";
	struct store_query q;

	store_query(desk->store, &q, "SELECT public_id FROM desk");
	if (store_step(&q))
		store_text(&q, 0, id, sizeof id);
	mailbag_tag((const uint8_t *)id, strlen(id), ret_tag);
	return store_done(&q);
}

void
stick_text_receipt(int64_t now, size_t read, bool left, char ret_line[MAILBAG_LINE_MAX + 1])
{
	char day[DATE_TEXT_MAX];

	date_format_day(now, day);
	snprintf(ret_line, MAILBAG_LINE_MAX + 1, "%.32s  desk: read %zu%s", day, read,
		left ? ", left answers" : "");
}

struct contacts {
	char text[MAILBAG_README_MAX + 1];
	size_t len, brands;
};

static void
add_brand(void *context, const struct brand *brand)
{
	struct contacts *contacts = context;
	size_t room = sizeof contacts->text - contacts->len;
	int len;

	if (!brands_has_contact(brand) || contacts->brands == STICK_TEXT_BRANDS_MAX)
		return;
	len = snprintf(contacts->text + contacts->len, room, "\n  %s\n%s%s%s%s%s%s%s%s%s",
		brand->name, brand->phone[0] != '\0' ? "  " : "", brand->phone,
		brand->phone[0] != '\0' ? "\n" : "", brand->email[0] != '\0' ? "  " : "",
		brand->email, brand->email[0] != '\0' ? "\n" : "",
		brand->url[0] != '\0' ? "  " : "", brand->url, brand->url[0] != '\0' ? "\n" : "");
	if (len < 0 || (size_t)len >= room) {
		contacts->text[contacts->len] = '\0';
		return;
	}
	contacts->len += (size_t)len;
	contacts->brands++;
}

enum skerry_err
stick_text_readme(struct desk *desk, const struct mailbag *bag)
{
	struct contacts contacts = { .len = strlen(MAILBAG_GREETING) };
	enum skerry_err err;

	memcpy(contacts.text, MAILBAG_GREETING, contacts.len + 1);
	err = brands_each(desk, add_brand, &contacts);
	if (err != SKERRY_OK)
		return err;
	/* Who has not said whom to call leaves the text of somebody who has. */
	return contacts.brands == 0 ? SKERRY_OK : mailbag_readme(bag, contacts.text);
}
