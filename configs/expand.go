package configs

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Lookup returns the content of a variable of the environment, and whether it
// is set. [os.LookupEnv] is one.
type Lookup func(name string) (content string, set bool)

// Expander returns what replaces ${env:NAME} by the variable's content, and
// ${file:PATH} by the file's, without one newline at its end. A relative path
// is one from folder. A variable that is not set, a file that cannot be read,
// and any other scheme are errors.
func Expander(folder string, lookup Lookup) connector.Expander {
	return func(scheme, name string) (string, error) {
		switch scheme {
		case "env":
			content, set := lookup(name)
			if !set {
				return "", connector.Errorf(connector.Invalid, "${env:%s}: the variable %s is not set", name, name).
					WithHint("Set it, or write the value itself.")
			}
			return content, nil
		case "file":
			return readSecret(folder, name)
		}
		return "", connector.Errorf(connector.Invalid, "${%s:%s}: there is no %q to take it from", scheme, name, scheme).
			WithHint("Write ${env:NAME} for a variable, ${file:PATH} for a file.")
	}
}

func readSecret(folder, name string) (string, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", connector.Errorf(connector.Invalid, "${file:%s}: %w", name, err).
			WithHint("Check the path, and that you may read the file.")
	}
	text := strings.TrimSuffix(string(content), "\n")
	if len(text) < len(content) {
		text = strings.TrimSuffix(text, "\r")
	}
	return text, nil
}
