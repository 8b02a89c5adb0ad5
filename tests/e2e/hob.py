# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: the program in a box of its own, a terminal to drive it on, TAP, and assertions.

A test file: functions marked @test, in order, each with a docstring that says what holds; main() at its end. A test that
returns a str has that as a diagnostic; one that raises Skip is skipped with the reason.
"""
import difflib
import glob
import importlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import traceback

SRC = os.environ.get("HOBNOB_TEST_SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("HOBNOB_TEST_BUILDDIR") or os.path.join(SRC, "build")
HOBNOB = os.environ.get("HOBNOB") or os.path.join(BUILD, "hobnob")
DATA = os.path.join(SRC, "tests", "data")
GOLDEN = os.path.join(SRC, "tests", "e2e", "golden")
KEY = "sk-test-0123456789abcdef"
SAMPLE = int(os.environ.get("HOBNOB_TEST_SAMPLE", "1"))  # every how many tests of a file one is run
TIMEOUT = 30 * float(os.environ.get("HOBNOB_TEST_PATIENCE", "1"))  # nothing takes that long: what does hangs


def sanitized():
    """Whether the program was built with sanitizers."""
    try:
        libs = subprocess.run(["ldd", HOBNOB], capture_output=True, text=True, check=False).stdout
        with open(HOBNOB, "rb") as f:
            return "libasan" in libs or b"__asan_init" in f.read()
    except OSError:
        return False


# A shell that starts us in the background has these ignored, and what we start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(ending, signal.SIG_DFL)

# ---- the schema of events ------------------------------------------------------------------------

class Schema:
    """docs/jsonl.schema.json; it refuses nothing where there is no module to go by it."""

    def __init__(self):
        with open(os.path.join(SRC, "docs", "jsonl.schema.json"), encoding="utf-8") as f:
            self.text = json.load(f)
        self.events = {option["$ref"].rsplit("/", 1)[1] for option in self.text["oneOf"]}
        self.validators = {}

    def validator(self, name):
        """A validator for one of its definitions; None without the module."""
        if name not in self.validators:
            try:
                import jsonschema  # pylint: disable=import-outside-toplevel
            except ImportError:
                return None
            one = {"$ref": f"#/$defs/{name}", "$defs": self.text["$defs"]}
            self.validators[name] = jsonschema.Draft202012Validator(one)
        return self.validators[name]

    def faults(self, document, name):
        """What it has against a document as one of its definitions."""
        validator = self.validator(name)
        return [f"{'.'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(document)] if validator else []

    def checked(self, document):
        """The document; if it is an event, it is as the schema says."""
        event = document.get("event") if isinstance(document, dict) else None
        faults = self.faults(document, event) if event in self.events else []
        if faults or (event and event not in self.events):
            raise AssertionError(f"no event by the schema: {document!r}: {'; '.join(faults)}")
        return document

    def check_output(self, text):
        """Each line of an output that looks like an event is one; the last may be cut."""
        for line in text.splitlines(keepends=True):
            if line.startswith('{"event":"') and line.endswith("}\n"):
                self.checked(json.loads(line))


SCHEMA = Schema()

# ---- the program in a box ------------------------------------------------------------------------

COMPLAINT = re.compile(r"runtime error: |Sanitizer: ")  # of a sanitizer, whatever the test looks at


class Result:
    """How a run ended: status (negative: the signal that it died of), out, err, ms."""

    def __init__(self, status, out, err, ms):
        self.status, self.raw, self.ms = status, out, ms
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        if COMPLAINT.search(self.err) or COMPLAINT.search(self.out):
            raise AssertionError(f"a sanitizer complains\n{self}")
        SCHEMA.check_output(self.out)

    def __str__(self):
        return f"status {self.status}\nstdout: {self.out!r}\nstderr: {self.err!r}"


class Running:
    """A program that runs; its output is collected as it is waited for."""

    def __init__(self, process, fds):
        self.process, self.fds, self.got = process, dict(fds), {name: b"" for name in fds.values()}
        self.began = time.monotonic()

    def pump(self, deadline):
        """Reads what there is, or waits for it until the deadline. False when there is nothing left to come."""
        if not self.fds:
            return False
        ready, _, _ = select.select(list(self.fds), [], [], max(0, deadline - time.monotonic()))
        for fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:  # a terminal whose other side was closed
                data = b""
            self.got[self.fds[fd]] += data
            if not data:
                os.close(fd)
                del self.fds[fd]
        return True

    def text(self, name="out"):
        """What has come so far."""
        return self.got[name].decode("utf-8", "replace")

    def expect(self, pattern, name="out", after=0, timeout=TIMEOUT):
        """Waits until the output from `after` on matches; returns where the match ends."""
        deadline = time.monotonic() + timeout
        while True:
            found = re.compile(pattern, re.S).search(self.text(name), after)
            if found:
                return found.end()
            if time.monotonic() >= deadline or not self.pump(deadline):
                shown = {n: self.text(n) for n in self.got}
                raise AssertionError(f"waited in vain for {pattern!r} in {name} from {after}; came: {shown!r}")

    def send(self, data):
        """Writes to its input."""
        self.process.stdin.write(data.encode() if isinstance(data, str) else data)
        self.process.stdin.flush()

    def close(self):
        """Ends its input."""
        self.process.stdin.close()

    def signal(self, number=signal.SIGINT):
        """Sends it a signal."""
        self.process.send_signal(number)

    def end(self, timeout=TIMEOUT):
        """Waits for its end; the Result."""
        deadline = time.monotonic() + timeout
        while self.fds:
            if time.monotonic() >= deadline:
                self.process.kill()
                raise AssertionError(f"it did not end; came: {({n: self.text(n) for n in self.got})!r}")
            self.pump(deadline)
        status = self.process.wait(timeout)
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        return Result(status, self.got.get("out", b""), self.got.get("err", b""), (time.monotonic() - self.began) * 1000)

    def free(self):
        """Ends it whatever it does, and frees what it held."""
        self.process.kill()
        self.process.wait()
        for fd in self.fds:
            os.close(fd)
        self.fds = {}
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()


class Terminal(Running):
    """A program on a terminal of its own; `out` is what the terminal shows."""

    def __init__(self, argv, env, cwd, size=(24, 100), err=None):
        try:
            self.master, self.slave = os.openpty()
        except OSError as trouble:
            raise Skip(f"no terminal can be opened ({trouble.strerror}): is /dev/pts mounted?") from trouble
        termios.tcsetwinsize(self.slave, size)
        self.modes = termios.tcgetattr(self.slave)
        # A session leader that opens a terminal gets it as its own: sh does that, then becomes the program.
        tail = "" if err else " 2>&0"
        script = f'exec "$@" <>{os.ttyname(self.slave)} >&0{tail}'
        process = subprocess.Popen(["/bin/sh", "-c", script, "sh", *argv], env=env, cwd=cwd, start_new_session=True,
                                   stdin=subprocess.DEVNULL, stderr=err, close_fds=True)
        super().__init__(process, {os.dup(self.master): "out"})

    def send(self, data):
        """Types."""
        os.write(self.master, data.encode() if isinstance(data, str) else data)

    def close(self):
        """Types Ctrl-D."""
        self.send("\x04")

    def taken(self, timeout=TIMEOUT):
        """Waits until the program has read all that was typed."""
        deadline = time.monotonic() + timeout
        while select.select([self.slave], [], [], 0)[0]:
            if time.monotonic() >= deadline:
                raise AssertionError(f"what was typed is not read; the terminal shows: {self.text()!r}")
            time.sleep(0.005)

    def end(self, timeout=TIMEOUT):
        """Waits for its end; the terminal stays, for its modes to be looked at."""
        deadline = time.monotonic() + timeout
        while self.process.poll() is None:
            if time.monotonic() >= deadline:
                self.process.kill()
                raise AssertionError(f"it did not end; the terminal shows: {self.text()!r}")
            self.pump(min(deadline, time.monotonic() + 0.02))
        while self.fds and select.select(list(self.fds), [], [], 0)[0]:
            self.pump(time.monotonic())
        return Result(self.process.returncode, self.got["out"], b"", (time.monotonic() - self.began) * 1000)

    def modes_kept(self):
        """Whether the terminal's modes are as they were before."""
        return termios.tcgetattr(self.slave) == self.modes

    def free(self):
        """Closes the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in [self.master, self.slave, *self.fds]:
            os.close(fd)
        self.fds = {}


def screen(text, width=100):
    """What a terminal of that width shows in the end, as lines without blanks at their ends: enough for what we write."""
    rows, y, x = [[]], 0, 0
    for m in re.finditer(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[=>]|[\s\S]", text):
        what, count = m.group(2), int(m.group(1)) if (m.group(1) or "").isdigit() else 0
        if what == "K":
            rows[y] = rows[y][:x]
        elif what == "J":
            rows[y], rows[y + 1:] = rows[y][:x], []
        elif what in ("A", "B", "C", "D"):
            y += {"A": -1, "B": 1}.get(what, 0) * (count or 1)
            x += {"D": -1, "C": 1}.get(what, 0) * (count or 1)
        elif what or m.group()[0] in "\x1b\a":
            continue
        elif m.group() == "\n":
            y += 1
        elif m.group() == "\r":
            x = 0
        elif m.group() == "\b":
            x -= 1
        else:
            if x == width:
                y, x = y + 1, 0
                rows += [[] for _ in range(y + 1 - len(rows))]
            rows[y] += " " * (x + 1 - len(rows[y]))
            rows[y][x] = m.group()
            x += 1
        y, x = max(0, y), max(0, x)
        rows += [[] for _ in range(y + 1 - len(rows))]
    return "\n".join("".join(row).rstrip() for row in rows)


class Box:
    """A folder of its own with HOME and a working directory, and an environment that holds nothing of ours."""

    def __init__(self, **env):
        self.root = tempfile.mkdtemp(prefix="hobnob-e2e-")
        os.chmod(self.root, 0o755)
        self.home, self.cwd = os.path.join(self.root, "home"), os.path.join(self.root, "work")
        self.running = []
        os.mkdir(self.home, 0o700)
        os.mkdir(self.cwd, 0o755)
        keep = {k: v for k, v in os.environ.items()
                if k in ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH", "HOBNOB_DEBUG_PLUGINS")}
        self.env = {**keep, "HOME": self.home, "LC_ALL": "C.UTF-8", "TERM": "xterm", **env}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for r in self.running:
            r.free()
        shutil.rmtree(self.root, ignore_errors=True)

    def write(self, name, text, mode=0o644):
        """Writes a file, below the working directory unless the name is absolute; its path."""
        path = os.path.join(self.cwd, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text.encode() if isinstance(text, str) else text)
        os.chmod(path, mode)
        return path

    def config(self, text, mode=0o600):
        """Writes the config file at its default place; its path."""
        return self.write(os.path.join(self.home, ".config", "hobnob", "config.yaml"), text, mode)

    def fixture(self, name):
        """The folder with a plugin of tests/abi, as an argument of --plugin-path."""
        built = os.path.join(BUILD, "tests/abi/.libs", name + ".so")
        if not os.path.exists(built):
            raise Skip(f"{name}.so is not built; make check builds it")
        folder = os.path.join(self.root, "plugins")
        os.makedirs(folder, 0o755, exist_ok=True)
        os.chmod(shutil.copy(built, folder), 0o755)
        return folder

    def read(self, name):
        """Reads a text file below the working directory."""
        with open(os.path.join(self.cwd, name), encoding="utf-8") as f:
            return f.read()

    def start(self, *args, env=None, argv=None, stdin=subprocess.PIPE, **more):
        """Starts the program on pipes."""
        process = subprocess.Popen([*(argv or [HOBNOB]), *args], env={**self.env, **(env or {})}, cwd=self.cwd,
                                   stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        fds = {os.dup(process.stdout.fileno()): "out", os.dup(process.stderr.fileno()): "err"}
        process.stdout.close()
        process.stderr.close()
        running = Running(process, fds)
        self.running.append(running)
        return running

    def run(self, *args, stdin=None, env=None, argv=None, timeout=TIMEOUT, **more):
        """Runs the program to its end; stdin None is an empty one. The Result."""
        if stdin is None:
            return self.start(*args, env=env, argv=argv, stdin=subprocess.DEVNULL, **more).end(timeout)
        with tempfile.TemporaryFile() as f:
            pipe_in, pipe_out = os.pipe()
            data = stdin.encode() if isinstance(stdin, str) else stdin
            if len(data) > 60000:  # more than a pipe holds: a file will do
                f.write(data)
                f.seek(0)
                os.close(pipe_out)
                running = self.start(*args, env=env, argv=argv, stdin=f, **more)
            else:
                os.write(pipe_out, data)
                os.close(pipe_out)
                running = self.start(*args, env=env, argv=argv, stdin=pipe_in, **more)
            os.close(pipe_in)
            return running.end(timeout)

    def terminal(self, *args, env=None, argv=None, size=(24, 100), err=None, first=False):
        """Starts the program on a terminal. Unless the environment says something of it, replies are shown as they come, without Markdown
        and without the line after each. It is not the first time, unless first is set: a first conversation begins with a word of help."""
        plain = {"HOBNOB_FOOTER": "off", "HOBNOB_MARKDOWN": "never"}
        if not first:
            os.makedirs(self.home + "/.local/state/hobnob", mode=0o700, exist_ok=True)
        t = Terminal([*(argv or [HOBNOB]), *args], {**plain, **self.env, **(env or {})}, self.cwd, size, err)
        self.running.append(t)
        return t


def at_server(server, **env):
    """A Box whose environment leads the provider openai to a server of ours."""
    return Box(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url, OPENAI_MODEL="test-model", **env)


# ---- assertions ----------------------------------------------------------------------------------

def same(got, expected, about=""):
    """Exactly that."""
    if got == expected:
        return
    if isinstance(got, str) and isinstance(expected, str) and "\n" in got + expected:
        diff = "\n".join(difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm=""))
        raise AssertionError(f"{about}\n{diff}\nexpected {expected!r}\ngot {got!r}")
    raise AssertionError(f"{about}\nexpected {expected!r}\ngot      {got!r}")


def ended(result, status, out=None, err=None):
    """The status, and stdout and stderr where they are given: a str is exact, a pattern is searched for."""
    if result.status != status:
        raise AssertionError(f"expected status {status}\n{result}")
    for name, expected in (("out", out), ("err", err)):
        got = getattr(result, name)
        if isinstance(expected, re.Pattern):
            if not expected.search(got):
                raise AssertionError(f"no {expected.pattern!r} in std{name}\n{result}")
        elif expected is not None:
            same(got, expected, f"std{name} of\n{result}")
    return result


def timeless(text):
    """A transcript without what a clock says: how long a turn took, and how fast it was where it took long."""
    text = re.sub(r" \(first \d+\.\d\)|, ~?\d+\.\d tokens/s", "", text.replace("\r", ""))
    return re.sub(r"\d+\.\d(?= s(,|$))", "#.#", text, flags=re.M)


def holds(text, *parts):
    """Each part is in the text."""
    for part in parts:
        if part not in text:
            raise AssertionError(f"no {part!r} in\n{text}")


def lacks(text, *parts):
    """No part is in the text."""
    for part in parts:
        if part in text:
            raise AssertionError(f"{part!r} is in\n{text}")


def truth(value, about):
    """It holds."""
    if not value:
        raise AssertionError(about)


def golden(name, got):
    """As in golden/NAME; HOBNOB_TEST_GOLDEN=write writes it instead."""
    path = os.path.join(GOLDEN, name)
    if os.environ.get("HOBNOB_TEST_GOLDEN") == "write":
        with open(path, "w", encoding="utf-8") as f:
            f.write(got)
    with open(path, encoding="utf-8") as f:
        same(got, f.read(), f"golden/{name}")


def lines_of(text):
    """The JSON documents of a text with one a line; what is an event is as the schema says."""
    return [SCHEMA.checked(json.loads(line)) for line in text.splitlines()]


# ---- TAP -------------------------------------------------------------------------------------------

class Skip(Exception):
    """A test that cannot be run here, and why."""


TESTS = []


def test(function):
    """Marks a test."""
    TESTS.append((function, (), function.__doc__.strip().splitlines()[0].rstrip(".")))
    return function


def test_each(rows):
    """Marks a test that is run for each row: a name, and what the function takes."""
    def mark(function):
        about = function.__doc__.strip().splitlines()[0].rstrip(".")
        for name, *args in rows:
            TESTS.append((function, args, f"{about}: {name}"))
        return function
    return mark


def say(text):
    """A diagnostic."""
    for line in str(text).splitlines():
        print("# " + line)


def run_one(number, function, args, name):
    """Runs one test and prints its line; whether it passed."""
    name = name.replace("#", "\\#")
    try:
        note = function(*args)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        return True
    except Exception as trouble:  # pylint: disable=broad-except
        print(f"not ok {number} - {name}")
        if isinstance(trouble, AssertionError):
            where = traceback.extract_tb(trouble.__traceback__)
            say("at " + ", ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in where[1:]))
            say(trouble)
        else:
            say(traceback.format_exc())
        sys.stdout.flush()
        return False
    print(f"ok {number} - {name}", flush=True)
    if note:
        say(note)
    return True


def begin(number, case):
    """Begins a test in a process of its own: its id, and the file that takes what it prints."""
    # pylint: disable=consider-using-with
    out = tempfile.TemporaryFile("w+", encoding="utf-8")
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.dup2(out.fileno(), 1)
        good = run_one(number, *case)
        sys.stdout.flush()
        os._exit(0 if good else 1)
    return pid, out


def finish(pid, out):
    """Waits for a test that was begun, and prints what it printed; whether it passed."""
    _, status = os.waitpid(pid, 0)
    with out:
        out.seek(0)
        print(out.read(), end="", flush=True)
    return status == 0


def run_together(cases, at_once):
    """Runs tests, so many at a time, and prints their lines in order; whether all passed."""
    good, begun = True, []
    for number, case in enumerate(cases, 1):
        begun.append(begin(number, case))
        if len(begun) == at_once:
            good = finish(*begun.pop(0)) and good
    return all([finish(*one) for one in begun]) and good


def main(at_once=1, chained=False):
    """Runs all tests of the file, or those whose names hold a word of the command line; --list only names them.

    at_once: how many of them run at a time. More than one is for tests that wait most of their time and share nothing.
    chained: a test goes on where the one before it ended, so that a sample of them means nothing.
    """
    if sys.argv[1:] == ["--list"]:
        print("\n".join(name for _, _, name in TESTS))
        return
    chosen = [t for t in TESTS if any(w in t[2] for w in sys.argv[1:])] if sys.argv[1:] else TESTS[::1 if chained else SAMPLE]
    if not os.access(HOBNOB, os.X_OK):
        print(f"Bail out! {HOBNOB} is not there: build it first")
        sys.exit(1)
    if at_once > 1:
        good = run_together(chosen, at_once)
    else:
        good = all([run_one(number, *case) for number, case in enumerate(chosen, 1)])
    print(f"1..{len(chosen)}")
    sys.exit(0 if good else 1)


def shares(name):
    """The files that run the tests of a module between them: test_NAME_1.py and so on."""
    return sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), f"test_{name}_[0-9].py")))


def main_share(path):
    """Runs every Nth test of the module that the file is named after, where there are N such files; all of its share at once."""
    name = os.path.basename(path)[len("test_"):-len("_1.py")]
    files = [os.path.basename(f) for f in shares(name)]
    importlib.import_module(name)
    TESTS[:] = TESTS[files.index(os.path.basename(path))::len(files)]
    main(at_once=len(TESTS))
