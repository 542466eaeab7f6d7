/* SPDX-License-Identifier: ISC */
#ifndef BENCH_LICENSE_BENCH_H
#define BENCH_LICENSE_BENCH_H

/* The documents that are measured: HotelHub's claims, bound to a site key and six components, and unbound. */

#include "formats/license.h"
#include "formats/manifest.h"
#include "keys/key_file.h"

enum { BENCH_COMPONENTS = 6 };

struct bench_documents {
	uint8_t manifest[MANIFEST_MAX];
	size_t manifest_len;
	uint8_t bound[LICENSE_MAX], unbound[LICENSE_MAX];
	size_t bound_len, unbound_len;
	uint8_t salt[LICENSE_SALT_LEN];
	int64_t issued_at;
	struct key_pair issuing; /* not freed */
};

/* What a component's value is on the machine that the license is bound to; terminated. */
const char *bench_component(size_t index);

void bench_documents_make(struct bench_documents *ret_documents);

/* One more, unbound, with an id of its own; its length. Room for LICENSE_MAX. */
size_t bench_documents_license(
	const struct bench_documents *documents, unsigned number, uint8_t *ret_bytes);

#endif
