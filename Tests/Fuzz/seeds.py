"""Writes the seed corpora of the fuzz targets: the cases of fixtures/wire for HTTP/1, frames for HTTP/2 and WebSocket,
requests, mappings, tokens, expressions, schemas and templates for the data plane.

Usage: seeds.py FOLDER makes a folder for each target. The first byte of an input of HTTP says where the rest is cut;
HTTP/2 has a second one, whose lowest bit leaves the preface out.
"""

import base64
import json
import pathlib
import re
import struct
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CUTS = (0, 100, 200)


def unescaped(text):
    names = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\", "0": b"\0"}
    pieces = re.split(r"\\(x[0-9a-fA-F]{2}|.)", text)
    return b"".join(
        piece.encode() if index % 2 == 0 else bytes([int(piece[1:], 16)]) if piece[0] == "x" else names[piece]
        for index, piece in enumerate(pieces))


def http1():
    for file in sorted((ROOT / "fixtures/wire").glob("*.http")):
        for case in file.read_text().split("\n## ")[1:]:
            yield b"".join(unescaped(line[2:]) for line in case.split("\n") if line.startswith("> "))


def responses():
    for head, body in ((b"Content-Length: 2", b"hi"), (b"Transfer-Encoding: chunked", b"2;a=b\r\nhi\r\n0\r\nT: 1\r\n\r\n"),
                       (b"Connection: close", b"hi"), (b"A: b\r\n c\r\nContent-Length: 2, 2", b"hi and more")):
        yield b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body
        yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 No\n" + head + b"\n\n" + body


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def request(stream, flags=5, method="GET", path="/v2/apis", *fields):
    block = field(":method", method) + b"\x86" + field(":authority", "test") + field(":path", path)
    return frame(1, flags, stream, block + b"".join(field(*pair) for pair in fields))


def http2():
    yield request(1)
    yield b"".join(request(stream) for stream in range(1, 21, 2))
    yield request(1, 4, "POST", "/", ("content-length", "3")) + frame(0, 1, 1, b"abc")
    yield request(1, 4, "POST", "/", ("expect", "100-continue")) + frame(0, 8, 1, b"\2ab\0\0") + frame(1, 5, 1, field("sum", "1"))
    yield frame(1, 1, 1, b"\x82\x86") + frame(9, 0, 1, b"\x84") + frame(9, 4, 1, field("host", "test"))
    yield frame(1, 5, 1, b"\x82\x86\x84\x41\x83\x49\x50\x9f" + b"\x40\1x\1y" + b"\xbe" * 9)
    yield frame(4, 0, 0, struct.pack(">HIHI", 4, 10, 1, 0)) + request(1) + frame(8, 0, 1, struct.pack(">I", 100))
    yield request(1) + frame(3, 0, 1, struct.pack(">I", 8)) + request(3) + frame(6, 0, 0, b"12345678") + frame(7, 0, 0, b"\0" * 8)
    yield frame(1, 0x2d, 1, b"\2\0\0\0\0\xff\x82\x86\x84" + field("host", "test") + b"\0\0") + frame(2, 0, 3, b"\0\0\0\0\x10")
    yield frame(0xbe, 0xff, 7, b"unknown") + request(1, 5, "HEAD", "/") + frame(8, 0, 0, struct.pack(">I", 1 << 30))


def masked(first, payload):
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    return bytes([first]) + length + b"\1\2\3\4" + bytes(byte ^ (index % 4 + 1) for index, byte in enumerate(payload))


def websockets():
    hello = b"\xf2\x48\xcd\xc9\xc9\7\0"
    yield masked(0x81, b"hello") + masked(0x82, b"\0\xff") + masked(0x88, b"\3\xe8bye")
    yield masked(1, "añ".encode()[:2]) + masked(0x89, b"ping") + masked(0x80, "ñ€".encode()[1:]) + masked(0x8a, b"")
    yield masked(0x81, b"x" * 126) + masked(0x81, b"y" * 1024) + masked(0x81, b"z" * 1025)
    yield masked(0xc1, hello) + masked(0xc1, b"\xf2\0\x11\0\0") + masked(0x88, b"")
    yield masked(0x41, hello[:3]) + masked(0x89, b"") + masked(0x80, hello[3:])
    yield masked(0xc1, b"\0\5\0\xfa\xffHello\0") + masked(0xc1, b"\xf3\x48\xcd\xc9\xc9\7\0\0")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield masked(0xc1, (packer.compress(b"x" * 5000) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4])
    yield b"\x81\xfe\0\x05" + b"\x81\5hello"


def invocations():
    host = b" HTTP/1.1\r\nHost: a.execute-api.localhost\r\n"
    yield b"GET /dev/pets/a%2Fb?x=1&x=a+b" + host + b"Cookie: a=1; b=2\r\nX-Amzn-Trace-Id: Root=1-2\r\n\r\n"
    yield b"POST //files/a%3Fb/c%20d/" + host + b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi"
    yield b"GET /_aws/execute-api/a/$default/pets/%E2%98%95 HTTP/1.1\r\nHost: localhost:4290\r\nUser-Agent: \"\\\r\n\r\n"
    yield b"OPTIONS /x/y HTTP/1.1\r\nHost: api.example.com\r\nOrigin: https://a\r\nForwarded: for=1\r\nVia: 1.1 a\r\n\r\n"


def mappings():
    body = b'{"a":{"b":[1,{"c":"x"}]},"d e":null}'
    for expression in ("$request.body.a.b[1].c", "$request.body['d e']", "${request.path.id}-${context.requestId}",
                       "$request.header.x-a", "$request.querystring.a", "$response.body.a", "404", "$request.body.a.b[*]"):
        yield expression.encode() + b"\n" + body
    yield b'x\n{"statusCode":200,"headers":{"a":"b"},"multiValueHeaders":{"c":["d","e"]},"cookies":["f=1"],"body":"aGk=","isBase64Encoded":true}'


def tokens():
    def segment(text):
        return base64.urlsafe_b64encode(text).rstrip(b"=")
    header = segment(b'{"alg":"RS256","kid":"k"}')
    yield b"Bearer " + b".".join((header, segment(b'{"iss":"i","aud":["a"],"exp":9,"g":[1,{"x":null}],"scope":"s t"}'), b"c2ln"))
    yield b'{"keys":[{"kty":"RSA","kid":"k","n":"xCsnTZBOzWrifF17","e":"AQAB"}]}'
    yield b'{"jwks_uri":"https://i.example.com/keys"}'
    yield b'{"isAuthorized":true,"context":{"a":1}}'
    yield (b'{"principalId":"p","policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:*",'
           b'"Resource":["arn:aws:execute-api:*:*:a/*/GET/?"]}]}}')


def expressions():
    body = b'{"action":"send","a":{"b":[1,{"c":"x"}]},"items":[{"price":8.95},{"price":12}]}'
    for expression in ("$request.body.action", "${request.body.a.b[1].c}/x", "\\$default", "items[?(@.price < 10 && !(@.x))].price",
                       "$..price", "$['a','b'][::2]", "items.length()", "$context.authorizer.x", "[0,1][-1:]",
                       '{"id":"$context.requestId","e":$context.error.messageString,"p":"$context.path"}',
                       '<x>$context.integrationErrorMessage</x>', "$context.identity.userAgent ${context.routeKey} $$"):
        yield expression.encode() + b"\n" + body


def schemas():
    suite = ROOT / "Tests/APIGatewayV2InvokeTests/JSONSchemaTestSuite"
    for file in sorted(suite.rglob("*.json")):
        for group in json.loads(file.read_text(encoding="utf-8"))[:3]:
            if isinstance(group, dict) and "schema" in group:
                yield json.dumps(group["schema"]).encode() + b"\0" + json.dumps(group["tests"][0]["data"]).encode()


def templates():
    for texts in json.loads((ROOT / "Tests/Clients/templates/collected.json").read_text(encoding="utf-8")).values():
        for text in texts:
            yield text.encode() + b'\0{"message":"hi","items":[{"id":1,"name":"x"},{"id":2}]}'
    yield b"#foreach($i in $input.path('$.items'))$i.name.replaceAll('x','y')#if($foreach.hasNext),#end#end\0{\"items\":[{\"name\":\"x\"}]}"
    yield b"#set($a = {'b': [1..3]})$a.b.size()$!a.c#*x*###y\n$util.escapeJavaScript($input.body)#[[$raw]]#\0text"


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, prefixes, seeds in (("FuzzHTTP1", [bytes([cut]) for cut in CUTS], http1()),
                                  ("FuzzHTTP2", [bytes([cut, 0]) for cut in CUTS], http2()),
                                  ("FuzzWebSocket", [bytes([cut, 1]) for cut in CUTS], websockets()),
                                  ("FuzzInvocation", [b""], invocations()), ("FuzzMapping", [b""], mappings()),
                                  ("FuzzJWT", [b""], tokens()), ("FuzzExpression", [b""], expressions()),
                                  ("FuzzResponse", [bytes([cut]) for cut in CUTS], responses()),
                                  ("FuzzSchema", [b""], schemas()), ("FuzzTemplate", [b""], templates())):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            prefix = prefixes[number % len(prefixes)]
            (folder / name / f"seed-{number:03d}").write_bytes(prefix + seed)


if __name__ == "__main__":
    main()
