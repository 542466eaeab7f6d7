/* SPDX-License-Identifier: ISC */
#include "restored.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

#define KIND "state.restored"

/* "mark=12 hash=0123456789abcdef"; of the hash as much as no two marks share. */
enum { NAMED_LEN = 8, WORDS_MAX = 64 };

static void
name_mark(const struct mark *mark, char ret_words[WORDS_MAX])
{
	size_t len = (size_t)snprintf(ret_words, WORDS_MAX, "mark=%" PRId64 " hash=", mark->seq);

	for (size_t i = 0; i < NAMED_LEN; i++)
		len += (size_t)snprintf(ret_words + len, WORDS_MAX - len, "%02x", mark->hash[i]);
}

enum skerry_err
restored_tell(struct store *store, const struct journal_moment *moment, const struct mark *before)
{
	char words[WORDS_MAX];
	struct journal_head head;
	enum skerry_err err = journal_read_head(store, &head);

	name_mark(before, words);
	return err == SKERRY_OK ? journal_append(store, moment, KIND, MEMORY_FILE,
					  "%s journal=%" PRId64, words, head.seq)
				: err;
}

struct last {
	const char *words;
	bool replaces;
};

static bool
see_last(void *context, const struct journal_row *row)
{
	struct last *last = context;
	size_t len = strlen(last->words);

	last->replaces = cbor_text_same(row->kind, cbor_text_from_chars(KIND)) &&
			 row->detail.len > len && memcmp(row->detail.chars, last->words, len) == 0;
	return false;
}

enum skerry_err
restored_replaces(struct store *store, const struct mark *mark, bool *ret_replaces)
{
	char words[WORDS_MAX];
	struct last last = { .words = words };
	struct journal_head head;
	enum skerry_err err = journal_read_head(store, &head);

	words[0] = '\0';
	if (mark != NULL)
		name_mark(mark, words);
	if (err == SKERRY_OK)
		err = journal_each(store, head.seq - 1, 1, see_last, &last);
	/* A row of somebody else's tells nothing. */
	if (err == SKERRY_ERR_AUDIT_CHAIN)
		err = SKERRY_OK;
	if (err == SKERRY_OK)
		*ret_replaces = last.replaces;
	return err;
}

enum skerry_err
restored_last(struct store *store, int64_t *ret_seq)
{
	struct store_query q;
	int64_t seq = 0;
	enum skerry_err err;

	/* A memory that was made anew has forgotten what it wrote as well; another key is another site. */
	store_query(store, &q,
		"SELECT max(seq) FROM journal WHERE kind = '" KIND "'"
		" OR (kind = 'state.rebuilt' AND detail NOT LIKE '%site_key=new%')");
	if (store_step(&q))
		seq = store_int(&q, 0);
	err = store_done(&q);
	if (err == SKERRY_OK)
		*ret_seq = seq;
	return err;
}
