/* SPDX-License-Identifier: ISC */
/* License keys: what is read is canonical, and reads back as itself. The first byte picks a template. */
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "formats/license_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const TEMPLATES[] = { "HMS-#####-#####-#####-#####", "RT###-####-####-####-####",
	"RM-####-####-####-####", "####-####-####-####" };

static void
dates_too(const char *text)
{
	struct date_duration duration;
	int64_t at;
	char again[DATE_TEXT_MAX];

	if (date_parse(text, &at) == SKERRY_OK) {
		int64_t back;

		date_format(at, again);
		if (date_parse(again, &back) != SKERRY_OK || back != at)
			abort();
	}
	(void)date_duration_parse(text, &duration);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char key[LICENSE_KEY_MAX + 1], again[LICENSE_KEY_MAX + 1], masked[LICENSE_KEY_MAX + 1];
	char text[LICENSE_KEY_TYPED_MAX + 1];
	const char *template;
	size_t offset = 0;

	if (size < 1 || size > LICENSE_KEY_TYPED_MAX)
		return 0;
	template = TEMPLATES[data[0] % 4];
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	dates_too(text);
	(void)license_key_check_template(text);
	if (license_key_read(template, text, size - 1, key, &offset) != SKERRY_OK) {
		if (offset > size - 1)
			abort();
		return 0;
	}
	license_key_mask(template, key, masked);
	if (license_key_read(template, key, strlen(key), again, &offset) != SKERRY_OK ||
		strcmp(key, again) != 0 || strlen(masked) != strlen(key))
		abort();
	return 0;
}
