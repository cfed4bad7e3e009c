// Names of hosts in a program that is linked statically.
#ifdef APIGATEWAYV2_LOCAL_STATIC
#include <nss.h>

// The services that nsswitch.conf lists are shared libraries of one version of glibc, the system's: a static program of
// another version that loads them ends by a fault. These two are within glibc itself: /etc/hosts and DNS.
__attribute__((constructor)) static void look_up_without_plugins(void) {
    __nss_configure_lookup("hosts", "files dns");
    __nss_configure_lookup("services", "files");
    __nss_configure_lookup("passwd", "files");
}
#endif
