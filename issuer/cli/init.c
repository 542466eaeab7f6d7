/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "formats/date.h"
#include "issuer/decide/entry.h"
#include "issuer/desk/founding.h"
#include "session.h"
#include "verbs.h"

const char INIT_HELP[] =
	"  --no-passphrase   the desk's key lies open in DESK/desk.key, for trials\n"
	"  --name NAME       the vendor's name\n"
	"  --latest DATE     the trial key signs nothing that runs longer (else no such end)\n"
	"  --alg ed25519     name the algorithm as RFC 9864 does (-19); else EdDSA (-8)\n"
	"\n"
	"DESK/vendor.manifest is what products pin and sites are given. The root that signed it\n"
	"is a trial root: replace it before you sell.\n"
	"\n"
	"example: skerry-issuer init --desk /srv/desk --name \"HotelHub\"\n";

struct options {
	bool no_passphrase;
	const char *name, *latest, *alg;
};

static enum command_exit
tell_done(const struct options *options)
{
	const char *path = session_desk_path();

	printf("Made the desk %s. Give products and sites %s/vendor.manifest.\n", path, path);
	printf("Its root is a trial root: good for trying, to be replaced before you sell.\n");
	if (options->no_passphrase)
		printf("Its key lies open in %s/desk.key: whoever can read that file can sign.\n",
			path);
	return command_finish(COMMAND_YES);
}

static enum command_exit
make(const struct options *options, struct founding founding)
{
	struct passphrase passphrase = { NULL, 0 };
	char advice[DESK_ADVICE_MAX] = "";
	const char *subject = session_desk_path();
	enum skerry_err err;

	errno = 0;
	err = founding_check(founding.path, advice);
	if (err == SKERRY_OK && !options->no_passphrase) {
		subject = session_passphrase_file() == NULL ? subject : session_passphrase_file();
		err = terminal_passphrase(
			session_passphrase_file(), "the new desk", true, &passphrase);
		if (err == SKERRY_ERR_NO_TERMINAL)
			snprintf(advice, sizeof advice,
				"Give a passphrase with --passphrase-file FILE; for a trial take "
				"--no-passphrase.");
		founding.passphrase = &passphrase;
	}
	if (err == SKERRY_OK) {
		subject = session_desk_path();
		err = founding_make(&founding, advice);
	}
	if (err == SKERRY_OK && !options->no_passphrase)
		session_warn_short(&passphrase);
	terminal_passphrase_free(&passphrase);
	if (err == SKERRY_OK)
		return tell_done(options);
	return command_fail(&(struct command_failure){ .err = err,
		.subject = subject,
		.system_errno =
			err == SKERRY_ERR_IO || err == SKERRY_ERR_FILE_PERMISSION ? errno : 0,
		.advice = advice[0] == '\0' ? NULL : advice });
}

enum command_exit
init_run(int argc, char **argv)
{
	struct options options = { .no_passphrase = false };
	const struct command_option table[] = {
		{ "--no-passphrase", COMMAND_FLAG, &options.no_passphrase },
		{ "--name", COMMAND_VALUE, &options.name },
		{ "--latest", COMMAND_VALUE, &options.latest },
		{ "--alg", COMMAND_VALUE, &options.alg },
	};
	struct founding founding = { .path = NULL, .latest = LICENSE_NEVER, .alg = COSE_ALG_EDDSA };
	struct command_list operands;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.no_passphrase && session_passphrase_file() != NULL)
		return command_misuse("--no-passphrase and --passphrase-file exclude each other");
	if (options.name != NULL && !entry_is_name(options.name, ENTRY_NAME_MAX))
		return command_misuse(
			"--name takes 1 to %d bytes without line breaks", ENTRY_NAME_MAX);
	if (options.latest != NULL && date_parse(options.latest, &founding.latest) != SKERRY_OK)
		return command_misuse("--latest takes a date, not '%s'", options.latest);
	if (options.alg != NULL && strcmp(options.alg, "ed25519") == 0)
		founding.alg = COSE_ALG_ED25519;
	else if (options.alg != NULL && strcmp(options.alg, "eddsa") != 0)
		return command_misuse("--alg takes eddsa or ed25519, not '%s'", options.alg);
	founding.path = session_desk_path();
	founding.name = options.name == NULL ? "vendor" : options.name;
	founding.now = session_clock();
	return make(&options, founding);
}
