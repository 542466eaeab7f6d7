/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_MACHINE_H
#define TESTS_FIXTURE_MACHINE_H

/*
 * Captured machines: tests/corpus/machines/NAME, copied to a temporary folder, where a test may change
 * them. NAME.root-only lists what root alone may read there; git keeps no such modes.
 */

#include <stdbool.h>
#include <stddef.h>

#include "verifier/gather/components.h"

#define MACHINES "tests/corpus/machines/"

struct machine {
	const char *name; /* NULL: an empty tree */
	char root[64];
};

void machine_set_up(struct machine *ret_machine, const char *name);
void machine_remove(struct machine *machine);

/* Replaces what is there, its folders made as needed; "path" begins with a slash. */
void machine_write(const struct machine *machine, const char *path, const void *bytes, size_t len);
void machine_say(const struct machine *machine, const char *path, const char *text);
void machine_link(const struct machine *machine, const char *path, const char *target);
void machine_delete(const struct machine *machine, const char *path);
/* The path below the temporary folder, with its folders made. */
const char *machine_place(const struct machine *machine, const char *path);

/* From now on nobody but root reads what root alone may read. */
void machine_lock(const struct machine *machine);

/* As the one who runs the test, or as somebody who is not root. */
void machine_collect(const struct machine *machine, struct components *ret_components);
void machine_collect_as_user(const struct machine *machine, struct components *ret_components);

/* Between these two the test is not root; whether it was. Skips the test where that cannot be had. */
bool machine_leave_root(void);
void machine_return_to_root(bool was_root);

/* The license that the desk makes of it: usual weights and threshold. It borrows static memory. */
struct license machine_license(const struct components *components);

#endif
