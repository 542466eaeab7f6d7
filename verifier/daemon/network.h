/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_NETWORK_H
#define VERIFIER_DAEMON_NETWORK_H

/* Whether anybody could call over TCP: a service that is shut in has no network of its own. */

#include <stdbool.h>

/* What is to be done instead of `http`, to be told. */
#define NETWORK_ADVICE                                                                             \
	"With systemd, its socket unit opens the port: systemctl edit skerryd.socket (of a "       \
	"second vendor skerryd@NAME.socket), with the lines [Socket] and "                         \
	"ListenStream=ADDRESS:PORT; and take http out of the configuration."

/*
 * True where this process may open no network socket, or no network card has an address, not even the
 * loopback: a network namespace of its own that nobody has set up.
 */
bool network_is_shut(void);

/* Whether systemd starts the services of this machine. */
bool network_by_systemd(void);

#endif
