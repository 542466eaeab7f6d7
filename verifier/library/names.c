/* SPDX-License-Identifier: ISC */
#include "skerry.h"

#include <stddef.h>

/* The compiler warns where a value is forgotten; a number that is no value falls through. */

const char *
skerry_access_name(enum skerry_access access)
{
	switch (access) {
	case SKERRY_ACCESS_NONE:
		return "none";
	case SKERRY_ACCESS_READ_ONLY:
		return "read_only";
	case SKERRY_ACCESS_FULL:
		return "full";
	}
	return "unknown";
}

const char *
skerry_state_name(enum skerry_state state)
{
	switch (state) {
	case SKERRY_STATE_UNLICENSED:
		return "unlicensed";
	case SKERRY_STATE_ACTIVE:
		return "active";
	case SKERRY_STATE_OVERDUE:
		return "overdue";
	case SKERRY_STATE_GRACE:
		return "grace";
	case SKERRY_STATE_DEGRADED:
		return "degraded";
	case SKERRY_STATE_LOCKED:
		return "locked";
	}
	return "unknown";
}

const char *
skerry_reason_name(enum skerry_reason reason)
{
	switch (reason) {
	case SKERRY_REASON_OK:
		return "ok";
	case SKERRY_REASON_NOT_YET_VALID:
		return "not_yet_valid";
	case SKERRY_REASON_OVERDUE:
		return "overdue";
	case SKERRY_REASON_EXPIRED:
		return "expired";
	case SKERRY_REASON_RENEWAL_MISSED:
		return "renewal_missed";
	case SKERRY_REASON_SUSPENDED:
		return "suspended";
	case SKERRY_REASON_REVOKED:
		return "revoked";
	case SKERRY_REASON_SIGNING_KEY_REVOKED:
		return "signing_key_revoked";
	case SKERRY_REASON_UNPAIRED:
		return "unpaired";
	case SKERRY_REASON_WRONG_MACHINE:
		return "wrong_machine";
	case SKERRY_REASON_TOO_FEW_COMPONENTS:
		return "too_few_components";
	case SKERRY_REASON_WRONG_DOMAIN:
		return "wrong_domain";
	case SKERRY_REASON_WRONG_TENANT:
		return "wrong_tenant";
	case SKERRY_REASON_MAINTENANCE_ENDED:
		return "maintenance_ended";
	case SKERRY_REASON_NO_LICENSE:
		return "no_license";
	case SKERRY_REASON_STATE_DAMAGED:
		return "state_damaged";
	case SKERRY_REASON_NO_DAEMON:
		return "no_daemon";
	}
	return "unknown";
}

const char *
skerry_notice_name(enum skerry_notice notice)
{
	switch (notice) {
	case SKERRY_NOTICE_NONE:
		return "none";
	case SKERRY_NOTICE_INFO:
		return "info";
	case SKERRY_NOTICE_WARN:
		return "warn";
	case SKERRY_NOTICE_ALERT:
		return "alert";
	}
	return "unknown";
}

const char *
skerry_clock_name(enum skerry_clock clock)
{
	switch (clock) {
	case SKERRY_CLOCK_OK:
		return "ok";
	case SKERRY_CLOCK_BEHIND:
		return "behind";
	case SKERRY_CLOCK_AHEAD_UNPROVEN:
		return "ahead_unproven";
	case SKERRY_CLOCK_FAULT:
		return "fault";
	case SKERRY_CLOCK_UNATTENDED:
		return "unattended";
	}
	return "unknown";
}

const char *
skerry_version(void)
{
	return SKERRY_VERSION;
}
