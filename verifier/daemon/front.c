/* SPDX-License-Identifier: ISC */
#include "front.h"
#include "call_log.h"
#include "config_stays.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "bell.h"
#include "verifier/daemon/http/http.h"
#include "keeper.h"
#include "known_tokens.h"
#include "since_boot.h"
#include "verifier/daemon/calls/routes.h"
#include "tidy.h"
#include "verifier/first_verdict.h"
#include "verifier/gather/clocks.h"
#include "visit.h"

enum { FD_SIGNALS, FD_HTTP, FD_KEEPER, FD_LOOKED, FDS };

struct front {
	const struct front_config *start;
	struct config config; /* what a reload has read; until then empty */
	const struct config *now;
	struct known_tokens tokens;
	struct seats *seats;
	enum skerry_err seats_err;
	struct seats_moment moment;
	struct answers *answers;
	struct http *http;
	struct keeper *keeper;
	struct routes *routes;
	int signals, looked;
	bool ready, ends;
	int64_t alive_ms, stuck_s; /* when the supervisor, and the log, are told next */
	struct tidy tidy;
};

/* --- what routes and keeper are given --------------------------------------------------------- */

static bool
is_token(void *context, const char *token, char ret_name[64])
{
	struct front *front = context;

	return known_tokens_find(&front->tokens, token, ret_name);
}

static bool
spools(void *context, enum http_method method, const char *path)
{
	struct front *front = context;

	return routes_spools(front->routes, method, path);
}

static void
serve(void *context, struct http_call *call)
{
	struct front *front = context;

	routes_serve(front->routes, call);
}

static void
answered(void *context, const struct http_call *call, int status, enum skerry_err err)
{
	const struct front *front = context;

	call_log(front->start->log, call, status, err);
}

static void
count_sticks(void *context, struct metrics_sticks *ret_sticks)
{
	const struct front *front = context;
	struct keeper_met met;

	keeper_met(front->keeper, &met);
	*ret_sticks = (struct metrics_sticks){ .visits = met.visits,
		.taken = met.taken,
		.left = met.left,
		.skipped = met.skipped,
		.failed = met.failed };
}

static void
tell_seats_trouble(void *context, enum skerry_err err)
{
	const struct front *front = context;

	if (err == SKERRY_OK)
		log_event(front->start->log, LOG_CHANGES, "seats_over", NULL);
	else
		log_event(front->start->log, LOG_ERRORS, "seats_failed", "error",
			skerry_err_name(err), "message", skerry_strerror(err), "advice",
			skerry_err_advice(err), NULL);
}

static void
tell_seats_anew(void *context)
{
	const struct front *front = context;

	log_event(front->start->log, LOG_ERRORS, "seats_anew", "message",
		"The file of the seats was damaged or gone: all of them are free, and who held "
		"one claims it again.",
		NULL);
}

/* On the keeper's thread. What came while nobody asked is to be on record, too. */
static int64_t
look(void *context, struct site *site, int64_t mono, enum skerry_err trouble)
{
	struct front *front = context;
	int64_t change;

	if (site != NULL)
		first_verdict_record(site);
	change = answers_look(front->answers, site, mono, trouble);
	bell_ring(front->looked);
	return change;
}

static struct keeper_config
keeper_config_of(struct front *front)
{
	const struct config *config = front->now;

	return (struct keeper_config){
		.state = front->start->config->state,
		.drops = (const char *const *)config->drops.values,
		.drops_len = config->drops.len,
		.sticks = (const char *const *)config->sticks.values,
		.sticks_len = config->sticks.len,
		.look = look,
		.context = front,
		.log = front->start->log,
	};
}

bool
front_find_operators(
	const struct config *config, uid_t ret_users[CONFIG_NAMES_MAX], const char **ret_unknown)
{
	for (size_t i = 0; i < config->operators.len; i++) {
		const char *name = config->operators.values[i];
		const struct passwd *entry = getpwnam(name);

		if (entry != NULL) {
			ret_users[i] = entry->pw_uid;
		} else if (strlen(name) <= 9 && name[strspn(name, "0123456789")] == '\0') {
			ret_users[i] = (uid_t)strtoul(name, NULL, 10);
		} else {
			*ret_unknown = name;
			return false;
		}
	}
	return true;
}

static struct routes_rules
rules_of(const struct front *front, uid_t users[CONFIG_NAMES_MAX])
{
	const struct config *config = front->now;
	const char *unknown = NULL;
	bool found = front_find_operators(config, users, &unknown);

	if (!found)
		log_event(front->start->log, LOG_ERRORS, "operators_unknown", "user", unknown,
			"message",
			"There is no such user: nobody but root and the folder's owner "
			"is an operator.",
			NULL);
	return (struct routes_rules){ .owner = front->start->place->owner,
		.operators = users,
		.operators_len = found ? config->operators.len : 0,
		.seats_per_user = config->seats_per_user,
		.texts = texts_find(config->language == NULL ? "en" : config->language) };
}

/* --- opening --------------------------------------------------------------------------------- */

static void
read_moment(struct seats_moment *ret_moment)
{
	struct clock_reading reading;

	_Static_assert(sizeof ret_moment->boot == sizeof reading.boot_id, "one boot id");
	clocks_read("/", &reading);
	memcpy(ret_moment->boot, reading.boot_id, sizeof ret_moment->boot);
	ret_moment->boottime_s = since_boot_ms() / 1000;
}

/* Without seats the rest is served: why is told to who claims one. */
static void
open_seats(struct front *front)
{
	read_moment(&front->moment);
	front->seats_err =
		seats_open(front->start->place->directory, &front->moment, &front->seats);
	if (front->seats_err != SKERRY_OK)
		log_event(front->start->log, LOG_ERRORS, "seats_failed", "error",
			skerry_err_name(front->seats_err), "message",
			skerry_strerror(front->seats_err), NULL);
}

static enum skerry_err
open_http(struct front *front, struct front_failure *ret_failure)
{
	const struct front_config *start = front->start;
	const struct config *config = start->config;
	bool any = known_tokens_any(&front->tokens);
	const struct http_config http = {
		.socket = start->socket,
		.socket_group = start->socket_group,
		.inherited = start->inherited,
		.inherited_len = start->inherited_len,
		.address = config->http,
		.tls_cert = start->tls.cert,
		.tls_key = start->tls.key,
		.names = (const char *const *)config->http_names.values,
		.names_len = config->http_names.len,
		.is_token = any ? is_token : NULL,
		.spool_directory = start->place->directory,
		.spools = spools,
		.serve = serve,
		.refused = answered,
		.context = front,
	};
	struct http_failure failure = { .subject = NULL };
	enum skerry_err err = http_open(&http, &front->http, &failure);

	if (err != SKERRY_OK)
		*ret_failure = (struct front_failure){ failure.subject, failure.message };
	return err;
}

static enum skerry_err
open_signals(struct front *front)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	front->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	front->looked = bell_make();
	return front->signals < 0 || front->looked < 0 ? SKERRY_ERR_IO : SKERRY_OK;
}

enum skerry_err
front_open(const struct front_config *config, struct front **ret_front,
	struct front_failure *ret_failure)
{
	struct front *front = calloc(1, sizeof *front);
	enum skerry_err err;

	*ret_failure = (struct front_failure){ .subject = NULL };
	if (front == NULL)
		return SKERRY_ERR_NO_MEMORY;
	front->start = config;
	front->now = config->config;
	front->signals = front->looked = -1;
	known_tokens_begin(config->place->directory, &front->tokens);
	err = open_signals(front);
	if (err == SKERRY_OK)
		err = answers_new(&front->answers);
	if (err == SKERRY_OK)
		err = open_http(front, ret_failure);
	if (err == SKERRY_OK)
		*ret_front = front;
	else
		front_close(front);
	return err;
}

enum skerry_err
front_start(struct front *front)
{
	const struct keeper_config keeper = keeper_config_of(front);
	struct routes_reach reach = { .state = front->start->config->state,
		.answers = front->answers,
		.answered = answered,
		.seats_trouble = tell_seats_trouble,
		.seats_anew = tell_seats_anew,
		.sticks = count_sticks,
		.context = front };
	uid_t users[CONFIG_NAMES_MAX];
	const struct routes_rules rules = rules_of(front, users);
	enum skerry_err err = keeper_start(&keeper, &front->keeper);

	if (err != SKERRY_OK)
		return err;
	/* While the keeper takes its first look: both wait for the disk. */
	open_seats(front);
	reach.keeper = front->keeper;
	reach.seats = front->seats;
	reach.seats_err = front->seats_err;
	memcpy(reach.boot, front->moment.boot, sizeof reach.boot);
	err = routes_new(&reach, &rules, &front->routes);
	if (err == SKERRY_OK)
		routes_set_http(front->routes, front->http);
	return err;
}

/* --- signals --------------------------------------------------------------------------------- */

static void
reload_tls(struct front *front, const struct front_tls *tls)
{
	enum skerry_err err = SKERRY_OK;

	if (tls->cert != NULL && tls->key != NULL)
		err = http_set_tls(front->http, tls->cert, tls->key);
	if (err == SKERRY_OK)
		return;
	log_event(front->start->log, LOG_ERRORS, "tls_failed", "error", skerry_err_name(err),
		"message",
		err == SKERRY_ERR_ARGUMENT
			? "tls_cert and tls_key do not fit: those before stay."
			: "The certificate cannot be taken now: the one before stays.",
		NULL);
}

static void
take_config(struct front *front, struct config *next)
{
	struct keeper_config keeper;
	struct routes_rules rules;
	uid_t users[CONFIG_NAMES_MAX];

	config_stays_tell(front->start->log, front->start->config, next);
	config_free(&front->config);
	front->config = *next;
	front->now = &front->config;
	front->start->log->level = front->config.log;
	rules = rules_of(front, users);
	keeper = keeper_config_of(front);
	if (routes_set_rules(front->routes, &rules) != SKERRY_OK ||
		keeper_reload(front->keeper, &keeper) != SKERRY_OK)
		log_event(front->start->log, LOG_ERRORS, "reload_failed", "error",
			skerry_err_name(SKERRY_ERR_NO_MEMORY), NULL);
}

static void
reload(struct front *front)
{
	const struct front_config *start = front->start;
	struct timespec now = { 0 };
	struct front_tls tls = { .cert = NULL };
	struct config next;
	bool read;

	clock_gettime(CLOCK_MONOTONIC, &now);
	notify_tell(start->notify, "RELOADING=1\nMONOTONIC_USEC=%lld",
		(long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	config_init(&next);
	read = start->read_again(start->context, &next, &tls);
	if (read) {
		take_config(front, &next);
		reload_tls(front, &tls);
	} else {
		config_free(&next);
		keeper_wake(front->keeper);
	}
	free(tls.cert);
	free(tls.key);
	log_event(start->log, LOG_CHANGES, "reload", "config", read ? "new" : "as_before", NULL);
	notify_tell(start->notify, "READY=1");
}

static void
hear_signals(struct front *front)
{
	struct signalfd_siginfo info;

	while (read(front->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP)
			reload(front);
		else
			front->ends = true;
	}
}

/* --- running --------------------------------------------------------------------------------- */

/* The first look is over: now it can answer. */
static void
hear_look(struct front *front)
{
	if (!bell_silence(front->looked) || front->ready)
		return;
	front->ready = true;
	notify_tell(front->start->notify, "READY=1\nSTATUS=Serving %s", front->now->state);
	log_event(front->start->log, LOG_CHANGES, "ready", "version", SKERRY_VERSION, "state",
		front->start->config->state, "socket", front->start->socket, "http",
		front->start->config->http, NULL);
}

static void
tell_alive(struct front *front)
{
	const struct notify *notify = front->start->notify;
	int64_t now = since_boot_ms();

	if (notify->watchdog_ms == 0 || now < front->alive_ms)
		return;
	notify_tell(notify, "WATCHDOG=1");
	front->alive_ms = now + notify->watchdog_ms;
}

static void
tell_stuck(struct front *front)
{
	int64_t since = keeper_busy_since(front->keeper), now = visit_mono();
	char seconds[LOG_NUMBER_MAX];

	if (since == 0) {
		front->stuck_s = 0;
		return;
	}
	if (now - since < FRONT_STUCK_S + front->stuck_s)
		return;
	front->stuck_s = now - since;
	log_event(front->start->log, LOG_ERRORS, "keeper_stuck", "seconds",
		log_number((long long)front->stuck_s, seconds), "message",
		"A stick, a drop folder or the disk of the state folder does not answer. Licenses "
		"and seats are served from what is known; nothing new is taken in.",
		"advice", "Pull the stick, or look after that disk.", NULL);
}

static int
shorter(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int
timeout_ms(const struct front *front)
{
	int timeout = shorter(http_timeout_ms(front->http), routes_timeout_ms(front->routes));
	int64_t watchdog = front->start->notify->watchdog_ms;

	timeout = shorter(timeout, tidy_timeout_ms(&front->tidy, since_boot_ms()));
	timeout = shorter(timeout, 60000);
	if (watchdog > 0 && watchdog < timeout) {
		int64_t left = front->alive_ms - since_boot_ms();

		timeout = shorter(timeout, left < 0 ? 0 : (int)left);
	}
	return timeout;
}

static void
give_memory_back(struct front *front, bool worked)
{
	struct http_counts counts;

	http_count(front->http, &counts);
	tidy_round(&front->tidy, since_boot_ms(), counts.open, worked);
}

static void
round_once(struct front *front)
{
	struct pollfd fds[FDS] = {
		[FD_SIGNALS] = { .fd = front->signals, .events = POLLIN },
		[FD_HTTP] = { .fd = http_fd(front->http), .events = POLLIN },
		[FD_KEEPER] = { .fd = keeper_fd(front->keeper), .events = POLLIN },
		[FD_LOOKED] = { .fd = front->looked, .events = POLLIN },
	};

	if (poll(fds, FDS, timeout_ms(front)) < 0)
		return;
	if (fds[FD_SIGNALS].revents != 0)
		hear_signals(front);
	if (fds[FD_LOOKED].revents != 0)
		hear_look(front);
	http_run(front->http);
	if (fds[FD_KEEPER].revents != 0)
		routes_take(front->routes);
	/* All claims of this round share one commit. */
	routes_round(front->routes);
	tell_alive(front);
	tell_stuck(front);
	give_memory_back(front, fds[FD_LOOKED].revents != 0 || fds[FD_KEEPER].revents != 0);
}

void
front_run(struct front *front)
{
	while (!front->ends)
		round_once(front);
	notify_tell(front->start->notify, "STOPPING=1");
	log_event(front->start->log, LOG_CHANGES, "stopping", NULL);
}

/* --- the end --------------------------------------------------------------------------------- */

/* Those who wait for the keeper are told that it is over. */
static bool
stop_keeper(struct front *front)
{
	bool stopped;

	if (front->keeper == NULL)
		return true;
	stopped = keeper_stop(front->keeper, FRONT_STOP_MS);
	if (front->routes == NULL)
		return stopped;
	routes_take(front->routes);
	routes_round(front->routes);
	http_run(front->http);
	/* What was claimed in that last round is told, too: else its secret would be nobody's. */
	routes_round(front->routes);
	return stopped;
}

bool
front_close(struct front *front)
{
	bool stopped;

	if (front == NULL)
		return true;
	stopped = stop_keeper(front);
	if (!stopped) {
		/* The job under way reads the call that it is for. */
		http_leave(front->http);
		seats_close(front->seats);
		return false;
	}
	http_close(front->http);
	seats_close(front->seats);
	routes_free(front->routes);
	keeper_free(front->keeper);
	answers_free(front->answers);
	if (front->signals >= 0)
		close(front->signals);
	if (front->looked >= 0)
		close(front->looked);
	config_free(&front->config);
	free(front);
	return true;
}
