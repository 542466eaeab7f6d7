/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_TELEMETRY_H
#define VERIFIER_STATE_TELEMETRY_H

/*
 * What the product tells about itself, name by name, and whether the customer lets it go out. A site
 * never sends what was not allowed by its name:
 *
 *	UNDECIDED  the product has named it: kept here to be seen, never sent
 *	ALLOWED    goes out with each request, until it is denied
 *	DENIED     not even kept; what was kept is erased
 *
 * Whoever makes a request takes what telemetry_each_allowed and events_each_allowed give, and no other
 * way leads there. Decisions are journaled, with who made them; values are not, since the journal is
 * exported. Decisions of a database that was lost are lost with it; of an older one that was put back
 * every ALLOWED is UNDECIDED again: it may have been denied since.
 *
 * Of TELEMETRY_NAMES_MAX names the oldest undecided one makes room for another.
 *
 * All but the readers are called in a change under way (memory_begin). Errors of store.h.
 */

#include "memory.h"

enum {
	TELEMETRY_NAMES_MAX = 64,
	TELEMETRY_NAME_MAX = 64, /* characters of a name */
	TELEMETRY_TEXT_MAX = 128 /* bytes of a value that is text */
};

enum telemetry_consent { TELEMETRY_UNDECIDED = 0, TELEMETRY_ALLOWED, TELEMETRY_DENIED };

struct telemetry_value {
	bool is_number;
	int64_t number;
	char text[TELEMETRY_TEXT_MAX + 1]; /* where it is no number */
};

struct telemetry {
	char name[TELEMETRY_NAME_MAX + 1];
	enum telemetry_consent consent;
	int64_t decided_at, decided_by; /* settled, user id; LICENSE_NEVER, -1: nobody did */
	bool is_set;
	struct telemetry_value value; /* of one that is set, and when */
	int64_t set_at;
	int64_t events, events_dropped; /* events.h: kept under this name, and not any more */
};

/* 1 to TELEMETRY_NAME_MAX of a-z 0-9 . _ that begin with a letter. */
bool telemetry_is_name(const char *name);

/* "allowed", ... as JSON has it. */
const char *telemetry_consent_name(enum telemetry_consent consent);

/*
 * A decimal number of 64 bits as numbers are usually written is a number, all else text. False for
 * text that is empty, too long, not UTF-8 or has control characters.
 */
bool telemetry_read_value(const char *typed, struct telemetry_value *ret_value);

/*
 * The customer's word, ALLOWED or DENIED; told by user `who`. Nothing is journaled where it stood
 * already. NO_SPACE: TELEMETRY_NAMES_MAX names are decided.
 */
enum skerry_err telemetry_decide(
	struct memory *memory, const char *name, enum telemetry_consent consent, int64_t who);

/* The name goes, with all that is kept under it, as if nobody had named it. NOT_FOUND. */
enum skerry_err telemetry_forget(struct memory *memory, const char *name, int64_t who);

/* The product's word. *ret_consent is DENIED where nothing was kept. NO_SPACE as above. */
enum skerry_err telemetry_set(struct memory *memory, const char *name,
	const struct telemetry_value *value, enum telemetry_consent *ret_consent);

/* For events.h: the product has named it. */
enum skerry_err telemetry_meet(
	struct store *store, const char *name, enum telemetry_consent *ret_consent);

/*
 * An older state was put back: what is ALLOWED is so no longer, and no value or event is kept. Whether
 * anything was allowed.
 */
enum skerry_err telemetry_doubt(struct store *store, bool *ret_any);

/* Whether it can be read that nothing is allowed to go out: false also where nothing can be read. */
bool telemetry_none_allowed(struct store *store);

typedef enum skerry_err telemetry_visit(void *context, const struct telemetry *telemetry);

/* Every name, in their order. */
enum skerry_err telemetry_each(struct store *store, telemetry_visit *visit, void *context);

/* What a request carries: names that are ALLOWED and set. */
enum skerry_err telemetry_each_allowed(struct store *store, telemetry_visit *visit, void *context);

#endif
