// The first view: what it costs, what to change, what fails, what is tangled, what was read.

function summaryView(query) {
  const view = h("div", { class: "summary" },
    h("h1", { class: "unseen" }, `Imports of ${data.name}`),
    h("div", { class: "columns" }, h("div", {}, costsPart()), h("div", {}, changesPart(query))),
    h("div", { class: "columns" }, h("div", {}, failingPart()), h("div", {}, tangledPart(), readPart())));
  return { view, shown: () => chosenFix(query) };
}

function section(title, told, ...children) {
  const id = `part-${title.toLowerCase().replace(/ /g, "-")}`;
  return h("section", { class: "part", "aria-labelledby": id },
    h("div", { class: "part-head" }, h("h2", { id }, title), told && h("p", { class: "told" }, told)), children);
}

// -- what it costs ----------------------------------------------------------------------------------

function costsPart() {
  const { entries, waits } = data.answers;
  const told = data.about.estimated ? "≈ estimated from text; nothing was run" : "measured";
  const own = entries.filter((entry) => !entry.like);
  const [first, rest] = [own.slice(0, 3), own.slice(3)];
  const more = rest.length > 0 && h("details", { class: "rest" }, h("summary", {}, many(rest.length, "more entry point")), rest.map(entryCard));
  return section("What it costs", told, waits.map(waitNote),
    entries.length ? first.map(entryCard) : h("p", { class: "quiet" }, "No entry point was found: name one with ", h("code", {}, "entry-points"), " in the settings."),
    more);
}

function waitNote(wait) {
  return h("p", { class: "note bad" }, h("b", {}, `${wait.entry} ${wait.kind} at import`), wait.more > 0 && `, as ${many(wait.more, "other entry point does", "other entry points do")}`,
    ": ", h("code", {}, wait.call), " ", place(wait.place));
}

function entryCard(entry) {
  const heavy = entry.heavy.slice(0, 3);
  return h("article", { class: "card entry" },
    h("header", {},
      h("h3", {}, inner("cost", { of: entry.node }, entry.title)),
      h("span", { class: "cost" }, entryCost(entry))),
    h("p", { class: "quiet" }, [entry.reason, many(entry.modules, "module")].join(" · "), entry.place && [" · ", place(entry.place)]),
    sameNote(entry),
    heavy.length > 0 && h("ol", { class: "heavy" }, heavy.map((one) => heavyRow(entry, one))),
    entry.unknown.length > 0 && h("p", { class: "quiet" }, "Cost unknown, not installed here: ", entry.unknown.slice(0, 4).join(", "),
      entry.unknown.length > 4 ? ` and ${entry.unknown.length - 4} more` : ""));
}

/** Name the entry points that cost the same for the same parts. */
function sameNote(entry) {
  const same = data.answers.entries.filter((other) => other.like === entry.title);
  if (!same.length) return null;
  return h("p", { class: "quiet" }, "The same, for the same parts: ",
    same.map((other, number) => [number ? ", " : "", inner("cost", { of: other.node }, h("code", {}, other.title)), " ", entryCost(other)]));
}

function entryCost(entry) {
  const cost = data.about.unit === "us" ? time(entry.cost) : many(entry.cost, "module");
  return `${cost}${entry.unknown.length ? " + ?" : ""}`;
}

/** Show one of the heaviest parts; the bar behind it is its share, and the number says the same. */
function heavyRow(entry, one) {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${Math.min(100, one.share * 100)}%`;
  return h("li", {}, bar,
    h("a", { class: "name", href: routeTo("graph", { from: entry.node, to: one.name }), title: "Why is it loaded?" }, one.name),
    h("span", { class: "number" }, data.about.unit === "us" ? time(one.cost) : count(one.cost)),
    h("span", { class: "number share-of" }, percent(one.share)),
    h("span", { class: "where" }, one.place ? place(one.place) : ""));
}

// -- what to change ---------------------------------------------------------------------------------

function changesPart() {
  const { fixes, smaller } = data.answers;
  const gaining = fixes.filter((fix) => fix.gains.length);
  const others = fixes.filter((fix) => !fix.gains.length);
  const told = gaining.length ? "most saved first" : "";
  return section("What to change", told,
    !fixes.length && h("p", { class: "quiet" }, nothingToChange()),
    !gaining.length && others.length > 0 && h("p", { class: "quiet" }, nothingToChange()),
    growing(gaining, fixPart, 6),
    others.length > 0 && h("h3", { class: "group-head" }, gaining.length ? "Besides, without a gain in time" : "To tidy up"),
    growing(others, fixPart, gaining.length ? 4 : 6),
    smaller > 0 && h("p", { class: "quiet" }, `${many(smaller, "other import")} can be deferred too, and save less than that.`));
}

function nothingToChange() {
  const first = data.answers.entries[0];
  if (!first) return "Nothing to propose.";
  if (first.unknown.length) return "Nothing to propose for time as long as it is not known what these libraries cost.";
  return `Nothing worth changing for time: ${first.title} loads in ${entryCost(first)}.`;
}

function fixPart(fix) {
  const [gain] = fix.gains;
  return h("details", { class: gain ? "card fix" : "card fix small", "data-fix": fix.id },
    h("summary", {},
      h("span", { class: "fix-id" }, fix.id),
      h("span", { class: "fix-title" }, prose(fix.headline)),
      gain && h("span", { class: "gain" }, gainText(gain)),
      h("span", { class: "fix-marks" },
        badge(fix.risk, fix.risk),
        badge(verdictWord(fix), fix.verdict ? (fix.verdict.holds ? "safe" : "unsafe") : "plain"),
        h("span", { class: "quiet" }, `${many(fix.statements, "statement")} in ${many(fix.files, "file")}`))),
    h("div", { class: "fix-body" },
      fix.verdict && h("p", {}, fix.verdict.text),
      fix.reasons.length > 0 && reasonsPart(fix),
      fix.gains.length > 1 && gainsTable(fix.gains),
      fix.diff ? diff(fix.diff) : fix.edits.length > 0 && editsPart(fix),
      commandsPart(fix)));
}

function verdictWord(fix) {
  if (!fix.verdict) return "not verified";
  return fix.verdict.holds ? "verified" : "withdrawn";
}

function gainText(gain) {
  const cost = (value, mark) => (gain.unit === "us" ? time(value, mark && gain.estimated) : many(value, "module"));
  return [h("span", { class: "of" }, gain.title), " ", h("b", {}, `${cost(gain.before, true)} → ${gain.at_most ? "at most " : ""}${cost(gain.after, false)}`),
    ` (−${percent(gain.share)})`];
}

function gainsTable(gains) {
  const row = (gain) => h("li", {}, gainText(gain), h("span", { class: "quiet" }, `, ${many(gain.removed, "module")} fewer`));
  return growingList("plain-list gains", gains, row, 6);
}

function reasonsPart(fix) {
  const title = { safe: "Why it is safe", review: "What to check", unsafe: "What speaks against it" }[fix.risk] || "What to decide";
  return h("div", {}, h("h3", { class: "sub" }, title),
    h("ul", {}, fix.reasons.map(([reason, where]) => h("li", {}, prose(reason), where && [" ", place(where)]))));
}

function editsPart(fix) {
  const at = (edit) => {
    const [, where, what] = /^(.*?:\d+)(?:: (.*))?$/s.exec(edit) || [null, edit, ""];
    return h("li", {}, place(where), what && h("code", {}, what));
  };
  return h("div", {}, h("h3", { class: "sub" }, fix.manual ? "Where a person decides" : "Where it changes something"),
    growingList("statements", fix.edits, at, 12));
}

function commandsPart(fix) {
  if (fix.manual) return null;
  return h("div", { class: "commands" }, h("h3", { class: "sub" }, "Apply it"),
    command(`importgraph fix ${fix.name} --verify --write`),
    h("p", { class: "quiet" }, "Run it in the folder of the project. ", h("code", {}, "--verify"),
      " proves the change in a copy first, which executes the project's code; without it the change is written unproven."));
}

/** Open the fix that the address names. */
function chosenFix(query) {
  const wanted = query.get("fix");
  const found = wanted && [...document.querySelectorAll("[data-fix]")].find((part) => part.dataset.fix === wanted);
  if (!found) return;
  found.open = true;
  found.scrollIntoView({ block: "center" });
}

/** Link to a fix on the first view. */
function fixLink(id) {
  return inner("summary", { fix: id }, id);
}

// -- what fails, what is tangled, what was read -----------------------------------------------------

function failingPart() {
  const { failing, failing_aside: aside } = data.answers;
  return section("What fails", failing.length ? `${many(failing.length, "root cause")}` : "",
    !failing.length && h("p", { class: "good" }, "Nothing found: each import of the tree's own modules works."),
    growing(failing, failureRow, 6),
    aside > 0 && h("p", { class: "quiet" }, `${count(aside)} more in loose scripts, fixtures and copies: `, h("code", {}, "importgraph unresolved")));
}

function failureRow(finding) {
  const [first, ...rest] = finding.places;
  return h("article", { class: `card failure ${finding.severity}` },
    h("p", {}, prose(finding.message)),
    h("p", { class: "quiet" }, first && place(first), finding.fixes.length > 0 && [" · mended by ", finding.fixes.slice(0, 3).map((id, at) => [at ? ", " : "", fixLink(id)])]),
    rest.length + finding.more > 0 && h("details", {}, h("summary", {}, `${many(rest.length + finding.more, "more place")}`),
      growingList("statements", rest, (one) => h("li", {}, place(one)), 30),
      finding.more > 0 && h("p", { class: "quiet" }, `and ${count(finding.more)} more`)));
}

function tangledPart() {
  const crashing = data.cycles.filter((cycle) => cycle.class === "crashes");
  const latent = data.cycles.filter((cycle) => cycle.class === "latent");
  const { count: several, usage, canonical, statements, duplicates } = data.fragmentation;
  const rows = [
    (crashing.length || latent.length) && ["cycles", crashing.length ? `${many(crashing.length, "cycle")} crash${crashing.length === 1 ? "es" : ""}` : `${many(latent.length, "cycle")} at module level`,
      crashing.length ? (latent.length ? `${count(latent.length)} more do not today` : "when a module of it is imported first") : "none fails today"],
    several && ["paths", `${many(several, "name has", "names have")} several import paths`, `${percent(usage)} of ${many(statements, "statement")} use the canonical one`],
    duplicates.length && ["paths", many(duplicates.length, "repeated definition"), `such as ${duplicates[0].name}, ${duplicates[0].places.length} times`],
  ].filter(Boolean);
  const row = ([view, what, more]) => h("li", {}, inner(view, {}, what), h("span", { class: "quiet" }, more));
  return section("What is tangled", "", rows.length ? h("ul", { class: "plain-list tangles" }, rows.map(row)) : h("p", { class: "good" }, "No cycle at module level, and each name has one import path."));
}

function readPart() {
  const { ledger, counts } = data.answers;
  const broken = ledger.broken.length;
  return section("What was read", "",
    h("p", { class: "ledger" }, h("b", {}, count(ledger.found)), " files found = ", h("b", {}, count(ledger.analysed)), " analysed + ", h("b", {}, count(broken)), " broken + ", h("b", {}, count(ledger.excluded)), " excluded"),
    data.about.environment.map((line) => h("p", { class: "quiet" }, line)),
    data.notes.map((note) => h("p", { class: "quiet" }, note)),
    !data.about.estimated && h("p", { class: "quiet" }, data.about.weights),
    broken > 0 && h("details", {}, h("summary", {}, many(broken, "broken file")),
      growingList("statements", ledger.broken, ([path, line, reason]) => h("li", {}, place(line ? `${path}:${line}` : path), h("span", {}, reason)), 30)),
    ledger.excluded > 0 && h("details", {}, h("summary", {}, many(ledger.excluded, "excluded file")),
      h("ul", { class: "plain-list" }, ledger.reasons.map(([reason, number]) => h("li", {}, h("span", {}, reason), h("span", { class: "number" }, count(number)))))),
    counts.length > 0 && h("details", {}, h("summary", {}, "All findings by rule"),
      table("Findings by rule", [["Rule"], ["Name"], ["Findings", true]],
        h("tbody", {}, counts.map(([code, name, number]) => h("tr", {}, h("td", {}, h("code", {}, code)), h("td", {}, name), h("td", { class: "number" }, count(number))))))));
}
