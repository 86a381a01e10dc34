package simulator

import "time"

// AnswerFault is what is wrong with an answer as a message. The zero value is an
// answer as it should be. Its members do not exclude each other: first the message
// is chosen, then its members, its bytes and last its signature are spoilt.
type AnswerFault struct {
	Message AnswerMessage // what is said instead of the truth; "" is the truth
	Status  int           // HTTP status of the message, 0: the message's usual one
	// RetryAfter goes into Retry-After, whole seconds; 0: no such header.
	RetryAfter  time.Duration
	ExtraFields bool // members that no contract names
	FieldOrder  bool // members in another order
	OpenEnum    bool // a word not known yet for a state that is not final
	Body        SpoiltBody
	Signature   SpoiltSignature
	Skew        time.Duration // by how much the clock of the signature is ahead
}

// Say puts a message in the place of the truth, unless a rule added earlier did.
func (f *AnswerFault) Say(message AnswerMessage, status int) {
	if f.Message == "" {
		f.Message, f.Status = message, status
	}
}

// AnswerMessage is what a channel, or a gateway before it, says instead of the truth.
type AnswerMessage string

// The messages. A gateway's are unsigned; the others are signed like any answer.
const (
	MessageGatewayError AnswerMessage = "gateway_error"   // an HTML page of a gateway
	MessageRedirect     AnswerMessage = "redirect"        // go elsewhere, says a gateway
	MessageBusy         AnswerMessage = "system_busy"     // 503, result unknown
	MessageUnknownCode  AnswerMessage = "unknown_code"    // 400 with a code of no list
	MessageDuplicate    AnswerMessage = "duplicate_order" // 409, the number was used
	MessageRateLimit    AnswerMessage = "rate_limit"      // 429, too frequent
	MessageNotFound     AnswerMessage = "not_found"       // 404, of something that is there
	MessageProcessing   AnswerMessage = "processing"      // the state before the present one
	MessageCrossed      AnswerMessage = "crossed"         // the answer to somebody else's number
)

// SpoiltBody is what is wrong with the bytes of a body.
type SpoiltBody string

// The ways to spoil a body. The signature is made over the spoilt bytes: the
// channel itself wrote them.
const (
	BodyGarbled      SpoiltBody = "garbled"       // cut off in the middle of its members
	BodyOtherCharset SpoiltBody = "other_charset" // a text in GBK among UTF-8
)

// SpoiltSignature is what is wrong with a signature.
type SpoiltSignature string

// The ways to spoil a signature.
const (
	SignatureMissing        SpoiltSignature = "missing"
	SignatureWrongKey       SpoiltSignature = "wrong_key"
	SignatureWrongAlgorithm SpoiltSignature = "wrong_algorithm"
)
