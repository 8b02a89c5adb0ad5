# SPDX-License-Identifier: MIT
"""A terminal as a person sees it: what the program writes goes through an emulator (pyte), and tests look at its screen."""
import sys
import termios
import time

from hob import TIMEOUT, Skip

try:
    import pyte
except ImportError:  # a python3 beside the system's does not see the system's packages
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import pyte
    except ImportError:
        pyte = None


class View:
    """The program on a terminal, seen through the emulator; the arguments are those of Box.terminal.

    With `paper` rows the emulator shows so many, whatever the program takes the window's height to be: what would scroll away
    stays to be seen.
    """

    def __init__(self, box, *args, size=(24, 80), paper=0, **more):
        if not pyte:
            raise Skip("python3-pyte is not installed")
        self.screen = pyte.Screen(size[1], paper or size[0])
        self.stream = pyte.ByteStream(self.screen)
        self.seen = 0
        self.terminal = box.terminal(*args, size=size, **more)

    def update(self):
        """Shows the emulator what has come."""
        data = self.terminal.got["out"]
        self.feed(data[self.seen:])
        self.seen = len(data)

    def feed(self, data):
        """Gives the emulator what has come; a picture may change it before."""
        self.stream.feed(data)

    def lines(self):
        """The screen's rows down to the last that is not blank, without blanks at their ends."""
        rows = [row.rstrip() for row in self.screen.display]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def text(self):
        """The screen."""
        return "".join(row + "\n" for row in self.lines())

    def until(self, condition, about, timeout=TIMEOUT):
        """Waits until the condition holds on the screen."""
        deadline = time.monotonic() + timeout
        self.update()
        while not condition():
            # The condition may be about something else than the output, such as a file: so each wait for that is short.
            if time.monotonic() >= deadline or not self.terminal.pump(min(deadline, time.monotonic() + 0.05)):
                raise AssertionError(f"waited in vain for {about}; the screen:\n{self.text()}")
            self.update()

    def shows(self, text):
        """Waits until the screen shows a text, also one that is wrapped."""
        self.until(lambda: text in "".join(self.screen.display) or text in self.text(), repr(text))

    def prompted(self, below=-1):
        """Waits for a prompt with nothing behind it and the cursor there, below a row; that row."""
        def there():
            at = self.screen.cursor
            return at.y > below and at.x == 5 and self.screen.display[at.y].rstrip() == "You:"
        self.until(there, "a prompt")
        return self.screen.cursor.y

    def send(self, keys):
        """Types."""
        self.terminal.send(keys)

    def say(self, line):
        """Types a line at the prompt and waits for the next prompt."""
        row = self.prompted()
        self.send(line + "\r")
        return self.prompted(row)

    def resize(self, rows, columns):
        """Makes the window another size, which tells the program."""
        self.screen.resize(rows, columns)
        termios.tcsetwinsize(self.terminal.master, (rows, columns))

    def end(self):
        """Waits for the program's end; the Result."""
        result = self.terminal.end()
        self.update()
        return result
