// SPDX-License-Identifier: MIT

package hobnob

// #include "bridge.h"
// #include <stdlib.h>
import "C"

import (
	"runtime/cgo"
	"time"
	"unsafe"
)

// Ask is a request to send. hobnob sends it: it has the user's keys, proxies and limits.
type Ask struct {
	Method  string
	URL     string
	Body    string
	Framing uint32 // Frame*; 0: the body comes whole
	Headers []Header
}

// Header of a request: hobnob appends the value of the secret when it sends the header.
type Header struct {
	Name, Value string
	Secret      Secret
}

// Piece of an answer.
type Piece struct {
	Type       uint32 // a Data* of this package: others are skipped
	Event      string // the name of a server-sent event
	Data       string
	Status     int32
	RetryAfter time.Duration // that the server asked for; negative: none
	Again      uint32        // Fail*, as the server says, or 0
}

// Enough and Nearly, returned by the function that takes the pieces: no more of this body is needed; all that matters has come.
var (
	Enough error = told(C.HN_ENOUGH)
	Nearly error = told(C.HN_NEARLY)
)

// waiting is who takes the pieces, and why it stopped.
type waiting struct {
	take    func(*Piece) error
	stopped error
}

// Request sends a request and passes each piece of the answer to take. Its error ends the request and is returned. The status.
func (c *Call) Request(ask Ask, take func(*Piece) error) (int32, error) {
	http := (*C.hn_http)(c.Service(IDHTTP))
	if http == nil {
		return 0, Fail(ErrPlugin, "this hobnob does not have %s", IDHTTP)
	}
	var kept memory
	defer kept.free()
	in := &waiting{take: take}
	handle := cgo.NewHandle(in)
	defer handle.Delete()
	raw := (*C.hn_http_request)(kept.room(1, C.sizeof_hn_http_request))
	raw.struct_size, raw.framing = C.sizeof_hn_http_request, C.uint32_t(ask.Framing)
	raw.method = (*C.char)(unsafe.Pointer(kept.text(ask.Method + "\x00").p))
	raw.url, raw.body = kept.text(ask.URL), kept.text(ask.Body)
	raw.n_headers, raw.header_stride = C.uint32_t(len(ask.Headers)), C.sizeof_hn_http_header
	headers := kept.room(len(ask.Headers), C.sizeof_hn_http_header)
	for i, h := range ask.Headers {
		to := (*C.hn_http_header)(unsafe.Add(headers, i*C.sizeof_hn_http_header))
		to.name, to.value, to.secret = kept.text(h.Name), kept.text(h.Value), h.Secret.handle
	}
	raw.headers = (*C.hn_http_header)(headers)
	out := C.hn_http_response{struct_size: C.sizeof_hn_http_response}
	code := C.bridge_request(http, c.call, raw, C.uintptr_t(handle), &out)
	if in.stopped != nil {
		return int32(out.status), in.stopped
	}
	return int32(out.status), heed(code)
}

// CodeOfStatus is the kind of an HTTP status when nothing else is known.
func (c *Call) CodeOfStatus(status int32) int32 {
	if http := (*C.hn_http)(c.Service(IDHTTP)); http != nil {
		return int32(C.hn_shim_http_code_of_status(http, C.int32_t(status)))
	}
	return ErrProtocol
}

//export goData
func goData(handle C.uintptr_t, head *C.hn_http_response, kind C.uint32_t, event unsafe.Pointer, nEvent C.size_t, data unsafe.Pointer,
	n C.size_t) C.int32_t {
	if kind == 0 || kind > DataTail {
		return C.HN_OK // of a later hobnob
	}
	in := cgo.Handle(handle).Value().(*waiting)
	piece := &Piece{
		Type: uint32(kind), Event: text(C.hn_str{(*C.char)(event), nEvent}), Data: text(C.hn_str{(*C.char)(data), n}),
		Status: int32(head.status), RetryAfter: time.Duration(head.retry_after_ms) * time.Millisecond, Again: uint32(head.again),
	}
	err := caught(func() error { return in.take(piece) })
	switch code, isCode := err.(told); {
	case err == nil:
		return C.HN_OK
	case isCode && code > 0:
		return C.int32_t(code)
	}
	in.stopped = err
	return C.HN_ERR_PLUGIN
}

// memory is C's, for what points to other memory: pointers of Go may not.
type memory []unsafe.Pointer

// room is zeroed, for n things of a size.
func (m *memory) room(n int, size C.size_t) unsafe.Pointer {
	if n == 0 {
		return nil
	}
	p := C.calloc(C.size_t(n), size)
	*m = append(*m, p)
	return p
}

func (m *memory) text(s string) C.hn_str {
	p := m.room(len(s), 1)
	copy(unsafe.Slice((*byte)(p), len(s)), s)
	return C.hn_str{(*C.char)(p), C.size_t(len(s))}
}

func (m *memory) free() {
	for _, p := range *m {
		C.free(p)
	}
}
