/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_CALL_H
#define VERIFIER_DAEMON_CALLS_CALL_H

/*
 * What the handlers of calls share: how an answer is told, how a call is refused, and how one is handed to
 * the keeper. A handler either answers at once or gives its call to a job; each call is answered once.
 */

#include "call_body.h"
#include "routes.h"
#include "verifier/show/show.h"

/* --- answering ------------------------------------------------------------------------------- */

enum { CALL_NO_EXIT = -1 };

struct call_answer {
	int status;
	enum http_format
		format; /* of `text`: HTTP_JSON, told as CBOR where that was asked for; HTTP_TEXT */
	const char *text; /* NULL: none */
	size_t text_len;
	int exit;                 /* Skerry-Exit; CALL_NO_EXIT */
	enum skerry_err err;      /* for the log */
	const char *name, *value; /* one more header; NULL */
};
void call_tell(struct routes *routes, struct http_call *call, const struct call_answer *answer);
/* For the log and /metrics: a call was answered. Done by all that tell here. */
void call_note(
	struct routes *routes, const struct http_call *call, int status, enum skerry_err err);
/* An answer that others will get as well; NULL: no memory, and it was not told. */
struct http_kept *call_tell_kept(
	struct routes *routes, struct http_call *call, const struct call_answer *answer);

/* --- refusing -------------------------------------------------------------------------------- */

struct call_refusal {
	enum skerry_err err;
	int status;          /* 0: call_status(err) */
	const char *message; /* a sentence in place of skerry_strerror's; NULL */
	const char *advice;  /* in place of skerry_err_advice's; NULL */
	const char *subject; /* what it is about; NULL */
	bool has_offset;
	size_t offset;
	int64_t retry_in; /* seconds until it may go otherwise; 0: nobody knows */
	int64_t retry_at; /* the same as an instant, where retry_in is told */
	bool has_exit;    /* Skerry-Exit, where it is not command_exit_of(err) */
	int exit;
	const char *allow; /* METHOD: those that there are */
	char text[320];    /* what `message` may point to */
};
/* {"error":{"code","message","advice",...}} */
void call_refuse(struct routes *routes, struct http_call *call, const struct call_refusal *refusal);
/* One that is about the call's own words: 400, with a formatted message. False, for who returns that. */
bool call_refusal_set(struct call_refusal *ret_refusal, enum skerry_err err, const char *format,
	...) __attribute__((format(printf, 3, 4)));
/* The status of an error where a call has none of its own for it. */
int call_status(enum skerry_err err);

/* --- who asks -------------------------------------------------------------------------------- */

/* uid 0, the folder's owner, one of the configuration's; never over TCP. */
bool call_is_operator(const struct routes *routes, const struct http_peer *peer);
/* The same, or the refusal that says who may. */
bool call_may_operate(const struct routes *routes, const struct http_call *call,
	struct call_refusal *ret_refusal);
/* "uid:33", "token:NAME", "tcp". */
void call_owner(const struct http_peer *peer, char ret_owner[SEATS_OWNER_MAX]);
/* The language that was asked for, else the daemon's. */
const struct texts *call_texts(const struct routes *routes, const struct http_call *call);

/* --- a text that grows ----------------------------------------------------------------------- */

struct call_paper {
	FILE *out; /* NULL: no memory */
	char *text;
	size_t len;
};
void call_paper_open(struct call_paper *ret_paper);
/* False: not all of it could be kept. `text` and `len` are good until call_paper_free. */
bool call_paper_close(struct call_paper *paper);
void call_paper_free(struct call_paper *paper);

/* --- with the keeper ------------------------------------------------------------------------- */

struct call_job;
struct call_work {
	enum keeper_need need;
	/* On the keeper's thread. */
	bool (*work)(struct call_job *job, struct site *site);
	/* Instead of telling, on the front's thread; the call is still to be answered. NULL. */
	void (*then)(struct call_job *job);
	bool always; /* `then` also where `work` returned false or was not called (job->done) */
	void *own;   /* allocated; taken over, also where the call is refused at once */
	void (*free_own)(void *own); /* NULL: free */
};

/*
 * A call that needs the site. `work` runs on the keeper's thread: it reads the call, which stays as it is
 * meanwhile, writes its answer on paper.out and returns true; or it sets `refusal` and returns false. What
 * follows, on the front's thread, tells either.
 */
struct call_job {
	struct keeper_job job;
	struct routes *routes;
	struct http_call *call;
	struct call_work work;
	void *own;               /* the family's */
	enum http_format format; /* of what `work` writes: HTTP_JSON or HTTP_TEXT */
	int status, exit;
	bool done;  /* it is to be told; else it is refused */
	bool wrote; /* something in the folder is another thing now */
	struct call_paper paper;
	struct call_refusal refusal;
	struct show_failure failure; /* what `refusal` may borrow */
};

/* Refuses the call where there is no memory, or too many wait. */
void call_post(struct routes *routes, struct http_call *call, const struct call_work *work);
/* A job that is done: told, and freed. */
void call_done(struct call_job *job);

/* --- answers of verifier/show ----------------------------------------------------------------- */

/* For whom, by what the call says of itself; without a place. */
struct show call_show(
	const struct routes *routes, const struct http_call *call, FILE *out, bool json);
/* The same for a job, on its paper, in the form that was asked for. */
struct show call_job_show(struct call_job *job, const struct site *site);
/* After show_...: its exit, or job->failure as the refusal; returns `shown`. */
bool call_shown(struct call_job *job, bool shown, enum command_exit exit);
/* A failure as a refusal, which borrows it. */
struct call_refusal call_failed(const struct show_failure *kept);

#endif
