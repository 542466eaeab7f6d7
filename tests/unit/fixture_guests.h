/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_GUESTS_H
#define TESTS_FIXTURE_GUESTS_H

/* A desk with sites that find their own in what it leaves: a bundle made by it, and read by each. */

#include "fixture_desk.h"
#include "formats/reply.h"
#include "formats/sealed.h"
#include "issuer/exchange/bundles.h"

enum { SITES_MAX = 1000 };

/* A site as the desk knows it, and the secret of its own that opens. */
struct guest {
	int64_t id; /* row of the installation */
	uint8_t site_id[COSE_THUMBPRINT_LEN];
	struct key_pair opening;
};

struct hotels {
	struct desk_fixture *fixture;
	struct guest guests[SITES_MAX];
	size_t len;
	struct signing signing;
	struct plan_shelf shelf;
};

/* A bundle as it left. */
struct left {
	uint8_t *bytes;
	size_t len, max, stop_at; /* 0: never stops */
	struct bundles_summary summary;
};

struct read_box {
	uint8_t plain[SEALED_BOX_MAX];
	struct reply reply;
};

extern struct hotels hotels;
extern const struct bundles_wish GUESTS_ALL;

int guests_set_up(void **state);
int guests_tear_down(void **state);
struct desk *guests_desk(void);

/* A change of the desk, so long after DESK_NOW, with its keys open. */
void guests_begin(int64_t after_s);
void guests_end(void);
/* A statement behind the desk's back, with ?1 and ?2; the one number that another gives. */
void guests_run(const char *sql, int64_t a, int64_t b);
int64_t guests_count(const char *sql);

/* Another site, within the change under way. */
struct guest *guests_check_in(const char *group);

/* A bundles_write sink: `context` is a struct left. */
bool guests_keep(void *context, const uint8_t *bytes, size_t len);
/* A whole bundle; the caller frees ret_left->bytes. */
void guests_make_at(int64_t after_s, const struct bundles_wish *wish, struct left *ret_left);

/*
 * What a site finds, with the real reader of sites: its boxes, opened; *ret_last is the last reply. All of
 * them are of `brand`.
 */
size_t guests_visit(const struct left *left, const struct guest *guest, const char *brand,
	struct read_box *ret_last);

#endif
