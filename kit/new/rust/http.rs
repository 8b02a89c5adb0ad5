// SPDX-License-Identifier: MIT
@ndjson://! my-plugin: a provider for a server that answers with one JSON document a line.
@sse://! my-plugin: a provider for a server that answers with server-sent events.
//!
//! What the server speaks, and what you replace by your own:
//!
//!   POST BASE_URL/chat   {"model", "messages": [{"role", "content"}], "stream", "max_tokens", ...}
//!     a piece            {"text": "Hel"}
//!     the end            {"done": "stop", "usage": {"in": 12, "out": 34}}
//!     an error           {"error": {"type": "overloaded", "message": "no GPU is free"}}
//!   GET BASE_URL/models  {"models": [{"id": "small-1", "window": 8192}, ...]}
//!
//! An error comes with a status of its own, or after a status of 200. Without "stream" the answer is
//! one document, which has text, done and usage.
#[macro_use]
mod hobnob;
use hobnob::json::{object, parse, Json};
use hobnob::*;

/// Several calls may use it at once: it keeps nothing of a conversation.
struct MyProvider {
    base: String,
    key: Option<Secret>, // None: the server wants none
}

// ---- errors ----

/// The kinds of the server's errors.
const ERRORS: &[(&str, i32)] = &[
    ("bad_key", HN_ERR_AUTH),
    ("no_credit", HN_ERR_QUOTA),
    ("overloaded", HN_ERR_UNAVAILABLE),
    ("too_long", HN_ERR_CONTEXT_TOO_LONG),
    ("too_many_requests", HN_ERR_RATE_LIMITED),
    ("unknown_model", HN_ERR_NOT_FOUND),
];

/// The error that {"type", "message"} means: by the type, if it is known, else as `otherwise`.
fn error_of(error: &Json, otherwise: i32, head: &hn_http_response) -> Error {
    let kind = error["type"].str().unwrap_or("");
    let code = ERRORS.iter().find(|(known, _)| *known == kind).map_or(otherwise, |(_, code)| *code);
    let message = error["message"].str().unwrap_or("the server reports an error and does not say which");
    Error { status: head.status, retry_after_ms: head.retry_after_ms, flags: head.again, ..Error::new(code, message) }
}

// ---- the request ----

/// Sends on what the request sets, and nothing else.
fn body_of(request: &Request) -> Json {
    let messages: Vec<Json> = request.messages().map(|m| message_of(&m)).collect();
    let mut body = object([("messages", messages.into()), ("model", request.model().into()), ("stream", request.streams().into())]);
    if let Some(max_tokens) = request.max_tokens() {
        body.set("max_tokens", max_tokens);
    }
    if let Some(temperature) = request.temperature() {
        body.set("temperature", temperature);
    }
    body
}

fn message_of(message: &Message) -> Json {
    let role = match message.role() {
        HN_ROLE_SYSTEM => "system",
        HN_ROLE_ASSISTANT => "assistant",
        _ => "user",
    };
    object([("role", role.into()), ("content", message.text().into())])
}

impl MyProvider {
    /// A request with the key.
    fn ask(&self, method: &'static str, path: &str, body: String) -> Ask {
        let ask = Ask::new(method, join_url(&self.base, path), body);
        match self.key {
            Some(_) => ask.header("Authorization", "Bearer ", self.key),
            None => ask,
        }
    }
}

// ---- the reply ----

/// What has arrived; None for a document that was cut off: then the reply is unfinished.
fn document_of(call: &Call, piece: &Piece) -> Result<Option<Json>, Error> {
    let document = parse(piece.data).ok().filter(Json::is_object);
    match piece.kind {
        HN_DATA_ERROR_BODY => {
            Err(error_of(&document.unwrap_or(Json::Null)["error"], call.code_of_status(piece.head.status), piece.head))
        }
        HN_DATA_TAIL => Ok(document),
        _ if document.is_none() => Err(Error::new(HN_ERR_PROTOCOL, "the server sent something that is not a JSON object")),
        _ => Ok(document),
    }
}

/// Reads one document of the reply; true: it was the last.
fn read(call: &Call, document: &Json, head: &hn_http_response) -> Result<bool, Error> {
    if !document["error"].is_null() {
        return Err(error_of(&document["error"], HN_ERR_UNAVAILABLE, head));
    }
    call.say(document["text"].str().unwrap_or(""))?;
    if document["done"].is_null() {
        return Ok(false);
    }
    let usage = |key| document["usage"][key].int().unwrap_or(-1); // -1: unknown
    call.report(Usage::new().prompt(usage("in")).completion(usage("out")))?;
    call.finish(match document["done"].str() {
        Some("stop") => HN_FINISH_STOP,
        Some("length") => HN_FINISH_LENGTH,
        _ => HN_FINISH_UNKNOWN,
    })?;
    Ok(true)
}

impl Provider for MyProvider {
    const HEEDS: u32 = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE; // what body_of() sends on
    const MODELS: bool = true;

    /// Keeps what the options say. No network here.
    fn create(options: &Options) -> Result<Self, Error> {
        Ok(MyProvider { base: options.text("base_url"), key: options.secret("api_key") })
    }

    /// One attempt at one reply: hobnob repeats it, and waits, where that helps.
    fn chat(&self, call: &mut Call, request: &Request) -> Result<Reply, Error> {
@ndjson:        let ask = self.ask("POST", "chat", body_of(request).to_string()).framing(HN_FRAME_NDJSON);
@sse:        let ask = self.ask("POST", "chat", body_of(request).to_string()).framing(HN_FRAME_EVENTS);
        let mut finished = false;
        call.request(&ask, |piece| {
            if let Some(document) = document_of(call, piece)? {
                finished = read(call, &document, piece.head)?;
            }
            Ok(if finished { Flow::Enough } else { Flow::More })
        })?;
        if finished {
            Ok(Reply::Complete)
        } else {
            Err(Error::new(HN_ERR_TRUNCATED, "the server stopped in the middle of its reply"))
        }
    }

    /// The list of models.
    fn models(&self, call: &mut Call, put: &mut dyn FnMut(Model) -> Result<(), Error>) -> Result<(), Error> {
        call.request(&self.ask("GET", "models", String::new()), |piece| {
            let document = document_of(call, piece)?.unwrap_or(Json::Null);
            if !matches!(document["models"], Json::List(_)) {
                return Err(Error::new(HN_ERR_PROTOCOL, "the server sent something that is not a list of models"));
            }
            for entry in document["models"].items() {
                if let Some(id) = entry["id"].str().filter(|id| !id.is_empty()) {
                    put(Model::new(id).context(entry["window"].int().unwrap_or(-1)))?;
                }
            }
            Ok(Flow::More)
        })?;
        Ok(())
    }
}

// ---- what hobnob reads before it calls anything ----

plugin! {
    provider: MyProvider,
    name: "my-plugin", version: "0.1", summary: "asks a server", license: "MIT",
    options: [
        HN_OPT_STRING "api_key" {
            flags: [HN_OPTION_SECRET, HN_OPTION_REQUIRED, HN_OPTION_AT_HOME], env: ["MY_PLUGIN_API_KEY"], help: "key of the account",
        },
        HN_OPT_URL "base_url" { flags: [HN_OPTION_ENDPOINT], initial: "https://api.example.org/v1", help: "where the server is" },
        HN_OPT_STRING "model" { initial: "small-1", help: "which model answers" },
    ],
}
