/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_GATHER_COMPONENTS_DISK_H
#define VERIFIER_GATHER_COMPONENTS_DISK_H

/*
 * The serial numbers of the disks that hold the root file system: from the mount of "/" to the
 * block device, through device mapper and RAID down to the disks, from a partition up to its disk.
 * NVMe, SCSI and SATA, virtio, MMC.
 */

#include "component_list.h"
#include "mounts.h"

/* Adds 1 to COMPONENTS_DISKS_MAX rows. Uses up to 25 KB of stack. */
void components_collect_disks(
	const char *root, const struct mounts *mounts, struct components *components);

#endif
