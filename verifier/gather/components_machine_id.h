/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_MACHINE_ID_H
#define VERIFIER_GATHER_COMPONENTS_MACHINE_ID_H

/*
 * /etc/machine-id. In a container it is that of the image, which any number of containers share,
 * unless the host's was mounted there; on a system that writes nothing it is made anew at each boot.
 */

#include "component_list.h"
#include "mounts.h"

/* Adds one row. */
void components_collect_machine_id(
	const char *root, const struct mounts *mounts, struct components *components);

#endif
