/* SPDX-License-Identifier: ISC */
#include "texts.h"

#include <string.h>
#include <strings.h>

const char LETTER_TEXTS_LANGUAGES[] = "en, id";

static const struct letter_texts *const CATALOGUES[] = { &LETTER_TEXTS_EN, &LETTER_TEXTS_ID, NULL };

const struct letter_texts *
letter_texts_find(const char *language)
{
	size_t len = strcspn(language, "-_");

	for (size_t i = 0; CATALOGUES[i] != NULL; i++)
		if (strlen(CATALOGUES[i]->tag) == len &&
			strncasecmp(CATALOGUES[i]->tag, language, len) == 0)
			return CATALOGUES[i];
	return NULL;
}
