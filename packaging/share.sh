#!/bin/bash
# What a package has beside the program: man page, shell completions and licences, under FOLDER/share.
#   packaging/share.sh BINARY FOLDER static|dynamic
set -euo pipefail
[ $# = 3 ] || { echo 'usage: packaging/share.sh BINARY FOLDER static|dynamic' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
name=apigatewayv2-local
share=$2/share
mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d,doc/$name}
python3 "$here/man.py" "$1" | gzip -9n > "$share/man/man1/$name.1.gz"
"$1" --generate-completion-script bash > "$share/bash-completion/completions/$name"
"$1" --generate-completion-script zsh > "$share/zsh/site-functions/_$name"
"$1" --generate-completion-script fish > "$share/fish/vendor_completions.d/$name.fish"
"$here/licences.sh" "$3" > "$share/doc/$name/copyright"
chmod 644 "$share/doc/$name/copyright"
gzip -9nc "$here/../CHANGELOG.md" > "$share/doc/$name/changelog.gz"
