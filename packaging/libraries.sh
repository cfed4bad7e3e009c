#!/bin/bash
# The static libraries that Debian lacks, from Debian's source packages with Debian's patches.
# libcurl.a speaks HTTP/1.1 and TLS and nothing else. Debian's own needs some twenty libraries, several of which have no
# static form. libwslay.a has the frame functions alone. Debian has no static form of it.
#   packaging/libraries.sh FOLDER    leaves FOLDER/lib/lib{curl,wslay}.a and FOLDER/include/{curl,wslay}
set -euo pipefail
[ $# = 1 ] || { echo 'usage: packaging/libraries.sh FOLDER' >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$folder/build
rm -rf "$work"
mkdir -p "$work"/apt/{lists/partial,sources}
cd "$work"

# The machine's own sources of packages, as sources of source packages; the machine's settings stay as they are.
sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > apt/sources/source.sources 2> /dev/null \
    || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > apt/sources/source.list
cat > apt/settings << SETTINGS
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$work/apt/sources";
Dir::State::Lists "$work/apt/lists";
APT::Sandbox::User "root";
SETTINGS
export APT_CONFIG=$work/apt/settings
apt-get update -qq
# The source of aria2 has that of wslay 1.1.1 whole, which is Debian's version too. Not every mirror still has the
# source package of wslay itself, and one source gives the same library everywhere.
apt-get source -qq curl aria2 > source.log 2>&1 || { cat source.log >&2; exit 1; }

cd aria2-*/deps/wslay/lib
cc -O2 -ffunction-sections -fdata-sections -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -Iincludes -c wslay_frame.c wslay_net.c
mkdir -p "$folder/lib" "$folder/include/wslay"
rm -f "$folder/lib/libwslay.a"
ar rcsD "$folder/lib/libwslay.a" wslay_frame.o wslay_net.o
install -m 644 includes/wslay/wslay.h includes/wslay/wslayver.h "$folder/include/wslay"

cd "$work"/curl-*/
# The names of hosts are looked up by threads, as in Debian's libcurl. The files of authorities are looked for when
# the program runs, and may be missing.
./configure --quiet --prefix="$folder" --disable-shared --enable-static --disable-dependency-tracking \
    --with-openssl --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt --with-ca-path=/etc/ssl/certs \
    --enable-threaded-resolver --enable-http --enable-ipv6 --enable-proxy --enable-unix-sockets \
    --without-brotli --without-zstd --without-zlib --without-nghttp2 --without-libpsl --without-libidn2 \
    --without-librtmp --without-libssh2 --without-gssapi --without-libgsasl \
    --disable-{alt-svc,cookies,crypto-auth,dateparse,dict,doh,file,ftp,gopher,headers-api,hsts,http-auth} \
    --disable-{imap,ldap,ldaps,libcurl-option,manual,mime,mqtt,ntlm,openssl-auto-load-config,pop3} \
    --disable-{progress-meter,rtsp,smb,smtp,telnet,tftp,tls-srp,verbose,websockets} \
    CFLAGS='-O2 -ffunction-sections -fdata-sections' > configure.log 2>&1 || { tail -20 configure.log >&2; exit 1; }
make --silent -C lib > make.log 2>&1 || { tail -20 make.log >&2; exit 1; }
make --silent -C lib install-libLTLIBRARIES >> make.log 2>&1
make --silent -C include install >> make.log 2>&1
rm -rf "$work"
