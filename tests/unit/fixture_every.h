/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FIXTURE_EVERY_H
#define TESTS_FIXTURE_EVERY_H

/*
 * Tests that try one step after the other try each; where that would take minutes, as under sanitizers, every nth of
 * them: SKERRY_EVERY=n. make check, and so .ci/run, has all.
 */
long every_nth(void);

#endif
