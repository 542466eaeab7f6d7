/* SPDX-License-Identifier: ISC */
/*
 * A product on a machine where skerryd runs: it pins its vendor's root, takes a seat for each of its users,
 * and goes on when the daemon is away. Made and run by tests/scenario/75-proof.sh:
 *
 *	xxd -i < vendor.manifest > vendor_manifest.inc
 *	cc embed-socket.c $(pkg-config --cflags --libs skerry) -o front-desk
 *	./front-desk /run/skerry/skerry.sock 'front desk 2' [VALUE]
 *
 * VALUE tells this machine from others, where its product knows more than Skerry sees (in a container, say). It takes a line for each step of its user's day: "ask", "work" (renews the seat), "leave".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <skerry.h>

/* Compiled in: whoever puts another daemon, or another vendor's license, in the place of ours gets nothing. */
static const unsigned char VENDOR_MANIFEST[] = {
#include "vendor_manifest.inc"
};

static void
show(const struct skerry *skerry)
{
	char message[SKERRY_MESSAGE_MAX];
	struct skerry_verdict verdict;

	skerry_verdict(skerry, &verdict);
	skerry_message(skerry, message, sizeof message);
	printf("%s: %s\n", skerry_access_name(verdict.access), message);
	/* For the log: access goes on for a while, and somebody should look. */
	if (verdict.trouble != SKERRY_OK)
		printf("skerryd: %s %s\n", skerry_strerror(verdict.trouble),
			skerry_err_advice(verdict.trouble));
}

/* A real product renews by a timer, each third of expires_in_s. */
static void
work(const struct skerry *skerry, const char *user, struct skerry_seat *seat)
{
	enum skerry_err err = seat->secret[0] == '\0' ? skerry_seat_claim(skerry, user, seat)
						      : skerry_seat_renew(skerry, user, seat);

	if (err == SKERRY_OK)
		printf("%s has a seat for %lld s.\n", user, (long long)seat->expires_in_s);
	else
		printf("%s has no seat: %s %s\n", user, skerry_strerror(err),
			skerry_err_advice(err));
	/* The seat of a daemon that is away is still ours: it is renewed when it is back. */
	if (err != SKERRY_OK && err != SKERRY_ERR_NO_DAEMON)
		seat->secret[0] = '\0';
}

static void
leave(const struct skerry *skerry, const char *user, struct skerry_seat *seat)
{
	if (seat->secret[0] != '\0' && skerry_seat_release(skerry, user, seat) == SKERRY_OK)
		printf("%s has left.\n", user);
	seat->secret[0] = '\0';
}

int
main(int argc, char **argv)
{
	struct skerry_config config = SKERRY_CONFIG_INIT;
	struct skerry_seat seat = { .secret = "" };
	struct skerry_failure failure;
	struct skerry *skerry;
	char line[16];

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: %s SOCKET USER [VALUE]\n", argv[0]);
		return EXIT_FAILURE;
	}
	config.trust = VENDOR_MANIFEST;
	config.trust_len = sizeof VENDOR_MANIFEST;
	config.product = "hotelhub/hms";
	config.socket = argv[1];
	config.custom[0] = argv[3];
	config.custom_len = argc == 4;
	if (skerry_open(&config, &skerry, &failure) != SKERRY_OK) {
		fprintf(stderr, "%s\n", failure.message);
		return EXIT_FAILURE;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	show(skerry);
	while (fgets(line, sizeof line, stdin) != NULL) {
		if (strcmp(line, "ask\n") == 0) {
			/* The button for whoever has just imported something; else a minute at most. */
			skerry_refresh(skerry, NULL);
			show(skerry);
		} else if (strcmp(line, "work\n") == 0) {
			work(skerry, argv[2], &seat);
		} else {
			leave(skerry, argv[2], &seat);
		}
	}
	leave(skerry, argv[2], &seat);
	skerry_close(skerry);
	return EXIT_SUCCESS;
}
