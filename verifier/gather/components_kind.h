/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_KIND_H
#define VERIFIER_GATHER_COMPONENTS_KIND_H

/*
 * What kind of machine it is: the model of its processor and its operating system. Many machines share
 * them; beside other components they say a little.
 *
 *	processor   "model name" of the first one; on ARM, which tells it or not by the program that
 *	            asks, the model of the board (device tree), else implementer and part
 *	system      ID and major version of os-release(5): an update does not change them
 */

#include "component_list.h"

/* Each adds one row. */
void components_collect_processor(const char *root, struct components *components);
void components_collect_system(const char *root, struct components *components);

#endif
