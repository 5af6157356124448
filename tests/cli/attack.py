#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Plays the differencing attack on published tables: attack.py PEOPLE COLUMN TABLE...
#
# PEOPLE is a CSV file with what is known of everybody: user, unit, job, role, phase, kind. A TABLE is BY=FILE or
# BY:DEPTH=FILE, a CSV file as `fil-report autonomy --by BY --depth DEPTH` prints it; BY is `all` without groups. COLUMN
# counts those in a state, such as `autonomous`. The program prints each user whose state follows from all tables
# together, and whether the user is in it.
#
# It knows nothing of how filrouge merges groups. Whoever is in no row of a name is in the merged row. Users who are in the
# same rows of all tables cannot be told apart: they are one cell, of which only the number in the state matters. A row of
# a table is an equation: the cells of its users add up to the row's count. From these equations the program takes exact
# linear combinations (Gauss and Jordan, in several orders of the cells) and the differences of rows that lie within each
# other. Each of them bounds each cell by the bounds of the others, until no bound becomes narrower (Hundepool and others
# 2012, chapter 4).
import csv
import itertools
import math
import random
import sys
from fractions import Fraction

MERGED = '(small groups)'
ORDERS = 3


def read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def group_of(person, by, depth):
    value = person[by] or '(none)'
    return '/'.join(value.split('/')[:depth]) if depth else value


def members(people, by, depth, names):
    """Returns the users of each row of a table."""
    rest = {}
    for number, person in enumerate(people):
        rest.setdefault('all' if by == 'all' else group_of(person, by, depth), []).append(number)
    rows = {name: rest.pop(name) for name in names if name in rest}
    # The deepest merged rows first: what they hold is in no other.
    for name in sorted(names, key=lambda name: -name.count('/')):
        if name in rows or not name.endswith(MERGED):
            continue
        parent = name[:-len(MERGED)]
        inside = [group for group in rest if group.startswith(parent) or group + '/' == parent]
        rows[name] = [user for group in inside for user in rest.pop(group)]
    return rows


def read_equations(people, column, tables):
    """Returns the sets of users whose number in the state is published, with that number."""
    equations = []
    for table in tables:
        head, path = table.split('=', 1)
        by, _, depth = head.partition(':')
        rows = [row for row in read(path) if row['users'] != '']
        users = members(people, by, int(depth or 0), [row['group'] for row in rows])
        for row in rows:
            inside = frozenset(users[row['group']])
            assert len(inside) == int(row['users']), f'{table}: {row["group"]} has other users'
            equations.append((inside, int(row[column])))
    return equations


def echelon(matrix):
    """Returns the rows of the reduced echelon form."""
    matrix, done = [row[:] for row in matrix], 0
    for column in range(len(matrix[0]) - 1):
        pivot = next((i for i in range(done, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][column] for value in matrix[done]]
        for i, row in enumerate(matrix):
            if i != done and row[column]:
                factor = row[column]
                matrix[i] = [a - factor * b if b else a for a, b in zip(row, matrix[done])]
        done += 1
    return matrix[:done]


def combine(cells, sums):
    """Returns linear combinations of the sums, each as the factors of its cells and its value."""
    found = [(dict.fromkeys(inside, 1), count) for inside, count in sums]
    found += [(dict.fromkeys(one - other, 1), a - b)
              for (one, a), (other, b) in itertools.permutations(sums, 2) if other < one]
    for seed in range(ORDERS):
        order = list(range(cells))
        random.Random(seed).shuffle(order)
        matrix = [[Fraction(cell in inside) for cell in order] + [Fraction(count)] for inside, count in sums]
        for row in echelon(matrix):
            times = math.lcm(*(value.denominator for value in row))
            row = [int(value * times) for value in row]
            found.append(({order[i]: value for i, value in enumerate(row[:-1]) if value}, row[-1]))
    return found


def narrow(combinations, low, high):
    """Narrows the bounds of the cells as far as the combinations, of whole numbers, say."""
    changed = True
    while changed:
        changed = False
        for factors, value in combinations:
            ends = {cell: sorted((f * low[cell], f * high[cell])) for cell, f in factors.items()}
            least, most = (sum(end[i] for end in ends.values()) for i in (0, 1))
            for cell, factor in factors.items():
                lower, upper = value - most + ends[cell][1], value - least + ends[cell][0]
                if factor < 0:
                    lower, upper, factor = -upper, -lower, -factor
                lower, upper = -(-lower // factor), upper // factor
                changed |= lower > low[cell] or upper < high[cell]
                low[cell], high[cell] = max(low[cell], lower), min(high[cell], upper)


def main():
    people, column = read(sys.argv[1]), sys.argv[2]
    equations = read_equations(people, column, sys.argv[3:])
    cells = {}
    for number in range(len(people)):
        cells.setdefault(tuple(number in inside for inside, _ in equations), []).append(number)
    cells = list(cells.values())
    sums = [(frozenset(i for i, cell in enumerate(cells) if cell[0] in inside), count) for inside, count in equations]
    low, high = [0] * len(cells), [len(cell) for cell in cells]
    narrow(combine(len(cells), sums), low, high)
    for i, cell in enumerate(cells):
        assert low[i] <= high[i], 'the tables contradict each other'
        if high[i] == 0 or low[i] == len(cell):
            for number in cell:
                print(people[number]['user'], 'yes' if high[i] else 'no')


main()
