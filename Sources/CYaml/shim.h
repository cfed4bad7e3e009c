// libyaml (Debian: libyaml-dev), the C library under PyYAML and others: events in both directions.
#ifndef APIGATEWAYV2_LOCAL_CYAML_H
#define APIGATEWAYV2_LOCAL_CYAML_H
#include <yaml.h>
#endif
