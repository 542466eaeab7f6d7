/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "formats/date.h"
#include "issuer/decide/desk_clock.h"
#include "issuer/desk/audit.h"
#include "session.h"
#include "verbs.h"

const char CLOCK_CONFIRM_HELP[] =
	"A desk stops when its clock lies before the last entry of its audit log, or more than\n"
	"60 days after it: a wrong clock would date licenses wrongly at every site, and sites\n"
	"believe the desk. Look at a clock that you trust first. When this machine's is right,\n"
	"this says so and is recorded under your name; the desk goes on from that time.\n"
	"\n"
	"example: skerry-issuer clock confirm\n";

static void
tell(int64_t last_at, int64_t now_at)
{
	char now[DATE_TEXT_MAX], last[DATE_TEXT_MAX], jump[DESK_JUMP_MAX];

	date_format(now_at, now);
	date_format(last_at, last);
	desk_clock_jump(last_at, now_at, jump);
	printf("This desk now takes %s for the present, %s its last entry of %s.\n", now, jump,
		last);
	if (now_at > last_at + DESK_CLOCK_PAUSE_S || now_at < last_at - DESK_CLOCK_STEP_S)
		printf("Everything it signs from now on is dated so. If that is wrong: set the "
		       "clock, then say so again\nwith `skerry-issuer clock confirm`, before "
		       "anything is issued.\n");
}

enum command_exit
clock_confirm(int argc, char **argv)
{
	char last[DATE_TEXT_MAX];
	struct audit_head head = { .seq = 0 };
	struct command_list operands;
	struct session session;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, NULL, 0, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, false);
	if (exit != COMMAND_YES)
		return exit;
	/* Whoever may sign may say what time it is. */
	err = session_unlock(&session);
	if (err == SKERRY_OK)
		err = desk_begin_unasked(&session.desk);
	if (err == SKERRY_OK)
		err = audit_read_head(session.desk.store, &head);
	if (err == SKERRY_OK) {
		date_format(head.at, last);
		err = audit_append(&session.desk, "clock.confirm", "clock", "last=%s", last);
	}
	if (err == SKERRY_OK)
		err = desk_commit(&session.desk);
	if (err == SKERRY_OK)
		tell(head.at, session.desk.now);
	return command_finish(session_end(&session, err, NULL));
}
