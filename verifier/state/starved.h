/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_STARVED_H
#define VERIFIER_STATE_STARVED_H

/*
 * A process without memory, or without another file descriptor, can say nothing of a file: an error
 * that it met is no fault of what it wanted to read, and nothing may be concluded from it.
 *
 * Just after the error: errno is looked at.
 */

#include <stdbool.h>

#include "formats/skerry_error.h"

bool starved_is(enum skerry_err err);

#endif
