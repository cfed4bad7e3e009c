"""Fetches from a token issuer: one for all requests that wait for it, and none for a while after a failure."""

import json
import socket
import threading

import pytest

from test_invoke import (  # noqa: F401
    Backend, call, client_of, demand_tokens, function_integration, key, make_api, runtime_emulator, token,
)
from test_targets import key_set

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


class Issuer(Backend):
    """An issuer whose `answer` for the discovery document may wait or fail."""

    def __init__(self, keys, discovery=lambda number: None):
        self.count = 0
        lock = threading.Lock()

        def answer(request):
            if request["path"] == KEYS:
                return 200, {}, keys.encode()
            with lock:
                self.count += 1
                number = self.count
            status = discovery(number) or 200
            return status, {}, json.dumps({"jwks_uri": f"{self.url}{KEYS}"}).encode()

        super().__init__(answer)

    @property
    def paths(self):
        return [request["path"] for request in self.requests]


@pytest.fixture
def emulator():
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as made:
        yield made


def api_of(server, issuer):
    client = client_of(server)
    api_id = make_api(client, {"GET /me": function_integration()})
    demand_tokens(client, api_id, issuer.url)
    return api_id


def send(server, api_id, text):
    peer = socket.create_connection(("127.0.0.1", server.port), 30)
    peer.sendall((f"GET /me HTTP/1.1\r\nHost: {api_id}.execute-api.localhost\r\nConnection: close\r\n"
                  f"Authorization: Bearer {text}\r\n\r\n").encode())
    return peer


def status(peer):
    with peer:
        answer = b""
        while piece := peer.recv(65536):
            answer += piece
    return int(answer.split()[1])


def test_requests_with_a_cold_key_set_make_one_fetch(start, emulator, key):
    all_sent = threading.Event()
    with Issuer(key_set(first=key), lambda _: all_sent.wait(30) and None) as issuer:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = api_of(server, issuer)
        known, unknown = token(key, issuer), token(key, issuer, kid="second")
        peers = [send(server, api_id, known if number % 2 else unknown) for number in range(40)]
        all_sent.set()
        statuses = [status(peer) for peer in peers]

    assert statuses == [401, 200] * 20
    assert issuer.paths == [DISCOVERY, KEYS]


def test_a_client_that_goes_leaves_its_fetch_to_the_next(start, emulator, key):
    asked, asked_again = threading.Event(), threading.Event()

    def discovery(number):
        if number == 1:
            asked.set()
            # The server ends this call with its client.
            asked_again.wait(30)
        else:
            asked_again.set()

    with Issuer(key_set(first=key), discovery) as issuer:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = api_of(server, issuer)
        text = token(key, issuer)
        first = send(server, api_id, text)
        assert asked.wait(30)
        others = [send(server, api_id, text) for _ in range(5)]
        first.close()
        statuses = [status(peer) for peer in others]

    assert statuses == [200] * 5
    assert issuer.paths.count(DISCOVERY) == 2
    assert issuer.paths.count(KEYS) == 1


def test_a_broken_issuer_is_not_asked_again_before_the_pause_is_over(start, emulator, key):
    broken = [503]
    with Issuer(key_set(first=key), lambda _: broken[0]) as issuer:
        server = start("--lambda", f"pets={emulator.url}", "--clock", "manual", "--limit", "issuer-pause=10s")
        api_id = api_of(server, issuer)

        def answer():
            return status(send(server, api_id, token(key, issuer)))

        def advance(time):
            moved = call(server, None, "POST", "/__admin/clock", json.dumps({"advance": time}),
                         {"Content-Type": "application/json"}, host="localhost")
            assert moved[0] == 200

        while_broken = [answer() for _ in range(5)]
        line = server.wait_for_log("the issuer is not asked again yet")
        broken[0] = None
        advance("9999ms")
        before = (answer(), list(issuer.paths))
        advance("1ms")
        after = (answer(), list(issuer.paths))

    assert while_broken == [401] * 5
    assert "answered 503" in line
    assert before == (401, [DISCOVERY])
    assert after == (200, [DISCOVERY, DISCOVERY, KEYS])


def test_keys_that_are_kept_serve_while_the_issuer_is_broken(start, emulator, key):
    broken = [None]
    with Issuer(key_set(first=key), lambda _: broken[0]) as issuer:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = api_of(server, issuer)
        first = status(send(server, api_id, token(key, issuer)))
        broken[0] = 500
        kept = status(send(server, api_id, token(key, issuer)))

    assert (first, kept) == (200, 200)
    assert issuer.paths == [DISCOVERY, KEYS]
