/* SPDX-License-Identifier: ISC */
#include "base64_json.h"

#include <stdlib.h>

#include "formats/base64.h"

bool
base64_json(struct json *j, struct cbor_bytes bytes)
{
	size_t groups = (bytes.len + 2) / 3;
	char *text = malloc(4 * groups + 1);

	if (text == NULL) {
		json_null(j);
		return false;
	}
	for (size_t i = 0; i < groups; i++) {
		size_t left = bytes.len - 3 * i;

		base64_encode_group(bytes.data + 3 * i, left < 3 ? left : 3, text + 4 * i);
	}
	json_text(j, (struct cbor_text){ text, 4 * groups });
	free(text);
	return true;
}
