/* SPDX-License-Identifier: ISC */
#include "network.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CARDS_MAX = 4 /* one is enough */ };

bool
network_is_shut(void)
{
	int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), first_errno = errno;
	struct ifreq cards[CARDS_MAX];
	struct ifconf list = { .ifc_len = sizeof cards, .ifc_req = cards };
	bool shut;

	if (probe < 0)
		return first_errno == EAFNOSUPPORT || first_errno == EPERM || first_errno == EACCES;
	/* Where it cannot be told, binding tells. */
	shut = ioctl(probe, SIOCGIFCONF, &list) == 0 && list.ifc_len == 0;
	close(probe);
	return shut;
}

bool
network_by_systemd(void)
{
	/* As sd_booted(3). */
	return access("/run/systemd/system/", F_OK) == 0;
}
