/* SPDX-License-Identifier: ISC */
#include "http_crowd.h"

#include <stdlib.h>

static struct http_user *
find_user(struct http_crowd *crowd, uid_t uid)
{
	for (size_t i = 0; i < crowd->users_len; i++)
		if (crowd->users[i].uid == uid)
			return &crowd->users[i];
	return NULL;
}

/* False: one too many, or no memory. */
static bool
add_of_user(struct http_crowd *crowd, uid_t uid)
{
	struct http_user *user = find_user(crowd, uid), *users;
	size_t room = crowd->users_room != 0 ? crowd->users_room * 2 : 8;

	if (user != NULL) {
		if (user->open == HTTP_USER_MAX)
			return false;
		user->open++;
		return true;
	}
	if (crowd->users_len == crowd->users_room) {
		users = realloc(crowd->users, room * sizeof *users);
		if (users == NULL)
			return false;
		crowd->users = users;
		crowd->users_room = room;
	}
	crowd->users[crowd->users_len++] = (struct http_user){ uid, 1 };
	return true;
}

static void
take_of_user(struct http_crowd *crowd, uid_t uid)
{
	struct http_user *user = find_user(crowd, uid);

	if (user != NULL && --user->open == 0)
		*user = crowd->users[--crowd->users_len];
}

static void
leave_line(struct http_crowd *crowd, struct http_guest *guest)
{
	if (guest->until_ms == INT64_MAX)
		return;
	if (guest->earlier != NULL)
		guest->earlier->later = guest->later;
	else
		crowd->first = guest->later;
	if (guest->later != NULL)
		guest->later->earlier = guest->earlier;
	else
		crowd->last = guest->earlier;
	guest->until_ms = INT64_MAX;
}

void
http_crowd_wait(struct http_crowd *crowd, struct http_guest *guest, int64_t now_ms)
{
	int64_t until_ms = now_ms + (int64_t)HTTP_SLOW_S * 1000;

	if (guest == crowd->last) {
		guest->until_ms = until_ms;
		return;
	}
	leave_line(crowd, guest);
	guest->earlier = crowd->last;
	guest->later = NULL;
	if (crowd->last != NULL)
		crowd->last->later = guest;
	else
		crowd->first = guest;
	crowd->last = guest;
	guest->until_ms = until_ms;
}

void
http_crowd_serve(struct http_crowd *crowd, struct http_guest *guest)
{
	leave_line(crowd, guest);
}

struct http_guest *
http_crowd_enter(struct http_crowd *crowd, const struct http_guest *guest, int64_t now_ms)
{
	struct http_guest *entered = malloc(sizeof *entered);

	if (entered == NULL)
		return NULL;
	if (guest->peer.local && !add_of_user(crowd, guest->peer.uid)) {
		free(entered);
		return NULL;
	}
	*entered = *guest;
	entered->until_ms = INT64_MAX;
	http_crowd_wait(crowd, entered, now_ms);
	crowd->open++;
	return entered;
}

void
http_crowd_leave(struct http_crowd *crowd, struct http_guest *guest)
{
	leave_line(crowd, guest);
	if (guest->peer.local)
		take_of_user(crowd, guest->peer.uid);
	crowd->open--;
	free(guest);
}

void
http_crowd_free(struct http_crowd *crowd)
{
	free(crowd->users);
	*crowd = (struct http_crowd){ .first = NULL };
}
