"""The man page of the command, from the help that the command prints of itself and of its subcommands.

    python3 packaging/man.py apigatewayv2-local > apigatewayv2-local.1
"""

import os
import re
import subprocess
import sys

HEADING = re.compile(r"^([A-Z]{4,})(, .*)?$")
SECTION = re.compile(r"^([A-Z][A-Z ]+):$")
# A name or two with a value, an argument, or a subcommand; then its text on the same line or on the next ones.
ITEM = re.compile(r"^  ((?:-\w, )?--?[a-z][\w-]*(?: <.*?>)?(?: \.\.\.)?|<.*?>(?: \.\.\.)?|[a-z][\w-]*(?: \(default\))?)(?:\s+(.*))?$")


class Help:
    """The help of a command in its parts: the abstract, the longer text, the usage, and named lists of items."""

    def __init__(self, text):
        top, _, rest = text.partition("\nUSAGE: ")
        overview, _, self.discussion = top.removeprefix("OVERVIEW: ").partition("\n\n")
        self.abstract = " ".join(overview.split())
        self.usage, _, lists = rest.partition("\n\n")
        self.sections = {}
        items = []
        for line in lists.split("\n"):
            section = SECTION.match(line)
            item = ITEM.match(line)
            if section:
                items = self.sections.setdefault(section[1], [])
            elif item and not line.startswith("  See '"):
                items.append((item[1], [item[2] or ""]))
            elif line.startswith(" " * 26):
                items[-1][1].append(line.strip())

    def items(self, section):
        return [(name, " ".join(part for part in text if part)) for name, text in self.sections.get(section, [])]

    def commands(self):
        """The names of the subcommands, and the name of the default one or None."""
        names = [name for name, _ in self.items("SUBCOMMANDS")]
        default = next((name.split()[0] for name in names if name.endswith("(default)")), None)
        return [name.split()[0] for name in names], default


def help_of(binary, *words):
    # So wide that no text of an item is broken within a word.
    environment = {**os.environ, "COLUMNS": "120"}
    shown = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=True, env=environment)
    return Help(shown.stdout)


def escaped(text):
    """The text as roff shows it: no letter is a command, and a hyphen is one that can be searched for."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def emphasised(name):
    """An item's name with its options bold and its values in italics."""
    parts = re.split(r"(<.*?>)", name)
    return "".join(f"\\fI{escaped(part)}\\fR" if part.startswith("<") else f"\\fB{escaped(part)}\\fR" for part in parts if part)


def options(commands):
    """The arguments and options, under the headings that the help has for them. A list that several commands have
    comes once, without a command's name."""
    lists = {}
    for command, shown in commands.items():
        for title in shown.sections:
            items = tuple((name, text) for name, text in shown.items(title) if name not in ("--version", "-h, --help"))
            if title != "SUBCOMMANDS" and items:
                lists.setdefault((title, items), []).append(command)
    for (title, items), owners in lists.items():
        words = re.sub(r"\b(api|tls)", lambda match: match[0].upper(), title.capitalize(), flags=re.I)
        yield f".SS {escaped(words if len(owners) > 4 else ', '.join(owners) + ': ' + words)}"
        for name, text in items:
            yield ".TP"
            yield emphasised(name)
            yield escaped(text)


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


def tree(binary):
    """The help of each command and of each of its subcommands, by the words that call it."""
    names, _ = help_of(binary, "help").commands()
    for name in names:
        shown = help_of(binary, name)
        yield name, shown
        for inner in shown.commands()[0]:
            yield f"{name} {inner}", help_of(binary, name, inner)


def page(binary):
    program = os.path.basename(binary)
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    root = help_of(binary, "help")
    _, default = root.commands()
    commands = dict(tree(binary))
    yield f'.TH {escaped(program.upper())} 1 "" "{escaped(program)} {escaped(version)}" "User Commands"'
    yield ".SH NAME"
    yield f"{escaped(program)} \\- {escaped(root.abstract.rstrip('.'))}"
    yield ".SH SYNOPSIS"
    for name in commands:
        places = " ".join(place for place, _ in commands[name].items("ARGUMENTS"))
        yield f".B {escaped(program)} {escaped(f'[{name}]' if name == default else name)}"
        yield f"[\\fIoptions\\fR] {emphasised(places)}".rstrip()
        yield ".br"
    yield ".SH COMMANDS"
    for name, shown in commands.items():
        yield ".TP"
        yield f"\\fB{escaped(name)}\\fR"
        yield escaped(shown.abstract)
    yield ".SH OPTIONS"
    yield from options(commands)
    yield ".SH DESCRIPTION"
    yield from paragraphs(commands[default].discussion)


def main():
    print("\n".join(page(sys.argv[1])))


if __name__ == "__main__":
    main()
