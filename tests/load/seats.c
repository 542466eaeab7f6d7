/* SPDX-License-Identifier: ISC */
/*
 * Many clients of one skerryd, who count for themselves: claim, renew and release seats over its Unix socket, on
 * as many connections as there are clients, and go on after the daemon was killed.
 *
 *	seats SOCKET CLIENTS SECONDS churn MAX    claims, renews, releases at random; MAX seats are there
 *	seats SOCKET CLIENTS SECONDS claim        each claims one seat after the other: a rate
 *	seats SOCKET CLIENTS SECONDS renew        each renews its own: a rate
 *	seats SOCKET CLIENTS COUNT fill           COUNT seats are claimed, and stay
 *
 * A seat is surely held from the moment its claim was acknowledged until its release is sent. More than MAX of them
 * at once is one doubled; a renewal of one that is anything but renewed is one lost. Either ends with 1. One line
 * tells what was counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 4096,
	ANSWER_MAX = 4096,
	SECRET_MAX = 128,
	EVENTS = 256,
	RETRY_MS = 20,
	ENDING_MS = 5000
};

enum mode { CHURN, CLAIM, RENEW, FILL };
enum doing { NOTHING, CLAIMING, RENEWING, RELEASING };

struct client {
	int fd; /* -1: not connected */
	unsigned number;
	unsigned long turn; /* names of holders that were used up */
	enum doing doing;
	bool held; /* surely */
	char secret[SECRET_MAX];
	char answer[ANSWER_MAX];
	size_t answer_len;
	int64_t retry_at_ms, sent_us;
};

struct load {
	const char *socket;
	pid_t own; /* no other load's names are this one's */
	enum mode mode;
	long clients_len, max, left;
	bool ending; /* what is held is released, and nothing else begins */
	int epoll;
	unsigned random;
	long held, held_most;
	long claimed, renewed, released, none_free, put_off, dropped, errors, lost, doubled;
	struct client clients[CLIENTS_MAX];
};

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t
now_ms(void)
{
	return now_us() / 1000;
}

/* Numerical Recipes' generator: enough to mix what clients do. */
static unsigned
chance(struct load *load, unsigned of)
{
	load->random = load->random * 1664525u + 1013904223u;
	return (load->random >> 8) % of;
}

static void
complain(struct load *load, const struct client *client, const char *what)
{
	fprintf(stderr, "client %u: %s: %.*s\n", client->number, what, (int)client->answer_len,
		client->answer);
	load->errors++;
}

/* --- a connection ---------------------------------------------------------------------------- */

static void
drop(struct load *load, struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	client->answer_len = 0;
	client->doing = NOTHING;
	client->retry_at_ms = now_ms() + RETRY_MS;
	load->dropped++;
}

static bool
connect_to(struct load *load, struct client *client)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

	snprintf(address.sun_path, sizeof address.sun_path, "%s", load->socket);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
		connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
		epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) {
		drop(load, client);
		return false;
	}
	return true;
}

static void
send_call(struct load *load, struct client *client, const char *method, enum doing doing)
{
	char call[512];
	bool secret = client->secret[0] != '\0';
	int len = snprintf(call, sizeof call,
		"%s /v1/seats/client-%ld-%u-%lu HTTP/1.1\r\nHost: skerry\r\n%s%s%sContent-Length: "
		"0\r\n\r\n",
		method, (long)load->own, client->number, client->turn,
		secret ? "Skerry-Seat-Secret: " : "", client->secret, secret ? "\r\n" : "");

	client->doing = doing;
	client->answer_len = 0;
	client->sent_us = now_us();
	if (send(client->fd, call, (size_t)len, MSG_NOSIGNAL) != len)
		drop(load, client);
}

/* --- what a client does next ----------------------------------------------------------------- */

static void
release(struct load *load, struct client *client)
{
	if (client->held)
		load->held--;
	client->held = false;
	send_call(load, client, "DELETE", RELEASING);
}

static void
begin(struct load *load, struct client *client)
{
	if (load->ending && !client->held)
		return;
	if (client->fd < 0 && !connect_to(load, client))
		return;
	if (load->ending) {
		release(load, client);
		return;
	}
	switch (load->mode) {
	case FILL:
		if (load->left-- <= 0)
			return;
		/* fall through */
	case CLAIM:
		client->turn++;
		client->secret[0] = '\0';
		client->held = false;
		send_call(load, client, "PUT", CLAIMING);
		break;
	case RENEW:
		send_call(load, client, "PUT", client->held ? RENEWING : CLAIMING);
		break;
	case CHURN:
		if (!client->held)
			send_call(load, client, "PUT", CLAIMING);
		else if (chance(load, 4) == 0)
			release(load, client);
		else
			send_call(load, client, "PUT", RENEWING);
	}
}

static void
note_claim(struct load *load, struct client *client)
{
	const char *mark = strstr(client->answer, "\"secret\":\""), *end;

	if (mark != NULL && (end = strchr(mark += 10, '"')) != NULL && end - mark < SECRET_MAX) {
		memcpy(client->secret, mark, (size_t)(end - mark));
		client->secret[end - mark] = '\0';
	}
	client->held = true;
	load->claimed++;
	if (load->mode != CHURN)
		return;
	load->held++;
	if (load->held > load->held_most)
		load->held_most = load->held;
	if (load->held > load->max) {
		load->doubled++;
		complain(load, client, "one more than there are");
	}
}

/* A claim whose answer was lost with the daemon may have been granted: then it is renewed. */
static void
take_answer(struct load *load, struct client *client, int status)
{
	enum doing done = client->doing;

	client->doing = NOTHING;
	if (done == RELEASING && (status == 204 || status == 404)) {
		load->released++;
		client->turn++;
		client->secret[0] = '\0';
	} else if (done == CLAIMING && (status == 201 || status == 202)) {
		note_claim(load, client);
	} else if (done == CLAIMING && status == 410) {
		load->none_free++;
		client->retry_at_ms = now_ms() + RETRY_MS;
	} else if (done == RENEWING && status == 202) {
		load->renewed++;
	} else if (status == 503) {
		/* Not done, of a daemon that ends for one: asked again, and what is held is held. */
		load->put_off++;
		if (done == RELEASING) {
			client->held = true;
			load->held++;
		}
		client->retry_at_ms = now_ms() + RETRY_MS;
	} else if (done == RENEWING) {
		load->lost++;
		complain(load, client, "a seat was lost");
		client->held = false;
	} else {
		complain(load, client, "another answer than there is");
		client->retry_at_ms = now_ms() + RETRY_MS;
	}
}

/* 0: not whole yet. */
static int
whole_status(struct client *client)
{
	const char *head, *length;

	client->answer[client->answer_len] = '\0';
	head = strstr(client->answer, "\r\n\r\n");
	if (head == NULL || client->answer_len < 12)
		return 0;
	length = strcasestr(client->answer, "content-length:");
	if (length != NULL && length < head &&
		client->answer_len <
			(size_t)(head + 4 - client->answer) + strtoul(length + 15, NULL, 10))
		return 0;
	return (int)strtol(client->answer + 9, NULL, 10);
}

static void
read_answer(struct load *load, struct client *client)
{
	ssize_t len = read(client->fd, client->answer + client->answer_len,
		ANSWER_MAX - 1 - client->answer_len);
	int status;

	if (len <= 0) {
		drop(load, client);
		return;
	}
	client->answer_len += (size_t)len;
	status = whole_status(client);
	if (status == 0)
		return;
	take_answer(load, client, status);
	if (client->retry_at_ms <= now_ms())
		begin(load, client);
}

/* Whether anybody waits for an answer, or has something to do yet. */
static bool
begin_all(struct load *load)
{
	bool busy = false;

	for (long i = 0; i < load->clients_len; i++) {
		struct client *client = &load->clients[i];

		if (client->doing == NOTHING && client->retry_at_ms <= now_ms())
			begin(load, client);
		busy |= client->doing != NOTHING || (load->ending && client->held);
	}
	return busy;
}

static void
run(struct load *load, int64_t until_ms)
{
	struct epoll_event events[EVENTS];

	while (now_ms() < until_ms) {
		bool busy = begin_all(load);
		int ready;

		if ((load->ending || (load->mode == FILL && load->left <= 0)) && !busy)
			break;
		ready = epoll_wait(load->epoll, events, EVENTS, RETRY_MS);
		for (int i = 0; i < ready; i++)
			read_answer(load, events[i].data.ptr);
	}
}

static enum mode
read_mode(const char *word)
{
	static const char *const WORDS[] = { "churn", "claim", "renew", "fill" };

	for (int i = 0; i < 4; i++)
		if (strcmp(word, WORDS[i]) == 0)
			return (enum mode)i;
	fprintf(stderr, "what is %s?\n", word);
	exit(2);
}

int
main(int argc, char **argv)
{
	static struct load load;
	int64_t began;

	if (argc < 5) {
		fprintf(stderr, "usage: seats SOCKET CLIENTS SECONDS churn MAX | claim | renew, or "
				"COUNT fill\n");
		return 2;
	}
	load.socket = argv[1];
	load.own = getpid();
	load.clients_len = strtol(argv[2], NULL, 10);
	load.mode = read_mode(argv[4]);
	load.max = argc > 5 ? strtol(argv[5], NULL, 10) : 0;
	load.left = strtol(argv[3], NULL, 10);
	load.random = 20261122;
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	if (load.clients_len < 1 || load.clients_len > CLIENTS_MAX || load.epoll < 0)
		return 2;
	for (long i = 0; i < load.clients_len; i++)
		load.clients[i] = (struct client){ .fd = -1, .number = (unsigned)i };
	began = now_ms();
	run(&load, load.mode == FILL ? INT64_MAX : began + load.left * 1000);
	load.ending = load.mode == CHURN;
	if (load.ending)
		run(&load, now_ms() + ENDING_MS);
	printf("claimed %ld renewed %ld released %ld none_free %ld put_off %ld dropped %ld errors "
	       "%ld lost %ld "
	       "doubled %ld most %ld ms %lld\n",
		load.claimed, load.renewed, load.released, load.none_free, load.put_off,
		load.dropped, load.errors, load.lost, load.doubled, load.held_most,
		(long long)(now_ms() - began));
	return load.lost > 0 || load.doubled > 0 || load.errors > 0;
}
