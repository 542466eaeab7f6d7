/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_NETWORK_H
#define VERIFIER_GATHER_COMPONENTS_NETWORK_H

/*
 * The permanent addresses of the network cards that are hardware and stay. Bridges, bonds, tunnels
 * and the ends of containers have no device behind them and are passed over. A card that comes and
 * goes (a dock, a USB stick) is listed as junk. Of the address:
 *
 *	as it is now         where the kernel says that it is the permanent one
 *	of a bond's member   what the bond noted before it changed it
 *	else                 what the driver says, on this machine alone: a captured tree cannot tell
 *
 * Where the system shows no card at all, those that root noted at boot (root_values.h).
 */

#include "component_list.h"

/* Adds 1 to COMPONENTS_CARDS_MAX rows. */
void components_collect_cards(const char *root, struct components *components);

#endif
