/* SPDX-License-Identifier: ISC */
/* A request as text: that of a mail, that of a code, and all of it as the daemon hands it out. */
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/base64.h"
#include "formats/member.h"
#include "view.h"

char *
show_request_code(const struct request_made *made)
{
	size_t prefix = sizeof DOCUMENT_QR_PREFIX - 1, len = BASE45_TEXT_LEN(made->sealed_len);
	char *text = malloc(prefix + len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, DOCUMENT_QR_PREFIX, prefix);
	base45_encode(made->sealed, made->sealed_len, text + prefix);
	text[prefix + len] = '\0';
	return text;
}

char *
show_request_mail(const struct request_made *made)
{
	char *text = malloc(ARMOR_TEXT_MAX(made->sealed_len) + 1);
	size_t len;

	if (text == NULL)
		return NULL;
	armor_write(
		document_armor_label(DOCUMENT_REQUEST), made->sealed, made->sealed_len, text, &len);
	text[len] = '\0';
	return text;
}

void
show_request_subject(const struct show_request *request, char ret_subject[SHOW_REQUEST_SUBJECT_MAX])
{
	snprintf(ret_subject, SHOW_REQUEST_SUBJECT_MAX, "Skerry request %s (%s)", request->name,
		request_kind_name(request->made.kind));
}

static char *
base64_text(const uint8_t *bytes, size_t len)
{
	size_t groups = (len + 2) / 3;
	char *text = malloc(4 * groups + 1);

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < groups; i++) {
		size_t left = len - 3 * i;

		base64_encode_group(bytes + 3 * i, left < 3 ? left : 3, text + 4 * i);
	}
	text[4 * groups] = '\0';
	return text;
}

void
show_request_put_mail(struct json *j, const struct show_request *request, const char *text)
{
	char subject[SHOW_REQUEST_SUBJECT_MAX];

	show_request_subject(request, subject);
	json_object_open(j);
	member_text(j, "to",
		request->has_contact ? request->contact.email : (struct cbor_text){ NULL, 0 });
	member_chars(j, "subject", subject);
	member_chars(j, "text", text);
	json_object_close(j);
}

void
show_request_put(struct json *j, const struct show_request *request, const char *file)
{
	const struct request_made *made = &request->made;

	member_bool(j, "ok", true);
	member_chars(j, "result", made->again ? "again" : "written");
	member_chars(j, "kind", request_kind_name(made->kind));
	member_uint(j, "number", made->number);
	member_chars(j, "name", request->name);
	member_bool(j, "stopgap", made->stopgap);
	member_chars(j, "file", file);
	member_uint(j, "bytes", made->sealed_len);
	member_uint(j, "telemetry", made->telemetry);
	member_uint(j, "events", made->events);
	view_contact_json(j, request->has_contact ? &request->contact : NULL);
}

static void
put_ends(struct json *j, const struct show_request *request)
{
	json_name(j, "ends");
	json_array_open(j);
	for (size_t i = 0; i < request->ends_len; i++) {
		json_object_open(j);
		member_chars(j, "product", request->ends[i].product);
		json_name(j, "days");
		if (request->ends[i].days < 0)
			json_null(j);
		else
			json_int(j, request->ends[i].days);
		json_object_close(j);
	}
	json_array_close(j);
}

bool
show_request_json(FILE *out, const struct show_request *request)
{
	const struct request_made *made = &request->made;
	char *mail = show_request_mail(made), *bytes = base64_text(made->sealed, made->sealed_len);
	bool well = mail != NULL && bytes != NULL;
	struct json j;

	json_init(&j, command_sink, out);
	if (well) {
		json_object_open(&j);
		show_request_put(&j, request, request->file);
		member_bool(&j, "again", made->again);
		member_chars(&j, "wished", request_kind_name(request->wished));
		member_uint(&j, "keys", made->keys);
		member_uint(&j, "keys_wished", request->keys_wished);
		member_bool(&j, "anonymous", made->anonymous);
		member_bool(&j, "holds_none", request->holds_none);
		member_bool(&j, "replaces", request->replaces);
		put_ends(&j, request);
		json_name(&j, "mail");
		show_request_put_mail(&j, request, mail);
		member_chars(&j, "request", bytes);
		json_object_close(&j);
		fputc('\n', out);
	}
	free(mail);
	free(bytes);
	return well;
}
