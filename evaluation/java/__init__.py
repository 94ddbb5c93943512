"""Java, judged by its compiler.

projects            source packages of Debian
definitions         what of a file may be mutated
mutations, twins    ways to break a contract, and ways that break nobody
compiler            `javac`, kept running; Compiler.java is its half in Java
"""

from evaluation.compiled import compiled
from evaluation.compiled.language import Compiled
from evaluation.java.compiler import judge
from evaluation.java.definitions import callee, grammar, places
from evaluation.java.mutations import MUTATIONS
from evaluation.java.projects import PROJECTS, set_up
from evaluation.java.twins import TWINS
from evaluation.language import Aims

JUDGED = Compiled(
    name="java",
    projects=PROJECTS,
    set_up=set_up,
    patterns=("*.java",),
    grammar=grammar,
    places=places,
    callee=callee,
    mutations=MUTATIONS,
    twins=TWINS,
    judge=judge,
)
JAVA = compiled(JUDGED, Aims(recall=0.6, precision=0.9, mutants=100))
