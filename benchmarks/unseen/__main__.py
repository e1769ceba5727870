"""Write labelled texts that no rule was written for, as JSON lines for ``benchmarks.accuracy``.

    python -m benchmarks.unseen --set second --seed 7 > unseen.jsonl

Values are drawn anew from the seed. The templates of both sets were written before anything was measured on them;
what they taught is in the rules since, so that a fresh set says more than these.
"""

import argparse
import json
import sys

from benchmarks.unseen.marked import marked_records
from benchmarks.unseen.texts import HERE, Writer

BY_HAND = ("third", "fourth", "fifth")
"""Sets whose texts are marked by hand, not made from templates."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=("first", "second", *BY_HAND), default="second", dest="chosen")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2, help="texts for each template")
    options = parser.parse_args()
    if options.chosen in BY_HAND:
        records = marked_records(HERE / options.chosen, options.seed, options.rounds)
    else:
        records = Writer(options.seed, options.chosen).records(options.rounds)
    for record in records:
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
