/* SPDX-License-Identifier: ISC */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

/*
 * A program's work beside the bare one: the program as a child with its time and memory, and the very rows
 * that it wrote, inserted by prepared statements in one transaction into a desk of the same schema.
 */

#include <sys/types.h>

enum { BARE_PATH_LEN = 4096 };

/* What one piece of work writes, in the order in which it does. */
struct bare_table {
	const char *name, *columns; /* NULL: all */
	int each;                   /* rows of a piece */
};
enum { BARE_TABLES_MAX = 8 };

/* Seconds: CPU of this process; of a clock. */
double bare_cpu(void);
double bare_wall(void);

/* CPU seconds of inserting what `done_path` has more than `empty_path`, which has it then, too. */
double bare_inserting(const struct bare_table *tables, size_t tables_len, const char *done_path,
	const char *empty_path);
/* CPU seconds of so many signatures made and checked, of messages of that length. */
double bare_signing(int count, size_t message_len);

struct bare_run {
	double cpu, wall;
	long resident_kb;
};

/* Runs a program to its end; the bench ends where it fails. */
void bare_run_program(char *const *arguments, struct bare_run *ret_run);
/* `work` in a process of its own, since what it needs of memory would count as the program's at the next
 * fork; it fills `results`. */
void bare_run_apart(void (*work)(void *context, double *results), void *context, double *results,
	size_t results_len);
/* A shell command with two places. */
void bare_run_shell(const char *format, const char *a, const char *b);

#endif
