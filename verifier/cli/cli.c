/* SPDX-License-Identifier: ISC */
#include "daemon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "folder_owner.h"
#include "formats/date.h"
#include "verifier/show/deeds.h"
#include "verifier/texts/en.h"

enum { COLUMNS_USUAL = 80, COLUMNS_LEAST = 20 };

static const char *state_option, *language_option;

bool
cli_take_option(const char *name, const char *value)
{
	if (strcmp(name, "--language") == 0) {
		if (value != NULL)
			language_option = value;
		return value == NULL || texts_find(value) != NULL;
	}
	if (strcmp(name, "--state") != 0)
		return daemon_take_option(name, value);
	if (value != NULL)
		state_option = value;
	return value == NULL || value[0] != '\0';
}

const char *
cli_state(void)
{
	const char *environment = getenv("SKERRY_STATE");

	if (state_option != NULL)
		return state_option;
	return environment != NULL && environment[0] != '\0' ? environment : CLI_STATE_DEFAULT;
}

/* As POSIX has it: the first that is set and not empty, whether it is spoken here or not. */
const struct texts *
cli_texts(void)
{
	static const char *const VARIABLES[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *language = language_option;
	const struct texts *texts;

	for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++)
		if (language == NULL || language[0] == '\0')
			language = getenv(VARIABLES[i]);
	texts = language == NULL ? NULL : texts_find(language);
	return texts == NULL ? &TEXTS_EN : texts;
}

int64_t
cli_wall_clock(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

/* What a terminal shows in one line; 0: it is none, and all is printed. */
static size_t
columns_of(FILE *file)
{
	struct winsize size;

	if (isatty(fileno(file)) != 1)
		return 0;
	return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > COLUMNS_LEAST
		       ? size.ws_col
		       : COLUMNS_USUAL;
}

const struct show *
cli_show(void)
{
	static struct local_time place;
	static struct show show;

	if (show.out != NULL)
		return &show;
	local_time_read("/", &place);
	show = (struct show){ .out = stdout,
		.notes = stderr,
		.texts = cli_texts(),
		.utf8 = cli_shows_utf8(),
		.color = command_colors(stdout),
		.columns = columns_of(stdout),
		.wall = cli_wall_clock(),
		.place = &place,
		.folder = cli_state() };
	return &show;
}

struct show
cli_show_as(bool json)
{
	struct show show = *cli_show();

	show.json = json;
	return show;
}

struct command_failure
cli_failure(enum skerry_err err, const char *subject, size_t offset)
{
	return failure_of(err, subject, offset);
}

enum command_exit
cli_fail_at(enum skerry_err err, const char *subject, size_t offset, bool json)
{
	struct command_failure failure = cli_failure(err, subject, offset);

	return command_fail_json(&failure, json);
}

enum command_exit
cli_fail(enum skerry_err err, const char *subject, bool json)
{
	struct command_failure failure = cli_failure(err, subject, 0);

	failure.has_offset = false;
	return command_fail_json(&failure, json);
}

enum command_exit
cli_fail_folder(enum skerry_err err, bool json)
{
	struct command_failure failure = cli_failure(err, cli_state(), 0);

	failure.has_offset = false;
	if (err == SKERRY_ERR_FILE_NOT_REGULAR) {
		failure.message = "This is not a folder.";
		failure.advice = "Name the state folder with --state; a license file is for "
				 "`skerry import`.";
	}
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

enum command_exit
cli_fail_busy(pid_t holder, bool json)
{
	char message[128] = "Another program is changing this folder.";
	const struct command_failure failure = {
		.err = SKERRY_ERR_STORE_BUSY, .subject = cli_state(), .message = message
	};

	if (holder != 0)
		snprintf(message, sizeof message, "Process %ld is changing this folder.",
			(long)holder);
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

enum command_exit
cli_fail_unread(const struct site *site, bool json)
{
	struct show_failure failure;

	if (show_has_memory(cli_show(), site, &failure))
		return COMMAND_YES;
	return cli_fail_shown(&failure, json);
}

/* A state folder that does not verify is a database that cannot be read: nobody can tell. */
static enum command_exit
tell_unusable(enum skerry_err err, const struct site_failure *where, bool json)
{
	char subject[400 + DOCUMENTS_PATH_MAX + 2];
	struct command_failure failure;

	if (err == SKERRY_ERR_STORE_BUSY)
		return cli_fail_busy(where->holder, json);
	if (err == SKERRY_ERR_FILE_PERMISSION)
		return folder_owner_fail(cli_state(), json);
	if (where->file[0] == '\0')
		return cli_fail_folder(err, json);
	snprintf(subject, sizeof subject, "%.400s/%s", cli_state(), where->file);
	failure = cli_failure(err, subject, where->offset);
	/* What could not be read just now is not lost: nobody is to throw a key away for it. */
	if (err != SKERRY_ERR_IO)
		failure.advice =
			"Run `skerry restore` with this site's latest backup. Without one, run "
			"`skerry "
			"init --force --trust FILE`: what is damaged is made anew, and licenses "
			"that are paired with this site need a new pairing with the vendor.";
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

static void
tell_state(const char *sentence)
{
	command_print_safe(stderr, cli_state(), strlen(cli_state()));
	fprintf(stderr, ": %s\n", sentence);
}

/* Once: opening finds it out, or only what is recorded of the answer. */
static void
tell_trouble(const struct memory *memory)
{
	static bool told;

	if (told)
		return;
	told = memory->trouble != SKERRY_OK;
	if (memory->trouble == SKERRY_ERR_STORE_VERSION)
		tell_state("The database was written by a newer version of this program, and "
			   "nothing is "
			   "read from it or recorded: update this program.");
	else if (memory->trouble != SKERRY_OK)
		tell_state(
			"Nothing can be recorded at present; answers are given all the same. Check "
			"that the disk has room and the folder is writable for its owner.");
}

/* What opening found out about the site's memory. */
static void
tell_news(const struct memory *memory)
{
	const struct memory_news *news = &memory->news;

	if (news->rebuilt)
		tell_state(news->edited
				   ? "The database was changed by something other than this "
				     "program, or damaged, and has been made anew from the "
				     "documents; the old one is site.db.damaged. Earlier entries "
				     "of the journal are lost."
			   : news->damaged
				   ? "The database was damaged and has been made anew from the "
				     "documents; the old one is site.db.damaged. Earlier entries "
				     "of the journal are lost."
				   : "The database was missing and has been made anew from the "
				     "documents. Earlier entries of the journal are lost.");
	if (news->clock_lost)
		tell_state("site.db and site.clock were lost, and the site's time with them: "
			   "licenses that are paired with this site are locked. Run `skerry "
			   "restore` with its latest backup; without one, call the vendor for a "
			   "new pairing, with what `skerry fingerprint` writes.");
	if (news->rolled_back)
		tell_state(
			"An older copy of this folder was put back. If you restored a backup, use "
			"`skerry restore` the next time; the next document from the vendor ends "
			"this "
			"notice.");
	else if (news->mark_lost && !news->rebuilt)
		tell_state("state.mark is missing or damaged, so that nothing tells whether this "
			   "is the "
			   "latest state; the next document from the vendor ends this notice.");
	if (news->consents_lost)
		tell_state(news->rebuilt
				   ? "If telemetry was allowed to go out, it does not until it is "
				     "allowed anew: `skerry telemetry list`."
				   : "Telemetry that was allowed to go out does not, until it is "
				     "allowed anew: `skerry telemetry list`.");
	if (news->broken_seq != 0)
		tell_state(
			"The journal was changed by hand or damaged: `skerry journal verify` says "
			"where.");
	if (news->files_healed != 0)
		tell_state("Documents were missing in the folder and have been put back.");
	tell_trouble(memory);
}

typedef enum skerry_err open_how(const char *, struct site *, struct site_failure *);

static bool
open_site(open_how *how, struct site *ret_site, bool json, enum command_exit *ret_exit)
{
	struct site_failure where;
	enum skerry_err err;

	errno = 0;
	err = how(cli_state(), ret_site, &where);
	if (err != SKERRY_OK) {
		*ret_exit = tell_unusable(err, &where, json);
		return false;
	}
	folder_owner_tell_exposed(ret_site->documents.directory);
	tell_news(ret_site->memory);
	err = site_tick(ret_site, NULL);
	if (err == SKERRY_OK)
		return true;
	site_close(ret_site);
	cli_fail(err, cli_state(), json);
	*ret_exit = COMMAND_CANNOT_TELL;
	return false;
}

/* Who asks holds the lock for a few milliseconds, to record it; who changes something waits for that. */
static enum skerry_err
open_patiently(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	/* One holder is waited for for 2 s; one after the other, or a daemon, 10 s in all. */
	enum { TRIES_ONE = 100, TRIES = 500 };
	static const struct timespec PAUSE = { .tv_nsec = 20000000 };
	enum skerry_err err = site_open_to_write(path, ret_site, ret_failure);
	int tries_one = err == SKERRY_ERR_STORE_BUSY && daemon_is_named() ? TRIES : TRIES_ONE;
	pid_t holder = ret_failure->holder;

	for (int i = 1, same = 1; err == SKERRY_ERR_STORE_BUSY && i < TRIES && same < tries_one;
		i++, same++) {
		nanosleep(&PAUSE, NULL);
		err = site_open_to_write(path, ret_site, ret_failure);
		if (ret_failure->holder != holder)
			same = 0;
		holder = ret_failure->holder;
	}
	return err;
}

/* Of a site whose disk is full, too. */
static enum skerry_err
open_to_copy(const char *path, struct site *ret_site, struct site_failure *ret_failure)
{
	enum skerry_err reason = open_patiently(path, ret_site, ret_failure), err;

	if (reason == SKERRY_OK || reason == SKERRY_ERR_STORE_BUSY)
		return reason;
	err = site_open(path, ret_site, ret_failure);
	if (err == SKERRY_OK)
		ret_site->memory->trouble = reason;
	return err;
}

bool
cli_open_site_to_copy(struct site *ret_site, bool json, enum command_exit *ret_exit)
{
	return open_site(open_to_copy, ret_site, json, ret_exit);
}

bool
cli_open_site(struct site *ret_site, bool json, enum command_exit *ret_exit)
{
	return open_site(site_open_to_ask, ret_site, json, ret_exit);
}

bool
cli_open_site_to_write(struct site *ret_site, bool json, enum command_exit *ret_exit)
{
	return open_site(open_patiently, ret_site, json, ret_exit);
}

void
cli_close_asked(struct site *site)
{
	fflush(stdout);
	tell_trouble(site->memory);
	site_close(site);
}

void
cli_tell_unused(const struct site *site)
{
	show_unused(cli_show(), site);
}

bool
cli_take_build_date(struct cli_question *question)
{
	if (question->build_date == NULL ||
		date_parse(question->build_date, &question->built_at) == SKERRY_OK)
		return true;
	command_misuse(
		"--build-date %s: write 2027-04-28 or 2027-04-28T12:00:00Z", question->build_date);
	return false;
}

struct show_question
cli_asked(const struct cli_question *question)
{
	return (struct show_question){
		.product = question->product,
		.tenant = question->tenant,
		.domain = question->domain,
		.install_path = question->install_path,
		.custom = question->custom.values,
		.custom_len = question->custom.len,
		.build_date = question->built_at,
		.without = question->without,
		.at = LICENSE_NEVER,
	};
}

enum command_exit
cli_fail_shown(const struct show_failure *failure, bool json)
{
	command_fail_json(&failure->failure, json);
	return failure->exit;
}

bool
cli_shows_utf8(void)
{
	static const char *const VARIABLES[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = NULL;

	for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++)
		if (locale == NULL || locale[0] == '\0')
			locale = getenv(VARIABLES[i]);
	return locale != NULL &&
	       (strcasestr(locale, "UTF-8") != NULL || strcasestr(locale, "UTF8") != NULL);
}
