/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_EXCHANGE_STICK_H
#define VERIFIER_EXCHANGE_STICK_H

/*
 * A site meets a stick: takes in what the vendor has left, leaves its request, clears away what is
 * answered (keys/mailbag.h says in which order, and who removes what). Each file is taken in whole or
 * not at all, and the next one goes on whatever became of it. What a manifest on the stick makes readable
 * is looked at again when that has come, so that names decide nothing. What is read is taken in before
 * anything is left; a stick that can only be read is still read.
 *
 * Its request is the one that waits for an answer, byte for byte, unless there is something new; where
 * that lies here already it is not left again.
 */

#include "bundle_take.h"
#include "keys/mailbag_look.h"
#include "keys/mailbag_text.h"
#include "request_out.h"

enum stick_deed {
	STICK_TAKEN,   /* something in it was new */
	STICK_NOTHING, /* a bundle or document with nothing new, or nothing for this site */
	STICK_LEFT,    /* our request, written now */
	STICK_STAYS,   /* our request, which lies there already */
	STICK_REMOVED, /* ours, answered or replaced */
	STICK_SKIPPED  /* not for us, or refused: `err`, `found` say why */
};

/* A line of the table; all is borrowed for the call. */
struct stick_line {
	enum stick_deed deed;
	enum document_kind kind;
	const char *shown; /* name for people; "" where there is none */
	enum mailbag_found found;
	enum skerry_err err; /* another site's request is OTHER_SITE */
	size_t offset;
	const struct take_results *taken;  /* of one that was taken in; NULL */
	const struct bundle_taken *bundle; /* the same of a bundle; NULL */
	uint64_t number;                   /* of our request; 0: not known */
	bool answered; /* REMOVED: by the vendor; else a newer one is in its place */
};

struct stick_visit {
	struct request_wish wish; /* heartbeat where nobody wished for anything else */
	bool only_take;           /* leave nothing */
	bool bare; /* not its folder skerry/, but what lies there itself; with only_take */
	void (*tell)(void *context, const struct stick_line *line);
	void *context;
};

struct stick_result {
	bool opened; /* the folder was; an error is one of the site */
	size_t taken, left, removed, skipped;
	bool lies; /* this site's request is on the stick: left now, or already there */
	struct request_made request; /* what was made, or what waits (REQUEST_WAITS), without bytes;
					number 0: none */
	char tag[MAILBAG_TAG_LEN + 1]; /* this site's, for the courier */
	enum skerry_err looking;       /* why not all of it was seen: IO; SKERRY_OK */
	enum skerry_err making;        /* why there is no request: request_make's; SKERRY_OK */
	enum skerry_err
		writing; /* why it could not be left or removed: READ_ONLY, DISK_FULL, ... */
	enum skerry_err finished; /* of syncfs: only on SKERRY_OK the stick may be pulled */
};

/*
 * `dir` as mailbag_open has it; the site is open for writing and has ticked. The error is one of the
 * folder itself (FILE_MISSING, NOT_A_FOLDER, ...: nothing was done), of the site's own state, or
 * NO_MEMORY; what a file is refused for is told in its line. *ret_result is written in any case.
 */
enum skerry_err stick_exchange(struct site *site, const char *dir, const struct stick_visit *visit,
	struct stick_result *ret_result);

#endif
