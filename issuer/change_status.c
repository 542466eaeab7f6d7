/* SPDX-License-Identifier: ISC */
#include "change_status.h"

#include <stdio.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/revocations.h"
#include "issuer/exchange/status_lists.h"

static const char *const ACTIONS[] = { [LIFECYCLE_SUSPEND] = "license.suspend",
	[LIFECYCLE_RESUME] = "license.resume",
	[LIFECYCLE_REVOKE] = "license.revoke" };

enum skerry_err
change_status_judge(struct desk *desk, const struct license_record *license,
	enum lifecycle_move move, struct lifecycle *ret_lifecycle,
	struct activations_tally *ret_tally)
{
	struct activations_tally tally = { 0 };
	struct lifecycle_facts facts = { .stored = license->stored,
		.valid_until = license->valid_until,
		.pending_until = license->pending_until,
		.now = desk->now,
		.erased = license->erased };
	enum skerry_err err = activations_tally(desk, license->id, &tally);

	if (err != SKERRY_OK)
		return err;
	facts.sites = tally.sites;
	facts.lapses_at = tally.lapses_at;
	err = lifecycle_judge(move, &facts, ret_lifecycle);
	if (err != SKERRY_OK)
		return desk_refuse(
			desk, err, license->public_id, "%s", lifecycle_advice(move, err));
	if (ret_tally != NULL)
		*ret_tally = tally;
	return SKERRY_OK;
}

static enum skerry_err
revoke_documents(struct desk *desk, const struct license_record *license, const struct note *note)
{
	char word[NOTES_WORD_MAX];

	notes_word("revoked", note, word);
	return revocations_insert_all(desk, license->id, word);
}

/* Sites are left an answer that nobody asked for where what they were told changes. */
static enum skerry_err
write_note(struct desk *desk, const struct license_record *license, const char *reason, bool tell,
	struct note *ret_note)
{
	bool told_before = false;
	enum skerry_err err = tell ? notes_check_told(desk, reason) : SKERRY_OK;

	if (err == SKERRY_OK)
		err = notes_insert(desk, license->brand_id, license->id, reason, ret_note);
	if (err == SKERRY_OK)
		err = notes_tell_no_more(desk, license->id, &told_before);
	if (err == SKERRY_OK && tell)
		err = notes_tell(desk, ret_note);
	return err == SKERRY_OK && (tell || told_before) ? licenses_outdate(desk, license->id)
							 : err;
}

enum skerry_err
change_status(struct desk *desk, const struct license_record *license, enum lifecycle_move move,
	const char *reason, bool tell, struct status_changed *ret_changed)
{
	char subject[AUDIT_SUBJECT_MAX];
	struct activations_tally tally = { 0 };
	struct lifecycle next = { license->stored, LICENSE_NEVER };
	struct note note = { .id = 0 };
	enum skerry_err err = change_status_judge(desk, license, move, &next, &tally);

	if (err == SKERRY_OK)
		err = write_note(desk, license, reason, tell, &note);
	if (err == SKERRY_OK)
		err = licenses_set_standing(desk, license->id, next.stored, next.pending_until);
	if (err == SKERRY_OK && move == LIFECYCLE_REVOKE)
		err = revoke_documents(desk, license, &note);
	if (err == SKERRY_OK && move == LIFECYCLE_RESUME)
		err = status_lists_date_after(desk, license->brand_id);
	if (err == SKERRY_OK && move == LIFECYCLE_RESUME)
		err = licenses_outdate(desk, license->id);
	if (err != SKERRY_OK)
		return err;
	snprintf(subject, sizeof subject, "license %s", license->public_id);
	err = audit_append(desk, ACTIONS[move], subject,
		"from=%s to=%s sites=%lld unbound=%lld%s%s", standing_name(license->stored),
		standing_name(next.stored), (long long)tally.sites, (long long)tally.unbound,
		tell ? " told=yes" : "", note.mark);
	if (err != SKERRY_OK)
		return err;
	*ret_changed = (struct status_changed){ licenses_standing(license, desk->now),
		standing_at(next.stored, license->valid_until, next.pending_until, desk->now),
		tally };
	return SKERRY_OK;
}
