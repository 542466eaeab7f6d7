/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_STATE_H
#define TESTS_FIXTURE_STATE_H

/*
 * A product that has opened fixture_site.h's folder through libskerry. Its clocks are the test's: the
 * program of the test has to hand clock_gettime over,
 *
 *	STATE_OWN_CLOCKS
 *
 * so that nothing in it ever sees the machine's.
 */

#include <time.h>

#include "fixture_site.h"
#include "skerry.h"

int state_clock_gettime(clockid_t id, struct timespec *ret_time);

#define STATE_OWN_CLOCKS                                                                           \
	int clock_gettime(clockid_t id, struct timespec *ret_time)                                 \
	{                                                                                          \
		return state_clock_gettime(id, ret_time);                                          \
	}

/* Wall clock and running time agree; time goes by for both; the wall clock alone is set. */
void state_clocks_show(int64_t wall);
void state_time_goes_by(int64_t seconds);
void state_wall_jumps(int64_t seconds);

/* A folder and its site, closed again; and what is left of them removed. */
int state_set_up(void **state);
int state_tear_down(void **state);

/* The site as another program has it open; a closed one may be closed again. */
void state_open_site(void);
void state_close_site(void);
/* The same without a tick. */
void state_hold_lock(void);

/* The folder is out of reach, and back. */
void state_hide_folder(void);
void state_show_folder(void);

/* Pins manifest 1 for hotelhub/hms in the folder. */
struct skerry_config state_config(void);
/* Opens, or fails the test; the error, which must be the one that is told. */
struct skerry *state_open(const struct skerry_config *config);
enum skerry_err state_open_error(const struct skerry_config *config);
/* The site has lived until then and is closed; the clocks show that. */
struct skerry *state_open_at(const struct skerry_config *config, int64_t at);

/* The answer of now, in parts. */
struct skerry_verdict state_verdict(const struct skerry *skerry);
enum skerry_state state_of(const struct skerry *skerry);
int64_t state_time_of(const struct skerry *skerry);

#endif
