#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Conversations as five vendors would bill them: usage in each one's own shape, the cost computed by hand.

The sums are in millionths of a dollar: tokens times USD per million tokens. The prices are those of the shipped table, which
the tests name by price_table, or of OpenRouter's own list.
"""
import json

import anthropic_server
import gemini_server
from hob import Box, ended, holds, lines_of, main, same, test, test_each
from server import DONE, Server, body, chunk, event, pieces

KEY = "sk-or-v1-0123456789abcdef"

# OpenAI, gpt-5-mini: 0.25 in, 2 out, 0.025 from the cache. The prompt holds what came from the cache, the completion the reasoning.
OPENAI = [
    #   1843 * 0.25   =  460.75
    #    412 * 2      =  824        256 of them reasoning
    #                   1284.75
    ({"prompt_tokens": 1843, "completion_tokens": 412, "total_tokens": 2255,
      "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
      "completion_tokens_details": {"reasoning_tokens": 256, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                                    "rejected_prediction_tokens": 0}}, "0.00128475"),
    #    599 * 0.25   =  149.75     2391 - 1792
    #   1792 * 0.025  =   44.8
    #    951 * 2      = 1902
    #                   2096.55
    ({"prompt_tokens": 2391, "completion_tokens": 951, "total_tokens": 3342,
      "prompt_tokens_details": {"cached_tokens": 1792, "audio_tokens": 0},
      "completion_tokens_details": {"reasoning_tokens": 640, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                                    "rejected_prediction_tokens": 0}}, "0.00209655"),
    #   1166 * 0.25   =  291.5      3470 - 2304
    #   2304 * 0.025  =   57.6
    #     97 * 2      =  194
    #                    543.1
    ({"prompt_tokens": 3470, "completion_tokens": 97, "total_tokens": 3567, "prompt_tokens_details": {"cached_tokens": 2304},
      "completion_tokens_details": {"reasoning_tokens": 0}}, "0.0005431"),
]
OPENAI_SUM = ("0.0039244", 7704, 1460, 4096, 896)  # 1284.75 + 2096.55 + 543.1 = 3924.4

# Anthropic via OpenRouter, claude-sonnet-4.5: 3 in, 15 out, 0.3 from the cache, 3.75 into it.
ANTHROPIC = [
    #    410 * 3      =  1230       5210 - 4800
    #   4800 * 3.75   = 18000
    #    318 * 15     =  4770
    #                   24000
    ({"prompt_tokens": 5210, "completion_tokens": 318, "total_tokens": 5528,
      "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4800, "audio_tokens": 0, "video_tokens": 0},
      "completion_tokens_details": {"reasoning_tokens": 0, "image_tokens": 0}}, "0.024"),
    #    375 * 3      =  1125       5687 - 4800 - 512
    #   4800 * 0.3    =  1440
    #    512 * 3.75   =  1920
    #    702 * 15     = 10530       389 of them reasoning
    #                   15015
    ({"prompt_tokens": 5687, "completion_tokens": 702, "total_tokens": 6389,
      "prompt_tokens_details": {"cached_tokens": 4800, "cache_write_tokens": 512, "audio_tokens": 0, "video_tokens": 0},
      "completion_tokens_details": {"reasoning_tokens": 389, "image_tokens": 0}}, "0.015015"),
    #   1121 * 3      =  3363       6433 - 5312
    #   5312 * 0.3    =  1593.6
    #     54 * 15     =   810
    #                    5766.6
    ({"prompt_tokens": 6433, "completion_tokens": 54, "total_tokens": 6487,
      "prompt_tokens_details": {"cached_tokens": 5312, "cache_write_tokens": 0},
      "completion_tokens_details": None}, "0.0057666"),
]
ANTHROPIC_SUM = ("0.0447816", 17330, 1074, 10112, 389)  # 24000 + 15015 + 5766.6 = 44781.6
ANTHROPIC_LIST = {"data": [{"id": "anthropic/claude-sonnet-4.5", "name": "Anthropic: Claude Sonnet 4.5", "context_length": 1000000,
                            "pricing": {"prompt": "0.000003", "completion": "0.000015", "request": "0", "image": "0.0048",
                                        "internal_reasoning": "0", "input_cache_read": "0.0000003",
                                        "input_cache_write": "0.00000375"}}]}

# The same, charged as OpenRouter says: the first with a tenth off, the second with the noise of a binary fraction behind it,
# which the 12th digit rounds away, the third with an exponent, and partly paid upstream with a key of the user's own.
CHARGED = [
    ({**ANTHROPIC[0][0], "cost": b"0.0216", "is_byok": False}, "0.0216"),
    ({**ANTHROPIC[1][0], "cost": b"0.015015000000000001", "is_byok": False, "cost_details": {"upstream_inference_cost": None}}, "0.015015"),
    #   288.33 + 5766.6 = 6054.93
    ({**ANTHROPIC[2][0], "cost": b"2.8833e-4", "is_byok": True, "cost_details": {"upstream_inference_cost": b"5.7666E-3"}}, "0.00605493"),
]
CHARGED_SUM = ("0.04266993", *ANTHROPIC_SUM[1:])  # 21600 + 15015 + 6054.93 = 42669.93

# xAI, grok-4.3: 1.25 in, 2.5 out, 0.2 from the cache. Its completion leaves the reasoning out where the total says so.
XAI = [
    #   1049 * 1.25   = 1311.25     1200 - 151
    #    151 * 0.2    =   30.2
    #   1055 * 2.5    = 2637.5      240 + 815: 1200 + 240 + 815 = 2255
    #                   3978.95
    ({"prompt_tokens": 1200, "completion_tokens": 240, "total_tokens": 2255,
      "prompt_tokens_details": {"text_tokens": 1200, "audio_tokens": 0, "image_tokens": 0, "cached_tokens": 151},
      "completion_tokens_details": {"reasoning_tokens": 815, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                                    "rejected_prediction_tokens": 0}, "num_sources_used": 0}, "0.00397895"),
    #   1530 * 1.25   = 1912.5      2730 - 1200
    #   1200 * 0.2    =  240
    #    512 * 2.5    = 1280
    #                   3432.5
    ({"prompt_tokens": 2730, "completion_tokens": 512, "total_tokens": 3242, "prompt_tokens_details": {"cached_tokens": 1200},
      "completion_tokens_details": {"reasoning_tokens": 0}, "num_sources_used": 0}, "0.0034325"),
    #    322 * 1.25   =  402.5      3010 - 2688
    #   2688 * 0.2    =  537.6
    #    700 * 2.5    = 1750        reasoning is in it: 3010 + 700 = 3710
    #                   2690.1
    ({"prompt_tokens": 3010, "completion_tokens": 700, "total_tokens": 3710, "prompt_tokens_details": {"cached_tokens": 2688},
      "completion_tokens_details": {"reasoning_tokens": 300}}, "0.0026901"),
]
XAI_SUM = ("0.01010155", 6940, 2267, 4039, 1115)  # 3978.95 + 3432.5 + 2690.1 = 10101.55

# The same, charged as xAI says: in ticks, of which a dollar has 10^10.
TICKS = [({**usage, "cost_in_usd_ticks": ticks}, cost)
         for (usage, _), ticks, cost in zip(XAI, (39789500, 34325001, 1), ("0.00397895", "0.0034325001", "0.0000000001"))]
TICKS_SUM = ("0.0074114502", *XAI_SUM[1:])

# Groq, openai/gpt-oss-120b: 0.15 in, 0.6 out, 0.075 from the cache. Times are no tokens.
TIMES = {"queue_time": 0.049315387, "prompt_time": 0.038715, "completion_time": 0.78125, "total_time": 0.819965}
GROQ = [
    #    950 * 0.15   =  142.5
    #    388 * 0.6    =  232.8      201 of them reasoning
    #                    375.3
    ({"x_groq": {"prompt_tokens": 950, "completion_tokens": 388, "total_tokens": 1338, **TIMES,
                 "completion_tokens_details": {"reasoning_tokens": 201}}}, "0.0003753"),
    #    514 * 0.15   =   77.1      1410 - 896; said twice, charged once
    #    896 * 0.075  =   67.2
    #    655 * 0.6    =  393
    #                    537.3
    ({"x_groq": {"prompt_tokens": 1410, "completion_tokens": 655, "total_tokens": 2065, **TIMES,
                 "prompt_tokens_details": {"cached_tokens": 896}},
      "prompt_tokens": 1410, "completion_tokens": 655, "total_tokens": 2065, **TIMES,
      "prompt_tokens_details": {"cached_tokens": 896}}, "0.0005373"),
    #    707 * 0.15   =  106.05     2115 - 1408
    #   1408 * 0.075  =  105.6
    #     12 * 0.6    =    7.2
    #                    218.85
    ({"prompt_tokens": 2115, "completion_tokens": 12, "total_tokens": 2127, **TIMES,
      "prompt_tokens_details": {"cached_tokens": 1408}}, "0.00021885"),
]
GROQ_SUM = ("0.00113145", 4475, 1055, 2304, 201)  # 375.3 + 537.3 + 218.85 = 1131.45

# Anthropic itself counts what the cache holds apart from the rest: the same three turns as by OpenRouter.
NATIVE = [(anthropic_server.counts(*counts), cost) for counts, (_, cost) in
          zip(((410, 318, 0, 4800), (375, 702, 4800, 512, 389), (1121, 54, 5312)), ANTHROPIC)]

# Google, gemini-2.5-flash: 0.3 in, 2.5 out, 0.03 from the cache. Thoughts are counted apart, and billed as the reply is.
GEMINI = [
    #   1200 * 0.3    =  360
    #    820 * 2.5    = 2050        180 + 640
    #                   2410
    (gemini_server.usage(1200, 180, 640), "0.00241"),
    #   1286 * 0.3    =  385.8      2310 - 1024
    #   1024 * 0.03   =   30.72
    #     95 * 2.5    =  237.5
    #                    654.02
    (gemini_server.usage(2310, 95, cached=1024), "0.00065402"),
    #   2833 * 0.3    =  849.9      2500 + 333 that a tool of the server's put in
    #    271 * 2.5    =  677.5      60 + 211
    #                   1527.4
    (gemini_server.usage(2500, 60, 211, tools=333), "0.0015274"),
]
GEMINI_SUM = ("0.00459142", 6343, 1186, 1024, 851)  # 2410 + 654.02 + 1527.4 = 4591.42


def written(usage):
    """JSON in which bytes stand for a number as it is written there."""
    numbers = []

    def mark(value):
        numbers.append(value.decode())
        return f"@{len(numbers) - 1}@"
    text = json.dumps(usage, default=mark)
    for i, number in enumerate(numbers):
        text = text.replace(f'"@{i}@"', number)
    return text.encode()


def last_chunk(usage):
    """The event that brings the usage: at the top, in x_groq, or both."""
    usage = dict(usage)
    groq = usage.pop("x_groq", None)
    out = b'{"id":"c","object":"chat.completion.chunk","choices":[]'
    out += b',"x_groq":{"id":"req_1","usage":' + written(groq) + b"}" if groq else b""
    out += b',"usage":' + written(usage) if usage else b""
    return event(out + b"}")


def answers(turns, model):
    """A step a turn: a streamed word, then its usage."""
    return [pieces([chunk({"role": "assistant", "content": "ok"}, model=model), chunk({}, "stop", model=model), last_chunk(usage), DONE])
            for usage, _ in turns]


def at_vendor(server, plugin, model):
    """A Box in which the provider `vendor` is that plugin at a server of ours."""
    box = Box(HOBNOB_VENDOR_API_KEY=KEY)
    box.config(f"provider: vendor\nmodel: {model}\nproviders: {{vendor: {{plugin: {plugin}, base_url: '{server.url}'}}}}\n")
    return box


INVOICES = [
    ("OpenAI by the table", "openai", "gpt-5-mini", "openai", "table", OPENAI, OPENAI_SUM),
    ("Anthropic via OpenRouter, as it reports", "openrouter", "anthropic/claude-sonnet-4.5", "auto", "provider", CHARGED, CHARGED_SUM),
    ("Anthropic via OpenRouter, by its list", "openrouter", "anthropic/claude-sonnet-4.5", "auto", "models", ANTHROPIC, ANTHROPIC_SUM),
    ("Anthropic via OpenRouter, by the table", "openrouter", "anthropic/claude-sonnet-4.5", "openrouter", "table", ANTHROPIC, ANTHROPIC_SUM),
    ("xAI by the table", "openai", "grok-4.3", "xai", "table", XAI, XAI_SUM),
    ("xAI, as it reports", "openai", "grok-4.3", "xai", "provider", TICKS, TICKS_SUM),
    ("Groq by the table", "openai", "openai/gpt-oss-120b", "groq", "table", GROQ, GROQ_SUM),
]


def check(server, plugin, model, vendor, source, turns, total):
    """Each turn and the sum of all cost what was computed by hand."""
    says = "".join('{"say":"Hi"}\n' for _ in turns) + '{"command":"/stats"}\n'
    with at_vendor(server, plugin, model) as box:
        if source == "models":
            ended(box.run("models"), 0, None, "")
        events = lines_of(ended(box.run("-f", "jsonl", "-o", f"price_table={vendor}", stdin=says), 0).out)
        same([(e["cost"], e["cost_source"]) for e in events if e["event"] == "done"], [(cost, source) for _, cost in turns])
        stats = events[-1]["data"]
        same((stats["cost"], stats["prompt_tokens"], stats["completion_tokens"], stats["cached_tokens"], stats["reasoning_tokens"]), total)
        same((stats["turns"], stats["cost_source"]), (len(turns), source))
        same([each["cost"] for each in stats["each"]], [cost for _, cost in turns])
        # The same conversation, gone on with: the sum is that of what was kept.
        out = ended(box.run("-c", "-i", "-f", "stdio", stdin="/stats\n"), 0).out
        holds(out, f"total: {len(turns)} turns, {total[1]} prompt + {total[2]} completion tokens, ${total[0]}\n")


@test_each(INVOICES)
def invoice(plugin, model, vendor, source, turns, total):
    """Each turn and the sum of all cost what was computed by hand"""
    with Server(*answers(turns, model), models=body(200, ANTHROPIC_LIST)) as server:
        check(server, plugin, model, vendor, source, turns, total)


@test
def anthropic_itself():
    """What Anthropic's cache held and took is billed at its own prices"""
    steps = [anthropic_server.reply(anthropic_server.text("ok"), usage=usage) for usage, _ in NATIVE]
    with anthropic_server.AnthropicServer(*steps, key=KEY) as server:
        check(server, "anthropic", "claude-sonnet-4-6", "anthropic", "table", NATIVE, ANTHROPIC_SUM)


@test
def gemini_itself():
    """What Gemini thought is billed as its reply is"""
    steps = [gemini_server.reply("ok", used=usage) for usage, _ in GEMINI]
    with gemini_server.Gemini(*steps, models=[{**gemini_server.MODEL, "id": "gemini-2.5-flash"}], key=KEY) as server:
        check(server, "gemini", "gemini-2.5-flash", "google", "table", GEMINI, GEMINI_SUM)


if __name__ == "__main__":
    main()
