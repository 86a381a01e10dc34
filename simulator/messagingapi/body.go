package messagingapi

import (
	"net/http"
	"regexp"
	"unicode/utf8"

	"countersign/internal/cardholder"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

// absent marks an optional text that was not sent: the decoder refuses invalid
// UTF-8, so nobody can spell it.
const absent = "\xff"

// The longest texts of the document, in characters.
const (
	longestSMS       = 500
	longestWeChat    = 1000
	longestReference = 64
)

// The patterns of the document.
var (
	numberForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{4,64}$`)
	templateForm = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
	openIDForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// common are the members both messages have.
type common struct {
	MessageNo string `json:"message_no"`
	Purpose   string `json:"purpose"`
	Template  string `json:"template"`
	Text      string `json:"text"`
	Reference string `json:"reference,omitempty"`
}

// smsBody is the schema SMSMessage.
type smsBody struct {
	common

	Mobile string `json:"mobile"`
}

// weChatBody is the schema WeChatMessage.
type weChatBody struct {
	common

	OpenID string `json:"open_id"`
}

// check names the first wrong member.
func (c *common) check(longest int) *httpjson.Problem {
	switch {
	case !numberForm.MatchString(c.MessageNo):
		return httpjson.InvalidField("/message_no", "pattern", "4 to 64 letters, digits, hyphens or underscores are wanted")
	case c.about() == "":
		return httpjson.InvalidField("/purpose", "enum", "code, debit_notice or failure_notice is wanted")
	case !templateForm.MatchString(c.Template):
		return httpjson.InvalidField("/template", "pattern", "1 to 40 small letters, digits or underscores are wanted")
	case c.Text == "" || utf8.RuneCountInString(c.Text) > longest:
		return httpjson.InvalidField("/text", "length", "the text is empty or too long")
	case !simulator.PlainText(c.Text):
		return unprocessable("/text", "a message has no control characters: a line break would begin a text of its own")
	case c.Reference != absent && utf8.RuneCountInString(c.Reference) > longestReference:
		return httpjson.InvalidField("/reference", "length", "at most 64 characters are wanted")
	case c.Reference != absent && !simulator.PlainText(c.Reference):
		return unprocessable("/reference", "a reference has no control characters")
	}
	if c.Reference == absent {
		c.Reference = ""
	}
	return nil
}

// unprocessable is a 422 about one member.
func unprocessable(field, detail string) *httpjson.Problem {
	p := httpjson.NewProblem(http.StatusUnprocessableEntity, httpjson.CodeInvalidRequest, detail)
	p.Field = field
	return p
}

// about is what the handset is told the message is about, "" for an unknown
// purpose.
func (c *common) about() simulator.About {
	switch c.Purpose {
	case "code":
		return simulator.AboutPlatformCode
	case "debit_notice", "failure_notice":
		return simulator.AboutPlatformNotice
	}
	return ""
}

// readSMS reads a body strictly.
func readSMS(body []byte) (common, simulator.Command, error) {
	to := smsBody{common: common{Reference: absent}}
	if err := httpjson.DecodeComplete(body, &to); err != nil {
		return common{}, nil, err
	}
	if bad := to.check(longestSMS); bad != nil {
		return common{}, nil, bad
	}
	mobile, err := cardholder.NewMobile(to.Mobile)
	if err != nil {
		return common{}, nil, httpjson.InvalidField("/mobile", "pattern", "11 digits from 13 on are wanted")
	}
	return to.common, simulator.SendSMS{
		MessageNo: to.MessageNo, About: to.about(), Template: to.Template, Mobile: mobile, Text: to.Text, Reference: to.Reference,
	}, nil
}

// readWeChat reads a body strictly.
func readWeChat(body []byte) (common, simulator.Command, error) {
	to := weChatBody{common: common{Reference: absent}}
	if err := httpjson.DecodeComplete(body, &to); err != nil {
		return common{}, nil, err
	}
	if bad := to.check(longestWeChat); bad != nil {
		return common{}, nil, bad
	}
	if !openIDForm.MatchString(to.OpenID) {
		return common{}, nil, httpjson.InvalidField("/open_id", "pattern", "1 to 64 letters, digits, hyphens or underscores are wanted")
	}
	return to.common, simulator.SendWeChat{
		MessageNo: to.MessageNo, About: to.about(), Template: to.Template, OpenID: to.OpenID, Text: to.Text, Reference: to.Reference,
	}, nil
}
