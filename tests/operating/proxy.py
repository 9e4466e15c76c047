"""deploy/Caddyfile with a real Caddy in front of two nodes: TLS, a node killed under load, limits, streams, and a log in
which nobody can be found.

Needs caddy and curl, FIVEPOINT_BIN and a PostgreSQL (FIVEPOINT_TEST_POSTGRES); tests/run --operating brings them. Where
caddy has a capability of its own, this takes no low port all the same.
"""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ["FIVEPOINT_BIN"]
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SECRET = "a secret for tests, long enough for the program"
PASSWORD = "correct horse battery"
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
UNITS = "code,name,parent,level\nC,市,,city\nD1,一县,C,county\nI1,一院,D1,institution\n"
LINKS = 900
LOAD = 200
FORM = "q1=B&respondent=self&action=submit"


def check(what, holds):
    if not holds:
        sys.exit(f"proxy: FAILED: {what}")
    print(f"proxy: {what}")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until(what, holds, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.05)
    sys.exit(f"proxy: FAILED: waited {seconds} s until {what}")


class Scene:
    """A survey on PostgreSQL, its nodes, and Caddy in front of them."""

    def __init__(self, folder):
        self.folder = folder
        self.http, self.https, self.ports = free_port(), free_port(), [free_port(), free_port()]
        self.database = f"proxy_{os.getpid()}"
        server = os.environ["FIVEPOINT_TEST_POSTGRES"]
        psql = os.environ["FIVEPOINT_TEST_PSQL"]
        subprocess.run([psql, "-q", "-c", f"CREATE DATABASE {self.database}", server], check=True)
        self.env = dict(
            os.environ,
            FIVEPOINT_DATABASE_URL=server.rsplit("/", 1)[0] + "/" + self.database,
            FIVEPOINT_SECRET=SECRET,
            FIVEPOINT_BASE_URL="https://localhost",
            FIVEPOINT_TRUSTED_PROXY="127.0.0.1",
        )
        self.nodes = [None, None]

    def cli(self, *arguments, line=None):
        done = subprocess.run([PROGRAM, *arguments], env=self.env, input=line, text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"fivepoint {arguments}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def open_survey(self):
        self.cli("unit", "import", self.file("units.csv", UNITS))
        self.survey = self.cli("survey", "import", self.file("survey.toml", SURVEY))
        roster = self.file("roster.csv", "unit,ref\n" + "".join(f"I1,R{number}\n" for number in range(LINKS)))
        links = os.path.join(self.folder, "links.csv")
        self.cli("link", "issue", self.survey, "--roster", roster, "--out", links)
        self.cli("survey", "open", self.survey, "--confirm-weights")
        self.cli("staff", "add", "wang", "--role", "evaluator", line=PASSWORD + "\n")
        with open(links, encoding="utf-8-sig") as lines:
            self.codes = [row["link"].rsplit("/", 1)[1] for row in csv.DictReader(lines)]

    def start_node(self, number):
        log = open(os.path.join(self.folder, f"node-{number}.log"), "a", encoding="utf-8")
        listen = f"127.0.0.1:{self.ports[number]}"
        self.nodes[number] = subprocess.Popen([PROGRAM, "serve", "--listen", listen], env=self.env, stdout=log, stderr=log)

    def end_node(self, number, by):
        self.nodes[number].send_signal(by)
        self.nodes[number].wait()

    def start_caddy(self):
        home = os.path.join(self.folder, "caddy")
        os.mkdir(home)
        env = dict(
            os.environ,
            HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home,
            FIVEPOINT_DOMAIN="localhost",
            FIVEPOINT_NODES=" ".join(f"127.0.0.1:{port}" for port in self.ports),
            FIVEPOINT_HTTP_PORT=str(self.http), FIVEPOINT_HTTPS_PORT=str(self.https),
            FIVEPOINT_PAGES=os.path.join(TOP, "deploy/pages"),
        )
        self.log = os.path.join(self.folder, "caddy.log")
        config = os.path.join(TOP, "deploy/Caddyfile")
        self.caddy = subprocess.Popen(["caddy", "run", "--config", config], env=env, stderr=open(self.log, "w"))
        self.authority = os.path.join(home, "caddy/pki/authorities/local/root.crt")
        until("Caddy has made its authority", lambda: os.path.exists(self.authority) or self.caddy.poll())

    def curl(self, path, *arguments):
        """The status, the head and the body of a request over TLS, whose certificate is checked."""
        command = ["curl", "-s", "-m", "30", "-D", "-", "--cacert", self.authority]
        done = subprocess.run([*command, *arguments, f"https://localhost:{self.https}{path}"], capture_output=True)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        while body.startswith(b"HTTP/"):  # 100 Continue
            head, _, body = body.partition(b"\r\n\r\n")
        head = head.decode()
        found = re.match(r"HTTP/\S+ (\d+)", head)
        return (int(found.group(1)) if found else 0), head.lower(), body.decode("utf-8", "replace")

    def is_ready(self, number):
        url = f"http://127.0.0.1:{self.ports[number]}/health/ready"
        return subprocess.run(["curl", "-sf", "-o", os.devnull, url]).returncode == 0

    def is_seen(self, number):
        """Whether Caddy takes a node for ready: each of its two ways asks for itself."""
        with open(self.log, encoding="utf-8") as log:
            said = ["host is up" in line for line in log if f'"host":"127.0.0.1:{self.ports[number]}"' in line]
        return all(said[-2:])

    def stop(self):
        for process in [*self.nodes, getattr(self, "caddy", None)]:
            if process and process.poll() is None:
                process.terminate()
                process.wait()


def answer_under_fire(scene, codes):
    """Phones answer while nodes are killed, each trying again until it is told that its answer is recorded."""
    told, strange, tries = {}, [], [0]

    def phone(mine):
        for code in mine:
            for attempt in range(60):
                tries[0] += 1
                status, head, body = scene.curl(f"/s/{code}", "-d", FORM)
                if status == 303:
                    told[code] = True
                    break
                if status not in (0, 503) or (status == 503 and "retry-after" not in head):
                    strange.append((status, body[:200]))
                time.sleep(0.1)

    phones = [threading.Thread(target=phone, args=(codes[number::6],)) for number in range(6)]
    for each in phones:
        each.start()
    for number in (0, 1, 0):
        until("some have answered", lambda before=len(told): len(told) >= before + 40 or len(told) == len(codes), 120)
        scene.end_node(number, signal.SIGKILL)
        time.sleep(1)
        scene.start_node(number)
        until("the node is back", lambda: scene.is_ready(number))
    for each in phones:
        each.join()
    check(f"{len(codes)} answers while nodes were killed three times: {tries[0]} requests, none but 303 and 503", not strange)
    check("every one of them was acknowledged", len(told) == len(codes))
    again = {code: scene.curl(f"/s/{code}", "-d", FORM)[0] for code in codes[:20]}
    check("sent again they are still one", set(again.values()) == {303})


def stream(scene):
    """A page of the desk that is a stream comes at once, not when it ends."""
    jar = os.path.join(scene.folder, "jar")
    form = [part for field in ("name=wang", f"password={PASSWORD}", "code=") for part in ("--data-urlencode", field)]
    status, _, _ = scene.curl("/staff/sign-in", "-c", jar, *form)
    check("one can sign in at the desk through Caddy", status == 303)
    url = f"https://localhost:{scene.https}/staff/surveys/{scene.survey}/progress/live"
    command = ["curl", "-sN", "--cacert", scene.authority, "-b", jar, "-H", "Accept: text/event-stream", url]
    viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(20, viewer.kill)
    timer.start()
    first = viewer.stdout.readline()
    timer.cancel()
    viewer.kill()
    check("the live progress comes while the stream is open", first.split(":")[0] in ("event", "data", "id", "retry"))


def main():
    with tempfile.TemporaryDirectory(prefix="fivepoint-proxy-") as folder:
        scene = Scene(folder)
        try:
            run(scene)
        except SystemExit:
            if os.path.exists(getattr(scene, "log", "")):
                print(open(scene.log, encoding="utf-8").read()[-3000:])
            raise
        finally:
            scene.stop()


def answer(scene, code):
    """The status of an answer that is sent as a phone does."""
    status = scene.curl(f"/s/{code}", "-d", FORM)[0]
    # Before 2.9 Caddy may lose a form that it could not hand over to a node, instead of handing it to the next; a phone
    # sends it again.
    tries = 9 if caddy_version() < (2, 9) else 0
    while status >= 502 and tries > 0:
        status, tries = scene.curl(f"/s/{code}", "-d", FORM)[0], tries - 1
    return status


def caddy_version():
    text = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def run(scene):
    scene.open_survey()
    scene.start_node(0)
    scene.start_node(1)
    for number in (0, 1):
        until("the node is ready", lambda: scene.is_ready(number))
    scene.start_caddy()
    until("a page comes over TLS", lambda: scene.curl(f"/s/{scene.codes[0]}")[0] == 200)
    check("a page comes over TLS, with a certificate that is checked", True)

    plain = subprocess.run(
        ["curl", "-s", "-o", os.devnull, "-w", "%{http_code} %{redirect_url}", f"http://localhost:{scene.http}/s"],
        capture_output=True, text=True).stdout
    check("http leads to https", plain.startswith("308 https://localhost"))
    _, head, _ = scene.curl("/s")
    check("the reply does not say what serves it", "\r\nserver:" not in head)
    check("metrics and health are not to be had from outside",
          [scene.curl(path)[0] for path in ("/metrics", "/health/ready", "/health/empty")] == [404] * 3)
    large = scene.file("large", "q1=" + "A" * 100_000)
    status, _, _ = scene.curl(f"/s/{scene.codes[0]}", "--http1.1", "-H", "Expect: 100-continue", "-d", f"@{large}")
    check("a body too large for an answer is refused", status == 413)
    stream(scene)
    answer_under_fire(scene, scene.codes[1:1 + LOAD])

    until("Caddy sees both nodes", lambda: scene.is_seen(0) and scene.is_seen(1))
    scene.end_node(0, signal.SIGTERM)
    statuses = [answer(scene, code) for code in scene.codes[601:621]]
    check("a node that is stopped is not missed", statuses == [303] * 20)
    scene.end_node(1, signal.SIGTERM)
    status, head, body = scene.curl(f"/s/{scene.codes[650]}")
    check("without nodes there is a page that says so", status == 503 and "请稍等" in body and "retry-after: 5" in head)
    status, head, body = scene.curl(f"/api/v1/links/{scene.codes[650]}")
    check("and problem+json for programs", status == 503 and "application/problem+json" in head and '"busy"' in body)
    scene.start_node(0)
    until("Caddy finds the node again", lambda: scene.curl(f"/s/{scene.codes[650]}")[0] == 200)
    check("the node that comes back is found", True)

    # Nothing of it is in a log, though there was trouble to log.
    scene.stop()
    with open(scene.log, encoding="utf-8") as log:
        lines = log.read()
    with open(os.path.join(scene.folder, "node-0.log"), encoding="utf-8") as log:
        nodes = log.read()
    said = [code for code in scene.codes if code in lines + nodes or code.replace("-", "") in lines + nodes]
    check("no log holds a code", not said)
    check("no log holds a path or who asked", not re.search(r'"/s/|/staff|/api|"remote|"request"|User-Agent|curl/', lines))
    check("but the trouble is there", "502" in lines or "503" in lines or "connection refused" in lines)
    submitted = scene.cli("survey", "list")
    check("the survey is still there", scene.survey in submitted)
    scene.cli("survey", "close", scene.survey)
    scene.cli("survey", "release", scene.survey)
    scene.cli("verify", scene.survey)
    valid = re.search(r'"valid":\s*(\d+)', scene.cli("result", scene.survey, "--format", "json"))
    check("every acknowledged answer is in the release, once", valid and int(valid.group(1)) == LOAD + 20)
    print("proxy: passed")


if __name__ == "__main__":
    main()
