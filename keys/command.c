/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "help_text.h"
#include "random.h"
#include "spelling.h"

#ifndef SKERRY_VERSION
#error "SKERRY_VERSION is set by the Makefile"
#endif

enum { NAME_MAX_LEN = 48, MISUSE_MAX = 1024, NEAR = 2 };

/* A program has one command line: what it runs is known to the messages about it. */
static const struct command_program *current_program;
static const struct command_verb *current_verb;
/* A script reads what is said about them. */
static bool misuse_as_json, misuse_in_words;

/* --- help --- */

static void
write_verb_lines(FILE *file, const char *noun)
{
	size_t noun_len = strlen(noun);

	for (size_t i = 0; i < current_program->verbs_len; i++) {
		const struct command_verb *verb = &current_program->verbs[i];

		if (strncmp(verb->name, noun, noun_len) == 0 &&
			(noun_len == 0 || verb->name[noun_len] == ' '))
			fprintf(file, "  %-18s %s\n", verb->name, verb->summary);
	}
}

static void
write_program_help(FILE *file)
{
	const struct command_program *program = current_program;

	fprintf(file, "%s: %s\n\nusage: %s %sVERB ...\n\n", program->name, program->summary,
		program->name, program->options == NULL ? "" : "[OPTIONS] ");
	write_verb_lines(file, "");
	if (program->options != NULL)
		fprintf(file, "\nBefore or after the verb:\n%s", program->options);
	fprintf(file, "\n'%s help VERB' tells a verb's options, with an example.\n", program->name);
}

static void
write_verb_help(FILE *file, const struct command_verb *verb)
{
	const struct command_program *program = current_program;

	fprintf(file, "usage: %s %s%s%s\n\n%s.\n\n%s", program->name, verb->name,
		verb->synopsis[0] == '\0' ? "" : " ", verb->synopsis, verb->summary, verb->details);
	if (program->options != NULL)
		fprintf(file, "\nAnd for every verb:\n%s", program->options);
}

/* That of a verb, of the verbs of a noun, or of the program. */
static void
print_help(FILE *file, const struct command_verb *verb, const char *noun)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return;
	if (verb != NULL)
		write_verb_help(out, verb);
	else if (noun != NULL)
		write_verb_lines(out, noun);
	else
		write_program_help(out);
	if (fclose(out) == 0)
		help_text_print(file, text);
	free(text);
}

/* --- finding the verb --- */

/* How many of the words name this verb: 0, or all of its one or two. */
static int
words_matched(const struct command_verb *verb, int argc, char **argv)
{
	const char *space = strchr(verb->name, ' ');
	size_t first_len = space == NULL ? strlen(verb->name) : (size_t)(space - verb->name);

	if (argc < 1 || strlen(argv[0]) != first_len ||
		strncmp(verb->name, argv[0], first_len) != 0)
		return 0;
	if (space == NULL)
		return 1;
	return argc >= 2 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static const struct command_verb *
find_verb(int argc, char **argv, int *ret_words)
{
	const struct command_verb *found = NULL;

	*ret_words = 0;
	for (size_t i = 0; i < current_program->verbs_len; i++) {
		int words = words_matched(&current_program->verbs[i], argc, argv);

		if (words > *ret_words) {
			*ret_words = words;
			found = &current_program->verbs[i];
		}
	}
	return found;
}

static bool
is_noun(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < current_program->verbs_len; i++) {
		const char *name = current_program->verbs[i].name;

		if (strncmp(name, word, len) == 0 && name[len] == ' ')
			return true;
	}
	return false;
}

/* The verb that was probably meant, or NULL. */
static const char *
nearest_verb(int argc, char **argv)
{
	const char *nearest = NULL;
	unsigned nearest_distance = NEAR + 1;
	char typed[2 * NAME_MAX_LEN];

	/* Two words first: of equally near ones, the verb that says more. */
	for (int words = argc < 2 ? 1 : 2; words >= 1; words--) {
		snprintf(typed, sizeof typed, "%.40s%s%.40s", argv[0], words == 2 ? " " : "",
			words == 2 ? argv[1] : "");
		for (size_t i = 0; i < current_program->verbs_len; i++) {
			const char *name = current_program->verbs[i].name;
			unsigned away = spelling_distance(typed, name);

			if (away < nearest_distance) {
				nearest_distance = away;
				nearest = name;
			}
		}
	}
	return nearest;
}

static enum command_exit
tell_unknown_verb(int argc, char **argv)
{
	const char *nearest = nearest_verb(argc, argv);

	fprintf(stderr, "%s: there is no verb '", command_name());
	command_print_safe(stderr, argv[0], strlen(argv[0]));
	if (is_noun(argv[0]) && argc >= 2) {
		fputc(' ', stderr);
		command_print_safe(stderr, argv[1], strlen(argv[1]));
	}
	if (nearest != NULL)
		fprintf(stderr, "'. Did you mean '%s'?\n", nearest);
	else
		fprintf(stderr, "'. '%s --help' lists them.\n", command_name());
	return COMMAND_CANNOT_TELL;
}

/* --- options --- */

/* An option as it stands on the command line. */
struct given {
	char name[NAME_MAX_LEN];
	const char *value; /* after '='; NULL without */
};

static bool
split_option(const char *word, struct given *ret_given)
{
	const char *equals = strchr(word, '=');
	size_t name_len = equals == NULL ? strlen(word) : (size_t)(equals - word);

	if (name_len >= sizeof ret_given->name)
		return false;
	memcpy(ret_given->name, word, name_len);
	ret_given->name[name_len] = '\0';
	ret_given->value = equals == NULL ? NULL : equals + 1;
	return true;
}

/* The option's value: behind '=' or the next word. */
static bool
take_value(int argc, char **argv, int *at, struct given *given)
{
	if (given->value != NULL)
		return true;
	if (*at + 1 >= argc) {
		command_misuse("%s needs a value", given->name);
		return false;
	}
	given->value = argv[++*at];
	return true;
}

static bool
store_option(
	int argc, char **argv, int *at, const struct command_option *option, struct given *given)
{
	struct command_list *list = option->target;

	if (option->kind == COMMAND_FLAG) {
		if (given->value != NULL) {
			command_misuse("%s takes no value", given->name);
			return false;
		}
		*(bool *)option->target = true;
		return true;
	}
	if (!take_value(argc, argv, at, given))
		return false;
	if (option->kind == COMMAND_VALUE) {
		if (*(const char **)option->target != NULL) {
			command_misuse("%s is given twice", given->name);
			return false;
		}
		*(const char **)option->target = given->value;
		return true;
	}
	if (list->len == COMMAND_LIST_MAX) {
		command_misuse("%s is given more than %d times", given->name, COMMAND_LIST_MAX);
		return false;
	}
	list->values[list->len++] = given->value;
	return true;
}

static bool
knows_program_option(const char *name)
{
	/* skerryd has options, and no verbs. */
	return current_program != NULL && current_program->take_option != NULL &&
	       current_program->take_option(name, NULL);
}

static bool
store_program_option(int argc, char **argv, int *at, struct given *given)
{
	if (!take_value(argc, argv, at, given))
		return false;
	if (!current_program->take_option(given->name, given->value)) {
		command_misuse("%s does not take '%s'", given->name, given->value);
		return false;
	}
	return true;
}

static bool
take_option(
	int argc, char **argv, int *at, const struct command_option *options, size_t options_len)
{
	struct given given;

	if (!split_option(argv[*at], &given)) {
		command_misuse("there is no option '%s'", argv[*at]);
		return false;
	}
	for (size_t i = 0; i < options_len; i++)
		if (strcmp(options[i].name, given.name) == 0)
			return store_option(argc, argv, at, &options[i], &given);
	if (knows_program_option(given.name))
		return store_program_option(argc, argv, at, &given);
	command_misuse("there is no option '%s'", given.name);
	return false;
}

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

/* Known before anything else is read: what is wrong may stand before it. */
static bool
wants_json(int argc, char **argv, const struct command_option *options, size_t options_len)
{
	bool known = false;

	for (size_t i = 0; i < options_len; i++)
		known = known || strcmp(options[i].name, "--json") == 0;
	for (int i = 1; known && i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

bool
command_parse(int argc, char **argv, const struct command_option *options, size_t options_len,
	size_t operands_min, size_t operands_max, struct command_list *ret_operands)
{
	bool options_end = false;

	misuse_as_json = !misuse_in_words && wants_json(argc, argv, options, options_len);
	ret_operands->len = 0;
	for (int at = 1; at < argc; at++) {
		if (!options_end && strcmp(argv[at], "--") == 0) {
			options_end = true;
			continue;
		}
		if (!options_end && is_option(argv[at])) {
			if (!take_option(argc, argv, &at, options, options_len))
				return false;
			continue;
		}
		if (ret_operands->len >= operands_max || ret_operands->len == COMMAND_LIST_MAX) {
			command_misuse("'%s' is one operand too many", argv[at]);
			return false;
		}
		ret_operands->values[ret_operands->len++] = argv[at];
	}
	if (ret_operands->len < operands_min) {
		command_misuse("an operand is missing");
		return false;
	}
	return true;
}

static void
put_misuse(const char *text)
{
	char message[MISUSE_MAX + 1], advice[NAME_MAX_LEN + 80];
	const struct command_failure failure = {
		.err = SKERRY_ERR_ARGUMENT, .message = message, .advice = advice
	};

	snprintf(message, sizeof message, "%s.", text);
	snprintf(advice, sizeof advice, "'%s%s%s --help' tells more.", command_name(),
		current_verb == NULL ? "" : " ", current_verb == NULL ? "" : current_verb->name);
	command_fail_json(&failure, true);
}

void
command_misuse_in_words(void)
{
	misuse_in_words = true;
}

enum command_exit
command_misuse(const char *format, ...)
{
	char text[MISUSE_MAX], usage[MISUSE_MAX];
	va_list arguments;
	const char *space = current_verb == NULL ? "" : " ";
	const char *verb = current_verb == NULL ? "" : current_verb->name;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s%s%s: ", command_name(), space, verb);
	command_print_safe(stderr, text, strlen(text));
	fputs(".\n", stderr);
	if (current_verb != NULL) {
		snprintf(usage, sizeof usage, "usage: %s %s %s\n", command_name(), verb,
			current_verb->synopsis);
		help_text_print(stderr, usage);
	}
	fprintf(stderr, "'%s%s%s --help' tells more.\n", command_name(), space, verb);
	if (misuse_as_json)
		put_misuse(text);
	return COMMAND_CANNOT_TELL;
}

/* --- running --- */

/* A closed standard stream would be taken by the next file that is opened, and written to. */
static void
open_standard_streams(void)
{
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		while (fcntl(stream, F_GETFD) < 0)
			/* Never writable: what is printed to a closed stream must fail. */
			if (open("/dev/null", O_RDONLY) < 0)
				return;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* "help", "help VERB", or a verb with --help. */
static enum command_exit
help(int argc, char **argv)
{
	int words;
	const struct command_verb *verb;

	if (argc == 0) {
		print_help(stdout, NULL, NULL);
		return COMMAND_YES;
	}
	verb = find_verb(argc, argv, &words);
	if (verb != NULL)
		print_help(stdout, verb, NULL);
	else if (is_noun(argv[0]))
		print_help(stdout, NULL, argv[0]);
	else
		return tell_unknown_verb(argc, argv);
	return COMMAND_YES;
}

static enum command_exit
run_verb(int argc, char **argv)
{
	int words;
	const struct command_verb *verb = find_verb(argc, argv, &words);

	if (strcmp(argv[0], "help") == 0)
		return help(argc - 1, argv + 1);
	if (wants_help(argc, argv))
		return help(argc, argv);
	if (verb == NULL && is_noun(argv[0]) && argc == 1) {
		fprintf(stderr, "%s: %s what?\n", command_name(), argv[0]);
		print_help(stderr, NULL, argv[0]);
		return COMMAND_CANNOT_TELL;
	}
	if (verb == NULL)
		return tell_unknown_verb(argc, argv);
	if (random_start() != SKERRY_OK)
		return command_fail(&(struct command_failure){ .err = SKERRY_ERR_CRYPTO });
	current_verb = verb;
	return verb->run(argc - words + 1, argv + words - 1);
}

static enum command_exit
run(int argc, char **argv)
{
	int at = 1;

	for (; at < argc && is_option(argv[at]); at++) {
		if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0)
			return help(0, NULL);
		if (strcmp(argv[at], "--version") == 0) {
			printf("%s %s\n", command_name(), SKERRY_VERSION);
			return COMMAND_YES;
		}
		if (!take_option(argc, argv, &at, NULL, 0))
			return COMMAND_CANNOT_TELL;
	}
	if (at == argc) {
		print_help(stderr, NULL, NULL);
		return COMMAND_CANNOT_TELL;
	}
	return run_verb(argc - at, argv + at);
}

int
command_main(const struct command_program *program, int argc, char **argv)
{
	current_program = program;
	command_set_name(program->name);
	current_verb = NULL;
	misuse_as_json = misuse_in_words = false;
	open_standard_streams();
	/* A closed pipe is an error of a write, which command_finish tells. */
	signal(SIGPIPE, SIG_IGN);
	/* A file over the limit is an error of a write, too, and not the end in the middle of it. */
	signal(SIGXFSZ, SIG_IGN);
	return (int)command_finish(run(argc, argv));
}
