package backlog

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// The choices that the code asks for.
const (
	schemeKey   = "APIToken"
	schemeOAuth = "OAuth"
)

// options are the keys of a connection string.
func options() []connector.Option {
	return slices.Concat(reachOptions(), signInOptions(), requestOptions(), cacheOptions())
}

// reachOptions say where the space is, and how to get there.
func reachOptions() []connector.Option {
	return []connector.Option{
		{
			Name: "Url", Required: true,
			Doc: "The address of the space, such as https://example.backlog.com; also one with a port and a path before /api/v2.",
		},
		{
			Name: "Timeout", Type: connector.Duration, Default: "1m",
			Doc: "How long one try of a request may take. What takes longer is tried again.",
		},
		{
			Name: "Proxy", Secret: true,
			Doc: "The address of a proxy, such as http://proxy.example.com:8080; none goes without. Without it, the environment's HTTPS_PROXY counts.",
		},
		{
			Name: "CaFile", Type: connector.Path,
			Doc: "A PEM file of certificates to trust beside the system's, as of a company's proxy.",
		},
	}
}

// signInOptions say who asks.
func signInOptions() []connector.Option {
	return []connector.Option{
		{
			Name: "AuthScheme", Type: connector.Choice, Default: schemeKey, Choices: []string{schemeKey, schemeOAuth},
			Doc: "APIToken signs in with ApiKey; OAuth with OAuthClientId, and with what trackql auth login keeps.",
		},
		{
			Name: "ApiKey", Secret: true,
			Doc: "Your API key. In Backlog: Personal settings, API, Register, copy. It is sent as a header, never in an address.",
		},
		{Name: "OAuthClientId", Doc: "The client id of an application registered at https://backlog.com/developer/applications/."},
		{Name: "OAuthClientSecret", Secret: true, Doc: "The secret of that application."},
		{
			Name: "CallbackUrl", Default: "http://localhost:33333/",
			Doc: "The redirect address of that application: where trackql listens while you sign in.",
		},
		{
			Name: "InitiateOAuth", Type: connector.Choice, Default: "GetAndRefresh", Choices: []string{"GetAndRefresh", "Refresh", "Off"},
			Doc: "GetAndRefresh has you sign in at a terminal, where nobody is, and renews; Refresh only renews what there is; Off takes it as it is.",
		},
		{
			Name: "OAuthAccessToken", Secret: true,
			Doc: "An access token from elsewhere, in place of a sign-in. It is used as it is, and not renewed.",
		},
		{
			Name: "OAuthSettingsLocation", Type: connector.Path,
			Doc: "The file in which tokens are kept. Without it, one in your configuration folder, for each space and application.",
		},
	}
}

// requestOptions say what to ask for, and how.
func requestOptions() []connector.Option {
	return []connector.Option{
		{
			Name: "Project",
			Doc:  "Keys of projects, separated by commas, to which all tables are limited. Without it, all that you take part in.",
		},
		{
			Name: "PageSize", Type: connector.Int, Default: "100",
			Doc: "How many rows to ask for at a time, from 1 to 100.",
		},
		{
			Name: "MaxConcurrency", Type: connector.Int, Default: "8",
			Doc: "How many requests may be under way at a time, from 1 to 64. The server's limit a minute is kept in any case.",
		},
		{
			Name: "Timezone", Type: connector.Zone,
			Doc: "The zone in which dates of old servers begin. Without it, the server is asked for the space's.",
		},
		{
			Name: "ReadOnly", Type: connector.Bool,
			Doc: "Refuses every statement that would change something in the space.",
		},
	}
}

// cacheOptions say what is kept.
func cacheOptions() []connector.Option {
	return []connector.Option{
		{
			Name: "MetadataTTL", Type: connector.Duration, Default: "1h",
			Doc: "How long names of projects, statuses, people and custom fields are kept in CacheLocation. 0s asks anew for each session. Counts and groups by name go by the names that are kept; rows have the names of now.",
		},
		{
			Name: "Cache", Type: connector.Duration, Default: "0s",
			Doc: "How long rows that were fetched may answer later queries; 0s fetches each time.",
		},
		{
			Name: "CacheLocation", Type: connector.Path,
			Doc: "The folder of what is kept. Without it, trackql in your cache folder.",
		},
		{
			Name: "Offline", Type: connector.Bool,
			Doc: "Reads what the cache has, and makes no request.",
		},
	}
}
