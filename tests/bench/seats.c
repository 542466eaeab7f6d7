/* SPDX-License-Identifier: ISC */
/*
 * Seats beside bare commits of one row (WAL, FULL) in turn: claims one a commit and sixteen a commit, among few
 * and among 100,000, which grow by what is claimed meanwhile; renewals beside claims.
 */
#include "seats.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"
#include "commits.h"
#include "keys/random.h"
#include "verifier/state/seats.h"

enum { FEW = 1000, MANY = 100000, ROUND = 16 };

#define POOL "hotelhub/hms"

/* --- seats ----------------------------------------------------------------------------------------- */

struct house {
	struct seats *seats;
	struct seats_moment moment;
	unsigned held, claims; /* names that are in: the last `held` of those that claimed */
};

/* In no order, as names are. */
static void
name_of(unsigned n, char ret_name[32])
{
	snprintf(ret_name, 32, "workstation-%08x", n * 2654435761u);
}

static void
put(struct house *house, unsigned n, enum seat_fate fate)
{
	static const struct seat_terms TERMS = { true, 10 * MANY, 0, 100000, 0 };
	static const struct seats_asker ASKER = { .owner = "uid:33" };
	struct seats_granted granted;
	char name[32];

	name_of(n, name);
	bench_require(seats_put(house->seats, POOL, name, &TERMS, &ASKER, &house->moment,
			      &granted) == SKERRY_OK &&
			      granted.answer.fate == fate,
		"a seat is refused");
}

static void
commit(struct house *house)
{
	bench_require(seats_commit(house->seats) == SKERRY_OK, "a commit fails");
}

static void
claim_one(void *context)
{
	struct house *house = context;

	put(house, house->claims++, SEAT_CLAIMED);
	commit(house);
}

static void
claim_sixteen(void *context)
{
	struct house *house = context;

	for (int i = 0; i < ROUND; i++)
		put(house, house->claims++, SEAT_CLAIMED);
	commit(house);
}

/* Somebody's, and a second goes by now and then, so that there is something to write. */
static void
renew_one(void *context)
{
	static unsigned n;
	struct house *house = context;

	if (++n % 1000 == 0) {
		house->moment.boottime_s++;
		bench_require(seats_tick(house->seats, &house->moment) == SKERRY_OK, "a tick");
	}
	put(house, n * 7919u % house->held, SEAT_RENEWED);
}

static void
fill(const char *folder, const char *name, unsigned held, struct house *ret_house)
{
	char path[256];
	int directory;

	memset(ret_house, 0, sizeof *ret_house);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	bare_run_shell("rm -rf '%s' && mkdir '%s'", path, path);
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bench_require(directory >= 0 && seats_open(directory, &ret_house->moment,
						&ret_house->seats) == SKERRY_OK,
		"seats do not open");
	close(directory);
	while (ret_house->claims < held)
		put(ret_house, ret_house->claims++, SEAT_CLAIMED);
	commit(ret_house);
	ret_house->held = held;
}

static void
line(const char *what, bench_call *call, struct house *house, const struct bench_way *peer,
	double each, const char *promise)
{
	const struct bench_way way = { what, call, house };
	struct bench_result result;

	bench_pair(&way, peer, &result);
	result.ns /= each;
	result.ratio /= each;
	bench_line(what, peer, &result, promise);
}

/* What a process has that holds them open, in kB. */
static long
resident(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	long size, pages = 0;

	bench_require(fd >= 0 && read(fd, text, sizeof text - 1) > 0 &&
			      sscanf(text, "%ld %ld", &size, &pages) == 2,
		"no /proc");
	close(fd);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
opening(const char *folder)
{
	struct house house = { .claims = 2 * MANY };
	char path[256];
	double before;
	long kb = resident();
	int directory;

	snprintf(path, sizeof path, "%s/opened", folder);
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	before = bare_wall();
	bench_require(
		directory >= 0 && seats_open(directory, &house.moment, &house.seats) == SKERRY_OK,
		"seats do not open again");
	printf("%-34s %10.1f ms\n", "100,000 leases, opened", 1e3 * (bare_wall() - before));
	for (int i = 0; i < 2000; i++)
		claim_one(&house);
	printf("%-34s %10ld kB   (and what the program has)\n", "100,000 leases, resident",
		resident() - kb);
	close(directory);
	seats_close(house.seats);
}

static void
in_a_process_of_its_own(void *context, double *results)
{
	results[0] = 0;
	opening(context);
	fflush(stdout);
}

void
seats_bench(const char *folder)
{
	static char kept[256];
	struct house few, many, opened;
	const struct bench_way one_row = { "a bare commit of one row", commits_one, NULL };
	const struct bench_way few_claims = { "a claim, from 1,000 on", claim_one, &few },
			       many_claims = { "a claim, from 100,000 on", claim_one, &many };
	double nothing;

	bench_require(random_start() == SKERRY_OK, "no randomness");
	snprintf(kept, sizeof kept, "%s", folder);
	fill(folder, "opened", MANY, &opened);
	seats_close(opened.seats);
	bare_run_apart(in_a_process_of_its_own, kept, &nothing, 1);
	commits_open(folder);
	fill(folder, "few", FEW, &few);
	fill(folder, "many", MANY, &many);
	line("a claim, from 1,000 on", claim_one, &few, &one_row, 1, "at most 1.33 x");
	line("a claim, from 100,000 on", claim_one, &many, &one_row, 1, "at most 1.33 x");
	line("of sixteen claims a commit, one", claim_sixteen, &few, &one_row, ROUND,
		"less than 1 x");
	line("... from 100,000 on", claim_sixteen, &many, &one_row, ROUND, "less than 1 x");
	fill(folder, "few", FEW, &few);
	line("a claim, from 100,000 on", claim_one, &many, &few_claims, 1, "at most 1.2 x");
	line("a renewal among 1,000", renew_one, &few, &few_claims, 1, "at most 0.5 x");
	line("a renewal among 100,000", renew_one, &many, &many_claims, 1, "at most 0.5 x");
	seats_close(few.seats);
	seats_close(many.seats);
	commits_close();
}
