package importer

// seen remembers the numbers of one file and the row each first stood in. A number fits a 64-bit key exactly, so a
// million of them take 24 MB at most and no two are ever confused.
type seen struct {
	keys  []uint64 // zero is free; no key is zero because every number has a length
	rows  []uint32
	count int
}

func newSeen() *seen { return &seen{keys: make([]uint64, 1<<10), rows: make([]uint32, 1<<10)} }

// add notes a number; it returns the row in which the number stood before, or zero when it is new. A number too long
// for a key counts as new: the database tells then.
func (s *seen) add(number string, row int) int {
	k, ok := key(number)
	if !ok {
		return 0
	}
	i, found := s.slot(k)
	if found {
		return int(s.rows[i])
	}
	s.keys[i], s.rows[i] = k, uint32(row)
	if s.count++; s.count*4 > len(s.keys)*3 {
		s.grow()
	}
	return 0
}

func (s *seen) slot(k uint64) (int, bool) {
	mask := uint64(len(s.keys) - 1)
	// Fibonacci hashing spreads numbers that follow each other.
	for i := (k * 0x9e3779b97f4a7c15) >> 20 & mask; ; i = (i + 1) & mask {
		if s.keys[i] == k {
			return int(i), true
		}
		if s.keys[i] == 0 {
			return int(i), false
		}
	}
}

func (s *seen) grow() {
	keys, rows := s.keys, s.rows
	s.keys, s.rows = make([]uint64, 2*len(keys)), make([]uint32, 2*len(rows))
	for i, k := range keys {
		if k != 0 {
			j, _ := s.slot(k)
			s.keys[j], s.rows[j] = k, rows[i]
		}
	}
}

// key packs up to 17 digits, how many there are, and the +.
func key(number string) (uint64, bool) {
	var k uint64
	digits := number
	if len(digits) > 0 && digits[0] == '+' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 17 {
		return 0, false
	}
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		k = k*10 + uint64(digits[i]-'0')
	}
	k = k<<5 | uint64(len(digits))
	if len(digits) != len(number) {
		k |= 1 << 63
	}
	return k, true
}
