// SPDX-License-Identifier: MIT
//! rust: a provider in Rust, which emits from a thread of its own. HN_HEADER is hobnob/plugin.h in Rust.
#![allow(non_camel_case_types, non_upper_case_globals, dead_code, unused_unsafe)]

mod hobnob {
    include!(env!("HN_HEADER"));
}
use hobnob::*;
use std::mem::{size_of, zeroed};
use std::os::raw::{c_char, c_void};
use std::{panic, ptr, slice, thread, time::Duration};

struct Instance {
    host: *const hn_host,
    prefix: Vec<u8>,
}

/// What a thread of the plugin's own takes along; HN_PROVIDER_BLOCKS allows it.
#[derive(Clone, Copy)]
struct Call {
    host: *const hn_host,
    call: *mut hn_call,
}
unsafe impl Send for Call {}

fn text(bytes: &[u8]) -> hn_str {
    hn_str { p: bytes.as_ptr() as *const c_char, n: bytes.len() }
}

unsafe fn bytes<'a>(s: hn_str) -> &'a [u8] {
    if s.n == 0 { &[] } else { slice::from_raw_parts(s.p as *const u8, s.n) }
}

impl Call {
    unsafe fn emit(self, fill: impl FnOnce(&mut hn_event)) -> Result<(), i32> {
        let mut event: hn_event = zeroed();
        event.struct_size = size_of::<hn_event>() as u32;
        fill(&mut event);
        match (*self.host).emit.unwrap()(self.call, &event) {
            0 => Ok(()),
            code => Err(code),
        }
    }

    unsafe fn say(self, piece: &[u8]) -> Result<(), i32> {
        self.emit(|e| {
            e.r#type = HN_EV_TEXT;
            e.text = text(piece);
        })
    }

    unsafe fn fail(self, code: i32, why: &str) -> i32 {
        let mut error: hn_error = zeroed();
        error.struct_size = size_of::<hn_error>() as u32;
        error.code = code;
        error.message = text(why.as_bytes());
        (*self.host).fail.unwrap()(self.call, &error)
    }

    unsafe fn wait_for_cancel(self) -> Result<(), i32> {
        while (*self.host).cancelled.unwrap()(self.call) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        Err(HN_ERR_INTERRUPTED)
    }

    unsafe fn answer(self, prefix: &[u8], prompt: &[u8]) -> Result<(), i32> {
        if prompt == b"fail" {
            return Err(self.fail(HN_ERR_QUOTA, "no coins left"));
        }
        self.say(prefix)?;
        self.say(prompt)?;
        if prompt == b"wait" {
            self.wait_for_cancel()?;
        }
        let mut usage: hn_usage = zeroed();
        usage.struct_size = size_of::<hn_usage>() as u32;
        usage.set = HN_USAGE_PROMPT | HN_USAGE_COMPLETION;
        usage.prompt = prompt.len() as i64;
        usage.completion = (prefix.len() + prompt.len()) as i64;
        self.emit(|e| {
            e.r#type = HN_EV_USAGE;
            e.usage = &usage;
        })?;
        self.emit(|e| {
            e.r#type = HN_EV_FINISH;
            e.finish = HN_FINISH_STOP;
        })
    }
}

/// A panic must not cross the line: it becomes an error of the plugin's.
unsafe fn guarded(call: Call, body: impl FnOnce() -> i32) -> i32 {
    panic::catch_unwind(panic::AssertUnwindSafe(body)).unwrap_or_else(|_| call.fail(HN_ERR_PLUGIN, "the plugin panicked"))
}

unsafe extern "C" fn create(host: *const hn_host, call: *mut hn_call, out: *mut *mut c_void) -> i32 {
    guarded(Call { host, call }, || {
        let mut value: hn_value = zeroed();
        value.struct_size = size_of::<hn_value>() as u32;
        let code = (*host).option.unwrap()(call, "prefix\0".as_ptr() as *const c_char, &mut value);
        *out = Box::into_raw(Box::new(Instance { host, prefix: bytes(value.s).to_vec() })) as *mut c_void;
        code
    })
}

unsafe extern "C" fn destroy(this: *mut c_void) {
    drop(Box::from_raw(this as *mut Instance));
}

unsafe extern "C" fn chat(this: *mut c_void, call: *mut hn_call, request: *const hn_request) -> i32 {
    let (instance, request) = (&*(this as *const Instance), &*request);
    let call = Call { host: instance.host, call };
    if request.flags & HN_REQUEST_DRY != 0 {
        return 0;
    }
    guarded(call, || {
        let at = (request.n_messages - 1) as usize * request.message_stride as usize;
        let last = &*((request.messages as *const u8).add(at) as *const hn_message);
        let (prefix, prompt) = (instance.prefix.clone(), bytes(last.text).to_vec());
        let worker = thread::spawn(move || {
            let here = call;
            unsafe { here.answer(&prefix, &prompt) }
        });
        worker.join().unwrap().err().unwrap_or(0)
    })
}

/// Pointers make a static not Sync; nobody writes to these.
#[repr(transparent)]
struct Fixed<T>(T);
unsafe impl<T> Sync for Fixed<T> {}

const NO_TEXT: *const c_char = ptr::null();

static OPTIONS: Fixed<[hn_option; 2]> = Fixed([
    hn_option {
        r#type: HN_OPT_STRING, flags: 0, n_env: 0, pad: 0, key: "prefix\0".as_ptr() as *const c_char,
        initial: "Rust says: \0".as_ptr() as *const c_char, values: NO_TEXT, forbid: NO_TEXT,
        help: "text before each reply\0".as_ptr() as *const c_char, env: ptr::null(),
    },
    hn_option {
        r#type: HN_OPT_STRING, flags: 0, n_env: 0, pad: 0, key: "model\0".as_ptr() as *const c_char,
        initial: "small\0".as_ptr() as *const c_char, values: NO_TEXT, forbid: NO_TEXT,
        help: "there is only one\0".as_ptr() as *const c_char, env: ptr::null(),
    },
]);

static PROVIDER: Fixed<hn_provider> = Fixed(hn_provider {
    struct_size: size_of::<hn_provider>() as u32,
    flags: HN_PROVIDER_BLOCKS,
    accepts: 1 << HN_PART_TEXT,
    heeds: 0,
    create: Some(create),
    destroy: Some(destroy),
    chat: Some(chat),
    models: None,
    credit: None,
});

static PLUGIN: Fixed<hn_plugin> = Fixed(hn_plugin {
    struct_size: size_of::<hn_plugin>() as u32,
    abi_major: HN_ABI_MAJOR,
    need_minor: 0,
    r#type: HN_TYPE_PROVIDER,
    flags: 0,
    n_options: 2,
    option_stride: size_of::<hn_option>() as u32,
    pad: 0,
    name: "rust\0".as_ptr() as *const c_char,
    version: "0.1\0".as_ptr() as *const c_char,
    summary: "a provider in Rust\0".as_ptr() as *const c_char,
    license: "MIT\0".as_ptr() as *const c_char,
    options: &OPTIONS.0 as *const [hn_option; 2] as *const hn_option,
    vtable: &PROVIDER.0 as *const hn_provider as *const c_void,
});

/// The one exported function.
#[no_mangle]
pub extern "C" fn hobnob_plugin_v1() -> *const hn_plugin {
    &PLUGIN.0
}
