# Everything that a developer, a tester or a CI machine starts; `make help` lists it. Each target installs what it needs
# and lacks, so that the second start of any of them installs nothing and asks no network.

# Debian's packages: what the build needs, and what the tests need beyond that. python3-venv joins them where the
# python3 at hand cannot make environments.
BUILD_PACKAGES := libcurl4-openssl-dev libnghttp2-dev libpcre2-dev libsqlite3-dev libssl-dev libwslay-dev libyaml-dev \
	zlib1g-dev
TEST_PACKAGES := $(BUILD_PACKAGES) chromium curl default-jre-headless nghttp2-client python3 velocity

# And what packages are made with.
PACKAGE_PACKAGES := advancecomp binutils build-essential ca-certificates debootstrap dpkg-dev python3 skopeo umoci xz-utils

PORT := 4290
# More options for `make run`, for example: make run ARGS="--rate-limit 10/40"
ARGS :=
# The scenarios of `make instructions`; empty for all.
SCENARIOS :=

# Every release build uses the same flags, since other flags build everything anew. A static Swift library makes the
# program start sooner and hold 3 MB less. Nobody looks up a symbol of the program by its name: without the table of
# names the stripped binary has 0.6 MB less.
# lld writes the addresses to be set at the start in an eighth of the room (1.2 MB less), and equal functions once. With
# a section for each function it drops those that nothing calls (1.2 MB less). -O2 shares the ends of texts.
RELEASE := --configuration release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs \
	-Xlinker --icf=all -Xlinker -O2 --product apigatewayv2-local
SERVER := .build/release/apigatewayv2-local
# Every library linked in. lld finds what a library needs in libraries named before it, and drops what nothing uses.
STATIC := --scratch-path .build-static --traits Static --configuration release --static-swift-stdlib \
	-Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xswiftc -static-executable -Xswiftc -use-ld=lld -Xcc -I$(CURDIR)/.build-static/libraries/include \
	-Xlinker -L$(CURDIR)/.build-static/libraries/lib \
	-Xlinker --gc-sections -Xlinker --icf=all -Xlinker -O2 -Xlinker --no-eh-frame-hdr -Xlinker $(CURDIR)/packaging/static.ld \
	--product apigatewayv2-local
STATIC_SERVER := .build-static/apigatewayv2-local
VERSION := $(shell sed -nE 's/.*static let version = "(.*)"/\1/p' Sources/APIGatewayV2Local/Emulator/Emulator.swift)
DIST := dist
NAME := $(DIST)/apigatewayv2-local-$(VERSION)
# The times within packages are the commit's, so that a commit gives the same package again.
export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct 2> /dev/null || echo 0)
CLIENT_TESTS := Tests/Clients
# Many times what they take: a client that waits for ever is a failure, and does not hold up what follows.
CLIENT_TESTS_TIMEOUT := 1200
PYTHON_CLIENT := clients/python
SANITIZED_TESTS := SocketServerTests|VTLTests|YAMLTests|APIGatewayV2LocalTests|APIGatewayV2InvokeTests|HTTPWireTests
# How long each fuzz target runs.
FUZZ_SECONDS := 60

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test check build format lint static tarball deb wheel image dist test-packages unit-tests client-tests bench instructions sanitize fuzz clean \
	build-packages package-packages client-packages screenshots

help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run: build ## build and serve fixtures/ on http://127.0.0.1:4290
	@exec $(SERVER) serve --fixtures fixtures --port $(PORT) $(ARGS)

test: ## run every test, with real clients too
	@started=$$SECONDS
	mkdir -p .build
	$(MAKE) .venv/older/requirements.txt
	for part in lint unit-tests build client-tests; do
	    printf '\n== %s\n' "$$part"
	    $(MAKE) "$$part" 2>&1 | tee ".build/test-$$part.log"
	done
	printf '\n== what ran, in %d s\n' "$$((SECONDS - started))"
	echo "lint: no findings"
	grep -hE 'Test run with|^=+ .*(passed|failed|skipped).* =+$$|^no client tests' .build/test-*.log

check: format lint unit-tests ## format, lint, build and run the tests that need no client

build: build-packages ## build the program as it is shipped
	@swift build $(RELEASE)

static: build-packages .build-static/libraries/done ## the program as one file that needs no library: .build-static/apigatewayv2-local
	@if [ .build-static/libraries/done -nt .build-static/release/apigatewayv2-local ]; then
	    rm -f .build-static/release/apigatewayv2-local
	fi
	swift build $(STATIC)
	install --strip .build-static/release/apigatewayv2-local $(STATIC_SERVER)
	if readelf --program-headers $(STATIC_SERVER) | grep -qE 'INTERP|DYNAMIC'; then
	    echo '$(STATIC_SERVER) needs a dynamic loader' >&2
	    exit 1
	fi
	printf '%s\t%d bytes\n' $(STATIC_SERVER) "$$(stat --format %s $(STATIC_SERVER))"

tarball: static package-packages ## the static program, man page and completions as dist/…tar.xz
	@mkdir -p $(DIST)
	packaging/tarball.sh $(STATIC_SERVER) $(NAME)-linux-x86_64.tar.xz
	stat --printf '%n\t%s bytes\n' $(NAME)-linux-x86_64.tar.xz

deb: build package-packages ## a Debian package of the program, with a systemd user unit, in dist/
	@mkdir -p $(DIST)
	packaging/deb.sh $(SERVER) $(DIST)/apigatewayv2-local_$(VERSION)_amd64.deb
	stat --printf '%n\t%s bytes\n' $(DIST)/*.deb

wheel: static package-packages ## a wheel with the static program and the package of clients/python, in dist/
	@mkdir -p $(DIST)
	stat --printf '%n\t%s bytes\n' "$$(python3 packaging/wheel.py $(STATIC_SERVER) $(DIST))"

image: static package-packages ## an OCI archive and one for `docker load`, in dist/, without an engine
	@mkdir -p $(DIST)
	packaging/image.sh $(STATIC_SERVER) $(NAME)
	stat --printf '%n\t%s bytes\n' $(NAME).oci.tar $(NAME).docker.tar.gz

dist: ## every package, and SHA256SUMS, in dist/
	@rm -rf $(DIST)
	for package in tarball deb wheel image; do $(MAKE) "$$package"; done
	install $(STATIC_SERVER) $(NAME)-linux-x86_64
	cd $(DIST)
	sha256sum -- * > ../.build-static/SHA256SUMS
	mv ../.build-static/SHA256SUMS .
	cat SHA256SUMS

test-packages: .build-chroot/base/done .venv/requirements.txt ## install each package of dist/ into a clean Debian, and call it
	@[ -f $(DIST)/SHA256SUMS ] || $(MAKE) dist
	timeout $(CLIENT_TESTS_TIMEOUT) .venv/bin/python -m pytest -v Tests/Packages/test_packages.py

.build-chroot/base/done: | package-packages
	@rm -rf .build-chroot
	mkdir -p .build-chroot
	debootstrap --variant=minbase --include=ca-certificates bookworm .build-chroot/base > .build-chroot/log || {
	    tail -5 .build-chroot/log >&2
	    exit 1
	}
	touch $@

.build-static/libraries/done: packaging/libraries.sh | package-packages
	@packaging/libraries.sh .build-static/libraries
	touch $@

format: ## let swift format lay out every file
	@swift format --in-place --recursive --parallel Sources Tests Package.swift

lint: ## what swift format would change, as errors
	@swift format lint --strict --recursive --parallel Sources Tests Package.swift

unit-tests: build-packages ## every Swift test, on a debug build
	@swift build --build-tests
	swift test --skip-build --disable-xctest

client-tests: build client-packages .venv/requirements.txt .venv/older/requirements.txt ## boto3, the AWS command line and curl against the release build
	@if compgen -G '$(CLIENT_TESTS)/test_*.py' > /dev/null; then
	    timeout $(CLIENT_TESTS_TIMEOUT) .venv/bin/python -m pytest -v $(CLIENT_TESTS)
	    APIGATEWAYV2_LOCAL_BINARY='$(CURDIR)/$(SERVER)' .venv/bin/python -m pytest -v -c $(PYTHON_CLIENT)/pyproject.toml \
	        $(PYTHON_CLIENT)/tests
	else
	    echo 'no client tests'
	fi

bench: build ## measure against nginx, moto and MiniStack (see Benchmarks/)
	@exec Benchmarks/run

instructions: build ## instructions a request takes, by stage, counted by callgrind; SCENARIOS="get-integration" for one
	@$(call install,binutils nghttp2-client python3 valgrind)
	exec python3 Benchmarks/instructions.py $(SCENARIOS)

# Tests/Sanitizers/mutex.c says why the thread sanitizer needs it, leaks.txt what is no leak. XCTest is left out
# everywhere: no test uses it, and the address sanitizer finds two leaks in it. That one holds freed memory back, 256 MB
# unless told otherwise, and some tests measure what is held.
sanitize: build-packages ## the tests with threads and sockets under the thread and address sanitizers
	@mkdir -p .build-tsan
	export ASAN_OPTIONS=quarantine_size_mb=16
	clang -shared -fPIC -O1 -o .build-tsan/mutex.so Tests/Sanitizers/mutex.c -ldl
	for sanitizer in thread address; do
	    printf '\n== %s\n' "$$sanitizer"
	    options=(--sanitize="$$sanitizer" --scratch-path ".build-$${sanitizer:0:1}san")
	    swift build --build-tests "$${options[@]}"
	    if [ "$$sanitizer" = thread ]; then export LD_PRELOAD=.build-tsan/mutex.so; fi
	    export LSAN_OPTIONS=suppressions=Tests/Sanitizers/leaks.txt:print_suppressions=0
	    swift test --skip-build --disable-xctest "$${options[@]}" --filter '$(SANITIZED_TESTS)'
	    unset LD_PRELOAD
	done

# Of two --sanitize options only one counts, and which is chance; so the second goes to the compiler itself.
# Found inputs and the corpus stay in .build-fuzz; `.build-fuzz/debug/FuzzHTTP1 FILE` runs one again.
fuzz: build-packages ## any bytes through decoders, answers, events, mappings, tokens, templates and schemas, for FUZZ_SECONDS each
	@export APIGATEWAYV2_LOCAL_FUZZ=1
	export LSAN_OPTIONS=suppressions=Tests/Sanitizers/leaks.txt:print_suppressions=0
	for target in FuzzHTTP1 FuzzHTTP2 FuzzWebSocket FuzzInvocation FuzzJWT FuzzMapping FuzzExpression FuzzSchema \
	    FuzzTemplate FuzzResponse; do
	    printf '\n== %s\n' "$$target"
	    swift build --scratch-path .build-fuzz --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address \
	        --product "$$target"
	    mkdir -p ".build-fuzz/corpus/$$target"
	    python3 Tests/Fuzz/seeds.py .build-fuzz/seeds
	    .build-fuzz/debug/"$$target" -max_total_time=$(FUZZ_SECONDS) -timeout=20 -max_len=8192 -rss_limit_mb=1024 -malloc_limit_mb=64 \
	        -print_final_stats=1 -artifact_prefix=.build-fuzz/"$$target"- \
	        ".build-fuzz/corpus/$$target" ".build-fuzz/seeds/$$target"
	done

clean: ## remove everything that was built or installed here
	rm -rf .build .build-tsan .build-asan .build-fuzz .build-static .build-chroot dist .venv .venv-bench .venv-ministack

# The copy of the requirements in the environment says what is installed there; a copy is no older than its original.
.venv/requirements.txt: $(CLIENT_TESTS)/requirements.txt | client-packages
	@[ -x .venv/bin/python ] || python3 -m venv .venv
	if ! cmp -s '$<' '$@'; then
	    echo 'Installing the Python clients of $< into .venv'
	    .venv/bin/python -m pip install --quiet --requirement '$<'
	fi
	cp '$<' '$@'

# Beside them the clients of before November 2026, for what they do not know yet.
.venv/older/requirements.txt: $(CLIENT_TESTS)/requirements-older.txt | .venv/requirements.txt
	@if ! cmp -s '$<' '$@'; then
	    rm -rf .venv/older
	    .venv/bin/python -m pip install --quiet --target .venv/older --requirement '$<'
	fi
	cp '$<' '$@'

screenshots: build client-packages .venv/requirements.txt ## the pictures of the page in docs/images
	@.venv/bin/python $(CLIENT_TESTS)/screenshots.py

build-packages:
	@$(call install,$(BUILD_PACKAGES))

package-packages:
	@$(call install,$(PACKAGE_PACKAGES))

client-packages:
	@packages='$(TEST_PACKAGES)'
	python3 -c 'import ensurepip, venv' 2> /dev/null || packages="$$packages python3-venv"
	$(call install,$$packages)

# Installs those of the packages $(1) that Debian does not list as installed. Elsewhere the build says what it lacks.
define install
command -v dpkg-query > /dev/null || exit 0
missing=()
for package in $(1); do
    dpkg-query --show --showformat '$${Status}' "$$package" 2> /dev/null | grep -q 'ok installed' \
        || missing+=("$$package")
done
[ "$${#missing[@]}" -gt 0 ] || exit 0
as_root=()
if [ "$$(id -u)" != 0 ]; then as_root=(sudo); fi
if ! command -v "$${as_root[@]:-apt-get}" > /dev/null; then
    echo "Missing Debian packages, and no sudo to install them; as root: apt-get install $${missing[*]}" >&2
    exit 1
fi
echo "Installing $${missing[*]}"
"$${as_root[@]}" apt-get update -qq
"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$${missing[@]}"
endef
