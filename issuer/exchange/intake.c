/* SPDX-License-Identifier: ISC */
#include "intake.h"

#include <stdlib.h>
#include <string.h>

#include "issuer/desk/heartbeats.h"

struct intake_waiting {
	char *shown;
	size_t number, offset;
	enum requests_source source;
	enum skerry_err err; /* it did not open, or could not be answered */
	char *advice;
	struct requests_opened opened;
	struct requests_answered *answered;
};

enum skerry_err
intake_begin(struct desk *desk, intake_tell *tell, void *context, struct intake *ret_intake)
{
	struct intake intake = { .desk = desk, .tell = tell, .context = context };
	enum skerry_err err;

	intake.waiting = calloc(INTAKE_ROUND, sizeof *intake.waiting);
	err = intake.waiting == NULL ? SKERRY_ERR_NO_MEMORY
				     : requests_begin(desk, &intake.requests);
	*ret_intake = intake;
	return err;
}

static void
drop(struct intake *intake)
{
	for (size_t i = 0; i < intake->len; i++) {
		struct intake_waiting *one = &intake->waiting[i];

		free(one->shown);
		free(one->advice);
		free(one->answered);
		requests_opened_free(&one->opened);
		*one = (struct intake_waiting){ .shown = NULL };
	}
	intake->len = intake->bytes = 0;
}

void
intake_end(struct intake *intake)
{
	drop(intake);
	free(intake->waiting);
	requests_close(&intake->requests);
	*intake = (struct intake){ .desk = NULL };
}

/* State or system, whatever the request was: the next one would fare no better. */
static bool
is_desks(enum skerry_err err)
{
	return err >= SKERRY_ERR_STORE;
}

static enum skerry_err
answer_one(struct intake *intake, struct requests *requests, struct intake_waiting *one)
{
	struct desk *desk = intake->desk;
	enum skerry_err err;

	one->answered = malloc(sizeof *one->answered);
	if (one->answered == NULL)
		return SKERRY_ERR_NO_MEMORY;
	desk->refused = SKERRY_OK;
	err = requests_answer(desk, requests, &one->opened, one->source, one->answered);
	if (err == SKERRY_OK || is_desks(err))
		return err;
	one->err = err;
	one->advice = desk->refused == err ? strdup(desk->advice) : NULL;
	desk->refused = SKERRY_OK;
	return SKERRY_OK;
}

static int
by_site_and_number(const void *a, const void *b)
{
	const struct intake_waiting *x = *(struct intake_waiting *const *)a;
	const struct intake_waiting *y = *(struct intake_waiting *const *)b;
	uint64_t first = x->opened.exchange.request.number,
		 second = y->opened.exchange.request.number;
	int order =
		memcmp(x->opened.exchange.site_id, y->opened.exchange.site_id, COSE_THUMBPRINT_LEN);

	if (order == 0)
		order = (first > second) - (first < second);
	return order == 0 ? (x > y) - (x < y) : order;
}

/* What opened, as each site wrote it: the order of files on a stick means nothing. */
static size_t
put_in_order(struct intake *intake, struct intake_waiting *order[INTAKE_ROUND])
{
	size_t len = 0;

	for (size_t i = 0; i < intake->len; i++)
		if (intake->waiting[i].err == SKERRY_OK)
			order[len++] = &intake->waiting[i];
	if (len > 0)
		qsort(order, len, sizeof(struct intake_waiting *), by_site_and_number);
	return len;
}

/* Keys and manifest as they are now, under the lock: the round may have waited for somebody's ceremony. */
static enum skerry_err
answer_round(struct intake *intake)
{
	struct intake_waiting *order[INTAKE_ROUND];
	struct requests requests = { .pairs = NULL };
	size_t len = put_in_order(intake, order);
	enum skerry_err err = requests_begin(intake->desk, &requests);

	for (size_t i = 0; err == SKERRY_OK && i < len; i++)
		err = answer_one(intake, &requests, order[i]);
	requests_close(&requests);
	return err;
}

static bool
has_opened(const struct intake *intake)
{
	for (size_t i = 0; i < intake->len; i++)
		if (intake->waiting[i].err == SKERRY_OK)
			return true;
	return false;
}

static void
tell_all(struct intake *intake)
{
	for (size_t i = 0; i < intake->len; i++) {
		const struct intake_waiting *one = &intake->waiting[i];
		const struct intake_line line = { one->shown, one->number, one->err, one->offset,
			one->advice, one->err == SKERRY_OK ? one->answered : NULL };

		intake->tell(intake->context, &line);
	}
}

enum skerry_err
intake_flush(struct intake *intake)
{
	struct desk *desk = intake->desk;
	enum skerry_err err = SKERRY_OK;

	if (has_opened(intake)) {
		err = desk_begin(desk);
		if (err == SKERRY_OK)
			err = answer_round(intake);
		if (err == SKERRY_OK)
			err = heartbeats_prune(desk);
		if (err == SKERRY_OK)
			err = desk_commit(desk);
		else
			desk_rollback(desk);
	}
	if (err == SKERRY_OK)
		tell_all(intake);
	drop(intake);
	return err;
}

enum skerry_err
intake_take(struct intake *intake, const char *shown, size_t number, enum requests_source source,
	struct cbor_bytes sealed)
{
	struct intake_waiting *one = &intake->waiting[intake->len];
	enum skerry_err err;

	one->shown = strdup(shown);
	if (one->shown == NULL)
		return SKERRY_ERR_NO_MEMORY;
	intake->len++;
	one->number = number;
	one->source = source;
	one->err = requests_open(&intake->requests, sealed, &one->opened, &one->offset);
	err = one->err == SKERRY_ERR_NO_MEMORY ? one->err : SKERRY_OK;
	intake->bytes += one->err == SKERRY_OK ? sealed.len : 0;
	if (err == SKERRY_OK &&
		(intake->len == INTAKE_ROUND || intake->bytes >= INTAKE_ROUND_BYTES))
		err = intake_flush(intake);
	return err;
}
