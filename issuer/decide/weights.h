/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_WEIGHTS_H
#define ISSUER_DECIDE_WEIGHTS_H

/*
 * How much each component of a machine counts, and when two fingerprints are the same machine.
 *
 *	product_uuid 4  custom 4      board_serial 3  machine_id 2    disk_serial 2  mac 2
 *	cpu_model 1     os 1          install_path 1
 *
 * What is unique and stays counts most; what many machines share counts least. By default two things
 * are asked for:
 *
 *	more than half of the weight: a new disk, network card or operating system passes, a new
 *	mainboard does not
 *	more than what a copy of the system carries along (machine-id, system, install path) and a host
 *	of the same kind adds (processor), where the machine shows anything beside these: the copy of
 *	a virtual machine is another machine, the same one set up anew is not
 *
 * `custom` is what a product or container supplies; it outweighs a machine-id, which changes with
 * each container. Where it is the same on two machines, it is so for a fingerprint as well. Pure.
 */

#include "formats/fingerprint.h"

/* A machine that shows less is not recognized again by anybody. */
enum { WEIGHTS_ENOUGH = 4 };

/* 1 to 4; 1 for a type that this version does not know. */
unsigned weights_of(unsigned type);

/* Sum over all components. */
unsigned weights_sum(const struct fingerprint *fingerprint);

/* The least weight that meets both; never more than the sum. */
unsigned weights_default_threshold(const struct fingerprint *fingerprint);

/*
 * True when the components that `now` shares with `before` reach `before`'s default threshold. Only
 * fingerprints under the same salt can be compared.
 */
bool weights_same_machine(const struct fingerprint *before, const struct fingerprint *now);

#endif
