/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_EXCHANGE_INTAKE_H
#define ISSUER_EXCHANGE_INTAKE_H

/*
 * Many requests, answered in few changes: each is opened as it comes, without a lock, and then a round of
 * them is answered in one change, so that other processes wait for no longer than that. One that does not
 * open, or cannot be answered, is told with its reason, and the rest go on; where the desk itself fails,
 * the round is undone as a whole and nothing follows. In a round, requests of a site are answered in the
 * order of their numbers, whatever the order in which they came.
 *
 * Each round also lets old heartbeats go (heartbeats.h).
 */

#include "issuer/exchange/requests.h"

enum { INTAKE_ROUND = 128, INTAKE_ROUND_BYTES = 4 << 20 };

/* What became of one: told once it is recorded, in the order of intake_take. */
struct intake_line {
	const char *shown;                        /* its file, for people */
	size_t number;                            /* as intake_take was told */
	enum skerry_err err;                      /* OK: answered */
	size_t offset;                            /* of what is malformed */
	const char *advice;                       /* of the desk; NULL: none */
	const struct requests_answered *answered; /* NULL with an error */
};

typedef void intake_tell(void *context, const struct intake_line *line);

struct intake_waiting;

/* Opaque. */
struct intake {
	struct desk *desk;
	intake_tell *tell;
	void *context;
	struct requests requests; /* for opening alone */
	struct intake_waiting *waiting;
	size_t len, bytes;
};

/* The vault is open. Errors of requests_begin, NO_MEMORY; intake_end in any case. */
enum skerry_err intake_begin(
	struct desk *desk, intake_tell *tell, void *context, struct intake *ret_intake);

/* One request as it lay there; `shown` and its bytes are needed no longer afterwards. Errors of the desk. */
enum skerry_err intake_take(struct intake *intake, const char *shown, size_t number,
	enum requests_source source, struct cbor_bytes sealed);

/* Answers what waits. Errors of the desk: nothing of this round is told. */
enum skerry_err intake_flush(struct intake *intake);

/* Wipes; what still waits is dropped. Harmless on { 0 }. */
void intake_end(struct intake *intake);

#endif
