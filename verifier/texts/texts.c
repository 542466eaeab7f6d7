/* SPDX-License-Identifier: ISC */
#include "texts.h"

#include <string.h>

#include "en.h"
#include "id.h"

static const struct {
	const char *name;
	const struct texts *texts;
} LANGUAGES[] = {
	{ "en", &TEXTS_EN },
	{ "id", &TEXTS_ID },
	{ "C", &TEXTS_EN },
	{ "POSIX", &TEXTS_EN },
};

const struct texts *
texts_find(const char *language)
{
	/* "id_ID.UTF-8@latin": what follows the language does not matter here. */
	size_t len = strcspn(language, "_-.@");

	for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++)
		if (strlen(LANGUAGES[i].name) == len &&
			memcmp(LANGUAGES[i].name, language, len) == 0)
			return LANGUAGES[i].texts;
	return NULL;
}
