/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_NOTES_H
#define ISSUER_DESK_NOTES_H

/*
 * Why somebody suspended, resumed, revoked, released, renewed or changed a license: what an operator
 * typed after --reason. It may name people, so it stands in a table of its own and can be erased;
 * the audit row of the same change names the note's number and a digest salted with 16 random
 * bytes, "note=12 digest=...", so that a text can be erased and never edited.
 *
 * It stays at the desk, but for one that is to be told (--tell): that one goes to the sites of its license
 * with their replies (exchange/replies_told.h), until the license moves on or the text is erased.
 *
 * A word in another row may name a note too: revocation.reason and activation.unpaired_why are
 * "released" or "released note=12".
 */

#include "issuer/desk/desk.h"

enum {
	NOTES_TEXT_MAX = 512, /* bytes */
	NOTES_TOLD_MAX = 200, /* of what is told: REPLY_TOLD_MAX */
	NOTES_SALT_LEN = 16,
	NOTES_MARK_MAX = 112, /* " note=12 digest=" and 64 hex digits, terminated */
	NOTES_WORD_MAX = 64   /* "released note=12", terminated */
};

/* As SQL: the text of the note that the words in `column` name; NULL without one. */
#define NOTES_TEXT_OF(column)                                                                      \
	"(SELECT text FROM note WHERE instr(" column ", ' note=') > 0 AND id ="                    \
	" CAST(substr(" column ", instr(" column ", ' note=') + 6) AS INTEGER))"
/* As SQL: the words in `column` without the note that they name. */
#define NOTES_WORD_OF(column)                                                                      \
	"(CASE WHEN instr(" column ", ' note=') > 0"                                               \
	" THEN substr(" column ", 1, instr(" column ", ' note=') - 1) ELSE " column " END)"

/* Column `told`. */
enum notes_told { NOTES_KEPT = 0, NOTES_TOLD = 1, NOTES_TOLD_BEFORE = 2 };

/* A note just written; id 0 where nobody gave a reason. */
struct note {
	int64_t id;
	char mark[NOTES_MARK_MAX]; /* for the audit row; "" or " note=12 digest=..." */
};

/* Whether --reason's text is one: a line of at most NOTES_TEXT_MAX bytes (entry_is_name). ARGUMENT. */
enum skerry_err notes_check(struct desk *desk, const char *text);
/* The same of what sites are told; a `text` of NULL is none. */
enum skerry_err notes_check_told(struct desk *desk, const char *text);

/* Within the change under way. A `text` of NULL writes nothing and is no error. ARGUMENT. */
enum skerry_err notes_insert(struct desk *desk, int64_t brand_id, int64_t license_id,
	const char *text, struct note *ret_note);

/* The sites of its license are told it from now on; id 0 does nothing. */
enum skerry_err notes_tell(struct desk *desk, const struct note *note);
/* Nothing of what was told of a license (its row) is any more; *ret_any: something was. */
enum skerry_err notes_tell_no_more(struct desk *desk, int64_t license_id, bool *ret_any);

/* "released", or "released note=12". */
void notes_word(const char *word, const struct note *note, char ret_word[NOTES_WORD_MAX]);

enum notes_state {
	NOTES_NONE,    /* the detail names no note */
	NOTES_STANDS,  /* it is there, as it was written */
	NOTES_ERASED,  /* its text was erased, with its salt */
	NOTES_ALTERED, /* another text than the one that was written */
	NOTES_MISSING  /* the whole row is gone: nobody erases like that */
};

/*
 * What became of the note that an audit row's detail names; of one, also its number and whether its
 * license's customer was erased.
 */
enum skerry_err notes_verify(struct desk *desk, const char *detail, enum notes_state *ret_state,
	int64_t *ret_id, bool *ret_customer_erased);

/* Erases the text and salt of every note on a customer's licenses, within the change under way: it is told
 * no more. */
enum skerry_err notes_erase(struct desk *desk, int64_t customer_id);

struct note_line {
	int64_t id, at;
	const char *text; /* NULL once erased; borrowed for the call */
	enum notes_told told;
};

/* Of a license (its row), oldest first. */
enum skerry_err notes_each(struct desk *desk, int64_t license_id,
	void (*each)(void *, const struct note_line *), void *context);

#endif
