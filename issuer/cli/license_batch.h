/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_LICENSE_BATCH_H
#define ISSUER_CLI_LICENSE_BATCH_H

/* `license new --batch`: a table of sales, all of them or none. */

#include "keys/command.h"

struct license_batch {
	const char *file; /* "-": standard input */
	const char *out, *starter;
	bool check, unbound, json;
};

enum command_exit license_batch_run(const struct license_batch *options);

#endif
