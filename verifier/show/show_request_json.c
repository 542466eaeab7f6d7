/* SPDX-License-Identifier: ISC */
/* A request as text: that of a mail, that of a code, and all of it as the daemon hands it out. */
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/base64.h"
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
	json_name(j, "to");
	json_text(j, request->has_contact ? request->contact.email : (struct cbor_text){ NULL, 0 });
	json_name(j, "subject");
	json_chars(j, subject);
	json_name(j, "text");
	json_chars(j, text);
	json_object_close(j);
}

void
show_request_put(struct json *j, const struct show_request *request, const char *file)
{
	const struct request_made *made = &request->made;

	json_name(j, "ok");
	json_bool(j, true);
	json_name(j, "result");
	json_chars(j, made->again ? "again" : "written");
	json_name(j, "kind");
	json_chars(j, request_kind_name(made->kind));
	json_name(j, "number");
	json_uint(j, made->number);
	json_name(j, "name");
	json_chars(j, request->name);
	json_name(j, "stopgap");
	json_bool(j, made->stopgap);
	json_name(j, "file");
	json_chars(j, file);
	json_name(j, "bytes");
	json_uint(j, made->sealed_len);
	json_name(j, "telemetry");
	json_uint(j, made->telemetry);
	json_name(j, "events");
	json_uint(j, made->events);
	view_contact_json(j, request->has_contact ? &request->contact : NULL);
}

static void
put_ends(struct json *j, const struct show_request *request)
{
	json_name(j, "ends");
	json_array_open(j);
	for (size_t i = 0; i < request->ends_len; i++) {
		json_object_open(j);
		json_name(j, "product");
		json_chars(j, request->ends[i].product);
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
		json_name(&j, "again");
		json_bool(&j, made->again);
		json_name(&j, "wished");
		json_chars(&j, request_kind_name(request->wished));
		json_name(&j, "keys");
		json_uint(&j, made->keys);
		json_name(&j, "keys_wished");
		json_uint(&j, request->keys_wished);
		json_name(&j, "anonymous");
		json_bool(&j, made->anonymous);
		json_name(&j, "holds_none");
		json_bool(&j, request->holds_none);
		json_name(&j, "replaces");
		json_bool(&j, request->replaces);
		put_ends(&j, request);
		json_name(&j, "mail");
		show_request_put_mail(&j, request, mail);
		json_name(&j, "request");
		json_chars(&j, bytes);
		json_object_close(&j);
		fputc('\n', out);
	}
	free(mail);
	free(bytes);
	return well;
}
