/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_TREE_H
#define TESTS_FIXTURE_TREE_H

/* Folders with what is in them: copied, put back from a copy, removed. Failures end the test. */

enum { TREE_PATH_MAX = 64 };

/* Where a new folder may be made with mkdtemp: below TMPDIR, else below /tmp. */
void tree_place(const char *name, char ret_path[TREE_PATH_MAX]);
/* A new folder. */
void tree_make(char ret_path[TREE_PATH_MAX]);
/* Every file and folder below `from`, with its times; what is below `to` already is removed before. */
void tree_copy(const char *from, const char *to);
void tree_remove(const char *path);

#endif
