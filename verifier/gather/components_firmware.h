/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_FIRMWARE_H
#define VERIFIER_GATHER_COMPONENTS_FIRMWARE_H

/*
 * What the firmware says of the machine: product UUID and board serial, from DMI, which root alone
 * may read (root_values.h helps), else from the hypervisor (Xen) and the device tree (Raspberry and
 * its kin).
 */

#include "component_list.h"

/* Adds one row each. */
void components_collect_firmware(const char *root, struct components *components);

#endif
