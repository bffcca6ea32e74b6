// How boxes, frames and the links between them are drawn.

/** Draw frames, links and boxes, in this order. `act` has what happens on a click. */
function overviewParts({ items, boxes }, links, act, marked) {
  const weightiest = Math.max(12, ...links.map((link) => link.statements));
  const ends = ports(links, boxes);
  const dense = links.length > 140;
  return [
    arrowHeads(),
    ...items.flatMap((item) => frameParts(item, act)),
    s(
      "g",
      { class: dense ? "links dense" : "links" },
      links.map((link) => linkPart(link, ends.get(link), weightiest, act, marked)),
    ),
    ...items.flatMap((item) => boxParts(item, act, marked)),
  ];
}

function arrowHeads() {
  const head = (kind) =>
    s(
      "marker",
      {
        id: `head-${kind}`,
        class: `head ${kind}`,
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 7,
        markerHeight: 7,
        markerUnits: "userSpaceOnUse",
        orient: "auto-start-reverse",
      },
      s("path", { d: "M0,0.6L8,4L0,7.4z" }),
    );
  return s("defs", {}, head("plain"), head("cyclic"), head("heavy"), head("strong"));
}

function frameParts(item, act) {
  if (!item.items) return [];
  const title = s("text", { class: "frame-label", x: item.x + PAD, y: item.y + 20 }, item.key.label);
  const close = s(
    "g",
    {
      class: "opener",
      role: "button",
      tabindex: "-1",
      "data-walk": "",
      "aria-label": `Close ${item.key.name}`,
      onclick: () => act.toggle(item.key),
      onkeydown: pressed(() => act.toggle(item.key)),
    },
    s("rect", { x: item.x + item.width - 30, y: item.y + 6, width: 22, height: 20, rx: 5 }),
    s("path", { class: "sign", d: `M${item.x + item.width - 24},${item.y + 16}h10` }),
  );
  return [
    s("rect", { class: "frame", x: item.x, y: item.y, width: item.width, height: item.height, rx: 10 }),
    title,
    close,
    ...item.items.flatMap((inner) => frameParts(inner, act)),
  ];
}

/** Spread the ends of links along the edges of boxes, in the order of where they go. */
function ports(links, boxes) {
  const sides = new Map();
  const add = (box, side, link, towards) => {
    const key = boxes.get(box);
    if (!sides.has(key)) sides.set(key, { top: [], bottom: [] });
    sides.get(key)[side].push({ link, towards, isSource: link.source === box });
  };
  const ends = new Map();
  for (const link of links) {
    const [source, target] = [boxes.get(link.source), boxes.get(link.target)];
    const down = target.y > source.y + 1;
    const level = Math.abs(target.y - source.y) <= 1;
    add(link.source, down || level ? "bottom" : "top", link, target.x + target.width / 2);
    add(link.target, down ? "top" : "bottom", link, source.x + source.width / 2);
    ends.set(link, { down, level });
  }
  for (const [item, { top, bottom }] of sides) {
    for (const [list, y] of [
      [top, item.y],
      [bottom, item.y + item.height],
    ]) {
      list.sort((one, other) => one.towards - other.towards);
      list.forEach(({ link, isSource }, number) => {
        const x = item.x + (item.width * (number + 1)) / (list.length + 1);
        ends.get(link)[isSource ? "from" : "to"] = [x, y];
      });
    }
  }
  return ends;
}

function linkPart(link, { down, level, from, to }, weightiest, act, marked) {
  const [[x1, y1], [x2, y2]] = [from, to];
  const bend = level ? 26 + Math.min(40, Math.abs(x2 - x1) / 12) : Math.max(18, Math.abs(y2 - y1) * 0.45);
  const d =
    level || down
      ? `M${x1},${y1}C${x1},${y1 + bend} ${x2},${level ? y2 + bend : y2 - bend} ${x2},${y2}`
      : `M${x1},${y1}C${x1},${y1 - bend} ${x2},${y2 + bend} ${x2},${y2}`;
  const chosen = marked.edge === link || marked.boxes.has(link.source) || marked.boxes.has(link.target);
  const heavy = marked.heavy.has(`${link.source.name} ${link.target.name}`);
  const kind = link.cyclic ? "cyclic" : heavy ? "heavy" : chosen ? "strong" : "plain";
  const onlyLater = !(link.moments & ((1 << RUNS) | (1 << MAY)));
  const width = 1 + 2.2 * Math.sqrt(link.statements / weightiest);
  const classes = ["link", kind, chosen && "chosen", marked.any && !chosen && "aside", onlyLater && "later"];
  const words = `${link.source.name} imports ${link.target.name}: ${many(link.statements, "statement")}`;
  return s(
    "g",
    { class: classes.filter(Boolean).join(" "), onclick: () => act.edge(link) },
    s("path", { class: "reach", d }),
    s("path", { class: "line", d, "stroke-width": width.toFixed(1), "marker-end": `url(#head-${kind})` }),
    s("title", {}, words),
  );
}

function boxParts(item, act, marked) {
  if (item.items) return item.items.flatMap((inner) => boxParts(inner, act, marked));
  if (item.more) return [morePart(item, act)];
  const box = item.key;
  const near = !marked.any || marked.boxes.has(box) || marked.near.has(box);
  const classes = ["box", boxKind(box), marked.boxes.has(box) && "chosen", !near && "aside", box.cyclic && "cyclic"];
  const room = item.width - 26 - (isPackage(box) ? 24 : 0) - (box.cyclic ? 18 : 0);
  const words = `${box.name.replace(/^outside /, "")}: ${boxDetail(box)}${box.cyclic ? ", in a cycle" : ""}`;
  const parts = [
    s("rect", { class: "face", x: item.x, y: item.y, width: item.width, height: item.height, rx: 7 }),
    s("rect", { class: "stripe", x: item.x, y: item.y + 7, width: 3.5, height: item.height - 14, rx: 1.5 }),
    s("text", { class: "box-label", x: item.x + 13, y: item.y + 20 }, fitted(box.label, room, LABEL)),
    s("text", { class: "box-detail", x: item.x + 13, y: item.y + 36 }, boxDetail(box)),
  ];
  if (box.cyclic)
    parts.push(s("text", { class: "ring", x: item.x + item.width - (isPackage(box) ? 46 : 20), y: item.y + 21 }, "↻"));
  parts.push(s("title", {}, words));
  const group = s(
    "g",
    {
      class: classes.filter(Boolean).join(" "),
      role: "button",
      tabindex: "-1",
      "data-walk": "",
      "data-box": box.name,
      "aria-label": words,
      onclick: () => act.select(box),
      ondblclick: () => act.open(box),
      onkeydown: boxKeys(box, act),
    },
    parts,
  );
  return isPackage(box) ? [group, openerPart(item, box, act)] : [group];
}

function boxKind(box) {
  if (box.outside) return box.outside;
  if (isPackage(box)) return "package";
  return box.node >= 0 ? kindOf(box.node) : "namespace";
}

function openerPart(item, box, act) {
  const [x, y] = [item.x + item.width - 28, item.y + 6];
  return s(
    "g",
    { class: "opener", "aria-hidden": "true", onclick: () => act.toggle(box) },
    s("rect", { x, y, width: 22, height: 20, rx: 5 }),
    s("path", { class: "sign", d: `M${x + 6},${y + 10}h10M${x + 11},${y + 5}v10` }),
    s("title", {}, `Open ${box.name}`),
  );
}

function morePart(item, act) {
  const words = "Show more";
  return s(
    "g",
    {
      class: "box more-box",
      role: "button",
      tabindex: "-1",
      "data-walk": "",
      "aria-label": words,
      onclick: act.more,
      onkeydown: pressed(act.more),
    },
    s("rect", { class: "face", x: item.x, y: item.y, width: item.width, height: item.height, rx: 7 }),
    s("text", { class: "box-label", x: item.x + item.width / 2, y: item.y + 28, "text-anchor": "middle" }, words),
  );
}

/** Keys on a box: Enter chooses it, + or Space opens it, - closes the frame around it, F puts it in the middle. */
function boxKeys(box, act) {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = { Enter: act.select, "+": act.open, " ": act.open, f: act.focus, "-": act.close };
    const done = acts[event.key];
    if (!done) return;
    event.preventDefault();
    done(box);
  };
}

function pressed(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
}
