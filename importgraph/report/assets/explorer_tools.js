// Around the picture of the explorer: search, filters, the packages around, and how to read it.

function toolRow(query, state, picture, asksWhy) {
  const search = searchField(
    "Find a module",
    (node) => go("graph", { focus: nameOf(node), show: query.getAll("show") }),
    { placeholder: "Name of a module, press /" },
  );
  search.input.dataset.search = "";
  return h(
    "div",
    { class: "tool-row" },
    search.element,
    h("span", { class: "spring" }),
    asksWhy
      ? inner("graph", {}, "Back to the graph")
      : [
          h("a", { class: "button", href: routeTo("graph", { why: "1" }) }, "Why does A load B?"),
          h("button", { type: "button", onclick: () => saveDrawing(picture, `${data.name}-imports.svg`) }, "Save SVG"),
        ],
  );
}

function filterRow(query, state) {
  const box = ({ key, label, title }) => {
    const toggle = (event) => {
      const now = new Set(state.on);
      if (event.target.checked) now.add(key);
      else now.delete(key);
      go("graph", changed(query, { show: now.size ? [...now] : ["none"], edge: null }), { replace: true });
    };
    return h(
      "label",
      { class: "filter", title },
      h("input", { type: "checkbox", checked: state.on.has(key), "data-key": `filter-${key}`, onchange: toggle }),
      h("span", { class: `swatch ${key}` }),
      label,
    );
  };
  return h(
    "fieldset",
    { class: "filters" },
    h("legend", { class: "unseen" }, "Which imports are drawn"),
    FILTERS.map(box),
  );
}

/** Show where the picture is in the tree of packages. */
function trail(query, state, focus) {
  const step = (box) =>
    h(
      "a",
      {
        href: routeTo(
          "graph",
          changed(query, {
            at: box === ROOT ? EVERYTHING : box.name,
            sel: null,
            edge: null,
            open: null,
            most: null,
            focus: null,
          }),
        ),
      },
      box === ROOT ? data.name : box.label,
    );
  const steps = [ROOT, ...[...around(state.at)].reverse(), ...(state.at === ROOT ? [] : [state.at])];
  const boxes = focus === null ? steps : [ROOT, ...(boxOf[focus] ? [...around(boxOf[focus])].reverse() : [])];
  return h(
    "nav",
    { class: "trail", "aria-label": "Packages around" },
    boxes.map((box) => [step(box), h("span", { "aria-hidden": "true" }, "›")]),
    focus === null ? h("span", { class: "quiet" }, summaryOf(state)) : h("span", { class: "name" }, nameOf(focus)),
  );
}

function summaryOf(state) {
  const cost = state.at === ROOT ? "" : state.at.cost ? `, ${time(state.at.cost)} of its own` : "";
  return `${many(state.at.modules, "module")}${cost}`;
}

function legend(state, links) {
  const cyclic = links.filter((link) => link.cyclic).length;
  const row = (sample, words) => h("li", {}, sample, h("span", {}, words));
  const line = (kind) =>
    s(
      "svg",
      { class: "sample", width: 34, height: 10, "aria-hidden": "true" },
      s("g", { class: `link ${kind}` }, s("path", { class: "line", d: "M1,5H33", "stroke-width": 2 })),
    );
  return h(
    "div",
    { class: "panel-body" },
    h(
      "header",
      {},
      h("p", { class: "eyebrow" }, "How to read it"),
      h("h2", {}, "Importers stand above, or left of, what they import"),
    ),
    h(
      "ul",
      { class: "legend" },
      row(line("plain"), "imports; wider: more statements"),
      row(
        line("cyclic"),
        cyclic
          ? `part of a cycle at module level (${many(cyclic, "link")} here)`
          : "part of a cycle at module level (none here)",
      ),
      row(line("heavy"), "on the way to the heaviest things that are loaded"),
      row(line("plain later"), "does not run at import"),
    ),
    h("p", {}, "Choose a box or a line to see the statements behind it. Open a package with its + or a double click."),
    h(
      "dl",
      { class: "keys" },
      [
        ["/", "find a module"],
        ["Arrows", "go from box to box"],
        ["Enter", "choose"],
        ["+ and −", "open and close a package"],
        ["F", "put a module in the middle"],
      ].flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]),
    ),
    costliest(state),
  );
}

function costliest(state) {
  const top = [...state.at.children]
    .filter((box) => !box.outside && box.cost > 0)
    .sort((one, other) => other.cost - one.cost)
    .slice(0, 6);
  if (top.length < 2) return null;
  return h(
    "section",
    {},
    h("h3", {}, "Costliest here, by their own code"),
    h(
      "ul",
      { class: "plain-list" },
      top.map((box) =>
        h("li", {}, h("span", { class: "name" }, box.label), h("span", { class: "number" }, time(box.cost))),
      ),
    ),
  );
}
