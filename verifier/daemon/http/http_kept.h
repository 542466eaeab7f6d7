/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_HTTP_HTTP_KEPT_H
#define VERIFIER_DAEMON_HTTP_HTTP_KEPT_H

/* An answer that is given many times (http.h), as http.c sees it. */

#include "http_wire.h"

struct http_kept {
	struct http_answer *answer;
	int status;
};

#endif
