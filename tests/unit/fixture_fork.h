/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_FORK_H
#define TESTS_FIXTURE_FORK_H

#include "skerry.h"

/*
 * Forks, each in the moment in which another thread begins to look. In each child the handle looks, answers and can
 * be closed; in this process it goes on. It has channel_manager.
 */
void fork_while_another_looks(struct skerry *skerry);

#endif
