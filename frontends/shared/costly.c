/* SPDX-License-Identifier: MIT */
/* costly: an input that costs more than confirm_cost, from hobnob's word of it to the user's. */
#include "shared/costly.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "shared/lines.h"
#include "util/buf.h"

int costly_refuses(const hn_session_event *ev)
{
	return ev->type == HN_ON_ERROR && str_is(ev->command, "confirm");
}

void costly_refused(struct costly *c, hn_str message)
{
	free(c->why);
	c->why = message.n ? strndup(message.p, message.n) : strdup("");
}

void costly_keep(struct costly *c, const hn_input *input)
{
	char *text = malloc(input->text.n + 1);

	costly_drop(c);
	if (!text)
		return;
	if (input->text.n)
		memcpy(text, input->text.p, input->text.n);
	text[input->text.n] = '\0';
	c->input = *input;
	c->input.text.p = c->text = text;
}

int costly_waits(const struct costly *c)
{
	return c->text != NULL;
}

void costly_drop(struct costly *c)
{
	free(c->text);
	free(c->why);
	*c = (struct costly){ 0 };
}

#define SILENCE_MS 50 /* after the Enter of a person; within a paste there is less */

/* Waits for the terminal, ms at most; -1: without end. HN_WAIT_READY, HN_WAIT_TIMEOUT, or what ends the question. */
static int32_t wait_for(const struct services *services, hn_session *session, int64_t ms)
{
	hn_pollfd fd = { .fd = STDIN_FILENO, .events = HN_POLL_IN };
	int32_t waited = services->session->wait_for(session, &fd, 1, ms);

	return waited >= 0 ? waited : waited == HN_WAIT_FAILED ? HN_ERR_OVER_LIMIT : HN_ERR_INTERRUPTED;
}

void costly_forget_typed(void)
{
	tcflush(STDIN_FILENO, TCIFLUSH);
}

int32_t costly_read(const struct services *services, hn_session *session)
{
	struct lines in = LINES(STDIN_FILENO, LINES_MAX);
	enum lines_what what;
	hn_str line = { NULL, 0 };
	int32_t code = 0;

	while (!code && (what = lines_take(&in, &line)) == LINES_MORE) {
		int32_t waited = wait_for(services, session, -1);
		code = waited == HN_WAIT_READY ? 0 : waited;
		if (!code)
			lines_read(&in);
	}
	if (!code && (what != LINES_LINE || !str_blank(line)))
		code = HN_ERR_OVER_LIMIT;
	if (!code) { /* a paste may begin with an empty line, which nobody has typed */
		int32_t waited = wait_for(services, session, SILENCE_MS);
		code = waited == HN_WAIT_READY ? HN_ERR_OVER_LIMIT : waited == HN_WAIT_TIMEOUT ? 0 : waited;
	}
	lines_free(&in);
	return code;
}
