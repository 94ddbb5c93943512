"""Set reviews beside golden comments: `python -m evaluation.golden [--seed N] [--data FOLDER]`."""

import sys

from evaluation.ground import prepare

if __name__ == "__main__":
    prepare()
    from evaluation.golden.run import main

    sys.exit(main())
