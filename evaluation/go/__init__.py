"""Go, judged by its type checker.

projects            modules from Debian's packages of their sources
definitions         what of a file may be mutated
mutations, twins    ways to break a contract, and ways that break nobody
compiler            the type checker, kept running; checker.go is its half in Go
"""

from evaluation.compiled import compiled
from evaluation.compiled.language import Compiled
from evaluation.go.compiler import judge
from evaluation.go.definitions import callee, grammar, places
from evaluation.go.mutations import MUTATIONS
from evaluation.go.projects import PROJECTS, set_up
from evaluation.go.twins import TWINS
from evaluation.language import Aims

JUDGED = Compiled(
    name="go",
    projects=PROJECTS,
    set_up=set_up,
    patterns=("*.go",),
    grammar=grammar,
    places=places,
    callee=callee,
    mutations=MUTATIONS,
    twins=TWINS,
    judge=judge,
)
GO = compiled(JUDGED, Aims(recall=0.6, precision=0.9, mutants=100))
