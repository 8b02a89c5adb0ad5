// SPDX-License-Identifier: MIT

// provider: a provider in Go, which emits from a goroutine, asks a server where it is asked to, and panics.
package main

import (
	"encoding/json"
	"fmt"

	"hobnob"
)

type provider struct {
	prefix, base string
	key          hobnob.Secret
	said         string // what the other options say
}

func create(options *hobnob.Options) (*provider, error) {
	p := &provider{options.Text("prefix"), options.Text("base_url"), options.Secret("api_key"), ""}
	p.said = fmt.Sprintf("%q %q %d %g %t", options.List("words"), options.List("pairs"), options.Int("count", -1),
		options.Number("rate", -1), options.Bool("loud"))
	if p.prefix == "panic" {
		panic("create panics")
	}
	return p, nil
}

// Chat repeats the prompt, unless it says something else.
func (p *provider) Chat(call *hobnob.Call, request *hobnob.Request) error {
	prompt := request.Last().Text
	switch {
	case prompt == "ask":
		return p.ask(call, request)
	case request.Dry:
		return nil
	case prompt == "options":
		return p.answer(call, p.said)
	case prompt == "fail":
		return hobnob.Fail(hobnob.ErrQuota, "no %s left", "coins").WithHint("buy some")
	case prompt == "error":
		return fmt.Errorf("an error of no kind")
	case prompt == "panic":
		panic("Chat panics")
	}
	if prompt == "more" {
		if err := call.Emit(hobnob.Event{Type: hobnob.EvModel, Text: "the real one", Name: "upstream"}); err != nil {
			return err
		}
		if err := call.Notice("take note"); err != nil {
			return err
		}
	}
	done := make(chan error)
	go func() { done <- p.answer(call, prompt) }()
	return <-done
}

func (p *provider) answer(call *hobnob.Call, prompt string) error {
	if err := call.Say(p.prefix + prompt); err != nil {
		return err
	}
	if prompt == "wait" {
		<-call.Context().Done()
		return call.Context().Err()
	}
	if err := call.Report(hobnob.Usage{Prompt: hobnob.N(len(prompt)), Completion: hobnob.N(len(p.prefix + prompt))}); err != nil {
		return err
	}
	return call.Finish(hobnob.FinishStop)
}

// ask passes on the lines of a server.
func (p *provider) ask(call *hobnob.Call, request *hobnob.Request) error {
	body, err := json.Marshal(map[string]any{"model": request.Model, "temperature": request.Temperature})
	if err != nil {
		return err
	}
	ask := hobnob.Ask{
		Method: "POST", URL: p.base + "/chat/completions", Body: string(body), Framing: hobnob.FrameNdjson,
		Headers: []hobnob.Header{{"X-Of-The-Plugin", "yes", hobnob.Secret{}}, {"Authorization", "Bearer ", p.key}},
	}
	status, err := call.Request(ask, func(piece *hobnob.Piece) error {
		var line struct{ Text, Panic string }
		if piece.Type == hobnob.DataErrorBody {
			return hobnob.Fail(call.CodeOfStatus(piece.Status), "%s", piece.Data)
		}
		if err := json.Unmarshal([]byte(piece.Data), &line); err != nil {
			return hobnob.Fail(hobnob.ErrProtocol, "a line is not JSON: %v", err)
		}
		if line.Panic != "" {
			panic(line.Panic)
		}
		if line.Text == "" {
			return hobnob.Enough
		}
		return call.Say(line.Text)
	})
	if err != nil {
		return err
	}
	call.Log(1, fmt.Sprintf("the status was %d", status))
	return call.Finish(hobnob.FinishStop)
}

// Models lists what there is not.
func (p *provider) Models(_ *hobnob.Call, put func(hobnob.Model) error) error {
	if err := put(hobnob.Model{ID: "small", Context: hobnob.N(1000), PriceInput: hobnob.N(-1)}); err != nil {
		return err
	}
	return put(hobnob.Model{ID: "large", Name: "the large one", MaxOutput: hobnob.N(50)})
}

// Credit says what there is left.
func (p *provider) Credit(_ *hobnob.Call) (hobnob.Credit, error) {
	return hobnob.Credit{Left: hobnob.N(1500000000000), Used: hobnob.N(250000000000)}, nil
}

func init() {
	hobnob.Serve(hobnob.Plugin{
		Name: "go", Version: "0.1", Summary: "a provider in Go", License: "MIT", Heeds: hobnob.SetTemperature,
		Options: []hobnob.Option{
			{Type: hobnob.OptString, Key: "prefix", Initial: "Go says: ", Help: "text before each reply"},
			{Type: hobnob.OptString, Key: "model", Initial: "small", Help: "there is only one"},
			{Type: hobnob.OptURL, Flags: hobnob.OptionEndpoint, Key: "base_url", Help: "where to ask"},
			{Type: hobnob.OptList, Key: "words"},
			{Type: hobnob.OptMap, Key: "pairs"},
			{Type: hobnob.OptInt, Key: "count"},
			{Type: hobnob.OptNumber, Key: "rate"},
			{Type: hobnob.OptBool, Key: "loud", Initial: "false"},
			{Type: hobnob.OptString, Flags: hobnob.OptionSecret, Key: "api_key", Help: "the key", Env: []hobnob.Env{{Name: "GO_KEY"}, {"GO_KEYS", "k-"}}},
		},
	}, create)
}

func main() {}
