/* SPDX-License-Identifier: ISC */
#ifndef BENCH_COMMITS_H
#define BENCH_COMMITS_H

/* The bare limit of seats: one row a commit (WAL, FULL), by one process. */

/* In `folder`; goes on in a database that is there. */
void commits_open(const char *folder);
void commits_close(void);
/* A bench_call. */
void commits_one(void *context);

/*
 * commits FOLDER: for each number on its input so many; prints how many that is in a second, and in a second of the
 * processor. One process, as a daemon is: who closes the database takes its log away, and begins one anew.
 */
int commits_bench(int argc, char **argv);

#endif
