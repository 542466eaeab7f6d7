/* SPDX-License-Identifier: ISC */
#include "tests/unit/fixture_stick.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/bundle.h"
#include "formats/cbor_writer.h"
#include "formats/fingerprint.h"
#include "formats/license.h"
#include "formats/manifest.h"
#include "formats/proof.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "keys/mailbag_name.h"

enum { PATH_ROOM = 4096, FRONT_ROOM = 1024, TRICKS_MAX = 128, TYPE_LABEL = 16 };

static void
write_envelope(struct cbor_writer *w, uint64_t tag, const char *type)
{
	uint8_t header[128];
	struct cbor_writer inner;
	struct cbor_map_out map;
	size_t len;

	cbor_writer_init(&inner, header, sizeof header);
	cbor_map_open(&inner, &map);
	cbor_map_put_label(&inner, &map, TYPE_LABEL);
	cbor_write_chars(&inner, type);
	cbor_map_close(&inner, &map);
	assert_int_equal(cbor_writer_finish(&inner, &len), SKERRY_OK);
	cbor_write_tag(w, tag);
	cbor_write_array(w, 4);
	cbor_write_bytes(w, header, len);
	cbor_write_array(w, 0);
	cbor_write_bytes(w, header, len);
	cbor_write_array(w, 0);
}

static void
write_marked(struct cbor_writer *w, const char *mark)
{
	uint8_t box[300];

	memset(box, 0x5a, sizeof box);
	cbor_write_array(w, 3);
	cbor_write_chars(w, mark);
	cbor_write_bytes(w, box, COSE_KID_LEN);
	cbor_write_bytes(w, box, sizeof box);
}

static void
write_key(struct cbor_writer *w)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, 1);
	cbor_write_uint(w, 1);
	cbor_map_put_label(w, &map, -1);
	cbor_write_uint(w, 6);
	cbor_map_close(w, &map);
}

static void
write_front(struct cbor_writer *w, enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_LICENSE:
		write_envelope(w, COSE_TAG_SIGN1, LICENSE_TYPE);
		break;
	case DOCUMENT_MANIFEST:
		write_envelope(w, COSE_TAG_SIGN, MANIFEST_TYPE);
		break;
	case DOCUMENT_STATUS_LIST:
		write_envelope(w, COSE_TAG_SIGN1, STATUS_LIST_TYPE);
		break;
	case DOCUMENT_REQUEST:
		write_marked(w, SEALED_REQUEST_MARK);
		break;
	case DOCUMENT_REPLY:
		write_marked(w, SEALED_REPLY_MARK);
		break;
	case DOCUMENT_BUNDLE:
		bundle_head_write(w, 100, 100);
		break;
	case DOCUMENT_SECRET_KEY:
		write_marked(w, "skerry-key");
		break;
	case DOCUMENT_PUBLIC_KEY:
		write_key(w);
		break;
	case DOCUMENT_FINGERPRINT:
		write_marked(w, FINGERPRINT_MARK);
		break;
	case DOCUMENT_PROOF:
		write_envelope(w, COSE_TAG_SIGN1, PROOF_TYPE);
		break;
	case DOCUMENT_UNKNOWN:
		cbor_write_chars(w, "none of them");
		break;
	}
}

uint8_t *
stick_document(enum document_kind kind, size_t len, size_t *ret_len)
{
	uint8_t front[FRONT_ROOM], *bytes;
	struct cbor_writer w;
	size_t front_len;

	cbor_writer_init(&w, front, sizeof front);
	write_front(&w, kind);
	assert_int_equal(cbor_writer_finish(&w, &front_len), SKERRY_OK);
	*ret_len = len > front_len ? len : front_len;
	bytes = malloc(*ret_len);
	assert_non_null(bytes);
	memset(bytes, 0x5a, *ret_len);
	memcpy(bytes, front, front_len);
	return bytes;
}

static const char *
path_in(const char *folder, const char *name)
{
	static char path[PATH_ROOM];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

void
stick_put(const char *folder, const char *name, const uint8_t *bytes, size_t len)
{
	int file = open(path_in(folder, name), O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(file >= 0);
	while (len > 0) { /* a test may let the disk write less than asked */
		ssize_t written = write(file, bytes, len);

		assert_true(written > 0);
		bytes += written;
		len -= (size_t)written;
	}
	close(file);
}

void
stick_put_document(const char *folder, const char *name, enum document_kind kind, size_t len)
{
	size_t bytes_len;
	uint8_t *bytes = stick_document(kind, len, &bytes_len);

	stick_put(folder, name, bytes, bytes_len);
	free(bytes);
}

/* --- what it holds --------------------------------------------------------------------------------- */

bool
stick_hold(void *context, const struct mailbag_entry *entry)
{
	struct stick_held *held = context;

	held->leftovers += entry->found == MAILBAG_LEFTOVER;
	if (entry->found != MAILBAG_DOCUMENT)
		return true;
	if (mailbag_read(entry, &held->documents[held->len].bytes,
		    &held->documents[held->len].bytes_len) != SKERRY_OK)
		return true;
	snprintf(held->documents[held->len].name, 256, "%s", entry->name);
	held->documents[held->len].identity = entry->identity;
	held->len++;
	return held->len < STICK_HELD_MAX;
}

void
stick_release(struct stick_held *held)
{
	for (size_t i = 0; i < held->len; i++)
		free(held->documents[i].bytes);
	memset(held, 0, sizeof *held);
}

uint8_t *
stick_mail(char letter, size_t len, size_t *ret_len)
{
	uint8_t *bytes = stick_document(DOCUMENT_REQUEST, len, ret_len);

	memset(bytes + *ret_len - 100, letter, 100);
	return bytes;
}

size_t
stick_copies(const struct stick_held *held, char letter, size_t len)
{
	size_t expected_len, copies = 0;
	uint8_t *expected = stick_mail(letter, len, &expected_len);

	for (size_t i = 0; i < held->len; i++)
		copies += held->documents[i].bytes_len == expected_len &&
			  memcmp(held->documents[i].bytes, expected, expected_len) == 0;
	free(expected);
	return copies;
}

size_t
stick_entries(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 2;
}

/* --- the hostile one ------------------------------------------------------------------------------ */

static struct stick_trick tricks[TRICKS_MAX];
static size_t tricks_len;
static const char *stick;

static void
expect(const char *name, enum mailbag_found found, enum document_kind kind)
{
	assert_true(tricks_len < TRICKS_MAX);
	tricks[tricks_len++] = (struct stick_trick){ name, found, kind };
}

/* Of what not every machine or user can make. */
static void
expect_if(bool made, const char *name, enum mailbag_found found)
{
	if (made)
		expect(name, found, DOCUMENT_UNKNOWN);
	else
		print_message("skipped: no %s can be made here\n", name);
}

static void
document(const char *name, enum document_kind kind, size_t len, enum mailbag_found found)
{
	stick_put_document(stick, name, kind, len);
	expect(name, found, kind);
}

static void
junk(const char *name, const char *bytes, size_t len, enum mailbag_found found)
{
	stick_put(stick, name, (const uint8_t *)bytes, len);
	expect(name, found, DOCUMENT_UNKNOWN);
}

/* Some bytes, and nothing up to `size`. */
static void
sparse(const char *name, enum document_kind kind, off_t size, enum mailbag_found found)
{
	int file;
	bool made;

	stick_put_document(stick, name, kind, 0);
	file = open(path_in(stick, name), O_WRONLY);
	made = ftruncate(file, size) == 0;
	if (!made)
		unlink(path_in(stick, name));
	close(file);
	expect_if(made, name, found);
}

static void
put_honest(void)
{
	document("0a1b2c3d.skr", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("m3n4p5q6.skr", DOCUMENT_BUNDLE, 0, MAILBAG_DOCUMENT);
	document("zzzzzzzz.skr", DOCUMENT_REPLY, 0, MAILBAG_DOCUMENT);
	document("vendor.manifest", DOCUMENT_MANIFEST, 0, MAILBAG_DOCUMENT);
	document("hotel.license", DOCUMENT_LICENSE, 0, MAILBAG_DOCUMENT);
	document("status.list", DOCUMENT_STATUS_LIST, 0, MAILBAG_DOCUMENT);
	document("largest.skr", DOCUMENT_REQUEST, SEALED_MAX, MAILBAG_DOCUMENT);
	junk("README.txt", "hello\n", 6, MAILBAG_OWN_TEXT);
	junk("RECEIPT.txt", "hello\n", 6, MAILBAG_OWN_TEXT);
}

static void
put_names(void)
{
	static char longest[MAILBAG_NAME_MAX + 1];

	memset(longest, 'n', MAILBAG_NAME_MAX);
	document(longest, DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("CON.skr", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("0A1B2C3D.SKR", DOCUMENT_REQUEST, 0,
		MAILBAG_DOCUMENT); /* an honest one in capitals */
	document("dots...", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("blank ", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("-rf", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document(".hidden", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("...", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("%s%n%n.skr", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("$(reboot);'\".skr", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("hôtel.skr", DOCUMENT_REQUEST, 0, MAILBAG_DOCUMENT);
	document("line\nbreak.skr", DOCUMENT_REQUEST, 0, MAILBAG_ODD_NAME);
	document("\033[2Jclear.skr", DOCUMENT_REQUEST, 0, MAILBAG_ODD_NAME);
	document("\xe2\x80\xaerks.txt", DOCUMENT_REQUEST, 0, MAILBAG_ODD_NAME); /* right to left */
	document("\xff\xfe.skr", DOCUMENT_REQUEST, 0, MAILBAG_ODD_NAME);
	document("\xc0\xaf.skr", DOCUMENT_REQUEST, 0, MAILBAG_ODD_NAME); /* overlong slash */
}

static void
put_links(void)
{
	static const struct {
		const char *name, *target;
	} LINKS[] = {
		{ "link", "0a1b2c3d.skr" },
		{ "link.absolute", "/etc/passwd" },
		{ "link.dangling", "nowhere" },
		{ "link.folder", "." },
		{ "link.loop", "link.loop" },
		{ "link.magic", "/proc/self/exe" },
		{ "link.stdin", "/proc/self/fd/0" },
		{ "link.up", "../.." },
		{ "link.wait", "fifo" },
		{ "readme.TXT", "/etc/passwd" },
		{ "qqqqqqqq.skt", "0a1b2c3d.skr" },
	};

	for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) {
		assert_int_equal(symlink(LINKS[i].target, path_in(stick, LINKS[i].name)), 0);
		expect(LINKS[i].name, MAILBAG_LINK, DOCUMENT_UNKNOWN);
	}
}

static void
put_what_is_no_file(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(mkfifo(path_in(stick, "fifo"), 0666), 0);
	expect("fifo", MAILBAG_FIFO, DOCUMENT_UNKNOWN);
	assert_int_equal(mkfifo(path_in(stick, "ffffffff.skr"), 0666), 0);
	expect("ffffffff.skr", MAILBAG_FIFO, DOCUMENT_UNKNOWN);
	assert_int_equal(mkfifo(path_in(stick, "ffffffff.skt"), 0666), 0);
	expect("ffffffff.skt", MAILBAG_FIFO, DOCUMENT_UNKNOWN);
	assert_int_equal(mkdir(path_in(stick, "skerry"), 0777), 0);
	expect("skerry", MAILBAG_SUBFOLDER, DOCUMENT_UNKNOWN);
	assert_int_equal(mkdir(path_in(stick, "dddddddd.skt"), 0777), 0);
	expect("dddddddd.skt", MAILBAG_SUBFOLDER, DOCUMENT_UNKNOWN);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", stick);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	close(listener);
	expect("socket", MAILBAG_SOCKET, DOCUMENT_UNKNOWN);
	expect_if(mknod(path_in(stick, "device.zero"), S_IFCHR | 0666, makedev(1, 5)) == 0,
		"device.zero", MAILBAG_DEVICE);
	expect_if(mknod(path_in(stick, "device.disk"), S_IFBLK | 0666, makedev(7, 250)) == 0,
		"device.disk", MAILBAG_DEVICE);
}

static void
put_sizes(void)
{
	junk("empty.skr", "", 0, MAILBAG_EMPTY);
	document("large.request", DOCUMENT_REQUEST, SEALED_MAX + 1, MAILBAG_TOO_LARGE);
	document("large.license", DOCUMENT_LICENSE, LICENSE_MAX + 1, MAILBAG_TOO_LARGE);
	document("large.manifest", DOCUMENT_MANIFEST, MANIFEST_MAX + 1, MAILBAG_TOO_LARGE);
	sparse("sparse.terabyte", DOCUMENT_BUNDLE, INT64_C(1) << 40, MAILBAG_TOO_LARGE);
	sparse("sparse.limit", DOCUMENT_BUNDLE, INT64_C(1) << 32, MAILBAG_TOO_LARGE);
	sparse("sparse.bundle", DOCUMENT_BUNDLE, (INT64_C(1) << 32) - 1, MAILBAG_SPARSE);
	sparse("sparse.request", DOCUMENT_REQUEST, SEALED_MAX, MAILBAG_SPARSE);
}

static void
put_contents(void)
{
	static char deep[2000], zeros[2000];
	bool unreadable;

	memset(deep, '\x81', sizeof deep);
	junk("deep.skr", deep, sizeof deep, MAILBAG_UNKNOWN);
	junk("zeros.skr", zeros, sizeof zeros, MAILBAG_UNKNOWN);
	junk("one.skr", "\x83", 1, MAILBAG_UNKNOWN);
	junk("cut.skr", "\x83\x6eskerry-req", 12, MAILBAG_UNKNOWN);
	junk("endless.skr", "\x9f\x7f\x9f\x7f", 4, MAILBAG_UNKNOWN);
	junk("count.skr", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9, MAILBAG_UNKNOWN);
	junk("._0a1b2c3d.skr", "\x00\x05\x16\x07", 4, MAILBAG_UNKNOWN); /* what macOS adds */
	junk("photo.jpg", "\xff\xd8\xff\xe0", 4, MAILBAG_UNKNOWN);
	junk("license.txt", "-----BEGIN SKERRY LICENSE-----\n", 31, MAILBAG_TEXT);
	junk("qr.txt", "SKERRY:6BF", 10, MAILBAG_TEXT);
	document("alice.key", DOCUMENT_SECRET_KEY, 0, MAILBAG_SECRET);
	junk("desk.key", "\x86\x6fskerry-desk-key", 17, MAILBAG_SECRET);
	document("alice.pub", DOCUMENT_PUBLIC_KEY, 0, MAILBAG_MISPLACED);
	document("site.fingerprint", DOCUMENT_FINGERPRINT, 0, MAILBAG_MISPLACED);
	document("site.proof", DOCUMENT_PROOF, 0, MAILBAG_MISPLACED);
	junk("h1h2h3h4.skt", "\x83", 1, MAILBAG_LEFTOVER);
	junk("H5H6H7H8.SKT", "", 0, MAILBAG_LEFTOVER);
	junk("letter.skt", "\x83", 1, MAILBAG_UNKNOWN);
	stick_put_document(stick, "forbidden.skr", DOCUMENT_REQUEST, 0);
	chmod(path_in(stick, "forbidden.skr"), 0);
	unreadable = access(path_in(stick, "forbidden.skr"), R_OK) != 0;
	if (!unreadable)
		unlink(path_in(stick, "forbidden.skr"));
	expect_if(unreadable, "forbidden.skr", MAILBAG_UNREADABLE);
}

void
stick_make_hostile(
	const char *folder, const struct stick_trick **ret_tricks, size_t *ret_tricks_len)
{
	tricks_len = 0;
	stick = folder;
	put_honest();
	put_names();
	put_links();
	put_what_is_no_file();
	put_sizes();
	put_contents();
	*ret_tricks = tricks;
	*ret_tricks_len = tricks_len;
}
