package httpapi

import "countersign/internal/cardholder"

// absent marks an optional text that was not sent. The decoder refuses invalid
// UTF-8, so no sender can spell it; a pointer would let null pass.
const absent = "\xff"

// given reports whether an optional text was sent.
func given(text string) bool { return text != absent }

// orEmpty returns an optional text, "" when it was not sent.
func orEmpty(text string) string {
	if text == absent {
		return ""
	}
	return text
}

// elementsBody is the schema Elements.
type elementsBody struct {
	Name       string `json:"name"`
	IDType     string `json:"id_type"`
	IDNumber   string `json:"id_number"`
	CardNumber string `json:"card_number"`
	Mobile     string `json:"mobile"`
}

// check names the first member that is not as the schema says.
func (e *elementsBody) check() *refusal {
	switch {
	case !length(e.Name, 1, longestName):
		return wrongMember("/elements/name", "1 to 60 characters are wanted")
	case !validIDType(e.IDType):
		return wrongMember("/elements/id_type", "not one of the known types of ID")
	case !length(e.IDNumber, shortestID, longestID):
		return wrongMember("/elements/id_number", "5 to 32 characters are wanted")
	case !validCard(e.CardNumber):
		return wrongMember("/elements/card_number", "13 to 19 digits are wanted")
	case !validMobile(e.Mobile):
		return wrongMember("/elements/mobile", "11 digits from 13 on are wanted")
	}
	return nil
}

// value turns the texts into the four elements. One that no bank could have on
// record (an ID number with a wrong check character, a name with control
// characters) stays empty and so matches no record: the answer is the same
// whichever element is wrong.
func (e *elementsBody) value() cardholder.FourElements {
	made := cardholder.FourElements{IDType: cardholder.IDType(e.IDType)}
	if name, err := cardholder.NewName(e.Name); err == nil {
		made.Name = name
	}
	if number, err := cardholder.NewIDNumberOf(made.IDType, e.IDNumber); err == nil {
		made.IDNumber = number
	}
	if card, err := cardholder.NewCardNumber(e.CardNumber); err == nil {
		made.CardNumber = card
	}
	if mobile, err := cardholder.NewMobile(e.Mobile); err == nil {
		made.Mobile = mobile
	}
	return made
}
