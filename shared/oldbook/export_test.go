package oldbook

// StreamOf is a workbook's stream of records out of its container.
func StreamOf(file []byte) ([]byte, error) {
	c, err := open(file)
	return c.stream, err
}

// ReadStream reads all records of a stream, and does not recover from panics.
func ReadStream(stream []byte, l Limits) (Book, error) {
	return readStream(container{stream: stream}, l, func(string) bool { return true })
}
