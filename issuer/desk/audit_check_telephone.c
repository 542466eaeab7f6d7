/* SPDX-License-Identifier: ISC */
#include "audit_check_telephone.h"

#include <stdio.h>

/* The number behind a name in a row's detail: "activation=1 edition=2 step=3 of=3 given=2 ...". */
#define NUMBER_OF(name)                                                                            \
	"CAST(substr(a.detail, instr(a.detail, '" name "') + length('" name "')) AS INTEGER)"

/* Rows whose step the records do not have. A document that is gone is found elsewhere. */
static const char FORGOTTEN[] = "SELECT substr(a.subject, 9), d.edition, " NUMBER_OF(
	" step=") " FROM audit a"
		  " CROSS JOIN license l ON l.public_id = substr(a.subject, 9)"
		  " CROSS JOIN activation v ON v.license_id = l.id AND v.number = " NUMBER_OF(
			  "activation=") " CROSS JOIN document d ON d.activation_id = v.id AND "
					 "d.edition "
					 "= " NUMBER_OF(" edition=") " LEFT JOIN telephone_step t "
								     "ON t.document_id = d.id"
								     " WHERE a.action "
								     "IN ('license.extend', "
								     "'extend.told') AND "
								     "ifnull(t.given, 0) "
								     "< " NUMBER_OF(
									     " step=") " LIMIT 1";

/* Steps that count, and that no row read out. */
static const char UNTOLD[] =
	"SELECT l.public_id, d.edition, t.given FROM telephone_step t"
	" JOIN document d ON d.id = t.document_id JOIN activation v ON v.id = d.activation_id"
	" JOIN license l ON l.id = v.license_id WHERE t.at > ?1"
	" AND NOT EXISTS (SELECT 1 FROM audit a"
	"  WHERE a.subject = 'license ' || l.public_id COLLATE NOCASE"
	"  AND a.action IN ('license.extend', 'extend.told') AND a.detail LIKE 'activation=' || "
	"v.number ||"
	"   ' edition=' || d.edition || ' step=' || t.given || ' of=%')"
	" LIMIT 1";

static enum skerry_err
check(struct desk *desk, const char *sql, int64_t anchor_at, const char *says,
	struct audit_verdict *verdict)
{
	struct store_query q;

	store_query(desk->store, &q, sql);
	if (sql == UNTOLD)
		store_bind_int_at(&q, 1, anchor_at);
	if (store_step(&q)) {
		snprintf(verdict->subject, sizeof verdict->subject, "license %s",
			store_chars(&q, 0));
		audit_blame(verdict, AUDIT_RECORD, "Step %lld of its edition %lld %s.",
			(long long)store_int(&q, 2), (long long)store_int(&q, 1), says);
	}
	return store_done(&q);
}

enum skerry_err
audit_check_telephone(
	struct desk *desk, const struct audit_head *anchor, struct audit_verdict *verdict)
{
	int64_t anchor_at = anchor->seq == 0 ? INT64_MIN : anchor->at;
	enum skerry_err err = check(desk, FORGOTTEN, anchor_at,
		"was read out, and the records do not count it", verdict);

	if (err == SKERRY_OK && verdict->fault == AUDIT_SOUND)
		err = check(
			desk, UNTOLD, anchor_at, "counts as read out, and no row says so", verdict);
	return err;
}
