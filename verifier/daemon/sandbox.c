/* SPDX-License-Identifier: ISC */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* --- files: Landlock ------------------------------------------------------------------------- */

/* Rights of later versions, which Debian 12's header does not name. */
#define RIGHT_REFER (1ULL << 13)    /* version 2 */
#define RIGHT_TRUNCATE (1ULL << 14) /* version 3 */

/* All that changes something; and what is never done. */
static uint64_t
rights_of_version(int version)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
			  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
			  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK;

	if (version >= 2)
		rights |= RIGHT_REFER;
	if (version >= 3)
		rights |= RIGHT_TRUNCATE;
	return rights;
}

#define RIGHTS_OF_NOBODY                                                                           \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                               \
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                     \
		LANDLOCK_ACCESS_FS_MAKE_SYM)

static enum skerry_err
allow_folder(int ruleset, const char *folder, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	long failed;

	rule.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? SKERRY_OK
									      : SKERRY_ERR_IO;
	failed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return failed == 0 ? SKERRY_OK : SKERRY_ERR_IO;
}

static enum skerry_err
enter_landlock(const struct sandbox_config *config, int *ret_version)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = RIGHTS_OF_NOBODY };
	enum skerry_err err = SKERRY_OK;
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t rights = rights_of_version((int)version);
	int ruleset;

	*ret_version = 0;
	if (version < 1)
		return SKERRY_OK;
	attr.handled_access_fs |= rights;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return SKERRY_ERR_IO;
	for (size_t i = 0; i < config->folders_len && err == SKERRY_OK; i++)
		err = allow_folder(ruleset, config->folders[i], rights);
	if (err == SKERRY_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		err = SKERRY_ERR_IO;
	close(ruleset);
	if (err == SKERRY_OK)
		*ret_version = (int)version;
	return err;
}

/* --- calls of the kernel: seccomp ------------------------------------------------------------ */

/* clang-format off */
static const int CALLS[] = {
	/* files */
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
	SCMP_SYS(pwrite64), SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(_llseek),
	SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
	SCMP_SYS(fcntl), SCMP_SYS(fcntl64), SCMP_SYS(flock), SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64), SCMP_SYS(fallocate), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
	SCMP_SYS(sync_file_range), SCMP_SYS(syncfs), SCMP_SYS(fadvise64), SCMP_SYS(readahead),
	SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(fstat),
	SCMP_SYS(fstat64), SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
	SCMP_SYS(statfs), SCMP_SYS(statfs64), SCMP_SYS(fstatfs), SCMP_SYS(fstatfs64),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
	SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(umask), SCMP_SYS(chmod),
	SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(fchownat),
	SCMP_SYS(utimensat),
	/* memory */
	SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
	SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock),
	/* threads and signals */
	SCMP_SYS(futex), SCMP_SYS(get_robust_list), SCMP_SYS(set_robust_list),
	SCMP_SYS(set_tid_address), SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(exit),
	SCMP_SYS(exit_group), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid),
	SCMP_SYS(tgkill), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(signalfd4),
	SCMP_SYS(restart_syscall), SCMP_SYS(arch_prctl),
	/* time */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_nanosleep_time64), SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
	/* waiting */
	SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(eventfd2), SCMP_SYS(pipe), SCMP_SYS(pipe2),
	SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch), SCMP_SYS(inotify_rm_watch),
	/* sockets; which ones are made is below */
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(connect),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sendfile),
	SCMP_SYS(sendfile64), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(shutdown),
	SCMP_SYS(ioctl),
	/* who and where */
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(getgroups), SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(getrandom),
	SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrlimit), SCMP_SYS(ugetrlimit),
	SCMP_SYS(prlimit64), SCMP_SYS(getrusage),
	/* a name for a thread, and entering another such filter */
	SCMP_SYS(prctl),
};
static const int FAMILIES[] = { AF_UNIX, AF_INET, AF_INET6 };
/* clang-format on */

/* A call that this architecture does not have is passed over. */
static bool
is_fatal(int result)
{
	return result != 0 && result != -EDOM && result != -ENOENT;
}

/* Where its first argument compares so. */
static int
allow_first(scmp_filter_ctx filter, int call, enum scmp_compare how, scmp_datum_t a, scmp_datum_t b)
{
	const struct scmp_arg_cmp first = { .arg = 0, .op = how, .datum_a = a, .datum_b = b };

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &first);
}

static int
allow_calls(scmp_filter_ctx filter)
{
	int result = 0;

	for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS && !is_fatal(result); i++)
		if (CALLS[i] >= 0)
			result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[i], 0);
	for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES && !is_fatal(result); i++)
		result = allow_first(
			filter, SCMP_SYS(socket), SCMP_CMP_EQ, (scmp_datum_t)FAMILIES[i], 0);
	/* Threads, and no processes; clone3 cannot be looked into, and libc goes on with clone. */
	if (!is_fatal(result))
		result = allow_first(
			filter, SCMP_SYS(clone), SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	return is_fatal(result) ? result : 0;
}

static enum skerry_err
enter_seccomp(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int result;

	if (filter == NULL)
		return SKERRY_ERR_NO_MEMORY;
	result = allow_calls(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	if (result != 0)
		errno = -result;
	return result == 0 ? SKERRY_OK : SKERRY_ERR_IO;
}

enum skerry_err
sandbox_enter(const struct sandbox_config *config, struct sandbox_told *ret_told)
{
	struct sandbox_told told = { .seccomp = !SANITIZED };
	enum skerry_err err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return SKERRY_ERR_IO;
	err = enter_landlock(config, &told.landlock);
	if (err == SKERRY_OK && told.seccomp)
		err = enter_seccomp();
	if (err == SKERRY_OK)
		*ret_told = told;
	return err;
}
