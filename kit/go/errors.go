// SPDX-License-Identifier: MIT

package hobnob

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// Error is why a call fails. Any other error is one of the kind ErrPlugin.
type Error struct {
	Code       int32 // Err*
	Message    string
	Hint       string // what the user can do
	Status     int32  // of HTTP, or 0
	Flags      uint32 // Fail*
	RetryAfter time.Duration
	Window     int64 // tokens, as the server named them; 0: none
	Prompt     int64
	MaxOutput  int64
}

func (e *Error) Error() string { return e.Message }

// Fail is an Error with a kind and one sentence for a person.
func Fail(code int32, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithHint adds what the user can do.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// told is a code that hobnob returned: it knows why.
type told int32

func (t told) Error() string { return fmt.Sprintf("hobnob returned %d", int32(t)) }

// Adapted, returned by Chat: I changed how I ask; call me again now.
var Adapted error = told(C.HN_ADAPTED)

// heed makes an error of a code that is not 0.
func heed(code C.int32_t) error {
	if code == 0 {
		return nil
	}
	return told(code)
}

// guard runs body; an error or a panic becomes the failure of the call.
func guard(call *Call, body func(*Call) error) C.int32_t {
	err := caught(func() error { return body(call) })
	call.end()
	return call.report(err)
}

func caught(body func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Fail(ErrPlugin, "the plugin panicked%s: %v", place(), p)
		}
	}()
	return body()
}

// place says where the panic was that is being recovered from: in the first function after the runtime's.
func place() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for panicked := false; ; {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicked && !inRuntime {
			return fmt.Sprintf(" at %s:%d", frame.File, frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}

// line makes one line of a text, also of a server's or of a library's.
func line(said string) string {
	return strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(said)
}

// report tells hobnob why a call fails; the code that the call returns.
func (c *Call) report(err error) C.int32_t {
	var code told
	var e *Error
	switch {
	case err == nil:
		return C.HN_OK
	case errors.As(err, &code):
		return C.int32_t(code)
	case errors.Is(err, context.Canceled) && c.Cancelled():
		return C.HN_ERR_INTERRUPTED
	case !errors.As(err, &e):
		e = Fail(ErrPlugin, "%v", err)
	}
	raw := C.hn_error{struct_size: C.sizeof_hn_error, code: C.int32_t(e.Code), status: C.int32_t(e.Status), flags: C.uint32_t(e.Flags)}
	raw.retry_after_ms = C.int64_t(e.RetryAfter.Milliseconds())
	raw.window, raw.prompt, raw.max_output = C.int64_t(e.Window), C.int64_t(e.Prompt), C.int64_t(e.MaxOutput)
	message, n := borrowed(line(e.Message))
	hint, nHint := borrowed(line(e.Hint))
	return C.bridge_fail(c.host, c.call, &raw, message, n, hint, nHint)
}
