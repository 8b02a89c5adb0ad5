// SPDX-License-Identifier: MIT

// Made from hobnob/plugin.h by tests/check-bindings --write.

package hobnob

// AbiMajor is HN_ABI_MAJOR: must be equal on both sides
const AbiMajor = 1

// AbiMinor is HN_ABI_MINOR: of this header; a plugin states the minor version that it needs, not this one
const AbiMinor = 0

// TypeProvider is HN_TYPE_PROVIDER
const TypeProvider = 1

// TypeFrontend is HN_TYPE_FRONTEND
const TypeFrontend = 2

// OptString is HN_OPT_STRING
const OptString = 1

// OptInt is HN_OPT_INT
const OptInt = 2

// OptNumber is HN_OPT_NUMBER
const OptNumber = 3

// OptBool is HN_OPT_BOOL
const OptBool = 4

// OptURL is HN_OPT_URL: hobnob removes slashes at its end. Where `initial` is a plain http URL, the user may write an address, as in host:port: hobnob takes from it what is missing.
const OptURL = 5

// OptPath is HN_OPT_PATH: hobnob writes HOME for a ~ before its first slash
const OptPath = 6

// OptEnum is HN_OPT_ENUM: one of the words in `values`
const OptEnum = 7

// OptList is HN_OPT_LIST
const OptList = 8

// OptMap is HN_OPT_MAP
const OptMap = 9

// OptJSON is HN_OPT_JSON: any JSON value, or a mapping of the config file
const OptJSON = 10

// OptionRequired is HN_OPTION_REQUIRED: create() is not called without it
const OptionRequired = 1

// OptionSecret is HN_OPTION_SECRET: option() gives a handle; hobnob adds KEY_command and KEY_file by itself
const OptionSecret = 2

// OptionEndpoint is HN_OPTION_ENDPOINT: the URL that secrets are bound to; one per plugin
const OptionEndpoint = 4

// OptionSteers is HN_OPTION_STEERS: It changes where or how a secret travels, as a header or a proxy does. A .env file that hobnob found in the working directory sets it only if that file also holds the secret.
const OptionSteers = 8

// OptionAtHome is HN_OPTION_AT_HOME: REQUIRED and the default apply only while the endpoint is the plugin's own default: a key is required for the service itself, but not for a server of the user's own.
const OptionAtHome = 16

// OptionOwn is HN_OPTION_OWN: It names a program, a file or a socket. Only the user's own sources set it, never a .env file that hobnob found in the working directory. PATH implies it.
const OptionOwn = 32

// ProviderBlocks is HN_PROVIDER_BLOCKS: chat(), models() and credit() compute or wait by themselves: hobnob runs each on a thread of its own.
const ProviderBlocks = 1

// ModelContext is HN_MODEL_CONTEXT: which members of a hn_model the list states
const ModelContext = 1

// ModelMaxOutput is HN_MODEL_MAX_OUTPUT
const ModelMaxOutput = 2

// ModelPriceInput is HN_MODEL_PRICE_INPUT
const ModelPriceInput = 4

// ModelPriceOutput is HN_MODEL_PRICE_OUTPUT
const ModelPriceOutput = 8

// ModelPriceCached is HN_MODEL_PRICE_CACHED
const ModelPriceCached = 16

// ModelPriceCacheWrite is HN_MODEL_PRICE_CACHE_WRITE
const ModelPriceCacheWrite = 32

// ModelAccepts is HN_MODEL_ACCEPTS
const ModelAccepts = 64

// ModelHeeds is HN_MODEL_HEEDS
const ModelHeeds = 128

// CreditUnlimited is HN_CREDIT_UNLIMITED: the key has no limit of its own
const CreditUnlimited = 1

// RoleSystem is HN_ROLE_SYSTEM
const RoleSystem = 1

// RoleUser is HN_ROLE_USER
const RoleUser = 2

// RoleAssistant is HN_ROLE_ASSISTANT
const RoleAssistant = 3

// RoleTool is HN_ROLE_TOOL: its parts are TOOL_RESULTs
const RoleTool = 4

// PartText is HN_PART_TEXT
const PartText = 1

// PartOpaque is HN_PART_OPAQUE: A provider's own bytes, with their name. They return with their message, and in their place among its parts, to the same instance and model.
const PartOpaque = 2

// PartImage is HN_PART_IMAGE: data: the bytes; mime: image/png and the like; name: may be empty
const PartImage = 3

// PartFile is HN_PART_FILE: the same for another type; audio is a FILE
const PartFile = 4

// PartToolCall is HN_PART_TOOL_CALL: id, name: of the tool; data: the arguments, JSON text
const PartToolCall = 5

// PartToolResult is HN_PART_TOOL_RESULT: id: of the call; name: of the tool; data: text, or as mime says
const PartToolResult = 6

// PartflagURL is HN_PARTFLAG_URL: IMAGE, FILE: data is a URL instead of the bytes
const PartflagURL = 1

// PartflagError is HN_PARTFLAG_ERROR: TOOL_RESULT: the tool failed; data says why
const PartflagError = 2

// ChoiceAuto is HN_CHOICE_AUTO: the model decides whether to call a tool
const ChoiceAuto = 0

// ChoiceNone is HN_CHOICE_NONE: it calls none
const ChoiceNone = 1

// ChoiceRequired is HN_CHOICE_REQUIRED: it calls one or more
const ChoiceRequired = 2

// ChoiceNamed is HN_CHOICE_NAMED: it calls tool_name
const ChoiceNamed = 3

// SetMaxTokens is HN_SET_MAX_TOKENS: which members of a request the user or the core has set, and which settings a provider heeds
const SetMaxTokens = 1

// SetTemperature is HN_SET_TEMPERATURE
const SetTemperature = 2

// SetTopP is HN_SET_TOP_P
const SetTopP = 4

// SetSeed is HN_SET_SEED
const SetSeed = 8

// SetStop is HN_SET_STOP
const SetStop = 16

// SetEffort is HN_SET_EFFORT
const SetEffort = 32

// SetTools is HN_SET_TOOLS
const SetTools = 64

// SetToolChoice is HN_SET_TOOL_CHOICE
const SetToolChoice = 128

// SetSchema is HN_SET_SCHEMA
const SetSchema = 256

// SetExtra is HN_SET_EXTRA
const SetExtra = 512

// RequestStream is HN_REQUEST_STREAM: ask for a stream; without it, emitting pieces is still welcome
const RequestStream = 1

// RequestDry is HN_REQUEST_DRY: Send nothing and start nothing. A provider that asks hobnob.http/1 continues as usual, and is stopped there; any other returns 0 at once.
const RequestDry = 2

// EvText is HN_EV_TEXT: text: a piece of the reply, which may split a UTF-8 character; the core joins the pieces
const EvText = 1

// EvReasoning is HN_EV_REASONING: text: a piece of the reasoning
const EvReasoning = 2

// EvUsage is HN_EV_USAGE: usage: replaces what was reported before
const EvUsage = 3

// EvFinish is HN_EV_FINISH: finish; text: the server's own word for it. The first one counts. After it the core drops TEXT, REASONING, TOOL_CALL, TOOL_PIECE and PART.
const EvFinish = 4

// EvModel is HN_EV_MODEL: text: the model that actually answers; name: the upstream, may be empty
const EvModel = 5

// EvOpaque is HN_EV_OPAQUE: text: bytes; name: what they are; id, mime: may be empty
const EvOpaque = 6

// EvUnshown is HN_EV_UNSHOWN: text: for a person, what else the reply contained that no event carries: "a piece of audio"
const EvUnshown = 7

// EvNotice is HN_EV_NOTICE: text: a remark for the user, one line; not a part of the reply
const EvNotice = 8

// EvProgress is HN_EV_PROGRESS: text: what the provider waits for, one line; number: thousandths that are done, 0: unknown
const EvProgress = 9

// EvToolCall is HN_EV_TOOL_CALL: id, name: of the tool; text: all arguments, JSON text; number: which of several calls
const EvToolCall = 10

// EvToolPiece is HN_EV_TOOL_PIECE: A piece of the arguments of a call that HN_EV_TOOL_CALL will carry whole; for show only.
const EvToolPiece = 11

// EvPart is HN_EV_PART: number: HN_PART_IMAGE or HN_PART_FILE; text: the bytes, or a URL by flags; name, mime
const EvPart = 12

// FinishNone is HN_FINISH_NONE: only in the events of a session: there is no reply
const FinishNone = 0

// FinishStop is HN_FINISH_STOP
const FinishStop = 1

// FinishLength is HN_FINISH_LENGTH
const FinishLength = 2

// FinishContentFilter is HN_FINISH_CONTENT_FILTER
const FinishContentFilter = 3

// FinishInterrupted is HN_FINISH_INTERRUPTED: set by the core; a provider never emits it
const FinishInterrupted = 4

// FinishUnknown is HN_FINISH_UNKNOWN: the reply ended, but for an unknown reason
const FinishUnknown = 5

// FinishToolCalls is HN_FINISH_TOOL_CALLS: the model waits for the results of its calls
const FinishToolCalls = 6

// UsageEstimatedPrompt is HN_USAGE_ESTIMATED_PROMPT: the core estimated the count, because the server did not report it; a provider never sets it
const UsageEstimatedPrompt = 1

// UsageEstimatedCompletion is HN_USAGE_ESTIMATED_COMPLETION: the same for the other count
const UsageEstimatedCompletion = 2

// UsagePrompt is HN_USAGE_PROMPT
const UsagePrompt = 4

// UsageCompletion is HN_USAGE_COMPLETION
const UsageCompletion = 8

// UsageCached is HN_USAGE_CACHED
const UsageCached = 16

// UsageCacheWrite is HN_USAGE_CACHE_WRITE
const UsageCacheWrite = 32

// UsageReasoning is HN_USAGE_REASONING
const UsageReasoning = 64

// UsageCost is HN_USAGE_COST
const UsageCost = 128

// OK is HN_OK
const OK = 0

// ErrPlugin is HN_ERR_PLUGIN: the plugin broke a rule
const ErrPlugin = -1

// ErrUsage is HN_ERR_USAGE: the user asked for something impossible
const ErrUsage = -2

// ErrConfig is HN_ERR_CONFIG: settings, files, keys, plugins
const ErrConfig = -3

// ErrAuth is HN_ERR_AUTH: The key is not accepted, whatever the status. A key of a file or a command is fetched again once.
const ErrAuth = -4

// ErrPermission is HN_ERR_PERMISSION: 403
const ErrPermission = -5

// ErrQuota is HN_ERR_QUOTA: 402, or 429 when the money is used up
const ErrQuota = -6

// ErrRateLimited is HN_ERR_RATE_LIMITED: 429
const ErrRateLimited = -7

// ErrNetwork is HN_ERR_NETWORK: no connection, or the connection broke
const ErrNetwork = -8

// ErrTimeout is HN_ERR_TIMEOUT: one of hobnob's own timeouts
const ErrTimeout = -9

// ErrUnavailable is HN_ERR_UNAVAILABLE: 408, 409, 5xx
const ErrUnavailable = -10

// ErrBadRequest is HN_ERR_BAD_REQUEST: other 4xx
const ErrBadRequest = -11

// ErrNotFound is HN_ERR_NOT_FOUND: 404
const ErrNotFound = -12

// ErrContextTooLong is HN_ERR_CONTEXT_TOO_LONG: the prompt does not fit the window
const ErrContextTooLong = -13

// ErrOverLimit is HN_ERR_OVER_LIMIT: one of the user's limits
const ErrOverLimit = -14

// ErrTruncated is HN_ERR_TRUNCATED: the reply ended with neither a finish reason nor its end mark
const ErrTruncated = -15

// ErrProtocol is HN_ERR_PROTOCOL: the answer could not be understood
const ErrProtocol = -16

// ErrContentFilter is HN_ERR_CONTENT_FILTER: the prompt was refused
const ErrContentFilter = -17

// ErrOutput is HN_ERR_OUTPUT: the output could not be written
const ErrOutput = -18

// ErrInterrupted is HN_ERR_INTERRUPTED: cancelled; unwind
const ErrInterrupted = -19

// FailRetry is HN_FAIL_RETRY: safe to retry, whatever the kind
const FailRetry = 1

// FailFinal is HN_FAIL_FINAL: retrying would not help, whatever the kind
const FailFinal = 2

// FailReplyLimit is HN_FAIL_REPLY_LIMIT: The server rejects the request's max_tokens, or counts it towards a request that is too long. The core may retry with less or without it, if the core chose the value.
const FailReplyLimit = 4

// IDHTTP is HN_ID_HTTP
const IDHTTP = "hobnob.http/1"

// FrameWhole is HN_FRAME_WHOLE: the body in one piece
const FrameWhole = 0

// FrameEvents is HN_FRAME_EVENTS: Server-sent events. A body that begins like JSON or HTML, whatever its Content-Type, or holds no event, comes as HN_DATA_WHOLE: a server without streams, or an error page.
const FrameEvents = 1

// FrameNdjson is HN_FRAME_NDJSON: One JSON document per line, whatever Content-Type says. A body that begins with [ or < comes as HN_DATA_WHOLE.
const FrameNdjson = 2

// DataEvent is HN_DATA_EVENT: one event's data, or one line
const DataEvent = 1

// DataWhole is HN_DATA_WHOLE: a whole body; also when the request asked for events and the server sent something else
const DataWhole = 2

// DataErrorBody is HN_DATA_ERROR_BODY: the body of an answer that is not 2xx, capped at 1 MiB
const DataErrorBody = 3

// DataTail is HN_DATA_TAIL: the last event, unterminated when the body ended; and what follows the last event and is not an event
const DataTail = 4

// IDIO is HN_ID_IO
const IDIO = "hobnob.io/1"

// PollIn is HN_POLL_IN
const PollIn = 1

// PollOut is HN_POLL_OUT
const PollOut = 2

// PollErr is HN_POLL_ERR: in ready only
const PollErr = 4

// WaitTimeout is HN_WAIT_TIMEOUT: wait_for(): timeout_ms have passed
const WaitTimeout = 0

// WaitReady is HN_WAIT_READY: wait_for(): a descriptor is ready, as its `ready` says
const WaitReady = 1

// WaitEnding is HN_WAIT_ENDING: frontends only: SIGTERM or SIGHUP: return from run() now, with HN_ERR_INTERRUPTED
const WaitEnding = -20

// WaitFailed is HN_WAIT_FAILED: the system could not wait; errno says why. Not an interrupt: report it, and treat the input as unreadable
const WaitFailed = -21

// IDText is HN_ID_TEXT
const IDText = "hobnob.text/1"

// TextLine is HN_TEXT_LINE: makes newlines visible too: for text that must stay on one line
const TextLine = 1

// IDLog is HN_ID_LOG
const IDLog = "hobnob.log/1"

// IDProcess is HN_ID_PROCESS
const IDProcess = "hobnob.process/1"

// ChildStopped is HN_CHILD_STOPPED: after finish(): it did not end by itself, so hobnob ended it
const ChildStopped = 1

// IDSession is HN_ID_SESSION
const IDSession = "hobnob.session/1"

// StartTTYStdin is HN_START_TTY_STDIN: standard input is a terminal
const StartTTYStdin = 1

// StartTTYStdout is HN_START_TTY_STDOUT
const StartTTYStdout = 2

// StartTTYStderr is HN_START_TTY_STDERR
const StartTTYStderr = 4

// StartOneTurn is HN_START_ONE_TURN: run `first`, show it, return
const StartOneTurn = 8

// StartFirst is HN_START_FIRST: `first` holds a message; a conversation runs it at once
const StartFirst = 16

// StartJSON is HN_START_JSON: one turn: show the closing event as JSON instead of the text
const StartJSON = 32

// StartUsage is HN_START_USAGE: one turn: a line of tokens, cost and time on stderr, which the frontend prints
const StartUsage = 64

// StartColor is HN_START_COLOR: the frontend may use colours on terminals
const StartColor = 128

// StartReasoning is HN_START_REASONING: show reasoning
const StartReasoning = 256

// StartDumb is HN_START_DUMB: the terminals support no escape sequences (TERM=dumb, or the setting plain)
const StartDumb = 512

// InputMessage is HN_INPUT_MESSAGE: verbatim, never a command
const InputMessage = 0

// InputLine is HN_INPUT_LINE: a message, or a /command
const InputLine = 1

// SubmitTicks is HN_SUBMIT_TICKS: send TICK events every 100 ms
const SubmitTicks = 1

// OnStart is HN_ON_START: provider, model. command "/ask": one of several replies begins, and a RESULT or an ERROR ends the input after all of them
const OnStart = 1

// OnText is HN_ON_TEXT: text: whole UTF-8 characters
const OnText = 2

// OnReasoning is HN_ON_REASONING: text
const OnReasoning = 3

// OnUsage is HN_ON_USAGE: usage
const OnUsage = 4

// OnRetry is HN_ON_RETRY: attempt, wait_ms, code, kind, status, message
const OnRetry = 5

// OnTrim is HN_ON_TRIM: left_out, sent: messages
const OnTrim = 6

// OnTick is HN_ON_TICK: total_ms since the turn began
const OnTick = 7

// OnNotice is HN_ON_NOTICE: text: a warning or a remark, one line
const OnNotice = 8

// OnResult is HN_ON_RESULT: a command succeeded: command, text for people, data as JSON
const OnResult = 9

// OnDone is HN_ON_DONE: the turn's reply is complete or was interrupted: text, finish, usage, cost, times
const OnDone = 10

// OnError is HN_ON_ERROR: code, kind, status, message, hint; text: the partial reply. command "confirm": nothing was sent, because of what it costs; where standard input is a terminal, the same input again right afterwards confirms it
const OnError = 11

// OnProgress is HN_ON_PROGRESS: text: what is waited for; number: thousandths done, 0: unknown
const OnProgress = 12

// OnToolPiece is HN_ON_TOOL_PIECE: id, command: the tool's name, number: which call; text: a piece
const OnToolPiece = 13

// OnPart is HN_ON_PART: part: a whole TOOL_CALL, IMAGE or FILE; through hobnob.relay/1 also an OPAQUE
const OnPart = 14

// OpenUnkept is HN_OPEN_UNKEPT: no journal
const OpenUnkept = 1

// IDRelay is HN_ID_RELAY
const IDRelay = "hobnob.relay/1"

// IDCommands is HN_ID_COMMANDS
const IDCommands = "hobnob.commands/1"

// FrontendConverses is HN_FRONTEND_CONVERSES: always a conversation, never one turn; it reads stdin itself
const FrontendConverses = 1

// FrontendClosesJSON is HN_FRONTEND_CLOSES_JSON: can show a single closing object for HN_START_JSON
const FrontendClosesJSON = 2
