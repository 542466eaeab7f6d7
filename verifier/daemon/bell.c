/* SPDX-License-Identifier: ISC */
#include "bell.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
bell_make(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void
bell_ring(int bell)
{
	static const uint64_t ONE = 1;

	while (write(bell, &ONE, sizeof ONE) < 0 && errno == EINTR)
		;
}

bool
bell_silence(int bell)
{
	uint64_t rings;
	ssize_t len;

	do
		len = read(bell, &rings, sizeof rings);
	while (len < 0 && errno == EINTR);
	return len > 0;
}
