/* SPDX-License-Identifier: ISC */
#include "fork.h"

#include <string.h>

/* What one call of fork_judge works on. */
struct judging {
	struct fork_site site;
	const struct fork_row *rows;
	size_t rows_len;
	const struct fork_request *request;
	size_t known;               /* entries of the path up to the newest known one; 0: none is */
	const struct fork_row *row; /* that one; NULL */
	uint64_t mark;
	bool is_aside; /* a stopgap where its line went on: it may be of another one */
	struct fork_verdict verdict;
};

uint64_t
fork_from(const struct fork_request *request)
{
	return request->list_len > 0 ? request->list[0].number : request->self.number;
}

static uint64_t
seconds(int64_t now)
{
	return now > 0 ? (uint64_t)now : 0;
}

uint64_t
fork_next_reply(uint64_t made, int64_t now)
{
	uint64_t at = seconds(now);

	return made >= at ? made + 1 : at;
}

/* No reply made so far exceeds it, lost ones included; the next one does. */
static uint64_t
mark_at(uint64_t made, int64_t now)
{
	return fork_next_reply(made, now) - 1;
}

/* What the request acknowledges; a reply that was never made proves nothing. */
static uint64_t
reply_of(const struct judging *judging)
{
	return judging->request->reply < judging->mark ? judging->request->reply : judging->mark;
}

/* A full list makes the request a stopgap, behind the last one that is listed. */
static bool
is_full(const struct fork_request *request)
{
	return request->list_len == FORK_LIST_MAX;
}

static uint64_t
number_of(const struct fork_request *request)
{
	return is_full(request) ? request->list[FORK_LIST_MAX - 1].number : request->self.number;
}

/* The path: what is listed, then the request itself. */
static const struct fork_id *
path_at(const struct fork_request *request, size_t i)
{
	return i < request->list_len ? &request->list[i] : &request->self;
}

static const struct fork_row *
find(const struct judging *judging, const struct fork_id *id)
{
	for (size_t i = 0; i < judging->rows_len; i++) {
		const struct fork_row *row = &judging->rows[i];

		if (row->id.number == id->number &&
			memcmp(row->id.digest, id->digest, FORK_DIGEST_LEN) == 0)
			return row;
	}
	return NULL;
}

static void
find_newest(struct judging *judging)
{
	for (size_t i = judging->request->list_len + 1; i > 0; i--) {
		judging->row = find(judging, path_at(judging->request, i - 1));
		if (judging->row != NULL) {
			judging->known = i;
			return;
		}
	}
}

/* Nobody can say where such a line left its parent: somewhere before `first`, in what was lost. */
static bool
is_loose(const struct fork_line *line)
{
	return line->from == 0 && line->first > 1;
}

/* Whether a line surely left their parent before the other one did. */
static bool
left_before(const struct fork_line *line, const struct fork_line *other)
{
	return is_loose(line) ? line->first <= other->from : line->from < other->from;
}

/* Whether a line's first requests may be of its parent too, which had others before its first known one. */
static bool
left_in_gap(const struct fork_line *parent, const struct fork_line *line)
{
	return parent->first - parent->from > 1 && line->from < parent->first;
}

/* The mark at which two lines were known to have parted. Parents are older than their children. */
static uint64_t
parted(const struct fork_site *site, uint8_t a, uint8_t b)
{
	const struct fork_line *lines = site->lines, *left = NULL, *right = NULL;
	uint64_t latest = 0;
	bool is_vague = false;

	while (a != b) {
		const struct fork_line *line = &lines[a > b ? a : b];

		is_vague = is_vague || left_in_gap(&lines[line->parent], line);
		latest = line->seen > latest ? line->seen : latest;
		if (a > b) {
			left = line;
			a = line->parent;
		} else {
			right = line;
			b = line->parent;
		}
	}
	if (is_vague)
		return latest;
	if (left == NULL || right == NULL)
		return left != NULL ? left->seen : right != NULL ? right->seen : UINT64_MAX;
	/* Who left first parted from what the other one still had in common with the parent. */
	if (left_before(left, right))
		return left->seen;
	if (left_before(right, left))
		return right->seen;
	return left->seen > right->seen ? left->seen : right->seen;
}

static bool
is_clone(const struct fork_site *site, uint8_t line)
{
	for (uint8_t other = 0; other < site->lines_len; other++) {
		uint64_t mark;

		if (other == line)
			continue;
		mark = parted(site, line, other);
		if (mark < site->since)
			mark = site->since;
		if (site->lines[line].reply > mark && site->lines[other].reply > mark)
			return true;
	}
	return false;
}

/* Whether a line, or one that may have left it no earlier, went on behind a number of it. */
static bool
went_on(const struct fork_site *site, uint8_t line, uint64_t number)
{
	if (site->lines[line].tip > number)
		return true;
	for (uint8_t i = 1; i < site->lines_len; i++)
		if (site->lines[i].parent == line &&
			(site->lines[i].from >= number ||
				(is_loose(&site->lines[i]) && site->lines[i].first > number)))
			return true;
	return false;
}

/* Whether what is not known of the path fits into a gap, and was written before it was closed. */
static bool
is_forgotten(const struct judging *judging)
{
	for (uint8_t i = 0; i < judging->site.lines_len; i++) {
		const struct fork_line *line = &judging->site.lines[i];

		if (line->first - line->from <= 1 || number_of(judging->request) >= line->first ||
			reply_of(judging) > line->first_reply)
			continue;
		if (judging->row == NULL ||
			(judging->row->line == line->parent &&
				(judging->row->id.number == line->from || is_loose(line))))
			return true;
	}
	return false;
}

static uint64_t
highest_tip(const struct fork_site *site)
{
	uint64_t tip = 0;

	for (uint8_t i = 0; i < site->lines_len; i++)
		if (site->lines[i].tip > tip)
			tip = site->lines[i].tip;
	return tip;
}

/* Forgets all but how often the site was in trouble. */
static void
start_over(struct judging *judging)
{
	struct fork_site empty = { .tellings = judging->site.tellings,
		.since = judging->mark,
		.found = judging->site.found };

	judging->site = empty;
	judging->verdict.start_over = true;
	judging->known = 0;
	judging->row = NULL;
}

/* A line behind `from` of its parent, beginning with what of the path is not known. */
static void
add_line(struct judging *judging, uint8_t parent, uint64_t from)
{
	struct fork_site *site = &judging->site;
	struct fork_line *line;

	if (site->lines_len == FORK_LINES_MAX) {
		start_over(judging);
		parent = 0;
		from = 0;
	}
	line = &site->lines[site->lines_len];
	*line = (struct fork_line){ .parent = parent,
		.from = from,
		.first = path_at(judging->request, judging->known)->number,
		.first_reply = reply_of(judging),
		.seen = judging->mark };
	judging->verdict.line = site->lines_len++;
}

/* Which line the request is of; false: nobody can say any more. */
static bool
place(struct judging *judging)
{
	struct fork_site *site = &judging->site;
	const struct fork_row *row = judging->row;
	bool is_next = row == NULL && fork_from(judging->request) > highest_tip(site);

	if (row != NULL &&
		(judging->verdict.stopgap || !went_on(site, row->line, row->id.number))) {
		judging->verdict.line = row->line;
	} else if (is_next) {
		uint8_t parent = site->current;

		judging->verdict.adopted = fork_from(judging->request) > 1;
		add_line(judging, parent, site->lines[parent].tip);
		site->since = judging->mark;
	} else if (is_forgotten(judging)) {
		return false;
	} else {
		judging->verdict.found = FORK_RESTORED;
		add_line(judging, row == NULL ? 0 : row->line, row == NULL ? 0 : row->id.number);
	}
	return true;
}

/* What the request tells of its line, which then knows it. */
static void
take_in(struct judging *judging)
{
	const struct fork_request *request = judging->request;
	struct fork_site *site = &judging->site;
	struct fork_line *line = &site->lines[judging->verdict.line];
	uint64_t tip = number_of(request);
	uint64_t reply = reply_of(judging);

	if (request->told && (!line->told || site->current != judging->verdict.line) &&
		site->tellings < FORK_TOLD_MAX) {
		site->since = judging->mark;
		site->tellings++;
	}
	if (judging->verdict.arrival == FORK_NEW)
		site->current = judging->verdict.line;
	if (judging->verdict.arrival == FORK_NEW || request->told)
		line->told = request->told;
	if (tip > line->tip)
		line->tip = tip;
	if (request->seq > line->seq)
		line->seq = request->seq;
	if (reply > line->reply && !judging->is_aside)
		line->reply = reply;
}

/* Far behind the tip nobody needs digests; done rarely, so that `first_reply` seldom grows. */
static void
prune(struct judging *judging)
{
	struct fork_line *line = &judging->site.lines[judging->verdict.line];

	if (line->tip < line->first + 2 * FORK_KEPT)
		return;
	line->first = line->tip - FORK_KEPT + 1;
	line->first_reply = line->reply;
	judging->verdict.prune_below = line->first;
}

/* A request that nobody knew: its line, and whether a newer one came before. */
static bool
admit(struct judging *judging)
{
	const struct fork_request *request = judging->request;
	struct fork_verdict *verdict = &judging->verdict;

	/* One that follows a full list's last entry leads nowhere by itself. */
	verdict->stopgap = is_full(request) && judging->known == request->list_len;
	judging->is_aside = verdict->stopgap && judging->row != NULL &&
			    went_on(&judging->site, judging->row->line, judging->row->id.number);
	if (!place(judging))
		return false;
	verdict->stopgap = is_full(request);
	verdict->fresh = judging->known;
	if (is_full(request) && !verdict->start_over && judging->known == request->list_len) {
		const struct fork_line *line = &judging->site.lines[verdict->line];

		if (request->seq < line->seq || request->self.number <= line->tip)
			verdict->arrival = FORK_LATE;
	}
	return true;
}

static void
judge(struct judging *judging)
{
	struct fork_verdict *verdict = &judging->verdict;

	find_newest(judging);
	if (judging->row != NULL && judging->known == judging->request->list_len + 1) {
		verdict->line = judging->row->line;
		verdict->fresh = judging->request->list_len;
		verdict->arrival = judging->row->arrived ? FORK_AGAIN : FORK_LATE;
		verdict->stopgap = judging->row->stopgap;
		if (judging->row->arrived)
			return;
	} else if (!admit(judging)) {
		verdict->arrival = FORK_FORGOTTEN;
		return;
	}
	verdict->record = true;
	take_in(judging);
	if (judging->site.found != FORK_CLONE && is_clone(&judging->site, verdict->line))
		verdict->found = FORK_CLONE;
	if (verdict->found > judging->site.found)
		judging->site.found = verdict->found;
	prune(judging);
}

void
fork_judge(const struct fork_site *site, const struct fork_row *rows, size_t rows_len,
	const struct fork_request *request, uint64_t made, int64_t now, struct fork_site *ret_site,
	struct fork_verdict *ret_verdict)
{
	struct judging judging = { .site = *site,
		.rows = rows,
		.rows_len = rows_len,
		.request = request,
		.mark = mark_at(made, now),
		.verdict = { .arrival = FORK_NEW, .told = request->told } };

	judge(&judging);
	*ret_site = judging.site;
	*ret_verdict = judging.verdict;
}

void
fork_settle(struct fork_site *site, uint64_t made, int64_t now)
{
	site->found = FORK_NONE;
	site->since = mark_at(made, now);
	site->tellings = 0;
}

const char *
fork_found_name(enum fork_found found)
{
	static const char *const NAMES[] = { "", "restored", "clone" };

	return NAMES[found];
}
