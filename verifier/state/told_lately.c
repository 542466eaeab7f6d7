/* SPDX-License-Identifier: ISC */
#include "told_lately.h"

#include <string.h>

static bool
waits(const struct memory *memory, const char *kind, const char *subject, const char *detail)
{
	for (size_t i = 0; i < memory->words_len; i++) {
		const struct memory_word *word = &memory->words[i];

		if (strcmp(word->kind, kind) == 0 && strcmp(word->subject, subject) == 0 &&
			strcmp(word->detail, detail) == 0)
			return true;
	}
	return false;
}

enum skerry_err
told_lately(const struct memory *memory, const char *kind, const char *subject, const char *detail,
	bool *ret_told)
{
	struct store_query q;
	bool told = waits(memory, kind, subject, detail);
	enum skerry_err err;

	if (told || memory->store == NULL) {
		*ret_told = told;
		return SKERRY_OK;
	}
	store_query(memory->store, &q,
		"SELECT count(*), count(*) FILTER (WHERE kind = ?1 AND subject = ?2 AND detail = "
		"?3)"
		" FROM (SELECT kind, subject, detail, settled FROM journal"
		" ORDER BY seq DESC LIMIT ?4)"
		" WHERE settled > ?5"
		" AND kind IN ('import.refused', 'import.held', 'import.older')");
	store_bind_text_at(&q, 1, kind);
	store_bind_text_at(&q, 2, subject);
	store_bind_text_at(&q, 3, detail);
	store_bind_int_at(&q, 4, TOLD_LATELY_SEEN);
	store_bind_int_at(&q, 5, clock_settled(&memory->clock) - TOLD_LATELY_S);
	if (store_step(&q))
		told = store_int(&q, 0) >= TOLD_LATELY_MAX || store_int(&q, 1) > 0;
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_told = told;
	return err;
}
