/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_SHOW_DEEDS_H
#define VERIFIER_SHOW_DEEDS_H

/*
 * The verbs that change something: what was wished, done on a site that is open to write and has ticked,
 * and told as show.h has it. True: it was told on show->out (and, for people, show->notes) and *ret_exit is the
 * verb's; also where that is NO, as of a document that was refused. False: nothing was written, and
 * *ret_failure is why (its `failure.err` the code).
 *
 * Who calls these for somebody far away (skerryd) gives the answer in one of three ways:
 *
 *	JSON, CBOR    show->json; what was written to `out`
 *	text/plain    what was written to `out`, then what was written to `notes`
 *	?told=text, ?told=json    for the program skerry, which has two streams to write to:
 *	              {"out": "...", "notes": "..."}, with `json` as told, always 200 with Skerry-Exit (show_told)
 *
 * A failure is an error of the daemon's in all three (failure_json).
 */

#include "formats/step_code.h"
#include "show.h"
#include "verifier/exchange/bundle_take.h"
#include "verifier/exchange/request_out.h"
#include "verifier/state/seats.h"
#include "verifier/state/telemetry.h"

/* For ?told: {"out","notes"} and a line feed; out and notes are what was written to either. */
void show_told(FILE *ret, const char *out, size_t out_len, const char *notes, size_t notes_len);

/* A failure beside an answer, on notes: the two lines of command_fail. */
void show_note(const struct show *show, const struct command_failure *failure);
/* The files of the folder that grant nothing, on notes. */
void show_unused(const struct show *show, const struct site *site);

/* --- import ---------------------------------------------------------------------------------- */

/* What somebody carried here: bytes in memory, which are unwrapped in place, or an open file. */
struct show_carrier {
	const char *name; /* as it is told: "hotel.license" */
	uint8_t *bytes;   /* NULL: `file` */
	size_t len;
	int file; /* read by place, never closed here */
	uint64_t size;
};

/*
 *	show_import_begin  show_import_carrier...  show_import_end
 *
 * Several carriers make one answer: {"documents":[...],"ok":...}.
 */
struct show_import {
	const struct show *show;
	bool bare; /* as ?told=json has it: the array of documents alone, for who joins several */
	bool more; /* ?more=1: other carriers follow; what lies in the folder unused is told with the last */
	bool whole; /* for the daemon's own JSON: "error" of the first refusal beside "ok" */
	/*
	 * Closes the site and opens it anew in place: a manifest may have made other files of use, or of
	 * none. False: it is closed, and site_close is harmless. NULL: it stays as it is.
	 */
	bool (*reopen)(void *context, struct site *site);
	void *context;

	/* Outcomes. */
	enum command_exit exit;
	enum skerry_err err; /* of the first refusal; SKERRY_OK */
	bool taken;          /* something is new */

	/* Its own. */
	struct json j;
	struct command_failure first;
	char first_name[512];
	uint64_t trusted;
};

/* `site` NULL: none, and nothing can be but refused. */
void show_import_begin(struct show_import *import, const struct site *site);
/* False: the site could not be written, which was told on `notes`; it is only good for site_close. */
bool show_import_carrier(
	struct show_import *import, struct site *site, const struct show_carrier *carrier);
/* One that could not even be read, for `failure`. */
void show_import_refused(
	struct show_import *import, const char *kind, const struct command_failure *failure);
/* `site` NULL: it is closed. Ends the JSON, tells what lies unused, records the first verdict. */
void show_import_end(struct show_import *import, struct site *site);

/* --- pair, request, migrate, unpair ---------------------------------------------------------- */

enum {
	SHOW_REQUEST_NAME_MAX = 48, /* "K7QM-18446744073709551615.request" */
	SHOW_REQUEST_SUBJECT_MAX = SHOW_REQUEST_NAME_MAX + 48
};

/* What will stop when the answer to an unpair is taken in, and days later. */
struct show_request_end {
	char product[PRODUCT_NAME_MAX];
	int64_t days; /* -1: at once */
};

/* A request that was made, and all there is to say about it: of a site, or of what a daemon answered. */
struct show_request {
	struct request_made made;
	enum request_kind wished;
	size_t keys_wished;
	char name[SHOW_REQUEST_NAME_MAX]; /* "K7QM-3": of site and request */
	char file[SHOW_REQUEST_NAME_MAX]; /* "K7QM-3.request" */
	struct manifest_contact contact;  /* whom to send it to; borrowed */
	bool has_contact;
	bool holds_none; /* no license at all */
	bool replaces;   /* the document that was asked about is a request of this site's */
	struct show_request_end *ends; /* allocated; of an unpair */
	size_t ends_len;
};

/*
 * Makes it; `replaces` absent: nothing is asked about, else a document that may have to make room. The
 * caller frees it with show_request_free, and raises the mark with request_written when it is where it was
 * wished. Borrows from the site. A mistyped key is a failure about that key, with its offset.
 */
bool show_request_make(const struct show *show, struct site *site, const struct request_wish *wish,
	struct cbor_bytes replaces, struct show_request *ret_request,
	struct show_failure *ret_failure);
void show_request_free(struct show_request *request);
/* The daemon's whole answer to POST /v1/requests, with the bytes and the text of a mail. False: no memory. */
bool show_request_json(FILE *out, const struct show_request *request);

/* As the text of a code, and of a mail: allocated and terminated; NULL: no memory. "Skerry request K7QM-3 (pair)". */
char *show_request_code(const struct request_made *made);
char *show_request_mail(const struct request_made *made);
void show_request_subject(
	const struct show_request *request, char ret_subject[SHOW_REQUEST_SUBJECT_MAX]);
/* The members "ok" to "contact" into an object that is open; "mail"'s object. */
void show_request_put(struct json *j, const struct show_request *request, const char *file);
void show_request_put_mail(struct json *j, const struct show_request *request, const char *text);

/* Why one of another kind is not made (REQUEST_WAITS), and what to do. */
void show_request_waiting(const struct request_made *made, char *ret_message, size_t message_max);
#define SHOW_REQUEST_WAITS_ADVICE                                                                  \
	"`skerry exchange DIR` or `skerry request` gives it out again. Take in its answer, then "  \
	"ask for this."

/* --- extend ---------------------------------------------------------------------------------- */

/* Whether a code can be read at all, as typed, groups joined by blanks. */
bool show_extend_read(const char *typed, uint8_t ret_value[STEP_CODE_VALUE_LEN],
	struct show_failure *ret_failure);
bool show_extend(const struct show *show, struct site *site, const char *typed,
	enum command_exit *ret_exit, struct show_failure *ret_failure);
/* What can be renewed by telephone, of one product or for NULL of all: a site that is open to ask will do. */
void show_extend_list(const struct show *show, const struct site *site, const char *product,
	enum command_exit *ret_exit);

/* --- clock confirm --------------------------------------------------------------------------- */

/* Whether a date can be read at all: 2027-04-28, or RFC 3339. */
bool show_confirm_reads(const char *date);
/* Of the question what the product supplies: custom, install_path, domain. */
bool show_confirm(const struct show *show, struct site *site, const char *date,
	const struct show_question *question, enum command_exit *ret_exit,
	struct show_failure *ret_failure);

/* --- telemetry and events -------------------------------------------------------------------- */

enum { SHOW_NAMES_MAX = 128, SHOW_MISUSE_MAX = 256 };

enum show_work { SHOW_ALLOW, SHOW_DENY, SHOW_FORGET, SHOW_SET };

/* What is done to all of its names in one change. */
struct show_order {
	enum show_work work;
	int64_t who; /* the user who says so; -1: not a user of this machine */
	size_t len;
	char names[SHOW_NAMES_MAX][TELEMETRY_NAME_MAX + 1];
	struct telemetry_value values[SHOW_NAMES_MAX];   /* SET */
	enum telemetry_consent consents[SHOW_NAMES_MAX]; /* afterwards */
};

/*
 * Appends a name, and for SET its value as typed: a number, or text. False, with a sentence for whoever
 * typed it, for what is none, or where there are too many.
 */
bool show_order_add(struct show_order *order, const char *name, size_t name_len, const char *value,
	char ret_misuse[SHOW_MISUSE_MAX]);
bool show_telemetry(const struct show *show, struct site *site, struct show_order *order,
	enum command_exit *ret_exit, struct show_failure *ret_failure);
/* A site that is open to ask will do. */
bool show_telemetry_list(const struct show *show, const struct site *site,
	enum command_exit *ret_exit, struct show_failure *ret_failure);

/* False, with a sentence, where name or text (NULL: none) are none. */
bool show_event_check(const char *name, const char *text, char ret_misuse[SHOW_MISUSE_MAX]);
bool show_event(const struct show *show, struct site *site, const char *name, const char *text,
	enum command_exit *ret_exit, struct show_failure *ret_failure);

/* --- seats ----------------------------------------------------------------------------------- */

/* What was asked for a holder, and what came of it. */
struct show_seat {
	const char *holder, *pool,
		*product; /* pool "hotelhub/hms T"; product as it is told; may be "" */
	bool release;
	const struct seats_granted *granted; /* committed */
	int64_t now;                         /* the site's time, for dates */
	uint64_t max;
	const char *owner; /* SEAT_HELD, SEAT_SECRET: who holds it; NULL or "": not known */
};
/* For that: "" where nobody holds it. O(log n). */
void show_seat_owner(struct seats *seats, const char *pool, const char *holder,
	const struct seats_moment *moment, char ret_owner[SEATS_OWNER_MAX + 1]);
/*
 * True for a seat that was claimed (with its secret), renewed, released: words, or
 * {"holder","result":"claimed|renewed|released","secret","expires_at","expires_in","burst"}.
 * False where it was refused: the error in words. For SEAT_NONE_FREE and SEAT_CAP its advice says when the
 * next one ends; "retry_at" is the caller's: now + granted->in_s.
 */
bool show_seat(const struct show *show, const struct show_seat *seat, enum command_exit *ret_exit,
	struct show_failure *ret_failure);

/* A secret as it is told and shown: 26 characters, Crockford's base 32; case and hyphens do not matter. */
enum { SHOW_SEAT_SECRET_MAX = 32 };
void show_seat_secret(const uint8_t secret[SEATS_SECRET_LEN], char ret_text[SHOW_SEAT_SECRET_MAX]);
bool show_seat_secret_read(const char *text, uint8_t ret_secret[SEATS_SECRET_LEN]);

enum { SHOW_SEATS_ROWS = 1000 }; /* unless told otherwise */

struct show_seat_pool {
	const char *pool;
	uint64_t max, burst;
	struct seats_use use;
};
/* Who holds seats, behind `after_pool` and `after_holder` (NULL both), at most `limit`: {"pools","seats","next"}. */
struct show_seats {
	const struct show_seat_pool *pools;
	size_t pools_len;
	struct seats *seats;
	const struct seats_moment *moment;
	const char *after_pool, *after_holder;
	size_t limit;
	const char *holder; /* only his; NULL */
	int64_t now;
};
bool show_seats(const struct show *show, const struct show_seats *seats,
	enum command_exit *ret_exit, struct show_failure *ret_failure);

#endif
