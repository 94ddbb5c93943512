"""The checker: reads what was written down outside of the service, and its tables, and says what is not as promised.

`evidence` gathers it, `timelines` puts it in order, `intake`, `machine`, `reviewing` and `house` hold the invariants,
each a function from the evidence to the violations it sees. It shares no code with the service.
"""

from chaos.checker import house, intake, machine, reviewing
from chaos.checker.invariants import INVARIANTS, violations

__all__ = ["INVARIANTS", "house", "intake", "machine", "reviewing", "violations"]
