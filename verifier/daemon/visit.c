/* SPDX-License-Identifier: ISC */
#include "visit.h"

#include <time.h>

#include "verifier/gather/clocks.h"

enum {
	READINGS_TRIES = 8, /* at two clocks that should show one second */
	TORN_TRIES = 3,     /* at a folder that changes while it is read */
	PAUSE_MS = 20       /* between two tries for the lock */
};

int64_t
visit_mono(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The second of the reading on this process's own clock: no fraction is counted at each visit anew. */
static void
read_clocks(struct clock_reading *ret_reading, int64_t *ret_mono)
{
	for (int i = 0; i < READINGS_TRIES; i++) {
		*ret_mono = visit_mono();
		clocks_read("/", ret_reading);
		if (visit_mono() == *ret_mono)
			break;
	}
}

/* --- opening --------------------------------------------------------------------------------- */

/* What is left of `ms` when nobody holds the lock any more; opening all of it to see that is dear. */
static int
wait_for_lock(const struct visits *visits, int ms)
{
	static const struct timespec PAUSE = { .tv_nsec = PAUSE_MS * 1000000L };
	enum skerry_err err = SKERRY_ERR_STORE_BUSY;
	struct documents documents;
	pid_t holder;

	while (err == SKERRY_ERR_STORE_BUSY && ms > 0) {
		nanosleep(&PAUSE, NULL);
		ms -= PAUSE_MS;
		err = documents_open_as_self(visits->state, &documents, &holder);
		if (err == SKERRY_OK)
			documents_close(&documents);
	}
	return ms;
}

static enum skerry_err
open_patiently(
	const struct visits *visits, int wait_s, struct visit *visit, enum skerry_err *ret_reason)
{
	enum skerry_err err =
		site_open_as_self(visits->state, &visit->site, ret_reason, &visit->failure);
	int ms = 1000 * wait_s;

	while (ms > 0 && err == SKERRY_OK && *ret_reason == SKERRY_ERR_STORE_BUSY) {
		site_close(&visit->site);
		ms = wait_for_lock(visits, ms);
		err = site_open_as_self(visits->state, &visit->site, ret_reason, &visit->failure);
	}
	return err;
}

/* Who imports puts new files in before old ones go: a list that was read between is a torn one. */
static bool
is_torn(const struct site *site)
{
	for (size_t i = 0; i < site->unused_len; i++)
		if (site->unused[i].err == SKERRY_ERR_FILE_MISSING)
			return true;
	return false;
}

static enum skerry_err
open_whole(
	const struct visits *visits, int wait_s, struct visit *visit, enum skerry_err *ret_reason)
{
	enum skerry_err err = open_patiently(visits, wait_s, visit, ret_reason);

	for (int i = 1; i < TORN_TRIES && err == SKERRY_OK && is_torn(&visit->site); i++) {
		site_close(&visit->site);
		err = open_patiently(visits, 0, visit, ret_reason);
	}
	return err;
}

static enum skerry_err
tick(struct visits *visits, struct visit *visit)
{
	struct clock_reading reading;
	enum skerry_err err;

	read_clocks(&reading, &visit->mono);
	own_time_read(&visits->time, &visit->site);
	err = site_tick(&visit->site, &reading);
	if (err == SKERRY_OK)
		err = own_time_hold(&visits->time, &visit->site, visit->mono);
	if (err == SKERRY_OK)
		own_time_keep(&visits->time, &visit->site, visit->mono);
	return err;
}

/* --- a visit --------------------------------------------------------------------------------- */

/* That somebody else writes just now is how it should be. */
static enum skerry_err
trouble_of(const struct visit *visit, enum skerry_err reason)
{
	return reason != SKERRY_OK && reason != SKERRY_ERR_STORE_BUSY ? reason
								      : visit->site.memory->trouble;
}

/* A disk that is full takes nothing away: then it is only read. */
static enum skerry_err
read_only(struct visits *visits, struct visit *visit)
{
	enum skerry_err err = site_open(visits->state, &visit->site, &visit->failure);

	if (err != SKERRY_OK)
		return err;
	err = tick(visits, visit);
	if (err != SKERRY_OK)
		site_close(&visit->site);
	return err;
}

static enum skerry_err
open_and_tick(struct visits *visits, bool to_write, int wait_s, struct visit *visit,
	enum skerry_err *ret_reason)
{
	enum skerry_err err = open_whole(visits, wait_s, visit, ret_reason);
	bool wrote;

	if (err == SKERRY_OK && to_write && *ret_reason != SKERRY_OK) {
		err = *ret_reason;
		site_close(&visit->site);
	}
	if (err != SKERRY_OK)
		return err;
	wrote = visit->site.memory->writes;
	err = tick(visits, visit);
	if (err == SKERRY_OK)
		return err;
	site_close(&visit->site);
	if (to_write || !wrote)
		return err;
	*ret_reason = err;
	return read_only(visits, visit);
}

enum skerry_err
visit_begin(struct visits *visits, bool to_write, int wait_s, struct visit *ret_visit)
{
	enum skerry_err reason = SKERRY_OK, err;

	*ret_visit = VISIT_NONE;
	err = open_and_tick(visits, to_write, wait_s, ret_visit, &reason);
	ret_visit->open = err == SKERRY_OK;
	if (!ret_visit->open)
		return err;
	ret_visit->writes = reason == SKERRY_OK;
	ret_visit->trouble = trouble_of(ret_visit, reason);
	return SKERRY_OK;
}

void
visit_close(struct visit *visit)
{
	if (!visit->open)
		return;
	visit->writer = visit->site.documents.writer;
	visit->site.documents.writer = (struct writer){ .lock = -1 };
	site_close(&visit->site);
	visit->open = false;
}

void
visit_leave(struct visit *visit)
{
	writer_end(&visit->writer);
	visit->writes = false;
}
