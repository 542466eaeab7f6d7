/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALL_LOG_H
#define VERIFIER_DAEMON_CALL_LOG_H

/* A call in the log, served or refused: event=call, at log level `calls` (skerryd(8)). */

#include "log.h"
#include "verifier/daemon/http/http.h"

void call_log(struct log *log, const struct http_call *call, int status, enum skerry_err err);

#endif
