/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_DEED_CALLS_H
#define VERIFIER_DAEMON_CALLS_DEED_CALLS_H

/*
 * Calls that change something at the site, each a job of the keeper's that writes; and the two lists beside
 * them. What they say is verifier/show/deeds.h's, in the forms that it names.
 */

#include "call_question.h"
#include "verifier/show/deeds.h"

void deed_call_import(struct routes *routes, struct http_call *call);
void deed_call_request(struct routes *routes, struct http_call *call);
void deed_call_telemetry(struct routes *routes, struct http_call *call);
void deed_call_telemetry_list(struct routes *routes, struct http_call *call);
void deed_call_event(struct routes *routes, struct http_call *call);
void deed_call_extend(struct routes *routes, struct http_call *call);
void deed_call_extend_list(struct routes *routes, struct http_call *call);
void deed_call_confirm(struct routes *routes, struct http_call *call);
void deed_call_proof(struct routes *routes, struct http_call *call);

/* --- what they share --- */

/* A deed, read and yet to be done; the job's `own`. */
struct deed {
	struct call_question question;
	struct call_body body;
	enum keeper_need need;
	bool json_alone; /* nothing is told in words */
	/*
	 * On the keeper's thread. True: told on show->out and show->notes, *ret_exit; its job's status may be
	 * set. False: job->failure, or for `refused` job->refusal, is why not.
	 */
	bool (*run)(struct deed *deed, struct call_job *job, struct site *site,
		const struct show *show, enum command_exit *ret_exit);
	bool refused;
	/* Of one or the other. */
	const char *text, *name;
	struct request_wish wish;
	struct call_body_texts keys, domains, custom;
	struct cbor_bytes bytes;  /* decoded out of the body; allocated */
	struct show_order *order; /* allocated */
};

/* NULL: the call was refused. */
struct deed *deed_new(struct routes *routes, struct http_call *call, unsigned takes,
	bool (*run)(struct deed *, struct call_job *, struct site *, const struct show *,
		enum command_exit *));
/* Reads the body; false: the call was refused and the deed is gone. */
bool deed_read(struct routes *routes, struct http_call *call, struct deed *deed,
	const struct call_body_field *fields, size_t fields_len);
/* 400, with this sentence; the deed is gone. */
void deed_refuse(struct routes *routes, struct http_call *call, struct deed *deed,
	enum skerry_err err, const char *message);
void deed_post(struct routes *routes, struct http_call *call, struct deed *deed);
/* Base64 (RFC 4648, section 4, padded, without line breaks) into allocated bytes. */
bool deed_decode(const char *text, size_t max, struct cbor_bytes *ret_bytes);

#endif
