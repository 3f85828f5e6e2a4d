#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The public names: what include/contrastive declares at contrastive:: itself.

  names.py                 every name by room, with the first sentence of its ///; fails on a name that has none
  names.py --bare          only the names that have none, and where they stand
  names.py --page FILE     also writes the list as Markdown
  names.py --check FILE    also fails where FILE is not that list

A name is a type, concept, alias, variable or function; one of its declarations carries the ///. Operators, deduction
guides and specializations have no names of their own. What stands in a namespace below (detail, function, testing, …) is
not judged. A declaration that this program cannot read is an error: it says where.
"""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "include" / "contrastive"
TOKEN = re.compile(r"""
    (?P<doc>///[^\n]*) | (?P<comment>//[^\n]*|/\*.*?\*/) | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
  | (?P<word>[A-Za-z_]\w*) | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+')
  | (?P<number>\d(?:[\w.]|'\d)*) | (?P<mark>::|->|&&|\|\||[<>=!]=|\.\.\.|\[\[|\]\]|[^\s\w])""", re.X | re.S | re.M)
CLOSING = {"(": ")", "{": "}", "[": "]", "[[": "]]", "<": ">"}


class CannotRead(Exception):
    pass


class Token(str):
    """A token with its line, and the /// lines right above it."""

    def __new__(cls, text, kind, line, docs):
        token = super().__new__(cls, text)
        token.kind, token.line, token.docs = kind, line, docs
        return token


def tokens_of(text):
    found, docs, doc_end, line, at = [], [], -1, 1, 0
    for m in TOKEN.finditer(text):
        line += text.count("\n", at, m.start())
        at = m.start()
        if m.lastgroup == "doc":
            docs = docs + [m[0][3:].strip()] if doc_end == line - 1 else [m[0][3:].strip()]
            doc_end = line
        elif m.lastgroup not in ("comment", "directive"):
            found.append(Token(m[0], m.lastgroup, line, docs if docs and doc_end == line - 1 else []))
            docs = []
    return found


class Header:
    """Walks the declarations of one header; `found` takes (name, kind, line, docs)."""

    def __init__(self, path):
        self.t, self.i, self.found = tokens_of(path.read_text(encoding="utf-8")), 0, []
        self.scope(public=False, until=None)

    def peek(self, ahead=0):
        return self.t[self.i + ahead] if self.i + ahead < len(self.t) else Token("", "end", -1, [])

    def next(self):
        token = self.peek()
        if token.kind == "end":
            raise CannotRead("its braces do not match")
        self.i += 1
        return token

    def skip(self, opening):
        """From an opening mark to behind the closing one."""
        closing = CLOSING[opening]
        while (token := self.next()) != closing:
            if token in CLOSING and not (token == "<" and opening != "<"):
                self.skip(token)

    def balanced(self, end):
        """To behind the first of `end` outside of all brackets; which it was."""
        while (token := self.next()) not in end:
            if token in ("(", "{", "[", "[["):
                self.skip(token)
        return token

    def scope(self, public, until):
        while self.peek() != (until or ""):
            self.declaration(public)
        if until:
            self.next()

    def declaration(self, public):
        start, self.docs = self.peek(), self.peek().docs
        if start == ";":
            self.next()
        elif start == "namespace" or (start == "inline" and self.peek(1) == "namespace"):
            self.namespace(public)
        elif not public:
            self.outside()
        else:
            self.templates()
            self.named(start)

    def outside(self):
        """Something in a namespace whose names are not judged."""
        if (token := self.next()) in ("{", "(", "[", "[["):
            self.skip(token)

    def namespace(self, public):
        inline = self.next() == "inline" and self.next()
        path = []
        while self.peek() not in ("{", "=", ";"):
            path.append(self.next())
        if self.next() != "{":
            self.balanced(";") if self.t[self.i - 1] == "=" else None
            return
        names = [p for p in path if p not in ("::", "inline", "CONTRASTIVE_TARGET")]
        self.scope(bool(inline and public) or (names == ["contrastive"] if not public else not names), "}")

    def templates(self):
        while self.peek() == "template":
            self.next()
            if self.next() != "<":
                raise CannotRead("an explicit instantiation")
            self.skip("<")
            if self.peek() == "requires":
                self.next()
                self.constraint()

    def constraint(self):
        """Primary expressions with && and || between them."""
        while True:
            if self.peek() == "!":
                self.next()
            if (token := self.next()) == "(":
                self.skip("(")
            elif token == "requires":
                if self.peek() == "(":
                    self.next(), self.skip("(")
                self.next(), self.skip("{")
            else:
                while self.peek() == "::":
                    self.next(), self.next()
                if self.peek() == "<":
                    self.next(), self.skip("<")
                    while self.peek() == "::":
                        self.next(), self.next()
            if self.peek() not in ("&&", "||"):
                return
            self.next()

    def attributes(self):
        while self.peek() in ("[[", "alignas"):
            if self.next() == "alignas":
                self.next(), self.skip("(")
            else:
                self.skip("[[")

    def add(self, name, kind):
        self.found.append((str(name), kind, name.line, self.docs))

    def named(self, start):
        self.attributes()
        word = self.peek()
        if word in ("struct", "class", "union", "enum"):
            self.type_()
        elif word in ("using", "concept"):
            self.next()
            name = self.next()
            if self.balanced(("=", ";")) == "=":
                self.add(name, "concept" if word == "concept" else "alias")
                self.balanced(";")
        elif word == "static_assert":
            self.balanced(";")
        elif word == "CONTRASTIVE_KERNEL":
            self.next(), self.next()
            self.add(self.peek(), "kernel")
            self.skip("(")
        else:
            self.function_or_variable(start)

    def type_(self):
        kind = self.next()
        if self.peek() in ("class", "struct"):
            self.next()
        self.attributes()
        name = self.next()
        if name.kind != "word":
            raise CannotRead("a type without a name")
        if self.peek() != "<":
            forward = self.peek() == ";"
            self.add(name, "forward" if forward else "enumeration" if kind == "enum" else "type")
        self.balanced(";")

    def function_or_variable(self, start):
        name, is_special = None, False
        while True:
            token = self.next()
            if token == "operator":
                self.skip_operator()
                return
            if token in ("decltype", "alignas", "__attribute__") and self.peek() == "(":
                self.next(), self.skip("(")
            elif token == "[[":
                self.skip("[[")
            elif token == "<":
                self.skip("<")
                is_special = True
            elif token.kind == "word" or token in ("::", "*", "&", "&&", "..."):
                if token.kind == "word":
                    name, is_special = token, False
            elif token in ("(", "=", "{", ";", "["):
                break
            else:
                raise CannotRead(f"'{token}' after '{start}'")
        if name is None:
            raise CannotRead(f"a declaration that begins with '{start}'")
        if token == "(":
            self.skip("(")
            if self.peek() == "->" and self.t[self.i - 1] == ")" and start in (name, "explicit"):
                self.balanced(";")    # a deduction guide
                return
            if not is_special:
                self.add(name, "function")
            if self.balanced(("{", ";")) == "{":
                self.skip("{")
            return
        if not is_special:
            self.add(name, "variable")
        if token in ("{", "["):
            self.skip(token)
        if token != ";":
            self.balanced(";")

    def skip_operator(self):
        while self.peek() != "(":
            self.next()
        self.next(), self.skip("(")
        if self.peek() == "(":
            self.next(), self.skip("(")
        if self.balanced(("{", ";")) == "{":
            self.skip("{")


def first_sentence(docs):
    text = " ".join(line for line in docs if line)
    return re.split(r"(?<=[.!?:])\s", text + " ", maxsplit=1)[0].rstrip(" :")


def public_names():
    """room -> name -> (kind, header, line, docs), and what could not be read."""
    rooms, wrong = collections.defaultdict(dict), []
    for path in sorted(ROOT.rglob("*.hpp")):
        try:
            found = Header(path).found
        except CannotRead as reason:
            wrong.append(f"{path.relative_to(ROOT)}: tools/names.py cannot read {reason}")
            continue
        for name, kind, line, docs in found:
            room = path.parent.relative_to(ROOT).as_posix()
            known = rooms[room].get(name)
            if kind == "forward" and not docs:
                continue
            if known is None or (docs and not known[3]):
                rooms[room][name] = kind, path.relative_to(ROOT), line, docs
    return rooms, wrong


def page(rooms):
    out = ["# Names", "", "Every name at `contrastive::`, by room, with the first sentence of its documentation; the rest "
           "stands in the header.", "Made by `tools/names.py --page docs/names.md`."]
    for room, names in sorted(rooms.items()):
        out += ["", f"## {room}", "", "| name | |", "|---|---|"]
        for name, (_, header, _, docs) in sorted(names.items()):
            link = f"../include/contrastive/{header.as_posix()}"
            out.append(f"| [`{name}`]({link}) | {first_sentence(docs).replace('|', '&#124;')} |")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--page", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE")
    asked = parser.parse_args()

    rooms, wrong = public_names()
    for room, names in sorted(rooms.items()):
        bare = [name for name, (_, _, _, docs) in names.items() if not docs]
        print(f"{room}: {len(names)} names" + (f", {len(bare)} without ///" if bare else ""))
        for name, (kind, header, line, docs) in sorted(names.items()):
            if not docs:
                wrong.append(f"{header}:{line}: {kind} {name} is public and has no ///: say what it is, or put it into "
                             "contrastive::detail")
            elif not asked.bare:
                print(f"  {name:<30}{first_sentence(docs)}")
    print(f"{sum(len(names) for names in rooms.values())} names")
    if asked.page:
        asked.page.write_text(page(rooms), encoding="utf-8")
    if asked.check and (not asked.check.exists() or asked.check.read_text(encoding="utf-8") != page(rooms)):
        wrong.append(f"{asked.check} is another list: tools/names.py --page {asked.check}")
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
