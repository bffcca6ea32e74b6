// The view "Cost": what an entry point loads, as an icicle and as a table, and what changed since an earlier run.

function costView(query) {
  const start = costStart(query);
  if (start === null) {
    return {
      view: h(
        "div",
        { class: "page" },
        h("h1", {}, "Cost"),
        costChoice(query, null),
        h("p", { class: "quiet" }, "Choose what is imported."),
      ),
    };
  }
  const load = loadOf(start);
  const top = [...load.parts, ...load.groups].find((one) => one.label === query.get("zoom")) || load.root;
  const stage = h("div", { class: "icicle-stage" });
  const view = h(
    "div",
    { class: "page cost-page" },
    h("h1", {}, "Cost"),
    costChoice(query, start),
    comparisonPart(),
    costHead(load, top, query),
    stage,
    ownersKey(),
    retainedPart(load, query),
  );
  const zoom = (one) => {
    go(
      "cost",
      changed(query, {
        of: nameOf(start),
        zoom: one === load.root ? null : one === top ? one.above?.label : one.label,
      }),
    );
    [...document.querySelectorAll("[data-part]")].find((part) => part.dataset.part === one.label)?.focus();
  };
  const shown = () => {
    const drawing = icicle(load, top, Math.max(320, stage.clientWidth), zoom);
    stage.replaceChildren(drawing);
    walkIcicle(drawing);
  };
  view.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && top !== load.root)
      go("cost", changed(query, { zoom: top.above === load.root ? null : top.above.label }));
  });
  return { view, shown };
}

/** Return what is imported: what the address names, else the most important entry point. */
function costStart(query) {
  const named = placeOf.get(query.get("of"));
  if (named !== undefined) return named;
  const [entry] = data.answers.entries;
  if (entry) return placeOf.get(entry.node);
  const own = ROOT.children.find((box) => !box.outside && box.node >= 0);
  return own ? own.node : null;
}

function costChoice(query, start) {
  const { entries } = data.answers;
  const isEntry = start !== null && entries.some((entry) => entry.node === nameOf(start));
  const option = (entry) =>
    h(
      "option",
      { value: entry.node, selected: start !== null && entry.node === nameOf(start) },
      `${entry.title}: ${entryCost(entry)}`,
    );
  const select = h(
    "select",
    {
      id: "entry",
      "data-key": "entry",
      onchange: (event) => event.target.value && go("cost", { of: event.target.value }),
    },
    !isEntry && h("option", { value: "", selected: true }, start === null ? "" : `import ${nameOf(start)}`),
    entries.map(option),
  );
  const search = searchField("or import any module", (node) => go("cost", { of: nameOf(node) }), {
    placeholder: "Name of a module",
  });
  return h(
    "div",
    { class: "choice" },
    entries.length > 0 && h("div", { class: "field" }, h("label", { for: "entry" }, "Entry point"), select),
    search.element,
  );
}

function costHead(load, top, query) {
  const path = [];
  for (let at = top; at; at = at.above) path.unshift(at);
  const zoomed = path.length > 1;
  const link = (one) =>
    h(
      "a",
      { class: "name", href: routeTo("cost", changed(query, { zoom: one === load.root ? null : one.label })) },
      one.label,
    );
  return h(
    "div",
    { class: "cost-head" },
    h("p", { class: "cost" }, time(top.retained), top.unknown ? " + ?" : ""),
    h(
      "p",
      {},
      zoomed
        ? [
            path.slice(0, -1).map((one) => [link(one), h("span", { "aria-hidden": "true" }, " › ")]),
            h("b", { class: "name" }, top.label),
          ]
        : h("b", { class: "name" }, top.label),
      h(
        "span",
        { class: "quiet" },
        ` ${many(top.modules, "module")}${zoomed ? `, ${percent(top.retained / Math.max(1, load.root.retained))} of the whole` : ""}`,
      ),
    ),
    h(
      "p",
      { class: "quiet" },
      "Width is time. A bar holds what stands below it: that would not be loaded without it. What several parts load stands beside them, not below. Choose a bar to enlarge it, the first bar or Escape to go back.",
      data.about.estimated ? " Times are estimates (≈); nothing was run." : ` ${data.about.weights}`,
    ),
  );
}

function ownersKey() {
  const row = (owner, words) =>
    h("li", {}, h("span", { class: `swatch-square ${owner}`, "aria-hidden": "true" }), words);
  return h(
    "ul",
    { class: "owners" },
    row("ours", "your code"),
    row("library", "libraries"),
    row("standard", "standard library"),
  );
}

// -- the table --------------------------------------------------------------------------------------

function retainedPart(load, query) {
  const owners = { all: "Everything", ours: "Your code", library: "Libraries", standard: "Standard library" };
  const owner = Object.hasOwn(owners, query.get("owner")) ? query.get("owner") : "all";
  const words = (query.get("q") || "").toLowerCase();
  const order = query.get("sort") === "own" ? "own" : "retained";
  const rows = load.parts
    .filter(
      (one) =>
        one.modules > 0 && (owner === "all" || ownerOf(one) === owner) && one.label.toLowerCase().includes(words),
    )
    .sort((one, other) => other[order] - one[order]);
  const head = (key, label) => [
    h(
      "button",
      {
        type: "button",
        class: "sort",
        "data-key": `sort-${key}`,
        onclick: () => go("cost", changed(query, { sort: key === "own" ? "own" : null }), { replace: true }),
      },
      label,
      order === key ? " ↓" : "",
    ),
    true,
    { "aria-sort": order === key ? "descending" : null },
  ];
  const body = h("tbody", {});
  const select = h(
    "select",
    {
      id: "owner",
      "data-key": "owner",
      onchange: (event) =>
        go("cost", changed(query, { owner: event.target.value === "all" ? null : event.target.value }), {
          replace: true,
        }),
    },
    Object.entries(owners).map(([key, label]) => h("option", { value: key, selected: key === owner }, label)),
  );
  const filter = h("input", {
    id: "part-filter",
    type: "text",
    spellcheck: "false",
    value: query.get("q") || "",
    "data-key": "part-filter",
    onchange: (event) => go("cost", changed(query, { q: event.target.value || null }), { replace: true }),
  });
  return h(
    "section",
    { class: "part", "aria-labelledby": "retained" },
    h(
      "div",
      { class: "part-head" },
      h("h2", { id: "retained" }, "What each part holds"),
      h(
        "div",
        { class: "choice" },
        h("div", { class: "field" }, h("label", { for: "owner" }, "Whose"), select),
        h("div", { class: "field" }, h("label", { for: "part-filter" }, "Name has"), filter),
      ),
    ),
    table(
      "What each part holds",
      [
        ["Part"],
        head("retained", "Retained"),
        head("own", "By itself"),
        ["Share", true],
        ["Modules", true],
        [h("span", { class: "unseen" }, "Chain")],
      ],
      body,
    ),
    growing(rows, (one) => retainedRow(one, load), 30, body),
  );
}

function retainedRow(one, load) {
  const start = load.root.nodes[0];
  return h(
    "tr",
    {},
    h(
      "td",
      {},
      moduleLink(nameOf(firstOf(one)), one.label),
      one.part >= size && h("span", { class: "quiet" }, ownerOf(one) === "standard" ? " standard library" : " library"),
    ),
    h("td", { class: "number" }, time(one.retained), one.unknown ? " + ?" : ""),
    h("td", { class: "number" }, time(one.own)),
    h("td", { class: "number" }, percent(one.retained / Math.max(1, load.root.retained))),
    h("td", { class: "number" }, count(one.modules)),
    h("td", {}, one !== load.root && inner("graph", { from: nameOf(start), to: nameOf(firstOf(one)) }, "Why?")),
  );
}

// -- before and after -------------------------------------------------------------------------------

function comparisonPart() {
  const found = data.comparison;
  if (!found) return null;
  const plain = (us) => (us === null ? "not loaded" : time(us, false));
  const row = (change) =>
    h(
      "tr",
      {},
      h("td", {}, moduleLink(change.name)),
      h("td", { class: "number" }, plain(change.before)),
      h("td", { class: "number" }, plain(change.after)),
      h(
        "td",
        { class: `number ${change.difference > 0 ? "worse" : "better"}` },
        `${change.difference > 0 ? "+" : "−"}${time(Math.abs(change.difference), false)}`,
      ),
    );
  const body = h("tbody", {});
  return h(
    "section",
    { class: "part", "aria-labelledby": "comparison" },
    h(
      "div",
      { class: "part-head" },
      h("h2", { id: "comparison" }, "Before and after"),
      h("p", { class: "told" }, "measured"),
    ),
    h("p", { class: "verdict" }, `${plain(found.before)} → ${plain(found.after)}: ${found.verdict}`),
    h(
      "p",
      { class: "quiet" },
      `Difference ${found.difference > 0 ? "+" : "−"}${time(Math.abs(found.difference), false)}, noise ${time(found.noise, false)}. Below: modules whose own time changed by more than their noise, the largest change first.`,
    ),
    found.changes.length > 0 &&
      table("Modules that changed", [["Module"], ["Before", true], ["After", true], ["Change", true]], body),
    growing(found.changes, row, 12, body),
  );
}
