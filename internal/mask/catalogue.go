package mask

import "strings"

// kind is what a member's name says of its value.
type kind uint8

const (
	kindNone   kind = iota // patterns decide
	kindPlain              // harmless inside elements
	kindCard               // card number
	kindID                 // ID number
	kindMobile             // mobile
	kindName               // a person's name
	kindCode               // SMS code; also the machine word of a problem
	kindSecret             // token, key, signature: nothing of it is shown
)

// kindOf tells the kind of a name. Case, "_" and "-" do not count, so that the
// spellings of all wires meet: card_number, cardNo, CERT-NO.
func kindOf(name string) kind {
	switch plain := normal(name); plain {
	case "cardnumber", "cardno", "card", "bankcard", "bankcardno", "pan", "accno", "accountno", "accountnumber", "payercardno":
		return kindCard
	case "idnumber", "idno", "idcard", "idcardno", "certno", "certificateno", "credentialno", "idcode":
		return kindID
	case "mobile", "mobileno", "mobilephone", "phone", "phoneno", "phonenumber", "mobilenumber", "tel", "msisdn":
		return kindMobile
	case "name", "cardname", "holdername", "cardholder", "payername", "accountname", "accname", "realname", "customername", "username":
		return kindName
	case "code", "smscode", "verifycode", "verificationcode", "validcode", "validatecode", "authcode", "otp", "vercode":
		return kindCode
	case "elements", "sign", "mac", "cvv", "cvv2", "cvn2", "expiration", "validdate", "bearer", "authorization", "cookie", "setcookie", "pin":
		return kindSecret
	case "idtype", "certtype":
		return kindPlain
	case "idempotencykey":
		return kindNone
	default:
		return kindBySuffix(plain)
	}
}

// kindBySuffix recognises families of names: reply_key, webhook_secret.
func kindBySuffix(plain string) kind {
	for _, suffix := range []string{"key", "keys", "secret", "secrets", "token", "tokens", "password", "signature", "passwd"} {
		if strings.HasSuffix(plain, suffix) && plain != "querykeys" {
			return kindSecret
		}
	}
	return kindNone
}

// normal lowers a name and drops what is neither letter nor digit.
func normal(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9'):
			return r
		}
		return -1
	}, name)
}
