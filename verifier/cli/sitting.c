/* SPDX-License-Identifier: ISC */
#include "sitting.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/gather/clocks.h"

static void
read_moment(struct seats_moment *ret_moment)
{
	struct clock_reading reading;
	struct timespec now = { .tv_sec = 0 };

	clocks_read("/", &reading);
	clock_gettime(CLOCK_BOOTTIME, &now);
	memcpy(ret_moment->boot, reading.boot_id, sizeof ret_moment->boot);
	ret_moment->boottime_s = now.tv_sec;
}

enum command_exit
sitting_fail(enum skerry_err err, bool json)
{
	struct command_failure failure;
	char subject[512];

	snprintf(subject, sizeof subject, "%.400s/%s", cli_state(), SEATS_FILE);
	failure = failure_plain(err, subject);
	if (err == SKERRY_ERR_STORE_BUSY) {
		failure.message = "skerryd hands out this site's seats.";
		failure.advice = "Ask it: leave SKERRY_SOCKET unset, or name its socket with "
				 "--socket.";
	}
	command_fail_json(&failure, json);
	return COMMAND_CANNOT_TELL;
}

bool
sitting_open(struct sitting *sitting, bool json, enum command_exit *ret_exit)
{
	enum skerry_err err;

	if (!cli_open_site_to_write(&sitting->site, json, ret_exit))
		return false;
	sitting->operator= getuid() == 0 || getuid() == sitting->site.documents.writer.owner;
	snprintf(sitting->owner, sizeof sitting->owner, "uid:%ju", (uintmax_t)getuid());
	read_moment(&sitting->moment);
	err = seats_open(sitting->site.documents.directory, &sitting->moment, &sitting->seats);
	if (err == SKERRY_OK)
		return true;
	site_close(&sitting->site);
	*ret_exit = sitting_fail(err, json);
	return false;
}

void
sitting_close(struct sitting *sitting)
{
	seats_close(sitting->seats);
	site_close(&sitting->site);
}
