/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_DAEMON_H
#define TESTS_FIXTURE_DAEMON_H

/*
 * A daemon that tells what the site of fixture_state.h says, or what a test makes of it. It has a thread
 * of its own, which uses the site only while a call of the test's waits for it. The site is open.
 */

#include "fixture_state.h"
#include "verifier/exchange/proof_out.h"

/* What it does with a call. */
enum fake_manner { FAKE_ANSWERS, FAKE_IS_SILENT, FAKE_TALKS_NONSENSE, FAKE_SAYS };

struct fake {
	enum fake_manner manner;
	/* Alters what is about to be told; NULL. `nonce` is the call's. */
	void (*alter)(struct proof_made *made, struct cbor_bytes nonce);
	int status;          /* FAKE_SAYS */
	const uint8_t *body; /* in CBOR */
	size_t body_len;
	char target[2048], request[8192]; /* of the last call */
};

extern struct fake fake;
extern char fake_socket[96];

/* Begins to listen; ends; how many calls have come. */
void fake_start(void);
void fake_stop(void);
unsigned fake_calls(void);

/* {"error":{"code":...}} with that status. */
void fake_refuse(int status, const char *code);

/* Signs a proof anew: with the site's key, or another one's. */
void fake_sign(const struct proof *proof, const struct key_pair *pair, const char *type,
	struct proof_made *made);
void fake_sign_by_site(const struct proof *proof, struct proof_made *made);
/* What a made one says; borrows it. */
struct proof fake_read(const struct proof_made *made);

/* The hotel's license of fixture_site.h, paired with this site, taken in; license_made is that. */
void fake_pair(struct signed_document *ret_license);

/* fixture_state.h's config, for the socket. */
struct skerry_config fake_config(void);

/* A test's set-up: the site, the daemon and, once it is opened, a handle; and the end of them. */
extern struct signed_document fake_license;
extern struct skerry *skerry;
int fake_set_up(void **state);
int fake_tear_down(void **state);
void fake_open_paired(void);
/* Why a handle does not open. */
enum skerry_err fake_open_error(void);

/* What the handle says now. */
enum skerry_reason fake_reason(void);
enum skerry_err fake_trouble(void);

#endif
