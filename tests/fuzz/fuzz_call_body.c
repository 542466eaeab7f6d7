/* SPDX-License-Identifier: ISC */
/* JSON from outside: whatever it is, it is read or told what is wrong; and what is JSON is deterministic CBOR. */
#include <stdlib.h>
#include <string.h>

#include "formats/cbor.h"
#include "verifier/daemon/calls/call_body.h"
#include "verifier/daemon/calls/json_cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_body(const uint8_t *data, size_t size)
{
	const char *text = NULL, *any = NULL;
	struct call_body_texts texts = { .len = 0 };
	struct call_body_values values = { .len = 0 };
	const struct call_body_field fields[] = {
		{ "kind", CALL_BODY_TEXT, .text_max = 16, .text = &text },
		{ "text", CALL_BODY_ANY_TEXT, .text_max = 64, .text = &any },
		{ "keys", CALL_BODY_TEXTS, .text_max = 32, .list_max = 8, .texts = &texts },
		{ "set", CALL_BODY_VALUES, .text_max = 32, .list_max = 8, .values = &values },
	};
	struct call_body body;

	if (!call_body_read(&body, data, size, fields, 4)) {
		if (body.problem[0] == '\0' || strlen(body.problem) >= sizeof body.problem)
			abort();
	} else {
		if ((text != NULL && (text[0] == '\0' || strlen(text) > 16)) ||
			(any != NULL && strlen(any) > 64) || texts.len > 8 || values.len > 8)
			abort();
		for (size_t i = 0; i < texts.len; i++)
			if (texts.list[i][0] == '\0' || strlen(texts.list[i]) > 32)
				abort();
	}
	call_body_free(&body);
}

static void
write_cbor(const uint8_t *data, size_t size)
{
	struct cbor_reader r;
	size_t len, offset;
	uint8_t *bytes;

	if (json_cbor((const char *)data, size, &bytes, &len) != SKERRY_OK)
		return;
	cbor_reader_init(&r, bytes, len);
	cbor_skip(&r);
	/* More entries than a reader of ours passes over are no fault of the writer. */
	if (cbor_reader_finish(&r, &offset) != SKERRY_OK && r.err != SKERRY_ERR_CBOR_COUNT)
		abort();
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_body(data, size);
	write_cbor(data, size);
	return 0;
}
