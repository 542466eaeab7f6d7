/* SPDX-License-Identifier: ISC */
#ifndef ISSUER_CLI_VERBS_H
#define ISSUER_CLI_VERBS_H

/* The verbs, one file a noun or verb; main.c lists them with their synopsis. */

#include "keys/command.h"

enum command_exit init_run(int argc, char **argv);
extern const char INIT_HELP[];

enum command_exit brand_add(int argc, char **argv);
enum command_exit brand_set(int argc, char **argv);
enum command_exit brand_list(int argc, char **argv);
enum command_exit brand_show(int argc, char **argv);
extern const char BRAND_ADD_HELP[], BRAND_SET_HELP[], BRAND_LIST_HELP[], BRAND_SHOW_HELP[];

enum command_exit product_add(int argc, char **argv);
enum command_exit product_set(int argc, char **argv);
enum command_exit product_list(int argc, char **argv);
enum command_exit product_show(int argc, char **argv);
extern const char PRODUCT_ADD_HELP[], PRODUCT_SET_HELP[], PRODUCT_LIST_HELP[], PRODUCT_SHOW_HELP[];

enum command_exit plan_add(int argc, char **argv);
enum command_exit plan_set(int argc, char **argv);
enum command_exit plan_list(int argc, char **argv);
enum command_exit plan_show(int argc, char **argv);
extern const char PLAN_ADD_HELP[], PLAN_SET_HELP[], PLAN_LIST_HELP[], PLAN_SHOW_HELP[];

enum command_exit customer_add(int argc, char **argv);
enum command_exit customer_set(int argc, char **argv);
enum command_exit customer_list(int argc, char **argv);
enum command_exit customer_show(int argc, char **argv);
extern const char CUSTOMER_ADD_HELP[], CUSTOMER_SET_HELP[], CUSTOMER_LIST_HELP[],
	CUSTOMER_SHOW_HELP[];

enum command_exit license_new(int argc, char **argv);
enum command_exit license_issue(int argc, char **argv);
enum command_exit license_list(int argc, char **argv);
enum command_exit license_show(int argc, char **argv);
extern const char LICENSE_NEW_HELP[], LICENSE_ISSUE_HELP[], LICENSE_LIST_HELP[],
	LICENSE_SHOW_HELP[];

enum command_exit manifest_set(int argc, char **argv);
enum command_exit manifest_show(int argc, char **argv);
extern const char MANIFEST_SET_HELP[], MANIFEST_SHOW_HELP[];

enum command_exit key_add(int argc, char **argv);
enum command_exit key_use(int argc, char **argv);
enum command_exit key_list(int argc, char **argv);
extern const char KEY_ADD_HELP[], KEY_USE_HELP[], KEY_LIST_HELP[];

enum command_exit clock_confirm(int argc, char **argv);
extern const char CLOCK_CONFIRM_HELP[];

#endif
