// The view "Graph": tools above, the picture, and what is known of the chosen part beside it.

const FILTERS = [
  { key: "runs", label: "Runs at import", moments: [0, 1], on: true },
  { key: "deferred", label: "Deferred", moments: [2], on: false },
  { key: "lazy", label: "Lazy", moments: [3], on: false },
  { key: "types", label: "Type-only", moments: [4], on: false },
  {
    key: "rest",
    label: "Other",
    moments: [5, 6],
    on: false,
    title: "For another Python or platform, below __main__, or in a mock",
  },
  { key: "tests", label: "Tests", on: false },
  { key: "outside", label: "From outside", on: false },
];
const MOST_BOXES = 40;

/** Draw the view. */
function explorerView(query) {
  const state = explorerState(query);
  const picture = canvas("The import graph");
  const panel = h("aside", { class: "panel", tabindex: "0", "aria-label": "About the chosen part" });
  const focus = nodeIn(query, "focus");
  const [from, to] = [nodeIn(query, "from"), nodeIn(query, "to")];
  const asksWhy = query.has("from") || query.has("to") || query.has("why");
  const part = asksWhy
    ? h("div", { class: "why" }, whyFields(query, from, to), whyPart(from, to) || whyHint())
    : h("div", { class: "stage" }, picture.frame, panel);
  const head = h(
    "div",
    { class: "tools" },
    toolRow(query, state, picture, asksWhy),
    !asksWhy && filterRow(query, state),
  );
  const view = h(
    "div",
    { class: "explorer" },
    h("h1", { class: "unseen" }, "The import graph"),
    head,
    !asksWhy && trail(query, state, focus),
    part,
  );
  view.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (query.get("sel") || query.get("edge"))) {
      go("graph", changed(query, { sel: null, edge: null }), { replace: true });
    }
  });
  if (asksWhy) return { view };
  const drawn = () =>
    focus !== null ? drawFocus(focus, state, picture, panel, query) : drawOverview(state, picture, panel, query);
  return { view, shown: drawn };
}

function nodeIn(query, name) {
  return placeOf.get(query.get(name)) ?? null;
}

/** Read what is drawn from the parameters. */
function explorerState(query) {
  const said = query.has("show") ? new Set(query.getAll("show")) : null;
  const on = new Set(FILTERS.filter((one) => (said === null ? one.on : said.has(one.key))).map((one) => one.key));
  const moments = new Set(FILTERS.filter((one) => one.moments && on.has(one.key)).flatMap((one) => one.moments));
  const at = boxByName.get(query.get("at") || "") || ROOT;
  return {
    at: at === ROOT && !query.has("at") ? firstBox() : at,
    open: query.has("open") || query.has("at") ? new Set(query.getAll("open")) : firstOpen(),
    on,
    keeps: (moment) => moments.has(moment),
    counts: (node) => (isOutside(node) ? on.has("outside") : on.has("tests") || !isForTests(node)),
    most: Number(query.get("most")) || MOST_BOXES,
  };
}

const CROWDED_TOP = 12;

/** Return what is drawn first: everything; of a tree with one package, or with very many, the one that is started. */
function firstBox() {
  const own = ROOT.children.filter((box) => !box.outside);
  const packages = own.filter(isPackage);
  if (own.length === 1 && packages.length === 1) return packages[0];
  if (own.length <= CROWDED_TOP) return ROOT;
  const started = data.answers.entries
    .map((entry) => placeOf.get(entry.node))
    .filter((node) => node !== undefined && boxOf[node]);
  const tops = new Set(started.map((node) => [...around(boxOf[node]), boxOf[node]].find((box) => box.parent === ROOT)));
  return packages.filter((box) => tops.has(box)).sort((one, other) => other.modules - one.modules)[0] || ROOT;
}

/** Return what is open at first: packages of small trees, as long as the picture stays easy to read.

   One or two closed boxes say nothing: there the smaller is opened, however much it holds. */
function firstOpen() {
  const open = new Set();
  let boxes = firstBox().children.filter((box) => !box.outside && !inTests(box) && !isTest(box.node));
  for (;;) {
    const next = boxes
      .filter((box) => isPackage(box))
      .sort((one, other) => one.children.length - other.children.length)[0];
    if (!next || (boxes.length > 2 && boxes.length + next.children.length > 18)) return open;
    open.add(next.name);
    boxes = [...boxes.filter((box) => box !== next), ...next.children];
  }
}

// -- the picture of packages ------------------------------------------------------------------------

function drawOverview(state, picture, panel, query) {
  const found = overview(state);
  const { items, boxes, size } = placed(found, Math.max(560, picture.frame.clientWidth - 60));
  const chosen = boxByName.get(query.get("sel") || "") || null;
  const edge = chosenLink(found.links, query);
  const act = actions(query, state);
  const parts = overviewParts({ items, boxes }, found.links, act, marksOf(found, chosen, edge));
  picture.draw(parts, size);
  if (!boxes.size)
    panel.replaceChildren(h("div", { class: "panel-body" }, h("p", {}, "No module is left by these filters.")));
  else if (edge !== null) panel.replaceChildren(linkPanel(edge, found.shown, state.keeps));
  else if (chosen === null || chosen === ROOT) panel.replaceChildren(legend(state, found.links));
  else if (isPackage(chosen) || chosen.outside) panel.replaceChildren(packagePanel(chosen, query, state.keeps));
  else panel.replaceChildren(modulePanel(chosen.node, query));
  return picture;
}

function chosenLink(links, query) {
  const [source, target] = query.getAll("edge");
  return links.find((link) => link.source.name === source && link.target.name === target) || null;
}

/** Say which parts of the picture stand out: what was chosen with its neighbours, and the heaviest chain. */
function marksOf({ links, shown }, chosen, edge) {
  const boxes = new Set(chosen && chosen !== ROOT ? [chosen] : []);
  const near = new Set(edge ? [edge.source, edge.target] : []);
  for (const link of links) {
    if (boxes.has(link.source)) near.add(link.target);
    if (boxes.has(link.target)) near.add(link.source);
  }
  return { boxes, near, edge, any: boxes.size > 0 || edge !== null, heavy: heavySteps(shown) };
}

/** Return the steps, between drawn boxes (`shown`, by node), of the chains to the heaviest things that are loaded. */
function heavySteps(shown) {
  const steps = new Set();
  for (const entry of data.answers.entries.slice(0, 1)) {
    for (const heavy of entry.heavy.slice(0, 3)) {
      for (const [source, target] of heavy.chain) {
        const [one, other] = [source, target].map((name) => shown[moduleOf(placeOf.get(name) ?? -1)]);
        if (one && other && one !== other) steps.add(`${one.name} ${other.name}`);
      }
    }
  }
  return steps;
}

function actions(query, state) {
  const set = (changes, options) => go("graph", changed(query, changes), options);
  const opened = (box, on) => {
    const open = new Set(state.open);
    if (on) for (const one of [box, ...around(box)]) open.add(one.name);
    else open.delete(box.name);
    set({ open: open.size ? [...open] : ["none"], sel: null, edge: null });
    refocus(on ? box.children[0] : box);
  };
  return {
    select: (box) => {
      set({ sel: box.name, edge: null }, { replace: true });
      refocus(box);
    },
    open: (box) => (isPackage(box) ? opened(box, true) : set({ sel: box.name, edge: null }, { replace: true })),
    close: (box) => box.parent && box.parent !== state.at && opened(box.parent, false),
    toggle: (box) => opened(box, !state.open.has(box.name)),
    focus: (box) => box.node >= 0 && go("graph", { focus: nameOf(box.node) }),
    edge: (link) => set({ edge: [link.source.name, link.target.name], sel: null }, { replace: true }),
    more: () => set({ most: state.most * 2 }),
  };
}

/** Put the keyboard back to a box after the picture was drawn anew. */
function refocus(box) {
  const found = [...document.querySelectorAll("[data-box]")].find((part) => part.dataset.box === box.name);
  if (found) found.focus({ preventScroll: true });
}

// -- one module in the middle -----------------------------------------------------------------------

function drawFocus(node, state, picture, panel, query) {
  const act = {
    row: (row) =>
      row.nodes.length === 1 ? go("graph", changed(query, { focus: nameOf(row.nodes[0]) })) : openPackage(row),
  };
  const openPackage = (row) => go("graph", { at: row.label.split(":")[0] });
  const { parts, size } = focusParts(node, state.keeps, state.counts, act);
  picture.draw(parts, size);
  panel.replaceChildren(modulePanel(node, query));
  return picture;
}
