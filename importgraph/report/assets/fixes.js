// "What to change": proposals, most saved first, each with its risk, its diff and the command that applies it.

function changesPart() {
  const { fixes, smaller } = data.answers;
  const gaining = fixes.filter((fix) => fix.gains.length);
  const others = fixes.filter((fix) => !fix.gains.length);
  const told = gaining.length ? "most saved first" : "";
  return section(
    "What to change",
    told,
    !fixes.length && h("p", { class: "quiet" }, nothingToChange()),
    !gaining.length && others.length > 0 && h("p", { class: "quiet" }, nothingToChange()),
    growing(gaining, fixPart, 6),
    others.length > 0 &&
      h("h3", { class: "group-head" }, gaining.length ? "Besides, without a gain in time" : "To tidy up"),
    growing(others, fixPart, gaining.length ? 4 : 6),
    smaller > 0 &&
      h("p", { class: "quiet" }, `${many(smaller, "other import")} can be deferred too, and save less than that.`),
  );
}

function nothingToChange() {
  const first = data.answers.entries[0];
  if (!first) return "Nothing to propose.";
  if (first.unknown.length) return "Nothing to propose for time as long as it is not known what these libraries cost.";
  return `No edit found that saves enough to show: ${first.title} loads in ${entryCost(first)}.`;
}

function fixPart(fix) {
  const [gain] = fix.gains;
  return h(
    "details",
    { class: gain ? "card fix" : "card fix small", "data-fix": fix.id },
    h(
      "summary",
      {},
      h("span", { class: "fix-id" }, fix.id),
      h("span", { class: "fix-title" }, prose(fix.headline)),
      gain && h("span", { class: "gain" }, gainText(gain)),
      h(
        "span",
        { class: "fix-marks" },
        badge(fix.risk, fix.risk),
        badge(verdictWord(fix), fix.verdict ? (fix.verdict.holds ? "safe" : "unsafe") : "plain"),
        h("span", { class: "quiet" }, `${many(fix.statements, "statement")} in ${many(fix.files, "file")}`),
      ),
    ),
    h(
      "div",
      { class: "fix-body" },
      fix.verdict && h("p", {}, fix.verdict.text),
      fix.reasons.length > 0 && reasonsPart(fix),
      fix.gains.length > 1 && gainsTable(fix.gains),
      fix.diff ? diff(fix.diff) : fix.edits.length > 0 && editsPart(fix),
      commandsPart(fix),
    ),
  );
}

function verdictWord(fix) {
  if (!fix.verdict) return "not verified";
  return fix.verdict.holds ? "verified" : "withdrawn";
}

function gainText(gain) {
  const cost = (value, mark) => (gain.unit === "us" ? time(value, mark && gain.estimated) : many(value, "module"));
  return [
    h("span", { class: "of" }, gain.title),
    " ",
    h("b", {}, `${cost(gain.before, true)} → ${gain.at_most ? "at most " : ""}${cost(gain.after, false)}${gain.open ? " + ?" : ""}`),
    ` (${gain.open ? "at most " : ""}−${percent(gain.share)})`,
  ];
}

function gainsTable(gains) {
  const row = (gain) =>
    h("li", {}, gainText(gain), h("span", { class: "quiet" }, `, ${many(gain.removed, "module")} fewer`));
  return growingList("plain-list gains", gains, row, 6);
}

function reasonsPart(fix) {
  const title =
    { safe: "Why it is safe", review: "What to check", unsafe: "What speaks against it" }[fix.risk] || "What to decide";
  return h(
    "div",
    {},
    h("h3", { class: "sub" }, title),
    h(
      "ul",
      {},
      fix.reasons.map(([reason, where]) => h("li", {}, prose(reason), where && [" ", place(where)])),
    ),
  );
}

function editsPart(fix) {
  const at = (edit) => {
    const [, where, what] = /^(.*?:\d+)(?:: (.*))?$/s.exec(edit) || [null, edit, ""];
    return h("li", {}, place(where), what && h("code", {}, what));
  };
  return h(
    "div",
    {},
    h("h3", { class: "sub" }, fix.manual ? "Where a person decides" : "Where it changes something"),
    growingList("statements", fix.edits, at, 12),
  );
}

function commandsPart(fix) {
  if (fix.manual) return null;
  return h(
    "div",
    { class: "commands" },
    h("h3", { class: "sub" }, "Apply it"),
    command(`importgraph fix ${fix.name} --verify --write`),
    h(
      "p",
      { class: "quiet" },
      "Run it in the folder of the project. ",
      h("code", {}, "--verify"),
      " proves the change in a copy first, which executes the project's code; without it the change is written unproven.",
    ),
  );
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
