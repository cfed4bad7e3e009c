#!/bin/sh
# Installs the command into an environment of its own; a container with Python 3.10 or newer is needed.
set -eu
environment=${APIGATEWAYV2_LOCAL_HOME:-/usr/local/lib/apigatewayv2-local}
commands=${APIGATEWAYV2_LOCAL_COMMANDS:-/usr/local/bin}
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet "${PACKAGE:-apigatewayv2-local}"
ln -sf "$environment/bin/apigatewayv2-local" "$commands/apigatewayv2-local"
