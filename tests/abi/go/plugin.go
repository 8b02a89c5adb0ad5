// SPDX-License-Identifier: MIT

// plugin: a provider in Go, which emits from a goroutine.
package main

// #include "plugin.h"
import "C"

import (
	"time"
	"unsafe"
)

func say(call *C.hn_call, text string) C.int32_t {
	bytes := []byte(text)
	if len(bytes) == 0 {
		return C.HN_OK
	}
	return C.plugin_say(call, unsafe.Pointer(&bytes[0]), C.size_t(len(bytes)))
}

func fail(call *C.hn_call, code C.int32_t, why string) C.int32_t {
	bytes := []byte(why)
	return C.plugin_fail(call, code, unsafe.Pointer(&bytes[0]), C.size_t(len(bytes)))
}

func answer(call *C.hn_call, prefix, prompt string) C.int32_t {
	if prompt == "fail" {
		return fail(call, C.HN_ERR_QUOTA, "no coins left")
	}
	if code := say(call, prefix+prompt); code != C.HN_OK {
		return code
	}
	for prompt == "wait" {
		if C.plugin_cancelled(call) != 0 {
			return C.HN_ERR_INTERRUPTED
		}
		time.Sleep(time.Millisecond)
	}
	return C.plugin_end(call, C.int64_t(len(prompt)), C.int64_t(len(prefix)+len(prompt)))
}

//export goChat
func goChat(call *C.hn_call, prefix *C.char, p unsafe.Pointer, n C.size_t) C.int32_t {
	before, prompt := C.GoString(prefix), string(C.GoBytes(p, C.int(n)))
	done := make(chan C.int32_t)
	go func() { done <- answer(call, before, prompt) }()
	return <-done
}

func main() {}
