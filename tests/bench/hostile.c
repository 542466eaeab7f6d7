/* SPDX-License-Identifier: ISC */
#include "hostile.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "bare.h"
#include "bench.h"
#include "formats/bundle.h"
#include "formats/license.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "keys/random.h"

enum { ROUNDS = 5, MANY = 5000, BOMB = 256 << 20, ROOM = STATUS_LIST_MAX };

static unsigned char document[ROOM];
static char bag[BARE_PATH_LEN];

/* --- tricks: each fills the mailbag, and says whether it can be made here ------------------------- */

static const char *
in_bag(const char *name)
{
	static char path[BARE_PATH_LEN + 64];

	snprintf(path, sizeof path, "%s/%s", bag, name);
	return path;
}

static int
create(const char *name)
{
	int file = open(in_bag(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	bench_require(file >= 0, "no file");
	return file;
}

static bool
put(const char *name, const void *bytes, size_t len)
{
	int file = create(name);

	bench_require(write(file, bytes, len) == (ssize_t)len, "no room");
	close(file);
	return true;
}

static bool
make_nothing(void)
{
	return true;
}

static bool
make_link(void)
{
	return symlink("/dev/zero", in_bag("zeros.skr")) == 0;
}

static bool
make_fifo(void)
{
	return mkfifo(in_bag("fifo.skr"), 0600) == 0;
}

static bool
make_device(void)
{
	return mknod(in_bag("device.skr"), S_IFCHR | 0600, makedev(1, 5)) == 0;
}

/* A bundle by its first bytes. */
static size_t
write_head(void)
{
	struct cbor_writer w;

	cbor_writer_init(&w, document, sizeof document);
	bundle_head_write(&w, BUNDLE_CHAIN_MAX, BUNDLE_INDEX_MAX);
	return w.len;
}

static bool
make_long(off_t size)
{
	int file = create("long.skr");
	size_t len = write_head();
	bool made = write(file, document, len) == (ssize_t)len && ftruncate(file, size) == 0;

	close(file);
	return made;
}

static bool
make_terabyte(void)
{
	return make_long((off_t)1 << 40);
}

static bool
make_4_gb(void)
{
	return make_long((off_t)1 << 32);
}

/* All of it is there: the largest chain, of items that have no end. */
static bool
make_fake_bundle(void)
{
	enum { PIECE = 1 << 20, PIECES = 64 };
	int file = create("fake.skr");
	size_t len = write_head();
	bool made;

	memset(document + len, 0x9f, sizeof document - len);
	made = write(file, document, PIECE) == PIECE;
	for (int i = 1; i < PIECES && made; i++)
		made = write(file, document + len, PIECE) == PIECE;
	close(file);
	return made;
}

/* Signed as if the desk's key were stolen: only then is it opened at all. */
static bool
put_list(const unsigned char *packed, size_t packed_len)
{
	static unsigned char payload[STATUS_LIST_PAYLOAD_MAX];
	struct status_list list = { .uri = { "skerry:hotelhub", 15 },
		.issued_at = time(NULL),
		.bits = STATUS_LIST_BITS,
		.packed = { packed, packed_len } };
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	bench_require(cbor_writer_finish(&w, &len) == SKERRY_OK, "no list");
	len = hostile_desk_sign(STATUS_LIST_TYPE, payload, len, document, sizeof document);
	return put("bomb.skr", document, len);
}

static bool
make_zlib_bomb(void)
{
	static unsigned char packed[STATUS_LIST_PACKED_MAX];
	uLongf len = sizeof packed;
	unsigned char *zeros = calloc(1, BOMB);
	bool made = zeros != NULL && compress2(packed, &len, zeros, BOMB, 9) == Z_OK;

	free(zeros);
	return made && put_list(packed, len);
}

static bool
put_signed(const char *type, unsigned char fill, size_t len)
{
	static unsigned char payload[LICENSE_PAYLOAD_MAX];

	memset(payload, fill, len);
	len = hostile_desk_sign(type, payload, len, document, sizeof document);
	return put("signed.skr", document, len);
}

static bool
make_nesting(void)
{
	return put_signed(LICENSE_TYPE, 0x81, LICENSE_PAYLOAD_MAX);
}

/* A text, array or map of 2^64 - 1 things. */
static bool
make_counts(void)
{
	return put_signed(LICENSE_TYPE, 0xff, 9) &&
	       put("count.skr", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9);
}

static bool
make_noise(void)
{
	struct cbor_writer w;
	enum { BOX = SEALED_MAX - 64 };
	static unsigned char box[BOX];

	cbor_writer_init(&w, document, sizeof document);
	cbor_write_array(&w, 3);
	cbor_write_chars(&w, SEALED_REQUEST_MARK);
	cbor_write_bytes(&w, box, COSE_KID_LEN);
	cbor_write_bytes(&w, box, BOX);
	return put("noise.skr", document, w.len);
}

static bool
put_many(const unsigned char *bytes, size_t len)
{
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "many%04d.skr", i);
		put(name, bytes, len);
	}
	return true;
}

static bool
make_many(void)
{
	return put_many((const unsigned char *)"junk", 4);
}

/* Each is read to its last byte, and its signature does not hold. */
static bool
make_many_forged(void)
{
	size_t len;

	put_signed(LICENSE_TYPE, 0xa0, 400);
	len = hostile_desk_sign(
		LICENSE_TYPE, document, 400, document + 1024, sizeof document - 1024);
	unlink(in_bag("signed.skr"));
	document[1024 + len - 1] ^= 1;
	return put_many(document + 1024, len);
}

static const struct trick {
	const char *name, *promise;
	bool (*make)(void);
} TRICKS[] = {
	{ "an empty stick", "", make_nothing },
	{ "symbolic link", "(at most 100)", make_link },
	{ "FIFO", "(at most 100)", make_fifo },
	{ "device", "(at most 100)", make_device },
	{ "sparse file of 1 TiB", "(at most 100)", make_terabyte },
	{ "file of 4 GiB", "(at most 100)", make_4_gb },
	{ "fake bundle of 64 MiB", "(at most 100)", make_fake_bundle },
	{ "zlib bomb, signed", "(at most 100)", make_zlib_bomb },
	{ "nesting bomb, signed", "(at most 100)", make_nesting },
	{ "huge counts", "(at most 100)", make_counts },
	{ "sealed noise", "(at most 100)", make_noise },
	{ "5,000 files of junk", "(4,096 are looked at)", make_many },
	{ "5,000 forged licenses", "(4,096 are looked at)", make_many_forged },
};

/* --- measuring ------------------------------------------------------------------------------------ */

struct spent {
	double cpu_ms, wall_ms;
	size_t refused;
};

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(size_t (*look)(const char *), const char *dir, struct spent *ret_spent)
{
	double cpu[ROUNDS], wall[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double cpu_before = bare_cpu(), wall_before = bare_wall();

		ret_spent->refused = look(dir);
		cpu[i] = (bare_cpu() - cpu_before) * 1e3;
		wall[i] = (bare_wall() - wall_before) * 1e3;
	}
	qsort(cpu, ROUNDS, sizeof *cpu, ascending);
	qsort(wall, ROUNDS, sizeof *wall, ascending);
	ret_spent->cpu_ms = cpu[ROUNDS / 2];
	ret_spent->wall_ms = wall[ROUNDS / 2];
}

static void
measure_trick(const struct trick *trick, const char *dir)
{
	struct spent site, desk;

	bare_run_shell("rm -rf '%s' && mkdir -p '%s'", dir, bag);
	if (!trick->make()) {
		printf("%-34s cannot be made here\n", trick->name);
		return;
	}
	measure(hostile_site_look, dir, &site);
	measure(hostile_desk_look, dir, &desk);
	bench_require(trick == TRICKS || (site.refused > 0 && desk.refused > 0),
		"a trick is not refused");
	printf("stick: %-27s %10.1f ms   site, CPU %.1f ms, %-14s desk %8.1f ms, CPU %.1f ms   "
	       "%s\n",
		trick->name, site.wall_ms, site.cpu_ms, hostile_site_reason(), desk.wall_ms,
		desk.cpu_ms, trick->promise);
	fflush(stdout);
}

int
hostile_bench(int argc, char **argv)
{
	bench_require(argc == 5 && random_start() == SKERRY_OK, "bench hostile STATE DESK DIR");
	snprintf(bag, sizeof bag, "%s/skerry", argv[4]);
	hostile_site_open(argv[2]);
	hostile_desk_open(argv[3]);
	for (size_t i = 0; i < sizeof TRICKS / sizeof *TRICKS; i++)
		measure_trick(&TRICKS[i], argv[4]);
	hostile_site_close();
	hostile_desk_close();
	bare_run_shell("rm -rf '%s'%s", argv[4], "");
	return 0;
}
