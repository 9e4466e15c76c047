"""Which sums over people follow from published ones, in exact fractions.

Every published figure is, for who knows how many people are where, a known linear combination of unknown sums, one
an atom (unit, kind of respondent, channel). A sum over a set of people follows from the published ones exactly if
the set's indicator is orthogonal to everything that all of them are orthogonal to.
"""

from fractions import Fraction
from math import lcm


def unseen(functionals, columns):
    """A basis, in whole numbers, of what no functional sees."""
    rows = []  # (pivot, row), each with a one at its pivot and zeros at all others'
    for functional in functionals:
        row = {column: Fraction(value) for column, value in functional.items() if value}
        for pivot, other in rows:
            if pivot in row:
                factor = row[pivot]
                for column, value in other.items():
                    left = row.get(column, 0) - factor * value
                    if left:
                        row[column] = left
                    else:
                        row.pop(column, None)
        if not row:
            continue
        pivot = min(row)
        head = row[pivot]
        row = {column: value / head for column, value in row.items()}
        for place, (other_pivot, other) in enumerate(rows):
            if pivot in other:
                factor, new = other[pivot], dict(other)
                for column, value in row.items():
                    left = new.get(column, 0) - factor * value
                    if left:
                        new[column] = left
                    else:
                        new.pop(column, None)
                rows[place] = (other_pivot, new)
        rows.append((pivot, row))
    pivots = {pivot for pivot, _ in rows}
    basis = []
    for free in columns:
        if free in pivots:
            continue
        vector = {free: Fraction(1)}
        for pivot, row in rows:
            if free in row:
                vector[pivot] = -row[free]
        scale = lcm(*(value.denominator for value in vector.values()))
        basis.append({column: int(value * scale) for column, value in vector.items()})
    return basis


class Seen:
    """What follows from the published sums."""

    def __init__(self, functionals, columns, dice):
        self.basis = unseen(functionals, columns)
        # A random mixture of the basis: sets that do not follow are told by one number, all but never wrongly.
        self.marks = {column: 0 for column in columns}
        for vector in self.basis:
            factor = dice.randrange(1, 1 << 61)
            for column, value in vector.items():
                self.marks[column] += factor * value

    def follows(self, atoms):
        """Whether the sum over these atoms follows from what was published. Exact."""
        if sum(self.marks[atom] for atom in atoms):
            return False
        return all(sum(vector.get(atom, 0) for atom in atoms) == 0 for vector in self.basis)


def small_sets(sizes, floor, most):
    """All sets of at most so many atoms that are fewer people than the floor."""
    atoms = sorted((size, atom) for atom, size in sizes.items() if 0 < size < floor)

    def grow(start, chosen, people):
        for place in range(start, len(atoms)):
            size, atom = atoms[place]
            if people + size >= floor:
                return
            yield (*chosen, atom)
            if len(chosen) + 1 < most:
                yield from grow(place + 1, (*chosen, atom), people + size)

    return grow(0, (), 0)
