// What is known of one module, package or link: the side of the explorer.

/** Show a module of the tree, or what comes from outside. */
function modulePanel(node, query) {
  const imports = [...statementsOf(node)];
  const importers = importersOf(node);
  const file = pathOf(node);
  const facts = [
    ["Kind", kindOf(node)],
    file && ["File", place(file)],
    ["Own cost", costOf(node)],
    isOurs(node) && ["Loads", loadsLine(node)],
    ["Imported by", many(importers.length, "module")],
  ];
  return h(
    "div",
    { class: "panel-body" },
    panelHead(nameOf(node), isOurs(node) ? "Module" : kindOf(node) === "standard" ? "Standard library" : "Library"),
    isBroken.has(node) && h("p", { class: "note bad" }, "This file could not be read whole."),
    cycleNote(node),
    factList(facts),
    panelActions(node, query),
    importsPart("Imports", groupedBy(imports, "imported"), (group) => group.node),
    importsPart(
      "Imported by",
      groupedBy(
        importers.flatMap((one) => statementsBetween(one, node)),
        "importer",
      ),
      (group) => group.node,
    ),
  );
}

function panelHead(name, kind) {
  return h("header", {}, h("p", { class: "eyebrow" }, kind), h("h2", { class: "name", id: "panel-title" }, name));
}

function factList(facts) {
  return h(
    "dl",
    { class: "facts" },
    facts.filter(Boolean).flatMap(([term, said]) => [h("dt", {}, term), h("dd", {}, said)]),
  );
}

function loadsLine(node) {
  const all = [...closure(node)].filter((one) => one !== node && !isFunction(one));
  const ours = all.filter(isOurs).length;
  const cost = all.concat([node]).reduce((sum, one) => sum + Math.max(0, nodes.cost[one]), 0);
  const outside = all.length - ours;
  const words = `${many(ours, "module")} of ours${outside ? `, ${count(outside)} from outside` : ""}, ${time(cost)}`;
  return inner("cost", { of: nameOf(node) }, words);
}

function cycleNote(node) {
  if (!cycleOf.has(node)) return null;
  const number = cycleOf.get(node);
  const cycle = data.cycles[number];
  return h(
    "p",
    { class: "note warn" },
    "In a cycle of ",
    inner("cycles", { c: number + 1 }, many(cycle.modules.length, "module")),
    cycle.class === "crashes" ? " that crashes" : "",
  );
}

function panelActions(node, query) {
  const name = nameOf(node);
  const focused = query.get("focus") === name;
  return h(
    "p",
    { class: "actions" },
    !focused && inner("graph", { focus: name }, "Focus"),
    inner("graph", { from: name }, "What does it load, and why?"),
    inner("graph", { to: name }, "What loads it?"),
  );
}

/** Group statements by one of their ends: most statements first. */
function groupedBy(statements, end) {
  const groups = new Map();
  for (const one of statements) {
    const group = groups.get(one[end]) || { node: one[end], statements: [] };
    group.statements.push(one);
    groups.set(one[end], group);
  }
  return [...groups.values()].sort(
    (one, other) =>
      Number(isOutside(one.node)) - Number(isOutside(other.node)) || (nameOf(one.node) < nameOf(other.node) ? -1 : 1),
  );
}

function importsPart(title, groups) {
  if (!groups.length) return null;
  const row = (group) =>
    h(
      "details",
      { class: "group" },
      h("summary", {}, h("span", { class: "name" }, nameOf(group.node)), moments(group.statements)),
      statementList(group.statements),
      h("p", { class: "actions" }, moduleLink(nameOf(group.node), "Show this module")),
    );
  return h(
    "section",
    {},
    h("h3", {}, title, " ", h("span", { class: "number" }, count(groups.length))),
    growing(groups, row, 30),
  );
}

function moments(statements) {
  const kinds = [...new Set(statements.map((one) => MOMENTS[one.moment]))].filter((kind) => kind !== "runs");
  return kinds.map((kind) => h("span", { class: `moment ${kind.replace(/ /g, "-")}` }, kind));
}

/** List statements with their places and when they run. */
function statementList(statements) {
  const row = (one) =>
    h(
      "li",
      {},
      place(`${pathOf(one.importer)}:${one.line}`),
      h("code", {}, statementText(one)),
      one.moment !== RUNS &&
        h("span", { class: `moment ${MOMENTS[one.moment].replace(/ /g, "-")}` }, MOMENTS[one.moment]),
    );
  const sorted = [...statements].sort((one, other) => one.importer - other.importer || one.line - other.line);
  return h("div", {}, growingList("statements", sorted, row, 40));
}

/** Show a package that is drawn as one box. */
function packagePanel(box, query, keeps) {
  const members = new Uint8Array(size);
  for (let node = 0; node < size; node += 1) members[node] = boxOf[node] !== null && isWithin(boxOf[node], box) ? 1 : 0;
  const out = [];
  const into = [];
  eachLink((importer, imported, moment, row, at) => {
    if (members[importer] !== members[imported] && keeps(moment))
      (members[importer] ? out : into).push(statementAt(importer, row, at));
  });
  return h(
    "div",
    { class: "panel-body" },
    panelHead(box.name.replace(/^outside /, ""), box.outside ? "From outside" : "Package"),
    factList([
      !box.outside && ["Modules", count(box.modules)],
      box.cost > 0 && ["Own cost", time(box.cost)],
      ["Statements out", count(out.length)],
      ["Statements in", count(into.length)],
    ]),
    h(
      "p",
      { class: "actions" },
      isPackage(box) &&
        h(
          "a",
          { href: routeTo("graph", changed(query, { at: box.name, open: null, sel: null, edge: null })) },
          "Show only this package",
        ),
      box.node >= 0 && moduleLink(nameOf(box.node), box.outside ? "Who imports it" : "Its __init__"),
    ),
    importsPart("Imports", groupedBy(out, "imported")),
    importsPart("Imported by", groupedBy(into, "importer")),
  );
}

/** Show the statements behind a link. */
function linkPanel(link, shown, keeps) {
  const statements = [];
  for (let node = 0; node < size; node += 1) {
    if (shown[node] !== link.source) continue;
    for (const one of statementsOf(node)) {
      if (shown[one.imported] === link.target && keeps(one.moment)) statements.push(one);
    }
  }
  const label = (box) => box.name.replace(/^outside /, "");
  return h(
    "div",
    { class: "panel-body" },
    panelHead(`${label(link.source)} → ${label(link.target)}`, "Imports"),
    link.cyclic && h("p", { class: "note warn" }, "Part of a cycle at module level."),
    h("h3", {}, "Statements ", h("span", { class: "number" }, count(statements.length))),
    statementList(statements),
  );
}
