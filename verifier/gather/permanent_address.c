/* SPDX-License-Identifier: ISC */
#include "permanent_address.h"

#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

enum { ADDRESS_LEN = 6 };

bool
permanent_address_read(const char *card, char ret_text[PERMANENT_ADDRESS_TEXT])
{
	static const uint8_t NONE[ADDRESS_LEN] = { 0 };
	_Alignas(struct ethtool_perm_addr)
		uint8_t request[sizeof(struct ethtool_perm_addr) + ADDRESS_LEN] = { 0 };
	struct ethtool_perm_addr *answer = (struct ethtool_perm_addr *)(void *)request;
	const uint8_t *byte = request + sizeof *answer;
	struct ifreq interface = { .ifr_data = (void *)request };
	bool told;
	int fd;

	if (strlen(card) >= sizeof interface.ifr_name)
		return false;
	memcpy(interface.ifr_name, card, strlen(card));
	answer->cmd = ETHTOOL_GPERMADDR;
	answer->size = ADDRESS_LEN;
	/* Any socket serves for asking, and this kind is allowed in most sandboxes. */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	told = ioctl(fd, SIOCETHTOOL, &interface) == 0 && answer->size == ADDRESS_LEN &&
	       memcmp(byte, NONE, sizeof NONE) != 0;
	close(fd);
	if (told)
		snprintf(ret_text, PERMANENT_ADDRESS_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", byte[0],
			byte[1], byte[2], byte[3], byte[4], byte[5]);
	return told;
}
