// The data of the report, and the questions that views ask of them.

const data = JSON.parse(document.getElementById("data").textContent);
const text = data.strings;

// -- nodes ------------------------------------------------------------------------------------------

const nodes = data.nodes;
const size = nodes.name.length;
const OURS = new Set(["package", "module", "namespace", "orphan", "test", "conftest", "script", "extension", "unread"]);
const OUTSIDE = new Set(["standard", "library"]);
const TESTS = new Set(["test", "conftest"]);
const isMeasured = new Set(nodes.measured);
const isBroken = new Set(nodes.broken);
const placeOf = new Map(nodes.name.map((name, place) => [text[name], place]));

const nameOf = (node) => text[nodes.name[node]];
const kindOf = (node) => nodes.kinds[nodes.kind[node]];
const pathOf = (node) => text[nodes.path[node]];
const isOurs = (node) => OURS.has(kindOf(node));
const isOutside = (node) => OUTSIDE.has(kindOf(node));
const isTest = (node) => TESTS.has(kindOf(node));
const isFunction = (node) => kindOf(node) === "function";
const moduleOf = (node) => (isFunction(node) ? (placeOf.get(nameOf(node).split(":")[0]) ?? node) : node);

/** How a node is written: entry points by what people type. */
function titleOf(node) {
  const entry = data.answers.entries.find((one) => one.node === nameOf(node));
  return entry && kindOf(node) === "start" ? entry.title : nameOf(node);
}

/** What importing a node costs by itself, with a question mark where nobody knows. */
function costOf(node) {
  return nodes.cost[node] < 0 ? "? ms" : time(nodes.cost[node], !isMeasured.has(node));
}

// -- statements -------------------------------------------------------------------------------------

const MOMENTS = data.moments;
const [RUNS, MAY] = [0, 1];

/** Return the statement that stands at a place in the list of its module. */
function statementAt(importer, row, at) {
  const names = row.slice(at + 4, at + 4 + row[at + 3]);
  return { importer, imported: row[at], line: row[at + 1], moment: row[at + 2], names };
}

/** Yield what a module imports: imported node, line, moment and names. */
function* statementsOf(node) {
  const row = data.statements[node] || [];
  for (let at = 0; at < row.length;) {
    yield statementAt(node, row, at);
    at += 4 + row[at + 3];
  }
}

/** Call back for each statement of the tree with importer, imported and moment, and where it is stored.

   No objects are made: there are many. */
function eachLink(visit) {
  data.statements.forEach((row, importer) => {
    for (let at = 0; at < row.length; at += 4 + row[at + 3]) visit(importer, row[at], row[at + 2], row, at);
  });
}

let importersKnown = null;

/** Return the modules with a statement that imports a node. */
function importersOf(node) {
  if (importersKnown === null) {
    importersKnown = new Map();
    eachLink((importer, imported) => {
      const found = importersKnown.get(imported);
      if (found === undefined) importersKnown.set(imported, [importer]);
      else if (found[found.length - 1] !== importer) found.push(importer);
    });
  }
  return [...new Set(importersKnown.get(node) || [])];
}

/** Return the statements with which one module imports a node. */
function statementsBetween(importer, imported) {
  const row = data.statements[importer] || [];
  const found = [];
  for (let at = 0; at < row.length; at += 4 + row[at + 3]) {
    if (row[at] === imported) found.push(statementAt(importer, row, at));
  }
  return found;
}

/** Write a statement as Python has it; relative imports and `as` are written out. */
function statementText(one) {
  const module = nameOf(one.imported);
  if (!one.names.length) return `import ${module}`;
  const names = one.names.map((name) => text[name]);
  const last = module.slice(module.lastIndexOf(".") + 1);
  const isSubmodule = names.length === 1 && names[0] === last && module.includes(".");
  if (isSubmodule) return `from ${module.slice(0, module.lastIndexOf("."))} import ${last}`;
  return `from ${module} import ${names.length > 6 ? `${names.slice(0, 6).join(", ")}, …` : names.join(", ")}`;
}

// -- what loads what --------------------------------------------------------------------------------

const [IMPORT, CALL, IMPLIED, BEYOND] = [0, 1, 2, 3];
const UNCERTAIN = 4;

/** Yield the arcs of a node: what it loads when it is imported, and what makes it so. */
function* arcsOf(node) {
  const row = data.arcs.rows[node] || [];
  for (let at = 0; at < row.length; at += 3) {
    const cause = row[at + 1] % UNCERTAIN;
    const elsewhere = data.arcs.elsewhere[`${node} ${at}`];
    const path = elsewhere === undefined ? pathOf(node) : text[elsewhere];
    yield { source: node, target: row[at], cause, certain: row[at + 1] < UNCERTAIN, line: row[at + 2], path };
  }
}

/** Call back with each node that a node loads. */
function eachTarget(node, visit) {
  const row = data.arcs.rows[node];
  if (row !== undefined) for (let at = 0; at < row.length; at += 3) visit(row[at]);
}

/** Return the arc between two nodes. */
function arcBetween(source, target) {
  for (const arc of arcsOf(source)) if (arc.target === target) return arc;
  return null;
}

// -- cycles -----------------------------------------------------------------------------------------

const SERIOUS = new Set(["crashes", "latent"]);
const cycleOf = new Map();
data.cycles.forEach((cycle, number) => {
  if (SERIOUS.has(cycle.class)) for (const node of cycle.modules) cycleOf.set(node, number);
});

/** Tell whether a statement closes a cycle at module level. */
function isInCycle(importer, imported) {
  return cycleOf.has(importer) && cycleOf.get(importer) === cycleOf.get(imported);
}
