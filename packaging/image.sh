#!/bin/bash
# The static program as an image, made without a container engine: an OCI archive, and the archive of `docker load`.
#   packaging/image.sh BINARY OUT        leaves OUT.oci.tar and OUT.docker.tar.gz
set -euo pipefail
[ $# = 2 ] || { echo 'usage: packaging/image.sh BINARY OUT' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
name=apigatewayv2-local
version=$("$1" --version)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
user=10001

install -D "$1" "$root/usr/local/bin/$name"
install -d "$root/usr/local/share/doc/$name"
"$here/licences.sh" static > "$root/usr/local/share/doc/$name/copyright"
chmod 644 "$root/usr/local/share/doc/$name/copyright"
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/:/sbin/nologin\napigatewayv2:x:%s:%s::/:/sbin/nologin\n' $user $user > "$root/etc/passwd"
printf 'root:x:0:\napigatewayv2:x:%s:\n' $user > "$root/etc/group"
mkdir -p "$root/fixtures" "$root/data" "$root/tls" "$root/tmp"
chmod 1777 "$root/tmp"
chmod 700 "$root/tls" "$root/data"
chown -R 0:0 "$root"
chown $user:$user "$root/tls" "$root/data"

umoci init --layout "$work/oci"
umoci new --image "$work/oci:$version"
umoci unpack --image "$work/oci:$version" "$work/bundle" > /dev/null
cp --archive "$root/." "$work/bundle/rootfs/"
find "$work/bundle/rootfs" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-0}" {} +
umoci repack --image "$work/oci:$version" "$work/bundle" > /dev/null
umoci config --image "$work/oci:$version" --architecture amd64 --os linux --config.user $user \
    --config.entrypoint "$name" --config.exposedports 4290/tcp --config.workingdir / \
    --config.env PATH=/usr/local/bin --config.env APIGATEWAYV2_LOCAL_HOST=0.0.0.0 \
    --config.env APIGATEWAYV2_LOCAL_PORT=4290 --config.env APIGATEWAYV2_LOCAL_FIXTURES=/fixtures \
    --config.env APIGATEWAYV2_LOCAL_TLS_DIR=/tls
rm -f "$2.oci.tar" "$2.docker.tar" "$2.docker.tar.gz"
skopeo --insecure-policy copy --quiet "oci:$work/oci:$version" "oci-archive:$2.oci.tar:$version"
skopeo --insecure-policy copy --quiet "oci:$work/oci:$version" "docker-archive:$2.docker.tar:$name:$version"
gzip -9n "$2.docker.tar"
