/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_VERBS_H
#define KEYS_CLI_VERBS_H

/* The verbs of skerry-keys: one file each, with the text of its --help. main.c has the table. */

#include "keys/command.h"

enum command_exit new_root(int argc, char **argv);
enum command_exit new_issuing(int argc, char **argv);
enum command_exit new_exchange(int argc, char **argv);
enum command_exit manifest_new(int argc, char **argv);
enum command_exit manifest_next(int argc, char **argv);
enum command_exit manifest_sign(int argc, char **argv);
enum command_exit manifest_merge(int argc, char **argv);
enum command_exit manifest_anchor(int argc, char **argv);
enum command_exit manifest_verify(int argc, char **argv);
enum command_exit show(int argc, char **argv);

extern const char new_details[], manifest_new_details[], manifest_next_details[],
	manifest_sign_details[], manifest_merge_details[], manifest_anchor_details[],
	manifest_verify_details[], show_details[];

#endif
