/* SPDX-License-Identifier: ISC */
#include "courier.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listing.h"

struct courier *
courier_new(const char *path, bool stick, int64_t now_ms)
{
	struct courier *courier = calloc(1, sizeof *courier);

	if (courier == NULL)
		return NULL;
	courier->path = strdup(path);
	courier->stick = stick;
	/* A stick is looked for in the table of mounts first. */
	courier->due_ms = stick ? COURIER_NEVER : now_ms;
	if (courier->path != NULL)
		return courier;
	free(courier);
	return NULL;
}

static void
forget_open(struct courier *courier)
{
	while (courier->open_len > 0)
		free(courier->open[--courier->open_len]);
}

void
courier_free(struct courier *courier)
{
	if (courier == NULL)
		return;
	forget_open(courier);
	free(courier->path);
	free(courier);
}

void
couriers_free(struct courier **couriers, size_t len)
{
	for (size_t i = 0; i < len; i++)
		courier_free(couriers[i]);
	free(couriers);
}

enum skerry_err
couriers_make(const struct keeper_config *config, int64_t now_ms, struct courier ***ret_list,
	size_t *ret_len)
{
	size_t len = config->drops_len + config->sticks_len;
	struct courier **list = calloc(len + 1, sizeof(void *));

	if (list == NULL)
		return SKERRY_ERR_NO_MEMORY;
	for (size_t i = 0; i < len; i++) {
		bool stick = i >= config->drops_len;
		const char *path = stick ? config->sticks[i - config->drops_len] : config->drops[i];

		list[i] = courier_new(path, stick, now_ms);
		if (list[i] == NULL) {
			couriers_free(list, i);
			return SKERRY_ERR_NO_MEMORY;
		}
	}
	*ret_list = list;
	*ret_len = len;
	return SKERRY_OK;
}

/* --- signs ----------------------------------------------------------------------------------- */

/* Links, pipes and second names come without anybody writing to them. */
static bool
is_written(const struct courier *courier, const char *name)
{
	struct stat status;
	int folder = open(courier->path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	bool written = folder >= 0 && fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		       S_ISREG(status.st_mode) && status.st_nlink == 1;

	if (folder >= 0)
		close(folder);
	return written;
}

static void
open_begins(struct courier *courier, const char *name)
{
	if (courier->open_len == COURIER_OPEN_MAX || !is_written(courier, name))
		return;
	courier->open[courier->open_len] = strdup(name);
	courier->open_len += courier->open[courier->open_len] != NULL;
}

static void
open_ends(struct courier *courier, const char *name)
{
	for (size_t i = 0; i < courier->open_len; i++)
		if (strcmp(courier->open[i], name) == 0) {
			free(courier->open[i]);
			courier->open[i] = courier->open[--courier->open_len];
			return;
		}
}

static void
look_in(struct courier *courier, int64_t now_ms, int64_t ms)
{
	if (courier->restless_ms == 0)
		courier->restless_ms = now_ms;
	courier->due_ms = now_ms + ms;
}

void
courier_notice(struct courier *courier, enum courier_sign sign, const char *name, int64_t now_ms)
{
	if (courier->stick && courier->mount == 0)
		return;
	if (sign == COURIER_BEGUN && name != NULL)
		open_begins(courier, name);
	else if (sign != COURIER_BEGUN && name != NULL)
		open_ends(courier, name);
	courier->finished = sign == COURIER_FINISHED;
	look_in(courier, now_ms, sign == COURIER_FINISHED ? COURIER_SETTLE_MS : COURIER_QUIET_MS);
}

void
courier_mounted(struct courier *courier, uint64_t mount, int64_t now_ms)
{
	if (mount == courier->mount)
		return;
	courier->mount = mount;
	courier->known = false;
	courier->restless_ms = 0;
	courier->told_len = courier->more = 0;
	courier->more_ms = 0;
	courier->err = SKERRY_OK;
	forget_open(courier);
	courier->due_ms = COURIER_NEVER;
	courier->finished = mount != 0;
	if (mount != 0)
		look_in(courier, now_ms, COURIER_SETTLE_MS);
}

/* Whether nothing there changes any more, or has changed for too long to wait for it. */
static bool
is_quiet(const struct courier *courier, int64_t now_ms, uint64_t number)
{
	if (courier->restless_ms != 0 && now_ms - courier->restless_ms >= COURIER_PATIENCE_MS)
		return true;
	return courier->open_len == 0 && courier->restless_ms != 0 &&
	       (courier->finished || number == courier->seen);
}

static void
rest(struct courier *courier, int64_t now_ms)
{
	courier->restless_ms = 0;
	courier->finished = false;
	courier->due_ms = now_ms + COURIER_PATIENCE_MS;
	forget_open(courier);
}

bool
courier_is_ready(struct courier *courier, int64_t now_ms)
{
	uint64_t number = 0;
	bool read, ready;

	if (now_ms < courier->due_ms || (courier->stick && courier->mount == 0))
		return false;
	read = listing_read(courier->path, &number);
	if (!read || (courier->known && number == courier->met)) {
		rest(courier, now_ms);
		/* What is wrong with it is told by meeting it, once. */
		return !read && courier->err == SKERRY_OK;
	}
	ready = is_quiet(courier, now_ms, number);
	courier->seen = number;
	if (ready)
		rest(courier, now_ms);
	else
		look_in(courier, now_ms, COURIER_QUIET_MS);
	return ready;
}
