/* SPDX-License-Identifier: ISC */
/* skerry token add, list and remove: who may call skerryd from another machine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats/date.h"
#include "formats/table.h"
#include "verifier/state/tokens.h"

#define RELOAD "A skerryd that runs knows after `systemctl reload skerryd`.\n"

/* What went wrong with the token of that name, or with the file. */
static enum command_exit
tell_failed(enum skerry_err err, const char *name, bool json)
{
	struct command_failure failure = cli_failure(err, name != NULL ? name : TOKENS_FILE, 0);

	if (err == SKERRY_ERR_EXISTS) {
		failure.message = "There is a token of that name.";
		failure.advice = "Nobody can show it again: `skerry token remove NAME`, then add "
				 "it anew, or take another name.";
	} else if (err == SKERRY_ERR_NOT_FOUND) {
		failure.message = "There is no token of that name.";
		failure.advice = "`skerry token list` shows those there are.";
	} else if (err == SKERRY_ERR_NO_SPACE) {
		failure.message = "There are 256 tokens, and there is room for no more.";
		failure.advice = "Remove one that nobody uses: `skerry token list`.";
	} else if (err == SKERRY_ERR_FILE_DAMAGED) {
		failure.subject = TOKENS_FILE;
		failure.message = "The file of the client tokens was changed by something else.";
		failure.advice = "Remove the file `tokens` from the state folder, and make each "
				 "client a new token.";
	}
	command_fail_json(&failure, json);
	return err == SKERRY_ERR_EXISTS || err == SKERRY_ERR_NOT_FOUND || err == SKERRY_ERR_NO_SPACE
		       ? COMMAND_NO
		       : COMMAND_CANNOT_TELL;
}

static enum command_exit
misnamed(const char *name)
{
	return command_misuse("NAME %s: 1 to %d of a-z, 0-9, dot, hyphen and underscore, a letter "
			      "or digit first",
		name, TOKEN_NAME_MAX);
}

static void
tell_done(const char *name, const char *text)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "name");
	json_chars(&j, name);
	if (text != NULL) {
		json_name(&j, "token");
		json_chars(&j, text);
	}
	json_object_close(&j);
	putchar('\n');
}

/* One token by its name, and the site that is to know it or not. */
struct naming {
	const char *name;
	bool json;
	struct site site;
};

static bool
begin(struct naming *naming, int argc, char **argv, enum command_exit *ret_exit)
{
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &naming->json } };
	struct command_list operands;

	*ret_exit = COMMAND_CANNOT_TELL;
	if (!command_parse(argc, argv, options, 1, 1, 1, &operands))
		return false;
	naming->name = operands.values[0];
	if (!tokens_is_name(naming->name)) {
		*ret_exit = misnamed(naming->name);
		return false;
	}
	if (!cli_open_site_to_write(&naming->site, naming->json, ret_exit))
		return false;
	errno = 0;
	return true;
}

enum command_exit
token_add_run(int argc, char **argv)
{
	struct naming naming = { .json = false };
	char text[TOKEN_TEXT_MAX];
	enum command_exit exit;
	enum skerry_err err;

	if (!begin(&naming, argc, argv, &exit))
		return exit;
	err = tokens_add(naming.site.documents.directory, naming.name, cli_wall_clock(), text);
	site_close(&naming.site);
	if (err != SKERRY_OK)
		return command_finish(tell_failed(err, naming.name, naming.json));
	if (naming.json) {
		tell_done(naming.name, text);
	} else {
		puts(text);
		fputs("Nobody can show it again: put it where its client finds it. " RELOAD,
			stderr);
	}
	return command_finish(COMMAND_YES);
}

enum command_exit
token_remove_run(int argc, char **argv)
{
	struct naming naming = { .json = false };
	enum command_exit exit;
	enum skerry_err err;

	if (!begin(&naming, argc, argv, &exit))
		return exit;
	err = tokens_remove(naming.site.documents.directory, naming.name);
	site_close(&naming.site);
	if (err != SKERRY_OK)
		return command_finish(tell_failed(err, naming.name, naming.json));
	if (naming.json)
		tell_done(naming.name, NULL);
	else
		printf("%s: removed. " RELOAD, naming.name);
	return command_finish(COMMAND_YES);
}

static void
list_json(const struct tokens *tokens)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "tokens");
	json_array_open(&j);
	for (size_t i = 0; i < tokens->len; i++) {
		json_object_open(&j);
		json_name(&j, "name");
		json_chars(&j, tokens->list[i].name);
		json_name(&j, "made_at");
		json_date(&j, tokens->list[i].made_at);
		json_object_close(&j);
	}
	json_array_close(&j);
	json_object_close(&j);
	putchar('\n');
}

static void
list_table(const struct tokens *tokens)
{
	static const struct table_column COLUMNS[] = { { "name", false }, { "made", false } };
	static char dates[TOKENS_MAX][DATE_TEXT_MAX];
	static const char *cells[2 * TOKENS_MAX];

	for (size_t i = 0; i < tokens->len; i++) {
		date_format(tokens->list[i].made_at, dates[i]);
		cells[2 * i] = tokens->list[i].name;
		cells[2 * i + 1] = dates[i];
	}
	if (tokens->len == 0)
		puts("There is no client token.");
	else
		table_write(COLUMNS, 2, cells, tokens->len, command_sink, stdout);
}

enum command_exit
token_list_run(int argc, char **argv)
{
	static struct tokens tokens;
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site(&site, json, &exit))
		return exit;
	errno = 0;
	err = tokens_load(site.documents.directory, &tokens);
	site_close(&site);
	if (err != SKERRY_OK)
		return command_finish(tell_failed(err, NULL, json));
	if (json)
		list_json(&tokens);
	else
		list_table(&tokens);
	return command_finish(COMMAND_YES);
}
