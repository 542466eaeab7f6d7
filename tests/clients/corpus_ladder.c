/* SPDX-License-Identifier: ISC */
/* Good licenses, at all the times that they have. */
#include "corpus.h"

#include "formats/ladder.h"

enum { HOUR = 3600, DAY = 86400 };

static void
ask(const char *name, const struct license *license, int64_t at)
{
	corpus_add(
		&(struct corpus_case){ .name = name, .license = corpus_sign(license), .at = at });
}

/* HotelHub's license: both sides of each date, and a day later, when each day end has come. */
static void
each_date_of_the_ladder(void)
{
	static const struct {
		const char *name;
		int day;
	} DATES[] = { { "begin", 0 }, { "warn", 7 }, { "alert", 14 }, { "renew", 30 },
		{ "grace", 60 }, { "degraded", 90 } };
	struct license license;

	hotel_license_unbound(&license);
	for (size_t i = 0; i < sizeof DATES / sizeof *DATES; i++) {
		int64_t at = HOTEL_ISSUED_AT + (int64_t)DATES[i].day * DAY;

		ask(corpus_name("ladder-%s-before", DATES[i].name), &license, at - 1);
		ask(corpus_name("ladder-%s-at", DATES[i].name), &license, at);
		ask(corpus_name("ladder-%s-day-after", DATES[i].name), &license, at + DAY + 1);
	}
	ask("ladder-long-after", &license, HOTEL_ISSUED_AT + 5000 * (int64_t)DAY);
	ask("ladder-end-of-time", &license, LICENSE_TIME_MAX);
}

/* 04:00 at the place, or what the license says instead. */
static void
day_ends(void)
{
	static const struct {
		const char *name, *zone;
		int at; /* the day end, in seconds after 00:00 UTC of the day on which grace ends */
	} PLACES[] = {
		{ "utc", "+00:00", 4 * HOUR }, { "jakarta", "+07:00", 21 * HOUR },
		{ "newfoundland", "-03:30", 7 * HOUR + 1800 },
		{ "kiritimati", "+14:00", 14 * HOUR },
		{ "berlin", "Europe/Berlin", 2 * HOUR }, /* in June */
	};
	struct license license;

	hotel_license_unbound(&license);
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
		for (int side = -1; side <= 0; side++) {
			struct corpus_case c = { .zone = PLACES[i].zone };

			c.name = corpus_name(
				"day-end-%s-%s", PLACES[i].name, side < 0 ? "before" : "at");
			c.at = HOTEL_ISSUED_AT + 60 * (int64_t)DAY + PLACES[i].at + side;
			c.license = corpus_sign(&license);
			corpus_add(&c);
		}
}

/* 2026-10-25 01:00 UTC: clocks in Berlin are put back from 3 to 2; 2027-03-28 01:00: forward. */
static void
day_ends_when_clocks_change(void)
{
	static const int64_t BACK = INT64_C(1792890000), FORWARD = INT64_C(1806195600);
	static const struct {
		const char *name;
		int64_t change, grace_until; /* after the change */
		unsigned day_end_minutes;
	} NIGHTS[] = {
		{ "back", 0, -2 * HOUR, 240 },
		{ "back-in-the-hour", 0, -1800, 150 },
		{ "back-day-before", 0, -24 * HOUR, 240 },
		{ "forward", 1, -2 * HOUR, 240 },
		{ "forward-over-it", 1, -1800, 150 },
		{ "forward-day-before", 1, -24 * HOUR, 150 },
	};

	for (size_t i = 0; i < sizeof NIGHTS / sizeof *NIGHTS; i++) {
		int64_t change = NIGHTS[i].change == 0 ? BACK : FORWARD;
		struct license license;

		hotel_license_unbound(&license);
		license.ladder.grace_s = 10 * DAY;
		license.ladder.day_end_minutes = NIGHTS[i].day_end_minutes;
		license.renew_by = change + NIGHTS[i].grace_until - license.ladder.grace_s;
		license.expires_at = ladder_last_date(&license);
		for (int hour = -1; hour <= 6; hour++) {
			struct corpus_case c = { .zone = "Europe/Berlin" };

			c.name = corpus_name("clocks-%s-%d", NIGHTS[i].name, hour + 1);
			c.at = change + hour * HOUR + 1;
			c.license = corpus_sign(&license);
			corpus_add(&c);
		}
	}
}

static void
other_day_ends(void)
{
	static const struct {
		const char *name;
		unsigned minutes;
		int64_t after; /* midnight UTC, in +07:00 */
	} ENDS[] = { { "midnight", 0, 17 * HOUR }, { "last-minute", 1439, 17 * HOUR - 60 },
		{ "noon", 720, 5 * HOUR } };

	for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++)
		for (int side = -1; side <= 0; side++) {
			struct corpus_case c = { .zone = "+07:00" };
			struct license license;

			hotel_license_unbound(&license);
			license.ladder.day_end_minutes = ENDS[i].minutes;
			c.name = corpus_name(
				"day-end-%s-%s", ENDS[i].name, side < 0 ? "before" : "at");
			c.at = HOTEL_ISSUED_AT + 90 * (int64_t)DAY + ENDS[i].after + side;
			c.license = corpus_sign(&license);
			corpus_add(&c);
		}
}

/* A term: expiry grace, read only, the end; and renewals that go on until the term does. */
static void
terms(void)
{
	struct license license;
	int64_t end = HOTEL_ISSUED_AT + 100 * (int64_t)DAY;

	hotel_license_unbound(&license);
	license.valid_until = license.renew_by = end;
	license.expires_at = ladder_last_date(&license);
	ask("term-before", &license, end - 1);
	ask("term-at", &license, end);
	ask("term-expiry-grace", &license, end + 6 * DAY);
	ask("term-degraded", &license, end + 9 * DAY);
	ask("term-locked", &license, end + 39 * (int64_t)DAY);
	license.ladder.grace_s = DAY;
	license.expires_at = ladder_last_date(&license);
	ask("term-nothing-to-renew", &license, end + 3 * DAY);
	license.ladder.grace_s = 30 * DAY;

	license.renew_by = end - 20 * DAY;
	license.expires_at = ladder_last_date(&license);
	ask("term-first-renewal-missed", &license, end - 19 * DAY);
	ask("term-first-both", &license, end + DAY);
	ask("term-first-degraded", &license, end + 9 * DAY);

	license.renew_by = LICENSE_NEVER;
	license.expires_at = ladder_last_date(&license);
	ask("term-without-renewal", &license, end - 1);
	ask("term-without-renewal-ended", &license, end + DAY);
	ask("term-without-renewal-locked", &license, end + 39 * (int64_t)DAY);

	license.ladder = (struct license_ladder){ .day_end_minutes = LICENSE_DAY_END_DEFAULT };
	license.expires_at = ladder_last_date(&license);
	ask("term-without-grace-before", &license, end - 1);
	ask("term-without-grace-locked", &license, end + DAY);
	license.valid_until = LICENSE_NEVER;
	license.renew_by = end;
	license.expires_at = ladder_last_date(&license);
	ask("renewal-without-grace-before", &license, end - 1);
	ask("renewal-without-grace-locked", &license, end + DAY);
}

/* What an issuer writes as exp ends nothing earlier than the ladder; later it may. */
static void
last_dates(void)
{
	struct license license;
	struct corpus_case c = { .zone = "+04:01" };

	hotel_license_unbound(&license);
	license.expires_at += 1000 * (int64_t)DAY;
	ask("exp-later", &license, license.expires_at - 1);
	ask("exp-later-reached", &license, license.expires_at);
	hotel_license_unbound(&license);
	c.at = license.expires_at;
	c.name = "exp-reached";
	c.license = corpus_sign(&license);
	corpus_add(&c);
	c.at = license.expires_at - 1;
	c.name = "exp-second-before";
	c.license = corpus_sign(&license);
	corpus_add(&c);
}

static void
beginnings(void)
{
	struct license license;

	hotel_license_unbound(&license);
	license.not_before = license.issued_at + 10 * DAY;
	ask("begins-later", &license, license.not_before - 1);
	ask("begins-now", &license, license.not_before);
	ask("begins-before-issue", &license, license.issued_at - 20 * DAY);
	/* Missed before it begins: the worse of the two. */
	license.renew_by = license.issued_at + DAY;
	license.ladder.grace_s = DAY;
	license.ladder.degraded_s = DAY;
	license.expires_at = ladder_last_date(&license);
	ask("begins-too-late-grace", &license, license.issued_at + DAY + HOUR);
	ask("begins-too-late-locked", &license, license.issued_at + 5 * DAY);
}

/* Notices that a license puts after its renewal, or that an old list raises. */
static void
notices(void)
{
	struct license license;

	hotel_license_unbound(&license);
	license.ladder.warn_s = -5 * DAY;
	license.ladder.alert_s = -10 * DAY;
	license.expires_at = ladder_last_date(&license);
	ask("notice-none-yet", &license, license.renew_by - 1);
	ask("notice-info", &license, license.renew_by + 4 * DAY);
	ask("notice-warn", &license, license.renew_by + 5 * DAY);
	ask("notice-alert", &license, license.renew_by + 10 * DAY);
	hotel_license_unbound(&license);
	license.ladder.max_status_age_s = 2 * DAY;
	ask("notice-list-fresh", &license, license.issued_at + 2 * DAY - 1);
	ask("notice-list-old", &license, license.issued_at + 2 * DAY);
	license.has_status = false;
	ask("notice-no-list", &license, license.issued_at + 2 * DAY);
}

static void
builds(void)
{
	struct license license;
	struct corpus_case c = { .name = "build-same" };

	hotel_license_unbound(&license);
	license.maintenance_until = CORPUS_DAY - DAY;
	c.license = corpus_sign(&license);
	c.build_date = license.maintenance_until;
	corpus_add(&c);
	c.name = "build-later";
	c.build_date++;
	corpus_add(&c);
	c.name = "build-not-told";
	c.build_date = 0;
	corpus_add(&c);
	license.maintenance_until = LICENSE_NEVER;
	c.name = "build-maintenance-never-ends";
	c.license = corpus_sign(&license);
	c.build_date = LICENSE_TIME_MAX;
	corpus_add(&c);
}

void
corpus_ladder(void)
{
	each_date_of_the_ladder();
	day_ends();
	day_ends_when_clocks_change();
	other_day_ends();
	terms();
	last_dates();
	beginnings();
	notices();
	builds();
}
