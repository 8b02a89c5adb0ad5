# SPDX-License-Identifier: MIT
"""A first-time user's minute, on a real terminal with the mock's delays, and the picture of it.

A question, a paste of fifty lines, Ctrl-C in the reply, /retry, /stats, Ctrl-D, and `hobnob -c`. test_minute.py runs it as a test,
docs/picture makes docs/minute.svg of it.
"""
import json
import os
import re
from xml.sax.saxutils import escape

from hob import HOBNOB
from vt import View

ROWS, COLUMNS = 12, 80  # a low window shows how a long text is edited
PASTE = "\n".join(f"02:{i:02} {('web', 'db', 'mail')[i % 3]} {'gone' if i == 30 else 'ok'}" for i in range(50))
HALF = "Fifty lines, from 02:00 to 02:49. "
LONG = HALF + "All is well but for one:\nat 02:30 web was gone, and it was back at 02:33."
STEPS = [
    {"match": "^What is", "delta_ms": 5, "text": "Once: to drink to each other by turns. Now: to chat."},
    {"match": "^02:00.*02:49", "delta_ms": 60000, "chunks": [HALF, "never shown"]},
    {"match": "^02:00.*02:49", "delta_ms": 5, "text": LONG},
    {"match": "^Which host", "delta_ms": 5, "text": "web, and only at 02:30.", "times": 0},
]


def furnish(box):
    """Lays out the user's world: hobnob on the PATH, and the mock as the provider."""
    os.mkdir(box.root + "/bin")
    os.symlink(HOBNOB, box.root + "/bin/hobnob")
    script = box.write("minute.json", json.dumps({"steps": STEPS}))
    box.config(f"provider: mock\nproviders: {{mock: {{script: {script}}}}}\n")
    box.env.update(PATH=box.root + "/bin:" + box.env["PATH"], PS1="$ ")


def shell_prompt(view, below=-1):
    """Waits for the shell's prompt below a row."""
    view.until(lambda: view.screen.cursor.y > below and view.screen.display[view.screen.cursor.y].rstrip() == "$", "the shell's prompt")


def minute(box):
    """Lives it; the View in the end. Each step waits for its outcome."""
    furnish(box)
    view = View(box, argv=["/bin/sh"], size=(ROWS, COLUMNS), paper=100)
    shell_prompt(view)
    view.send("hobnob\r")
    view.say("What is a hobnob?")
    row = view.prompted()
    view.send(f"\x1b[200~{PASTE}\x1b[201~")
    view.shows(PASTE[-11:])
    view.send("\r")
    view.shows("Assistant: " + HALF.rstrip())
    view.send("\x03")
    row = view.prompted(row)
    view.shows("(interrupted)")
    view.say("/retry")
    view.shows(LONG[-20:])
    row = view.say("/stats")
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
    return re.sub(r"\d+\.\d s\b", "#.# s", re.sub(r"\d{8}T\d{6}-[0-9a-f]{4}", "ID", text))


# ---- the picture -----------------------------------------------------------------------------------

WIDTH, HEIGHT, MARGIN = 8, 17, 12  # pixels: of a column, of a row, around all
COLOURS = {"default": "#d8dee9", "green": "#a3d977", "cyan": "#7fd1e0", "red": "#e0707c"}


def runs(cells):
    """(column, columns, text, colour, bold) of each run of signs of one look in a row."""
    found = []
    for x, cell in enumerate(cells):
        look = (cell.fg, cell.bold)
        if found and found[-1][3:] == look:
            column, _, text, *_ = found.pop()
            found.append((column, x + 1 - column, text + cell.data, *look))
        else:
            found.append((x, 1, cell.data, *look))
    return [run for run in found if run[2].strip()]


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
        for x, columns, text, colour, bold in runs(cells):
            lead = len(text) - len(text.lstrip())
            text, x, columns = text.strip(), x + lead, columns - lead - (len(text) - len(text.rstrip()))
            weight = ' font-weight="bold"' if bold else ""
            out.append(f'<text x="{MARGIN + x * WIDTH}" y="{MARGIN + y * HEIGHT + 13}" textLength="{columns * WIDTH}" '
                       f'fill="{COLOURS.get(colour, COLOURS["default"])}"{weight} xml:space="preserve">{escape(text)}</text>')
    return "\n".join([*out, "</svg>", ""])
