#!/bin/bash
# The licences of the program and of the parts that are linked into it, as one text. The static program has libraries of
# Debian too, whose packages have their licences.
#   packaging/licences.sh static|dynamic
set -euo pipefail
shopt -s nullglob
[ $# = 1 ] || { echo 'usage: packaging/licences.sh static|dynamic' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$(dirname "$(readlink -f "$(command -v swift)")")/..

part() {
    printf '=== %s\n\n' "$1"
    shift
    cat -- "$@"
    printf '\n'
}

part apigatewayv2-local "$here/../LICENSE"
part 'The standard library and Dispatch of Swift' "$toolchain/share/swift/LICENSE.txt"
for package in swift-argument-parser swift-log; do
    for checkouts in "$here"/../.build{,-static}/checkouts; do
        [ -d "$checkouts/$package" ] || continue
        part "$package" "$checkouts/$package"/{LICENSE,NOTICE}*
        continue 2
    done
    echo "no checkout of $package, which a build makes" >&2
    exit 1
done
[ "$1" = static ] || exit 0
for package in libc6-dev libcurl4-openssl-dev libnghttp2-dev libpcre2-dev libsqlite3-dev libssl-dev libwslay-dev \
    libyaml-dev zlib1g-dev; do
    part "$(dpkg-query --show --showformat '${source:Package} ${source:Version}' "$package")" "/usr/share/doc/$package/copyright"
done
part 'GNU Lesser General Public License, for glibc' /usr/share/common-licenses/LGPL-2.1
