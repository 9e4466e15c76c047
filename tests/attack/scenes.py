"""Random surveys, hard ones: sizes around the floor, kinds and channels bound to units, voids between releases.

Responses are written straight into the database; closing, releasing and exporting are the program's own.
"""

import json
import os
import random
import sqlite3
import subprocess
import uuid

RESPONDENTS = ["self", "helped_by_family", "helped_by_staff", "guardian"]
CHANNELS = ["web", "paper"]
WEIGHTS = [1000, 900, 800, 600, 0]


class Program:
    """The program and its database."""

    def __init__(self, binary, url, folder, psql=None):
        self.binary, self.url, self.folder, self.psql = binary, url, folder, psql
        self.env = {
            "FIVEPOINT_DATABASE_URL": url,
            "FIVEPOINT_SECRET": "a secret for tests, long enough for the program",
            "FIVEPOINT_BASE_URL": "https://survey.example",
        }

    def try_run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], env=self.env, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout.strip(), done.stderr.strip()

    def run(self, *arguments):
        fine, out, err = self.try_run(*arguments)
        if not fine:
            raise RuntimeError(f"fivepoint {arguments}: {out}{err}")
        return out

    def execute(self, statements):
        if self.url.startswith("sqlite:"):
            with sqlite3.connect(self.url.removeprefix("sqlite:"), timeout=30) as database:
                database.executescript(statements)
            return
        command = [self.psql, "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", self.url]
        subprocess.run(command, input=statements, text=True, check=True, env=dict(os.environ, PGCLIENTENCODING="UTF8"))

    def blob(self, value):
        return f"x'{value.hex()}'" if self.url.startswith("sqlite:") else f"decode('{value.hex()}', 'hex')"

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path


class Scene:
    """One random survey: its units, whom it asked and what they said."""

    def __init__(self, number, dice):
        self.number, self.dice = number, dice
        self.floor = dice.choice([5, 5, 5, 6, 7])
        self.design = dice.choice(["everyone", "everyone", "strata", "clusters"])
        self.optional = dice.random() < 0.5
        self.questions = dice.choice([1, 2, 3, 5])
        self.units = self._tree()
        self.parent = {code: parent for code, parent, _ in self.units}
        self.responses = self._responses()
        self.atoms = {}
        for unit, respondent, channel, answers in self.responses:
            cell = self.atoms.setdefault((unit, respondent, channel), [])
            cell.append(answers)

    def _tree(self):
        dice, units = self.dice, []
        levels = dice.choice([1, 2, 2, 3, 3, 4])
        layer = []
        for top in range(1 if dice.random() < 0.75 else 2):
            layer.append(f"s{self.number}-{top}")
            units.append((layer[-1], "", "city"))
        for level in range(1, levels):
            below = []
            for parent in layer:
                for child in range(dice.choice([0, 1, 2, 2, 3, 4]) if level > 1 else dice.choice([2, 3, 4])):
                    below.append(f"{parent}.{child}")
                    units.append((below[-1], parent, ["county", "institution", "house"][level - 1]))
            layer = below
        return units

    def up(self, unit):
        while unit:
            yield unit
            unit = self.parent[unit]

    def _responses(self):
        dice, responses = self.dice, []
        parents = {parent for _, parent, _ in self.units}
        usual = dice.choices(RESPONDENTS, k=dice.choice([1, 2, 3, 4]))
        paper = dice.choice([0, 0.1, 0.5])
        for code, _, _ in self.units:
            inner = code in parents
            if inner and dice.random() < 0.6:
                continue
            size = dice.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20])
            kinds, on_paper = usual, paper
            if dice.random() < 0.4:
                kinds = [dice.choice(RESPONDENTS)]
            if dice.random() < 0.4:
                on_paper = dice.choice([0, 1])
            happy = dice.choice([0, 0.3, 0.6, 1])
            for _ in range(size):
                channel = "paper" if dice.random() < on_paper else "web"
                responses.append((code, dice.choice(kinds), channel, self._form(happy)))
        return responses

    def _form(self, happy):
        dice = self.dice
        if self.optional and dice.random() < 0.06:
            return "".join(dice.choice("x-") for _ in range(self.questions))
        one = dice.choice("12345")
        return "".join(
            dice.choice("x-") if self.optional and dice.random() < 0.1
            else "1" if dice.random() < happy else one if dice.random() < 0.5 else dice.choice("12345")
            for _ in range(self.questions)
        )

    def base(self, atom):
        """How many people of an atom are in the base."""
        return sum(any(answer in "12345" for answer in answers) for answers in self.atoms[atom])

    def toml(self):
        questions = "".join(
            f'[[questions]]\ntext = "第{number}题？"\nrequired = {"false" if self.optional else "true"}\n'
            for number in range(1, self.questions + 1)
        )
        options = "".join(f'{{ code = "{code}", label = "选项{code}", weight = {weight} }},\n' for code, weight in zip("ABCDE", WEIGHTS))
        return (
            'title = "调查"\nprogramme = "服务"\nyear = 2026\norganiser = "残联"\ncontact = "电话"\npurpose = "想听听您的意见。"\n'
            f"retention_days = 90\ndisclosure_floor = {self.floor}\n"
            f'[target]\nmeasure = "weighted_score"\nvalue = "85"\n[design]\nkind = "{self.design}"\n'
            f'[scale]\ndont_know = {{ code = "X", label = "不清楚" }}\noptions = [\n{options}]\n{questions}'
        )

    def stratum(self, unit):
        way = list(self.up(unit))
        return way[-2] if len(way) > 1 else way[0]

    def fill(self, program):
        """Imports, opens, answers, closes."""
        dice = self.dice
        self.id = program.run("survey", "import", program.file(f"survey-{self.number}.toml", self.toml()))
        program.run("survey", "open", self.id, "--confirm-weights")
        key = program.blob(uuid.UUID(self.id).bytes)
        rows, counts = [], {}
        for unit, respondent, channel, answers in self.responses:
            place = program.blob(dice.randbytes(16))
            rows.append(f"({key}, {place}, '{unit}', '{respondent}', '{channel}', '{answers}')")
            counts[unit] = counts.get(unit, 0) + 1
        sql = ""
        if rows:
            sql += f"INSERT INTO response (survey, id, unit, respondent, channel, answers) VALUES {','.join(rows)};"
        strata = {}
        for code, _, _ in self.units:
            submitted, expired = counts.get(code, 0), dice.choice([0, 1, 3, 10])
            strata.setdefault(self.stratum(code), [0, 0])
            strata[self.stratum(code)][0] += submitted + expired
            if submitted + expired:
                sql += (
                    "INSERT INTO progress (survey, unit, day, issued, submitted, expired) VALUES "
                    f"({key}, '{code}', '2026-01-01', {submitted + expired}, {submitted}, {expired});"
                )
        if self.design != "everyone" and dice.random() < 0.8:
            lines = [
                {"unit": unit, "people": asked + dice.randrange(0, 60), "sample": asked, "drawn": []}
                for unit, (asked, _) in sorted(strata.items())
            ]
            method = '{"counties":null,"margin":null}'
            sql += (
                "INSERT INTO draw (survey, seed, method, strata, last_place) VALUES "
                f"({key}, 'seed', '{method}', '{json.dumps(lines)}', 0);"
            )
        program.execute(sql)
        program.run("survey", "close", self.id)
        self.key = key

    def void(self, program, units):
        """From now on the responses of these units alone are not counted."""
        sql = f"DELETE FROM void WHERE survey = {self.key};"
        for unit in units:
            sql += f"INSERT INTO void (survey, unit, name, reason) VALUES ({self.key}, '{unit}', '{unit}', 'x');"
        program.execute(sql)


def units_csv(scenes):
    lines = ["code,name,parent,level"]
    for scene in scenes:
        lines += [f"{code},{code},{parent},{level}" for code, parent, level in scene.units]
    return "\n".join(lines) + "\n"


def scenes(count, seed):
    dice = random.Random(seed)
    return [Scene(number, random.Random(dice.random())) for number in range(count)]
