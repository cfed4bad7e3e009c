// libyaml (Debian: libyaml-dev), the C library that PyYAML and others stand on: events in both directions.
#ifndef APIGATEWAYV2_LOCAL_CYAML_H
#define APIGATEWAYV2_LOCAL_CYAML_H
#include <yaml.h>
#endif
