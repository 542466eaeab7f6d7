/* SPDX-License-Identifier: ISC */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "formats/cbor.h"
#include "verifier/state/folder_files.h"

enum {
	PATH_ROOM = sizeof((struct sockaddr_un *)0)->sun_path,
	NAME_MAX_LEN = 32, /* bytes of a member of "error" */
	MEMBERS_MAX = 16,  /* of an error */
	ERRORS_END = 1000  /* skerry_error.h stays below */
};

static const char *socket_option;

bool
daemon_take_option(const char *name, const char *value)
{
	if (strcmp(name, "--socket") != 0)
		return false;
	if (value != NULL)
		socket_option = value;
	return true;
}

/* --- which socket ---------------------------------------------------------------------------- */

/* One line of an absolute path; "" where there is none that can be read. */
static void
read_pointer(char ret_path[PATH_ROOM])
{
	char file[4096], line[PATH_ROOM + 1];
	ssize_t len = -1;
	int fd = -1;

	ret_path[0] = '\0';
	if (snprintf(file, sizeof file, "%s/" FOLDER_DAEMON_SOCKET, cli_state()) < (int)sizeof file)
		fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return;
	len = read(fd, line, sizeof line);
	close(fd);
	if (len < 2 || line[0] != '/' || line[len - 1] != '\n' ||
		memchr(line, '\0', (size_t)len) != NULL)
		return;
	line[len - 1] = '\0';
	if ((size_t)len <= PATH_ROOM)
		memcpy(ret_path, line, (size_t)len);
}

bool
daemon_is_named(void)
{
	char room[PATH_ROOM];

	read_pointer(room);
	return room[0] != '\0';
}

/* "": none. */
static const char *
find_socket(char room[PATH_ROOM])
{
	const char *environment = getenv("SKERRY_SOCKET");

	if (socket_option != NULL)
		return socket_option;
	if (environment != NULL)
		return environment;
	read_pointer(room);
	if (room[0] == '\0' && strcmp(cli_state(), CLI_STATE_DEFAULT) == 0)
		return DAEMON_SOCKET_DEFAULT;
	return room;
}

/* --- what is asked --------------------------------------------------------------------------- */

void
daemon_call_begin(struct daemon_call *ret_call, const char *method, const char *path)
{
	*ret_call = (struct daemon_call){ .method = method, .file = -1 };
	snprintf(ret_call->target, sizeof ret_call->target, "%s", path);
}

static void
put(struct daemon_call *call, const char *text)
{
	size_t len = strlen(call->target), text_len = strlen(text);

	if (call->cut || text_len >= sizeof call->target - len) {
		call->cut = true;
		return;
	}
	memcpy(call->target + len, text, text_len + 1);
}

static void
put_encoded(struct daemon_call *call, const char *text)
{
	if (!call->cut && !http_client_encode(call->target, text))
		call->cut = true;
}

void
daemon_call_segment(struct daemon_call *call, const char *segment)
{
	put(call, "/");
	put_encoded(call, segment);
}

void
daemon_call_arg(struct daemon_call *call, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put(call, call->has_query ? "&" : "?");
	put(call, name);
	put(call, "=");
	put_encoded(call, value);
	call->has_query = true;
}

void
daemon_call_question(struct daemon_call *call, const struct cli_question *question)
{
	daemon_call_arg(call, "product", question->product);
	daemon_call_arg(call, "tenant", question->tenant);
	daemon_call_arg(call, "domain", question->domain);
	daemon_call_arg(call, "install_path", question->install_path);
	for (size_t i = 0; i < question->custom.len; i++)
		daemon_call_arg(call, "custom", question->custom.values[i]);
	daemon_call_arg(call, "build_date", question->build_date);
}

void
daemon_call_json(struct daemon_call *call, const char *body, size_t body_len)
{
	call->content_type = "application/json";
	call->body = (const uint8_t *)body;
	call->body_len = body_len;
}

/* --- what is refused ------------------------------------------------------------------------- */

static enum skerry_err
find_code(struct cbor_text name)
{
	for (int code = 1; code < ERRORS_END; code++)
		if (strcmp(skerry_err_name((enum skerry_err)code), "unknown") != 0 &&
			cbor_text_equals(name, skerry_err_name((enum skerry_err)code)))
			return (enum skerry_err)code;
	return SKERRY_ERR_INTERNAL;
}

static const char *
take_text(struct cbor_reader *r, char *room, size_t room_max)
{
	struct cbor_text text;

	if (cbor_peek_null(r)) {
		cbor_read_null(r);
		return NULL;
	}
	text = cbor_read_text(r, room_max - 1);
	memcpy(room, text.chars == NULL ? "" : text.chars, text.len);
	room[text.len] = '\0';
	return room;
}

static void
take_offset(struct cbor_reader *r, struct command_failure *failure)
{
	if (cbor_peek_null(r)) {
		cbor_read_null(r);
		return;
	}
	failure->has_offset = true;
	failure->offset = (size_t)cbor_read_uint(r, SIZE_MAX);
}

static void
take_member(struct cbor_reader *r, struct cbor_text name, struct show_failure *f)
{
	char code[64] = "";

	if (cbor_text_equals(name, "code")) {
		take_text(r, code, sizeof code);
		f->failure.err = find_code(cbor_text_from_chars(code));
	} else if (cbor_text_equals(name, "message")) {
		f->failure.message = take_text(r, f->message, sizeof f->message);
	} else if (cbor_text_equals(name, "advice")) {
		/* Where there is none, the daemon has none. */
		f->failure.advice = take_text(r, f->advice, sizeof f->advice);
		if (f->failure.advice == NULL)
			f->failure.advice = "";
	} else if (cbor_text_equals(name, "subject")) {
		f->failure.subject = take_text(r, f->subject, sizeof f->subject);
	} else if (cbor_text_equals(name, "offset")) {
		take_offset(r, &f->failure);
	} else {
		cbor_skip(r);
	}
}

/* {"error": {...}}, and whatever else stands beside it. */
static bool
read_error(const struct http_client_answer *answer, struct show_failure *ret_failure)
{
	struct cbor_map outer, inner;
	struct cbor_reader r;
	struct cbor_text name;
	bool found = false;
	size_t offset;

	*ret_failure = (struct show_failure){ .failure = { .advice = "" } };
	cbor_reader_init(&r, answer->body, answer->body_len);
	cbor_map_begin(&r, MEMBERS_MAX, &outer);
	while (cbor_map_name(&r, &outer, NAME_MAX_LEN, &name)) {
		if (!cbor_text_equals(name, "error")) {
			cbor_skip(&r);
			continue;
		}
		found = true;
		cbor_map_begin(&r, MEMBERS_MAX, &inner);
		while (cbor_map_name(&r, &inner, NAME_MAX_LEN, &name))
			take_member(&r, name, ret_failure);
	}
	return cbor_reader_finish(&r, &offset) == SKERRY_OK && found &&
	       ret_failure->failure.err != SKERRY_OK;
}

/* --- asking ---------------------------------------------------------------------------------- */

/* What Skerry-Exit says; `otherwise` where it says nothing. */
static enum command_exit
exit_of(const struct http_client_answer *answer, enum command_exit otherwise)
{
	if (answer->exit[0] < '0' || answer->exit[0] > '2' || answer->exit[1] != '\0')
		return otherwise;
	return (enum command_exit)(answer->exit[0] - '0');
}

static enum command_exit
tell_strange(const char *socket, bool json)
{
	const struct command_failure failure = { .err = SKERRY_ERR_IO,
		.subject = socket,
		.message = "What answers there is not skerryd, or another version of it.",
		.advice = "Look at `systemctl status skerryd`; --socket '' asks the state folder "
			  "instead." };

	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

static enum command_exit
tell_refused(const struct http_client_answer *answer, const char *socket, bool json,
	enum skerry_err *ret_refusal)
{
	struct show_failure failure;

	if (strcmp(answer->type, "application/cbor") != 0 || !read_error(answer, &failure))
		return tell_strange(socket, json);
	*ret_refusal = failure.failure.err;
	return exit_of(answer, command_fail_json(&failure.failure, json));
}

/* Nobody answers, or not to so long a question: the folder can, unless this socket was asked for. */
static enum daemon_answer
give_up(enum skerry_err err, const char *socket, bool json, enum command_exit *ret_exit)
{
	struct command_failure failure = failure_plain(err, socket);

	if (socket_option == NULL &&
		(err == SKERRY_ERR_NO_DAEMON || err == SKERRY_ERR_FILE_PERMISSION ||
			err == SKERRY_ERR_HTTP_TOO_LARGE))
		return DAEMON_NONE;
	if (err == SKERRY_ERR_IO) {
		*ret_exit = tell_strange(socket, json);
		return DAEMON_REFUSED;
	}
	if (err == SKERRY_ERR_FILE_PERMISSION)
		failure.advice = "Only root and the users in the socket's group may ask there, "
				 "usually group skerry.";
	if (err == SKERRY_ERR_ARGUMENT) {
		failure.message = "The path of a socket has at most 107 bytes.";
		failure.advice = "Name a shorter one, or a link to it.";
	}
	command_fail_json(&failure, json);
	*ret_exit = COMMAND_CANNOT_TELL;
	return DAEMON_REFUSED;
}

/* How this terminal wants its text. */
static void
add_reader(struct daemon_call *call)
{
	const struct show *show = cli_show();
	char columns[24];

	daemon_call_arg(call, "utf8", show->utf8 ? "1" : "0");
	daemon_call_arg(call, "color", show->color ? "1" : NULL);
	snprintf(columns, sizeof columns, "%zu", show->columns);
	daemon_call_arg(call, "columns", show->columns > 0 ? columns : NULL);
}

static enum daemon_answer
ask(const struct daemon_call *asked, const char *accept, bool json,
	struct http_client_answer *ret_answer, enum skerry_err *ret_refusal,
	enum command_exit *ret_exit)
{
	struct daemon_call call = *asked;
	char room[PATH_ROOM];
	const char *socket = find_socket(room);
	struct http_client_call request;
	enum skerry_err err;

	if (socket[0] == '\0')
		return DAEMON_NONE;
	if (strncmp(accept, "text/", 5) == 0)
		add_reader(&call);
	request = (struct http_client_call){ .socket = socket,
		.method = call.method,
		.target = call.target,
		.accept = accept,
		.language = cli_texts()->language,
		.header_name = call.header_name,
		.header_value = call.header_value,
		.content_type = call.content_type,
		.body = call.body,
		.body_len = call.body_len,
		.from_file = call.file >= 0,
		.file = call.file,
		.wait_ms = call.wait_ms };
	errno = 0;
	*ret_refusal = SKERRY_OK;
	err = call.cut ? SKERRY_ERR_HTTP_TOO_LARGE : http_client_call(&request, ret_answer);
	if (err != SKERRY_OK)
		return give_up(err, socket, json, ret_exit);
	if (ret_answer->status >= 200 && ret_answer->status < 300) {
		*ret_exit = exit_of(ret_answer, COMMAND_YES);
		return DAEMON_ANSWERED;
	}
	*ret_exit = tell_refused(ret_answer, socket, json, ret_refusal);
	http_client_free(ret_answer);
	return DAEMON_REFUSED;
}

bool
daemon_tell(const struct daemon_call *call, bool json, enum command_exit *ret_exit)
{
	struct http_client_answer answer = { .status = 0 };
	enum skerry_err ignored;
	enum daemon_answer came = ask(call,
		json ? "application/json, application/cbor;q=0.1"
		     : "text/plain, application/cbor;q=0.1",
		json, &answer, &ignored, ret_exit);

	if (came != DAEMON_ANSWERED)
		return came == DAEMON_REFUSED;
	command_sink(stdout, (const char *)answer.body, answer.body_len);
	http_client_free(&answer);
	return true;
}

enum daemon_answer
daemon_ask(const struct daemon_call *call, bool json, struct daemon_reply *ret_reply,
	enum command_exit *ret_exit)
{
	enum skerry_err ignored;

	return daemon_ask_why(call, json, ret_reply, &ignored, ret_exit);
}

enum daemon_answer
daemon_ask_why(const struct daemon_call *call, bool json, struct daemon_reply *ret_reply,
	enum skerry_err *ret_refusal, enum command_exit *ret_exit)
{
	struct http_client_answer answer;
	enum daemon_answer came =
		ask(call, "application/cbor", json, &answer, ret_refusal, ret_exit);

	if (came == DAEMON_ANSWERED)
		*ret_reply = (struct daemon_reply){ answer.status, answer.body, answer.body_len };
	return came;
}

bool
daemon_listens(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char room[PATH_ROOM];
	const char *path = find_socket(room);
	bool listens;
	int fd;

	if (socket_option != NULL)
		return path[0] != '\0';
	if (path[0] == '\0' || strlen(path) >= sizeof address.sun_path)
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	memcpy(address.sun_path, path, strlen(path) + 1);
	listens = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
	close(fd);
	return listens;
}

void
daemon_reply_free(struct daemon_reply *reply)
{
	free(reply->bytes);
	*reply = (struct daemon_reply){ 0 };
}
