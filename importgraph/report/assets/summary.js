// The first view: what it costs, what to change, what fails, what is tangled, what was read.

function summaryView(query) {
  const view = h(
    "div",
    { class: "summary" },
    h("h1", { class: "unseen" }, `Imports of ${data.name}`),
    h("div", { class: "columns" }, h("div", {}, costsPart()), h("div", {}, changesPart(query))),
    h("div", { class: "columns" }, h("div", {}, failingPart()), h("div", {}, tangledPart(), readPart())),
  );
  return { view, shown: () => chosenFix(query) };
}

function section(title, told, ...children) {
  const id = `part-${title.toLowerCase().replace(/ /g, "-")}`;
  return h(
    "section",
    { class: "part", "aria-labelledby": id },
    h("div", { class: "part-head" }, h("h2", { id }, title), told && h("p", { class: "told" }, told)),
    children,
  );
}

// -- what it costs ----------------------------------------------------------------------------------

function costsPart() {
  const { entries, waits } = data.answers;
  const told = data.about.estimated ? "≈ estimated from text; nothing was run" : "measured";
  const own = entries.filter((entry) => !entry.like);
  const [first, rest] = [own.slice(0, 3), own.slice(3)];
  const more =
    rest.length > 0 &&
    h("details", { class: "rest" }, h("summary", {}, many(rest.length, "more entry point")), rest.map(entryCard));
  return section(
    "What it costs",
    told,
    waits.map(waitNote),
    entries.length
      ? first.map(entryCard)
      : h(
          "p",
          { class: "quiet" },
          "No entry point was found: name one with ",
          h("code", {}, "entry-points"),
          " in the settings.",
        ),
    more,
  );
}

function waitNote(wait) {
  return h(
    "p",
    { class: "note bad" },
    h("b", {}, `${wait.entry} ${wait.kind} at import`),
    wait.more > 0 && `, as ${many(wait.more, "other entry point does", "other entry points do")}`,
    ": ",
    h("code", {}, wait.call),
    " ",
    place(wait.place),
  );
}

function entryCard(entry) {
  const heavy = entry.heavy.slice(0, 3);
  return h(
    "article",
    { class: "card entry" },
    h(
      "header",
      {},
      h("h3", {}, inner("cost", { of: entry.node }, entry.title)),
      h("span", { class: "cost" }, entryCost(entry)),
    ),
    h(
      "p",
      { class: "quiet" },
      [entry.reason, many(entry.modules, "module")].join(" · "),
      entry.place && [" · ", place(entry.place)],
    ),
    sameNote(entry),
    heavy.length > 0 &&
      h(
        "ol",
        { class: "heavy" },
        heavy.map((one) => heavyRow(entry, one)),
      ),
    someOf("Cost unknown, not installed here: ", entry.unknown),
    someOf("More is loaded by computed names: ", entry.open, place),
  );
}

function someOf(label, all, show = (one) => one) {
  const more = all.length > 4 ? ` and ${all.length - 4} more` : "";
  const shown = all.slice(0, 4).map((one, number) => [number ? ", " : "", show(one)]);
  return all.length > 0 && h("p", { class: "quiet" }, label, shown, more);
}

/** Name the entry points that cost the same for the same parts. */
function sameNote(entry) {
  const same = data.answers.entries.filter((other) => other.like === entry.title);
  if (!same.length) return null;
  return h(
    "p",
    { class: "quiet" },
    "The same, for the same parts: ",
    same.map((other, number) => [
      number ? ", " : "",
      inner("cost", { of: other.node }, h("code", {}, other.title)),
      " ",
      entryCost(other),
    ]),
  );
}

function entryCost(entry) {
  const cost = data.about.unit === "us" ? time(entry.cost) : many(entry.cost, "module");
  return `${cost}${entry.unknown.length || entry.open.length ? " + ?" : ""}`;
}

/** Show one of the heaviest parts; the bar behind it is its share, and the number says the same. */
function heavyRow(entry, one) {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${Math.min(100, one.share * 100)}%`;
  return h(
    "li",
    {},
    bar,
    h(
      "a",
      { class: "name", href: routeTo("graph", { from: entry.node, to: one.name }), title: "Why is it loaded?" },
      one.name,
    ),
    h("span", { class: "number" }, data.about.unit === "us" ? time(one.cost) : count(one.cost)),
    h("span", { class: "number share-of" }, percent(one.share)),
    h("span", { class: "where" }, one.place ? place(one.place) : ""),
  );
}

// -- what fails, what is tangled, what was read -----------------------------------------------------

function failingPart() {
  const { failing, failing_aside: aside } = data.answers;
  return section(
    "What fails",
    failing.length ? `${many(failing.length, "root cause")}` : "",
    !failing.length && noFailure(),
    growing(failing, failureRow, 6),
    aside > 0 &&
      h(
        "p",
        { class: "quiet" },
        `${count(aside)} more in loose scripts, fixtures and copies: `,
        h("code", {}, "importgraph unresolved"),
      ),
  );
}

/** Say that nothing is missing, without denying the cycles that crash, which stand beside it. */
function noFailure() {
  return data.cycles.some((cycle) => cycle.class === "crashes")
    ? h("p", {}, "No module or name of the tree is missing. A cycle crashes: see ", inner("cycles", {}, "Cycles"), ".")
    : h("p", { class: "good" }, "Nothing found: each import of the tree's own modules works.");
}

function failureRow(finding) {
  const [first, ...rest] = finding.places;
  return h(
    "article",
    { class: `card failure ${finding.severity}` },
    h("p", {}, prose(finding.message)),
    h(
      "p",
      { class: "quiet" },
      first && place(first),
      finding.fixes.length > 0 && [
        " · mended by ",
        finding.fixes.slice(0, 3).map((id, at) => [at ? ", " : "", fixLink(id)]),
      ],
    ),
    rest.length + finding.more > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${many(rest.length + finding.more, "more place")}`),
        growingList("statements", rest, (one) => h("li", {}, place(one)), 30),
        finding.more > 0 && h("p", { class: "quiet" }, `and ${count(finding.more)} more`),
      ),
  );
}

function tangledPart() {
  const crashing = data.cycles.filter((cycle) => cycle.class === "crashes");
  const latent = data.cycles.filter((cycle) => cycle.class === "latent");
  const { count: several, usage, canonical, statements, duplicates } = data.fragmentation;
  const rows = [
    (crashing.length || latent.length) && [
      "cycles",
      crashing.length
        ? `${many(crashing.length, "cycle")} crash${crashing.length === 1 ? "es" : ""}`
        : `${many(latent.length, "cycle")} at module level`,
      crashing.length
        ? latent.length
          ? `${count(latent.length)} more ${latent.length === 1 ? "does" : "do"} not today`
          : "when a module of it is imported first"
        : "none fails today",
    ],
    several && [
      "paths",
      `${many(several, "name has", "names have")} several import paths`,
      `${percent(usage)} of ${many(statements, "statement")} use the canonical one`,
    ],
    duplicates.length && [
      "paths",
      many(duplicates.length, "repeated definition"),
      `such as ${duplicates[0].name}, ${duplicates[0].places.length} times`,
    ],
  ].filter(Boolean);
  const row = ([view, what, more]) => h("li", {}, inner(view, {}, what), h("span", { class: "quiet" }, more));
  return section(
    "What is tangled",
    "",
    rows.length
      ? h("ul", { class: "plain-list tangles" }, rows.map(row))
      : h("p", { class: "good" }, "No cycle at module level, and each name has one import path."),
  );
}

function readPart() {
  const { ledger, counts } = data.answers;
  const broken = ledger.broken.length;
  return section(
    "What was read",
    "",
    h(
      "p",
      { class: "ledger" },
      h("b", {}, count(ledger.found)),
      " files found = ",
      h("b", {}, count(ledger.analysed)),
      " analysed + ",
      h("b", {}, count(broken)),
      " broken + ",
      h("b", {}, count(ledger.excluded)),
      " excluded",
    ),
    data.about.environment.map((line) => h("p", { class: "quiet" }, line)),
    data.notes.map((note) => h("p", { class: "quiet" }, note)),
    !data.about.estimated && h("p", { class: "quiet" }, data.about.weights),
    broken > 0 &&
      h(
        "details",
        {},
        h("summary", {}, many(broken, "broken file")),
        growingList(
          "statements",
          ledger.broken,
          ([path, line, reason]) => h("li", {}, place(line ? `${path}:${line}` : path), h("span", {}, reason)),
          30,
        ),
      ),
    ledger.excluded > 0 &&
      h(
        "details",
        {},
        h("summary", {}, many(ledger.excluded, "excluded file")),
        h(
          "ul",
          { class: "plain-list" },
          ledger.reasons.map(([reason, number]) =>
            h("li", {}, h("span", {}, reason), h("span", { class: "number" }, count(number))),
          ),
        ),
      ),
    counts.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, "All findings by rule"),
        table(
          "Findings by rule",
          [["Rule"], ["Name"], ["Findings", true]],
          h(
            "tbody",
            {},
            counts.map(([code, name, number]) =>
              h(
                "tr",
                {},
                h("td", {}, h("code", {}, code)),
                h("td", {}, name),
                h("td", { class: "number" }, count(number)),
              ),
            ),
          ),
        ),
      ),
  );
}
