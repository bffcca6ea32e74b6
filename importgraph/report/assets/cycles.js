// The view "Cycles": each with the smallest edit that ends it.

const CLASSES = {
  crashes: ["Crashes", "A module of it fails when it is imported first."],
  latent: ["Latent", "Closed by imports at module level, yet no module of it fails today."],
  deferred: ["Deferred", "Closed only by imports in functions, or lazy ones."],
  type_only: ["Type-only", "Closed only by imports that type checkers alone see."],
};

function cyclesView(query) {
  const chosen = Number(query.get("c"));
  const groups = Object.entries(CLASSES).map(([kind, [title, means]]) => {
    const found = data.cycles
      .map((cycle, number) => ({ cycle, number: number + 1 }))
      .filter((one) => one.cycle.class === kind);
    return (
      found.length &&
      h(
        "section",
        { class: "part", "aria-labelledby": `cycles-${kind}` },
        h(
          "div",
          { class: "part-head" },
          h("h2", { id: `cycles-${kind}` }, title, " ", h("span", { class: "number quiet" }, count(found.length))),
          h("p", { class: "told" }, means),
        ),
        growing(found, (one) => cyclePart(one, one.number === chosen), Math.max(6, chosen)),
      )
    );
  });
  const view = h(
    "div",
    { class: "page" },
    h("h1", {}, "Cycles"),
    data.cycles.length ? groups : h("p", { class: "good" }, "No modules import each other in a circle."),
  );
  return { view, shown: () => document.querySelector("[data-cycle].chosen")?.scrollIntoView({ block: "start" }) };
}

function cyclePart({ cycle, number }, isChosen) {
  const [crash] = cycle.crashes;
  return h(
    "article",
    { class: `card cycle${isChosen ? " chosen" : ""}`, "data-cycle": number },
    h("div", { class: "ring-picture" }, ringDrawing(cycle)),
    h(
      "div",
      {},
      h(
        "h3",
        {},
        inner("cycles", { c: number }, `Cycle ${number}`),
        ` of ${many(cycle.modules.length, "module")} `,
        badge(CLASSES[cycle.class][0].toLowerCase(), cycle.class),
      ),
      crash && crashPart(cycle, crash),
      h("h4", {}, cycle.is_smallest ? "Smallest edit that ends it" : "Smallest edit found that ends it"),
      breakersPart(cycle),
      cycle.fixes.length > 0 &&
        h(
          "p",
          { class: "quiet" },
          "Ways to make it: ",
          cycle.fixes.map((id, at) => [at ? ", " : "", fixLink(id)]),
        ),
      h(
        "details",
        {},
        h("summary", {}, `The shortest way round: ${many(cycle.shortest.length, "step")}`),
        h("ul", { class: "statements" }, cycle.edges.map(edgeRow)),
      ),
      cycle.modules.length > cycle.shortest.length &&
        h(
          "details",
          {},
          h("summary", {}, `All ${many(cycle.modules.length, "module")}`),
          growingList("statements", cycle.modules, (node) => h("li", {}, moduleLink(nameOf(node))), 40),
        ),
    ),
  );
}

function crashPart(cycle, crash) {
  return [
    h("p", {}, h("code", {}, `import ${crash.module}`), " first fails: ", prose(crash.error), " ", place(crash.place)),
    cycle.crashes.length > 1 &&
      h(
        "details",
        {},
        h(
          "summary",
          {},
          `${many(cycle.crashes.length - 1, "more module")} of it that fail${cycle.crashes.length === 2 ? "s" : ""} when imported first`,
        ),
        growingList(
          "statements",
          cycle.crashes.slice(1),
          (one) => h("li", {}, h("code", {}, one.module), h("span", {}, prose(one.error)), place(one.place)),
          20,
        ),
      ),
  ];
}

function breakersPart(cycle) {
  const told = cycle.is_smallest ? "" : " A smaller set may exist: the search was cut short.";
  return [
    growingList("statements", cycle.breakers, edgeRow, 8),
    h(
      "p",
      { class: "quiet" },
      `${many(cycle.breakers.length, "import")} of the ${count(cycle.imports)} between its modules.${told}`,
    ),
  ];
}

function edgeRow([importer, imported, where]) {
  return h(
    "li",
    {},
    place(where),
    h("span", {}, moduleLink(nameOf(importer)), " imports ", moduleLink(nameOf(imported))),
  );
}

/** Return the end of a module's name; more of it where two of the ring end alike. */
function ringLabel(node, around) {
  const end = (other, parts) => nameOf(other).split(".").slice(-parts).join(".");
  return around.some((other) => other !== node && end(other, 1) === end(node, 1)) ? end(node, 2) : end(node, 1);
}

/** Draw the shortest way round; the statements beside it say the same. */
function ringDrawing(cycle) {
  const around = cycle.shortest.slice(0, 12);
  const [width, height, middle] = [250, 190, 95];
  const radius = around.length < 3 ? 52 : 62;
  const at = (number) => {
    const angle = -Math.PI / 2 + (2 * Math.PI * number) / around.length;
    return [width / 2 + radius * 1.1 * Math.cos(angle), middle + radius * Math.sin(angle)];
  };
  const broken = new Set(cycle.breakers.map(([importer, imported]) => `${importer} ${imported}`));
  const arcs = around.map((node, number) => {
    const next = (number + 1) % around.length;
    const isCut = broken.has(`${node} ${around[next]}`);
    const [[x1, y1], [x2, y2]] = [at(number), at(next)];
    const bend = around.length === 2 ? 0.42 : 0.12;
    const [mx, my] = [(x1 + x2) / 2 - (y2 - y1) * -bend, (y1 + y2) / 2 - (x2 - x1) * bend];
    return s("path", { class: isCut ? "ring-line cut" : "ring-line", d: `M${x1},${y1}Q${mx},${my} ${x2},${y2}` });
  });
  const dots = around.map((node, number) => {
    const [x, y] = at(number);
    const label = ringLabel(node, around);
    const side = Math.abs(x - width / 2) < 8 ? "middle" : x < width / 2 ? "end" : "start";
    const shift = side === "middle" ? 0 : side === "end" ? -9 : 9;
    const down = side === "middle" ? (y < middle ? -11 : 19) : 4;
    const room = side === "middle" ? 150 : side === "end" ? x - 10 : width - x - 10;
    return [
      s("circle", { class: "ring-dot", cx: x, cy: y, r: 5 }),
      s(
        "text",
        { x: x + shift, y: y + down, "text-anchor": side },
        fitted(label, room, "12px system-ui, sans-serif"),
        s("title", {}, nameOf(node)),
      ),
    ];
  });
  const more =
    cycle.shortest.length > around.length
      ? s(
          "text",
          { class: "quiet", x: width / 2, y: middle + 4, "text-anchor": "middle" },
          `and ${cycle.shortest.length - around.length} more`,
        )
      : null;
  return s(
    "svg",
    {
      class: "ring-drawing",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": `The way round: ${cycle.shortest.map(nameOf).join(", ")}`,
    },
    arcs,
    dots,
    more,
  );
}
