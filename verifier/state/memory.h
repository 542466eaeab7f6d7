/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_MEMORY_H
#define VERIFIER_STATE_MEMORY_H

/*
 * What a site remembers beyond its documents, in site.db: its time, when documents came, since when
 * something does not match, what happened (journal.h). Two files outside of the database tell when it
 * is lost or an older one was put back:
 *
 *	site.clock   the time (clock_file.h)
 *	state.mark   the head of the journal (keys/mark_file.h)
 *
 * The mark is raised after the commit of whatever counts: documents, events of the clock, a restored
 * backup. So a mark behind the journal is normal, and one whose row the journal does not have, or
 * has with another hash, tells of an older state: `rollback_since` begins. A mark that was there and
 * is gone tells the same.
 *
 * A database that is missing or damaged is made anew: the clock from site.clock, the journal going on
 * at the mark's number, the documents from their files. What began before is then not known, and
 * counts from as early as it can. The damaged one stays beside it, as site.db.damaged.
 *
 * Where site.clock cannot be read either, nothing here knows the time, and the site gets another key
 * (identity.h): a license that was paired with the lost one is no longer paired, whatever is taken
 * away and put in anew. init makes the first memory before the folder is a site, so that a site
 * without one has always lost it. `clock_lost` stays until a license comes after which no other is
 * held that is paired with another key.
 *
 * Whoever may only read has all that in memory and records nothing. Errors of store.h. Opening is
 * memory_opening.h's.
 */

#include "arrivals.h"
#include "journal.h"
#include "seal.h"
#include "verifier/decide/clock.h"

#define MEMORY_FILE "site.db"
#define MEMORY_DAMAGED_FILE "site.db.damaged"
#define MEMORY_MARK_FILE "state.mark"

enum {
	MEMORY_TICK_S = 60,    /* of running or settled time between two ticks without news */
	MEMORY_FILE_S = 3600,  /* ... and between two writes of site.clock and state.mark */
	MEMORY_ALONE_S = 3600, /* of a boot in which nobody has recorded anything */
	MEMORY_CHECK_S = 86400 /* ... and two looks at the whole database */
};

/* There is no site.clock: as if it had been written long ago. */
#define MEMORY_NOT_FILED (-CLOCK_TIME_MAX)

/* How the database came to be. */
enum memory_origin {
	MEMORY_FRESH = 1,  /* made with the folder */
	MEMORY_REBUILT = 3 /* made after the one before it was lost */
};

/* What opening found, to be told. */
struct memory_news {
	bool rebuilt;        /* the database was lost ... */
	bool damaged;        /* ... by damage; else it was gone */
	bool edited;         /* ... which its seal alone told */
	bool clock_lost;     /* and site.clock with it, now or at an opening before */
	bool mark_lost;      /* state.mark was gone or damaged */
	bool rolled_back;    /* an older state was put back */
	int64_t broken_seq;  /* 0; the first row of the journal that does not follow */
	size_t files_healed; /* documents that were gone and are back */
	bool none_allowed;   /* as far as the damaged one could tell, nothing was let go out */
	bool consents_lost;  /* what the customer let go out (telemetry.h) is to be allowed anew */
};

/* A row of the journal that waits for the next change. */
struct memory_word {
	char kind[JOURNAL_KIND_MAX], subject[JOURNAL_SUBJECT_MAX], detail[JOURNAL_DETAIL_MAX];
};
enum { MEMORY_WORDS_MAX = 64 }; /* of more, how many there were */

struct memory {
	struct store *store;
	struct documents documents; /* the folder, which is the site's to close */
	uint8_t seal_key[SEAL_KEY_LEN];
	uint8_t tables[HASH_LEN]; /* seal.h: as of the last commit */
	int64_t changes_before,
		told; /* of the change under way: rows before it, and of the journal */
	bool writes;
	enum memory_origin origin;
	bool clock_lost;
	bool filed;                /* memory_note_filed, not yet on record */
	struct memory_word *words; /* memory_tell_later's; NULL */
	size_t words_len, words_more;
	bool marked;            /* the database knows that there is a mark */
	bool mark_there;        /* and there is one */
	int64_t rollback_since; /* LICENSE_NEVER */
	struct clock clock;
	struct journal_moment moment;    /* of the last tick */
	int64_t recorded_ran, filed_ran; /* the clock's when it was last written to either place */
	int64_t recorded_settled;
	uint8_t recorded_boot[CLOCK_BOOT_ID_LEN];
	/* Of the boot that ticks: its monotonic time at its last recorded tick; -1 where there is none. */
	int64_t recorded_mono;
	bool ticked;
	int64_t unrecorded_now; /* what the wall clock says where nobody records; 0 */
	struct memory_news news;
	enum skerry_err unread;  /* why there is no store; SKERRY_OK */
	enum skerry_err trouble; /* the first thing that could not be recorded; SKERRY_OK */
};

/* A file of the folder, by a path that leads there whoever may search the folders above it. */
enum { MEMORY_PATH_MAX = 64 };
void memory_path(const struct memory *memory, const char *name, char ret_path[MEMORY_PATH_MAX]);

/* state.mark. Errors of mark_file.h; FILE_DAMAGED also where another key than this site's sealed it. */
enum skerry_err memory_read_mark(const struct memory *memory, struct mark *ret_mark);

/*
 * The site's time: settled, or `wall` until the first document. Ticks of who may write are recorded;
 * that this fails is `trouble` and no error.
 *
 * Where nothing can be recorded, settled would be the same in each boot, for ever. So who cannot record
 * believes a wall clock that is ahead within CLOCK_SEASON_S, when for MEMORY_ALONE_S of this boot, or
 * CLOCK_UNATTENDED_S since the last one who could, nobody has.
 */
void memory_tick(struct memory *memory, const struct clock_reading *reading, int64_t tolerance_s);
int64_t memory_now(const struct memory *memory);

/* For who ticks by other means, clock_confirm: the moment of rows, and what is told of the clock. */
void memory_see(struct memory *memory, const struct clock_reading *reading);
enum skerry_err memory_tell_clock(struct memory *memory, const struct clock_news *news);

/*
 * A change: begin, writes of this folder's modules, commit. `counts`: the mark is raised and
 * site.clock written. A change that failed is rolled back.
 */
enum skerry_err memory_begin(struct memory *memory);
enum skerry_err memory_commit(struct memory *memory, bool counts);
void memory_rollback(struct memory *memory);

/*
 * Every row whose file was yet to be written has it now, for good. That goes on record with the next
 * change, with memory_close at the latest; where it does not, the next opening writes them again.
 */
void memory_note_filed(struct memory *memory);

/* The head of the journal as it is, into state.mark: a commit that counts does it. */
enum skerry_err memory_raise_mark(struct memory *memory);

/* A row of the journal, in a change. */
enum skerry_err memory_tell(struct memory *memory, const char *kind, const char *subject,
	const char *detail, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same of what changes nothing else: it goes on record with the next change, which then counts, with
 * memory_close at the latest. So a stick full of bad files costs one commit, and MEMORY_WORDS_MAX rows (see also told_lately.h).
 */
enum skerry_err memory_tell_later(struct memory *memory, const char *kind, const char *subject,
	const char *detail, ...) __attribute__((format(printf, 4, 5)));

/* A license that was made for this site's present key: its time is known again. In a change. */
enum skerry_err memory_end_loss(struct memory *memory);

/* The vendor's word that came after it: what was put back is over. In a change. */
enum skerry_err memory_end_rollback(struct memory *memory);

/*
 * Reads all of the database: its pages, the journal's chain, the documents' digests. STORE_DAMAGED, and
 * for a chain that is broken AUDIT_CHAIN, with its row.
 */
enum skerry_err memory_check(struct memory *memory, int64_t *ret_seq);

/* The pages alone, of any database. STORE_DAMAGED. */
enum skerry_err memory_check_pages(struct store *store);

#endif
