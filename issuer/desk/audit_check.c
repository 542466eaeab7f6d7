/* SPDX-License-Identifier: ISC */
#include "audit_check.h"

#include <stdio.h>

#include "issuer/desk/notes.h"

enum skerry_err
audit_check_note(struct desk *desk, const struct audit_log_row *row, struct audit_noted *noted,
	struct audit_verdict *verdict)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	enum notes_state state = NOTES_NONE;
	int64_t id = 0;
	bool erased = false;
	enum skerry_err err;

	audit_copy_text(row->detail, detail, sizeof detail);
	err = notes_verify(desk, detail, &state, &id, &erased);
	if (err != SKERRY_OK || state == NOTES_NONE)
		return err;
	verdict->notes++;
	noted->count++;
	if (noted->first == 0 || id < noted->first)
		noted->first = id;
	if (state == NOTES_STANDS || (state == NOTES_ERASED && erased))
		return SKERRY_OK;
	audit_blame_row(verdict, row);
	audit_blame(verdict, AUDIT_NOTE, "%s",
		state == NOTES_ALTERED
			? "The reason that it names was changed."
			: "The reason that it names is gone, and was not erased with "
			  "its customer.");
	return SKERRY_OK;
}

/* How many reasons there are from number `first` on, or before it and added after `after`. */
static enum skerry_err
count(struct desk *desk, const char *sql, int64_t first, int64_t after, int64_t *ret_count)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	store_bind_int_at(&q, 1, first);
	store_bind_int_at(&q, 2, after);
	*ret_count = store_step(&q) ? store_int(&q, 0) : 0;
	return store_done(&q);
}

/* Reasons and the rows that name them are written together: numbers rise with the rows. */
static enum skerry_err
check_unnamed(struct desk *desk, const struct audit_head *anchor,
	const struct audit_noted *archived, const struct audit_noted *logged,
	struct audit_verdict *verdict)
{
	int64_t first = logged->first == 0 ? INT64_MAX : logged->first;
	int64_t beside = 0, before = 0, late = 0;
	enum skerry_err err =
		count(desk, "SELECT count(*) FROM note WHERE id >= ?1", first, 0, &beside);

	if (err == SKERRY_OK)
		err = count(desk, "SELECT count(*) FROM note WHERE id < ?1", first, 0, &before);
	if (err == SKERRY_OK)
		err = count(desk, "SELECT count(*) FROM note WHERE id < ?1 AND at > ?2", first,
			anchor->seq == 0 ? INT64_MIN : anchor->at, &late);
	if (err != SKERRY_OK)
		return err;
	if (beside > logged->count || late > 0) {
		snprintf(verdict->subject, sizeof verdict->subject, "reasons");
		audit_blame(verdict, AUDIT_NOTE,
			"%lld stand in the records that no row of the log names.",
			(long long)(late > 0 ? late : beside - logged->count));
	} else if (before > archived->count)
		verdict->notes_unread = before - archived->count;
	return SKERRY_OK;
}

enum skerry_err
audit_check_notes(struct desk *desk, const struct audit_head *anchor,
	const struct audit_noted *archived, struct audit_verdict *verdict)
{
	struct audit_noted logged = { .count = 0 };
	struct store_query q;
	enum skerry_err err = SKERRY_OK, done;

	store_query(desk->store, &q,
		"SELECT " AUDIT_COLUMNS
		" FROM audit WHERE instr(detail, 'note=') > 0 ORDER BY seq");
	while (err == SKERRY_OK && verdict->fault == AUDIT_SOUND && store_step(&q)) {
		struct audit_log_row row;

		audit_read_row(&q, &row);
		err = audit_check_note(desk, &row, &logged, verdict);
	}
	done = store_done(&q);
	if (done != SKERRY_OK || err != SKERRY_OK)
		return done != SKERRY_OK ? done : err;
	return verdict->fault == AUDIT_SOUND
		       ? check_unnamed(desk, anchor, archived, &logged, verdict)
		       : SKERRY_OK;
}

enum skerry_err
audit_check_erased(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT id, erased_at FROM customer c WHERE erased_at IS NOT NULL AND erased_at > ?"
		" AND NOT EXISTS (SELECT 1 FROM audit WHERE subject = ('customer ' || c.id)"
		" COLLATE NOCASE AND action = 'customer.erase') LIMIT 1");
	store_bind_int(&q, anchor->seq == 0 ? INT64_MIN : anchor->at);
	if (store_step(&q)) {
		verdict->at = store_int(&q, 1);
		snprintf(verdict->subject, sizeof verdict->subject, "customer %lld",
			(long long)store_int(&q, 0));
		audit_blame(verdict, AUDIT_RECORD,
			"The records say that this customer was erased, and no row says so.");
	}
	return store_done(&q);
}

/* Rows of the first column's statement contradict the records; there is one, and it is named. */
enum skerry_err
audit_check_records(struct desk *desk, struct audit_verdict *verdict)
{
	static const struct {
		const char *sql, *says;
	} CHECKS[] = {
		{ "SELECT " AUDIT_COLUMNS
		  " FROM audit a WHERE action = 'license.new' AND NOT EXISTS"
		  " (SELECT 1 FROM license WHERE public_id = substr(a.subject, 9))"
		  " ORDER BY seq LIMIT 1",
			"The license that it names is gone from the records." },
		{ "SELECT " AUDIT_COLUMNS " FROM audit a WHERE action = 'license.revoke' AND NOT"
		  " EXISTS (SELECT 1 FROM license WHERE public_id = substr(a.subject, 9)"
		  "  AND status = 'revoked') ORDER BY seq LIMIT 1",
			"The license was revoked for good, and the records do not say so." },
		{ "SELECT " AUDIT_COLUMNS " FROM audit a WHERE action = 'license.issue' AND NOT"
		  " EXISTS (SELECT 1 FROM license l JOIN activation c ON c.license_id = l.id"
		  "  JOIN document d ON d.activation_id = c.id WHERE l.public_id ="
		  "  substr(a.subject, 9) AND d.edition = CAST(substr(a.detail,"
		  "  instr(a.detail, 'edition=') + 8) AS INTEGER)"
		  /* Rows written before this was recorded name no digest. */
		  "  AND (instr(a.detail, ' digest=') = 0 OR lower(hex(substr(d.digest, 1, 8))) ="
		  "   substr(a.detail, instr(a.detail, ' digest=') + 8, 16)))"
		  " ORDER BY seq LIMIT 1",
			"The document that was issued is gone from the records, or another is in "
			"its place." },
		/* The last row of each operator that says for which brand they work; else for all. */
		{ "WITH told AS (SELECT " AUDIT_COLUMNS
		  " FROM audit WHERE action = 'operator.add' OR action = 'operator.set'"
		  "  AND (detail = 'all-brands' OR substr(detail, 1, 6) = 'brand='))"
		  " SELECT " AUDIT_COLUMNS " FROM told WHERE seq IN (SELECT max(seq) FROM told"
		  " GROUP BY subject) AND NOT EXISTS (SELECT 1 FROM operator o"
		  "  WHERE o.id = substr(told.subject, 10) AND ifnull((SELECT 'brand=' || slug"
		  "  FROM brand WHERE brand.id = o.brand_id), '') ="
		  "  iif(substr(told.detail, 1, 6) = 'brand=', told.detail, ''))"
		  " ORDER BY seq LIMIT 1",
			"The records have this operator work for another brand." },
		/* As long as the log reaches back to the first operator, whom no row adds. */
		{ "SELECT " AUDIT_COLUMNS
		  " FROM audit WHERE action = 'desk.init' AND EXISTS (SELECT 1 FROM operator o"
		  "  WHERE o.brand_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit b"
		  "   WHERE b.subject = 'operator ' || o.id AND substr(b.detail, 1, 6) = 'brand='))"
		  " ORDER BY seq LIMIT 1",
			"The records have an operator work for one brand, and no row says so." },
	};
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof CHECKS / sizeof *CHECKS && err == SKERRY_OK &&
			   verdict->fault == AUDIT_SOUND;
		i++) {
		struct store_query q;

		store_query(desk->store, &q, CHECKS[i].sql);
		if (store_step(&q)) {
			struct audit_log_row row;

			audit_read_row(&q, &row);
			audit_blame_row(verdict, &row);
			audit_blame(verdict, AUDIT_RECORD, "%s", CHECKS[i].says);
		}
		err = store_done(&q);
	}
	return err;
}

/* Documents, each by its digest. One without bytes belongs to a customer who was erased. */
enum skerry_err
audit_check_documents(struct desk *desk, struct audit_verdict *verdict)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT kind, edition, hex(substr(digest, 1, 8)), digest, bytes, length(bytes) > 0"
		" OR EXISTS (SELECT 1 FROM activation a JOIN license l ON l.id = a.license_id"
		" JOIN license_key k ON k.id = l.license_key_id JOIN customer c"
		" ON c.id = k.customer_id WHERE a.id = d.activation_id AND c.erased_at IS NOT "
		"NULL) OR EXISTS (SELECT 1 FROM reply r JOIN activation a ON a.installation_id ="
		" r.installation_id AND a.brand_id = r.brand_id JOIN license l ON l.id = "
		"a.license_id"
		" JOIN license_key k ON k.id = l.license_key_id JOIN customer c ON c.id ="
		" k.customer_id WHERE r.document_id = d.id AND c.erased_at IS NOT NULL),"
		" issued_at FROM document d ORDER BY id");
	while (verdict->fault == AUDIT_SOUND && store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 4);
		uint8_t digest[HASH_LEN];

		verdict->documents++;
		hash_blake2b(NULL, 0, bytes.data, bytes.len, digest);
		if (store_int(&q, 5) != 0 &&
			(bytes.len == 0 || cbor_bytes_same(store_bytes(&q, 3),
						   (struct cbor_bytes){ digest, HASH_LEN })))
			continue;
		verdict->at = store_int(&q, 6);
		snprintf(verdict->subject, sizeof verdict->subject, "document %s",
			store_chars(&q, 2));
		audit_blame(verdict, AUDIT_DOCUMENT, "The bytes of this %s, edition %lld, were %s.",
			store_chars(&q, 0), (long long)store_int(&q, 1),
			bytes.len == 0 ? "removed" : "changed");
	}
	return store_done(&q);
}
