/* SPDX-License-Identifier: ISC */
#include "http_rules.h"

#include <string.h>
#include <strings.h>

#include "http_accept.h"

/* Fields that are there once, in the order of NAMES. */
enum once {
	HOST,
	CONTENT_LENGTH,
	TRANSFER_ENCODING,
	AUTHORIZATION,
	SEAT_SECRET,
	ACCEPT,
	ACCEPT_LANGUAGE,
	CONTENT_TYPE,
	EXPECT,
	ORIGIN,
	ONCE
};

static const struct {
	const char *name;
	size_t len;
} NAMES[ONCE] = {
	[HOST] = { "host", 4 },
	[CONTENT_LENGTH] = { "content-length", 14 },
	[TRANSFER_ENCODING] = { "transfer-encoding", 17 },
	[AUTHORIZATION] = { "authorization", 13 },
	[SEAT_SECRET] = { "skerry-seat-secret", 18 },
	[ACCEPT] = { "accept", 6 },
	[ACCEPT_LANGUAGE] = { "accept-language", 15 },
	[CONTENT_TYPE] = { "content-type", 12 },
	[EXPECT] = { "expect", 6 },
	[ORIGIN] = { "origin", 6 },
};

static const struct http_refusal FINE = { .status = 0 };

static struct http_refusal
refuse(int status, enum skerry_err err, const char *message)
{
	return (struct http_refusal){ status, err, message };
}

static struct http_refusal
malformed(const char *message)
{
	return refuse(400, SKERRY_ERR_HTTP_MALFORMED, message);
}

/* False: one is there twice. */
static bool
sort(const struct http_head *head, const struct http_field *ret_fields[ONCE])
{
	for (size_t k = 0; k < ONCE; k++)
		ret_fields[k] = NULL;
	for (size_t i = 0; i < head->fields_len; i++) {
		const struct http_field *field = &head->fields[i];

		for (size_t k = 0; k < ONCE; k++) {
			if (field->name_len != NAMES[k].len ||
				strncasecmp(field->name, NAMES[k].name, NAMES[k].len) != 0)
				continue;
			if (ret_fields[k] != NULL)
				return false;
			ret_fields[k] = field;
		}
	}
	return true;
}

static bool
says(const struct http_field *field, const char *word)
{
	return field->value_len == strlen(word) &&
	       strncasecmp(field->value, word, field->value_len) == 0;
}

/* Digits alone; none that no body could have. */
static bool
take_length(const struct http_field *field, uint64_t *ret_length)
{
	uint64_t length = 0;

	if (field->value_len == 0 || field->value_len > 18)
		return false;
	for (size_t i = 0; i < field->value_len; i++) {
		if (field->value[i] < '0' || field->value[i] > '9')
			return false;
		length = length * 10 + (uint64_t)(field->value[i] - '0');
	}
	*ret_length = length;
	return true;
}

/* How the body is told from what follows it. */
static struct http_refusal
read_framing(const struct http_field *const *fields, bool is_1_0, struct http_rules *rules)
{
	const struct http_field *length = fields[CONTENT_LENGTH],
				*encoding = fields[TRANSFER_ENCODING];

	rules->broken = true;
	if (length != NULL && encoding != NULL)
		return malformed(
			"Both Content-Length and Transfer-Encoding say where the call ends.");
	if (length != NULL && !take_length(length, &rules->length))
		return malformed("The Content-Length is no number.");
	if (encoding != NULL && (is_1_0 || !says(encoding, "chunked")))
		return malformed("The only Transfer-Encoding is chunked, of HTTP/1.1.");
	rules->chunked = encoding != NULL;
	rules->broken = false;
	return FINE;
}

static struct http_refusal
check_host(const struct http_field *host, bool is_1_0, const struct http_door *door)
{
	if (host == NULL && is_1_0 && door->local)
		return FINE;
	if (host == NULL)
		return malformed("The Host is missing.");
	if (!http_host_is_formed(host->value, host->value_len))
		return malformed("The Host is malformed.");
	if (door->local ||
		http_host_is_ours(host->value, host->value_len, door->local_address, door->names))
		return FINE;
	return refuse(421, SKERRY_ERR_HTTP_HOST, NULL);
}

static struct http_refusal
take_token(const struct http_field *authorization, const struct http_door *door,
	struct http_rules *rules)
{
	static const char SCHEME[] = "Bearer ";
	const size_t scheme_len = sizeof SCHEME - 1;

	if (door->local || (authorization == NULL && !door->needs_token))
		return FINE;
	if (authorization == NULL || authorization->value_len <= scheme_len ||
		strncasecmp(authorization->value, SCHEME, scheme_len) != 0)
		return refuse(401, SKERRY_ERR_HTTP_TOKEN, NULL);
	rules->token = authorization->value + scheme_len;
	rules->token_len = authorization->value_len - scheme_len;
	return FINE;
}

static void
take_wishes(const struct http_field *const *fields, struct http_rules *rules)
{
	const struct http_field *accept = fields[ACCEPT], *language = fields[ACCEPT_LANGUAGE];

	if (accept != NULL)
		http_accept_format(
			accept->value, accept->value_len, &rules->format, &rules->error_format);
	if (language != NULL)
		http_accept_language(language->value, language->value_len, rules->language);
	if (fields[SEAT_SECRET] != NULL) {
		rules->seat_secret = fields[SEAT_SECRET]->value;
		rules->seat_secret_len = fields[SEAT_SECRET]->value_len;
	}
}

struct http_refusal
http_rules_read(const struct http_head *head, const char *version, const struct http_door *door,
	struct http_rules *ret_rules)
{
	const struct http_field *fields[ONCE];
	bool is_1_0 = strcmp(version, "HTTP/1.0") == 0;
	struct http_refusal refusal;

	*ret_rules = (struct http_rules){ .broken = true };
	if (!is_1_0 && strcmp(version, "HTTP/1.1") != 0)
		return refuse(505, SKERRY_ERR_HTTP_MALFORMED,
			"Only HTTP/1.1 and HTTP/1.0 are spoken here.");
	if (!sort(head, fields))
		return malformed("A header is there twice of which there may be one.");
	take_wishes(fields, ret_rules);
	refusal = read_framing(fields, is_1_0, ret_rules);
	if (refusal.status == 0)
		refusal = check_host(fields[HOST], is_1_0, door);
	if (refusal.status == 0 && fields[ORIGIN] != NULL)
		refusal = refuse(403, SKERRY_ERR_HTTP_HOST, NULL);
	if (refusal.status == 0 && fields[EXPECT] != NULL && !says(fields[EXPECT], "100-continue"))
		refusal = refuse(
			417, SKERRY_ERR_HTTP_MALFORMED, "Only 100-continue may be expected.");
	if (refusal.status == 0)
		refusal = take_token(fields[AUTHORIZATION], door, ret_rules);
	return refusal;
}
