package access

import (
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/outdial/outdial/shared/errs"
)

func TestPassword(t *testing.T) {
	const password = "correct horse 电池"
	hash, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, password) {
		t.Errorf("the hash reads %s", hash)
	}
	if again, err := HashPassword(password); err != nil || again == hash {
		t.Errorf("two hashes of one password are the same: %s (%v)", again, err)
	}
	if !VerifyPassword(hash, password) {
		t.Error("the right password was refused")
	}
	for _, wrong := range []string{"", "correct horse", "correct horse 电池 ", "Correct horse 电池", hash} {
		if VerifyPassword(hash, wrong) {
			t.Errorf("%q was accepted", wrong)
		}
	}
}

func TestPasswordLengths(t *testing.T) {
	for n, ok := range map[int]bool{0: false, 9: false, 10: true, 200: true, 201: false} {
		if _, err := HashPassword(strings.Repeat("x", n)); (err == nil) != ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// TestBrokenHashes are what a row might hold after somebody's hand; none may let anybody in or ask for absurd memory.
func TestBrokenHashes(t *testing.T) {
	hash, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(hash, "$")
	with := func(i int, s string) string {
		p := append([]string(nil), parts...)
		p[i] = s
		return strings.Join(p, "$")
	}
	for _, broken := range []string{
		"", "x", "$", "$$$$$", "correct horse", with(1, "argon2i"), with(3, "m=19456,t=0,p=1"), with(3, "m=19456,t=2,p=0"), with(3, "m=4294967295,t=2,p=1"),
		with(3, "rubbish"), with(4, "not base64!"), with(5, ""), with(5, "not base64!"), with(5, parts[5]+"A"), hash + "$", strings.TrimPrefix(hash, "$"),
	} {
		if VerifyPassword(broken, "correct horse") || VerifyPassword(broken, "") {
			t.Errorf("%q lets somebody in", broken)
		}
	}
}

// TestOlderCosts keeps a hash of other costs valid, as it is after the costs were raised.
func TestOlderCosts(t *testing.T) {
	// argon2id of "correct horse", salt 0123456789abcdef, t=1, m=8192, p=2.
	const old = "$argon2id$v=19$m=8192,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZg$"
	key := base64.RawStdEncoding.EncodeToString(oldKey())
	if !VerifyPassword(old+key, "correct horse") || VerifyPassword(old+key, "correct horse!") {
		t.Error("a hash of other costs is not read right")
	}
}

func TestTokens(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token := NewToken()
		if b, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(b) != 32 {
			t.Fatalf("%q is not 32 bytes of URL-safe text", token)
		}
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
	}
	if got := HashToken("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-2, B.1
		t.Errorf("the hash of abc is %s", got)
	}
}

func oldKey() []byte {
	return argon2.IDKey([]byte("correct horse"), []byte("0123456789abcdef"), 1, 8192, 2, 32)
}
