#!/usr/bin/env python3
"""Tries to find out which answer came with which link, from everything that an operator or a thief of disks has.

It lets 1 000 people of several units answer with the program, takes copies of the database's files while the program
runs, after it has ended, when the survey is closed and when it is sealed, and guesses. It knows every link with its unit, and, for some
methods, even the order in which people answered. For each method it prints how many guesses are right, how many would
be by chance, and the number that chance reaches once in a million times; and the place that the true answer got among
its unit's on average, 0.5 by chance, which shows weaker traces.

It fails if it finds nothing while the program runs (then it could find nothing anywhere) or anything where the program
promises that nothing is to be found.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guess
import heap
import lite
import scene as made
import traces


class Attack:
    """One survey and what became of it, state by state."""

    def __init__(self, engine, scene, folder, seed):
        self.engine, self.scene, self.folder, self.dice = engine, scene, folder, random.Random(seed)
        self.faults, self.ids, self.salts = [], set(), set()

    def look(self, state):
        """Takes a copy of everything and prints what every method makes of it. Gives the scores by name."""
        self.engine.ask()
        self.ids |= set(self.engine.ids())
        self.salts |= set(self.engine.salts())
        copy = self.copy(state)
        scores = self.look_at(state, copy)
        shutil.rmtree(copy)
        return scores

    def copy(self, state):
        copy = os.path.join(self.folder, state.replace(", ", "-").replace(" ", "-"))
        self.engine.take(copy)
        with open(os.path.join(copy, "program.log"), "wb") as log:
            log.write(self.scene.program.said())
        return copy

    def look_at(self, state, copy):
        print(state, flush=True)
        clues = self.engine.clues(copy, self.scene)
        seen = next(clue for clue in clues if clue.name == self.engine.SEES)
        self.must(len(seen.responses) == len(self.scene.answered), f"{state}: the attack does not see all responses")
        scores = {score.name: score for score in guess.judge(clues, self.scene.units(), self.scene.truth(), self.dice)}
        for score in scores.values():
            print(score.line())
        return scores

    def left(self, copy):
        """Prints what is still there that leads to a link or to a response as it was. Gives how often what is."""
        found = traces.left(traces.contents(copy), self.scene, self.engine.sixteen, self.ids, self.salts)
        for what, files in sorted(found.items()):
            most = sorted(files.items(), key=lambda item: -item[1])
            print(f"  left: {what} {sum(files.values())} times, in", ", ".join(f"{name} {n}" for name, n in most[:5]))
        return found

    def sealed(self, state):
        """Nothing does better than chance, and nothing is left."""
        copy = self.copy(state)
        for name, score in self.look_at(state, copy).items():
            self.must(not score.better_than_chance(), f"{state}: {name} is better than chance")
        for what, files in self.left(copy).items():
            self.must(not files, f"{state}: {what} in {sorted(files)}")

    def must(self, fine, fault):
        if not fine:
            self.faults.append(fault)


def attack(program, engine, scene, folder, seed):
    this = Attack(engine, scene, folder, seed)
    running = this.look("running")
    # The control: an attack that does not find what lies open proves nothing.
    for name in engine.OPEN:
        this.must(running[name].right > running[name].number / 2, f"running: {name} finds too little")
    program.stop()
    if engine.HIDES_ONCE_ENDED:
        for name, score in this.look("program ended").items():
            # Who has seen the order of answering knows more than the files say; the seal is for that.
            told = not name.startswith(("order of answering", "all together"))
            this.must(not (told and score.right >= score.limit()), f"program ended: {name} is better than chance")
    program.serve()
    program.run("survey", "close", scene.survey)
    engine.age()
    closed = this.look("closed")
    for name in engine.OPEN_AGED:
        this.must(closed[name].right > closed[name].number / 2, f"closed: {name} finds too little")
    for name, score in closed.items():
        told = engine.hides_once_closed(name) and score.better_than_chance()
        this.must(not told, f"closed: {name} is better than chance")
    scene.seal()
    engine.ask()
    this.sealed("sealed")
    program.stop()
    engine.stop()
    this.sealed("sealed, everything stopped")
    # The control for these: a table that says it all, in the same files.
    engine.start()
    engine.plant([(link.hash, link.answers) for link in scene.answered])
    planted = this.look("planted")["bytes close together in any file"]
    this.must(planted.right > planted.number / 2, "planted: the attack does not find it")
    return this.faults


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--bin", required=True, help="the program")
    asked.add_argument("--postgres", help="folder of PostgreSQL's programs: attacks a cluster of its own; without it SQLite")
    asked.add_argument("--links", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=time.time_ns(), help="what the people say, and the guesses")
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fivepoint-relink-") as folder:
        engine = heap.Cluster(folder, asked.postgres) if asked.postgres else lite.Lite(folder)
        program = made.Program(os.path.abspath(asked.bin), engine.url, folder)
        try:
            print(f"{asked.links} links, seed {asked.seed}")
            scene = made.Scene(program, asked.links, asked.seed)
            program.serve()
            scene.answer()
            faults = attack(program, engine, scene, folder, asked.seed)
        finally:
            program.stop()
            engine.end()
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
