/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FAULT_SITE_LIFE_H
#define TESTS_FAULT_SITE_LIFE_H

/*
 * A site that `skerry` works on, command after command, on a disk that disk.h lets down: the program's
 * own main in a child of this one, in a folder `life.folder` with everything in it below; and what must
 * hold afterward whatever happened.
 */

#include "tests/fault/disk.h"
#include "tests/unit/fixture_ceremony.h"
#include "verifier/site.h"

enum { LIFE_ARGUMENTS_MAX = 10, LIFE_OUTPUT_MAX = 8192 };

struct life {
	char folder[64];  /* counted and recorded */
	char state[80];   /* the site's, in it */
	char carrier[80]; /* what is carried to it and from it, beside the folder */
	int64_t lived;    /* since CEREMONY_TODAY, that its clocks show */
	int64_t wall_off; /* what the wall clock shows too much */
	uint64_t edition; /* of the last license that was made */
	bool restored;    /* files of licenses that were replaced since the backup come back then */
	/* What was acknowledged: an exit code 0 was seen. */
	bool is_site;
	uint64_t acknowledged; /* edition */
	int64_t seq, settled;
};

extern struct life life;

/* cmocka's; a folder that is no site yet. */
int life_set_up(void **state);
int life_tear_down(void **state);

/* A license of the next edition, in `life.carrier`/new.license; issued when the site's time is. */
void life_make_license(void);

/*
 * All that a vendor sends at once, in `life.carrier`/bundle.txt: the next manifest where the site holds
 * none beside its anchor, a reply with a license of the next edition, a status list. A site is there.
 */
void life_make_bundle(void);

struct life_run {
	bool killed;
	int status;                   /* of its exit */
	long calls;                   /* of the plan's kinds; of a run that was not killed */
	char output[LIFE_OUTPUT_MAX]; /* and errors */
};

/*
 * Runs skerry with a line of words: "import %s/new.license" with `carrier` for %s. `plan` NULL: the disk
 * works.
 */
void life_run(const char *line, const struct disk_plan *plan, struct life_run *ret_run);
/* The same in a folder that works; its exit code is `status`. */
void life_must(const char *line, int status);

/* "clock confirm" with the date that the wall clock shows. */
void life_confirm_line(char *ret_line, size_t line_max);
bool life_is_site(void);

/* Clocks go on. */
void life_wait(int64_t seconds);

struct life_look {
	bool is_site;
	uint64_t edition; /* the highest held */
	int64_t seq, settled;
	bool alarm; /* state_rollback */
};

/*
 * Opens the site as its program does and looks at all of it: no damage, no rebuild, a journal that
 * verifies, all of a bundle or nothing, nothing less than was acknowledged. `alarm_may_be`: state_rollback is no failure.
 * `after` tells what was before, in messages.
 */
void life_look(const char *after, bool alarm_may_be, struct life_look *ret_look);
/* What is there now is acknowledged. */
void life_acknowledge(const struct life_look *look);

#endif
