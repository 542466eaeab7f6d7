/* SPDX-License-Identifier: ISC */
#include "daemon_call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/base64.h"
#include "formats/date.h"
#include "formats/json.h"
#include "formats/proof.h"
#include "http_client.h"

#define CBOR_TYPE_NAME "application/cbor"

enum { BODY_MAX = 4096 };

/* JSON of a known size. */
struct text {
	char chars[BODY_MAX];
	size_t len;
	bool full;
};

/* --- asking ---------------------------------------------------------------------------------- */

static void
put(void *context, const char *chars, size_t len)
{
	struct text *text = context;

	text->full = text->full || len > sizeof text->chars - text->len;
	if (text->full)
		return;
	memcpy(text->chars + text->len, chars, len);
	text->len += len;
}

static void
encode(struct cbor_bytes bytes, char *ret_text)
{
	for (size_t at = 0; at < bytes.len; at += 3, ret_text += 4)
		base64_encode_group(
			bytes.data + at, bytes.len - at < 3 ? bytes.len - at : 3, ret_text);
	*ret_text = '\0';
}

static void
put_named(struct json *j, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	json_name(j, name);
	json_chars(j, value);
}

static bool
write_body(const struct site_query *query, struct cbor_bytes nonce, struct text *ret_text)
{
	char text[(PROOF_NONCE_MAX + 2) / 3 * 4 + 1];
	struct json j;

	encode(nonce, text);
	ret_text->len = 0;
	ret_text->full = false;
	json_init(&j, put, ret_text);
	json_object_open(&j);
	put_named(&j, "nonce", text);
	put_named(&j, "product", query->product);
	put_named(&j, "tenant", query->tenant);
	put_named(&j, "domain", query->domain);
	json_object_close(&j);
	return json_finish(&j) == SKERRY_OK && !ret_text->full;
}

/* Appends "name=value" behind the question mark. */
static bool
add(char target[HTTP_CLIENT_TARGET_MAX], const char *name, const char *value)
{
	size_t len = strlen(target);
	const char *before = strchr(target, '?') == NULL ? "?" : "&";

	if (value == NULL || value[0] == '\0')
		return true;
	if (snprintf(target + len, HTTP_CLIENT_TARGET_MAX - len, "%s%s=", before, name) >=
		(int)(HTTP_CLIENT_TARGET_MAX - len))
		return false;
	return http_client_encode(target, value);
}

static bool
add_machine(char target[HTTP_CLIENT_TARGET_MAX], const struct site_query *query)
{
	char date[DATE_TEXT_MAX] = "";
	bool fits;

	if (query->build_date != 0)
		date_format(query->build_date, date);
	fits = add(target, "build_date", date) && add(target, "install_path", query->install_path);
	for (size_t i = 0; i < query->custom_len && fits; i++)
		fits = add(target, "custom", query->custom[i]);
	return fits;
}

/* Of any status: what is no answer that the caller can use is its error. */
static enum skerry_err
ask(const struct daemon_call *call, struct http_client_call *http, int wanted,
	struct http_client_answer *ret_answer, int64_t *ret_retry_in_s)
{
	struct http_client_answer answer;
	enum skerry_err err;

	http->socket = call->config->path;
	http->accept = CBOR_TYPE_NAME;
	http->language = call->language;
	http->wait_ms = SKERRY_WAIT_MS;
	*ret_retry_in_s = -1;
	err = http_client_call(http, &answer);
	if (err != SKERRY_OK)
		return err;
	if (answer.status / 100 == 2 &&
		(answer.status == 204 || strcmp(answer.type, CBOR_TYPE_NAME) == 0) &&
		(wanted == 0 || answer.status == wanted)) {
		*ret_answer = answer;
		return SKERRY_OK;
	}
	err = answer.status / 100 == 2 || strcmp(answer.type, CBOR_TYPE_NAME) != 0
		      ? SKERRY_ERR_IO
		      : daemon_answer_error((struct cbor_bytes){ answer.body, answer.body_len },
				ret_retry_in_s);
	http_client_free(&answer);
	return err;
}

/* --- the calls ------------------------------------------------------------------------------- */

enum skerry_err
daemon_call_proof(const struct daemon_call *call, struct cbor_bytes nonce,
	struct daemon_answer_proof *ret_proof)
{
	const struct site_query *query = &call->config->query;
	char target[HTTP_CLIENT_TARGET_MAX] = "/v1/proof";
	struct http_client_call http = {
		.method = "POST", .target = target, .content_type = "application/json"
	};
	struct http_client_answer answer;
	struct text body;
	int64_t retry_in_s;
	enum skerry_err err;

	if (!write_body(query, nonce, &body) || !add_machine(target, query))
		return SKERRY_ERR_ARGUMENT;
	http.body = (const uint8_t *)body.chars;
	http.body_len = body.len;
	err = ask(call, &http, 200, &answer, &retry_in_s);
	if (err != SKERRY_OK)
		return err;
	err = daemon_answer_proof((struct cbor_bytes){ answer.body, answer.body_len }, ret_proof);
	http_client_free(&answer);
	return err;
}

/* As the verdict is asked for: a license may be bound to what the product supplies. */
static bool
seat_target(
	const struct daemon_call *call, const char *holder, char ret_target[HTTP_CLIENT_TARGET_MAX])
{
	const struct site_query *query = &call->config->query;

	snprintf(ret_target, HTTP_CLIENT_TARGET_MAX, "/v1/seats/");
	return http_client_encode(ret_target, holder) &&
	       add(ret_target, "product", query->product) &&
	       add(ret_target, "tenant", query->tenant) &&
	       add(ret_target, "domain", query->domain) && add_machine(ret_target, query);
}

static void
show_secret(struct http_client_call *http, const char *secret)
{
	if (secret == NULL || secret[0] == '\0')
		return;
	http->header_name = "Skerry-Seat-Secret";
	http->header_value = secret;
}

enum skerry_err
daemon_call_seat_put(const struct daemon_call *call, const char *holder, const char *secret,
	struct daemon_answer_seat *ret_seat, int64_t *ret_retry_in_s)
{
	char target[HTTP_CLIENT_TARGET_MAX];
	struct http_client_call http = { .method = "PUT", .target = target };
	struct http_client_answer answer;
	enum skerry_err err;

	*ret_retry_in_s = -1;
	if (!seat_target(call, holder, target))
		return SKERRY_ERR_ARGUMENT;
	show_secret(&http, secret);
	err = ask(call, &http, 0, &answer, ret_retry_in_s);
	if (err != SKERRY_OK)
		return err;
	err = daemon_answer_seat((struct cbor_bytes){ answer.body, answer.body_len }, ret_seat);
	http_client_free(&answer);
	return err;
}

enum skerry_err
daemon_call_seat_release(const struct daemon_call *call, const char *holder, const char *secret)
{
	char target[HTTP_CLIENT_TARGET_MAX];
	struct http_client_call http = { .method = "DELETE", .target = target };
	struct http_client_answer answer;
	int64_t retry_in_s;
	enum skerry_err err;

	if (!seat_target(call, holder, target))
		return SKERRY_ERR_ARGUMENT;
	show_secret(&http, secret);
	err = ask(call, &http, 204, &answer, &retry_in_s);
	if (err == SKERRY_OK)
		http_client_free(&answer);
	return err;
}
