/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_REQUESTER_H
#define TESTS_FIXTURE_REQUESTER_H

/*
 * A site as far as a desk can see: its keys, what it wrote and was answered. A copy of the struct is a
 * copy of the site: a snapshot to go back to, or a clone. Nothing of it is in a state folder.
 */

#include "fixture_desk.h"
#include "formats/reply.h"
#include "formats/request.h"
#include "formats/sealed.h"
#include "issuer/exchange/requests.h"
#include "keys/key_file.h"

enum {
	REQUESTER_HELD_MAX = 8,
	REQUESTER_ROOM = 64 * 1024, /* for a sealed request of these */
	REQUESTER_COMPONENTS = 4
};

struct requester_written {
	uint64_t number;
	uint8_t digest[REQUEST_DIGEST_LEN], nonce[REQUEST_NONCE_LEN];
};

struct requester {
	struct key_pair site, opening; /* shared by copies: ceremony_pair's, of `seed` */
	struct cose_key exchange;      /* of the desk */
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	/* The last acknowledged one, and all since. */
	struct requester_written written[REQUEST_PENDING_MAX];
	size_t written_len;
	uint64_t last_number, reply_number, journal_seq;
	/* Of what it holds: the newest document of each license. */
	uint8_t held[REQUESTER_HELD_MAX][LICENSE_MAX];
	size_t held_lens[REQUESTER_HELD_MAX], held_len;
	bool holds_back; /* its requests do not show what it holds */
	/* Of its machine: 0 has no fingerprint. Of one number it is the same. */
	uint8_t machine;
	bool restored; /* its people said so */
	/* Of the newest reply that it took in. */
	enum reply_history history;
	bool time_reset;
	char text[REPLY_TEXT_MAX + 1], notice[REPLY_TEXT_MAX + 1]; /* the first ones */
	/* What the next requests say; the fixture has put in what they must. Borrowed. */
	struct request says;
};

/* `seed` 1 to 100: of its keys and its machine. Its clock is the desk's. */
void requester_make(struct requester *ret_requester, struct desk_fixture *fixture, uint8_t seed);
/* Of the last copy alone. */
void requester_free(struct requester *requester);

/*
 * Its next request, sealed; `key` for pair and migrate, else NULL. `says` is written as it is, but for
 * what follows from the rest of the struct. Room for REQUESTER_ROOM.
 */
size_t requester_write(struct requester *requester, struct desk_fixture *fixture,
	enum request_kind kind, const char *key, uint8_t *ret_sealed);

/* Takes in a signed reply, as a site does; false for one that is not newer. *ret_reply borrows it. */
bool requester_take(
	struct requester *requester, struct cbor_bytes signed_reply, struct reply *ret_reply);

/* The desk reads it, in a change of its own. Errors of requests_open and requests_answer. */
enum skerry_err requester_hand(struct desk_fixture *fixture, const uint8_t *sealed,
	size_t sealed_len, struct requests_answered *ret_answered);
/* Takes in all that the desk leaves this site; returns how many were newer. */
size_t requester_collect(struct requester *requester, struct desk_fixture *fixture);

/* A stick there and back: writes, hands, collects. Fails the test unless all of it succeeds. */
void requester_visit(struct requester *requester, struct desk_fixture *fixture,
	enum request_kind kind, const char *key, struct requests_answered *ret_answered);

/* The same where one license is asked for: its result's code. */
enum reply_code requester_ask(struct requester *requester, struct desk_fixture *fixture,
	enum request_kind kind, const char *key, struct requests_answered *ret_answered);

/* The one document that it holds; *ret_license borrows it. */
void requester_read_held(const struct requester *requester, struct license *ret_license);

/* A number out of the desk's records, and a statement that changes them behind its back. */
int64_t requester_count(struct desk_fixture *fixture, const char *sql);
void requester_execute(struct desk_fixture *fixture, const char *sql);
/* The desk's records and its log agree. */
void requester_expect_sound(struct desk_fixture *fixture);

#endif
