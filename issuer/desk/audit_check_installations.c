/* SPDX-License-Identifier: ISC */
#include "audit_check_installations.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/installations_row.h"
#include "keys/mailbag_text.h"

/* The number behind a name in a row's detail. */
#define NUMBER_OF(name)                                                                            \
	"CAST(substr(a.detail, instr(a.detail, '" name "') + length('" name "')) AS INTEGER)"
#define INSTALLATION_OF "CAST(substr(a.subject, 14) AS INTEGER)"

/* Statements that find what should not be: their columns are a subject, and when it was. */
struct misfit {
	const char *sql; /* ?1: the anchor's time */
	const char *says;
};

static const struct misfit MISFITS[] = {
	{ "SELECT a.subject, a.at FROM audit a WHERE a.action = 'reply.make' AND NOT EXISTS"
	  " (SELECT 1 FROM reply r JOIN document d ON d.id = r.document_id WHERE r.installation_id"
	  " = " INSTALLATION_OF " AND r.number = " NUMBER_OF(
		  " number=") " AND d.edition = r.number AND d.kind = 'reply' AND"
			      " lower(hex(substr(d.digest, 1, 8))) = substr(a.detail,"
			      " instr(a.detail, ' digest=') + 8, 16)) LIMIT 1",
		"A reply that was made for it is gone from the records, or another is in its "
		"place." },
	{ "SELECT 'replies', max(d.issued_at) FROM reply r JOIN document d ON d.id = r.document_id"
	  " WHERE d.issued_at > ?1 HAVING count(*) > (SELECT count(*) FROM audit WHERE action ="
	  " 'reply.make')",
		"More of them stand in the records than rows made." },
	{ "SELECT 'replies', d.issued_at FROM document d WHERE d.kind = 'reply' AND NOT EXISTS"
	  " (SELECT 1 FROM reply WHERE document_id = d.id) LIMIT 1",
		"The records do not say whose this one is." },
	{ "SELECT a.subject, a.at FROM audit a WHERE a.action = 'site.new' AND NOT EXISTS"
	  " (SELECT 1 FROM installation WHERE id = " INSTALLATION_OF ") LIMIT 1",
		"It is gone from the records." },
	{ "SELECT 'installation ' || i.id, i.first_contact_at FROM installation i WHERE"
	  " i.first_contact_at > ?1 AND NOT EXISTS (SELECT 1 FROM audit WHERE subject ="
	  " ('installation ' || i.id) COLLATE NOCASE AND action = 'site.new') LIMIT 1",
		"It stands in the records, and no row entered it." },
	{ "SELECT 'installation ' || i.id, i.last_contact_at FROM installation i WHERE i.site_key "
	  "IS"
	  " NULL AND i.first_contact_at > ?1 AND NOT EXISTS (SELECT 1 FROM audit WHERE subject ="
	  " ('installation ' || i.id) COLLATE NOCASE AND action = 'site.erase') LIMIT 1",
		"Its key is gone, and no row erased it." },
	{ "SELECT 'installation ' || i.id, i.last_contact_at FROM installation i JOIN activation a"
	  " ON a.installation_id = i.id WHERE i.site_key IS NOT NULL AND a.site_id IS NOT NULL AND"
	  " a.site_id <> i.site_id LIMIT 1",
		"An activation is linked to it that is bound to another key." },
	{ "SELECT 'license ' || l.public_id, a.paired_at FROM activation a JOIN license l ON l.id ="
	  " a.license_id WHERE a.installation_id IS NOT NULL AND a.paired_at > ?1 AND NOT EXISTS"
	  " (SELECT 1 FROM audit w WHERE w.subject = ('license ' || l.public_id) COLLATE NOCASE AND"
	  " w.action IN ('site.pair', 'site.adopt', 'site.take_up') AND w.detail LIKE"
	  " 'activation=' || a.number || ' index=' || a.status_index || ' installation=' ||"
	  " a.installation_id || ' %') LIMIT 1",
		"One of its activations is linked to a site, and no row paired it." },
	{ "SELECT 'license ' || l.public_id, r.at FROM revocation r JOIN activation a ON a.id ="
	  " r.activation_id JOIN license l ON l.id = r.license_id WHERE r.at > ?1 AND (r.reason "
	  "LIKE"
	  " 'unpaired%' OR r.reason LIKE 'migrated%') AND NOT EXISTS (SELECT 1 FROM audit w WHERE"
	  " w.subject = ('license ' || l.public_id) COLLATE NOCASE AND w.action IN ('site.unpair',"
	  " 'site.migrate') AND w.detail LIKE 'activation=' || a.number || ' index=' ||"
	  " a.status_index || ' effective=' || r.effective_at || ' %') UNION ALL SELECT 'license ' "
	  "||"
	  " l.public_id, r.at FROM revocation r JOIN license l ON l.id = r.license_id WHERE"
	  " (r.reason LIKE 'released%' OR r.reason LIKE 'revoked%') AND r.effective_at NOT IN (0,"
	  " r.at) LIMIT 1",
		"One of its revocations takes effect at another time than the log says." },
	{ "SELECT 'installation ' || i.id, ifnull(i.fork_found_at, 0) FROM installation i WHERE"
	  " i.fork_found <> 0 AND i.fork_found_at > ?1 AND NOT EXISTS (SELECT 1 FROM audit WHERE"
	  " subject = ('installation ' || i.id) COLLATE NOCASE AND action = 'site.fork' AND detail"
	  " LIKE CASE i.fork_found WHEN 2 THEN 'found=clone %' ELSE 'found=restored %' END) LIMIT "
	  "1",
		"Something is said to be found of its history, and no row found it." },
	{ "SELECT a.subject, a.at FROM audit a JOIN installation i ON i.id = " INSTALLATION_OF
	  " WHERE a.action = 'site.fork' AND i.fork_found < CASE WHEN a.detail LIKE 'found=clone %'"
	  " THEN 2 ELSE 1 END AND NOT EXISTS (SELECT 1 FROM audit s WHERE s.subject = a.subject"
	  " COLLATE NOCASE AND s.action = 'site.settle' AND s.seq > a.seq) LIMIT 1",
		"What was found of its history is not in the records any more, and nobody settled "
		"it." },
};

static enum skerry_err
check(struct desk *desk, const struct misfit *misfit, int64_t anchor_at,
	struct audit_verdict *verdict)
{
	struct store_query q;

	store_query(desk->store, &q, misfit->sql);
	store_bind_int_at(&q, 1, anchor_at);
	if (store_step(&q)) {
		store_text(&q, 0, verdict->subject, sizeof verdict->subject);
		verdict->at = store_int(&q, 1);
		audit_blame(verdict, AUDIT_RECORD, "%s", misfit->says);
	}
	return store_done(&q);
}

/* --- keys -------------------------------------------------------------------------------------- */

/* The opening key that a row says last, as digits; "" where no row of the log does. */
static enum skerry_err
read_opening(struct desk *desk, int64_t id, char ret_digits[2 * COSE_KID_LEN + 1])
{
	char subject[AUDIT_SUBJECT_MAX];
	struct store_query q;

	ret_digits[0] = '\0';
	snprintf(subject, sizeof subject, "installation %lld", (long long)id);
	store_query(desk->store, &q,
		"SELECT substr(detail, instr(detail, ' opening=') + 9, 16) FROM audit WHERE "
		"subject = ?"
		" COLLATE NOCASE AND action IN ('site.new', 'site.opening') ORDER BY seq DESC "
		"LIMIT 1");
	store_bind_text(&q, subject);
	if (store_step(&q))
		store_text(&q, 0, ret_digits, 2 * COSE_KID_LEN + 1);
	return store_done(&q);
}

static bool
is_its_opening_key(const struct installation *row, const char *digits)
{
	char own[2 * COSE_KID_LEN + 1] = "none";
	uint8_t thumbprint[COSE_THUMBPRINT_LEN];

	if (row->has_opening_key) {
		hash_thumbprint(&row->opening_key, thumbprint);
		for (size_t i = 0; i < COSE_KID_LEN; i++)
			snprintf(own + 2 * i, 3, "%02x", thumbprint[i]);
	}
	return digits[0] == '\0' || strncmp(own, digits, strlen(own)) == 0;
}

static enum skerry_err
check_keys(struct desk *desk, const struct installation *row, struct audit_verdict *verdict)
{
	char opening[2 * COSE_KID_LEN + 1], tag[MAILBAG_TAG_LEN + 1];
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	enum skerry_err err;

	if (!row->has_site_key)
		return SKERRY_OK;
	snprintf(
		verdict->subject, sizeof verdict->subject, "installation %lld", (long long)row->id);
	verdict->at = row->last_contact_at;
	hash_thumbprint(&row->site_key, site_id);
	mailbag_tag(row->site_id, sizeof row->site_id, tag);
	if (memcmp(site_id, row->site_id, sizeof site_id) != 0 || strcmp(tag, row->tag) != 0) {
		audit_blame(
			verdict, AUDIT_RECORD, "Its id or its four characters are not its key's.");
		return SKERRY_OK;
	}
	err = read_opening(desk, row->id, opening);
	if (err == SKERRY_OK && !is_its_opening_key(row, opening))
		audit_blame(verdict, AUDIT_RECORD,
			"The key that its replies are sealed to is not the one that the log says "
			"last.");
	return err;
}

static enum skerry_err
check_all_keys(struct desk *desk, struct audit_verdict *verdict)
{
	enum skerry_err err = SKERRY_OK, done;
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT " INSTALLATIONS_COLUMNS " FROM installation i ORDER BY i.id");
	while (err == SKERRY_OK && verdict->fault == AUDIT_SOUND && store_step(&q)) {
		struct installation row;

		if (installations_read_row(&q, &row)) {
			err = check_keys(desk, &row, verdict);
			continue;
		}
		snprintf(verdict->subject, sizeof verdict->subject, "installation %lld",
			(long long)store_int(&q, 0));
		audit_blame(verdict, AUDIT_RECORD, "Its record is not one that a desk writes.");
	}
	done = store_done(&q);
	return done != SKERRY_OK ? done : err;
}

enum skerry_err
audit_check_installations(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict)
{
	int64_t anchor_at = anchor->seq == 0 ? INT64_MIN : anchor->at;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof MISFITS / sizeof *MISFITS && err == SKERRY_OK &&
			   verdict->fault == AUDIT_SOUND;
		i++)
		err = check(desk, &MISFITS[i], anchor_at, verdict);
	if (err == SKERRY_OK && verdict->fault == AUDIT_SOUND)
		err = check_all_keys(desk, verdict);
	if (verdict->fault == AUDIT_SOUND) {
		verdict->subject[0] = '\0';
		verdict->at = 0;
	}
	return err;
}
