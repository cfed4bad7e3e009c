"""Templates made at random from a seed: texts, references, directives, expressions and white space in every order."""

TEXTS = [" a", " ", "\n", "  ", "\t", "{", "}", '"', "#1", " x-y", ": ", ",", "(", ")", "[", "]", "\\ ", " é", "."]
NAMES = ["n", "s", "l", "m", "b", "d", "u"]
STRINGS = ["'q'", "''", '"t"', '"$s!"', '"${n}x$u"', "'$s'", '"a""b"', "'it''s'", '"#if($b)y#end"', '"\\u0041"']
SETUP = "#set($n=3)#set($s='Hello, a,b')#set($l=[1,'x',[2]])#set($m={'k':'v','n':{'z':1}})#set($b=true)#set($d=2.5)"
STRING_CALLS = [
    ".length()", ".substring(1)", ".substring(1, 3)", ".indexOf('l')", ".toUpperCase()", ".split(',').size()",
    ".replace('l', 'LL')", ".replaceAll('[a-l]', '<$0>')", ".contains('ell')", ".matches('H.*')", ".trim()",
    ".startsWith('He')", ".equals('q')", ".hashCode()", ".lastIndexOf('l')", ".charAt(0)", ".isEmpty()", ".nosuch",
]
LIST_CALLS = [".size()", ".get(0)", "[1]", ".contains('x')", ".isEmpty()", "[-1]", "[2][0]", ".indexOf('x')", ".empty"]
MAP_CALLS = [
    ".k", ".n.z", "['k']", ".get('k')", ".size()", ".keySet()", ".containsKey('k')", ".nosuch", ".n", ".entrySet()",
    ".values()", ".getOrDefault('q', 1)",
]
OPERATORS = ["+", " + ", " - ", "*", " / ", " % ", "==", " != ", "<", " >= ", "&&", " || ", " and ", " eq ", " lt "]


class Generator:
    def __init__(self, random):
        self.random = random

    def template(self):
        return SETUP + self.block(3)

    def block(self, depth):
        return "".join(self.part(depth) for _ in range(self.random.randint(1, 6)))

    def part(self, depth):
        choice = self.random.randrange(12)
        if choice < 4 or depth == 0:
            return self.random.choice(TEXTS)
        if choice < 7:
            return "\\" * self.random.choice([0, 0, 0, 1, 2]) + self.reference()
        if choice == 7:
            return self.spaced("#set(") + f"${self.random.choice(NAMES + ['new'])} = {self.expression(2)})" + self.space()
        if choice == 8:
            return self.condition(depth)
        if choice == 9:
            return self.loop(depth)
        if choice == 10:
            return self.random.choice([" ## comment\n", "#* c *#", "#[[ $raw #if ]]#", "#unknown", "#word($n)", "#{else"])
        return self.random.choice(["#break", "#stop"]) if self.random.random() < 0.1 else self.space()

    def space(self):
        return self.random.choice(["", "", " ", "\n", "  \n", "\n\n", " \t"])

    def spaced(self, text):
        return self.space() + text

    def condition(self, depth):
        middle = ""
        if self.random.random() < 0.3:
            middle += f"#elseif({self.expression(1)}){self.block(depth - 1)}"
        if self.random.random() < 0.5:
            middle += self.random.choice(["#else", "#{else}"]) + self.space() + self.block(depth - 1)
        return f"#if({self.expression(2)}){self.space()}{self.block(depth - 1)}{middle}#end{self.space()}"

    def loop(self, depth):
        values = self.random.choice(["[1..3]", "[3..1]", "$l", "$m", "[1,'q']", "$m.keySet()", "$u", "{'a':1}", "[]"])
        inner = self.random.choice(["$i", "$foreach.index", "#if($foreach.hasNext),#end", "$velocityCount", ""])
        return f"#foreach($i in {values}){self.space()}{inner}{self.block(depth - 1)}#end{self.space()}"

    def reference(self):
        name = self.random.choice(NAMES)
        calls = {"s": STRING_CALLS, "l": LIST_CALLS, "m": MAP_CALLS}.get(name, [".x", ".y()", ""])
        body = name + (self.random.choice(calls) if self.random.random() < 0.6 else "")
        sign = self.random.choice(["$", "$!"])
        return sign + (f"{{{body}}}" if self.random.random() < 0.4 else body)

    def expression(self, depth):
        choice = self.random.randrange(8)
        if depth == 0 or choice < 3:
            return self.operand()
        if choice < 6:
            return self.expression(depth - 1) + self.random.choice(OPERATORS) + self.expression(depth - 1)
        if choice == 6:
            return f"({self.expression(depth - 1)})"
        return self.random.choice(["!", "! ", "not "]) + self.operand()

    def operand(self):
        choice = self.random.randrange(7)
        if choice < 3:
            return self.reference()
        if choice == 3:
            return self.random.choice(STRINGS)
        if choice == 4:
            return self.random.choice(["0", "1", "-2", "3", "2.5", "1.0", "100", "1e3", ".5"])
        if choice == 5:
            return self.random.choice(["[1, 2]", "['a']", "{'k' : 1}", "[]", "{}", "[1..2]"])
        return self.random.choice(["true", "false"])
