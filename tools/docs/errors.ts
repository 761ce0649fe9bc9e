// The page of errors: every code, what it means and what its message says, read from the places that make it.

import { relative } from "node:path";
import ts from "typescript";
import { code, generatedNote, groupBy, table, type Page } from "./page.ts";

/** One place that makes an error. */
interface ErrorSource {
  readonly code: string;
  readonly package: string;
  /** Path below the package. */
  readonly file: string;
  /** The comment of the constructor function around it. */
  readonly meaning: string;
  /** The message, with `‹name›` where a fact stands. */
  readonly message: string;
}

const notSource = /\.(test|fixture)\.ts$|\.generated\.|\/(test-support|cases)\//;

/** The page of all error codes. */
export function errorsPage(root: string): Page {
  const sources = ts.sys
    .readDirectory(`${root}/packages`, [".ts"], ["**/node_modules", "**/dist", "**/out-tsc"], ["*/src/**/*"])
    .filter((file) => !notSource.test(file))
    .flatMap((file) => sourcesIn(file, root));
  const packages = [...groupBy(sources, (source) => source.package)].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = [
    "# Errors",
    generatedNote,
    "Everything Tersor throws is a `TersorError`: `code` names the kind and keeps its meaning, `message` says what is " +
      "wrong, where, and what to do, `data` holds the same facts for programs. `isTersorError(error, code)` tells them " +
      "apart. The command line prints code and message. In the messages below, ‹…› stands for a fact of the case.",
    ...packages.map(packageSection),
  ].join("\n\n");
  return { file: "errors.md", text: `${text}\n` };
}

function packageSection([name, sources]: readonly [string, readonly ErrorSource[]]): string {
  const byCode = [...groupBy(sources, (source) => source.code)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = byCode.map(([found, places]) => [
    code(found),
    unique([
      ...places.map(({ message }) => message),
      ...places.map(({ meaning }) => (meaning === "" ? "" : `_${meaning}_`)),
    ]).join("<br>"),
    unique(places.map(({ file }) => code(file))).join(", "),
  ]);
  return `## packages/${name}\n\n${table(["Code", "Message, and _what it means_ where that needs saying", "Made in"], rows)}`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== "");
}

/** Every `new TersorError("CODE", …)` of a file, and what only the command line writes: `{ code: "CODE", message }`. */
function sourcesIn(file: string, root: string): readonly ErrorSource[] {
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? "", ts.ScriptTarget.Latest, true);
  const [, owner = "", ...path] = relative(root, file).split("/");
  const found: ErrorSource[] = [];
  const visit = (node: ts.Node): void => {
    const around = enclosingFunction(node);
    const [first, message] = argumentsOf(node);
    for (const each of first ? codesIn(first) : []) {
      const texts = { meaning: around ? commentOf(around) : "", message: messageIn(message, around) };
      found.push({ code: each, package: owner, file: path.join("/"), ...texts });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Code and message, where the node makes an error. */
function argumentsOf(node: ts.Node): readonly (ts.Expression | undefined)[] {
  if (ts.isNewExpression(node) && node.expression.getText() === "TersorError") return node.arguments ?? [];
  return ts.isObjectLiteralExpression(node) ? [propertyOf(node, "code"), propertyOf(node, "message")] : [];
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = node.properties.find((each) => each.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

/** A literal code, or all codes of the table that is looked into: `codes[kind]`. */
function codesIn(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (!ts.isElementAccessExpression(node)) return [];
  let table = constantNamed(node.expression.getText(), node.getSourceFile());
  while (table && (ts.isAsExpression(table) || ts.isSatisfiesExpression(table))) table = table.expression;
  if (!table || !ts.isObjectLiteralExpression(table)) return [];
  return table.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) ? codesIn(property.initializer) : [],
  );
}

function enclosingFunction(node: ts.Node): ts.FunctionDeclaration | undefined {
  return ts.findAncestor(node, ts.isFunctionDeclaration);
}

/** The comment of a function that makes an error: its first paragraph. */
function commentOf(declaration: ts.FunctionDeclaration): string {
  const returnsError = declaration.type?.getText().includes("Error") ?? false;
  const comment = ts.getJSDocCommentsAndTags(declaration).find(ts.isJSDoc);
  return returnsError ? (ts.getTextOfJSDocComment(comment?.comment) ?? "").split("\n\n")[0]! : "";
}

/** A message as text; a name is looked up in the function around it. */
function messageIn(node: ts.Expression | undefined, around: ts.FunctionDeclaration | undefined): string {
  if (!node) return "";
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return templateText(node);
  if (ts.isBinaryExpression(node)) return messageIn(node.left, around) + messageIn(node.right, around);
  if (ts.isIdentifier(node)) {
    const value = around && constantNamed(node.text, around);
    if (value) return messageIn(value, undefined);
  }
  return placeholder(node);
}

function templateText({ head, templateSpans }: ts.TemplateExpression): string {
  return head.text + templateSpans.map(({ expression, literal }) => placeholder(expression) + literal.text).join("");
}

/** A fact in a message, under the name it has in the code. */
function placeholder(node: ts.Expression): string {
  const names = (node.getText().match(/[A-Za-z_]\w*/g) ?? ["…"]).filter((name) => !wrappers.has(name));
  return `‹${names[0] ?? "…"}›`;
}

/** Names around a fact that do not say what it is. */
const wrappers: ReadonlySet<string> = new Set(["facts", "String", "JSON", "stringify", "reasonOf"]);

/** What a constant inside of `around` is set to. */
function constantNamed(name: string, around: ts.Node): ts.Expression | undefined {
  const search = (node: ts.Node): ts.Expression | undefined =>
    ts.isVariableDeclaration(node) && node.name.getText() === name ? node.initializer : ts.forEachChild(node, search);
  return search(around);
}
