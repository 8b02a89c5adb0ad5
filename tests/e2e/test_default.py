#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who answers where nobody says so: the keys and addresses of the environment decide, in an order."""
import json

from hob import KEY, Box, ended, holds, main, test, test_each

OPENROUTER, OWN = "sk-or-v1-0123456789", "http://127.0.0.1:8080/v1"
HOSTS = {"openrouter": "https://openrouter.ai/", "openai": "https://api.openai.com/", "own": OWN,
         "anthropic": "https://api.anthropic.com/", "gemini": "https://generativelanguage.googleapis.com/"}

# Each case has one more name than the next one below it.
ROWS = [
    ("openrouter", {"OPENROUTER_API_KEY": OPENROUTER, "OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY}),
    ("openrouter", {"OPENAI_API_KEY": OPENROUTER, "ANTHROPIC_API_KEY": KEY}),
    ("openai", {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY}),
    ("own", {"OPENAI_BASE_URL": OWN, "OPENAI_MODEL": "m", "ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY}),
    ("anthropic", {"ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY, "GOOGLE_API_KEY": KEY}),
    ("gemini", {"GEMINI_API_KEY": KEY, "GOOGLE_API_KEY": "other"}),
]


@test_each([(f"{who}: {', '.join(env)}", who, env) for who, env in ROWS])
def chosen(who, env):
    """The first rule that holds chooses"""
    with Box(**env) as box:
        request = json.loads(ended(box.run("-n", "--dry-run", "Hi"), 0).out)
        holds(request["url"], HOSTS[who])


@test
def nobody():
    """A key that may be for something else chooses nobody; hobnob says which lines to paste, and exits with 3"""
    with Box(GOOGLE_API_KEY=KEY) as box:
        holds(ended(box.run("-n", "Hi"), 3, "").err, "OPENROUTER_API_KEY=", "OPENAI_API_KEY=", "ANTHROPIC_API_KEY=", "GEMINI_API_KEY=",
              "OPENAI_BASE_URL=", "-p ollama", "-p mock")


if __name__ == "__main__":
    main()
