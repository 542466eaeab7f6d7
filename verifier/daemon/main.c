/* SPDX-License-Identifier: ISC */
/* skerryd: licenses and seats for everything on the site. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front.h"
#include "inspect.h"
#include "keys/command.h"
#include "keys/random.h"
#include "keys/store.h"
#include "keys/untrusted_file.h"
#include "network.h"
#include "sandbox.h"
#include "tidy.h"

enum { PEM_MAX = 262144, PATH_ROOM = 4096, SUBJECT_ROOM = PATH_ROOM + 64 };

static const char HELP[] =
	"skerryd: licenses and seats for everything on the site\n"
	"\n"
	"usage: skerryd [OPTIONS]\n"
	"\n"
	"  --state DIR        the site's folder (else " CONFIG_STATE_DEFAULT ")\n"
	"  --socket PATH      where it answers (else " CONFIG_SOCKET_DEFAULT ", or what\n"
	"                     systemd hands over)\n"
	"  --http ADDR:PORT   also there: 127.0.0.1:7878; any address but this machine's\n"
	"                     own needs TLS and client tokens (skerry token add)\n"
	"  --tls-cert FILE    the certificate chain, in PEM\n"
	"  --tls-key FILE     its private key\n"
	"  --config FILE      else " CONFIG_DEFAULT ", where there is one\n"
	"  --config-default FILE  in place of that one: it may be missing\n"
	"  -n                 check all of that, say what is wrong, and end\n"
	"  --version\n"
	"\n"
	"It stays in the foreground. Started as root it becomes the folder's owner.\n"
	"SIGHUP reads the configuration anew, SIGTERM ends it.\n"
	"\n"
	"Keys of the configuration, as `key = value`: state socket socket_group http\n"
	"http_name tls_cert tls_key drop stick seats_per_user operators language log;\n"
	"see skerryd(8).\n"
	"\n"
	"Example:\n"
	"  skerryd -n && skerryd --state /var/lib/skerry --http 127.0.0.1:7878\n";

struct options {
	const char *state, *socket, *http, *tls_cert, *tls_key, *config, *config_default;
	bool check, help, version;
};

/* --- telling --------------------------------------------------------------------------------- */

static int
fail(enum skerry_err err, const char *subject, const char *message, const char *advice)
{
	const struct command_failure failure = { .err = err,
		.subject = subject,
		.message = message,
		.advice = advice,
		.system_errno = errno };

	/* A reload waits for nobody who reads this, either. */
	if (log_has_room(STDERR_FILENO))
		command_fail(&failure);
	return COMMAND_CANNOT_TELL;
}

static void
tell_config(void *context, unsigned line, const char *key, const char *message)
{
	const char *const *path = context;
	char subject[SUBJECT_ROOM];

	if (line > 0)
		snprintf(subject, sizeof subject, "%s:%u: %.40s", *path, line, key);
	else
		snprintf(subject, sizeof subject, "%s", *path);
	errno = 0;
	fail(SKERRY_ERR_ARGUMENT, subject, message, "");
}

/* --- configuration --------------------------------------------------------------------------- */

static bool
read_file(const struct options *options, struct config *config)
{
	const char *path = options->config != NULL           ? options->config
			   : options->config_default != NULL ? options->config_default
							     : CONFIG_DEFAULT;
	enum skerry_err err;

	errno = 0;
	err = config_read(config, path, tell_config, &path);
	if (err == SKERRY_ERR_FILE_MISSING && options->config == NULL)
		return true;
	if (err != SKERRY_OK && err != SKERRY_ERR_ARGUMENT)
		fail(err, path, NULL, NULL);
	return err == SKERRY_OK;
}

/* The command line may name files from where it stands. */
static bool
set_path(struct config *config, const char *key, const char *option, const char *value)
{
	char here[PATH_ROOM], path[2 * PATH_ROOM];
	const char *takes;

	if (value == NULL)
		return true;
	if (value[0] == '/' || value[0] == '\0' || getcwd(here, sizeof here) == NULL)
		snprintf(path, sizeof path, "%s", value);
	else
		snprintf(path, sizeof path, "%s/%s", here, value);
	if (config_set(config, key, path, &takes) == SKERRY_OK)
		return true;
	errno = 0;
	fail(SKERRY_ERR_ARGUMENT, option, takes, "");
	return false;
}

static bool
set_http(struct config *config, const char *value)
{
	const char *takes;

	if (value == NULL || config_set(config, "http", value, &takes) == SKERRY_OK)
		return true;
	errno = 0;
	fail(SKERRY_ERR_ARGUMENT, "--http", takes, "");
	return false;
}

static bool
take_config(const struct options *options, struct config *config)
{
	if (!read_file(options, config) || !set_path(config, "state", "--state", options->state) ||
		!set_path(config, "socket", "--socket", options->socket) ||
		!set_path(config, "tls_cert", "--tls-cert", options->tls_cert) ||
		!set_path(config, "tls_key", "--tls-key", options->tls_key) ||
		!set_http(config, options->http))
		return false;
	if (config->state == NULL)
		config->state = strdup(CONFIG_STATE_DEFAULT);
	return config->state != NULL;
}

static bool
read_text(const char *path, char **ret_text)
{
	uint8_t *bytes = NULL;
	enum skerry_err err;
	size_t len;

	errno = 0;
	err = path == NULL ? SKERRY_OK : untrusted_file_read(path, PEM_MAX, &bytes, &len);
	if (err != SKERRY_OK) {
		fail(err, path, NULL, NULL);
		return false;
	}
	*ret_text = (char *)bytes;
	return true;
}

static bool
read_tls(const struct config *config, struct front_tls *ret_tls)
{
	return read_text(config->tls_cert, &ret_tls->cert) &&
	       read_text(config->tls_key, &ret_tls->key);
}

/* For SIGHUP; what is told goes to standard error, as the log does. */
static bool
read_again(void *context, struct config *ret_config, struct front_tls *ret_tls)
{
	return take_config(context, ret_config) && read_tls(ret_config, ret_tls);
}

/* --- the folder ------------------------------------------------------------------------------ */

static int
fail_place(enum skerry_err err, const char *state)
{
	const char *message = NULL, *advice = NULL;

	if (err == SKERRY_ERR_STORE_MISSING) {
		message = "There is no site in this folder, or no such folder.";
		advice = "Set it up: skerry init --trust vendor.manifest; or name another one with "
			 "--state.";
	} else if (err == SKERRY_ERR_FILE_PERMISSION) {
		message = "This user is not the folder's owner.";
		advice = "Start it as root, which then becomes the owner, or as that user.";
	}
	return fail(err, state, message, advice);
}

static int
fail_taken(enum skerry_err err, const char *state, pid_t holder)
{
	char message[128] = "Another skerryd serves this folder.";

	if (err != SKERRY_ERR_STORE_BUSY)
		return fail(err, state, NULL, NULL);
	if (holder > 0)
		snprintf(message, sizeof message,
			"Another skerryd serves this folder: process %ld.", (long)holder);
	return fail(err, state, message,
		"Two at a time would hand out the same seats twice. End that one first: systemctl "
		"stop skerryd, or kill.");
}

/* --- starting -------------------------------------------------------------------------------- */

/* Three descriptors that are somebody's, so that no file of ours becomes one of them. */
static bool
close_input(void)
{
	int null = open("/dev/null", O_RDWR);

	while (null >= 0 && null <= STDERR_FILENO)
		null = dup(null);
	if (null < 0)
		return false;
	dup2(null, STDIN_FILENO);
	close(null);
	return true;
}

static const char *
own_socket(const struct config *config, size_t inherited)
{
	if (config->socket != NULL)
		return config->socket;
	return inherited > 0 ? NULL : CONFIG_SOCKET_DEFAULT;
}

static bool
find_group(const char *name, gid_t *ret_group)
{
	const struct group *entry = name == NULL ? NULL : getgrnam(name);

	*ret_group = entry == NULL ? (gid_t)-1 : entry->gr_gid;
	if (name == NULL || entry != NULL)
		return true;
	errno = 0;
	fail(SKERRY_ERR_NOT_FOUND, name, "There is no such group (socket_group).",
		"Make it: groupadd --system");
	return false;
}

/* Written is to the site, to sticks, and to the folder in which the socket goes with its daemon. */
static bool
enter_sandbox(const struct front_config *start)
{
	const struct config *config = start->config;
	struct sandbox_config box = { .folders_len = 0 };
	struct sandbox_told told;
	char landlock[LOG_NUMBER_MAX], folders[CONFIG_FOLDERS_MAX + 1][PLACE_PATH_ROOM];

	box.folders[box.folders_len++] = config->state;
	if (start->socket != NULL)
		box.folders[box.folders_len++] =
			place_above(start->socket, folders[CONFIG_FOLDERS_MAX]);
	for (size_t i = 0; i < config->sticks.len; i++)
		/* What gets mounted there later is meant by the folder above alone. */
		box.folders[box.folders_len++] = place_above(config->sticks.values[i], folders[i]);
	errno = 0;
	if (sandbox_enter(&box, &told) != SKERRY_OK) {
		fail(SKERRY_ERR_IO, "sandbox", "This process cannot be shut in.", NULL);
		return false;
	}
	log_event(start->log, LOG_CHANGES, "sandbox", "landlock",
		log_number(told.landlock, landlock), "seccomp", told.seccomp ? "yes" : "no", NULL);
	return true;
}

static const char *
listening_advice(enum skerry_err err, const char *subject, const char *socket, const char *http)
{
	if (err == SKERRY_ERR_FILE_EXISTS)
		return "Choose another place, or end what listens there: ss -lntxp";
	if (err == SKERRY_ERR_FILE_MISSING && subject != NULL && socket != NULL &&
		strcmp(subject, socket) == 0)
		return "Make it; /run/skerry is made by `systemd-tmpfiles --create`.";
	if (subject != NULL && http != NULL && strcmp(subject, http) == 0 && network_is_shut())
		return NETWORK_ADVICE;
	return NULL;
}

/* A service that is handed its sockets is often shut in, and has no network for others. */
static void
tell_whether_heard(const struct front_config *start)
{
	const char *http = start->config->http;

	if (http == NULL || (start->inherited_len == 0 && !network_is_shut()))
		return;
	log_event(start->log, LOG_ERRORS, "http_unheard", "http", http, "message",
		network_is_shut()
			? "Nobody can call there: this process has no network of its own."
			: "The supervisor hands over sockets, and where it also shuts the network "
			  "out, nobody can call there.",
		"advice", NETWORK_ADVICE, NULL);
}

/* The socket goes when the daemon does, whose pointer to it does as well. */
static int
serve(const struct front_config *start)
{
	char inherited[NOTIFY_PATH_MAX];
	const char *socket = start->socket;
	struct front_failure failure;
	struct front *front = NULL;
	enum skerry_err err;

	if (socket == NULL && notify_socket_path(start->inherited, start->inherited_len, inherited))
		socket = inherited;
	errno = 0;
	err = front_open(start, &front, &failure);
	if (err != SKERRY_OK)
		return fail(err, failure.subject, failure.message,
			listening_advice(err, failure.subject, socket, start->config->http));
	tell_whether_heard(start);
	if (socket != NULL && place_tell_socket(start->place, socket) != SKERRY_OK)
		log_event(start->log, LOG_ERRORS, "pointer_failed", "file", PLACE_SOCKET, "message",
			"skerry finds this daemon only with --socket.", NULL);
	if (!enter_sandbox(start)) {
		front_close(front);
		return COMMAND_CANNOT_TELL;
	}
	err = front_start(front);
	if (err == SKERRY_OK)
		front_run(front);
	else
		fail(err, "thread", NULL, NULL);
	if (socket != NULL)
		place_forget_socket(start->place);
	if (!front_close(front))
		/* A disk that hangs would hold up the end of the process, too: nothing waits for it. */
		_exit(COMMAND_YES);
	return err == SKERRY_OK ? COMMAND_YES : COMMAND_CANNOT_TELL;
}

static int
start_at(struct front_config *start, struct place *place)
{
	const char *state = start->config->state;
	char advice[PATH_ROOM + 64];
	pid_t holder = 0;
	enum skerry_err err = place_take(place, &holder);

	if (err != SKERRY_OK)
		return fail_taken(err, state, holder);
	snprintf(advice, sizeof advice, "Give the folder to a user of its own: chown -R skerry: %s",
		state);
	if (place->owner == 0)
		log_event(start->log, LOG_ERRORS, "runs_as_root", "state", state, "message",
			"The folder belongs to root, and so this daemon is root.", "advice", advice,
			NULL);
	return serve(start);
}

static int
launch(struct options *options, struct config *config)
{
	struct log log = { .fd = STDERR_FILENO, .prefixed = getenv("JOURNAL_STREAM") != NULL };
	int inherited[NOTIFY_SOCKETS_MAX];
	struct place place = PLACE_NONE;
	struct notify notify;
	struct front_config start = { .config = config,
		.place = &place,
		.log = &log,
		.notify = &notify,
		.inherited = inherited,
		.read_again = read_again,
		.context = options };
	bool by_root = geteuid() == 0;
	enum skerry_err err;
	int exit;

	log.level = config->log;
	if (!notify_inherit(
		    getenv("LISTEN_PID"), getenv("LISTEN_FDS"), inherited, &start.inherited_len))
		return fail(SKERRY_ERR_ARGUMENT, "LISTEN_FDS",
			"What was handed over is no listening stream socket.", "");
	start.socket = own_socket(config, start.inherited_len);
	if (!options->check && (!read_tls(config, &start.tls) ||
				       !find_group(config->socket_group, &start.socket_group))) {
		free(start.tls.cert);
		free(start.tls.key);
		return COMMAND_CANNOT_TELL;
	}
	errno = 0;
	err = place_open(config->state, &place);
	if (err == SKERRY_OK && !options->check && start.socket != NULL)
		err = place_make_folder(&place, start.socket);
	if (err == SKERRY_OK)
		err = place_become_owner(&place);
	if (err != SKERRY_OK)
		exit = fail_place(err, config->state);
	else if (options->check)
		exit = inspect(config, &place, by_root) ? COMMAND_YES : COMMAND_CANNOT_TELL;
	else {
		notify_open(&notify, getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
			getenv("WATCHDOG_PID"));
		exit = start_at(&start, &place);
		notify_close(&notify);
	}
	place_close(&place);
	free(start.tls.cert);
	free(start.tls.key);
	return exit;
}

int
main(int argc, char **argv)
{
	struct options options = { .check = false };
	const struct command_option table[] = {
		{ "--state", COMMAND_VALUE, &options.state },
		{ "--socket", COMMAND_VALUE, &options.socket },
		{ "--http", COMMAND_VALUE, &options.http },
		{ "--tls-cert", COMMAND_VALUE, &options.tls_cert },
		{ "--tls-key", COMMAND_VALUE, &options.tls_key },
		{ "--config", COMMAND_VALUE, &options.config },
		{ "--config-default", COMMAND_VALUE, &options.config_default },
		{ "-n", COMMAND_FLAG, &options.check },
		{ "--help", COMMAND_FLAG, &options.help },
		{ "--version", COMMAND_FLAG, &options.version },
	};
	struct command_list operands;
	struct config config;
	int exit;

	command_set_name("skerryd");
	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (options.help || options.version) {
		fputs(options.help ? HELP : "skerryd " SKERRY_VERSION "\n", stdout);
		return (int)command_finish(COMMAND_YES);
	}
	umask(0077);
	signal(SIGPIPE, SIG_IGN);
	tidy_begin();
	store_claim_threads();
	if (!close_input() || random_start() != SKERRY_OK)
		return fail(SKERRY_ERR_CRYPTO, "start", NULL, NULL);
	config_init(&config);
	exit = take_config(&options, &config) ? launch(&options, &config) : COMMAND_CANNOT_TELL;
	config_free(&config);
	return (int)command_finish((enum command_exit)exit);
}
