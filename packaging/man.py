"""The man page of the command, from the description of itself that `--experimental-dump-help` prints.

    apigatewayv2-local --experimental-dump-help | python3 packaging/man.py VERSION > apigatewayv2-local.1
"""

import json
import re
import sys

HEADING = re.compile(r"^([A-Z]{4,})(, .*)?$")


def escaped(text):
    """The text as roff shows it: no letter is a command, and a hyphen is one that can be searched for."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def name_of(argument):
    names = [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])]
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    bold = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
    return f"{bold} \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else bold


def arguments_of(command):
    """The options, under the headings that the help has for them."""
    section = None
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True):
            continue
        title = argument.get("sectionTitle") or "Options"
        if title != section:
            section = title
            yield f".SS {escaped(command['commandName'])}: {escaped(title)}"
        yield ".TP"
        yield name_of(argument)
        yield escaped(argument.get("abstract", ""))


def paragraphs(discussion):
    """The help's longer text: its headings in capitals are sections, and the rest keeps its lines."""
    is_open = False
    for line in discussion.split("\n"):
        heading = HEADING.match(line)
        if heading:
            if is_open:
                yield ".fi"
            yield f".SH {escaped(line)}"
            yield ".nf"
            is_open = True
        else:
            if not is_open:
                yield ".nf"
                is_open = True
            yield escaped(line.strip("\n"))
    if is_open:
        yield ".fi"


def page(root, version):
    program = root["commandName"]
    commands = [command for command in root["subcommands"] if command["commandName"] != "help"]
    default = next(command for command in commands if command["commandName"] == root["defaultSubcommand"])
    yield f'.TH {escaped(program.upper())} 1 "" "{escaped(program)} {escaped(version)}" "User Commands"'
    yield ".SH NAME"
    yield f"{escaped(program)} \\- {escaped(root['abstract'].splitlines()[0].rstrip('.'))}"
    yield ".SH SYNOPSIS"
    for command in commands:
        name = escaped(command["commandName"])
        shown = f"[{name}]" if command is default else name
        places = [a for a in command.get("arguments", []) if a["kind"] == "positional" and a.get("shouldDisplay", True)]
        rest = " ".join(f"\\fI{escaped(place.get('valueName', 'value'))}\\fR" for place in places)
        yield f".B {escaped(program)} {shown}"
        yield f"[\\fIoptions\\fR] {rest}".rstrip()
        yield ".br"
    yield ".SH COMMANDS"
    for command in commands:
        yield ".TP"
        yield f"\\fB{escaped(command['commandName'])}\\fR"
        yield escaped(command["abstract"])
    yield ".SH OPTIONS"
    for command in commands:
        yield from arguments_of(command)
    yield ".SH DESCRIPTION"
    yield from paragraphs(default.get("discussion", ""))


def main():
    print("\n".join(page(json.load(sys.stdin)["command"], sys.argv[1])))


if __name__ == "__main__":
    main()
