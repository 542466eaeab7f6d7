/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_COURIER_H
#define VERIFIER_DAEMON_COURIER_H

/*
 * Who brings documents: a drop folder, into which somebody puts them, or a stick that is mounted. Each is
 * met when something there has changed and has been quiet since:
 *
 *	a drop folder   what lies in it, and in the folder skerry in it, is taken in; nothing is left
 *	a stick         `skerry exchange`, both ways, while something is mounted there
 *
 * A file that is being written is waited for, until it is closed or has not changed for a while, a
 * minute at most. One that is refused is told once, until it is another one; of more than
 * COURIER_TOLD_MAX an hour only how many there are. Nothing is removed from a drop folder.
 *
 * On the keeper's thread; whatever hangs here holds it up.
 */

#include "keeper.h"

enum {
	COURIER_SETTLE_MS = 250,     /* after a file was closed or moved here */
	COURIER_QUIET_MS = 2000,     /* after any other change */
	COURIER_PATIENCE_MS = 60000, /* with what never is quiet; between looks without a sign */
	COURIER_HOUR_MS = 3600000
};

enum {
	COURIER_TOLD_MAX = 256,
	COURIER_RUBBISH_MAX =
		192, /* of them: what is none of Skerry's documents leaves room for others */
	COURIER_OPEN_MAX = 32
};

struct courier {
	char *path;
	bool stick;
	int64_t due_ms;      /* when to look there; COURIER_NEVER */
	int64_t restless_ms; /* since when it has not been quiet; 0: it is */
	uint64_t seen, met;  /* listing.h: at the last look, at the last meeting */
	bool known;          /* it has been met as it was then */
	bool finished;       /* the last sign said that a file is whole */
	uint64_t mount;      /* mounted.h: of the stick; 0: none */
	enum skerry_err err; /* of the last meeting, told once */
	struct courier_told {
		uint64_t file; /* as it was refused */
		bool there;    /* at the last meeting */
	} told[COURIER_TOLD_MAX];
	size_t told_len;
	size_t more;                  /* refused besides these, as it was told */
	int64_t more_ms;              /* when that may be told again */
	int64_t forget_ms;            /* when those that are gone make room for others */
	char *open[COURIER_OPEN_MAX]; /* files that somebody is writing */
	size_t open_len;
};

#define COURIER_NEVER INT64_MAX

/* NULL: no memory. */
struct courier *courier_new(const char *path, bool stick, int64_t now_ms);
/* Harmless on NULL. */
void courier_free(struct courier *courier);

/* Of all drop folders and sticks of a configuration, in that order. NO_MEMORY. */
enum skerry_err couriers_make(const struct keeper_config *config, int64_t now_ms,
	struct courier ***ret_list, size_t *ret_len);
void couriers_free(struct courier **couriers, size_t len);

/* Signs, from inotify or from the table of mounts. `name` is of a file there; NULL: not known. */
enum courier_sign { COURIER_BEGUN, COURIER_FINISHED, COURIER_GONE, COURIER_SOMETHING };
void courier_notice(
	struct courier *courier, enum courier_sign sign, const char *name, int64_t now_ms);
/* Another stick is mounted there; 0: none. */
void courier_mounted(struct courier *courier, uint64_t mount, int64_t now_ms);

/* When it is due: whether to meet it now. Sets when it is due next. */
bool courier_is_ready(struct courier *courier, int64_t now_ms);
/* The site is open for writing and has ticked. True: something was taken in. Counts in *met. */
bool courier_meet(/* courier_meet.c */
	struct courier *courier, struct site *site, struct log *log, struct keeper_met *met,
	int64_t now_ms);
/* The site could not be opened for it: tried again in a while. */
void courier_put_off(struct courier *courier, enum skerry_err err, struct log *log, int64_t now_ms);

#endif
