/* SPDX-License-Identifier: ISC */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "formats/utf8.h"
#include "keys/untrusted_file.h"
#include "verifier/daemon/http/http_host.h"
#include "verifier/texts/texts.h"

enum kind { PATH, SOCKET, NAME, ADDRESS, LANGUAGE, NUMBER, LEVEL, FOLDERS, NAMES, HOSTS };

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct config, member)
static const struct key KEYS[] = {
	{ "state", PATH, AT(state) },
	{ "socket", SOCKET, AT(socket) },
	{ "socket_group", NAME, AT(socket_group) },
	{ "http", ADDRESS, AT(http) },
	{ "http_name", HOSTS, AT(http_names) },
	{ "tls_cert", PATH, AT(tls_cert) },
	{ "tls_key", PATH, AT(tls_key) },
	{ "drop", FOLDERS, AT(drops) },
	{ "stick", FOLDERS, AT(sticks) },
	{ "seats_per_user", NUMBER, AT(seats_per_user) },
	{ "operators", NAMES, AT(operators) },
	{ "language", LANGUAGE, AT(language) },
	{ "log", LEVEL, AT(log) },
};
enum { KEYS_LEN = sizeof KEYS / sizeof *KEYS };

static const char *const TAKES[] = {
	[PATH] = "It takes an absolute path.",
	[SOCKET] = "It takes an absolute path of at most 107 bytes.",
	[NAME] = "It takes the name of a group.",
	[ADDRESS] = "It takes an address and a port: 127.0.0.1:7878 or [::1]:7878.",
	[LANGUAGE] = "It takes en or id.",
	[NUMBER] = "It takes a number from 0 (no cap) to 1000000.",
	[LEVEL] = "It takes errors, changes or calls.",
	[FOLDERS] = ("It takes the absolute path of a folder, and may be given again, each folder "
		     "once, 16 in all."),
	[NAMES] = "It takes names of local users, with commas between them, 32 in all.",
	[HOSTS] = "It takes a host name, and may be given again, 32 in all.",
};

/* --- values ---------------------------------------------------------------------------------- */

static bool
is_clean(const char *value)
{
	size_t len = strlen(value);

	for (size_t at = 0; at < len;) {
		uint32_t point;

		at += utf8_next(value + at, len - at, &point);
		if (point == UTF8_BROKEN || utf8_is_control(point))
			return false;
	}
	return len > 0;
}

static bool
is_path(const char *value)
{
	return value[0] == '/' && strlen(value) < 4096;
}

/* Digits alone, up to a maximum. */
static bool
read_number(const char *value, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (value[0] == '\0' || strlen(value) > 9 || value[strspn(value, "0123456789")] != '\0')
		return false;
	number = strtoull(value, NULL, 10);
	if (number > max)
		return false;
	*ret_number = number;
	return true;
}

/* Of port 0 nobody would know which one it is. */
static bool
is_address(const char *value)
{
	struct sockaddr_storage address;
	socklen_t len;

	return http_host_read_address(value, &address, &len) &&
	       strtoul(strrchr(value, ':') + 1, NULL, 10) != 0;
}

static bool
read_level(const char *value, enum log_level *ret_level)
{
	static const char *const LEVELS[] = { "errors", "changes", "calls" };

	for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
		if (strcmp(value, LEVELS[i]) == 0) {
			*ret_level = (enum log_level)i;
			return true;
		}
	return false;
}

/* --- setting --------------------------------------------------------------------------------- */

static enum skerry_err
set_text(char **place, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return SKERRY_ERR_NO_MEMORY;
	free(*place);
	*place = copy;
	return SKERRY_OK;
}

static enum skerry_err
add(struct config_list *list, size_t max, const char *value)
{
	for (size_t i = 0; i < list->len; i++)
		if (strcmp(list->values[i], value) == 0)
			return SKERRY_ERR_ARGUMENT;
	if (list->len == max)
		return SKERRY_ERR_ARGUMENT;
	list->values[list->len] = strdup(value);
	if (list->values[list->len] == NULL)
		return SKERRY_ERR_NO_MEMORY;
	list->len++;
	return SKERRY_OK;
}

static enum skerry_err
add_names(struct config_list *list, const char *value)
{
	char *copy = strdup(value), *rest = copy, *name;
	enum skerry_err err = copy == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	while (err == SKERRY_OK && (name = strsep(&rest, ",")) != NULL) {
		size_t len;

		name += strspn(name, " \t");
		len = strcspn(name, " \t");
		if (len == 0 || name[len + strspn(name + len, " \t")] != '\0')
			err = SKERRY_ERR_ARGUMENT;
		name[len] = '\0';
		if (err == SKERRY_OK)
			err = add(list, CONFIG_NAMES_MAX, name);
	}
	free(copy);
	return err;
}

/* Whether the value is one for the kind, as far as the text tells. */
static bool
is_taken(enum kind kind, const char *value)
{
	switch (kind) {
	case PATH:
	case FOLDERS:
		return is_path(value);
	case SOCKET:
		return is_path(value) && strlen(value) < sizeof((struct sockaddr_un *)0)->sun_path;
	case ADDRESS:
		return is_address(value);
	case LANGUAGE:
		return texts_find(value) != NULL;
	case HOSTS:
		return strlen(value) <= 253 && strpbrk(value, " \t/:@") == NULL;
	case NAME:
		return strlen(value) <= 64 && strpbrk(value, " \t,:/") == NULL;
	case NUMBER:
	case LEVEL:
	case NAMES:
		break;
	}
	return true;
}

static enum skerry_err
set(struct config *config, const struct key *key, const char *value)
{
	void *place = (char *)config + key->offset;

	if (!is_clean(value) || !is_taken(key->kind, value))
		return SKERRY_ERR_ARGUMENT;
	switch (key->kind) {
	case NUMBER:
		return read_number(value, CONFIG_SEATS_MAX, place) ? SKERRY_OK
								   : SKERRY_ERR_ARGUMENT;
	case LEVEL:
		return read_level(value, place) ? SKERRY_OK : SKERRY_ERR_ARGUMENT;
	case FOLDERS:
		return add(place, CONFIG_FOLDERS_MAX, value);
	case HOSTS:
		return add(place, CONFIG_NAMES_MAX, value);
	case NAMES:
		return add_names(place, value);
	default:
		return set_text(place, value);
	}
}

static const struct key *
find_key(const char *name)
{
	for (size_t i = 0; i < KEYS_LEN; i++)
		if (strcmp(KEYS[i].name, name) == 0)
			return &KEYS[i];
	return NULL;
}

enum skerry_err
config_set(struct config *config, const char *key, const char *value, const char **ret_takes)
{
	const struct key *found = find_key(key);
	enum skerry_err err = found == NULL ? SKERRY_ERR_ARGUMENT : set(config, found, value);

	if (err == SKERRY_ERR_ARGUMENT)
		*ret_takes = found == NULL ? "There is no such key." : TAKES[found->kind];
	return err;
}

/* --- a file ---------------------------------------------------------------------------------- */

struct parsing {
	struct config *config;
	config_tell *tell;
	void *context;
	unsigned line;
	bool given[KEYS_LEN], faulty;
	enum skerry_err err; /* NO_MEMORY */
};

static void
tell(struct parsing *parsing, const char *key, const char *message)
{
	parsing->faulty = true;
	parsing->tell(parsing->context, parsing->line, key, message);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char *
trim(char *text)
{
	size_t len;

	while (is_blank(*text))
		text++;
	len = strlen(text);
	while (len > 0 && is_blank(text[len - 1]))
		text[--len] = '\0';
	return text;
}

static void
cut_comment(char *line)
{
	for (char *at = line; *at != '\0'; at++)
		if (*at == '#' && (at == line || is_blank(at[-1]))) {
			*at = '\0';
			return;
		}
}

static bool
is_repeatable(const struct key *key)
{
	return key->kind == FOLDERS || key->kind == HOSTS;
}

static void
parse_pair(struct parsing *parsing, const char *name, const char *value)
{
	const struct key *key = find_key(name);
	enum skerry_err err;

	if (key == NULL) {
		tell(parsing, name, "There is no such key; skerryd --help lists them.");
		return;
	}
	if (parsing->given[key - KEYS] && !is_repeatable(key)) {
		tell(parsing, name, "It stands here twice; leave one of them out.");
		return;
	}
	parsing->given[key - KEYS] = true;
	err = set(parsing->config, key, value);
	if (err == SKERRY_ERR_ARGUMENT)
		tell(parsing, name, TAKES[key->kind]);
	else if (err != SKERRY_OK)
		parsing->err = err;
}

static void
parse_line(struct parsing *parsing, char *line)
{
	char *equals;

	cut_comment(line);
	line = trim(line);
	if (line[0] == '\0')
		return;
	equals = strchr(line, '=');
	if (equals == NULL) {
		tell(parsing, line, "A line is: key = value.");
		return;
	}
	*equals = '\0';
	parse_pair(parsing, trim(line), trim(equals + 1));
}

enum skerry_err
config_parse(struct config *config, const char *text, size_t len, config_tell *tell_, void *context)
{
	struct parsing parsing = { .config = config, .tell = tell_, .context = context };
	char *copy = strndup(text, len), *rest = copy, *line;

	if (copy == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (strlen(copy) < len)
		tell(&parsing, "", "There is a byte 0 in it: this is no text.");
	else
		while (parsing.err == SKERRY_OK && (line = strsep(&rest, "\n")) != NULL) {
			parsing.line++;
			parse_line(&parsing, line);
		}
	free(copy);
	if (parsing.err != SKERRY_OK)
		return parsing.err;
	return parsing.faulty ? SKERRY_ERR_ARGUMENT : SKERRY_OK;
}

enum skerry_err
config_read(struct config *config, const char *path, config_tell *tell_, void *context)
{
	uint8_t *bytes = NULL;
	size_t len;
	enum skerry_err err = untrusted_file_read(path, CONFIG_BYTES_MAX, &bytes, &len);

	if (err == SKERRY_ERR_DOCUMENT_EMPTY)
		return SKERRY_OK;
	if (err != SKERRY_OK)
		return err;
	err = config_parse(config, (const char *)bytes, len, tell_, context);
	free(bytes);
	return err;
}

/* --- all of it ------------------------------------------------------------------------------- */

void
config_init(struct config *ret_config)
{
	*ret_config = (struct config){ .log = LOG_CHANGES };
}

static void
free_list(struct config_list *list)
{
	while (list->len > 0)
		free(list->values[--list->len]);
}

void
config_free(struct config *config)
{
	free(config->state);
	free(config->socket);
	free(config->socket_group);
	free(config->http);
	free(config->tls_cert);
	free(config->tls_key);
	free(config->language);
	free_list(&config->drops);
	free_list(&config->sticks);
	free_list(&config->operators);
	free_list(&config->http_names);
	config_init(config);
}
