/* SPDX-License-Identifier: MIT */
/* my-plugin: a frontend that takes a line at a time and writes what comes of it. The reply goes to standard output, all else to
 * standard error. */
#include <cerrno>
#include <hobnob/plugin.hpp>
#include <unistd.h>

namespace {

const std::size_t line_most = std::size_t(1) << 20; /* bytes of the longest line that is taken */

/* ---- output ---- */

/* Writes what happens during a turn. */
class Show {
public:
	explicit Show(const hobnob::session &session) : session_(session), flags_(session.start().flags) {}

	bool has(uint32_t hn_start) const { return (flags_ & hn_start) == hn_start; }

	/* One event. A type that is not here is skipped, as are those of a later hobnob. */
	int32_t event(const hn_session_event &e)
	{
		switch (e.type) {
		case HN_ON_TEXT:
			say(e.text);
			break;
		case HN_ON_NOTICE:
			remark("note: ", e.text);
			break;
		case HN_ON_RETRY:
			remark("trying again: ", e.message);
			break;
		case HN_ON_RESULT:
			say(e.text);
			end_line();
			break;
		case HN_ON_DONE:
			end_line();
			break;
		case HN_ON_ERROR:
			end_line();
			remark("error: ", e.message);
			remark("  ", e.hint);
			break;
		default:
			break;
		}
		return HN_OK;
	}

	/* A remark on standard error, one line. */
	void remark(const std::string &lead, hobnob::text text)
	{
		if (text.empty())
			return;
		if (has(HN_START_TTY_STDOUT))
			end_line();
		write(STDERR_FILENO, lead + session_.safe(text, HN_TEXT_LINE) + "\n");
	}

	void prompt()
	{
		if (has(HN_START_TTY_STDIN | HN_START_TTY_STDERR))
			write(STDERR_FILENO, "> ");
	}

private:
	/* A piece of the reply: as it is for a program, made safe for a terminal. */
	void say(hobnob::text text)
	{
		if (text.empty())
			return;
		write(STDOUT_FILENO, has(HN_START_TTY_STDOUT) ? session_.safe(text) : text.str());
		mid_line_ = text.data()[text.size() - 1] != '\n';
	}

	void end_line()
	{
		if (mid_line_)
			write(STDOUT_FILENO, "\n");
		mid_line_ = false;
	}

	/* Writes all of it, at once: a person waits for it. Output that cannot be written ends the turn, and run(). */
	void write(int fd, const std::string &bytes)
	{
		for (std::size_t done = 0; done < bytes.size();) {
			const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
			hn_pollfd full = { fd, HN_POLL_OUT, 0, 0 };
			if (n >= 0)
				done += static_cast<std::size_t>(n);
			else if (errno == EAGAIN ? session_.wait(&full, 1, -1) >= 0 : errno == EINTR)
				continue;
			else if (fd == STDOUT_FILENO)
				throw hobnob::unwind{ HN_ERR_OUTPUT };
			else
				return;
		}
	}

	const hobnob::session &session_;
	uint32_t flags_;
	bool mid_line_ = false; /* standard output stands in the middle of a line */
};

/* ---- a conversation ---- */

/* Takes lines from standard input and submits them. */
class Conversation {
public:
	Conversation(const hobnob::session &session, Show &show) : session_(session), show_(show) {}

	/* Talks until the input ends or the user leaves. What run() returns. */
	int32_t run()
	{
		for (;;) {
			take_lines();
			const hn_status now = session_.status();
			if (now.leaving)
				return HN_OK;
			if (ended_)
				return now.last_turn;
			show_.prompt();
			hn_pollfd input = { STDIN_FILENO, HN_POLL_IN, 0, 0 };
			const int32_t waited = session_.wait(&input, 1, -1);
			if (waited == HN_WAIT_READY)
				read_more();
			else if (waited == HN_WAIT_FAILED)
				ended_ = true;
			else if (waited == HN_WAIT_ENDING || (waited == HN_ERR_INTERRUPTED && !show_.has(HN_START_TTY_STDIN)))
				return HN_ERR_INTERRUPTED;
			else
				show_.remark("", "(/exit or Ctrl-D leaves)");
		}
	}

private:
	/* Adds what is there; the input ends where it cannot be read, or a line is too long. */
	void read_more()
	{
		char piece[4096];
		const ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
		if (n > 0)
			text_.append(piece, static_cast<std::size_t>(n));
		else
			ended_ = n == 0 || (errno != EINTR && errno != EAGAIN);
		if (text_.size() > line_most && text_.find('\n') == std::string::npos) {
			show_.remark("error: ", "a line is too long");
			text_.clear();
			ended_ = true;
		}
	}

	/* Works on the whole lines that are there, and on the rest when the input has ended. */
	void take_lines()
	{
		while (!text_.empty() && !session_.status().leaving) {
			const std::size_t end = text_.find('\n');
			if (end == std::string::npos && !ended_)
				return;
			std::string line = text_.substr(0, end);
			text_.erase(0, end == std::string::npos ? end : end + 1);
			if (!line.empty() && line.back() == '\r')
				line.pop_back();
			if (!line.empty()) /* it may be a /command */
				session_.submit(HN_INPUT_LINE, line, [this](const hn_session_event &e) { return show_.event(e); });
		}
	}

	const hobnob::session &session_;
	Show &show_;
	std::string text_; /* what has been read and not taken */
	bool ended_ = false;
};

/* ---- the frontend ---- */

class Frontend {
public:
	explicit Frontend(const hobnob::options &) {}

	/* One turn, or a conversation. */
	int32_t run(hobnob::session &session) const
	{
		const hn_start start = session.start();
		Show show(session);

		if (start.flags & (HN_START_ONE_TURN | HN_START_FIRST)) {
			const int32_t code = session.submit(HN_INPUT_MESSAGE, start.first, [&](const hn_session_event &e) { return show.event(e); }, &start);
			if (start.flags & HN_START_ONE_TURN)
				return code;
		}
		return Conversation(session, show).run();
	}
};

} // namespace

HOBNOB_PLUGIN(hobnob::frontend<Frontend>(), hobnob::plugin("my-plugin").version("0.1").summary("a line at a time").license("MIT"))
