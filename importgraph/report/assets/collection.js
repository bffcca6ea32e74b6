// The view "Collection": which test files pytest would fail to collect, by root cause, and which cost most.

function collectionView() {
  const found = data.collection;
  const view = h(
    "div",
    { class: "page" },
    h("h1", {}, "Collection"),
    found
      ? predictionPart(found)
      : h("p", { class: "quiet" }, "No test files were found, or their collection was not predicted."),
    slowestPart(),
  );
  return { view };
}

function predictionPart(found) {
  const good = !found.failing && !found.aborts;
  return [
    h(
      "p",
      { class: "lead" },
      found.aborts
        ? "pytest would not start."
        : good
          ? `None of ${many(found.files, "test file")} is predicted to fail when pytest collects it.`
          : `${count(found.failing)} of ${many(found.files, "test file")} are predicted to fail when pytest collects them, for ${many(found.causes.length, "reason")}.`,
    ),
    growing(found.causes, causePart, 12),
    found.notes.map((note) => h("p", { class: "quiet" }, `Not checked: ${note}`)),
    h(
      "p",
      { class: "quiet" },
      "Predicted from text; nothing was run. ",
      h("code", {}, "importgraph doctor"),
      " says the same.",
    ),
  ];
}

function causePart(cause) {
  return h(
    "article",
    { class: "card failure error" },
    h("p", {}, h("b", {}, many(cause.count, "file")), ": ", prose(cause.message)),
    h("p", { class: "quiet" }, place(cause.place)),
    cause.edit && h("p", {}, prose(cause.edit)),
    cause.files.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, "Test files"),
        growingList("statements", cause.files, (path) => h("li", {}, place(path)), 20),
        cause.count > cause.files.length &&
          h("p", { class: "quiet" }, `and ${count(cause.count - cause.files.length)} more`),
      ),
    cause.chain.length > 1 &&
      h(
        "details",
        {},
        h("summary", {}, "The way from the first of them to the failing line"),
        h(
          "ol",
          { class: "statements" },
          cause.chain.map((step) => h("li", {}, place(step))),
        ),
      ),
  );
}

/** List the test files that hold most of what the session loads. */
function slowestPart() {
  const session = placeOf.get("<all tests>");
  if (session === undefined) return null;
  const load = loadOf(session);
  const files = load.parts
    .filter((one) => one.part < size && isTest(one.part))
    .sort((one, other) => other.retained - one.retained);
  const body = h("tbody", {});
  const row = (one) => {
    const heaviest = one.children.filter((child) => child.part >= 0 && child.retained > 0)[0];
    return h(
      "tr",
      {},
      h("td", {}, place(pathOf(one.part))),
      h("td", { class: "number" }, time(one.retained), one.unknown ? " + ?" : ""),
      h("td", { class: "number" }, time(one.own)),
      h(
        "td",
        {},
        heaviest
          ? [
              moduleLink(nameOf(firstOf(heaviest)), heaviest.label),
              h("span", { class: "quiet" }, ` ${time(heaviest.retained)}`),
            ]
          : h("span", { class: "quiet" }, "its own code"),
      ),
    );
  };
  return h(
    "section",
    { class: "part", "aria-labelledby": "slowest" },
    h(
      "div",
      { class: "part-head" },
      h("h2", { id: "slowest" }, "Costliest test files"),
      h("p", { class: "told" }, "what would not be loaded without each"),
    ),
    table("Costliest test files", [["File"], ["Retained", true], ["By itself", true], ["Most of it"]], body),
    growing(files, row, 20, body),
  );
}
