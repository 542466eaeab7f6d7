/* SPDX-License-Identifier: ISC */
#include "en.h"

#define RENEW "Import the renewal file, or ask the vendor for one."

const struct texts TEXTS_EN = {
	.cause = {
		[SKERRY_REASON_OK] = "The license for {product} is valid and does not end.",
		[SKERRY_REASON_NOT_YET_VALID] = "The license for {product} begins on {next}.",
		[SKERRY_REASON_OVERDUE] = "The license for {product} must be renewed by {renew_by}.",
		[SKERRY_REASON_EXPIRED] = "The license for {product} ended on {valid_until}.",
		[SKERRY_REASON_RENEWAL_MISSED] =
			"The license for {product} should have been renewed by {renew_by}.",
		[SKERRY_REASON_SUSPENDED] = "The vendor has suspended the license for {product}.",
		[SKERRY_REASON_REVOKED] = "The vendor has revoked the license for {product}.",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] =
			"The key that signed the license for {product} has been revoked.",
		[SKERRY_REASON_UNPAIRED] =
			"This site is not the one that the license for {product} belongs to.",
		[SKERRY_REASON_WRONG_MACHINE] =
			"The license for {product} was made for another machine.",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] =
			"Too little of this machine can be read to compare the license.",
		[SKERRY_REASON_WRONG_DOMAIN] =
			"The license for {product} was made for another domain.",
		[SKERRY_REASON_WRONG_TENANT] =
			"The license for {product} was made for another tenant.",
		[SKERRY_REASON_MAINTENANCE_ENDED] =
			"Maintenance ended on {maintenance_until}, before this version was made.",
		[SKERRY_REASON_NO_LICENSE] = "There is no license for {product}.",
		[SKERRY_REASON_STATE_DAMAGED] =
			"The license folder is damaged, or an older copy of itself.",
	},
	.active_until_renewal = "The license for {product} is valid; it is renewed by {renew_by}.",
	.active_until_end = "The license for {product} is valid until {valid_until}.",
	.active_quiet = "Nothing has come from the vendor for a long time.",
	.effect = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "Everything works until {grace_until}.",
		[SKERRY_STATE_DEGRADED] =
			"Data can be read but not changed, until {degraded_until}.",
		[SKERRY_STATE_LOCKED] = "The product is locked; its data is kept.",
	},
	.action = {
		[SKERRY_REASON_OK] = "",
		[SKERRY_REASON_NOT_YET_VALID] = "Wait for that day, or check the clock.",
		[SKERRY_REASON_OVERDUE] = RENEW,
		[SKERRY_REASON_EXPIRED] = "Buy a new term and import its license file.",
		[SKERRY_REASON_RENEWAL_MISSED] = RENEW,
		[SKERRY_REASON_SUSPENDED] = "Ask the vendor for the reason.",
		[SKERRY_REASON_REVOKED] = "Ask the vendor for the reason.",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] =
			"Ask the vendor for the license signed with a new key.",
		[SKERRY_REASON_UNPAIRED] = "Ask the vendor for a license for this site.",
		[SKERRY_REASON_WRONG_MACHINE] = "Ask the vendor to move the license to this machine.",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] =
			"Name the product's own value with --custom, or run `skerry fingerprint` as root.",
		[SKERRY_REASON_WRONG_DOMAIN] =
			"Name the domain with --domain, or ask the vendor to add it.",
		[SKERRY_REASON_WRONG_TENANT] = "Import the license of this tenant.",
		[SKERRY_REASON_MAINTENANCE_ENDED] =
			"Use the version before, or buy maintenance and import the new license.",
		[SKERRY_REASON_NO_LICENSE] = "Import the license file that the vendor sent.",
		[SKERRY_REASON_STATE_DAMAGED] = RENEW,
	},
	.call_name = "Call {name}:",
	.call_vendor = "Call the vendor:",
};
