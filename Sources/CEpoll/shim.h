// epoll, eventfd and accept4, which Swift's Glibc module lacks or hides behind _GNU_SOURCE.
#ifndef APIGATEWAYV2_LOCAL_CEPOLL_H
#define APIGATEWAYV2_LOCAL_CEPOLL_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
