// One module in the middle: who imports it on the left, what it imports on the right.

const ROW = 30;
const MOST_ROWS = 14;

/** Draw a module with its neighbours; many of one package become one row. */
function focusParts(node, keeps, counts, act) {
  const importers = importersOf(node).filter(
    (one) => counts(one) && statementsBetween(one, node).some((statement) => keeps(statement.moment)),
  );
  const imported = [
    ...new Set([...statementsOf(node)].filter((one) => keeps(one.moment)).map((one) => one.imported)),
  ].filter((one) => one !== node && counts(one));
  const left = rowsOf(importers);
  const right = rowsOf(imported);
  const font = "13px system-ui, sans-serif";
  const columnWidth = (rows) => Math.min(300, Math.max(120, ...rows.map((row) => textWidth(row.label, font) + 28)));
  const [leftWidth, rightWidth] = [columnWidth(left), columnWidth(right)];
  const centre = Math.min(320, Math.max(150, textWidth(nameOf(node), LABEL) + 40));
  const height = Math.max(left.length, right.length, 3) * ROW + 40;
  const [x1, x2] = [leftWidth + 90, leftWidth + 90 + centre];
  const y = 40 + (height - 40 - 54) / 2;
  const parts = [
    arrowHeads(),
    columnTitle("Imported by", importers.length, 0),
    columnTitle("Imports", imported.length, x2 + 90),
    ...columnParts(left, 0, leftWidth, height, (at) => curve(leftWidth, at, x1, y + 27), act),
    ...columnParts(right, x2 + 90, rightWidth, height, (at) => curve(x2, y + 27, x2 + 90, at), act),
    s(
      "g",
      { class: `box chosen ${kindOf(node)}` },
      s("rect", { class: "face", x: x1, y, width: centre, height: 54, rx: 8 }),
      s(
        "text",
        { class: "box-label", x: (x1 + x2) / 2, y: y + 24, "text-anchor": "middle" },
        fitted(nameOf(node), centre - 20, LABEL),
      ),
      s(
        "text",
        { class: "box-detail", x: (x1 + x2) / 2, y: y + 42, "text-anchor": "middle" },
        `${costOf(node)} by itself`,
      ),
      s("title", {}, nameOf(node)),
    ),
  ];
  return { parts, size: { width: x2 + 90 + rightWidth, height } };
}

function columnTitle(title, number, x) {
  return s("text", { class: "column-title", x: x + 2, y: 18 }, `${title} (${count(number)})`);
}

/** Make rows of modules: where they are too many, those of one package become one, innermost packages first. */
function rowsOf(members) {
  let groups = members.map((node) => ({ label: nameOf(node), nodes: [node] }));
  if (groups.length > MOST_ROWS) {
    groups = packagesOf(members, 1);
    for (let depth = 2; depth < 8; depth += 1) {
      const finer = packagesOf(members, depth);
      if (finer.length > MOST_ROWS) break;
      groups = finer;
    }
  }
  groups.sort((one, other) => other.nodes.length - one.nodes.length || (one.label < other.label ? -1 : 1));
  const rest = groups.slice(MOST_ROWS);
  groups = groups
    .slice(0, MOST_ROWS)
    .map((group) =>
      group.nodes.length === 1
        ? { ...group, label: nameOf(group.nodes[0]) }
        : { ...group, label: `${group.label}: ${many(group.nodes.length, "module")}` },
    );
  const left = rest.reduce((sum, group) => sum + group.nodes.length, 0);
  if (left) groups.push({ label: `${many(left, "more module", "more modules")}: see the list`, nodes: [] });
  return groups;
}

/** Group modules by the first parts of their names. */
function packagesOf(members, depth) {
  const merged = new Map();
  for (const node of members) {
    const name = nameOf(node);
    let end = -1;
    for (let part = 0; part < depth && end < name.length; part += 1) {
      const dot = name.indexOf(".", end + 1);
      end = dot < 0 ? name.length : dot;
    }
    const label = name.slice(0, end);
    const group = merged.get(label);
    if (group === undefined) merged.set(label, { label, nodes: [node] });
    else group.nodes.push(node);
  }
  return [...merged.values()];
}

function columnParts(rows, x, width, height, line, act) {
  const top = 40 + (height - 40 - rows.length * ROW) / 2;
  return rows.map((row, number) => {
    const y = top + number * ROW;
    const single = row.nodes.length === 1;
    const kind = row.nodes.length ? kindOf(row.nodes[0]) : "namespace";
    const open = () => act.row(row);
    const attributes = row.nodes.length
      ? {
          role: "button",
          tabindex: "-1",
          "data-walk": "",
          "aria-label": row.label,
          onclick: open,
          onkeydown: pressed(open),
        }
      : {};
    return s(
      "g",
      { class: `box row ${kind}${single ? "" : " several"}`, ...attributes },
      s("path", { class: "link-line", d: line(y + 12), "marker-end": "url(#head-plain)" }),
      s("rect", { class: "face", x, y, width, height: 24, rx: 6 }),
      s("text", { class: "row-label", x: x + 12, y: y + 16.5 }, fitted(row.label, width - 22)),
      s("title", {}, row.label),
    );
  });
}

function curve(x1, y1, x2, y2) {
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
}
