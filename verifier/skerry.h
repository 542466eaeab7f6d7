/* SPDX-License-Identifier: ISC */
#ifndef SKERRY_H
#define SKERRY_H

/*
 * libskerry: what may this product do here, now?
 *
 * A product pins its vendor's root manifest (compiled in), opens once, and asks as often as it
 * likes. Opening verifies signatures; asking does not. The library prints nothing, starts no
 * thread, reads no environment variable and keeps no global state. After skerry_open a handle may
 * be asked from any number of threads; asking allocates nothing.
 *
 *	struct skerry_config config = SKERRY_CONFIG_INIT;
 *	config.trust = vendor_manifest;  config.trust_len = sizeof vendor_manifest;
 *	config.product = "hotelhub/hms";
 *	config.state = "/var/lib/skerry";
 *	if (skerry_open(&config, &skerry, &failure) != SKERRY_OK)
 *		... failure.message ...
 *	if (skerry_feature(skerry, "channel_manager") == SKERRY_OK)
 *		...
 *
 * All times are UTC seconds since 1970 in 64 bits; SKERRY_NEVER where there is none.
 *
 * Three ways to open: a license as bytes, which has no memory; a site's state folder, where `skerry
 * init` and `skerry import` have put it and where the site keeps its own time (skerry(1)); or the socket
 * of skerryd(8), which keeps that folder. The socket is the way for who may not read the folder, for many
 * processes on one machine, and the only one with seats.
 *
 * --- A handle on a state folder ---
 *
 * It answers as `skerry check` does there. `now` is the site's time, not the wall clock's: the time
 * of the last look at the folder and as much running time as the process has seen since. A clock that
 * is set back buys nothing; one that is set ahead counts when the site believes it, at a look.
 *
 * Looks. The first question SKERRY_LOOK_S after the last look takes another one, in the thread that
 * asks: the folder is opened anew, every document verified again, the clocks read, what is new
 * recorded, and the folder closed. Others who ask meanwhile are answered from what holds. One look
 * takes 2 ms with a license or two and 10 ms with a hundred, most of it signatures, plus what the disk
 * needs to sync one small write; it allocates, does I/O and wants 64 KB of stack. Whoever cannot have
 * that in a thread calls skerry_refresh from another one more often than that, and no question ever
 * looks. Between two looks nothing of the folder is open or locked, so `skerry import` works at any
 * time, and what it brought counts at the next look.
 *
 * A look that fails (the folder is gone, or damaged) changes nothing: what was last seen goes on in
 * running time, through the license's own dates, for as long as the process lives; `trouble` in the
 * verdict says why, and another look is tried SKERRY_LOOK_S later. So does an answer that would take
 * something away while another program is just changing the folder; it is looked at again after 2 s.
 *
 * Who writes. The library never changes the user that a process runs as. It records (the time, since
 * when a machine does not match, verdicts in the journal) where the process's effective user is the
 * folder's owner and nobody else is writing at that moment. Everybody else, root too, only reads:
 * nothing becomes root's, the answer is worked out in memory, and time goes on in memory while the
 * process lives. Such a product wants somebody else to look each hour: `skerry monitor` from cron
 * does. Where nobody has for a day, or in the first hour of a boot, a wall clock that is ahead by more
 * than a day and up to 400 counts as it shows, and no longer than it does. Who may not even read the folder, which is 0700, gets FILE_PERMISSION.
 *
 * SIGKILL at any moment leaves the folder as it was before or after a write. A fork waits until no
 * thread looks, a few milliseconds, up to two seconds where a daemon hangs; then both processes go on
 * with the handle, and each closes it. The handle holds no file descriptor and no lock between calls,
 * so a daemon may close all that it finds open.
 *
 * What it needs of its host. /proc, in a chroot too: without it the folder's memory cannot be read, and
 * `trouble` is IO. SQLite, which the library shares with its host, as it is built: a host that calls
 * sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) opens and asks from one thread. A process that runs out of
 * memory or of descriptors keeps the answer that it has, and opens nothing (NO_MEMORY, IO).
 *
 * --- A handle on a socket ---
 *
 * Each look asks skerryd for a proof: the license, the vendor's manifests, and the site's verdict, signed
 * with the site's own key for a nonce that was drawn for this look. The manifests have to follow from those
 * that are pinned, the license has to be signed by a key that they permit, the verdict by the site key that
 * the license names, and no verdict may allow what the license's own dates do not. So it does not matter
 * who listens at the socket: another vendor's daemon, another site's, one that repeats what it has heard
 * or leaves a manifest out is refused. An unpaired license names no site key; it is NOT_PAIRED here, and
 * is opened as bytes or from the folder.
 *
 * Looks are as in a folder: by the first question SKERRY_LOOK_S after the last one, or when the proof ends, in
 * the thread that asks, while others are answered from what holds. One takes ten milliseconds, nearly all of it skerryd's; it waits for
 * skerryd for up to SKERRY_WAIT_MS, and again as long while the answer comes. Between looks a question costs
 * no signature and allocates nothing.
 *
 * When skerryd does not answer, or gives an answer that does not hold, the last verdict goes on in running
 * time until it would change, and for SKERRY_PROOF_S at most; `trouble` says why. After that there is
 * no access, for the reason `no_daemon`, until it answers again, which is tried every SKERRY_RETRY_S. The time is
 * the site's. A manifest that was once seen is not forgotten while the handle is open.
 *
 * Whose key signed the license may have been revoked since: then the site's own grace counts, but a license
 * whose key the pinned manifests themselves revoke, or never permitted, is refused.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "skerry_error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SKERRY_NEVER INT64_MAX

enum {
	SKERRY_MESSAGE_MAX = 1024,
	SKERRY_CUSTOM_MAX = 8,
	SKERRY_LOOK_S = 60, /* running time between two looks at a state folder or a daemon */
	SKERRY_PROOF_S =
		900, /* how long a daemon's verdict holds at most when it does not answer */
	SKERRY_WAIT_MS = 2000,        /* ... and how long it is waited for */
	SKERRY_RETRY_S = 10,          /* running time until it is tried again */
	SKERRY_SEAT_HOLDER_MAX = 255, /* bytes */
	SKERRY_SEAT_SECRET_MAX = 64   /* bytes, terminator included */
};

/* What the product may do. */
enum skerry_access { SKERRY_ACCESS_NONE = 0, SKERRY_ACCESS_READ_ONLY = 1, SKERRY_ACCESS_FULL = 2 };

enum skerry_state {
	SKERRY_STATE_UNLICENSED = 0, /* no license for this product and tenant */
	SKERRY_STATE_ACTIVE = 1,
	SKERRY_STATE_OVERDUE = 2, /* full access; a renewal should have come, or should come soon */
	SKERRY_STATE_GRACE = 3,   /* full access; days are counted */
	SKERRY_STATE_DEGRADED = 4, /* read only */
	SKERRY_STATE_LOCKED = 5
};

enum skerry_reason {
	SKERRY_REASON_OK = 0,
	SKERRY_REASON_NOT_YET_VALID = 1,
	SKERRY_REASON_OVERDUE = 2,
	SKERRY_REASON_EXPIRED = 3,        /* past valid_until */
	SKERRY_REASON_RENEWAL_MISSED = 4, /* past renew_by */
	SKERRY_REASON_SUSPENDED = 5,
	SKERRY_REASON_REVOKED = 6,
	SKERRY_REASON_SIGNING_KEY_REVOKED = 7,
	SKERRY_REASON_UNPAIRED = 8,
	SKERRY_REASON_WRONG_MACHINE = 9,
	SKERRY_REASON_TOO_FEW_COMPONENTS = 10,
	SKERRY_REASON_WRONG_DOMAIN = 11,
	SKERRY_REASON_WRONG_TENANT = 12,
	SKERRY_REASON_MAINTENANCE_ENDED = 13, /* the product was built after maintenance_until */
	SKERRY_REASON_NO_LICENSE = 14,
	SKERRY_REASON_STATE_DAMAGED = 15,
	SKERRY_REASON_NO_DAEMON =
		16 /* of a handle on a socket: skerryd has not answered for too long */
};

enum skerry_notice {
	SKERRY_NOTICE_NONE = 0,
	SKERRY_NOTICE_INFO = 1,
	SKERRY_NOTICE_WARN = 2,
	SKERRY_NOTICE_ALERT = 3
};

/* How the site's own time and the wall clock go together. Costs a notice, never access by itself. */
enum skerry_clock {
	SKERRY_CLOCK_OK = 0,
	SKERRY_CLOCK_BEHIND = 1,         /* the wall clock is behind by more than is tolerated */
	SKERRY_CLOCK_AHEAD_UNPROVEN = 2, /* far ahead, and not believed: `skerry clock confirm` */
	SKERRY_CLOCK_FAULT = 3,          /* running time cannot be counted here */
	SKERRY_CLOCK_UNATTENDED = 4      /* nobody looked for a day */
};

/* Their words ("read_only", "grace", "renewal_missed", "warn"); "unknown" outside the enum. Static. */
SKERRY_API const char *skerry_access_name(enum skerry_access access);
SKERRY_API const char *skerry_state_name(enum skerry_state state);
SKERRY_API const char *skerry_reason_name(enum skerry_reason reason);
SKERRY_API const char *skerry_notice_name(enum skerry_notice notice);
SKERRY_API const char *skerry_clock_name(enum skerry_clock clock);

/* A handle. Opaque. */
struct skerry;

/*
 * How to open. Set it to SKERRY_CONFIG_INIT, then what is needed; everything is borrowed during
 * skerry_open only. Zero means: not given.
 */
struct skerry_config {
	size_t config_size; /* sizeof(struct skerry_config), so that the struct can grow */

	/*
	 * The vendor's root manifest, any carrier; required. Later ones may follow it.
	 *
	 * Of a socket the chain that skerryd tells has to go on from it, as far as it is newer.
	 *
	 * Of a state folder this is the pin: its chain of manifests must hold the newest one given
	 * here, word for word, or go on from it; or be older and lead to it. What is given here and
	 * newer than all that the folder holds counts at once, its revocations too, and is kept in
	 * the folder where it follows and can be written. Another vendor's folder is TRUST_PINNED.
	 */
	const void *trust;
	size_t trust_len;
	const char *product; /* "hotelhub/hms", with its brand; required */
	int64_t build_date;  /* of the product, for maintenance; 0: not compared */
	const char *tenant;  /* which tenant's license is wanted; without it any one's will do */
	/*
	 * That this installation serves. Without one of its own a license for domains gives access only
	 * for its rebind grace, which counts from its issue.
	 */
	const char *domain;

	/*
	 * A state folder; of this, `license` and `socket` exactly one is given. A relative path counts from
	 * where the process is when it opens.
	 */
	const char *state;

	/*
	 * Bytes mode: the license as binary, armor, QR text or saved mail; later manifests may follow
	 * it in the same carrier. Of several licenses in one carrier the first that fits product and
	 * tenant is opened; where none does, the error is that of the first. It has no memory: time is
	 * the system's clock, never before the license's own issue date; a machine or domain that does
	 * not match has its rebind grace counted from that issue date; and a site key in the license is
	 * not compared.
	 */
	const void *license;
	size_t license_len;

	/* What the product knows of its machine, beside what the library collects: "custom" components. */
	const char *custom[SKERRY_CUSTOM_MAX];
	size_t custom_len;
	const char *install_path; /* where the product is installed, absolute; NULL: not told */

	/*
	 * Of skerry_message: "en" or "id", or a locale that begins so ("id_ID.UTF-8"). NULL, and any
	 * other one: English.
	 */
	const char *language;

	/*
	 * skerryd's socket, "/run/skerry/skerry.sock"; under 108 bytes. Who was compiled when this struct
	 * ended here, as config_size tells, has given none.
	 */
	const char *socket;
};

#ifdef __cplusplus
/* C++ has no designated initializers before C++20. */
static inline skerry_config
skerry_config_init()
{
	skerry_config config = skerry_config();

	config.config_size = sizeof config;
	return config;
}
#define SKERRY_CONFIG_INIT skerry_config_init()
#else
/* clang-format off */
#define SKERRY_CONFIG_INIT { .config_size = sizeof(struct skerry_config) }
/* clang-format on */
#endif

/* Why opening failed, for a log or a person. */
struct skerry_failure {
	enum skerry_err err;
	size_t offset;                    /* byte in the document, for malformed input; else 0 */
	char message[SKERRY_MESSAGE_MAX]; /* what happened and what to do next; terminated */
};

/*
 * Opens a handle, verifying manifest and license. The caller closes it. `ret_failure` may be NULL.
 *
 * A license that is genuine but grants nothing (expired, wrong machine, ...) opens: its verdict
 * says so, as it does of a folder without a license. What fails to open:
 *
 *	ARGUMENT          a required member missing, none or several of `license`, `state` and `socket`,
 *	                  a product without its brand, config_size unknown, custom values, an install
 *	                  path or a socket's path that are too long
 *	NO_MEMORY, CRYPTO
 *	2xx to 5xx        whatever reading and trusting a manifest can refuse
 * of bytes
 *	2xx to 5xx        of the license as well; that its signing key is revoked is among them
 *	PRODUCT, BRAND, TENANT  it is for another one, or for none when one is asked for
 * of a state folder
 *	TRUST_PINNED      another vendor's
 *	STORE_MISSING     no folder, or `skerry init` has not made it a site
 *	FILE_PERMISSION   it may not be read
 *	FILE_*, IO        its manifests or keys cannot be read, or are damaged
 * of a socket
 *	NO_DAEMON         nobody answers there in time
 *	FILE_PERMISSION   the socket is not for this user (group skerry)
 *	IO, HTTP_*        what answers there is no skerryd, or one that is busy
 *	NOT_PAIRED        the license is not bound to that site's key
 *	2xx to 5xx        a manifest, license or proof that does not hold; TRUST_SEQUENCE where a
 *	                  manifest was left out
 *	PRODUCT, BRAND, TENANT, PROOF  a license or proof of something else than was asked for
 *	7xx               the daemon's own folder is in trouble
 *
 * A license in a folder that does not verify grants nothing and is no error here; where that leaves
 * none, the reason is `state_damaged`. A daemon that holds no license for the product opens, too.
 *
 * What it reads of the machine is what `skerry fingerprint` lists and /etc/localtime: once, or at each
 * look.
 */
SKERRY_API enum skerry_err skerry_open(const struct skerry_config *config,
	struct skerry **ret_skerry, struct skerry_failure *ret_failure);

/* Frees it; NULL is harmless. Nobody may be asking it. */
SKERRY_API void skerry_close(struct skerry *skerry);

/*
 * Looks at the state folder or asks the daemon now, after an import, say; waits for a look that is under way. Errors of
 * opening; the answer then stays what it was. ARGUMENT for a handle on bytes: open a new one. Thread-
 * safe. `ret_failure` may be NULL.
 */
SKERRY_API enum skerry_err skerry_refresh(
	const struct skerry *skerry, struct skerry_failure *ret_failure);

/*
 * The answer. Instants are SKERRY_NEVER where the license has none. Of a state folder they are in the
 * site's time, exact to the second; the wall clock may show another one.
 */
struct skerry_verdict {
	enum skerry_state state;
	enum skerry_access access;
	enum skerry_reason reason;
	enum skerry_notice notice;
	int64_t at;             /* the instant it was decided for */
	int64_t next_change_at; /* when the answer next changes */
	int64_t renew_by, valid_until, maintenance_until;
	int64_t grace_until, degraded_until; /* day ends included */
	/* Of a state folder or a daemon; of bytes all of them are 0. */
	enum skerry_clock clock;
	bool state_rollback;     /* an older copy of the folder was put back */
	enum skerry_err trouble; /* why the last look failed, or recorded nothing; SKERRY_OK */
};

/*
 * The verdict now; and at another instant, for forecasts and tests: with what is held and known now.
 * An instant before that of the last look, or before a license's issue in bytes mode, is taken as
 * that. A daemon is asked about now alone: from next_change_at on, its answer is `no_daemon`. ARGUMENT for
 * NULL alone.
 */
SKERRY_API enum skerry_err skerry_verdict(
	const struct skerry *skerry, struct skerry_verdict *ret_verdict);
SKERRY_API enum skerry_err skerry_verdict_at(
	const struct skerry *skerry, int64_t at, struct skerry_verdict *ret_verdict);

/*
 * May the feature be used now? SKERRY_OK: yes. NO_ACCESS: the verdict does not grant full access.
 * NO_FEATURE: the license does not name it, or as a limit. ARGUMENT.
 */
SKERRY_API enum skerry_err skerry_feature(const struct skerry *skerry, const char *feature);
/* The same with at least read-only access. */
SKERRY_API enum skerry_err skerry_feature_read(const struct skerry *skerry, const char *feature);

/* A limit's number. NO_LIMIT: not in the license, or no number. NO_ACCESS: none at all. ARGUMENT. */
SKERRY_API enum skerry_err skerry_limit(
	const struct skerry *skerry, const char *limit, int64_t *ret_number);
/* A text value, terminated, in a buffer of text_max bytes. NO_SPACE, NO_LIMIT, NO_ACCESS, ARGUMENT. */
SKERRY_API enum skerry_err skerry_text(
	const struct skerry *skerry, const char *name, char *ret_text, size_t text_max);

/*
 * One to four sentences for the person in front of the screen: what holds, until when, what to do,
 * and whom to call, in the config's language. Terminated; NO_SPACE when `text_max` is under SKERRY_MESSAGE_MAX,
 * ARGUMENT.
 */
SKERRY_API enum skerry_err skerry_message(
	const struct skerry *skerry, char *ret_text, size_t text_max);

/*
 * --- Seats: concurrent uses, of a handle on a socket ---
 *
 * A holder is any name that tells one use from all others: a session, a terminal, a process ("front-desk-2",
 * "pid 4711 at 10.0.0.7"). It holds its seat for the license's time to live and has to renew it before that
 * is over; each third of expires_in_s leaves two more tries. skerryd writes a claim to disk before it answers.
 * Every call asks skerryd, and waits as a look does.
 */
struct skerry_seat {
	char secret
		[SKERRY_SEAT_SECRET_MAX]; /* proves who holds it; a renewal leaves it as it was */
	int64_t expires_in_s;             /* seconds of running time from now */
	bool burst;                       /* above the license's number: for a while only */
};

/*
 * Claims a seat. Keep *ret_seat: the secret is told once. A process of the same user may claim the same
 * name again without its secret; that is a renewal, and leaves the secret of ret_seat empty.
 *
 *	ARGUMENT        NULL, no handle on a socket, or a holder that is empty, longer than
 *	                SKERRY_SEAT_HOLDER_MAX, not UTF-8 or with control characters
 *	NO_ACCESS       the verdict grants none; read only is enough for a seat
 *	NO_SEATS        the license grants no seats
 *	SEAT_NONE_FREE  all are taken; *ret_seat.expires_in_s says in how many seconds one may be free, -1:
 *	                not known
 *	SEAT_HELD       somebody else holds that name
 *	SEAT_CAP        this user holds as many as one may
 *	NO_DAEMON, FILE_PERMISSION, IO, HTTP_*, 7xx   as of opening; nothing is known of the seat
 *
 * *ret_seat is written on success, and of SEAT_NONE_FREE. All three are thread-safe.
 */
SKERRY_API enum skerry_err skerry_seat_claim(
	const struct skerry *skerry, const char *holder, struct skerry_seat *ret_seat);
/*
 * Renews it; `seat` is that of the claim and is brought up to date. A seat that ended meanwhile is claimed anew
 * where one is free, with another secret. SEAT_HELD: it ended, and somebody else has the name now. Else as
 * claiming.
 */
SKERRY_API enum skerry_err skerry_seat_renew(
	const struct skerry *skerry, const char *holder, struct skerry_seat *seat);
/* Gives it back. SEAT_UNKNOWN: it had ended. SEAT_SECRET: somebody else holds the name. Else as claiming. */
SKERRY_API enum skerry_err skerry_seat_release(
	const struct skerry *skerry, const char *holder, const struct skerry_seat *seat);

/* "0.1.0". Static. */
SKERRY_API const char *skerry_version(void);

#ifdef __cplusplus
}
#endif

#endif
