/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_SESSION_H
#define ISSUER_CLI_SESSION_H

/* A verb at work: the desk it opened, the options of the whole program, its failures told. */

#include "issuer/desk/desk.h"
#include "keys/command.h"

struct session {
	struct desk desk;
	bool json;
};

/* --desk, --passphrase-file and --at, for command_program.take_option; and their help. */
bool session_take_option(const char *name, const char *value);
extern const char SESSION_OPTIONS[];

/* DIR: --desk, else $SKERRY_DESK, else "desk". --passphrase-file or NULL. --at, if given. */
const char *session_desk_path(void);
const char *session_passphrase_file(void);
int64_t session_clock(void);

/* Where the second mark of a desk is kept (mark.h): in the user's own state; NULL: nowhere. */
const char *session_marks_folder(void);

/* Gives a desk that was opened otherwise what the options of the whole program say: its clock. */
void session_adopt(struct session *session);

/* Opens the desk. Anything but COMMAND_YES has been told and is the exit code. */
enum command_exit session_open(struct session *ret_session, bool json);
void session_close(struct session *session);

/* The same for a verb whose one option is --json: reads that and `min` to `max` operands first. */
enum command_exit session_start(int argc, char **argv, size_t min, size_t max,
	struct command_list *ret_operands, struct session *ret_session);

/*
 * Unlocks the desk, asking for the passphrase if it has one and `unlock` has not been told it.
 * session_unlock_asking asks in any case.
 */
enum skerry_err session_unlock(struct session *session);
enum skerry_err session_unlock_asking(struct session *session);

enum { SESSION_PASSPHRASE_SHORT = 8 /* bytes; fewer are warned of */ };

/* Warnings on standard error: a new passphrase that is short; a desk's folder open to others. */
void session_warn_short(const struct passphrase *passphrase);
void session_warn_exposed(void);
/* Where that asks nobody: for reports that say more of an unlocked desk. */
void session_unlock_unasked(struct session *session);

/*
 * Begins a change: unlocks the desk, so that the audit log can name who makes it, and takes the
 * writer's lock. Every verb that changes anything begins so.
 */
enum skerry_err session_begin(struct session *session);

/*
 * Tells an error with what the desk noted about it. `subject` is what it is about where the desk
 * said nothing; NULL: the desk itself.
 */
enum command_exit session_fail(struct session *session, enum skerry_err err, const char *subject);

/* Notes that `path` could not be written, whose folder may be missing; returns `err`. */
enum skerry_err session_refuse_output(struct desk *desk, enum skerry_err err, const char *path);

/* Closes the session after a change: tells `err`, or hands COMMAND_YES on. */
enum command_exit session_end(struct session *session, enum skerry_err err, const char *subject);

/*
 * Closes report and session after a report: an error that came up after its first line is told on
 * standard error, whatever --json says, since the object stands already.
 */
struct report;
enum command_exit session_end_report(
	struct session *session, struct report *report, enum skerry_err err);

/*
 * A whole number between min and max that an option gives; NULL leaves *number as it is. False for
 * anything else.
 */
bool session_number(const char *text, int64_t min, int64_t max, int64_t *number);

/* The members "product" and "plan" (NULL: none) of a report, as paths. */
void session_report_path(
	struct report *report, const char *brand, const char *product, const char *plan);

/* On standard error, while the desk stands under the root that `init` made. */
void session_tell_trial(struct session *session);
/* The same as a member "trial" of a report with --json, else on standard error. */
void session_report_trial(struct session *session, struct report *report);

#endif
