/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_PLAN_FLAGS_H
#define ISSUER_CLI_PLAN_FLAGS_H

/* The flags that say what a plan grants, how long, and how gently it ends. */

#include "issuer/decide/plan_words.h"
#include "issuer/desk/plans.h"
#include "keys/command.h"

enum { PLAN_FLAGS_MAX = 40 };

struct plan_flags {
	const char *name;
	bool perpetual, json;
	const char *values[PLAN_WORD_WITHOUT]; /* by word; NULL: not said */
	struct command_list
		lists[PLAN_WORDS_LEN - PLAN_WORD_WITHOUT]; /* from PLAN_WORD_WITHOUT on */
};

/* What they are, for both verbs' help. */
#define PLAN_FLAGS_HELP                                                                            \
	"  --name NAME            what people read (else the short name)\n"                        \
	"  --term T               how long a license is valid: 1mo, 3y (1y)\n"                     \
	"  --perpetual            valid for good; --maintenance says how long served\n"            \
	"  --maintenance T        releases built later than T after the sale refuse\n"             \
	"  --renew-every T        the site fetches a new document: 1h, 30d, never (30d)\n"         \
	"  --warn T, --alert T    notices, T before the renewal is due; -7d: 7 days after\n"       \
	"                         (30d or a quarter of --renew-every, 7d or an eighth)\n"          \
	"  --grace T              full access after a missed renewal (30d)\n"                      \
	"  --expiry-grace T       full access after the license's end (7d)\n"                      \
	"  --degraded T           read only after the grace (30d); 0: locked at once\n"            \
	"  --rebind-grace T       full access on a machine that does not match (14d)\n"            \
	"  --overlap T            how long an unpaired site goes on (14d)\n"                       \
	"  --tolerance T          how far a clock may be behind without a notice (24h)\n"          \
	"  --day-end HH:MM        local time at which access steps down (04:00)\n"                 \
	"  --rollback-policy P    for a restored state folder: notice or grace (notice)\n"         \
	"  --max-status-age T     an older status list starts a warning; 0: none (400d;\n"         \
	"                         none for --perpetual with --renew-every never)\n"                \
	"  --feature NAME         a feature that is on; repeat it\n"                               \
	"  --limit NAME=N         a limit: a whole number, or a word; repeat it\n"                 \
	"  --text NAME=TEXT       a text, also one that begins with a digit; repeat it\n"          \
	"  --seats N, --burst N   concurrent uses, and how many more for a day (0)\n"              \
	"  --seat-ttl T           how long a seat is held without renewal (10m)\n"                 \
	"  --activations N        sites (1)\n"                                                     \
	"  --migrations N         moves to another machine, a year (3)\n"                          \
	"  --telephone NxD        renewals by telephone: 3x14d is three of 14 days (none)\n"       \
	"  --json                 the plan, as `plan show` has it\n"                               \
	"\n"                                                                                       \
	"T is at most 100 years: 1200mo, 36500d, 100y.\n"

/* The table for command_parse; `for_set` adds --without. Returns its length. */
size_t plan_flags_table(
	struct plan_flags *flags, bool for_set, struct command_option ret_table[PLAN_FLAGS_MAX]);

/*
 * Puts what was said into the plan. False for a value that is none, which has been told as misuse.
 * What is possible together is plans_insert's question.
 */
bool plan_flags_apply(const struct plan_flags *flags, bool for_set, struct plan *plan);

/*
 * The flags in their order, each with one value, until `each` returns false. What excludes each
 * other or was said twice is told as misuse first, and returns false.
 */
bool plan_flags_each(const struct plan_flags *flags,
	bool (*each)(void *, enum plan_word, const char *value), void *context);

#endif
