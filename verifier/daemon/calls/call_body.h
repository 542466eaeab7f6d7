/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CALLS_CALL_BODY_H
#define VERIFIER_DAEMON_CALLS_CALL_BODY_H

/*
 * The JSON object that comes with a call, read by a table of the names that the call knows. Strict: no name
 * twice, none that is unknown, each of its type and within its size, no NUL, nothing behind the object.
 *
 *	struct call_body body;
 *	const char *code = NULL;
 *	const struct call_body_field fields[] = {
 *		{ "code", CALL_BODY_TEXT, .needed = true, .text_max = 64, .text = &code },
 *	};
 *
 *	if (!call_body_read(&body, bytes, bytes_len, fields, 1))
 *		... body.problem ...
 *	call_body_free(&body);
 *
 * Pure. What is written points into the body, which is kept until call_body_free.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CALL_BODY_MAX = 65536, /* bytes of the whole */
	CALL_BODY_LIST_MAX = 64,
	CALL_BODY_NAME_MAX = 128, /* bytes of a name among values */
	CALL_BODY_PROBLEM_MAX = 256
};

enum call_body_type {
	CALL_BODY_TEXT = 1, /* a string that is not empty */
	CALL_BODY_ANY_TEXT, /* a string */
	CALL_BODY_TEXTS,    /* an array of strings that are not empty */
	CALL_BODY_VALUES    /* an object: each value is a string or a 64-bit integer */
};

struct call_body_texts {
	const char *list[CALL_BODY_LIST_MAX];
	size_t len;
};

struct call_body_value {
	const char *name;
	const char *text; /* NULL: `number` */
	int64_t number;
};

struct call_body_values {
	struct call_body_value list[CALL_BODY_LIST_MAX];
	size_t len;
};

struct call_body_field {
	const char *name;
	enum call_body_type type;
	bool needed;
	size_t text_max; /* bytes of each string */
	size_t list_max; /* entries, at most CALL_BODY_LIST_MAX */
	/* Of these, the one of its type; untouched where the name is not there. */
	const char **text;
	struct call_body_texts *texts;
	struct call_body_values *values;
};

struct call_body {
	void *tree;
	char problem[CALL_BODY_PROBLEM_MAX]; /* a sentence: what is wrong, with which name */
};

/* An empty body is an empty object. False: `problem`. */
bool call_body_read(struct call_body *ret_body, const uint8_t *bytes, size_t bytes_len,
	const struct call_body_field *fields, size_t fields_len);
/* Harmless after either, and on a zeroed one. */
void call_body_free(struct call_body *body);

#endif
