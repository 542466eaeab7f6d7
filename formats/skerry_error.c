/* SPDX-License-Identifier: ISC */
#include "skerry_error.h"

/* All that is said about one error: its code, what is wrong, what to do next. */
struct words {
	const char *name, *sentence, *advice;
};

#define SAY(name, sentence, advice) ((struct words){ name, sentence, advice })

/* Advice that many errors share. */
#define CARRY_AGAIN "Carry the file once more, or ask the vendor to send it again."
#define NOT_OURS                                                                                   \
	"Ask the vendor for a new file; this one was not made by a Skerry that this one knows."
#define UPDATE "Update this program, or ask the vendor for a file in the older format."
#define COPY_AGAIN "Copy the whole text again, from the BEGIN line to the END line."
#define TYPE_AGAIN "Compare it with the paper or mail, character by character, and type it again."
#define NEWER_MANIFEST "Ask the vendor for the newest manifest or bundle and import it first."
#define TELL_VENDOR "Do not use the file, and tell the vendor where it came from."
#define KEY_HOLDERS                                                                                \
	"Ask the vendor's key holders for a manifest that allows it, or use another key."
#define REPORT_BUG "Report this to the makers of Skerry, with the command that led to it."
#define RESTORE "Restore the folder from its backup."
#define FIX_TABLE "Mend the table where it says, and save it as CSV in UTF-8."
#define OTHER_KEY_FILE "Use the backup of the key file."

/* No default: the compiler names an enumerator that has no words yet. */
static struct words
words_for(enum skerry_err err)
{
	switch (err) {
	case SKERRY_OK:
		return SAY("ok", "Everything is in order.", "");

	case SKERRY_ERR_ARGUMENT:
		return SAY("argument", "A value was passed that is not allowed here.", "");
	case SKERRY_ERR_NO_SPACE:
		return SAY("no_space",
			"The result does not fit into the space that is there for it.",
			"Make the content smaller, or provide a larger buffer.");
	case SKERRY_ERR_INTERNAL:
		return SAY("internal", "The program has found a mistake of its own.", REPORT_BUG);

	case SKERRY_ERR_CBOR_TRUNCATED:
		return SAY("cbor_truncated", "The document breaks off early.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_TRAILING:
		return SAY("cbor_trailing",
			"The document is followed by bytes that do not belong to it.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_NOT_SHORTEST:
		return SAY("cbor_not_shortest", "A number or length is not in its shortest form.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_INDEFINITE:
		return SAY("cbor_indefinite", "An item does not say how long it is.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_RESERVED:
		return SAY("cbor_reserved", "An item begins with a byte that CBOR keeps reserved.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_FLOAT:
		return SAY(
			"cbor_float", "The document holds a floating-point number.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_UNDEFINED:
		return SAY("cbor_undefined", "The document holds an undefined value.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_SIMPLE:
		return SAY("cbor_simple",
			"The document holds a simple value other than false, true and null.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_TAG:
		return SAY("cbor_tag", "The document has a tag that does not belong there.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_UTF8:
		return SAY("cbor_utf8", "A text in the document is not valid UTF-8.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_DEPTH:
		return SAY("cbor_depth", "The document is nested too deeply.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_LENGTH:
		return SAY("cbor_length",
			"The document breaks off early, or a length in it is wrong.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_COUNT:
		return SAY("cbor_count",
			"A list, map or string has a number of entries or bytes that is not "
			"allowed there.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_KEY_ORDER:
		return SAY("cbor_key_order", "The keys of a map are not in ascending order.",
			CARRY_AGAIN);
	case SKERRY_ERR_CBOR_KEY_DUPLICATE:
		return SAY("cbor_key_duplicate", "A map holds the same key twice.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_TYPE:
		return SAY(
			"cbor_type", "An item is of another type than belongs there.", CARRY_AGAIN);
	case SKERRY_ERR_CBOR_RANGE:
		return SAY("cbor_range", "A number is outside the range that is allowed there.",
			CARRY_AGAIN);

	case SKERRY_ERR_COSE_HEADER_UNKNOWN:
		return SAY("cose_header_unknown",
			"The signature has a header that is not allowed there.", NOT_OURS);
	case SKERRY_ERR_COSE_HEADER_MISSING:
		return SAY("cose_header_missing", "The signature lacks a header that it needs.",
			NOT_OURS);
	case SKERRY_ERR_COSE_UNPROTECTED:
		return SAY("cose_unprotected",
			"The document has an unprotected header, which anybody could have added.",
			TELL_VENDOR);
	case SKERRY_ERR_COSE_ALGORITHM:
		return SAY("cose_algorithm",
			"The document is signed with an algorithm other than Ed25519.", NOT_OURS);
	case SKERRY_ERR_COSE_KID:
		return SAY("cose_kid", "The identifier of the signing key is not 8 bytes long.",
			NOT_OURS);
	case SKERRY_ERR_COSE_TYPE:
		return SAY("cose_type",
			"The signature says that it was made for another type of document.",
			NOT_OURS);
	case SKERRY_ERR_COSE_SIGNATURE_LENGTH:
		return SAY("cose_signature_length", "The signature is not 64 bytes long.",
			CARRY_AGAIN);
	case SKERRY_ERR_COSE_SIGNERS:
		return SAY("cose_signers", "The signers are out of order, or one is there twice.",
			"Sign a fresh copy, each key once; `skerry-keys manifest merge` joins "
			"copies.");
	case SKERRY_ERR_COSE_KEY:
		return SAY("cose_key", "This is not an Ed25519 or X25519 public key.",
			"Use a .pub file that `skerry-keys new` has written.");

	case SKERRY_ERR_CLAIM_MISSING:
		return SAY("claim_missing", "The document lacks an entry that it must have.",
			NOT_OURS);
	case SKERRY_ERR_CLAIM_CRITICAL:
		return SAY("claim_critical",
			"The document has an entry that must be understood and is not known here.",
			UPDATE);
	case SKERRY_ERR_CLAIM_VALUE:
		return SAY("claim_value", "An entry of the document has a value that cannot be.",
			NOT_OURS);
	case SKERRY_ERR_CLAIM_CONFLICT:
		return SAY("claim_conflict", "Two entries of the document contradict each other.",
			NOT_OURS);
	case SKERRY_ERR_CLAIM_VERSION:
		return SAY("claim_version",
			"The document is in a newer format than this program knows.", UPDATE);

	case SKERRY_ERR_BASE45_LENGTH:
		return SAY("base45_length", "Characters are missing from the text of the QR code.",
			"Scan the QR code again, or copy its whole text.");
	case SKERRY_ERR_BASE45_CHARACTER:
		return SAY("base45_character",
			"The text of the QR code has a character that does not belong there.",
			"Scan the QR code again, or copy its text unchanged.");
	case SKERRY_ERR_BASE45_RANGE:
		return SAY("base45_range",
			"The text of the QR code has a group that stands for nothing.",
			"Scan the QR code again, or copy its text unchanged.");
	case SKERRY_ERR_ARMOR_BEGIN:
		return SAY("armor_begin", "The text has no -----BEGIN SKERRY ...----- line.",
			COPY_AGAIN);
	case SKERRY_ERR_ARMOR_END:
		return SAY("armor_end", "The text has no END line that fits its BEGIN line.",
			COPY_AGAIN);
	case SKERRY_ERR_ARMOR_LABEL:
		return SAY("armor_label", "The BEGIN line names no document of Skerry's.",
			"Look for the file or mail that the vendor sent for Skerry.");
	case SKERRY_ERR_ARMOR_CHARACTER:
		return SAY("armor_character",
			"The text between BEGIN and END has a character that does not belong "
			"there.",
			COPY_AGAIN);
	case SKERRY_ERR_ARMOR_LENGTH:
		return SAY("armor_length", "Characters are missing between BEGIN and END.",
			COPY_AGAIN);
	case SKERRY_ERR_ARMOR_PADDING:
		return SAY("armor_padding",
			"The text between BEGIN and END does not end as it should.", COPY_AGAIN);
	case SKERRY_ERR_MAIL_PART:
		return SAY("mail_part", "The mail holds no document of Skerry's.",
			"Save the mail with its attachment, or save the attachment alone.");
	case SKERRY_ERR_DOCUMENT_EMPTY:
		return SAY("document_empty", "The file is empty.", CARRY_AGAIN);
	case SKERRY_ERR_DOCUMENT_UNKNOWN:
		return SAY("document_unknown", "This is not a document of Skerry's.",
			"Look for the file that was sent for Skerry; carry it anew if it is "
			"this one.");
	case SKERRY_ERR_DOCUMENT_KIND:
		return SAY("document_kind",
			"This is a document of another kind than is needed here.",
			"`skerry show FILE` tells which document it is.");
	case SKERRY_ERR_DOCUMENT_TOO_LARGE:
		return SAY("document_too_large", "The file is larger than such a document can be.",
			"Look for the file that was sent for Skerry.");
	case SKERRY_ERR_DOCUMENT_COUNT:
		return SAY("document_count", "The file holds more documents than it may.",
			"Import the documents one by one.");
	case SKERRY_ERR_DOCUMENT_UTF16:
		return SAY("document_utf16",
			"The file is text in UTF-16, which some editors write.",
			"Save it again as UTF-8 or plain text, or carry the vendor's own file.");
	case SKERRY_ERR_DEFLATE:
		return SAY("deflate", "Packed data is damaged or cut short.", CARRY_AGAIN);
	case SKERRY_ERR_DEFLATE_LENGTH:
		return SAY("deflate_length", "Packed data unpacks to more than it may.",
			"Ask whoever sent it for a new one.");
	case SKERRY_ERR_DATE:
		return SAY("date", "This is not a date that exists.",
			"Write it as 2027-04-28, or with the time as 2027-04-28T12:00:00Z.");
	case SKERRY_ERR_DURATION:
		return SAY("duration", "This is not a length of time.",
			"Write it as a number and a unit, such as 24h, 30d or 3y.");

	case SKERRY_ERR_KEY_FORMAT_TEMPLATE:
		return SAY("key_format_template",
			"No license keys can be made from this key format.",
			"Use 15 or more # characters and letters, as in "
			"'HMS-#####-#####-#####-#####'.");
	case SKERRY_ERR_LICENSE_KEY_PREFIX:
		return SAY("license_key_prefix",
			"The license key begins with another brand's letters.",
			"Check for which product the key was sold, then type it again.");
	case SKERRY_ERR_LICENSE_KEY_LENGTH:
		return SAY("license_key_length",
			"The license key has too few or too many characters.", TYPE_AGAIN);
	case SKERRY_ERR_LICENSE_KEY_CHARACTER:
		return SAY("license_key_character",
			"The license key has a character that no license key has.", TYPE_AGAIN);
	case SKERRY_ERR_LICENSE_KEY_TYPO:
		return SAY("license_key_typo", "The license key has a typing error.", TYPE_AGAIN);
	case SKERRY_ERR_STEP_CODE_LENGTH:
		return SAY("step_code_length",
			"A code read out on the telephone has 20 characters.",
			"Compare it group by group with the clerk.");
	case SKERRY_ERR_STEP_CODE_CHARACTER:
		return SAY("step_code_character", "This code has a character that no code has.",
			"Compare it with the clerk; a code has digits and the letters A to Z "
			"without "
			"I, L, O and U.");
	case SKERRY_ERR_STEP_CODE_TYPO:
		return SAY("step_code_typo", "A character of this code is wrong.",
			"Compare it group by group with the clerk.");

	case SKERRY_ERR_FILE_DAMAGED:
		return SAY(
			"file_damaged", "The file is damaged.", "Use a backup copy of the file.");
	case SKERRY_ERR_KEY_FILE_VALUE:
		return SAY("key_file_value",
			"The key file has an entry with a value that cannot be.", OTHER_KEY_FILE);

	case SKERRY_ERR_CSV_HEADER:
		return SAY("csv_header",
			"A column of the table is unknown, missing or there twice.", FIX_TABLE);
	case SKERRY_ERR_CSV_CELLS:
		return SAY("csv_cells", "The row has more or fewer cells than the first line.",
			FIX_TABLE);
	case SKERRY_ERR_CSV_QUOTE:
		return SAY("csv_quote", "A quotation mark is out of place or never closed.",
			FIX_TABLE);
	case SKERRY_ERR_CSV_LENGTH:
		return SAY("csv_length", "A line or cell of the table is too long.", FIX_TABLE);
	case SKERRY_ERR_CSV_FORMULA:
		return SAY("csv_formula", "The cell begins like a formula of a spreadsheet.",
			"Write the value itself; such a cell would be computed where it is "
			"opened.");
	case SKERRY_ERR_CSV_VALUE:
		return SAY(
			"csv_value", "The cell has a value that is not allowed there.", FIX_TABLE);
	case SKERRY_ERR_CSV_EMPTY:
		return SAY("csv_empty", "The table has no rows.",
			"Its first line names the columns, each further line is a row.");
	case SKERRY_ERR_CSV_ROWS:
		return SAY(
			"csv_rows", "Rows of the table are not good; nothing was done.", FIX_TABLE);

	case SKERRY_ERR_SIGNATURE:
		return SAY("signature",
			"The signature is not valid: the content was changed or damaged.",
			CARRY_AGAIN);
	case SKERRY_ERR_PASSPHRASE:
		return SAY("passphrase", "The passphrase is wrong.",
			"Type it again; check the keyboard layout and Caps Lock.");
	case SKERRY_ERR_PASSPHRASE_EMPTY:
		return SAY("passphrase_empty", "A passphrase must not be empty.",
			"Type one; in a passphrase file it is the first line.");
	case SKERRY_ERR_PASSPHRASE_LENGTH:
		return SAY("passphrase_length", "A passphrase has at most 1024 bytes.",
			"Take a shorter one; in a passphrase file it is the first line.");
	case SKERRY_ERR_PASSPHRASE_DIFFERS:
		return SAY("passphrase_differs", "The two are not the same. Nothing was written.",
			"Run the command again and type the passphrase twice.");
	case SKERRY_ERR_SEALED:
		return SAY("sealed", "This is sealed to somebody else, or was altered on the way.",
			"Check that it is meant for this place; if it is, have it sent again.");
	case SKERRY_ERR_BUNDLE_DAMAGED:
		return SAY("bundle_damaged",
			"A part of the bundle is not what its signed index says.",
			"It was damaged on the way: copy it again, or ask the vendor for another "
			"one.");
	case SKERRY_ERR_KEY_PAIR:
		return SAY("key_pair", "The secret key and the public key do not belong together.",
			OTHER_KEY_FILE);

	case SKERRY_ERR_TRUST_KEY_UNKNOWN:
		return SAY("trust_key_unknown",
			"The vendor's manifest does not list the signing key.", NEWER_MANIFEST);
	case SKERRY_ERR_TRUST_KEY_REVOKED:
		return SAY("trust_key_revoked", "The vendor has revoked the signing key.",
			"Ask the vendor for a file that is signed with the vendor's present key.");
	case SKERRY_ERR_TRUST_ALGORITHM:
		return SAY("trust_algorithm",
			"The signature names another algorithm than the key is used with.",
			TELL_VENDOR);
	case SKERRY_ERR_TRUST_ROLE:
		return SAY("trust_role", "The signing key may not sign this kind of document.",
			KEY_HOLDERS);
	case SKERRY_ERR_TRUST_BRAND:
		return SAY(
			"trust_brand", "The signing key may not sign for this brand.", KEY_HOLDERS);
	case SKERRY_ERR_TRUST_NOT_YET:
		return SAY("trust_not_yet",
			"The document was issued before its signing key became valid.",
			"The vendor should check the clock of the licensing desk and issue it "
			"again.");
	case SKERRY_ERR_TRUST_RETIRED:
		return SAY("trust_retired",
			"The document was issued after its signing key was retired.",
			NEWER_MANIFEST);
	case SKERRY_ERR_TRUST_LATEST:
		return SAY("trust_latest",
			"The document runs longer than its signing key may promise.", KEY_HOLDERS);
	case SKERRY_ERR_TRUST_PERPETUAL:
		return SAY("trust_perpetual",
			"The license never ends, and its signing key may not sign such a license.",
			KEY_HOLDERS);
	case SKERRY_ERR_TRUST_GRACE:
		return SAY("trust_grace", "The license has a grace of more than 400 days.",
			"The vendor should set a shorter grace in the plan and issue the license "
			"again.");
	case SKERRY_ERR_TRUST_ROOT_UNKNOWN:
		return SAY("trust_root_unknown",
			"The manifest is signed by a key that is no root key.", TELL_VENDOR);
	case SKERRY_ERR_TRUST_THRESHOLD:
		return SAY("trust_threshold", "Too few root keys have signed the manifest.",
			"More holders of root keys must sign it with `skerry-keys manifest sign`.");
	case SKERRY_ERR_TRUST_SEQUENCE:
		return SAY("trust_sequence", "The manifest is not the one that comes next.",
			"Ask the vendor for all manifests since the one held here, in their "
			"order.");
	case SKERRY_ERR_TRUST_KEY_DROPPED:
		return SAY("trust_key_dropped",
			"The manifest forgets a key of the one before, or undoes a revocation.",
			"The key holders should make it again with `skerry-keys manifest next`.");
	case SKERRY_ERR_TRUST_NONE:
		return SAY("trust_none", "There is no manifest to check signatures against.",
			"Name the vendor's manifest with --trust, or run `skerry init --trust "
			"FILE` once.");
	case SKERRY_ERR_TRUST_PURPOSE:
		return SAY("trust_purpose", "The key was made for another purpose.",
			"Use the key file made for this: root, issuing or exchange.");
	case SKERRY_ERR_TRUST_PINNED:
		return SAY("trust_pinned",
			"The state folder trusts another vendor than this product does.",
			"Name the folder that was set up for this product's vendor.");
	case SKERRY_ERR_NO_EXCHANGE_KEY:
		return SAY("no_exchange_key",
			"The vendor's manifest lists no key that requests could be sealed to.",
			"Ask the vendor for a newer manifest, and import it.");

	case SKERRY_ERR_PRODUCT:
		return SAY("product", "The license is for another product.",
			"Look for the license of this product, or ask the vendor for it.");
	case SKERRY_ERR_BRAND:
		return SAY("brand", "The license is of another brand.",
			"Look for the license of this brand, or ask the vendor for it.");
	case SKERRY_ERR_TENANT:
		return SAY("tenant", "The license is for another tenant.",
			"Name the tenant that the license was sold for, or ask the vendor.");
	case SKERRY_ERR_NO_LICENSE:
		return SAY("no_license", "There is no license for this product.",
			"Import the license file that the vendor sent.");
	case SKERRY_ERR_NO_FEATURE:
		return SAY("no_feature", "The license does not include this feature.",
			"Ask the vendor for a plan that includes it.");
	case SKERRY_ERR_NO_LIMIT:
		return SAY("no_limit", "The license names no such limit.",
			"Check the spelling; `skerry status` lists the limits of the license.");
	case SKERRY_ERR_OLDER_EDITION:
		return SAY("older_edition", "The license is older than the one held here.",
			"Nothing needs to be done: the newer license stays in use.");
	case SKERRY_ERR_KEY_UNKNOWN:
		return SAY("key_unknown", "This desk knows no such license key.",
			"Look for the customer with `skerry-issuer license list`.");
	case SKERRY_ERR_ACTIVATIONS_EXHAUSTED:
		return SAY("activations_exhausted", "All activations of the license are in use.",
			"Release a site that is no longer used, or sell another activation.");
	case SKERRY_ERR_STATUS_FORBIDS:
		return SAY("status_forbids", "The status of the license does not allow that.",
			"`skerry-issuer license show` tells its status, since when and why.");
	case SKERRY_ERR_NOT_UNIQUE:
		return SAY("not_unique", "Several entries fit.", "Say which one is meant.");
	case SKERRY_ERR_NOT_FOUND:
		return SAY("not_found", "There is nothing of that name.",
			"Check the spelling, or list what is there.");
	case SKERRY_ERR_EXISTS:
		return SAY("exists", "That name is taken.", "Choose another name.");
	case SKERRY_ERR_NO_ACCESS:
		return SAY("no_access", "The license grants no access now.",
			"`skerry status` tells the reason, what to do and whom to call.");
	case SKERRY_ERR_OTHER_SITE:
		return SAY("other_site", "The license is bound to the key of another site.",
			"Import it at its own site, or ask the vendor to move it here.");

	case SKERRY_ERR_MIGRATION_LIMIT:
		return SAY("migration_limit",
			"The license has moved too often: migration limit reached.",
			"Contact support; the vendor can allow one more move.");
	case SKERRY_ERR_SUSPENDED:
		return SAY("suspended", "The license is suspended.",
			"The vendor can resume it with `skerry-issuer license resume`.");
	case SKERRY_ERR_REVOKED:
		return SAY("revoked", "The license is revoked, for good.",
			"The customer needs a new license.");
	case SKERRY_ERR_EXPIRED:
		return SAY("expired", "The license has expired.",
			"The vendor can renew it with `skerry-issuer license renew`.");
	case SKERRY_ERR_SHORTENS:
		return SAY("shortens", "The license would end earlier than it does now.",
			"Choose a later date, or add --shorten if that is meant.");
	case SKERRY_ERR_IN_USE:
		return SAY("in_use", "Licenses that still stand depend on it.",
			"Revoke them first, or let them expire.");
	case SKERRY_ERR_NO_STEPS:
		return SAY("no_steps", "This license has no renewal by telephone left.",
			"A new license document brings new ones; ask the vendor for it.");
	case SKERRY_ERR_STEP_CODE:
		return SAY("step_code", "This code is not for the license that is held here.",
			"Run `skerry extend` and read the license and the step to the clerk "
			"again.");
	case SKERRY_ERR_NOT_PAIRED:
		return SAY("not_paired", "Nothing here is paired with this site.",
			"Pair it with the license key first: skerry pair KEY.");
	case SKERRY_ERR_REQUEST_WAITS:
		return SAY("request_waits", "A request of another kind still waits for its answer.",
			"Bring that one to the vendor and take in the answer; then ask again.");
	case SKERRY_ERR_NO_SEATS:
		return SAY("no_seats", "The license grants no seats.",
			"Ask the vendor for a license with seats.");
	case SKERRY_ERR_SEAT_NONE_FREE:
		return SAY("seat_none_free", "All seats are taken.",
			"Wait until one is released or ends; `skerry seat list` says who has "
			"them.");
	case SKERRY_ERR_SEAT_HELD:
		return SAY("seat_held", "Somebody else holds the seat of that name.",
			"Claim one by another name, or show the secret of its claim.");
	case SKERRY_ERR_SEAT_SECRET:
		return SAY("seat_secret", "That is not the secret of this seat.",
			"Show the secret that its claim returned, or release it as root.");
	case SKERRY_ERR_SEAT_UNKNOWN:
		return SAY("seat_unknown", "Nobody holds a seat by that name.",
			"`skerry seat list` says who holds which; one that has ended is claimed "
			"anew.");
	case SKERRY_ERR_SEAT_CAP:
		return SAY("seat_cap", "This user or client holds as many seats as one may.",
			"Release one first, or raise seats_per_user in skerryd's configuration.");
	case SKERRY_ERR_PROOF:
		return SAY("proof",
			"The proof is of another question, license or product, or it is too old.",
			"Ask for another one. If it stays so, somebody else answers at this "
			"socket.");
	case SKERRY_ERR_OTHER_BRAND:
		return SAY("other_brand", "This operator works for one brand, and not for this.",
			"`skerry-issuer operator list` names those of all brands: ask one.");

	case SKERRY_ERR_STORE:
		return SAY("store", "The database could not do what was asked.",
			"Check that the disk is not full and the folder is writable, then try "
			"again.");
	case SKERRY_ERR_STORE_VERSION:
		return SAY("store_version",
			"The database was written by a newer version of the program.",
			"Update this program.");
	case SKERRY_ERR_STORE_MISSING:
		return SAY("store_missing", "There is no Skerry folder here.",
			"Name the folder, or create one with the program's `init` command.");
	case SKERRY_ERR_STORE_DAMAGED:
		return SAY("store_damaged", "The database is damaged.", RESTORE);
	case SKERRY_ERR_STORE_BUSY:
		return SAY("store_busy", "Another program is writing to the database.",
			"Wait until it has finished, then try again.");
	case SKERRY_ERR_DESK_CLOCK:
		return SAY("desk_clock",
			"The clock of this machine contradicts the desk's audit log.",
			"Set the clock, then run `skerry-issuer clock confirm`.");
	case SKERRY_ERR_STORE_BEHIND:
		return SAY("store_behind",
			"The desk is older than work it has done already: a restored backup.",
			"Go on with `skerry-issuer recover`.");
	case SKERRY_ERR_AUDIT_CHAIN:
		return SAY("audit_chain",
			"The audit log was changed: a row does not follow the one before.",
			"Compare with a backup, and find out who had access to the desk.");

	case SKERRY_ERR_IO:
		return SAY("io", "Reading or writing failed.",
			"Check the disk or stick, that it has room, and try again.");
	case SKERRY_ERR_FILE_MISSING:
		return SAY("file_missing", "There is no such file.",
			"Check the name and the folder, and whether the stick is plugged in.");
	case SKERRY_ERR_FILE_NOT_REGULAR:
		return SAY("file_not_regular", "This is not a regular file.",
			"Name the file itself, not a folder, device or link.");
	case SKERRY_ERR_FILE_PERMISSION:
		return SAY("file_permission", "Permission to open the file is denied.",
			"Run the command as the user who owns the file, or change its "
			"permissions.");
	case SKERRY_ERR_FILE_EXISTS:
		return SAY("file_exists", "The file exists already and was left as it is.",
			"Choose another name, or add --force to replace it.");
	case SKERRY_ERR_FILE_EXPOSED:
		return SAY("file_exposed", "The file is secret, and other users may read it.",
			"Run `chmod 600` on the file; replace the key if somebody may have read "
			"it.");
	case SKERRY_ERR_NO_MEMORY:
		return SAY("no_memory", "The machine has no memory left.",
			"Close other programs and try again.");
	case SKERRY_ERR_NO_TERMINAL:
		return SAY("no_terminal", "A passphrase is needed, and nobody is there to type it.",
			"Run the command in a terminal, or use --passphrase-file.");
	case SKERRY_ERR_CRYPTO:
		return SAY("crypto", "The cryptographic library did not start.",
			"Check that libsodium is installed and that the system offers random "
			"numbers.");
	case SKERRY_ERR_DISK_FULL:
		return SAY("disk_full", "The disk or stick is full.",
			"Remove what is not Skerry's, or take another stick, and try again.");
	case SKERRY_ERR_READ_ONLY:
		return SAY("read_only", "The disk or stick can only be read.",
			"Look for a switch on the stick, have it checked, or take another one.");
	case SKERRY_ERR_NOT_A_FOLDER:
		return SAY("not_a_folder", "Something else is where a folder should be.",
			"Name the folder where the stick is, or rename what is in the way.");
	case SKERRY_ERR_FILE_CHANGED:
		return SAY("file_changed", "It is another file by now, and was left as it is.",
			"Repeat the command, and see what has changed the file.");

	case SKERRY_ERR_NO_DAEMON:
		return SAY("no_daemon", "Nobody answers at the socket of skerryd.",
			"Start it: systemctl start skerryd. `systemctl status skerryd` says why it "
			"does not run.");
	case SKERRY_ERR_HTTP_MALFORMED:
		return SAY("http_malformed", "The call is not well-formed HTTP.",
			"See skerryd(8) for what it takes.");
	case SKERRY_ERR_HTTP_TOO_LARGE:
		return SAY("http_too_large", "The call is larger than allowed.",
			"See skerryd(8) for the limits.");
	case SKERRY_ERR_HTTP_HOST:
		return SAY("http_host",
			"The call is meant for another host, or comes from a web page.",
			"Call the address that skerryd listens on, and not from a browser.");
	case SKERRY_ERR_HTTP_TOKEN:
		return SAY("http_token", "The client token is missing or unknown.",
			"Make one with `skerry token add NAME` on the licensing machine.");
	case SKERRY_ERR_HTTP_PATH:
		return SAY("http_path", "There is no such call.",
			"See skerryd(8) for those there are.");
	case SKERRY_ERR_HTTP_METHOD:
		return SAY("http_method", "This call takes another method.",
			"See skerryd(8) for the methods.");
	case SKERRY_ERR_HTTP_BODY:
		return SAY("http_body",
			"The body is not the JSON that this call takes: a name is missing, unknown "
			"or there "
			"twice.",
			"See skerryd(8) for the names.");
	case SKERRY_ERR_HTTP_BUSY:
		return SAY("http_busy", "Too many calls are waiting.", "Try again in a moment.");
	case SKERRY_ERR_NOT_ALLOWED:
		return SAY("not_allowed", "This user or client may not do that.",
			"Do it on the licensing machine, as root.");
	}
	return SAY("unknown", "The program met an error that it does not know.", REPORT_BUG);
}

const char *
skerry_strerror(enum skerry_err err)
{
	return words_for(err).sentence;
}

const char *
skerry_err_name(enum skerry_err err)
{
	return words_for(err).name;
}

const char *
skerry_err_advice(enum skerry_err err)
{
	return words_for(err).advice;
}
