#!/usr/bin/env python3
"""Attacks releases: publishes random surveys with the program, then tries to get out what a few people said."""

import argparse
import csv
import io
import itertools
import json
import os
import random
import sys
import tempfile
import zipfile
from fractions import Fraction

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import linear
import scenes as made


def key(group):
    return (group["by"], group.get("unit") or group.get("kind"))


class Published:
    """Everything published about one survey, as the attacker has it, who knows besides how many people are where."""

    def __init__(self, scene):
        self.scene, self.releases, self.refused, self.rows = scene, [], 0, None
        self.bases = {atom: scene.base(atom) for atom in scene.atoms}
        self.columns = sorted(atom for atom, base in self.bases.items() if base)

    def people(self, atoms):
        return sum(self.bases[atom] for atom in atoms)

    def valid(self, release):
        voided = {line["unit"] for line in release.get("voided", [])}
        return [atom for atom in self.columns if atom[0] not in voided]

    def of(self, release, group):
        """The atoms a group is of."""
        by, name = key(group)
        if by == "unit":
            return [atom for atom in self.valid(release) if name in self.scene.up(atom[0])]
        return [atom for atom in self.valid(release) if name in atom[1:]]

    def groups(self, release):
        return [group for group in release["groups"] if group["measures"]]

    def functionals(self):
        """The published sums: of answers, and of their squares."""
        first, second = [], []
        for release in self.releases:
            if release["total"] is None:
                continue
            everybody = dict.fromkeys(self.valid(release), 1)
            sets = [everybody] + [dict.fromkeys(self.of(release, group), 1) for group in self.groups(release)]
            if release.get("with_voided"):
                sets.append(dict.fromkeys(self.columns, 1))
            first += sets
            second += sets
            weighted = self.weighted(release)
            if weighted:
                first.append(weighted[0])
                second.append(weighted[1])
        for atoms in self.combinations().values():
            first.append(dict.fromkeys(atoms, 1))
            second.append(dict.fromkeys(atoms, 1))
        return first, second

    def combinations(self):
        """The atoms of every combination of unit, respondent and channel that the rows keep."""
        found = {}
        if not self.rows:
            return found
        head, lines = self.rows
        told = {line["unit"] for line in lines} if "unit" in head else set()
        for atom in self.valid(self.releases[-1]):
            name = {"respondent": atom[1], "channel": atom[2]}
            name["unit"] = next((unit for unit in self.scene.up(atom[0]) if unit in told), "")
            found.setdefault(tuple(name[column] for column in head if column in name), []).append(atom)
        return found

    def weighted(self, release):
        """The estimate of a sampled design and its variance: every stratum by its own people; hidden ones are one."""
        if not release["strata"]:
            return None
        hidden = {key(group)[1] for group in release["groups"] if group["hidden"] and group["by"] == "unit"}
        mine = self.scene.parent
        size = {line["unit"]: line["people"] for line in release["strata"] if line["unit"] in mine}
        layers = {}
        for atom in self.valid(release):
            layers.setdefault(self.scene.stratum(atom[0]), []).append(atom)
        for stratum in size:
            layers.setdefault(stratum, [])
        any_hidden = any(stratum in hidden for stratum in layers)
        joined, people = {}, {}
        for stratum, atoms in layers.items():
            top = not self.scene.parent[stratum]
            apart = not atoms or not (stratum in hidden or any_hidden and top)
            name = stratum if apart else "joined"
            joined.setdefault(name, []).extend(atoms)
            people[name] = people.get(name, 0) + size.get(stratum, 0)
        mean, spread = {}, {}
        for name, atoms in joined.items():
            all_people, answered = people[name], self.people(atoms)
            if not answered:
                continue
            for atom in atoms:
                mean[atom] = Fraction(all_people, answered)
                if answered > 1:
                    spread[atom] = Fraction(all_people * (all_people - answered), answered * (answered - 1))
        return mean, spread

    def of_forms(self):
        """The figures that count forms in no base too, "don't know" and skipped among them: of everybody alone."""
        return [
            dict.fromkeys((atom for atom in self.scene.atoms if atom[0] not in voided), 1)
            for voided in ({line["unit"] for line in release.get("voided", [])} for release in self.releases if release["total"])
        ]

    def targets(self):
        """What somebody would naturally want to know of: sets of atoms, by what they are."""
        found = {}
        scene = self.scene
        def add(name, atoms):
            atoms = tuple(sorted(atoms))
            if atoms:
                found.setdefault(atoms, name)
        for unit, _, _ in scene.units:
            own = [atom for atom in self.columns if atom[0] == unit]
            subtree = [atom for atom in self.columns if unit in scene.up(atom[0])]
            for what, atoms in [("unit", own), ("subtree", subtree), ("rest of parent", self.rest(unit))]:
                add(f"{what} {unit}", atoms)
                for kind in made.RESPONDENTS + made.CHANNELS:
                    add(f"{what} {unit} {kind}", [atom for atom in atoms if kind in atom[1:]])
                    add(f"{what} {unit} not {kind}", [atom for atom in atoms if kind not in atom[1:]])
        for kind in made.RESPONDENTS:
            add(kind, [atom for atom in self.columns if kind == atom[1]])
            for channel in made.CHANNELS:
                add(f"{kind} {channel}", [atom for atom in self.columns if atom[1:] == (kind, channel)])
        for one in self.releases:
            without = {line["unit"] for line in one.get("voided", [])}
            add(f"voided in {one['number']}", [atom for atom in self.columns if atom[0] in without])
            for other in self.releases:
                difference = set(self.valid(one)) - set(self.valid(other))
                add(f"in {one['number']}, not {other['number']}", difference)
                for kind in made.RESPONDENTS + made.CHANNELS:
                    add(f"in {one['number']}, not {other['number']} {kind}", [a for a in difference if kind in a[1:]])
            for group in one["groups"]:
                if group["hidden"]:
                    add(f"hidden {key(group)} in {one['number']}", self.of(one, group))
            rest = set(self.valid(one))
            for group in one["groups"]:
                if group["by"] != "unit" and not group["hidden"]:
                    for other in one["groups"]:
                        if other["by"] == "unit" and not other["hidden"]:
                            mine, units = set(self.of(one, group)), set(self.of(one, other))
                            add(f"{key(group)} minus {key(other)}", mine - units)
                            add(f"{key(other)} minus {key(group)}", units - mine)
                            add(f"neither {key(group)} nor {key(other)}", rest - mine - units)
        return found

    def rest(self, unit):
        """The people of a unit that no shown unit below it has, in the first release."""
        shown = set()
        for release in self.releases[:1]:
            shown = {key(group)[1] for group in release["groups"] if group["by"] == "unit" and not group["hidden"]}
        below = [code for code in shown if unit in list(self.scene.up(code))[1:]]
        inside = [atom for atom in self.columns if unit in self.scene.up(atom[0])]
        return [atom for atom in inside if not any(code in self.scene.up(atom[0]) for code in below)]


def publish(scene, program):
    """Makes all releases that the program allows, with units voided and restored in between."""
    published, dice = Published(scene), scene.dice
    scene.fill(program)
    with_forms = sorted({atom[0] for atom in scene.atoms})
    plans = [[]]
    for _ in range(3):
        plans.append(sorted(dice.sample(with_forms, min(len(with_forms), dice.choice([0, 1, 1, 2, 3])))))
    if dice.random() < 0.3:
        dice.shuffle(plans)
    for plan in plans:
        scene.void(program, plan)
        fine, _, err = program.try_run("survey", "release", scene.id)
        if not fine:
            if "fewer than" not in err:
                raise RuntimeError(err)
            published.refused += 1
            continue
        release = json.loads(program.run("result", scene.id, "--format", "json"))
        if all(release["number"] != other["number"] for other in published.releases):
            published.releases.append(release)
    export(published, program, with_forms)
    return published


def export(published, program, units):
    """Exports the rows; from then on nothing may be voided and released."""
    scene, last = published.scene, published.releases[-1] if published.releases else None
    path = os.path.join(program.folder, f"rows-{scene.number}.zip")
    fine, out, err = program.try_run("rows", scene.id, "--out", path, "--reason", "分析")
    if not fine:
        if "cannot leave the program" not in err and "there is no such release" not in err:
            raise RuntimeError(err)
        return
    with zipfile.ZipFile(path) as archive:
        lines = list(csv.DictReader(io.StringIO(archive.read("rows.csv").decode("utf-8-sig"))))
        head = archive.read("rows.csv").decode("utf-8-sig").split("\r\n", 1)[0].split(",")
    published.rows = (head, lines)
    expected = published.people(published.valid(last))
    if len(lines) != expected:
        raise RuntimeError(f"{len(lines)} rows of {expected} people: {out}")
    for name, atoms in published.combinations().items():
        columns = [column for column in head if column in ("unit", "respondent", "channel")]
        if sum(tuple(line[column] for column in columns) == name for line in lines) != published.people(atoms):
            raise RuntimeError(f"{name} is not who it should be")
    voided = [line["unit"] for line in last.get("voided", [])]
    scene.void(program, [unit for unit in units if unit not in voided] if voided != units else [])
    fine, out, err = program.try_run("survey", "release", scene.id)
    if fine or "have left the program" not in err and "fewer than" not in err:
        raise RuntimeError(f"a release after the rows: {out}{err}")


def few_or_alike(rows, floor):
    """Combinations of any columns of the rows that are a few people, or all said the same."""
    if not rows:
        return
    head, lines = rows
    kept = [column for column in head if column in ("unit", "respondent", "channel")]
    for count in range(len(kept) + 1):
        for columns in itertools.combinations(kept, count):
            found = {}
            for line in lines:
                answers = tuple(line[column] for column in head if column not in kept)
                found.setdefault(tuple(line[column] for column in columns), []).append(answers)
            for name, answers in found.items():
                if len(answers) < floor or len(set(answers)) == 1:
                    yield ("rows", f"{columns} {name}: {len(answers)} people", ())


def attack(published, dice, count):
    """Everything that follows about fewer people than the floor: what, and how many."""
    floor, bases = published.scene.floor, published.bases
    first, second = published.functionals()
    count["figures"] += figures(published.releases)
    recovered = []
    if not first:
        return recovered
    targets = published.targets()
    for moment, functionals in [("sum", first), ("squares", second)]:
        seen = linear.Seen(functionals, published.columns, dice)
        for atoms, name in targets.items():
            count["targets"] += 1
            if published.people(atoms) < floor and seen.follows(atoms):
                recovered.append((moment, name, atoms))
        for atoms in linear.small_sets({atom: bases[atom] for atom in published.columns}, floor, 4):
            count["targets"] += 1
            if seen.follows(atoms):
                recovered.append((moment, "a small set", atoms))
    forms = {atom: len(answers) for atom, answers in published.scene.atoms.items()}
    units = {}
    for atom, number in forms.items():
        units[atom[0]] = units.get(atom[0], 0) + number
    seen = linear.Seen(published.of_forms(), sorted(forms), dice)
    for names in linear.small_sets(units, floor, 4):
        count["targets"] += 1
        atoms = [atom for atom in forms if atom[0] in names]
        if seen.follows(atoms):
            recovered.append(("forms", f"all forms of {names}", atoms))
    return recovered


def planted(published, dice):
    """Whether the attack finds what should never have been published: a hidden group, rows with nothing coarsened.

    Gives how many such things there were, and how many it found.
    """
    tried, found, floor = 0, 0, published.scene.floor
    for place, release in enumerate(published.releases):
        few = [
            group for group in release["groups"]
            if release["total"] and group["hidden"] and 0 < published.people(published.of(release, group)) < floor
        ]
        if few:
            group = dice.choice(few)
            shown = dict(group, hidden=False, measures={"weighted_score": "90.00"})
            groups = [shown if other is group else other for other in release["groups"]]
            naive = Published(published.scene)
            naive.releases = [*published.releases[:place], dict(release, groups=groups)]
            tried += 1
            found += bool(attack(naive, dice, dict.fromkeys(["figures", "targets"], 0)))
    if any(0 < base < floor for base in published.bases.values()):
        head = ["unit", "respondent", "channel", *(f"q{number + 1}" for number in range(published.scene.questions))]
        lines = [dict(zip(head, [*row[:3], *row[3]])) for row in published.scene.responses]
        tried += 1
        found += any(few_or_alike((head, lines), floor))
    return tried, found


def figures(thing):
    if isinstance(thing, dict):
        return sum(figures(value) for value in thing.values())
    if isinstance(thing, list):
        return sum(figures(value) for value in thing)
    return int(thing is not None)


def unanimous(release):
    """Groups whose printed figure says that all of them said the same."""
    told = []
    for group in release["groups"]:
        for name, figure in (group["measures"] or {}).items():
            if figure in ("100.00", "0.00"):
                told.append((key(group), name))
        for name, interval in (group["intervals"] or {}).items():
            if interval["estimate"] in ("100.00", "0.00"):
                told.append((key(group), name, "estimate"))
            if interval.get("exact") or interval.get("standard_error"):
                told.append((key(group), name, "more digits"))
    return told


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--bin", required=True)
    asked.add_argument("--url", help="database; without it a fresh SQLite file")
    asked.add_argument("--psql")
    asked.add_argument("--surveys", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = made.Program(asked.bin, asked.url or f"sqlite:{folder}/a.db", folder, asked.psql)
        dice = random.Random(asked.seed)
        all_scenes = made.scenes(asked.surveys, asked.seed)
        program.run("unit", "import", program.file("units.csv", made.units_csv(all_scenes)))
        count = dict.fromkeys(["surveys", "releases", "refused", "figures", "rows", "targets", "recovered"], 0)
        kept, wrong = {}, [0, 0]
        for scene in all_scenes:
            published = publish(scene, program)
            count["surveys"] += 1
            count["releases"] += len(published.releases)
            count["refused"] += published.refused
            found = attack(published, dice, count)
            for release in published.releases:
                found += [("unanimous", str(what), ()) for what in unanimous(release)]
            wrong = [sum(pair) for pair in zip(wrong, planted(published, dice))]
            found += few_or_alike(published.rows, scene.floor)
            count["rows"] += len(published.rows[1]) if published.rows else 0
            if published.rows:
                head = " ".join(column for column in published.rows[0] if column[0] != "q") or "answers"
                kept[head] = kept.get(head, 0) + 1
            if found:
                count["recovered"] += len(found)
                print("LEAK survey", scene.number, scene.design, "floor", scene.floor, "releases",
                      [[line["unit"] for line in release.get("voided", [])] for release in published.releases])
                for moment, name, atoms in found[:4]:
                    print("   ", moment, name, [(atom, published.bases[atom]) for atom in atoms])
        print("rows by", kept)
        print(f"published on purpose {wrong[0]}, of these found {wrong[1]}")
        print(", ".join(f"{name} {number}" for name, number in count.items()))
        return 1 if count["recovered"] or wrong[0] != wrong[1] or not wrong[0] else 0


if __name__ == "__main__":
    sys.exit(main())
