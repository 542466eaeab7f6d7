/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_MARKED_H
#define TESTS_FIXTURE_MARKED_H

/* A desk with sales and their mark, whose records are put back behind its back. */

#include "fixture_desk.h"
#include "issuer/desk/recovery.h"

/* The set-up of a test, beside desk_fixture_remove. */
int marked_make(void **state);

/* A statement, and the one number that another gives; the log's last row. */
void marked_execute(struct desk_fixture *fixture, const char *sql);
int64_t marked_number(struct desk_fixture *fixture, const char *sql);
int64_t marked_head(struct desk_fixture *fixture);
/* The log loses its last rows. */
void marked_forget_rows(struct desk_fixture *fixture, int64_t rows);

/* What a recovery would do; does it. */
void marked_look(
	struct desk_fixture *fixture, const struct mark *further, struct recovery *ret_recovery);
void marked_recover(struct desk_fixture *fixture, struct recovery *ret_recovery);

/* The file of the mark. */
struct mark marked_read(struct desk_fixture *fixture);
void marked_put(struct desk_fixture *fixture, const struct mark *mark);

#endif
