/* SPDX-License-Identifier: ISC */
/*
 * The power is cut after each call that a site's life makes to its disk, and what was not synced is
 * kept, lost or torn: what was acknowledged is there, and nobody is called a thief.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/fault/replay.h"
#include "tests/fault/site_life.h"
#include "tests/unit/fixture_every.h"
#include "tests/unit/fixture_tree.h"

static const struct step {
	const char *line;
	bool new_license, new_bundle;
	int64_t wait_s;
} STEPS[] = {
	{ "init --trust %s/vendor.manifest", false, false, 0 },
	{ "import %s/new.license", true, false, 60 },
	{ "import %s/new.license", false, false, 7200 },
	{ "status --domain other.example", false, false, 60 },
	{ "import %s/new.license", true, false, 7200 },
	{ "import %s/second.manifest", false, false, 60 },
	{ "import %s/bundle.txt", false, true, 7200 },
	{ "request --force --out %s/site.request", false, false, 60 },
	{ "backup %s/site.backup", false, false, 60 },
	{ "import %s/new.license", true, false, 7200 },
	{ "status --domain hotel.example", false, false, 90000 },
	{ "restore %s/site.backup", false, false, 60 },
	{ "status", false, false, 7200 },
};

enum { STEPS_LEN = sizeof STEPS / sizeof *STEPS };

/* How many calls there were, and what was acknowledged then. */
static struct acknowledged {
	long calls;
	struct life_look look;
	int64_t lived;
} after[STEPS_LEN];

static void
live(int fd)
{
	const struct disk_plan plan = { .way = DISK_WORKS, .kinds = DISK_CHANGES, .record_fd = fd };
	char copy[64], here[64];

	tree_make(copy);
	for (size_t i = 0; i < STEPS_LEN; i++) {
		struct replay *replay;
		struct life_run run;

		life_wait(STEPS[i].wait_s);
		if (STEPS[i].new_license)
			life_make_license();
		if (STEPS[i].new_bundle)
			life_make_bundle();
		life_run(STEPS[i].line, &plan, &run);
		if (run.status != 0)
			fail_msg("%s: exit %d: %s", STEPS[i].line, run.status, run.output);
		replay = replay_read(fd, life.folder);
		after[i].calls = replay_len(replay);
		after[i].lived = life.lived;
		replay_free(replay);
		/* Looking is not part of it. */
		tree_copy(life.folder, copy);
		memcpy(here, life.folder, sizeof here);
		memcpy(life.folder, copy, sizeof copy);
		snprintf(life.state, sizeof life.state, "%s/state", life.folder);
		if (strncmp(STEPS[i].line, "restore", 7) == 0)
			life.seq = life.settled = 0;
		life_look(STEPS[i].line, false, &after[i].look);
		memcpy(life.folder, here, sizeof here);
		snprintf(life.state, sizeof life.state, "%s/state", life.folder);
	}
	tree_remove(copy);
}

/* The acknowledged state holds in what is left, and init goes on where it was cut. */
static void
look_at_rest(size_t done, bool restoring, const char *what)
{
	static const struct life_look NOTHING = { .is_site = false };
	struct life_look look, known = done == 0 ? NOTHING : after[done - 1].look;

	life_acknowledge(&known);
	life.restored = done + 2 >= STEPS_LEN;
	/* Looking has ticked. */
	life.seq -= done > 0 ? 2 : 0;
	if (restoring || life.seq < 0)
		life.seq = life.settled = 0;
	life_look(what, false, &look);
	if (!look.is_site)
		life_must(STEPS[0].line, 0);
}

static void
power_loss_takes_nothing_that_was_acknowledged(void **state)
{
	int fd = memfd_create("record", 0);
	char record_folder[64];
	struct replay *replay;
	size_t done = 0;
	long cuts = 0;

	(void)state;
	assert_true(fd > 2);
	live(fd);
	memcpy(record_folder, life.folder, sizeof record_folder);
	replay = replay_read(fd, record_folder);
	for (long calls = 1; calls <= replay_len(replay); calls += every_nth()) {
		while (done < STEPS_LEN && after[done].calls <= calls)
			done++;
		for (int loss = 0; loss < REPLAY_LOSSES; loss++) {
			char what[160];
			bool restoring = done + 2 == STEPS_LEN;

			replay_make(replay, calls, (enum replay_loss)loss, (uint64_t)calls,
				life.folder);
			life.lived = after[done < STEPS_LEN ? done : STEPS_LEN - 1].lived;
			snprintf(what, sizeof what, "cut after call %ld (%s), loss %d", calls,
				STEPS[done < STEPS_LEN ? done : STEPS_LEN - 1].line, loss);
			look_at_rest(done, restoring, what);
			cuts++;
		}
	}
	print_message("%ld cuts\n", cuts);
	replay_free(replay);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(power_loss_takes_nothing_that_was_acknowledged,
			life_set_up, life_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
