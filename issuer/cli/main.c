/* SPDX-License-Identifier: ISC */
/* skerry-issuer: the vendor's licensing desk. This table is its map. */
#include "session.h"
#include "verbs.h"

#define PLAN_FLAGS "[--term T] [--feature NAME]... ..."

static const struct command_verb VERBS[] = {
	{ "init", "[--no-passphrase] [--name NAME]", "Makes a working desk with a trial root",
		INIT_HELP, init_run },

	{ "brand add", "BRAND [--name NAME] [--key-format F] [--contact-phone TEL]...",
		"Enters a brand", BRAND_ADD_HELP, brand_add },
	{ "brand set", "BRAND [--name NAME] [--contact-phone TEL]...", "Changes a brand",
		BRAND_SET_HELP, brand_set },
	{ "brand list", "[--json]", "Lists the brands", BRAND_LIST_HELP, brand_list },
	{ "brand show", "BRAND [--json]", "Shows a brand", BRAND_SHOW_HELP, brand_show },

	{ "product add", "BRAND/PRODUCT [--name NAME]", "Enters a product", PRODUCT_ADD_HELP,
		product_add },
	{ "product set", "BRAND/PRODUCT --name NAME", "Changes a product", PRODUCT_SET_HELP,
		product_set },
	{ "product list", "[BRAND] [--json]", "Lists products", PRODUCT_LIST_HELP, product_list },
	{ "product show", "BRAND/PRODUCT [--json]", "Shows a product", PRODUCT_SHOW_HELP,
		product_show },

	{ "plan add", "BRAND/PRODUCT/PLAN " PLAN_FLAGS, "Enters a plan", PLAN_ADD_HELP, plan_add },
	{ "plan set", "BRAND/PRODUCT/PLAN " PLAN_FLAGS, "Changes a plan", PLAN_SET_HELP, plan_set },
	{ "plan list", "[BRAND[/PRODUCT]] [--json]", "Lists plans", PLAN_LIST_HELP, plan_list },
	{ "plan show", "BRAND/PRODUCT/PLAN [--json]", "Shows a plan", PLAN_SHOW_HELP, plan_show },

	{ "customer add", "BRAND EMAIL [--name NAME] [--company NAME] [--language L]",
		"Enters a customer", CUSTOMER_ADD_HELP, customer_add },
	{ "customer set", "BRAND EMAIL|NUMBER [--email E] [--name NAME]...", "Changes a customer",
		CUSTOMER_SET_HELP, customer_set },
	{ "customer list", "[BRAND] [--limit N] [--after NUMBER] [--json]", "Lists customers",
		CUSTOMER_LIST_HELP, customer_list },
	{ "customer show", "BRAND EMAIL|NUMBER [--json]", "Shows a customer", CUSTOMER_SHOW_HELP,
		customer_show },
	{ "customer erase", "BRAND EMAIL|NUMBER [--force] [--dry-run] [--json]",
		"Erases what names a customer", CUSTOMER_ERASE_HELP, customer_erase },

	{ "license new", "PLAN... --customer EMAIL|NUMBER [--key KEY] [--until DATE]...",
		"Sells licenses and prints the license key", LICENSE_NEW_HELP, license_new },
	{ "license issue",
		"KEY|ID --unbound|--fingerprint FILE|--domain NAME...|--activation N --out FILE",
		"Writes a license file", LICENSE_ISSUE_HELP, license_issue },
	{ "license list", "[--brand B] [--customer C] [--status S]... [--json]", "Lists licenses",
		LICENSE_LIST_HELP, license_list },
	{ "license show", "KEY|ID [--product P] [--tenant T] [--json]",
		"Shows licenses and where they are active", LICENSE_SHOW_HELP, license_show },
	{ "license letter", "KEY|ID [--out FILE] [--language en|id]",
		"Writes the page for the welcome pack", LICENSE_LETTER_HELP, license_letter },

	{ "license set", "KEY|ID [--plan PLAN] [--until DATE] [--limit NAME=N]...",
		"Changes a license", LICENSE_SET_HELP, license_set },
	{ "license renew", "KEY|ID...|--due T [--term T|--until DATE] [--out FILE|DIR]...",
		"Renews licenses", LICENSE_RENEW_HELP, license_renew },
	{ "license suspend", "KEY|ID [--reason TEXT [--tell]] [--dry-run]",
		"Stops a license until it is resumed", LICENSE_SUSPEND_HELP, license_suspend },
	{ "license resume", "KEY|ID [--reason TEXT [--tell]] [--dry-run]",
		"Resumes a suspended license", LICENSE_RESUME_HELP, license_resume },
	{ "license revoke", "KEY|ID [--reason TEXT [--tell]] [--dry-run]",
		"Ends a license for good", LICENSE_REVOKE_HELP, license_revoke },
	{ "license reveal", "ID [--reason TEXT]", "Prints the license key again",
		LICENSE_REVEAL_HELP, license_reveal },

	{ "extend", "KEY|ID [--steps N] [--next J|--again] [--activation N] [--edition N]...",
		"Reads out a code that renews by telephone", EXTEND_HELP, extend_run },

	{ "find", "TEXT [--brand B] [--limit N] [--json]", "Finds licenses by whatever is known",
		FIND_HELP, find_run },

	{ "import", "FILE... [--json]", "Answers requests that came by mail or as files",
		IMPORT_HELP, import_run },
	{ "exchange", "DIR [--site S]... [--group G] [--due 60d] [--brand B] [--json]",
		"Meets a stick: reads every request, leaves every answer", EXCHANGE_HELP,
		exchange_run },

	{ "site list", "[--license ID] [--customer C] [--released]... [--json]",
		"Lists where licenses are active", SITE_LIST_HELP, site_list },
	{ "site show", "SITE [--json]", "Shows a site, its documents and its history",
		SITE_SHOW_HELP, site_show },
	{ "site set", "SITE --group G [--json]", "Puts a site into a group", SITE_SET_HELP,
		site_set },
	{ "site settle", "SITE --reason TEXT [--json]",
		"Says that somebody looked into a site's history", SITE_SETTLE_HELP, site_settle },
	{ "site release", "SITE [--reason TEXT] [--force] [--dry-run]",
		"Takes a site off its license", SITE_RELEASE_HELP, site_release },

	{ "report due", "[--within 30d] [--brand B] [--csv|--json]", "What ends soon",
		REPORT_DUE_HELP, report_due },
	{ "report overdue", "[--within T] [--brand B] [--csv|--json]", "What ended, who is late",
		REPORT_OVERDUE_HELP, report_overdue },
	{ "report forks", "[--brand B] [--csv|--json]", "Sites that went back, or are there twice",
		REPORT_FORKS_HELP, report_forks },
	{ "report events", "[--name NAME] [--within T] [--brand B] [--csv|--json]",
		"What happened to products, as sites told it", REPORT_EVENTS_HELP, report_events },
	{ "report revoked", "[--brand B] [--csv|--json]", "What no longer counts, and who knows",
		REPORT_REVOKED_HELP, report_revoked },
	{ "report usage", "[--brand B] [--csv|--json]", "What was sold and is in use",
		REPORT_USAGE_HELP, report_usage },

	{ "bundle", "--out FILE [--site S]... [--group G] [--due T]...",
		"Writes what the desk has for its sites", BUNDLE_HELP, bundle_run },

	{ "document list", "[--license ID] [--kind K] [--limit N] [--after ROW] [--json]",
		"Lists the documents that were signed", DOCUMENT_LIST_HELP, document_list },
	{ "document show", "CTI|DIGEST [--out FILE] [--armor] [--json]",
		"Shows or writes a signed document again", DOCUMENT_SHOW_HELP, document_show },

	{ "audit list", "[--subject S] [--action A] [--operator NAME] [--from DATE]...",
		"Shows who did what, and when", AUDIT_LIST_HELP, audit_list },
	{ "audit verify", "[ARCHIVE...] [--json]", "Proves that nobody changed the desk's past",
		AUDIT_VERIFY_HELP, audit_check },
	{ "audit archive", "FILE [--before DATE]", "Moves old rows of the log into a file",
		AUDIT_ARCHIVE_HELP, audit_archive },
	{ "audit compare", "FILE [--site S] [--json]",
		"Holds a site's exported journal against the records", AUDIT_COMPARE_HELP,
		audit_compare },

	{ "manifest set", "FILE [--cosign]", "Takes the next manifest from a key ceremony",
		MANIFEST_SET_HELP, manifest_set },
	{ "manifest show", "[--out FILE] [--json]", "Shows the desk's manifest", MANIFEST_SHOW_HELP,
		manifest_show },

	{ "key add", "FILE [--key-passphrase-file F]", "Takes an issuing or exchange key",
		KEY_ADD_HELP, key_add },
	{ "key use", "KID", "Signs with this key from now on", KEY_USE_HELP, key_use },
	{ "key list", "[--json]", "Lists the desk's keys", KEY_LIST_HELP, key_list },

	{ "operator add", "NAME [--brand B] [--new-passphrase-file F]",
		"Lets somebody else work at the desk", OPERATOR_ADD_HELP, operator_add },
	{ "operator set", "NAME [--name NAME] [--new-passphrase] [--brand B]...",
		"Changes an operator's name, passphrase or brand", OPERATOR_SET_HELP,
		operator_set },
	{ "operator remove", "NAME", "Takes an operator's access away", OPERATOR_REMOVE_HELP,
		operator_remove },
	{ "operator list", "[--json]", "Lists the operators", OPERATOR_LIST_HELP, operator_list },
	{ "operator show", "NAME [--json]", "Shows an operator", OPERATOR_SHOW_HELP,
		operator_show },
	{ "unlock", "[--for 8h] [--json]", "Takes one passphrase for a working day", UNLOCK_HELP,
		unlock_run },
	{ "lock", "", "Ends that", LOCK_HELP, lock_run },

	{ "backup", "FILE [--force] [--json]", "Writes the whole desk to one file", BACKUP_HELP,
		backup_run },
	{ "recover", "[FILE] [--force]", "Goes on after a backup was put back", RECOVER_HELP,
		recover_run },

	{ "clock confirm", "", "Says that this machine's clock is right", CLOCK_CONFIRM_HELP,
		clock_confirm },
};

int
main(int argc, char **argv)
{
	static const struct command_program PROGRAM = {
		.name = "skerry-issuer",
		.summary = "the vendor's licensing desk",
		.options = SESSION_OPTIONS,
		.verbs = VERBS,
		.verbs_len = sizeof VERBS / sizeof *VERBS,
		.take_option = session_take_option,
	};

	store_claim_process();
	return command_main(&PROGRAM, argc, argv);
}
