/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_DESK_DESK_H
#define ISSUER_DESK_DESK_H

/*
 * An open desk: its folder, its database, its key when somebody unlocked it, and the change that is
 * being made.
 *
 *	DESK/issuer.db          all records
 *	DESK/desk.key           the desk's key, unwrapped: only after `init --no-passphrase`
 *	DESK/keys/KID.key       root (trial), issuing and exchange keys, wrapped by the desk's key
 *	DESK/vendor.manifest    version 1: what products pin
 *	DESK/manifests/N.manifest
 *	DESK/desk.mark          the audit log's head, so that a restored database is noticed (mark.h)
 *
 * Every change runs between desk_begin and desk_commit and writes its audit row in between
 * (audit.h). A refusal leaves a subject and an advice in the handle, for the message.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "issuer/desk/audit.h"
#include "issuer/desk/schema.h"
#include "issuer/desk/vault.h"
#include "keys/mark_file.h"

enum {
	DESK_PATH_MAX = 4096,
	DESK_SUBJECT_MAX = 192,
	DESK_ADVICE_MAX = 768,
	DESK_JUMP_MAX = 48,
	DESK_PUBLIC_ID_LEN = 32 /* hexadecimal digits */
};

struct desk {
	char path[DESK_PATH_MAX];
	struct store *store;
	struct vault vault;
	bool clock_given; /* --at */
	int64_t clock;
	int64_t now;               /* of the change under way */
	int64_t operator_id;       /* who unlocked it */
	const char *operator_name; /* who shall; NULL: whoever knows a passphrase */
	/* The one brand of that operator, as the change under way found it; 0: all (brand_guard.h). */
	int64_t operator_brand;
	bool operator_brand_known;
	/* Of the audit log, while a change is under way that knows it (audit.h). */
	struct audit_head head;
	bool head_known;
	/* Indexes of a brand's status list taken in the change under way (brands.h); brand 0: none. */
	int64_t status_brand, status_next;
	struct mark_high taken;   /* the highest numbers of the change under way (high_water.h) */
	const char *home;         /* where the desk will be at home while it is built elsewhere */
	const char *marks_folder; /* for the second mark (mark.h); NULL: none */
	bool mark_stands;         /* the records are as new as the mark: it may be raised */
	bool marked;              /* the records know that there is one */
	bool key_check_due;       /* the records do not hold the key's check yet */
	bool committed; /* the last desk_commit recorded its change, also where it failed */
	enum skerry_err refused; /* what subject and advice belong to */
	char subject[DESK_SUBJECT_MAX], advice[DESK_ADVICE_MAX];
	const char *message; /* in place of the error's own sentence; NULL: that one */
	bool has_offset;     /* of what was malformed, in its file */
	size_t offset;
};

/* STORE_MISSING for a folder that is no desk, else store_open's errors. */
enum skerry_err desk_open(const char *path, struct desk *ret_desk);
/* Rolls an open change back, wipes the keys. Harmless on { 0 }. */
void desk_close(struct desk *desk);

/* What the clock says: --at, or the system's. */
int64_t desk_clock(const struct desk *desk);

/* How far the clock is from there: "732 days after", "2 hours before". */
void desk_clock_jump(int64_t last, int64_t clock, char ret_text[DESK_JUMP_MAX]);
/* Refuses desk->now as DESK_CLOCK, beside the last entry's time. */
enum skerry_err desk_refuse_clock(struct desk *desk, int64_t last);

/*
 * Opens a change: takes the writer's lock and settles desk->now. STORE_BEHIND when the records are
 * older than the mark, DESK_CLOCK, store errors.
 */
enum skerry_err desk_begin(struct desk *desk);
/*
 * The same without asking whether the clock can be right and the records are new: for `clock
 * confirm`, `init` and `recover`.
 */
enum skerry_err desk_begin_unasked(struct desk *desk);
/*
 * Commits, then raises the mark. Only after this may a file leave: where the mark cannot be raised,
 * the change is recorded (desk->committed) and this fails all the same.
 */
enum skerry_err desk_commit(struct desk *desk);
void desk_rollback(struct desk *desk);

/* DESK/name. FILE_MISSING when that is too long a path. */
enum skerry_err desk_file(const struct desk *desk, const char *name, char ret_path[DESK_PATH_MAX]);

/* Notes what was refused and what to do, and returns `err`. NULL subject: none. */
enum skerry_err desk_refuse(struct desk *desk, enum skerry_err err, const char *subject,
	const char *advice, ...) __attribute__((format(printf, 4, 5)));

/* Notes where malformed input is so, for errors of that family; returns `err`. */
enum skerry_err desk_note_offset(struct desk *desk, enum skerry_err err, size_t offset);

/*
 * Refuses `typed` as NOT_FOUND, with the nearest of the names that `sql` lists in its first column,
 * if one is near. `listing` is the command that shows them all.
 */
enum skerry_err desk_unknown(
	struct desk *desk, const char *typed, const char *sql, const char *listing);

#endif
