#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One version in every place: CMakeLists.txt's is compared with the header's, the change log's newest, the citation's and
the vcpkg port's, whose manifest is held to the form that a registry asks for. Prints the version."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
MANIFEST = {"name", "version-semver", "description", "license", "supports", "dependencies", "default-features", "features"}
WITHOUT_FEATURE = {"core", "native", "thrust"}    # core is always there, native is the cpu's, no port has Thrust 3


def found(path, pattern):
    match = re.search(pattern, (ROOT / path).read_text(encoding="utf-8"), re.M)
    if not match:
        raise SystemExit(f"versions.py: {path} has no match for {pattern}")
    return match.group(1)


def header():
    return ".".join(found("include/contrastive/version.hpp", rf"define CONTRASTIVE_VERSION_{part} (\d+)")
                    for part in ("MAJOR", "MINOR", "PATCH"))


def names_of(dependencies):
    return [entry if isinstance(entry, str) else entry["name"] for entry in dependencies]


def manifest_errors(manifest):
    """What vcpkg's schema would refuse in this manifest, and components that it forgot."""
    features = manifest.get("features", {})
    if unknown := set(manifest) - MANIFEST:
        yield f"fields {sorted(unknown)}, which this check does not know"
    names = [manifest["name"], *features, *names_of(manifest["dependencies"])]
    for feature, body in features.items():
        if set(body) - {"description", "dependencies", "supports"} or not body.get("description"):
            yield f"feature {feature} wants a description and dependencies, nothing else"
        names += names_of(body.get("dependencies", []))
    yield from (f"'{name}' is no name of vcpkg's: lower case, digits and single hyphens" for name in names
                if not NAME.match(name))
    yield from (f"default feature {name} does not exist" for name in manifest["default-features"] if name not in features)
    components = set(found("cmake/ContrastiveDependencies.cmake", r'contrastive_all_components "(.+)"').split(", "))
    if components - WITHOUT_FEATURE != set(features):
        yield f"features {sorted(features)}, but the components are {sorted(components - WITHOUT_FEATURE)}"


def main():
    version = found("CMakeLists.txt", r"project\(contrastive VERSION ([\d.]+)")
    manifest = json.loads((ROOT / "packaging/vcpkg/contrastive/vcpkg.json").read_text(encoding="utf-8"))
    others = {
        "include/contrastive/version.hpp": header(),
        "include/contrastive/version.hpp's string": found("include/contrastive/version.hpp", r'VERSION_STRING "(.+)"'),
        "CHANGELOG.md": found("CHANGELOG.md", r"^## (\d+\.\d+\.\d+)"),
        "CITATION.cff": found("CITATION.cff", r"^version: (.+)$"),
        "packaging/vcpkg/contrastive/vcpkg.json": manifest["version-semver"],
    }
    errors = [f"{place} says {other}, CMakeLists.txt {version}" for place, other in others.items() if other != version]
    errors += [f"vcpkg.json: {error}" for error in manifest_errors(manifest)]
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    print(version)
    return 1 if errors else 0


sys.exit(main())
