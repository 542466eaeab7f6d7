/* SPDX-License-Identifier: ISC */
/* skerry monitor: one line and an exit code, as plug-ins of Nagios and its kin have them. */
#include "monitor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "folder_owner.h"
#include "verifier/texts/sentence.h"
#include "verifier/show/view.h"

/* The plug-ins' codes, which are not this program's own. */
enum level { LEVEL_OK = 0, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL_UNKNOWN, LEVELS };

static const char *const WORDS[LEVELS] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

/* What counts most is told first: that something stands still, then that nobody can tell. */
static const enum level ORDER[LEVELS] = { LEVEL_CRITICAL, LEVEL_UNKNOWN, LEVEL_WARNING, LEVEL_OK };

enum {
	ITEM_MAX = 320,
	LINE_MAX_LEN = 1024, /* Nagios of old reads 1 KB and cuts the rest, the numbers, too */
	MORE_MAX = 40,
	DATA_MAX = 2048,
	CANDIDATE_WARN_S = 7 * 86400 /* a weekend or a holiday without the machine is no news */
};

/* One thing that is watched: a product, or what holds for all of them. */
struct item {
	enum level level;
	char text[ITEM_MAX];
	char product[PRODUCT_NAME_MAX]; /* "": none */
	const char *state, *reason;
	bool has_days;
	int64_t days_left;
};

struct report {
	struct item *items;
	size_t len, max;
};

static bool has_spoken;

/* --- what there is to watch ------------------------------------------------------------------ */

static struct item *
add(struct report *report, enum level level, const char *text)
{
	struct item *item = &report->items[report->len];

	if (report->len < report->max)
		report->len++;
	else
		item--;
	*item = (struct item){ .level = level };
	snprintf(item->text, sizeof item->text, "%s", text);
	return item;
}

static enum level
level_of(const struct skerry_verdict *verdict)
{
	if (verdict->access != SKERRY_ACCESS_FULL || verdict->notice == SKERRY_NOTICE_ALERT)
		return LEVEL_CRITICAL;
	return verdict->notice == SKERRY_NOTICE_WARN ? LEVEL_WARNING : LEVEL_OK;
}

static void
add_product(const struct site *site, const struct cli_question *question, struct report *report)
{
	const struct texts *texts = cli_texts();
	struct explanation explanation;
	struct item *item = add(report, LEVEL_UNKNOWN, "the site could not be asked; see stderr");
	const struct show_question asked = cli_asked(question);
	const struct site_query query = show_query_of(&asked);
	struct show_failure failure;
	char days[64] = "";
	struct view view;
	enum skerry_err err = explanation_make(site, &query, LICENSE_NEVER, &explanation);

	/* The item is its answer in JSON; why there is none stands on standard error. */
	if (err != SKERRY_OK) {
		show_unanswered(cli_show(), err, &failure);
		cli_fail_shown(&failure, false);
		return;
	}
	view = view_of_site(cli_show(), site, &asked, &explanation);
	item->level = level_of(view.verdict);
	item->state = skerry_state_name(view.verdict->state);
	item->reason = skerry_reason_name(view.verdict->reason);
	item->has_days = view_days_left(&view, &item->days_left);
	if (item->has_days)
		snprintf(days, sizeof days, ", %" PRId64 " %s", item->days_left,
			texts->units[0][item->days_left == 1 ? 0 : 1]);
	snprintf(item->text, sizeof item->text, "%s %s (%s): %s%s",
		view_product(&view, item->product), item->state, item->reason,
		texts->stand[view.verdict->state], days);
	/* Of what was asked for and is not held there is nothing to draw. */
	if (view.license == NULL)
		item->product[0] = '\0';
}

static void
add_products(const struct site *site, const struct cli_question *question, struct report *report)
{
	if (question->product != NULL || site->licenses_len == 0) {
		add_product(site, question, report);
		return;
	}
	for (size_t i = 0; i < site->licenses_len; i++) {
		struct cli_question one = *question;
		char product[PRODUCT_NAME_MAX];

		if (show_told_before(site, i))
			continue;
		product_name_of(&site->licenses[i].license, product);
		one.product = product;
		add_product(site, &one, report);
	}
}

static void
add_left(void *context, struct sentence *s, const char *name, size_t name_len)
{
	const struct clock_outlook *outlook = context;

	if (sentence_is(name, name_len, "left"))
		sentence_left(s, outlook->left_s);
}

/* "clock behind"; "clock not believed yet: 23 hours more of running". */
static void
add_clock(const struct clock *clock, struct report *report)
{
	const struct texts *texts = cli_texts();
	char text[ITEM_MAX], left[ITEM_MAX / 2];
	struct clock_outlook outlook;
	struct sentence s;

	if (clock->condition != EVALUATE_CLOCK_OK) {
		snprintf(text, sizeof text, "%s %s", texts->monitor_clock,
			texts->clock[clock->condition]);
		add(report, LEVEL_WARNING, text);
	}
	if (!clock_outlook(clock, &outlook) ||
		outlook.instant - clock_settled(clock) <= CANDIDATE_WARN_S)
		return;
	sentence_begin(&s, texts, NULL, left, sizeof left);
	sentence_add(&s, texts->clock_left, add_left, &outlook);
	snprintf(
		text, sizeof text, "%s %s: %s", texts->monitor_clock, texts->clock_candidate, left);
	add(report, LEVEL_WARNING, text);
}

/* What holds whichever product is asked about. */
static void
add_site(const struct site *site, struct report *report)
{
	const struct memory *memory = site->memory;
	const struct texts *texts = cli_texts();
	char text[ITEM_MAX];

	add_clock(&memory->clock, report);
	if (memory->rollback_since != LICENSE_NEVER)
		add(report, LEVEL_WARNING, texts->monitor_rollback);
	if (memory->trouble != SKERRY_OK)
		add(report, LEVEL_WARNING, texts->monitor_unrecorded);
	if (folder_owner_is_exposed(site->documents.directory))
		add(report, LEVEL_WARNING, texts->monitor_exposed);
	if (site->unused_len > 0) {
		snprintf(text, sizeof text, "%zu %s", site->unused_len,
			texts->monitor_unused[site->unused_len == 1 ? 0 : 1]);
		add(report, LEVEL_WARNING, text);
	}
}

/* --- telling it ------------------------------------------------------------------------------ */

static enum level
worst(const struct report *report)
{
	for (size_t o = 0; o < LEVELS; o++)
		for (size_t i = 0; i < report->len; i++)
			if (report->items[i].level == ORDER[o])
				return ORDER[o];
	return LEVEL_OK;
}

/* A bar ends the words of a plug-in and begins its numbers. */
static void
append(char *line, size_t *len, const char *text)
{
	for (; *text != '\0'; text++)
		line[(*len)++] = *text == '|' ? '/' : *text;
	line[*len] = '\0';
}

static void
write_line(const struct report *report, char ret_line[LINE_MAX_LEN])
{
	size_t len = 0, told = 0;
	char more[MORE_MAX];

	ret_line[0] = '\0';
	for (size_t o = 0; o < LEVELS; o++)
		for (size_t i = 0; i < report->len; i++) {
			const char *text = report->items[i].text;

			if (report->items[i].level != ORDER[o] ||
				len + strlen(text) + 2 + MORE_MAX >= LINE_MAX_LEN)
				continue;
			append(ret_line, &len, told == 0 ? "" : "; ");
			append(ret_line, &len, text);
			told++;
		}
	if (told < report->len) {
		snprintf(more, sizeof more, "; and %zu more", report->len - told);
		append(ret_line, &len, more);
	}
}

/* 'label'=value;warn;crit;min: as many as fit. */
static void
write_data(const struct report *report, const struct clock *clock, char ret_data[DATA_MAX])
{
	size_t len = 0;

	ret_data[0] = '\0';
	if (clock_started(clock))
		len = (size_t)snprintf(ret_data, DATA_MAX, " 'clock_ahead'=%" PRId64 "s",
			cli_wall_clock() - clock_settled(clock));
	for (size_t i = 0; i < report->len; i++) {
		const struct item *item = &report->items[i];
		char text[PRODUCT_NAME_MAX + 64];
		size_t text_len;

		if (item->product[0] == '\0' || !item->has_days)
			continue;
		text_len = (size_t)snprintf(text, sizeof text, " '%s_days_left'=%" PRId64 ";;;0",
			item->product, item->days_left);
		if (len + text_len >= DATA_MAX)
			break;
		memcpy(ret_data + len, text, text_len + 1);
		len += text_len;
	}
}

static void
put_item(struct json *j, const struct item *item)
{
	json_object_open(j);
	json_name(j, "level");
	json_chars(j, WORDS[item->level]);
	json_name(j, "message");
	json_chars(j, item->text);
	json_name(j, "product");
	json_chars(j, item->product[0] == '\0' ? NULL : item->product);
	json_name(j, "state");
	json_chars(j, item->state);
	json_name(j, "reason");
	json_chars(j, item->reason);
	json_name(j, "days_left");
	if (item->has_days)
		json_int(j, item->days_left);
	else
		json_null(j);
	json_object_close(j);
}

static void
print_json(const struct report *report, enum level level, const char *line)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "level");
	json_chars(&j, WORDS[level]);
	json_name(&j, "message");
	json_chars(&j, line);
	json_name(&j, "items");
	json_array_open(&j);
	for (size_t i = 0; i < report->len; i++)
		put_item(&j, &report->items[i]);
	json_array_close(&j);
	json_object_close(&j);
	putchar('\n');
}

static enum level
tell(const struct report *report, const struct clock *clock, bool json)
{
	char line[LINE_MAX_LEN], data[DATA_MAX];
	enum level level = worst(report);

	write_line(report, line);
	if (json) {
		print_json(report, level, line);
		return level;
	}
	write_data(report, clock, data);
	printf("SKERRY %s - ", WORDS[level]);
	command_print_safe(stdout, line, strlen(line));
	printf("%s%s\n", data[0] == '\0' ? "" : " |", data);
	return level;
}

/* --- the verb -------------------------------------------------------------------------------- */

static enum command_exit
unknown(const char *why, bool json)
{
	struct item item = { .level = LEVEL_UNKNOWN };
	const struct report report = { &item, 1, 1 };

	has_spoken = true;
	snprintf(item.text, sizeof item.text, "%s; see stderr", why);
	if (json)
		print_json(&report, LEVEL_UNKNOWN, item.text);
	else
		printf("SKERRY UNKNOWN - %s\n", item.text);
	command_finish(COMMAND_CANNOT_TELL);
	return (enum command_exit)LEVEL_UNKNOWN;
}

static enum command_exit
watch(const struct site *site, const struct cli_question *question)
{
	/* Every product, one more where there is none, and what add_site has to say. */
	enum { OTHERS = 7 };
	struct report report = { .max = site->licenses_len + OTHERS };
	enum level level;

	report.items = calloc(report.max, sizeof *report.items);
	if (report.items == NULL)
		return unknown("there is not enough memory", question->json);
	add_products(site, question, &report);
	add_site(site, &report);
	level = tell(&report, &site->memory->clock, question->json);
	free(report.items);
	/* What could not be written tells nothing. */
	return command_finish(COMMAND_YES) == COMMAND_YES ? (enum command_exit)level
							  : (enum command_exit)LEVEL_UNKNOWN;
}

/* Wherever the parsing ended. */
static bool
is_json_asked_for(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

enum command_exit
monitor_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(question) };
	struct command_list operands;
	enum command_exit exit;
	struct site site;

	has_spoken = true;
	command_misuse_in_words();
	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_take_build_date(&question))
		return unknown("it was called wrongly", is_json_asked_for(argc, argv));
	if (question.product != NULL && question.product[0] == '\0')
		return unknown("--product is empty", question.json);
	if (!cli_open_site(&site, false, &exit))
		return unknown("the state folder could not be read", question.json);
	exit = watch(&site, &question);
	site_close(&site);
	return exit;
}

/* --- called so wrongly that the verb never ran ----------------------------------------------- */

static bool
is_asked_for(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return strcmp(argv[i], "monitor") == 0;
		if (strchr(argv[i], '=') == NULL && cli_take_option(argv[i], NULL))
			i++;
	}
	return false;
}

int
monitor_exit(int argc, char **argv, int exit)
{
	if (exit != COMMAND_CANNOT_TELL || has_spoken || !is_asked_for(argc, argv))
		return exit;
	return (int)unknown("it was called wrongly", is_json_asked_for(argc, argv));
}
