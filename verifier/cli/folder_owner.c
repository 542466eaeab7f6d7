/* SPDX-License-Identifier: ISC */
#include "folder_owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "verifier/show/sheet.h"
#include "verifier/state/strangers.h"

void
folder_owner_name(uid_t user, char ret_name[FOLDER_OWNER_MAX])
{
	const struct passwd *entry = getpwuid(user);

	if (entry != NULL && strlen(entry->pw_name) < FOLDER_OWNER_MAX)
		snprintf(ret_name, FOLDER_OWNER_MAX, "%s", entry->pw_name);
	else
		snprintf(ret_name, FOLDER_OWNER_MAX, "%lu", (unsigned long)user);
}

static bool
is_usual_folder(void)
{
	return strcmp(cli_state(), CLI_STATE_DEFAULT) == 0;
}

/* --- giving it away -------------------------------------------------------------------------- */

static bool
is_empty(int directory)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool empty = listing != NULL;

	if (listing == NULL) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while ((entry = readdir(listing)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			empty = false;
	closedir(listing);
	return empty;
}

/* The user has it afterwards, or false with the reason in errno. */
static bool
give(const struct passwd *entry)
{
	struct stat status;
	int directory;
	bool given = false;

	if (mkdir(cli_state(), 0700) != 0 && errno != EEXIST)
		return false;
	directory = open(cli_state(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (directory < 0)
		return false;
	errno = EEXIST;
	if (fstat(directory, &status) == 0 && status.st_uid == entry->pw_uid)
		given = true;
	else if (status.st_uid == 0 && is_empty(directory))
		given = fchown(directory, entry->pw_uid, entry->pw_gid) == 0;
	close(directory);
	return given;
}

static enum command_exit
refuse(const char *user, int reason)
{
	struct command_failure failure = { .err = SKERRY_ERR_FILE_PERMISSION,
		.subject = cli_state(),
		.message = "The folder cannot be given to that user.",
		.system_errno = reason };

	if (reason == EEXIST) {
		failure.err = SKERRY_ERR_FILE_EXISTS;
		failure.message = "The folder is there already, and belongs to somebody else.";
		failure.advice = "Leave --owner away, or give all of it to that user first: chown "
				 "-R USER: FOLDER";
		failure.system_errno = 0;
	}
	if (reason == 0) {
		failure.err = SKERRY_ERR_NOT_FOUND;
		failure.subject = user;
		failure.message = "There is no such user on this machine.";
		failure.advice =
			"Make one first: useradd --system --home-dir " CLI_STATE_DEFAULT " USER";
	}
	command_fail(&failure);
	return COMMAND_CANNOT_TELL;
}

bool
folder_owner_prepare(const char *wanted, enum command_exit *ret_exit)
{
	const char *user = wanted != NULL ? wanted : is_usual_folder() ? FOLDER_OWNER_USUAL : NULL;
	const struct passwd *entry;

	if (geteuid() != 0) {
		if (wanted != NULL)
			*ret_exit = command_misuse("--owner is for root; what you set up is yours");
		return wanted == NULL;
	}
	if (user == NULL)
		return true;
	entry = getpwnam(user);
	if (entry == NULL && wanted != NULL)
		*ret_exit = refuse(user, 0);
	/* Without the usual user, and whatever else is there, it stays whose it is. */
	if (entry == NULL || give(entry) || wanted == NULL)
		return entry != NULL || wanted == NULL;
	*ret_exit = refuse(user, errno);
	return false;
}

/* --- telling --------------------------------------------------------------------------------- */

void
folder_owner_tell(void)
{
	char name[FOLDER_OWNER_MAX];
	struct stat status;

	if (stat(cli_state(), &status) != 0)
		return;
	folder_owner_name(status.st_uid, name);
	sheet_chars(cli_show(), "owner", name);
	if (status.st_uid == 0 && is_usual_folder())
		puts("The folder belongs to root, since there was no user " FOLDER_OWNER_USUAL
		     ". For a daemon of\nits own: useradd --system --home-dir " CLI_STATE_DEFAULT
		     " " FOLDER_OWNER_USUAL "; chown -R " FOLDER_OWNER_USUAL
		     ": " CLI_STATE_DEFAULT);
}

static void
tell(const char *name, const char *sentence)
{
	command_print_safe(stderr, cli_state(), strlen(cli_state()));
	fprintf(stderr, "%s: %s\n", name, sentence);
}

static const char *const SECRETS[] = { "/site.key", "/opening.key" };
enum { SECRETS_LEN = sizeof SECRETS / sizeof *SECRETS };

static bool
is_open_folder(int directory)
{
	struct stat status;

	return fstat(directory, &status) == 0 && (status.st_mode & 077) != 0;
}

static bool
is_open_secret(int directory, const char *secret)
{
	struct stat status;

	return fstatat(directory, secret + 1, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (status.st_mode & 077) != 0;
}

bool
folder_owner_is_exposed(int directory)
{
	bool exposed = is_open_folder(directory);

	for (size_t i = 0; i < SECRETS_LEN; i++)
		exposed = exposed || is_open_secret(directory, SECRETS[i]);
	return exposed;
}

void
folder_owner_tell_exposed(int directory)
{
	if (is_open_folder(directory))
		tell("", "Others than its owner may open this folder, which holds this site's "
			 "secret keys. Close it: chmod 700");
	for (size_t i = 0; i < SECRETS_LEN; i++)
		if (is_open_secret(directory, SECRETS[i]))
			tell(SECRETS[i], "Others than its owner may read this secret key. Close "
					 "it: chmod 600");
}

enum command_exit
folder_owner_fail(const char *file, bool json)
{
	char owner[FOLDER_OWNER_MAX], self[FOLDER_OWNER_MAX], message[2 * FOLDER_OWNER_MAX + 64],
		advice[FOLDER_OWNER_MAX + 160];
	struct command_failure failure = { .err = SKERRY_ERR_FILE_PERMISSION, .subject = file };
	struct stat status;

	folder_owner_name(geteuid(), self);
	if (stat(cli_state(), &status) != 0) {
		failure.message = "This user may not make or open the folder.";
		failure.advice = "Run it as root, or name a folder of your own with --state.";
	} else if (status.st_uid != geteuid()) {
		folder_owner_name(status.st_uid, owner);
		snprintf(message, sizeof message, "This folder is user %s's, and you are %s.",
			owner, self);
		snprintf(advice, sizeof advice,
			"Run it as root, or as that user: sudo -u %s skerry ... Where skerryd "
			"runs, whoever is in the group of its socket may ask, too.",
			owner);
		failure.message = message;
		failure.advice = advice;
	}
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

enum command_exit
folder_owner_refuse(enum skerry_err err, pid_t holder, bool json)
{
	char stranger[DOCUMENTS_NAME_MAX], subject[400 + DOCUMENTS_NAME_MAX + 2];
	const struct command_failure others = { .err = SKERRY_ERR_FILE_EXISTS,
		.subject = subject,
		.message = "This is none of Skerry's, and the folder was left as it is.",
		.advice = "Take it out of the folder, or name a folder of its own with --state." };

	if (err == SKERRY_ERR_STORE_BUSY)
		return cli_fail_busy(holder, json);
	if (err == SKERRY_ERR_FILE_PERMISSION)
		return folder_owner_fail(cli_state(), json);
	if (err != SKERRY_ERR_FILE_EXISTS)
		return cli_fail_folder(err, json);
	strangers_name(cli_state(), stranger);
	snprintf(subject, sizeof subject, "%.400s/%s", cli_state(), stranger);
	command_fail_json(&others, json);
	return COMMAND_CANNOT_TELL;
}
