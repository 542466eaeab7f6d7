/* SPDX-License-Identifier: ISC */
/*
 * A product that pins its vendor's root and asks what it may do: of a site's state folder, or of a
 * license file. Made and run by tests/scenario/38-embedding.sh and 47-embedded-folder.sh:
 *
 *	xxd -i < vendor.manifest > vendor_manifest.inc
 *	cc hotel.c $(pkg-config --cflags --libs skerry) -o hotel && ./hotel --state /var/lib/skerry
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <skerry.h>

/* Compiled in: whoever swaps the files on disk for those of another vendor gets nothing. */
static const unsigned char VENDOR_MANIFEST[] = {
#include "vendor_manifest.inc"
};

static unsigned char license[65536];

static void
show(const struct skerry *skerry)
{
	char message[SKERRY_MESSAGE_MAX];
	int64_t rooms = 0;

	skerry_message(skerry, message, sizeof message);
	puts(message);
	if (skerry_feature(skerry, "channel_manager") == SKERRY_OK)
		puts("The channel manager starts.");
	if (skerry_limit(skerry, "max_rooms", &rooms) == SKERRY_OK)
		printf("%lld rooms may be let.\n", (long long)rooms);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;
	struct skerry_failure failure;
	struct skerry *skerry;
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (file != NULL) {
		config.license = license;
		config.license_len = fread(license, 1, sizeof license, file);
		fclose(file);
	} else if (argc == 3 && strcmp(argv[1], "--state") == 0) {
		config.state = argv[2];
	} else {
		fprintf(stderr, "usage: %s --state FOLDER, or %s hotel.license\n", argv[0],
			argv[0]);
		return EXIT_FAILURE;
	}
	config.trust = VENDOR_MANIFEST;
	config.trust_len = sizeof VENDOR_MANIFEST;
	config.product = "hotelhub/hms";
	if (skerry_open(&config, &skerry, &failure) != SKERRY_OK) {
		fprintf(stderr, "%s: %s\n", argv[argc - 1], failure.message);
		return EXIT_FAILURE;
	}
	show(skerry);
	/* Somebody has imported something and presses the button. */
	while (config.state != NULL && getchar() == '\n') {
		if (skerry_refresh(skerry, &failure) != SKERRY_OK)
			fprintf(stderr, "%s\n", failure.message);
		show(skerry);
	}
	skerry_close(skerry);
	return EXIT_SUCCESS;
}
