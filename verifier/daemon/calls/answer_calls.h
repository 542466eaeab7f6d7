/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_ANSWER_CALLS_H
#define VERIFIER_DAEMON_CALLS_ANSWER_CALLS_H

/*
 * GET /v1/check/FEATURE and /v1/limits/NAME: out of what the keeper has found, without the site. An answer
 * is written once and given again for as long as it holds (kept.h).
 */

#include "call_question.h"

void answer_call_check(struct routes *routes, struct http_call *call);
void answer_call_limit(struct routes *routes, struct http_call *call);

/*
 * What is known for this way of asking, for answers_done. False: the call was refused; or the keeper is
 * asked first, and `serve` is called once more when that is done.
 */
bool answer_calls_find(struct routes *routes, struct http_call *call,
	const struct call_question *question, void (*serve)(struct routes *, struct http_call *),
	struct answers_held *ret_held);

#endif
