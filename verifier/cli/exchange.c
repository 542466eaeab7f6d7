/* SPDX-License-Identifier: ISC */
/* skerry exchange: a mounted stick, both directions. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "cli.h"
#include "exchange_out.h"
#include "verifier/first_verdict.h"

enum { MESSAGE_MAX_WAITING = 192 };

struct options {
	struct command_list pair, migrate, domains, custom;
	const char *reason, *tenant, *install_path;
	bool no_request, unpair, json;
};

/* Of what was asked for, at most one thing. */
static bool
read_wish(const struct options *options, struct stick_visit *visit)
{
	struct request_wish *wish = &visit->wish;
	int wishes = (options->pair.len > 0) + (options->migrate.len > 0) + options->unpair +
		     options->no_request;

	if (wishes > 1) {
		command_misuse("--pair, --migrate, --unpair and --no-request exclude each other");
		return false;
	}
	wish->kind = options->pair.len > 0      ? REQUEST_PAIR
		     : options->migrate.len > 0 ? REQUEST_MIGRATE
		     : options->unpair          ? REQUEST_UNPAIR
						: REQUEST_HEARTBEAT;
	wish->keys = options->pair.len > 0 ? options->pair.values : options->migrate.values;
	wish->keys_len = options->pair.len + options->migrate.len;
	wish->reason = options->reason;
	wish->domains = options->domains.values;
	wish->domains_len = options->domains.len;
	wish->machine.tenant = options->tenant;
	wish->machine.install_path = options->install_path;
	wish->machine.custom = options->custom.values;
	wish->machine.custom_len = options->custom.len;
	visit->only_take = options->no_request;
	return true;
}

static void
take_line(void *context, const struct stick_line *line)
{
	exchange_out_add(context, line);
}

/* The folder that was named, and what may be done about it. */
static enum command_exit
fail_folder(enum skerry_err err, const char *dir, bool only_take, bool json)
{
	struct command_failure failure = cli_failure(err, dir, 0);

	failure.has_offset = false;
	if (err == SKERRY_ERR_FILE_MISSING && only_take) {
		failure.message = "There is no such folder, or no folder skerry in it.";
		failure.advice = "Name the folder where the stick is mounted; without --no-request "
				 "the folder skerry is made.";
	} else if (err == SKERRY_ERR_FILE_MISSING) {
		failure.message = "There is no such folder.";
		failure.advice = "Name the folder where the stick is mounted.";
	} else if (err == SKERRY_ERR_READ_ONLY) {
		failure.message = "There is nothing on this stick, and it can only be read.";
	}
	return command_fail_json(&failure, json);
}

static void
tell_not_left(const struct stick_result *result, enum skerry_err err)
{
	const char *request =
		result->lies ? "The request that lies here already stays." : "No request was left.";

	if (err == SKERRY_ERR_DISK_FULL)
		fprintf(stderr,
			"The stick is full. %s Remove what is not Skerry's, or take another stick, "
			"and run the same command again.\n",
			request);
	else if (err == SKERRY_ERR_READ_ONLY)
		fprintf(stderr,
			"Nothing can be written to this stick: what lay there was taken in. %s "
			"Run the same command with a stick that can be written to.\n",
			request);
	else if (err == SKERRY_ERR_FILE_PERMISSION)
		fprintf(stderr,
			"This user has no permission to write to the folder skerry on this stick: "
			"what lay there was taken in. %s Run the same command as the user who "
			"made the folder, or as root; `chmod 1777` of the folder lets everybody "
			"write.\n",
			request);
	else if (err != SKERRY_OK)
		fprintf(stderr, "The request was not left, or an answered one not removed: %s\n",
			skerry_strerror(err));
}

/* The last line is the one that is waited for; only where all is on the stick it is the known one. */
static void
print_last_line(const struct stick_result *result, enum skerry_err not_left)
{
	const char *why = not_left == SKERRY_ERR_DISK_FULL         ? "it is full"
			  : not_left == SKERRY_ERR_READ_ONLY       ? "it can only be read"
			  : not_left == SKERRY_ERR_FILE_PERMISSION ? "this user has no permission"
			  : not_left != SKERRY_OK                  ? skerry_err_name(not_left)
								   : "there is no request";

	if (not_left == SKERRY_OK && result->making == SKERRY_OK)
		puts("You can pull the stick now.");
	else if (result->lies)
		printf("Not everything could be done on this stick: %s; you can pull it.\n", why);
	else
		printf("Nothing could be left on this stick: %s; you can pull it.\n", why);
}

static enum command_exit
fail_unfinished(const struct stick_result *result, const char *dir)
{
	struct command_failure failure = cli_failure(result->finished, dir, 0);

	failure.advice = "Plug the stick in again and run the same command again: nothing is lost, "
			 "and nothing is done twice.";
	return command_fail(&failure);
}

static enum command_exit
end_visit(const struct stick_visit *visit, const struct stick_result *result, const char *dir,
	bool json)
{
	enum skerry_err not_left = visit->only_take && result->writing == SKERRY_ERR_READ_ONLY
					   ? SKERRY_OK
					   : result->writing;
	enum command_exit exit = COMMAND_YES;

	fflush(stdout);
	if (result->making != SKERRY_OK) {
		struct command_failure failure = cli_failure(result->making, "request", 0);
		char message[MESSAGE_MAX_WAITING];

		failure.has_offset = false;
		if (result->making == SKERRY_ERR_REQUEST_WAITS) {
			show_request_waiting(&result->request, message, sizeof message);
			failure.message = message;
			failure.advice = SHOW_REQUEST_WAITS_ADVICE;
		}
		exit = command_exit_of(result->making);
		if (!json)
			command_fail(&failure);
	}
	if (!json)
		tell_not_left(result, not_left);
	if (not_left != SKERRY_OK)
		exit = COMMAND_CANNOT_TELL;
	fflush(stderr);
	if (result->finished == SKERRY_OK) {
		if (!json)
			print_last_line(result, not_left);
		return exit;
	}
	if (!json)
		fail_unfinished(result, dir);
	return COMMAND_CANNOT_TELL;
}

static enum command_exit
exchange(struct site *site, const struct stick_visit *wish, const char *dir, bool json)
{
	struct stick_visit visit = *wish;
	struct stick_result result;
	struct exchange_out out;
	enum command_exit exit;
	enum skerry_err err;

	exchange_out_begin(&out, site, json);
	visit.tell = take_line;
	visit.context = &out;
	errno = 0;
	err = stick_exchange(site, dir, &visit, &result);
	if (err == SKERRY_OK && out.no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK) {
		exit = result.opened ? cli_fail(err, cli_state(), json)
				     : fail_folder(err, dir, visit.only_take, json);
	} else {
		exchange_out_print(&out, &result);
		if (result.taken > 0)
			first_verdict_record(site);
		exit = end_visit(&visit, &result, dir, json);
	}
	exchange_out_free(&out);
	return exit;
}

enum command_exit
exchange_run(int argc, char **argv)
{
	struct options options = { .json = false };
	const struct command_option table[] = {
		{ "--pair", COMMAND_LIST, &options.pair },
		{ "--migrate", COMMAND_LIST, &options.migrate },
		{ "--unpair", COMMAND_FLAG, &options.unpair },
		{ "--no-request", COMMAND_FLAG, &options.no_request },
		{ "--reason", COMMAND_VALUE, &options.reason },
		{ "--tenant", COMMAND_VALUE, &options.tenant },
		{ "--domain", COMMAND_LIST, &options.domains },
		{ "--install-path", COMMAND_VALUE, &options.install_path },
		{ "--custom", COMMAND_LIST, &options.custom },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct stick_visit visit = { .only_take = false };
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands) ||
		!asking_check_domains(&options.domains) || !read_wish(&options, &visit))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site_to_write(&site, options.json, &exit))
		return exit;
	exit = exchange(&site, &visit, operands.values[0], options.json);
	site_close(&site);
	return command_finish(exit);
}
