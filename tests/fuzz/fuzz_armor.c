/* SPDX-License-Identifier: ISC */
/* Carriers: any bytes are unwrapped or refused in place; what comes out can be armored and comes back the same. */
#include <stdlib.h>
#include <string.h>

#include "formats/armor.h"
#include "formats/base45.h"
#include "formats/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
armor_returns(const struct document *document)
{
	static char text[ARMOR_TEXT_MAX(1 << 16)];
	static uint8_t back[ARMOR_TEXT_MAX(1 << 16)];
	char label[ARMOR_LABEL_MAX + 1];
	size_t text_len, back_len, at = 0, offset;

	armor_write(document_armor_label(document->kind), document->bytes.data, document->bytes.len,
		text, &text_len);
	if (armor_read(text, text_len, &at, label, back, &back_len, &offset) != SKERRY_OK ||
		back_len != document->bytes.len ||
		memcmp(back, document->bytes.data, back_len) != 0)
		abort();
}

/* As the only document of a carrier. */
static void
carried_returns(uint8_t *text, size_t text_len, enum document_carrier carrier,
	const struct document *document)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	size_t count = 0, offset = 0;

	if (document_unwrap(text, text_len, documents, &count, &offset) != SKERRY_OK ||
		count != 1 || documents[0].carrier != carrier ||
		documents[0].kind != document->kind ||
		!cbor_bytes_same(documents[0].bytes, document->bytes))
		abort();
}

static void
qr_and_mail_return(const struct document *document)
{
	static const char MAIL[] = "From: desk@hotelhub.example\r\n\r\n";
	static uint8_t text[sizeof MAIL + ARMOR_TEXT_MAX(1 << 16)];
	size_t len = sizeof DOCUMENT_QR_PREFIX - 1;

	memcpy(text, DOCUMENT_QR_PREFIX, len);
	base45_encode(document->bytes.data, document->bytes.len, (char *)text + len);
	len += BASE45_TEXT_LEN(document->bytes.len);
	carried_returns(text, len, DOCUMENT_QR, document);

	memcpy(text, MAIL, sizeof MAIL - 1);
	armor_write(document_armor_label(document->kind), document->bytes.data, document->bytes.len,
		(char *)text + sizeof MAIL - 1, &len);
	carried_returns(text, sizeof MAIL - 1 + len, DOCUMENT_MAIL, document);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document documents[DOCUMENT_PARTS_MAX];
	uint8_t *copy;
	size_t count = 0, offset = 0;

	if (size > 1 << 16 || (copy = malloc(size > 0 ? size : 1)) == NULL)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	if (document_unwrap(copy, size, documents, &count, &offset) == SKERRY_OK) {
		if (count == 0 || count > DOCUMENT_PARTS_MAX)
			abort();
		for (size_t i = 0; i < count; i++) {
			armor_returns(&documents[i]);
			qr_and_mail_return(&documents[i]);
		}
	} else if (offset > size) {
		abort();
	}
	free(copy);
	return 0;
}
