// SPDX-License-Identifier: MIT
//! hobnob.rs: plugins of hobnob in Rust 1.63 or later, in one file and without other crates.
//!
//! As a module: copy this file and write `#[macro_use] mod hobnob; use hobnob::*;`. As a crate: depend on the folder in which it
//! stands and write `use hobnob::*;`. Build a `cdylib`, with the default `panic = "unwind"`.
//!
//! A provider is a type with the trait `Provider`, a frontend one with the trait `Frontend`; `plugin!` makes the plugin of it. An
//! `Error` or a panic ends the call and never crosses the line: hobnob shows its message. What hobnob returned comes back to it by `?`.
//!
//! Contents: the header - texts - errors and panics - options - requests - a call - HTTP - providers - frontends - the descriptor -
//! JSON. Nothing here is a part of the ABI: a built plugin does not notice when this file changes.
#![allow(non_camel_case_types, dead_code)]

use std::borrow::Cow;
use std::marker::PhantomData;
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::{any::Any, cell::RefCell, ffi::CString, ops::Deref, panic, ptr, slice, sync::Once};

#[cfg(panic = "abort")]
compile_error!("a panic must not end hobnob: build the plugin with panic = \"unwind\"");

pub use abi::*;

/// hobnob/plugin.h. Each struct with a size has a `Default`, which sets that size and leaves all else zero.
pub mod abi {
    use std::marker::PhantomData;
    use std::os::raw::{c_char, c_void};

    macro_rules! sized {
        ($($name:ident),*) => { $(
            impl Default for $name {
                fn default() -> Self {
                    // SAFETY: all members are numbers and pointers, for which zero is a value.
                    let mut made: Self = unsafe { std::mem::zeroed() };
                    made.struct_size = std::mem::size_of::<Self>() as u32;
                    made
                }
            }
        )* };
    }

    // ---- made from plugin.h by tests/check-bindings --write ----
    /// one running call: a create(), an attempt at a reply, a listing
    #[repr(C)]
    pub struct hn_call {
        _opaque: [u8; 0],
        _marker: PhantomData<*mut u8>,
    }
    /// a handle for a secret; its value never crosses the boundary
    #[repr(C)]
    pub struct hn_secret {
        _opaque: [u8; 0],
        _marker: PhantomData<*mut u8>,
    }
    /// one conversation
    #[repr(C)]
    pub struct hn_session {
        _opaque: [u8; 0],
        _marker: PhantomData<*mut u8>,
    }
    /// bytes and their number; p may be NULL if n is 0
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_str {
        pub p: *const c_char,
        pub n: usize,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_plugin {
        pub struct_size: u32,
        /// HN_ABI_MAJOR
        pub abi_major: u32,
        /// the lowest minor version of the host that the plugin works with
        pub need_minor: u32,
        /// HN_TYPE_*
        pub r#type: u32,
        /// none in 1.0
        pub flags: u32,
        pub n_options: u32,
        pub option_stride: u32,
        pub pad: u32,
        /// the file name without .so: NAME.so
        pub name: *const c_char,
        pub version: *const c_char,
        /// one line
        pub summary: *const c_char,
        /// SPDX
        pub license: *const c_char,
        pub options: *const hn_option,
        /// a const hn_provider or a const hn_frontend
        pub vtable: *const c_void,
    }
    /// An environment variable that may supply an option; a value without the prefix is ignored. prefix may be NULL: any value.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_env {
        pub name: *const c_char,
        pub prefix: *const c_char,
    }
    /// The key "model" is special: the general setting `model` and -m set it, too, and hobnob passes the model that it chose in each request. Customary are also "api_key", "base_url" and "headers": HN_API_KEY, HN_BASE_URL, HN_MODEL and HN_HEADERS of easy.h declare all four.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_option {
        /// HN_OPT_*
        pub r#type: u32,
        /// HN_OPTION_*
        pub flags: u32,
        /// elements of env
        pub n_env: u32,
        pub pad: u32,
        /// lower case, \[a-z0-9_\]+
        pub key: *const c_char,
        /// the default as text, or NULL
        pub initial: *const c_char,
        /// ENUM: the words, separated by one space; else NULL
        pub values: *const c_char,
        /// SECRET: "PREFIX HOST": a value that begins with PREFIX is never sent to HOST; or NULL
        pub forbid: *const c_char,
        /// one line
        pub help: *const c_char,
        /// in order; they apply only to the instance named after the plugin
        pub env: *const hn_env,
    }
    /// The value of an option. Borrowed until create() returns, but the secret until destroy().
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_value {
        pub struct_size: u32,
        /// HN_OPT_*
        pub r#type: u32,
        /// INT; BOOL as 0 or 1
        pub i: i64,
        /// NUMBER
        pub d: f64,
        /// STRING URL PATH ENUM; JSON as JSON text; LIST and MAP as JSON text too
        pub s: hn_str,
        /// SECRET; NULL: no value
        pub secret: *const hn_secret,
        /// LIST: n values. MAP: n pairs, key and value alternating
        pub items: *const hn_str,
        pub n: u32,
        /// 0: no value was given and there is no default
        pub is_set: u32,
    }
    /// An instance keeps no conversation state and is safe for several calls at once. create, destroy and chat are required.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_provider {
        pub struct_size: u32,
        /// HN_PROVIDER_*
        pub flags: u32,
        /// bits 1 \<\< HN_PART_*: the parts that chat() sends on. hobnob refuses a request with another part by name. OPAQUE needs no bit: it comes from the same plugin. 31 is the last type.
        pub accepts: u32,
        /// HN_SET_*: what of a request chat() passes on. hobnob refuses the others by name, before it calls chat().
        pub heeds: u32,
        /// Makes an instance from its options. 0, or fail(); if it fails, destroy() is not called, even if *self is set. No network. Any thread, but never two at once in one plugin.
        pub create: Option<unsafe extern "C" fn(*const hn_host, *mut hn_call, *mut *mut c_void) -> i32>,
        /// Frees an instance; no call is running. Any thread, as create().
        pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
        /// One attempt at one reply. 0 after HN_EV_FINISH was emitted, HN_ADAPTED, or fail(). A reply without FINISH is reported as truncated. A failure after FINISH is logged, and the reply stands, unless nothing of one was emitted. It never retries and never sleeps. Other positive values are reserved. Any thread, several at once.
        pub chat: Option<unsafe extern "C" fn(*mut c_void, *mut hn_call, *const hn_request) -> i32>,
        /// Optional: calls put() for each available model. 0, put()'s return value if that was not 0, or fail(). Any thread, several at once.
        pub models: Option<unsafe extern "C" fn(*mut c_void, *mut hn_call, Option<unsafe extern "C" fn(*mut c_void, *const hn_model) -> i32>, *mut c_void) -> i32>,
        /// Optional: asks what the account may still spend. 0, or fail(). Any thread.
        pub credit: Option<unsafe extern "C" fn(*mut c_void, *mut hn_call, *mut hn_credit) -> i32>,
    }
    /// One entry of a provider's list of models; prices in pico-dollars per token.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_model {
        pub struct_size: u32,
        /// HN_MODEL_*: which of the members below the list states
        pub set: u32,
        /// tokens
        pub context: i64,
        /// tokens
        pub max_output: i64,
        pub price_input: i64,
        pub price_output: i64,
        pub price_cached: i64,
        pub price_cache_write: i64,
        /// bits 1 \<\< HN_PART_*, as in hn_provider, of this model
        pub accepts: u32,
        /// HN_SET_*, as in hn_provider, of this model. TEMPERATURE, TOP_P, SEED, STOP and EFFORT are sent nevertheless, with a notice: lists are often incomplete.
        pub heeds: u32,
        /// required
        pub id: hn_str,
        pub name: hn_str,
    }
    /// What an account may still spend, in pico-dollars. hobnob fills it with -1, unknown, before the call.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_credit {
        pub struct_size: u32,
        /// HN_CREDIT_*
        pub flags: u32,
        pub left: i64,
        /// `left` is what remains of it
        pub limit: i64,
        /// spent so far with this key
        pub used: i64,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_part {
        /// HN_PART_*
        pub r#type: u32,
        /// HN_PARTFLAG_*
        pub flags: u32,
        pub id: hn_str,
        pub name: hn_str,
        pub mime: hn_str,
        pub data: hn_str,
    }
    /// The parts of a reply stand in the order in which they were emitted; text between two others is one TEXT part. An OPAQUE part belongs to the place where it stands: a provider emits it directly before or after what it is about, and gets it back there.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_message {
        /// HN_ROLE_*
        pub role: u32,
        /// none in 1.0
        pub flags: u32,
        pub n_parts: u32,
        pub part_stride: u32,
        /// never 0; unique in its conversation
        pub id: u64,
        /// derived: all TEXT parts joined
        pub text: hn_str,
        pub parts: *const hn_part,
        pub pad: *const c_void,
    }
    /// A tool that the model may call.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_tool {
        pub name: hn_str,
        pub description: hn_str,
        /// of its arguments: JSON Schema as text; empty: none
        pub schema: hn_str,
    }
    /// What to ask. There is at least one message; the system prompt is message 0 or absent. Two neighbours may have the same role: a provider whose API wants turns merges them.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_request {
        pub struct_size: u32,
        /// HN_REQUEST_*
        pub flags: u32,
        /// HN_SET_*; do not send what is not set
        pub set: u32,
        pub n_messages: u32,
        pub message_stride: u32,
        pub n_stop: u32,
        pub n_tools: u32,
        pub tool_stride: u32,
        /// HN_CHOICE_*
        pub tool_choice: u32,
        pub pad: u32,
        /// the reply's limit, in tokens, including reasoning. hobnob sets one where the user did not.
        pub max_tokens: i64,
        pub seed: i64,
        pub temperature: f64,
        pub top_p: f64,
        /// the model's context window, in tokens; 0: unknown
        pub window: i64,
        /// tokens of this request, as hobnob estimates it; 0: unknown
        pub prompt: i64,
        pub model: hn_str,
        /// the same text for all turns of one conversation; may be empty
        pub conversation: hn_str,
        pub reasoning_effort: hn_str,
        /// HN_CHOICE_NAMED
        pub tool_name: hn_str,
        /// \[A-Za-z0-9_-\]+, never empty with HN_SET_SCHEMA
        pub schema_name: hn_str,
        /// JSON Schema as text: the reply has to be JSON by it
        pub schema: hn_str,
        /// a JSON object to merge into the request, where the API allows
        pub extra: hn_str,
        pub messages: *const hn_message,
        pub stop: *const hn_str,
        pub tools: *const hn_tool,
        pub pad_p: *const c_void,
    }
    /// Tokens as reported. prompt includes cached and cache_write, completion includes reasoning. In the events of a session, a count that is not set is -1.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_usage {
        pub struct_size: u32,
        /// HN_USAGE_*: which of the members below were reported
        pub set: u32,
        pub prompt: i64,
        pub completion: i64,
        pub cached: i64,
        pub cache_write: i64,
        pub reasoning: i64,
        /// pico-dollars, as the server counted them
        pub cost: i64,
    }
    /// What emit() takes. The core copies all of it before emit() returns; an empty piece does nothing. After TEXT, REASONING, OPAQUE, TOOL_CALL or PART hobnob does not repeat a failed attempt, since the user has seen, or the account has paid, a part of the reply.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_event {
        pub struct_size: u32,
        /// HN_EV_*
        pub r#type: u32,
        /// HN_FINISH_*
        pub finish: i32,
        /// as the type says
        pub number: u32,
        /// PART: HN_PARTFLAG_*
        pub flags: u32,
        pub pad: u32,
        pub text: hn_str,
        pub name: hn_str,
        pub id: hn_str,
        pub mime: hn_str,
        pub usage: *const hn_usage,
    }
    /// What went wrong, for fail(). Only code is required; message is one sentence for a person.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_error {
        pub struct_size: u32,
        /// HN_ERR_*
        pub code: i32,
        /// HTTP status, 0 if none
        pub status: i32,
        /// HN_FAIL_*
        pub flags: u32,
        /// the wait that the server asked for; 0 or less: none
        pub retry_after_ms: i64,
        /// what and why
        pub message: hn_str,
        /// what to do; may be empty
        pub hint: hn_str,
        /// tokens: the context window that the server named; 0: none
        pub window: i64,
        /// tokens: the size of this request according to the server; 0: none
        pub prompt: i64,
        /// tokens: the longest reply according to the server; 0: none
        pub max_output: i64,
    }
    /// What every plugin gets at create(); it lives as long as the plugin.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_host {
        pub struct_size: u32,
        pub abi_minor: u32,
        /// A service by its versioned id, HN_ID_*; NULL if this host does not have it. \[any\]
        pub extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
        /// Passes one event to the core. Negative: unwind now and return that value. \[call\]
        pub emit: Option<unsafe extern "C" fn(*mut hn_call, *const hn_event) -> i32>,
        /// Reports why the call fails; returns err-\>code, so that a plugin can `return fail(...)`. The last one counts. \[call\]
        pub fail: Option<unsafe extern "C" fn(*mut hn_call, *const hn_error) -> i32>,
        /// 1 if the call should unwind, else 0: Ctrl-C, or a frontend's cancel(). Any thread, until the call returns.
        pub cancelled: Option<unsafe extern "C" fn(*mut hn_call) -> i32>,
        /// n zeroed bytes, aligned for any type. They live until the turn ends, through all of its attempts. Never NULL. \[call\]
        pub alloc: Option<unsafe extern "C" fn(*mut hn_call, usize) -> *mut c_void>,
        /// The value of a declared option. 0, or HN_ERR_PLUGIN if it was not declared. \[create\]
        pub option: Option<unsafe extern "C" fn(*mut hn_call, *const c_char, *mut hn_value) -> i32>,
        /// The code of an error kind by its name ("rate_limited"), or 0. \[any\]
        pub code_of_kind: Option<unsafe extern "C" fn(*const c_char) -> i32>,
    }
    /// A header. When hobnob sends it, it appends the value of the secret, if any, to `value`, and only if the URL has the origin of the instance's endpoint. hobnob itself sends Host, Content-Length, Accept, User-Agent and, with a body, Content-Type: application/json. The last three you may name yourself; Host, Content-Length and Transfer-Encoding are refused.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_http_header {
        pub name: hn_str,
        pub value: hn_str,
        pub secret: *const hn_secret,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_http_response {
        pub struct_size: u32,
        /// 0 until the head has arrived
        pub status: i32,
        /// from retry-after-ms or Retry-After; -1 if none
        pub retry_after_ms: i64,
        /// lower case, without parameters; borrowed until the request returns, as the next two
        pub content_type: hn_str,
        /// x-request-id and similar headers
        pub request_id: hn_str,
        /// of a redirect; redirects are never followed
        pub location: hn_str,
        /// from x-should-retry: HN_FAIL_RETRY, HN_FAIL_FINAL, or 0
        pub again: u32,
        pub pad: u32,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_http_request {
        pub struct_size: u32,
        /// HN_FRAME_*: how on_data() gets a 2xx body
        pub framing: u32,
        pub n_headers: u32,
        pub header_stride: u32,
        pub method: *const c_char,
        pub url: hn_str,
        /// empty: no body
        pub body: hn_str,
        pub headers: *const hn_http_header,
        /// Called as data arrives, on the thread of the call. type: HN_DATA_*; event: the name of the server-sent event, empty elsewhere. 0, HN_ENOUGH, HN_NEARLY, or negative to end the request with that value.
        pub on_data: Option<unsafe extern "C" fn(*mut c_void, *const hn_http_response, u32, hn_str, hn_str) -> i32>,
        pub ud: *mut c_void,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_http {
        pub struct_size: u32,
        pub pad: u32,
        /// Sends the request and reads the answer. 0: a complete answer arrived, whatever its status, or on_data returned HN_ENOUGH or HN_NEARLY. Negative: no answer, or it broke off (fail() has been called); the call was cancelled; or on_data's own value. out may be NULL. A session sends one request at a time: another one that begins meanwhile, in on_data() or on another thread, fails with HN_ERR_PLUGIN. \[call\]
        pub request: Option<unsafe extern "C" fn(*mut hn_call, *const hn_http_request, *mut hn_http_response) -> i32>,
        /// The error code of an HTTP status when nothing else is known; 0 for 2xx, HN_ERR_PROTOCOL for what is not a status. For an error inside a 200 the plugin chooses by itself. \[any\]
        pub code_of_status: Option<unsafe extern "C" fn(i32) -> i32>,
    }
    /// in ready only
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_pollfd {
        pub fd: i32,
        pub events: u32,
        pub ready: u32,
        pub pad: u32,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_io {
        pub struct_size: u32,
        pub pad: u32,
        /// A provider's only way to wait: until a descriptor is ready (HN_WAIT_READY), timeout_ms have passed (HN_WAIT_TIMEOUT; -1: never), or the call is cancelled (HN_ERR_INTERRUPTED). n = 0 sleeps. \[call\]
        pub wait_for: Option<unsafe extern "C" fn(*mut hn_call, *mut hn_pollfd, u32, i64) -> i32>,
        /// Monotonic time, ms. \[call\]
        pub now: Option<unsafe extern "C" fn(*mut hn_call) -> i64>,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_text {
        pub struct_size: u32,
        pub pad: u32,
        /// Passes `in` to put() in pieces that cannot act on a terminal: controls, escapes, bidirectional overrides and hidden text (tag characters) become visible, invalid UTF-8 becomes U+FFFD. \[any\]
        pub safe: Option<unsafe extern "C" fn(hn_str, u32, Option<unsafe extern "C" fn(*mut c_void, hn_str)>, *mut c_void)>,
        /// Columns that `in` takes on a terminal, as safe() would show it. \[any\]
        pub columns: Option<unsafe extern "C" fn(hn_str) -> u32>,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_log {
        pub struct_size: u32,
        pub pad: u32,
        /// One line for `-v` (level 1: steps) or `-vv` (level 2: wire detail); hobnob redacts secrets. \[call\]
        pub line: Option<unsafe extern "C" fn(*mut hn_call, u32, hn_str)>,
    }
    /// A program to start, without a shell. No text of it holds a NUL byte.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_program {
        pub struct_size: u32,
        /// 1 or more
        pub n_args: u32,
        pub n_env: u32,
        pub pad: u32,
        /// the program, which is looked for in PATH if it has no slash, and its arguments
        pub args: *const hn_str,
        /// Names of variables that it gets, if hobnob has them, besides PATH, HOME, LANG, LC_*, TMPDIR, TERM and USER.
        pub env: *const hn_str,
        /// the variable to which hobnob sets the value of the secret
        pub secret_name: hn_str,
        /// NULL: none. Refused to an instance with an ENDPOINT: its secrets go there and nowhere else.
        pub secret: *const hn_secret,
    }
    /// A program that runs. hobnob closes the descriptors; each is non-blocking.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_child {
        pub struct_size: u32,
        /// HN_CHILD_*
        pub flags: u32,
        /// of the process, and of the process group that it leads
        pub id: i32,
        /// to write to; -1 once it is closed, as are the other two
        pub input: i32,
        /// to read from
        pub output: i32,
        pub errors: i32,
        /// after finish(): its exit status; -1 if it has none
        pub status: i32,
        /// after finish(): the signal that ended it, or 0
        pub killed_by: i32,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_process {
        pub struct_size: u32,
        pub pad: u32,
        /// Starts a program in a process group of its own, with no other descriptors than 0, 1 and 2. 0, or negative after fail(): HN_ERR_CONFIG with what to do if there is no such program. What still runs when chat() returns hobnob ends. \[call\]
        pub spawn: Option<unsafe extern "C" fn(*mut hn_call, *const hn_program, *mut hn_child) -> i32>,
        /// Lets it read the end of its input. \[call\]
        pub close_input: Option<unsafe extern "C" fn(*mut hn_call, *mut hn_child) -> i32>,
        /// Closes the descriptors and waits wait_ms for its end, unless the call is cancelled. After that it sends SIGTERM to its group, and after grace_ms more, at most 5000, SIGKILL. When the program itself has ended, hobnob kills what is left of its group. 0: it is gone. \[call\]
        pub finish: Option<unsafe extern "C" fn(*mut hn_call, *mut hn_child, i64, i64) -> i32>,
    }
    /// What the command line asked for.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_start {
        pub struct_size: u32,
        /// HN_START_*
        pub flags: u32,
        /// the text of the first message
        pub first: hn_str,
        /// the folder where a frontend stores what it keeps between runs (an input history). It may not exist yet; it is empty if the frontend must keep nothing.
        pub keep: hn_str,
        /// what -a attached to the first message, beside its text: pass it on
        pub n_parts: u32,
        /// as hn_input.parts
        pub part_stride: u32,
        pub parts: *const hn_part,
        pub pad: *const c_void,
    }
    /// text is UTF-8 without NUL bytes, and empty only where there are parts. hobnob rejects any other text with an ERROR event of HN_ERR_USAGE and sends nothing. It skips a byte order mark at the start of a LINE.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_input {
        pub struct_size: u32,
        /// HN_INPUT_*
        pub r#type: u32,
        /// HN_SUBMIT_*
        pub flags: u32,
        pub n_parts: u32,
        pub part_stride: u32,
        pub pad: u32,
        pub text: hn_str,
        /// of a MESSAGE, after its text: IMAGE and FILE
        pub parts: *const hn_part,
        pub pad_p: *const c_void,
    }
    /// What happens while hobnob works on an input; each submit() ends in exactly one RESULT, DONE or ERROR. All text is valid UTF-8.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_session_event {
        pub struct_size: u32,
        /// HN_ON_*
        pub r#type: u32,
        /// HN_ERR_*
        pub code: i32,
        /// HTTP status, 0 if none
        pub status: i32,
        /// HN_FINISH_*
        pub finish: i32,
        pub attempt: u32,
        pub left_out: u32,
        pub sent: u32,
        pub number: u32,
        pub pad: u32,
        pub wait_ms: i64,
        /// to the first piece of text or reasoning; -1 if none arrived
        pub ttft_ms: i64,
        pub total_ms: i64,
        /// pico-dollars, -1 if the price is unknown
        pub cost: i64,
        pub text: hn_str,
        pub message: hn_str,
        pub hint: hn_str,
        /// the kind's name
        pub kind: hn_str,
        /// instance
        pub provider: hn_str,
        /// the one that actually answered, if known
        pub model: hn_str,
        pub upstream: hn_str,
        /// provider user models table estimate, or empty
        pub cost_source: hn_str,
        pub command: hn_str,
        /// JSON object
        pub data: hn_str,
        pub id: hn_str,
        pub usage: *const hn_usage,
        pub part: *const hn_part,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_status {
        pub struct_size: u32,
        /// how the last turn ended: 0 or HN_ERR_*
        pub last_turn: i32,
        pub n_messages: u32,
        /// 1 after /exit: return from run() with 0
        pub leaving: u32,
        /// of the session, pico-dollars; -1 while no reply has a price
        pub cost: i64,
        pub provider: hn_str,
        pub model: hn_str,
        /// the conversation's id, for `hobnob -r`; empty if the conversation is not saved
        pub session: hn_str,
        /// the model's, in tokens; -1: unknown
        pub window: i64,
    }
    /// How another conversation differs from the one that opens it.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_open {
        pub struct_size: u32,
        /// HN_OPEN_*
        pub flags: u32,
        /// pairs
        pub n_settings: u32,
        pub pad: u32,
        /// the instance; empty: as the settings choose
        pub provider: hn_str,
        pub model: hn_str,
        /// the id of a saved conversation; empty: a new one
        pub resume: hn_str,
        /// key and value alternating, as -o KEY=VALUE: for this conversation alone
        pub settings: *const hn_str,
        pub pad_p: *const c_void,
    }
    /// A session belongs to one thread at a time, different sessions to different threads at once. The functions of this table are \[session\] but for cancel(). A session's settings are its own: what /set changes in one, no other sees. Strings are borrowed until the next call on the session.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_session_api {
        pub struct_size: u32,
        pub pad: u32,
        /// What the command line asked for. HN_START_COLOR, _REASONING and _DUMB reflect the current settings: /set may have changed them since the last call.
        pub start: Option<unsafe extern "C" fn(*mut hn_session, *mut hn_start)>,
        /// Works on one input until it is done. Returns 0 after a RESULT or a DONE event; HN_ERR_INTERRUPTED after the DONE event of a cancelled turn (HN_FINISH_INTERRUPTED); its code after an ERROR event; HN_ERR_USAGE without an event, while another input is at work; on_event's value if it ended the turn, where a closing event may be missing.
        pub submit: Option<unsafe extern "C" fn(*mut hn_session, *const hn_input, hn_on_event, *mut c_void) -> i32>,
        /// Stops what submit() or ask() is doing in this session within 100 ms. \[signal\]
        pub cancel: Option<unsafe extern "C" fn(*mut hn_session)>,
        /// A frontend's only way to block: HN_WAIT_*, or HN_ERR_INTERRUPTED after Ctrl-C or a cancel() while nothing was running. n = 0 sleeps; timeout_ms -1: no timeout.
        pub wait_for: Option<unsafe extern "C" fn(*mut hn_session, *mut hn_pollfd, u32, i64) -> i32>,
        /// While submit() runs, it calls on_readable when fd is readable or at its end; fd -1 stops that. One per session.
        pub watch: Option<unsafe extern "C" fn(*mut hn_session, i32, Option<unsafe extern "C" fn(*mut c_void)>, *mut c_void)>,
        pub status: Option<unsafe extern "C" fn(*mut hn_session, *mut hn_status)>,
        /// Passes put() each completion of the word that ends at cursor, as the whole word. A word begins after the last blank; a completion may contain blanks, as file names do.
        pub complete: Option<unsafe extern "C" fn(*mut hn_session, hn_str, usize, Option<unsafe extern "C" fn(*mut c_void, hn_str, hn_str)>, *mut c_void)>,
        /// Message i of the current conversation, with its parts; NULL: there are fewer. *stride is its size. Borrowed until the next call on the session.
        pub message: Option<unsafe extern "C" fn(*mut hn_session, u32, *mut u32) -> *const hn_message>,
        /// Opens another conversation; how NULL: with the settings of this one. The new session may be used on another thread. 0, or HN_ERR_* with *why filled, which may be NULL; its texts are borrowed until the next call on this session.
        pub session_new: Option<unsafe extern "C" fn(*mut hn_session, *const hn_open, *mut *mut hn_session, *mut hn_error) -> i32>,
        /// Ends a conversation that session_new() opened; NULL and others are refused.
        pub session_end: Option<unsafe extern "C" fn(*mut hn_session) -> i32>,
        /// 1 if text contains a key, or something like one: do not save it in a file.
        pub secret: Option<unsafe extern "C" fn(*mut hn_session, hn_str) -> i32>,
        /// The value of a setting of hobnob's as `hobnob config get` prints it, such as "color"; empty if it is unset. /set may have changed it since the last call. 0, or HN_ERR_USAGE: this hobnob has no such setting, and *value is empty.
        pub setting: Option<unsafe extern "C" fn(*mut hn_session, hn_str, *mut hn_str) -> i32>,
    }
    /// Limits, prices, retries, keys and redaction apply as ever. Nothing is added to the conversation and nothing is trimmed: what does not fit is refused.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_relay {
        pub struct_size: u32,
        pub pad: u32,
        /// Asks an instance (empty: the session's own). The request's model may be empty, its max_tokens unset: then the session's apply. Ends in exactly one DONE or ERROR event, and returns as submit(). \[session\]
        pub ask: Option<unsafe extern "C" fn(*mut hn_session, hn_str, *const hn_request, hn_on_event, *mut c_void) -> i32>,
        /// The models of an instance, as hn_provider.models. 0, put()'s value, or HN_ERR_* with *why filled as in session_new(). \[session\]
        pub models: Option<unsafe extern "C" fn(*mut hn_session, hn_str, Option<unsafe extern "C" fn(*mut c_void, *const hn_model) -> i32>, *mut c_void, *mut hn_error) -> i32>,
    }
    /// A slash command that the frontend provides; hobnob adds it to /help and completion.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_command {
        pub struct_size: u32,
        pub pad: u32,
        /// "/multiline"
        pub name: *const c_char,
        /// "\[FILE\]", or NULL
        pub args: *const c_char,
        pub help: *const c_char,
        /// Runs it. The frontend owns the returned text and keeps it until the next call. 0 or HN_ERR_*. \[session\]
        pub run: Option<unsafe extern "C" fn(*mut c_void, *mut hn_session, hn_str, *mut hn_str) -> i32>,
        pub ud: *mut c_void,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_commands {
        pub struct_size: u32,
        pub pad: u32,
        /// The command is borrowed for the life of the session. 0, or HN_ERR_USAGE if the name is taken or not "/\[a-z\]+". \[session\]
        pub add: Option<unsafe extern "C" fn(*mut hn_session, *const hn_command) -> i32>,
    }
    /// All three functions are required, and come on one thread.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct hn_frontend {
        pub struct_size: u32,
        /// HN_FRONTEND_*
        pub flags: u32,
        pub create: Option<unsafe extern "C" fn(*const hn_host, *mut hn_call, *mut *mut c_void) -> i32>,
        pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
        /// Talks until the conversation ends. 0, how the last turn ended if input ended, or HN_ERR_INTERRUPTED. hobnob says why output failed, and what no event told; the frontend says what is wrong with its own input, with HN_ERR_USAGE.
        pub run: Option<unsafe extern "C" fn(*mut c_void, *mut hn_session) -> i32>,
    }
    /// Called on the thread of submit() or ask(). 0. Negative: the event could not be shown (HN_ERR_OUTPUT); the turn ends. Positive values are reserved for events that will ask a question; they read as 0. Return 0 for a type that you do not know. While it runs, the session takes status(), wait_for(), watch(), message(), setting() and cancel(), nothing else.
    pub type hn_on_event = Option<unsafe extern "C" fn(*mut c_void, *const hn_session_event) -> i32>;
    /// must be equal on both sides
    pub const HN_ABI_MAJOR: u32 = 1;
    /// of this header; a plugin states the minor version that it needs, not this one
    pub const HN_ABI_MINOR: u32 = 0;
    pub const HN_TYPE_PROVIDER: u32 = 1;
    pub const HN_TYPE_FRONTEND: u32 = 2;
    pub const HN_OPT_STRING: u32 = 1;
    pub const HN_OPT_INT: u32 = 2;
    pub const HN_OPT_NUMBER: u32 = 3;
    pub const HN_OPT_BOOL: u32 = 4;
    /// hobnob removes slashes at its end. Where `initial` is a plain http URL, the user may write an address, as in host:port: hobnob takes from it what is missing.
    pub const HN_OPT_URL: u32 = 5;
    /// hobnob writes HOME for a ~ before its first slash
    pub const HN_OPT_PATH: u32 = 6;
    /// one of the words in `values`
    pub const HN_OPT_ENUM: u32 = 7;
    pub const HN_OPT_LIST: u32 = 8;
    pub const HN_OPT_MAP: u32 = 9;
    /// any JSON value, or a mapping of the config file
    pub const HN_OPT_JSON: u32 = 10;
    /// create() is not called without it
    pub const HN_OPTION_REQUIRED: u32 = 1;
    /// option() gives a handle; hobnob adds KEY_command and KEY_file by itself
    pub const HN_OPTION_SECRET: u32 = 2;
    /// the URL that secrets are bound to; one per plugin
    pub const HN_OPTION_ENDPOINT: u32 = 4;
    /// It changes where or how a secret travels, as a header or a proxy does. A .env file that hobnob found in the working directory sets it only if that file also holds the secret.
    pub const HN_OPTION_STEERS: u32 = 8;
    /// REQUIRED and the default apply only while the endpoint is the plugin's own default: a key is required for the service itself, but not for a server of the user's own.
    pub const HN_OPTION_AT_HOME: u32 = 16;
    /// It names a program, a file or a socket. Only the user's own sources set it, never a .env file that hobnob found in the working directory. PATH implies it.
    pub const HN_OPTION_OWN: u32 = 32;
    /// chat(), models() and credit() compute or wait by themselves: hobnob runs each on a thread of its own.
    pub const HN_PROVIDER_BLOCKS: u32 = 1;
    /// chat(): "I changed how I ask; call me again now", after a server refused a member of the request. Once per member, at most three times per turn. It says what it left out by HN_EV_NOTICE.
    pub const HN_ADAPTED: i32 = 100;
    /// which members of a hn_model the list states
    pub const HN_MODEL_CONTEXT: u32 = 1;
    pub const HN_MODEL_MAX_OUTPUT: u32 = 2;
    pub const HN_MODEL_PRICE_INPUT: u32 = 4;
    pub const HN_MODEL_PRICE_OUTPUT: u32 = 8;
    pub const HN_MODEL_PRICE_CACHED: u32 = 16;
    pub const HN_MODEL_PRICE_CACHE_WRITE: u32 = 32;
    pub const HN_MODEL_ACCEPTS: u32 = 64;
    pub const HN_MODEL_HEEDS: u32 = 128;
    /// the key has no limit of its own
    pub const HN_CREDIT_UNLIMITED: u32 = 1;
    pub const HN_ROLE_SYSTEM: u32 = 1;
    pub const HN_ROLE_USER: u32 = 2;
    pub const HN_ROLE_ASSISTANT: u32 = 3;
    /// its parts are TOOL_RESULTs
    pub const HN_ROLE_TOOL: u32 = 4;
    pub const HN_PART_TEXT: u32 = 1;
    /// A provider's own bytes, with their name. They return with their message, and in their place among its parts, to the same instance and model.
    pub const HN_PART_OPAQUE: u32 = 2;
    /// data: the bytes; mime: image/png and the like; name: may be empty
    pub const HN_PART_IMAGE: u32 = 3;
    /// the same for another type; audio is a FILE
    pub const HN_PART_FILE: u32 = 4;
    /// id, name: of the tool; data: the arguments, JSON text
    pub const HN_PART_TOOL_CALL: u32 = 5;
    /// id: of the call; name: of the tool; data: text, or as mime says
    pub const HN_PART_TOOL_RESULT: u32 = 6;
    /// IMAGE, FILE: data is a URL instead of the bytes
    pub const HN_PARTFLAG_URL: u32 = 1;
    /// TOOL_RESULT: the tool failed; data says why
    pub const HN_PARTFLAG_ERROR: u32 = 2;
    /// the model decides whether to call a tool
    pub const HN_CHOICE_AUTO: u32 = 0;
    /// it calls none
    pub const HN_CHOICE_NONE: u32 = 1;
    /// it calls one or more
    pub const HN_CHOICE_REQUIRED: u32 = 2;
    /// it calls tool_name
    pub const HN_CHOICE_NAMED: u32 = 3;
    /// which members of a request the user or the core has set, and which settings a provider heeds
    pub const HN_SET_MAX_TOKENS: u32 = 1;
    pub const HN_SET_TEMPERATURE: u32 = 2;
    pub const HN_SET_TOP_P: u32 = 4;
    pub const HN_SET_SEED: u32 = 8;
    pub const HN_SET_STOP: u32 = 16;
    pub const HN_SET_EFFORT: u32 = 32;
    pub const HN_SET_TOOLS: u32 = 64;
    pub const HN_SET_TOOL_CHOICE: u32 = 128;
    pub const HN_SET_SCHEMA: u32 = 256;
    pub const HN_SET_EXTRA: u32 = 512;
    /// ask for a stream; without it, emitting pieces is still welcome
    pub const HN_REQUEST_STREAM: u32 = 1;
    /// Send nothing and start nothing. A provider that asks hobnob.http/1 continues as usual, and is stopped there; any other returns 0 at once.
    pub const HN_REQUEST_DRY: u32 = 2;
    /// text: a piece of the reply, which may split a UTF-8 character; the core joins the pieces
    pub const HN_EV_TEXT: u32 = 1;
    /// text: a piece of the reasoning
    pub const HN_EV_REASONING: u32 = 2;
    /// usage: replaces what was reported before
    pub const HN_EV_USAGE: u32 = 3;
    /// finish; text: the server's own word for it. The first one counts. After it the core drops TEXT, REASONING, TOOL_CALL, TOOL_PIECE and PART.
    pub const HN_EV_FINISH: u32 = 4;
    /// text: the model that actually answers; name: the upstream, may be empty
    pub const HN_EV_MODEL: u32 = 5;
    /// text: bytes; name: what they are; id, mime: may be empty
    pub const HN_EV_OPAQUE: u32 = 6;
    /// text: for a person, what else the reply contained that no event carries: "a piece of audio"
    pub const HN_EV_UNSHOWN: u32 = 7;
    /// text: a remark for the user, one line; not a part of the reply
    pub const HN_EV_NOTICE: u32 = 8;
    /// text: what the provider waits for, one line; number: thousandths that are done, 0: unknown
    pub const HN_EV_PROGRESS: u32 = 9;
    /// id, name: of the tool; text: all arguments, JSON text; number: which of several calls
    pub const HN_EV_TOOL_CALL: u32 = 10;
    /// A piece of the arguments of a call that HN_EV_TOOL_CALL will carry whole; for show only.
    pub const HN_EV_TOOL_PIECE: u32 = 11;
    /// number: HN_PART_IMAGE or HN_PART_FILE; text: the bytes, or a URL by flags; name, mime
    pub const HN_EV_PART: u32 = 12;
    /// only in the events of a session: there is no reply
    pub const HN_FINISH_NONE: i32 = 0;
    pub const HN_FINISH_STOP: i32 = 1;
    pub const HN_FINISH_LENGTH: i32 = 2;
    pub const HN_FINISH_CONTENT_FILTER: i32 = 3;
    /// set by the core; a provider never emits it
    pub const HN_FINISH_INTERRUPTED: i32 = 4;
    /// the reply ended, but for an unknown reason
    pub const HN_FINISH_UNKNOWN: i32 = 5;
    /// the model waits for the results of its calls
    pub const HN_FINISH_TOOL_CALLS: i32 = 6;
    /// the core estimated the count, because the server did not report it; a provider never sets it
    pub const HN_USAGE_ESTIMATED_PROMPT: u32 = 1;
    /// the same for the other count
    pub const HN_USAGE_ESTIMATED_COMPLETION: u32 = 2;
    pub const HN_USAGE_PROMPT: u32 = 4;
    pub const HN_USAGE_COMPLETION: u32 = 8;
    pub const HN_USAGE_CACHED: u32 = 16;
    pub const HN_USAGE_CACHE_WRITE: u32 = 32;
    pub const HN_USAGE_REASONING: u32 = 64;
    pub const HN_USAGE_COST: u32 = 128;
    pub const HN_OK: i32 = 0;
    /// the plugin broke a rule
    pub const HN_ERR_PLUGIN: i32 = -1;
    /// the user asked for something impossible
    pub const HN_ERR_USAGE: i32 = -2;
    /// settings, files, keys, plugins
    pub const HN_ERR_CONFIG: i32 = -3;
    /// The key is not accepted, whatever the status. A key of a file or a command is fetched again once.
    pub const HN_ERR_AUTH: i32 = -4;
    /// 403
    pub const HN_ERR_PERMISSION: i32 = -5;
    /// 402, or 429 when the money is used up
    pub const HN_ERR_QUOTA: i32 = -6;
    /// 429
    pub const HN_ERR_RATE_LIMITED: i32 = -7;
    /// no connection, or the connection broke
    pub const HN_ERR_NETWORK: i32 = -8;
    /// one of hobnob's own timeouts
    pub const HN_ERR_TIMEOUT: i32 = -9;
    /// 408, 409, 5xx
    pub const HN_ERR_UNAVAILABLE: i32 = -10;
    /// other 4xx
    pub const HN_ERR_BAD_REQUEST: i32 = -11;
    /// 404
    pub const HN_ERR_NOT_FOUND: i32 = -12;
    /// the prompt does not fit the window
    pub const HN_ERR_CONTEXT_TOO_LONG: i32 = -13;
    /// one of the user's limits
    pub const HN_ERR_OVER_LIMIT: i32 = -14;
    /// the reply ended with neither a finish reason nor its end mark
    pub const HN_ERR_TRUNCATED: i32 = -15;
    /// the answer could not be understood
    pub const HN_ERR_PROTOCOL: i32 = -16;
    /// the prompt was refused
    pub const HN_ERR_CONTENT_FILTER: i32 = -17;
    /// the output could not be written
    pub const HN_ERR_OUTPUT: i32 = -18;
    /// cancelled; unwind
    pub const HN_ERR_INTERRUPTED: i32 = -19;
    /// safe to retry, whatever the kind
    pub const HN_FAIL_RETRY: u32 = 1;
    /// retrying would not help, whatever the kind
    pub const HN_FAIL_FINAL: u32 = 2;
    /// The server rejects the request's max_tokens, or counts it towards a request that is too long. The core may retry with less or without it, if the core chose the value.
    pub const HN_FAIL_REPLY_LIMIT: u32 = 4;
    pub const HN_ID_HTTP: &str = "hobnob.http/1\0";
    /// the body in one piece
    pub const HN_FRAME_WHOLE: u32 = 0;
    /// Server-sent events. A body that begins like JSON or HTML, whatever its Content-Type, or holds no event, comes as HN_DATA_WHOLE: a server without streams, or an error page.
    pub const HN_FRAME_EVENTS: u32 = 1;
    /// One JSON document per line, whatever Content-Type says. A body that begins with \[ or \< comes as HN_DATA_WHOLE.
    pub const HN_FRAME_NDJSON: u32 = 2;
    /// one event's data, or one line
    pub const HN_DATA_EVENT: u32 = 1;
    /// a whole body; also when the request asked for events and the server sent something else
    pub const HN_DATA_WHOLE: u32 = 2;
    /// the body of an answer that is not 2xx, capped at 1 MiB
    pub const HN_DATA_ERROR_BODY: u32 = 3;
    /// the last event, unterminated when the body ended; and what follows the last event and is not an event
    pub const HN_DATA_TAIL: u32 = 4;
    /// on_data(): no more of this body is needed; not an error
    pub const HN_ENOUGH: i32 = 101;
    /// on_data(): everything needed has arrived. hobnob waits at most 5 s for what may still follow, and whatever ends that wait is not an error. A later 0 takes it back; repeating it does not extend the wait.
    pub const HN_NEARLY: i32 = 102;
    pub const HN_ID_IO: &str = "hobnob.io/1\0";
    pub const HN_POLL_IN: u32 = 1;
    pub const HN_POLL_OUT: u32 = 2;
    /// in ready only
    pub const HN_POLL_ERR: u32 = 4;
    /// wait_for(): timeout_ms have passed
    pub const HN_WAIT_TIMEOUT: i32 = 0;
    /// wait_for(): a descriptor is ready, as its `ready` says
    pub const HN_WAIT_READY: i32 = 1;
    /// frontends only: SIGTERM or SIGHUP: return from run() now, with HN_ERR_INTERRUPTED
    pub const HN_WAIT_ENDING: i32 = -20;
    /// the system could not wait; errno says why. Not an interrupt: report it, and treat the input as unreadable
    pub const HN_WAIT_FAILED: i32 = -21;
    pub const HN_ID_TEXT: &str = "hobnob.text/1\0";
    /// makes newlines visible too: for text that must stay on one line
    pub const HN_TEXT_LINE: u32 = 1;
    pub const HN_ID_LOG: &str = "hobnob.log/1\0";
    pub const HN_ID_PROCESS: &str = "hobnob.process/1\0";
    /// after finish(): it did not end by itself, so hobnob ended it
    pub const HN_CHILD_STOPPED: u32 = 1;
    pub const HN_ID_SESSION: &str = "hobnob.session/1\0";
    /// standard input is a terminal
    pub const HN_START_TTY_STDIN: u32 = 1;
    pub const HN_START_TTY_STDOUT: u32 = 2;
    pub const HN_START_TTY_STDERR: u32 = 4;
    /// run `first`, show it, return
    pub const HN_START_ONE_TURN: u32 = 8;
    /// `first` holds a message; a conversation runs it at once
    pub const HN_START_FIRST: u32 = 16;
    /// one turn: show the closing event as JSON instead of the text
    pub const HN_START_JSON: u32 = 32;
    /// one turn: a line of tokens, cost and time on stderr, which the frontend prints
    pub const HN_START_USAGE: u32 = 64;
    /// the frontend may use colours on terminals
    pub const HN_START_COLOR: u32 = 128;
    /// show reasoning
    pub const HN_START_REASONING: u32 = 256;
    /// the terminals support no escape sequences (TERM=dumb, or the setting plain)
    pub const HN_START_DUMB: u32 = 512;
    /// verbatim, never a command
    pub const HN_INPUT_MESSAGE: u32 = 0;
    /// a message, or a /command
    pub const HN_INPUT_LINE: u32 = 1;
    /// send TICK events every 100 ms
    pub const HN_SUBMIT_TICKS: u32 = 1;
    /// provider, model. command "/ask": one of several replies begins, and a RESULT or an ERROR ends the input after all of them
    pub const HN_ON_START: u32 = 1;
    /// text: whole UTF-8 characters
    pub const HN_ON_TEXT: u32 = 2;
    /// text
    pub const HN_ON_REASONING: u32 = 3;
    /// usage
    pub const HN_ON_USAGE: u32 = 4;
    /// attempt, wait_ms, code, kind, status, message
    pub const HN_ON_RETRY: u32 = 5;
    /// left_out, sent: messages
    pub const HN_ON_TRIM: u32 = 6;
    /// total_ms since the turn began
    pub const HN_ON_TICK: u32 = 7;
    /// text: a warning or a remark, one line
    pub const HN_ON_NOTICE: u32 = 8;
    /// a command succeeded: command, text for people, data as JSON
    pub const HN_ON_RESULT: u32 = 9;
    /// the turn's reply is complete or was interrupted: text, finish, usage, cost, times
    pub const HN_ON_DONE: u32 = 10;
    /// code, kind, status, message, hint; text: the partial reply. command "confirm": nothing was sent, because of what it costs; where standard input is a terminal, the same input again right afterwards confirms it
    pub const HN_ON_ERROR: u32 = 11;
    /// text: what is waited for; number: thousandths done, 0: unknown
    pub const HN_ON_PROGRESS: u32 = 12;
    /// id, command: the tool's name, number: which call; text: a piece
    pub const HN_ON_TOOL_PIECE: u32 = 13;
    /// part: a whole TOOL_CALL, IMAGE or FILE; through hobnob.relay/1 also an OPAQUE
    pub const HN_ON_PART: u32 = 14;
    /// no journal
    pub const HN_OPEN_UNKEPT: u32 = 1;
    pub const HN_ID_RELAY: &str = "hobnob.relay/1\0";
    pub const HN_ID_COMMANDS: &str = "hobnob.commands/1\0";
    /// always a conversation, never one turn; it reads stdin itself
    pub const HN_FRONTEND_CONVERSES: u32 = 1;
    /// can show a single closing object for HN_START_JSON
    pub const HN_FRONTEND_CLOSES_JSON: u32 = 2;
    sized!(hn_plugin, hn_value, hn_provider, hn_model, hn_credit, hn_request, hn_usage, hn_event, hn_error, hn_host, hn_http_response, hn_http_request, hn_http, hn_io, hn_text, hn_log, hn_program, hn_child, hn_process, hn_start, hn_input, hn_session_event, hn_status, hn_open, hn_session_api, hn_relay, hn_command, hn_commands, hn_frontend);
    // ---- end of what is made ----
}

/// `HN_HAS`: the struct behind a pointer is long enough to have the member. For members that came after 1.0.
#[macro_export]
macro_rules! has {
    ($p:expr, $member:ident) => {{
        let p = $p;
        // SAFETY: hobnob has set the size; of the member only the place is computed.
        unsafe {
            let place = std::ptr::addr_of!((*p).$member);
            (place as usize - p as usize) + size_behind(place) <= (*p).struct_size as usize
        }
    }};
}

/// The size of what a pointer points to.
#[doc(hidden)]
pub fn size_behind<T>(_: *const T) -> usize {
    size_of::<T>()
}

/// `HN_AT`: element i of an array with a stride.
///
/// # Safety
/// The array has more than i elements, each of which begins with a T, and outlives the result.
pub unsafe fn at<'a, T>(base: *const T, stride: u32, i: u32) -> &'a T {
    &*(base as *const u8).add(i as usize * stride as usize).cast::<T>()
}

// ---- texts ----

/// The bytes of a borrowed text.
///
/// # Safety
/// They outlive the result.
pub unsafe fn bytes<'a>(s: hn_str) -> &'a [u8] {
    if s.n == 0 {
        &[]
    } else {
        slice::from_raw_parts(s.p as *const u8, s.n)
    }
}

unsafe fn text<'a>(s: hn_str) -> Cow<'a, str> {
    String::from_utf8_lossy(bytes(s))
}

/// A borrowed text for hobnob: it has to outlive the use.
pub fn str_of<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> hn_str {
    let bytes = bytes.as_ref();
    hn_str { p: bytes.as_ptr() as *const c_char, n: bytes.len() }
}

/// Messages are one line, also those of a server or of a library.
fn line(said: &str) -> String {
    said.replace(['\n', '\r', '\t'], " ")
}

/// base and path with one slash between them; a query of the base comes after the path.
pub fn join_url(base: &str, path: &str) -> String {
    let (base, query) = base.split_at(base.find('?').unwrap_or(base.len()));
    let mut url = format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'));
    if !query.is_empty() {
        url.push(if path.contains('?') { '&' } else { '?' });
        url.push_str(&query[1..]);
    }
    url
}

// ---- errors and panics ----

/// Why a call fails. Any `std::error::Error` becomes one of the kind HN_ERR_PLUGIN by `?`.
#[derive(Clone, Debug, Default)]
pub struct Error {
    pub code: i32,
    pub message: String,
    /// What the user can do; may be empty.
    pub hint: String,
    /// The HTTP status, or 0.
    pub status: i32,
    /// HN_FAIL_*
    pub flags: u32,
    /// The wait that the server asked for; 0 or less: none.
    pub retry_after_ms: i64,
    /// Tokens, as the server named them; 0: none.
    pub window: i64,
    pub prompt: i64,
    pub max_output: i64,
    /// hobnob returned the code, and knows why.
    pub told: bool,
}

impl Error {
    /// A kind, and one sentence for a person.
    pub fn new(code: i32, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), ..Error::default() }
    }

    pub fn hint(mut self, what_to_do: impl Into<String>) -> Error {
        self.hint = what_to_do.into();
        self
    }

    /// What a function of hobnob's returned: hobnob knows it.
    pub fn told(code: i32) -> Error {
        Error { code, told: true, ..Error::default() }
    }

    fn report(&self, host: &hn_host, call: *mut hn_call) -> i32 {
        if self.told {
            return self.code;
        }
        let (message, hint) = (line(&self.message), line(&self.hint));
        let error = hn_error {
            code: self.code,
            status: self.status,
            flags: self.flags,
            retry_after_ms: self.retry_after_ms,
            message: str_of(&message),
            hint: str_of(&hint),
            window: self.window,
            prompt: self.prompt,
            max_output: self.max_output,
            ..hn_error::default()
        };
        // SAFETY: fail() is there since 1.0, and the texts outlive it.
        unsafe { host.fail.unwrap()(call, &error) }
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(e: E) -> Error {
        Error::new(HN_ERR_PLUGIN, e.to_string())
    }
}

impl From<json::Error> for Error {
    fn from(e: json::Error) -> Error {
        Error::new(HN_ERR_PROTOCOL, e.to_string())
    }
}

/// 0 or more is passed on; a negative code ends the call.
fn heed(code: i32) -> Result<i32, Error> {
    if code < 0 {
        Err(Error::told(code))
    } else {
        Ok(code)
    }
}

thread_local!(static PANICKED: RefCell<String> = const { RefCell::new(String::new()) });

/// A panic prints nothing, since the terminal is the frontend's; the error that it becomes says where it was. The standard library
/// of a cdylib is its own: this changes nothing for others.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map_or(String::new(), |l| format!(" at {}:{}", l.file(), l.line()));
            let said = format!("the plugin panicked{}: {}", place, panic_text(info.payload()));
            let _ = PANICKED.try_with(|p| p.try_borrow_mut().map(|mut p| *p = said));
        }))
    });
}

fn panic_text(payload: &dyn Any) -> &str {
    let literal = payload.downcast_ref::<&str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a value that is not a text")
}

fn caught<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::catch_unwind(panic::AssertUnwindSafe(body))
        .unwrap_or_else(|_| Err(Error::new(HN_ERR_PLUGIN, PANICKED.with(|p| p.take()))))
}

/// Runs body; an error or a panic becomes the failure of the call, and what it returns the code.
pub fn guard(host: &hn_host, call: *mut hn_call, body: impl FnOnce() -> Result<i32, Error>) -> i32 {
    quiet_panics();
    caught(body).unwrap_or_else(|e| e.report(host, call))
}

// ---- options, in create() ----

/// A secret's handle; its value never enters the plugin. Valid as long as the instance is.
#[derive(Clone, Copy)]
pub struct Secret(*const hn_secret);
// SAFETY: hobnob alone looks behind it.
unsafe impl Send for Secret {}
unsafe impl Sync for Secret {}

/// The values of the declared options. One that was not declared is a panic.
pub struct Options<'a> {
    host: &'a hn_host,
    call: *mut hn_call,
}

impl Options<'_> {
    fn value(&self, key: &str) -> hn_value {
        let mut value = hn_value::default();
        let name = CString::new(key).unwrap_or_default();
        // SAFETY: option() is there since 1.0; we are inside create().
        if unsafe { self.host.option.unwrap()(self.call, name.as_ptr(), &mut value) } != 0 {
            panic!("the option {} is not declared", key);
        }
        value
    }

    /// STRING URL PATH ENUM JSON; empty if it is not set.
    pub fn text(&self, key: &str) -> String {
        // SAFETY: borrowed until create() returns, copied before.
        unsafe { text(self.value(key).s).into_owned() }
    }

    pub fn int(&self, key: &str) -> Option<i64> {
        Some(self.value(key)).filter(|v| v.is_set != 0).map(|v| v.i)
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        Some(self.value(key)).filter(|v| v.is_set != 0).map(|v| v.d)
    }

    pub fn bool(&self, key: &str) -> bool {
        self.value(key).i != 0
    }

    pub fn secret(&self, key: &str) -> Option<Secret> {
        Some(self.value(key).secret).filter(|s| !s.is_null()).map(Secret)
    }

    pub fn list(&self, key: &str) -> Vec<String> {
        let value = self.value(key);
        self.items(&value, value.n)
    }

    pub fn map(&self, key: &str) -> Vec<(String, String)> {
        let value = self.value(key);
        self.items(&value, 2 * value.n).chunks(2).map(|p| (p[0].clone(), p[1].clone())).collect()
    }

    fn items(&self, value: &hn_value, n: u32) -> Vec<String> {
        // SAFETY: as text(); an array of hn_str never has another stride.
        (0..n as usize).map(|i| unsafe { text(*value.items.add(i)).into_owned() }).collect()
    }
}

// ---- requests ----

/// What to ask; borrowed for the call. It derefs to the struct of the header for what has no method here.
pub struct Request<'a>(&'a hn_request);

impl Deref for Request<'_> {
    type Target = hn_request;
    fn deref(&self) -> &hn_request {
        self.0
    }
}

impl<'a> Request<'a> {
    /// Send nothing and start nothing: HTTP continues as usual, everybody else returns at once.
    pub fn dry(&self) -> bool {
        self.flags & HN_REQUEST_DRY != 0
    }

    pub fn streams(&self) -> bool {
        self.flags & HN_REQUEST_STREAM != 0
    }

    /// All of these HN_SET_* are set.
    pub fn has(&self, set: u32) -> bool {
        self.set & set == set
    }

    pub fn max_tokens(&self) -> Option<i64> {
        Some(self.0.max_tokens).filter(|_| self.has(HN_SET_MAX_TOKENS))
    }

    pub fn temperature(&self) -> Option<f64> {
        Some(self.0.temperature).filter(|_| self.has(HN_SET_TEMPERATURE))
    }

    pub fn top_p(&self) -> Option<f64> {
        Some(self.0.top_p).filter(|_| self.has(HN_SET_TOP_P))
    }

    pub fn seed(&self) -> Option<i64> {
        Some(self.0.seed).filter(|_| self.has(HN_SET_SEED))
    }

    pub fn model(&self) -> Cow<'a, str> {
        // SAFETY: here and below: hobnob lends what the request points to for as long as the request.
        unsafe { text(self.0.model) }
    }

    pub fn messages(&self) -> impl Iterator<Item = Message<'a>> + 'a {
        let r = self.0;
        (0..r.n_messages).map(move |i| Message(unsafe { at(r.messages, r.message_stride, i) }))
    }

    /// The last message. There is always one.
    pub fn last(&self) -> Message<'a> {
        Message(unsafe { at(self.0.messages, self.0.message_stride, self.0.n_messages - 1) })
    }

    pub fn stop(&self) -> impl Iterator<Item = Cow<'a, str>> + 'a {
        let r = self.0;
        (0..r.n_stop as usize).map(move |i| unsafe { text(*r.stop.add(i)) })
    }

    pub fn tools(&self) -> impl Iterator<Item = &'a hn_tool> + 'a {
        let r = self.0;
        (0..r.n_tools).map(move |i| unsafe { at(r.tools, r.tool_stride, i) })
    }
}

/// One message.
pub struct Message<'a>(&'a hn_message);

impl<'a> Message<'a> {
    /// HN_ROLE_*
    pub fn role(&self) -> u32 {
        self.0.role
    }

    /// All that it says in words.
    pub fn text(&self) -> Cow<'a, str> {
        unsafe { text(self.0.text) }
    }

    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> + 'a {
        let m = self.0;
        (0..m.n_parts).map(move |i| Part(unsafe { at(m.parts, m.part_stride, i) }))
    }
}

/// One part of a message.
pub struct Part<'a>(&'a hn_part);

impl<'a> Part<'a> {
    /// HN_PART_*
    pub fn kind(&self) -> u32 {
        self.0.r#type
    }

    /// HN_PARTFLAG_*
    pub fn flags(&self) -> u32 {
        self.0.flags
    }

    pub fn id(&self) -> Cow<'a, str> {
        unsafe { text(self.0.id) }
    }

    pub fn name(&self) -> Cow<'a, str> {
        unsafe { text(self.0.name) }
    }

    pub fn mime(&self) -> Cow<'a, str> {
        unsafe { text(self.0.mime) }
    }

    pub fn data(&self) -> &'a [u8] {
        unsafe { bytes(self.0.data) }
    }
}

// ---- a call ----

/// A call on an instance. Its methods belong to the thread of the call; see `cancel` and `elsewhere`.
pub struct Call<'a> {
    host: &'a hn_host,
    call: *mut hn_call,
    blocks: bool,
}

/// Asks from any thread whether the call has to end.
#[derive(Clone, Copy)]
pub struct Cancel<'a>(&'a hn_host, *mut hn_call);
// SAFETY: cancelled() may come from any thread until the call returns.
unsafe impl Send for Cancel<'_> {}
unsafe impl Sync for Cancel<'_> {}

impl Cancel<'_> {
    pub fn cancelled(&self) -> bool {
        unsafe { self.0.cancelled.unwrap()(self.1) != 0 }
    }
}

/// The call, for another thread, while this one lets it have it.
pub struct Elsewhere<'a>(Call<'a>);
// SAFETY: with HN_PROVIDER_BLOCKS any thread may use the call, one at a time: it is borrowed exclusively.
unsafe impl Send for Elsewhere<'_> {}

impl<'a> Deref for Elsewhere<'a> {
    type Target = Call<'a>;
    fn deref(&self) -> &Call<'a> {
        &self.0
    }
}

/// How chat() ends well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// FINISH was emitted, or it was a dry run.
    Complete,
    /// HN_ADAPTED: I changed how I ask; call me again now.
    Adapted,
}

impl<'a> Call<'a> {
    /// The host's table, for what has no method here.
    pub fn host(&self) -> &'a hn_host {
        self.host
    }

    pub fn handle(&self) -> *mut hn_call {
        self.call
    }

    pub fn cancelled(&self) -> bool {
        self.cancel().cancelled()
    }

    pub fn cancel(&self) -> Cancel<'_> {
        Cancel(self.host, self.call)
    }

    /// Lends the call to a thread of `std::thread::scope`. A panic without HN_PROVIDER_BLOCKS.
    pub fn elsewhere(&mut self) -> Elsewhere<'_> {
        assert!(self.blocks, "only a provider with HN_PROVIDER_BLOCKS may use a call on another thread");
        Elsewhere(Call { host: self.host, call: self.call, blocks: true })
    }

    /// Passes an event to hobnob; its texts are copied.
    pub fn emit(&self, event: &hn_event) -> Result<(), Error> {
        // SAFETY: emit() is there since 1.0.
        heed(unsafe { self.host.emit.unwrap()(self.call, event) }).map(|_| ())
    }

    fn emit_text(&self, kind: u32, text: &[u8]) -> Result<(), Error> {
        self.emit(&hn_event { r#type: kind, text: str_of(text), ..hn_event::default() })
    }

    /// A piece of the reply, which may split a character.
    pub fn say(&self, text: impl AsRef<[u8]>) -> Result<(), Error> {
        self.emit_text(HN_EV_TEXT, text.as_ref())
    }

    /// A piece of the reasoning.
    pub fn think(&self, text: impl AsRef<[u8]>) -> Result<(), Error> {
        self.emit_text(HN_EV_REASONING, text.as_ref())
    }

    /// A remark for the user, one line.
    pub fn notice(&self, line: impl AsRef<[u8]>) -> Result<(), Error> {
        self.emit_text(HN_EV_NOTICE, line.as_ref())
    }

    /// What is waited for, one line; thousandths that are done, 0: unknown.
    pub fn progress(&self, line: &str, thousandths: u32) -> Result<(), Error> {
        self.emit(&hn_event { r#type: HN_EV_PROGRESS, text: str_of(line), number: thousandths, ..hn_event::default() })
    }

    /// The model that actually answers.
    pub fn model(&self, id: &str) -> Result<(), Error> {
        self.emit_text(HN_EV_MODEL, id.as_bytes())
    }

    /// Bytes that only this provider understands, and what they are; they come back in this place.
    pub fn opaque(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.emit(&hn_event { r#type: HN_EV_OPAQUE, text: str_of(bytes), name: str_of(name), ..hn_event::default() })
    }

    /// A whole call of a tool; number: which of several.
    pub fn tool_call(&self, number: u32, id: &str, name: &str, arguments: &str) -> Result<(), Error> {
        self.emit(&hn_event {
            r#type: HN_EV_TOOL_CALL,
            number,
            text: str_of(arguments),
            id: str_of(id),
            name: str_of(name),
            ..hn_event::default()
        })
    }

    /// What the reply took.
    pub fn report(&self, usage: Usage) -> Result<(), Error> {
        self.emit(&hn_event { r#type: HN_EV_USAGE, usage: &usage.0, ..hn_event::default() })
    }

    /// The reply is complete: HN_FINISH_*. As the last line of chat().
    pub fn finish(&self, why: i32) -> Result<Reply, Error> {
        self.emit(&hn_event { r#type: HN_EV_FINISH, finish: why, ..hn_event::default() })?;
        Ok(Reply::Complete)
    }

    /// A table of functions by its id, HN_ID_*, as the type of that id.
    ///
    /// # Safety
    /// T is the type of the id.
    pub unsafe fn service<T>(&self, id: &'static str) -> Result<&'a T, Error> {
        service(self.host, id)
    }

    /// One line for `-v` (level 1) or `-vv` (level 2).
    pub fn log(&self, level: u32, line: &str) {
        // SAFETY: here and below: the id has this type, and its functions are there since 1.0.
        if let Ok(log) = unsafe { self.service::<hn_log>(HN_ID_LOG) } {
            unsafe { log.line.unwrap()(self.call, level, str_of(line)) }
        }
    }

    /// Waits for descriptors, or sleeps: HN_WAIT_READY, HN_WAIT_TIMEOUT or HN_WAIT_FAILED.
    pub fn wait_for(&self, fds: &mut [hn_pollfd], timeout_ms: i64) -> Result<i32, Error> {
        let io = unsafe { self.service::<hn_io>(HN_ID_IO) }?;
        match unsafe { io.wait_for.unwrap()(self.call, fds.as_mut_ptr(), fds.len() as u32, timeout_ms) } {
            HN_WAIT_FAILED => Ok(HN_WAIT_FAILED),
            code => heed(code),
        }
    }

    /// The kind of an HTTP status when nothing else is known.
    pub fn code_of_status(&self, status: i32) -> i32 {
        match unsafe { self.service::<hn_http>(HN_ID_HTTP) } {
            Ok(http) => unsafe { http.code_of_status.unwrap()(status) },
            Err(_) => HN_ERR_PROTOCOL,
        }
    }

    /// Sends a request and passes each piece of the answer to on_data(). Its error ends the request and comes out here. Returns the
    /// status.
    pub fn request(&self, ask: &Ask, mut on_data: impl FnMut(&Piece) -> Result<Flow, Error>) -> Result<i32, Error> {
        let http = unsafe { self.service::<hn_http>(HN_ID_HTTP) }?;
        let mut waiting = Waiting { on_data: &mut on_data, stopped: None };
        let method = CString::new(ask.method).unwrap_or_default();
        let headers: Vec<hn_http_header> = ask.headers.iter().map(Header::borrowed).collect();
        let request = hn_http_request {
            framing: ask.framing,
            n_headers: headers.len() as u32,
            header_stride: size_of::<hn_http_header>() as u32,
            method: method.as_ptr(),
            url: str_of(&ask.url),
            body: str_of(&ask.body),
            headers: headers.as_ptr(),
            on_data: Some(take_data),
            ud: &mut waiting as *mut Waiting as *mut c_void,
            ..hn_http_request::default()
        };
        let mut response = hn_http_response::default();
        let code = unsafe { http.request.unwrap()(self.call, &request, &mut response) };
        match waiting.stopped {
            Some(error) => Err(error),
            None => heed(code).map(|_| response.status),
        }
    }
}

unsafe fn service<'a, T>(host: &'a hn_host, id: &'static str) -> Result<&'a T, Error> {
    assert!(id.ends_with('\0'), "an id ends with a NUL byte, as the HN_ID_* do");
    let table = host.extension.unwrap()(id.as_ptr() as *const c_char) as *const T;
    table.as_ref().ok_or_else(|| Error::new(HN_ERR_PLUGIN, format!("this hobnob does not have {}", id.trim_end_matches('\0'))))
}

/// What a reply took. What is not set is unknown; so is a negative number.
#[derive(Clone, Copy, Default)]
pub struct Usage(hn_usage);

macro_rules! usage {
    ($($name:ident $bit:ident),*) => { impl Usage { $(
        pub fn $name(mut self, n: i64) -> Usage {
            self.0.$name = n.max(0);
            self.0.set = if n < 0 { self.0.set & !$bit } else { self.0.set | $bit };
            self
        }
    )* } };
}
usage!(prompt HN_USAGE_PROMPT, completion HN_USAGE_COMPLETION, cached HN_USAGE_CACHED, cache_write HN_USAGE_CACHE_WRITE,
    reasoning HN_USAGE_REASONING, cost HN_USAGE_COST);

impl Usage {
    pub fn new() -> Usage {
        Usage::default()
    }
}

// ---- HTTP ----

struct Header {
    name: String,
    value: String,
    secret: Option<Secret>,
}

impl Header {
    fn borrowed(&self) -> hn_http_header {
        hn_http_header { name: str_of(&self.name), value: str_of(&self.value), secret: self.secret.map_or(ptr::null(), |s| s.0) }
    }
}

/// A request to send.
pub struct Ask {
    method: &'static str,
    url: String,
    body: Vec<u8>,
    framing: u32,
    headers: Vec<Header>,
}

impl Ask {
    pub fn new(method: &'static str, url: impl Into<String>, body: impl Into<Vec<u8>>) -> Ask {
        Ask { method, url: url.into(), body: body.into(), framing: HN_FRAME_WHOLE, headers: Vec::new() }
    }

    pub fn get(url: impl Into<String>) -> Ask {
        Ask::new("GET", url, "")
    }

    pub fn post(url: impl Into<String>, body: impl Into<Vec<u8>>) -> Ask {
        Ask::new("POST", url, body)
    }

    /// HN_FRAME_*; without it the body comes whole.
    pub fn framing(mut self, framing: u32) -> Ask {
        self.framing = framing;
        self
    }

    /// hobnob appends the value of the secret, if there is one, when it sends the header.
    pub fn header(mut self, name: &str, value: &str, secret: Option<Secret>) -> Ask {
        self.headers.push(Header { name: name.into(), value: value.into(), secret });
        self
    }
}

/// A piece of an answer.
pub struct Piece<'a> {
    /// An HN_DATA_* of this header: others are skipped.
    pub kind: u32,
    /// The name of a server-sent event, or empty.
    pub event: Cow<'a, str>,
    pub data: &'a [u8],
    /// The head of the answer.
    pub head: &'a hn_http_response,
}

impl Piece<'_> {
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.data)
    }
}

/// What on_data() makes of a piece: go on; HN_ENOUGH; HN_NEARLY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    More,
    Enough,
    Nearly,
}

struct Waiting<'a> {
    on_data: &'a mut dyn FnMut(&Piece) -> Result<Flow, Error>,
    stopped: Option<Error>,
}

unsafe extern "C" fn take_data(ud: *mut c_void, head: *const hn_http_response, kind: u32, event: hn_str, data: hn_str) -> i32 {
    let waiting = &mut *(ud as *mut Waiting);
    if kind == 0 || kind > HN_DATA_TAIL {
        return HN_OK; // of a later hobnob
    }
    let piece = Piece { kind, event: text(event), data: bytes(data), head: &*head };
    match caught(|| (waiting.on_data)(&piece)) {
        Ok(Flow::More) => HN_OK,
        Ok(Flow::Enough) => HN_ENOUGH,
        Ok(Flow::Nearly) => HN_NEARLY,
        Err(error) => {
            let code = error.code.min(HN_ERR_PLUGIN);
            waiting.stopped = Some(error);
            code
        }
    }
}

// ---- providers ----

/// Who answers. Several calls may run on one instance at once; it keeps nothing of a conversation.
pub trait Provider: Sized + Send + Sync + 'static {
    /// HN_PROVIDER_*
    const FLAGS: u32 = 0;
    /// Bits 1 << HN_PART_*: what chat() sends on.
    const ACCEPTS: u32 = 1 << HN_PART_TEXT;
    /// HN_SET_*: what of a request chat() passes on.
    const HEEDS: u32 = 0;
    /// There is a models().
    const MODELS: bool = false;
    /// There is a credit().
    const CREDIT: bool = false;

    /// Makes an instance from its options. No network.
    fn create(options: &Options) -> Result<Self, Error>;

    /// One attempt at one reply. It never retries and never sleeps.
    fn chat(&self, call: &mut Call, request: &Request) -> Result<Reply, Error>;

    /// Passes each available model to put().
    fn models(&self, _call: &mut Call, _put: &mut dyn FnMut(Model) -> Result<(), Error>) -> Result<(), Error> {
        Ok(())
    }

    /// Asks what the account may still spend. hobnob has filled `out` with -1, unknown.
    fn credit(&self, _call: &mut Call, _out: &mut hn_credit) -> Result<(), Error> {
        Ok(())
    }
}

/// An entry of models(). What is not set is unknown; so is a negative number. Prices in pico-dollars per token.
#[derive(Clone, Default)]
pub struct Model {
    id: String,
    name: String,
    raw: hn_model,
}

macro_rules! model {
    ($($name:ident $bit:ident),*) => { impl Model { $(
        pub fn $name(mut self, n: i64) -> Model {
            self.raw.$name = n.max(0);
            self.raw.set = if n < 0 { self.raw.set & !$bit } else { self.raw.set | $bit };
            self
        }
    )* } };
}
model!(context HN_MODEL_CONTEXT, max_output HN_MODEL_MAX_OUTPUT, price_input HN_MODEL_PRICE_INPUT, price_output HN_MODEL_PRICE_OUTPUT,
    price_cached HN_MODEL_PRICE_CACHED, price_cache_write HN_MODEL_PRICE_CACHE_WRITE);

impl Model {
    pub fn new(id: impl Into<String>) -> Model {
        Model { id: id.into(), ..Model::default() }
    }

    pub fn name(mut self, name: impl Into<String>) -> Model {
        self.name = name.into();
        self
    }

    /// Bits 1 << HN_PART_*, of this model.
    pub fn accepts(mut self, bits: u32) -> Model {
        self.raw.accepts = bits;
        self.raw.set |= HN_MODEL_ACCEPTS;
        self
    }

    /// HN_SET_*, of this model.
    pub fn heeds(mut self, bits: u32) -> Model {
        self.raw.heeds = bits;
        self.raw.set |= HN_MODEL_HEEDS;
        self
    }
}

/// An instance behind hobnob's pointer to it.
struct Instance<P> {
    host: *const hn_host,
    own: P,
}

unsafe fn make<P>(host: *const hn_host, call: *mut hn_call, out: *mut *mut c_void, create: fn(&Options) -> Result<P, Error>) -> i32 {
    guard(&*host, call, || {
        let own = create(&Options { host: &*host, call })?;
        *out = Box::into_raw(Box::new(Instance { host, own })) as *mut c_void;
        Ok(HN_OK)
    })
}

unsafe extern "C" fn destroy<P>(this: *mut c_void) {
    let _ = caught(|| {
        drop(Box::from_raw(this as *mut Instance<P>));
        Ok(())
    });
}

unsafe extern "C" fn create_provider<P: Provider>(host: *const hn_host, call: *mut hn_call, out: *mut *mut c_void) -> i32 {
    make(host, call, out, P::create)
}

/// Runs a function of the instance in a call.
unsafe fn within<P: Provider>(this: *mut c_void, call: *mut hn_call, body: impl FnOnce(&P, &mut Call) -> Result<i32, Error>) -> i32 {
    let instance = &*(this as *const Instance<P>);
    let host = &*instance.host;
    guard(host, call, || body(&instance.own, &mut Call { host, call, blocks: P::FLAGS & HN_PROVIDER_BLOCKS != 0 }))
}

unsafe extern "C" fn chat<P: Provider>(this: *mut c_void, call: *mut hn_call, request: *const hn_request) -> i32 {
    within(this, call, |own: &P, call| match own.chat(call, &Request(&*request))? {
        Reply::Complete => Ok(HN_OK),
        Reply::Adapted => Ok(HN_ADAPTED),
    })
}

type PutModel = Option<unsafe extern "C" fn(*mut c_void, *const hn_model) -> i32>;

unsafe extern "C" fn models<P: Provider>(this: *mut c_void, call: *mut hn_call, put: PutModel, ud: *mut c_void) -> i32 {
    within(this, call, |own: &P, call| {
        own.models(call, &mut |m| {
            let model = hn_model { id: str_of(&m.id), name: str_of(&m.name), ..m.raw };
            match put.unwrap()(ud, &model) {
                0 => Ok(()),
                code => Err(Error::told(code)),
            }
        })?;
        Ok(HN_OK)
    })
}

unsafe extern "C" fn credit<P: Provider>(this: *mut c_void, call: *mut hn_call, out: *mut hn_credit) -> i32 {
    within(this, call, |own: &P, call| own.credit(call, &mut *out).map(|_| HN_OK))
}

// ---- frontends ----

/// How a person or a program talks.
pub trait Frontend: Sized + 'static {
    /// HN_FRONTEND_*
    const FLAGS: u32 = 0;

    /// Makes an instance from its options.
    fn create(options: &Options) -> Result<Self, Error>;

    /// Talks until the conversation ends: 0, or how the last turn ended. An error is written to standard error.
    fn run(&self, session: &Session) -> Result<i32, Error>;
}

/// One conversation.
pub struct Session<'a> {
    host: &'a hn_host,
    session: *mut hn_session,
    api: &'a hn_session_api,
}

/// Stops what a session does, from any thread.
#[derive(Clone, Copy)]
pub struct Stop<'a>(&'a hn_session_api, *mut hn_session);
// SAFETY: cancel() may come from any thread.
unsafe impl Send for Stop<'_> {}
unsafe impl Sync for Stop<'_> {}

impl Stop<'_> {
    pub fn cancel(&self) {
        unsafe { self.0.cancel.unwrap()(self.1) }
    }
}

/// What the command line asked for.
pub struct Start<'a>(hn_start, PhantomData<&'a ()>);

impl Start<'_> {
    /// All of these HN_START_* are set.
    pub fn has(&self, flags: u32) -> bool {
        self.0.flags & flags == flags
    }

    /// The text of the first message.
    pub fn first(&self) -> Cow<'_, str> {
        unsafe { text(self.0.first) }
    }

    /// The folder for what is kept between runs; empty: nothing.
    pub fn keep(&self) -> Cow<'_, str> {
        unsafe { text(self.0.keep) }
    }
}

/// What happens while hobnob works on an input. It derefs to the struct of the header.
pub struct Event<'a>(&'a hn_session_event);

impl Deref for Event<'_> {
    type Target = hn_session_event;
    fn deref(&self) -> &hn_session_event {
        self.0
    }
}

macro_rules! texts {
    ($of:ident: $($name:ident),*) => { impl<'a> $of<'a> { $(
        pub fn $name(&self) -> Cow<'a, str> {
            // SAFETY: hobnob lends it for as long as the struct.
            unsafe { text(self.0.$name) }
        }
    )* } };
}
texts!(Event: text, message, hint, kind, provider, model, upstream, command, data, id);

impl<'a> Session<'a> {
    /// The table, for what has no method here.
    pub fn api(&self) -> &'a hn_session_api {
        self.api
    }

    pub fn handle(&self) -> *mut hn_session {
        self.session
    }

    pub fn host(&self) -> &'a hn_host {
        self.host
    }

    pub fn start(&self) -> Start<'_> {
        let mut start = hn_start::default();
        // SAFETY: here and below: these functions are there since 1.0; we are on the session's thread.
        unsafe { self.api.start.unwrap()(self.session, &mut start) };
        Start(start, PhantomData)
    }

    pub fn status(&self) -> hn_status {
        let mut status = hn_status::default();
        unsafe { self.api.status.unwrap()(self.session, &mut status) };
        status
    }

    pub fn stop(&self) -> Stop<'a> {
        Stop(self.api, self.session)
    }

    /// HN_WAIT_*, or HN_ERR_INTERRUPTED.
    pub fn wait_for(&self, fds: &mut [hn_pollfd], timeout_ms: i64) -> i32 {
        unsafe { self.api.wait_for.unwrap()(self.session, fds.as_mut_ptr(), fds.len() as u32, timeout_ms) }
    }

    /// The text with nothing in it that acts on a terminal; flags: HN_TEXT_LINE or 0.
    pub fn safe(&self, text: &str, flags: u32) -> Result<String, Error> {
        unsafe extern "C" fn append(made: *mut c_void, piece: hn_str) {
            (*(made as *mut Vec<u8>)).extend_from_slice(bytes(piece));
        }
        let mut made: Vec<u8> = Vec::new();
        let table: &hn_text = unsafe { service(self.host, HN_ID_TEXT) }?;
        unsafe { table.safe.unwrap()(str_of(text), flags, Some(append), &mut made as *mut Vec<u8> as *mut c_void) };
        Ok(String::from_utf8_lossy(&made).into_owned())
    }

    /// Works on one input (HN_INPUT_*) until it is done, and passes each event to on_event(). Its error ends the turn and comes out
    /// here. Otherwise returns what submit() returns.
    pub fn submit(&self, kind: u32, input: &str, on_event: impl FnMut(&Event) -> Result<(), Error>) -> Result<i32, Error> {
        self.submit_input(&hn_input { r#type: kind, text: str_of(input), ..hn_input::default() }, on_event)
    }

    /// The first message of the command line, with what -a attached.
    pub fn submit_first(&self, start: &Start, on_event: impl FnMut(&Event) -> Result<(), Error>) -> Result<i32, Error> {
        let s = &start.0;
        let input = hn_input { text: s.first, n_parts: s.n_parts, part_stride: s.part_stride, parts: s.parts, ..hn_input::default() };
        self.submit_input(&input, on_event)
    }

    fn submit_input(&self, input: &hn_input, mut on_event: impl FnMut(&Event) -> Result<(), Error>) -> Result<i32, Error> {
        let mut watching = Watching { on_event: &mut on_event, stopped: None };
        let ud = &mut watching as *mut Watching as *mut c_void;
        let code = unsafe { self.api.submit.unwrap()(self.session, input, Some(take_event), ud) };
        watching.stopped.map_or(Ok(code), Err)
    }
}

struct Watching<'a> {
    on_event: &'a mut dyn FnMut(&Event) -> Result<(), Error>,
    stopped: Option<Error>,
}

unsafe extern "C" fn take_event(ud: *mut c_void, event: *const hn_session_event) -> i32 {
    let watching = &mut *(ud as *mut Watching);
    match caught(|| (watching.on_event)(&Event(&*event))) {
        Ok(()) => HN_OK,
        Err(error) => {
            let code = error.code.min(HN_ERR_PLUGIN);
            watching.stopped = Some(error);
            code
        }
    }
}

unsafe extern "C" fn create_frontend<P: Frontend>(host: *const hn_host, call: *mut hn_call, out: *mut *mut c_void) -> i32 {
    match service::<hn_session_api>(&*host, HN_ID_SESSION) {
        Ok(_) => make(host, call, out, P::create),
        Err(error) => error.report(&*host, call),
    }
}

unsafe extern "C" fn run<P: Frontend>(this: *mut c_void, session: *mut hn_session) -> i32 {
    let instance = &*(this as *const Instance<P>);
    let host = &*instance.host;
    let ended = caught(|| instance.own.run(&Session { host, session, api: service(host, HN_ID_SESSION)? }));
    ended.unwrap_or_else(|e| {
        if !e.told {
            eprintln!("hobnob: {}", e.message);
        }
        e.code
    })
}

// ---- the descriptor ----

/// Pointers make a static not Sync; nobody writes to these.
#[doc(hidden)]
#[repr(transparent)]
pub struct Fixed<T>(pub T);
unsafe impl<T> Sync for Fixed<T> {}

/// A literal with a NUL byte at its end.
#[doc(hidden)]
pub const fn literal(text: &'static str) -> *const c_char {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i + 1 < bytes.len() {
        assert!(bytes[i] != 0, "a text of the descriptor holds a NUL byte");
        i += 1;
    }
    bytes.as_ptr() as *const c_char
}

/// A declared option, made by `plugin!`.
#[doc(hidden)]
pub const fn declared(kind: u32, key: &'static str) -> hn_option {
    hn_option {
        r#type: kind,
        flags: 0,
        n_env: 0,
        pad: 0,
        key: literal(key),
        initial: ptr::null(),
        values: ptr::null(),
        forbid: ptr::null(),
        help: ptr::null(),
        env: ptr::null(),
    }
}

#[doc(hidden)]
pub const fn provider_table<P: Provider>() -> hn_provider {
    hn_provider {
        struct_size: size_of::<hn_provider>() as u32,
        flags: P::FLAGS,
        accepts: P::ACCEPTS,
        heeds: P::HEEDS,
        create: Some(create_provider::<P>),
        destroy: Some(destroy::<P>),
        chat: Some(chat::<P>),
        models: if P::MODELS { Some(models::<P>) } else { None },
        credit: if P::CREDIT { Some(credit::<P>) } else { None },
    }
}

#[doc(hidden)]
pub const fn frontend_table<P: Frontend>() -> hn_frontend {
    hn_frontend {
        struct_size: size_of::<hn_frontend>() as u32,
        flags: P::FLAGS,
        create: Some(create_frontend::<P>),
        destroy: Some(destroy::<P>),
        run: Some(run::<P>),
    }
}

/// Defines hobnob_plugin_v1(), once per plugin:
///
/// ```ignore
/// plugin! {
///     provider: Mumble,
///     name: "mumble", version: "0.1", summary: "a small server", license: "MIT",
///     options: [
///         HN_OPT_STRING "api_key" { flags: [HN_OPTION_SECRET, HN_OPTION_REQUIRED], env: ["MUMBLE_API_KEY"], help: "the key" },
///         HN_OPT_STRING "model" { initial: "small", help: "which model answers" },
///     ],
/// }
/// ```
///
/// Fields of an option: initial, help, values, forbid: texts; flags: HN_OPTION_*; env: names, each with `if "PREFIX"` where only a
/// value that begins so counts.
#[macro_export]
macro_rules! plugin {
    (provider: $own:ty, $($rest:tt)*) => {
        hobnob_plugin! { HN_TYPE_PROVIDER, hn_provider, provider_table::<$own>(), $($rest)* }
    };
    (frontend: $own:ty, $($rest:tt)*) => {
        hobnob_plugin! { HN_TYPE_FRONTEND, hn_frontend, frontend_table::<$own>(), $($rest)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! hobnob_plugin {
    ($kind:expr, $table:ty, $made:expr, name: $name:expr, version: $version:expr, summary: $summary:expr, license: $license:expr,
     options: [$($type:ident $key:literal { $($field:ident: $value:tt),* $(,)? }),* $(,)?] $(,)?) => {
        static HOBNOB_TABLE: Fixed<$table> = Fixed($made);
        const HOBNOB_KEYS: &[&str] = &[$($key),*];
        const HOBNOB_N_OPTIONS: usize = HOBNOB_KEYS.len();
        static HOBNOB_OPTIONS: Fixed<[hn_option; HOBNOB_N_OPTIONS]> = Fixed([$({
            #[allow(unused_mut)]
            let mut option = declared($type, concat!($key, "\0"));
            $(hobnob_field!(option, $field, $value);)*
            option
        }),*]);
        static HOBNOB_PLUGIN: Fixed<hn_plugin> = Fixed(hn_plugin {
            struct_size: std::mem::size_of::<hn_plugin>() as u32,
            abi_major: HN_ABI_MAJOR,
            need_minor: 0,
            r#type: $kind,
            flags: 0,
            n_options: HOBNOB_N_OPTIONS as u32,
            option_stride: std::mem::size_of::<hn_option>() as u32,
            pad: 0,
            name: literal(concat!($name, "\0")),
            version: literal(concat!($version, "\0")),
            summary: literal(concat!($summary, "\0")),
            license: literal(concat!($license, "\0")),
            options: HOBNOB_OPTIONS.0.as_ptr(),
            vtable: &HOBNOB_TABLE.0 as *const $table as *const _,
        });

        /// The one exported function.
        #[no_mangle]
        pub extern "C" fn hobnob_plugin_v1() -> *const hn_plugin {
            &HOBNOB_PLUGIN.0
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! hobnob_field {
    ($option:ident, flags, [$($flag:expr),* $(,)?]) => {
        $option.flags = 0 $(| $flag)*;
    };
    ($option:ident, env, [$($name:literal $(if $prefix:literal)?),* $(,)?]) => {
        const NAMES: &[&str] = &[$($name),*];
        const N: usize = NAMES.len();
        static ENV: Fixed<[hn_env; N]> = Fixed([$(hn_env {
            name: literal(concat!($name, "\0")),
            prefix: hobnob_prefix!($($prefix)?),
        }),*]);
        $option.n_env = N as u32;
        $option.env = ENV.0.as_ptr();
    };
    ($option:ident, $field:ident, $text:literal) => {
        $option.$field = literal(concat!($text, "\0"));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! hobnob_prefix {
    () => {
        std::ptr::null()
    };
    ($prefix:literal) => {
        literal(concat!($prefix, "\0"))
    };
}

// ---- JSON ----

/// Reads and writes JSON: enough for what travels to and from a server.
pub mod json {
    use std::fmt::{self, Write};
    use std::ops::Index;

    /// How deep lists and objects may stand in each other.
    pub const MAX_DEPTH: usize = 128;

    /// A value. The members of an object keep their order; of two with one name the last counts.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Json {
        Null,
        Bool(bool),
        Int(i64),
        Float(f64),
        Text(String),
        List(Vec<Json>),
        Object(Vec<(String, Json)>),
    }

    /// What is wrong, and at which byte.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Error {
        pub at: usize,
        pub what: &'static str,
    }

    impl fmt::Display for Error {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "not valid JSON: {} at byte {}", self.what, self.at)
        }
    }

    static NULL: Json = Json::Null;

    impl Json {
        /// A member; null if there is none, or this is not an object.
        pub fn get(&self, key: &str) -> &Json {
            match self {
                Json::Object(members) => members.iter().rev().find(|(k, _)| k == key).map_or(&NULL, |(_, v)| v),
                _ => &NULL,
            }
        }

        /// Adds a member to an object.
        pub fn set(&mut self, key: &str, value: impl Into<Json>) {
            if let Json::Object(members) = self {
                members.push((key.to_string(), value.into()));
            }
        }

        pub fn items(&self) -> &[Json] {
            match self {
                Json::List(items) => items,
                _ => &[],
            }
        }

        pub fn str(&self) -> Option<&str> {
            match self {
                Json::Text(text) => Some(text),
                _ => None,
            }
        }

        /// A whole number, also one that was written with a point.
        pub fn int(&self) -> Option<i64> {
            match *self {
                Json::Int(i) => Some(i),
                Json::Float(f) if f.fract() == 0.0 && f.abs() <= 9007199254740992.0 => Some(f as i64),
                _ => None,
            }
        }

        pub fn float(&self) -> Option<f64> {
            match *self {
                Json::Int(i) => Some(i as f64),
                Json::Float(f) => Some(f),
                _ => None,
            }
        }

        pub fn bool(&self) -> Option<bool> {
            match *self {
                Json::Bool(b) => Some(b),
                _ => None,
            }
        }

        pub fn is_null(&self) -> bool {
            *self == Json::Null
        }

        pub fn is_object(&self) -> bool {
            matches!(self, Json::Object(_))
        }
    }

    impl Index<&str> for Json {
        type Output = Json;
        fn index(&self, key: &str) -> &Json {
            self.get(key)
        }
    }

    macro_rules! from {
        ($($type:ty, $value:ident => $made:expr;)*) => { $(
            impl From<$type> for Json {
                fn from($value: $type) -> Json {
                    $made
                }
            }
        )* };
    }
    from! {
        bool, b => Json::Bool(b);
        i64, i => Json::Int(i);
        f64, f => Json::Float(f);
        &str, s => Json::Text(s.to_string());
        String, s => Json::Text(s);
        std::borrow::Cow<'_, str>, s => Json::Text(s.into_owned());
        Vec<Json>, v => Json::List(v);
    }

    /// An object of its members.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.into_iter().map(|(k, v)| (k.to_string(), v)).collect())
    }

    // ---- writing ----

    impl fmt::Display for Json {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            match self {
                Json::Bool(b) => write!(f, "{}", b),
                Json::Int(i) => write!(f, "{}", i),
                Json::Float(x) if x.is_finite() => write!(f, "{:?}", x),
                Json::Null | Json::Float(_) => f.write_str("null"),
                Json::Text(text) => write_text(f, text),
                Json::List(items) => {
                    f.write_char('[')?;
                    for (i, item) in items.iter().enumerate() {
                        write!(f, "{}{}", if i > 0 { "," } else { "" }, item)?;
                    }
                    f.write_char(']')
                }
                Json::Object(members) => {
                    f.write_char('{')?;
                    for (i, (key, value)) in members.iter().enumerate() {
                        f.write_str(if i > 0 { "," } else { "" })?;
                        write_text(f, key)?;
                        write!(f, ":{}", value)?;
                    }
                    f.write_char('}')
                }
            }
        }
    }

    fn write_text(f: &mut fmt::Formatter, text: &str) -> fmt::Result {
        f.write_char('"')?;
        for c in text.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                c if (c as u32) < 0x20 => write!(f, "\\u{:04x}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }

    // ---- reading ----

    /// One document. Bytes that are not UTF-8, and halves of a surrogate pair without the other, become U+FFFD.
    pub fn parse(document: impl AsRef<[u8]>) -> Result<Json, Error> {
        let text = String::from_utf8_lossy(document.as_ref());
        let mut reader = Reader { text: &text, at: 0 };
        let value = reader.value(0)?;
        reader.blanks();
        if reader.at < text.len() {
            return reader.wrong("more than one value");
        }
        Ok(value)
    }

    struct Reader<'a> {
        text: &'a str,
        at: usize,
    }

    impl Reader<'_> {
        fn wrong<T>(&self, what: &'static str) -> Result<T, Error> {
            Err(Error { at: self.at, what })
        }

        fn peek(&self) -> u8 {
            *self.text.as_bytes().get(self.at).unwrap_or(&0)
        }

        fn blanks(&mut self) {
            while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
                self.at += 1;
            }
        }

        // Not `self.at += found as usize`: rustc 1.95 with -O leaves that addition out.
        fn take(&mut self, byte: u8) -> bool {
            if self.peek() != byte {
                return false;
            }
            self.at += 1;
            true
        }

        fn word(&mut self, word: &str, value: Json) -> Result<Json, Error> {
            if !self.text[self.at..].starts_with(word) {
                return self.wrong("an unknown word");
            }
            self.at += word.len();
            Ok(value)
        }

        fn value(&mut self, depth: usize) -> Result<Json, Error> {
            if depth > MAX_DEPTH {
                return self.wrong("too deep");
            }
            self.blanks();
            match self.peek() {
                b'n' => self.word("null", Json::Null),
                b't' => self.word("true", Json::Bool(true)),
                b'f' => self.word("false", Json::Bool(false)),
                b'"' => self.string().map(Json::Text),
                b'[' => self.list(depth),
                b'{' => self.object(depth),
                b'-' | b'0'..=b'9' => self.number(),
                _ => self.wrong("a value is missing"),
            }
        }

        fn list(&mut self, depth: usize) -> Result<Json, Error> {
            let mut items = Vec::new();
            self.at += 1;
            self.blanks();
            if self.take(b']') {
                return Ok(Json::List(items));
            }
            loop {
                items.push(self.value(depth + 1)?);
                self.blanks();
                if self.take(b']') {
                    return Ok(Json::List(items));
                }
                if !self.take(b',') {
                    return self.wrong("a list that does not end");
                }
            }
        }

        fn object(&mut self, depth: usize) -> Result<Json, Error> {
            let mut members = Vec::new();
            self.at += 1;
            self.blanks();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            loop {
                self.blanks();
                if self.peek() != b'"' {
                    return self.wrong("a member without a name");
                }
                let key = self.string()?;
                self.blanks();
                if !self.take(b':') {
                    return self.wrong("a member without a value");
                }
                members.push((key, self.value(depth + 1)?));
                self.blanks();
                if self.take(b'}') {
                    return Ok(Json::Object(members));
                }
                if !self.take(b',') {
                    return self.wrong("an object that does not end");
                }
            }
        }

        fn digits(&mut self) -> Result<(), Error> {
            if !self.peek().is_ascii_digit() {
                return self.wrong("a digit is missing");
            }
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            Ok(())
        }

        fn number(&mut self) -> Result<Json, Error> {
            let start = self.at;
            let mut whole = true;
            self.take(b'-');
            if !self.take(b'0') {
                self.digits()?;
            }
            if self.take(b'.') {
                whole = false;
                self.digits()?;
            }
            if self.take(b'e') || self.take(b'E') {
                whole = false;
                let _ = self.take(b'+') || self.take(b'-');
                self.digits()?;
            }
            let said = &self.text[start..self.at];
            if let (true, Ok(i)) = (whole, said.parse()) {
                return Ok(Json::Int(i));
            }
            match said.parse::<f64>() {
                Ok(f) if f.is_finite() => Ok(Json::Float(f)),
                _ => Err(Error { at: start, what: "a number out of range" }),
            }
        }

        fn string(&mut self) -> Result<String, Error> {
            let mut out = String::new();
            self.at += 1;
            loop {
                let rest = &self.text[self.at..];
                let plain = rest.find(|c| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
                out.push_str(&rest[..plain]);
                self.at += plain;
                match self.peek() {
                    b'"' => {
                        self.at += 1;
                        return Ok(out);
                    }
                    b'\\' => out.push(self.escape()?),
                    _ if self.at < self.text.len() => return self.wrong("a control character in a text"),
                    _ => return self.wrong("a text that does not end"),
                }
            }
        }

        fn escape(&mut self) -> Result<char, Error> {
            self.at += 2;
            match self.text.as_bytes().get(self.at - 1) {
                Some(b'n') => Ok('\n'),
                Some(b't') => Ok('\t'),
                Some(b'r') => Ok('\r'),
                Some(b'b') => Ok('\u{8}'),
                Some(b'f') => Ok('\u{c}'),
                Some(&c @ (b'"' | b'\\' | b'/')) => Ok(c as char),
                Some(b'u') => self.unicode(),
                _ => {
                    self.at -= 2;
                    self.wrong("an unknown escape")
                }
            }
        }

        fn hex(&self) -> Option<u32> {
            let digits = self.text.get(self.at..self.at + 4)?;
            u32::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        }

        /// After `\u`: four digits, and the other half of a pair.
        fn unicode(&mut self) -> Result<char, Error> {
            let first = match self.hex() {
                Some(code) => code,
                None => return self.wrong("four digits are missing after \\u"),
            };
            self.at += 4;
            if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                self.at += 2;
                if let Some(second @ 0xDC00..=0xDFFF) = self.hex() {
                    self.at += 4;
                    return Ok(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).unwrap_or('\u{FFFD}'));
                }
                self.at -= 2;
            }
            Ok(char::from_u32(first).unwrap_or('\u{FFFD}'))
        }
    }
}
