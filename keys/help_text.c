/* SPDX-License-Identifier: ISC */
#include "help_text.h"

#include <stdbool.h>
#include <string.h>

enum { HANG_MAX = 32 /* explanations begin no further to the right */ };

enum kind { PROSE, USAGE, EXAMPLE };

struct flow {
	FILE *out;
	enum kind kind;
	size_t column; /* 0: nothing of a line is written yet */
	size_t hang;   /* where a line that is too long goes on */
	bool spilled;  /* it did */
	bool examples; /* the lines below "Example:" */
};

static bool
begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

static bool
is_end(char c)
{
	return c == '\n' || c == '\0';
}

static size_t
line_length(const char *line)
{
	return strcspn(line, "\n");
}

/* Past the blanks at `at`. */
static size_t
skip_blanks(const char *line, size_t at)
{
	return at + strspn(line + at, " ");
}

/* Where the explanation of an option begins: behind the first gap. 0: there is none. */
static size_t
explanation(const char *line)
{
	size_t indent = skip_blanks(line, 0);
	size_t len = line_length(line);

	for (size_t at = indent; indent > 0 && at + 1 < len && at <= HANG_MAX; at++)
		if (line[at] == ' ' && line[at + 1] == ' ')
			return skip_blanks(line, at);
	return 0;
}

/* --- words ----------------------------------------------------------------------------------- */

static size_t
plain_word(const char *line)
{
	return strcspn(line, " \n");
}

/* What is quoted or in brackets is one word. */
static size_t
command_word(const char *line)
{
	size_t depth = 0, at = 0;
	char quote = '\0';

	for (; !is_end(line[at]) && (line[at] != ' ' || depth > 0 || quote != '\0'); at++)
		if (quote != '\0')
			quote = line[at] == quote ? '\0' : quote;
		else if (line[at] == '"' || line[at] == '\'')
			quote = line[at];
		else if (line[at] == '[')
			depth++;
		else if (line[at] == ']' && depth > 0)
			depth--;
	return at;
}

static size_t
word_length(const struct flow *flow, const char *line)
{
	size_t len, next;

	if (flow->kind == PROSE)
		return plain_word(line);
	len = command_word(line);
	next = skip_blanks(line, len);
	if (begins(line, "--") && !is_end(line[next]) && strchr("-[|&>\\", line[next]) == NULL)
		len = next + command_word(line + next);
	return len;
}

/* --- lines ----------------------------------------------------------------------------------- */

static void
end_line(struct flow *flow)
{
	if (flow->column > 0)
		putc('\n', flow->out);
	flow->column = 0;
	flow->spilled = false;
}

static void
go_on_below(struct flow *flow)
{
	fprintf(flow->out, "%s\n%*s", flow->kind == EXAMPLE ? " \\" : "", (int)flow->hang, "");
	flow->column = flow->hang;
	flow->spilled = true;
}

/* `blanks` stand between it and what is there already. */
static void
put_word(struct flow *flow, const char *word, size_t len, size_t blanks)
{
	size_t width = HELP_TEXT_WIDTH - (flow->kind == EXAMPLE ? 2 : 0);

	if (flow->column > flow->hang && flow->column + blanks + len > width) {
		go_on_below(flow);
		blanks = 0;
	}
	fprintf(flow->out, "%*s%.*s", (int)blanks, "", (int)len, word);
	flow->column += blanks + len;
}

static void
put_words(struct flow *flow, const char *line, size_t at, size_t blanks)
{
	while (!is_end(line[at])) {
		size_t len = word_length(flow, line + at);
		size_t next = skip_blanks(line, at + len);

		put_word(flow, line + at, len, blanks);
		blanks = next - at - len;
		at = next;
	}
}

static void
choose_kind(struct flow *flow, const char *line)
{
	size_t indent = skip_blanks(line, 0);

	if (indent == 0)
		flow->examples = begins(line, "Example:");
	flow->kind = begins(line, "usage:")                                  ? USAGE
		     : begins(line, "example:")                              ? EXAMPLE
		     : flow->examples && indent > 0 && !is_end(line[indent]) ? EXAMPLE
									     : PROSE;
}

/* Where a line goes on: behind a long option it is explained where those above it are. */
static size_t
hang_of(const struct flow *flow, const char *line, size_t indent)
{
	size_t hang = explanation(line), above = flow->hang;

	if (flow->kind != PROSE)
		return indent + 4;
	if (hang > 0)
		return hang;
	return indent > 0 && above > indent && above < line_length(line) && line[above - 1] == ' '
		       ? above
		       : indent;
}

static void
put_line(struct flow *flow, const char *line)
{
	size_t indent = skip_blanks(line, 0), begin;

	choose_kind(flow, line);
	if (flow->spilled && flow->kind == PROSE && indent == flow->hang && !is_end(line[indent])) {
		put_words(flow, line, indent, 1);
		return;
	}
	end_line(flow);
	if (line_length(line) == 0) {
		putc('\n', flow->out);
		flow->hang = 0;
		return;
	}
	flow->hang = hang_of(flow, line, indent);
	if (line_length(line) <= HELP_TEXT_WIDTH) {
		fprintf(flow->out, "%.*s", (int)line_length(line), line);
		flow->column = line_length(line);
		return;
	}
	/* The option itself is not broken. */
	begin = flow->kind == PROSE ? flow->hang : indent;
	fprintf(flow->out, "%.*s", (int)begin, line);
	flow->column = begin;
	put_words(flow, line, begin, 0);
}

void
help_text_print(FILE *out, const char *text)
{
	struct flow flow = { .out = out };

	while (*text != '\0') {
		put_line(&flow, text);
		text += line_length(text);
		text += *text == '\n';
	}
	end_line(&flow);
}
