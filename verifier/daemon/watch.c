/* SPDX-License-Identifier: ISC */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "keys/mailbag_name.h"
#include "mounted.h"
#include "verifier/state/folder_files.h"
#include "verifier/state/memory.h"
#include "verifier/state/seats.h"

/* Not in every sys/timerfd.h. */
#ifndef TFD_TIMER_CANCEL_ON_SET
#define TFD_TIMER_CANCEL_ON_SET (1 << 1)
#endif

enum { PATH_ROOM = 4096, EVENTS_ROOM = 16384 };

static const uint32_t STATE_EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVE_SELF |
				     IN_DELETE_SELF | IN_ATTRIB | IN_ONLYDIR;
static const uint32_t FOLDER_GOES = IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT;
static const uint32_t COURIER_EVENTS = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO |
				       IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;

/* --- watching -------------------------------------------------------------------------------- */

/* Wakes when somebody sets the wall clock, or the machine has slept. */
static int
open_clock(void)
{
	static const struct itimerspec FAR = { .it_value = { .tv_sec = INT32_MAX } };
	int clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (clock >= 0)
		timerfd_settime(clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &FAR, NULL);
	return clock;
}

static int
watch_path(const struct watch *watch, const char *folder, const char *name, uint32_t events)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return inotify_add_watch(watch->inotify, path, events);
}

static void
renew_state(struct watch *watch)
{
	static const char *const FOLDERS[] = { ".", FOLDER_MANIFESTS, FOLDER_LICENSES,
		FOLDER_REPLIES, FOLDER_STATUSES };

	_Static_assert(sizeof FOLDERS / sizeof *FOLDERS <=
			       sizeof((struct watch *)0)->state_wds / sizeof(int),
		"there is room for each");
	for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++)
		watch->state_wds[i] = watch_path(watch, watch->state, FOLDERS[i], STATE_EVENTS);
}

static void
renew_courier(struct watch *watch, size_t at)
{
	const struct courier *courier = watch->couriers[at];
	int *wds = watch->courier_wds[at];

	/* Below a mount point that is empty there is nothing of a stick's. */
	if (courier->stick && courier->mount == 0) {
		wds[0] = wds[1] = -1;
		return;
	}
	wds[0] = watch_path(watch, courier->path, ".", COURIER_EVENTS);
	wds[1] = watch_path(watch, courier->path, MAILBAG_FOLDER, COURIER_EVENTS);
}

void
watch_renew(struct watch *watch)
{
	int saved = errno;

	renew_state(watch);
	for (size_t i = 0; i < watch->couriers_len; i++)
		renew_courier(watch, i);
	errno = saved;
}

void
watch_mounts(struct watch *watch, int64_t now_ms)
{
	for (size_t i = 0; i < watch->couriers_len; i++)
		if (watch->couriers[i]->stick)
			courier_mounted(watch->couriers[i],
				mounted_at(watch->mounts, watch->couriers[i]->path), now_ms);
}

enum skerry_err
watch_open(const char *state, struct watch *ret_watch)
{
	struct watch watch = { .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
		.mounts = -1,
		.clock = -1,
		.state = state };

	if (watch.inotify < 0)
		return SKERRY_ERR_IO;
	watch.mounts = mounted_open();
	watch.clock = open_clock();
	memset(watch.state_wds, -1, sizeof watch.state_wds);
	*ret_watch = watch;
	return SKERRY_OK;
}

void
watch_close(struct watch *watch)
{
	close(watch->inotify);
	if (watch->mounts >= 0)
		close(watch->mounts);
	if (watch->clock >= 0)
		close(watch->clock);
	free(watch->courier_wds);
	watch->courier_wds = NULL;
}

static void
stop_courier(struct watch *watch, size_t at)
{
	for (size_t i = 0; i < 2; i++)
		if (watch->courier_wds[at][i] >= 0)
			inotify_rm_watch(watch->inotify, watch->courier_wds[at][i]);
}

enum skerry_err
watch_set_couriers(struct watch *watch, struct courier **couriers, size_t len)
{
	for (size_t i = 0; i < watch->couriers_len; i++)
		stop_courier(watch, i);
	free(watch->courier_wds);
	watch->couriers_len = 0;
	watch->courier_wds = calloc(len + 1, sizeof *watch->courier_wds);
	if (watch->courier_wds == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memset(watch->courier_wds, -1, (len + 1) * sizeof *watch->courier_wds);
	watch->couriers = couriers;
	watch->couriers_len = len;
	return SKERRY_OK;
}

/* --- signs ----------------------------------------------------------------------------------- */

/*
 * What changes all day without saying anything about licenses, also by those who only read: they open the mark
 * for writing, too. In the folders for documents a name says nothing: people give them.
 */
static bool
is_idle(const struct watch *watch, const struct inotify_event *event)
{
	static const char *const IDLE[] = { SEATS_FILE, "skerryd.", "daemon.", MEMORY_FILE "-" };

	if (strncmp(event->name, ".skerry-", 8) == 0)
		return true;
	if (event->wd != watch->state_wds[0])
		return false;
	for (size_t i = 0; i < sizeof IDLE / sizeof *IDLE; i++)
		if (strncmp(event->name, IDLE[i], strlen(IDLE[i])) == 0)
			return true;
	return strcmp(event->name, WRITER_LOCK) == 0 ||
	       (strcmp(event->name, MEMORY_MARK_FILE) == 0 && (event->mask & IN_CLOSE_WRITE) != 0);
}

/* What of the state folder has changed: the more, the later it stands here. */
enum changed { NOTHING, STATE, DOCUMENTS };

static enum changed
changed_by(const struct watch *watch, const struct inotify_event *event)
{
	/* Of more signs than the kernel keeps, all may have been there. */
	if ((event->mask & IN_Q_OVERFLOW) != 0)
		return DOCUMENTS;
	if (event->len > 0 && (is_idle(watch, event) || (event->mask & IN_ATTRIB) != 0))
		return NOTHING;
	for (size_t i = 0; i < sizeof watch->state_wds / sizeof *watch->state_wds; i++)
		if (event->wd == watch->state_wds[i])
			/* The first is the folder itself, the others are for documents; no visit moves one. */
			return i == 0 && (event->mask & FOLDER_GOES) == 0 ? STATE : DOCUMENTS;
	return NOTHING;
}

static enum courier_sign
sign_of(uint32_t mask)
{
	if ((mask & IN_ISDIR) != 0)
		return COURIER_SOMETHING;
	if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0)
		return COURIER_FINISHED;
	if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0)
		return COURIER_GONE;
	return (mask & IN_CREATE) != 0 ? COURIER_BEGUN : COURIER_SOMETHING;
}

static void
tell_courier(struct watch *watch, const struct inotify_event *event, int64_t now_ms)
{
	for (size_t i = 0; i < watch->couriers_len; i++) {
		const int *wds = watch->courier_wds[i];

		if (event->wd == wds[0] || event->wd == wds[1])
			courier_notice(watch->couriers[i], sign_of(event->mask),
				event->len == 0 ? NULL : event->name, now_ms);
	}
}

static enum changed
read_signs(struct watch *watch, int64_t now_ms)
{
	_Alignas(struct inotify_event) char events[EVENTS_ROOM];
	enum changed changed = NOTHING;
	bool folders = false;
	ssize_t len;

	while ((len = read(watch->inotify, events, sizeof events)) > 0)
		for (ssize_t at = 0; at < len;) {
			const struct inotify_event *event = (const void *)(events + at);
			enum changed by = changed_by(watch, event);

			changed = by > changed ? by : changed;
			folders = folders || (event->mask & IN_ISDIR) != 0;
			if ((event->mask & IN_IGNORED) == 0)
				tell_courier(watch, event, now_ms);
			at += (ssize_t)(sizeof *event + event->len);
		}
	/* A folder that is new is watched from now on. */
	if (folders)
		watch_renew(watch);
	return changed;
}

void
watch_fds(const struct watch *watch, struct pollfd ret_fds[WATCH_FDS])
{
	ret_fds[0] = (struct pollfd){ .fd = watch->inotify, .events = POLLIN };
	ret_fds[1] = (struct pollfd){ .fd = watch->mounts, .events = POLLPRI };
	ret_fds[2] = (struct pollfd){ .fd = watch->clock, .events = POLLIN };
}

bool
watch_changed(struct watch *watch, int64_t now_ms)
{
	return read_signs(watch, now_ms) != NOTHING;
}

void
watch_take(struct watch *watch, const struct pollfd fds[WATCH_FDS], int64_t now_ms,
	struct watch_news *ret_news)
{
	uint64_t expired;

	ret_news->state = fds[0].revents != 0 && watch_changed(watch, now_ms);
	ret_news->clock = false;
	if (fds[1].revents != 0) {
		watch_mounts(watch, now_ms);
		watch_renew(watch);
	}
	if (fds[2].revents == 0)
		return;
	/* ECANCELED: it was set, and the timer has to be as well. */
	if (read(watch->clock, &expired, sizeof expired) < 0 && errno != ECANCELED)
		return;
	close(watch->clock);
	watch->clock = open_clock();
	ret_news->clock = true;
}

bool
watch_forget(struct watch *watch, int64_t now_ms)
{
	return read_signs(watch, now_ms) == DOCUMENTS;
}
