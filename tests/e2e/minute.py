# SPDX-License-Identifier: MIT
"""A first-time user's minute, on a real terminal with the mock's delays, and the picture of it.

A question whose reply has Markdown and code, `/copy code 1`, a paste of fifty lines, Ctrl-C in the reply, /retry, Ctrl-D, and
`hobnob -c`. test_minute.py runs it as a test, docs/picture makes docs/minute.svg of it.
"""
import json
import os
import re
from xml.sax.saxutils import escape

from hob import HOBNOB
from vt import View

ROWS, COLUMNS = 12, 80  # a low window shows how a long text is edited
CODE = """from collections import Counter

def words(path):
    # the ten that come most often
    with open(path) as file:
        return Counter(file.read().split()).most_common(10)
"""
QUESTION = "Count the words of a file in Python"
COUNT = f"Let a **Counter** do it: it takes the words from `split()` as they come.\n\n```python\n{CODE}```\n\n- upper and lower case count as *different* words\n"
PASTE = "\n".join(f"02:{i:02} {('web', 'db', 'mail')[i % 3]} {'gone' if i == 30 else 'ok'}" for i in range(50))
HALF = "Fifty lines, from 02:00 to 02:49. "
LONG = HALF + "All is well but for one: at 02:30 **web was gone**, and it was back at 02:33."
STEPS = [
    {"match": "^Count the words", "delta_ms": 2, "text": COUNT},
    {"match": "^02:00.*02:49", "delta_ms": 60000, "chunks": [HALF, "never shown"]},
    {"match": "^02:00.*02:49", "delta_ms": 2, "text": LONG},
    {"match": "^Which host", "delta_ms": 2, "text": "web, and only at 02:30.", "times": 0},
]


def furnish(box):
    """Lays out the user's world: hobnob on the PATH, and the mock as the provider, at a price."""
    os.mkdir(box.root + "/bin")
    os.symlink(HOBNOB, box.root + "/bin/hobnob")
    script = box.write("minute.json", json.dumps({"steps": STEPS}))
    box.config(f"provider: mock\nproviders: {{mock: {{script: {script}}}}}\n"
               "models: {mock: {context: 8000, price_input: 2.5, price_output: 10}}\n")
    # a dark terminal, and the looks that a user has who sets nothing
    box.env.update(PATH=box.root + "/bin:" + box.env["PATH"], PS1="$ ", COLORFGBG="15;0", HOBNOB_FOOTER="end", HOBNOB_MARKDOWN="auto")


def shell_prompt(view, below=-1):
    """Waits for the shell's prompt below a row."""
    view.until(lambda: view.screen.cursor.y > below and view.screen.display[view.screen.cursor.y].rstrip() == "$", "the shell's prompt")


def minute(box):
    """Lives it; the View in the end. Each step waits for its outcome."""
    furnish(box)
    view = Picture(box, argv=["/bin/sh"], size=(ROWS, COLUMNS), paper=100, first=True)
    shell_prompt(view)
    view.send("hobnob\r")
    view.say(QUESTION)
    view.say("/copy code 1")
    row = view.prompted()
    view.send(f"\x1b[200~{PASTE}\x1b[201~")
    view.shows(PASTE[-11:])
    view.send("\r")
    view.shows("Assistant: " + HALF.rstrip())
    view.send("\x03")
    row = view.prompted(row)
    view.shows("(interrupted)")
    row = view.say("/retry")
    view.shows("was back at")
    view.send("\x04")
    shell_prompt(view, row - 1)
    row = view.screen.cursor.y
    view.send("hobnob -c\r")
    view.prompted(row)
    row = view.say("Which host was it?")
    view.send("\x04")
    shell_prompt(view, row - 1)
    return view


def timeless(text):
    """A picture without what a clock says, and without the conversation's id."""
    text = re.sub(r'textLength="\d+"([^>]*>[^<]*tok/s)', r'textLength="#"\1', text)
    text = re.sub(r"\d+\.\d s\b", "#.# s", re.sub(r"\d{8}T\d{6}-[0-9a-f]{4}", "ID", text))
    return re.sub(r"\d+(\.\d+)? tok/s", "# tok/s", text)


# ---- the picture -----------------------------------------------------------------------------------

WIDTH, HEIGHT, MARGIN = 8, 17, 12  # pixels: of a column, of a row, around all
COLOURS = {"default": "#d8dee9", "green": "#a3d977", "cyan": "#7fd1e0", "red": "#e0707c", "brown": "#e5c07b", "brightmagenta": "#d6a4e8",
           "brightred": "#ff8b94"}
DIM = "5c6370"  # the emulator knows no dim text: this colour stands for it


class Picture(View):
    """A View that knows dim text by its colour."""

    def feed(self, data):
        """Dim text as text of that colour."""
        rgb = ";".join(str(int(DIM[i:i + 2], 16)) for i in (0, 2, 4))
        super().feed(re.sub(rb"\x1b\[2m", f"\x1b[38;2;{rgb}m".encode(), data))


def runs(cells):
    """(column, columns, text, look) of each run of signs of one look in a row."""
    found = []
    for x, cell in enumerate(cells):
        look = (cell.fg, cell.bold, cell.italics, cell.underscore)
        if found and found[-1][3] == look:
            column, _, text, _ = found.pop()
            found.append((column, x + 1 - column, text + cell.data, look))
        else:
            found.append((x, 1, cell.data, look))
    return [run for run in found if run[2].strip()]


def attributes(fg, bold, italics, underscore):
    """A look as attributes of SVG."""
    fill = COLOURS.get(fg) or ("#" + fg if re.fullmatch("[0-9a-f]{6}", fg) else COLOURS["default"])
    return (f'fill="{fill}"' + (' font-weight="bold"' if bold else "") + (' font-style="italic"' if italics else "") +
            (' text-decoration="underline"' if underscore else ""))


def svg(view):
    """The screen as a picture: text in the reader's own monospaced font, each run set to its columns' width."""
    rows = [[view.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(len(view.lines()))]
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           'font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">',
           "<title>A first minute with hobnob</title>",
           "<!-- made by docs/picture -->",
           f'<rect width="{width}" height="{height}" rx="8" fill="#20242d"/>']
    for y, cells in enumerate(rows):
        for x, columns, text, look in runs(cells):
            lead = len(text) - len(text.lstrip())
            text, x, columns = text.strip(), x + lead, columns - lead - (len(text) - len(text.rstrip()))
            out.append(f'<text x="{MARGIN + x * WIDTH}" y="{MARGIN + y * HEIGHT + 13}" textLength="{columns * WIDTH}" '
                       f'{attributes(*look)} xml:space="preserve">{escape(text)}</text>')
    return "\n".join([*out, "</svg>", ""])
