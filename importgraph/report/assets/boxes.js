// The tree of packages that the explorer opens: every module stands in a box, boxes stand in boxes.

const ROOT = { name: "", label: "", parent: null, children: [], node: -1, modules: 0, cost: 0, known: true };
const EVERYTHING = "(all)";
const boxByName = new Map([
  ["", ROOT],
  [EVERYTHING, ROOT],
]);
const boxOf = new Array(size).fill(null);

buildBoxes();

function buildBoxes() {
  for (let node = 0; node < size; node += 1) {
    if (isOurs(node)) boxOf[node] = boxNamed(nameOf(node), node);
    else if (isOutside(node)) boxOf[node] = outsideBox(node);
  }
  for (let node = 0; node < size; node += 1) if (isFunction(node)) boxOf[node] = boxOf[moduleOf(node)];
  // A package with modules in it is itself one module among them: its `__init__`.
  for (const box of [...boxByName.values()]) {
    if (box.children.length && box.node >= 0) {
      const own = newBox(`${box.name} (itself)`, "__init__", box, box.node);
      own.self = true;
      boxOf[box.node] = own;
    }
  }
  sum(ROOT);
}

/** Return the box of a module of the tree, and make those around it. */
function boxNamed(name, node = -1) {
  const known = boxByName.get(name);
  if (known !== undefined) {
    if (node >= 0) known.node = node;
    return known;
  }
  const cut = name.includes("/") ? name.lastIndexOf("/") : name.lastIndexOf(".");
  const parent = cut > 0 ? boxNamed(name.slice(0, cut)) : ROOT;
  return newBox(name, name.slice(cut + 1), parent, node);
}

/** Return the box of what comes from outside: one for each top-level name. */
function outsideBox(node) {
  const name = nameOf(node).split(".")[0];
  const key = `outside ${name}`;
  const known = boxByName.get(key);
  if (known !== undefined) return known;
  const box = newBox(key, name || nameOf(node), ROOT, placeOf.get(name) ?? node);
  box.outside = kindOf(node);
  return box;
}

function newBox(name, label, parent, node) {
  const box = { name, label, parent, children: [], node, modules: 0, cost: 0, known: true };
  boxByName.set(name, box);
  parent.children.push(box);
  return box;
}

/** Count modules and costs from the leaves up. */
function sum(box) {
  if (!box.children.length) {
    box.modules = box.outside || box.node < 0 ? 0 : 1;
    box.cost = box.node >= 0 && nodes.cost[box.node] >= 0 ? nodes.cost[box.node] : 0;
    box.cyclic = cycleOf.has(box.node);
    return;
  }
  for (const child of box.children) {
    sum(child);
    if (child.outside) continue;
    box.modules += child.modules;
    box.cost += child.cost;
    box.cyclic = box.cyclic || child.cyclic;
  }
}

const isPackage = (box) => box.children.length > 0;

/** Yield the boxes around a box, innermost first, without the root. */
function* around(box) {
  for (let at = box.parent; at && at !== ROOT; at = at.parent) yield at;
}

function isWithin(box, outer) {
  for (let at = box; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The packages of tests: named so, with tests in them. What helps tests stands there too; `django.test` does not. */
const testBoxes = new Set();
for (let node = 0; node < size; node += 1) {
  if (!isTest(node)) continue;
  for (const box of around(boxOf[node])) if (/^tests?$/.test(box.label)) testBoxes.add(box);
}

const inTests = (box) => testBoxes.has(box) || [...around(box)].some((one) => testBoxes.has(one));
const isForTests = (node) => isTest(node) || (boxOf[node] !== null && inTests(boxOf[node]));

/** Return what is drawn for each node: the outermost box that is closed, below a box that is being looked at.

   `filter` tells which nodes count; nodes outside `top` are drawn by nothing, except by their box from outside. */
function shownBoxes(top, open, filter) {
  const shown = new Array(size).fill(null);
  const known = new Map();
  const find = (box) => {
    if (known.has(box)) return known.get(box);
    let found = null;
    if (box.outside) found = box;
    else if (box.parent === top) found = box;
    else if (box.parent && box !== ROOT) {
      const above = find(box.parent);
      found = above === box.parent && open.has(above.name) ? box : above;
    }
    known.set(box, found);
    return found;
  };
  for (let node = 0; node < size; node += 1) {
    if (boxOf[node] !== null && filter(node)) shown[node] = find(boxOf[node]);
  }
  return shown;
}

/** Add up the statements between drawn boxes: a map from source to a map from target to what stands between. */
function linksBetween(shown, keeps) {
  const links = new Map();
  eachLink((importer, imported, moment) => {
    const source = shown[importer];
    const target = shown[imported];
    if (source === null || target === null || source === target || !keeps(moment)) return;
    let row = links.get(source);
    if (row === undefined) links.set(source, (row = new Map()));
    let link = row.get(target);
    if (link === undefined) row.set(target, (link = { source, target, statements: 0, cyclic: false, moments: 0 }));
    link.statements += 1;
    link.moments |= 1 << moment;
    if (moment <= MAY && isInCycle(importer, imported)) link.cyclic = true;
  });
  return links;
}
