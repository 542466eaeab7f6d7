/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_STICK_H
#define ISSUER_EXCHANGE_STICK_H

/*
 * A desk meets a stick: answers every request that lies there, then leaves one bundle with the answers
 * (keys/mailbag.h says in which order, and who removes what). Each file is taken in or set aside where it
 * lies, and the next one goes on whatever became of it. Answers are recorded before anything is left; a
 * stick that can only be read is still read.
 *
 * A bundle for everybody takes the place of every older one of this desk. One that was narrowed down
 * (site, group, brand) leaves older ones, which hold what it does not.
 *
 * Not left again: where the newest bundle of this desk lies here, was made for the same wish, is younger
 * than a status list may be, and no change was made at the desk since (the last row of the audit log is its
 * own), it holds all that a new one would. With a date for renewals a new one is always made.
 *
 * A full stick: older bundles of this desk go first, then requests that are answered in the records.
 */

#include "issuer/exchange/bundles.h"
#include "issuer/exchange/intake.h"
#include "issuer/exchange/status_lists.h"
#include "keys/mailbag_look.h"
#include "keys/mailbag_text.h"

enum desk_stick_deed {
	DESK_STICK_READ,    /* a request, answered in the records */
	DESK_STICK_LEFT,    /* our bundle, written now */
	DESK_STICK_STAYS,   /* our bundle, which lies there already and says all */
	DESK_STICK_REMOVED, /* our older bundle; a request, of a stick that was full */
	DESK_STICK_SKIPPED  /* not for a desk, another one's, or refused: `err`, `found` say why */
};

/* A line of the table; all is borrowed for the call. */
struct desk_stick_line {
	enum desk_stick_deed deed;
	enum document_kind kind;
	const char *shown; /* name for people */
	enum mailbag_found found;
	enum skerry_err err;
	size_t offset;
	const char *advice;                       /* of the desk; NULL */
	const struct requests_answered *answered; /* READ */
	uint64_t seq;                             /* of a bundle of ours */
};

struct desk_stick_visit {
	struct bundles_wish wish;
	void (*opened)(void *context, enum skerry_err writing); /* at the beginning; NULL */
	void (*tell)(void *context, const struct desk_stick_line *line);
	void *context;
};

struct desk_stick_result {
	bool opened; /* false with an error: it is one of the folder */
	size_t read, removed, skipped;
	bool left, stays;              /* a bundle */
	struct bundles_summary bundle; /* of one that was left */
	char tag[MAILBAG_TAG_LEN + 1]; /* this desk's, for the courier */
	enum skerry_err looking;       /* why not all of it was seen: IO; SKERRY_OK */
	enum skerry_err writing;  /* why nothing was left: READ_ONLY, DISK_FULL, ...; SKERRY_OK */
	enum skerry_err finished; /* of syncfs: only on SKERRY_OK the stick may be pulled */
};

/*
 * `dir` as mailbag_open has it; the vault is open, no change is under way. The error is one of the folder
 * itself (nothing was done) or of the desk; what a file is refused for is told in its line.
 * *ret_result is written in any case.
 */
enum skerry_err desk_stick_exchange(struct desk *desk, const char *dir,
	const struct desk_stick_visit *visit, struct desk_stick_result *ret_result);

#endif
