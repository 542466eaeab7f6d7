/* SPDX-License-Identifier: ISC */
/*
 * A request is one byte, the answer one struct: both sides are the same program on one machine. The
 * parent binds the socket, so that what is wrong with it is told before anybody waits; the child
 * never returns. Locked memory is not inherited, so the child takes a copy of its own.
 */
#include "key_agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "keys/random.h"

static const char NAME[] = "unlocked.sock";
static const char MAGIC[8] = "SKERRYK1";

enum {
	ASK_KEY = 'K',
	ASK_END = 'Q',
	PATIENCE_MS = 2000,  /* how long a program waits for its answer */
	LOOK_EVERY_MS = 500, /* whether the socket is still there */
	BACKLOG = 128,
	CONNECTIONS_MAX = 64, /* that have not asked yet; a further one takes the oldest's place */
	NEW_NAME_MAX = 32,
	LISTENER = 3,
	FOLDER = 4 /* where the child keeps its two descriptors */
};

struct answer {
	char magic[8];
	int64_t tag, left_s;
	uint8_t key[SECRETBOX_KEY_LEN];
};

static enum skerry_err
error_of_errno(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ECONNREFUSED:
		return SKERRY_ERR_FILE_MISSING;
	case EACCES:
	case EROFS:
		return SKERRY_ERR_FILE_PERMISSION;
	case EPERM:
	case EOPNOTSUPP:
	case ENOSYS:
	case ENXIO:
		return SKERRY_ERR_FILE_NOT_REGULAR;
	case ENOMEM:
		return SKERRY_ERR_NO_MEMORY;
	default:
		return SKERRY_ERR_IO;
	}
}

/* A socket's path has 107 bytes at most, a folder's has more: it is named by its descriptor. */
static struct sockaddr_un
address_in(int folder, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, name);
	return address;
}

static int
open_folder(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void
close_kept(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

static bool
is_same_user(int connection, pid_t *ret_pid)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return false;
	*ret_pid = peer.pid;
	return peer.uid == geteuid();
}

static void
set_patience(int connection)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };

	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/* --- the agent --- */

/* What the child works with. */
struct service {
	struct secretbox_key key;
	int64_t tag, ends_at; /* CLOCK_BOOTTIME */
	struct stat socket;
};

static int64_t
boot_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static bool
is_still_there(const struct service *service)
{
	struct stat now;

	return fstatat(FOLDER, NAME, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_ino == service->socket.st_ino && now.st_dev == service->socket.st_dev;
}

/* Whether it was told to end. Nobody is waited for: what cannot be sent at once is not sent. */
static bool
answer_one(const struct service *service, int connection)
{
	struct answer answer = { .tag = service->tag };
	pid_t pid;
	char ask = 0;

	if (!is_same_user(connection, &pid) || recv(connection, &ask, 1, MSG_DONTWAIT) != 1)
		return false;
	/* Only now: it may have been silent until after the end. */
	answer.left_s = service->ends_at - boot_time();
	if (ask == ASK_KEY && answer.left_s > 0) {
		memcpy(answer.magic, MAGIC, sizeof answer.magic);
		memcpy(answer.key, service->key.bytes, sizeof answer.key);
		send(connection, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
		secretbox_wipe(&answer, sizeof answer);
	}
	return ask == ASK_END;
}

static int
open_timer(const struct service *service)
{
	struct itimerspec end = { .it_value = { .tv_sec = (time_t)service->ends_at } };
	int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);

	if (timer >= 0)
		timerfd_settime(timer, TFD_TIMER_ABSTIME, &end, NULL);
	return timer;
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* What is waited for: the first three, then connections, the oldest first. */
enum { WAIT_LISTENER, WAIT_TIMER, WAIT_SIGNALS, WAIT_CONNECTIONS };

struct waits {
	struct pollfd fds[WAIT_CONNECTIONS + CONNECTIONS_MAX];
	nfds_t len;
};

static void
take_away(struct waits *waits, nfds_t which)
{
	memmove(&waits->fds[which], &waits->fds[which + 1],
		(size_t)(waits->len - which - 1) * sizeof *waits->fds);
	waits->len--;
}

static void
let_in(struct waits *waits)
{
	int connection = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);

	if (connection < 0)
		return;
	if (waits->len == sizeof waits->fds / sizeof *waits->fds) {
		close(waits->fds[WAIT_CONNECTIONS].fd);
		take_away(waits, WAIT_CONNECTIONS);
	}
	waits->fds[waits->len++] = (struct pollfd){ .fd = connection, .events = POLLIN };
}

/* Whether it was told to end; that connection stays open until the process is gone. */
static bool
answer_all(const struct service *service, struct waits *waits)
{
	for (nfds_t i = waits->len; i > WAIT_CONNECTIONS; i--) {
		struct pollfd *one = &waits->fds[i - 1];

		if (one->revents == 0)
			continue;
		/* Whoever told it to end sees the end of the connection after the wipe. */
		if (answer_one(service, one->fd))
			return true;
		close(one->fd);
		take_away(waits, i - 1);
	}
	return false;
}

static void
serve(const struct service *service)
{
	struct waits waits = { .fds = { { .fd = LISTENER, .events = POLLIN },
				       { .fd = open_timer(service), .events = POLLIN },
				       { .fd = open_signals(), .events = POLLIN } },
		.len = WAIT_CONNECTIONS };
	bool go_on = waits.fds[WAIT_TIMER].fd >= 0 && waits.fds[WAIT_SIGNALS].fd >= 0 &&
		     fcntl(LISTENER, F_SETFL, O_NONBLOCK) == 0;

	while (go_on && is_still_there(service)) {
		int ready = poll(waits.fds, waits.len, LOOK_EVERY_MS);

		if ((ready < 0 && errno != EINTR) || boot_time() >= service->ends_at)
			break;
		if (ready <= 0)
			continue;
		if ((waits.fds[WAIT_TIMER].revents | waits.fds[WAIT_SIGNALS].revents) != 0)
			break;
		go_on = !answer_all(service, &waits);
		if (go_on && waits.fds[WAIT_LISTENER].revents != 0)
			let_in(&waits);
	}
	if (is_still_there(service))
		unlinkat(FOLDER, NAME, 0);
}

/* Nothing of the caller's stays open: neither its terminal nor a pipe that somebody reads. */
static bool
settle_descriptors(int listener, int folder)
{
	int nothing = open("/dev/null", O_RDWR);
	int kept_listener = fcntl(listener, F_DUPFD, 10), kept_folder = fcntl(folder, F_DUPFD, 10);

	if (nothing < 0 || kept_listener < 0 || kept_folder < 0)
		return false;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(nothing, fd) < 0)
			return false;
	if (dup2(kept_listener, LISTENER) < 0 || dup2(kept_folder, FOLDER) < 0)
		return false;
	return close_range(FOLDER + 1, ~0u, 0) == 0;
}

static _Noreturn void
be_agent(struct service *service, int listener, int folder)
{
	struct rlimit no_core = { 0, 0 };
	struct secretbox_key own = { NULL };

	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	setsid();
	if (chdir("/") == 0 && settle_descriptors(listener, folder) &&
		secretbox_key_take(service->key.bytes, &own) == SKERRY_OK) {
		/* What the caller had is there too, in memory that is no longer locked. */
		secretbox_key_free(&service->key);
		service->key = own;
		serve(service);
		secretbox_key_free(&own);
	}
	_exit(0);
}

/* --- starting one --- */

/*
 * Listening under another name first, one that no other start takes: what has the name is always a
 * whole agent, and each knows its own socket.
 */
static enum skerry_err
listen_in(int folder, int *ret_listener, struct stat *ret_socket)
{
	char name[NEW_NAME_MAX];
	uint8_t random[8];
	uint64_t number = 0;
	struct sockaddr_un address;
	mode_t mask = umask(0177);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), bound = -1;

	random_bytes(random, sizeof random);
	memcpy(&number, random, sizeof number);
	snprintf(name, sizeof name, "%s.%016llx", NAME, (unsigned long long)number);
	address = address_in(folder, name);
	if (listener >= 0)
		bound = bind(listener, (const struct sockaddr *)&address, sizeof address);
	umask(mask);
	if (bound != 0 || listen(listener, BACKLOG) != 0 ||
		fstatat(folder, name, ret_socket, AT_SYMLINK_NOFOLLOW) != 0 ||
		renameat(folder, name, folder, NAME) != 0) {
		enum skerry_err err = error_of_errno();

		if (bound == 0)
			unlinkat(folder, name, 0);
		close_kept(listener);
		return err;
	}
	*ret_listener = listener;
	return SKERRY_OK;
}

enum skerry_err
key_agent_start(const char *folder_path, const struct secretbox_key *key, int64_t tag,
	int64_t for_s, pid_t *ret_pid)
{
	struct service service = { .key = *key, .tag = tag };
	int folder, listener = -1;
	pid_t child;
	enum skerry_err err;

	if (for_s < 1 || for_s > KEY_AGENT_FOR_MAX_S)
		return SKERRY_ERR_ARGUMENT;
	service.ends_at = boot_time() + for_s;
	(void)key_agent_stop(folder_path);
	folder = open_folder(folder_path);
	if (folder < 0)
		return error_of_errno();
	err = listen_in(folder, &listener, &service.socket);
	if (err == SKERRY_OK) {
		child = fork();
		if (child == 0)
			be_agent(&service, listener, folder);
		if (child > 0)
			*ret_pid = child;
		else
			err = SKERRY_ERR_NO_MEMORY;
	}
	close_kept(listener);
	close_kept(folder);
	return err;
}

/* --- asking one --- */

static enum skerry_err
connect_to(int folder, int *ret_connection, pid_t *ret_pid)
{
	struct sockaddr_un address = address_in(folder, NAME);
	int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	enum skerry_err err = SKERRY_OK;

	if (connection < 0)
		return error_of_errno();
	set_patience(connection);
	if (connect(connection, (const struct sockaddr *)&address, sizeof address) != 0)
		err = error_of_errno();
	else if (!is_same_user(connection, ret_pid))
		err = SKERRY_ERR_FILE_PERMISSION;
	if (err == SKERRY_OK)
		*ret_connection = connection;
	else
		close_kept(connection);
	return err;
}

static enum skerry_err
ask(const char *folder_path, char what, struct answer *ret_answer, pid_t *ret_pid)
{
	int folder = open_folder(folder_path), connection = -1;
	enum skerry_err err =
		folder < 0 ? error_of_errno() : connect_to(folder, &connection, ret_pid);

	if (err == SKERRY_OK && (send(connection, &what, 1, MSG_NOSIGNAL) != 1 ||
					recv(connection, ret_answer, sizeof *ret_answer,
						MSG_WAITALL) != (ssize_t)sizeof *ret_answer))
		err = SKERRY_ERR_FILE_MISSING;
	if (err == SKERRY_OK && memcmp(ret_answer->magic, MAGIC, sizeof MAGIC) != 0)
		err = SKERRY_ERR_FILE_MISSING;
	close_kept(connection);
	close_kept(folder);
	return err;
}

enum skerry_err
key_agent_ask(const char *folder, struct key_agent *ret_agent)
{
	struct answer answer = { .tag = 0 };
	struct secretbox_key key = { NULL };
	pid_t pid = 0;
	enum skerry_err err = ask(folder, ASK_KEY, &answer, &pid);

	if (err == SKERRY_OK)
		err = secretbox_key_take(answer.key, &key);
	if (err == SKERRY_OK)
		*ret_agent = (struct key_agent){ key, answer.tag, answer.left_s, pid };
	secretbox_wipe(&answer, sizeof answer);
	return err;
}

/* The connection ends with the process, after it has wiped. A socket that nobody answers goes. */
enum skerry_err
key_agent_stop(const char *folder_path)
{
	struct answer nothing;
	int folder = open_folder(folder_path), connection = -1;
	pid_t pid = 0;
	char what = ASK_END;
	enum skerry_err err;

	if (folder < 0)
		return error_of_errno();
	err = connect_to(folder, &connection, &pid);
	if (err == SKERRY_OK && send(connection, &what, 1, MSG_NOSIGNAL) == 1)
		(void)recv(connection, &nothing, sizeof nothing, 0);
	unlinkat(folder, NAME, 0);
	close_kept(connection);
	close_kept(folder);
	return err;
}
