/// Templates without variables of the service. The outputs were made by Apache Velocity 1.7.

import JSON
import Testing
import VTL

struct TemplateTests {
    @Test(arguments: [
        ("$a $!a ${a} $!{a}", "$a  ${a} "),
        ("#set($a = 1)\\$a \\\\$a \\\\\\$a \\$z \\\\$z", "$a \\1 \\$a \\$z \\\\$z"),
        ("x\n  #set($a=1)\n  $a", "x\n    1"),
        ("#set($a=1)\n  #set($b=2)\n  $b$a", "  21"),
        ("#if(true)\n yes\n#else\n no\n#end\nafter", " yes\nafter"),
        ("#if(0)a#elseif('x')b#elseif([])c#else d#end", " d"),
        ("#foreach($i in [3..1])$i#if($i==2)#break#end,#end done", "3,2 done"),
        ("#foreach($i in {'a':1,'b':2})$i$foreach.count#if($foreach.hasNext),#end#end$i", "11,22$i"),
        (
            "#set($m={'b':1,'a':[1,'x',2.5,true]})$m $m.a[1] $m.a[-1] $m.get('b')",
            "{b=1, a=[1, x, 2.5, true]} x true 1"
        ),
        ("#set($a=7/2)$a #set($b=7.0/2)$b#set($c=-7%3)$c#set($d=1/0)$d", "33.5-1$d"),
        ("#set($a=1e10)$a|#set($b=0.0001)$b|#set($c=100.0)$c", "1.0E10|1.0E-4|100.0"),
        ("#set($s=\"a\"\"b\")$s#set($t='it''s $s')$t", "a\"bit's $s"),
        ("#set($s='a,b,,c,,')$s.split(',').size() $s.replaceAll('([ab])','<$1>')", "4 <a>,<b>,,c,,"),
        ("a ## comment\nb #* c *#d #[[$raw #if]]#", "a b d $raw #if"),
        ("#if(1 < 2 && !($x == 3))a#end#if('1' == 1)b#end#if($x == $y)c#end", "abc"),
        ("#unknown(1) #1 #word", "#unknown(1) #1 #word"),
        ("a#stop b", "a"),
    ])
    func `a template gives the output of Velocity`(text: String, output: String) throws {
        #expect(try Template(parsing: text).render(with: [:]) == output)
    }

    @Test(arguments: [
        ("#if(true)", "1:1: #end of this #if is missing"),
        ("x\n#end", "2:5: #end without #if or #foreach before it"),
        ("#set($a)", "1:8: #set expects = behind the reference"),
        ("#set($a = 5 -3)", "1:13: #set expects ) or an operator here, found -3)"),
        ("é $a[", "1:6: a value is expected here, found the end of the template"),
        ("${a", "1:4: } of ${a is missing, found the end of the template"),
        ("#set($a = 'x)", "1:11: the end of this string is missing"),
        ("#* x", "1:1: *# of this comment is missing"),
        ("#parse('x')", "1:1: #parse is not part of mapping templates"),
        ("#set($a = 99999999999999999999)", "1:11: the number 99999999999999999999 is beyond 64 bits"),
    ])
    func `a mistake is told with its place`(text: String, problem: String) {
        let error = #expect(throws: TemplateProblem.self) { try Template(parsing: text) }
        #expect(error?.description == problem)
    }

    @Test func `a template of nested parts is refused past the bound`() throws {
        let limits = TemplateLimits()
        func nested(_ depth: Int) -> String {
            String(repeating: "#if(true)", count: depth) + "x" + String(repeating: "#end", count: depth)
        }

        // The condition of the innermost `#if` is a level too.
        let deepest = try Template(parsing: nested(limits.depthMax - 1)).render(with: [:])
        let error = #expect(throws: TemplateProblem.self) { try Template(parsing: nested(limits.depthMax)) }

        #expect(deepest == "x")
        #expect(error?.message == "more than 64 levels of nesting")
    }

    @Test func `a loop and a range have at most a thousand passes`() throws {
        let whole = try Template(parsing: "#foreach($i in [1..1000])x#end").render(with: [:])
        let list = ListValue((0...1000).map { .integer($0) })
        let template = try Template(parsing: "#foreach($i in $l)x#end")
        let error = #expect(throws: TemplateProblem.self) { try template.render(with: ["l": .list(list)]) }

        #expect(whole.utf8.count == 1000)
        #expect(error?.description == "1:1: #foreach has more than 1000 passes")
    }

    @Test func `steps and output are bounded`() throws {
        var limits = TemplateLimits()
        limits.stepsMax = 40
        limits.outputBytesMax = 30
        let loops = try Template(
            parsing: "#foreach($i in [1..9])#foreach($j in [1..9])#end#end", limits: limits)
        let long = try Template(parsing: "#foreach($i in [1..4])1234567890#end", limits: limits)
        let exact = try Template(parsing: "#foreach($i in [1..3])1234567890#end", limits: limits)
        let doubling = try Template(
            parsing: "#set($s='12345678')#foreach($i in [1..9])#set($s=$s+$s)#end", limits: limits)

        let tooManySteps = #expect(throws: TemplateProblem.self) {
            try loops.render(with: [:])
        }
        let tooLong = #expect(throws: TemplateProblem.self) { try long.render(with: [:]) }
        let tooLongText = #expect(throws: TemplateProblem.self) {
            try doubling.render(with: [:])
        }

        #expect(try exact.render(with: [:]).utf8.count == 30)
        #expect(tooManySteps?.message == "the template takes more than 40 steps")
        #expect(tooLong?.message == "the output is longer than 30 bytes")
        #expect(tooLongText?.message == "a text is longer than 30 bytes")
    }

    @Test(arguments: [
        "#set($l=[])$!l.add($l)$l",
        "#set($m={})#set($m.m=$m)$m",
        "#set($l=[])#set($k=[])$!l.add($k)$!k.add($l)$l",
    ])
    func `a list that holds itself has no text`(text: String) throws {
        let error = #expect(throws: TemplateProblem.self) { try Template(parsing: text).render(with: [:]) }

        #expect(error?.message == "a text is longer than 10485760 bytes, or too deep")
    }

    @Test func `a long chain of lists is freed, and so is a list in itself`() throws {
        let inner = "#foreach($j in [1..30])#set($l=[$l])#end"
        let chain = try Template(parsing: "#set($l=[])#foreach($i in [1..900])\(inner)#end")
        let held = ListValue()
        weak var freed: MapValue?
        do {
            let map = MapValue()
            map[.string("list")] = .list(held)
            freed = map
            _ = try Template(parsing: "$!m.put('m', $m)").render(with: ["m": .map(map)])
        }

        #expect(try chain.render(with: [:]) == "")
        #expect(freed == nil)
    }

    @Test(arguments: [
        "#set($a = 'x')$a.repeat(9223372036854775807)", "#set($a = 'x')$a.charAt(9223372036854775807)",
        "#foreach($i in [-9223372036854775807..9223372036854775807])x#end",
        "#set($a = 'x')$a.substring(9223372036854775807)",
        "#set($a = 'x')$a.substring(-9223372036854775807, 1)",
        "#set($l = [1])$l[-9223372036854775807]", "#set($l = [1])$l.get(9223372036854775807)",
        "#set($l = [1])$l.subList(0, 9223372036854775807)", "#set($a = 9223372036854775807 * 2)",
    ])
    func `the largest numbers are refused and stop nothing`(text: String) throws {
        let template = try Template(parsing: text)

        #expect(throws: TemplateProblem.self) { try template.render(with: [:]) }
    }

    @Test func `a search from behind the end finds nothing`() throws {
        let template = try Template(parsing: "#set($a = 'x')$a.indexOf('x', 9223372036854775807)")

        #expect(try template.render(with: [:]) == "-1")
    }

    @Test func `a regular expression that goes back and forth without end fails`() throws {
        let template = try Template(parsing: "$s.matches('(a+)+[bc]')")
        let text = String(repeating: "a", count: 40)

        let error = #expect(throws: TemplateProblem.self) { try template.render(with: ["s": .string(text)]) }

        #expect(error?.message == "matches(…): the regular expression takes too many steps")
    }

    @Test(arguments: ["matches('(a|b)*c')", "replaceAll('(a|b)*c', 'x')", "split('(a|b)*c')"])
    func `a regular expression matches at the bound of steps and fails below`(call: String) throws {
        func output(_ stepsMax: Int) throws(TemplateProblem) -> String {
            var limits = TemplateLimits()
            limits.matchStepsMax = stepsMax
            let text = String(repeating: "ab", count: 20) + "c"
            return try Template(parsing: "$s.\(call)", limits: limits).render(with: ["s": .string(text)])
        }
        let usual = try output(TemplateLimits().matchStepsMax)

        // The number of steps is the library's. Some number is the least that suffices.
        func suffices(_ stepsMax: Int) -> Bool {
            do throws(TemplateProblem) {
                return try output(stepsMax) == usual
            } catch {
                return false
            }
        }
        let least = try #require((1...1_000).first(where: suffices))

        #expect(least > 1)
        let error = #expect(throws: TemplateProblem.self) { try output(least - 1) }
        #expect(error?.message.hasSuffix("the regular expression takes too many steps") == true)
    }

    @Test func `a pattern does not match past its bound of steps`() throws {
        let text = String(repeating: "ab", count: 20) + "c"

        #expect(try TextPattern("(a|b)*c", stepsMax: 1_000).matches(whole: text))
        #expect(try !TextPattern("(a|b)*c", stepsMax: 1).matches(whole: text))
    }
}
