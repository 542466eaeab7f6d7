/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_CLI_H
#define VERIFIER_CLI_CLI_H

/*
 * The program skerry: one file for each verb, and what the verbs share: the state folder, the
 * options of a question, and how an error is told.
 */

#include "keys/carried.h"
#include "keys/command.h"
#include "verifier/explanation.h"
#include "verifier/show/show.h"

#define CLI_STATE_DEFAULT "/var/lib/skerry"

enum command_exit init_run(int argc, char **argv);
enum command_exit import_run(int argc, char **argv);
enum command_exit pair_run(int argc, char **argv);
enum command_exit request_run(int argc, char **argv);
enum command_exit migrate_run(int argc, char **argv);
enum command_exit unpair_run(int argc, char **argv);
enum command_exit exchange_run(int argc, char **argv);
enum command_exit status_run(int argc, char **argv);
enum command_exit why_run(int argc, char **argv);
enum command_exit what_if_run(int argc, char **argv);
enum command_exit check_run(int argc, char **argv);
enum command_exit limit_run(int argc, char **argv);
enum command_exit fingerprint_run(int argc, char **argv);
enum command_exit clock_run(int argc, char **argv);
enum command_exit clock_confirm_run(int argc, char **argv);
enum command_exit extend_run(int argc, char **argv);
enum command_exit journal_list_run(int argc, char **argv);
enum command_exit journal_verify_run(int argc, char **argv);
enum command_exit journal_export_run(int argc, char **argv);
enum command_exit backup_run(int argc, char **argv);
enum command_exit restore_run(int argc, char **argv);
enum command_exit telemetry_allow_run(int argc, char **argv);
enum command_exit telemetry_deny_run(int argc, char **argv);
enum command_exit telemetry_forget_run(int argc, char **argv);
enum command_exit telemetry_set_run(int argc, char **argv);
enum command_exit telemetry_list_run(int argc, char **argv);
enum command_exit event_add_run(int argc, char **argv);
enum command_exit token_add_run(int argc, char **argv);
enum command_exit token_list_run(int argc, char **argv);
enum command_exit token_remove_run(int argc, char **argv);
enum command_exit seat_claim_run(int argc, char **argv);
enum command_exit seat_renew_run(int argc, char **argv);
enum command_exit seat_release_run(int argc, char **argv);
enum command_exit seat_list_run(int argc, char **argv);
enum command_exit monitor_run(int argc, char **argv);
enum command_exit verify_run(int argc, char **argv);
enum command_exit show_run(int argc, char **argv);

/* The language of messages: --language, else LC_ALL, LC_MESSAGES or LANG, else English. */
const struct texts *cli_texts(void);

/* Whether the locale says that UTF-8 can be shown; else a bar is drawn in ASCII. */
bool cli_shows_utf8(void);

/* Standard output, as whoever reads there wants it; made once. Of the other, JSON where that is wanted. */
const struct show *cli_show(void);
struct show cli_show_as(bool json);

/* --state, else SKERRY_STATE, else CLI_STATE_DEFAULT. */
const char *cli_state(void);
bool cli_take_option(const char *name, const char *value);

/* UTC seconds, as the system's clock has them. */
int64_t cli_wall_clock(void);

/* Tells an error about `subject`, with errno after a system error; JSON where asked for. */
enum command_exit cli_fail(enum skerry_err err, const char *subject, bool json);
/* The same for a document, with its byte. */
enum command_exit cli_fail_at(enum skerry_err err, const char *subject, size_t offset, bool json);
/* The parts of both. */
struct command_failure cli_failure(enum skerry_err err, const char *subject, size_t offset);

/*
 * Opens the state folder, for reading or as the one that writes, or tells why not; true when
 * *ret_site is to be closed.
 */
bool cli_open_site(struct site *ret_site, bool json, enum command_exit *ret_exit);
/* After an answer: tells on standard error that it could not be recorded, and closes. */
void cli_close_asked(struct site *site);
/* For `backup`: as one that writes where that can be had, else for reading. */
bool cli_open_site_to_copy(struct site *ret_site, bool json, enum command_exit *ret_exit);
/* That the database cannot be read, and why. */
enum command_exit cli_fail_unread(const struct site *site, bool json);
bool cli_open_site_to_write(struct site *ret_site, bool json, enum command_exit *ret_exit);

/* Tells that somebody else is writing to the folder. */
/* That the state folder itself cannot be opened or made: always "could not tell". */
enum command_exit cli_fail_folder(enum skerry_err err, bool json);
enum command_exit cli_fail_busy(pid_t holder, bool json);

/* Names the files that grant nothing, on standard error. */
void cli_tell_unused(const struct site *site);

/* --- questions to a site: --product --tenant --domain --install-path --custom --json --- */

struct cli_question {
	const char *product, *tenant, *domain, *install_path, *build_date;
	struct command_list custom;
	bool json;
	unsigned without; /* site.h: what if? */
	int64_t built_at; /* of build_date; 0 */
};

#define CLI_QUESTION_OPTIONS(question)                                                             \
	{ "--product", COMMAND_VALUE, &(question).product },                                       \
		{ "--tenant", COMMAND_VALUE, &(question).tenant },                                 \
		{ "--domain", COMMAND_VALUE, &(question).domain },                                 \
		{ "--install-path", COMMAND_VALUE, &(question).install_path },                     \
		{ "--custom", COMMAND_LIST, &(question).custom },                                  \
		{ "--build-date", COMMAND_VALUE, &(question).build_date },                         \
	{                                                                                          \
		"--json", COMMAND_FLAG, &(question).json                                           \
	}

#define CLI_QUESTION_HELP                                                                          \
	"  --product P         which product, as hms or hotelhub/hms; needed where several are\n"  \
	"                      held\n"                                                             \
	"  --tenant T          which tenant's license\n"                                           \
	"  --domain D          the domain that the product serves, for domain-bound licenses\n"    \
	"  --install-path DIR  where the product is installed\n"                                   \
	"  --custom VALUE      a machine component that the product supplies; may be given "       \
	"again\n"                                                                                  \
	"  --build-date DATE   when the product was built, for its maintenance: 2027-04-28 or\n"   \
	"                      RFC 3339\n"                                                         \
	"  --json              for scripts\n"

/* After parsing, before anything is asked: reads --build-date, or tells what is wrong with it. */
bool cli_take_build_date(struct cli_question *question);

/* As those who answer have it; borrows. `at` is now. */
struct show_question cli_asked(const struct cli_question *question);

/* Tells why a verb has no answer. */
enum command_exit cli_fail_shown(const struct show_failure *failure, bool json);

#endif
