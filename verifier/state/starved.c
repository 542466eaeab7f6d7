/* SPDX-License-Identifier: ISC */
#include "starved.h"

#include <errno.h>

bool
starved_is(enum skerry_err err)
{
	return err == SKERRY_ERR_NO_MEMORY ||
	       (err == SKERRY_ERR_IO && (errno == EMFILE || errno == ENFILE || errno == ENOMEM));
}
