// The TypeScript compiler on one project, asked line by line.
//
//     node compiler.mjs FOLDER-OF-THE-PACKAGE-TYPESCRIPT FOLDER-OF-THE-PROJECT
//
// Each line of input is a question in JSON, each line of output its answer:
//     {"files": {path: content}}         what the compiler refuses with these contents: [[path, line, column, code], …]
//     {"path": …, "line": …, "column": …}   uses of what is named there: [[path, line, column], …]
// Paths are relative to the project, lines count from 1, columns from 0 in bytes. Unused names are not held against
// anybody. What did not change, and depends on nothing that did, is not checked again.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createHash } from "node:crypto";
import path from "node:path";

const [packageFolder, root] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(packageFolder);

const FORCED = { noEmit: true, incremental: false, composite: false, noUnusedLocals: false, noUnusedParameters: false };
const configured = ts.getParsedCommandLineOfConfigFile(path.join(root, "tsconfig.json"), FORCED, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => {
    throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
  },
});

let changed = new Map();
const sources = new Map();

const host = ts.createIncrementalCompilerHost(configured.options, {
  ...ts.sys,
  readFile: (file) => changed.get(file) ?? ts.sys.readFile(file),
});
host.getSourceFile = (file) => {
  if (changed.has(file)) return parsed(file, changed.get(file));
  if (!sources.has(file)) {
    const content = ts.sys.readFile(file);
    sources.set(file, content === undefined ? undefined : parsed(file, content));
  }
  return sources.get(file);
};

function parsed(file, content) {
  const source = ts.createSourceFile(file, content, configured.options.target ?? ts.ScriptTarget.ES2022, true);
  source.version = createHash("sha256").update(content).digest("hex");
  return source;
}

function compiled(files, before) {
  changed = new Map(Object.entries(files).map(([file, content]) => [path.join(root, file), content]));
  const program = ts.createProgram({
    rootNames: configured.fileNames, options: configured.options, host, oldProgram: before?.getProgram(),
  });
  return ts.createSemanticDiagnosticsBuilderProgram(program, host, before);
}

function refused(builder) {
  const problems = [...builder.getSyntacticDiagnostics(), ...builder.getSemanticDiagnostics()];
  return problems.filter((problem) => problem.file).map((problem) => [
    ...position(problem.file, problem.start), String(problem.code),
  ]);
}

function position(source, offset) {
  const { line } = source.getLineAndCharacterOfPosition(offset);
  const start = source.getPositionOfLineAndCharacter(line, 0);
  const column = Buffer.byteLength(source.text.slice(start, offset));
  return [path.relative(root, source.fileName), line + 1, column];
}

const base = compiled({}, undefined);
refused(base);
const service = ts.createLanguageService({
  getCompilationSettings: () => configured.options,
  getScriptFileNames: () => configured.fileNames,
  getScriptVersion: () => "1",
  getScriptSnapshot: (file) => {
    const content = ts.sys.readFile(file);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => root,
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories,
});

function uses({ path: file, line, column }) {
  const source = base.getProgram().getSourceFile(path.join(root, file));
  const start = source.getPositionOfLineAndCharacter(line - 1, 0);
  const ahead = Buffer.from(source.text.slice(start)).subarray(0, column).toString().length;
  const found = service.findReferences(source.fileName, start + ahead) ?? [];
  return found.flatMap((symbol) => symbol.references)
    .filter((use) => !use.isDefinition && !isInComment(use))
    .map((use) => position(base.getProgram().getSourceFile(use.fileName), use.textSpan.start));
}

function isInComment({ fileName, textSpan }) {
  let node = ts.getTokenAtPosition(base.getProgram().getSourceFile(fileName), textSpan.start);
  while (node && !ts.isJSDoc(node)) node = node.parent;
  return node !== undefined;
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const answer = question.files ? refused(compiled(question.files, base)) : uses(question);
  process.stdout.write(JSON.stringify(answer) + "\n");
}
