#!/bin/bash
# A Debian package of the dynamic program: its libraries are Debian's, and get their fixes from there.
#   packaging/deb.sh BINARY OUT.deb
set -euo pipefail
[ $# = 2 ] || { echo 'usage: packaging/deb.sh BINARY OUT.deb' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
name=apigatewayv2-local
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
install -D --strip "$1" "$root/usr/bin/$name"
"$here/share.sh" "$1" "$root/usr" dynamic
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
install -D -m 644 "$here/$name.service" "$root/usr/lib/systemd/user/$name.service"

mkdir "$work/debian" "$root/DEBIAN"
printf 'Source: %s\n\nPackage: %s\nArchitecture: any\n' "$name" "$name" > "$work/debian/control"
linked=$(cd "$work" && dpkg-shlibdeps -O "root/usr/bin/$name" 2> shlibdeps.log) || { cat "$work/shlibdeps.log" >&2; exit 1; }
# The rest is opened by name when it is first needed: TLS, calls to other servers, regular expressions, WebSocket.
cat > "$root/DEBIAN/control" << CONTROL
Package: $name
Version: $("$1" --version)
Architecture: $(dpkg --print-architecture)
Maintainer: The apigatewayv2-local project <apigatewayv2-local@localhost>
Installed-Size: $(du --summarize --apparent-size --block-size=1K "$root/usr" | cut -f 1)
Depends: ${linked#shlibs:Depends=}, libcurl4, libpcre2-8-0, libssl3, libwslay1, zlib1g
Recommends: ca-certificates
Section: devel
Priority: optional
Description: local stand-in for Amazon API Gateway V2
 Serves the control plane of Amazon API Gateway V2 and runs HTTP APIs, for
 tests: fixtures, faults, rate limits and a journal, with no account and no
 network. Any AWS SDK is a client.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
chmod 644 "$root"/DEBIAN/*
find "$root" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group -Zxz -z9 --build "$root" "$2" > /dev/null
