package httpapi

import (
	"countersign/contract/platform"
	"countersign/internal/cardholder"
	"countersign/internal/httpjson"
)

// elementsOf makes the four elements (T2) of their wire form. at is the JSON pointer of the object; an error names the
// member and never its value.
func elementsOf(wire platform.Elements, at string) (cardholder.FourElements, error) {
	wrong := func(member, detail string) (cardholder.FourElements, error) {
		return cardholder.FourElements{}, httpjson.InvalidField(at+"/"+member, "wrong_format", detail)
	}
	name, err := cardholder.NewName(wire.Name)
	if err != nil {
		return wrong("name", "a name has 1 to 60 printable characters")
	}
	number, err := cardholder.NewIDNumberOf(cardholder.IDType(wire.IdType), wire.IdNumber)
	if err != nil && wire.IdType == platform.ResidentId {
		return wrong("id_number", "an ID number has 18 characters with a date of birth and a right check character")
	}
	if err != nil {
		return wrong("id_number", "the number of such a document has 5 to 32 letters and digits")
	}
	card, err := cardholder.NewCardNumber(wire.CardNumber)
	if err != nil {
		return wrong("card_number", "a card number has 13 to 19 digits")
	}
	mobile, err := cardholder.NewMobile(wire.Mobile)
	if err != nil {
		return wrong("mobile", "a mobile number has 11 digits and begins with 1")
	}
	// Every type of the document passes: only the resident ID is taken in the end, and it is the channel that says so.
	return cardholder.FourElements{
		Name: name, IDType: cardholder.IDType(wire.IdType), IDNumber: number, CardNumber: card, Mobile: mobile,
	}, nil
}

// optionalElements is elementsOf for a member that may be absent.
func optionalElements(wire *platform.Elements) (*cardholder.FourElements, error) {
	if wire == nil {
		return nil, nil
	}
	elements, err := elementsOf(*wire, "/elements")
	if err != nil {
		return nil, err
	}
	return &elements, nil
}
