// The explorer's picture of packages: which boxes are drawn, and how.

const BOX_HEIGHT = 46;
const LABEL = "600 13px system-ui, sans-serif";
const DETAIL = "11.5px system-ui, sans-serif";

/** Work out what is drawn: boxes in frames, and the links between them.

   `state` holds `at` (the box whose contents are drawn), `open` (names of boxes that show theirs), `keeps`
   (which moments of import count), `counts` (which nodes do) and `most` (boxes drawn in one frame). */
function overview(state) {
  const shown = shownBoxes(state.at, state.open, state.counts);
  const links = linksBetween(shown, state.keeps);
  const drawn = new Set(shown.filter(Boolean));
  const traffic = new Map();
  for (const row of links.values()) {
    for (const link of row.values()) {
      for (const end of [link.source, link.target]) {
        traffic.set(end, (traffic.get(end) || 0) + link.statements);
      }
    }
  }
  const hidden = new Map();
  const frame = frameOf(state.at, drawn, traffic, state, hidden);
  const kept = new Set(boxesIn(frame));
  const visible = [];
  for (const row of links.values()) {
    for (const link of row.values()) if (kept.has(link.source) && kept.has(link.target)) visible.push(link);
  }
  return { frame, links: visible, hidden, shown };
}

/** Return the contents of a box: its children that are drawn, the most linked ones where there are too many. */
function frameOf(box, drawn, traffic, state, hidden) {
  const weigh = (child) => (traffic.get(child) || 0) + (state.open.has(child.name) ? 1e9 : 0);
  let children = box.children.filter((child) => drawn.has(child) || (state.open.has(child.name) && isPackage(child)));
  if (box === state.at) for (const other of drawn) if (other.outside && !children.includes(other)) children.push(other);
  if (children.length > state.most) {
    children.sort((one, other) => weigh(other) - weigh(one) || other.modules - one.modules);
    hidden.set(box, children.length - state.most);
    children = children.slice(0, state.most);
  }
  const parts = children.map((child) =>
    state.open.has(child.name) && isPackage(child) ? frameOf(child, drawn, traffic, state, hidden) : { box: child },
  );
  return { box, parts };
}

function* boxesIn(frame) {
  for (const part of frame.parts) {
    if (part.parts) yield* boxesIn(part);
    else yield part.box;
  }
}

/** Give boxes their places; returns them with the size of the whole. */
function placed({ frame, links, hidden }, room) {
  const item = itemOf(frame, links, hidden);
  const size = layOut(item.items, item.arcs, room);
  const boxes = new Map();
  settle(item.items, 0, 0, boxes);
  return { items: item.items, boxes, size };
}

function itemOf(part, links, hidden) {
  if (!part.parts) return { key: part.box, width: boxWidth(part.box), height: BOX_HEIGHT };
  const items = part.parts.map((inner) => itemOf(inner, links, hidden));
  if (hidden.has(part.box))
    items.push({ key: `more ${part.box.name}`, more: part.box, width: 150, height: BOX_HEIGHT });
  const width = textWidth(part.box.label, LABEL) + 90;
  return { key: part.box, items, arcs: arcsBetween(items, links), width, height: 0 };
}

function boxWidth(box) {
  const words = Math.max(textWidth(box.label, LABEL) + (box.cyclic ? 20 : 0), textWidth(boxDetail(box), DETAIL));
  return Math.min(240, Math.max(92, Math.ceil(words) + 30 + (isPackage(box) ? 22 : 0)));
}

function boxDetail(box) {
  if (box.outside) return box.outside === "standard" ? "standard library" : "library";
  const own = box.cost ? time(box.cost) : "";
  if (isPackage(box)) return [many(box.modules, "module"), own].filter(Boolean).join(" · ");
  return own || "no code";
}

/** Lift links to the items of one level: those that hold their ends. */
function arcsBetween(items, links) {
  const holder = new Map();
  const fill = (item, top) => {
    if (item.items) item.items.forEach((inner) => fill(inner, top));
    else if (!item.more) holder.set(item.key, top);
  };
  for (const item of items) fill(item, item.key);
  const found = new Map();
  for (const link of links) {
    const [source, target] = [holder.get(link.source), holder.get(link.target)];
    if (!source || !target || source === target) continue;
    if (!found.has(source)) found.set(source, new Map());
    found.get(source).set(target, (found.get(source).get(target) || 0) + link.statements);
  }
  return [...found].flatMap(([source, row]) => [...row].map(([target, weight]) => [source, target, weight]));
}

/** Make places absolute, and collect the boxes that links end at. */
function settle(items, x, y, boxes) {
  for (const item of items) {
    item.x += x;
    item.y += y;
    if (item.items) settle(item.items, item.x + (item.width - innerWidth(item)) / 2, item.y + HEAD, boxes);
    else if (!item.more) boxes.set(item.key, item);
  }
}

function innerWidth(item) {
  return Math.max(...item.items.map((inner) => inner.x + inner.width), 0);
}
