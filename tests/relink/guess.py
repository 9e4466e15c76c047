"""From clues to guesses, and what a guess is worth: how many are right, how many would be by chance, and at what odds."""

import bisect
import math


class Clue:
    """What one method found: a number for links and for responses, such that those of one person lie close together."""

    def __init__(self, name, links, responses, ranked=False):
        self.name, self.links, self.responses, self.ranked = name, links, responses, ranked

    def closeness(self, links, responses):
        """How likely each response is for each link of a unit: higher is likelier."""
        ours = [self.links.get(link) for link in links]
        theirs = [self.responses.get(response) for response in responses]
        if self.ranked:
            ours, theirs = ranks(ours), ranks(theirs)
        return [[-math.inf if a is None or b is None else -abs(a - b) for b in theirs] for a in ours]


class Pairs:
    """What one method found, pair by pair."""

    def __init__(self, name, pairs):
        self.name, self.pairs = name, pairs

    def closeness(self, links, responses):
        return [[self.pairs.get((link, response), -math.inf) for response in responses] for link in links]


def ranks(values):
    """Where each value lies among the others, from 0 to 1; equal ones at the same place."""
    known = sorted(value for value in values if value is not None)
    if len(known) < 2:
        return [None if value is None else 0.5 for value in values]
    place = lambda value: (bisect.bisect_left(known, value) + bisect.bisect_right(known, value) - 1) / 2
    return [None if value is None else place(value) / (len(known) - 1) for value in values]


def shares(matrix):
    """For each link and response, the share of the other responses that are less likely; half of the equal ones."""
    result = []
    for row in matrix:
        known = sorted(row)
        result.append([
            (bisect.bisect_left(known, value) + (bisect.bisect_right(known, value) - bisect.bisect_left(known, value) - 1) / 2)
            / max(1, len(row) - 1)
            for value in row
        ])
    return result


def assign(matrix, dice):
    """Gives each link a response of its own, the likeliest pairs first, in random order where they are equally likely."""
    pairs = [(i, j) for i in range(len(matrix)) for j in range(len(matrix[i]))]
    dice.shuffle(pairs)
    pairs.sort(key=lambda pair: -matrix[pair[0]][pair[1]])
    given, taken = {}, set()
    for i, j in pairs:
        if i not in given and j not in taken:
            given[i] = j
            taken.add(j)
    return given


def bound(number, chance, odds):
    """The least count that a guess at random reaches with at most these odds: exact, binomial."""
    log = lambda k: (
        math.lgamma(number + 1) - math.lgamma(k + 1) - math.lgamma(number - k + 1)
        + k * math.log(chance) + (number - k) * math.log1p(-chance)
    )
    tail, least = 0.0, number + 1
    while least > 0 and tail + math.exp(log(least - 1)) <= odds:
        least -= 1
        tail += math.exp(log(least))
    return least


class Score:
    """How well a method did on units of which the truth is known.

    `right` counts hits of a one-to-one guess. `place` is the mean share of responses that were thought less likely than
    the true one: 0.5 by chance whatever the method, so that it shows leaks too weak for a hit. `sigmas` is by how many
    standard deviations (of a random pairing, exactly) it differs from that.
    """

    def __init__(self, name):
        self.name, self.right, self.number, self.units = name, 0, 0, 0
        self.above, self.variance = 0.0, 0.0

    def add(self, matrix, truth, dice):
        """A unit: `truth[i]` is the response of link i."""
        size = len(truth)
        given = assign(matrix, dice)
        self.right += sum(given[i] == truth[i] for i in range(size))
        self.number, self.units = self.number + size, self.units + 1
        if size < 2:
            return
        places = shares(matrix)
        self.above += sum(places[i][truth[i]] - 0.5 for i in range(size))
        columns = [sum(row[j] for row in places) / size for j in range(size)]
        spread = sum((places[i][j] - columns[j]) ** 2 for i in range(size) for j in range(size))
        self.variance += spread / (size - 1)

    @property
    def place(self):
        return 0.5 + self.above / max(1, self.number)

    @property
    def sigmas(self):
        return self.above / math.sqrt(self.variance) if self.variance > 1e-9 else 0.0

    def limit(self, odds=1e-6):
        """Hits that chance does not reach: each of a unit's guesses is right once in its size."""
        return bound(self.number, self.units / self.number, odds)

    def better_than_chance(self):
        return self.right >= self.limit() or abs(self.sigmas) > 4.9

    def line(self):
        mark = "BETTER THAN CHANCE" if self.better_than_chance() else ""
        return (
            f"  {self.name:<58} {self.right:>5} of {self.number} (chance {self.units}, bound {self.limit()})"
            f"  place {self.place:.3f} ({self.sigmas:+.1f} sigma)  {mark}".rstrip()
        )


def judge(clues, units, truth, dice):
    """Scores every method by itself, then all together as somebody would who knows a few people's answers."""
    scores, learnt = [], {name: [] for name in units}
    friends = {
        name: set(dice.sample(range(len(links)), max(1, len(links) // 10)))
        for name, (links, _) in units.items()
    }
    for clue in clues:
        score, weights, seen = Score(clue.name), [1.0] * BINS, {}
        expected = [1.0] * BINS
        for name, (links, responses) in units.items():
            index = {response: j for j, response in enumerate(responses)}
            true = [index[truth[link]] for link in links]
            matrix = clue.closeness(links, responses)
            score.add(matrix, true, dice)
            seen[name] = places = shares(matrix)
            for i in friends[name]:
                weights[bin_of(places[i][true[i]])] += 1
                for value in places[i]:
                    expected[bin_of(value)] += 1 / len(places[i])
        scores.append(score)
        odds = [math.log(weight / other) for weight, other in zip(weights, expected)]
        for name, places in seen.items():
            learnt[name].append([[odds[bin_of(value)] for value in row] for row in places])
    together = Score("all together, weighed by the answers of one in ten")
    for name, (links, responses) in units.items():
        known = {truth[links[i]] for i in friends[name]}
        rows = [i for i in range(len(links)) if i not in friends[name]]
        columns = [j for j in range(len(responses)) if responses[j] not in known]
        matrix = [[sum(one[i][j] for one in learnt[name]) for j in columns] for i in rows]
        index = {responses[j]: place for place, j in enumerate(columns)}
        together.add(matrix, [index[truth[links[i]]] for i in rows], dice)
    return scores + [together]


BINS = 21


def bin_of(share):
    """The likeliest get a bin of their own, as many methods are either sure or know nothing."""
    return min(BINS - 1, int(share * (BINS - 1) + 1e-9))
