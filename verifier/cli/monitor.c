/* SPDX-License-Identifier: ISC */
/* skerry monitor: one line and an exit code, as plug-ins of Nagios and its kin have them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "view.h"

/* The plug-ins' codes, which are not this program's own. */
enum level { LEVEL_OK = 0, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL_UNKNOWN };

static const char *const WORDS[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

static enum level
level_of(const struct skerry_verdict *verdict)
{
	if (verdict->access != SKERRY_ACCESS_FULL || verdict->notice == SKERRY_NOTICE_ALERT)
		return LEVEL_CRITICAL;
	return verdict->notice == SKERRY_NOTICE_WARN ? LEVEL_WARNING : LEVEL_OK;
}

/* One product: its words into the line, its days behind the bar. */
static enum level
add_product(const struct site *site, const struct cli_question *question, FILE *line, FILE *data)
{
	struct explanation explanation;
	char product[PRODUCT_NAME_MAX];
	enum command_exit exit;
	struct view view;
	int64_t days;

	if (!cli_explain(site, question, LICENSE_NEVER, &explanation, &exit))
		return LEVEL_UNKNOWN;
	view = view_of_site(site, question, &explanation);
	fprintf(line, "%s%s %s (%s)", ftell(line) > 0 ? ", " : "", view_product(&view, product),
		skerry_state_name(view.verdict->state), skerry_reason_name(view.verdict->reason));
	if (view_days_left(&view, &days)) {
		fprintf(line, ", %" PRId64 " days left", days);
		fprintf(data, " '%s'=%" PRId64, view_product(&view, product), days);
	}
	return level_of(view.verdict);
}

static enum level
add_all(const struct site *site, const struct cli_question *question, FILE *line, FILE *data)
{
	enum level worst = LEVEL_OK, level;

	if (question->product != NULL || site->licenses_len == 0)
		return add_product(site, question, line, data);
	for (size_t i = 0; i < site->licenses_len; i++) {
		struct cli_question one = *question;
		char product[PRODUCT_NAME_MAX];

		if (cli_told_before(site, i))
			continue;
		product_name_of(&site->licenses[i].license, product);
		one.product = product;
		level = add_product(site, &one, line, data);
		if (level > worst)
			worst = level;
	}
	return worst;
}

enum { LINE_MAX_LEN = 2048 };

static void
print_json(enum level level, const char *text)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "level");
	json_chars(&j, WORDS[level]);
	json_name(&j, "message");
	json_chars(&j, text);
	json_object_close(&j);
	putchar('\n');
}

static enum level
watch(const struct site *site, const struct cli_question *question)
{
	char text[LINE_MAX_LEN] = "", numbers[LINE_MAX_LEN] = "";
	FILE *line = fmemopen(text, sizeof text, "w"),
	     *data = fmemopen(numbers, sizeof numbers, "w");
	enum evaluate_clock condition = site->memory->clock.condition;
	enum level level = LEVEL_UNKNOWN;

	if (line != NULL && data != NULL)
		level = add_all(site, question, line, data);
	if (line != NULL)
		fclose(line);
	if (data != NULL)
		fclose(data);
	if (level == LEVEL_OK && condition != EVALUATE_CLOCK_OK)
		level = LEVEL_WARNING;
	if (condition != EVALUATE_CLOCK_OK)
		snprintf(text + strlen(text), sizeof text - strlen(text), ", clock %s",
			clock_condition_name(condition));
	if (question->json)
		print_json(level, text);
	else
		printf("SKERRY %s - %s%s%s\n", WORDS[level], text, numbers[0] == '\0' ? "" : " |",
			numbers);
	return level;
}

enum command_exit
monitor_run(int argc, char **argv)
{
	struct cli_question question = { .json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(question) };
	struct command_list operands;
	enum command_exit exit;
	enum level level;
	struct site site;

	if (!command_parse(
		    argc, argv, options, sizeof options / sizeof *options, 0, 0, &operands) ||
		!cli_open_site(&site, false, &exit)) {
		puts("SKERRY UNKNOWN - the state folder could not be read");
		command_finish(COMMAND_CANNOT_TELL);
		return (enum command_exit)LEVEL_UNKNOWN;
	}
	level = watch(&site, &question);
	site_close(&site);
	return command_finish((enum command_exit)level);
}
