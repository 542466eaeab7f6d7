/* SPDX-License-Identifier: ISC */
/*
 * A site's program is killed in the middle of what it does: at every call that changes the disk, and at
 * random ones in a life of random commands. Nothing that was acknowledged is lost, nobody is called
 * a thief, and the journal verifies.
 *
 *	SKERRY_KILLS  of the random life: 300
 *	SKERRY_SEED   of the same: 1
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/fault/site_life.h"

enum { CALLS_MAX = 400, KILLS = 300, LIFE_LEN = 150 };

static const char INIT[] = "init --trust %s/vendor.manifest";

static long kills;

/* What may be lost by a restore: it is the word of who runs it. */
static void
forget_acknowledged(void)
{
	life.seq = 0;
	life.settled = 0;
}

/* --- at every call --------------------------------------------------------------------------------- */

static void
kill_at_every_call(const char *line, enum disk_way way, void (*prepare)(void))
{
	bool restores = strncmp(line, "restore", 7) == 0;

	for (long at = 1;; at++) {
		const struct disk_plan plan = { .way = way, .kinds = DISK_CHANGES, .at = at };
		struct life_look look;
		struct life_run run;
		char after[128];

		if (prepare != NULL)
			prepare();
		life_run(line, &plan, &run);
		snprintf(after, sizeof after, "%s, killed at call %ld", line, at);
		if (restores)
			forget_acknowledged();
		life_look(after, false, &look);
		/* Seen once, it stays. */
		life_acknowledge(&look);
		if (!run.killed) {
			if (run.status != 0 && run.status != 1)
				fail_msg("%s: exit %d: %s", after, run.status, run.output);
			break;
		}
		kills++;
		if (at == CALLS_MAX)
			fail_msg("%s: no end", after);
	}
}

/* An import that was killed leaves work to the next one. */
static void
new_license(void)
{
	if (life.edition > 0)
		life_must("import %s/new.license", 0);
	life_make_license();
	life_wait(3600);
}

/* All of it or nothing, and whatever is left of the one before it is completed first. */
static void
new_bundle(void)
{
	life_make_bundle();
	life_wait(3600);
}

/* The site goes on, so that the backup is older than what its second record tells. */
static void
more_than_the_backup(void)
{
	life_wait(3600);
	life_must("import %s/new.license", 0);
	life_must("import %s/new.license", 0);
}

static char confirm_line[64];

/* The clock shows a date so far ahead that somebody has to vouch for it. */
static void
far_ahead(void)
{
	life.wall_off = 70 * CEREMONY_DAY;
	life_run("status", NULL, &(struct life_run){ .killed = false });
	life_confirm_line(confirm_line, sizeof confirm_line);
}

static void
hours_later(void)
{
	life_wait(2 * 3600);
}

static void
a_day_later(void)
{
	life_wait(CEREMONY_DAY + 3600);
}

static void
killed_at_every_call(void **state)
{
	static const enum disk_way WAYS[] = { DISK_KILLS, DISK_TEARS };

	(void)state;
	kill_at_every_call(INIT, DISK_KILLS, NULL);
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
		kill_at_every_call("import %s/new.license", WAYS[i], new_license);
		kill_at_every_call("import %s/new.license", WAYS[i], hours_later);
		kill_at_every_call("import %s/bundle.txt", WAYS[i], new_bundle);
		kill_at_every_call("status --domain other.example", WAYS[i], NULL);
		kill_at_every_call("status --domain hotel.example", WAYS[i], a_day_later);
		kill_at_every_call("telemetry allow rooms", WAYS[i], NULL);
		kill_at_every_call("telemetry deny rooms", WAYS[i], NULL);
		kill_at_every_call("backup %s/site.backup --force", WAYS[i], NULL);
		kill_at_every_call("restore %s/site.backup", WAYS[i], more_than_the_backup);
	}
	kill_at_every_call("import %s/second.manifest", DISK_KILLS, NULL);
	far_ahead();
	kill_at_every_call(confirm_line, DISK_KILLS, NULL);
	print_message("%ld kills\n", kills);
}

/* --- at random ------------------------------------------------------------------------------------- */

static uint64_t drawn;

static uint64_t
draw(uint64_t below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (drawn >> 33) % below;
}

static long
setting(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtol(text, NULL, 10);
}

static void
make_again(void)
{
	if (draw(3) > 0)
		life_make_license();
}

static void
make_bundle_again(void)
{
	if (life.is_site && draw(3) > 0)
		life_make_bundle();
}

static void
wrong_clock(void)
{
	static const int64_t OFF[] = { 0, 0, -40, 3, 100, 401, 9000 };

	life.wall_off = OFF[draw(sizeof OFF / sizeof *OFF)] * CEREMONY_DAY;
}

/* What somebody does to a site; exit codes are as the clocks and documents are. */
static const struct deed {
	const char *line;
	void (*prepare)(void);
	bool restores;
} DEEDS[] = {
	{ "import %s/new.license", make_again, false },
	{ "import %s/new.license", make_again, false },
	{ "import %s/second.manifest", NULL, false },
	{ "import %s/bundle.txt", make_bundle_again, false },
	{ "request --force --out %s/site.request", NULL, false },
	{ "status", NULL, false },
	{ "status --domain other.example", NULL, false },
	{ "status --domain hotel.example", wrong_clock, false },
	{ "clock", wrong_clock, false },
	{ "clock confirm %s", NULL, false },
	{ "backup %s/site.backup --force", NULL, false },
	{ "restore %s/site.backup", NULL, true },
	{ "journal verify", NULL, false },
	{ "telemetry allow rooms uptime", NULL, false },
	{ "telemetry set rooms=12", NULL, false },
	{ "telemetry deny rooms", NULL, false },
	{ INIT, NULL, false },
	{ "journal export --out %s/site.journal --force", NULL, false },
	{ "monitor", hours_later, false },
	{ "status", a_day_later, false },
};

static void
one_random_kill(long number)
{
	const struct deed *deed = &DEEDS[draw(sizeof DEEDS / sizeof *DEEDS)];
	struct disk_plan plan = { .way = draw(2) == 0 ? DISK_KILLS : DISK_TEARS,
		.kinds = DISK_CHANGES,
		/* Most are short; a few do more than others. */
		.at = 1 + (long)draw(draw(4) == 0 ? 120 : 40) };
	struct life_look look;
	struct life_run run;
	char after[192], line[128];

	life_wait((int64_t)draw(3) * (int64_t)draw(7200));
	if (deed->prepare != NULL)
		deed->prepare();
	snprintf(line, sizeof line, "%s", deed->line);
	if (strcmp(deed->line, "clock confirm %s") == 0)
		life_confirm_line(line, sizeof line);
	life_run(line, &plan, &run);
	kills += run.killed;
	snprintf(after, sizeof after, "run %ld, seed %ld: %s, %s at call %ld", number,
		setting("SKERRY_SEED", 1), line, run.killed ? "killed" : "done", plan.at);
	if (!run.killed && (run.status < 0 || run.status > 2))
		fail_msg("%s: exit %d: %s", after, run.status, run.output);
	if (deed->restores)
		forget_acknowledged();
	life_look(after, false, &look);
	life_acknowledge(&look);
}

/* Lives do not go on for ever, so that a beginning is killed often, too. */
static void
killed_at_random_in_random_lives(void **state)
{
	long wanted = setting("SKERRY_KILLS", KILLS), runs = 0;

	drawn = (uint64_t)setting("SKERRY_SEED", 1);
	kills = 0;
	while (kills < wanted) {
		life_set_up(state);
		life_make_license();
		for (int i = 0; i < LIFE_LEN && kills < wanted; i++) {
			if (!life.is_site && draw(2) == 0)
				life_must(INIT, 0);
			life.is_site = life.is_site || life_is_site();
			one_random_kill(runs++);
		}
		life_tear_down(state);
	}
	print_message("%ld kills in %ld runs, seed %ld\n", kills, runs, setting("SKERRY_SEED", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(killed_at_every_call, life_set_up, life_tear_down),
		cmocka_unit_test(killed_at_random_in_random_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
