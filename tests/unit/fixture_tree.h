/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_TREE_H
#define TESTS_FIXTURE_TREE_H

/* Folders with what is in them: copied, put back from a copy, removed. Failures end the test. */

/* A new folder; its name in `ret_path`, of 64 characters. */
void tree_make(char *ret_path);
/* Every file and folder below `from`, with its times; what is below `to` already is removed before. */
void tree_copy(const char *from, const char *to);
void tree_remove(const char *path);

#endif
