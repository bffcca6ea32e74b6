// "Why does A load B?": chains from one module to another, with the line that makes each step.

const MOST_CHAINS = 6;

/** Show the chains between two modules; where only one is chosen, what to choose the other from. */
function whyPart(from, to) {
  if (from === null || to === null) return null;
  const chains = separateChains(from, to, MOST_CHAINS);
  if (!chains.length) {
    return h(
      "div",
      { class: "answer" },
      verdict(from, " does not load ", to, "."),
      staticNote(from, to),
    );
  }
  const shortest = chains[0].length - 1;
  return h(
    "div",
    { class: "answer" },
    verdict(
      from,
      " loads ",
      to,
      chains.length === 1
        ? ` through a chain of ${many(shortest, "step")}.`
        : ` through ${chains.length === MOST_CHAINS ? "at least " : ""}${chains.length} chains that share no step, the shortest of ${many(shortest, "step")}. To end it, each of them has to be cut.`,
    ),
    chains.map((chain, number) => chainPart(chain, number, chains.length)),
  );
}

function verdict(from, verb, to, rest) {
  const name = (node) => h("b", { class: "name" }, titleOf(node));
  return h("p", { class: "verdict" }, "Importing ", name(from), verb, name(to), rest);
}

function staticNote(from, to) {
  const each = (node, visit) => {
    for (const one of statementsOf(node)) visit(one.imported);
  };
  const chain = isOurs(from) ? shortestChain(from, to, each) : null;
  if (chain === null) return h("p", { class: "quiet" }, "No statement leads there either, of any kind.");
  return [
    h(
      "p",
      { class: "quiet" },
      "A chain of statements leads there all the same; at least one of them does not run at import:",
    ),
    chainPart(chain, 0, 1, true),
  ];
}

function chainPart(chain, number, total, isStatic = false) {
  const steps = chain.slice(1).map((target, at) => stepPart(chain[at], target, isStatic));
  return h(
    "ol",
    { class: "chain", "aria-label": total > 1 ? `Chain ${number + 1} of ${total}` : "Chain" },
    h("li", { class: "start" }, stepName(chain[0])),
    steps,
  );
}

function stepName(node) {
  if (kindOf(node) === "start" || isFunction(node)) return h("span", { class: "name" }, titleOf(node));
  return moduleLink(nameOf(node));
}

function stepPart(source, target, isStatic) {
  const arc = isStatic ? null : arcBetween(source, target);
  const statements = statementsBetween(moduleOf(source), target);
  const statement = statements.find((one) => arc !== null && one.line === arc.line) || statements[0];
  let why = "";
  if (arc !== null && arc.cause === IMPLIED) {
    why = kindOf(source) === "start" ? "begins with it" : "is in this package, which runs first";
  } else if (arc !== null && arc.line) {
    const verb = arc.cause === CALL ? "calls at import" : "imports";
    why = [verb, arc.certain ? "" : " (perhaps)", " ", place(`${arc.path}:${arc.line}`)];
    if (arc.cause === BEYOND)
      why = [verb, " ", h("span", { class: "place outside" }, `${nameOf(source)}, line ${arc.line}`)];
  } else if (statement) {
    why = [
      statement.moment === RUNS ? "imports " : `${MOMENTS[statement.moment]}: imports `,
      place(`${pathOf(statement.importer)}:${statement.line}`),
    ];
  }
  const written = statement && (arc === null || arc.cause === IMPORT) ? h("code", {}, statementText(statement)) : null;
  return h("li", {}, h("span", { class: "step" }, why, written), stepName(target));
}

// -- which two ------------------------------------------------------------------------------------

function whyFields(query, from, to) {
  const starts = nodes.name.map((_, node) => node).filter((node) => isOurs(node) || kindOf(node) === "start");
  const set = (name) => (node) => go("graph", { from: query.get("from"), to: query.get("to"), [name]: nameOf(node) });
  const written = (node) => (node === null ? "" : nameOf(node));
  const first = searchField("Why does", set("from"), {
    value: written(from),
    placeholder: "a module",
    among: starts,
    clears: false,
  });
  const second = searchField("load", set("to"), {
    value: written(to),
    placeholder: "a module or library",
    clears: false,
  });
  const swap = h(
    "button",
    { type: "button", onclick: () => go("graph", { from: query.get("to"), to: query.get("from") }) },
    "Swap",
  );
  return h("div", { class: "why-fields" }, first.element, second.element, swap);
}

function whyHint() {
  const entry = data.answers.entries.find((one) => one.heavy.length);
  if (!entry) return h("p", { class: "quiet" }, "Choose two modules.");
  const example = routeTo("graph", { from: entry.node, to: entry.heavy[0].name });
  return h(
    "p",
    { class: "quiet" },
    "Choose two modules, for example ",
    h("a", { href: example }, `${entry.title} and ${entry.heavy[0].name}`),
    ".",
  );
}
