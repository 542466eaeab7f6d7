/* SPDX-License-Identifier: ISC */
#include "root_values.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "small_file.h"
#include "text_line.h"

#define MARK "skerry-components 1\n"
#define BOOT_ID_NAME "boot_id"
#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

enum { BOOT_ID_LEN = 36, VALUE_MAX = 256 };

static const char *const PATHS[] = { ROOT_VALUES_PRODUCT_UUID, ROOT_VALUES_BOARD_SERIAL };

static enum skerry_err
read_boot_id(const char *root, char ret_id[BOOT_ID_LEN])
{
	char text[BOOT_ID_LEN + 1];
	size_t len;
	enum skerry_err err = small_file_read(root, BOOT_ID_PATH, text, sizeof text, &len);

	if (err != SKERRY_OK)
		return err;
	if (len < BOOT_ID_LEN)
		return SKERRY_ERR_IO;
	memcpy(ret_id, text, BOOT_ID_LEN);
	return SKERRY_OK;
}

static bool
is_of_this_boot(const char *root, const struct root_values *values)
{
	char id[BOOT_ID_LEN];
	const char *noted;
	size_t noted_len;

	return values->len >= strlen(MARK) && memcmp(values->text, MARK, strlen(MARK)) == 0 &&
	       text_line_find(values->text, values->len, BOOT_ID_NAME, '=', &noted, &noted_len) &&
	       read_boot_id(root, id) == SKERRY_OK && noted_len == sizeof id &&
	       memcmp(noted, id, sizeof id) == 0;
}

void
root_values_read(const char *root, struct root_values *ret_values)
{
	ret_values->len = 0;
	if (small_file_read_trusted(root, ROOT_VALUES_PATH, ret_values->text,
		    sizeof ret_values->text, &ret_values->len) != SKERRY_OK ||
		!is_of_this_boot(root, ret_values))
		ret_values->len = 0;
}

bool
root_values_find(const struct root_values *values, const char *path, const char **ret_value,
	size_t *ret_value_len)
{
	return text_line_find(values->text, values->len, path, '=', ret_value, ret_value_len);
}

bool
root_values_next_card(const struct root_values *values, size_t *at,
	char ret_card[COMPONENT_FROM_MAX + 1], const char **ret_value, size_t *ret_value_len)
{
	const size_t prefix_len = strlen(ROOT_VALUES_CARDS);

	while (*at < values->len) {
		const char *line = values->text + *at, *sign;
		const char *end = memchr(line, '\n', values->len - *at);
		size_t len = end == NULL ? values->len - *at : (size_t)(end - line);

		*at += len + 1;
		if (len <= prefix_len || memcmp(line, ROOT_VALUES_CARDS, prefix_len) != 0)
			continue;
		line += prefix_len;
		len -= prefix_len;
		sign = memchr(line, '=', len);
		if (sign == NULL || sign == line || sign - line > COMPONENT_FROM_MAX)
			continue;
		memcpy(ret_card, line, (size_t)(sign - line));
		ret_card[sign - line] = '\0';
		*ret_value = sign + 1;
		*ret_value_len = len - (size_t)(sign + 1 - line);
		return true;
	}
	return false;
}

/* There is room for all that collect puts: two paths with values, the boot id, the cards. */
static void
put(struct root_values *values, const char *text, size_t text_len)
{
	memcpy(values->text + values->len, text, text_len);
	values->len += text_len;
}

static void
put_line(struct root_values *values, const char *name, const char *value, size_t value_len)
{
	put(values, name, strlen(name));
	put(values, "=", 1);
	put(values, value, value_len);
	put(values, "\n", 1);
}

/* One line of printable characters, or nothing: firmware writes what it likes. */
static size_t
line_len(const char *text, size_t len)
{
	size_t end = 0;

	while (end < len && text[end] >= ' ' && text[end] <= '~')
		end++;
	return end == len || text[end] == '\n' || text[end] == '\0' ? end : 0;
}

static void
put_cards(struct root_values *values, const struct components *cards)
{
	for (size_t i = 0; i < cards->len; i++) {
		const struct component *card = &cards->list[i];
		char name[sizeof ROOT_VALUES_CARDS + COMPONENT_FROM_MAX];

		if (card->type != FINGERPRINT_MAC || card->sight != COMPONENT_PRESENT)
			continue;
		snprintf(name, sizeof name, ROOT_VALUES_CARDS "%s", card->from);
		put_line(values, name, card->value, card->value_len);
	}
}

enum skerry_err
root_values_collect(
	const char *root, const struct components *cards, struct root_values *ret_values)
{
	_Static_assert(sizeof MARK + 2 * (VALUE_MAX + 64) + BOOT_ID_LEN + 16 +
				       COMPONENTS_CARDS_MAX *
					       (sizeof ROOT_VALUES_CARDS + COMPONENT_FROM_MAX +
						       COMPONENT_VALUE_MAX + 2) <=
			       ROOT_VALUES_MAX,
		"every line fits");
	struct root_values values = { .len = 0 };
	char text[VALUE_MAX];
	size_t len;
	enum skerry_err err = read_boot_id(root, text);

	if (err != SKERRY_OK)
		return err;
	put(&values, MARK, strlen(MARK));
	put_line(&values, BOOT_ID_NAME, text, BOOT_ID_LEN);
	for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
		err = small_file_read(root, PATHS[i], text, sizeof text, &len);
		if (err == SKERRY_ERR_FILE_PERMISSION)
			return err;
		if (err == SKERRY_OK)
			put_line(&values, PATHS[i], text, line_len(text, len));
	}
	put_cards(&values, cards);
	*ret_values = values;
	return SKERRY_OK;
}
