// The seven symbols of FoundationEssentials that swift-argument-parser needs, so that the linker takes nothing of that
// library: a fifth of the program, and a twentieth of its start (`make static`). They serve one thing, JSON of the
// options for --experimental-dump-help, which a release build refuses. A debug build has the real ones.
#ifdef STAND_INS
#include <unistd.h>

__attribute__((noreturn)) void foundation_stand_in_refuse(void) {
    static const char text[] =
        "apigatewayv2-local: a release build does not describe its options as JSON: see --help, or make a debug build\n";
    (void)!write(2, text, sizeof text - 1);
    _exit(64);
}

#define REFUSED(name, symbol) void name(void) __asm__(symbol) __attribute__((alias("foundation_stand_in_refuse")))
REFUSED(encoder_metadata, "$s20FoundationEssentials11JSONEncoderCMa");
REFUSED(encoder_init, "$s20FoundationEssentials11JSONEncoderCACycfc");
REFUSED(encoder_pretty, "$s20FoundationEssentials11JSONEncoderC16OutputFormattingV13prettyPrintedAEvau");
REFUSED(encoder_sorted, "$s20FoundationEssentials11JSONEncoderC16OutputFormattingV10sortedKeysAEvau");
REFUSED(string_from_data, "$sSS20FoundationEssentialsE4data8encodingSSSgAA4DataVh_SSAAE8EncodingVtcfC");
REFUSED(string_utf8, "$sSS20FoundationEssentialsE8EncodingV4utf8ACvau");

// The descriptor of the protocol LocalizedError, in the form of TargetProtocolDescriptor (include/swift/ABI/Metadata.h
// of the toolchain): a unique protocol without class constraint and without requirements. No error of the program
// conforms to it, so that `as? LocalizedError` finds nothing, as it would with the real one.
__asm__(
    ".section .rodata\n"
    ".p2align 2\n"
    "foundation_stand_in_module: .long 0, 0, foundation_stand_in_module_name - .\n"
    "foundation_stand_in_module_name: .asciz \"FoundationEssentials\"\n"
    ".p2align 2\n"
    ".globl \"$s20FoundationEssentials14LocalizedErrorMp\"\n"
    "\"$s20FoundationEssentials14LocalizedErrorMp\":\n"
    ".long 0x00010043\n"
    ".long foundation_stand_in_module - .\n"
    ".long foundation_stand_in_name - .\n"
    ".long 0, 0, 0\n"
    "foundation_stand_in_name: .asciz \"LocalizedError\"\n"
    ".text\n");
#endif
