/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FAULTY_MAILBAG_H
#define TESTS_FAULTY_MAILBAG_H

/* A mailbag on a stick that can fail (stick_faults.h). Definitions, for the one file of a test program. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/mailbag_leave.h"
#include "keys/mailbag_remove.h"
#include "keys/mailbag_text.h"
#include "keys/random.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"
#include "tests/unit/stick_faults.h"

static char stick[64];
static struct mailbag bag;

static int
plug_in(void **state)
{
	(void)state;
	let_work();
	tree_make(stick);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	calls = 0;
	return 0;
}

static int
unplug(void **state)
{
	(void)state;
	let_work();
	mailbag_close(&bag);
	tree_remove(stick);
	return 0;
}

static const char *
in_bag(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/skerry/%s", stick, name);
	return path;
}

static enum skerry_err
leave(char letter, size_t len, char ret_name[MAILBAG_DRAWN_ROOM])
{
	size_t bytes_len;
	uint8_t *bytes = stick_mail(letter, len, &bytes_len);
	enum skerry_err err = mailbag_leave(&bag, bytes, bytes_len, ret_name);

	free(bytes);
	return err;
}

#endif
