/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_MEMORY_H
#define TESTS_FIXTURE_MEMORY_H

/* The memory of fixture_site.h's folder, looked at from inside and from outside. */

#include "fixture_site.h"

/* Asks about product hms in the site's own time; nothing may keep it from being remembered. */
struct site_answer memory_ask(const char *domain);

/* The one number that a statement gives; how many rows of a kind the journal has. */
int64_t memory_number(const char *sql);
int64_t memory_rows(const char *kind);

/* Pages, digests and the journal's chain. */
void memory_assert_whole(void);

/* A file of the folder. */
void memory_remove_file(const char *name);
bool memory_file_there(const char *name);

/* The folder is changed while nobody has it open. */
#define WHILE_CLOSED(change)                                                                       \
	do {                                                                                       \
		site_close(&site);                                                                 \
		change;                                                                            \
		memory_open_again();                                                               \
	} while (0)

void memory_open_again(void);

#endif
