/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_CLI_MONITOR_H
#define VERIFIER_CLI_MONITOR_H

/*
 * The exit code of the program: that of `exit`, but for a plug-in that was called so wrongly that it
 * never ran. 2 would be CRITICAL there, and somebody called out of bed for a typing error.
 */
int monitor_exit(int argc, char **argv, int exit);

#endif
