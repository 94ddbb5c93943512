import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.io.*;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.*;
import javax.tools.*;

/**
 * The half of the judge that runs in Java: javac, asked again and again by one process, for it is fast when warm.
 *
 * A question is a line of path, tab, content in Base64, tab, ...: diagnostics with these contents in the place of the
 * files'. "uses" asks for all uses of what the sources declare. Answers are lines of fields parted by tabs, then ".".
 */
public class Compiler {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static Path root;
    private static final Map<String, String> sources = new TreeMap<>();
    private static final List<String> OPTIONS =
        List.of("-Xmaxerrs", "100000", "-proc:none", "-nowarn", "-XDshould-stop.ifError=FLOW");

    public static void main(String[] arguments) throws IOException {
        root = Path.of(arguments[0]);
        for (String path : Arrays.asList(arguments).subList(1, arguments.length)) {
            sources.put(path, Files.readString(root.resolve(path)));
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            (line.equals("uses") ? uses() : diagnostics(line.split("\t"))).forEach(out::println);
            out.println(".");
        }
    }

    private static List<String> diagnostics(String[] question) throws IOException {
        var changed = new TreeMap<>(sources);
        for (int at = 0; at + 1 < question.length; at += 2) {
            changed.put(question[at], new String(Base64.getDecoder().decode(question[at + 1]), StandardCharsets.UTF_8));
        }
        var told = new DiagnosticCollector<JavaFileObject>();
        task(changed, told).analyze();
        var found = new ArrayList<String>();
        for (var each : told.getDiagnostics()) {
            if (each.getKind() == Diagnostic.Kind.ERROR && each.getSource() != null) {
                String said = each.getCode() + " " + each.getMessage(null).replaceAll("\\s+", " ");
                found.add(place(each.getSource(), each.getLineNumber(), each.getColumnNumber()) + "\t" + said);
            }
        }
        return found;
    }

    private static List<String> uses() throws IOException {
        var task = task(sources, new DiagnosticCollector<>());
        var trees = Trees.instance(task);
        var units = new ArrayList<CompilationUnitTree>();
        task.parse().forEach(units::add);
        task.analyze();
        var found = new ArrayList<String>();
        for (var unit : units) {
            new Scanner(trees, unit, found).scan(unit, null);
        }
        return found;
    }

    private static JavacTask task(Map<String, String> contents, DiagnosticListener<JavaFileObject> listener) {
        var files = contents.entrySet().stream().map(each -> new Source(each.getKey(), each.getValue())).toList();
        return (JavacTask) JAVAC.getTask(null, null, listener, OPTIONS, null, files);
    }

    private static String place(JavaFileObject file, long line, long column) {
        return path(file) + "\t" + line + "\t" + (column - 1);
    }

    /** The compiler wraps what it is given, so that only its address is left. */
    private static String path(JavaFileObject file) {
        return file.toUri().getPath().substring(1);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String content;

        Source(String path, String content) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }

    /** Each use as its place and the place of the name that is declared. */
    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final CompilationUnitTree unit;
        private final List<String> found;

        Scanner(Trees trees, CompilationUnitTree unit, List<String> found) {
            this.trees = trees;
            this.unit = unit;
            this.found = found;
        }

        @Override
        public Void visitIdentifier(IdentifierTree node, Void nothing) {
            note(start(node));
            return super.visitIdentifier(node, nothing);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
            note(end(node) - node.getIdentifier().length());
            return super.visitMemberSelect(node, nothing);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree node, Void nothing) {
            note(end(node) - node.getName().length());
            return super.visitMemberReference(node, nothing);
        }

        @Override
        public Void visitNewClass(NewClassTree node, Void nothing) {
            note(trees.getSourcePositions().getStartPosition(unit, node.getIdentifier()));
            return super.visitNewClass(node, nothing);
        }

        private long start(Tree node) {
            return trees.getSourcePositions().getStartPosition(unit, node);
        }

        private long end(Tree node) {
            return trees.getSourcePositions().getEndPosition(unit, node);
        }

        private void note(long at) {
            Element element = trees.getElement(getCurrentPath());
            TreePath declared = element == null ? null : trees.getPath(element);
            if (declared == null || at < 0) {
                return;
            }
            var lines = unit.getLineMap();
            var there = declared.getCompilationUnit();
            long first = trees.getSourcePositions().getStartPosition(there, declared.getLeaf());
            long last = trees.getSourcePositions().getEndPosition(there, declared.getLeaf());
            found.add(place(unit.getSourceFile(), lines.getLineNumber(at), lines.getColumnNumber(at)) + "\t"
                + path(there.getSourceFile()) + "\t" + there.getLineMap().getLineNumber(first) + "\t"
                + there.getLineMap().getLineNumber(last) + "\t" + element.getSimpleName());
        }
    }
}
