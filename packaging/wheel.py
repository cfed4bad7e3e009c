"""The Python package of clients/python with the static program as its script, as one wheel.

    python3 packaging/wheel.py BINARY OUT_FOLDER

The wheel's form is PEP 427's. Its tags admit every Linux of x86-64, with glibc or musl, because the program needs no
library. `pip install` puts the script beside Python, with its run bit.
"""

import base64
import hashlib
import os
import pathlib
import subprocess
import sys
import time
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CLIENT = ROOT / "clients/python"
TAGS = ["py3-none-manylinux_2_17_x86_64", "py3-none-manylinux2014_x86_64", "py3-none-musllinux_1_1_x86_64"]
FILE, SCRIPT = 0o100644, 0o100755


def main():
    program, folder = sys.argv[1:]
    settings = tomllib.loads((CLIENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if settings["version"] != version:
        sys.exit(f"clients/python is version {settings['version']}, and the program {version}")
    stem = f"apigatewayv2_local-{version}"
    members = {}
    for file in sorted((CLIENT / "src").rglob("*")):
        if file.suffix in (".py", ".typed"):
            members[file.relative_to(CLIENT / "src").as_posix()] = (FILE, file.read_bytes())
    members[f"{stem}.data/scripts/apigatewayv2-local"] = (SCRIPT, pathlib.Path(program).read_bytes())
    for name, text in metadata(settings).items():
        members[f"{stem}.dist-info/{name}"] = (FILE, text.encode())
    licences = subprocess.run([ROOT / "packaging/licences.sh", "static"], capture_output=True, check=True).stdout
    members[f"{stem}.dist-info/licenses/LICENSE"] = (FILE, licences)
    record = f"{stem}.dist-info/RECORD"
    rows = [f"{name},sha256={digest(content)},{len(content)}" for name, (_, content) in members.items()]
    members[record] = (FILE, "\n".join([*rows, f"{record},,", ""]).encode())

    platforms = ".".join(tag.split("-", 2)[2] for tag in TAGS)
    out = pathlib.Path(folder) / f"{stem}-py3-none-{platforms}.whl"
    out.unlink(missing_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, (mode, content) in members.items():
            entry = zipfile.ZipInfo(name, moment())
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, content)
    # The same bytes by a slower search: three in a hundred less.
    subprocess.run(["advzip", "--recompress", "--shrink-normal", "--quiet", out], check=True)
    print(out)


def metadata(settings):
    readme = (CLIENT / settings["readme"]).read_text(encoding="utf-8")
    points = [
        line
        for group, entries in settings["entry-points"].items()
        for line in [f"[{group}]", *(f"{name} = {target}" for name, target in entries.items())]
    ]
    head = [
        "Metadata-Version: 2.1", f"Name: {settings['name']}", f"Version: {settings['version']}",
        f"Summary: {settings['description']}", f"License: {settings['license']['text']}",
        f"Requires-Python: {settings['requires-python']}", "Description-Content-Type: text/markdown", "", readme,
    ]
    wheel = ["Wheel-Version: 1.0", "Generator: packaging/wheel.py", "Root-Is-Purelib: false", *(f"Tag: {tag}" for tag in TAGS)]
    return {
        "METADATA": "\n".join(head), "WHEEL": "\n".join([*wheel, ""]), "entry_points.txt": "\n".join([*points, ""]),
    }


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def moment():
    """The time of the commit, for the same bytes from the same commit; the earliest time of a zip file without it."""
    return max(time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "0")))[:6], (1980, 1, 1, 0, 0, 0))


if __name__ == "__main__":
    main()
