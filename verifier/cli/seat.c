/* SPDX-License-Identifier: ISC */
/* skerry seat: concurrent seats, claimed, renewed, given back; and who holds them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sitting.h"
#include "keys/untrusted_file.h"
#include "verifier/library/snapshot.h"
#include "verifier/seat_terms.h"
#include "verifier/show/deeds.h"

enum { SECRET_FILE_MAX = 256 };

#define SECRET_VARIABLE "SKERRY_SEAT_SECRET"

enum deed { DEED_CLAIM, DEED_RENEW, DEED_RELEASE };

struct seating {
	struct cli_question question;
	const char *holder, *secret_file;
	enum deed deed;
	bool has_secret;
	char secret_text[SHOW_SEAT_SECRET_MAX];
	uint8_t secret[SEATS_SECRET_LEN];
};

/* --- the secret ------------------------------------------------------------------------------ */

static enum command_exit
refuse_secret(enum skerry_err err, const char *subject, const char *message, bool json)
{
	struct command_failure failure = failure_plain(err, subject);

	failure.message = message;
	if (message != NULL)
		failure.advice = "It is the 26 letters and digits behind \"Its secret:\" of "
				 "`skerry seat claim`.";
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

/* "Its secret: 7QK2..." as `claim` printed it, or the secret alone. */
static bool
read_secret(struct seating *seating, char *text)
{
	char *line = strstr(text, "Its secret:");

	line = line == NULL ? text : line + strlen("Its secret:");
	line += strspn(line, " \t\r\n");
	line[strcspn(line, "\r\n")] = '\0';
	if (!show_seat_secret_read(line, seating->secret))
		return false;
	show_seat_secret(seating->secret, seating->secret_text);
	seating->has_secret = true;
	return true;
}

/* From a file that nobody else may read, or the environment; none at all is for who claimed it himself. */
static bool
take_secret(struct seating *seating, enum command_exit *ret_exit)
{
	const char *environment = getenv(SECRET_VARIABLE), *subject = seating->secret_file;
	char text[SECRET_FILE_MAX + 1] = "";
	bool json = seating->question.json;
	enum skerry_err err;
	uint8_t *bytes;
	size_t len;

	if (subject == NULL && (environment == NULL || environment[0] == '\0'))
		return true;
	if (subject == NULL) {
		subject = SECRET_VARIABLE;
		snprintf(text, sizeof text, "%s", environment);
	} else {
		errno = 0;
		err = untrusted_file_read_secret(subject, SECRET_FILE_MAX, &bytes, &len);
		if (err != SKERRY_OK) {
			*ret_exit = refuse_secret(err, subject, NULL, json);
			return false;
		}
		memcpy(text, bytes, len);
		text[len] = '\0';
		untrusted_file_free_secret(bytes, len);
	}
	if (read_secret(seating, text))
		return true;
	*ret_exit =
		refuse_secret(SKERRY_ERR_ARGUMENT, subject, "This is no secret of a seat.", json);
	return false;
}

/* --- through the daemon ---------------------------------------------------------------------- */

/* Without a body the daemon's yes has no words for scripts. */
static void
tell_released(const struct seating *seating)
{
	const struct seats_granted granted = { .answer = { .fate = SEAT_RELEASED } };
	const struct show_seat seat = { .holder = seating->holder, .granted = &granted };
	struct show show = cli_show_as(true);
	struct show_failure ignored;
	enum command_exit exit;

	(void)show_seat(&show, &seat, &exit, &ignored);
}

static bool
through_daemon(const struct seating *seating, enum command_exit *ret_exit)
{
	bool json = seating->question.json;
	struct daemon_call call;

	daemon_call_begin(&call, seating->deed == DEED_RELEASE ? "DELETE" : "PUT", "/v1/seats");
	daemon_call_segment(&call, seating->holder);
	daemon_call_question(&call, &seating->question);
	if (seating->has_secret) {
		call.header_name = "Skerry-Seat-Secret";
		call.header_value = seating->secret_text;
	}
	if (!daemon_tell(&call, json, ret_exit))
		return false;
	if (json && seating->deed == DEED_RELEASE && *ret_exit == COMMAND_YES)
		tell_released(seating);
	return true;
}

/* --- with the folder ------------------------------------------------------------------------- */

static enum skerry_err
decide(const struct seating *seating, struct sitting *sitting, const struct site_answer *answer,
	const char *pool, struct seats_granted *ret_granted)
{
	bool release = seating->deed == DEED_RELEASE;
	const struct seats_asker asker = { .owner = sitting->owner,
		.operator= sitting->operator&& release,
		.secret = seating->has_secret ? seating->secret : NULL };
	struct seat_terms terms;
	enum skerry_err err;

	*ret_granted = (struct seats_granted){ .answer = { .err = release ? SKERRY_ERR_SEAT_UNKNOWN
									  : SKERRY_ERR_NO_ACCESS,
						       .retry_at = INT64_MAX },
		.in_s = -1 };
	if (pool[0] == '\0')
		return SKERRY_OK;
	seat_terms_of(answer->license, &answer->verdict, 0, &terms);
	if (release)
		err = seats_release(sitting->seats, pool, seating->holder, &asker, &sitting->moment,
			ret_granted);
	else
		err = seats_put(sitting->seats, pool, seating->holder, &terms, &asker,
			&sitting->moment, ret_granted);
	return err == SKERRY_OK ? seats_commit(sitting->seats) : err;
}

/* The verdict says why, and whom to call: as skerryd has it. */
static void
word_verdict(struct site *site, const struct site_query *query, struct show_failure *failure)
{
	const struct snapshot_step *step;
	struct snapshot *snapshot;

	if (snapshot_of_site(site, query, cli_texts(), &snapshot) != SKERRY_OK)
		return;
	step = snapshot_at(snapshot, site_now(site));
	if (step->message != NULL) {
		snprintf(failure->message, sizeof failure->message, "%s", step->message);
		failure->failure.message = failure->message;
	}
	snapshot_free(snapshot);
}

static enum command_exit
tell(const struct seating *seating, struct sitting *sitting, const struct site_answer *answer,
	const struct site_query *query, const struct seats_granted *granted, const char *pool)
{
	char product[PRODUCT_NAME_MAX] = "", owner[SEATS_OWNER_MAX + 1] = "";
	const struct show_seat seat = { .holder = seating->holder,
		.pool = pool,
		.product = product,
		.release = seating->deed == DEED_RELEASE,
		.granted = granted,
		.now = site_now(&sitting->site),
		.max = answer->license == NULL ? 0 : answer->license->seats_max,
		.owner = owner };
	struct show show = cli_show_as(seating->question.json);
	struct show_failure failure;
	enum command_exit exit;

	if (answer->license != NULL)
		product_name_of(answer->license, product);
	if (granted->answer.err == SKERRY_ERR_SEAT_HELD ||
		granted->answer.err == SKERRY_ERR_SEAT_SECRET)
		show_seat_owner(sitting->seats, pool, seating->holder, &sitting->moment, owner);
	if (show_seat(&show, &seat, &exit, &failure))
		return exit;
	if (granted->answer.err == SKERRY_ERR_NO_ACCESS)
		word_verdict(&sitting->site, query, &failure);
	return cli_fail_shown(&failure, seating->question.json);
}

static enum command_exit
ask(const struct seating *seating, struct sitting *sitting)
{
	struct show_question asked = cli_asked(&seating->question);
	bool json = seating->question.json;
	char pool[SEAT_POOL_NAME_MAX];
	struct seats_granted granted;
	struct show_failure failure;
	struct site_answer answer;
	struct site_query query;
	enum skerry_err err;

	/* Leaving the domain out must not take the binding away. */
	if (asked.domain == NULL)
		asked.domain = "";
	query = show_query_of(&asked);
	err = site_ask(&sitting->site, &query, &answer);
	if (err != SKERRY_OK) {
		show_unanswered(cli_show(), err, &failure);
		return cli_fail_shown(&failure, json);
	}
	seat_pool_of(answer.license, pool);
	err = decide(seating, sitting, &answer, pool, &granted);
	return err == SKERRY_OK ? tell(seating, sitting, &answer, &query, &granted, pool)
				: sitting_fail(err, json);
}

static enum command_exit
with_folder(const struct seating *seating)
{
	struct sitting sitting;
	enum command_exit exit;

	if (!sitting_open(&sitting, seating->question.json, &exit))
		return exit;
	exit = ask(seating, &sitting);
	sitting_close(&sitting);
	return exit;
}

static enum command_exit
run(int argc, char **argv, enum deed deed)
{
	struct seating seating = { .deed = deed };
	const struct command_option options[] = {
		{ "--secret-file", COMMAND_VALUE, &seating.secret_file },
		CLI_QUESTION_OPTIONS(seating.question),
	};
	struct command_list operands;
	enum command_exit exit;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 1, 1, &operands) ||
		!cli_take_build_date(&seating.question))
		return COMMAND_CANNOT_TELL;
	seating.holder = operands.values[0];
	if (!seats_is_holder(seating.holder, strlen(seating.holder)))
		return command_misuse("HOLDER is 1 to %d bytes of text on one line, as "
				      "reception-2",
			SEATS_HOLDER_MAX);
	if (!take_secret(&seating, &exit))
		return exit;
	if (!through_daemon(&seating, &exit))
		exit = with_folder(&seating);
	return command_finish(exit);
}

enum command_exit
seat_claim_run(int argc, char **argv)
{
	return run(argc, argv, DEED_CLAIM);
}

enum command_exit
seat_renew_run(int argc, char **argv)
{
	return run(argc, argv, DEED_RENEW);
}

enum command_exit
seat_release_run(int argc, char **argv)
{
	return run(argc, argv, DEED_RELEASE);
}
