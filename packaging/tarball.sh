#!/bin/bash
# The program, its man page and its completions as an archive, to unpack into a prefix such as /usr/local.
#   packaging/tarball.sh BINARY OUT.tar.xz
set -euo pipefail
[ $# = 2 ] || { echo 'usage: packaging/tarball.sh BINARY OUT.tar.xz' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/$(basename "$2" .tar.xz)
install -D "$1" "$root/bin/apigatewayv2-local"
"$here/share.sh" "$1" "$root" static
install -D -m 644 "$here/apigatewayv2-local.service" "$root/share/systemd/user/apigatewayv2-local.service"
sed -i 's#/usr/bin/#/usr/local/bin/#' "$root/share/systemd/user/apigatewayv2-local.service"
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
    --directory="$work" "$(basename "$root")" | xz -9e --threads=1 > "$2"
