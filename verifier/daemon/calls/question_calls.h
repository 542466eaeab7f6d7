/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_QUESTION_CALLS_H
#define VERIFIER_DAEMON_CALLS_QUESTION_CALLS_H

/* Questions to the site: what `skerry status`, `why`, ... print, asked by the keeper. */

#include "routes.h"

void question_call_status(struct routes *routes, struct http_call *call);
void question_call_why(struct routes *routes, struct http_call *call);
void question_call_what_if(struct routes *routes, struct http_call *call);
void question_call_clock(struct routes *routes, struct http_call *call);
void question_call_fingerprint(struct routes *routes, struct http_call *call);
void question_call_journal(struct routes *routes, struct http_call *call);

#endif
