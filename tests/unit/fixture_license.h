/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_LICENSE_H
#define TESTS_FIXTURE_LICENSE_H

/* Licenses there and back. */

#include "formats/license.h"

/* Encodes, which must succeed; returns the length. */
size_t license_encode(const struct license *license, uint8_t ret_bytes[LICENSE_MAX]);
/* Fails the test unless the license is written, and read back claim by claim the same. */
void license_assert_survives(const struct license *license);

#endif
