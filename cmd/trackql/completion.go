package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

const completionLong = `Print a script that lets a shell complete commands, flags and their values:
formats, time zones, connectors and their keys, sources and tables.

What it cannot find out, it leaves to you: a configuration with mistakes
completes nothing, and says nothing either.`

// shellScript is the script for one shell: how to install it, and who
// writes it.
type shellScript struct {
	name, title, install string
	write                func(root *cobra.Command, w io.Writer) error
}

func shellScripts() []shellScript {
	return []shellScript{
		{"bash", "bash", `In this shell only:

  source <(trackql completion bash)

In every new shell, with the package bash-completion:

  mkdir -p ~/.local/share/bash-completion/completions
  trackql completion bash > ~/.local/share/bash-completion/completions/trackql

Without that package, as in macOS's own bash, put this into ~/.bashrc:

  eval "$(trackql completion bash)"

A value with a semicolon completes where the semicolon is written \;`, writeBash},
		{"zsh", "zsh", `In this shell only:

  source <(trackql completion zsh)

In every new shell: put the script into a folder of $fpath, and have compinit in
~/.zshrc:

  mkdir -p ~/.zfunc
  trackql completion zsh > ~/.zfunc/_trackql
  echo 'fpath=(~/.zfunc $fpath); autoload -U compinit; compinit' >> ~/.zshrc`, func(root *cobra.Command, w io.Writer) error {
			return root.GenZshCompletion(w)
		}},
		{"fish", "fish", `In this shell only:

  trackql completion fish | source

In every new shell:

  mkdir -p ~/.config/fish/completions
  trackql completion fish > ~/.config/fish/completions/trackql.fish`, func(root *cobra.Command, w io.Writer) error {
			return root.GenFishCompletion(w, true)
		}},
		{"powershell", "PowerShell", `In this shell only:

  trackql completion powershell | Out-String | Invoke-Expression

In every new shell: put that line into the file that $PROFILE names.`, func(root *cobra.Command, w io.Writer) error {
			return root.GenPowerShellCompletionWithDesc(w)
		}},
	}
}

func (p *program) completionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Let a shell complete what you write",
		Long:  completionLong,
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			const hint = "Take one of bash, zsh, fish, powershell."
			if len(args) == 0 {
				return usage(hint, "there is no shell")
			}
			return usage(hint, "there is no completion for %q", args[0])
		},
	}
	for _, s := range shellScripts() {
		cmd.AddCommand(&cobra.Command{
			Use:   s.name,
			Short: "Print the script for " + s.title,
			Long:  "Print the completion script for " + s.title + ".\n\n" + s.install,
			Args:  noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return s.write(cmd.Root(), p.out)
			},
		})
	}
	return cmd
}

// bashHelp goes after cobra's script, and mends three things. The script takes a
// helper from the package bash-completion: where that is not there, ours sets cur,
// words and cword, with the words that Bash split at = or : put together again.
// Bash replaces what is after the last of these two, and the script cuts at one or
// the other. And what several candidates have in common goes into the line as it
// is, where a semicolon would end the command; behind a candidate and two blanks is
// its description, for people.
const bashHelp = `
if ! declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
_get_comp_words_by_ref()
{
    local i at=0 last=-1 piece line=${COMP_LINE:0:COMP_POINT}
    words=() cword=0
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        # Pieces of a word stand in the line without a blank between them.
        if ((last >= 0)) && [[ ${line:at:1} != [[:blank:]] && ( $piece == [=:]* || ${words[last]} == *[=:] ) ]]; then
            words[last]+=$piece
        else
            while [[ ${line:at:1} == [[:blank:]] ]]; do ((at++)); done
            words[++last]=$piece
        fi
        ((at += ${#piece}))
    done
    cword=$last cur=${words[last]}
}
fi

__trackql_handle_special_char()
{
    local i before breaks=${COMP_WORDBREAKS//[^=:]/}
    # The script calls this for : and then for =.
    [[ $2 == = && -n $breaks && $1 == *[$breaks]* ]] || return 0
    before=${1%"${1##*[$breaks]}"}
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$before"}
        COMPREPLY[i]=${COMPREPLY[i]#"${before//\\/}"}
    done
}

__trackql_complete()
{
    local i word
    __start_trackql "$@"
    ((${#COMPREPLY[@]} > 1)) || return 0
    for i in "${!COMPREPLY[@]}"; do
        word=${COMPREPLY[i]%%"  ("*}
        COMPREPLY[i]=${word//;/\\;}${COMPREPLY[i]#"$word"}
    done
}

if [[ $(type -t compopt) == builtin ]]; then
    complete -o default -F __trackql_complete trackql
else
    complete -o default -o nospace -F __trackql_complete trackql
fi
`

func writeBash(root *cobra.Command, w io.Writer) error {
	if err := root.GenBashCompletionV2(w, true); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, bashHelp)
	return err
}
