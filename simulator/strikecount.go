package simulator

// numbersCounted is how many numbers a strikeCount remembers at least.
const numbersCounted = 4096

// strikeCount counts strikes by number in two generations, so that memory is
// bounded: a number that has not been struck while numbersCounted others were may
// be counted from zero again.
type strikeCount struct {
	Now  map[string]int `json:"now,omitempty"`
	Then map[string]int `json:"then,omitempty"`
}

// of is how often a number was struck. What has no number is never counted.
func (c *strikeCount) of(number string) int {
	if n, known := c.Now[number]; known {
		return n
	}
	return c.Then[number]
}

// add counts one strike.
func (c *strikeCount) add(number string) {
	if number == "" {
		return
	}
	n := c.of(number) + 1
	if _, known := c.Now[number]; !known && len(c.Now) >= numbersCounted {
		c.Then, c.Now = c.Now, nil
	}
	if c.Now == nil {
		c.Now = map[string]int{}
	}
	c.Now[number] = n
}
