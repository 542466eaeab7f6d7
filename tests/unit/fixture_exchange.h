/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_EXCHANGE_H
#define TESTS_FIXTURE_EXCHANGE_H

/*
 * What travels on a stick, as structs: a hotel's requests, the desk's replies, places in a bundle. All
 * strings are static.
 */

#include "formats/bundle.h"
#include "formats/reply.h"
#include "formats/request.h"

/* A heartbeat that says no more than every request does. */
void exchange_request_bare(struct request *ret_request);
/* A pairing with every claim that a request can have, lists of two entries each. */
void exchange_request_full(struct request *ret_request);

/* Unasked, and empty. */
void exchange_reply_bare(struct reply *ret_reply);
/* Every claim that a reply can have. */
void exchange_reply_full(struct reply *ret_reply);

void exchange_index_bare(struct bundle_index *ret_index);
void exchange_index_full(struct bundle_index *ret_index);

/* `len` entries at ascending places; the first sort key of entry n begins with the bytes of 16 n + 8. */
void exchange_entries(struct bundle_entry *ret_entries, size_t len);
/* A sort key that begins with these four bytes, big-endian. */
void exchange_sort_key(uint32_t number, uint8_t ret_key[BUNDLE_SORT_KEY_LEN]);
/* A box of the least length, filled with `byte`; it lasts for good. */
struct cbor_bytes exchange_box(uint8_t byte);

#endif
