// Package mask makes recorded messages harmless: names of members and patterns
// tell what is a card number, an ID number, a mobile, a name, a code or a secret,
// and stars take its place. It is a net under journals, reports and wire logs, not
// a licence to log: types of package cardholder mask themselves, and what is not
// recorded cannot leak. It rather hides too much than too little: digits in runs
// of thirteen and more disappear unless they start like a date or count seconds.
//
// What it cannot see: a name outside a member or parameter that says so, and
// anything encrypted or compressed.
package mask
