/* SPDX-License-Identifier: ISC */
/* skerry clock: the site's own time beside the machine's. */
#include "daemon.h"

enum command_exit
clock_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	struct daemon_call call;
	enum command_exit exit;
	struct show show;
	struct site site;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	daemon_call_begin(&call, "GET", "/v1/clock");
	if (daemon_tell(&call, json, &exit))
		return command_finish(exit);
	if (!cli_open_site(&site, json, &exit))
		return exit;
	show = cli_show_as(json);
	show_clock(&show, &site, &exit);
	site_close(&site);
	return command_finish(exit);
}
