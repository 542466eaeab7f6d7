/* SPDX-License-Identifier: ISC */
#include "en.h"

#define RENEW "Import the renewal file, or ask the vendor for one."
#define AGAIN "Import the license once more, or ask the vendor for it."
#define CLOCK "Set the system's clock right; `date -u` shows it."

const struct texts TEXTS_EN = {
	.language = "en",
	.cause = {
		[SKERRY_REASON_OK] = "The license for {product} is valid and does not end.",
		[SKERRY_REASON_NOT_YET_VALID] = "The license for {product} begins on {next}.",
		[SKERRY_REASON_OVERDUE] =
			"The license for {product} must be renewed by {renew_by}.",
		[SKERRY_REASON_EXPIRED] = "The license for {product} ended on {valid_until}.",
		[SKERRY_REASON_RENEWAL_MISSED] =
			"The license for {product} should have been renewed by {renew_by}.",
		[SKERRY_REASON_SUSPENDED] = "The vendor has suspended the license for {product}.",
		[SKERRY_REASON_REVOKED] = "The vendor has revoked the license for {product}.",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] =
			"The key that signed the license for {product} has been revoked.",
		[SKERRY_REASON_UNPAIRED] =
			"This site's pairing with the license for {product} was ended: that was "
			"asked for here, or the license was moved to another machine.",
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
		[SKERRY_REASON_NO_DAEMON] =
			"The license service of this machine, skerryd, does not answer, so nobody "
			"knows what the license for {product} allows now.",
	},
	.last_date = "The last date that is signed into the license for {product} has passed.",
	.no_tenant = "No license for {product} is held for the tenant {tenant}, only for others.",
	.active_until_renewal = "The license for {product} is valid; it must be renewed by {renew_by}.",
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
		[SKERRY_REASON_UNPAIRED] =
			"To use it here again, send the vendor what `skerry pair` writes, or "
			"`skerry migrate` where it was moved.",
		[SKERRY_REASON_WRONG_MACHINE] =
			"Run `skerry migrate` with the license key and send the vendor what it "
			"writes: the license then moves to this machine.",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] =
			"Name the product's own value with --custom, or have the rest collected "
			"at boot (skerry-components.service) and ask again.",
		[SKERRY_REASON_WRONG_DOMAIN] =
			"Name the domain with --domain, or ask the vendor to add it.",
		[SKERRY_REASON_WRONG_TENANT] = "Import the license of this tenant.",
		[SKERRY_REASON_MAINTENANCE_ENDED] =
			"Use the version before, or buy maintenance and import the new license.",
		[SKERRY_REASON_NO_LICENSE] = "Import the license file that the vendor sent.",
		[SKERRY_REASON_STATE_DAMAGED] = AGAIN,
		[SKERRY_REASON_NO_DAEMON] =
			"Start it as root: `systemctl start skerryd`; `systemctl status skerryd` "
			"says why it does not run.",
	},
	.by_telephone = "It can also be renewed by telephone: run `skerry extend` and call the "
			"vendor.",
	.call_name = "Call {name}:",
	.call_vendor = "Call the vendor:",
	.told = "The vendor says: \"{told}\".",
	.told_action = "Settle it with the vendor.",
	.this_site = "this site",
	.why = {
		[WHY_NO_LICENSE] = "No license for {product} is held here.",
		[WHY_FILES_UNUSED] = "No license can be used: {files} in the folder could not be.",
		[WHY_BEGINS_LATER] = "The license begins on {not_before}.",
		[WHY_VALID] = "The license for {product} is valid.",
		[WHY_RENEWAL_DUE] = "The license must be renewed by {renew_by}.",
		[WHY_REVOKED] = "The vendor's status list says that the license is revoked.",
		[WHY_SUSPENDED] = "The vendor's status list says that the license is suspended.",
		[WHY_MAINTENANCE_ENDED] =
			"Maintenance ended on {maintenance_until}; this version of the product "
			"was made on {build_date}.",
		[WHY_SIGNING_KEY] =
			"The vendor withdrew, or restricted, the key that signed the license.",
		[WHY_UNPAIRED] = "The pairing of this site was ended: asked for here, or the license was "
				 "moved to another machine.",
		[WHY_OTHER_SITE] = "The license is bound to another installation, or this one has "
				   "lost its keys.",
		[WHY_PAIRING_LOST] =
			"This installation has lost its record of the time (site.db and "
			"site.clock), and with it the pairing with this license.",
		[WHY_OTHER_MACHINE] =
			"This machine is not the one that the license names: weight {matched} is "
			"the same, {threshold} is needed.",
		[WHY_TOO_FEW_COMPONENTS] =
			"Too little of this machine can be read: weight {matched} is the same, "
			"{unreadable} cannot be read, {threshold} is needed.",
		[WHY_OTHER_DOMAIN] = "The license is for other domains, such as {license_domain}.",
		[WHY_OTHER_TENANT] = "No license that is held is that of the tenant {tenant}.",
		[WHY_STATE_RESTORED] =
			"The folder is an older copy of itself; the license gives such a copy a "
			"grace.",
		[WHY_TERM_ENDED] = "The term ended on {valid_until}.",
		[WHY_RENEWAL_MISSED] = "The license should have been renewed by {renew_by}.",
		[WHY_LAST_DATE] =
			"The last date that is signed into the license has passed: {expires_at}.",
		[WHY_CLOCK_BEHIND] = "The system's clock is behind by more than {tolerance_s}.",
		[WHY_CLOCK_AHEAD] = "The system's clock is too far ahead to be believed.",
		[WHY_CLOCK_FAULT] =
			"The system's clocks contradict themselves or are shifted; running time "
			"cannot be counted as usual.",
		[WHY_CLOCK_UNATTENDED] =
			"The machine ran for over a day without the license being looked at.",
		[WHY_CLOCK_CANDIDATE] =
			"The system's clock went ahead to {candidate}, which is not believed yet. "
			"It will be after {left_s} more of running.",
		[WHY_STATUS_OLD] =
			"The last word from the vendor is of {heard_at}; the license wants one at "
			"least every {max_status_age_s}.",
		[WHY_STATE_NOTICED] =
			"The folder is an older copy of itself; this is noted and costs nothing.",
		[WHY_COMPONENTS_DIFFER] = "Different from what the license names: {different}.",
		[WHY_COMPONENTS_UNREADABLE] = "Not readable on this machine: {not_readable}.",
		[WHY_TERM_GOES_ON] = "The term itself goes on until {valid_until}.",
		[WHY_RENEWAL_AHEAD] = "The license must be renewed by {renew_by}.",
		[WHY_TELEPHONE_STEPS] =
			"{steps} of {steps_max} telephone renewals of {step_s} each were used; "
			"the license must be renewed by {renew_by}.",
		[WHY_NEXT_LICENSE] =
			"Edition {edition} of license {license} begins on {not_before}.",
		[WHY_RECORDED] = "Recorded for edition {edition} of license {license}.",
	},
	.step = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "Full access until {until}.",
		[SKERRY_STATE_DEGRADED] = "Read only until {until}.",
		[SKERRY_STATE_LOCKED] = "No access.",
	},
	.step_open = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "",
		[SKERRY_STATE_DEGRADED] = "Read only.",
		[SKERRY_STATE_LOCKED] = "No access.",
	},
	.advice = {
		[WHY_OTHER_SITE] = "Send the vendor what `skerry fingerprint` writes and ask for a "
				   "license for this installation, or run `skerry restore` with a "
				   "backup of the one that the license is for.",
		[WHY_PAIRING_LOST] =
			"Run `skerry restore` with this site's latest backup. Without one, send "
			"the vendor what `skerry fingerprint` writes: they make a license that is "
			"paired anew.",
		[WHY_STATE_RESTORED] = "Ask the vendor for a new license file and import it; the one that "
				       "is held does not end this.",
		[WHY_CLOCK_BEHIND] = CLOCK,
		[WHY_CLOCK_AHEAD] =
			"Set the system's clock right; if it is right, run `skerry clock confirm "
			"DATE`.",
		[WHY_CLOCK_FAULT] =
			"Restart the machine and set its clock right; run the product without a "
			"shifted clock.",
		[WHY_CLOCK_UNATTENDED] = "Let `skerry status` run several times a day.",
		[WHY_CLOCK_CANDIDATE] =
			"If that date is wrong, set the system's clock right before it is "
			"believed.",
		[WHY_STATUS_OLD] = RENEW,
		[WHY_STATE_NOTICED] = "If nobody restored a backup, ask the vendor.",
	},
	.part = {
		[WHY_DECIDES] = "Why",
		[WHY_HOLDS_TOO] = "This holds as well",
		[WHY_NOTICE] = "Notices",
		[WHY_NEWS] = "Good to know",
	},
	.to_do = "What to do",
	.to_come = "What comes",
	.since = "since {since}",
	.stand = {
		[SKERRY_STATE_UNLICENSED] = "no license in force",
		[SKERRY_STATE_ACTIVE] = "full access",
		[SKERRY_STATE_OVERDUE] = "full access",
		[SKERRY_STATE_GRACE] = "full access, days are counted",
		[SKERRY_STATE_DEGRADED] = "read only",
		[SKERRY_STATE_LOCKED] = "no access",
	},
	.brief = {
		[SKERRY_REASON_OK] = "",
		[SKERRY_REASON_NOT_YET_VALID] = "it begins later",
		[SKERRY_REASON_OVERDUE] = "a renewal is due",
		[SKERRY_REASON_EXPIRED] = "the term is over",
		[SKERRY_REASON_RENEWAL_MISSED] = "the renewal is missing",
		[SKERRY_REASON_SUSPENDED] = "suspended",
		[SKERRY_REASON_REVOKED] = "revoked",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] = "the signing key was revoked",
		[SKERRY_REASON_UNPAIRED] = "the pairing was ended",
		[SKERRY_REASON_WRONG_MACHINE] = "another machine",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] = "too little can be read",
		[SKERRY_REASON_WRONG_DOMAIN] = "another domain",
		[SKERRY_REASON_WRONG_TENANT] = "another tenant",
		[SKERRY_REASON_MAINTENANCE_ENDED] = "maintenance has ended",
		[SKERRY_REASON_NO_LICENSE] = "none is held",
		[SKERRY_REASON_STATE_DAMAGED] = "the folder is damaged",
		[SKERRY_REASON_NO_DAEMON] = "skerryd does not answer",
	},
	.notice = {
		[SKERRY_NOTICE_NONE] = "",
		[SKERRY_NOTICE_INFO] = "",
		[SKERRY_NOTICE_WARN] = " (warning)",
		[SKERRY_NOTICE_ALERT] = " (alert)",
	},
	.now = "now",
	.then = "then",
	.unchanged = "Nothing changes by itself.",
	.and_more = "Later steps are left out.",
	.without_matches =
		"With another {without} this machine would still match: weight {matched}, "
		"{threshold} is needed.",
	.without_fails =
		"With another {without} this machine would not match: weight {matched}, "
		"{threshold} is needed.",
	.without_unbound =
		"The license is not bound to a machine: another {without} changes nothing.",
	.without_unnamed = "The license does not name {without}: another one changes nothing.",
	.as_if = "As if it were {at}, with the documents and the machine of today.",
	.past_heading = "On {at}, from the journal:",
	.past_told = "Entry {entry} of the journal recorded it on {recorded_at}.",
	.past_follows =
		"Entry {entry} of the journal, of {recorded_at}, still says: {stand}. What is told here "
		"follows from the facts recorded there and the license, which is held here.",
	.past_passed =
		"Entry {entry} of the journal, of {recorded_at}, still says: {stand}. A date recorded "
		"there had passed by then, and nobody had asked again.",
	.past_gone = "That license is no longer held here, so it is told as it was recorded.",
	.past_other =
		"This version of skerry would decide otherwise by the facts recorded there; it is told "
		"as it was recorded.",
	.past_words =
		"Another version of skerry recorded it; the facts behind it cannot be read.",
	.past_nearest = "Nobody had asked in just this way; this is what `{asked}` was told.",
	.past_unkept =
		"Which values or build date were named then is not kept, so they may have been others.",
	.past_newer = "A license came in on {newer_at} (entry {newer}), and nobody had asked since: what it "
"gave is not on record, and what follows is from before.",
	.past_next =
		"Another license began on {next}; nobody had asked since, so what it gave is not on "
		"record.",
	.past_turned =
		"The site's time was taken back at entry {turned}, so it passed this instant more than "
		"once; this is the last time.",
	.past_broken =
		"Do not rely on this: the journal was edited or damaged at entry {broken}.",
	.past_events = "What had happened before, the latest first",
	.was_to_come = "What was to come",
	.event = {
		[EVENT_OTHER] = "Another event: {kind}, {subject}.",
		[EVENT_LICENSE_TAKEN] = "Edition {edition} of license {name} was imported.",
		[EVENT_LICENSE_WAITS] =
			"Edition {edition} of license {name} was imported, to begin later.",
		[EVENT_LICENSE_REFUSED] = "License {name} was refused ({error}).",
		[EVENT_MANIFEST_TAKEN] = "Manifest {name} was imported.",
		[EVENT_MANIFEST_REFUSED] = "Manifest {name} was refused ({error}).",
		[EVENT_FILE_FOUND] = "A file lay in the folder that was not imported: {subject}.",
		[EVENT_FILE_GONE] = "A file was gone from the folder: {subject}.",
		[EVENT_FILE_HEALED] = "A file was gone from the folder and put back: {subject}.",
		[EVENT_CLOCK_MOVED] = "The system's clock moved the site's time on by {duration}.",
		[EVENT_CLOCK_CANDIDATE] =
			"The system's clock was {duration} ahead and not believed yet.",
		[EVENT_CLOCK_CANDIDATE_GONE] =
			"The system's clock no longer showed the date that was not believed yet.",
		[EVENT_CLOCK_WORD] = "The system's clock: {after}; before that: {before}.",
		[EVENT_CLOCK_STRANGE] =
			"Another machine used the folder, or the machine's boot id changed without "
			"a restart ({duration} of running).",
		[EVENT_CLOCK_LAPSE] = "Nobody had looked at the license for over a day.",
		[EVENT_CLOCK_CONFIRMED] = "Somebody confirmed the date of the system's clock.",
		[EVENT_CLOCK_BACK] =
			"The site's time was taken back: the key that had signed it was revoked.",
		[EVENT_MACHINE_BEGINS] =
			"The machine no longer matched license {name}.",
		[EVENT_MACHINE_OVER] = "The machine matched license {name} again.",
		[EVENT_DOMAIN_BEGINS] = "The domain did not match license {name}.",
		[EVENT_DOMAIN_OVER] = "The domain matched license {name} again.",
		[EVENT_ROLLBACK] = "The folder was found to be an older copy of itself.",
		[EVENT_ROLLBACK_OVER] = "The vendor's word ended what an older copy had begun.",
		[EVENT_RESTORED] = "A backup was restored.",
		[EVENT_REBUILT] = "The database was lost and made anew.",
		[EVENT_JOURNAL_BROKEN] = "The journal was found edited or damaged.",
		[EVENT_PINNED] = "The vendor's manifest was pinned.",
		[EVENT_EXTENDED] = "License {name} was renewed by telephone.",
	},
	.clock = {
		[EVALUATE_CLOCK_OK] = "in order",
		[EVALUATE_CLOCK_BEHIND] = "behind",
		[EVALUATE_CLOCK_AHEAD_UNPROVEN] = "too far ahead",
		[EVALUATE_CLOCK_FAULT] = "contradicts itself",
		[EVALUATE_CLOCK_UNATTENDED] = "not looked at for a day",
	},
	.extend_taken = "Accepted: step {step} of {steps} for {product}, license {license}.",
	.extend_held =
		"Nothing new: step {step} of {product}, license {license}, counts already.",
	.extend_lower =
		"Nothing changed: this is the code of step {step} of {product}, license {license}, "
		"and step {held} counts already.",
	.extend_in_vain = "It brings no access back: what it allows has ended already.",
	.extend_would = "Step {step} would: ask the vendor for its code.",
	.extend_none_would = "No step does any more: ask the vendor for a new license file.",
	.extend_say = "Say: license {license}, activation {activation}, edition {edition}: step {step} is "
		      "next.",
	.extend_ask =
		"Ask for {count} steps at once: step {step} is the first that brings access back.",
	.extend_type = "Type the 20 characters that you are told: `skerry extend CODE`.",
	.extend_heading = "{product}, license {license}, activation {activation}",
	.extend_steps = "steps used",
	.extend_used = "{held} of {steps}, {days} days each",
	.extend_next = "after the next",
	.extend_all_used = "all used",
	.extend_term_ends = "none that helps: the term ends",
	.extend_too_late = "too late: no step brings access back",
	.extend_before = "renew by, before",
	.extend_renew_by = "renew by",
	.extend_full = "full access until",
	.extend_read = "read only until",
	.extend_left = "steps left",
	.extend_left_of = "{left} of {steps}",
	.extend_left_none = "none; the next renewal is a new document from the vendor",
	.extend_left_term = "none that helps: the term itself ends then",
	.import_license = "license {license} for {product}, edition {edition}",
	.import_reply = "reply {number} of {brand}",
	.import_status = "status list of {brand} of {date}",
	.import_bundle = "bundle {number}",
	.import_says = "The vendor answers",
	.import_notice = "Notice from the vendor",
	.import_manifest = "manifest version {version}",
	.import_renew_by = "It must be renewed by {renew_by}.",
	.import_answers = "It answers request {request} of this site.",
	.import_time = "The vendor has set this site's time: {date}.",
	.import_nothing = "Nothing is for this site in {document}.",
	.import_taken = "Taken: {document}.",
	.import_waits = "Taken: {document}. It begins later and waits beside the one in use.",
	.import_held = "Nothing new: {document} is here already.",
	.import_older = "Nothing changed: {document} is older than what is held here.",
	.import_older_vendor =
		"Nothing changed: {document} is older than what is held here, or another vendor's.",
	.import_free =
		"It needs no renewal; the edition before was extended by telephone to {before}.",
	.import_earlier = "It must be renewed by {renew_by}, earlier than {before}, to which the "
			  "telephone had extended.",
	.import_later = "It must be renewed by {renew_by}; the edition before was extended by "
			"telephone to {before}.",
	.clock_begins = "The site's time begins with its first license.",
	.clock_confirmed = "The site's time is now {after}; it was {before}.",
	.clock_site = "site's time",
	.clock_machine = "this machine",
	.clock_condition = "condition",
	.clock_candidate = "not believed yet",
	.clock_believed = "believed after",
	.clock_correct = "correct it before",
	.clock_left = "{left} more of running",
	.clock_advice = "advice",
	.monitor_clock = "clock",
	.monitor_rollback = "an older state was put back",
	.monitor_unrecorded = "nothing can be recorded",
	.monitor_exposed = "others may open the folder or a secret key",
	.monitor_unused = { "file is of no use", "files are of no use" },
	.local_time = "local time",
	.access = {
		[SKERRY_ACCESS_NONE] = "no access",
		[SKERRY_ACCESS_READ_ONLY] = "read only",
		[SKERRY_ACCESS_FULL] = "full access",
	},
	.units = { { "day", "days" }, { "hour", "hours" }, { "minute", "minutes" }, { "second", "seconds" } },
	.files = { "file", "files" },
};
