package api

// ScriptReport is what a script's tests and simulated conversations came to.
type ScriptReport struct {
	Cases      []ScriptCase     `json:"cases"`
	Simulation ScriptSimulation `json:"simulation"`
	Coverage   ScriptCoverage   `json:"coverage"`
	Problems   []string         `json:"problems"`
}

// ScriptCase is one test of the script.
type ScriptCase struct {
	Name     string   `json:"name"`
	Passed   bool     `json:"passed"`
	Failures []string `json:"failures"`
	Notes    []string `json:"notes" doc:"What the test could not try, such as a chat model whose answer it does not state"`
	Path     []string `json:"path" doc:"The nodes that were entered"`
	Labels   []string `json:"labels"`
	Grade    string   `json:"grade"`
}

// ScriptSimulation counts conversations with simulated callees.
type ScriptSimulation struct {
	Conversations int            `json:"conversations"`
	Turns         int            `json:"turns"`
	Ends          map[string]int `json:"ends" doc:"By why they ended"`
	Grades        map[string]int `json:"grades"`
}

// ScriptCoverage counts how often each node and branch was taken.
type ScriptCoverage struct {
	Nodes         map[string]int `json:"nodes"`
	Branches      map[string]int `json:"branches" doc:"By node>trigger"`
	NodesTotal    int            `json:"nodes_total"`
	NodesHit      int            `json:"nodes_hit"`
	BranchesTotal int            `json:"branches_total"`
	BranchesHit   int            `json:"branches_hit"`
}
