"""Review what was merged: `python -m evaluation.replay [--of pulls|pushes|commits] [--draw N] [--judge N] [--seed N]`.

Ends with 1 when the median change is told more than one finding.
"""

import sys

from evaluation.ground import prepare

if __name__ == "__main__":
    prepare()
    from evaluation.replay.run import main

    sys.exit(main())
