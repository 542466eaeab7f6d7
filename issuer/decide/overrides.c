/* SPDX-License-Identifier: ISC */
#include "overrides.h"

#include <string.h>

/* Two lines about the same thing: the later one counts. */
static bool
is_same(const struct override *line, enum plan_word word, const char *value)
{
	size_t len, other_len;

	if (plan_word_is_grant(line->word) != plan_word_is_grant(word))
		return false;
	if (!plan_word_is_grant(word))
		return line->word == word ||
		       (line->word <= PLAN_WORD_PERPETUAL && word <= PLAN_WORD_PERPETUAL);
	len = plan_word_grant_len(line->word, line->value);
	other_len = plan_word_grant_len(word, value);
	return len == other_len && strncmp(line->value, value, len) == 0;
}

enum skerry_err
overrides_put(struct overrides *overrides, enum plan_word word, const char *value)
{
	size_t value_len = strlen(value), at = 0;

	if (value_len > PLAN_WORD_VALUE_MAX)
		return SKERRY_ERR_NO_SPACE;
	while (at < overrides->len && !is_same(&overrides->lines[at], word, value))
		at++;
	if (at == OVERRIDES_LINES_MAX)
		return SKERRY_ERR_NO_SPACE;
	if (at == overrides->len)
		overrides->len++;
	overrides->lines[at].word = word;
	memcpy(overrides->lines[at].value, value, value_len + 1);
	return SKERRY_OK;
}

bool
overrides_drop(struct overrides *overrides, const char *grant)
{
	for (size_t i = 0; i < overrides->len; i++)
		if (is_same(&overrides->lines[i], PLAN_WORD_WITHOUT, grant)) {
			overrides->lines[i] = overrides->lines[--overrides->len];
			return true;
		}
	return false;
}

/* "grace 90d", without its line end. */
static bool
read_line(const char *line, size_t len, struct overrides *overrides)
{
	const char *space = memchr(line, ' ', len);
	size_t name_len = space == NULL ? len : (size_t)(space - line), value_len;
	char value[PLAN_WORD_VALUE_MAX + 1];
	enum plan_word word;

	if (!plan_word_from_name(line, name_len, &word))
		return false;
	value_len = space == NULL ? 0 : len - name_len - 1;
	if (value_len > PLAN_WORD_VALUE_MAX)
		return false;
	if (value_len > 0)
		memcpy(value, space + 1, value_len);
	value[value_len] = '\0';
	return overrides_put(overrides, word, value) == SKERRY_OK;
}

enum skerry_err
overrides_read(const char *text, struct overrides *ret_overrides)
{
	ret_overrides->len = 0;
	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, "\n");

		if (!read_line(text, len, ret_overrides))
			return SKERRY_ERR_STORE_DAMAGED;
		text += len;
		text += *text == '\n';
	}
	return SKERRY_OK;
}

void
overrides_ladder(const char *text, struct license_ladder *ladder)
{
	char value[PLAN_WORD_VALUE_MAX + 1];
	enum plan_word word;

	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, "\n"), name_len = strcspn(text, " \n");
		size_t value_len = name_len < len ? len - name_len - 1 : 0;

		if (value_len > 0 && value_len < sizeof value &&
			plan_word_from_name(text, name_len, &word) && word >= PLAN_WORD_WARN &&
			word <= PLAN_WORD_DEGRADED) {
			memcpy(value, text + name_len + 1, value_len);
			value[value_len] = '\0';
			(void)plan_words_put_ladder(ladder, word, value);
		}
		text += len;
		text += *text == '\n';
	}
	if (ladder->alert_s > ladder->warn_s)
		ladder->alert_s = ladder->warn_s;
}

static bool
is_before(const struct override *a, const struct override *b)
{
	return a->word != b->word ? a->word < b->word : strcmp(a->value, b->value) < 0;
}

/* They are few, and mostly in order already. */
static void
sort(const struct override *lines[], size_t len)
{
	for (size_t i = 1; i < len; i++) {
		const struct override *line = lines[i];
		size_t at = i;

		for (; at > 0 && is_before(line, lines[at - 1]); at--)
			lines[at] = lines[at - 1];
		lines[at] = line;
	}
}

static size_t
add(char *text, size_t len, const char *part, size_t part_len)
{
	memcpy(text + len, part, part_len);
	return len + part_len;
}

void
overrides_write(const struct overrides *overrides, char ret_text[OVERRIDES_TEXT_MAX])
{
	const struct override *lines[OVERRIDES_LINES_MAX] = { NULL };
	size_t len = 0;

	for (size_t i = 0; i < overrides->len; i++)
		lines[i] = &overrides->lines[i];
	sort(lines, overrides->len);
	for (size_t i = 0; i < overrides->len; i++) {
		const char *name = plan_word_name(lines[i]->word);

		len = add(ret_text, len, name, strlen(name));
		if (lines[i]->value[0] != '\0') {
			len = add(ret_text, len, " ", 1);
			len = add(ret_text, len, lines[i]->value, strlen(lines[i]->value));
		}
		len = add(ret_text, len, "\n", 1);
	}
	ret_text[len] = '\0';
}

static bool
says(const struct overrides *overrides, enum plan_word word)
{
	for (size_t i = 0; i < overrides->len; i++)
		if (overrides->lines[i].word == word)
			return true;
	return false;
}

enum skerry_err
overrides_apply(const struct overrides *overrides, struct plan *plan,
	const struct override **ret_line, const char **ret_wants)
{
	for (size_t i = 0; i < overrides->len; i++) {
		const struct override *line = &overrides->lines[i];
		const char *wants;

		if (line->word == PLAN_WORD_WITHOUT) {
			(void)plan_withdraw(plan, line->value);
			continue;
		}
		wants = plan_words_put(plan, line->word, line->value);
		if (wants != NULL) {
			*ret_line = line;
			*ret_wants = wants;
			return SKERRY_ERR_CLAIM_VALUE;
		}
	}
	plan_sort_grants(plan);
	if (plan_words_settle(plan, says(overrides, PLAN_WORD_ALERT)))
		return SKERRY_OK;
	for (size_t i = 0; i < overrides->len; i++)
		if (overrides->lines[i].word == PLAN_WORD_ALERT)
			*ret_line = &overrides->lines[i];
	*ret_wants = "a time no longer than that of the warning";
	return SKERRY_ERR_CLAIM_VALUE;
}
