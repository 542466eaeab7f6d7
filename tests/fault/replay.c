/* SPDX-License-Identifier: ISC */
#include "tests/fault/replay.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/fault/disk.h"
#include "tests/unit/fixture_tree.h"

enum { OPS_MAX = 8192, NODES_MAX = 2048, NAMES_MAX = 512, PATH_LEN_MAX = 256, SECTOR = 512 };

struct op {
	enum disk_op op;
	char *path, *to; /* below the folder, "" for itself */
	uint8_t *data;
	uint32_t data_len;
	size_t node;
	int64_t offset;
	long settled; /* the call that synced it; LONG_MAX */
};

struct node {
	uint8_t *bytes;
	size_t len, room;
};

/* A name of what is left. */
struct name {
	char path[PATH_LEN_MAX];
	size_t node;
	bool folder;
};

struct replay {
	size_t folder_len;
	uint8_t *record;
	struct op ops[OPS_MAX];
	long len;
	uint64_t inodes[NODES_MAX]; /* of nodes, the latest one of a number counts */
	size_t nodes_len;
	/* While it is made. */
	struct node nodes[NODES_MAX];
	struct name names[NAMES_MAX];
	size_t names_len;
	uint64_t drawn;
};

/* --- reading it ---------------------------------------------------------------------------------- */

static size_t
find_node(const struct replay *r, uint64_t inode)
{
	for (size_t i = r->nodes_len; i > 0; i--)
		if (r->inodes[i - 1] == inode)
			return i - 1;
	return NODES_MAX;
}

static char *
take_text(const struct replay *r, const uint8_t *chars, uint32_t len)
{
	char *text;

	if (len == 0)
		return strdup("");
	assert_true(len >= r->folder_len);
	text = strndup((const char *)chars + r->folder_len, len - r->folder_len);
	assert_non_null(text);
	if (text[0] == '/')
		memmove(text, text + 1, strlen(text));
	return text;
}

static bool
is_name(const struct op *op)
{
	return op->op == DISK_OP_CREATE || op->op == DISK_OP_RENAME || op->op == DISK_OP_UNLINK ||
	       op->op == DISK_OP_MKDIR;
}

static bool
is_in(const char *path, const char *folder)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	return strlen(folder) == len && strncmp(path, folder, len) == 0;
}

/* A sync settles what came before it in that file, or in that folder. */
static void
settle(struct replay *r, const struct op *sync)
{
	for (long i = 0; i < r->len; i++) {
		struct op *op = &r->ops[i];
		bool same = is_name(op) ? is_in(op->path, sync->path) : op->node == sync->node;

		if (op->settled == INT64_MAX && op->op != DISK_OP_SYNC && same)
			op->settled = r->len;
	}
}

static void
add(struct replay *r, const struct disk_record *record, const uint8_t *bytes)
{
	struct op *op = &r->ops[r->len];

	assert_true(r->len < OPS_MAX);
	*op = (struct op){ .op = record->op,
		.path = take_text(r, bytes, record->path_len),
		.to = take_text(r, bytes + record->path_len, record->to_len),
		.data = (uint8_t *)bytes + record->path_len + record->to_len,
		.data_len = record->data_len,
		.offset = record->offset,
		.node = NODES_MAX,
		.settled = INT64_MAX };
	if (op->op == DISK_OP_CREATE) {
		assert_true(r->nodes_len < NODES_MAX);
		op->node = r->nodes_len;
		r->inodes[r->nodes_len++] = record->node;
	} else if (record->node != 0) {
		op->node = find_node(r, record->node);
	}
	if (op->op == DISK_OP_SYNC)
		settle(r, op);
	r->len++;
}

struct replay *
replay_read(int fd, const char *folder)
{
	struct replay *r = calloc(1, sizeof *r);
	off_t len = lseek(fd, 0, SEEK_END);
	const uint8_t *at;

	assert_non_null(r);
	r->folder_len = strlen(folder);
	r->record = malloc((size_t)len + 1);
	assert_non_null(r->record);
	assert_int_equal(pread(fd, r->record, (size_t)len, 0), len);
	for (at = r->record; at < r->record + len;) {
		struct disk_record record;

		memcpy(&record, at, sizeof record);
		at += sizeof record;
		add(r, &record, at);
		at += record.path_len + record.to_len + record.data_len;
	}
	return r;
}

void
replay_free(struct replay *r)
{
	for (long i = 0; i < r->len; i++) {
		free(r->ops[i].path);
		free(r->ops[i].to);
	}
	for (size_t i = 0; i < NODES_MAX; i++)
		free(r->nodes[i].bytes);
	free(r->record);
	free(r);
}

long
replay_len(const struct replay *r)
{
	return r->len;
}

/* --- what is left -------------------------------------------------------------------------------- */

static bool
draw(struct replay *r)
{
	r->drawn = r->drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (r->drawn >> 40 & 1) != 0;
}

static void
set_len(struct node *node, size_t len)
{
	if (len > node->room) {
		node->bytes = realloc(node->bytes, len * 2);
		assert_non_null(node->bytes);
		node->room = len * 2;
	}
	if (len > node->len)
		memset(node->bytes + node->len, 0, len - node->len);
	node->len = len;
}

static void
write_part(struct node *node, const struct op *op, size_t from, size_t len)
{
	size_t end = (size_t)op->offset + from + len;

	if (node->len < end)
		set_len(node, end);
	memcpy(node->bytes + op->offset + from, op->data + from, len);
}

/* Sector by sector: what the disk does whole. */
static void
write_some(struct replay *r, const struct op *op)
{
	size_t from = 0;

	while (from < op->data_len) {
		size_t len = SECTOR - ((size_t)op->offset + from) % SECTOR;

		if (len > op->data_len - from)
			len = op->data_len - from;
		if (draw(r))
			write_part(&r->nodes[op->node], op, from, len);
		from += len;
	}
}

static void
apply_bytes(struct replay *r, const struct op *op, bool whole)
{
	struct node *node = &r->nodes[op->node];

	if (op->node == NODES_MAX)
		return;
	if (op->op == DISK_OP_WRITE && whole)
		write_part(node, op, 0, op->data_len);
	else if (op->op == DISK_OP_WRITE)
		write_some(r, op);
	else if (op->op == DISK_OP_TRUNCATE || node->len < (size_t)op->offset)
		set_len(node, (size_t)op->offset);
}

static struct name *
find_name(struct replay *r, const char *path)
{
	for (size_t i = 0; i < r->names_len; i++)
		if (strcmp(r->names[i].path, path) == 0)
			return &r->names[i];
	return NULL;
}

static void
drop_name(struct replay *r, const char *path)
{
	struct name *name = find_name(r, path);

	if (name != NULL)
		*name = r->names[--r->names_len];
}

static void
add_name(struct replay *r, const char *path, size_t node, bool folder)
{
	drop_name(r, path);
	assert_true(r->names_len < NAMES_MAX && strlen(path) < PATH_LEN_MAX);
	snprintf(r->names[r->names_len].path, PATH_LEN_MAX, "%s", path);
	r->names[r->names_len].node = node;
	r->names[r->names_len++].folder = folder;
}

static void
apply_name(struct replay *r, const struct op *op)
{
	struct name *name = find_name(r, op->path), moved;

	switch (op->op) {
	case DISK_OP_CREATE:
		add_name(r, op->path, op->node, false);
		break;
	case DISK_OP_MKDIR:
		add_name(r, op->path, NODES_MAX, true);
		break;
	case DISK_OP_UNLINK:
		drop_name(r, op->path);
		break;
	case DISK_OP_RENAME:
		if (name == NULL)
			break;
		moved = *name;
		drop_name(r, op->path);
		add_name(r, op->to, moved.node, moved.folder);
		break;
	default:
		break;
	}
}

static void
write_out(const struct replay *r, const char *target)
{
	char path[PATH_LEN_MAX * 2];

	for (size_t i = 0; i < r->names_len; i++)
		if (r->names[i].folder) {
			snprintf(path, sizeof path, "%s/%s", target, r->names[i].path);
			mkdir(path, 0700);
		}
	for (size_t i = 0; i < r->names_len; i++) {
		const struct node *node;
		int fd;

		if (r->names[i].folder)
			continue;
		node = &r->nodes[r->names[i].node];
		snprintf(path, sizeof path, "%s/%s", target, r->names[i].path);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		/* Its folder may be lost. */
		if (fd < 0)
			continue;
		assert_int_equal(write(fd, node->bytes, node->len), node->len);
		close(fd);
	}
}

void
replay_make(struct replay *r, long calls, enum replay_loss loss, uint64_t seed, const char *target)
{
	char empty[64];
	/* Names are lost from one on. */
	long first_lost = INT64_MAX;

	for (size_t i = 0; i < NODES_MAX; i++)
		r->nodes[i].len = 0;
	r->names_len = 0;
	r->drawn = seed;
	for (long i = 0; i < calls; i++) {
		const struct op *op = &r->ops[i];
		bool settled = loss == REPLAY_ALL_KEPT || op->settled < calls;
		bool kept = settled || (loss == REPLAY_SOME_LOST && draw(r));

		if (is_name(op)) {
			if (!kept && first_lost > i)
				first_lost = i;
			if (settled || first_lost > i)
				apply_name(r, op);
		} else if (kept) {
			apply_bytes(r, op, settled || draw(r));
		}
	}
	tree_make(empty);
	tree_copy(empty, target);
	tree_remove(empty);
	write_out(r, target);
}
