/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/finder.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char FIND_HELP[] =
	"  TEXT           what the customer says: a license key or id, an e-mail address\n"
	"                 or its beginning, a name or company, a host name, domain or\n"
	"                 tenant, a payment reference, a site's four characters, its id or\n"
	"                 6 digits of it, a key as lists show it (HMS-7QK2M-*****-*****-****B)\n"
	"  --brand B      of one brand\n"
	"  --limit N      at most N (else 20)\n"
	"  --json\n"
	"\n"
	"Case and accents do not count; of several words, all must fit. Words fit whole,\n"
	"and by their beginnings where none does or a * is in the text.\n"
	"\n"
	"example: skerry-issuer find \"grand hotel\"\n";

enum { PAGE = 20 };

struct finding {
	struct session *session;
	struct report report;
	struct finder_hit *hits;
	size_t len;
	bool more;
	enum skerry_err key_err;          /* what is wrong with the text as a license key */
	char license[LICENSE_ID_LEN + 1]; /* the first one found */
	struct customer customer;         /* the last one without a license */
};

/*
 * The license key that the text is, if it is one: only then the desk is unlocked. A typing error in
 * it counts when nothing else is found.
 */
static enum skerry_err
read_key(struct finding *finding, const char *text, int64_t *ret_id)
{
	struct desk *desk = &finding->session->desk;
	char canonical[LICENSE_KEY_MAX + 1];
	struct license_key_record key = { .id = 0 };
	enum skerry_err err;

	finding->key_err = licenses_check_key(desk, text);
	if (finding->key_err != SKERRY_OK)
		return SKERRY_OK;
	err = session_unlock(finding->session);
	if (err != SKERRY_OK)
		return err;
	finding->key_err = licenses_find_key(desk, text, &key, canonical);
	secretbox_wipe(canonical, sizeof canonical);
	*ret_id = key.id;
	return SKERRY_OK;
}

static bool
copy_license(void *context, const struct license_record *license)
{
	*(struct license_record *)context = *license;
	return false;
}

static void
put_license(
	struct finding *finding, const struct finder_hit *hit, const struct license_record *license)
{
	struct report *report = &finding->report;

	report_text(report, "found_by", finder_kind_name(hit->kind));
	report_text(report, "license", license->public_id);
	report_json_text(report, "brand", license->brand);
	session_report_path(report, license->brand, license->product, license->plan);
	report_text(report, "customer", license->email);
	report_text(report, "licensee", license->licensee);
	report_text(report, "status",
		standing_name(licenses_standing(license, desk_clock(&finding->session->desk))));
	report_text(report, "key_masked", license->masked);
	if (report->json) {
		report_number(report, "customer_number", license->customer_id);
		report_text(report, "tenant", license->tenant);
		report_date(report, "valid_until", license->valid_until);
	}
	if (finding->license[0] == '\0')
		memcpy(finding->license, license->public_id, sizeof finding->license);
}

/* Somebody who has bought nothing yet. */
static void
put_customer(struct finding *finding, const struct finder_hit *hit)
{
	struct report *report = &finding->report;
	const struct customer *customer = &finding->customer;

	report_text(report, "found_by", finder_kind_name(hit->kind));
	report_text(report, "license", NULL);
	report_json_text(report, "brand", customer->brand);
	report_json_text(report, "product", NULL);
	report_text(report, "plan", report->json ? NULL : customer->brand);
	report_text(report, "customer", customer->email);
	report_text(report, "licensee", customer->name);
	report_text(report, "status", NULL);
	report_text(report, "key_masked", NULL);
	if (report->json) {
		report_number(report, "customer_number", customer->id);
		report_text(report, "tenant", NULL);
		report_text(report, "valid_until", NULL);
	}
}

static enum skerry_err
put_hit(struct finding *finding, const struct finder_hit *hit)
{
	struct desk *desk = &finding->session->desk;
	struct licenses_filter filter = { .license_id = hit->license_id, .limit = 1 };
	struct license_record license = { .id = 0 };
	char number[24];
	enum skerry_err err;

	if (hit->license_id != 0) {
		err = licenses_each(desk, &filter, copy_license, &license);
	} else {
		snprintf(number, sizeof number, "%lld", (long long)hit->customer_id);
		err = customers_find(desk, NULL, number, &finding->customer);
	}
	if (err != SKERRY_OK)
		return err;
	report_row_begin(&finding->report);
	if (hit->license_id != 0)
		put_license(finding, hit, &license);
	else
		put_customer(finding, hit);
	report_row_end(&finding->report);
	return SKERRY_OK;
}

/* What a clerk does with what was found. */
static void
put_next(struct finding *finding)
{
	struct report *report = &finding->report;
	char next[128];

	if (finding->license[0] != '\0')
		snprintf(next, sizeof next, "skerry-issuer license show %s", finding->license);
	else
		snprintf(next, sizeof next, "skerry-issuer customer show %s %lld",
			finding->customer.brand, (long long)finding->customer.id);
	if (report->json) {
		report_flag(report, "more", finding->more);
		report_text(report, "next", next);
		return;
	}
	printf("\nSee more with: %s\n", next);
	if (finding->more)
		printf("More fit than the %zu shown: add a word, or --limit N.\n", finding->len);
}

static enum skerry_err
refuse_nothing(const struct finding *finding, const char *text)
{
	struct desk *desk = &finding->session->desk;

	if (finding->key_err == SKERRY_ERR_LICENSE_KEY_TYPO)
		return desk_refuse(desk, SKERRY_ERR_LICENSE_KEY_TYPO, "license key",
			"A character is wrong, or two are swapped: compare it with the letter.");
	if (finding->key_err == SKERRY_ERR_KEY_UNKNOWN)
		return desk_refuse(desk, SKERRY_ERR_KEY_UNKNOWN, "license key",
			"It is typed as keys are, and this desk never sold it. Is it another "
			"vendor's, or another desk's?");
	return desk_refuse(desk, SKERRY_ERR_NOT_FOUND, text,
		"Try fewer words or the beginning of one; a license key, an e-mail address, a host "
		"name or a payment reference will do too.");
}

static enum command_exit
show(struct finding *finding)
{
	static const struct table_column COLUMNS[] = { { "FOUND BY", false }, { "LICENSE", false },
		{ "PLAN", false }, { "CUSTOMER", false }, { "NAME", false }, { "STATUS", false },
		{ "KEY", false } };
	struct report *report = &finding->report;
	enum skerry_err err = SKERRY_OK;

	report_begin(report, finding->session->json);
	report_table_begin(report, "hits", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	for (size_t i = 0; i < finding->len && err == SKERRY_OK; i++)
		err = put_hit(finding, &finding->hits[i]);
	report_table_end(report);
	put_next(finding);
	return session_end_report(finding->session, report, err);
}

static enum skerry_err
search(struct finding *finding, const char *brand_slug, struct finder_query *query)
{
	struct desk *desk = &finding->session->desk;
	struct brand brand = { .id = 0 };
	enum skerry_err err = SKERRY_OK;

	if (brand_slug != NULL)
		err = brands_find(desk, brand_slug, &brand);
	query->brand_id = brand.id;
	if (err == SKERRY_OK)
		err = read_key(finding, query->text, &query->license_key_id);
	if (err == SKERRY_OK)
		err = finder_search(desk, query, finding->hits, &finding->len, &finding->more);
	return err == SKERRY_OK && finding->len == 0 ? refuse_nothing(finding, query->text) : err;
}

enum command_exit
find_run(int argc, char **argv)
{
	const char *brand = NULL, *limit_text = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--json", COMMAND_FLAG, &json },
		{ "--brand", COMMAND_VALUE, &brand },
		{ "--limit", COMMAND_VALUE, &limit_text },
	};
	int64_t limit = PAGE;
	struct finder_query query;
	struct command_list operands;
	struct session session;
	struct finding finding = { .session = &session };
	enum command_exit exit;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (!session_number(limit_text, 1, FINDER_HITS_MAX, &limit))
		return command_misuse("--limit takes 1 to %d", FINDER_HITS_MAX);
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	query = (struct finder_query){ .text = operands.values[0], .limit = (size_t)limit };
	finding.hits = malloc(query.limit * sizeof *finding.hits);
	if (finding.hits != NULL)
		err = search(&finding, brand, &query);
	exit = err == SKERRY_OK ? show(&finding) : session_end(&session, err, query.text);
	free(finding.hits);
	return exit;
}
