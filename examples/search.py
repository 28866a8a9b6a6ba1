"""Pages of search results: what two words in a snippet do to a score, and the best scores of all pages.

    wirelens run examples/search.py testdata/rows/search.bin
"""

import sys

import wirelens

GOOD = " lens "
BAD = " advert "


def adjusted(item):
    score = item.score
    if GOOD in item.snippet:
        score *= 1024.0
    if BAD in item.snippet:
        score /= 1024.0
    return score


def best_score(items):
    best = 0.0
    for i in range(len(items)):
        best = max(best, adjusted(items[i]))
    return best


def main():
    pages = 0
    total = 0.0
    for page in wirelens.open(sys.argv[1], schema="../schemas/search.capnp", record="Results"):
        pages += 1
        total += best_score(page.items)
    print(f"{pages} pages, the best scores together {total}")


if __name__ == "__main__":
    main()
