/* SPDX-License-Identifier: ISC */
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "formats/date.h"
#include "formats/json.h"

/* Both threads' lines: what one saw as room must not be filled by the other. */
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

/* A pipe takes a line of that size whole or has no room. */
_Static_assert((int)LOG_LINE_MAX <= 4096, "a line is no longer than PIPE_BUF");

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

/* --- writing --------------------------------------------------------------------------------- */

bool
log_has_room(int fd)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	return poll(&room, 1, 0) > 0;
}

/* The descriptor may be others' as well, so that it stays one that waits: each write takes care. */
static bool
write_line(int fd, const struct line *line)
{
	ssize_t len;

	do
		len = send(fd, line->text, line->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (len < 0 && errno == EINTR);
	if (len >= 0 || errno != ENOTSOCK)
		return len >= 0;
	if (!log_has_room(fd))
		return false;
	do
		len = write(fd, line->text, line->len);
	while (len < 0 && errno == EINTR);
	return len >= 0;
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

static bool
tell_dropped(struct log *log)
{
	struct line line = { .len = 0 };
	char dropped[LOG_NUMBER_MAX];

	if (log->dropped == 0)
		return true;
	put_front(&line, log->prefixed, LOG_ERRORS);
	put_text(&line, "event=log_dropped");
	put_pair(&line, "lines", log_number((long long)log->dropped, dropped));
	put_pair(&line, "message", "Nobody has read them in time, or there was no room for them.");
	line.text[line.len++] = '\n';
	if (!write_line(log->fd, &line))
		return false;
	log->dropped = 0;
	return true;
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
	pthread_mutex_lock(&writing);
	if (!tell_dropped(log) || !write_line(log->fd, &line))
		log->dropped++;
	pthread_mutex_unlock(&writing);
	errno = saved;
}

const char *
log_number(long long number, char ret_text[LOG_NUMBER_MAX])
{
	snprintf(ret_text, LOG_NUMBER_MAX, "%lld", number);
	return ret_text;
}
