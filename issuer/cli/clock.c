/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "formats/date.h"
#include "issuer/desk/audit.h"
#include "session.h"
#include "verbs.h"

const char CLOCK_CONFIRM_HELP[] =
	"A desk stops when its clock lies before the last entry of its audit log, or more than\n"
	"60 days after it: a wrong clock would date licenses wrongly at every site. When the "
	"clock\n"
	"is right, this says so and is recorded.\n"
	"\n"
	"example: skerry-issuer clock confirm\n";

enum command_exit
clock_confirm(int argc, char **argv)
{
	char now[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
	struct audit_head head;
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
		date_format(session.desk.now, now);
		err = audit_append(&session.desk, "clock.confirm", "clock", "last=%s", last);
	}
	if (err == SKERRY_OK)
		err = desk_commit(&session.desk);
	if (err == SKERRY_OK)
		printf("It is %s; the entry before was of %s.\n", now, last);
	return command_finish(session_end(&session, err, NULL));
}
