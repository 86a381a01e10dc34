// Package apidocs renders the embedded documents of the wire as pages for people:
// operations by tag, parameters, schemas with links, an example per operation that
// works against this very server. It is rendered here, at the first request, and needs
// no script and nothing from elsewhere.
package apidocs
