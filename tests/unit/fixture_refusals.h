/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_REFUSALS_H
#define TESTS_FIXTURE_REFUSALS_H

/* What the claims of a license must not be, as alterations of hotel_license_full (fixture_payload.h). */

#include <stddef.h>

#include "formats/skerry_error.h"

/* The full license with `put` in the place of `find`: the error stands at the '|'. */
struct refusal {
	const char *find, *put;
	enum skerry_err err;
};

extern const struct refusal REFUSALS[];
extern const size_t REFUSALS_LEN;

#endif
