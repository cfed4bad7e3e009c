# apigatewayv2-local in a slim image: docker build -t apigatewayv2-local .
# The Swift library is linked statically, so the final stage needs no toolchain.

FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4-openssl-dev libnghttp2-dev libpcre2-dev libsqlite3-dev libssl-dev libwslay-dev libyaml-dev zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build --configuration release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections \
    -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs \
    -Xlinker --icf=all -Xlinker -O2 --product apigatewayv2-local
RUN install -D --strip .build/release/apigatewayv2-local /out/apigatewayv2-local

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4 libnghttp2-14 libpcre2-8-0 libsqlite3-0 libssl3 libwslay1 libyaml-0-2 libstdc++6 zlib1g && rm -rf /var/lib/apt/lists/*
RUN useradd --no-create-home --shell /usr/sbin/nologin --uid 10001 apigatewayv2
RUN install -d -m 0700 -o apigatewayv2 /tls
COPY --from=build /out/apigatewayv2-local /usr/local/bin/apigatewayv2-local
COPY fixtures /fixtures
ENV APIGATEWAYV2_LOCAL_HOST=0.0.0.0 APIGATEWAYV2_LOCAL_PORT=4290 APIGATEWAYV2_LOCAL_FIXTURES=/fixtures \
    APIGATEWAYV2_LOCAL_TLS_DIR=/tls
USER apigatewayv2
EXPOSE 4290
HEALTHCHECK --interval=5s --timeout=2s --start-period=1s CMD ["apigatewayv2-local", "health"]
ENTRYPOINT ["apigatewayv2-local"]
