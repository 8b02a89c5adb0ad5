// SPDX-License-Identifier: MIT

package hobnob

// #include "bridge.h"
// #include <stdlib.h>
import "C"

import "unsafe"

// text copies a borrowed text.
func text(s C.hn_str) string {
	if s.n == 0 {
		return ""
	}
	return string(unsafe.Slice((*byte)(unsafe.Pointer(s.p)), int(s.n)))
}

// borrowed lends the bytes of a text to C, for one call.
func borrowed(s string) (unsafe.Pointer, C.size_t) {
	if s == "" {
		return nil, 0
	}
	bytes := []byte(s)
	return unsafe.Pointer(&bytes[0]), C.size_t(len(bytes))
}

// Options are the values of the declared options, in the function that makes an instance. One that was not declared is a panic.
type Options struct {
	host *C.hn_host
	call *C.hn_call
}

// Secret is a handle: the value never enters the plugin. It is valid as long as the instance is.
type Secret struct{ handle *C.hn_secret }

func (o *Options) value(key string) C.hn_value {
	name := C.CString(key)
	defer C.free(unsafe.Pointer(name))
	v := C.hn_value{struct_size: C.sizeof_hn_value}
	if C.hn_shim_host_option(o.host, o.call, name, &v) != 0 {
		panic("the option " + key + " is not declared")
	}
	return v
}

// Text of a string, URL, path, enum or JSON; empty if it is not set.
func (o *Options) Text(key string) string { return text(o.value(key).s) }

// Bool is false if it is not set.
func (o *Options) Bool(key string) bool { return o.value(key).i != 0 }

// Int is `otherwise` if it is not set.
func (o *Options) Int(key string, otherwise int64) int64 {
	if v := o.value(key); v.is_set != 0 {
		return int64(v.i)
	}
	return otherwise
}

// Number is `otherwise` if it is not set.
func (o *Options) Number(key string, otherwise float64) float64 {
	if v := o.value(key); v.is_set != 0 {
		return float64(v.d)
	}
	return otherwise
}

// Secret is the handle; its value is empty if it is not set.
func (o *Options) Secret(key string) Secret { return Secret{o.value(key).secret} }

// List is the items of a list, or the keys and values of a map in turn.
func (o *Options) List(key string) []string {
	v := o.value(key)
	n := int(v.n)
	if v._type == OptMap {
		n *= 2
	}
	var items []string
	for i := 0; i < n; i++ {
		items = append(items, text(*(*C.hn_str)(unsafe.Add(unsafe.Pointer(v.items), i*C.sizeof_hn_str))))
	}
	return items
}

// Request is what to ask: a copy.
type Request struct {
	Dry       bool   // send nothing and start nothing; HTTP continues as usual, everybody else returns nil at once
	Stream    bool   // stream the reply
	Set       uint32 // Set*: which of the members below were set
	Model     string
	Messages  []Message // at least one; the system prompt is the first or absent
	MaxTokens int64
	Seed      int64

	Temperature float64
	TopP        float64
	Stop        []string
	Effort      string // of reasoning
	Tools       []Tool
	ToolChoice  uint32 // Choice*
	ToolName    string
	SchemaName  string
	Schema      string // JSON Schema: the reply has to be JSON by it
	Extra       string // a JSON object to merge into the request
}

// Message is one of a conversation.
type Message struct {
	Role  uint32 // Role*
	Text  string // all that it says in words
	Parts []Part
}

// Part of a message.
type Part struct {
	Type  uint32 // Part*
	Flags uint32 // Partflag*
	ID    string
	Name  string
	Mime  string
	Data  string // bytes
}

// Tool that the model may call.
type Tool struct{ Name, Description, Schema string }

// Last is the last message. There is always one.
func (r *Request) Last() *Message { return &r.Messages[len(r.Messages)-1] }

// Has tells whether all of these Set* are set.
func (r *Request) Has(set uint32) bool { return r.Set&set == set }

// read copies a request.
func read(r *C.hn_request) *Request {
	out := &Request{
		Dry: r.flags&RequestDry != 0, Stream: r.flags&RequestStream != 0, Set: uint32(r.set), Model: text(r.model),
		MaxTokens: int64(r.max_tokens), Seed: int64(r.seed), Temperature: float64(r.temperature), TopP: float64(r.top_p),
		Effort: text(r.reasoning_effort), ToolChoice: uint32(r.tool_choice), ToolName: text(r.tool_name),
		SchemaName: text(r.schema_name), Schema: text(r.schema), Extra: text(r.extra),
	}
	for i := C.uint32_t(0); i < r.n_messages; i++ {
		out.Messages = append(out.Messages, readMessage(C.hn_shim_request_messages(r, i)))
	}
	for i := 0; i < int(r.n_stop); i++ {
		out.Stop = append(out.Stop, text(*(*C.hn_str)(unsafe.Add(unsafe.Pointer(r.stop), i*C.sizeof_hn_str))))
	}
	for i := C.uint32_t(0); i < r.n_tools; i++ {
		t := C.hn_shim_request_tools(r, i)
		out.Tools = append(out.Tools, Tool{text(t.name), text(t.description), text(t.schema)})
	}
	return out
}

func readMessage(m *C.hn_message) Message {
	out := Message{Role: uint32(m.role), Text: text(m.text)}
	for i := C.uint32_t(0); i < m.n_parts; i++ {
		p := C.hn_shim_message_parts(m, i)
		out.Parts = append(out.Parts, Part{uint32(p._type), uint32(p.flags), text(p.id), text(p.name), text(p.mime), text(p.data)})
	}
	return out
}
