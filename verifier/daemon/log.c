/* SPDX-License-Identifier: ISC */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "formats/date.h"
#include "formats/json.h"

struct line {
	char text[LOG_LINE_MAX];
	size_t len;
};

/* Room for the end of the line is kept. */
static void
put(struct line *line, const char *bytes, size_t len)
{
	size_t room = sizeof line->text - 2 - line->len;

	if (len > room)
		len = room;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
}

static void
put_text(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* --- values ---------------------------------------------------------------------------------- */

static bool
is_plain(const char *value)
{
	static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.:/@,+%";

	return value[0] != '\0' && value[strspn(value, PLAIN)] == '\0';
}

static void
sink(void *context, const char *text, size_t text_len)
{
	put(context, text, text_len);
}

/* As JSON: a quote and a control character are escaped, what is no UTF-8 is replaced. */
static void
quote(struct line *line, const char *value)
{
	struct json j;

	json_init(&j, sink, line);
	json_chars(&j, value);
}

static void
put_pair(struct line *line, const char *key, const char *value)
{
	put(line, " ", 1);
	put_text(line, key);
	put(line, "=", 1);
	if (is_plain(value))
		put_text(line, value);
	else
		quote(line, value);
}

/* --- lines ----------------------------------------------------------------------------------- */

static void
put_front(struct line *line, bool prefixed, enum log_level level)
{
	char at[DATE_TEXT_MAX];
	struct timespec now = { 0 };

	if (prefixed) {
		/* syslog's numbers: err, notice, info. */
		put_text(line, level == LOG_ERRORS ? "<3>" : level == LOG_CHANGES ? "<5>" : "<6>");
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	date_format(now.tv_sec, at);
	put_text(line, at);
	put_text(line, " ");
}

void
log_event(struct log *log, enum log_level level, const char *event, ...)
{
	struct line line = { .len = 0 };
	int saved = errno;
	const char *key;
	va_list more;

	if (log == NULL || log->fd < 0 || (int)level > log->level)
		return;
	put_front(&line, log->prefixed, level);
	put_text(&line, "event=");
	put_text(&line, event);
	va_start(more, event);
	while ((key = va_arg(more, const char *)) != NULL) {
		const char *value = va_arg(more, const char *);

		if (value != NULL)
			put_pair(&line, key, value);
	}
	va_end(more);
	line.text[line.len++] = '\n';
	/* Nobody may read it any more: the daemon goes on. */
	while (write(log->fd, line.text, line.len) < 0 && errno == EINTR)
		;
	errno = saved;
}

const char *
log_number(long long number, char ret_text[LOG_NUMBER_MAX])
{
	snprintf(ret_text, LOG_NUMBER_MAX, "%lld", number);
	return ret_text;
}
