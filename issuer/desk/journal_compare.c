/* SPDX-License-Identifier: ISC */
#include "journal_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/site_journal.h"
#include "keys/log_chain.h"
#include "keys/store.h"
#include "keys/untrusted_file.h"

/* The entry that a site writes of each request; verifier/state/requests.c. */
static const char WRITTEN[] = "request.written", SUBJECT[] = "request ",
		  DIGEST[] = "digest=", STOPGAP[] = "stopgap";

/* What a request told of the journal. */
struct told {
	int64_t seq;
	uint64_t number;
	uint8_t hash[HASH_LEN];
};

/* A line of the site's history; requests between `from` and `low` are not known. */
struct line {
	int64_t parent;
	uint64_t from, low;
};

struct comparison {
	struct desk *desk;
	struct installation *installation;
	struct journal_compared *result;
	struct told *told; /* ascending by seq */
	size_t told_len, told_max, next;
	struct line lines[FORK_LINES_MAX];
	size_t lines_len;
	int64_t current;
	uint64_t newest; /* number of a request that arrived */
	uint8_t before[HASH_LEN];
};

static void
fault(struct comparison *c, enum journal_fault what, int64_t seq, uint64_t number)
{
	if (c->result->fault != JOURNAL_AGREES)
		return;
	c->result->fault = what;
	c->result->seq = seq;
	c->result->number = number;
}

/* --- what the desk has ----------------------------------------------------------------------- */

static bool
add_told(struct comparison *c, const struct told *told)
{
	if (c->told_len == c->told_max) {
		size_t max = c->told_max == 0 ? 256 : c->told_max * 2;
		struct told *more = realloc(c->told, max * sizeof *more);

		if (more == NULL)
			return false;
		c->told = more;
		c->told_max = max;
	}
	c->told[c->told_len++] = *told;
	return true;
}

static enum skerry_err
load_told(struct comparison *c)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(c->desk->store, &q,
		"SELECT journal_seq, number, journal_hash FROM request WHERE installation_id = ?"
		" AND arrived = 1 AND journal_hash IS NOT NULL ORDER BY journal_seq, number");
	store_bind_int(&q, c->installation->id);
	while (err == SKERRY_OK && store_step(&q)) {
		struct told told = { .seq = store_int(&q, 0),
			.number = (uint64_t)store_int(&q, 1) };
		struct cbor_bytes hash = store_bytes(&q, 2);

		if (hash.len != HASH_LEN || told.seq < 1)
			continue;
		memcpy(told.hash, hash.data, HASH_LEN);
		err = add_told(c, &told) ? SKERRY_OK : SKERRY_ERR_NO_MEMORY;
	}
	done = store_done(&q);
	return err == SKERRY_OK ? done : err;
}

static enum skerry_err
load_lines(struct comparison *c)
{
	struct store_query q;
	enum skerry_err err;

	store_query(c->desk->store, &q,
		"SELECT l.parent, l.from_number, coalesce((SELECT min(r.number) FROM request r"
		"  WHERE r.installation_id = l.installation_id AND r.line = l.line), l.first)"
		" FROM installation_line l WHERE l.installation_id = ? ORDER BY l.line");
	store_bind_int(&q, c->installation->id);
	while (c->lines_len < FORK_LINES_MAX && store_step(&q)) {
		c->lines[c->lines_len++] = (struct line){ store_int(&q, 0),
			(uint64_t)store_int(&q, 1), (uint64_t)store_int(&q, 2) };
	}
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	store_query(c->desk->store, &q,
		"SELECT fork_current, coalesce((SELECT max(number) FROM request"
		" WHERE installation_id = i.id), 0) FROM installation i WHERE id = ?");
	store_bind_int(&q, c->installation->id);
	if (store_step(&q)) {
		c->current = store_int(&q, 0);
		c->newest = (uint64_t)store_int(&q, 1);
	}
	return store_done(&q);
}

/* Whether the line that goes on now would know a request of that number. */
static bool
would_know(const struct comparison *c, uint64_t number)
{
	int64_t line = c->current;

	if (number > c->newest)
		return false;
	for (size_t i = 0; i < c->lines_len; i++) {
		if (line < 0 || line >= (int64_t)c->lines_len)
			return false;
		if (number > c->lines[line].from)
			return number >= c->lines[line].low;
		line = c->lines[line].parent;
	}
	return false;
}

static enum skerry_err
is_known(struct comparison *c, uint64_t number, const uint8_t digest[REQUEST_DIGEST_LEN],
	bool *ret_known)
{
	struct store_query q;

	store_query(c->desk->store, &q,
		"SELECT 1 FROM request WHERE installation_id = ? AND number = ? AND digest = ?");
	store_bind_int(&q, c->installation->id);
	store_bind_int(&q, (int64_t)number);
	store_bind_bytes(&q, digest, REQUEST_DIGEST_LEN);
	*ret_known = store_step(&q);
	return store_done(&q);
}

/* --- what the journal says ------------------------------------------------------------------- */

static bool
begins(struct cbor_text text, const char *word, size_t len)
{
	return text.len >= len && memcmp(text.chars, word, len) == 0;
}

/* "request 12" */
static bool
read_subject(struct cbor_text subject, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t at = sizeof SUBJECT - 1;

	if (!begins(subject, SUBJECT, at) || subject.len == at || subject.len > at + 18)
		return false;
	for (; at < subject.len; at++) {
		if (subject.chars[at] < '0' || subject.chars[at] > '9')
			return false;
		number = number * 10 + (uint64_t)(subject.chars[at] - '0');
	}
	*ret_number = number;
	return true;
}

static bool
read_hex(struct cbor_text text, uint8_t ret_digest[REQUEST_DIGEST_LEN])
{
	for (size_t i = 0; i < REQUEST_DIGEST_LEN; i++) {
		char digits[3] = { text.chars[2 * i], text.chars[2 * i + 1], '\0' }, *end;

		ret_digest[i] = (uint8_t)strtoul(digits, &end, 16);
		if (end != digits + 2)
			return false;
	}
	return true;
}

/* Words with a space between. False without a digest. */
static bool
read_detail(struct cbor_text detail, uint8_t ret_digest[REQUEST_DIGEST_LEN], bool *ret_is_stopgap)
{
	bool has = false;

	*ret_is_stopgap = false;
	while (detail.len > 0) {
		const char *space = memchr(detail.chars, ' ', detail.len);
		struct cbor_text word = { detail.chars,
			space == NULL ? detail.len : (size_t)(space - detail.chars) };

		if (begins(word, DIGEST, sizeof DIGEST - 1) &&
			word.len == sizeof DIGEST - 1 + 2 * REQUEST_DIGEST_LEN)
			has = read_hex((struct cbor_text){ word.chars + sizeof DIGEST - 1,
					       2 * REQUEST_DIGEST_LEN },
				ret_digest);
		*ret_is_stopgap |= cbor_text_equals(word, STOPGAP);
		detail.chars += word.len + (space != NULL);
		detail.len -= word.len + (space != NULL);
	}
	return has;
}

static enum skerry_err
compare_request(struct comparison *c, const struct site_journal_entry *entry)
{
	uint8_t digest[REQUEST_DIGEST_LEN];
	bool is_stopgap, known;
	uint64_t number;
	enum skerry_err err;

	if (!cbor_text_equals(entry->kind, WRITTEN) || !read_subject(entry->subject, &number) ||
		!read_detail(entry->detail, digest, &is_stopgap))
		return SKERRY_OK;
	err = is_known(c, number, digest, &known);
	if (err != SKERRY_OK)
		return err;
	/* One that nothing grows from may never have come. */
	if (known)
		c->result->requests++;
	else if (is_stopgap || !would_know(c, number))
		c->result->requests_apart++;
	else
		fault(c, JOURNAL_FAULT_REQUEST, entry->seq, number);
	return SKERRY_OK;
}

static void
compare_head(struct comparison *c, const struct site_journal_entry *entry)
{
	for (; c->next < c->told_len && c->told[c->next].seq <= entry->seq; c->next++) {
		const struct told *told = &c->told[c->next];

		if (told->seq < entry->seq)
			c->result->heads_older++;
		else if (memcmp(told->hash, entry->hash, HASH_LEN) == 0)
			c->result->heads++;
		else
			fault(c, JOURNAL_FAULT_HEAD, entry->seq, told->number);
	}
}

/* The first entry that is here is believed, unless it is the first one ever. */
static bool
follows(const struct comparison *c, const struct site_journal_entry *entry)
{
	const struct journal_compared *result = c->result;
	uint8_t hash[HASH_LEN];

	if (result->entries == 0 && entry->seq > 1)
		return true;
	return entry->seq == result->last + 1 &&
	       log_chain_next(c->before, site_journal_write_fields, entry, hash) == SKERRY_OK &&
	       memcmp(hash, entry->hash, HASH_LEN) == 0;
}

static enum skerry_err
compare_entry(struct comparison *c, const struct site_journal_entry *entry)
{
	struct journal_compared *result = c->result;

	if (!follows(c, entry)) {
		fault(c, JOURNAL_FAULT_CHAIN, entry->seq, 0);
		return SKERRY_OK;
	}
	if (result->entries++ == 0)
		result->first = entry->seq;
	result->last = entry->seq;
	memcpy(c->before, entry->hash, HASH_LEN);
	compare_head(c, entry);
	return compare_request(c, entry);
}

/* --- the file -------------------------------------------------------------------------------- */

struct file {
	uint8_t *bytes;
	size_t len, at;
	char install_id[SITE_JOURNAL_INSTALL_MAX + 1];
};

static enum skerry_err
next(struct desk *desk, struct file *file, struct site_journal_item *ret_item)
{
	size_t item_len = 0, offset = 0;
	enum skerry_err err = site_journal_read_item(
		file->bytes + file->at, file->len - file->at, ret_item, &item_len, &offset);

	if (err != SKERRY_OK)
		return desk_note_offset(desk, err, file->at + offset);
	file->at += item_len;
	return SKERRY_OK;
}

static enum skerry_err
read_header(struct desk *desk, struct file *file)
{
	struct site_journal_item item;
	enum skerry_err err = next(desk, file, &item);

	if (err == SKERRY_OK && item.kind != SITE_JOURNAL_HEADER)
		err = desk_note_offset(desk, SKERRY_ERR_DOCUMENT_UNKNOWN, 0);
	if (err == SKERRY_OK)
		snprintf(file->install_id, sizeof file->install_id, "%.*s",
			(int)item.install_id.len, item.install_id.chars);
	return err;
}

static enum skerry_err
compare_items(struct comparison *c, struct file *file)
{
	const struct journal_compared *result = c->result;
	bool ended = false;
	enum skerry_err err = SKERRY_OK;

	while (err == SKERRY_OK && result->fault == JOURNAL_AGREES && !ended &&
		file->at < file->len) {
		struct site_journal_item item;

		err = next(c->desk, file, &item);
		if (err != SKERRY_OK)
			break;
		ended = item.kind == SITE_JOURNAL_END;
		if (item.kind == SITE_JOURNAL_ENTRY)
			err = compare_entry(c, &item.entry);
		else if (!ended || item.seq != result->last ||
			 memcmp(item.hash, c->before, HASH_LEN) != 0 || file->at != file->len)
			fault(c, JOURNAL_FAULT_CHAIN, result->last + 1, 0);
	}
	if (err == SKERRY_OK && !ended)
		fault(c, JOURNAL_FAULT_CHAIN, result->last + 1, 0);
	if (err == SKERRY_OK && c->next < c->told_len)
		fault(c, JOURNAL_FAULT_SHORT, c->told[c->next].seq, c->told[c->next].number);
	return err;
}

static enum skerry_err
find_site(struct desk *desk, const struct file *file, const char *site,
	struct installation *ret_installation)
{
	if (site != NULL)
		return installations_find(desk, site, ret_installation);
	if (file->install_id[0] == '\0')
		return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, "install id",
			"The file names no site: say which one it is with --site SITE.");
	return installations_find(desk, file->install_id, ret_installation);
}

static enum skerry_err
compare(struct comparison *c, struct file *file)
{
	enum skerry_err err = load_told(c);

	if (err == SKERRY_OK)
		err = load_lines(c);
	if (c->installation->install_id[0] != '\0' && file->install_id[0] != '\0' &&
		strcmp(c->installation->install_id, file->install_id) != 0)
		fault(c, JOURNAL_FAULT_SITE, 0, 0);
	if (err == SKERRY_OK && c->result->fault == JOURNAL_AGREES)
		err = compare_items(c, file);
	free(c->told);
	return err;
}

enum skerry_err
journal_compare(struct desk *desk, const char *path, const char *site,
	struct installation *ret_installation, struct journal_compared *ret_compared)
{
	struct comparison c = {
		.desk = desk, .installation = ret_installation, .result = ret_compared
	};
	struct file file = { .bytes = NULL };
	bool begun = false;
	enum skerry_err err = strcmp(path, "-") == 0
				      ? untrusted_file_read_stdin(
						JOURNAL_COMPARE_FILE_MAX, &file.bytes, &file.len)
				      : untrusted_file_read(path, JOURNAL_COMPARE_FILE_MAX,
						&file.bytes, &file.len);

	*ret_compared = (struct journal_compared){ .fault = JOURNAL_AGREES };
	if (err == SKERRY_OK) {
		err = read_header(desk, &file);
		if (err != SKERRY_OK)
			err = desk_refuse(desk, err, path,
				"A site writes its journal with: skerry journal export FILE");
	}
	/* One state of the records, whatever is answered meanwhile. */
	if (err == SKERRY_OK)
		err = store_begin_reading(desk->store, &begun);
	if (err == SKERRY_OK)
		err = find_site(desk, &file, site, ret_installation);
	if (err == SKERRY_OK)
		err = compare(&c, &file);
	if (begun)
		store_rollback(desk->store);
	free(file.bytes);
	return err;
}

const char *
journal_fault_name(enum journal_fault what)
{
	switch (what) {
	case JOURNAL_AGREES:
		return "";
	case JOURNAL_FAULT_CHAIN:
		return "chain";
	case JOURNAL_FAULT_HEAD:
		return "head";
	case JOURNAL_FAULT_SHORT:
		return "short";
	case JOURNAL_FAULT_REQUEST:
		return "request";
	case JOURNAL_FAULT_SITE:
		return "site";
	}
	return "unknown";
}
