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
enum command_exit customer_erase(int argc, char **argv);
extern const char CUSTOMER_ERASE_HELP[];
extern const char CUSTOMER_ADD_HELP[], CUSTOMER_SET_HELP[], CUSTOMER_LIST_HELP[],
	CUSTOMER_SHOW_HELP[];

enum command_exit license_new(int argc, char **argv);
enum command_exit license_set(int argc, char **argv);
enum command_exit license_renew(int argc, char **argv);
enum command_exit license_suspend(int argc, char **argv);
enum command_exit license_resume(int argc, char **argv);
enum command_exit license_revoke(int argc, char **argv);
enum command_exit license_reveal(int argc, char **argv);
enum command_exit license_letter(int argc, char **argv);
extern const char LICENSE_SET_HELP[], LICENSE_RENEW_HELP[], LICENSE_SUSPEND_HELP[],
	LICENSE_RESUME_HELP[], LICENSE_REVOKE_HELP[], LICENSE_REVEAL_HELP[], LICENSE_LETTER_HELP[];

enum command_exit license_issue(int argc, char **argv);
enum command_exit license_list(int argc, char **argv);
enum command_exit license_show(int argc, char **argv);
extern const char LICENSE_NEW_HELP[], LICENSE_ISSUE_HELP[], LICENSE_LIST_HELP[],
	LICENSE_SHOW_HELP[];

enum command_exit extend_run(int argc, char **argv);
extern const char EXTEND_HELP[];

enum command_exit find_run(int argc, char **argv);
extern const char FIND_HELP[];

enum command_exit site_list(int argc, char **argv);
enum command_exit site_show(int argc, char **argv);
enum command_exit site_release(int argc, char **argv);
enum command_exit site_set(int argc, char **argv);
enum command_exit site_settle(int argc, char **argv);
extern const char SITE_LIST_HELP[], SITE_SHOW_HELP[], SITE_RELEASE_HELP[], SITE_SET_HELP[],
	SITE_SETTLE_HELP[];

enum command_exit document_list(int argc, char **argv);
enum command_exit document_show(int argc, char **argv);
extern const char DOCUMENT_LIST_HELP[], DOCUMENT_SHOW_HELP[];

enum command_exit report_due(int argc, char **argv);
enum command_exit report_overdue(int argc, char **argv);
enum command_exit report_revoked(int argc, char **argv);
enum command_exit report_forks(int argc, char **argv);
enum command_exit report_events(int argc, char **argv);
enum command_exit report_usage(int argc, char **argv);
extern const char REPORT_DUE_HELP[], REPORT_OVERDUE_HELP[], REPORT_REVOKED_HELP[],
	REPORT_USAGE_HELP[], REPORT_FORKS_HELP[], REPORT_EVENTS_HELP[];

enum command_exit operator_add(int argc, char **argv);
enum command_exit operator_set(int argc, char **argv);
enum command_exit operator_list(int argc, char **argv);
enum command_exit operator_show(int argc, char **argv);
enum command_exit operator_remove(int argc, char **argv);
extern const char OPERATOR_ADD_HELP[], OPERATOR_SET_HELP[], OPERATOR_LIST_HELP[],
	OPERATOR_SHOW_HELP[], OPERATOR_REMOVE_HELP[];

enum command_exit import_run(int argc, char **argv);
enum command_exit exchange_run(int argc, char **argv);
extern const char IMPORT_HELP[], EXCHANGE_HELP[];

enum command_exit bundle_run(int argc, char **argv);
extern const char BUNDLE_HELP[];

enum command_exit unlock_run(int argc, char **argv);
enum command_exit lock_run(int argc, char **argv);
extern const char UNLOCK_HELP[], LOCK_HELP[];

enum command_exit audit_list(int argc, char **argv);
enum command_exit audit_check(int argc, char **argv); /* `audit verify` */
enum command_exit audit_archive(int argc, char **argv);
enum command_exit audit_compare(int argc, char **argv);
extern const char AUDIT_LIST_HELP[], AUDIT_VERIFY_HELP[], AUDIT_ARCHIVE_HELP[],
	AUDIT_COMPARE_HELP[];

enum command_exit backup_run(int argc, char **argv);
enum command_exit recover_run(int argc, char **argv);
extern const char BACKUP_HELP[], RECOVER_HELP[];

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
