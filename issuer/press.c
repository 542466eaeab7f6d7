/* SPDX-License-Identifier: ISC */
/*
 * A ring of sheets. `added`, `claimed` and `delivered` count up for good; a sheet's place is its
 * count modulo the ring's size:
 *
 *	delivered .. claimed   with a signer, or signed
 *	claimed .. added       waiting for one
 *
 * A full ring waits until half of it is signed rather than for one sheet, so that the threads wake
 * each other rarely.
 */
#include "press.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct sheet {
	struct issue_draft draft;
	uint64_t tag;
	enum skerry_err err; /* of signing */
	bool is_signed;
};

struct press {
	struct desk *desk;
	const struct signing *signing;
	struct plan_shelf *shelf;
	press_deliver *deliver;
	void *context;
	enum skerry_err failed;

	pthread_mutex_t lock; /* of everything below but the drafts */
	pthread_cond_t work, half_done;
	bool closing, caller_waits;
	size_t idle;
	uint64_t added, claimed, delivered, signed_count;
	uint64_t awaited; /* signed_count that the caller waits for */

	pthread_t signers[PRESS_SIGNERS_MAX];
	size_t signers_len;
	size_t sheets_len;
	struct sheet *sheets;
};

static struct sheet *
sheet_of(struct press *press, uint64_t count)
{
	return &press->sheets[count % press->sheets_len];
}

static void *
sign_sheets(void *argument)
{
	struct press *press = argument;

	pthread_mutex_lock(&press->lock);
	for (;;) {
		struct sheet *sheet;
		enum skerry_err err;

		while (press->claimed == press->added && !press->closing) {
			press->idle++;
			pthread_cond_wait(&press->work, &press->lock);
			press->idle--;
		}
		if (press->closing)
			break;
		sheet = sheet_of(press, press->claimed++);
		pthread_mutex_unlock(&press->lock);
		err = issue_sign(press->signing, &sheet->draft);
		pthread_mutex_lock(&press->lock);
		sheet->err = err;
		sheet->is_signed = true;
		press->signed_count++;
		if (press->caller_waits && press->signed_count >= press->awaited)
			pthread_cond_signal(&press->half_done);
	}
	pthread_mutex_unlock(&press->lock);
	return NULL;
}

/* Signals are the caller's to answer: signers are born with all of them blocked. */
static void
start_signers(struct press *press, size_t wanted)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (press->signers_len < wanted &&
		pthread_create(&press->signers[press->signers_len], NULL, sign_sheets, press) == 0)
		press->signers_len++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum skerry_err
press_open(struct desk *desk, const struct signing *signing, struct plan_shelf *shelf,
	press_deliver *deliver, void *context, struct press **ret_press)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 1 ? 1 : (size_t)processors;
	struct press *press = calloc(1, sizeof *press);

	if (press == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (wanted > PRESS_SIGNERS_MAX)
		wanted = PRESS_SIGNERS_MAX;
	press->desk = desk;
	press->signing = signing;
	press->shelf = shelf;
	press->deliver = deliver;
	press->context = context;
	press->sheets_len = wanted * PRESS_AHEAD;
	press->sheets = calloc(press->sheets_len, sizeof *press->sheets);
	if (press->sheets == NULL) {
		free(press);
		return SKERRY_ERR_NO_MEMORY;
	}
	pthread_mutex_init(&press->lock, NULL);
	pthread_cond_init(&press->work, NULL);
	pthread_cond_init(&press->half_done, NULL);
	start_signers(press, wanted);
	*ret_press = press;
	return SKERRY_OK;
}

/* The oldest sheet, if it is signed: recorded and delivered. */
static bool
deliver_one(struct press *press)
{
	struct sheet *sheet = sheet_of(press, press->delivered);
	bool ready;

	pthread_mutex_lock(&press->lock);
	ready = press->delivered < press->added && sheet->is_signed;
	pthread_mutex_unlock(&press->lock);
	if (!ready || press->failed != SKERRY_OK)
		return false;
	press->failed = sheet->err;
	if (press->failed == SKERRY_OK)
		press->failed = issue_record(press->desk, press->signing, &sheet->draft);
	if (press->failed == SKERRY_OK)
		press->failed = press->deliver(press->context, sheet->tag, &sheet->draft.issued);
	sheet->is_signed = false;
	press->delivered++;
	return press->failed == SKERRY_OK;
}

/* Waits until `more` of the sheets that are not delivered are signed, then delivers in order. */
static void
deliver_signed(struct press *press, uint64_t more)
{
	pthread_mutex_lock(&press->lock);
	press->awaited = press->delivered + more;
	press->caller_waits = true;
	while (press->signed_count < press->awaited ||
		!sheet_of(press, press->delivered)->is_signed)
		pthread_cond_wait(&press->half_done, &press->lock);
	press->caller_waits = false;
	pthread_mutex_unlock(&press->lock);
	while (deliver_one(press))
		;
}

/* Hands the sheet just drafted to whoever is free; without signers it is signed here. */
static void
hand_over(struct press *press, struct sheet *sheet)
{
	bool alone = press->signers_len == 0;

	if (alone) {
		sheet->err = issue_sign(press->signing, &sheet->draft);
		sheet->is_signed = true;
	}
	pthread_mutex_lock(&press->lock);
	press->added++;
	if (alone) {
		press->claimed++;
		press->signed_count++;
	} else if (press->idle > 0) {
		pthread_cond_signal(&press->work);
	}
	pthread_mutex_unlock(&press->lock);
}

enum skerry_err
press_add(struct press *press, const struct issue *issue, uint64_t tag)
{
	struct sheet *sheet;
	enum skerry_err err;

	if (press->failed == SKERRY_OK && press->added - press->delivered == press->sheets_len)
		deliver_signed(press, press->sheets_len / 2);
	if (press->failed != SKERRY_OK)
		return press->failed;
	sheet = sheet_of(press, press->added);
	sheet->tag = tag;
	sheet->is_signed = false;
	err = issue_draft(press->desk, press->signing, press->shelf, issue, &sheet->draft);
	if (err == SKERRY_OK)
		hand_over(press, sheet);
	return err;
}

enum skerry_err
press_drain(struct press *press)
{
	while (press->failed == SKERRY_OK && press->delivered < press->added)
		deliver_signed(press, press->added - press->delivered);
	return press->failed;
}

void
press_close(struct press *press)
{
	if (press == NULL)
		return;
	pthread_mutex_lock(&press->lock);
	press->closing = true;
	pthread_cond_broadcast(&press->work);
	pthread_mutex_unlock(&press->lock);
	for (size_t i = 0; i < press->signers_len; i++)
		pthread_join(press->signers[i], NULL);
	pthread_cond_destroy(&press->half_done);
	pthread_cond_destroy(&press->work);
	pthread_mutex_destroy(&press->lock);
	free(press->sheets);
	free(press);
}
