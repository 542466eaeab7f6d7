/* SPDX-License-Identifier: ISC */
#include "inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front.h"
#include "keys/command_tell.h"
#include "network.h"
#include "verifier/daemon/http/http_host.h"
#include "verifier/site.h"
#include "verifier/state/tokens.h"

enum { PATH_ROOM = 4096, GROUPS_MAX = 256 };

struct inspection {
	const struct config *config;
	const struct place *place;
	bool by_root, wrong;
};

static void
tell(struct inspection *inspection, enum skerry_err err, const char *subject, const char *message,
	const char *advice)
{
	const struct command_failure failure = { .err = err,
		.subject = subject,
		.message = message,
		.advice = advice,
		.system_errno = errno };

	command_fail(&failure);
	inspection->wrong = true;
}

/* --- the folder ------------------------------------------------------------------------------ */

static void
inspect_state(struct inspection *inspection)
{
	const char *state = inspection->config->state;
	struct site_failure failure;
	struct stat status;
	struct site site;
	enum skerry_err err;

	if (fstat(inspection->place->directory, &status) == 0 && (status.st_mode & 077) != 0)
		tell(inspection, SKERRY_ERR_FILE_EXPOSED, state,
			"Others than its owner may open this folder, which holds this site's "
			"secret "
			"keys.",
			"Close it: chmod 700");
	if (faccessat(inspection->place->directory, ".", R_OK | W_OK | X_OK, AT_EACCESS) != 0)
		tell(inspection, SKERRY_ERR_FILE_PERMISSION, state,
			"Its owner may not write to it.", "Open it to its owner: chmod 700");
	errno = 0;
	err = site_open(state, &site, &failure);
	if (err == SKERRY_OK)
		site_close(&site);
	else
		tell(inspection, err, failure.file[0] == '\0' ? state : failure.file, NULL, NULL);
}

/* --- sockets --------------------------------------------------------------------------------- */

static void
inspect_socket_folder(struct inspection *inspection)
{
	const char *socket = inspection->config->socket != NULL ? inspection->config->socket
								: CONFIG_SOCKET_DEFAULT;
	char folder[PLACE_PATH_ROOM], outer[PLACE_PATH_ROOM];

	place_above(socket, folder);
	place_above(folder, outer);
	if (access(folder, F_OK) != 0 && inspection->by_root && access(outer, F_OK) == 0)
		return;
	if (access(folder, F_OK) != 0)
		tell(inspection, SKERRY_ERR_FILE_MISSING, folder,
			"The folder for the socket is not there.",
			"Make it, owned by the state folder's owner; with systemd, skerryd.socket "
			"does. As root, skerryd makes it itself.");
	else if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
		tell(inspection, SKERRY_ERR_FILE_PERMISSION, folder,
			"The state folder's owner may not make a socket in this folder.",
			"Give it to that user: chown");
}

static bool
is_mine(gid_t group)
{
	gid_t groups[GROUPS_MAX];
	int len = getgroups(GROUPS_MAX, groups);

	for (int i = 0; i < len; i++)
		if (groups[i] == group)
			return true;
	return geteuid() == 0 || getegid() == group;
}

static void
inspect_group(struct inspection *inspection)
{
	const char *name = inspection->config->socket_group;
	const struct group *entry = name == NULL ? NULL : getgrnam(name);

	if (name == NULL)
		return;
	if (entry == NULL)
		tell(inspection, SKERRY_ERR_NOT_FOUND, name,
			"There is no such group (socket_group).", "Make it: groupadd --system");
	else if (!is_mine(entry->gr_gid))
		tell(inspection, SKERRY_ERR_FILE_PERMISSION, name,
			"The state folder's owner is no member of this group, and may not hand the "
			"socket to it (socket_group).",
			"Make it one: usermod -aG GROUP USER");
}

static bool
is_loopback(const char *http)
{
	struct sockaddr_storage address;
	socklen_t len;

	return http_host_read_address(http, &address, &len) && http_host_is_loopback(&address);
}

static void
inspect_tls_file(struct inspection *inspection, const char *path, const char *begins, bool secret)
{
	char front[64] = "";
	struct stat status;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (file < 0) {
		tell(inspection,
			errno == ENOENT ? SKERRY_ERR_FILE_MISSING : SKERRY_ERR_FILE_PERMISSION,
			path, "It cannot be read, at the latest when it is reloaded.",
			"Name a file that the state folder's owner may read.");
		return;
	}
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
		pread(file, front, sizeof front - 1, 0) < 0 || strstr(front, begins) == NULL)
		tell(inspection, SKERRY_ERR_ARGUMENT, path, "It is no PEM file of its kind.",
			"Name a certificate chain (tls_cert) and its private key (tls_key), in "
			"PEM.");
	else if (secret && (status.st_mode & 007) != 0)
		tell(inspection, SKERRY_ERR_FILE_EXPOSED, path, NULL, "chmod o= the file.");
	close(file);
}

static void
inspect_http(struct inspection *inspection)
{
	const struct config *config = inspection->config;
	struct tokens tokens;

	if ((config->tls_cert == NULL) != (config->tls_key == NULL))
		tell(inspection, SKERRY_ERR_ARGUMENT, "tls_cert, tls_key",
			"One of them is given without the other.", "Give both, or none.");
	if (config->tls_cert != NULL)
		inspect_tls_file(inspection, config->tls_cert, "-----BEGIN", false);
	if (config->tls_key != NULL)
		inspect_tls_file(inspection, config->tls_key, "-----BEGIN", true);
	if (config->http != NULL && network_is_shut())
		tell(inspection, SKERRY_ERR_ARGUMENT, config->http,
			"Nobody could call there: this process has no network of its own.",
			NETWORK_ADVICE);
	if (config->http == NULL || is_loopback(config->http))
		return;
	if (config->tls_cert == NULL)
		tell(inspection, SKERRY_ERR_ARGUMENT, config->http,
			"Other machines may only come with TLS.",
			"Give tls_cert and tls_key, or an address of this machine alone: "
			"127.0.0.1:7878.");
	if (tokens_load(inspection->place->directory, &tokens) != SKERRY_OK || tokens.len == 0)
		tell(inspection, SKERRY_ERR_HTTP_TOKEN, config->http,
			"Other machines may only come with a client token, and there is none.",
			"Make one for each: skerry token add reception-2");
}

/* --- folders --------------------------------------------------------------------------------- */

static bool
is_below(const char *path, const char *above)
{
	char real[PATH_ROOM], real_above[PATH_ROOM];
	size_t len;

	if (realpath(path, real) == NULL || realpath(above, real_above) == NULL)
		return false;
	len = strlen(real_above);
	return strncmp(real, real_above, len) == 0 && (real[len] == '/' || real[len] == '\0');
}

static void
inspect_folder(struct inspection *inspection, const char *path, bool stick)
{
	struct stat status;

	if (stat(path, &status) != 0)
		tell(inspection, SKERRY_ERR_FILE_MISSING, path,
			stick ? "There is no such folder for a stick to be mounted at."
			      : "There is no such folder to take documents from.",
			"Make it, or leave it out of the configuration.");
	else if (!S_ISDIR(status.st_mode))
		tell(inspection, SKERRY_ERR_NOT_A_FOLDER, path, NULL, NULL);
	else if (!stick && faccessat(AT_FDCWD, path, R_OK | X_OK, AT_EACCESS) != 0)
		tell(inspection, SKERRY_ERR_FILE_PERMISSION, path,
			"The state folder's owner may not read this folder.",
			"Let it: setfacl -m u:USER:rx, or chgrp and chmod g+rx.");
	if (is_below(path, inspection->config->state) || is_below(inspection->config->state, path))
		tell(inspection, SKERRY_ERR_ARGUMENT, path,
			"The state folder must not lie in it, and it must not lie in the state "
			"folder.",
			"Name a folder of its own.");
}

static void
inspect_folders(struct inspection *inspection)
{
	const struct config *config = inspection->config;

	for (size_t i = 0; i < config->drops.len; i++)
		inspect_folder(inspection, config->drops.values[i], false);
	for (size_t i = 0; i < config->sticks.len; i++)
		inspect_folder(inspection, config->sticks.values[i], true);
}

/* --- all of it ------------------------------------------------------------------------------- */

static void
inspect_operators(struct inspection *inspection)
{
	uid_t users[CONFIG_NAMES_MAX];
	const char *unknown;

	if (!front_find_operators(inspection->config, users, &unknown))
		tell(inspection, SKERRY_ERR_NOT_FOUND, unknown,
			"There is no such user on this machine (operators).",
			"Name users as `id` shows them.");
}

/* Who made it is left alone: only whether somebody is there. */
static void
tell_whether_one_runs(const struct place *place)
{
	struct place other = *place;
	pid_t holder = 0;

	other.lock = -1;
	if (faccessat(place->directory, PLACE_LOCK, F_OK, AT_EACCESS) != 0)
		return;
	if (place_take(&other, &holder) == SKERRY_ERR_STORE_BUSY)
		printf("A skerryd runs here, process %ld.\n", (long)holder);
	if (other.lock >= 0)
		close(other.lock);
}

bool
inspect(const struct config *config, const struct place *place, bool by_root)
{
	struct inspection inspection = { .config = config, .place = place, .by_root = by_root };

	inspect_state(&inspection);
	inspect_socket_folder(&inspection);
	inspect_group(&inspection);
	inspect_http(&inspection);
	inspect_folders(&inspection);
	inspect_operators(&inspection);
	if (config->http != NULL && network_by_systemd())
		printf("http is for a skerryd that is started without systemd. " NETWORK_ADVICE
		       "\n");
	if (inspection.wrong)
		return false;
	printf("Nothing is wrong: skerryd can serve %s.\n", config->state);
	tell_whether_one_runs(place);
	return true;
}
