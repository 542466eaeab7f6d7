/* SPDX-License-Identifier: ISC */
#ifndef SKERRY_ERROR_H
#define SKERRY_ERROR_H

/*
 * Every way in which Skerry says no.
 *
 * The values are stable: they may be logged, stored and compared across versions. A range tells
 * the family: 1xx the caller, 2xx-3xx malformed input, 4xx signature, 5xx trust, 6xx policy,
 * 7xx state, 8xx system. The name in lower case without its prefix ("cbor_not_shortest") is the
 * code in JSON and in the daemon's answers.
 */

#ifdef __cplusplus
extern "C" {
#endif

/* What the shared library exports; everything else in it is hidden. */
#if defined(__GNUC__)
#define SKERRY_API __attribute__((visibility("default")))
#else
#define SKERRY_API
#endif

enum skerry_err {
	SKERRY_OK = 0,

	/* The caller. */
	SKERRY_ERR_ARGUMENT = 100, /* an argument outside its contract */
	SKERRY_ERR_NO_SPACE = 101, /* the output buffer is too small */
	SKERRY_ERR_INTERNAL = 102, /* a promise of this program broke: a bug */

	/* CBOR (RFC 8949) outside the deterministic profile. */
	SKERRY_ERR_CBOR_TRUNCATED = 200,    /* the input ends inside an item's head */
	SKERRY_ERR_CBOR_TRAILING = 201,     /* bytes after the one item */
	SKERRY_ERR_CBOR_NOT_SHORTEST = 202, /* a head longer than needed */
	SKERRY_ERR_CBOR_INDEFINITE = 203,   /* indefinite length, or a stray break */
	SKERRY_ERR_CBOR_RESERVED = 204,     /* additional information 28 to 30 */
	SKERRY_ERR_CBOR_FLOAT = 205,
	SKERRY_ERR_CBOR_UNDEFINED = 206,
	SKERRY_ERR_CBOR_SIMPLE = 207, /* other than false, true, null */
	SKERRY_ERR_CBOR_TAG = 208,    /* a tag that the format does not name */
	SKERRY_ERR_CBOR_UTF8 = 209,
	SKERRY_ERR_CBOR_DEPTH = 210,     /* nested deeper than CBOR_DEPTH_MAX */
	SKERRY_ERR_CBOR_LENGTH = 211,    /* a string or count beyond the end of the input */
	SKERRY_ERR_CBOR_COUNT = 212,     /* more entries, or a longer string, than allowed */
	SKERRY_ERR_CBOR_KEY_ORDER = 213, /* map keys not in ascending order of their bytes */
	SKERRY_ERR_CBOR_KEY_DUPLICATE = 214,
	SKERRY_ERR_CBOR_TYPE = 215,  /* another type than the format has here */
	SKERRY_ERR_CBOR_RANGE = 216, /* a number outside its range */

	/* COSE (RFC 9052) outside the profile. */
	SKERRY_ERR_COSE_HEADER_UNKNOWN = 230, /* a protected header that is not alg, kid, typ */
	SKERRY_ERR_COSE_HEADER_MISSING = 231,
	SKERRY_ERR_COSE_UNPROTECTED = 232,      /* any unprotected header */
	SKERRY_ERR_COSE_ALGORITHM = 233,        /* neither -8 nor -19 */
	SKERRY_ERR_COSE_KID = 234,              /* not 8 bytes */
	SKERRY_ERR_COSE_TYPE = 235,             /* typ unknown, or another document's */
	SKERRY_ERR_COSE_SIGNATURE_LENGTH = 236, /* not 64 bytes */
	SKERRY_ERR_COSE_SIGNERS = 237,          /* signers unsorted or twice the same */
	SKERRY_ERR_COSE_KEY = 238,              /* not an Ed25519 or X25519 public COSE_Key */

	/* Claims. */
	SKERRY_ERR_CLAIM_MISSING = 250,
	SKERRY_ERR_CLAIM_CRITICAL = 251, /* a negative label that this version does not know */
	SKERRY_ERR_CLAIM_VALUE = 252,    /* right type, impossible value */
	SKERRY_ERR_CLAIM_CONFLICT = 253, /* two claims contradict each other */
	SKERRY_ERR_CLAIM_VERSION = 254,  /* a format version from the future */

	/* Text carriers. */
	SKERRY_ERR_BASE45_LENGTH = 270,
	SKERRY_ERR_BASE45_CHARACTER = 271,
	SKERRY_ERR_BASE45_RANGE = 272,
	SKERRY_ERR_ARMOR_BEGIN = 273,     /* no BEGIN line */
	SKERRY_ERR_ARMOR_END = 274,       /* no END line, or another label's */
	SKERRY_ERR_ARMOR_LABEL = 275,     /* a label that names no Skerry document */
	SKERRY_ERR_ARMOR_CHARACTER = 276, /* outside base64 */
	SKERRY_ERR_ARMOR_LENGTH = 277,    /* base64 characters missing at the end */
	SKERRY_ERR_ARMOR_PADDING = 278,   /* padding misplaced, or bits left over */
	SKERRY_ERR_MAIL_PART = 279,       /* a mail without a document in it */
	SKERRY_ERR_DOCUMENT_EMPTY = 280,
	SKERRY_ERR_DOCUMENT_UNKNOWN = 281, /* no document of Skerry's */
	SKERRY_ERR_DOCUMENT_KIND = 282,    /* a document of another kind than asked for */
	SKERRY_ERR_DOCUMENT_TOO_LARGE = 283,
	SKERRY_ERR_DOCUMENT_COUNT = 284, /* more documents in one file than allowed */
	SKERRY_ERR_DATE = 285,           /* not a date, or not one that exists */
	SKERRY_ERR_DURATION = 286,
	SKERRY_ERR_DOCUMENT_UTF16 = 287, /* text in UTF-16 */
	SKERRY_ERR_DEFLATE = 288,        /* a zlib stream that is malformed or cut short */
	SKERRY_ERR_DEFLATE_LENGTH = 289, /* ... or unpacks to more than it may */

	/* License keys as people type them. */
	SKERRY_ERR_KEY_FORMAT_TEMPLATE = 300, /* a brand's key template is unusable */
	SKERRY_ERR_LICENSE_KEY_PREFIX = 301,  /* another brand's prefix */
	SKERRY_ERR_LICENSE_KEY_LENGTH = 302,  /* characters missing or too many */
	SKERRY_ERR_LICENSE_KEY_CHARACTER = 303,
	SKERRY_ERR_LICENSE_KEY_TYPO = 304, /* the check character does not fit */
	SKERRY_ERR_STEP_CODE_LENGTH = 305, /* a telephone code: characters missing or too many */
	SKERRY_ERR_STEP_CODE_CHARACTER = 306,
	SKERRY_ERR_STEP_CODE_TYPO = 307, /* its check character does not fit */

	/* Files of keys and hashes. */
	SKERRY_ERR_FILE_DAMAGED = 320,   /* the checksum does not fit */
	SKERRY_ERR_KEY_FILE_VALUE = 321, /* a field with an impossible value */

	/* Tables that people fill in (CSV, RFC 4180). */
	SKERRY_ERR_CSV_HEADER = 340,  /* a column unknown, missing or there twice */
	SKERRY_ERR_CSV_CELLS = 341,   /* more or fewer cells than the first line has */
	SKERRY_ERR_CSV_QUOTE = 342,   /* a quotation mark out of place or never closed */
	SKERRY_ERR_CSV_LENGTH = 343,  /* a line or cell longer than allowed */
	SKERRY_ERR_CSV_FORMULA = 344, /* a cell that a spreadsheet would compute */
	SKERRY_ERR_CSV_VALUE = 345,   /* a cell with an impossible value */
	SKERRY_ERR_CSV_EMPTY = 346,   /* no line, or none below the titles */
	SKERRY_ERR_CSV_ROWS = 347,    /* rows are bad; nothing was done */

	/* Signature. */
	SKERRY_ERR_SIGNATURE = 400,  /* the signature does not fit content and key */
	SKERRY_ERR_PASSPHRASE = 401, /* wrong passphrase */
	SKERRY_ERR_KEY_PAIR = 402,   /* secret and public key do not belong together */
	SKERRY_ERR_PASSPHRASE_EMPTY = 403,
	SKERRY_ERR_PASSPHRASE_LENGTH = 404,  /* too long */
	SKERRY_ERR_PASSPHRASE_DIFFERS = 405, /* typed twice, not the same */
	SKERRY_ERR_SEALED = 406,             /* sealed to somebody else, or altered */
	SKERRY_ERR_BUNDLE_DAMAGED = 407, /* a part has another hash than the signed index says */

	/* Trust. */
	SKERRY_ERR_TRUST_KEY_UNKNOWN = 500, /* the manifest does not list the signing key */
	SKERRY_ERR_TRUST_KEY_REVOKED = 501,
	SKERRY_ERR_TRUST_ALGORITHM = 502,    /* not the one algorithm of the key */
	SKERRY_ERR_TRUST_ROLE = 503,         /* the key may not sign this kind of document */
	SKERRY_ERR_TRUST_BRAND = 504,        /* the key may not sign for this brand */
	SKERRY_ERR_TRUST_NOT_YET = 505,      /* issued before the key's window */
	SKERRY_ERR_TRUST_RETIRED = 506,      /* issued after the key's window */
	SKERRY_ERR_TRUST_LATEST = 507,       /* runs beyond the key's latest date */
	SKERRY_ERR_TRUST_PERPETUAL = 508,    /* never ends; the key may not sign that */
	SKERRY_ERR_TRUST_GRACE = 509,        /* a grace over 400 days */
	SKERRY_ERR_TRUST_ROOT_UNKNOWN = 510, /* a signer that is no root, old or new */
	SKERRY_ERR_TRUST_THRESHOLD = 511,    /* too few root signatures */
	SKERRY_ERR_TRUST_SEQUENCE = 512,     /* not the next manifest version */
	SKERRY_ERR_TRUST_KEY_DROPPED = 513,  /* forgets a key, or undoes a revocation */
	SKERRY_ERR_TRUST_NONE = 514,         /* no trust anchor to check against */
	SKERRY_ERR_TRUST_PURPOSE = 515,      /* a key file of another purpose */
	SKERRY_ERR_TRUST_PINNED = 516,       /* a state folder that trusts another vendor */
	SKERRY_ERR_NO_EXCHANGE_KEY = 517,    /* the manifest lists no key to seal requests to */

	/* Policy. */
	SKERRY_ERR_PRODUCT = 600, /* a license for another product */
	SKERRY_ERR_BRAND = 601,   /* a license of another brand */
	SKERRY_ERR_TENANT = 602,
	SKERRY_ERR_NO_LICENSE = 603,
	SKERRY_ERR_NO_FEATURE = 604,    /* the license does not grant it */
	SKERRY_ERR_NO_LIMIT = 605,      /* the license names no such limit */
	SKERRY_ERR_OLDER_EDITION = 606, /* an older edition than the one held */
	SKERRY_ERR_KEY_UNKNOWN = 607,   /* no such license key at this desk */
	SKERRY_ERR_ACTIVATIONS_EXHAUSTED = 608,
	SKERRY_ERR_STATUS_FORBIDS = 609, /* its status has no such move */
	SKERRY_ERR_NOT_UNIQUE = 610,     /* several fit: say which one */
	SKERRY_ERR_NOT_FOUND = 611,      /* nothing of that name */
	SKERRY_ERR_EXISTS = 612,         /* that name is taken */
	SKERRY_ERR_NO_ACCESS = 613,      /* the verdict grants none; its reason says why */
	SKERRY_ERR_OTHER_SITE = 614,     /* bound to the key of another site */
	SKERRY_ERR_MIGRATION_LIMIT = 615,
	SKERRY_ERR_SUSPENDED = 616,
	SKERRY_ERR_REVOKED = 617,
	SKERRY_ERR_EXPIRED = 618,
	SKERRY_ERR_SHORTENS = 619,      /* a renewal that would end earlier than before */
	SKERRY_ERR_IN_USE = 620,        /* licenses still stand on it */
	SKERRY_ERR_NO_STEPS = 621,      /* the license has no renewal by telephone, or none left */
	SKERRY_ERR_STEP_CODE = 622,     /* a telephone code of another license, or of none */
	SKERRY_ERR_NOT_PAIRED = 623,    /* nothing here is bound to this site's key */
	SKERRY_ERR_REQUEST_WAITS = 624, /* a request of another kind has no answer yet */
	SKERRY_ERR_NO_SEATS = 625,      /* the license grants no seats */
	SKERRY_ERR_SEAT_NONE_FREE = 626,
	SKERRY_ERR_SEAT_HELD = 627,    /* by somebody else */
	SKERRY_ERR_SEAT_SECRET = 628,  /* not the secret that its claim returned */
	SKERRY_ERR_SEAT_UNKNOWN = 629, /* nobody holds a seat by that name */
	SKERRY_ERR_SEAT_CAP = 630,     /* as many as one user may hold */
	SKERRY_ERR_PROOF = 631,       /* a proof of another nonce, license or product, or too old */
	SKERRY_ERR_OTHER_BRAND = 632, /* the operator works for one brand, and not for this one */

	/* State. */
	SKERRY_ERR_STORE = 700,         /* the database answers with an error */
	SKERRY_ERR_STORE_VERSION = 701, /* written by a newer program */
	SKERRY_ERR_STORE_MISSING = 702, /* no desk or state folder here */
	SKERRY_ERR_STORE_DAMAGED = 703,
	SKERRY_ERR_STORE_BUSY = 704,   /* somebody else is writing */
	SKERRY_ERR_DESK_CLOCK = 705,   /* the desk's clock contradicts its audit log */
	SKERRY_ERR_STORE_BEHIND = 706, /* older than the work already done: a restored backup */
	SKERRY_ERR_AUDIT_CHAIN = 707,  /* a row of the audit log does not follow the one before */

	/* System. */
	SKERRY_ERR_IO = 800, /* read or write failed; errno says why */
	SKERRY_ERR_FILE_MISSING = 801,
	SKERRY_ERR_FILE_NOT_REGULAR = 802, /* directory, device, FIFO, socket, symbolic link */
	SKERRY_ERR_FILE_PERMISSION = 803,
	SKERRY_ERR_FILE_EXISTS = 804,  /* would be overwritten; --force was not given */
	SKERRY_ERR_FILE_EXPOSED = 805, /* a secret that others may read */
	SKERRY_ERR_NO_MEMORY = 806,
	SKERRY_ERR_NO_TERMINAL = 807, /* a passphrase is needed, nobody can type it */
	SKERRY_ERR_CRYPTO = 808,      /* libsodium did not start */
	SKERRY_ERR_DISK_FULL = 809,   /* no room, or none for this file or this user */
	SKERRY_ERR_READ_ONLY = 810,   /* a disk or stick that nobody can write to */
	SKERRY_ERR_NOT_A_FOLDER = 811,
	SKERRY_ERR_FILE_CHANGED = 812, /* another file by now; it is left as it is */

	/* Calls to skerryd. */
	SKERRY_ERR_NO_DAEMON = 830, /* nobody answers at the socket */
	SKERRY_ERR_HTTP_MALFORMED = 831,
	SKERRY_ERR_HTTP_TOO_LARGE = 832,
	SKERRY_ERR_HTTP_HOST = 833,   /* a Host that is not the daemon's, or any Origin */
	SKERRY_ERR_HTTP_TOKEN = 834,  /* no client token, or an unknown one */
	SKERRY_ERR_HTTP_PATH = 835,   /* no such call */
	SKERRY_ERR_HTTP_METHOD = 836, /* another method is for this path */
	SKERRY_ERR_HTTP_BODY = 837,   /* no JSON, a name twice, or one that is missing or unknown */
	SKERRY_ERR_HTTP_BUSY = 838,   /* too many calls wait */
	SKERRY_ERR_NOT_ALLOWED = 839, /* this user or client may not do that */
};

/*
 * One sentence, ending in a full stop, that says what is wrong. Never NULL, also for values that
 * are not in the enum. Static storage; thread-safe.
 */
SKERRY_API const char *skerry_strerror(enum skerry_err err);

/* The code as JSON spells it ("cbor_not_shortest", "ok"); "unknown" outside the enum. Static. */
SKERRY_API const char *skerry_err_name(enum skerry_err err);

/* One sentence that says what to do next, or "" where nothing general can be said. Static. */
SKERRY_API const char *skerry_err_advice(enum skerry_err err);

#ifdef __cplusplus
}
#endif

#endif
