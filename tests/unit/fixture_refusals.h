/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_REFUSALS_H
#define TESTS_FIXTURE_REFUSALS_H

/* What claims must not be, as alterations (fixture_payload.h) of hotel_license_full and hotel_manifest. */

#include <stddef.h>

#include "formats/skerry_error.h"

/* The claims with `put` in the place of `find`: the error stands at the '|'. */
struct refusal {
	const char *find, *put;
	enum skerry_err err;
};

extern const struct refusal REFUSALS[];
extern const size_t REFUSALS_LEN;
extern const struct refusal MANIFEST_REFUSALS[];
extern const size_t MANIFEST_REFUSALS_LEN;

#endif
