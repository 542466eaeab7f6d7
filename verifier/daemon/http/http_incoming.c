/* SPDX-License-Identifier: ISC */
#include "http_incoming.h"

#include <stdlib.h>
#include <string.h>

#include "http_target.h"

bool
http_incoming_begin(struct http_incoming *ret_incoming, const char *target, size_t target_len)
{
	struct http_incoming *in = ret_incoming;
	char *space = in->small;

	/* Arguments are as many as args_len says: nobody looks at the others. */
	in->call.segments_len = in->call.args_len = 0;
	in->call.body = NULL;
	in->call.body_len = 0;
	in->call.spooled = -1;
	in->call.format = in->call.error_format = HTTP_JSON;
	in->call.language[0] = '\0';
	in->call.seat_secret = NULL;
	in->refusal = (struct http_refusal){ .status = 0 };
	in->body = HTTP_BODY_NONE;
	in->refused_at_once = in->may_spool = in->chunked = false;
	in->discarded = 0;
	if (target_len > HTTP_TARGET_SMALL) {
		space = malloc(target_len + 1 + HTTP_TARGET_ROOM(target_len));
		if (space == NULL)
			return false;
	}
	memcpy(space, target, target_len);
	space[target_len] = '\0';
	in->target = space;
	in->target_len = target_len;
	in->room = space + target_len + 1;
	in->call.target = space;
	return true;
}

static enum http_method
method_of(const char *name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} METHODS[] = { { "GET", HTTP_GET }, { "PUT", HTTP_PUT }, { "POST", HTTP_POST },
		{ "DELETE", HTTP_DELETE },
		/* libmicrohttpd leaves the body of its answer out. */
		{ "HEAD", HTTP_GET } };

	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
		if (strcmp(name, METHODS[i].name) == 0)
			return METHODS[i].method;
	return HTTP_OTHER;
}

static int
status_of(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_HTTP_TOO_LARGE:
		return 413;
	case SKERRY_ERR_HTTP_PATH:
		return 404;
	case SKERRY_ERR_HTTP_MALFORMED:
		return 400;
	case SKERRY_ERR_DISK_FULL:
		return 507;
	default:
		return 503;
	}
}

static void
refuse(struct http_incoming *in, int status, enum skerry_err err, const char *message)
{
	if (in->refusal.status == 0)
		in->refusal = (struct http_refusal){ status, err, message };
}

static void
read_target(struct http_incoming *in)
{
	enum skerry_err err = http_target_read(in->target, in->target_len, in->room, &in->call);

	if (err == SKERRY_ERR_HTTP_TOO_LARGE)
		refuse(in, 414, err,
			"The path has more than 1024 bytes, or the query more than 32 arguments.");
	else if (err != SKERRY_OK)
		refuse(in, status_of(err), err,
			err == SKERRY_ERR_HTTP_MALFORMED ? "The path or its query does not decode."
							 : NULL);
}

static void
check_token(
	struct http_incoming *in, const struct http_rules *rules, const struct http_config *config)
{
	char token[HTTP_SECRET_MAX + 1];

	if (rules->token == NULL)
		return;
	if (rules->token_len <= HTTP_SECRET_MAX && config->is_token != NULL) {
		memcpy(token, rules->token, rules->token_len);
		token[rules->token_len] = '\0';
		if (config->is_token(config->context, token, in->call.peer.token))
			return;
	}
	in->call.peer.token[0] = '\0';
	refuse(in, 401, SKERRY_ERR_HTTP_TOKEN, NULL);
}

static void
take_rules(struct http_incoming *in, const struct http_rules *rules)
{
	size_t len = rules->seat_secret_len;

	in->call.format = rules->format;
	in->call.error_format = rules->error_format;
	memcpy(in->call.language, rules->language, sizeof in->call.language);
	if (rules->seat_secret == NULL)
		return;
	/* A longer one is nobody's; cut off, it is nobody's either. */
	if (len > HTTP_SECRET_MAX)
		len = HTTP_SECRET_MAX;
	memcpy(in->seat_secret, rules->seat_secret, len);
	in->seat_secret[len] = '\0';
	in->call.seat_secret = in->seat_secret;
}

/* Asks for the path alone. */
static bool
may_spool(struct http_incoming *in, const struct http_config *config)
{
	char *query = strchr(in->target, '?');
	bool may;

	if (config->spools == NULL || config->spool_directory < 0)
		return false;
	if (query != NULL)
		*query = '\0';
	may = config->spools(config->context, in->call.method, in->target);
	if (query != NULL)
		*query = '?';
	return may;
}

static void
expect_body(
	struct http_incoming *in, const struct http_rules *rules, const struct http_config *config)
{
	bool may_be_large = rules->chunked || rules->length > HTTP_BODY_MAX;

	in->chunked = rules->chunked;
	if (in->refusal.status != 0) {
		/* A client that is still sending would not see the answer: the rest is taken and dropped. */
		in->refused_at_once = rules->broken || may_be_large || rules->length == 0;
		return;
	}
	if (!may_be_large)
		return;
	in->may_spool = may_spool(in, config);
	if (!rules->chunked && (!in->may_spool || rules->length > HTTP_SPOOL_MAX)) {
		refuse(in, 413, SKERRY_ERR_HTTP_TOO_LARGE, NULL);
		in->refused_at_once = true;
	}
}

void
http_incoming_head(struct http_incoming *incoming, const char *method, const char *version,
	const struct http_head *head, enum skerry_err head_err, const struct http_door *door,
	const struct http_config *config)
{
	struct http_rules rules = { .broken = true };

	incoming->call.method = method_of(method);
	if (head_err == SKERRY_ERR_HTTP_TOO_LARGE)
		refuse(incoming, 431, head_err,
			"The header has more than 32 fields or 4096 bytes.");
	else if (head_err != SKERRY_OK)
		refuse(incoming, 400, head_err, NULL);
	else
		incoming->refusal = http_rules_read(head, version, door, &rules);
	take_rules(incoming, &rules);
	if (incoming->refusal.status == 0)
		check_token(incoming, &rules, config);
	if (incoming->refusal.status == 0)
		read_target(incoming);
	expect_body(incoming, &rules, config);
}

bool
http_incoming_body(struct http_incoming *incoming, struct http_bodies *bodies, const char *bytes,
	size_t bytes_len)
{
	enum skerry_err err;

	if (incoming->refusal.status == 0) {
		err = http_body_add(&incoming->body, bodies, incoming->may_spool, bytes, bytes_len);
		if (err != SKERRY_OK)
			refuse(incoming, status_of(err), err, NULL);
	}
	if (incoming->refusal.status != 0)
		incoming->discarded += bytes_len;
	return incoming->discarded <=
	       (uint64_t)(incoming->may_spool ? HTTP_SPOOL_MAX : HTTP_DROPPED_MAX);
}

void
http_incoming_end(struct http_incoming *incoming, bool has_trailers)
{
	enum skerry_err err;

	if (has_trailers)
		refuse(incoming, 400, SKERRY_ERR_HTTP_MALFORMED, "Nothing follows the last chunk.");
	err = http_body_end(&incoming->body);
	if (err != SKERRY_OK)
		refuse(incoming, status_of(err), err, NULL);
	incoming->call.body = incoming->body.bytes;
	incoming->call.body_len = incoming->body.len;
	incoming->call.spooled = incoming->body.file;
}

void
http_incoming_clear(struct http_incoming *incoming, struct http_bodies *bodies)
{
	http_body_drop(&incoming->body, bodies);
	if (incoming->target != incoming->small)
		free(incoming->target);
	incoming->target = NULL;
	memset(incoming->seat_secret, 0, sizeof incoming->seat_secret);
}
