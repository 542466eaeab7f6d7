/* SPDX-License-Identifier: ISC */
#include "folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "folder_config.h"
#include "locks.h"
#include "own_time.h"
#include "verifier/gather/clocks.h"

enum {
	TORN_TRIES = 3,    /* at a folder that changes while it is read */
	DOUBT_S = 2,       /* until an answer that takes something away is looked at again */
	READINGS_TRIES = 8 /* at two clocks that should show one second */
};

struct folder {
	struct folder_config config;
	const struct texts *texts;

	struct locks locks;

	/* With `looking`: */
	struct own_time time;
	int64_t newer_since; /* when the pin was first seen to be newer than the folder; NEVER */
	bool doubted;        /* the last answer was worse, and not believed yet */

	/* When, on the monotonic clock, the last look was tried. */
	_Atomic uint32_t looked_at;

	/* With `asked`: */
	struct snapshot *snapshot;
	int64_t settled, mono; /* the site's time at that second of CLOCK_MONOTONIC */
	enum skerry_err trouble;
};

/* One look. */
struct look {
	struct folder *folder;
	struct site site;
	bool open;
	enum skerry_err reason; /* why it only reads */
	bool keeps_pin;
	struct clock_reading reading;
	int64_t mono;
	struct folder_failure *failure;
};

/* --- clocks ---------------------------------------------------------------------------------- */

/* Good for a difference of seconds, and the kernel keeps it on a page that every process can read. */
static int64_t
mono_now(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static int64_t
mono_exact(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The second of the reading on this process's own clock: no fraction is counted at each look anew. */
static void
read_clocks(struct look *look)
{
	for (int i = 0; i < READINGS_TRIES; i++) {
		look->mono = mono_exact();
		clocks_read("/", &look->reading);
		if (mono_exact() == look->mono)
			break;
	}
}

static bool
is_due(const struct folder *folder, int64_t mono)
{
	uint32_t since =
		(uint32_t)mono - atomic_load_explicit(&folder->looked_at, memory_order_relaxed);

	/* A clock that went back is a reason to look, too. */
	return since >= SKERRY_LOOK_S;
}

static void
look_again_in(struct folder *folder, int64_t seconds)
{
	atomic_store_explicit(&folder->looked_at, (uint32_t)(mono_now() - SKERRY_LOOK_S + seconds),
		memory_order_relaxed);
}

/* --- a look ---------------------------------------------------------------------------------- */

static void
close_site(struct look *look)
{
	if (look->open)
		site_close(&look->site);
	look->open = false;
}

static enum skerry_err
open_for(struct look *look, bool reading)
{
	const char *path = look->folder->config.path;
	struct site_failure where = { .file = "" };
	enum skerry_err err = reading ? site_open(path, &look->site, &where)
				      : site_open_as_self(path, &look->site, &look->reason, &where);

	look->open = err == SKERRY_OK;
	look->failure->offset = where.offset;
	memcpy(look->failure->file, where.file, sizeof where.file);
	return err;
}

/* Who imports puts new files in before old ones go: a list that was read between is a torn one. */
static bool
is_torn(const struct look *look)
{
	for (size_t i = 0; i < look->site.unused_len; i++)
		if (look->site.unused[i].err == SKERRY_ERR_FILE_MISSING)
			return true;
	return false;
}

static enum skerry_err
open_whole(struct look *look, bool reading)
{
	enum skerry_err err = open_for(look, reading);

	for (int i = 1; i < TORN_TRIES && err == SKERRY_OK && is_torn(look); i++) {
		close_site(look);
		err = open_for(look, reading);
	}
	return err;
}

/* Licenses are judged by what the product pins, or by what follows from it. */
static enum skerry_err
apply_pin(struct look *look)
{
	struct folder *folder = look->folder;
	enum pinned_relation relation;
	struct trust *newer = NULL;
	enum skerry_err err =
		pinned_compare(&folder->config.pinned, &look->site, &relation, &newer);

	look->keeps_pin = err == SKERRY_OK && relation == PINNED_NEWER && look->site.memory->writes;
	if (err != SKERRY_OK || newer == NULL)
		return err;
	if (look->keeps_pin) {
		free(newer);
		return SKERRY_OK;
	}
	/* No later than the present: question.c sees to it. */
	return site_follow(&look->site, newer,
		folder->newer_since == LICENSE_NEVER ? CLOCK_TIME_MAX : folder->newer_since);
}

static enum skerry_err
tick(struct look *look)
{
	struct folder *folder = look->folder;
	enum skerry_err err;

	own_time_read(&folder->time, &look->site);
	err = site_tick(&look->site, &look->reading);
	if (err == SKERRY_OK)
		err = own_time_hold(&folder->time, &look->site, look->mono);
	if (err == SKERRY_OK && look->keeps_pin)
		err = pinned_keep(&folder->config.pinned, &look->site);
	if (err != SKERRY_OK)
		return err;
	own_time_keep(&folder->time, &look->site, look->mono);
	if (folder->newer_since == LICENSE_NEVER)
		folder->newer_since = site_now(&look->site);
	return SKERRY_OK;
}

static enum skerry_err
open_and_tick(struct look *look, bool reading)
{
	enum skerry_err err = open_whole(look, reading);

	if (err == SKERRY_OK)
		err = apply_pin(look);
	return err == SKERRY_OK ? tick(look) : err;
}

/* A disk that is full takes nothing away: then it is only read. */
static enum skerry_err
visit(struct look *look)
{
	enum skerry_err err = open_and_tick(look, false);

	if (err == SKERRY_OK || !look->open || !look->site.memory->writes ||
		err == SKERRY_ERR_TRUST_PINNED)
		return err;
	close_site(look);
	look->reason = err;
	return open_and_tick(look, true);
}

/* That somebody else writes, or has to, is how it should be. */
static enum skerry_err
trouble_of(const struct look *look)
{
	if (look->reason != SKERRY_OK && look->reason != SKERRY_ERR_STORE_BUSY &&
		look->reason != SKERRY_ERR_FILE_PERMISSION)
		return look->reason;
	return look->site.memory->trouble;
}

static bool
takes_away(const struct folder *folder, const struct snapshot *snapshot)
{
	const struct skerry_verdict *verdict = &snapshot->steps[0].verdict;

	return folder->snapshot != NULL &&
	       verdict->access < snapshot_at(folder->snapshot, verdict->at)->verdict.access;
}

static void
put_in_place(struct look *look, struct snapshot *snapshot)
{
	struct folder *folder = look->folder;
	struct snapshot *before;

	pthread_rwlock_wrlock(&folder->locks.asked);
	before = folder->snapshot;
	folder->snapshot = snapshot;
	folder->settled = snapshot->steps[0].verdict.at;
	folder->mono = look->mono;
	folder->trouble = trouble_of(look);
	pthread_rwlock_unlock(&folder->locks.asked);
	snapshot_free(before);
}

static enum skerry_err
take_snapshot(struct look *look)
{
	struct folder *folder = look->folder;
	struct snapshot *snapshot = NULL;
	enum skerry_err err;

	read_clocks(look);
	err = visit(look);
	if (err == SKERRY_OK)
		err = snapshot_of_site(
			&look->site, &folder->config.query, folder->texts, &snapshot);
	if (err != SKERRY_OK)
		return err;
	if (look->reason == SKERRY_ERR_STORE_BUSY && !folder->doubted &&
		takes_away(folder, snapshot)) {
		folder->doubted = true;
		look_again_in(folder, DOUBT_S);
		snapshot_free(snapshot);
		return SKERRY_OK;
	}
	folder->doubted = false;
	put_in_place(look, snapshot);
	return SKERRY_OK;
}

/* With `looking` held. */
static enum skerry_err
take_look(struct folder *folder, struct folder_failure *ret_failure)
{
	struct look look = { .folder = folder, .failure = ret_failure };
	enum skerry_err err;

	*ret_failure = (struct folder_failure){ .file = "" };
	look_again_in(folder, SKERRY_LOOK_S);
	err = take_snapshot(&look);
	close_site(&look);
	if (err != SKERRY_OK) {
		pthread_rwlock_wrlock(&folder->locks.asked);
		folder->trouble = err;
		pthread_rwlock_unlock(&folder->locks.asked);
	}
	ret_failure->err = err;
	return err;
}

/* --- a handle -------------------------------------------------------------------------------- */

static enum skerry_err
copy_config(const struct skerry_config *config, struct folder *folder,
	struct folder_failure *ret_failure)
{
	enum skerry_err err;

	*ret_failure = (struct folder_failure){ .file = "" };
	err = folder_config_copy(config, &folder->config, &ret_failure->offset);
	/* The folder's path apart, all that can be wrong is the pin. */
	ret_failure->pin = err != SKERRY_OK && err != SKERRY_ERR_FILE_MISSING;
	return err;
}

enum skerry_err
folder_open(const struct skerry_config *config, const struct texts *texts,
	struct folder **ret_folder, struct folder_failure *ret_failure)
{
	struct folder *folder = calloc(1, sizeof *folder);
	enum skerry_err err;

	*ret_failure = (struct folder_failure){ .file = "" };
	if (folder == NULL)
		return SKERRY_ERR_NO_MEMORY;
	err = locks_start(&folder->locks);
	if (err != SKERRY_OK) {
		free(folder);
		return err;
	}
	folder->texts = texts;
	folder->newer_since = LICENSE_NEVER;
	err = copy_config(config, folder, ret_failure);
	if (err == SKERRY_OK)
		err = folder_refresh(folder, ret_failure);
	if (err == SKERRY_OK)
		*ret_folder = folder;
	else
		folder_close(folder);
	return err;
}

void
folder_close(struct folder *folder)
{
	if (folder == NULL)
		return;
	snapshot_free(folder->snapshot);
	folder_config_free(&folder->config);
	locks_end(&folder->locks);
	free(folder);
}

enum skerry_err
folder_refresh(struct folder *folder, struct folder_failure *ret_failure)
{
	int saved = errno;
	enum skerry_err err;

	pthread_mutex_lock(&folder->locks.looking);
	err = take_look(folder, ret_failure);
	pthread_mutex_unlock(&folder->locks.looking);
	errno = saved;
	return err;
}

static void
look_if_nobody_does(struct folder *folder, int64_t mono)
{
	struct folder_failure failure;
	int saved = errno;

	if (pthread_mutex_trylock(&folder->locks.looking) != 0)
		return;
	/* Somebody may just have done it. */
	if (is_due(folder, mono))
		take_look(folder, &failure);
	pthread_mutex_unlock(&folder->locks.looking);
	errno = saved;
}

struct folder_moment
folder_look(struct folder *folder)
{
	struct folder_moment moment;
	int64_t mono = mono_now();

	if (is_due(folder, mono)) {
		look_if_nobody_does(folder, mono);
		mono = mono_now();
	}
	pthread_rwlock_rdlock(&folder->locks.asked);
	moment.snapshot = folder->snapshot;
	moment.trouble = folder->trouble;
	moment.now = folder->settled;
	if (mono > folder->mono)
		moment.now += mono - folder->mono;
	return moment;
}

void
folder_done(struct folder *folder)
{
	pthread_rwlock_unlock(&folder->locks.asked);
}
