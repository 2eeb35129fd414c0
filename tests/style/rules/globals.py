# SPDX-License-Identifier: GPL-2.0-or-later
"""No mutable variables at file scope, except next to a program's main().

A test's function may have a large static buffer.
"""
import re

# A BPF program has its maps and constants there, the only place that the verifier allows.
PACKET_PATH = re.compile(r"^bpf/|\.bpf\.c$")
A_PROGRAM = re.compile(r"^int main\(", re.M)
TESTS = ("tests/", "bench/")
NO_VARIABLE = re.compile(
    r"typedef\b|extern\b|_?[sS]tatic_assert\b|(struct|union|enum)\s*\w*\s*(\{\})?\s*$")


def declarations(code):
    """Yields (line, text) of what is outside functions; bodies of types are "{}"."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), code,
                  flags=re.M)
    depth = 0
    chunk = ""
    line = begun = 1
    for letter in code:
        if letter == "\n":
            line += 1
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                is_function = "=" not in chunk and chunk.rstrip().endswith(")")
                chunk = "" if is_function else chunk + "{}"
        elif depth == 0 and letter == ";":
            yield begun, " ".join(chunk.split())
            chunk = ""
        elif depth == 0:
            if not chunk.strip():
                begun = line
                chunk = ""
            chunk += letter


def static_locals(code):
    """Yields (line, text) of static variables inside functions."""
    for match in re.finditer(r"^[ \t]+static\s+([^;={(]+)[;=]", code, flags=re.M):
        yield code.count("\n", 0, match.start()) + 1, " ".join(match[1].split())


def is_mutable(declaration):
    """Whether it declares a mutable variable."""
    declaration = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", declaration).strip()
    if not declaration or NO_VARIABLE.match(declaration):
        return False
    declared = declaration.split("=")[0]
    if re.match(r"[^(]*\((?!\s*\*)", declared):
        return False  # a function
    after_star = declared.rsplit("*", 1)[-1]
    return not re.search(r"\bconst\b", after_star)


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        code = tree.code(name)
        if PACKET_PATH.search(name) or A_PROGRAM.search(code):
            continue
        places = [] if name.startswith(TESTS) else static_locals(code)
        for line, declaration in [*declarations(code), *places]:
            if is_mutable(declaration):
                variable = declaration.split("=")[0].strip()
                yield name, line, f"a variable outlives its function: {variable}"
