/* SPDX-License-Identifier: ISC */
#include "tests/fault/site_life.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/armor.h"
#include "formats/date.h"
#include "formats/deflate.h"
#include "formats/ladder.h"
#include "keys/exchange_seal.h"
#include "keys/hash.h"
#include "keys/random.h"
#include "keys/sign.h"
#include "tests/unit/fixture_tree.h"

struct life life;

/* The program's main under another name. */
int skerry_main(int argc, char **argv);

static long *calls_of_child;

/* --- documents ----------------------------------------------------------------------------------- */

static void
write_file(const char *name, const uint8_t *bytes, size_t len)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", life.carrier, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
write_manifest(uint64_t version, const char *name)
{
	static uint8_t bytes[MANIFEST_MAX];
	static struct manifest manifest;
	const uint8_t root = 1;

	ceremony_manifest(&manifest, version, 1, 1);
	write_file(name, bytes, ceremony_sign_manifest(&manifest, &root, 1, bytes));
}

void
life_make_license(void)
{
	static struct key_pair pair;
	static uint8_t bytes[LICENSE_MAX];
	static struct license license;
	static bool made;

	if (!made)
		pair = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	made = true;
	ceremony_license(&license);
	license.edition = ++life.edition;
	license.issued_at = license.not_before = CEREMONY_TODAY + life.lived;
	license.domains[0] = cbor_text_from_chars("hotel.example");
	license.domains_len = 1;
	license.ladder.rebind_grace_s = 14 * CEREMONY_DAY;
	license.expires_at = ladder_last_date(&license);
	write_file("new.license", bytes, ceremony_sign_license(&license, &pair, bytes));
}

/* --- a bundle ------------------------------------------------------------------------------------ */

static void
add_block(FILE *file, const char *label, const uint8_t *bytes, size_t len)
{
	static char text[ARMOR_TEXT_MAX(REPLY_MAX)];
	size_t text_len;

	armor_write(label, bytes, len, text, &text_len);
	assert_int_equal(fwrite(text, 1, text_len, file), text_len);
}

/* A license of this moment, sealed to the site with its number. */
static void
add_reply(FILE *file, const struct identity *identity, const struct key_pair *issuing)
{
	static const uint8_t CTI[LICENSE_CTI_LEN] = { 5 };
	static uint8_t license[LICENSE_MAX], sealed[SEALED_MAX];
	static struct license made;
	static struct reply reply;
	size_t len;

	ceremony_license(&made);
	made.edition = life.edition;
	made.issued_at = made.not_before = CEREMONY_TODAY + life.lived;
	made.has_status = true;
	made.status_uri = cbor_text_from_chars("skerry:hotelhub");
	made.expires_at = ladder_last_date(&made);
	memset(&reply, 0, sizeof reply);
	reply.brand = made.brand;
	hash_thumbprint(&identity->site_key, reply.site_id);
	reply.issued_at = made.issued_at;
	reply.cti = (struct cbor_bytes){ CTI, sizeof CTI };
	reply.number = life.edition;
	reply.licenses[0] =
		(struct cbor_bytes){ license, ceremony_sign_license(&made, issuing, license) };
	reply.licenses_len = 1;
	assert_int_equal(exchange_seal_reply(issuing, &identity->opening_key, &reply, sealed,
				 sizeof sealed, &len),
		SKERRY_OK);
	add_block(file, "REPLY", sealed, len);
}

static void
add_list(FILE *file, const struct key_pair *issuing)
{
	static const uint8_t NONE[16] = { 0 };
	uint8_t packed[64], payload[256], bytes[512];
	struct status_list list = { .uri = cbor_text_from_chars("skerry:hotelhub"),
		.issued_at = CEREMONY_TODAY + life.lived,
		.bits = STATUS_LIST_BITS,
		.packed = { packed, 0 } };
	struct cbor_writer w;
	size_t len;

	assert_int_equal(deflate_pack(NONE, sizeof NONE, packed, sizeof packed, &list.packed.len),
		SKERRY_OK);
	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(issuing, STATUS_LIST_TYPE, (struct cbor_bytes){ payload, len },
				 bytes, sizeof bytes, &len),
		SKERRY_OK);
	add_block(file, "STATUS LIST", bytes, len);
}

void
life_make_bundle(void)
{
	static uint8_t bytes[MANIFEST_MAX];
	static struct manifest manifest;
	const uint8_t root = 1;
	struct key_pair issuing = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	struct documents documents;
	struct identity identity;
	const char *own;
	char path[160];
	FILE *file;

	life.edition++;
	snprintf(path, sizeof path, "%s/bundle.txt", life.carrier);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(documents_open(life.state, &documents), SKERRY_OK);
	assert_int_equal(identity_load(&documents, &identity, &own), SKERRY_OK);
	documents_close(&documents);
	ceremony_manifest(&manifest, 2, 1, 1);
	add_block(file, "MANIFEST", bytes, ceremony_sign_manifest(&manifest, &root, 1, bytes));
	add_reply(file, &identity, &issuing);
	add_list(file, &issuing);
	assert_int_equal(fclose(file), 0);
	key_pair_free(&issuing);
}

/* --- a place ------------------------------------------------------------------------------------- */

static int64_t
real_now(clockid_t clock)
{
	struct timespec at;

	disk_shift_clocks(0, 0);
	assert_int_equal(clock_gettime(clock, &at), 0);
	return at.tv_sec;
}

/* Clocks show what was lived and not what this test takes. */
static void
set_clocks(void)
{
	int64_t wall = CEREMONY_TODAY + life.lived + life.wall_off - real_now(CLOCK_REALTIME),
		mono = CEREMONY_DAY + life.lived - real_now(CLOCK_MONOTONIC);

	disk_shift_clocks(wall, mono);
}

void
life_wait(int64_t seconds)
{
	life.lived += seconds;
}

int
life_set_up(void **state)
{
	(void)state;
	assert_int_equal(random_start(), SKERRY_OK);
	memset(&life, 0, sizeof life);
	tree_make(life.folder);
	snprintf(life.state, sizeof life.state, "%s/state", life.folder);
	tree_make(life.carrier);
	write_manifest(1, "vendor.manifest");
	write_manifest(2, "second.manifest");
	calls_of_child = mmap(NULL, sizeof *calls_of_child, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(calls_of_child != MAP_FAILED);
	return 0;
}

int
life_tear_down(void **state)
{
	(void)state;
	tree_remove(life.folder);
	tree_remove(life.carrier);
	munmap(calls_of_child, sizeof *calls_of_child);
	return 0;
}

/* --- running it ---------------------------------------------------------------------------------- */

static int
split(char *line, char **arguments)
{
	int count = 0;

	arguments[count++] = "skerry";
	arguments[count++] = "--state";
	arguments[count++] = life.state;
	for (char *rest = NULL, *word = strtok_r(line, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest)) {
		assert_true(count < LIFE_ARGUMENTS_MAX);
		arguments[count++] = word;
	}
	arguments[count] = NULL;
	return count;
}

static void
be_skerry(const char *line, const struct disk_plan *plan, const char *output)
{
	static const struct disk_plan WORKS = { .way = DISK_WORKS, .kinds = DISK_CHANGES };
	char words[512], *arguments[LIFE_ARGUMENTS_MAX + 1];
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), count, status;

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(99);
	close(fd);
	snprintf(words, sizeof words, line, life.carrier);
	count = split(words, arguments);
	setenv("TZ", "UTC0", 1);
	set_clocks();
	disk_start(life.folder, plan == NULL ? &WORKS : plan);
	status = skerry_main(count, arguments);
	*calls_of_child = disk_calls();
	disk_stop();
	fflush(NULL);
	_exit(status);
}

static void
read_output(const char *path, char ret_output[LIFE_OUTPUT_MAX])
{
	int fd = open(path, O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, ret_output, LIFE_OUTPUT_MAX - 1);

	ret_output[len < 0 ? 0 : len] = '\0';
	if (fd >= 0)
		close(fd);
}

void
life_run(const char *line, const struct disk_plan *plan, struct life_run *ret_run)
{
	char output[160];
	int status;
	pid_t child;

	life.restored |= strncmp(line, "restore", 7) == 0;
	snprintf(output, sizeof output, "%s/output", life.carrier);
	*calls_of_child = 0;
	fflush(NULL);
	child = fork();
	if (child == 0)
		be_skerry(line, plan, output);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	ret_run->killed = WIFSIGNALED(status);
	ret_run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ret_run->calls = *calls_of_child;
	read_output(output, ret_run->output);
	if (ret_run->killed && WTERMSIG(status) != SIGKILL)
		fail_msg("%s: signal %d: %s", line, WTERMSIG(status), ret_run->output);
}

void
life_must(const char *line, int status)
{
	struct life_run run;

	life_run(line, NULL, &run);
	if (run.killed || run.status != status)
		fail_msg("%s: exit %d: %s", line, run.status, run.output);
}

void
life_confirm_line(char *ret_line, size_t line_max)
{
	char date[DATE_TEXT_MAX];

	date_format_day(CEREMONY_TODAY + life.lived + life.wall_off, date);
	snprintf(ret_line, line_max, "clock confirm %s", date);
}

bool
life_is_site(void)
{
	char path[160];

	snprintf(path, sizeof path, "%s/trust.manifest", life.state);
	return access(path, F_OK) == 0;
}

/* --- looking ------------------------------------------------------------------------------------- */

/* What came together is here together, and the trust that it came with. */
static void
look_for_half_a_bundle(const char *after, const struct site *site, const struct life_look *look)
{
	const struct site_reply *reply = site->replies;

	if (site->replies_len != site->statuses_len)
		fail_msg("%s: half a bundle: %zu replies, %zu lists", after, site->replies_len,
			site->statuses_len);
	if (site->replies_len == 0)
		return;
	if (reply->reply.number > look->edition || site->trust->manifest.version < 2 ||
		site->statuses[0].list.issued_at != reply->reply.issued_at)
		fail_msg("%s: half a bundle: reply %llu, edition %llu", after,
			(unsigned long long)reply->reply.number, (unsigned long long)look->edition);
	if (site->memory->news.files_healed > 0 && !life.restored)
		fail_msg("%s: told that a file was gone", after);
}

static void
look_inside(const char *after, bool alarm_may_be, struct site *site, struct life_look *look)
{
	const struct memory_news *news = &site->memory->news;
	struct journal_head head;
	int64_t seq = 0;
	enum skerry_err err;

	if (news->rebuilt || news->damaged || news->clock_lost)
		fail_msg("%s: rebuilt: %d, clock lost: %d", after, news->rebuilt, news->clock_lost);
	look->alarm = site->memory->rollback_since != LICENSE_NEVER;
	if (look->alarm && !alarm_may_be)
		fail_msg("%s: a false alarm (mark lost: %d)", after, news->mark_lost);
	if (site_tick(site, NULL) != SKERRY_OK || site->memory->trouble != SKERRY_OK)
		fail_msg("%s: it does not tick: %s", after, skerry_err_name(site->memory->trouble));
	err = memory_check(site->memory, &seq);
	if (err != SKERRY_OK)
		fail_msg("%s: %s, row %lld", after, skerry_err_name(err), (long long)seq);
	assert_int_equal(journal_read_head(site->memory->store, &head), SKERRY_OK);
	look->seq = head.seq;
	look->settled = clock_settled(&site->memory->clock);
	if (site->unused_len > 0)
		fail_msg("%s: %s is of no use", after, site->unused[0].file);
	for (size_t i = 0; i < site->licenses_len; i++)
		if (site->licenses[i].license.edition > look->edition)
			look->edition = site->licenses[i].license.edition;
	look_for_half_a_bundle(after, site, look);
}

void
life_look(const char *after, bool alarm_may_be, struct life_look *ret_look)
{
	struct life_look look = { .is_site = false };
	struct site_failure where;
	struct site site;
	enum skerry_err err;

	set_clocks();
	err = site_open_to_write(life.state, &site, &where);
	if (err == SKERRY_OK) {
		look.is_site = true;
		look_inside(after, alarm_may_be, &site, &look);
		site_close(&site);
	} else if (err != SKERRY_ERR_STORE_MISSING) {
		fail_msg("%s: %s %s", after, skerry_err_name(err), where.file);
	}
	if (look.is_site < life.is_site || look.edition < life.acknowledged ||
		look.seq < life.seq || look.settled + MEMORY_TICK_S < life.settled)
		fail_msg("%s: lost: edition %llu of %llu, row %lld of %lld, %lld of %lld", after,
			(unsigned long long)look.edition, (unsigned long long)life.acknowledged,
			(long long)look.seq, (long long)life.seq, (long long)look.settled,
			(long long)life.settled);
	*ret_look = look;
}

void
life_acknowledge(const struct life_look *look)
{
	life.is_site = look->is_site;
	life.acknowledged = look->edition;
	life.seq = look->seq;
	life.settled = look->settled;
}
