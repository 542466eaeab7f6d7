/* SPDX-License-Identifier: ISC */
#include "audit_parted.h"

#include <string.h>

#include "issuer/desk/audit_archive.h"

struct parting {
	struct desk *desk;
	const struct audit_head *anchor;
	int64_t seq; /* of the row before */
	uint8_t hash[HASH_LEN];
	int64_t differs; /* the first row that is another one in the log, or none; 0: none is */
};

static enum skerry_err
is_desks(struct desk *desk, struct cbor_text name, bool *ret_is)
{
	struct store_query q;

	store_query(desk->store, &q, "SELECT public_id FROM desk");
	*ret_is = store_step(&q) && cbor_text_equals(name, store_chars(&q, 0));
	return store_done(&q);
}

/* Whether the desk has this very row; what was archived says so of the anchor alone. */
static enum skerry_err
holds(const struct parting *parting, int64_t seq, const uint8_t hash[HASH_LEN], bool *ret_holds)
{
	struct store_query q;

	if (seq <= parting->anchor->seq) {
		*ret_holds = seq < parting->anchor->seq ||
			     memcmp(hash, parting->anchor->hash, HASH_LEN) == 0;
		return SKERRY_OK;
	}
	store_query(parting->desk->store, &q, "SELECT hash FROM audit WHERE seq = ?");
	store_bind_int(&q, seq);
	*ret_holds = store_step(&q) &&
		     cbor_bytes_same(store_bytes(&q, 0), (struct cbor_bytes){ hash, HASH_LEN });
	return store_done(&q);
}

/* A row of the archive; *ret_follows false where its chain is broken. */
static enum skerry_err
take_row(struct parting *parting, const struct audit_log_row *row, bool *ret_follows)
{
	bool held = true;
	enum skerry_err err = SKERRY_OK;

	*ret_follows = row->seq == parting->seq + 1 && audit_follows(parting->hash, row);
	if (!*ret_follows)
		return SKERRY_OK;
	parting->seq = row->seq;
	memcpy(parting->hash, row->hash.data, HASH_LEN);
	if (parting->differs == 0)
		err = holds(parting, row->seq, row->hash.data, &held);
	if (err == SKERRY_OK && !held)
		parting->differs = row->seq;
	return err;
}

/* The row before the first one. */
static enum skerry_err
take_beginning(struct parting *parting, const uint8_t hash[HASH_LEN])
{
	bool held;
	enum skerry_err err = holds(parting, parting->seq, hash, &held);

	memcpy(parting->hash, hash, HASH_LEN);
	if (err == SKERRY_OK && !held)
		parting->differs = parting->seq;
	return err;
}

/* The recovery that began anew behind the last row that is shared. */
static enum skerry_err
find_recovery(struct parting *parting, int64_t first, int64_t *ret_shared)
{
	struct store_query q;

	/* What differs before its first row may have parted long before. */
	store_query(parting->desk->store, &q,
		"SELECT from_seq FROM (SELECT seq, CAST(substr(detail, instr(detail, ' from=') + 6)"
		" AS INTEGER) AS from_seq FROM audit WHERE subject = 'desk' COLLATE NOCASE AND"
		" action = 'desk.recover' AND instr(detail, ' from=') > 0)"
		" WHERE from_seq = ?1 - 1 OR (?1 = ?2 AND from_seq < ?1)"
		" ORDER BY from_seq DESC LIMIT 1");
	store_bind_int_at(&q, 1, parting->differs);
	store_bind_int_at(&q, 2, first - 1);
	if (store_step(&q))
		*ret_shared = store_int(&q, 0);
	return store_done(&q);
}

enum skerry_err
audit_parted_judge(
	struct desk *desk, const char *path, const struct audit_head *anchor, int64_t *ret_shared)
{
	struct parting parting = { .desk = desk, .anchor = anchor };
	struct audit_archive archive = { .bytes = NULL };
	struct audit_log_item item;
	bool more = true, follows = true;
	int64_t first = 0, shared = 0;
	enum skerry_err err = audit_archive_open(desk, path, &archive);

	if (err == SKERRY_OK)
		err = is_desks(desk, archive.header.name, &follows);
	if (err == SKERRY_OK) {
		first = archive.header.seq;
		parting.seq = first - 1;
	}
	if (err == SKERRY_OK && first > 1)
		err = take_beginning(&parting, archive.header.hash);
	while (err == SKERRY_OK && follows && more) {
		err = audit_archive_next(desk, path, &archive, &item, &more);
		if (err == SKERRY_OK && more && item.kind == AUDIT_LOG_ROW)
			err = take_row(&parting, &item.row, &follows);
	}
	audit_archive_close(&archive);
	if (err == SKERRY_OK && follows && parting.differs != 0)
		err = find_recovery(&parting, first, &shared);
	if (err == SKERRY_OK)
		*ret_shared = shared;
	return err;
}
