// What one entry point loads, and what each part of that retains. A library is one part, however many of its
// modules are loaded: the same parts, by the same rule, as the terminal has them.

/** Return the part that a node counts to: its library, or itself. */
const partOf = (node) => (nodes.group[node] ? size + nodes.group[node] : node);

/** Return what loading a node costs by parts: dominators, and what is retained by each. */
function loadOf(start) {
  const members = new Map();
  for (const node of closure(start)) {
    const part = partOf(node);
    if (members.has(part)) members.get(part).push(node);
    else members.set(part, [node]);
  }
  const each = (part, visit) => {
    for (const node of members.get(part)) {
      eachTarget(node, (target) => {
        if (partOf(target) !== part) visit(partOf(target));
      });
    }
  };
  const parts = new Map();
  for (const { node: part, above } of dominators(partOf(start), each)) {
    const nodesOf = members.get(part);
    const own = nodesOf.reduce((sum, node) => sum + Math.max(0, nodes.cost[node]), 0);
    const unknown = nodesOf.some((node) => nodes.cost[node] < 0 && !isFunction(node) && kindOf(node) !== "start");
    const one = {
      part,
      nodes: nodesOf,
      own,
      retained: own,
      above: null,
      children: [],
      modules: 0,
      unknown,
      label: partLabel(part),
    };
    one.modules = nodesOf.filter((node) => !isFunction(node) && kindOf(node) !== "start").length;
    parts.set(part, one);
    if (above !== part) {
      one.above = parts.get(above);
      one.above.children.push(one);
    }
  }
  const all = [...parts.values()];
  for (const one of [...all].reverse()) {
    one.children.sort((first, second) => second.retained - first.retained);
    if (one.above) {
      one.above.retained += one.retained;
      one.above.modules += one.modules;
      one.above.unknown ||= one.unknown;
    }
  }
  const groups = all.flatMap(groupChildren);
  return { root: all[0], parts: all, groups };
}

const CROWDED = 40;

/** Put the many modules that one part loads, as a test session does, together by the packages they are in. */
function groupChildren(one) {
  if (one.children.length <= CROWDED) return [];
  const names = one.children.filter((child) => child.part < size && isOurs(child.part)).map((child) => child.label);
  const depth = new Set(names.map((name) => name.split(".")[0])).size > 2 ? 1 : 2;
  const byPackage = new Map();
  const kept = [];
  for (const child of one.children) {
    const package_ = child.part < size && isOurs(child.part) ? child.label.split(".").slice(0, depth).join(".") : "";
    if (package_ && package_ !== child.label) byPackage.set(package_, [...(byPackage.get(package_) || []), child]);
    else kept.push(child);
  }
  const groups = [];
  for (const [name, children] of byPackage) {
    if (children.length < 3) {
      kept.push(...children);
      continue;
    }
    const sum = (key) => children.reduce((total, child) => total + child[key], 0);
    const unknown = children.some((child) => child.unknown);
    const group = {
      part: -1,
      nodes: [],
      own: 0,
      retained: sum("retained"),
      above: one,
      children,
      modules: sum("modules"),
      unknown,
      label: `${name}.*`,
    };
    for (const child of children) child.above = group;
    groups.push(group);
  }
  one.children = [...kept, ...groups].sort((first, second) => second.retained - first.retained);
  return groups;
}

function partLabel(part) {
  if (part < size) return titleOf(part);
  return text[part - size].slice(1, -1);
}

/** Tell whose a part is: ours, a library's, or the standard library's. */
function ownerOf(one) {
  if (one.part < 0) return "ours";
  if (one.part >= size) return text[one.part - size].startsWith("(") ? "standard" : "library";
  return isOutside(one.part) ? kindOf(one.part) : "ours";
}

/** Return the node of a part that is loaded first. */
const firstOf = (one) => one.nodes[0];
