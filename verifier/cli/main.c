/* SPDX-License-Identifier: ISC */
/* skerry: the site's program. The table below is its map. */
#include "cli.h"
#include "keys/store.h"
#include "monitor.h"

/* Of pair, request, migrate and unpair. */
#define REQUEST_HELP                                                                               \
	"  --out FILE          write it there; - is standard output. Without --out, --qr and\n"    \
	"                      --mail it is written here, as K7QM-3.request\n"                     \
	"  --qr                as a code on the terminal, to be scanned\n"                         \
	"  --mail              as the text of a mail, with its address\n"                          \
	"  --armor             the file as text\n"                                                 \
	"  --force             replace FILE\n"                                                     \
	"  --reason TEXT       a sentence for the vendor's people\n"                               \
	"  --app-version V     the version of the product\n"                                       \
	"  --tenant T          for which tenant\n"                                                 \
	"  --domain D          a domain that is served here; may be given again\n"                 \
	"  --install-path DIR  where the product is installed\n"                                   \
	"  --custom VALUE      a machine component that the product supplies; may be given "       \
	"again\n"                                                                                  \
	"  --json              for scripts\n"                                                      \
	"\nOnly the vendor can read it. One that nobody has answered is written again as it "      \
	"was.\n"

static const struct command_verb VERBS[] = {
	{ "init", "--trust FILE [--owner USER] [--force]",
		"Set up this site: its keys, its install id, and whom it trusts",
		"  --trust FILE  the vendor's manifest; whoever signs under it is believed from "
		"now on\n"
		"  --owner USER  as root: whose the new folder is; else the user skerry's where it "
		"is\n"
		"                " CLI_STATE_DEFAULT " and there is such a user\n"
		"  --force       pin another vendor's manifest in a folder that has one; keys,\n"
		"                install id and licenses stay\n"
		"\nExample:\n  skerry init --trust vendor.manifest\n",
		init_run },
	{ "import", "FILE...",
		"Take in what the vendor sent: bundles, replies, licenses, manifests",
		"  FILE    binary, armor, QR text or a saved mail; - is standard input\n"
		"  --json  for scripts\n"
		"\nA bundle may be of any size: a site reads its own part alone.\n"
		"\nExample:\n  skerry import hotel.license\n",
		import_run },
	{ "exchange", "DIR [--pair KEY... | --migrate KEY... | --unpair | --no-request]",
		"Meet a mounted stick: take in what lies there, leave a request",
		"  DIR                 where the stick is mounted, or any folder\n"
		"  --pair KEY          ask to be paired with this license key; may be given again\n"
		"  --migrate KEY       ask for a dead machine's license on this one; likewise\n"
		"  --unpair            give this site's licenses back\n"
		"  --no-request        take in, and leave nothing; else a sign of life is left\n"
		"  --reason TEXT       why, for the vendor\n"
		"  --tenant T          which tenant's license is asked for\n"
		"  --domain D          a domain that is served here; may be given again\n"
		"  --install-path DIR  where the product is installed\n"
		"  --custom VALUE      a machine component that the product supplies; may be given "
		"again\n"
		"  --json              for scripts\n"
		"\nDo not pull the stick before the last line. Repeat it after any interruption:\n"
		"nothing is done twice. Exits 0 although single files were skipped.\n"
		"\nExample:\n  skerry exchange /media/usb\n",
		exchange_run },
	{ "pair", "[KEY...] [--out FILE | --qr | --mail]",
		"Ask the vendor for the license of a license key, for this site",
		"  KEY                 from the letter or mail; without it, it is asked "
		"for\n" REQUEST_HELP "\nExample:\n  skerry pair HMS-7QK2M-94XPA-C0DTE-1ZRJB\n",
		pair_run },
	{ "request", "[--out FILE | --qr | --mail]",
		"Tell the vendor how this site is doing, and ask for what is new",
		REQUEST_HELP "\nExample:\n  skerry request --mail\n", request_run },
	{ "migrate", "[KEY...] [--out FILE | --qr | --mail]",
		"Ask the vendor to move a license from another machine to this one",
		"  KEY                 of the license; without it, it is asked for\n" REQUEST_HELP
		"\nExample:\n  skerry migrate HMS-7QK2M-94XPA-C0DTE-1ZRJB --reason 'disk died'\n",
		migrate_run },
	{ "unpair", "[--out FILE | --qr | --mail]",
		"Ask the vendor to end the pairing of this site, for a license to go elsewhere",
		REQUEST_HELP "\nExample:\n  skerry unpair --reason 'hotel closes'\n", unpair_run },
	{ "status", "[--product P]", "What holds here, until when, and whom to call",
		CLI_QUESTION_HELP "\nExits 0 when there is any access, else 1.\n"
				  "\nExample:\n  skerry status --product hotelhub/hms\n",
		status_run },
	{ "why", "[--at DATE] [--product P]",
		"Why it is so: the reasons, what to do, whom to call, and what comes",
		"  --at DATE           as it will be then, or as it was, from the journal: "
		"2027-04-28\n"
		"                      (end of day) or RFC 3339\n" CLI_QUESTION_HELP
		"\nExits 0 when there is any access, else 1; 2 where the journal does not know.\n"
		"\nExample:\n  skerry why --product hotelhub/hms --at 2027-04-28\n",
		why_run },
	{ "what-if", "[--at DATE] [--without COMPONENT]...",
		"What would hold at another date, or with another disk or card",
		"  --at DATE           at that date: 2027-04-28 (end of day) or RFC 3339\n"
		"  --without C         as if this component were another one (mac, disk_serial, "
		"...);\n"
		"                      may be given again; `skerry fingerprint` lists "
		"them\n" CLI_QUESTION_HELP
		"\nNothing is changed. Exits 0 when there would be any access, else 1.\n"
		"\nExample:\n  skerry what-if --without mac --without disk_serial\n",
		what_if_run },
	{ "check", "FEATURE [--read]", "May this feature be used now? Exit 0: yes, 1: no",
		"  --read              read-only access is enough\n" CLI_QUESTION_HELP
		"\nExample:\n  skerry check channel_manager && start-channel-manager\n",
		check_run },
	{ "limit", "NAME", "Print the number that the license allows",
		CLI_QUESTION_HELP "\nExample:\n  skerry limit max_rooms\n", limit_run },
	{ "fingerprint", "[--key KEY] [--out FILE]",
		"What tells this machine from others, for a license that is bound to it",
		"  --key KEY           the license key it is for; a machine set up again is "
		"recognized\n"
		"  --out FILE          write the fingerprint file for the vendor; - is standard "
		"output\n"
		"  --armor             as text, for a mail\n"
		"  --force             replace FILE\n"
		"  --install-path DIR  where the product is installed\n"
		"  --custom VALUE      a component that the product supplies; may be given again\n"
		"  --domain D          a domain that is served here; may be given again\n"
		"  --sysroot DIR       read a captured tree instead of this machine\n"
		"  --collect FILE      as root, at boot: keep what only root may read for the "
		"site's user\n"
		"  --json              for scripts\n"
		"\nOnly salted hashes and the names of machine and system leave this machine.\n"
		"\nExample:\n  skerry fingerprint --key HMS-7QK2M-94XPA-C0DTE-1ZRJB --out "
		"site.fingerprint\n",
		fingerprint_run },
	{ "clock", "", "The site's own time, and what is to be said of this machine's clock",
		"  --json  for scripts\n"
		"\nExits 0 when the clocks agree, else 1.\n"
		"\nExample:\n  skerry clock\n",
		clock_run },
	{ "clock confirm", "DATE [--custom VALUE]... [--install-path DIR] [--domain D]",
		"Vouch for this machine's clock, which is too far ahead to be believed",
		"  DATE                what the clock should show: 2027-04-28, or\n"
		"                      2027-04-28T12:00:00Z\n"
		"  --custom VALUE      a machine component that the product supplies; may be given "
		"again\n"
		"  --install-path DIR  where the product is installed\n"
		"  --domain D          the domain that the product serves\n"
		"  --json              for scripts\n"
		"\nOnly the vendor can take it back. Refused where it would lock a license.\n"
		"\nExample:\n  skerry clock confirm 2027-04-28\n",
		clock_confirm_run },
	{ "extend", "[CODE]",
		"Renew by telephone: what to say there, and the code that one is told",
		"  CODE         the 20 characters; case, blanks and hyphens do not matter\n"
		"  --product P  without CODE: only what can be renewed of this product\n"
		"  --json       for scripts\n"
		"\nThe license that the code is for is found by itself. Without CODE, exits 0 "
		"when\n"
		"something can be renewed, else 1.\n"
		"\nExample:\n  skerry extend 7QK2M-94XPA-C0DTE-1ZRJB\n",
		extend_run },
	{ "journal list", "[--after N] [--limit N]", "What happened here: the last entries",
		"  --after N  only entries behind number N\n"
		"  --limit N  at most so many (100)\n"
		"  --json     for scripts\n"
		"\nExample:\n  skerry journal list --limit 20\n",
		journal_list_run },
	{ "journal verify", "", "Whether the journal is as it was written",
		"  --json  for scripts\n"
		"\nExample:\n  skerry journal verify\n",
		journal_verify_run },
	{ "journal export", "--out FILE", "The journal as a file for the vendor",
		"  --out FILE  - is standard output\n"
		"  --force     replace FILE\n"
		"\nExample:\n  skerry journal export --out site.journal\n",
		journal_export_run },
	{ "backup", "FILE", "The whole site in one file, its secret keys too",
		"  --force  replace FILE\n"
		"  --json   for scripts\n"
		"\nKeep it where only this site's people can read it.\n"
		"\nExample:\n  skerry backup /media/usb/hotel.backup\n",
		backup_run },
	{ "restore", "FILE",
		"Set the site up again from a backup; the vendor is told with the next request",
		"  --json  for scripts\n"
		"\nThe folder is empty, or this very site's. Documents that came after the backup "
		"stay.\n"
		"\nExample:\n  skerry restore /media/usb/hotel.backup\n",
		restore_run },
	{ "telemetry allow", "NAME...", "Let these go out to the vendor with each request",
		"  NAME    as the product calls it: rooms; `skerry telemetry list` shows them\n"
		"  --json  for scripts\n"
		"\nNothing goes out that was not allowed here by its name.\n"
		"\nExample:\n  skerry telemetry allow rooms app.version\n",
		telemetry_allow_run },
	{ "telemetry deny", "NAME...", "Keep these from going out; what was kept is erased",
		"  --json  for scripts\n"
		"\nExample:\n  skerry telemetry deny rooms\n",
		telemetry_deny_run },
	{ "telemetry set", "NAME=VALUE...", "What the product tells about itself",
		"  VALUE   a number, or up to 128 bytes of text\n"
		"  --json  for scripts\n"
		"\nExits 1 where a name was denied: its value is not kept.\n"
		"\nExample:\n  skerry telemetry set rooms=118 app.version=4.2\n",
		telemetry_set_run },
	{ "telemetry list", "", "What is allowed, what is kept, and what goes out next",
		"  --json  for scripts\n"
		"\nExample:\n  skerry telemetry list\n",
		telemetry_list_run },
	{ "telemetry forget", "NAME...", "Take names out of the list, with all kept under them",
		"  --json  for scripts\n"
		"\nExample:\n  skerry telemetry forget rooms\n",
		telemetry_forget_run },
	{ "event add", "NAME [TEXT]", "Something happened to the product, for the vendor to know",
		"  TEXT    up to 200 bytes\n"
		"  --json  for scripts\n"
		"\nThe newest 256 are kept. They go out where `skerry telemetry allow NAME` let "
		"them;\nexits 1 where it was denied.\n"
		"\nExample:\n  skerry event add backup.failed 'disk full'\n",
		event_add_run },
	{ "token add", "NAME", "Let a program on another machine call skerryd",
		"  NAME    whose it is: a-z, 0-9, dot, hyphen and underscore\n"
		"  --json  for scripts\n"
		"\nPrints the token, which nobody can show again. The client sends it with each "
		"call, over\nTLS: Authorization: Bearer TOKEN. A skerryd that runs knows it after "
		"a reload.\n"
		"\nExample:\n  skerry token add reception-2\n",
		token_add_run },
	{ "token list", "", "Who may call skerryd from another machine",
		"  --json  for scripts\n"
		"\nExample:\n  skerry token list\n",
		token_list_run },
	{ "token remove", "NAME", "Let a client call skerryd no more",
		"  --json  for scripts\n"
		"\nA skerryd that runs knows it after a reload.\n"
		"\nExample:\n  skerry token remove reception-2\n",
		token_remove_run },
	{ "seat claim", "HOLDER [--product P]",
		"Take one of the license's seats, for a time; renew it before that ends",
		"  HOLDER              any name that nobody else uses: reception-2\n"
		"  --secret-file F     of a seat that is held already: it is "
		"renewed\n" CLI_QUESTION_HELP
		"\nPrints a secret: who shows it may renew the seat and give it back, and so may "
		"the same\nuser without it. Exits 1 where none is free, and says when the next "
		"one ends.\n"
		"\nExample:\n  (umask 077; skerry seat claim reception-2 > seat.txt)\n",
		seat_claim_run },
	{ "seat renew", "HOLDER [--secret-file F]", "Keep a seat for another time",
		"  --secret-file F     what `seat claim` printed, or the secret alone, in a file "
		"that\n"
		"                      others may not read; else SKERRY_SEAT_SECRET; without "
		"either,\n"
		"                      as the user who claimed it\n" CLI_QUESTION_HELP
		"\nA seat that has ended meanwhile is claimed anew, with another secret.\n"
		"\nExample:\n  skerry seat renew reception-2 --secret-file seat.txt\n",
		seat_renew_run },
	{ "seat release", "HOLDER [--secret-file F]", "Give a seat back",
		"  --secret-file F     as of `seat renew`; root and the folder's owner need "
		"none\n" CLI_QUESTION_HELP
		"\nExample:\n  skerry seat release reception-2 --secret-file seat.txt\n",
		seat_release_run },
	{ "seat list", "[HOLDER]", "How many seats there are, who holds them, until when",
		"  --limit N  at most so many (1000)\n"
		"  --json     for scripts\n"
		"\nExits 1 where a HOLDER is named who holds none.\n"
		"\nExample:\n  skerry seat list\n",
		seat_list_run },
	{ "monitor", "[--product P]", "One line and an exit code for Nagios and its kin",
		CLI_QUESTION_HELP "\nExits 0 (OK), 1 (WARNING), 2 (CRITICAL) or 3 (UNKNOWN).\n"
				  "\nExample:\n  skerry monitor --product hotelhub/hms\n",
		monitor_run },
	{ "verify", "FILE [--trust MANIFEST] [--at TIME] [--product P]",
		"Is this license genuine, and does it give access? Writes nothing",
		"  --trust MANIFEST  check against this one instead of the site's own\n"
		"  --at TIME         as if it were then: 2027-04-28 (end of day) or RFC 3339\n"
		"  --product P       it must be for this product, as hms or hotelhub/hms\n"
		"  --tenant T        it must be for this tenant\n"
		"  --domain D        compare its domains with this one\n"
		"  --json            for scripts\n"
		"\nThe machine and the site key that a license is bound to are not compared.\n"
		"\nExample:\n  skerry verify hotel.license --trust vendor.manifest --json\n",
		verify_run },
	{ "show", "FILE [--diag]", "What a document says, unverified",
		"  --diag  as CBOR diagnostic notation\n"
		"  --json  for scripts\n"
		"\nExample:\n  skerry show hotel.license\n",
		show_run },
};

static const struct command_program PROGRAM = {
	.name = "skerry",
	.summary = "offline licensing, at the site",
	.options = "  --state DIR   the site's folder (else SKERRY_STATE, else " CLI_STATE_DEFAULT
		   ")\n"
		   "  --socket S    of skerryd, which then answers (else SKERRY_SOCKET, else the "
		   "folder's)\n"
		   "  --language L  of messages: en or id (else LC_ALL, LC_MESSAGES or LANG)\n",
	.verbs = VERBS,
	.verbs_len = sizeof VERBS / sizeof *VERBS,
	.take_option = cli_take_option,
};

int
main(int argc, char **argv)
{
	store_claim_process();
	return monitor_exit(argc, argv, command_main(&PROGRAM, argc, argv));
}
