// SPDX-License-Identifier: MIT

package hobnob

// #include "bridge.h"
// #include <stdlib.h>
import "C"

import (
	"context"
	"sync"
	"time"
	"unsafe"
)

// Call is one call on an instance. Any goroutine may use it, one at a time, until the call returns.
type Call struct {
	host *C.hn_host
	call *C.hn_call

	watching sync.Once
	context  context.Context
	stop     context.CancelFunc
	watched  chan struct{}
}

// Cancelled tells whether the call has to end. Any goroutine, until the call returns.
func (c *Call) Cancelled() bool { return C.hn_shim_host_cancelled(c.host, c.call) != 0 }

// Context ends when the call is cancelled or returns. Chat may return its error.
func (c *Call) Context() context.Context {
	c.watching.Do(func() {
		c.context, c.stop = context.WithCancel(context.Background())
		c.watched = make(chan struct{})
		go c.watch()
	})
	return c.context
}

// watch asks every few milliseconds, until the context has ended.
func (c *Call) watch() {
	defer close(c.watched)
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-c.context.Done():
			return
		case <-every.C:
			if c.Cancelled() {
				c.stop()
				return
			}
		}
	}
}

// end waits until nobody asks any more.
func (c *Call) end() {
	if c.stop != nil {
		c.stop()
		<-c.watched
	}
}

func (c *Call) emit(kind uint32, finish int32, which uint32, text, name, id string) error {
	p, n := borrowed(text)
	pName, nName := borrowed(name)
	pID, nID := borrowed(id)
	return heed(C.bridge_emit(c.host, c.call, C.uint32_t(kind), C.int32_t(finish), C.uint32_t(which), p, n, pName, nName, pID, nID))
}

// Say emits a piece of the reply, which may split a character.
func (c *Call) Say(text string) error { return c.emit(EvText, 0, 0, text, "", "") }

// Think emits a piece of the reasoning.
func (c *Call) Think(text string) error { return c.emit(EvReasoning, 0, 0, text, "", "") }

// Notice is a remark for the user, one line.
func (c *Call) Notice(line string) error { return c.emit(EvNotice, 0, 0, line, "", "") }

// Progress says what is waited for, one line; thousandths that are done, 0: unknown.
func (c *Call) Progress(line string, thousandths uint32) error {
	return c.emit(EvProgress, 0, thousandths, line, "", "")
}

// Model says which model actually answers, and the upstream.
func (c *Call) Model(id, upstream string) error { return c.emit(EvModel, 0, 0, id, upstream, "") }

// Opaque emits bytes that only this provider understands, and what they are; they come back in this place.
func (c *Call) Opaque(name, bytes string) error { return c.emit(EvOpaque, 0, 0, bytes, name, "") }

// ToolCall emits a whole call of a tool; which of several.
func (c *Call) ToolCall(which uint32, id, name, arguments string) error {
	return c.emit(EvToolCall, 0, which, arguments, name, id)
}

// Finish completes the reply: Finish*.
func (c *Call) Finish(why int32) error { return c.emit(EvFinish, why, 0, "", "", "") }

// Usage is what a reply took. A count that is nil is unknown.
type Usage struct{ Prompt, Completion, Cached, CacheWrite, Reasoning, Cost *int64 }

// N is a known number.
func N(n int) *int64 {
	known := int64(n)
	return &known
}

// known copies a number if there is one, with its bit.
func known(from *int64, to *C.int64_t, set *C.uint32_t, bit C.uint32_t) {
	if from != nil && *from >= 0 {
		*to = C.int64_t(*from)
		*set |= bit
	}
}

// Report says what the reply took.
func (c *Call) Report(u Usage) error {
	raw := C.hn_usage{struct_size: C.sizeof_hn_usage}
	known(u.Prompt, &raw.prompt, &raw.set, UsagePrompt)
	known(u.Completion, &raw.completion, &raw.set, UsageCompletion)
	known(u.Cached, &raw.cached, &raw.set, UsageCached)
	known(u.CacheWrite, &raw.cache_write, &raw.set, UsageCacheWrite)
	known(u.Reasoning, &raw.reasoning, &raw.set, UsageReasoning)
	known(u.Cost, &raw.cost, &raw.set, UsageCost)
	return heed(C.bridge_report(c.host, c.call, &raw))
}

// Model is an entry of a list. What is nil is unknown; prices in pico-dollars per token.
type Model struct {
	ID, Name           string
	Context, MaxOutput *int64

	PriceInput, PriceOutput, PriceCached, PriceCacheWrite *int64

	Accepts, Heeds *uint32 // as those of the plugin
}

func (m Model) put(put, ud unsafe.Pointer) error {
	raw := C.hn_model{struct_size: C.sizeof_hn_model}
	known(m.Context, &raw.context, &raw.set, ModelContext)
	known(m.MaxOutput, &raw.max_output, &raw.set, ModelMaxOutput)
	known(m.PriceInput, &raw.price_input, &raw.set, ModelPriceInput)
	known(m.PriceOutput, &raw.price_output, &raw.set, ModelPriceOutput)
	known(m.PriceCached, &raw.price_cached, &raw.set, ModelPriceCached)
	known(m.PriceCacheWrite, &raw.price_cache_write, &raw.set, ModelPriceCacheWrite)
	if m.Accepts != nil {
		raw.accepts = C.uint32_t(*m.Accepts)
		raw.set |= ModelAccepts
	}
	if m.Heeds != nil {
		raw.heeds = C.uint32_t(*m.Heeds)
		raw.set |= ModelHeeds
	}
	id, n := borrowed(m.ID)
	name, nName := borrowed(m.Name)
	return heed(C.bridge_put(put, ud, &raw, id, n, name, nName))
}

// Credit is what an account may still spend, in pico-dollars. What is nil is unknown.
type Credit struct {
	Unlimited         bool // the key has no limit of its own
	Left, Limit, Used *int64
}

func (c Credit) fill(out *C.hn_credit) {
	var set C.uint32_t
	known(c.Left, &out.left, &set, 0)
	known(c.Limit, &out.limit, &set, 0)
	known(c.Used, &out.used, &set, 0)
	if c.Unlimited {
		out.flags |= CreditUnlimited
	}
}

// service is a table of functions by its id, or nil.
func (c *Call) service(id string) unsafe.Pointer {
	name := C.CString(id)
	defer C.free(unsafe.Pointer(name))
	return unsafe.Pointer(C.hn_shim_host_extension(c.host, name))
}

// Log writes a line for -v (level 1) or -vv (level 2).
func (c *Call) Log(level uint32, line string) {
	if table := (*C.hn_log)(c.service(IDLog)); table != nil {
		p, n := borrowed(line)
		C.bridge_log(table, c.call, C.uint32_t(level), p, n)
	}
}
