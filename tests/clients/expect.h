/* SPDX-License-Identifier: ISC */
#ifndef TESTS_CLIENTS_EXPECT_H
#define TESTS_CLIENTS_EXPECT_H

/* What the C library says about a case. */

#include "corpus.h"

struct expectation {
	/* Of the library on bytes; NO_ACCESS where it opens and its verdict gives none. */
	enum skerry_err err;
	bool has_verdict;
	struct skerry_verdict verdict;
	/*
	 * The code of `skerry verify --json`, which compares neither machine nor an unnamed domain; NULL for a
	 * proof, which it does not read.
	 */
	const char *verify;
};

/*
 * Ends the program when the answers of skerry_open and of the functions below it differ, or when a case
 * without a zone has another answer somewhere on Earth.
 */
void expect(
	const struct corpus_case *of, struct cbor_bytes trust, struct expectation *ret_expectation);

#endif
