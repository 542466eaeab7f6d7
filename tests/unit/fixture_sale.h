/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_SALE_H
#define TESTS_FIXTURE_SALE_H

/*
 * A vendor's sale as the library meets it: manifest and license in bytes, that never end, so that
 * the clock of the machine plays no part in a test. Nothing here is secret.
 */

#include "skerry.h"
#include "tests/unit/fixture_ceremony.h"

struct sale {
	uint8_t trust[MANIFEST_MAX], license[LICENSE_MAX];
	size_t trust_len, license_len;
};

/* Root 1 and the ceremony's issuing key, good at all times and for what never ends; a contact. */
void sale_manifest(struct manifest *ret_manifest, uint64_t version);
/* hotelhub/hms, valid for good: tier "gold", max_rooms 100, channel_manager. */
void sale_license(struct license *ret_license);

/* Put signed bytes into `sale`; the license's last date is set to fit its ladder. */
void sale_sign_manifest(struct sale *sale, const struct manifest *manifest, uint8_t root);
void sale_sign_license(struct sale *sale, struct license *license, uint8_t issuing);
/* Both of them. */
void sale_make(struct sale *ret_sale);

/* How a product would open it. It borrows `sale`. */
struct skerry_config sale_config(const struct sale *sale);
/* Opens and closes; the error must be the one that is told. */
enum skerry_err sale_open_error(const struct skerry_config *config);
/* Opens, or fails the test. */
struct skerry *sale_open(const struct skerry_config *config);

#endif
