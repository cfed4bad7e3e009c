"""The Dockerfile, as far as it can be checked without a container engine: what it installs is what the program needs."""

import re
import shutil
import subprocess

import pytest

from local_server import BINARY, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# In every Debian image: https://hub.docker.com/_/debian, packages of priority required.
ALWAYS_THERE = {"libc6", "libgcc-s1"}


def installed_by_stage():
    stages = DOCKERFILE.split("\nFROM ")[1:]
    return [
        {package for line in re.findall(r"apt-get install (.*?) &&", stage) for package in line.split() if package[0] != "-"}
        for stage in stages
    ]


def opened_late():
    """The libraries that the sources open by their names, only when they are needed."""
    files = [file for file in sorted((ROOT / "Sources").rglob("*.*")) if file.suffix in {".c", ".swift"}]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    return [
        re.search(rf"^\s*{re.escape(name)} .*=> (/\S+)", cache, re.M).group(1)
        for name in sorted(set(re.findall(r'"(lib[\w-]+\.so\.\d+)"', sources)))
    ]


def needed_packages():
    """The Debian packages of the libraries that the program is linked with or opens."""
    listing = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    files = re.findall(r"=> (/\S+)", listing) + opened_late()
    packages = set()
    for file in files:
        # Debian knows some files by the name before /usr was merged.
        names = {file, file.removeprefix("/usr"), "/usr" + file}
        found = [subprocess.run(["dpkg", "-S", name], capture_output=True, text=True) for name in sorted(names)]
        owner = next((result.stdout for result in found if result.returncode == 0), "")
        assert owner, f"no package has {file}"
        packages.add(owner.split(":")[0])
    return packages


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="only Debian tells which package a library is of")
def test_the_final_stage_installs_the_libraries_that_the_program_needs_and_no_others():
    _, final = installed_by_stage()
    assert final == needed_packages() - ALWAYS_THERE


def test_the_build_stage_installs_what_the_makefile_installs():
    build, _ = installed_by_stage()
    packages = re.search(r"^BUILD_PACKAGES := ((?:.*\\\n)*.*)$", MAKEFILE, re.M).group(1).replace("\\\n", " ").split()
    assert build == set(packages)


def test_the_build_stage_builds_with_the_flags_of_the_makefile():
    flags = re.search(r"^RELEASE := (.*)$", MAKEFILE, re.M).group(1)
    assert f"RUN swift build {flags}\n" in DOCKERFILE


def test_the_image_runs_as_an_ordinary_user_and_checks_its_own_health():
    final = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root)\w+$", final, re.M)
    assert 'CMD ["apigatewayv2-local", "health"]' in final
    assert "APIGATEWAYV2_LOCAL_HOST=0.0.0.0" in final and "APIGATEWAYV2_LOCAL_FIXTURES=/fixtures" in final
    assert "EXPOSE 4290" in final
