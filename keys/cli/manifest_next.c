/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "formats/date.h"
#include "key_argument.h"
#include "manifest_edit.h"
#include "standing.h"
#include "verbs.h"

const char manifest_next_details[] =
	"Version N + 1 keeps every key of version N; it needs the signatures of N's roots and its "
	"own.\n"
	"\n"
	"  --add-root FILE, --remove-root KID     replace a root: both at once\n"
	"  --threshold N                          how many roots must sign from now on\n"
	"  --add-issuing FILE                     with --brand, --role, --not-before, "
	"--not-after,\n"
	"                                         --latest, --perpetual as for 'manifest new'\n"
	"  --add-exchange FILE\n"
	"  --retire KID                           what it signs from now on is refused; what it\n"
	"                                         signed before stays good\n"
	"  --revoke KID                           nothing that it signed is accepted any more\n"
	"  --contact BRAND:FILE                   in place of the brand's contact\n"
	"  --expires DATE                         'never' takes the date away\n"
	"  --draft                                change OLD itself, as long as nobody has signed "
	"it:\n"
	"                                         the version stays\n"
	"  --out FILE, --armor, --at TIME, --force, --json    as for 'manifest new'\n"
	"\n"
	"A KID may be shortened as long as it names one key.\n"
	"\n"
	"Example:\n"
	"  skerry-keys manifest next vendor.manifest --revoke 5f02 --add-issuing desk2.pub \\\n"
	"      --latest 2031-12-31 --out vendor-2.manifest\n";

struct next {
	struct manifest_edit edit;
	struct command_list removed_roots, retired, revoked, operands;
	bool draft;
	struct manifest_file *old;
};

static bool
parse(int argc, char **argv, struct next *next)
{
	struct manifest_edit *edit = &next->edit;
	const struct command_option options[] = {
		{ "--add-root", COMMAND_LIST, &edit->roots },
		{ "--remove-root", COMMAND_LIST, &next->removed_roots },
		{ "--threshold", COMMAND_VALUE, &edit->threshold },
		{ "--add-issuing", COMMAND_LIST, &edit->issuing },
		{ "--add-exchange", COMMAND_LIST, &edit->exchange },
		{ "--retire", COMMAND_LIST, &next->retired },
		{ "--revoke", COMMAND_LIST, &next->revoked },
		{ "--contact", COMMAND_LIST, &edit->contacts },
		{ "--brand", COMMAND_LIST, &edit->brands },
		{ "--role", COMMAND_LIST, &edit->roles },
		{ "--not-before", COMMAND_VALUE, &edit->not_before },
		{ "--not-after", COMMAND_VALUE, &edit->not_after },
		{ "--latest", COMMAND_VALUE, &edit->latest },
		{ "--perpetual", COMMAND_FLAG, &edit->perpetual },
		{ "--expires", COMMAND_VALUE, &edit->expires },
		{ "--draft", COMMAND_FLAG, &next->draft },
		{ "--at", COMMAND_VALUE, &edit->at },
		{ "--out", COMMAND_VALUE, &edit->out },
		{ "--armor", COMMAND_FLAG, &edit->armor },
		{ "--force", COMMAND_FLAG, &edit->force },
		{ "--json", COMMAND_FLAG, &edit->json },
	};

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 1, 1, &next->operands))
		return false;
	if (edit->out == NULL && next->draft) {
		edit->out = next->operands.values[0];
		edit->force = true;
	}
	if (edit->out == NULL) {
		command_misuse("--out says where the new version goes");
		return false;
	}
	return true;
}

static bool
tell(struct next *next, enum skerry_err err, const char *message, const char *advice)
{
	next->edit.exit = command_fail_json(&(struct command_failure){ .err = err,
						    .subject = next->operands.values[0],
						    .message = message,
						    .advice = advice },
		next->edit.json);
	return false;
}

/* Nothing is built on a version that its own roots have not signed, or that may still change. */
static bool
check_old(struct next *next)
{
	const struct manifest *old = &next->old->manifest;
	struct standing standing;
	char message[160], at[DATE_TEXT_MAX], made[DATE_TEXT_MAX];

	standing_find(next->old, NULL, &standing);
	if (next->draft && next->old->message.signers_len > 0)
		return tell(next, SKERRY_ERR_CLAIM_CONFLICT, "Somebody has signed it already.",
			"Without --draft, the next version changes what this one says.");
	if (!next->draft && !standing.complete) {
		snprintf(message, sizeof message, "It has %u of the %u signatures that it needs.",
			standing.has, old->threshold);
		return tell(next, standing.bad ? SKERRY_ERR_SIGNATURE : SKERRY_ERR_TRUST_THRESHOLD,
			message, "Sign it first, or change it with --draft.");
	}
	if (next->edit.now < old->issued_at) {
		date_format(next->edit.now, at);
		date_format(old->issued_at, made);
		snprintf(message, sizeof message,
			"It was made at %s; this machine's clock says %s.", made, at);
		return tell(next, SKERRY_ERR_ARGUMENT, message,
			"Set the clock, or name the time with --at.");
	}
	return true;
}

static bool
remove_roots(struct next *next)
{
	struct manifest_edit *edit = &next->edit;
	struct manifest *m = &edit->manifest;

	for (size_t i = 0; i < next->removed_roots.len; i++) {
		int at = key_argument_by_kid(m->roots, m->roots_len, next->removed_roots.values[i],
			"'skerry-keys show' lists its roots.", edit->json, &edit->exit);

		if (at < 0)
			return false;
		m->roots_len--;
		memmove(&m->roots[at], &m->roots[at + 1],
			(m->roots_len - (size_t)at) * sizeof m->roots[0]);
	}
	return true;
}

/* Issuing keys first, then exchange keys, as one list. */
static int
find_listed(struct next *next, const char *prefix, size_t exchange_len)
{
	const struct manifest *m = &next->edit.manifest;
	struct cose_key keys[MANIFEST_KEYS_MAX + MANIFEST_EXCHANGE_MAX];
	size_t len = 0;

	for (size_t i = 0; i < m->keys_len; i++)
		keys[len++] = m->keys[i].key;
	for (size_t i = 0; i < exchange_len; i++)
		keys[len++] = m->exchange[i].key;
	return key_argument_by_kid(keys, len, prefix,
		"'skerry-keys show' lists its keys. Roots are taken away with --remove-root.",
		next->edit.json, &next->edit.exit);
}

static bool
retire(struct next *next)
{
	for (size_t i = 0; i < next->retired.len; i++) {
		struct manifest_key *key;
		int at = find_listed(next, next->retired.values[i], 0);

		if (at < 0)
			return false;
		key = &next->edit.manifest.keys[at];
		if (key->not_after <= next->edit.now || key->not_before > next->edit.now)
			return tell(next, SKERRY_ERR_CLAIM_CONFLICT,
				"A key to be retired is not in its window now.",
				"'skerry-keys show' tells each key's window.");
		key->not_after = next->edit.now;
	}
	return true;
}

static bool
revoke(struct next *next)
{
	struct manifest *m = &next->edit.manifest;

	for (size_t i = 0; i < next->revoked.len; i++) {
		int at = find_listed(next, next->revoked.values[i], m->exchange_len);
		int64_t *revoked_at;

		if (at < 0)
			return false;
		revoked_at = (size_t)at < m->keys_len
				     ? &m->keys[at].revoked_at
				     : &m->exchange[(size_t)at - m->keys_len].revoked_at;
		if (*revoked_at != LICENSE_NEVER)
			return tell(next, SKERRY_ERR_CLAIM_CONFLICT,
				"A key to be revoked is revoked already.", NULL);
		*revoked_at = next->edit.now;
	}
	return true;
}

/* Trial roots stay trial roots until the last of them is gone. */
static void
settle_trial(struct next *next)
{
	const struct manifest *old = &next->old->manifest;
	struct manifest *m = &next->edit.manifest;
	bool one_left = false;

	for (size_t i = 0; i < old->roots_len; i++)
		for (size_t j = 0; j < m->roots_len; j++)
			one_left = one_left || cose_key_same(&old->roots[i], &m->roots[j]);
	m->trial = old->trial && one_left;
}

static bool
change(struct next *next)
{
	struct manifest_edit *edit = &next->edit;

	edit->manifest = next->old->manifest;
	edit->manifest.issued_at = edit->now;
	if (!next->draft)
		edit->manifest.version++;
	if (!remove_roots(next) || !retire(next) || !revoke(next) ||
		!manifest_edit_add_roots(edit) || !manifest_edit_add_issuing(edit) ||
		!manifest_edit_add_exchange(edit) || !manifest_edit_set_contacts(edit) ||
		!manifest_edit_set_threshold(edit) || !manifest_edit_set_expires(edit))
		return false;
	settle_trial(next);
	return true;
}

enum command_exit
manifest_next(int argc, char **argv)
{
	struct next *next = calloc(1, sizeof *next);
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (next == NULL)
		return command_fail(&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY });
	if (!parse(argc, argv, next))
		goto out;
	if (!manifest_edit_time(&next->edit)) {
		exit = next->edit.exit;
		goto out;
	}
	next->old = manifest_file_read(next->operands.values[0], next->edit.json, &exit);
	if (next->old == NULL)
		goto out;
	if (!check_old(next) || !change(next)) {
		exit = next->edit.exit;
		goto out;
	}
	next->edit.armor = next->edit.armor || next->old->armored;
	exit = manifest_edit_finish(&next->edit, next->draft ? NULL : next->old);
out:
	free(next->old);
	manifest_edit_free(&next->edit); /* the first member: frees all */
	return exit;
}
