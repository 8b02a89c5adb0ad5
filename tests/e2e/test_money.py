#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where prices and windows come from: the user, the provider's list, the shipped table, in that order; else unpriced."""
import json
import re

from hob import Box, at_server, ended, holds, lines_of, main, same, test, test_each
from server import DONE, Server, body, chunk, event, listing, pieces, reply

TABLE = ("-m", "gpt-5-nano", "-o", "price_table=openai")
LIST = {"data": [{"id": "gpt-5-nano", "context_length": 50000, "pricing": {"prompt": "0.000001", "completion": "0.000002"}}]}


def paid(box, *args, env=None):
    """Cost and source of a turn of 1000 + 100 tokens."""
    done = json.loads(ended(box.run("-n", "--json", *args, "x", env=env), 0).out)
    return done["cost"], done["cost_source"]


@test
def order():
    """The user's price, then that of models: in the config file, then the provider's list, then the shipped table"""
    with Server(reply("hi", usage=(1000, 100)), models=body(200, LIST)) as server, at_server(server) as box:
        same(paid(box, "-m", "gpt-5-nano"), (None, None))
        same(paid(box, *TABLE), ("0.00009", "table"))
        same(paid(box, *TABLE, "-o", "price_table=none"), (None, None))
        same(paid(box, "-m", "gpt-5-nano-2025-08-07", "-o", "price_table=openai"), ("0.00009", "table"))
        same(paid(box, "-m", "of-my-own", "-o", "price_table=openai"), (None, None))
        ended(box.run("models"), 0, re.compile(r"gpt-5-nano +50000 +1 +2 +models"), "")
        same(paid(box, *TABLE), ("0.0012", "models"))
        box.config("models: {gpt-5-nano: {price_input: 3, price_output: 4}}\n")
        same(paid(box, *TABLE), ("0.0034", "user"))
        same(paid(box, *TABLE, "-o", "price_input=5", "-o", "price_output=6"), ("0.0056", "user"))


@test
def by_another():
    """Your price is for the model by the provider that the run starts with: the same name elsewhere is another model"""
    with Server(reply("hi", usage=(1000, 100))) as server, at_server(server) as box:
        box.config(f"providers: {{there: {{plugin: openai, base_url: '{server.url}', model: m}}}}\n")
        args = ("-i", "-m", "m", "-o", "price_input=1", "-o", "price_output=2")
        r = ended(box.run(*args, stdin="x\n/provider there\n/model m\nx\n/provider openai\n/model m\nx\n/stats\n"), 0)
        same(re.findall(r"tokens, (\S+)", r.out), ["$0.0012", "unpriced,", "$0.0012", "$0.0024"])
        holds(r.err, "price_input and price_output were for m by openai: they do not apply to m by there\n")


@test
def by_alias():
    """What models: says under an alias is said of its model; what stands under the model's own name goes before it"""
    with Server(reply("hi", usage=(1000, 100))) as server, at_server(server) as box:
        alias = "aliases: {nano: some/model}\nmodels:\n  nano: {price_input: 1, price_output: 2}\n"
        box.config(alias)
        same(paid(box, "-m", "nano"), ("0.0012", "user"))
        same(paid(box, "-m", "some/model"), ("0.0012", "user"))
        same(paid(box, "-m", "another"), (None, None))
        box.config(alias + "  some/model: {price_input: 3, price_output: 4}\n")
        same(paid(box, "-m", "nano"), ("0.0034", "user"))


@test
def no_vendor():
    """A vendor that the table does not have is told, and prices nothing"""
    with Server(reply("hi")) as server, at_server(server) as box:
        r = ended(box.run("-n", "--json", "-m", "gpt-5-nano", "-o", "price_table=opena", "x"), 0)
        same(json.loads(r.out)["cost"], None)
        holds(r.err, 'hobnob: warning: price_table: the shipped table has no vendor "opena", so it prices nothing; there are auto, none, alibaba, anthropic, ')


@test
def shown():
    """/stats and models name the table, /stats with its date; /set price_table changes it in a conversation"""
    with Server(reply("hi", usage=(1000, 100)), models=listing("gpt-5-nano")) as server, at_server(server) as box:
        out = ended(box.run("-i", "-f", "stdio", *TABLE, stdin="x\n/stats\n/set price_table none\nx\n/stats\n"), 0).out
        holds(out, "$0.00009 (table)", "total: 1 turn, 1000 prompt + 100 completion tokens, $0.00009 (table: prices of 2026-07-02)\n",
              "$0.00009 and 1 unpriced")
        ended(box.run("models", *TABLE), 0, re.compile(r"^gpt-5-nano +400000 +128000 +0.05 +0.4 +0.005 +table$", re.M), "")


@test
def window():
    """The table's window is planned for, and its output limit asked for, at most 16384"""
    with Server(reply("hi")) as server, at_server(server) as box:
        data = lines_of(box.run("-f", "jsonl", *TABLE, stdin='{"command":"/context"}\n').out)[0]["data"]
        same((data["window"], data["reply_tokens"]), (400000, 16384))
        ended(box.run("-n", *TABLE, "x"), 0)
        same(server.chats[0].json["max_tokens"], 16384)


@test
def limit():
    """max_cost holds by the table's prices, before anything is sent"""
    with Server(reply("hi", usage=(1000, 100))) as server, at_server(server) as box:
        ended(box.run("-n", *TABLE, "-o", "max_cost=0.00001", "x " * 1000), 8, "", re.compile("max_cost would be passed"))
        ended(box.run("-n", "-m", "gpt-5-nano", "-o", "max_cost=1", "x"), 8, "", re.compile("the price of gpt-5-nano is unknown"))
        same(len(server.chats), 0)
        ended(box.run("-n", *TABLE, "-o", "max_cost=0.001", "x"), 0, "hi\n", re.compile("max_cost: the reply is limited to"))


# Name, usage as it is written, the four counts that are told (prompt, completion, cached, reasoning), cost, source. By
# gpt-5-nano's prices: 0.05 in, 0.4 out, 0.005 cached. None of the counts are told where one of the sums is an estimate.
NOTHING = (None, None, None, None)
USAGES = [
    ("whole", '{"prompt_tokens":1000,"completion_tokens":100}', (1000, 100, None, None), "0.00009", "table"),
    ("as doubles", '{"prompt_tokens":1000.0,"completion_tokens":1e2}', (1000, 100, None, None), "0.00009", "table"),
    ("zeros", '{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}', NOTHING, ..., "estimate"),
    ("zeros with a cost", '{"prompt_tokens":0,"completion_tokens":0,"cost":0}', NOTHING, ..., "estimate"),
    ("a reply of nothing", '{"prompt_tokens":1000,"completion_tokens":0}', (1000, None, None, None), ..., "estimate"),
    ("a prompt of nothing", '{"prompt_tokens":0,"completion_tokens":100}', (None, 100, None, None), ..., "estimate"),
    ("a total that holds the prompt", '{"prompt_tokens":0,"completion_tokens":100,"total_tokens":1100}', (1000, 100, None, None), "0.00009", "table"),
    ("a total that holds the thoughts", '{"prompt_tokens":1000,"completion_tokens":40,"total_tokens":1100}', (1000, 100, None, None), "0.00009", "table"),
    ("a cache apart", '{"input_tokens":10,"output_tokens":100,"cache_read_input_tokens":990}', (1000, 100, 990, None), "0.00004545", "table"),
    ("a cache written to", '{"input_tokens":10,"output_tokens":100,"cache_read_input_tokens":900,"cache_creation_input_tokens":90}',
     (1000, 100, 900, None), "0.0000495", "table"),
    ("a cache within the prompt", '{"prompt_tokens":1000,"completion_tokens":100,"cache_read_input_tokens":900}', (1000, 100, 900, None),
     "0.0000495", "table"),
    ("a cache that the prompt cannot hold", '{"prompt_tokens":10,"completion_tokens":100,"cache_read_input_tokens":990}', (1000, 100, 990, None),
     "0.00004545", "table"),
    ("a free reply", '{"prompt_tokens":1000,"completion_tokens":100,"cost":0}', (1000, 100, None, None), "0.00009", "table"),
    ("a free reply of doubtful parts", '{"prompt_tokens":1000,"completion_tokens":100,"cost":0,"prompt_tokens_details":{"cached_tokens":1001}}',
     (None, 100, None, None), ..., "estimate"),
    ("a free reply in ticks", '{"prompt_tokens":1000,"completion_tokens":100,"cost_in_usd_ticks":0}', (1000, 100, None, None), "0.00009", "table"),
    ("a total of two zeros", '{"prompt_tokens":0,"completion_tokens":0,"total_tokens":500}', NOTHING, ..., "estimate"),
    ("an estimated cost", '{"prompt_tokens":1000,"completion_tokens":100,"estimated_cost":0.002}', (1000, 100, None, None), "0.002", "provider"),
    ("a cost with its parts", '{"cost":{"request_cost":0.2,"total_cost":0.25}}', NOTHING, "0.25", "provider"),
    ("parts as large as their wholes", '{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":1000},'
     '"completion_tokens_details":{"reasoning_tokens":100}}', (1000, 100, 1000, 100), "0.000045", "table"),
    ("parts that are null", '{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":null},'
     '"completion_tokens_details":null}', (1000, 100, None, None), "0.00009", "table"),
    ("a prompt below nothing", '{"prompt_tokens":-5,"completion_tokens":100}', (None, 100, None, None), ..., "estimate"),
    ("a fraction", '{"prompt_tokens":1000,"completion_tokens":1.5}', (1000, None, None, None), ..., "estimate"),
    ("an absurd one", '{"prompt_tokens":1e300,"completion_tokens":100}', (None, 100, None, None), ..., "estimate"),
    ("one beyond int64", '{"prompt_tokens":1000,"completion_tokens":99999999999999999999}', (1000, None, None, None), ..., "estimate"),
    ("a text", '{"prompt_tokens":"12","completion_tokens":100}', (None, 100, None, None), ..., "estimate"),
    ("null", '{"prompt_tokens":1000,"completion_tokens":null}', (1000, None, None, None), ..., "estimate"),
    ("true", '{"prompt_tokens":true,"completion_tokens":100}', (None, 100, None, None), ..., "estimate"),
    ("a missing one", '{"prompt_tokens":1000}', (1000, None, None, None), ..., "estimate"),
    ("none at all", '{}', NOTHING, ..., "estimate"),
    ("no object", '[1000,100]', NOTHING, ..., "estimate"),
    ("more cached than sent", '{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":1001}}', (None, 100, None, None), ...,
     "estimate"),
    ("a cache below nothing", '{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":-5}}', (None, 100, None, None), ...,
     "estimate"),
    ("a cache in words", '{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":"12"}}', (None, 100, None, None), ...,
     "estimate"),
    ("more thought than said", '{"prompt_tokens":1000,"completion_tokens":100,"completion_tokens_details":{"reasoning_tokens":101}}', (1000, None, None, None),
     ..., "estimate"),
    ("a cost below nothing", '{"prompt_tokens":1000,"completion_tokens":100,"cost":-1}', (1000, 100, None, None), "0.00009", "table"),
    ("an absurd cost", '{"prompt_tokens":1000,"completion_tokens":100,"cost":1e300}', (1000, 100, None, None), "0.00009", "table"),
    ("a cost that is none", '{"prompt_tokens":1000,"completion_tokens":100,"cost":{"usd":1}}', (1000, 100, None, None), "0.00009", "table"),
    ("a cost without counts", '{"cost":0.25}', NOTHING, "0.25", "provider"),
    ("a tie that goes down to an even digit", '{"cost":0.0000000000025}', NOTHING, "0.000000000002", "provider"),
    ("a tie that goes up to one", '{"cost":0.0000000000015}', NOTHING, "0.000000000002", "provider"),
    ("just above a tie", '{"cost":2.500000000000000000000000000001e-12}', NOTHING, "0.000000000003", "provider"),
    ("more digits than a double has", '{"cost":1234.123456789012}', NOTHING, "1234.123456789012", "provider"),
]


@test_each(USAGES)
def usage(text, counts, cost, source):
    """Usage is taken by its word or not at all, and never breaks the turn"""
    def step(conn, request):
        return pieces([chunk({"content": "hi"}), chunk({}, "stop"), event(b'{"choices":[],"usage":' + text.encode() + b"}"),
                       DONE])(conn, request)
    with Server(step) as server, at_server(server) as box:
        done = json.loads(ended(box.run("-n", "--json", *TABLE, "x"), 0, None, "").out)
        same((done["text"], done["finish"], done["cost_source"]), ("hi", "stop", source))
        same(tuple(done["usage"][k + "_tokens"] for k in ("prompt", "completion", "cached", "reasoning")), counts)
        if cost is ...:  # by the estimate of what was sent and came: some tokens of each
            same(0.0000005 < float(done["cost"]) < 0.0001, True, done["cost"])
        else:
            same(done["cost"], cost)


@test
def free():
    """A charge of 0 is believed where no price is known, or the price is 0, too; beside a price of yours it passes no limit"""
    script = {"steps": [{"text": "a b", "cost": "0", "times": 0, "usage": {"prompt_tokens": 10, "completion_tokens": 2}}]}
    with Box() as box:
        mock = ("-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps(script)))
        same(paid(box, *mock), ("0", "provider"))
        same(paid(box, *mock, "-o", "price_input=0", "-o", "price_output=0"), ("0", "provider"))
        priced = (*mock, "-o", "price_input=1", "-o", "price_output=1000")
        same(paid(box, *priced), ("0.00201", "user"))
        r = box.run(*priced, "-o", "max_cost=0.07", "-i", stdin="x\n" * 9)
        same((r.status, "max_cost would be passed: $0.06" in r.err), (8, True), r)


def passed(box, limit, args):
    """The turns of a conversation are unpriced, and end in a refusal by the limit of the session or the day all the same"""
    same(paid(box, *args), (None, None))
    for name in ("max_cost", "max_cost_day"):
        r = box.run(*args, "-o", f"{name}={limit}", "-i", stdin="x\n" * 20)
        same((r.status, f"{name} would be passed: $0" in r.err), (8, True), r)


@test
def unpriced():
    """A turn that cannot be priced although there is a price counts for a limit as the most that it can have cost"""
    script = {"steps": [{"text": "a b", "times": 0, "usage": {"prompt_tokens": 10, "completion_tokens": 10**9}}]}
    with Box() as box:
        passed(box, 9000000, ("-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps(script)), "-o", "price_input=9000000",
                              "-o", "price_output=9000000", "-o", "max_tokens=64"))


@test_each([(f"{n} characters", "word " * (n // 5), believed) for n, believed in ((60, True), (1500, False), (6000, False))])
def too_few(text, believed):
    """A reply of which less than a 16th of the estimate is counted is estimated, short or long"""
    with Server(reply(text, usage=(30, 1))) as server, at_server(server) as box:
        done = json.loads(ended(box.run("-n", "--json", *TABLE, "x"), 0).out)
        same((done["usage"]["completion_tokens"], done["cost_source"]), (1, "table") if believed else (None, "estimate"))


@test_each([(repr(value), value) for value in ("abc", "-1", "1e400", "1e14", "0.0000001", "", "nan", "1,5", "$1", "0x1", " 1")])
def no_price(value):
    """What is no price is refused by the key's name, wherever it stands"""
    says = f'expected a price in USD per million tokens (at most 6 decimals), got "{value}"\n'
    with Box() as box:
        config = "    {}:\n      price_input: 1\n      price_output: '{}'\n"
        path = box.config("profiles:\n" + config.format("p", value))
        ended(box.run("-n", "-p", "mock", "-P", "p", "x"), 3, "", f"hobnob: {path}:4: price_output: {says}")
        box.config("models:\n" + config.format("mock", value))
        ended(box.run("-n", "-p", "mock", "x"), 3, "", f"hobnob: {path}:4: price_output: {says}")
        box.config("")
        ended(box.run("-n", "-p", "mock", "-o", f"price_cached={value}", "x"), 3, "", f"hobnob: -o price_cached: {says}")
        if value:  # an empty variable says nothing
            ended(box.run("-n", "-p", "mock", "x", env={"HOBNOB_PRICE_INPUT": value}), 3, "", f"hobnob: HOBNOB_PRICE_INPUT: {says}")


@test_each([
    ("input alone", "-o", "price_input=1", "", "-o: price_input needs price_output beside it"),
    ("cached alone", "-o", "price_cached=1", "", "-o: price_cached needs price_input and price_output beside it"),
    ("a model's input alone", "-p", "mock", "models: {m: {price_input: 1}}", ":1: m: price_input and price_output come together"),
    ("a model's cached alone", "-p", "mock", "models: {m: {price_cached: 1}}",
     ":1: m: price_cached needs price_input and price_output beside it"),
    ("a model's in a list", "-p", "mock", "models: {m: {price_input: [1], price_output: 2}}", ":1: price_input: expected a price in USD"),
    ("at the top of the file", "-p", "mock", "price_input: 1", ":1: price_input: only on the command line, in the environment or in a profile"),
])
def half_a_price(option, value, config, says):
    """Prices come together, and where a price may stand"""
    with Box() as box:
        box.config(config)
        holds(ended(box.run("-n", "-p", "mock", option, value, "x"), 3, "").err, says)


if __name__ == "__main__":
    main()
