/* SPDX-License-Identifier: ISC */
#ifndef KEYS_HELP_TEXT_H
#define KEYS_HELP_TEXT_H

/*
 * Help is written as it reads best in the source, and shown in 80 columns. Lines that fit stay as they are;
 * what is too long goes on below, under what it explains, and takes the lines that follow of the same
 * paragraph along. A line that begins with "usage:" or "example:", and those below "Example:", are commands:
 * an option and its value, brackets and quoted words stay together, and examples go on behind a backslash.
 */

#include <stdio.h>

enum { HELP_TEXT_WIDTH = 80 };

void help_text_print(FILE *out, const char *text);

#endif
