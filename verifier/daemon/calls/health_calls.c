/* SPDX-License-Identifier: ISC */
#include "health_calls.h"

#include <stdlib.h>

#include "call_question.h"
#include "overview.h"
#include "pool_use.h"
#include "routes_inside.h"
#include "verifier/daemon/visit.h"
#include "verifier/decide/clock.h"

/* --- health ---------------------------------------------------------------------------------- */

struct health {
	struct answers_health looks;
	int64_t ago_s; /* since the last look */
	bool ok;
};

static enum skerry_err
seats_trouble(const struct routes *routes)
{
	return routes->reach.seats != NULL ? routes->seats_trouble : routes->reach.seats_err;
}

static void
find_health(const struct routes *routes, struct health *ret_health)
{
	answers_health(routes->reach.answers, &ret_health->looks);
	ret_health->ago_s = visit_mono() - ret_health->looks.looked_at_mono;
	ret_health->ok = ret_health->looks.looked && ret_health->looks.trouble == SKERRY_OK &&
			 ret_health->ago_s <= HEALTH_LOOK_S && routes->reach.seats != NULL &&
			 routes->seats_trouble == SKERRY_OK;
}

static void
put_trouble(struct json *j, const char *name, enum skerry_err err)
{
	json_name(j, name);
	json_chars(j, err == SKERRY_OK ? NULL : skerry_err_name(err));
}

static void
write_health(FILE *out, const struct routes *routes, const struct health *health)
{
	const struct answers_health *looks = &health->looks;
	struct json j;

	json_init(&j, command_sink, out);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, health->ok);
	json_name(&j, "version");
	json_chars(&j, SKERRY_VERSION);
	json_name(&j, "settled");
	json_date(&j, looks->looked ? looks->site_now : INT64_MAX);
	json_name(&j, "looked_s_ago");
	if (looks->looked)
		json_int(&j, health->ago_s);
	else
		json_null(&j);
	put_trouble(&j, "trouble", looks->trouble);
	put_trouble(&j, "seats_trouble", seats_trouble(routes));
	json_object_close(&j);
	putc('\n', out);
}

void
health_call(struct routes *routes, struct http_call *call)
{
	struct call_answer answer = { .status = 503, .exit = CALL_NO_EXIT };
	struct call_refusal refusal;
	struct call_question question;
	struct call_paper paper;
	struct health health;

	if (!call_question_read(call, 0, &question, &refusal)) {
		call_refuse(routes, call, &refusal);
		return;
	}
	find_health(routes, &health);
	call_paper_open(&paper);
	if (paper.out != NULL)
		write_health(paper.out, routes, &health);
	if (call_paper_close(&paper)) {
		answer.text = paper.text;
		answer.text_len = paper.len;
		if (health.ok)
			answer.status = 200;
		answer.err = health.looks.trouble;
		call_tell(routes, call, &answer);
	} else {
		refusal = (struct call_refusal){ .err = SKERRY_ERR_NO_MEMORY };
		call_refuse(routes, call, &refusal);
	}
	call_paper_free(&paper);
}

/* --- metrics --------------------------------------------------------------------------------- */

/* What the keeper finds and the front adds to. */
struct numbers {
	struct overview overview;
};

static void
put_looks(const struct metrics *metrics, const struct routes *routes)
{
	struct health health;

	find_health(routes, &health);
	metrics_family(metrics, "skerry_healthy", "gauge", "1: what /v1/health calls ok.");
	metrics_sample(metrics, "skerry_healthy", health.ok, NULL);
	metrics_family(metrics, "skerry_looks_total", "counter",
		"How often the keeper has looked at the state folder.");
	metrics_sample(metrics, "skerry_looks_total", (double)health.looks.looks, NULL);
	metrics_family(
		metrics, "skerry_looked_seconds_ago", "gauge", "Since the keeper's last look.");
	metrics_sample(metrics, "skerry_looked_seconds_ago", (double)health.ago_s, NULL);
	metrics_family(metrics, "skerry_trouble", "gauge",
		"1: why the last look failed or could not be recorded.");
	if (health.looks.trouble != SKERRY_OK)
		metrics_sample(metrics, "skerry_trouble", 1, "code",
			skerry_err_name(health.looks.trouble), NULL);
}

static void
put_calls(const struct metrics *metrics, const struct routes *routes)
{
	static const char *const STATUS[ROUTES_STATUSES] = { NULL, "1xx", "2xx", "3xx", "4xx",
		"5xx" };
	static const char *const SEAT[ROUTES_SEATS] = { "claimed", "renewed", "released",
		"none_free", "refused" };
	struct http_counts counts = { .calls = 0 };

	metrics_family(
		metrics, "skerry_answers_total", "counter", "Calls answered, by their status.");
	for (int i = 2; i < ROUTES_STATUSES; i++)
		metrics_sample(metrics, "skerry_answers_total", (double)routes->answered[i],
			"status", STATUS[i], NULL);
	metrics_family(metrics, "skerry_seat_calls_total", "counter",
		"Calls for seats and nodes, by what came of them.");
	for (int i = 0; i < ROUTES_SEATS; i++)
		metrics_sample(metrics, "skerry_seat_calls_total", (double)routes->seats_told[i],
			"result", SEAT[i], NULL);
	if (routes->http == NULL)
		return;
	http_count(routes->http, &counts);
	metrics_family(metrics, "skerry_http_refused_total", "counter",
		"Calls refused before they were looked at: malformed, too large, without a token.");
	metrics_sample(metrics, "skerry_http_refused_total", (double)counts.refused, NULL);
	metrics_family(metrics, "skerry_http_dropped_total", "counter",
		"Connections dropped: too slow, or too many.");
	metrics_sample(metrics, "skerry_http_dropped_total", (double)counts.dropped, NULL);
	metrics_family(metrics, "skerry_http_connections_total", "counter", "Connections taken.");
	metrics_sample(metrics, "skerry_http_connections_total", (double)counts.connections, NULL);
	metrics_family(metrics, "skerry_http_open", "gauge", "Connections that are open.");
	metrics_sample(metrics, "skerry_http_open", (double)counts.open, NULL);
}

static void
put_sticks(const struct metrics *metrics, const struct routes *routes)
{
	struct metrics_sticks sticks = { .visits = 0 };
	const struct {
		const char *result;
		uint64_t count;
	} counts[] = { { "visited", 0 }, { "taken", 0 }, { "left", 0 }, { "skipped", 0 },
		{ "failed", 0 } };
	const uint64_t *values[] = { &sticks.visits, &sticks.taken, &sticks.left, &sticks.skipped,
		&sticks.failed };

	if (routes->reach.sticks != NULL)
		routes->reach.sticks(routes->reach.context, &sticks);
	metrics_family(metrics, "skerry_sticks_total", "counter",
		"Drop folders and sticks: visits, files taken in, left and skipped, failures.");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		metrics_sample(metrics, "skerry_sticks_total", (double)*values[i], "result",
			counts[i].result, NULL);
}

static void
put_licenses(const struct metrics *metrics, const struct overview *overview)
{
	metrics_family(metrics, "skerry_license_state", "gauge",
		"1 for the state that a product's license is in.");
	for (size_t i = 0; i < overview->rows_len; i++) {
		const struct overview_row *row = &overview->rows[i];

		if (row->told)
			metrics_sample(metrics, "skerry_license_state", 1, "product", row->product,
				"tenant", row->tenant, "state", skerry_state_name(row->state),
				"access", skerry_access_name(row->access), NULL);
	}
	metrics_family(metrics, "skerry_license_days_left", "gauge",
		"Days until a license has to be renewed, or the next step down.");
	for (size_t i = 0; i < overview->rows_len; i++) {
		const struct overview_row *row = &overview->rows[i];

		if (row->told && row->has_days)
			metrics_sample(metrics, "skerry_license_days_left", (double)row->days_left,
				"product", row->product, "tenant", row->tenant, NULL);
	}
}

static void
put_site(const struct metrics *metrics, const struct overview *overview)
{
	put_licenses(metrics, overview);
	metrics_family(metrics, "skerry_clock_condition", "gauge",
		"1 for the condition that the site's clock is in.");
	metrics_sample(metrics, "skerry_clock_condition", 1, "condition",
		clock_condition_name(overview->clock), NULL);
	metrics_family(metrics, "skerry_state_rollback", "gauge",
		"1: an older copy of the state folder was put back.");
	metrics_sample(metrics, "skerry_state_rollback", overview->state_rollback, NULL);
	metrics_family(metrics, "skerry_files_unused", "gauge",
		"Files of the state folder that grant nothing.");
	metrics_sample(metrics, "skerry_files_unused", (double)overview->unused, NULL);
}

enum seat_number { SEATS_MAX = 0, SEATS_BURST, SEATS_USED, SEATS_MARKED, SEATS_PEAK, SEATS_LEFT };

static double
seat_number(const struct overview_row *row, const struct seats_use *use, enum seat_number which)
{
	switch (which) {
	case SEATS_MAX:
		return (double)row->seats_max;
	case SEATS_BURST:
		return (double)row->seats_burst;
	case SEATS_USED:
		return (double)use->used;
	case SEATS_MARKED:
		return (double)use->marked;
	case SEATS_PEAK:
		return (double)use->peak;
	case SEATS_LEFT:
		return (double)use->burst_left_s;
	}
	return 0;
}

static void
put_seats(
	const struct metrics *metrics, const struct routes *routes, const struct overview *overview)
{
	static const struct {
		enum seat_number which;
		const char *name, *help;
	} FAMILIES[] = {
		{ SEATS_MAX, "skerry_seats_max", "Seats that the license grants." },
		{ SEATS_BURST, "skerry_seats_burst", "Seats beyond those, for a while." },
		{ SEATS_USED, "skerry_seats_used", "Seats that are held." },
		{ SEATS_MARKED, "skerry_seats_marked", "Seats that are held beyond the maximum." },
		{ SEATS_PEAK, "skerry_seats_peak", "Most seats held at once today." },
		{ SEATS_LEFT, "skerry_seats_burst_left_seconds", "What is left of the burst." },
	};

	for (size_t f = 0; f < sizeof FAMILIES / sizeof *FAMILIES; f++) {
		metrics_family(metrics, FAMILIES[f].name, "gauge", FAMILIES[f].help);
		for (size_t i = 0; i < overview->rows_len; i++) {
			const struct overview_row *row = &overview->rows[i];
			struct seats_use use;

			if (row->seats_max > 0 && pool_use_read(&routes->reach, row->pool, &use))
				metrics_sample(metrics, FAMILIES[f].name,
					seat_number(row, &use, FAMILIES[f].which), "product",
					row->product, "tenant", row->tenant, NULL);
		}
	}
}

static bool
look_at_all(struct call_job *job, struct site *site)
{
	struct numbers *numbers = job->own;

	overview_of_site(site, &numbers->overview);
	return true;
}

/* Also where the site could not be opened: that is what somebody has to be told of. */
static void
tell_numbers(struct call_job *job)
{
	const struct call_refusal refusal = { .err = SKERRY_ERR_NO_MEMORY };
	const struct routes *routes = job->routes;
	struct numbers *numbers = job->own;
	struct call_paper paper;
	const struct metrics metrics = { (call_paper_open(&paper), paper.out) };

	if (paper.out != NULL) {
		put_looks(&metrics, routes);
		put_calls(&metrics, routes);
		put_sticks(&metrics, routes);
		if (job->done) {
			put_site(&metrics, &numbers->overview);
			put_seats(&metrics, routes, &numbers->overview);
		}
	}
	if (call_paper_close(&paper)) {
		const struct call_answer answer = { .status = 200,
			.format = HTTP_TEXT,
			.text = paper.text,
			.text_len = paper.len,
			.exit = CALL_NO_EXIT };

		call_tell(job->routes, job->call, &answer);
	} else {
		call_refuse(job->routes, job->call, &refusal);
	}
	call_paper_free(&paper);
}

void
health_call_metrics(struct routes *routes, struct http_call *call)
{
	const struct call_refusal no_memory = { .err = SKERRY_ERR_NO_MEMORY };
	const struct call_work work = { .need = KEEPER_ASK,
		.work = look_at_all,
		.then = tell_numbers,
		.always = true,
		.own = malloc(sizeof(struct numbers)) };

	if (work.own == NULL)
		call_refuse(routes, call, &no_memory);
	else
		call_post(routes, call, &work);
}
