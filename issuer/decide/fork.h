/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DECIDE_FORK_H
#define ISSUER_DECIDE_FORK_H

/*
 * Did a site's history go on in one line? Of the requests that a desk sees, which are known, which came
 * late, where did a site go back (a backup or snapshot put back), and where are two of it.
 *
 * The site
 *	1. Numbers its requests from 1. Each lists, ascending, number and digest of the last acknowledged
 *	   one and of every one since: FORK_LIST_MAX of them at most.
 *	2. A reply acknowledges a request of this site when it repeats its nonce: that one, and all that
 *	   it lists. What another reply says of requests is not about this line.
 *	3. With a full list it adds no number: it writes its newest request anew, with the same number and
 *	   list. Such a stopgap is never listed; a reply to it acknowledges what it lists.
 *	4. Says with each request which reply it took in last, and that its people put back a backup
 *	   (`told`), until one that it wrote since is acknowledged.
 *
 * The desk
 *	5. Numbers a site's replies with fork_next_reply: in time, also after it was itself recovered.
 *	6. Keeps what is below, calls fork_judge for each request that opened and verified, in the order
 *	   of arrival, and applies what it says in the transaction that answers.
 *	7. Lines: a request lies behind the newest listed one that is known. Where a line went on from
 *	   there already, another line begins: `restored`. That moment is kept as a mark, which no reply
 *	   made so far exceeds.
 *	8. Two lines that both acknowledge a reply beyond the mark of their parting are a `clone`.
 *
 * Kept for each site; nothing of it is pruned by age, and heartbeats are not needed for it:
 *
 *	request    site id, number, digest, line, arrived, stopgap (and what was answered)
 *	line       site id, line, parent, from, first, first_reply, tip, seq, seen, reply, told
 *	site       site id, since, current, tellings, found (and the newest reply's number)
 *
 * At most FORK_LINES_MAX lines, 2 * FORK_KEPT + FORK_LIST_MAX requests of each, FORK_STOPGAPS_MAX
 * stopgaps of each.
 *
 * Why it holds
 *	No false fork. What is acknowledged arrived or was listed (2), so the first entry of a list is
 *	known and the lists of one line hang together (1): a request that was never contradicted finds its
 *	line's tip, or itself. n + 1 before n lists n, which is then known when it comes. Nothing grows from a stopgap
 *	(3), so that several are no contradiction.
 *	No missed fork. Two requests behind the same one have different digests, and each is known by its
 *	digest alone; the second one known finds that the line went on.
 *	No false clone. A site that went back is one machine. What its old line wrote was written before
 *	the new one's first request, which the desk had when it set the mark: it acknowledges nothing
 *	beyond, however late its sticks come. So whoever acknowledges more in both lines lives in both.
 *	That has one exception: people who go back to a line that they had left (an old backup, then
 *	after an exchange the newer one). Told, all earlier evidence is put aside (`since`),
 *	FORK_TOLD_MAX times until somebody settles it; untold, or where the telling itself was
 *	overwritten, it reads as what it looks like.
 *	No missed clone. Two machines whose parting is known are found at the latest by the request with
 *	which the second one of them acknowledges a reply made after the parting was known (a stopgap
 *	behind which its line went on proves nothing: it may be of either).
 *	What the desk lost. A first entry that is unknown, and numbered above all that is known, was
 *	acknowledged by a desk that lost its records: it is adopted behind the current line, evidence is
 *	put aside, and what falls in the gap is neither known nor contradicted (FORGOTTEN), unless it
 *	acknowledges more than the request that closed the gap did: then a line goes on in there. The same
 *	is true of what was pruned. Lines that left where nobody knows the numbers any more may have more
 *	in common than is known: of them the latest mark counts. Reply numbers follow the time (5), so none from before the loss
 *	exceeds a mark after it.
 *
 * Pure and thread-safe; nothing is allocated.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FORK_DIGEST_LEN = 16, /* REQUEST_DIGEST_LEN */
	FORK_LIST_MAX = 32,   /* REQUEST_PENDING_MAX */
	FORK_LINES_MAX = 16,  /* of a site; with one more it starts over */
	FORK_KEPT = 256,      /* requests of a line that are always kept, beside stopgaps */
	FORK_STOPGAPS_MAX = 32,
	FORK_TOLD_MAX = 8 /* restores that put evidence aside because the site told of them */
};

struct fork_id {
	uint64_t number; /* 1 or more */
	uint8_t digest[FORK_DIGEST_LEN];
};

/* What a request says; formats/request.h has checked it: the list ascends and ends before `self`. */
struct fork_request {
	struct fork_id self, list[FORK_LIST_MAX];
	size_t list_len;
	uint64_t reply; /* newest one taken in; 0: none */
	uint64_t seq;   /* of its journal, which grows with each request; 0: none told */
	bool told;      /* its people put back a backup */
};

/* A request that is known. */
struct fork_row {
	struct fork_id id;
	uint8_t line;
	bool arrived; /* false: only listed so far */
	bool stopgap;
};

/* A line leaves its parent behind number `from`; requests between there and `first` are forgotten. */
struct fork_line {
	uint8_t parent;       /* always an older one; of line 0: itself, from 0 */
	uint64_t from, first; /* first - from > 1: a gap */
	uint64_t first_reply; /* no request in the gap acknowledges more */
	uint64_t tip, seq;    /* highest number, stopgaps apart; highest journal seq */
	uint64_t seen;        /* mark: no reply made before the line was seen exceeds it */
	uint64_t reply;       /* newest one that a request of this line acknowledges */
	bool told;            /* its newest request is */
};

enum fork_found { FORK_NONE = 0, FORK_RESTORED, FORK_CLONE };

/* All zero: a site never heard of. About 1 KB. */
struct fork_site {
	struct fork_line lines[FORK_LINES_MAX];
	uint8_t lines_len;
	uint8_t current;       /* line of the newest request */
	uint8_t tellings;      /* that put evidence aside */
	uint64_t since;        /* mark up to which nothing is evidence */
	enum fork_found found; /* the worst so far; fork_settle takes it back */
};

enum fork_arrival {
	FORK_NEW,      /* the newest of its line */
	FORK_AGAIN,    /* it arrived before: the same answer */
	FORK_LATE,     /* the first time, but a newer one of its line came before */
	FORK_FORGOTTEN /* older than what is kept: answered with what stands, changes nothing */
};

struct fork_verdict {
	enum fork_arrival arrival;
	enum fork_found found; /* by this request: RESTORED for each new line, CLONE once */
	bool told;             /* the site said itself that it went back */
	bool adopted;          /* it builds on requests that this desk does not have */
	/* To apply, in this order: */
	bool start_over; /* drop all rows and lines of this site */
	bool record;  /* the entries of `list` from `fresh` on, not arrived, and `self`, arrived */
	size_t fresh; /* up to list_len */
	uint8_t line; /* of these rows; unless FORGOTTEN, of `self` */
	bool stopgap; /* `self` is one: of this line's only the newest FORK_STOPGAPS_MAX stay */
	uint64_t prune_below; /* rows of this line with lower numbers go; 0: none */
};

/* Numbers of the rows that fork_judge wants to see: from the result up to the request's own. */
uint64_t fork_from(const struct fork_request *request);

/* The number of the next reply to a site, whose newest one so far was `made` (0: none), at `now`. */
uint64_t fork_next_reply(uint64_t made, int64_t now);

/*
 * Judges one request by the site as it stands and its rows with the numbers of fork_from, in any order;
 * `made`, `now` as in fork_next_reply, before the answer is numbered. *ret_site is the site afterwards;
 * it may be `site` itself. With `record` false only ret_site changes: arrival AGAIN or FORGOTTEN.
 */
void fork_judge(const struct fork_site *site, const struct fork_row *rows, size_t rows_len,
	const struct fork_request *request, uint64_t made, int64_t now, struct fork_site *ret_site,
	struct fork_verdict *ret_verdict);

/* Somebody has looked into it: what was found is taken back, and no earlier evidence counts. */
void fork_settle(struct fork_site *site, uint64_t made, int64_t now);

/* "", "restored", "clone". */
const char *fork_found_name(enum fork_found found);

#endif
