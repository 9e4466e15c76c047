"""A survey of 1 000 links in units of different sizes, answered one after the other and in bursts, and who said what."""

import csv
import hashlib
import http.client
import json
import os
import random
import re
import subprocess
import threading
import urllib.parse
import uuid

RESPONDENTS = ["self", "helped_by_family", "helped_by_staff", "guardian"]
PASSWORD = "correct horse battery"
SECRET = "a secret for tests, long enough for the program"


class Program:
    """The program with its database."""

    def __init__(self, binary, url, folder):
        self.binary, self.url, self.folder = binary, url, folder
        self.env = {
            "FIVEPOINT_DATABASE_URL": url,
            "FIVEPOINT_SECRET": SECRET,
            "FIVEPOINT_BASE_URL": "https://survey.example",
        }
        self.served, self.address, self.logs = None, None, []

    def run(self, *arguments, line=None):
        done = subprocess.run(
            [self.binary, *arguments], env=self.env, input=line, capture_output=True, text=True, check=False
        )
        self.logs.append(done.stderr)
        if done.returncode:
            raise RuntimeError(f"fivepoint {arguments}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def serve(self):
        self.log = open(os.path.join(self.folder, "serve.log"), "ab")
        self.served = subprocess.Popen(
            [self.binary, "serve", "--listen", "127.0.0.1:0"], env=self.env, stdout=subprocess.PIPE, stderr=self.log
        )
        line = self.served.stdout.readline().decode()
        self.address = re.match(r"Serving on http://(\S+)", line).group(1)

    def stop(self):
        """Ends the server as an operator does."""
        if self.served:
            self.served.terminate()
            self.served.wait()
            self.served.stdout.close()
            self.log.close()
        self.served = None

    def said(self):
        """Everything that the program has logged."""
        with open(os.path.join(self.folder, "serve.log"), "rb") as log:
            return log.read() + "".join(self.logs).encode()


class Link:
    """One recipient: what an operator knows of a link, and what was answered, which nobody but the scorer knows."""

    def __init__(self, serial, unit, reference, code):
        self.serial, self.unit, self.reference, self.code = serial, unit, reference, code
        plain = code.replace("-", "")
        self.hash = hashlib.sha256(b"fivepoint link hash v1\0" + plain.encode()).digest()[:16]
        self.answers = self.respondent = self.turn = None
        self.receipt = None


class Scene:
    """The survey, answered."""

    def __init__(self, program, people, seed):
        self.program, self.dice = program, random.Random(seed)
        sizes = self._sizes(people)
        units = ["code,name,parent,level", "C,市,,city"]
        units += [f"D{number},{number}县,C,county" for number in range(4)]
        units += [f"I{number:02},{number}院,D{number % 4},institution" for number in range(len(sizes))]
        program.run("unit", "import", program.file("units.csv", "\n".join(units) + "\n"))
        questions = "".join(f'[[questions]]\ntext = "第{number}题？"\n' for number in range(1, 11))
        options = "".join(
            f'{{ code = "{code}", label = "选项{code}", weight = {weight} }},\n'
            for code, weight in zip("ABCDE", [1000, 900, 800, 600, 0])
        )
        toml = (
            'title = "调查"\nprogramme = "服务"\nyear = 2026\norganiser = "残联"\ncontact = "电话"\npurpose = "想听听您的意见。"\n'
            'retention_days = 90\ndisclosure_floor = 5\n[target]\nmeasure = "weighted_score"\nvalue = "85"\n'
            f'[design]\nkind = "everyone"\n[scale]\noptions = [\n{options}]\n{questions}'
        )
        self.survey = program.run("survey", "import", program.file("survey.toml", toml))
        self.survey_bytes = uuid.UUID(self.survey).bytes
        roster = [f"I{number:02},ref-{number:02}-{place:04}" for number, size in enumerate(sizes) for place in range(size)]
        self.dice.shuffle(roster)
        path = program.file("roster.csv", "unit,ref\n" + "\n".join(roster) + "\n")
        out = os.path.join(program.folder, "links.csv")
        program.run("link", "issue", self.survey, "--roster", path, "--out", out)
        with open(out, encoding="utf-8-sig", newline="") as lines:
            self.links = [
                Link(number + 1, row["unit"], row["ref"], row["code"]) for number, row in enumerate(csv.DictReader(lines))
            ]
        program.run("survey", "open", self.survey, "--confirm-weights")

    def seal(self):
        """Asks on the command line, consents at the desk as somebody else, and has it carried out."""
        run = self.program.run
        run("survey", "release", self.survey)
        run("survey", "seal", self.survey, "--yes")
        run("staff", "add", "wang", "--role", "evaluator", line=PASSWORD + "\n")
        desk = http.client.HTTPConnection(self.program.address)
        cookie, _ = self._send(desk, "/staff/sign-in", {"name": "wang", "password": PASSWORD, "code": ""}, None)
        desk.request("GET", f"/staff/surveys/{self.survey}/seal", headers={"Cookie": cookie})
        page = desk.getresponse().read().decode()
        token = re.search(r'name="token" value="([^"]+)"', page).group(1)
        self._send(desk, f"/staff/surveys/{self.survey}/seal", {"act": "consent", "token": token}, cookie)
        desk.close()
        run("survey", "seal", self.survey)
        run("verify", self.survey)

    @staticmethod
    def _send(desk, path, fields, cookie):
        head = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Cookie": cookie} if cookie else {})
        desk.request("POST", path, urllib.parse.urlencode(fields), head)
        reply = desk.getresponse()
        text = reply.read().decode()
        if reply.status != 303:
            raise RuntimeError(f"{path} {reply.status} {text}")
        return (reply.getheader("Set-Cookie") or "").split(";")[0], text

    def _sizes(self, people):
        sizes = []
        while people - sum(sizes) >= 100:
            sizes.append(self.dice.randrange(25, 75))
        return sizes + [people - sum(sizes)]

    def answer(self):
        """Everybody answers, some of them having begun before, in random order and partly at once; a few decline."""
        order = list(self.links)
        self.dice.shuffle(order)
        forms = set()
        while len(forms) < len(order):
            forms.add("".join(self.dice.choice("12345") for _ in range(10)))
        forms = sorted(forms)
        self.dice.shuffle(forms)
        declining = set(self.dice.sample(order, len(order) // 50))
        early = self.dice.sample(order, len(order) // 3)
        connection = http.client.HTTPConnection(self.program.address)
        for link in early[: len(early) // 2]:
            self._post(connection, link, "", {"action": "start"})
        self.turns, lock = 0, threading.Lock()

        def send(link, form, connection):
            if link in declining:
                self._post(connection, link, "", {"action": "decline"})
                return
            respondent = RESPONDENTS[int(form) % 4]
            sheet = {"answers": {str(n + 1): "ABCDE"[int(a) - 1] for n, a in enumerate(form)}, "respondent": respondent}
            link.receipt = self._post(connection, link, "/response", sheet)["receipt"]
            with lock:
                self.turns += 1
                link.answers, link.respondent, link.turn = form, respondent, self.turns

        waiting = list(zip(order, forms))
        while waiting:
            alone, waiting = waiting[:60], waiting[60:]
            for link, form in alone:
                if self.dice.random() < 0.2:
                    self._post(connection, link, "", {"action": "start"})
                send(link, form, connection)
            burst, waiting = waiting[:40], waiting[40:]
            phones = [threading.Thread(target=self._phone, args=(burst[place::8], send)) for place in range(8)]
            for phone in phones:
                phone.start()
            for phone in phones:
                phone.join()
        connection.close()
        self.answered = [link for link in self.links if link.answers]
        if len(self.answered) + len(declining) != len(self.links):
            raise RuntimeError("not everybody was heard")

    def _phone(self, sheets, send):
        connection = http.client.HTTPConnection(self.program.address)
        for link, form in sheets:
            send(link, form, connection)
        connection.close()

    @staticmethod
    def _post(connection, link, path, body):
        connection.request("POST", f"/api/v1/links/{link.code}{path}", json.dumps(body), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        text = reply.read()
        if reply.status not in (200, 201):
            raise RuntimeError(f"{path} {reply.status} {text}")
        return json.loads(text)

    def units(self):
        """By unit: who answered, and what was answered, in no order."""
        units = {}
        for link in self.answered:
            units.setdefault(link.unit, ([], []))[0].append(link.serial)
            units[link.unit][1].append(link.answers)
        for _, responses in units.values():
            responses.sort()
        return dict(sorted(units.items()))

    def truth(self):
        return {link.serial: link.answers for link in self.answered}
