/* SPDX-License-Identifier: ISC */
#include "answers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verifier/seat_terms.h"

/* What was found for a way of asking; freed when nobody holds it any more. */
struct found {
	size_t holders; /* its way's place among them */
	struct snapshot *snapshot;
	enum skerry_err err;
	char (*products)[PRODUCT_NAME_MAX]; /* of the snapshot's licenses */
	char (*pools)[SEAT_POOL_NAME_MAX];
	char asked[PRODUCT_NAME_MAX];
};

enum { TIMES_ENOUGH = 2 };

struct place {
	struct answers_way way;
	struct found *found; /* NULL: the place is free */
	uint64_t asked;      /* when it was asked last, counted in questions */
	int64_t asked_mono;  /* and that second of CLOCK_MONOTONIC */
	unsigned times;      /* that it was answered from; 0: who asked first is still to be told */
};

struct answers {
	pthread_mutex_t lock;
	struct place places[ANSWERS_MAX];
	uint64_t questions, generation;
	int64_t settled, mono; /* the site's time at that second of CLOCK_MONOTONIC */
	struct answers_health health;
};

/* --- ways of asking -------------------------------------------------------------------------- */

static bool
same_way(const struct answers_way *a, const struct answers_way *b)
{
	if (strcmp(a->product, b->product) != 0 || strcmp(a->tenant, b->tenant) != 0 ||
		strcmp(a->domain, b->domain) != 0 ||
		strcmp(a->install_path, b->install_path) != 0 || a->custom_len != b->custom_len ||
		a->build_date != b->build_date || a->texts != b->texts)
		return false;
	for (size_t i = 0; i < a->custom_len; i++)
		if (strcmp(a->custom[i], b->custom[i]) != 0)
			return false;
	return true;
}

static struct place *
find_place(struct answers *answers, const struct answers_way *way)
{
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		if (answers->places[i].found != NULL && same_way(&answers->places[i].way, way))
			return &answers->places[i];
	return NULL;
}

static bool
has_license(const struct place *place)
{
	const struct snapshot *snapshot = place->found->snapshot;

	return snapshot != NULL && snapshot->licenses_len > 0;
}

/* The least goes first: names that nobody holds, then who asked but once; who waits for it a little later. */
static unsigned
worth(const struct place *place)
{
	unsigned kind = !has_license(place) ? 0 : place->times < TIMES_ENOUGH ? 2 : 4;

	return kind + (place->times == 0);
}

static bool
goes_before(const struct place *a, const struct place *b)
{
	unsigned of_a = worth(a), of_b = worth(b);

	return of_a != of_b ? of_a < of_b : a->asked < b->asked;
}

/* A free one, or that which goes first. */
static struct place *
make_place(struct answers *answers)
{
	struct place *first = &answers->places[0];

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		struct place *place = &answers->places[i];

		if (place->found == NULL)
			return place;
		if (goes_before(place, first))
			first = place;
	}
	return first;
}

/* --- what was found -------------------------------------------------------------------------- */

static void
free_found(struct found *found)
{
	if (found == NULL)
		return;
	snapshot_free(found->snapshot);
	free(found->products);
	free(found->pools);
	free(found);
}

/* Under the lock; the last one who holds it frees it. */
static struct found *
let_go(struct found *found)
{
	return found != NULL && --found->holders == 0 ? found : NULL;
}

static bool
name_licenses(struct found *found)
{
	size_t len = found->snapshot->licenses_len;

	if (len == 0)
		return true;
	found->products = calloc(len, sizeof *found->products);
	found->pools = calloc(len, sizeof *found->pools);
	if (found->products == NULL || found->pools == NULL)
		return false;
	for (size_t i = 0; i < len; i++) {
		const struct license *license = &found->snapshot->licenses[i].license;

		product_name_of(license, found->products[i]);
		seat_pool_of(license, found->pools[i]);
	}
	return true;
}

static bool
is_answer(enum skerry_err err)
{
	return err == SKERRY_OK || err == SKERRY_ERR_NOT_UNIQUE || err == SKERRY_ERR_ARGUMENT;
}

static const char *
given(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static enum skerry_err
ask_site(const struct site *site, const struct answers_way *way, struct found *found)
{
	const char *custom[COMPONENTS_CUSTOM_MAX];
	const struct site_query query = { .product = given(way->product),
		.tenant = given(way->tenant),
		/* Leaving it out must not take a binding away. */
		.domain = way->domain,
		.install_path = given(way->install_path),
		.custom = custom,
		.custom_len = way->custom_len,
		.build_date = way->build_date };

	for (size_t i = 0; i < way->custom_len; i++)
		custom[i] = way->custom[i];
	found->err = snapshot_of_site(
		site, &query, way->texts != NULL ? way->texts : texts_find("en"), &found->snapshot);
	if (found->err == SKERRY_OK && !name_licenses(found))
		found->err = SKERRY_ERR_NO_MEMORY;
	return is_answer(found->err) ? SKERRY_OK : found->err;
}

static enum skerry_err
find(const struct site *site, const struct answers_way *way, struct found **ret_found)
{
	struct found *found = calloc(1, sizeof *found);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (found == NULL)
		return err;
	found->holders = 1;
	snprintf(found->asked, sizeof found->asked, "%s", way->product);
	err = ask_site(site, way, found);
	if (err == SKERRY_OK)
		*ret_found = found;
	else
		free_found(found);
	return err;
}

/* --- the front ------------------------------------------------------------------------------- */

static int64_t
mono_now(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static int64_t
site_time(const struct answers *answers)
{
	int64_t mono = mono_now();

	return answers->settled + (mono > answers->mono ? mono - answers->mono : 0);
}

static void
hold(struct found *found, struct answers_held *held)
{
	const struct snapshot *snapshot = found->snapshot;

	held->inside = found;
	held->err = found->err;
	held->product = held->pool = found->asked;
	if (snapshot == NULL)
		return;
	held->snapshot = snapshot;
	held->step = snapshot_at(snapshot, held->now);
	if (held->step + 1 < snapshot->steps + snapshot->steps_len)
		held->until = held->step[1].verdict.at;
	if (held->step->license >= 0) {
		held->product = found->products[held->step->license];
		held->pool = found->pools[held->step->license];
	}
}

static void
note_asked(struct answers *answers, struct place *place)
{
	place->times += place->times < TIMES_ENOUGH;
	place->asked = ++answers->questions;
	place->asked_mono = mono_now();
}

bool
answers_find(struct answers *answers, const struct answers_way *way, struct answers_held *ret_held)
{
	struct answers_held held = { .until = LICENSE_NEVER };
	struct place *place;

	pthread_mutex_lock(&answers->lock);
	place = find_place(answers, way);
	if (place != NULL) {
		held.now = site_time(answers);
		held.generation = answers->generation;
		held.trouble = answers->health.trouble;
		note_asked(answers, place);
		place->found->holders++;
		hold(place->found, &held);
	}
	pthread_mutex_unlock(&answers->lock);
	if (place != NULL)
		*ret_held = held;
	return place != NULL;
}

void
answers_done(struct answers *answers, struct answers_held *held)
{
	struct found *last;

	pthread_mutex_lock(&answers->lock);
	last = let_go(held->inside);
	pthread_mutex_unlock(&answers->lock);
	free_found(last);
	*held = (struct answers_held){ .snapshot = NULL };
}

void
answers_health(struct answers *answers, struct answers_health *ret_health)
{
	pthread_mutex_lock(&answers->lock);
	*ret_health = answers->health;
	if (ret_health->looked)
		ret_health->site_now = site_time(answers);
	pthread_mutex_unlock(&answers->lock);
}

void
answers_stamp(struct answers *answers, struct answers_stamp *ret_stamp)
{
	pthread_mutex_lock(&answers->lock);
	ret_stamp->now = site_time(answers);
	ret_stamp->generation = answers->generation;
	pthread_mutex_unlock(&answers->lock);
}

/* --- the keeper ------------------------------------------------------------------------------ */

/* Takes `found` over. The way may have come, or gone, since it was looked up. */
static void
put(struct answers *answers, const struct answers_way *way, struct found *found)
{
	struct place *place;
	struct found *last;

	pthread_mutex_lock(&answers->lock);
	place = find_place(answers, way);
	if (place == NULL) {
		place = make_place(answers);
		place->times = 0;
		place->asked = ++answers->questions;
		place->asked_mono = mono_now();
	}
	last = let_go(place->found);
	place->way = *way;
	place->found = found;
	pthread_mutex_unlock(&answers->lock);
	free_found(last);
}

enum skerry_err
answers_ask(struct answers *answers, const struct site *site, const struct answers_way *way)
{
	struct found *found = NULL;
	enum skerry_err err = find(site, way, &found);

	if (err == SKERRY_OK)
		put(answers, way, found);
	return err;
}

/* Whether it is to be found anew. */
static bool
is_asked_for(const struct place *place)
{
	if (!has_license(place))
		return place->times == 0;
	return mono_now() - place->asked_mono < ANSWERS_IDLE_S;
}

/* False: there is none at that place, or none any more. */
static bool
copy_way(struct answers *answers, size_t at, struct answers_way *ret_way)
{
	struct place *place = &answers->places[at];
	struct found *last = NULL;
	bool there;

	pthread_mutex_lock(&answers->lock);
	there = place->found != NULL && is_asked_for(place);
	if (there) {
		*ret_way = place->way;
	} else {
		last = let_go(place->found);
		place->found = NULL;
	}
	pthread_mutex_unlock(&answers->lock);
	free_found(last);
	return there;
}

/* Of a way that cannot be found anew, what was found before holds on. */
static enum skerry_err
find_all(struct answers *answers, const struct site *site)
{
	enum skerry_err err = SKERRY_OK;
	struct answers_way way;

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		enum skerry_err own =
			copy_way(answers, i, &way) ? answers_ask(answers, site, &way) : SKERRY_OK;

		if (err == SKERRY_OK)
			err = own;
	}
	return err;
}

/* Under the lock. */
static int64_t
next_change(const struct answers *answers)
{
	int64_t now = site_time(answers), next = LICENSE_NEVER;

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		struct answers_held held = { .now = now, .until = LICENSE_NEVER };

		if (answers->places[i].found != NULL)
			hold(answers->places[i].found, &held);
		if (held.until < next)
			next = held.until;
	}
	return next;
}

int64_t
answers_look(
	struct answers *answers, const struct site *site, int64_t mono, enum skerry_err trouble)
{
	enum skerry_err err = site == NULL ? SKERRY_OK : find_all(answers, site);
	int64_t next;

	pthread_mutex_lock(&answers->lock);
	if (site != NULL) {
		answers->settled = site_now(site);
		answers->mono = mono;
		answers->health.looked = true;
		answers->health.looked_at_mono = mono;
	}
	answers->health.trouble = trouble == SKERRY_OK ? err : trouble;
	answers->health.looks++;
	answers->generation++;
	next = next_change(answers);
	pthread_mutex_unlock(&answers->lock);
	return next;
}

/* --- all of it ------------------------------------------------------------------------------- */

enum skerry_err
answers_new(struct answers **ret_answers)
{
	struct answers *answers = calloc(1, sizeof *answers);

	if (answers == NULL || pthread_mutex_init(&answers->lock, NULL) != 0) {
		free(answers);
		return SKERRY_ERR_NO_MEMORY;
	}
	*ret_answers = answers;
	return SKERRY_OK;
}

void
answers_free(struct answers *answers)
{
	if (answers == NULL)
		return;
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		free_found(answers->places[i].found);
	pthread_mutex_destroy(&answers->lock);
	free(answers);
}
