/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_WEIGHTS_H
#define ISSUER_DECIDE_WEIGHTS_H

/*
 * How much each component of a machine counts, and when two fingerprints are the same machine.
 *
 *	machine_id 3  product_uuid 3  board_serial 3  custom 4  disk_serial 2  mac 2
 *	cpu_model 1   os 1            install_path 1
 *
 * What is unique and stays counts most; what many machines share counts least. By default more than
 * half of the weight must match: a new disk, network card or operating system passes, a new
 * mainboard does not. `custom`, what a product or container supplies, decides alone beside a
 * machine-id, since a container's machine-id changes. Pure.
 */

#include "formats/fingerprint.h"

/* 1 to 4; 1 for a type that this version does not know. */
unsigned weights_of(unsigned type);

/* Sum over all components. */
unsigned weights_sum(const struct fingerprint *fingerprint);

/* More than half of the sum. */
unsigned weights_default_threshold(const struct fingerprint *fingerprint);

/*
 * True when the components that `now` shares with `before` reach `before`'s default threshold. Only
 * fingerprints under the same salt can be compared.
 */
bool weights_same_machine(const struct fingerprint *before, const struct fingerprint *now);

#endif
