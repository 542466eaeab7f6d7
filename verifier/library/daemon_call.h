/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_LIBRARY_DAEMON_CALL_H
#define VERIFIER_LIBRARY_DAEMON_CALL_H

/* The library's calls to skerryd, each with what was asked in skerry_config. CBOR comes back. */

#include "daemon_answer.h"
#include "folder_config.h"

struct daemon_call {
	const struct folder_config *config;
	const char *language;
};

/*
 * POST /v1/proof with a nonce. Errors of http_client_call and daemon_answer.h, and what the daemon says.
 * *ret_proof on success; its memory is freed by who asked.
 */
enum skerry_err daemon_call_proof(const struct daemon_call *call, struct cbor_bytes nonce,
	struct daemon_answer_proof *ret_proof);

/* PUT and DELETE /v1/seats/HOLDER; `secret` "" or NULL: none is shown. *ret_retry_in_s as daemon_answer_error. */
enum skerry_err daemon_call_seat_put(const struct daemon_call *call, const char *holder,
	const char *secret, struct daemon_answer_seat *ret_seat, int64_t *ret_retry_in_s);
enum skerry_err daemon_call_seat_release(
	const struct daemon_call *call, const char *holder, const char *secret);

#endif
