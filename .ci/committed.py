"""What must never be committed: secrets, paths of one person's machine, addresses of hosts that nobody agreed to.

`python3 .ci/committed.py` looks through every file that git holds.
"""

import re
import subprocess
import sys
from pathlib import Path

# Hosts that files may name: standards, licences, the project's tools, an issuer of a recipe, and names that lead nowhere by RFC 2606.
HOSTS = re.compile(
    r"(.+\.)?example(\.(com|net|org|cn))?|localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0|github\.com|"
    r"(www\.)?(apache|w3|rfc-editor|spdx|ietf|rust-lang|graphql|relay|semver|keepachangelog|unicode)\.(org|com|dev)|"
    r"(spec|doc|datatracker)\.(graphql|rust-lang|ietf)\.org|json-schema\.org|login\.partner\.microsoftonline\.cn|opencollective\.com|(www\.)?stats\.gov\.cn"
)
# Where the only keys are: made for the tests, worth nothing elsewhere.
TESTS = re.compile(r"(^|/)(testdata|tests)(/|\.rs$)")

URL = re.compile(r"\b(?:https?|wss?|git|ssh)://(?:[^\s/@'\"]*@)?(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)")
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\"d\"\s*:\s*\"[A-Za-z0-9_-]{40,}\""),
    "a token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"),
    "a cloud key": re.compile(r"\b(AKIA|ASIA|LTAI)[0-9A-Za-z]{16,}\b|\bgh[opsu]_[A-Za-z0-9]{30,}"),
    "a password in an address": re.compile(r"\b(postgres(ql)?|redis|rediss|amqp)://[^\s:/@'\"]*:(?!secret@|\$|\{)[^\s:/@'\"]{3,}@"),
}
MACHINE = re.compile(r"(?<![\w.-])/(work|root|Users|home)/[\w.-]")
NEVER = re.compile(r"(^|/)(\.env(\..+)?|.*\.(sqlite|sqlite-wal|sqlite-shm|pem|p12|key)|(signing|sealing)-keys?\.json)$")

files = subprocess.run(["git", "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
faults = []
for name in filter(None, files):
    path = Path(name)
    if NEVER.search(name) and not name.endswith(".env.example") and not TESTS.search(name):
        faults.append(f"{name}: a file of this kind is not committed")
    if path.is_symlink() or not path.is_file():
        continue
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{name}:{number}"
        for what, pattern in SECRETS.items():
            if pattern.search(line) and not TESTS.search(name):
                faults.append(f"{place}: looks like {what}")
        if MACHINE.search(line):
            faults.append(f"{place}: a path of one machine")
        faults += [f"{place}: names the host {host}" for host in URL.findall(line) if not HOSTS.fullmatch(host.lower())]
if faults:
    sys.exit("\n".join(faults))
print(f"{len(files) - 1} files: no secret, no path of one machine, no host outside the allowed ones")
