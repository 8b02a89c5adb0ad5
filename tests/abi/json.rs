// SPDX-License-Identifier: MIT
//! json: what the JSON of hobnob.rs reads, refuses and writes; and the other pure functions of the module.
#[macro_use]
#[path = "../../kit/rust/hobnob.rs"]
mod hobnob;
use hobnob::json::{object, parse, Json, MAX_DEPTH};
use hobnob::*;

/// What is read, and how it is written.
const READ: &[(&str, &str)] = &[
    (" null ", "null"),
    ("true", "true"),
    ("false", "false"),
    ("0", "0"),
    ("-0", "0"),
    ("-12", "-12"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775808", "9.223372036854776e18"),
    ("1.0", "1.0"),
    ("0.1e1", "1.0"),
    ("1E-2", "0.01"),
    ("1e+300", "1e300"),
    (r#""""#, r#""""#),
    (r#""a\"\\\/\b\f\n\r\tz""#, r#""a\"\\/\u0008\u000c\n\r\tz""#),
    (r#""\u00e4\u20AC\u0000""#, "\"ä€\\u0000\""),
    (r#""\ud83d\ude00""#, "\"😀\""),
    (r#""\ud83d""#, "\"\u{FFFD}\""),
    (r#""\ud83dx""#, "\"\u{FFFD}x\""),
    (r#""\ud83d\ud83d\ude00""#, "\"\u{FFFD}😀\""),
    (r#""\ude00""#, "\"\u{FFFD}\""),
    ("\"\u{7f}\u{2028}\"", "\"\u{7f}\u{2028}\""),
    ("[]", "[]"),
    (" [ 1 , [ ] , { } ] ", "[1,[],{}]"),
    ("{}", "{}"),
    ("{ \"a\" : 1 ,\n\"b\" : { \"a\" : [ null ] } }", r#"{"a":1,"b":{"a":[null]}}"#),
];

/// What is refused: why, and at which byte.
const REFUSED: &[(&str, &str, usize)] = &[
    ("", "a value is missing", 0),
    ("  ", "a value is missing", 2),
    ("nul", "an unknown word", 0),
    ("nulls", "more than one value", 4),
    ("1 2", "more than one value", 2),
    ("01", "more than one value", 1),
    ("+1", "a value is missing", 0),
    ("-", "a digit is missing", 1),
    ("1.", "a digit is missing", 2),
    (".5", "a value is missing", 0),
    ("1e", "a digit is missing", 2),
    ("1e999", "a number out of range", 0),
    ("NaN", "a value is missing", 0),
    ("\"a", "a text that does not end", 2),
    ("\"a\\", "an unknown escape", 2),
    ("\"\\x\"", "an unknown escape", 1),
    ("\"\\u12\"", "four digits are missing after \\u", 3),
    ("\"\\u+123\"", "four digits are missing after \\u", 3),
    ("\"\\u12ä\"", "four digits are missing after \\u", 3),
    ("\"a\nb\"", "a control character in a text", 2),
    ("\"a\0b\"", "a control character in a text", 2),
    ("[1", "a list that does not end", 2),
    ("[1,]", "a value is missing", 3),
    ("[1 2]", "a list that does not end", 3),
    ("{1:2}", "a member without a name", 1),
    ("{\"a\"}", "a member without a value", 4),
    ("{\"a\":1,}", "a member without a name", 7),
    ("{\"a\":1", "an object that does not end", 6),
    ("'a'", "a value is missing", 0),
];

#[test]
fn reads_and_writes() {
    for (document, written) in READ {
        assert_eq!(parse(document).map(|v| v.to_string()).as_deref(), Ok(*written), "{:?}", document);
    }
}

#[test]
fn refuses() {
    for (document, what, at) in REFUSED {
        assert_eq!(parse(document).unwrap_err(), json::Error { at: *at, what }, "{:?}", document);
    }
}

#[test]
fn what_is_written_is_read_again() {
    let all: String = (0..0x3000).filter_map(char::from_u32).collect();
    for value in [Json::Text(all), Json::Float(0.1), Json::Float(-1.5e-300), Json::Int(i64::MIN)] {
        assert_eq!(parse(value.to_string()), Ok(value));
    }
    assert_eq!(Json::from(f64::NAN).to_string() + &Json::from(f64::INFINITY).to_string(), "nullnull");
}

#[test]
fn depth_has_a_limit() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(parse(deep(MAX_DEPTH + 1)).is_ok());
    assert_eq!(parse(deep(MAX_DEPTH + 2)).unwrap_err(), json::Error { at: MAX_DEPTH + 1, what: "too deep" });
    assert_eq!(parse("[".repeat(1_000_000)).unwrap_err().what, "too deep");
    assert_eq!(parse("{\"a\":".repeat(1_000_000)).unwrap_err().what, "too deep");
}

#[test]
fn bytes_that_are_not_utf8() {
    assert_eq!(parse(b"\"a\xff\"").unwrap().str(), Some("a\u{FFFD}"));
}

#[test]
fn members() {
    let o = parse(r#"{"a":1,"b":[true,"x",2.0,2.5],"a":2}"#).unwrap();
    assert_eq!((o["a"].int(), o["none"]["deeper"].is_null(), o["b"]["a"].is_null()), (Some(2), true, true));
    let b = o["b"].items();
    assert_eq!((b[0].bool(), b[1].str(), b[2].int(), b[3].int(), b[3].float(), b[1].int()), (Some(true), Some("x"), Some(2), None, Some(2.5), None));
    assert_eq!((o["b"].str(), b[1].items().len(), o.is_object(), b[0].float()), (None, 0, true, None));
    let mut made = object([("b", vec![Json::Null].into()), ("a", Json::from(1))]);
    made.set("c", "d");
    assert_eq!(made.to_string(), r#"{"b":[null],"a":1,"c":"d"}"#);
}

#[test]
fn urls() {
    assert_eq!(join_url("https://a/v1", "chat"), "https://a/v1/chat");
    assert_eq!(join_url("https://a/v1//", "/chat"), "https://a/v1/chat");
    assert_eq!(join_url("https://a/v1?k=1", "chat"), "https://a/v1/chat?k=1");
    assert_eq!(join_url("https://a/v1?k=1", "chat?b=2"), "https://a/v1/chat?b=2&k=1");
}

#[test]
fn sizes_and_members() {
    let mut usage = hn_usage::default();
    assert_eq!((usage.struct_size as usize, usage.set, usage.cost), (std::mem::size_of::<hn_usage>(), 0, 0));
    assert!(has!(&usage as *const hn_usage, cost));
    usage.struct_size -= 1;
    assert!(has!(&usage as *const hn_usage, reasoning) && !has!(&usage as *const hn_usage, cost));
}

#[test]
fn elements_of_an_array_with_a_stride() {
    let grown = [1u64, 100, 2, 200, 3, 300];
    assert_eq!((0..3).map(|i| unsafe { *at(grown.as_ptr(), 16, i) }).collect::<Vec<u64>>(), [1, 2, 3]);
}
