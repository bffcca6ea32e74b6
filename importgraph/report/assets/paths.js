// The view "Paths": definitions that are imported through several paths, and those that are written twice.

function pathsView(query) {
  const found = data.fragmentation;
  const chosen =
    found.definitions.find((one) => `${one.module}.${one.name}` === query.get("d")) || found.definitions[0];
  const stage = h("div", { class: "flow" });
  const view = h(
    "div",
    { class: "page" },
    h("h1", {}, "Import paths"),
    h("p", { class: "lead" }, pathsLead(found)),
    found.definitions.length > 0 &&
      h(
        "div",
        { class: "split" },
        definitionList(found, chosen, query),
        h("section", { class: "detail", "aria-label": `${chosen.name} in detail` }, definitionPart(chosen, stage)),
      ),
    duplicatesPart(found.duplicates),
  );
  const shown = () => {
    if (chosen) stage.replaceChildren(pathsDrawing(chosen, Math.max(340, stage.clientWidth)));
  };
  return { view, shown };
}

function pathsLead(found) {
  if (!found.count) return "Each definition of the tree is imported through one path.";
  const others = found.others.map(([policy, usage]) => `${(usage * 100).toFixed(1)} % by ${policy}`).join(", ");
  return [
    `${many(found.count, "definition is", "definitions are")} imported through several paths. `,
    h("b", {}, `${(found.usage * 100).toFixed(1)} %`),
    ` of ${many(found.statements, "statement")} use the canonical one, by the policy ${found.policy} (${others}).`,
  ];
}

function definitionList(found, chosen, query) {
  const words = (query.get("q") || "").toLowerCase();
  const shown = found.definitions.filter((one) => `${one.module}.${one.name}`.toLowerCase().includes(words));
  const row = (one) =>
    h(
      "li",
      {},
      h(
        "a",
        {
          class: "choice-row",
          href: routeTo("paths", changed(query, { d: `${one.module}.${one.name}` })),
          "aria-current": one === chosen ? "true" : null,
        },
        h("span", { class: "name" }, one.name),
        h("span", { class: "quiet" }, one.module),
        h("span", { class: "number" }, `${one.paths.length} paths`),
        usageBar(one.usage),
      ),
    );
  const filter = h("input", {
    id: "definition-filter",
    type: "text",
    spellcheck: "false",
    value: query.get("q") || "",
    "data-key": "definition-filter",
    onchange: (event) => go("paths", changed(query, { q: event.target.value || null }), { replace: true }),
  });
  return h(
    "nav",
    { class: "choices", "aria-label": "Definitions" },
    h("div", { class: "field" }, h("label", { for: "definition-filter" }, "Name has"), filter),
    shown.length ? growingList("", shown, row, 24) : h("p", { class: "quiet" }, "No definition has that in its name."),
    found.count > found.definitions.length &&
      h(
        "p",
        { class: "quiet" },
        `The ${count(found.definitions.length)} with most stray statements; importgraph fragmentation lists all.`,
      ),
  );
}

/** Draw which part of the statements uses the canonical path; the number says the same. */
function usageBar(share) {
  const full = h("span", { class: "usage-full" });
  full.style.width = `${share * 100}%`;
  return h("span", { class: "usage", role: "img", "aria-label": `${percent(share)} canonical` }, full);
}

function definitionPart(one, stage) {
  const fix = data.answers.fixes.find((other) => other.id === one.fix);
  return [
    h(
      "h2",
      {},
      h("span", { class: "name" }, one.name),
      " ",
      h("span", { class: "quiet" }, `${one.kind} defined in `, moduleLink(one.module)),
    ),
    h(
      "p",
      {},
      "Canonical: ",
      h("code", {}, `from ${one.canonical} import ${one.name}`),
      ` (${percent(one.usage)} of the statements)`,
    ),
    stage,
    one.strays > 0 &&
      h(
        "div",
        {},
        h("h3", {}, "Stray statements ", h("span", { class: "number" }, count(one.strays))),
        growingList("statements columns-2", one.stray, (where) => h("li", {}, place(where)), 12),
        one.strays > one.stray.length && h("p", { class: "quiet" }, `and ${count(one.strays - one.stray.length)} more`),
      ),
    fix &&
      h(
        "div",
        {},
        h("h3", {}, "The rewrite ", fixLink(fix.id)),
        fix.diff ? diff(fix.diff) : h("p", { class: "quiet" }, "The change is long: the command shows it as a diff."),
        command(`importgraph fix ${fix.name} ${fix.diff ? "--verify --write" : "--diff"}`),
      ),
    !fix && one.strays > 0 && h("p", { class: "quiet" }, "No rewrite is proposed for these statements."),
  ];
}

// -- definition, paths, importers -------------------------------------------------------------------

const PATH_ROW = 34;
const MOST_IMPORTERS = 5;

/** Return the modules that take a name from a path, each with the lines. */
function takersOf(path, name) {
  const node = placeOf.get(path);
  if (node === undefined) return [];
  return importersOf(node).filter((importer) =>
    statementsBetween(importer, node).some((one) => one.names.some((taken) => text[taken] === name)),
  );
}

function pathsDrawing(one, width) {
  const rows = one.paths.map(([path, number]) => ({ path, number, takers: takersOf(path, one.name) }));
  const heights = rows.map((row) => Math.max(1, Math.min(row.takers.length, MOST_IMPORTERS + 1)) * 22 + 14);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const narrow = width < 620;
  const [left, middle] = narrow ? [0, width * 0.42] : [width * 0.24, width * 0.33];
  const gap = narrow ? 22 : 46;
  const [x2, x3] = [left + (narrow ? 0 : gap), left + middle + (narrow ? gap : 2 * gap)];
  const centre = total / 2;
  const parts = [];
  let y = 0;
  rows.forEach((row, number) => {
    const height = heights[number];
    const isCanonical = row.path === one.canonical;
    const own = y + height / 2;
    if (!narrow)
      parts.push(
        s("path", {
          class: isCanonical ? "flow-line canonical" : "flow-line",
          d: curve(left, centre, x2, own),
          "stroke-width": flowWidth(row.number, one),
        }),
      );
    parts.push(flowBox(x2, own - 14, middle, row.path, `${row.number}×`, isCanonical ? "canonical" : "stray"));
    const shown = row.takers.slice(0, row.takers.length > MOST_IMPORTERS + 1 ? MOST_IMPORTERS : MOST_IMPORTERS + 1);
    const labels = shown.map(nameOf);
    if (row.takers.length > shown.length) labels.push(`and ${count(row.takers.length - shown.length)} more modules`);
    labels.forEach((label, at) => {
      const line = own + (at - (labels.length - 1) / 2) * 22;
      parts.push(s("path", { class: "flow-line thin", d: curve(x2 + middle, own, x3, line) }));
      parts.push(
        s(
          "text",
          { x: x3 + 5, y: line + 4 },
          fitted(label, width - x3 - 8, "12.5px system-ui, sans-serif"),
          s("title", {}, label),
        ),
      );
    });
    y += height;
  });
  if (!narrow) parts.push(flowBox(0, centre - 16, left, one.name, "", "definition"));
  return s(
    "svg",
    {
      class: "flow-drawing",
      width,
      height: total,
      viewBox: `0 0 ${width} ${total}`,
      role: "img",
      "aria-label": `${one.name} is taken from ${rows.map((row) => `${row.path}, ${row.number} times`).join("; ")}`,
    },
    parts,
  );
}

function flowWidth(number, one) {
  return (1.2 + (5 * number) / one.paths.reduce((sum, path) => sum + path[1], 0)).toFixed(1);
}

function flowBox(x, y, width, label, note, kind) {
  const room = width - 20 - (note ? textWidth(note) + 8 : 0);
  return s(
    "g",
    { class: `flow-box ${kind}` },
    s("rect", { x, y, width, height: 28, rx: 6 }),
    s("text", { x: x + 10, y: y + 18.5 }, fitted(label, room, "13px system-ui, sans-serif")),
    note && s("text", { class: "flow-note", x: x + width - 10, y: y + 18.5, "text-anchor": "end" }, note),
    s("title", {}, label),
  );
}

// -- duplicates -------------------------------------------------------------------------------------

function duplicatesPart(duplicates) {
  if (!duplicates.length) return null;
  const body = h("tbody", {});
  const row = (one) =>
    h(
      "tr",
      {},
      h("td", {}, h("code", {}, one.name), h("span", { class: "quiet" }, ` ${one.kind}`)),
      h("td", { class: "number" }, count(one.places.length)),
      h("td", { class: "number" }, percent(one.similarity)),
      h(
        "td",
        {},
        one.places.slice(0, 6).map(([module, line], number) => [number ? ", " : "", moduleLink(module), `:${line}`]),
        one.places.length > 6 ? ` and ${one.places.length - 6} more` : "",
      ),
    );
  return h(
    "section",
    { class: "part", "aria-labelledby": "duplicates" },
    h(
      "div",
      { class: "part-head" },
      h("h2", { id: "duplicates" }, "Written more than once"),
      h("p", { class: "told" }, "different definitions that share a name and much of their text"),
    ),
    table("Repeated definitions", [["Name"], ["Times", true], ["Alike", true], ["Where"]], body),
    growing(duplicates, row, 12, body),
  );
}
