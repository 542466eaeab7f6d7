/* SPDX-License-Identifier: ISC */
#include "call_log.h"

static const char *
method_name(enum http_method method)
{
	static const char *const NAMES[] = { [HTTP_GET] = "GET",
		[HTTP_PUT] = "PUT",
		[HTTP_POST] = "POST",
		[HTTP_DELETE] = "DELETE" };

	return method >= HTTP_GET && method <= HTTP_DELETE ? NAMES[method] : "OTHER";
}

void
call_log(struct log *log, const struct http_call *call, int status, enum skerry_err err)
{
	char code[LOG_NUMBER_MAX], user[LOG_NUMBER_MAX];
	const struct http_peer *peer = &call->peer;

	if (log->level < LOG_CALLS)
		return;
	log_event(log, LOG_CALLS, "call", "method", method_name(call->method), "target",
		call->target, "status", log_number(status, code), "user",
		peer->local ? log_number((long long)peer->uid, user) : NULL, "token",
		peer->token[0] != '\0' ? peer->token : NULL, "error",
		err == SKERRY_OK ? NULL : skerry_err_name(err), NULL);
}
