"""TypeScript, judged by its compiler.

projects            packages of npm that ship their sources
definitions         what of a file may be mutated
mutations, twins    ways to break a contract, and ways that break nobody
compiler            `tsc`, kept running; compiler.mjs is its half in Node
"""

from evaluation.compiled import compiled
from evaluation.compiled.language import Compiled
from evaluation.language import Aims
from evaluation.typescript.compiler import judge
from evaluation.typescript.definitions import callee, grammar, places
from evaluation.typescript.mutations import MUTATIONS
from evaluation.typescript.projects import PROJECTS, set_up
from evaluation.typescript.twins import TWINS

JUDGED = Compiled(
    name="typescript",
    projects=PROJECTS,
    set_up=set_up,
    patterns=("*.ts", "*.mts", "*.cts", "*.tsx"),
    grammar=grammar,
    places=places,
    callee=callee,
    mutations=MUTATIONS,
    twins=TWINS,
    judge=judge,
)
TYPESCRIPT = compiled(JUDGED, Aims(recall=0.6, precision=0.9, mutants=100))
