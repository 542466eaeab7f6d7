/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_WORLD_H
#define TESTS_FIXTURE_WORLD_H

/*
 * A little world for random histories: a desk, machines with a site each, sticks between them. What
 * decides is the real code of both sides (issuer/decide, verifier/decide); documents are plain structs,
 * and nobody forges any. Beside it stands the truth (fixture_world_truth.c), which saw everything.
 *
 * A test begins a world, lets its parts act, and looks at `broken`.
 */

#include "fixture_clock.h"
#include "issuer/decide/answer.h"
#include "verifier/decide/dialog.h"

enum {
	WORLD_NONE = -1,
	WORLD_SITES = 5, /* site keys; a machine set up anew takes another one */
	WORLD_MACHINES = 5,
	WORLD_LICENSES = 3, /* the last one is of another brand */
	WORLD_BRANDS = 2,
	WORLD_REQUESTS = 256,
	WORLD_REPLIES = 640,
	WORLD_BUNDLES = 96,
	WORLD_INDEXES = 96,
	WORLD_ROWS = 512,
	WORLD_LEFT = 4, /* replies of a brand that a site is left */
	WORLD_STICK_REQUESTS = 12,
	WORLD_STICK_BUNDLES = 3
};

struct world_set {
	uint64_t bits[WORLD_REQUESTS / 64];
};
bool world_set_has(const struct world_set *set, int i);
void world_set_add(struct world_set *set, int i);

/* A license document; edition 0: none. */
struct world_document {
	uint8_t site, index;
	int64_t edition, issued_at, lapses_at;
};

/* A sealed request; nothing of it changes once it was written. */
struct world_request {
	uint8_t site, machine; /* machine: its hardware */
	enum request_kind kind;
	uint8_t license; /* pair, migrate */
	struct fork_request fork;
	struct world_document held[WORLD_LICENSES];
	int64_t lists[WORLD_BRANDS]; /* versions held */
	/* The truth: the newest of its history that is no stopgap, and that one's whole history. */
	int base, parent;
	bool stopgap;
	struct world_set line;
};

struct world_reply {
	uint8_t site, brand;
	uint64_t number;
	int64_t issued_at;
	int answers; /* WORLD_NONE: unasked */
	struct {
		bool said;
		enum reply_code code;
	} results[WORLD_LICENSES];
	struct world_document documents[WORLD_LICENSES];
};

struct world_list {
	int64_t issued_at; /* 0: none */
	uint8_t words[WORLD_INDEXES];
};

struct world_bundle {
	uint16_t replies[WORLD_SITES][WORLD_BRANDS][WORLD_LEFT];
	uint8_t replies_len[WORLD_SITES][WORLD_BRANDS];
	struct world_list lists[WORLD_BRANDS];
};

struct world_stick {
	int requests[WORLD_STICK_REQUESTS], bundles[WORLD_STICK_BUNDLES];
	size_t requests_len, bundles_len;
};

/* What is in a site's folder, and in a backup of it. */
struct world_memory {
	struct dialog dialog;
	uint64_t seq, reply[WORLD_BRANDS];
	int64_t unpaired[WORLD_LICENSES]; /* documents that were not issued later */
	struct world_document held[WORLD_LICENSES];
	struct world_list lists[WORLD_BRANDS];
	int newest; /* request; WORLD_NONE */
	bool told;
	int told_from; /* requests from here on were written since its people told of a restore */
	int tip;       /* the truth: the newest one of this history that is no stopgap */
};

struct world_machine {
	bool lives;
	uint8_t site, hardware;
	struct world_memory memory;
	int written
		[WORLD_SITES]; /* the truth: the newest that it wrote, whatever was put back since */
};

struct world_activation {
	bool stands, counts; /* counts: as a migration */
	uint8_t license, site, hardware, index;
	int64_t edition, lapses_at, ended_at, until;
};

struct world_license {
	struct lifecycle life;
	int64_t valid_until, max_activations, allowed, edition;
	enum license_rollback policy;
	bool suspended, revoked; /* the truth */
};

struct world_desk_site {
	struct fork_site fork;
	struct fork_row rows[WORLD_ROWS];
	size_t rows_len;
	uint64_t made, taken; /* reply numbers */
	struct {
		uint16_t replies[WORLD_LEFT];
		size_t len;
	} left[WORLD_BRANDS];
	bool is_clone; /* the truth, as far as it arrived */
};

struct world_desk {
	struct world_desk_site sites[WORLD_SITES];
	struct world_license licenses[WORLD_LICENSES];
	struct world_activation activations[WORLD_INDEXES];
	size_t activations_len;
	struct world_list lists[WORLD_BRANDS];
	/* The truth: what this desk knows, since which mark, and what proves something. */
	struct world_set known, arrived, proofs;
	uint64_t known_at[WORLD_REQUESTS];
};

/* What truly happened to a site. */
struct world_truth {
	bool put_back, copied;
	bool excused; /* back to a line that it had left, told */
	bool zigzag;  /* ... untold */
	int restores;
};

enum { WORLD_SNAPSHOTS = 6 };

/* About 600 KB. */
struct world {
	int64_t now;
	struct dice dice; /* of the action under way */
	struct world_request requests[WORLD_REQUESTS];
	struct world_reply replies[WORLD_REPLIES];
	struct world_bundle bundles[WORLD_BUNDLES];
	int requests_len, replies_len, bundles_len, indexes_len, sites_len;
	struct world_machine machines[WORLD_MACHINES];
	struct {
		uint8_t machine, site;
		struct world_memory memory;
	} snapshots[WORLD_SNAPSHOTS];
	size_t snapshots_len;
	struct world_desk desk, backup;
	struct world_truth truth[WORLD_SITES];
	struct world_set ever_known; /* by the desk, before it lost records */
	bool lost;                   /* the desk lost records */
	size_t arrivals[FORK_FORGOTTEN + 1], restored, clones, acts[ANSWER_ACT_LAST + 1];
	const char *broken; /* what does not hold, or NULL */
	bool aloud;         /* tells on stdout what happens */
};

/* Three machines with a site each, and a desk that has sold; `dice` decides how much. */
void world_begin(struct world *world, uint64_t seed);
/* A machine with a new site and nothing in its folder. */
void world_set_up(struct world_machine *machine, uint8_t site, uint8_t hardware);
/* The first thing that does not hold is kept. */
void world_check(struct world *world, bool holds, const char *what);
void world_say(const struct world *world, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
size_t world_pick(struct world *world, size_t below);
unsigned world_brand(unsigned license);
/* A site's newest reply of any brand. */
uint64_t world_reply_taken(const struct world_memory *memory);

/* --- fixture_world_site.c --- */

/* One more request, of the machine as it is; WORLD_NONE: this world is full of them. */
int world_write(struct world *world, struct world_machine *machine, enum request_kind kind,
	uint8_t license);
void world_take_in(
	struct world *world, struct world_machine *machine, const struct world_bundle *bundle);
/*
 * Takes in, writes (one more even where the newest waits, with `news` or where it holds other documents
 * since), leaves, clears; pulled after so many steps.
 */
void world_visit(struct world *world, struct world_machine *machine, struct world_stick *stick,
	enum request_kind kind, bool news, size_t steps);
/* Whether a site may use what it holds of a license. */
bool world_is_usable(const struct world_memory *memory, unsigned license);

/* --- fixture_world_desk.c --- */

void world_arrive(struct world *world, int request);
/* What stands of its replies and lists; WORLD_NONE: this world is full of them. */
int world_bundle(struct world *world);
/* Reads, answers, leaves a bundle, clears its old ones; pulled after so many steps. */
void world_desk_visit(struct world *world, struct world_stick *stick, size_t steps);
/* The next document of each activation that stands and may be issued for, unasked. */
void world_renew(struct world *world, uint8_t site);
/* False where it makes no sense. */
bool world_move(struct world *world, uint8_t license, enum lifecycle_move move);
/* Of one site and license; NULL. */
const struct world_activation *world_activation_of(
	const struct world_desk *desk, uint8_t license, uint8_t site);

/* --- fixture_world_truth.c --- */

/* Around fork_judge: what must come out, and whether it did. */
struct world_expected {
	bool again, new_line;
	uint64_t since, mark;
};
void world_expect(
	const struct world *world, int request, uint64_t mark, struct world_expected *ret_expected);
void world_compare(struct world *world, int request, const struct world_expected *expected,
	const struct fork_verdict *verdict);
/* A request is written: its place in the truth, and whether what it lists is that. */
void world_note_written(struct world *world, struct world_machine *machine, int request);
/* What was sold bounds what can live and move. */
void world_check_sold(struct world *world);

#endif
