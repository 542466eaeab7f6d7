/* SPDX-License-Identifier: ISC */
#include "keeper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bell.h"
#include "job_queue.h"
#include "since_boot.h"
#include "verifier/state/leftovers.h"
#include "visit.h"
#include "watch.h"

enum {
	SETTLE_MS = 100, /* after a change in the state folder: more may follow */
	FILES_MS = 1000, /* between two looks because of files */
	CLOSED_S = 2,    /* between two looks at a folder that cannot be opened */
	SWEEP_MS = 86400000,
	LOOK_WAIT_S = 2, /* a look that cannot write soon only reads */
	FDS = 1 + WATCH_FDS
};

struct keeper {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended_now;

	/* Under the lock: */
	struct job_queue waiting, done;
	bool stops, ended, joined, wakes;
	struct courier **coming; /* of a reload; NULL: none */
	size_t coming_len;
	struct keeper_met met;

	int wake, told; /* eventfds: of the thread, of the front */
	_Atomic int64_t busy_since;

	/* The thread's own: */
	char *state;
	keeper_look *look;
	void *context;
	struct log *log;
	struct visits visits;
	struct watch watch;
	struct courier **couriers;
	size_t couriers_len;
	struct keeper_met own_met;
	int64_t look_ms, looked_ms; /* when to look; when it looked last */
	int64_t sweep_ms;           /* when to look for leftovers */
	enum skerry_err trouble;    /* told already */
};

/* --- queues ---------------------------------------------------------------------------------- */

static struct job_queue
take_all(struct keeper *keeper)
{
	struct job_queue taken;

	pthread_mutex_lock(&keeper->lock);
	taken = keeper->waiting;
	keeper->waiting = (struct job_queue){ .first = NULL };
	pthread_mutex_unlock(&keeper->lock);
	return taken;
}

static void
give_back(struct keeper *keeper, struct keeper_job *job)
{
	pthread_mutex_lock(&keeper->lock);
	job_queue_append(&keeper->done, job);
	pthread_mutex_unlock(&keeper->lock);
	bell_ring(keeper->told);
}

/* --- when to look ---------------------------------------------------------------------------- */

static void
look_no_later_than(struct keeper *keeper, int64_t ms)
{
	if (ms < keeper->look_ms)
		keeper->look_ms = ms;
}

/* Of many files that come one by one each is a sign: the first has said when. */
static void
look_at_files(struct keeper *keeper)
{
	int64_t soon = since_boot_ms() + SETTLE_MS, next = keeper->looked_ms + FILES_MS;

	look_no_later_than(keeper, next > soon ? next : soon);
}

/* --- visits ---------------------------------------------------------------------------------- */

/* A folder that cannot be opened: health and log are told of it, and no later that it is back. */
static bool
is_closed(enum skerry_err err)
{
	return err != SKERRY_OK && err != SKERRY_ERR_STORE_BUSY;
}

/* What others have done until now, while somebody waited for them too. */
static enum skerry_err
begin_visit(struct keeper *keeper, bool to_write, struct visit *ret_visit)
{
	enum skerry_err err = visit_begin(
		&keeper->visits, to_write, to_write ? KEEPER_WAIT_S : LOOK_WAIT_S, ret_visit);

	if (watch_changed(&keeper->watch, since_boot_ms()))
		look_at_files(keeper);
	if (is_closed(err))
		look_no_later_than(keeper, keeper->looked_ms + 1000 * CLOSED_S);
	return err;
}

/* What is signed while nobody else may write, this visit itself has done. */
static void
end_visit(struct keeper *keeper, struct visit *visit)
{
	visit_close(visit);
	if (visit->writes && watch_forget(&keeper->watch, since_boot_ms()))
		look_at_files(keeper);
	visit_leave(visit);
}

/* --- looking --------------------------------------------------------------------------------- */

/* Once, and once more when it is over. */
static void
tell_trouble(struct keeper *keeper, enum skerry_err trouble, const struct site_failure *failure)
{
	if (trouble == keeper->trouble)
		return;
	if (trouble == SKERRY_OK)
		log_event(keeper->log, LOG_CHANGES, "trouble_over", "state", keeper->state, NULL);
	else
		log_event(keeper->log, LOG_ERRORS, "trouble", "state", keeper->state, "error",
			skerry_err_name(trouble), "file",
			failure->file[0] == '\0' ? NULL : failure->file, "message",
			skerry_strerror(trouble), "advice", skerry_err_advice(trouble), NULL);
	keeper->trouble = trouble;
}

/* What writers who were killed left there; under the folder's lock. */
static void
sweep(struct keeper *keeper, const struct visit *visit)
{
	char files[LOG_NUMBER_MAX];
	size_t swept;

	if (!visit->writes || since_boot_ms() < keeper->sweep_ms)
		return;
	keeper->sweep_ms = since_boot_ms() + SWEEP_MS;
	swept = leftovers_sweep(visit->site.documents.directory, time(NULL));
	if (swept > 0)
		log_event(keeper->log, LOG_CHANGES, "swept", "state", keeper->state, "files",
			log_number((long long)swept, files), NULL);
}

static void
look(struct keeper *keeper)
{
	struct visit visit;
	enum skerry_err err = begin_visit(keeper, false, &visit);
	int64_t change, until_s = is_closed(err) ? CLOSED_S : KEEPER_LOOK_S;

	if (err == SKERRY_OK) {
		change = keeper->look(keeper->context, &visit.site, visit.mono, visit.trouble);
		sweep(keeper, &visit);
		if (change != LICENSE_NEVER && change - site_now(&visit.site) < until_s)
			until_s = change - site_now(&visit.site);
	} else {
		keeper->look(keeper->context, NULL, visit_mono(), err);
	}
	tell_trouble(keeper, err == SKERRY_OK ? visit.trouble : err, &visit.failure);
	watch_renew(&keeper->watch);
	keeper->looked_ms = since_boot_ms();
	keeper->look_ms = keeper->looked_ms + 1000 * (until_s < 1 ? 1 : until_s);
	end_visit(keeper, &visit);
}

/* --- jobs ------------------------------------------------------------------------------------ */

/* True: it wrote. */
static bool
run_job(struct keeper *keeper, struct keeper_job *job, bool is_last, struct visit *visit)
{
	bool to_write = job->need == KEEPER_WRITE, wrote;
	enum skerry_err err = SKERRY_OK;

	if (!visit->open || (to_write && !visit->writes)) {
		end_visit(keeper, visit);
		err = begin_visit(keeper, to_write, visit);
	}
	wrote = job->run(job, visit->open ? &visit->site : NULL, err, &visit->failure);
	/* What wrote leaves a site that is only good for closing. */
	if (to_write || wrote || is_last)
		end_visit(keeper, visit);
	return wrote;
}

/* Each goes back as soon as it is done: one that follows may have to wait for a lock or a disk. */
static void
run_jobs(struct keeper *keeper)
{
	struct job_queue jobs = take_all(keeper);
	struct visit visit = VISIT_NONE;
	struct keeper_job *job;

	while ((job = job_queue_shift(&jobs)) != NULL) {
		if (run_job(keeper, job, jobs.first == NULL, &visit))
			look(keeper);
		give_back(keeper, job);
	}
}

/* --- couriers -------------------------------------------------------------------------------- */

static void
publish_met(struct keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->met = keeper->own_met;
	pthread_mutex_unlock(&keeper->lock);
}

static bool
meet(struct keeper *keeper, struct courier *courier)
{
	struct visit visit;
	enum skerry_err err = begin_visit(keeper, true, &visit);
	bool took = false;

	if (err == SKERRY_OK)
		took = courier_meet(
			courier, &visit.site, keeper->log, &keeper->own_met, since_boot_ms());
	else
		courier_put_off(courier, err, keeper->log, since_boot_ms());
	end_visit(keeper, &visit);
	publish_met(keeper);
	return took;
}

/* One at a time: jobs that have come meanwhile go first. */
static bool
meet_next(struct keeper *keeper)
{
	for (size_t i = 0; i < keeper->couriers_len; i++)
		if (courier_is_ready(keeper->couriers[i], since_boot_ms()))
			return meet(keeper, keeper->couriers[i]);
	return false;
}

static void
take_couriers(struct keeper *keeper)
{
	struct courier **list, **before = keeper->couriers;
	size_t len, before_len = keeper->couriers_len;

	pthread_mutex_lock(&keeper->lock);
	list = keeper->coming;
	len = keeper->coming_len;
	keeper->coming = NULL;
	pthread_mutex_unlock(&keeper->lock);
	if (list == NULL)
		return;
	keeper->couriers = list;
	keeper->couriers_len = len;
	if (watch_set_couriers(&keeper->watch, list, len) != SKERRY_OK)
		log_event(keeper->log, LOG_ERRORS, "watch_failed", "message",
			"Drop folders and sticks are looked at each minute only.", NULL);
	couriers_free(before, before_len);
	watch_mounts(&keeper->watch, since_boot_ms());
	watch_renew(&keeper->watch);
}

/* --- the thread ------------------------------------------------------------------------------ */

static int
wait_ms(const struct keeper *keeper)
{
	int64_t now = since_boot_ms(), next = keeper->look_ms;

	for (size_t i = 0; i < keeper->couriers_len; i++)
		if (keeper->couriers[i]->due_ms < next)
			next = keeper->couriers[i]->due_ms;
	/* The table of mounts and the folders are looked at by then in any case. */
	if (next > now + 1000 * KEEPER_LOOK_S)
		next = now + 1000 * KEEPER_LOOK_S;
	return next <= now ? 0 : (int)(next - now);
}

static void
begin_work(struct keeper *keeper)
{
	int64_t mono = visit_mono();

	atomic_store(&keeper->busy_since, mono == 0 ? 1 : mono);
}

static void
wait_for_news(struct keeper *keeper)
{
	struct pollfd fds[FDS] = { { .fd = keeper->wake, .events = POLLIN } };
	struct watch_news news;
	int64_t now;

	watch_fds(&keeper->watch, fds + 1);
	atomic_store(&keeper->busy_since, 0);
	if (poll(fds, FDS, wait_ms(keeper)) < 0)
		for (size_t i = 0; i < FDS; i++)
			fds[i].revents = 0;
	begin_work(keeper);
	now = since_boot_ms();
	if (fds[0].revents != 0)
		(void)bell_silence(keeper->wake);
	watch_take(&keeper->watch, fds + 1, now, &news);
	if (news.clock)
		look_no_later_than(keeper, now);
	if (news.state)
		look_at_files(keeper);
}

/* False: it is over. */
static bool
hear_front(struct keeper *keeper)
{
	bool stops;

	pthread_mutex_lock(&keeper->lock);
	stops = keeper->stops;
	if (keeper->wakes)
		keeper->look_ms = 0;
	keeper->wakes = false;
	pthread_mutex_unlock(&keeper->lock);
	if (!stops)
		take_couriers(keeper);
	return !stops;
}

static void
do_what_is_due(struct keeper *keeper)
{
	if (since_boot_ms() >= keeper->look_ms)
		look(keeper);
	run_jobs(keeper);
	if (meet_next(keeper))
		look(keeper);
}

static void
refuse_jobs(struct keeper *keeper)
{
	static const struct site_failure NONE = { .file = "" };
	struct job_queue jobs = take_all(keeper);
	struct keeper_job *job;

	while ((job = job_queue_shift(&jobs)) != NULL) {
		job->run(job, NULL, SKERRY_ERR_HTTP_BUSY, &NONE);
		give_back(keeper, job);
	}
}

static void *
keep(void *context)
{
	struct keeper *keeper = context;

	begin_work(keeper);
	while (hear_front(keeper)) {
		do_what_is_due(keeper);
		wait_for_news(keeper);
	}
	refuse_jobs(keeper);
	pthread_mutex_lock(&keeper->lock);
	keeper->ended = true;
	pthread_cond_signal(&keeper->ended_now);
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

/* --- the front ------------------------------------------------------------------------------- */

static enum skerry_err
open_all(struct keeper *keeper, const struct keeper_config *config)
{
	enum skerry_err err =
		couriers_make(config, since_boot_ms(), &keeper->coming, &keeper->coming_len);

	if (err != SKERRY_OK)
		return err;
	keeper->state = strdup(config->state);
	if (keeper->state == NULL)
		return SKERRY_ERR_NO_MEMORY;
	keeper->visits.state = keeper->state;
	keeper->wake = bell_make();
	keeper->told = bell_make();
	if (keeper->wake < 0 || keeper->told < 0)
		return SKERRY_ERR_IO;
	return watch_open(keeper->state, &keeper->watch);
}

/* Signals are the front's. */
static enum skerry_err
start_thread(struct keeper *keeper)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&keeper->thread, NULL, keep, keeper);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed == 0 ? SKERRY_OK : SKERRY_ERR_NO_MEMORY;
}

static void
make_locks(struct keeper *keeper)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&keeper->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->ended_now, &attributes);
	pthread_condattr_destroy(&attributes);
}

enum skerry_err
keeper_start(const struct keeper_config *config, struct keeper **ret_keeper)
{
	struct keeper *keeper = calloc(1, sizeof *keeper);
	enum skerry_err err;

	if (keeper == NULL)
		return SKERRY_ERR_NO_MEMORY;
	keeper->wake = keeper->told = keeper->watch.inotify = -1;
	keeper->look = config->look;
	keeper->context = config->context;
	keeper->log = config->log;
	keeper->ended = true;
	make_locks(keeper);
	err = open_all(keeper, config);
	if (err == SKERRY_OK) {
		keeper->ended = false;
		err = start_thread(keeper);
	}
	if (err == SKERRY_OK) {
		*ret_keeper = keeper;
	} else {
		keeper->ended = true;
		keeper_free(keeper);
	}
	return err;
}

enum skerry_err
keeper_reload(struct keeper *keeper, const struct keeper_config *config)
{
	struct courier **list = NULL, **before;
	size_t len = 0, before_len;
	enum skerry_err err = couriers_make(config, since_boot_ms(), &list, &len);

	if (err != SKERRY_OK)
		return err;
	pthread_mutex_lock(&keeper->lock);
	before = keeper->coming;
	before_len = keeper->coming_len;
	keeper->coming = list;
	keeper->coming_len = len;
	pthread_mutex_unlock(&keeper->lock);
	if (before != NULL)
		couriers_free(before, before_len);
	keeper_wake(keeper);
	return SKERRY_OK;
}

/* By the kernel's own clock, which a wait goes by. */
static struct timespec
in_ms(int ms)
{
	struct timespec at = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000L) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000L;
	}
	return at;
}

bool
keeper_stop(struct keeper *keeper, int wait_ms)
{
	const struct timespec until = in_ms(wait_ms);
	bool ended;
	int failed = 0;

	pthread_mutex_lock(&keeper->lock);
	keeper->stops = true;
	bell_ring(keeper->wake);
	while (!keeper->ended && failed == 0)
		failed = pthread_cond_timedwait(&keeper->ended_now, &keeper->lock, &until);
	ended = keeper->ended;
	pthread_mutex_unlock(&keeper->lock);
	if (ended && !keeper->joined)
		pthread_join(keeper->thread, NULL);
	keeper->joined = keeper->joined || ended;
	return ended;
}

void
keeper_free(struct keeper *keeper)
{
	if (keeper == NULL)
		return;
	couriers_free(keeper->couriers, keeper->couriers_len);
	if (keeper->coming != NULL)
		couriers_free(keeper->coming, keeper->coming_len);
	if (keeper->watch.inotify >= 0)
		watch_close(&keeper->watch);
	if (keeper->wake >= 0)
		close(keeper->wake);
	if (keeper->told >= 0)
		close(keeper->told);
	pthread_cond_destroy(&keeper->ended_now);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper->state);
	free(keeper);
}

bool
keeper_post(struct keeper *keeper, struct keeper_job *job)
{
	bool room;

	pthread_mutex_lock(&keeper->lock);
	room = keeper->waiting.len < KEEPER_QUEUE_MAX && !keeper->stops;
	if (room)
		job_queue_append(&keeper->waiting, job);
	pthread_mutex_unlock(&keeper->lock);
	if (room)
		bell_ring(keeper->wake);
	return room;
}

int
keeper_fd(const struct keeper *keeper)
{
	return keeper->told;
}

struct keeper_job *
keeper_take(struct keeper *keeper)
{
	struct keeper_job *job;

	pthread_mutex_lock(&keeper->lock);
	job = job_queue_shift(&keeper->done);
	if (keeper->done.first == NULL)
		(void)bell_silence(keeper->told);
	pthread_mutex_unlock(&keeper->lock);
	return job;
}

void
keeper_wake(struct keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->wakes = true;
	pthread_mutex_unlock(&keeper->lock);
	bell_ring(keeper->wake);
}

int64_t
keeper_busy_since(const struct keeper *keeper)
{
	return atomic_load(&keeper->busy_since);
}

void
keeper_met(struct keeper *keeper, struct keeper_met *ret_met)
{
	pthread_mutex_lock(&keeper->lock);
	*ret_met = keeper->met;
	pthread_mutex_unlock(&keeper->lock);
}
