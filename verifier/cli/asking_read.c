/* SPDX-License-Identifier: ISC */
/* A request by way of a daemon: what is sent there, and what comes back, of which nothing is believed. */
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "formats/base64.h"
#include "formats/cbor.h"

enum { MEMBERS_MAX = 64, NAME_MAX_LEN = 32, CONTACT_MAX = 512 };

/* --- there ----------------------------------------------------------------------------------- */

static void
put_bytes(struct told_body *body, const char *name, struct cbor_bytes bytes)
{
	size_t groups = (bytes.len + 2) / 3;
	char *text = bytes.len == 0 ? NULL : malloc(4 * groups);

	if (text == NULL)
		return;
	for (size_t i = 0; i < groups; i++) {
		size_t left = bytes.len - 3 * i;

		base64_encode_group(bytes.data + 3 * i, left < 3 ? left : 3, text + 4 * i);
	}
	json_name(&body->j, name);
	json_text(&body->j, (struct cbor_text){ text, 4 * groups });
	free(text);
}

void
asking_put(const struct asking *asking, struct told_body *body)
{
	told_body_chars(body, "kind", request_kind_name(asking->kind));
	told_body_list(body, "keys", asking->keys, asking->keys_len);
	told_body_chars(body, "reason", asking->reason);
	told_body_chars(body, "app_version", asking->app_version);
	told_body_chars(body, "tenant", asking->tenant);
	told_body_list(body, "domains", asking->domains.values, asking->domains.len);
	told_body_list(body, "custom", asking->custom.values, asking->custom.len);
	told_body_chars(body, "install_path", asking->install_path);
	put_bytes(body, "replaces", asking->replaces);
}

/* --- and back -------------------------------------------------------------------------------- */

static struct cbor_text
read_text(struct cbor_reader *r, size_t max)
{
	if (!cbor_peek_null(r))
		return cbor_read_text(r, max);
	cbor_read_null(r);
	return (struct cbor_text){ NULL, 0 };
}

/* "K7QM-3": it becomes a file's name here. */
static void
read_name(struct cbor_reader *r, struct show_request *request)
{
	size_t at = r->at, max = sizeof request->name - sizeof ".request";
	struct cbor_text text = cbor_read_text(r, max);
	static const char PLAIN[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

	memcpy(request->name, text.chars == NULL ? "" : text.chars, text.len);
	request->name[text.len] = '\0';
	if (text.len == 0 || strspn(request->name, PLAIN) != text.len)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	snprintf(request->file, sizeof request->file, "%.*s.request", (int)max, request->name);
}

static enum request_kind
read_kind(struct cbor_reader *r)
{
	struct cbor_text text = cbor_read_text(r, NAME_MAX_LEN);
	char name[NAME_MAX_LEN + 1];

	memcpy(name, text.chars == NULL ? "" : text.chars, text.len);
	name[text.len] = '\0';
	return request_kind_from_name(name);
}

static void
read_contact(struct cbor_reader *r, struct show_request *request)
{
	struct manifest_contact *contact = &request->contact;
	struct cbor_text name;
	struct cbor_map map;

	cbor_map_begin(r, MEMBERS_MAX, &map);
	while (cbor_map_name(r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "name"))
			contact->name = read_text(r, CONTACT_MAX);
		else if (cbor_text_equals(name, "telephone"))
			contact->telephone = read_text(r, CONTACT_MAX);
		else if (cbor_text_equals(name, "email"))
			contact->email = read_text(r, CONTACT_MAX);
		else if (cbor_text_equals(name, "url"))
			contact->url = read_text(r, CONTACT_MAX);
		else
			cbor_skip(r);
	request->has_contact = true;
}

static void
read_end(struct cbor_reader *r, struct show_request_end *end)
{
	struct cbor_text name, product = { NULL, 0 };
	struct cbor_map map;

	end->days = -1;
	cbor_map_begin(r, MEMBERS_MAX, &map);
	while (cbor_map_name(r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "product"))
			product = cbor_read_text(r, sizeof end->product - 1);
		else if (cbor_text_equals(name, "days") && !cbor_peek_null(r))
			end->days = cbor_read_int(r, 0, INT64_MAX);
		else
			cbor_skip(r);
	memcpy(end->product, product.chars == NULL ? "" : product.chars, product.len);
}

static void
read_ends(struct cbor_reader *r, struct show_request *request)
{
	size_t at = r->at, len = cbor_array_begin(r, DOCUMENTS_LICENSES_MAX);

	free(request->ends);
	request->ends_len = 0;
	request->ends = len == 0 ? NULL : calloc(len, sizeof *request->ends);
	if (len > 0 && request->ends == NULL)
		cbor_reader_fail(r, SKERRY_ERR_NO_MEMORY, at);
	for (size_t i = 0; i < len && request->ends != NULL && r->err == SKERRY_OK; i++)
		read_end(r, &request->ends[request->ends_len++]);
	cbor_array_end(r);
}

static void
read_sealed(struct cbor_reader *r, struct request_made *made)
{
	size_t at = r->at;
	struct cbor_text text = cbor_read_text(r, r->bytes_len);
	struct base64 decoder = { .bytes = malloc(text.len / 4 * 3 + 3) };
	size_t digits = text.len;
	bool well = decoder.bytes != NULL && text.len > 0 && text.len % 4 == 0;

	while (well && digits > 0 && digits + 2 > text.len && text.chars[digits - 1] == '=')
		digits--;
	for (size_t i = 0; i < digits && well; i++) {
		unsigned value = base64_value(text.chars[i]);

		well = value != BASE64_NO_DIGIT;
		if (well)
			base64_add(&decoder, value);
	}
	well = well && base64_padding(&decoder) == text.len - digits && base64_end(&decoder);
	if (!well)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	free(made->sealed);
	made->sealed = decoder.bytes;
	made->sealed_len = decoder.bytes_len;
}

static void
read_member(struct cbor_reader *r, struct cbor_text name, struct show_request *request)
{
	struct request_made *made = &request->made;

	if (cbor_text_equals(name, "kind"))
		made->kind = read_kind(r);
	else if (cbor_text_equals(name, "number"))
		made->number = cbor_read_uint(r, INT64_MAX);
	else if (cbor_text_equals(name, "name"))
		read_name(r, request);
	else if (cbor_text_equals(name, "again"))
		made->again = cbor_read_bool(r);
	else if (cbor_text_equals(name, "stopgap"))
		made->stopgap = cbor_read_bool(r);
	else if (cbor_text_equals(name, "anonymous"))
		made->anonymous = cbor_read_bool(r);
	else if (cbor_text_equals(name, "telemetry"))
		made->telemetry = (size_t)cbor_read_uint(r, INT32_MAX);
	else if (cbor_text_equals(name, "events"))
		made->events = (size_t)cbor_read_uint(r, INT32_MAX);
	else if (cbor_text_equals(name, "keys"))
		made->keys = (size_t)cbor_read_uint(r, INT32_MAX);
	else if (cbor_text_equals(name, "keys_wished"))
		request->keys_wished = (size_t)cbor_read_uint(r, INT32_MAX);
	else if (cbor_text_equals(name, "holds_none"))
		request->holds_none = cbor_read_bool(r);
	else if (cbor_text_equals(name, "replaces"))
		request->replaces = cbor_read_bool(r);
	else if (cbor_text_equals(name, "contact"))
		read_contact(r, request);
	else if (cbor_text_equals(name, "ends"))
		read_ends(r, request);
	else if (cbor_text_equals(name, "request"))
		read_sealed(r, made);
	else
		cbor_skip(r);
}

bool
asking_read(struct asking *asking)
{
	struct show_request request = { .wished = asking->kind };
	struct cbor_text name;
	struct cbor_reader r;
	struct cbor_map map;
	size_t offset;

	cbor_reader_init(&r, asking->reply.bytes, asking->reply.len);
	cbor_map_begin(&r, MEMBERS_MAX, &map);
	while (cbor_map_name(&r, &map, NAME_MAX_LEN, &name))
		read_member(&r, name, &request);
	if (cbor_reader_finish(&r, &offset) != SKERRY_OK || request.name[0] == '\0' ||
		request.made.kind == 0 || request.made.sealed_len == 0) {
		show_request_free(&request);
		return false;
	}
	asking->request = request;
	return true;
}
