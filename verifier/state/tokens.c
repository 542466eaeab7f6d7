/* SPDX-License-Identifier: ISC */
#include "tokens.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "keys/atomic_file.h"
#include "keys/random.h"
#include "keys/untrusted_file.h"

enum {
	ID_LEN = 26, /* characters of 5 bits */
	LINE_MAX_LEN = TOKEN_NAME_MAX + 1 + 2 * HASH_LEN + 1 + DATE_TEXT_MAX,
	FILE_MAX = TOKENS_MAX * LINE_MAX_LEN
};

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
tokens_is_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > TOKEN_NAME_MAX || !is_name_char(name[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!is_name_char(name[i]) && name[i] != '.' && name[i] != '-' && name[i] != '_')
			return false;
	return true;
}

/* --- the file ---------------------------------------------------------------------------------- */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_hash(const char *hex, uint8_t ret_hash[HASH_LEN])
{
	if (strlen(hex) != 2 * (size_t)HASH_LEN)
		return false;
	for (size_t i = 0; i < HASH_LEN; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret_hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* "reception-2 6b86... 2027-04-28T10:00:00Z"; takes the line apart. */
static bool
read_line(char *line, struct token *ret_token)
{
	char *hash = strchr(line, ' '), *date = hash != NULL ? strchr(hash + 1, ' ') : NULL;
	char again[DATE_TEXT_MAX];

	if (date == NULL)
		return false;
	*hash++ = *date++ = '\0';
	if (!tokens_is_name(line) || !read_hash(hash, ret_token->hash) ||
		date_parse(date, &ret_token->made_at) != SKERRY_OK)
		return false;
	date_format(ret_token->made_at, again);
	memcpy(ret_token->name, line, strlen(line) + 1);
	return strcmp(date, again) == 0;
}

/* `text` is terminated; each line ends in a line feed, the names go up. */
static enum skerry_err
read_lines(char *text, size_t text_len, struct tokens *ret_tokens)
{
	char *line = text, *end;

	if (strlen(text) != text_len)
		return SKERRY_ERR_FILE_DAMAGED;
	for (; *line != '\0'; line = end + 1) {
		struct token *token = &ret_tokens->list[ret_tokens->len];

		end = strchr(line, '\n');
		if (end == NULL || ret_tokens->len == TOKENS_MAX)
			return SKERRY_ERR_FILE_DAMAGED;
		*end = '\0';
		if (!read_line(line, token))
			return SKERRY_ERR_FILE_DAMAGED;
		if (ret_tokens->len > 0 && strcmp(token[-1].name, token->name) >= 0)
			return SKERRY_ERR_FILE_DAMAGED;
		ret_tokens->len++;
	}
	return SKERRY_OK;
}

enum skerry_err
tokens_load(int directory, struct tokens *ret_tokens)
{
	enum skerry_err err;
	uint8_t *bytes;
	size_t len;

	ret_tokens->len = 0;
	err = untrusted_file_read_at(directory, TOKENS_FILE, FILE_MAX, &bytes, &len);
	if (err == SKERRY_ERR_FILE_MISSING || err == SKERRY_ERR_DOCUMENT_EMPTY)
		return SKERRY_OK;
	if (err == SKERRY_ERR_DOCUMENT_TOO_LARGE)
		return SKERRY_ERR_FILE_DAMAGED;
	if (err != SKERRY_OK)
		return err;
	err = read_lines((char *)bytes, len, ret_tokens);
	if (err != SKERRY_OK)
		ret_tokens->len = 0;
	free(bytes);
	return err;
}

enum skerry_err
tokens_check(const uint8_t *bytes, size_t len)
{
	struct tokens *tokens = len > FILE_MAX ? NULL : calloc(1, sizeof *tokens);
	char *text = len > FILE_MAX ? NULL : calloc(1, len + 1);
	enum skerry_err err = len > FILE_MAX ? SKERRY_ERR_FILE_DAMAGED : SKERRY_ERR_NO_MEMORY;

	if (tokens != NULL && text != NULL) {
		memcpy(text, bytes, len);
		err = read_lines(text, len, tokens);
	}
	free(text);
	free(tokens);
	return err;
}

static size_t
write_line(const struct token *token, char *ret_line)
{
	static const char HEX[] = "0123456789abcdef";
	char *next = ret_line + strlen(token->name);

	memcpy(ret_line, token->name, strlen(token->name));
	*next++ = ' ';
	for (size_t i = 0; i < HASH_LEN; i++) {
		*next++ = HEX[token->hash[i] >> 4];
		*next++ = HEX[token->hash[i] & 15];
	}
	*next++ = ' ';
	date_format(token->made_at, next);
	next += strlen(next);
	*next++ = '\n';
	return (size_t)(next - ret_line);
}

static enum skerry_err
save(int directory, const struct tokens *tokens)
{
	char *text = malloc(FILE_MAX + DATE_TEXT_MAX);
	enum skerry_err err;
	size_t len = 0;

	if (text == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < tokens->len; i++)
		len += write_line(&tokens->list[i], text + len);
	err = atomic_file_write_at(directory, TOKENS_FILE, (const uint8_t *)text, len, 0600, true);
	free(text);
	return err;
}

/* --- what is in it ----------------------------------------------------------------------------- */

bool
tokens_find(const struct tokens *tokens, const char *text, char ret_name[TOKEN_NAME_MAX + 1])
{
	const struct token *found = NULL;
	uint8_t hash[HASH_LEN];

	hash_sha256((const uint8_t *)text, strlen(text), hash);
	for (size_t i = 0; i < tokens->len; i++)
		if (hash_same(tokens->list[i].hash, hash, HASH_LEN))
			found = &tokens->list[i];
	if (found == NULL)
		return false;
	memcpy(ret_name, found->name, sizeof found->name);
	return true;
}

/* Where `name` is, or would be. */
static size_t
place_of(const struct tokens *tokens, const char *name, bool *ret_is_there)
{
	size_t i = 0;

	while (i < tokens->len && strcmp(tokens->list[i].name, name) < 0)
		i++;
	*ret_is_there = i < tokens->len && strcmp(tokens->list[i].name, name) == 0;
	return i;
}

static enum skerry_err
insert(struct tokens *tokens, const char *name, const char *text, int64_t now)
{
	struct token *token;
	bool is_there;
	size_t at = place_of(tokens, name, &is_there);

	if (is_there)
		return SKERRY_ERR_EXISTS;
	if (tokens->len == TOKENS_MAX)
		return SKERRY_ERR_NO_SPACE;
	token = &tokens->list[at];
	memmove(token + 1, token, (tokens->len - at) * sizeof *token);
	tokens->len++;
	memset(token, 0, sizeof *token);
	memcpy(token->name, name, strlen(name));
	hash_sha256((const uint8_t *)text, strlen(text), token->hash);
	token->made_at = now;
	return SKERRY_OK;
}

enum skerry_err
tokens_add(int directory, const char *name, int64_t now, char ret_text[TOKEN_TEXT_MAX])
{
	char text[TOKEN_TEXT_MAX] = TOKENS_PREFIX;
	struct tokens *tokens;
	enum skerry_err err;

	if (!tokens_is_name(name))
		return SKERRY_ERR_ARGUMENT;
	tokens = malloc(sizeof *tokens);
	if (tokens == NULL)
		return SKERRY_ERR_NO_MEMORY;
	random_id(text + sizeof TOKENS_PREFIX - 1, ID_LEN);
	err = tokens_load(directory, tokens);
	if (err == SKERRY_OK)
		err = insert(tokens, name, text, now);
	if (err == SKERRY_OK)
		err = save(directory, tokens);
	if (err == SKERRY_OK)
		memcpy(ret_text, text, sizeof text);
	free(tokens);
	return err;
}

enum skerry_err
tokens_remove(int directory, const char *name)
{
	struct tokens *tokens = malloc(sizeof *tokens);
	enum skerry_err err;
	bool is_there;
	size_t at;

	if (tokens == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = tokens_load(directory, tokens);
	if (err == SKERRY_OK) {
		at = place_of(tokens, name, &is_there);
		if (is_there) {
			tokens->len--;
			memmove(&tokens->list[at], &tokens->list[at + 1],
				(tokens->len - at) * sizeof *tokens->list);
			err = save(directory, tokens);
		} else {
			err = SKERRY_ERR_NOT_FOUND;
		}
	}
	free(tokens);
	return err;
}
