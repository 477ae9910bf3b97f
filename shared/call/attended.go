package call

import "time"

// Attended is what supervisors did with a call while it went on (A4.4.3: 是否监听, 坐席监听时长, 是否介入).
type Attended struct {
	Since     time.Time     // when somebody first listened; zero when nobody did
	For       time.Duration // how long they listened, all of them together
	TakenOver bool          // somebody took the robot's place
}

// Listened tells whether somebody did.
func (a Attended) Listened() bool { return !a.Since.IsZero() }
