/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_REQUEST_H
#define TESTS_FIXTURE_REQUEST_H

/* Requests of fixture_site.h's site, and what the vendor's desk reads in them. */

#include "fixture_memory.h"
#include "keys/exchange_open.h"
#include "verifier/exchange/request_out.h"

#define ASKED_KEY "HMS-7QK2M-94XPA-C0DTE-1ZRJB"

/* A change of the site's memory that has to come about. */
#define ASKED_CHANGE(call)                                                                         \
	do {                                                                                       \
		assert_int_equal(memory_begin(site.memory), SKERRY_OK);                            \
		assert_int_equal(call, SKERRY_OK);                                                 \
		assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);                    \
		memory_rollback(site.memory);                                                      \
	} while (0)

/* The last one that was written; as its desk has opened it. */
extern struct request_made asked;
extern struct exchange_request asked_opened;

/* site_set_up and its end. */
int asked_set_up(void **state);
int asked_tear_down(void **state);

/* At the desk, by the newest manifest that the site has and the exchange pair of a seed. */
void asked_open(uint8_t exchange_seed);

/* Writes what is wished for, and opens it with CEREMONY_EXCHANGE: what the desk reads. */
const struct request *asked_write(const struct request_wish *wish);
const struct request *asked_heartbeat(void);
const struct request *asked_pair(const char *key);
/* Why it is not written; nothing was recorded. */
enum skerry_err asked_refusal(const struct request_wish *wish);
/* A reply repeats the nonce of `asked_opened`. */
void asked_acknowledge(void);

/* The site takes in a license; `paired`: with its key. */
void asked_keep_license(uint64_t edition, bool paired);
/* Product and customer. */
void asked_event(const char *name, const char *text);
void asked_telemetry(const char *name, const char *typed);
void asked_allow(const char *name);

void asked_is_text(struct cbor_text text, const char *expected);

#endif
