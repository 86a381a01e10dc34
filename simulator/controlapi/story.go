package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/internal/sequence"
	"countersign/simulator"
)

// ReadStory tells who called whom about one number and what belongs to it.
func (s *Server) ReadStory(w http.ResponseWriter, r *http.Request, world control.WorldID, number control.ID, params control.ReadStoryParams) {
	var steps []control.StoryStep
	err := s.config.Engine.Read(world, func(w *simulator.World) {
		rows := w.Journal(0, 0)
		numbers := w.Related(number)
		numbers = append(numbers, checksNamed(rows, numbers)...)
		steps = story(about(rows, numbers), w.MovementsOf(numbers))
	})
	if err == nil && len(steps) == 0 {
		err = hint(httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "nothing is known of this number"),
			"give an order, signing, check, refund, agreement or event number, or the reference of a message")
	}
	format := control.StoryJSON
	if params.Format != nil {
		format = *params.Format
	}
	switch {
	case err != nil || format == control.StoryJSON:
		s.answer(w, r, http.StatusOK, func() (any, error) { return control.Story{Number: number, Steps: steps}, err })
	case format == control.StoryMermaid:
		writeText(w, "text/vnd.mermaid; charset=utf-8", []byte(sequence.Mermaid(diagram(number, steps))))
	default:
		writeText(w, "image/svg+xml", sequence.SVG(diagram(number, steps)))
	}
}

// diagram is a story to be drawn.
func diagram(number string, steps []control.StoryStep) sequence.Diagram {
	made := sequence.Diagram{Title: "Who called whom for " + number}
	for i := range steps {
		step := &steps[i]
		made.Steps = append(made.Steps, sequence.Step{
			At: step.At, From: step.From, To: step.To, What: step.What, Outcome: value(step.Outcome), Lost: value(step.Lost),
		})
	}
	return made
}

// writeText answers something that is not JSON. Scripts and styles are forbidden to
// whoever shows it.
func writeText(w http.ResponseWriter, contentType string, text []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = w.Write(text) // a failed write means that nobody listens any more
}
