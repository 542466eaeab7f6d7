/* SPDX-License-Identifier: ISC */
/* What systemd waits for: a daemon is started, and says on its socket that it is ready. */
#include "ready.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"

enum { STARTS = 11, PATIENCE_S = 20 };

static int
open_notified(const char *folder)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s/notified", folder);
	unlink(at.sun_path);
	bench_require(
		fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0,
		"no socket to be notified on");
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	return fd;
}

static void
hear_ready(int notified)
{
	char text[512];
	ssize_t len;

	do {
		len = recv(notified, text, sizeof text - 1, 0);
		bench_require(len > 0, "skerryd does not say that it is ready");
		text[len] = '\0';
	} while (strstr(text, "READY=1") == NULL);
}

/* In ms, of the child so far. */
static double
processor_of(pid_t child)
{
	struct timespec spent = { 0 };
	clockid_t clock;

	bench_require(clock_getcpuclockid(child, &clock) == 0 && clock_gettime(clock, &spent) == 0,
		"no clock of a child's");
	return (double)spent.tv_sec * 1e3 + (double)spent.tv_nsec / 1e6;
}

static void
start_once(int notified, char **argv, double *ret_wall, double *ret_cpu)
{
	char socket[256];
	double before = bare_wall();
	pid_t child;

	snprintf(socket, sizeof socket, "%s/ready.sock", argv[4]);
	child = fork();
	bench_require(child >= 0, "no child");
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, STDERR_FILENO);
		execl(argv[2], argv[2], "--state", argv[3], "--socket", socket, (char *)NULL);
		_exit(127);
	}
	hear_ready(notified);
	*ret_wall = 1e3 * (bare_wall() - before);
	*ret_cpu = processor_of(child);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

int
ready_bench(int argc, char **argv)
{
	double walls[STARTS], cpus[STARTS];
	int notified;

	if (argc != 5) {
		fputs("bench ready SKERRYD STATE FOLDER\n", stderr);
		return 2;
	}
	notified = open_notified(argv[4]);
	for (int i = 0; i < STARTS; i++)
		start_once(notified, argv, &walls[i], &cpus[i]);
	qsort(walls, STARTS, sizeof *walls, compare);
	qsort(cpus, STARTS, sizeof *cpus, compare);
	printf("%.1f %.1f\n", walls[STARTS / 2], cpus[STARTS / 2]);
	close(notified);
	return 0;
}
