"""Every dependency's licence must be one that deny.toml allows: `python3 .ci/licences.py`.

`cargo deny check` says the same and more; this needs nothing but cargo and Python.
"""

import json
import re
import subprocess
import sys
import tomllib

with open("deny.toml", "rb") as file:
    rules = tomllib.load(file)
allowed = set(rules["licenses"]["allow"])
exceptions = {entry["crate"]: set(entry["allow"]) for entry in rules["licenses"].get("exceptions", [])}
targets = [f"--filter-platform={target}" for target in rules["graph"]["targets"]]

command = ["cargo", "metadata", "--locked", "--format-version", "1", *targets]
metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def granted(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression leaves a choice that is allowed: names become True or False, AND and OR stay."""
    expression = expression.replace("/", " OR ")
    words = re.findall(r"\(|\)|[^\s()]+(?:\s+WITH\s+[^\s()]+)?", expression)
    # "MPL-2.0+" leaves the choice of 2.0.
    answers = {word: str(word.removesuffix("+") in allowed) for word in words}
    python = " ".join((answers | {"AND": "and", "OR": "or", "(": "(", ")": ")"})[word] for word in words)
    return bool(python) and bool(eval(python, {"__builtins__": {}}))


resolved = {node["id"] for node in metadata["resolve"]["nodes"]}
packages = [package for package in metadata["packages"] if package["id"] in resolved]
faults = []
for package in packages:
    name, version, source = package["name"], package["version"], package["source"]
    licence = package["license"] or ""
    if not granted(licence, allowed | exceptions.get(name, set())):
        faults.append(f"{name} {version}: {licence or 'no licence'} is not allowed")
    if source is not None and not source.startswith("registry+"):
        faults.append(f"{name} {version}: comes from {source}, not from the registry")
if faults:
    sys.exit("\n".join(faults))
print(f"{len(packages)} packages, every licence allowed by deny.toml, every one from the registry or this workspace")
