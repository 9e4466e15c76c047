"""The interface under requests that are made from its own document, by schemathesis: with a key of each scope, one of
all, one of a unit, and none. A server error, a status, type or body that the document does not name is a fault.

Runs on the engine whose URL FIVEPOINT_DATABASE_URL is, which is to be empty.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

PROGRAM = os.environ["FIVEPOINT_BIN"]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SECRET = "a secret for tests, long enough for the program"
SURVEY = """
title = "满意度调查"
programme = "托养服务"
year = 2022
organiser = "残联"
contact = "电话 0871"
purpose = "想听听您的意见。"
retention_days = 90
disclosure_floor = 5
target = { measure = "weighted_score", value = "85" }
design = { kind = "everyone" }
[scale]
options = [
  { code = "A", label = "非常满意", weight = 1000 },
  { code = "B", label = "满意", weight = 900 },
  { code = "C", label = "一般", weight = 800 },
  { code = "D", label = "不满意", weight = 600 },
  { code = "E", label = "很不满意", weight = 0 },
]
[[questions]]
text = "服务好吗？"
"""
UNITS = "code,name,parent,level\nC,市,,city\nD1,一县,C,county\nD2,二县,C,county\nI1,一院,D1,institution\n"
BOUND = ["units:read", "progress:read", "rosters:write"]


def main():
    with tempfile.TemporaryDirectory(prefix="fivepoint-api-") as folder:
        env = dict(os.environ, FIVEPOINT_SECRET=SECRET, FIVEPOINT_BASE_URL="https://survey.example")

        def cli(*arguments, line=None):
            done = subprocess.run([PROGRAM, *arguments], env=env, input=line, text=True, capture_output=True)
            if done.returncode:
                sys.exit(f"fivepoint {arguments}: {done.stdout}{done.stderr}")
            return done.stdout.strip()

        def file(name, text):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            return path

        cli("unit", "import", file("units.csv", UNITS))
        roster = file("roster.csv", "unit,ref\n" + "".join(f"I1,R{number}\n" for number in range(20)))
        surveys = []
        for state in ["draft", "open", "closed", "released"]:
            survey = cli("survey", "import", file("survey.toml", SURVEY))
            cli("link", "issue", survey, "--roster", roster, "--out", os.path.join(folder, f"{state}.csv"))
            if state != "draft":
                cli("survey", "open", survey, "--confirm-weights")
            if state in ("closed", "released"):
                cli("survey", "close", survey)
            if state == "released":
                cli("survey", "release", survey)
            surveys.append(survey)
        cli("staff", "add", "wang", "--role", "evaluator", line="correct horse battery\n")
        here = os.path.dirname(os.path.abspath(__file__))
        example = os.path.join(here, "../../src/cli/demo/kunming-2022-scorecard.toml")
        cards = [cli("scorecard", "import", example)]
        document = file("openapi.json", cli("openapi"))

        serve = [PROGRAM, "serve", "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(serve, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            origin = server.stdout.readline().strip().removeprefix("Serving on ")
            scopes = scopes_of(origin)
            faults = 0
            for name, held, count, examples in [
                ("all", scopes, 12, 25),
                ("unit", BOUND, 3, 10),
                *((scope, [scope], 2, 3) for scope in scopes),
                ("none", [], 0, 3),
            ]:
                bound = ["--unit", "D1"] if name == "unit" else []
                made = [
                    cli("key", "add", f"{name} {number}", "--for", "wang", "--scope", ",".join(held), *bound)
                    for number in range(count)
                ]
                print(f"== key: {name}", flush=True)
                faults += run(document, origin, made, (surveys, cards), examples) != 0
            if server.poll() is not None:
                sys.exit("the server has ended")
        finally:
            server.terminate()
            _, log = server.communicate()
        print(log, end="")
        sys.exit(f"{faults} runs found faults" if faults else 0)


def scopes_of(origin):
    """Every scope that an operation asks for."""
    import json

    with urllib.request.urlopen(f"{origin}/openapi.json") as reply:
        paths = json.load(reply)["paths"]
    operations = [operation for item in paths.values() for operation in item.values()]
    named = [scope for one in operations for need in one.get("security", []) for scope in need["key"]]
    return sorted(set(named))


def run(document, origin, keys, there, examples):
    here = os.path.dirname(os.path.abspath(__file__))
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"),
        "run",
        document,
        f"--url={origin}",
        f"--checks={CHECKS}",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={examples}",
        "--seed=5",
        "--generation-deterministic",
        "--suppress-health-check=all",
        "--request-timeout=30",
        "--warnings=off",
        "--max-failures=20",
        "--no-color",
    ]
    keys, surveys, cards = (" ".join(words) for words in (keys, *there))
    env = dict(os.environ, KEYS=keys, SURVEYS=surveys, CARDS=cards, PYTHONPATH=here, SCHEMATHESIS_HOOKS="hooks")
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(command, env=env, cwd=os.path.dirname(document), timeout=900).returncode


main()
